"""One sheet of the ledger: which column fills which field, and its rows as plain values or refusals."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from geo.exporters.ledger_columns import (
    INLINE_PLAN,
    PLANS,
    PROJECTS,
    REPORTS,
    SPAN,
    YEAR,
    Column,
    column,
)
from geo.exporters.ledger_zones import PARTS, X, Y
from geo.importers import values
from geo.importers.days import actual_day, planned_day, span_of, until_day
from geo.importers.hours import hours
from geo.importers.problems import ValueProblem, refused
from geo.importers.tables import Label, Table, bare, find_table, normal
from geo.record_fields import FIELDS, Field, Form
from geo.records import PlanRecord, Source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from geo.exporters.ledger_columns import Sheet
    from geo.importers.reading import Context, Notices
    from geo.importers.sources import Grid
    from geo.importers.values import Cell

PLAN = "plan:"
"""Before the fields of a plan that stand in a project's own row."""
PROJECT_NAME = "project_name"
"""The project named by its name instead of its code."""
SHAPE_MORE = "shape:"
"""Before the number of a column that continues a shape too long for one cell."""
MOST_SHAPE_COLUMNS = 16

_PROJECT_NAME = column(PROJECT_NAME, "项目名称", "工程名称|所属项目名称")
_IGNORED = frozenset({"序号", "no", "no.", "编号序号"})
_MONTH = re.compile(r"(?:(?P<y>\d{4})年)?(?P<m>1[0-2]|0?[1-9])月(?:份|底|末)?")
_MONTH_DIGITS = re.compile(r"(?P<y>\d{4})[-.](?P<m>1[0-2]|0?[1-9])")
_YEAR_MONEY = re.compile(r"(?:(?P<y>\d{4})年|年)度?(?:计划)?(?:完成)?投资(?:计划|额|任务)?")


@dataclass(slots=True)
class Reader:
    """One column at work: where it is, which field it fills (and, of several values, which), how a cell is read."""

    index: int
    field: str
    header: str
    parse: Callable[[Cell], Any]
    part: str | int | None = None


