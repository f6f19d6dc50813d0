"""A unit's collection sheet as a workbook: last period's values filled in, keys hidden and locked, help beside it."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from geo.exporters import ledger_styles as style
from geo.exporters.collection.columns import (
    COLUMNS,
    GUIDE,
    HEADING_ROW,
    OPTIONS,
    PLACE,
    SHEET,
)
from geo.exporters.collection.keys import make_key
from geo.exporters.ledger_cells import day_cell, is_risky, text_cell

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from openpyxl.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

    from geo.queries.collection_facts import ProjectFacts, RoundFacts

PERIOD_NAMES = {"week": "周报", "ten_days": "旬报", "month": "月报"}

_TITLE = Font(bold=True, size=14)
_LOCKED_FILL = PatternFill("solid", fgColor="F1F2EF")
_FILL_HERE = PatternFill("solid", fgColor="FFFDF4")
_MISSING = PatternFill("solid", bgColor="F6D9C5")
_EDGE = Side(style="thin", color="C9CDC7")
_BORDER = Border(left=_EDGE, right=_EDGE, top=_EDGE, bottom=_EDGE)
_TEXT = Alignment(wrap_text=True, vertical="center", indent=0)
_CENTRED = Alignment(wrap_text=True, vertical="center", horizontal="center")
_FIGURE = Alignment(vertical="center", horizontal="right")
_FONT = Font(name="等线", size=11)
_ROW_HEIGHT = 34
_OPEN, _SHUT = Protection(locked=False), Protection(locked=True)
_YUAN_PER_WAN = 10_000
_COMMENT_WIDTH, _COMMENT_HEIGHT = 260, 90

_GUIDE_LINES = (
    "只填淡黄色的格子;灰色的格子是系统给的,请不要改动,也不要增删列。",
    "“本期形象进度”“本期进度”“累计完成投资”“下步计划”已按上期预填,请改为本期的内容。",
    "进度填 0–100 的数,写 35 或 35% 都可以,不要写 0.35。",
    "投资的单位是万元,不是元;也可以写成 1.2亿、3000万。",
    "日期写到日,如 2026-3-1。计划日期可以写 2026年3月底、2026年上半年。",
    "计划完工日期有调整的,须填写批准调整的文号。",
    "没有变化的项目也要保留该行。不属于本单位的项目请不要自行添加,可在回传时说明。",
    "填好后把整个文件发回,不要改成图片或 PDF。文件名可以改。",
)


def write_sheet(facts: RoundFacts, unit_id: int, time_zone: str = "Asia/Shanghai") -> bytes:
    """The workbook of one unit: a row for each of its projects that counts and is not finished."""
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    sheet.title = SHEET
    projects = sheet_projects(facts, unit_id)
    _write_head(sheet, facts, unit_id, time_zone)
    for place, project in enumerate(projects, start=1):
        _write_row(sheet, HEADING_ROW + place, place, project, facts, unit_id)
    last_row = HEADING_ROW + max(len(projects), 1)
    _validate(sheet, facts, last_row)
    _finish(sheet, last_row)
    _write_options(workbook.create_sheet(OPTIONS), facts.cause_names)
    _write_guide(workbook.create_sheet(GUIDE))
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def write_sheets(
    facts: RoundFacts, unit_ids: Iterable[int], time_zone: str = "Asia/Shanghai"
) -> bytes:
    """All the sheets in one zip, each named after its unit."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for unit_id in unit_ids:
            archive.writestr(
                sheet_file_name(facts, unit_id), write_sheet(facts, unit_id, time_zone)
            )
    return out.getvalue()


def sheet_file_name(facts: RoundFacts, unit_id: int) -> str:
    """What a sheet's file is called: the unit, the kind of report, the last day."""
    unit = "".join(letter for letter in facts.units[unit_id] if letter not in '\\/:*?"<>|')
    return f"{unit}-{PERIOD_NAMES[facts.period]}-{facts.last_on:%Y%m%d}.xlsx"


