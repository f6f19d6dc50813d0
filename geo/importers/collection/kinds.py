"""The kinds of finding in a filled sheet: what each is called, and whether a row must wait for an answer."""

from __future__ import annotations

from typing import NamedTuple


class Kind(NamedTuple):
    """`must`: the row is not taken in before somebody answers. Otherwise it is shown and taken as written."""

    must: bool
    zh: str
    en: str


_MUST = {
    "wrong_round": ("别期的表", "Sheet of another round"),
    "period_differs": ("填报期不符", "Period differs"),
    "unit_differs": ("单位不符", "Unit differs"),
    "columns_missing": ("缺列", "Columns missing"),
    "key_broken": ("行标识被改", "Row key altered"),
    "row_moved": ("行与项目不符", "Row and project differ"),
    "name_unsure": ("名称待确认", "Name to confirm"),
    "name_unknown": ("项目不明", "Unknown project"),
    "foreign_project": ("非本单位项目", "Another unit's project"),
    "not_active": ("项目已退出或完工", "Project is over"),
    "duplicate_row": ("重复行", "Row twice"),
    "units_disagree": ("两单位说法不一", "Two units disagree"),
    "value_unread": ("读不懂的值", "Value not understood"),
    "ditto": ("“同上”所指不明", "Unclear 同上"),
    "percent_fraction": ("百分数写法不明", "Percent or fraction"),
    "percent_range": ("进度超出范围", "Percent out of range"),
    "money_unit": ("万元与元混用", "Yuan or 万元"),
    "day_unclear": ("日期不到日", "No single day"),
    "blank_required": ("必填未填", "Required and blank"),
    "unit_unsure": ("卡点单位待确认", "Awaited unit to confirm"),
    "cause_unclear": ("问题类别不明", "Kind of problem unclear"),
}
_SHOWN = {
    "name_changed": ("名称有改动", "Name altered"),
    "cumulative_fell": ("累计投资下降", "Cumulative figure fell"),
    "percent_fell": ("进度下降", "Percent fell"),
    "percent_jumped": ("进度骤升", "Percent jumped"),
    "text_same": ("形象进度与上期相同", "Text as last period"),
    "date_moved": ("改期无文号", "Date moved without a document"),
    "start_moved": ("开工日期有改动", "Actual start altered"),
    "reporter_missing": ("缺填报人", "No reporter"),
    "sum_differs": ("累计与本期不符", "Sum differs"),
    "approximate": ("约数", "Approximate figure"),
    "done_without_day": ("满进度无完工日期", "Done without a day"),
    "begun_without_start": ("有进度无开工日期", "Progress without a start"),
    "day_ahead": ("日期在填报期之后", "Day still to come"),
    "finish_before_start": ("完工早于开工", "Finish before start"),
    "over_total": ("累计超过总投资", "More than the total"),
    "row_missing": ("缺少项目行", "Row missing"),
    "row_skipped": ("未读入的行", "Row not read"),
}

KINDS = {code: Kind(must=True, zh=zh, en=en) for code, (zh, en) in _MUST.items()} | {
    code: Kind(must=False, zh=zh, en=en) for code, (zh, en) in _SHOWN.items()
}
"""In the order in which they are shown."""

COMMAND_DECIDES = frozenset({"foreign_project", "units_disagree", "unit_differs", "not_active"})
"""What lies between two units, or between a unit and the command: no unit answers it for itself (nor does the
database let it, see 0016_collection_units.sql)."""
