"""The layout of the ledger workbook: its sheets, their columns, and the words by which people know them.

The template, the export and the import all go by this one list. What a column holds is told by
`geo.record_fields`; here are its heading, its synonyms, its width and whether it must be filled.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from geo import records

OPTIONS_SHEET, GUIDE_SHEET = "选项", "填写说明"
"""Sheets of the template that hold no records: the lists of its drop-downs, and how to fill it in."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: the field it fills, its heading, other headings people use for it, its width in characters."""

    field: str
    header: str
    names: tuple[str, ...] = ()
    width: int = 14
    required: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: its name, other names for it, the records it holds and where in a batch they are kept."""

    name: str
    names: tuple[str, ...]
    record: type[Any]
    collection: str
    columns: tuple[Column, ...]
    zone_kind: str | None = None
    hint: str = ""
    """What a clerk should know before filling the sheet."""


def column(
    field: str, header: str, names: str = "", width: int = 14, *, required: bool = False
) -> Column:
    """A column whose synonyms are given as one text, parted by bars."""
    return Column(field, header, tuple(filter(None, names.split("|"))), width, required)


PROJECT = column("project", "项目编号", "项目编码|项目代码|编号|编码|项目", 16, required=True)
SITE = column("site", "点位编号", "点位|工地编号|点位编码", 12)

PROJECTS = Sheet(
    "项目",
    ("项目台账", "台账", "项目清单", "项目一览表", "项目表", "重点项目", "项目信息", "Projects"),
    records.ProjectRecord,
    "projects",
    (
        column("code", "项目编号", "项目编码|项目代码|编号|编码|Project code", 16, required=True),
        column("name", "项目名称", "名称|工程名称|建设项目名称|项目|Project", 34, required=True),
        column("category", "项目类别", "类别|项目分类|分类|项目类型|类型|Category"),
        column("nature", "建设性质", "性质|项目性质|建设类型|Nature", 12),
        column(
            "lead_unit",
            "牵头责任单位",
            "责任单位|牵头单位|主管单位|主责单位|行业主管部门|责任部门|Lead unit",
            22,
        ),
        column("employer", "建设单位", "业主|业主单位|项目业主|项目单位|投资单位|Employer", 24),
        column("contractor", "施工单位", "总承包单位|承建单位|施工企业|Contractor", 24),
        column(
            "districts",
            "属地",
            "所在县市区|所在区县|县市区|区县|所属区域|建设地点所属|District",
            14,
        ),
        column("headquarters", "指挥部", "所属指挥部|分指挥部", 16),
        column(
            "sponsor_leader",
            "分包市领导",
            "包保领导|分包领导|包联领导|市级领导|挂包领导|市领导",
            12,
        ),
        column("manager", "项目负责人", "负责人|项目经理|责任人", 12),
        column("task_force", "工作专班", "专班|推进专班", 18),
        column(
            "total_investment_yuan",
            "总投资(万元)",
            "总投资|计划总投资|项目总投资|投资总额|投资额",
            14,
        ),
        column("green_channel", "绿色通道", "是否绿色通道|纳入绿色通道", 10),
        column("public", "对外公开", "是否公开|公开|公示", 10),
        column(
            "introduction",
            "项目简介",
            "建设内容|建设规模|主要建设内容|建设规模及内容|建设内容及规模|简介|项目概况",
            40,
        ),
        column("name_en", "英文名称", "项目英文名称|English name", 24),
        column(
            "parent",
            "所属打包项目编号",
            "打包项目|打包项目编号|上级项目编号|父项目编号|上级项目",
            16,
        ),
        column("standing", "项目状态", "在列状态|调整状态", 10),
        column("standing_document", "状态文号", "缓建文号|调出文号|调整依据", 18),
        column("standing_from", "状态起始日期", "缓建日期|调出日期", 12),
        column(
            "actual_start_on", "实际开工日期", "实际开工时间|实际开工|开工认定日期|开工认定时间", 12
        ),
        column("start_permit", "施工许可证号", "施工许可证|开工许可|许可证号", 18),
        column(
            "completed_on",
            "完工日期",
            "实际完工日期|实际完工时间|完工时间|实际竣工日期|实际竣工时间",
            12,
        ),
        column("accepted_on", "竣工验收日期", "竣工验收时间|验收日期", 12),
        column("in_use_on", "交付使用日期", "交付日期|通车日期|投用日期|交付使用时间|通车时间", 12),
        column("in_production_on", "投产日期", "投产时间", 12),
        column("at_capacity_on", "达效日期", "达效时间|达产日期|达产时间", 12),
        column("report_period", "填报周期", "报送周期|调度周期", 10),
        column("source_key", "来源编号", "外部编号|原系统编号", 16),
    ),
    hint="一行一个项目。项目编号一经使用不要改动;其他各表用它指明项目。",
)

INLINE_PLAN = (
    column("start", "计划开工", "计划开工时间|计划开工日期|拟开工时间|拟开工日期"),
    column(
        "finish",
        "计划完工",
        "计划完工时间|计划完工日期|计划竣工时间|计划竣工日期|计划竣工|拟竣工时间",
    ),
)
"""Plan columns that many ledgers keep beside the project itself; they make its first plan (年初计划)."""

PLANS = Sheet(
    "计划",
    ("年度计划", "分月计划", "项目计划", "计划安排", "Plans"),
    records.PlanRecord,
    "plans",
    (
        PROJECT,
        SITE,
        column("number", "计划版本", "版本|版次|调整次数", 10),
        column("in_force_from", "生效日期", "批准日期|调整日期|批复日期", 12),
        column("document", "调整文号", "文号|依据文件|批复文号", 18),
        *INLINE_PLAN,
    ),
    hint="版本 0 是年初计划,1、2…是批准的调整,须填生效日期。分月进度填到月末的累计百分数,分月投资填当月数。",
)

YEAR = column("year", "年度", "计划年度|年份", 8)
"""The year of month columns that do not name it (1月 … 12月). Read, never written."""

MILESTONES = Sheet(
    "节点",
    ("里程碑", "关键节点", "节点计划", "Milestones"),
    records.MilestoneRecord,
    "milestones",
    (
        PROJECT,
        SITE,
        column("plan_number", "计划版本", "版本|版次", 10),
        column("name", "节点名称", "节点|里程碑|节点内容|工作节点", 28, required=True),
        column(
            "due",
            "计划日期",
            "计划完成时间|计划完成日期|完成时限|计划时间|应完成日期",
            14,
            required=True,
        ),
        column("percent", "计划进度(%)", "计划进度|节点进度|计划完成比例", 12),
        column("reached_on", "完成日期", "实际完成日期|实际完成时间|完成时间", 12),
    ),
    hint="计划版本不填时,指最新一版计划。",
)

REPORTS = Sheet(
    "进展",
    ("进展填报", "进展情况", "进度", "周报", "旬报", "月报", "工作进展", "Reports"),
    records.ReportRecord,
    "reports",
    (
        PROJECT,
        SITE,
        column("period", "填报周期", "周期|报送周期", 10),
        column("first_on", "期初", "开始日期|起始日期|填报期起|本期开始", 12),
        column("last_on", "期末", "结束日期|截止日期|填报期止|截至日期|本期结束|统计截止日期", 12),
        column(
            "narrative",
            "形象进度",
            "形象进度描述|进展情况|工作进展|进度描述|工程进展|目前进展|进展",
            44,
        ),
        column("step", "形象阶段", "阶段|所处阶段|进度阶段|施工阶段", 14),
        column(
            "percent",
            "完成进度(%)",
            "完成进度|进度|进度(%)|形象进度(%)|完成比例|完成百分比|累计完成比例|总体进度",
            12,
        ),
        column("percent_source", "进度依据", "进度来源|比例依据", 14),
        column(
            "invested_in_period_yuan",
            "本期完成投资(万元)",
            "本期完成投资|本期投资|本周完成投资|本月完成投资|本旬完成投资",
            14,
        ),
        column(
            "invested_to_date_yuan",
            "累计完成投资(万元)",
            "累计完成投资|累计投资|自开工累计完成投资|开工至今累计完成投资",
            14,
        ),
        column("next_step", "下步计划", "下一步计划|下步工作|下一步工作|下步打算", 30),
        column("reporter", "填报人", "报送人|联系人", 10),
        column("checker", "审核人", "复核人|核稿人", 10),
        column("reported_on", "填报日期", "报送日期|填报时间", 12),
        column("verification", "核实情况", "核实|现场核实|核查情况", 12),
        column("origin", "数据来源", "来源|信息来源", 14),
    ),
    hint="一行一期。期初、期末两天都算在内;进度写 35% 的形式。更正请另填一行,不要改旧行。",
)

SPAN = column("span", "填报期间", "期间|填报期|报告期|统计期间|周期起止")
"""Both ends of a report's period in one cell: 2026-3-2至2026-3-8, 2026年3月. Read, never written."""

