"""A round of forty workbooks: the demo city led by forty units, sheets filled truly, and faults planted in them."""

from __future__ import annotations

import io
import random
from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from openpyxl import load_workbook
from sqlalchemy import select

from geo.changes.batches import take_batch
from geo.changes.collection import RoundWords, open_round
from geo.database.acting import Identity, Role, acting_session, make_engine
from geo.database.city_file import load_city
from geo.demo.build import build_demo
from geo.exporters.collection.columns import HEADING_ROW, PLACE, SHEET
from geo.exporters.collection.workbook import sheet_projects, write_sheet
from geo.importers.collection.readings import percent_word
from geo.model.projects import Project
from geo.model.records import Blocker, ProgressReport
from geo.model.units import Unit
from geo.queries.collection_facts import read_round_facts
from tests.postgres import CITIES_DIR

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from geo.importers.collection.findings import Finding
    from geo.importers.collection.run import Judged
    from geo.queries.collection_facts import ProjectFacts, RoundFacts
    from geo.records import Batch
    from tests.postgres import Server

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
COMMAND = Identity(Role.COMMAND, "test:command")
WEEK = RoundWords(
    "week", date(2026, 11, 16), date(2026, 11, 22), datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
)
BEFORE = replace(WEEK, first_on=date(2026, 11, 9), last_on=date(2026, 11, 15))


def forty_units() -> Batch:
    """The demo city, its projects led by forty units, without the reports of the round's week and after."""
    batch = build_demo(TODAY)
    names = [unit.name for unit in batch.units][:40]
    leads = {project.lead_unit for project in batch.projects}
    idle = [name for name in names if name not in leads]
    counts: dict[str | None, int] = defaultdict(int)
    for project in batch.projects:
        counts[project.lead_unit] += 1
    projects = []
    place = 0
    for project in batch.projects:
        lead = project.lead_unit
        if counts[lead] > 8 and place < len(idle) * 6:
            counts[lead] -= 1
            lead = idle[place % len(idle)]
            place += 1
        projects.append(replace(project, lead_unit=lead))
    batch.projects[:] = projects
    batch.reports[:] = [
        one for one in batch.reports if one.first_on < WEEK.first_on and one.last_on < WEEK.first_on
    ]
    return batch


def make_city(server: Server) -> str:
    """A new database with that city; its staff address."""
    url = server.make_database("demo").replace("//jiantu@", "//jiantu_staff@")
    engine = make_engine(url, pool_size=1)
    with acting_session(engine, COMMAND) as session:
        take_batch(session, forty_units(), TODAY)
    engine.dispose()
    assert load_city(CITIES_DIR / "demo.toml").code == "demo"
    return url


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


def open_rounds(engine: Engine) -> tuple[int, RoundFacts, RoundFacts]:
    """Open the week's round and the one before it."""
    with acting_session(engine, COMMAND) as session:
        before = open_round(session, BEFORE, "test:command", NOW)
        this = open_round(session, WEEK, "test:command", NOW)
        return this, read_round_facts(session, this), read_round_facts(session, before)


def fill_round(engine: Engine, seed: int, faults: int) -> Round:
    """Open a round, fill every unit's sheet truly, then plant faults, each kind about equally often."""
    round_id, facts, earlier = open_rounds(engine)
    made = Round(round_id, facts, earlier)
    rng = random.Random(seed)  # noqa: S311  a seed makes the same faults again
    books: dict[int, Workbook] = {}
    rows: dict[str, tuple[int, int]] = {}
    units = sorted({one.unit_id for one in facts.projects.values() if one.active and one.unit_id})
    for unit_id in units:
        book = load_workbook(io.BytesIO(write_sheet(facts, unit_id)))
        books[unit_id] = book
        for row, project in enumerate(sheet_projects(facts, unit_id), start=HEADING_ROW + 1):
            made.truth[project.code] = _fill(book[SHEET], row, project, rng)
            rows[project.code] = (unit_id, row)
    _plant(made, books, rows, rng, faults)
    for unit_id, book in books.items():
        out = io.BytesIO()
        book.save(out)
        made.files[unit_id] = out.getvalue()
    return made


def _fill(sheet: Worksheet, row: int, project: ProjectFacts, rng: random.Random) -> Truth:
    last = project.last
    was = last.percent if last is not None and last.percent is not None else 0.0
    begun = project.actual_start_on is not None
    percent = round(min(was + rng.uniform(0.2, 2.5), 99.0), 1) if begun else 0.0
    percent = max(percent, was)
    gained = rng.randrange(10, 300) * 10_000 if begun else 0
    to_date = (last.to_date_yuan if last and last.to_date_yuan else 0) + gained
    truth = Truth(
        percent=percent,
        narrative=f"本周完成第{row}段施工{percent_word(percent)}"
        if begun
        else f"正在办理前期手续({row})",
        invested=gained,
        to_date=to_date,
        next_step=f"下周推进第{row + 1}段",
        reporter=(last.reporter if last else None) or "赵某",
    )
    _set(sheet, row, "percent", percent)
    _set(sheet, row, "narrative", truth.narrative)
    _set(sheet, row, "invested", gained / 10_000)
    _set(sheet, row, "to_date", to_date / 10_000)
    _set(sheet, row, "next_step", truth.next_step)
    _set(sheet, row, "reporter", truth.reporter)
    return truth


