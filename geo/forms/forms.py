"""The forms of the ledger: one for each thing that a person reports or changes about a project."""

from __future__ import annotations

from geo.forms.field import Field, Form, Kind, Rule, Words

DAY, MONEY, PERCENT, COUNT = Kind.DAY, Kind.MONEY, Kind.PERCENT, Kind.COUNT
LONG, YES_NO, CHOICE, REFERENCE = Kind.LONG_TEXT, Kind.YES_NO, Kind.CHOICE, Kind.REFERENCE


def _field(name: str, zh: str, en: str, kind: Kind = Kind.TEXT, **more: object) -> Field:
    return Field(name, Words(zh, en), kind, **more)  # type: ignore[arg-type]  # the fields of Field


def _words(name: str, zh: str, en: str, longest: int = 2_000, **more: object) -> Field:
    return _field(name, zh, en, LONG, longest=longest, wide=True, **more)


SITE = _field("site_id", "点位", "Site", REFERENCE, options="sites")

PROGRESS = Form(
    "progress",
    "progress_report",
    Words("进展填报", "Progress report"),
    (
        SITE,
        _field("first_on", "期初", "Period from", DAY, required=True, until_today=True),
        _field("last_on", "期末", "Period to", DAY, required=True),
        _field("percent", "完成进度(%)", "Progress (%)", PERCENT),
        _field("step", "形象阶段", "Step", CHOICE, options="steps"),
        _words("narrative", "形象进度", "What was done"),
        _field("invested_in_period_yuan", "本期完成投资(万元)", "Invested in the period (CNY 10,000)", MONEY),
        _field("invested_to_date_yuan", "累计完成投资(万元)", "Invested to date (CNY 10,000)", MONEY),
        _words("next_step", "下步计划", "Next step"),
        _field("percent_source", "进度依据", "Percent comes from", longest=100),
        _field("reporter", "填报人", "Reported by", longest=50),
        _field("checker", "审核人", "Checked by", longest=50),
        _field("origin", "数据来源", "Source", longest=100),
    ),
    (Rule("order", ("first_on", "last_on")), Rule("some", ("percent", "step", "narrative"))),
)  # fmt: skip

FACTS = Form(
    "facts",
    "project",
    Words("项目基本情况", "Facts of the project"),
    (
        _field("name", "项目名称", "Name", required=True, longest=200, wide=True),
        _field("name_en", "英文名称", "English name", longest=200, wide=True),
        _field("category", "项目类别", "Category", CHOICE, options="category"),
        _field("nature", "建设性质", "Nature", CHOICE, options="nature"),
        _field("lead_unit_id", "牵头单位", "Lead unit", REFERENCE, options="units"),
        _field("sponsor_leader_id", "分包市领导", "Sponsor leader", REFERENCE, options="leaders"),
        _field("parent_id", "所属打包项目", "Part of the bundle", REFERENCE, options="projects"),
        _field("employer", "建设单位", "Employer", longest=200),
        _field("contractor", "施工单位", "Contractor", longest=200),
        _field("manager", "项目负责人", "Manager", longest=50),
        _field("headquarters", "指挥部", "Headquarters", longest=100),
        _field("task_force", "工作专班", "Task force", longest=100),
        _field("total_investment_yuan", "总投资(万元)", "Total investment (CNY 10,000)", MONEY),
        _field("green_channel", "绿色通道", "Green channel", YES_NO),
        _field("report_period", "填报周期", "Reported every", CHOICE, options="report_periods", required=True),
        _words("introduction", "项目简介", "Introduction", 4_000),
    ),
)  # fmt: skip

NEW_PROJECT = Form(
    "new_project",
    "project",
    Words("新增项目", "New project"),
    (
        _field(
            "code", "项目编号", "Code", required=True, longest=40,
            hint=Words("唯一,登记后不再改动", "no other project has it, and it stays"),
        ),
        *FACTS.fields,
    ),
    (),
    Words(
        "先登记基本情况;点位在地图上画,计划、手续、问题随后填写。",
        "The facts first; its sites are drawn on the map, plan, procedures and blockers come afterwards.",
    ),
)  # fmt: skip

