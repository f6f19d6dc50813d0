"""The ledger workbook written: a batch as sheets that import again unchanged."""

from __future__ import annotations

from dataclasses import MISSING, dataclass, fields
from typing import TYPE_CHECKING, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.utils import get_column_letter

from geo.codelists import read_code_lists
from geo.database.setup import DATA_DIR
from geo.exporters import ledger_styles as style
from geo.exporters.ledger_cells import (
    is_risky,
    percent_cell,
    shape_text,
    writer_for,
    yuan_cell,
)
from geo.exporters.ledger_columns import PLANS, column
from geo.exporters.ledger_zones import ALWAYS, PART, PARTS, SHEETS
from geo.record_fields import FIELDS, Field, Form
from geo.records import PartRecord, ZoneRecord

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from openpyxl.cell import Cell
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

    from geo.exporters.ledger_cells import CellValue, Names
    from geo.exporters.ledger_columns import Column, Sheet
    from geo.records import Batch, PlanRecord

CELL_LIMIT = 32_000
"""Characters of a shape in one cell (Excel takes 32,767); the rest goes on in columns of its own."""


def write_ledger(path: Path, batch: Batch, names: Names | None = None) -> None:
    """Write a batch as a ledger workbook. `names` gives for each code list the name of each code.

    Districts, ground, roads and pavements are no part of a ledger and are left out. Shapes are written as WKT in
    WGS84. Text that looks like a formula stays text.
    """
    names = names or read_code_lists(DATA_DIR / "codes").names
    workbook = Workbook(write_only=True)
    for place, sheet in enumerate(SHEETS):
        content = _content(sheet, batch, names)
        if content.rows or place < ALWAYS:
            _write_sheet(workbook.create_sheet(sheet.name), content)
    workbook.save(path)


@dataclass(slots=True)
class _Content:
    """Headings, widths, formats and rows of one sheet."""

    columns: list[Column]
    formats: dict[int, str]
    rows: list[Iterable[CellValue]]


def _write_sheet(sheet: WriteOnlyWorksheet, content: _Content) -> None:
    sheet.freeze_panes = "A2"
    for place, each in enumerate(content.columns, start=1):
        letter = get_column_letter(place)
        sheet.column_dimensions[letter].width = each.width  # type: ignore[attr-defined]
    sheet.append([_heading(sheet, each.header) for each in content.columns])
    for row in content.rows:
        cells: list[Any] = list(row)
        for place, value in enumerate(cells):
            if is_risky(value):
                cells[place] = _text(sheet, str(value))
            elif place in content.formats and value is not None:
                cells[place] = WriteOnlyCell(sheet, value)
                cells[place].number_format = content.formats[place]
        sheet.append(cells)


def _heading(sheet: WriteOnlyWorksheet, header: str) -> Cell:
    cell = WriteOnlyCell(sheet, header)
    cell.font, cell.fill = style.HEADING, style.HEADING_FILL
    cell.alignment = style.HEADING_ALIGNMENT
    return cell


def _text(sheet: WriteOnlyWorksheet, value: str) -> Cell:
    cell = WriteOnlyCell(sheet, value)
    cell.data_type = "s"
    return cell


def _content(sheet: Sheet, batch: Batch, names: Names) -> _Content:
    if sheet is PLANS:
        return _plans(batch.plans, names)
    if sheet is PARTS:
        return _parts(batch.zones, names)
    if sheet.zone_kind is not None:
        zones = [zone for zone in batch.zones if zone.kind == sheet.zone_kind]
        return _zones(sheet, zones, names)
    records = getattr(batch, sheet.collection)
    write = _row_writer(sheet, names)
    return _Content(list(sheet.columns), _formats(sheet), [write(record) for record in records])


def _formats(sheet: Sheet) -> dict[int, str]:
    known = FIELDS[sheet.record]
    return {
        place: style.PERCENT_FORMAT
        for place, each in enumerate(sheet.columns)
        if each.field in known and known[each.field].form is Form.PERCENT
    }


def _row_writer(sheet: Sheet, names: Names) -> Callable[[Any], list[CellValue]]:
    """A function that turns one record into the cells of its sheet; columns that are no field stay empty."""
    known = FIELDS[sheet.record]
    empty = {
        each.name: each.default
        for each in fields(sheet.record)
        if each.default is not MISSING and each.default == ()
    }
    steps: list[tuple[str, Callable[[Any], CellValue]] | None] = []
    for each in sheet.columns:
        field = known.get(each.field)
        steps.append(None if field is None else (each.field, writer_for(field, names)))

    def write(record: Any) -> list[CellValue]:  # noqa: ANN401  a record of this sheet
        cells: list[CellValue] = []
        for step in steps:
            value = None if step is None else getattr(record, step[0])
            if step is None or value is None or (step[0] in empty and value == ()):
                cells.append(None)
            else:
                cells.append(step[1](value))
        return cells

    return write