def _set(sheet: Worksheet, row: int, field_name: str, value: Any) -> None:
    sheet.cell(row, PLACE[field_name]).value = value


def _get(sheet: Worksheet, row: int, field_name: str) -> Any:
    return sheet.cell(row, PLACE[field_name]).value


@dataclass(slots=True)
class _Spot:
    """Where a fault is planted."""

    sheet: Worksheet
    row: int
    project: ProjectFacts
    truth: Truth
    made: Round
    rng: random.Random

    def set(self, field_name: str, value: Any) -> None:
        _set(self.sheet, self.row, field_name, value)


def _wan(yuan: int | None) -> float:
    return (yuan or 0) / 10_000


def _typed(value: Any) -> str:
    return f"set:{value}"


def _fraction(spot: _Spot) -> str:
    spot.set("percent", (spot.truth.percent or 0) / 100)
    return f"value:{spot.truth.percent:g}"


def _beyond(spot: _Spot) -> str:
    spot.set("percent", 135)
    return _typed(spot.truth.percent)


def _in_yuan(spot: _Spot) -> str:
    spot.set("to_date", spot.truth.to_date)
    return f"value:{_wan(spot.truth.to_date):.10g}"


def _fell(spot: _Spot) -> str:
    assert spot.project.last is not None
    spot.set("to_date", _wan(spot.project.last.to_date_yuan) * 0.8)
    return _typed(_wan(spot.truth.to_date))


def _percent_fell(spot: _Spot) -> str:
    assert spot.project.last is not None
    spot.set("percent", (spot.project.last.percent or 0) - 3)
    return _typed(spot.truth.percent)


def _jumped(spot: _Spot) -> str:
    assert spot.project.last is not None
    spot.set("percent", (spot.project.last.percent or 0) + 45)
    return _typed(spot.truth.percent)


def _same_text(spot: _Spot) -> str:
    assert spot.project.last is not None
    spot.set("narrative", spot.project.last.narrative)
    return _typed(spot.truth.narrative)


def _moved(spot: _Spot) -> str:
    spot.set("finish", "2029年6月底")
    return "last"


def _nobody(spot: _Spot) -> str:
    spot.set("reporter", None)
    return _typed(spot.truth.reporter)


def _twice(spot: _Spot) -> str:
    row = spot.sheet.max_row + 1
    for name in PLACE:
        if name != "key":
            _set(spot.sheet, row, name, _get(spot.sheet, spot.row, name))
    _set(spot.sheet, row, "percent", (spot.truth.percent or 0) + 1)
    return "skip"


def _misspelt(spot: _Spot) -> str:
    spot.set("key", None)
    spot.set("code", None)
    name = spot.project.name
    spot.set("name", name[:1] + name[2:] + "项目")
    return f"project:{spot.project.code}"


def _pasted_over(spot: _Spot) -> str:
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


def _key_changed(spot: _Spot) -> str:
    key = str(_get(spot.sheet, spot.row, "key"))
    spot.set("key", key[:-4] + "0000")
    return f"project:{spot.project.code}"


def _unreadable(spot: _Spot) -> str:
    spot.set("percent", "快完了")
    return _typed(spot.truth.percent)


def _ditto(spot: _Spot) -> str:
    spot.set("percent", "同上")
    return _typed(spot.truth.percent)


def _empty(spot: _Spot) -> str:
    spot.set("percent", None)
    spot.set("narrative", None)
    spot.truth.narrative = None
    return _typed(spot.truth.percent)


def _month_only(spot: _Spot) -> str:
    spot.set("start", "2026年3月")
    return _typed(spot.project.actual_start_on)


def _about(spot: _Spot) -> str:
    spot.set("to_date", f"约{_wan(spot.truth.to_date):.10g}")
    return "take"


def _sum(spot: _Spot) -> str:
    spot.set("to_date", _wan(spot.truth.to_date) + 500)
    return f"value:{_wan(spot.truth.to_date):.10g}"


def _ahead(spot: _Spot) -> str:
    spot.set("start", date(2027, 1, 5))
    return "blank"


def _gone(spot: _Spot) -> str:
    for name in PLACE:
        spot.set(name, None)
    spot.truth.reported = False
    return "take"


def _unsure_unit(spot: _Spot) -> str:
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


def _no_cause(spot: _Spot) -> str:
    spot.set("problem", f"用地手续未办({spot.project.code})")
    spot.set("cause", "杂七杂八")
    spot.made.blockers[spot.project.code] = (f"用地手续未办({spot.project.code})", "land", None)
    return "value:land"


