"""What kinds of record and their fields are called in a history; forms bring the names of what they change."""

from __future__ import annotations

from geo.forms.field import Field, Kind, Words
from geo.forms.forms import FORMS

KINDS: dict[str, Words] = {
    "project": Words("项目", "Project"),
    "project_district": Words("属地", "District of a project"),
    "plan_version": Words("计划", "Plan"),
    "plan_month": Words("分月计划", "Monthly plan"),
    "plan_year": Words("年度投资计划", "Year's investment"),
    "milestone": Words("节点", "Milestone"),
    "progress_report": Words("进展填报", "Progress report"),
    "procedure": Words("前期手续", "Procedure"),
    "funding_line": Words("资金", "Funding"),
    "land_status": Words("用地与征拆", "Land and demolition"),
    "blocker": Words("制约问题", "Blocker"),
    "suspension": Words("停工", "Suspension"),
    "objection": Words("申诉", "Objection"),
    "ruling": Words("核定", "Ruling"),
    "attachment": Words("附件", "Attachment"),
    "photo": Words("照片信息", "Photo"),
    "zone": Words("点位与工程", "Zone"),
    "zone_part": Words("图形", "Shape"),
    "zone_hours": Words("作业时段", "Hours"),
    "zone_link": Words("关联", "Link"),
    "overlap_answer": Words("协调答复", "Answer to a pair"),
    "unit": Words("单位", "Unit"),
    "leader": Words("分包领导", "Leader"),
    "pause": Words("冬歇与节假日", "Pause"),
    "pavement": Words("路面", "Pavement"),
    "road": Words("道路", "Road"),
    "calendar_day": Words("节假日与调休", "Day off or worked"),
    "district": Words("区县", "District"),
    "ground": Words("底图", "Base map"),
    "rules_version": Words("规则", "Rules"),
}
"""What each kind of record is called that a history can be asked for."""

_RARE: dict[str, Words] = {
    "project_release": Words("公开说明", "Words for the public"),
    "extension_release": Words("公开延期", "Extension told to the public"),
    "announced_outage": Words("停供公告", "Announced outage"),
    "public_setting": Words("公众地图设置", "How the public map speaks"),
    "supervision_order": Words("督办", "Supervision order"),
    "supervision_step": Words("督办环节", "Step of a supervision order"),
    "case_message": Words("会商留言", "Message in a case"),
    "case_minutes": Words("会商纪要", "Minutes"),
    "service_window": Words("作业窗口", "Service window"),
    "watch_subscription": Words("关注的地方", "Watched place"),
    "proposed_shift": Words("错峰建议", "Proposed shift"),
}
"""What else stands among a project's changes; others go by the name of their table."""


def _words(
    name: str, zh: str, en: str, kind: Kind = Kind.TEXT, options: str | None = None
) -> Field:
    return Field(name, Words(zh, en), kind, options=options)


_DAY, _YES_NO, _REFERENCE = Kind.DAY, Kind.YES_NO, Kind.REFERENCE

