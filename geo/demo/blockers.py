"""The demo's two hundred blockers (制约问题): of every cause, two thirds of them resolved, each with who must act."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from geo.demo import units
from geo.demo.units import OWNER, government_of
from geo.records import BlockerRecord

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from random import Random

    from geo.demo.plane import Plane
    from geo.demo.projects import Scheme
    from geo.demo.stories import Story

BLOCKERS = 200
OPEN = 61

# Cause: how often, what it is, how it ends.
_CAUSES: dict[str, tuple[int, tuple[str, ...], str]] = {
    "procedures": (
        6,
        ("施工许可证未核发", "建设工程规划许可证待补正材料", "环评批复未取得"),
        "证照已核发",
    ),
    "tendering": (4, ("施工招标流标,需重新组织", "监理招标公告未发布"), "中标通知书已发出"),
    "fiscal_review": (4, ("工程预算财政评审超期", "招标控制价评审未出结果"), "评审报告已出具"),
    "funds": (
        5,
        ("专项债资金未拨付,欠付进度款", "企业自筹资金未到位", "银行授信审批未通过"),
        "资金已拨付到位",
    ),
    "land": (5, ("建设用地组卷未上报", "用地指标未落实", "临时用地手续到期未续"), "用地批复已取得"),
    "demolition": (
        6,
        ("红线内{n}户未签约", "{n}处地上附着物未清表", "企业厂房搬迁协议未签订"),
        "征拆完成,场地已移交",
    ),
    "obstruction": (
        4,
        ("村民因补偿争议阻工", "周边小区居民反映施工噪声,进场受阻"),
        "矛盾化解,恢复施工",
    ),
    "pipelines": (
        7,
        ("{u}管线未迁改,影响沟槽开挖", "{u}迁改方案未会审", "红线内{u}杆线未落地"),
        "迁改完成并移交",
    ),
    "traffic": (4, ("导行方案未批复,无法围挡", "占道施工许可待交警踏勘"), "导行方案已批复"),
    "heavy_pollution": (3, ("重污染天气应急响应期间土石方停工",), "应急响应解除"),
    "emergency_control": (
        3,
        ("周边活动安保管控,渣土运输受限", "汛期应急管控,河道内停止作业"),
        "管控解除",
    ),
    "factors": (3, ("能耗指标未落实", "污染物排放总量指标未批复"), "指标已落实"),
    "design_change": (
        4,
        ("地下障碍物与设计不符,需变更", "线位调整,变更图纸未出"),
        "变更图纸已下发",
    ),
    "weak_push": (
        3,
        ("施工力量投入不足,连续两周无进展", "参建单位协调不力,工序衔接慢"),
        "增加班组,进度恢复",
    ),
    "other": (3, ("周边历史建筑保护方案待论证", "地质情况复杂,基坑监测预警"), "方案已论证通过"),
}

_AWAITED = {
    "procedures": units.APPROVAL,
    "tendering": units.APPROVAL,
    "fiscal_review": units.FINANCE,
    "funds": units.FINANCE,
    "land": units.NATURAL_RESOURCES,
    "traffic": units.POLICE,
    "heavy_pollution": units.ECOLOGY,
    "emergency_control": units.EMERGENCY,
    "factors": units.DEVELOPMENT,
    "design_change": units.HOUSING,
    "other": units.COMMAND,
}

# The fates that come with an open blocker, and by how many days it is overdue on the anchor (negative: due later).
_OVERDUE: dict[str, tuple[int, int]] = {
    "blocker_yellow": (16, 22),
    "blocker_red": (33, 70),
    "start_red": (-5, 40),
    "start_yellow": (-12, 6),
    "soon": (-20, -8),
    "suspended": (-10, 20),
    "slow_red": (-12, 12),
    "slow_yellow": (-16, 7),
}


def make_blockers(
    plane: Plane, schemes: Sequence[Scheme], stories: Mapping[str, Story], anchor: date
) -> list[BlockerRecord]:
    """Open blockers first, by fate and then on projects that go well; the rest are resolved."""
    random = plane.random("blockers")
    causes = [cause for cause, (weight, _, _) in _CAUSES.items() for _ in range(weight)]
    random.shuffle(causes)
    by_fate = {
        fate: [s for s in schemes if stories[s.code].fate == fate] for fate in (*_OVERDUE, "good")
    }
    open_ = [(scheme, _OVERDUE[fate]) for fate in _OVERDUE for scheme in by_fate[fate]]
    good = list(by_fate["good"])
    random.shuffle(good)
    open_ += [(scheme, (-14, 7)) for scheme in good[: OPEN - len(open_)]]
    begun = [scheme for scheme in schemes if stories[scheme.code].started_on is not None]
    records = []
    for number in range(BLOCKERS):
        cause = causes[number % len(causes)]
        is_open = number < OPEN
        scheme, overdue = open_[number] if is_open else (random.choice(begun), (0, 0))
        story = stories[scheme.code]
        if is_open:
            due_on = anchor - timedelta(random.randint(*overdue))
            raised_on = min(
                due_on - timedelta(random.choice((15, 15, 20, 30))), anchor - timedelta(2)
            )
            resolved_on = None
        else:
            resolved_on = anchor - timedelta(random.randint(3, 170))
            raised_on = resolved_on - timedelta(random.randint(6, 40))
            due_on = raised_on + timedelta(random.choice((15, 20, 30)))
        stops = story.fate == "blocker_red" and is_open and random.random() < 0.4
        if stops:
            due_on = anchor - timedelta(random.randint(3, 14))
            raised_on = due_on - timedelta(random.choice((15, 20, 30)))
        records.append(
            _draw(
                plane,
                random,
                scheme,
                cause,
                number=number,
                days=(raised_on, due_on, resolved_on),
                stops=stops,
            )
        )
    return records


def _draw(  # noqa: PLR0913  what a blocker is made of
    plane: Plane,
    random: Random,
    scheme: Scheme,
    cause: str,
    *,
    number: int,
    days: tuple[date, date, date | None],
    stops: bool,
) -> BlockerRecord:
    _, texts, resolution = _CAUSES[cause]
    raised_on, due_on, resolved_on = days
    utility = random.choice(scheme.kind.utilities or ("electricity", "water", "china_unicom"))
    owner = OWNER[utility]
    awaited = _AWAITED.get(cause)
    if cause == "pipelines":
        awaited = owner
    elif cause in {"demolition", "obstruction"}:
        place = next((site.place for site in scheme.sites if site.place is not None), None)
        awaited = government_of(plane, place.district.code if place else "ancheng")
    site = random.choice(scheme.sites).code if scheme.sites and random.random() < 0.4 else None
    return BlockerRecord(
        project=scheme.code,
        cause=cause,
        text=random.choice(texts).format(n=random.randint(1, 24), u=_SHORT[utility]),
        raised_on=raised_on,
        code=plane.code(f"WT-{number + 1:04d}"),
        site=site if resolved_on is not None or not stops else None,
        responsible_unit=scheme.lead,
        awaited_unit=awaited or scheme.lead,
        # A few say no day: then the rule of fifteen days holds.
        due_on=None if (due_on - raised_on).days == 15 else due_on,
        resolved_on=resolved_on,
        resolution=resolution if resolved_on else None,
        stops_work=stops,
    )


_SHORT = {
    "electricity": "供电",
    "water": "供水",
    "heat": "供热",
    "gas": "燃气",
    "drainage": "排水",
    "china_mobile": "移动通信",
    "china_unicom": "联通通信",
    "china_telecom": "电信通信",
    "broadcast": "广电",
    "street_light": "路灯",
    "traffic_signal": "信号灯",
}