def _too_much(spot: _Spot) -> str:
    spot.set("to_date", _wan(spot.project.total_yuan) * 1.5)
    return _typed(_wan(spot.truth.to_date))


def _other_heading(spot: _Spot) -> str:
    cell = spot.sheet.cell(2, PLACE["number"])
    cell.value = str(cell.value).replace("2026-11-16至2026-11-22", "2026-11-09至2026-11-15")
    return "take"


def _other_unit(spot: _Spot) -> str:
    facts = spot.made.facts
    ours = facts.units[spot.project.unit_id or 0]
    other = next(name for key, name in facts.units.items() if key != spot.project.unit_id)
    cell = spot.sheet.cell(2, PLACE["number"])
    cell.value = str(cell.value).replace(ours, other)
    return "take"


_BEGUN: dict[str, Callable[[_Spot], str]] = {
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
_SHEETS: dict[str, Callable[[_Spot], str]] = {
    "period_differs": _other_heading,
    "unit_differs": _other_unit,
}
KINDS = (*_BEGUN, *_SHEETS, "units_disagree", "wrong_round")


def _plant(
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
            spot = _Spot(
                books[unit_id][SHEET], row, facts.projects[code], made.truth[code], made, rng
            )
            made.faults.append(Planted(kind, unit_id, code, _BEGUN[kind](spot)))
            continue
        unit_id = rng.choice([one for one in books if one not in whole])
        whole.add(unit_id)
        if kind in _SHEETS:
            code = next(code for code, (unit, _) in rows.items() if unit == unit_id)
            spot = _Spot(
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
        if unit == unit_id and _get(sheet, row, "key") is not None:
            _set(sheet, row, "key", old.cell(by_code[code], PLACE["key"]).value)
    made.faults.append(Planted("wrong_round", unit_id, None, "take"))
    made.faults.append(Planted("period_differs", unit_id, None, "take"))


def _say_otherwise(made: Round, books: dict[int, Workbook], unit_id: int, code: str) -> None:
    """A row of another unit's project, with another percent."""
    project = made.facts.projects[code]
    if project.unit_id == unit_id:
        unit_id = next(one for one in books if one != unit_id)
    sheet = books[unit_id][SHEET]
    row = sheet.max_row + 1
    _set(sheet, row, "code", code)
    _set(sheet, row, "name", project.name)
    _set(sheet, row, "percent", (made.truth[code].percent or 0) + 2)
    _set(sheet, row, "narrative", "我单位认为已完成更多")
    _set(sheet, row, "reporter", "孙某")
    made.faults.append(Planted("units_disagree", unit_id, code, "skip"))


def true_reports(made: Round) -> Iterator[tuple[str, Truth]]:
    """The projects that must have a report of the round's week, with what it must say."""
    for code, truth in made.truth.items():
        if truth.reported:
            yield code, truth


def find_fault(judged: Judged, fault: Planted) -> Finding | None:
    sheet = next(one for one in judged.round.sheets if one.unit_id == fault.unit_id)
    assessed = judged.assessed[sheet.id]
    name = None if fault.project is None else judged.facts.projects[fault.project].name
    for one in assessed.findings:
        if one.kind != fault.kind:
            continue
        if fault.project is None or one.field == fault.project:
            return one
        row = next((row for row in assessed.rows if row.number == one.row), None)
        if row is not None and fault.project in {row.project, row.may_be}:
            return one
        if name is not None and one.subject == name:
            return one
    return None


def assert_ledger_is_the_truth(session: Session, made: Round) -> None:
    reports = {
        report.code: report
        for report in session.execute(
            select(
                Project.code,
                ProgressReport.percent,
                ProgressReport.narrative,
                ProgressReport.invested_to_date_yuan,
                ProgressReport.next_step,
                ProgressReport.reporter,
            )
            .join(Project, Project.id == ProgressReport.project_id)
            .where(ProgressReport.first_on == WEEK.first_on, ProgressReport.site_id.is_(None))
        )
    }
    truth = dict(true_reports(made))
    assert reports.keys() == truth.keys()
    wrong = []
    for code, true in truth.items():
        told = reports[code]
        found = (
            float(told.percent),
            told.narrative,
            told.invested_to_date_yuan,
            told.next_step,
            told.reporter,
        )
        if found != (true.percent, true.narrative, true.to_date, true.next_step, true.reporter):
            wrong.append((code, found, true))
    assert wrong == []
    blockers = {
        row.text: (row.code, row.cause, row.unit)
        for row in session.execute(
            select(Project.code, Blocker.text, Blocker.cause, Unit.name.label("unit"))
            .join(Project, Project.id == Blocker.project_id)
            .outerjoin(Unit, Unit.id == Blocker.awaited_unit_id)
            .where(Blocker.raised_on == WEEK.last_on)
        )
    }
    for code, (words, cause, unit) in made.blockers.items():
        assert blockers[words] == (code, cause, unit)