def sheet_projects(facts: RoundFacts, unit_id: int) -> list[ProjectFacts]:
    """The projects that stand on a unit's sheet, by code."""
    return [one for one in facts.projects.values() if one.active and one.unit_id == unit_id]


def period_words(facts: RoundFacts) -> str:
    """The period as it stands on the sheet: 2026-11-16至2026-11-22."""
    return f"{facts.first_on.isoformat()}至{facts.last_on.isoformat()}"


def _write_head(sheet: Worksheet, facts: RoundFacts, unit_id: int, time_zone: str) -> None:
    first, last = PLACE["number"], len(COLUMNS)
    title = sheet.cell(1, first, f"项目进展{PERIOD_NAMES[facts.period]}填报表")
    title.font = _TITLE
    sheet.merge_cells(start_row=1, start_column=first, end_row=1, end_column=last)
    due = facts.due_at.astimezone(ZoneInfo(time_zone))
    said = (
        f"填报单位:{facts.units[unit_id]}    填报期:{period_words(facts)}    "
        f"请于 {due.month}月{due.day}日 {due:%H:%M} 前报送"
    )
    sheet.cell(2, first, said).font = Font(bold=True)
    sheet.merge_cells(start_row=2, start_column=first, end_row=2, end_column=last)
    hint = "只填淡黄色的格子,灰色的请勿改动;投资单位为万元,进度填 0–100。详见“填写说明”。"
    note = sheet.cell(3, first, hint)
    note.font, note.alignment = style.HINT, Alignment(vertical="center")
    sheet.merge_cells(start_row=3, start_column=first, end_row=3, end_column=last)
    for place, each in enumerate(COLUMNS, start=1):
        cell = sheet.cell(HEADING_ROW, place, each.header)
        cell.font, cell.border = style.HEADING, _BORDER
        cell.alignment = Alignment(wrap_text=True, vertical="center", horizontal="center")
        cell.fill = style.REQUIRED_FILL if each.required else style.HEADING_FILL
        if each.help:
            cell.comment = Comment(
                each.help, "填报说明", height=_COMMENT_HEIGHT, width=_COMMENT_WIDTH
            )


def _write_row(  # noqa: PLR0913, PLR0917  where, which and of what
    sheet: Worksheet, row: int, number: int, project: ProjectFacts, facts: RoundFacts, unit_id: int
) -> None:
    values = row_values(project)
    values["key"] = make_key(facts.salt, facts.id, unit_id, project.code)
    values["number"] = number
    sheet.row_dimensions[row].height = _ROW_HEIGHT
    for place, each in enumerate(COLUMNS, start=1):
        cell = sheet.cell(row, place)
        _put(cell, values.get(each.field))
        cell.border, cell.font = _BORDER, _FONT
        cell.alignment = _ALIGNED.get(each.field, _TEXT)
        cell.protection = _OPEN if each.fill else _SHUT
        cell.fill = _FILL_HERE if each.fill else _LOCKED_FILL
        cell.number_format = _FORMATS.get(each.field, cell.number_format)


_ALIGNED = {
    **dict.fromkeys(("last_percent", "percent", "last_to_date", "to_date", "invested"), _FIGURE),
    **dict.fromkeys(("number", "code", "start", "finish", "completed"), _CENTRED),
}
_FORMATS = {
    **dict.fromkeys(("last_percent", "percent"), "0.##"),
    **dict.fromkeys(("last_to_date", "to_date", "invested"), "#,##0.####"),
    **dict.fromkeys(("start", "finish", "completed"), style.DAY_FORMAT),
    **dict.fromkeys(("code", "document", "key"), style.TEXT_FORMAT),
}


