"""A sheet that came in an old format, written anew as .xlsx: its cells where they were, without its looks."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from openpyxl import Workbook

from geo.exporters import ledger_styles as style
from geo.exporters.collection.columns import BY_FIELD
from geo.exporters.ledger_cells import is_risky, text_cell

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_SHEET_NAME_LIMIT = 31


def copy_rows(
    name: str,
    heading_row: int,
    places: Mapping[str, int],
    rows: Iterable[tuple[int, Mapping[str, Any]]],
) -> bytes:
    """A workbook with a sheet of that name: our headings in `heading_row`, each row's cells by field in its place."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = name[:_SHEET_NAME_LIMIT]
    for field, place in places.items():
        cell = sheet.cell(heading_row, place + 1, BY_FIELD[field].header)
        cell.font, cell.fill = style.HEADING, style.HEADING_FILL
        sheet.column_dimensions[cell.column_letter].width = BY_FIELD[field].width
        sheet.column_dimensions[cell.column_letter].hidden = field == "key"
    for number, cells in rows:
        for field, value in cells.items():
            filled = sheet.cell(number, places[field] + 1)
            filled.value = text_cell(value) if isinstance(value, str) else value
            if is_risky(value):
                filled.data_type = "s"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
