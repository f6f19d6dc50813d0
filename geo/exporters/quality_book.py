"""Everything doubtful as a workbook: one line a record, a sheet of counts by check and unit."""

from __future__ import annotations

import io
from collections import Counter
from typing import TYPE_CHECKING

from openpyxl import Workbook
from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter

from geo.exporters import ledger_styles as style
from geo.exporters.ledger_cells import is_risky, text_cell

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from openpyxl.worksheet.worksheet import Worksheet

    from geo.queries.quality import Doubtful

_HEADINGS = ("责任单位", "问题", "编号", "名称", "情况", "怎么改", "链接")
_WIDTHS = (28, 24, 14, 40, 40, 38, 48)


def write_quality_book(found: Sequence[Doubtful], day: date, links: Iterable[str]) -> bytes:
    """The workbook; `links` gives the address at which each record can be mended, in the order of `found`."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "待核数据"
    _append(sheet, [f"待核数据清单({day.isoformat()})"])
    _append(sheet, _HEADINGS)
    for one, link in zip(found, links, strict=True):
        _append(
            sheet,
            (
                one.unit or "(未定)",
                one.check.zh,
                one.code,
                one.name,
                one.detail,
                one.check.mend_zh,
                link,
            ),
        )
        sheet.cell(sheet.max_row, len(_HEADINGS)).hyperlink = link
    _dress(sheet, 2, _WIDTHS)
    sheet.auto_filter.ref = f"A2:G{max(sheet.max_row, 2)}"
    counts = book.create_sheet("按单位汇总")
    units = sorted({one.unit or "(未定)" for one in found})
    checks = list(dict.fromkeys(one.check.zh for one in found))
    tally = Counter((one.unit or "(未定)", one.check.zh) for one in found)
    _append(counts, ["责任单位", *checks, "合计"])
    for unit in units:
        numbers = [tally[unit, check] for check in checks]
        _append(counts, [unit, *(number or None for number in numbers), sum(numbers)])
    _dress(counts, 1, (28, *(14 for _ in checks), 10))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _append(sheet: Worksheet, values: Sequence[str | int | None]) -> None:
    row = sheet.max_row + 1 if sheet.max_row > 1 or sheet.cell(1, 1).value is not None else 1
    for place, value in enumerate(values, start=1):
        cell = sheet.cell(row, place)
        cell.value = text_cell(value) if isinstance(value, str) else value
        if isinstance(value, str) and is_risky(value):
            cell.data_type = "s"


def _dress(sheet: Worksheet, heading: int, widths: Sequence[int]) -> None:
    for place, width in enumerate(widths, start=1):
        cell = sheet.cell(heading, place)
        cell.font, cell.fill, cell.alignment = (
            style.HEADING,
            style.HEADING_FILL,
            style.HEADING_ALIGNMENT,
        )
        sheet.column_dimensions[get_column_letter(place)].width = width
    for row in sheet.iter_rows(min_row=heading + 1):
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = f"A{heading + 1}"