def row_values(project: ProjectFacts) -> dict[str, Any]:
    """What is filled in for a project before the unit sees it."""
    values: dict[str, Any] = {
        "code": project.code,
        "name": project.name,
        "start": project.actual_start_on,
        "finish": None if project.planned_finish is None else day_cell(project.planned_finish),
        "completed": project.completed_on,
    }
    last = project.last
    if last is not None:
        to_date = None if last.to_date_yuan is None else _wan(last.to_date_yuan)
        values |= {
            "last_percent": last.percent,
            "last_to_date": to_date,
            "percent": last.percent,
            "narrative": last.narrative,
            "to_date": to_date,
            "next_step": last.next_step,
            "reporter": last.reporter,
            "checker": last.checker,
        }
    return values


def _wan(yuan: int) -> float | int:
    whole, rest = divmod(yuan, _YUAN_PER_WAN)
    return yuan / _YUAN_PER_WAN if rest else whole


def _put(cell: Cell | Any, value: Any) -> None:  # noqa: ANN401  merged cells have a class of their own
    if isinstance(value, str):
        cell.value = text_cell(value)
        if is_risky(value):
            cell.data_type = "s"
    elif isinstance(value, date) and not isinstance(value, datetime):
        cell.value = value
    else:
        cell.value = value


def _validate(sheet: Worksheet, facts: RoundFacts, last_row: int) -> None:
    """Soft limits: a warning in the spreadsheet, for what nobody means."""

    def add(field: str, rule: DataValidation, title: str, sentence: str) -> None:
        rule.errorStyle, rule.errorTitle, rule.error = "warning", title, sentence
        rule.showErrorMessage = True
        letter = get_column_letter(PLACE[field])
        rule.add(f"{letter}{HEADING_ROW + 1}:{letter}{last_row}")
        sheet.add_data_validation(rule)

    percent = DataValidation(
        "decimal", operator="between", formula1="0", formula2="100", allow_blank=True
    )
    add("percent", percent, "进度", "进度应在 0–100 之间,如 35。")
    for field in ("invested", "to_date"):
        money = DataValidation(
            "decimal", operator="greaterThanOrEqual", formula1="0", allow_blank=True
        )
        add(field, money, "投资", "请填不小于 0 的数,单位是万元。")
    cause = DataValidation(
        "list", formula1=f"{OPTIONS}!$A$1:$A${max(len(facts.cause_names), 1)}", allow_blank=True
    )
    add("cause", cause, "问题类别", "请从下拉列表中选择。")
    letter = get_column_letter(PLACE["percent"])
    cells = f"{letter}{HEADING_ROW + 1}:{letter}{last_row}"
    blank = FormulaRule(formula=[f"LEN(TRIM({letter}{HEADING_ROW + 1}))=0"], fill=_MISSING)  # type: ignore[no-untyped-call]
    sheet.conditional_formatting.add(cells, blank)


def _finish(sheet: Worksheet, last_row: int) -> None:
    for place, each in enumerate(COLUMNS, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = each.width
    sheet.column_dimensions["A"].hidden = True
    sheet.row_dimensions[1].height = 26
    sheet.row_dimensions[HEADING_ROW].height = 32
    sheet.freeze_panes = f"{get_column_letter(PLACE['name'] + 1)}{HEADING_ROW + 1}"
    sheet.protection.sheet = True
    # Widths, heights, filters and sorting stay theirs; only keys and last period's values are locked.
    sheet.protection.formatColumns = False
    sheet.protection.formatRows = False
    sheet.protection.formatCells = False
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A3
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True  # type: ignore[union-attr]
    sheet.print_title_rows = f"{HEADING_ROW}:{HEADING_ROW}"
    sheet.print_area = f"B1:{get_column_letter(len(COLUMNS))}{last_row}"


def _write_options(sheet: Worksheet, names: Sequence[str]) -> None:
    for row, name in enumerate(names, start=1):
        sheet.cell(row, 1, name)
    sheet.sheet_state = "hidden"


def _write_guide(sheet: Worksheet) -> None:
    sheet.column_dimensions["A"].width = 100
    sheet.cell(1, 1, "填写说明").font = _TITLE
    for row, sentence in enumerate(_GUIDE_LINES, start=2):
        sheet.cell(row, 1, f"{row - 1}. {sentence}").alignment = style.HINT_ALIGNMENT
