"""The project ledger (项目台账): a workbook of one sheet for each kind of record, read into a batch."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from geo.exporters.ledger_columns import (
    GUIDE_SHEET,
    OPTIONS_SHEET,
    PLANS,
    PROJECTS,
    REPORTS,
    SPAN,
    Sheet,
)
from geo.exporters.ledger_zones import PARTS, SHEETS
from geo.importers.days import month_end
from geo.importers.ledger_sheet import PLAN, PROJECT_NAME, SheetReader
from geo.importers.ledger_zones import LedgerZones
from geo.importers.problems import ValueProblem, refused
from geo.importers.reading import Notices, Reading
from geo.importers.shapes import ShapeChecker
from geo.importers.sources import format_of, read_grids
from geo.importers.tables import normal
from geo.records import Batch, PlanRecord, Source

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from pathlib import Path

    from geo.importers.reading import Context, Progress
    from geo.importers.sources import Grid

_TOLD_EVERY = 2_000


def read_ledger(path: Path, context: Context, progress: Progress | None = None) -> Reading:
    """Read a ledger workbook (or one CSV of projects).

    A row with a problem is refused alone; a file whose headings are missing is refused as a whole by
    `ImportRefusedError`. Shapes come back in WGS84.
    """
    reading = _LedgerReading(context, progress)
    unknown: list[Grid] = []
    for grid in read_grids(path, format_of(path)):
        sheet = sheet_called(grid.name)
        if sheet is not None:
            reading.take(sheet, grid)
        elif not (grid.hidden or grid.name in {OPTIONS_SHEET, GUIDE_SHEET}):
            unknown.append(grid)
    if not reading.rows_read and len(unknown) == 1 and unknown[0].rows:
        reading.take(PROJECTS, unknown.pop())
    if not reading.rows_read:
        listed = "、".join(sheet.name for sheet in SHEETS)
        zh = f"没有找到台账的工作表,应有“项目”等表(可有:{listed})"
        en = f"no sheet of a ledger was found; there should be “项目” (known: {listed})"
        raise refused(zh, en)
    for grid in unknown:
        zh, en = "未知的工作表,未读入", "an unknown sheet: not read"
        reading.notices.add("noted", Source(grid.name), None, None, zh, en)
    return reading.finish()


def sheet_called(name: str) -> Sheet | None:
    """The sheet of the ledger that goes by a name, with or without a year or 附件1 before it."""
    wanted = re.sub(r"^(?:附件?\d*[::.、]?|\d{4}年?度?|[\d.、]+)+", "", normal(name))
    return _BY_NAME.get(wanted)


_BY_NAME = {normal(name): sheet for sheet in SHEETS for name in (sheet.name, *sheet.names)}


@dataclass(slots=True)
class _LedgerReading:
    """One reading in progress."""

    context: Context
    progress: Progress | None
    batch: Batch = field(default_factory=Batch)
    notices: Notices = field(default_factory=Notices)
    rows_read: dict[str, int] = field(default_factory=dict)

    zones: LedgerZones = field(init=False)
    by_name: list[tuple[SheetReader, Source, dict[str, Any]]] = field(default_factory=list)
    """Rows that name their project by its name: they wait until all projects are known."""
    inline_plans: list[PlanRecord] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.zones = LedgerZones(ShapeChecker(self.context.bbox))

    def take(self, sheet: Sheet, grid: Grid) -> None:
        """Read one sheet."""
        if grid.encoding is not None:
            zh, en = f"按 {grid.encoding} 编码读入", f"read as {grid.encoding}"
            self.notices.add("noted", Source(grid.name), None, grid.encoding, zh, en)
        reader = SheetReader.open(sheet, grid, self.context, self.notices)
        if reader is None:
            self.rows_read.setdefault(grid.name, 0)
            return
        build = self._builder(sheet)
        for count, (source, found) in enumerate(reader.rows(), start=1):
            if PROJECT_NAME in found and "project" not in found:
                self.by_name.append((reader, source, found))
            else:
                found.pop(PROJECT_NAME, None)
                build(reader, source, found)
            if self.progress is not None and count % _TOLD_EVERY == 0:
                self.progress(grid.name, count)
        self.rows_read[grid.name] = self.rows_read.get(grid.name, 0) + reader.rows_read

    def finish(self) -> Reading:
        """Everything that had to wait for other sheets, then the whole."""
        codes = self._codes_by_name()
        for reader, source, found in self.by_name:
            name = found.pop(PROJECT_NAME)
            listed = codes.get(name, set())
            if len(listed) == 1:
                found["project"] = next(iter(listed))
                self._builder(reader.sheet)(reader, source, found)
                continue
            zh = f"名为“{name}”的项目{'不止一个' if listed else '不存在'},请填写项目编号"
            en = f"{'several projects are' if listed else 'no project is'} called “{name}”: give its code"
            reader.refuse(source, reader.header_of(PROJECT_NAME), name, ValueProblem(zh, en))
        self.batch.zones.extend(self.zones.finish())
        self._add_inline_plans()
        return Reading(self.batch, self.notices.found, self.rows_read)

    def _codes_by_name(self) -> dict[str, set[str]]:
        codes: dict[str, set[str]] = {}
        if self.by_name:
            for name, code in self.context.projects.items():
                codes.setdefault(name, set()).add(code)
            for project in self.batch.projects:
                codes.setdefault(project.name, set()).add(project.code)
        return codes

    def _builder(self, sheet: Sheet) -> Callable[[SheetReader, Source, dict[str, Any]], None]:
        if sheet is PARTS:
            return self.zones.add_part
        if sheet.zone_kind is not None:
            return self.zones.add_zone
        if sheet is PROJECTS:
            return self._add_project
        if sheet is REPORTS:
            return self._add_report
        records = getattr(self.batch, sheet.collection)
        record = sheet.record

        def add(_reader: SheetReader, source: Source, found: dict[str, Any]) -> None:
            records.append(record(**found, source=source))

        return add

    def _add_project(self, _reader: SheetReader, source: Source, found: dict[str, Any]) -> None:
        plan = {
            name.removeprefix(PLAN): found.pop(name)
            for name in list(found)
            if name.startswith(PLAN)
        }
        years = found.pop("year_investments", None)
        if years:
            plan["year_investments"] = years
        self.batch.projects.append(PROJECTS.record(**found, source=source))
        if plan:
            self.inline_plans.append(PlanRecord(project=found["code"], **plan, source=source))

    def _add_inline_plans(self) -> None:
        """First plans from the projects' own rows, where the sheet 计划 gives none."""
        given = {
            plan.project for plan in self.batch.plans if plan.number == 0 and plan.site is None
        }
        for plan in self.inline_plans:
            if plan.project not in given:
                self.batch.plans.append(plan)
                continue
            zh = f"以“{PLANS.name}”表为准,本行的计划未读入"
            en = f"the sheet “{PLANS.name}” holds; the plan in this row was not read"
            self.notices.add("noted", plan.source, None, plan.project, zh, en)

    def _add_report(self, reader: SheetReader, source: Source, found: dict[str, Any]) -> None:
        span = found.pop(SPAN.field, None)
        if span is not None:
            found.setdefault("first_on", span[0])
            found.setdefault("last_on", span[1])
        try:
            complete_period(found)
        except ValueProblem as problem:
            reader.refuse(source, reader.header_of("last_on"), found.get("last_on"), problem)
            return
        self.batch.reports.append(REPORTS.record(**found, source=source))