_MORE: dict[str, tuple[Field, ...]] = {
    "calendar_day": (
        _words("on_day", "日期", "Day", _DAY),
        _words("kind", "放假或上班", "Off or worked"),
        _words("name", "名称", "Name"),
    ),
    "public_setting": (
        _words("lamp_shown", "向公众显示亮灯", "Lamps shown to everybody", _YES_NO),
        _words("notice_days", "提前公告天数", "Told ahead, days"),
    ),
    "service_window": (
        _words("name", "名称", "Name"),
        _words("name_en", "英文名称", "English name"),
        _words("unit_id", "单位", "Unit", _REFERENCE, "units"),
        _words("forbids", "该时段内禁止", "Forbidden in this time", _YES_NO),
        _words("operation", "开挖或停供", "Digging or cutting"),
        _words("first_day", "首日(月-日)", "First day (month-day)"),
        _words("last_day", "末日(月-日)", "Last day (month-day)"),
        _words("since", "起(时刻)", "From (hour)"),
        _words("until", "止(时刻)", "Until (hour)"),
        _words("code", "代码", "Code"),
    ),
    "project": (
        _words("code", "项目编号", "Code"),
        _words("parent_id", "所属打包项目", "Bundle", _REFERENCE, "projects"),
        _words("lead_unit_id", "牵头单位", "Lead unit", _REFERENCE, "units"),
        _words("sponsor_leader_id", "分包市领导", "Sponsor leader", _REFERENCE, "leaders"),
        _words("public", "对外公开", "Public", _YES_NO),
        _words("entered_on", "录入日期", "Entered", _DAY),
        _words("source_key", "来源编号", "Key in the source"),
    ),
    "project_district": (
        _words("project_id", "项目", "Project", _REFERENCE, "projects"),
        _words("district_id", "区县", "District", _REFERENCE, "districts"),
    ),
    "plan_version": (
        _words("number", "计划版本", "Number", Kind.COUNT),
        _words("start_tentative", "开工暂定", "Start is tentative", _YES_NO),
        _words("finish_tentative", "完工暂定", "Finish is tentative", _YES_NO),
    ),
    "plan_month": (
        _words("month_on", "月份", "Month", _DAY),
        _words("percent", "计划进度(%)", "Planned progress (%)", Kind.PERCENT),
        _words("investment_yuan", "计划投资(万元)", "Planned investment (CNY 10,000)", Kind.MONEY),
    ),
    "plan_year": (
        _words("year", "年度", "Year"),
        _words("investment_yuan", "计划投资(万元)", "Planned investment (CNY 10,000)", Kind.MONEY),
    ),
    "milestone": (
        _words("name", "节点名称", "Milestone"),
        _words("due_on", "计划日期", "Due", _DAY),
        _words("due_precision", "日期精度", "Due is exact to", Kind.CHOICE, "precisions"),
        _words("percent", "计划进度(%)", "Planned progress (%)", Kind.PERCENT),
    ),
    "progress_report": (
        _words("period", "填报周期", "Period", Kind.CHOICE, "report_periods"),
        _words("revision", "更正次数", "Correction", Kind.COUNT),
        _words("step_percent", "阶段对应进度(%)", "Step stands for (%)", Kind.PERCENT),
        _words("reported_on", "填报日期", "Reported on", _DAY),
        _words("verification", "核实情况", "Verification", Kind.CHOICE, "verifications"),
    ),
    "blocker": (_words("code", "问题编号", "Code"),),
    "suspension": (_words("control_area_id", "管控区", "Control area", _REFERENCE, "zones"),),
    "objection": (
        _words("lamp", "申诉的灯", "Lamp contested", Kind.CHOICE, "lamps"),
        _words("on_day", "申诉日期", "Objected on", _DAY),
        _words("raised_at", "提出时间", "Raised at"),
    ),
    "ruling": (
        _words("computed", "拟亮灯", "Computed lamp", Kind.CHOICE, "lamps"),
        _words("first_on", "核定起", "First day", _DAY),
        _words("days_allowed", "最长天数", "At most, days", Kind.COUNT),
        _words("objection_id", "对应申诉", "Objection"),
    ),
    "attachment": (
        _words("kind", "类别", "Kind"),
        _words("file_name", "文件名", "File name"),
        _words("media_type", "文件类型", "Type"),
        _words("size_bytes", "字节数", "Bytes", Kind.COUNT),
        _words("taken_on", "拍摄日期", "Taken on", _DAY),
        _words("released", "已对外公开", "Released", _YES_NO),
        _words("report_id", "进展填报", "Report"),
        _words("blocker_id", "制约问题", "Blocker"),
    ),
    "rules_version": (
        _words("note", "依据", "Reason"),
        _words("rules", "规则内容", "What the rules say"),
        _words("effective_on", "生效日期", "In force from", _DAY),
    ),
    "photo": (
        _words("width", "宽(像素)", "Width", Kind.COUNT),
        _words("height", "高(像素)", "Height", Kind.COUNT),
        _words("longitude", "经度", "Longitude"),
        _words("latitude", "纬度", "Latitude"),
    ),
    "zone": (
        _words("kind", "类别", "Kind", Kind.CHOICE, "zone_kinds"),
        _words("code", "编号", "Code"),
        _words("name", "名称", "Name"),
        _words("unit_id", "单位", "Unit", _REFERENCE, "units"),
        _words("parent_id", "所属工程", "Phase of", _REFERENCE, "zones"),
        _words("state", "状态", "State", Kind.CHOICE, "zone_states"),
        _words("planned_start_on", "计划开始", "Planned start", _DAY),
        _words("planned_start_precision", "计划开始精度", "Start is exact to", Kind.CHOICE, "precisions"),
        _words("planned_finish_on", "计划结束", "Planned finish", _DAY),
        _words("planned_finish_precision", "计划结束精度", "Finish is exact to", Kind.CHOICE, "precisions"),
        _words("actual_start_on", "实际开始", "Actual start", _DAY),
        _words("actual_finish_on", "实际结束", "Actual finish", _DAY),
        _words("tentative", "暂定", "Tentative", _YES_NO),
        _words("emergency", "抢修", "Emergency", _YES_NO),
        _words("location_text", "位置", "Location"),
        _words("note", "备注", "Note"),
        _words("utility", "管线类别", "Utility", Kind.CHOICE, "utility"),
        _words("placement", "敷设方式", "Placement", Kind.CHOICE, "placements"),
        _words("step", "迁改阶段", "Step", Kind.CHOICE, "relocation_step"),
        _words("dig_plan_state", "掘路计划", "Dig plan", Kind.CHOICE, "dig_plan_state"),
        _words("taken", "占用", "Taken", Kind.CHOICE, "taken"),
        _words("side", "方位", "Side", Kind.CHOICE, "sides"),
        _words("lanes_before", "原有车道", "Lanes before", Kind.COUNT),
        _words("lanes_open", "开放车道", "Lanes open", Kind.COUNT),
        _words("passing", "通行方式", "Passing", Kind.CHOICE, "passing"),
        _words("still_pass", "可通行", "May pass", Kind.CHOICE, "travellers"),
        _words("permit_step", "许可阶段", "Permit step", Kind.CHOICE, "permit_step"),
        _words("approval_number", "批复文号", "Approval number"),
        _words("approved_until_on", "批复至", "Approved until", _DAY),
        _words("announced_on", "公告日期", "Announced", _DAY),
        _words("extended_until_on", "延期至", "Extended until", _DAY),
        _words("extension_reason", "延期原因", "Reason of the extension"),
        _words("level", "管控级别", "Level"),
        _words("stops", "停止的作业", "Operations stopped"),
        _words("exempt", "豁免", "Exempt"),
    ),
    "zone_part": (
        _words("role", "用途", "Role", Kind.CHOICE, "part_roles"),
        _words("mode", "出行方式", "Mode", Kind.CHOICE, "travellers"),
        _words("name", "名称", "Name"),
        _words("width_m", "宽度(米)", "Width (m)"),
        _words("position", "序号", "Place in the list", Kind.COUNT),
        _words("first_on", "开始", "First day", _DAY),
        _words("last_on", "结束", "Last day", _DAY),
        _words("zone_id", "所属", "Belongs to", _REFERENCE, "zones"),
    ),
    "zone_hours": (
        _words("since", "起", "From"),
        _words("until", "止", "Until"),
        _words("weekdays", "星期", "Weekdays"),
    ),
    "zone_link": (
        _words("kind", "关系", "Relation", Kind.CHOICE, "link_kinds"),
        _words("zone_id", "工程", "Zone", _REFERENCE, "zones"),
        _words("other_id", "关联工程", "Other zone", _REFERENCE, "zones"),
        _words("due_on", "应完成日", "Due", _DAY),
    ),
    "overlap_answer": (
        _words("answer", "答复", "Answer", Kind.CHOICE, "answers"),
        _words("note", "说明", "Note"),
        _words("proposed_first_on", "建议开始", "Proposed start", _DAY),
        _words("proposed_last_on", "建议结束", "Proposed end", _DAY),
        _words("answered_by", "答复人", "Answered by"),
    ),
    "project_release": (
        _words("introduction", "项目介绍", "Introduction"),
        _words("introduction_en", "英文介绍", "Introduction in English"),
        _words("investment", "公开总投资", "Total investment is told", _YES_NO),
    ),
    "extension_release": (
        _words("reason", "延期原因", "Reason"),
        _words("reason_en", "英文原因", "Reason in English"),
    ),
    "announced_outage": (
        _words("zone_id", "工程", "Zone", _REFERENCE, "zones"),
        _words("starts_at", "开始", "Begins"),
        _words("ends_at", "结束", "Ends"),
        _words("area", "影响范围", "Where"),
        _words("area_en", "英文范围", "Where, in English"),
        _words("released", "已对外公开", "Released", _YES_NO),
    ),
    "unit": (
        _words("name", "单位名称", "Name"),
        _words("short_name", "简称", "Short name"),
        _words("name_en", "英文名称", "English name"),
        _words("kind", "单位类别", "Kind", Kind.CHOICE, "unit_kind"),
    ),
}  # fmt: skip