BEGIN = Form(
    "begin",
    "project",
    Words("开工认定", "Actual start"),
    (
        _field("actual_start_on", "实际开工日期", "Actual start", DAY, until_today=True),
        _field("start_permit", "施工许可证号", "Construction permit", longest=100),
    ),
    (Rule("needs", ("start_permit", "actual_start_on")),),
    Words(
        "填写认定的开工日期和许可证号;填错可改,清空即撤回认定。",
        "The day on which work is recognised as begun, and the permit. Empty both to take it back.",
    ),
)
FINISH = Form(
    "finish",
    "project",
    Words("完工与交付", "Completion"),
    (
        _field("completed_on", "完工日期", "Completed", DAY, until_today=True),
        _field("accepted_on", "竣工验收日期", "Accepted", DAY, until_today=True),
        _field("in_use_on", "交付使用日期", "In use", DAY, until_today=True),
        _field("in_production_on", "投产日期", "In production", DAY, until_today=True),
        _field("at_capacity_on", "达效日期", "At capacity", DAY, until_today=True),
    ),
    (Rule("order", ("completed_on", "accepted_on")),),
)
STANDING = Form(
    "standing",
    "project",
    Words("缓建、调出、终止", "Postponed, moved out, ended"),
    (
        _field("standing", "项目状态", "Standing", CHOICE, options="standings", required=True),
        _field("standing_document", "依据文号", "Document number", longest=100),
        _field("standing_from", "起始日期", "From", DAY),
    ),
    (Rule("needs", ("standing", "standing_document", "standing_from"), unless="active"),),
)
REGISTERED = Form(
    "registered",
    "project",
    Words("入库投资", "Registered investment"),
    (
        _field("registered_investment_yuan", "入库投资(万元)", "Registered (CNY 10,000)", MONEY),
        _field("registered_on", "入库日期", "Registered on", DAY, until_today=True),
    ),
)

_BLOCKER = (
    _field("cause", "制约原因", "Cause", CHOICE, options="cause", required=True),
    _words("text", "问题内容", "What holds it up", required=True),
    _field("awaited_unit_id", "卡点单位", "Awaited unit", REFERENCE, options="units"),
    _field("responsible_unit_id", "责任单位", "Responsible unit", REFERENCE, options="units"),
    SITE,
    _field("raised_on", "提出日期", "Raised", DAY, required=True, until_today=True),
    _field(
        "due_on", "解决时限", "Due", DAY,
        hint=Words("不填按提出后15天算", "without it, 15 days after it was raised"),
    ),
    _field("stops_work", "造成停工", "Stops work", YES_NO),
)  # fmt: skip
BLOCKER = Form(
    "blocker",
    "blocker",
    Words("制约问题", "Blocker"),
    _BLOCKER,
    (Rule("order", ("raised_on", "due_on")),),
)
RESOLVE = Form(
    "resolve",
    "blocker",
    Words("制约问题解决", "Blocker resolved"),
    (
        _field("resolved_on", "解决日期", "Resolved", DAY, until_today=True),
        _words("resolution", "解决情况", "How it was resolved"),
    ),
    (Rule("needs", ("resolution", "resolved_on")),),
)
PROCEDURE = Form(
    "procedure",
    "procedure",
    Words("前期手续", "Procedure"),
    (
        _field("kind", "手续名称", "Procedure", CHOICE, options="procedure_kind", required=True),
        _field("required", "需要办理", "Required", YES_NO),
        _field("lies_with_unit_id", "办理单位", "Lies with", REFERENCE, options="units"),
        _field("started_on", "受理日期", "Accepted", DAY, until_today=True),
        _field("due_on", "应办结日期", "Due", DAY),
        _field("obtained_on", "取得日期", "Obtained", DAY, until_today=True),
        _field("tolerance", "容缺方式", "Tolerance", CHOICE, options="tolerances"),
        _field("statutory_days", "法定工作日", "Statutory working days", COUNT, least=1, most=1_000),
        _field("promised_days", "承诺工作日", "Promised working days", COUNT, least=1, most=1_000),
        _field("used_days", "已用工作日", "Used working days", COUNT, most=10_000),
    ),
    (Rule("order", ("started_on", "obtained_on")),),
)  # fmt: skip
REACH = Form(
    "reach",
    "milestone",
    Words("节点完成", "Milestone reached"),
    (_field("reached_on", "完成日期", "Reached", DAY, until_today=True),),
)
PLAN = Form(
    "plan",
    "plan_version",
    Words("计划调整", "Change of plan"),
    (
        _field("document", "调整文号", "Document number", required=True, longest=100),
        _field("in_force_from", "批准日期", "Approved", DAY, required=True, until_today=True),
        SITE,
        _field("start_on", "计划开工", "Planned start", DAY),
        _field("start_precision", "开工日期精度", "Start is exact to", CHOICE, options="precisions"),
        _field("finish_on", "计划完工", "Planned finish", DAY),
        _field("finish_precision", "完工日期精度", "Finish is exact to", CHOICE, options="precisions"),
        _field("investment_year", "投资计划年度", "Year of the investment", COUNT, least=2000, most=2100),
        _field("investment_yuan", "年度计划投资(万元)", "Investment of that year (CNY 10,000)", MONEY),
        _field("milestone", "新增或改期节点", "Milestone added or moved", longest=100),
        _field("milestone_due_on", "节点计划日期", "Milestone due", DAY),
        _field("milestone_percent", "节点计划进度(%)", "Milestone's planned progress (%)", PERCENT),
    ),
    (
        Rule("order", ("start_on", "finish_on")),
        Rule("needs", ("investment_yuan", "investment_year")),
        Rule("together", ("milestone", "milestone_due_on")),
        Rule("needs", ("milestone_percent", "milestone")),
    ),
    Words(
        "调整须有批准文号和日期;不填的项目沿用上一版计划。",
        "A change needs the approving document and its day; what is left empty stays as in the plan before.",
    ),
)  # fmt: skip
SUSPENSION = Form(
    "suspension",
    "suspension",
    Words("停工", "Suspension"),
    (
        SITE,
        _field("first_on", "停工日期", "Suspended from", DAY, required=True, until_today=True),
        _field(
            "last_on", "停工最后一日", "Last day", DAY,
            hint=Words("复工的前一天;未复工则留空", "the day before work goes on; empty while it does not"),
        ),
        _words("reason", "停工原因", "Reason", required=True),
        _field("approved_by", "批准单位", "Approved by", longest=100),
        _field("approved_on", "批准日期", "Approved on", DAY, until_today=True),
    ),
    (Rule("order", ("first_on", "last_on")), Rule("together", ("approved_by", "approved_on"))),
)  # fmt: skip
FUNDING = Form(
    "funding",
    "funding_line",
    Words("资金", "Funding"),
    (
        _field("funding_source", "资金来源", "Source", CHOICE, options="funding_source", required=True),
        _field("planned_yuan", "计划金额(万元)", "Planned (CNY 10,000)", MONEY),
        _field("arrived_yuan", "到位金额(万元)", "Arrived (CNY 10,000)", MONEY),
        _field("arrived_on", "到位日期", "Arrived on", DAY, until_today=True),
        _field("paid_yuan", "支付金额(万元)", "Paid (CNY 10,000)", MONEY),
        _field("paid_on", "支付日期", "Paid on", DAY, until_today=True),
    ),
)  # fmt: skip


