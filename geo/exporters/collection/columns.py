"""The columns of a collection sheet: one list for the sheet that goes out and for the one that comes back."""

from __future__ import annotations

from dataclasses import dataclass

SHEET = "进展填报"
GUIDE = "填写说明"
OPTIONS = "选项"
HEADING_ROW = 4
"""Rows 1 to 3 hold title, unit and period, and how to fill the sheet in."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `fill`: the unit writes here. `help` stands as a comment on the heading."""

    field: str
    header: str
    width: int
    fill: bool = False
    required: bool = False
    names: tuple[str, ...] = ()
    help: str = ""


def _fill(  # noqa: PLR0913, PLR0917  the parts of a column
    field: str,
    header: str,
    width: int,
    names: str,
    help_: str,
    required: bool = False,  # noqa: FBT001, FBT002
) -> Column:
    parts = tuple(filter(None, names.split("|")))
    return Column(field, header, width, fill=True, required=required, names=parts, help=help_)


COLUMNS = (
    Column("key", "行标识(请勿改动)", 4, names=("行标识",)),
    Column("number", "序号", 6),
    Column("code", "项目编号", 12, names=("编号", "项目代码")),
    Column("name", "项目名称", 32, names=("工程名称", "项目")),
    Column("last_percent", "上期进度(%)", 9),
    Column("last_to_date", "上期累计投资(万元)", 13),
    _fill(
        *("percent", "本期进度(%)", 10, "进度|进度(%)|完成进度|形象进度(%)|完成百分比|本期进度"),
        *("填 0–100 的数,如 35 或 35%。已按上期预填,请改为本期数。", True),
    ),
    _fill(
        *("narrative", "本期形象进度", 36, "形象进度|进展情况|工程进展|本周进展|本期进展"),
        *("用一句话写明本期做到哪一步。已按上期预填,请改写;没有变化也请写明原因。", True),
    ),
    _fill(
        *("invested", "本期完成投资(万元)", 12, "本期完成投资|本周完成投资|本期投资"),
        *("本期内完成的投资,单位万元。没有完成填 0。",),
    ),
    _fill(
        *("to_date", "累计完成投资(万元)", 13, "累计完成投资|累计投资|开工以来累计完成投资"),
        *("开工以来累计,单位万元,不应小于上期。已按上期预填。",),
    ),
    _fill(
        *("next_step", "下步计划", 28, "下一步计划|下一步工作|下周计划|下步工作"),
        *("下一期准备做什么。",),
    ),
    _fill(
        *("start", "实际开工日期", 12, "开工日期|实际开工时间|实际开工"),
        *("写到日,如 2026-3-1。未开工留空。",),
    ),
    _fill(
        *("finish", "计划完工日期", 12, "计划竣工日期|计划完工时间|计划完工"),
        *("计划有调整时才改,并在后一列填调整文号。可写 2026年3月底、2026年上半年。",),
    ),
    _fill(*("document", "计划调整文号", 16, "调整文号|文号", "批准调整计划的文件号。")),
    _fill(
        *("completed", "实际完工日期", 12, "完工日期|实际完工时间|竣工日期"),
        *("进度填 100 时必须填写。",),
    ),
    _fill(
        *("problem", "新增制约问题", 26, "存在问题|制约问题|存在的问题|需协调问题"),
        *("本期新出现、需要协调的问题。没有填“无”。",),
    ),
    _fill(*("cause", "问题类别", 10, "制约类别|制约原因|问题类型", "从下拉列表中选择。")),
    _fill(*("awaited", "卡点单位", 18, "需协调单位|待办单位", "正等它办事的单位。")),
    _fill(*("reporter", "填报人", 9, "填报|联系人", "谁填的这一行。", True)),
    _fill(*("checker", "审核人", 9, "审核|负责人", "谁审核的。")),
)

BY_FIELD = {column.field: column for column in COLUMNS}
PLACE = {column.field: place for place, column in enumerate(COLUMNS, start=1)}
"""Where each column stands, from 1."""
