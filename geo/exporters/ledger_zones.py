"""The zone sheets of the ledger workbook: sites, relocations, diversions, haul routes and the others."""

from __future__ import annotations

from geo import records
from geo.exporters.ledger_columns import (
    BLOCKERS,
    FUNDING,
    LAND,
    LEADERS,
    MILESTONES,
    PAUSES,
    PLANS,
    PROCEDURES,
    PROJECTS,
    REPORTS,
    SUSPENSIONS,
    UNITS,
    Column,
    Sheet,
    column,
)

PART = "part:"
"""Before the role (and mode) of a shape that stands in a zone's own row: part:footprint, part:detour:bus."""
X, Y, CRS = "x", "y", "crs"
"""A point's coordinates, and the system in which the row's coordinates are given (WGS84 when it says nothing)."""

_OWN_PROJECT = column("project", "项目编号", "项目编码|项目代码|所属项目|项目", 16)
_UNIT = "责任单位|实施单位|施工单位|单位|主管单位"
_HOURS = column("hours", "作业时段", "时段|施工时间|作业时间|每日时段", 22)
_MADE_FOR = column("made_for", "服务对象", "为谁导行|对应点位|对应工程", 20)
_CRS = column(CRS, "坐标系", "坐标系统|坐标", 12)


def _first(code_header: str, names: str, unit_header: str, unit_names: str) -> tuple[Column, ...]:
    return (
        column("code", code_header, names, 14, required=True),
        column("name", code_header.removesuffix("编号") + "名称", "名称|工程名称", 28),
        column("unit", unit_header, unit_names, 22),
        column("state", "状态", "实施状态|计划状态", 10),
        column(
            "planned_start",
            "计划开始",
            "计划开工|计划开工日期|计划开工时间|计划开始日期|计划开始时间",
            14,
        ),
        column(
            "planned_finish",
            "计划结束",
            "计划完工|计划完工日期|计划竣工时间|计划结束日期|计划完工时间|计划结束时间",
            14,
        ),
        column(
            "actual_start_on",
            "实际开始",
            "实际开工|实际开工日期|实际开工时间|实际开始日期|开始日期",
            12,
        ),
        column(
            "actual_finish_on",
            "实际结束",
            "实际完工|实际完工日期|实际完工时间|实际结束日期|结束日期",
            12,
        ),
        column("tentative", "暂定", "是否暂定|时间暂定", 8),
        column("location_text", "位置", "地点|建设地点|位置描述|路段|实施地点|具体位置", 30),
        column("note", "备注", "说明", 24),
    )


_LAST = (
    _HOURS,
    column(PART + "footprint", "范围(WKT)", "范围|图形|图形(WKT)|用地范围|施工范围|WKT|坐标串", 24),
    column(X, "经度", "东坐标|X|lon|longitude", 12),
    column(Y, "纬度", "北坐标|Y|lat|latitude", 12),
    _CRS,
    column("source_crs", "原坐标系", "原始坐标系", 12),
    column("source_key", "来源编号", "外部编号|原系统编号", 16),
)

SITES = Sheet(
    "点位",
    ("建设点位", "工地", "项目点位", "Sites"),
    records.ZoneRecord,
    "zones",
    (
        column("project", "项目编号", "项目编码|项目代码|所属项目|项目", 16, required=True),
        *_first("点位编号", "点位|编号|工地编号", "责任单位", _UNIT),
        *_LAST,
    ),
    zone_kind="site",
    hint="位置可填范围(WKT),或填经度、纬度;多个图形填在“图形”表。不填坐标系即为 WGS84 经纬度。",
)

RELOCATIONS = Sheet(
    "管线迁改",
    ("杆管线迁改", "迁改", "管线", "杆管线新建迁改", "杆管线新建/迁改", "Relocations"),
    records.ZoneRecord,
    "zones",
    (
        _OWN_PROJECT,
        *_first("迁改编号", "编号|工程编号", "产权单位", "权属单位|管线单位|责任单位|单位"),
        column("utility", "管线类别", "管线种类|管线类型|专业|产权类别", 12),
        column("placement", "敷设方式", "地下/架空|敷设", 10),
        column("step", "工作步骤", "步骤|进展|当前步骤|迁改进展|实施阶段", 12),
        column("dig_plan_state", "年度挖掘计划", "挖掘计划|年度计划", 12),
        column("emergency", "抢修", "是否抢修|应急抢修", 8),
        column("hands_over_to", "移交点位", "为哪个点位腾地|移交给|服务点位", 20),
        column("hands_over_on", "应移交日期", "移交时限|移交日期|计划移交日期", 12),
        *_LAST,
    ),
    zone_kind="relocation",
    hint="移交点位写“项目编号/点位编号”。不得填写管线走向、埋深、管径。",
)

