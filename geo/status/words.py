"""The two languages of the lamp: what each code says, as a headline and its details, in Chinese and in English."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from geo.status.facts import Aspect, Lamp, Mark, Precision, Stage

Anchors = Mapping[str, Any]
Told = tuple[str, str]
"""A headline and the details that stand in brackets after it (perhaps none)."""

WAN = 10_000
YI = 100_000_000
MILLION = 1_000_000
JUNE = 6


@dataclass(frozen=True, slots=True)
class Words:
    """One language: the names of things, the punctuation, and what each reason's code says on a day."""

    lamps: Mapping[Lamp, str]
    stages: Mapping[Stage, str]
    marks: Mapping[Mark, str]
    aspects: Mapping[Aspect, str]
    reasons: Mapping[str, Callable[[Anchors, date], Told]]
    planned_day: Callable[[date, Precision], str]
    money: Callable[[int], str]
    details: str
    colon: str
    semicolon: str
    comma: str
    awaited_unit: str
    awaited_unit_key: str
    lead_unit: str
    not_due: str
    no_start_planned: str
    on_plan: str
    no_finish_planned: str


def _number(value: float) -> str:
    """Write a number with at most two decimals and no trailing zeros."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _anchored_day(anchors: Anchors, key: str = "due_on") -> date:
    return date.fromisoformat(anchors[key])


def _days_over(anchors: Anchors, day: date, key: str = "due_on") -> int:
    return (day - _anchored_day(anchors, key)).days


def _precision(anchors: Anchors) -> Precision:
    return Precision(anchors.get("precision", Precision.DAY))


# ---------------------------------------------------------------- 中文

_SEASONS = ("一", "二", "三", "四")


def _day_zh(on: date) -> str:
    return f"{on.year}年{on.month}月{on.day}日"


def _planned_day_zh(on: date, precision: Precision) -> str:
    match precision:
        case Precision.DAY:
            return _day_zh(on)
        case Precision.MONTH:
            return f"{on.year}年{on.month}月底"
        case Precision.QUARTER:
            return f"{on.year}年{_SEASONS[(on.month - 1) // 3]}季度末"
        case Precision.HALF if on.month <= JUNE:
            return f"{on.year}年上半年末"
        case _:
            return f"{on.year}年底"


def _money_zh(yuan: int) -> str:
    return f"{_number(yuan / YI)}亿元" if abs(yuan) >= YI else f"{_number(yuan / WAN)}万元"


def _due_zh(anchors: Anchors) -> str:
    return f"{_planned_day_zh(_anchored_day(anchors), _precision(anchors))}前"


def _start_zh(anchors: Anchors, day: date) -> Told:
    plan = "暂定计划" if anchors.get("tentative") else "计划"
    return f"逾期未开工{_days_over(anchors, day)}天", f"{plan}{_due_zh(anchors)}开工"


def _bottom_line_zh(anchors: Anchors, day: date) -> Told:
    late = _days_over(anchors, day, "bottom_line_on")
    line_on = _day_zh(_anchored_day(anchors, "bottom_line_on"))
    return f"过底线日{late}天未开工", f"底线日{line_on},{_start_zh(anchors, day)[1]}"


def _finish_zh(anchors: Anchors, day: date) -> Told:
    return f"逾期未完工{_days_over(anchors, day)}天", f"计划{_due_zh(anchors)}完工"


def _progress_zh(anchors: Anchors, _day: date) -> Told:
    done, planned = _number(anchors["percent"]), _number(anchors["planned"])
    as_of = _day_zh(_anchored_day(anchors, "as_of_on"))
    details = f"截至{as_of}完成{done}%,计划{planned}%"
    return f"形象进度滞后{_number(anchors['gap'])}个百分点", details


def _investment_zh(anchors: Anchors, _day: date) -> Told:
    as_of = _day_zh(_anchored_day(anchors, "as_of_on"))
    done, planned, total = (
        _money_zh(anchors[key]) for key in ("done_yuan", "planned_yuan", "total_yuan")
    )
    details = f"截至{as_of}完成{done},序时计划{planned},年度计划{total}"
    return f"{anchors['year']}年投资滞后{_number(anchors['gap'])}个百分点", details


def _milestone_zh(anchors: Anchors, day: date) -> Told:
    headline = f"节点“{anchors['text']}”逾期{_days_over(anchors, day)}天未完成"
    return headline, f"应于{_due_zh(anchors)}完成"


def _blocker_zh(anchors: Anchors, day: date) -> Told:
    headline = f"制约问题“{anchors['text']}”逾期{_days_over(anchors, day)}天未解决"
    return headline, f"应于{_due_zh(anchors)}解决"


def _stopping_blocker_zh(anchors: Anchors, day: date) -> Told:
    headline, details = _blocker_zh(anchors, day)
    return headline, f"{details},影响施工"


def _suspended_zh(kind: str) -> Callable[[Anchors, date], Told]:
    def told(anchors: Anchors, day: date) -> Told:
        since, about = _day_zh(_anchored_day(anchors, "first_on")), anchors.get("text")
        details = f"{since}起,{about}" if about else f"{since}起"
        return f"{kind}第{_days_over(anchors, day, 'first_on') + 1}天", details

    return told


def _ruled_zh(anchors: Anchors, _day: date) -> Told:
    ruled, computed = (CHINESE.lamps[Lamp(anchors[key])] for key in ("ruled", "computed"))
    return f"核定{ruled}", f"拟亮{computed},核定至{_day_zh(_anchored_day(anchors, 'last_on'))}"


CHINESE = Words(
    lamps={
        Lamp.GREEN: "绿灯",
        Lamp.YELLOW: "黄灯",
        Lamp.RED: "红灯",
        Lamp.GREY: "灰灯",
        Lamp.BLUE: "蓝灯",
        Lamp.PAUSED: "合规停工",
    },
    stages={
        Stage.NOT_STARTED: "未开工",
        Stage.UNDER_CONSTRUCTION: "在建",
        Stage.SUSPENDED: "停工",
        Stage.COMPLETED: "完工",
        Stage.IN_USE: "交付使用",
        Stage.IN_PRODUCTION: "投产",
        Stage.AT_CAPACITY: "达效",
    },
    marks={
        Mark.AT_RISK: "开工有风险",
        Mark.NOT_REPORTED: "逾期未报",
        Mark.HOLLOW: "长期未报",
        Mark.RESTRICTED: "受限",
        Mark.NO_PLAN: "无计划",
        Mark.NO_LOCATION: "无位置",
        Mark.UNVERIFIED: "未核实",
        Mark.RULED: "核定",
    },
    aspects={
        Aspect.START: "开工",
        Aspect.FINISH: "完工",
        Aspect.SUSPENSION: "停工",
        Aspect.PROGRESS: "形象进度",
        Aspect.MILESTONE: "节点",
        Aspect.INVESTMENT: "投资",
        Aspect.BLOCKER: "制约问题",
        Aspect.RULING: "核定",
    },
    reasons={
        "start_overdue": _start_zh,
        "start_past_bottom_line": _bottom_line_zh,
        "finish_overdue": _finish_zh,
        "progress_behind": _progress_zh,
        "investment_behind": _investment_zh,
        "milestone_missed": _milestone_zh,
        "blocker_overdue": _blocker_zh,
        "blocker_stops_work": _stopping_blocker_zh,
        "suspended_approved": _suspended_zh("经批准停工"),
        "suspended_by_control": _suspended_zh("因管控停工"),
        "suspended_unjustified": _suspended_zh("未经批准停工"),
        "ruled": _ruled_zh,
    },
    planned_day=_planned_day_zh,
    money=_money_zh,
    details="{}({})",
    colon=":",
    semicolon=";",
    comma=",",
    awaited_unit="卡点单位 {}",
    awaited_unit_key="awaited_unit",
    lead_unit="牵头单位 {}",
    not_due="未到计划开工期",
    no_start_planned="未开工,尚无开工计划",
    on_plan="按计划推进",
    no_finish_planned="在建,尚无完工计划",
)


# ---------------------------------------------------------------- English

_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


def _day_en(on: date) -> str:
    return f"{on.day} {_MONTHS[on.month - 1][:3]} {on.year}"


def _planned_day_en(on: date, precision: Precision) -> str:
    match precision:
        case Precision.DAY:
            return _day_en(on)
        case Precision.MONTH:
            return f"the end of {_MONTHS[on.month - 1]} {on.year}"
        case Precision.QUARTER:
            return f"the end of Q{(on.month - 1) // 3 + 1} {on.year}"
        case Precision.HALF if on.month <= JUNE:
            return f"the end of the first half of {on.year}"
        case _:
            return f"the end of {on.year}"


def _money_en(yuan: int) -> str:
    return f"CNY {_number(yuan / MILLION)} million"


def _days_en(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"


def _due_en(anchors: Anchors) -> str:
    return f"by {_planned_day_en(_anchored_day(anchors), _precision(anchors))}"


def _start_en(anchors: Anchors, day: date) -> Told:
    plan = "tentatively planned" if anchors.get("tentative") else "planned"
    return f"Start overdue by {_days_en(_days_over(anchors, day))}", f"{plan} {_due_en(anchors)}"


def _bottom_line_en(anchors: Anchors, day: date) -> Told:
    late = _days_en(_days_over(anchors, day, "bottom_line_on"))
    line_on = _day_en(_anchored_day(anchors, "bottom_line_on"))
    details = f"bottom-line day {line_on}, {_start_en(anchors, day)[1]}"
    return f"Not started {late} after the bottom-line day", details


def _finish_en(anchors: Anchors, day: date) -> Told:
    late = _days_en(_days_over(anchors, day))
    return f"Finish overdue by {late}", f"planned {_due_en(anchors)}"


def _progress_en(anchors: Anchors, _day: date) -> Told:
    done, planned = _number(anchors["percent"]), _number(anchors["planned"])
    as_of = _day_en(_anchored_day(anchors, "as_of_on"))
    details = f"{done}% done by {as_of}, {planned}% planned"
    return f"Progress {_number(anchors['gap'])} points behind", details


def _investment_en(anchors: Anchors, _day: date) -> Told:
    as_of = _day_en(_anchored_day(anchors, "as_of_on"))
    done, planned, total = (
        _money_en(anchors[key]) for key in ("done_yuan", "planned_yuan", "total_yuan")
    )
    details = f"{done} done by {as_of}, {planned} planned, {total} in the year's plan"
    return f"Investment of {anchors['year']} {_number(anchors['gap'])} points behind", details


def _milestone_en(anchors: Anchors, day: date) -> Told:
    late = _days_en(_days_over(anchors, day))
    return f"Milestone {anchors['text']} missed by {late}", f"due {_due_en(anchors)}"


def _blocker_en(anchors: Anchors, day: date) -> Told:
    late = _days_en(_days_over(anchors, day))
    return f"Blocker {anchors['text']} overdue by {late}", f"due {_due_en(anchors)}"


def _stopping_blocker_en(anchors: Anchors, day: date) -> Told:
    headline, details = _blocker_en(anchors, day)
    return headline, f"{details}, stops work"


def _ruled_en(anchors: Anchors, _day: date) -> Told:
    ruled, computed = (ENGLISH.lamps[Lamp(anchors[key])].lower() for key in ("ruled", "computed"))
    return (
        f"Ruled {ruled}",
        f"computed {computed}, until {_day_en(_anchored_day(anchors, 'last_on'))}",
    )


def _suspended_en(kind: str) -> Callable[[Anchors, date], Told]:
    def told(anchors: Anchors, day: date) -> Told:
        since, about = _day_en(_anchored_day(anchors, "first_on")), anchors.get("text")
        details = f"since {since}: {about}" if about else f"since {since}"
        return f"{kind}, day {_days_over(anchors, day, 'first_on') + 1}", details

    return told


ENGLISH = Words(
    lamps={
        Lamp.GREEN: "Green",
        Lamp.YELLOW: "Yellow",
        Lamp.RED: "Red",
        Lamp.GREY: "Grey",
        Lamp.BLUE: "Blue",
        Lamp.PAUSED: "Paused",
    },
    stages={
        Stage.NOT_STARTED: "Not started",
        Stage.UNDER_CONSTRUCTION: "Under construction",
        Stage.SUSPENDED: "Suspended",
        Stage.COMPLETED: "Completed",
        Stage.IN_USE: "In use",
        Stage.IN_PRODUCTION: "In production",
        Stage.AT_CAPACITY: "At capacity",
    },
    marks={
        Mark.AT_RISK: "Start at risk",
        Mark.NOT_REPORTED: "Not reported",
        Mark.HOLLOW: "Not reported for long",
        Mark.RESTRICTED: "Restricted",
        Mark.NO_PLAN: "No plan",
        Mark.NO_LOCATION: "No location",
        Mark.UNVERIFIED: "Unverified",
        Mark.RULED: "Ruled",
    },
    aspects={
        Aspect.START: "Start",
        Aspect.FINISH: "Finish",
        Aspect.SUSPENSION: "Suspension",
        Aspect.PROGRESS: "Progress",
        Aspect.MILESTONE: "Milestone",
        Aspect.INVESTMENT: "Investment",
        Aspect.BLOCKER: "Blocker",
        Aspect.RULING: "Ruling",
    },
    reasons={
        "start_overdue": _start_en,
        "start_past_bottom_line": _bottom_line_en,
        "finish_overdue": _finish_en,
        "progress_behind": _progress_en,
        "investment_behind": _investment_en,
        "milestone_missed": _milestone_en,
        "blocker_overdue": _blocker_en,
        "blocker_stops_work": _stopping_blocker_en,
        "suspended_approved": _suspended_en("Suspended with approval"),
        "suspended_by_control": _suspended_en("Suspended by a control area"),
        "suspended_unjustified": _suspended_en("Suspended without approval"),
        "ruled": _ruled_en,
    },
    planned_day=_planned_day_en,
    money=_money_en,
    details="{} ({})",
    colon=": ",
    semicolon="; ",
    comma=", ",
    awaited_unit="awaited unit {}",
    awaited_unit_key="awaited_unit_en",
    lead_unit="lead unit {}",
    not_due="Start not due yet",
    no_start_planned="Not started, no start is planned",
    on_plan="On plan",
    no_finish_planned="Under construction, no finish is planned",
)
