"""What a site's report says: the ladder step that a percent stands for, and a sentence with figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

# The ladder of each category, as in the city's code lists: percent, step, sentences. {a} and {b} are counts that grow
# with the percent, {p} is the share of the present step in percent.
# fmt: off
_STEPS: dict[str, tuple[tuple[float, str, tuple[str, ...]], ...]] = {
    "key": (
        (3, "施工准备", ("场地围挡完成,临建搭设完成{p}%", "完成施工便道和临水临电,塔吊基础开挖")),
        (12, "土方与基坑", ("土方开挖累计{a}万立方米,完成{p}%", "基坑支护完成{p}%,降水井运行{b}口")),
        (25, "基础施工", ("工程桩累计完成{b}根,承台施工完成{p}%", "筏板浇筑完成{p}%,地下室外墙防水施工")),
        (45, "主体施工", ("主体施工至{b}层,二次结构穿插施工", "主体结构完成{p}%,钢筋绑扎、模板支设流水作业")),
        (60, "主体封顶", ("主体结构封顶,二次结构完成{p}%", "屋面防水完成{p}%,砌体施工至{b}层")),
        (80, "安装装修", ("机电安装完成{p}%,外墙装饰完成{a}平方米", "室内装修完成{p}%,电梯安装{b}部")),
        (93, "室外配套", ("室外管网完成{p}%,道路铺装{a}平方米", "绿化完成{p}%,室外照明安装{b}套")),
        (100, "完工", ("全部工程内容完成,准备竣工验收",)),
    ),
    "industry": (
        (3, "施工准备", ("厂区平整完成{p}%,临时设施进场", "原有设备拆除{b}台套,车间腾空")),
        (20, "基础施工", ("独立基础完成{b}个,地梁施工完成{p}%", "厂房基础浇筑完成{p}%")),
        (45, "厂房主体", ("钢结构吊装完成{b}榀,完成{p}%", "厂房主体完成{p}%,屋面檩条安装")),
        (60, "厂房完工", ("厂房围护完成,地坪施工{a}平方米", "厂房土建完工,消防管道安装完成{p}%")),
        (70, "设备采购", ("主要设备签订合同{b}台套,到货{p}%", "设备招标完成,首批{b}台套发货")),
        (85, "设备安装", ("设备安装完成{b}台套,完成{p}%", "生产线设备就位{p}%,工艺管道安装")),
        (95, "调试", ("单机调试完成{b}台套,联动试车准备", "设备联调完成{p}%,试生产备案办理中")),
        (100, "完工", ("设备调试完成,具备投产条件",)),
    ),
    "transport": (
        (3, "施工准备", ("清表完成{p}%,驻地和拌合站建设", "征地红线放样完成,施工便道贯通{p}%")),
        (20, "路基与桩基", ("路基填筑完成{a}万立方米,完成{p}%", "桩基累计完成{b}根,完成{p}%")),
        (35, "下部结构", ("墩柱完成{b}根,盖梁完成{p}%", "承台完成{b}座,台背回填")),
        (55, "上部结构", ("梁板预制{b}片,架设完成{p}%", "现浇箱梁第{b}联浇筑完成")),
        (70, "路面基层", ("水稳基层摊铺{a}万平方米,完成{p}%", "底基层完成,基层养生")),
        (85, "路面面层", ("沥青面层摊铺{a}万平方米,完成{p}%", "中面层完成,上面层摊铺{p}%")),
        (95, "交安与附属", ("标志标线完成{p}%,护栏安装{a}千米", "交安设施完成{p}%,绿化补植")),
        (100, "完工", ("全线贯通,完成交工验收准备",)),
    ),
    "investment": (
        (3, "施工准备", ("土地手续完成,场地平整{p}%", "项目公司注册到位,围挡施工{a}米")),
        (20, "基础施工", ("桩基完成{b}根,完成{p}%", "基础承台浇筑完成{p}%")),
        (45, "主体施工", ("主体施工至{b}层,完成{p}%", "{b}栋厂房同步施工,主体完成{p}%")),
        (60, "主体封顶", ("主体全部封顶,砌体完成{p}%", "{b}栋单体封顶,外立面施工")),
        (80, "安装装修", ("设备安装完成{b}台套,装修完成{p}%", "幕墙完成{p}%,机电安装穿插施工")),
        (95, "试运行", ("试运行{b}天,产能负荷{p}%", "试营业筹备,招商签约{b}户")),
        (100, "完工", ("工程完工,正式运营手续办理中",)),
    ),
    "urban": (
        (3, "施工准备", ("围挡设置{a}米,交通导行标志安装", "现场勘察、管线物探完成{p}%")),
        (15, "管线迁改", ("管线迁改完成{p}%,协调产权单位{b}家", "弱电线路割接{b}处,给水管迁改完成{p}%")),
        (25, "土方与基础", ("沟槽开挖{a}米,完成{p}%", "路面铣刨{a}平方米,土方外运{b}车")),
        (45, "地下管网", ("雨污水管道铺设{a}米,检查井{b}座,完成{p}%", "管道安装完成{p}%,闭水试验{b}段")),
        (65, "主体与路基", ("路基处理完成{p}%,水稳摊铺{a}平方米", "管沟回填完成{p}%,路缘石安砌{a}米")),
        (82, "路面与装修", ("沥青摊铺{a}平方米,人行道铺装完成{p}%", "外墙保温完成{p}%,楼道粉刷{b}个单元")),
        (95, "绿化与附属", ("行道树栽植{b}株,路灯安装完成{p}%", "标线施划完成{p}%,绿化整理{a}平方米")),
        (100, "完工", ("工程完工,恢复交通和现场清理完毕",)),
    ),
}
# fmt: on

_PAUSED = ("冬歇期,现场值守,设备维护保养", "冬歇期停工,安排专人值班巡查")
_IDLE = ("现场停工,人员撤场,围挡和防护完好", "项目处于停工状态,已落实看护措施")


def steps_of(category: str) -> list[tuple[float, str]]:
    """The ladder of a category: percents and names of its steps."""
    return [(percent, name) for percent, name, _ in _STEPS[category]]


def _place(category: str, percent: float) -> int:
    steps = _STEPS[category]
    return max((place for place, step in enumerate(steps) if step[0] <= percent), default=0)


def step_of(category: str, percent: float) -> str:
    """The highest step of the ladder that the percent has reached; the first one before that."""
    return _STEPS[category][_place(category, percent)][1]


def next_step(category: str, percent: float) -> str | None:
    """What comes after the present step."""
    steps = _STEPS[category]
    place = _place(category, percent)
    return f"推进{steps[place + 1][1]}" if place + 1 < len(steps) else None


def tell_progress(  # noqa: PLR0913  what a sentence is made of
    random: Random, category: str, percent: float, scale: float, *, paused: bool, idle: bool
) -> str:
    """One sentence on the week's progress. `scale` tells a large project from a small one."""
    if idle:
        return random.choice(_IDLE)
    if paused:
        return random.choice(_PAUSED)
    steps = _STEPS[category]
    place = _place(category, percent)
    floor, _, sentences = steps[place]
    ceiling = steps[place + 1][0] if place + 1 < len(steps) else 101.0
    share = min(99, max(2, round(100 * (percent - floor) / (ceiling - floor))))
    return random.choice(sentences).format(
        a=max(1, round(scale * (40 + 11 * percent))),
        b=max(1, round(scale * (2 + percent / 4))),
        p=share,
    )