PROCEDURES = Sheet(
    "手续",
    ("前期手续", "手续办理", "审批手续", "Procedures"),
    records.ProcedureRecord,
    "procedures",
    (
        PROJECT,
        column("kind", "手续名称", "手续|手续类别|审批事项|事项", 26, required=True),
        column("required", "是否需要", "是否必需|需办理", 10),
        column("started_on", "受理日期", "开始日期|受理时间|申报日期", 12),
        column("statutory_days", "法定工作日", "法定时限|法定天数", 10),
        column("promised_days", "承诺工作日", "承诺时限|承诺天数", 10),
        column("used_days", "已用工作日", "已用天数|已用时", 10),
        column("lies_with", "办理单位", "当前办理单位|审批部门|卡点单位|所在单位", 20),
        column("due_on", "应办结日期", "计划办结日期|办结时限|计划完成时间", 12),
        column("obtained_on", "取得日期", "办结日期|完成日期|取得时间|办理完成时间", 12),
        column("tolerance", "容缺方式", "容缺|告知承诺|办理方式", 12),
    ),
)

FUNDING = Sheet(
    "资金",
    ("资金到位", "资金情况", "资金来源", "Funding"),
    records.FundingRecord,
    "funding",
    (
        PROJECT,
        column("funding_source", "资金来源", "来源|资金类别|资金性质", 12, required=True),
        column("planned_yuan", "计划金额(万元)", "计划金额|计划资金|计划", 14),
        column("arrived_yuan", "到位金额(万元)", "到位金额|到位资金|已到位", 14),
        column("arrived_on", "到位日期", "到位时间", 12),
        column("paid_yuan", "支付金额(万元)", "支付金额|已支付|支付资金|拨付金额", 14),
        column("paid_on", "支付日期", "支付时间|拨付日期", 12),
    ),
)

