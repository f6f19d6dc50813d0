"""What is exported imports again unchanged, whatever the batch."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from shapely.geometry import LineString, Point, box

from geo import records
from geo.exporters.ledger import write_ledger
from geo.importers.ledger import read_ledger
from geo.importers.values import DITTO, EMPTY
from geo.record_fields import FIELDS, Field, Form
from geo.records import Batch, Day, HoursWindow, PartRecord, ProjectRecord, ZoneRecord
from tests.importing import code_lists, context_of, of_level, unsourced

if TYPE_CHECKING:
    from pathlib import Path

LETTERS = st.sampled_from("东风路改造工程一二三ABCxyz0123456789-=+@#'\"<&>，。（）% ")
days = st.dates(date(2000, 1, 1), date(2099, 12, 31))


def _is_plain(word: str) -> bool:
    """Whether a text means itself: it is not blank at its ends, no word for nothing, no total or note."""
    return word == word.strip() and word not in EMPTY | DITTO and not word.startswith("说明")


texts = st.text(LETTERS, min_size=1, max_size=20).filter(_is_plain)
keys = st.from_regex(r"[A-Z]{1,3}-?[0-9]{1,6}", fullmatch=True)
single_words = st.text(st.sampled_from("德城陵县区甲乙丙AB12"), min_size=1, max_size=6)
percents = st.decimals(0, 100, places=4).map(float)
yuan = st.integers(0, 10**13)


def _period_end(on: date, months: int) -> date:
    last_month = (on.month - 1) // months * months + months
    following = date(on.year + last_month // 12, last_month % 12 + 1, 1)
    return following - timedelta(days=1)


def _planned(on: date, precision: str, tentative: bool) -> Day:
    months = {"month": 1, "quarter": 3, "half": 6, "year": 12}.get(precision)
    return Day(on if months is None else _period_end(on, months), precision, tentative)


planned_days = st.builds(
    _planned,
    days,
    st.sampled_from(["day", "month", "quarter", "half", "year"]),
    st.booleans(),
)
clocks = st.times().map(lambda at: time(at.hour, at.minute))
hours = st.lists(
    st.builds(
        HoursWindow,
        clocks,
        clocks,
        st.sets(st.integers(1, 7), min_size=1).map(lambda found: tuple(sorted(found))),
    ).filter(lambda window: window.since != window.until),
    max_size=2,
).map(tuple)
points = st.tuples(st.floats(115.8, 117.7), st.floats(36.4, 38.0))
shapes = st.one_of(
    points.map(Point),
    st.lists(points, min_size=2, max_size=5, unique=True).map(LineString),
    points.map(lambda at: box(at[0], at[1], at[0] + 0.01, at[1] + 0.01)),
    points.map(lambda at: Point(at).buffer(0.01, quad_segs=300)),
)
parts = st.builds(
    PartRecord,
    shapes,
    st.sampled_from(["footprint", "taken", "centre_line", "detour"]),
    st.none() | st.sampled_from(["motor", "ebike", "foot", "bus", "emergency"]),
    st.none() | texts,
    st.none() | st.decimals("0.5", "60", places=2).map(float),
    st.none() | days,
    st.none() | days,
)
months = st.builds("{:04d}-{:02d}".format, st.integers(2024, 2028), st.integers(1, 12))


def _strategy(field: Field) -> st.SearchStrategy[Any]:
    if field.form in {Form.CODE, Form.CODES}:
        code = st.sampled_from(sorted(code_lists().names[field.code_list or ""]))
        if field.form is Form.CODE:
            return code
        return st.lists(code, unique=True, max_size=3).map(tuple)
    return {
        Form.TEXT: texts,
        Form.KEY: keys,
        Form.WORDS: st.lists(single_words, max_size=3).map(tuple),
        Form.DATE: days,
        Form.UNTIL: days,
        Form.PLANNED: planned_days,
        Form.YUAN: yuan,
        Form.PERCENT: percents,
        Form.NUMBER: st.decimals(0, 10**6, places=2).map(float),
        Form.COUNT: st.integers(0, 10_000),
        Form.YES_NO: st.booleans(),
        Form.HOURS: hours,
        Form.PARTS: st.lists(parts, max_size=3).map(tuple),
        Form.MONTH_PERCENTS: st.dictionaries(months, percents, max_size=4),
        Form.MONTH_YUAN: st.dictionaries(months, yuan, max_size=4),
        Form.YEAR_YUAN: st.dictionaries(st.integers(2024, 2028), yuan, max_size=2),
    }[field.form]


_ALWAYS_GIVEN = {Form.HOURS, Form.PARTS, Form.MONTH_PERCENTS, Form.MONTH_YUAN, Form.YEAR_YUAN}
_NEVER_NONE = {
    (records.PlanRecord, "number"),
    (records.ProcedureRecord, "required"),
    (records.UnitRecord, "aliases"),
}


def _records(record: type[Any], **fixed: Any) -> st.SearchStrategy[Any]:
    """Any record of a kind; fields with a default may be missing."""
    needed = record.__dataclass_fields__
    given_fields: dict[str, st.SearchStrategy[Any]] = {}
    for name, field in FIELDS[record].items():
        if name in fixed:
            given_fields[name] = st.just(fixed[name])
            continue
        strategy = _strategy(field)
        has_default = needed[name].default is None
        if has_default and field.form not in _ALWAYS_GIVEN and (record, name) not in _NEVER_NONE:
            strategy = st.none() | strategy
        given_fields[name] = strategy
    return st.builds(record, **given_fields)


def _in_order(report: records.ReportRecord) -> bool:
    return report.first_on <= report.last_on


def _zone_key(zone: ZoneRecord) -> tuple[Any, ...]:
    return (zone.kind, zone.project if zone.kind == "site" else None, zone.code)


_ZONE_KINDS = ("site", "relocation", "diversion", "haul_route", "control_area", "event")
_ONLY_FOR = {
    "relocation": (
        "utility",
        "placement",
        "step",
        "dig_plan_state",
        "hands_over_to",
        "hands_over_on",
    ),
    "diversion": (
        *("taken", "side", "lanes_before", "lanes_open", "passing", "still_pass", "permit_step"),
        *("approval_number", "approved_until_on", "announced_on", "extended_until_on"),
        "extension_reason",
    ),
    "control_area": ("level", "stops", "exempt"),
}
_BY_KIND = {name: kind for kind, names in _ONLY_FOR.items() for name in names}


def _zones(kind: str) -> st.SearchStrategy[Any]:
    fixed: dict[str, Any] = {"kind": kind}
    fixed |= {name: None for name, owner in _BY_KIND.items() if owner != kind}
    if kind not in {"relocation", "diversion"}:
        fixed["emergency"] = None
    if kind not in {"diversion", "haul_route"}:
        fixed["made_for"] = None
    if kind in {"control_area", "event"}:
        fixed["project"] = None
    zones = _records(ZoneRecord, **fixed)
    return zones.filter(lambda zone: zone.project is not None) if kind == "site" else zones


def _several(record: type[Any]) -> st.SearchStrategy[list[Any]]:
    return st.lists(_records(record), max_size=2)


batches = st.builds(
    Batch,
    units=_several(records.UnitRecord),
    leaders=_several(records.LeaderRecord),
    pauses=_several(records.PauseRecord),
    projects=_several(records.ProjectRecord),
    zones=st.tuples(
        *(st.lists(_zones(kind), max_size=2, unique_by=_zone_key) for kind in _ZONE_KINDS)
    ).map(lambda kinds: [zone for zones in kinds for zone in zones]),
    plans=_several(records.PlanRecord),
    milestones=_several(records.MilestoneRecord),
    reports=st.lists(_records(records.ReportRecord).filter(_in_order), max_size=3),
    procedures=_several(records.ProcedureRecord),
    funding=_several(records.FundingRecord),
    land=_several(records.LandRecord),
    blockers=_several(records.BlockerRecord),
    suspensions=_several(records.SuspensionRecord),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for the workbooks of this module."""
    return tmp_path_factory.mktemp("ledgers")


