"""The empty ledger workbook: headings, hints, drop-downs for coded values, formats for days and percents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from geo.codelists import read_code_lists
from geo.database.setup import DATA_DIR
from geo.exporters import ledger_styles as style
from geo.exporters.ledger_columns import GUIDE_SHEET, OPTIONS_SHEET, PLANS, YEAR, column
from geo.exporters.ledger_zones import SHEETS
from geo.record_fields import FIELDS, Field, Form

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet

    from geo.exporters.ledger_cells import Names
    from geo.exporters.ledger_columns import Column, Sheet

_LAST_ROW = 5_000
"""Rows that have drop-downs."""
_FIRST_ROW = 3
_FORMATS = {
    Form.KEY: style.TEXT_FORMAT,
    Form.DATE: style.DAY_FORMAT,
    Form.UNTIL: style.DAY_FORMAT,
    Form.PLANNED: style.DAY_FORMAT,
    Form.PERCENT: style.PERCENT_FORMAT,
    Form.MONTH_PERCENTS: style.PERCENT_FORMAT,
    Form.YUAN: style.MONEY_FORMAT,
    Form.MONTH_YUAN: style.MONEY_FORMAT,
    Form.YEAR_YUAN: style.MONEY_FORMAT,
}

_GUIDE = (
    "一行一条记录;表头不要改名,列可以删去、可以换顺序,不认识的列不会读入。橙色表头的列必须填写。",
    "日期写 2026-3-1 或 2026年3月1日。只定到月份的写 2026年3月:计划日期按月末算,实际日期按月初算。",
    "也可以写 2026年一季度、2026年上半年、2026年。尚不确定的在后面加“(暂定)”。",
    "金额按表头的单位填写;没有单位的按万元;也可以写 1.2亿、3000万。",
    "百分数写 35%。同一列不要有的写 35、有的写 0.35。",
    "是否:写“是”或“否”。多个值用顿号分开。“同上”表示与上一行相同。没有内容的格子留空;列表为空写“无”。",
    "图形写 WKT 文本,或经度、纬度两列。坐标默认为 WGS84 经纬度。",
    "用别的坐标系时在“坐标系”列写明,如 EPSG:4548、GCJ-02、BD-09。",
    "同一张表可以反复导入:编号相同的记录会更新,没有变化的不动;某行有问题只拒绝该行,并说明原因。",
)


def write_template(path: Path, names: Names | None = None) -> None:
    """Write the empty ledger workbook. `names` gives for each code list the name of each code."""
    names = names or read_code_lists(DATA_DIR / "codes").names
    workbook = Workbook()
    guide = workbook.worksheets[0]
    guide.title = GUIDE_SHEET
    _write_guide(guide)
    options = _Options(names)
    for sheet in SHEETS:
        _write_sheet(workbook.create_sheet(sheet.name), sheet, options)
    options.write(workbook.create_sheet(OPTIONS_SHEET))
    workbook.active = 1
    workbook.save(path)


class _Options:
    """The lists of the drop-downs, each in a column of a hidden sheet."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._columns: dict[str, int] = {}

    def validation(self, field: Field) -> DataValidation | None:
        """A drop-down for a field that holds one code, or yes and no."""
        if field.form is Form.YES_NO:
            formula = '"是,否"'
        elif field.form is Form.CODE and self._names.get(field.code_list or ""):
            code_list = field.code_list or ""
            place = self._columns.setdefault(code_list, len(self._columns) + 1)
            letter, last = get_column_letter(place), len(self._names[code_list]) + 1
            formula = f"{OPTIONS_SHEET}!${letter}$2:${letter}${last}"
        else:
            return None
        validation = DataValidation("list", formula1=formula, allow_blank=True)
        validation.showErrorMessage = True
        validation.errorTitle, validation.error = "不在可选项中", "请从下拉列表中选择"
        return validation

    def write(self, sheet: Worksheet) -> None:
        """Fill the hidden sheet."""
        for code_list, place in self._columns.items():
            sheet.cell(1, place, code_list)
            for row, name in enumerate(self._names[code_list].values(), start=2):
                sheet.cell(row, place, name)
        sheet.sheet_state = "hidden"


def _write_guide(sheet: Worksheet) -> None:
    sheet.column_dimensions["A"].width = 110
    sheet.cell(1, 1, "填写说明").font = style.HEADING
    for row, sentence in enumerate(_GUIDE, start=2):
        cell = sheet.cell(row, 1, f"{row - 1}. {sentence}")
        cell.alignment = style.HINT_ALIGNMENT


def _write_sheet(target: Worksheet, sheet: Sheet, options: _Options) -> None:
    known = FIELDS[sheet.record]
    columns: list[tuple[Column, Field | None]] = [
        (each, known.get(each.field, _coded_key(each))) for each in sheet.columns
    ]
    if sheet is PLANS:
        columns += [(YEAR, None), *_months()]
    for place, (each, field) in enumerate(columns, start=1):
        letter = get_column_letter(place)
        heading = target.cell(1, place, each.header)
        heading.font, heading.alignment = style.HEADING, style.HEADING_ALIGNMENT
        heading.fill = style.REQUIRED_FILL if each.required else style.HEADING_FILL
        dimension = target.column_dimensions[letter]
        dimension.width = each.width
        if field is None:
            continue
        if field.form in _FORMATS:
            dimension.number_format = _FORMATS[field.form]
        validation = options.validation(field)
        if validation is not None:
            validation.add(f"{letter}{_FIRST_ROW}:{letter}{_LAST_ROW}")
            target.add_data_validation(validation)
    hint = target.cell(2, 1, f"说明:{sheet.hint or '一行一条记录。'}")
    hint.font, hint.alignment = style.HINT, style.HINT_ALIGNMENT
    target.merge_cells(start_row=2, start_column=1, end_row=2, end_column=min(len(columns), 8))
    target.row_dimensions[2].height = 30
    target.freeze_panes = "A3"


def _coded_key(each: Column) -> Field | None:
    """Columns of the sheet 图形 that name a zone."""
    if each.field == "zone_kind":
        return Field(Form.CODE, "zone_kinds")
    return Field(Form.KEY) if each.field in {"project", "zone"} else None


def _months() -> list[tuple[Column, Field | None]]:
    """Columns for one year's plan; the column 年度 says which."""
    money, percent = Field(Form.MONTH_YUAN), Field(Form.MONTH_PERCENTS)
    found: list[tuple[Column, Field | None]] = [
        (column("", "年度计划投资(万元)", "", 16), Field(Form.YEAR_YUAN))
    ]
    found += [(column("", f"{month}月进度(%)", "", 11), percent) for month in range(1, 13)]
    found += [(column("", f"{month}月投资(万元)", "", 12), money) for month in range(1, 13)]
    return found