def _plans(plans: list[PlanRecord], names: Names) -> _Content:
    """Plans with a column for each month and year that any of them speaks of."""
    write = _row_writer(PLANS, names)
    years = sorted({year for plan in plans for year in plan.year_investments})
    percents = sorted({month for plan in plans for month in plan.percents})
    investments = sorted({month for plan in plans for month in plan.investments})
    columns = [*PLANS.columns, *plan_columns(years, percents, investments)]
    first_percent = len(PLANS.columns) + len(years)
    formats = {first_percent + place: style.PERCENT_FORMAT for place in range(len(percents))}
    rows: list[Iterable[CellValue]] = []
    for plan in plans:
        cells = write(plan)
        cells += [_known(plan.year_investments.get(year), yuan_cell) for year in years]
        cells += [_known(plan.percents.get(month), percent_cell) for month in percents]
        cells += [_known(plan.investments.get(month), yuan_cell) for month in investments]
        rows.append(cells)
    return _Content(columns, formats, rows)


def plan_columns(
    years: Iterable[int], percents: Iterable[str], investments: Iterable[str]
) -> Iterator[Column]:
    """Columns of the sheet 计划 for years and months ("2026-03")."""
    for year in years:
        yield column("", f"{year}年计划投资(万元)", "", 16)
    for month in percents:
        yield column("", f"{month[:4]}年{int(month[5:])}月进度(%)", "", 12)
    for month in investments:
        yield column("", f"{month[:4]}年{int(month[5:])}月投资(万元)", "", 12)


def _known(value: Any, write: Callable[[Any], CellValue]) -> CellValue:  # noqa: ANN401  yuan or percent
    return None if value is None else write(value)


def _zones(sheet: Sheet, zones: list[ZoneRecord], names: Names) -> _Content:
    write = _row_writer(sheet, names)
    places = {each.field: place for place, each in enumerate(sheet.columns)}
    rows: list[Iterable[CellValue]] = []
    for zone in zones:
        cells = write(zone)
        for place, text in (_own_shapes(sheet, zone) or {}).items():
            cells[places[place]] = text
        rows.append(cells)
    return _Content(list(sheet.columns), {}, rows)


def _own_shapes(sheet: Sheet, zone: ZoneRecord) -> dict[str, str] | None:
    """The zone's shapes by column of its own row; None when they need the sheet 图形.

    They fit when they have nothing but role and mode, are short, and stand in the order of the columns.
    """
    order = [each.field for each in sheet.columns if each.field.startswith(PART)]
    found: dict[str, str] = {}
    reached = -1
    for part in zone.parts:
        field = PART + part.role + (f":{part.mode}" if part.mode else "")
        text = shape_text(part.shape)
        plain = part == PartRecord(part.shape, part.role, part.mode)
        if (
            field not in order
            or not plain
            or len(text) > CELL_LIMIT
            or order.index(field) <= reached
        ):
            return None
        reached = order.index(field)
        found[field] = text
    return found


def _parts(zones: list[ZoneRecord], names: Names) -> _Content:
    """The shapes that did not fit into their zones' rows."""
    sheets = {sheet.zone_kind: sheet for sheet in SHEETS if sheet.zone_kind is not None}
    kind_of = writer_for(Field(Form.CODE, "zone_kinds"), names)
    write = _row_writer(PARTS, names)
    places = {each.field: place for place, each in enumerate(PARTS.columns)}
    rows: list[list[CellValue]] = []
    for zone in zones:
        if _own_shapes(sheets[zone.kind], zone) is not None:
            continue
        for part in zone.parts:
            cells = write(part)
            cells[places["zone_kind"]] = kind_of(zone.kind)
            cells[places["project"]] = zone.project if zone.kind == "site" else None
            cells[places["zone"]] = zone.code
            rows.append([*cells[:-1], *_pieces(shape_text(part.shape))])
    longest = max((len(row) for row in rows), default=0) - len(PARTS.columns)
    more = [column("", f"图形(WKT)续{n + 2}", "", 12) for n in range(max(longest, 0))]
    return _Content([*PARTS.columns, *more], {}, list(rows))


def _pieces(text: str) -> list[str]:
    """A long text cut behind commas, where the blanks that cells lose at their ends mean nothing."""
    pieces: list[str] = []
    while len(text) > CELL_LIMIT:
        end = text.rindex(",", 0, CELL_LIMIT) + 1
        pieces.append(text[:end])
        text = text[end:]
    return [*pieces, text]