@settings(max_examples=25)
@given(batch=batches)
def test_a_batch_exported_and_imported_is_the_same_batch(folder: Path, batch: Batch) -> None:
    path = folder / "台账.xlsx"
    write_ledger(path, batch)
    reading = read_ledger(path, context_of())
    assert of_level(reading.notices, "refused") == []
    assert of_level(reading.notices, "mended") == []
    assert unsourced(reading.batch) == batch


def test_a_shape_too_long_for_a_cell_goes_on_in_further_columns(tmp_path: Path) -> None:
    long = Point(116.3, 37.4).buffer(0.1, quad_segs=2_490)
    site = ZoneRecord("site", "1", project="P1", parts=(PartRecord(long),))
    write_ledger(tmp_path / "a.xlsx", Batch(zones=[site]))
    cells = load_workbook(tmp_path / "a.xlsx")["图形"][2]
    assert max(len(str(cell.value)) for cell in cells) <= 32_767
    [again] = read_ledger(tmp_path / "a.xlsx", context_of()).batch.zones
    assert shapely.equals_identical(again.parts[0].shape, long)


@pytest.mark.parametrize(
    "name",
    ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://x")', "#REF!", "=cmd|' /C calc'!A0"],
)
def test_text_that_looks_like_a_formula_stays_text(tmp_path: Path, name: str) -> None:
    path = tmp_path / "a.xlsx"
    write_ledger(path, Batch(projects=[ProjectRecord("P1", name)]))
    cell = load_workbook(path)["项目"]["B2"]
    assert (cell.value, cell.data_type) == (name, "s")
    assert read_ledger(path, context_of()).batch.projects[0].name == name


def test_characters_that_a_workbook_cannot_hold_are_left_out(tmp_path: Path) -> None:
    write_ledger(tmp_path / "a.xlsx", Batch(projects=[ProjectRecord("P1", "东\x00风\x1f路\ud800")]))
    [project] = read_ledger(tmp_path / "a.xlsx", context_of()).batch.projects
    assert project.name == "东风路"


def test_the_main_sheets_are_there_even_when_they_are_empty(tmp_path: Path) -> None:
    write_ledger(tmp_path / "a.xlsx", Batch())
    workbook = load_workbook(tmp_path / "a.xlsx")
    assert workbook.sheetnames == [
        *("项目", "计划", "点位", "进展"),
        *("制约问题", "节点", "管线迁改", "交通导行"),
    ]
