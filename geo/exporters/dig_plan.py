"""The year's dig plan as a workbook: one row a dig, and the proposed shifts with their reasons."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

from openpyxl import Workbook
from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties

from geo.exporters.ledger_cells import is_risky, text_cell
from geo.exporters.ledger_styles import DAY_FORMAT, HEADING, HEADING_ALIGNMENT, HEADING_FILL

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from openpyxl.worksheet.worksheet import Worksheet
    from sqlalchemy import Row

    from geo.queries.dig_plans import Proposal

_DIGS = (
    ("编号", 12),
    ("工程名称", 32),
    ("产权单位", 16),
    ("管线类别", 10),
    ("位置", 30),
    ("计划开工", 12),
    ("计划完工", 12),
    ("允许最早", 12),
    ("允许最晚", 12),
    ("计划状态", 10),
    ("暂定", 6),
    ("涉及冲突", 9),
)
_SHIFTS = (
    ("工程名称", 32),
    ("单位", 16),
    ("现计划", 26),
    ("调整天数", 9),
    ("建议计划", 26),
    ("理由", 70),
    ("答复", 10),
    ("说明", 24),
)
_STATES = {"proposed": "待答复", "accepted": "同意", "declined": "不同意", "lapsed": "已失效"}


def write_dig_plan(
    year: int,
    digs: Sequence[Row[Any]],
    proposal: Proposal | None,
    names: Mapping[str, Mapping[str, str]],
) -> bytes:
    """The workbook of a year. `names` are the code lists' Chinese names (`utility`, `dig_plan_state`)."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None  # noqa: S101  a new workbook has one
    sheet.title = f"{year}年度掘路计划"
    _head(sheet, _DIGS)
    for dig in digs:
        _row(
            sheet,
            (
                dig.code,
                dig.name,
                dig.unit,
                names["utility"].get(dig.utility, dig.utility),
                dig.location_text,
                dig.first_on,
                dig.last_on,
                dig.window_first_on,
                dig.window_last_on,
                names["dig_plan_state"].get(dig.dig_plan_state, dig.dig_plan_state),
                "是" if dig.tentative else "",
                dig.pairs,
            ),
        )
    if proposal is not None:
        sheet = book.create_sheet("错峰建议")
        _head(sheet, _SHIFTS)
        for shift in proposal.shifts:
            _row(
                sheet,
                (
                    "、".join(name for _, name, _ in shift.zones),
                    shift.unit,
                    _days(shift.before.first_on, shift.before.last_on),
                    shift.by,
                    _days(shift.after.first_on, shift.after.last_on),
                    shift.sentence,
                    _STATES[shift.state],
                    shift.note,
                ),
            )
    written = BytesIO()
    book.save(written)
    return written.getvalue()


def _days(first: date, last: date | None) -> str:
    return f"{first}至{last}" if last else f"{first}起"


def _head(sheet: Worksheet, columns: Sequence[tuple[str, int]]) -> None:
    for at, (title, width) in enumerate(columns, start=1):
        cell = sheet.cell(1, at, title)
        cell.font, cell.fill, cell.alignment = HEADING, HEADING_FILL, HEADING_ALIGNMENT
        sheet.column_dimensions[get_column_letter(at)].width = width
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}1"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "1:1"


def _row(sheet: Worksheet, values: Iterable[Any]) -> None:
    row = sheet.max_row + 1
    for at, value in enumerate(values, start=1):
        cell = sheet.cell(row, at, text_cell(value) if isinstance(value, str) else value)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        if is_risky(value):
            cell.data_type = "s"
        if hasattr(value, "isoformat"):
            cell.number_format = DAY_FORMAT
