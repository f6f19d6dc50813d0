"""Faults planted in the sheets of a round, each with what settles it; and what is true beside them."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from openpyxl import load_workbook

from geo.exporters.collection.columns import HEADING_ROW, PLACE, SHEET
from geo.exporters.collection.workbook import write_sheet

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from geo.queries.collection_facts import ProjectFacts, RoundFacts


@dataclass(slots=True)
class Truth:
    """What the ledger must say of a project after the round."""

    percent: float | None
    narrative: str | None
    invested: int | None
    to_date: int | None
    next_step: str | None
    reporter: str | None
    reported: bool = True


@dataclass(slots=True)
class Planted:
    """A fault: its kind, whose sheet, which project (None: the whole sheet), and what settles it."""

    kind: str
    unit_id: int
    project: str | None
    answer: str


@dataclass(slots=True)
class Round:
    """A round as it is filled in: the files by unit, the truth by project, the faults."""

    id: int
    facts: RoundFacts
    earlier: RoundFacts
    files: dict[int, bytes] = field(default_factory=dict)
    truth: dict[str, Truth] = field(default_factory=dict)
    faults: list[Planted] = field(default_factory=list)
    blockers: dict[str, tuple[str, str, str | None]] = field(default_factory=dict)
    """Project → text, cause, awaited unit of a new blocker."""


def set_cell(sheet: Worksheet, row: int, field_name: str, value: Any) -> None:
    sheet.cell(row, PLACE[field_name]).value = value


def get_cell(sheet: Worksheet, row: int, field_name: str) -> Any:
    return sheet.cell(row, PLACE[field_name]).value


@dataclass(slots=True)
class Spot:
    """Where a fault is planted."""

    sheet: Worksheet
    row: int
    project: ProjectFacts
    truth: Truth
    made: Round
    rng: random.Random

    def set(self, field_name: str, value: Any) -> None:
        set_cell(self.sheet, self.row, field_name, value)


def _wan(yuan: int | None) -> float:
    return (yuan or 0) / 10_000


def _typed(value: Any) -> str:
    return f"set:{value}"


def _fraction(spot: Spot) -> str:
    spot.set("percent", (spot.truth.percent or 0) / 100)
    return f"value:{spot.truth.percent:g}"


def _beyond(spot: Spot) -> str:
    spot.set("percent", 135)
    return _typed(spot.truth.percent)


def _in_yuan(spot: Spot) -> str:
    spot.set("to_date", spot.truth.to_date)
    return f"value:{_wan(spot.truth.to_date):.10g}"


def _fell(spot: Spot) -> str:
    assert spot.project.last is not None
    spot.set("to_date", _wan(spot.project.last.to_date_yuan) * 0.8)
    return _typed(_wan(spot.truth.to_date))


def _percent_fell(spot: Spot) -> str:
    assert spot.project.last is not None
    spot.set("percent", (spot.project.last.percent or 0) - 3)
    return _typed(spot.truth.percent)


def _jumped(spot: Spot) -> str:
    assert spot.project.last is not None
    spot.set("percent", (spot.project.last.percent or 0) + 45)
    return _typed(spot.truth.percent)


def _same_text(spot: Spot) -> str:
    assert spot.project.last is not None
    spot.set("narrative", spot.project.last.narrative)
    return _typed(spot.truth.narrative)


def _moved(spot: Spot) -> str:
    spot.set("finish", "2029年6月底")
    return "last"


def _nobody(spot: Spot) -> str:
    spot.set("reporter", None)
    return _typed(spot.truth.reporter)


def _twice(spot: Spot) -> str:
    row = spot.sheet.max_row + 1
    for name in PLACE:
        if name != "key":
            set_cell(spot.sheet, row, name, get_cell(spot.sheet, spot.row, name))
    set_cell(spot.sheet, row, "percent", (spot.truth.percent or 0) + 1)
    return "skip"


def _misspelt(spot: Spot) -> str:
    spot.set("key", None)
    spot.set("code", None)
    name = spot.project.name
    spot.set("name", name[:1] + name[2:] + "项目")
    return f"project:{spot.project.code}"


def _pasted_over(spot: Spot) -> str:
    other = next(
        one
        for one in spot.made.facts.projects.values()
        if one.unit_id != spot.project.unit_id
        and one.active
        and one.name[:3] != spot.project.name[:3]
    )
    spot.set("code", other.code)
    spot.set("name", other.name)
    return f"project:{spot.project.code}"


def _key_changed(spot: Spot) -> str:
    key = str(get_cell(spot.sheet, spot.row, "key"))
    spot.set("key", key[:-4] + "0000")
    return f"project:{spot.project.code}"


def _unreadable(spot: Spot) -> str:
    spot.set("percent", "快完了")
    return _typed(spot.truth.percent)


def _ditto(spot: Spot) -> str:
    spot.set("percent", "同上")
    return _typed(spot.truth.percent)


def _empty(spot: Spot) -> str:
    spot.set("percent", None)
    spot.set("narrative", None)
    spot.truth.narrative = None
    return _typed(spot.truth.percent)


def _month_only(spot: Spot) -> str:
    spot.set("start", "2026年3月")
    return _typed(spot.project.actual_start_on)


def _about(spot: Spot) -> str:
    spot.set("to_date", f"约{_wan(spot.truth.to_date):.10g}")
    return "take"


def _sum(spot: Spot) -> str:
    spot.set("to_date", _wan(spot.truth.to_date) + 500)
    return f"value:{_wan(spot.truth.to_date):.10g}"


def _ahead(spot: Spot) -> str:
    spot.set("start", date(2027, 1, 5))
    return "blank"


def _gone(spot: Spot) -> str:
    for name in PLACE:
        spot.set(name, None)
    spot.truth.reported = False
    return "take"


def _unsure_unit(spot: Spot) -> str:
    unit_id, name = next(
        (key, name) for key, name in spot.made.facts.units.items() if name == "市交通运输局"
    )
    spot.set("problem", f"交通组织方案未批({spot.project.code})")
    spot.set("cause", "交通")
    spot.set("awaited", "市交通运输管理局")
    spot.made.blockers[spot.project.code] = (
        f"交通组织方案未批({spot.project.code})",
        "traffic",
        name,
    )
    return f"unit:{unit_id}"


def _no_cause(spot: Spot) -> str:
    spot.set("problem", f"用地手续未办({spot.project.code})")
    spot.set("cause", "杂七杂八")
    spot.made.blockers[spot.project.code] = (f"用地手续未办({spot.project.code})", "land", None)
    return "value:land"


def _too_much(spot: Spot) -> str:
    spot.set("to_date", _wan(spot.project.total_yuan) * 1.5)
    return _typed(_wan(spot.truth.to_date))


def _other_heading(spot: Spot) -> str:
    cell = spot.sheet.cell(2, PLACE["number"])
    cell.value = str(cell.value).replace("2026-11-16至2026-11-22", "2026-11-09至2026-11-15")
    return "take"


def _other_unit(spot: Spot) -> str:
    facts = spot.made.facts
    ours = facts.units[spot.project.unit_id or 0]
    other = next(name for key, name in facts.units.items() if key != spot.project.unit_id)
    cell = spot.sheet.cell(2, PLACE["number"])
    cell.value = str(cell.value).replace(ours, other)
    return "take"


_BEGUN: dict[str, Callable[[Spot], str]] = {
    "percent_fraction": _fraction,
    "percent_range": _beyond,
    "money_unit": _in_yuan,
    "cumulative_fell": _fell,
    "percent_fell": _percent_fell,
    "percent_jumped": _jumped,
    "text_same": _same_text,
    "date_moved": _moved,
    "reporter_missing": _nobody,
    "duplicate_row": _twice,
    "name_unsure": _misspelt,
    "row_moved": _pasted_over,
    "key_broken": _key_changed,
    "value_unread": _unreadable,
    "ditto": _ditto,
    "blank_required": _empty,
    "day_unclear": _month_only,
    "approximate": _about,
    "sum_differs": _sum,
    "day_ahead": _ahead,
    "row_missing": _gone,
    "unit_unsure": _unsure_unit,
    "cause_unclear": _no_cause,
    "over_total": _too_much,
}
_SHEETS: dict[str, Callable[[Spot], str]] = {
    "period_differs": _other_heading,
    "unit_differs": _other_unit,
}
KINDS = (*_BEGUN, *_SHEETS, "units_disagree", "wrong_round")


def plant_faults(
    made: Round,
    books: dict[int, Workbook],
    rows: dict[str, tuple[int, int]],
    rng: random.Random,
    count: int,
) -> None:
    facts = made.facts
    fit = [
        code
        for code in rows
        if (one := facts.projects[code]).actual_start_on is not None
        and one.last is not None
        and one.last.percent is not None
        and 5 <= one.last.percent <= 50
        and one.last.to_date_yuan is not None
        and one.last.to_date_yuan > 10_000_000
        and one.total_yuan is not None
        and one.total_yuan > one.last.to_date_yuan * 1.2
        and one.planned_finish is not None
        and one.last.narrative is not None
    ]
    rng.shuffle(fit)
    spots = iter(fit)
    whole: set[int] = set()
    for place in range(count):
        kind = KINDS[place % len(KINDS)]
        if kind in _BEGUN:
            code = next(spots)
            unit_id, row = rows[code]
            spot = Spot(
                books[unit_id][SHEET], row, facts.projects[code], made.truth[code], made, rng
            )
            made.faults.append(Planted(kind, unit_id, code, _BEGUN[kind](spot)))
            continue
        unit_id = rng.choice([one for one in books if one not in whole])
        whole.add(unit_id)
        if kind in _SHEETS:
            code = next(code for code, (unit, _) in rows.items() if unit == unit_id)
            spot = Spot(
                books[unit_id][SHEET],
                rows[code][1],
                facts.projects[code],
                made.truth[code],
                made,
                rng,
            )
            made.faults.append(Planted(kind, unit_id, None, _SHEETS[kind](spot)))
        elif kind == "wrong_round":
            _send_earlier(made, books, rows, unit_id)
        else:
            _say_otherwise(made, books, unit_id, next(spots))


def _send_earlier(
    made: Round, books: dict[int, Workbook], rows: dict[str, tuple[int, int]], unit_id: int
) -> None:
    """The unit filled in the sheet of the round before: other keys and another heading, this week's content."""
    sheet = books[unit_id][SHEET]
    old = load_workbook(io.BytesIO(write_sheet(made.earlier, unit_id)))[SHEET]
    sheet.cell(2, PLACE["number"]).value = old.cell(2, PLACE["number"]).value
    by_code = {
        old.cell(row, PLACE["code"]).value: row for row in range(HEADING_ROW + 1, old.max_row + 1)
    }
    for code, (unit, row) in rows.items():
        if unit == unit_id and get_cell(sheet, row, "key") is not None:
            set_cell(sheet, row, "key", old.cell(by_code[code], PLACE["key"]).value)
    made.faults.append(Planted("wrong_round", unit_id, None, "take"))
    made.faults.append(Planted("period_differs", unit_id, None, "take"))


def _say_otherwise(made: Round, books: dict[int, Workbook], unit_id: int, code: str) -> None:
    """A row of another unit's project, with another percent."""
    project = made.facts.projects[code]
    if project.unit_id == unit_id:
        unit_id = next(one for one in books if one != unit_id)
    sheet = books[unit_id][SHEET]
    row = sheet.max_row + 1
    set_cell(sheet, row, "code", code)
    set_cell(sheet, row, "name", project.name)
    set_cell(sheet, row, "percent", (made.truth[code].percent or 0) + 2)
    set_cell(sheet, row, "narrative", "我单位认为已完成更多")
    set_cell(sheet, row, "reporter", "孙某")
    made.faults.append(Planted("units_disagree", unit_id, code, "skip"))