@dataclass(slots=True)
class SheetReader:
    """Reads the rows of one sheet: column headings to fields once, then cell by cell."""

    sheet: Sheet
    table: Table
    context: Context
    notices: Notices
    readers: list[Reader] = field(default_factory=list)
    rows_read: int = 0

    @classmethod
    def open(
        cls, sheet: Sheet, grid: Grid, context: Context, notices: Notices
    ) -> SheetReader | None:
        """Find heading and columns; None for a sheet without any content. Raises `ImportRefusedError`."""
        if all(row.count(None) == len(row) for row in grid.rows):
            return None
        lookup = Lookup(sheet)
        table = find_table(grid, lookup.knows)
        if table is None:
            zh = f"工作表“{grid.name}”没有找到表头,应有:{'、'.join(_required(sheet))}"
            en = f"no heading was found in sheet “{grid.name}”; it needs {', '.join(_required(sheet))}"
            raise refused(zh, en)
        reader = cls(sheet, table, context, notices)
        reader._take_columns(lookup)
        return reader

    def rows(self) -> Iterator[tuple[Source, dict[str, Any]]]:
        """The values of each good row by field; a bad row is refused with a notice for each problem in it."""
        name = self.table.grid.name
        plain = [reader for reader in self.readers if reader.part is None]
        keyed = [reader for reader in self.readers if reader.part is not None]
        steps = [(reader.index, reader.field, reader.parse, reader.header) for reader in plain]
        required = [each for each in self.sheet.columns if each.required]
        for number, cells in self.table.rows():
            self.rows_read += 1
            found: dict[str, Any] = {}
            source = Source(name, number)
            good = True
            for index, target, parse, header in steps:
                cell = cells[index]
                if cell is None:
                    continue
                try:
                    value = parse(cell)
                except ValueProblem as problem:
                    self.refuse(source, header, cell, problem)
                    good = False
                    continue
                if value is not None:
                    found[target] = value
            if keyed:
                good = self._add_keyed(keyed, cells, found, source) and good
            if good and self._is_whole(required, found, source):
                yield source, found
        self._tell_skipped()

    def refuse(
        self, source: Source, header: str | None, cell: object, problem: ValueProblem
    ) -> None:
        """Tell the clerk that a row was left out, and why."""
        self.notices.add("refused", source, header, cell, problem.zh, problem.en)

    def header_of(self, target: str) -> str:
        """The heading, as it stands in the file, of the column that fills a field."""
        for reader in self.readers:
            if reader.field == target:
                return reader.header
        return target

    def has(self, target: str) -> bool:
        """Whether some column fills a field."""
        return any(reader.field == target for reader in self.readers)

    def _add_keyed(
        self, keyed: list[Reader], cells: list[Cell], found: dict[str, Any], source: Source
    ) -> bool:
        good = True
        year = found.pop(YEAR.field, None)
        for reader in keyed:
            cell = cells[reader.index]
            if cell is None:
                continue
            try:
                value = reader.parse(cell)
                part = _dated_part(reader.part, year)
            except ValueProblem as problem:
                self.refuse(source, reader.header, cell, problem)
                good = False
                continue
            if value is not None:
                found.setdefault(reader.field, {})[part] = value
        return good

    def _is_whole(self, required: list[Column], found: dict[str, Any], source: Source) -> bool:
        good = True
        for each in required:
            if each.field in found or (each.field == "project" and PROJECT_NAME in found):
                continue
            header = self.header_of(each.field)
            zh, en = f"“{each.header}”没有填写", f"“{each.header}” is empty"
            self.refuse(source, header, None, ValueProblem(zh, en))
            good = False
        return good

    def _tell_skipped(self) -> None:
        for number, words in self.table.skipped:
            source = Source(self.table.grid.name, number)
            zh, en = "合计、说明或分组行,未读入", "a row of totals, notes or a group: not read"
            self.notices.add("noted", source, None, words, zh, en)

    def _take_columns(self, lookup: Lookup) -> None:
        taken: set[tuple[str, str | int | None]] = set()
        first_row = self.table.grid.first_row + self.table.top
        source = Source(self.table.grid.name, first_row)
        waiting: list[tuple[int, Label, str, str | int]] = []
        labels = [label for label in self.table.labels if label is not None]
        in_rows = any(lookup.find(label, None) == (YEAR.field, None) for label in labels)
        year = None if in_rows else self.table.year
        for index, label in enumerate(self.table.labels):
            if label is None:
                continue
            target = lookup.find(label, year)
            if target is None:
                if normal(label.text) not in _IGNORED:
                    zh, en = "未知的列,未读入", "an unknown column: not read"
                    self.notices.add("noted", source, label.text, None, zh, en)
            elif target in taken:
                zh, en = "与前面的列重复,未读入", "says the same as a column before it: not read"
                self.notices.add("noted", source, label.text, None, zh, en)
            else:
                taken.add(target)
                name, part = target
                if part is not None:
                    waiting.append((index, label, name, part))
                else:
                    parse = self._parser(name, index, label)
                    self.readers.append(Reader(index, name, label.text, parse))
        self._take_keyed(waiting)
        self._check_required()
        needed = [reader.index for reader in self.readers if self._is_required(reader.field)]
        self.table.lone_column = needed[0] if len(needed) == 1 else None

    def _take_keyed(self, waiting: list[tuple[int, Label, str, str | int]]) -> None:
        """Columns for months and years. The months' percents are judged together: January may well be 0.5 of 100."""
        indexes = [index for index, _, name, _ in waiting if name == "percents"]
        cells = (cell for index in indexes for cell in self.table.column(index))
        percents = values.PercentColumn.of(cells)
        for index, label, name, part in waiting:
            if name == "percents":
                parse: Callable[[Cell], Any] = percents.percent
            else:
                parse = partial(values.money, unit_yuan=label.unit_yuan)
            self.readers.append(Reader(index, name, label.text, parse, part))

    def _is_required(self, target: str) -> bool:
        return any(each.required and each.field == target for each in self.sheet.columns)

    def _check_required(self) -> None:
        missing = [
            each.header
            for each in self.sheet.columns
            if each.required
            and not self.has(each.field)
            and not (each.field == "project" and self.has(PROJECT_NAME))
        ]
        if missing:
            listed = "、".join(missing)
            zh = f"工作表“{self.table.grid.name}”缺少必需的列:{listed}"
            en = f"sheet “{self.table.grid.name}” lacks the columns {listed}"
            raise refused(zh, en)

    def _parser(self, name: str, index: int, label: Label) -> Callable[[Cell], Any]:
        if name == SPAN.field:
            return partial(_report_span, year=self.table.year)
        if name == YEAR.field:
            return _year
        if name in {X, Y}:
            return values.number
        kind = field_of(self.sheet, name)
        if kind.form is Form.PERCENT:
            return values.PercentColumn.of(self.table.column(index)).percent
        return parser_for(kind, self.context, self.table.year, label.unit_yuan)


def parser_for(
    kind: Field, context: Context, year: int | None, unit_yuan: int
) -> Callable[[Cell], Any]:
    """How a cell of a field is read. Percents are read by their whole column, shapes by the row: not here."""
    if kind.form in {Form.CODE, Form.CODES}:
        labels = context.codes.get(kind.code_list or "", {})
        return partial(values.code if kind.form is Form.CODE else values.codes, labels=labels)
    dated = {Form.DATE: actual_day, Form.UNTIL: until_day, Form.PLANNED: planned_day}
    if kind.form in dated:
        return partial(dated[kind.form], year=year)
    if kind.form is Form.YUAN:
        return partial(values.money, unit_yuan=unit_yuan)
    return _PLAIN[kind.form]