LAND = Sheet(
    "用地征拆",
    ("征地拆迁", "用地", "征拆", "征迁", "Land"),
    records.LandRecord,
    "land",
    (
        PROJECT,
        column("kind", "类别", "类型|用地/征拆", 10, required=True),
        column("as_of_on", "截至日期", "统计日期|日期|截止日期", 12, required=True),
        column("area_total_m2", "总面积(㎡)", "总面积|面积|应征面积|应征收面积", 12),
        column("area_signed_m2", "已签约面积(㎡)", "已签约面积|签约面积", 14),
        column(
            "area_cleared_m2", "已腾空面积(㎡)", "已腾空面积|已清表面积|已拆除面积|已交付面积", 14
        ),
        column("households_total", "总户数", "户数|应拆迁户数|应签约户数", 10),
        column("households_signed", "已签约户数", "签约户数", 12),
        column("households_cleared", "已腾空户数", "已拆除户数|已搬迁户数", 12),
    ),
)

BLOCKERS = Sheet(
    "制约问题",
    ("问题", "存在问题", "问题清单", "制约因素", "问题台账", "Blockers"),
    records.BlockerRecord,
    "blockers",
    (
        PROJECT,
        SITE,
        column("code", "问题编号", "问题序号|问题编码", 12),
        column(
            "cause", "制约原因", "问题类型|问题类别|制约因素|原因|类别|原因类别", 14, required=True
        ),
        column(
            "text",
            "问题内容",
            "问题描述|存在问题|具体问题|问题|制约问题|问题及困难",
            44,
            required=True,
        ),
        column("raised_on", "提出日期", "提出时间|发现日期|上报日期|登记日期", 12, required=True),
        column("responsible_unit", "责任单位", "解决单位|牵头单位|牵头解决单位", 20),
        column("awaited_unit", "卡点单位", "待办单位|卡点部门|需协调单位", 20),
        column("due_on", "解决时限", "应解决日期|办结时限|计划解决日期|完成时限|计划解决时间", 12),
        column("resolved_on", "解决日期", "办结日期|解决时间|销号日期", 12),
        column("resolution", "解决情况", "解决措施|办理情况|解决结果|办理结果", 34),
        column("stops_work", "是否停工", "影响施工|造成停工|是否造成停工", 10),
    ),
    hint="卡点单位是正等它办事的单位,不一定是责任单位。解决时限不填,按提出后 15 天算。",
)

SUSPENSIONS = Sheet(
    "停工",
    ("停工情况", "停工台账", "Suspensions"),
    records.SuspensionRecord,
    "suspensions",
    (
        PROJECT,
        SITE,
        column("first_on", "停工日期", "停工开始日期|停工时间|开始日期", 12, required=True),
        column("last_on", "复工前一日", "停工结束日期|结束日期|停工截止日期", 12),
        column("reason", "停工原因", "原因", 34, required=True),
        column("approved_by", "批准单位", "批准人|审批单位", 18),
        column("approved_on", "批准日期", "批准时间", 12),
    ),
)

UNITS = Sheet(
    "单位",
    ("责任单位", "单位名录", "单位信息", "Units"),
    records.UnitRecord,
    "units",
    (
        column("name", "单位名称", "名称|单位|单位全称", 28, required=True),
        column("kind", "单位类别", "类别|单位性质|类型", 14, required=True),
        column("code", "单位编号", "单位代码|编号|统一社会信用代码", 20),
        column("short_name", "简称", "单位简称", 12),
        column("name_en", "英文名称", "单位英文名称", 24),
        column("utility", "管线类别", "产权类别|管线种类|产权", 12),
        column("aliases", "别名", "曾用名|其他名称", 28),
    ),
)

LEADERS = Sheet(
    "分包领导",
    ("领导", "市领导", "包保领导", "Leaders"),
    records.LeaderRecord,
    "leaders",
    (
        column("name", "姓名", "领导姓名|领导", 12, required=True),
        column("post", "职务", "", 28),
        column("rank", "排序", "序号|位次", 8),
    ),
)

PAUSES = Sheet(
    "冬歇与节假日",
    ("冬歇期", "节假日", "停工期", "Pauses"),
    records.PauseRecord,
    "pauses",
    (
        column("name", "名称", "期间名称", 20, required=True),
        column("kind", "类别", "类型", 10, required=True),
        column("first_on", "开始日期", "起始日期|开始", 12, required=True),
        column("last_on", "结束日期", "截止日期|结束", 12, required=True),
    ),
)