_LONGEST_WEEK, _LONGEST_TEN_DAYS = 7, 11
_TEN_DAYS_STARTS = (1, 11, 21)


def complete_period(found: dict[str, Any]) -> None:
    """Find what a report's period, first and last day leave unsaid from the others. Raises `ValueProblem`."""
    first, last, period = found.get("first_on"), found.get("last_on"), found.get("period")
    if first is not None and last is not None:
        if first > last:
            zh, en = "期末早于期初", "the last day of the period is before its first"
            raise ValueProblem(zh, en)
        found.setdefault("period", _period_of((last - first).days + 1))
    elif first is not None and period is not None:
        found["last_on"] = _period_end(first, period)
    elif last is not None and period is not None:
        found["first_on"] = _period_start(last, period)
    else:
        zh = "没有填写期初、期末;只填其一时须填写填报周期"
        en = "first and last day are not given; with one of them the period must be"
        raise ValueProblem(zh, en)


def _period_of(days: int) -> str:
    if days <= _LONGEST_WEEK:
        return "week"
    return "ten_days" if days <= _LONGEST_TEN_DAYS else "month"


def _period_start(last: date, period: str) -> date:
    if period == "week":
        return last - timedelta(days=6)
    starts = _TEN_DAYS_STARTS if period == "ten_days" else (1,)
    return last.replace(day=max(day for day in starts if day <= last.day))


def _period_end(first: date, period: str) -> date:
    if period == "week":
        return first + timedelta(days=6)
    ends_early = period == "ten_days" and first.day < _TEN_DAYS_STARTS[-1]
    return first + timedelta(days=9) if ends_early else month_end(first)