DIVERSIONS = Sheet(
    "交通导行",
    ("导行", "占道施工", "占道施工与交通导行", "交通组织", "Diversions"),
    records.ZoneRecord,
    "zones",
    (
        _OWN_PROJECT,
        *_first("导行编号", "编号|占道编号", "责任单位", _UNIT),
        column("taken", "占用内容", "占用|占道内容|占用车道|占道方式|封闭方式", 18),
        column("side", "占用侧", "侧别|哪一侧", 10),
        column("lanes_before", "原车道数", "车道总数|占用前车道数", 10),
        column("lanes_open", "保留车道数", "剩余车道数|开放车道数|占用后车道数", 10),
        column("passing", "通行方式", "导行方式|交通组织方式", 14),
        column("still_pass", "允许通行", "保留通行|仍可通行", 20),
        column("permit_step", "许可步骤", "审批步骤|许可进度|审批进度|许可状态", 12),
        column("approval_number", "批复文号", "许可文号|批复号|许可证号", 18),
        column("approved_until_on", "批复有效期至", "有效期至|许可截止日期|批复截止", 12),
        column("announced_on", "公告日期", "公告时间", 12),
        column("extended_until_on", "延期至", "延长至|延期截止", 12),
        column("extension_reason", "延期原因", "延长原因", 20),
        _MADE_FOR,
        column("emergency", "抢修", "是否抢修|应急抢修", 8),
        column(PART + "taken", "占用路段(WKT)", "占用路段|占道范围|封闭路段", 24),
        column(PART + "centre_line", "中心线(WKT)", "中心线|道路中心线", 20),
        column(PART + "detour:motor", "机动车绕行(WKT)", "绕行路线|机动车绕行|绕行|绕行线路", 20),
        column(PART + "detour:ebike", "非机动车绕行(WKT)", "非机动车绕行", 20),
        column(PART + "detour:foot", "行人绕行(WKT)", "行人绕行|步行绕行", 20),
        *_LAST,
    ),
    zone_kind="diversion",
    hint="服务对象写“项目编号/点位编号”或迁改编号。占用内容可多选,用顿号分开。",
)

HAUL_ROUTES = Sheet(
    "渣土线路",
    ("渣土运输线路", "渣土运输", "运输线路", "Haul routes"),
    records.ZoneRecord,
    "zones",
    (_OWN_PROJECT, *_first("线路编号", "编号", "责任单位", _UNIT), _MADE_FOR, *_LAST),
    zone_kind="haul_route",
)

CONTROL_AREAS = Sheet(
    "管控区",
    ("管控区域", "应急管控", "Control areas"),
    records.ZoneRecord,
    "zones",
    (
        *_first("管控编号", "编号", "发布单位", "责任单位|单位"),
        column("level", "管控级别", "级别|预警级别|响应级别", 12),
        column("stops", "停止作业", "禁止作业|停工作业|管控内容", 22),
        column("exempt", "豁免名单", "豁免|白名单", 24),
        *_LAST,
    ),
    zone_kind="control_area",
)

EVENTS = Sheet(
    "活动",
    ("大型活动", "活动保障", "Events"),
    records.ZoneRecord,
    "zones",
    (*_first("活动编号", "编号", "主办单位", "责任单位|单位"), *_LAST),
    zone_kind="event",
)

PARTS = Sheet(
    "图形",
    ("图形明细", "范围", "点位图形", "Shapes"),
    records.PartRecord,
    "",
    (
        column("zone_kind", "所属类型", "类型|所属表|类别", 12, required=True),
        column("project", "项目编号", "项目编码|项目代码|所属项目|项目", 16),
        column("zone", "所属编号", "编号|点位编号|迁改编号|导行编号", 16, required=True),
        column("role", "图形含义", "含义|用途|角色", 12),
        column("mode", "绕行对象", "通行对象|对象", 12),
        column("name", "名称", "分段名称|阶段", 18),
        column("width_m", "宽度(米)", "宽度", 10),
        column("first_on", "开始日期", "开始", 12),
        column("last_on", "结束日期", "结束", 12),
        _CRS,
        column("shape", "图形(WKT)", "WKT|坐标串|图形坐标|范围(WKT)", 40, required=True),
    ),
    hint="一行一个图形,属于“所属类型”和“所属编号”指明的点位、迁改或导行;分期的图形可有自己的日期。",
)

SHEETS = (
    PROJECTS,
    PLANS,
    SITES,
    REPORTS,
    BLOCKERS,
    MILESTONES,
    RELOCATIONS,
    DIVERSIONS,
    PROCEDURES,
    FUNDING,
    LAND,
    SUSPENSIONS,
    UNITS,
    LEADERS,
    HAUL_ROUTES,
    CONTROL_AREAS,
    EVENTS,
    PARTS,
    PAUSES,
)
"""All sheets, in the order in which the workbook shows them."""

ALWAYS = 8
"""How many of them, from the first, an export shows even when they are empty."""