_PLAIN: dict[Form, Callable[[Cell], Any]] = {
    Form.TEXT: values.text,
    Form.KEY: values.key,
    Form.WORDS: values.words,
    Form.NUMBER: values.amount,
    Form.COUNT: values.count,
    Form.YES_NO: values.yes_no,
    Form.HOURS: hours,
    Form.SHAPE: values.text,
}
_TEXT, _KEY = Field(Form.TEXT), Field(Form.KEY)
_ZONE_KIND = Field(Form.CODE, "zone_kinds")


def field_of(sheet: Sheet, name: str) -> Field:
    """What a column of a sheet holds, also where it is no field of the sheet's own record."""
    if name.startswith(PLAN):
        return FIELDS[PlanRecord][name.removeprefix(PLAN)]
    if name == "zone_kind":
        return _ZONE_KIND
    if name in {"project", "zone"} and sheet is PARTS:
        return _KEY
    return FIELDS[sheet.record].get(name, _TEXT)


def _report_span(cell: Cell, year: int | None) -> Any:  # noqa: ANN401  first and last day
    """Both ends of a period: 2026-3-2至2026-3-8, 3月2日-3月8日, 2026年3月."""
    word = values.text(cell)
    if word is None:
        return None
    ends = re.split(r"至|到|~|—|–|(?<=[日号])-", word)
    if len(ends) == 2:  # noqa: PLR2004  from and to
        first = span_of(ends[0].strip(), None, year)
        if first is not None:
            last = span_of(ends[1].strip(), None, first.first_on.year)
            return None if last is None else (first.first_on, last.last_on)
    span = span_of(cell, None, year)
    return None if span is None else (span.first_on, span.last_on)


class Lookup:
    """Which field of a sheet a heading means."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self._fields: dict[str, str] = {}
        extra: list[tuple[str, Column]] = []
        if sheet is PROJECTS:
            extra = [(PLAN + each.field, each) for each in INLINE_PLAN]
        elif sheet is REPORTS:
            extra = [(SPAN.field, SPAN)]
        elif sheet is PLANS:
            extra = [(YEAR.field, YEAR)]
        elif sheet is PARTS:
            numbers = range(2, MOST_SHAPE_COLUMNS + 1)
            extra = [(f"{SHAPE_MORE}{n}", column("", f"图形(WKT)续{n}")) for n in numbers]
        columns = [(each.field, each) for each in sheet.columns] + extra
        if any(each.field == "project" for each in sheet.columns):
            columns.append((PROJECT_NAME, _PROJECT_NAME))
        for target, each in columns:
            for name in (each.header, *each.names):
                self._fields.setdefault(normal(name), target)
        for target, each in columns:
            self._fields.setdefault(bare(normal(each.header)), target)

    def means(self, word: str) -> str | None:
        """The field that a normal heading means, months and years apart."""
        return self._fields.get(word)

    def knows(self, word: str) -> bool:
        """Whether a normal heading means something here."""
        return word in self._fields or self._month(word, None) is not None

    def find(self, label: Label, year: int | None) -> tuple[str, str | int | None] | None:
        """The field (and month or year) that a heading means; `year` is that of months written without one."""
        for word in label.candidates:
            found = self._fields.get(word)
            if found is not None:
                return found, None
        whole = normal("".join(label.parts))
        return self._month(whole, year)

    def _month(self, word: str, year: int | None) -> tuple[str, str | int] | None:
        if self.sheet is not PLANS and self.sheet is not PROJECTS:
            return None
        if self.sheet is PLANS:
            match = _MONTH.search(word) or _MONTH_DIGITS.search(word)
            if match:
                named = match.groupdict().get("y") or _year_in(word) or year or _UNKNOWN_YEAR
                kind = "investments" if "投资" in word or "元" in word else "percents"
                return kind, f"{named}-{int(match['m']):02d}"
        match = _YEAR_MONEY.search(word)
        if match and "累计" not in word:
            named = match["y"] or year
            return "year_investments", _UNKNOWN_YEAR if named is None else int(named)
        return None


_UNKNOWN_YEAR = "????"


def _dated_part(part: str | int | None, year: int | None) -> str | int | None:
    """The month or year of a column, with the row's year where the heading names none."""
    if not isinstance(part, str) or not part.startswith(_UNKNOWN_YEAR):
        return part
    if year is None:
        zh, en = "没有写年份:请填写“年度”列", "the year is not given: fill in the column 年度"
        raise ValueProblem(zh, en)
    return year if part == _UNKNOWN_YEAR else f"{year}{part.removeprefix(_UNKNOWN_YEAR)}"


def _year(cell: Cell) -> int | None:
    span = span_of(cell)
    return None if span is None else span.first_on.year


def _year_in(word: str) -> str | None:
    found = re.search(r"(\d{4})年", word)
    return found[1] if found else None


def _required(sheet: Sheet) -> list[str]:
    return [each.header for each in sheet.columns if each.required]