def _area(name: str, zh: str, en: str) -> Field:
    return _field(name, zh, en, Kind.NUMBER, least=0, most=1_000_000_000, places=2)


LAND = Form(
    "land",
    "land_status",
    Words("用地与征拆", "Land and demolition"),
    (
        _field("kind", "类别", "Kind", CHOICE, options="land_kinds", required=True),
        _field("as_of_on", "截至日期", "As of", DAY, required=True, until_today=True),
        _area("area_total_m2", "总面积(㎡)", "Area, total (m²)"),
        _area("area_signed_m2", "已签约面积(㎡)", "Area, signed (m²)"),
        _area("area_cleared_m2", "已腾空面积(㎡)", "Area, cleared (m²)"),
        _field("households_total", "总户数", "Households, total", COUNT),
        _field("households_signed", "已签约户数", "Households, signed", COUNT),
        _field("households_cleared", "已腾空户数", "Households, cleared", COUNT),
    ),
)

OBJECTION = Form(
    "objection",
    "objection",
    Words("申诉", "Objection"),
    (SITE, _words("text", "申诉理由", "Why the lamp is contested", required=True)),
    (),
    Words(
        "对系统拟亮的灯有异议时填写;不选点位即针对整个项目。由指挥部办公室核定。",
        "For a computed lamp that is contested; without a site, the project's. The command office rules on it.",
    ),
)
RULING = Form(
    "ruling",
    "ruling",
    Words("核定", "Ruling"),
    (
        SITE,
        _field("ruled", "核定灯", "Ruled lamp", CHOICE, options="ruled_lamps", required=True),
        _field("last_on", "核定至", "Last day", DAY, required=True),
        _words("reason", "核定理由", "Reason", required=True),
        _field("signer", "签发人", "Signed by", required=True, longest=50),
    ),
    (),
    Words(
        "从今天起按核定灯显示并注明“核定”;拟亮灯及原因照常保留、分别统计。不选点位即针对整个项目。",
        "From today on the ruled lamp is shown, marked; the computed one is kept and counted beside it. "
        "Without a site, the project's.",
    ),
)

FORMS: dict[str, Form] = {
    form.name: form
    for form in (
        *(
            PROGRESS,
            NEW_PROJECT,
            FACTS,
            BEGIN,
            FINISH,
            STANDING,
            REGISTERED,
            BLOCKER,
            RESOLVE,
            PROCEDURE,
        ),
        *(REACH, PLAN, SUSPENSION, FUNDING, LAND, OBJECTION, RULING),
    )
}
"""Every form by its name."""