UNTOLD = frozenset(
    {"id", "version", "project_id", "plan_version_id", "attachment_id", "known_on", "source_crs",
     "seen", "answered_at", "sha256", "thumbnail_sha256", "source_key"}
)  # fmt: skip
"""Columns that say nothing to a reader: keys, and what follows from the rest."""


def _gather() -> dict[str, dict[str, Field]]:
    found: dict[str, dict[str, Field]] = {}
    for form in FORMS.values():
        for field in form.fields:
            found.setdefault(form.record, {}).setdefault(field.name, field)
    for kind, fields in _MORE.items():
        for field in fields:
            found.setdefault(kind, {})[field.name] = field
    return found


FIELDS = _gather()
"""The fields of each kind of record by their names."""


_COMMON: dict[str, Field] = {
    field.name: field
    for field in (
        _words("code", "编号", "Code"),
        _words("name", "名称", "Name"),
        _words("name_en", "英文名称", "English name"),
        _words("kind", "类别", "Kind"),
        _words("position", "序号", "Place in the list", Kind.COUNT),
        _words("note", "说明", "Note"),
        _words("first_on", "开始", "First day", _DAY),
        _words("last_on", "结束", "Last day", _DAY),
        _words("entered_on", "录入日期", "Entered", _DAY),
        _words("unit_id", "单位", "Unit", _REFERENCE, "units"),
        _words("district_id", "区县", "District", _REFERENCE, "districts"),
        _words("zone_id", "工程", "Zone", _REFERENCE, "zones"),
        _words("road_name", "道路", "Road"),
        _words("road_class", "道路等级", "Class of road", Kind.CHOICE, "road_class"),
        _words("oneway", "单行", "One-way", _YES_NO),
        _words("lanes", "车道数", "Lanes", Kind.COUNT),
        _words("width_m", "宽度(米)", "Width (m)"),
        _words("utility", "管线类别", "Utility", Kind.CHOICE, "utility"),
        _words("aliases", "别名", "Other names"),
        _words("crews", "施工队数", "Crews", Kind.COUNT),
        _words("post", "职务", "Post"),
        _words("rank", "排序", "Rank", Kind.COUNT),
        _words("laid_on", "铺设日期", "Laid on", _DAY),
        _words("overhauled_on", "大修日期", "Overhauled on", _DAY),
        _words("window_first_on", "可调最早日", "May begin from", _DAY),
        _words("window_last_on", "可调最晚日", "Must end by", _DAY),
    )
}
"""Columns that mean the same in every kind of record."""


def field_of(kind: str, name: str) -> Field:
    """A field of a kind of record; one without a name of its own goes by its column."""
    known = FIELDS.get(kind, {}).get(name) or _COMMON.get(name)
    return known or Field(name, Words(name, name))


def kind_words(kind: str) -> Words:
    """What a kind of record is called."""
    return KINDS.get(kind) or _RARE.get(kind) or Words(kind, kind)
