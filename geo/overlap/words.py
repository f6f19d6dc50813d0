"""What was found, in sentences with numbers, in Chinese and in English."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from geo.overlap.facts import Code, Severity, WatchCode
from geo.saying import Language, format_day, format_days

if TYPE_CHECKING:
    from geo.overlap.facts import Finding, Watch

Anchors = Mapping[str, Any]
Names = Mapping[int, str]
"""What the zones of a pair are called, by id."""

SEVERITIES: Mapping[Severity, tuple[str, str]] = {
    Severity.HEAVY: ("重叠", "Overlap"),
    Severity.LIGHT: ("邻近", "Near"),
    Severity.NONE: ("机会", "Opportunity"),
}
CODES: Mapping[Code | WatchCode, tuple[str, str]] = {
    Code.OVERLAP: ("重叠", "Overlap"),
    Code.NEAR: ("邻近", "Near"),
    Code.DETOUR_BLOCKED: ("导行受阻", "Detour blocked"),
    Code.DETOURS_STACKED: ("导行叠加", "Detours stacked"),
    Code.PARALLEL_CLOSED: ("平行道路同时封闭", "Parallel road closed too"),
    Code.RELOCATION_LATE: ("迁改滞后", "Relocation late"),
    Code.SHARED_TRENCH: ("同槽同期", "One trench for two"),
    Code.CONTROL_STOP: ("停工管控", "Work stopped by control"),
    Code.ROUTE_BLOCKED: ("线路受阻", "Haul route blocked"),
    WatchCode.UNAPPROVED: ("无批复占道", "Road taken without approval"),
    WatchCode.OVERSTAYED: ("超期占道", "Road taken past its end"),
    WatchCode.NO_DIVERSION: ("未报导行", "No diversion reported"),
    WatchCode.SLOW_CUT: ("慢行中断", "No way on foot or by bike"),
    WatchCode.LATE_NOTICE: ("公告不足", "Announced too late"),
    WatchCode.SERVICE_WINDOW: ("作业窗口", "Outside its service window"),
    WatchCode.REPEAT_DIG: ("重复开挖", "Pavement dug again"),
}
_MODES: Mapping[str, tuple[str, str]] = {
    "motor": ("机动车", "motor vehicles"),
    "ebike": ("非机动车", "cycles and e-bikes"),
    "foot": ("行人", "people on foot"),
    "bus": ("公交", "buses"),
    "emergency": ("应急车", "emergency vehicles"),
}


def code_name(code: Code | WatchCode, language: Language = "zh") -> str:
    """Give the name of what is found."""
    return CODES[code][language == "en"]


def severity_name(severity: Severity, language: Language = "zh") -> str:
    """Give the name of a severity."""
    return SEVERITIES[severity][language == "en"]


def explain_finding(finding: Finding, names: Names, language: Language = "zh") -> str:
    """Make the sentence of a finding; `names` says what the pair's zones are called.

    A finding kept from other rules, whose anchors cannot be read, is told by its name alone.
    """
    zh, en = _FINDINGS[finding.code]
    sentence = _told(en if language == "en" else zh, finding.anchors, names)
    if sentence is None:
        return code_name(finding.code, language)
    if finding.anchors.get("tentative"):
        sentence += "; one side is tentative" if language == "en" else ";一方为暂定"
    return sentence


def explain_watch(watch: Watch, language: Language = "zh") -> str:
    """Make the sentence of what is watched on one side."""
    zh, en = _WATCHES[watch.code]
    days = {"first": watch.days.first_on, "last": watch.days.last_on}
    sentence = _told(en if language == "en" else zh, {**watch.anchors, "days": days}, {})
    return sentence or code_name(watch.code, language)


def _told(tell: Callable[[Anchors, Names], str], anchors: Anchors, names: Names) -> str | None:
    try:
        return tell(anchors, names)
    except (KeyError, TypeError, ValueError):
        return None


def _number(value: float) -> str:
    return f"{value:,.2f}".rstrip("0").rstrip(".")


def _when_zh(anchors: Anchors) -> str:
    first, last = anchors.get("first_on"), anchors.get("last_on")
    if first is None:
        return ""
    if last is None:
        return f"{format_day(first, 'zh')}起,结束未定"
    return f"{format_day(first, 'zh')}当日" if first == last else format_days(first, last, "zh")


def _when_en(anchors: Anchors) -> str:
    first, last = anchors.get("first_on"), anchors.get("last_on")
    if first is None:
        return ""
    if last is None:
        return f"from {format_day(first, 'en')} on, end unknown"
    return f"on {format_day(first, 'en')}" if first == last else format_days(first, last, "en")


def _days_en(count: int) -> str:
    return f"{count} day" if count == 1 else f"{count} days"


def _modes(anchors: Anchors, place: int) -> str:
    return ("、" if place == 0 else ", ").join(_MODES[mode][place] for mode in anchors["modes"])


def _overlap_zh(anchors: Anchors, _names: Names) -> str:
    if anchors.get("unmeasured"):
        return f"共有一片场地(图形过于复杂,未量面积),{_when_zh(anchors)}"
    return f"共有场地{_number(anchors['area_m2'])}平方米,{_when_zh(anchors)}"


def _overlap_en(anchors: Anchors, _names: Names) -> str:
    if anchors.get("unmeasured"):
        return f"They share ground (shapes too detailed to measure), {_when_en(anchors)}"
    return f"They share {_number(anchors['area_m2'])} m², {_when_en(anchors)}"


def _near_zh(anchors: Anchors, _names: Names) -> str:
    where = f"相距{_number(anchors['distance_m'])}米"
    if anchors["area_m2"]:
        where = f"共有场地{_number(anchors['area_m2'])}平方米,不需让路"
    elif not anchors["distance_m"]:
        where = "相接"
    if anchors.get("hand_over"):
        return f"{where},仅交接日{format_day(anchors['first_on'], 'zh')}同在"
    return f"{where},{_when_zh(anchors)}"


def _near_en(anchors: Anchors, _names: Names) -> str:
    where = f"{_number(anchors['distance_m'])} m apart"
    if anchors["area_m2"]:
        where = f"They share {_number(anchors['area_m2'])} m² that both can use"
    elif not anchors["distance_m"]:
        where = "They touch"
    if anchors.get("hand_over"):
        return f"{where}, on the hand-over day {format_day(anchors['first_on'], 'en')} only"
    return f"{where}, {_when_en(anchors)}"


def _blocked_zh(anchors: Anchors, names: Names) -> str:
    own, other = names[anchors["detour_of"]], names[anchors["closure"]]
    metres = _number(anchors["through_m"])
    how = f"穿过“{other}”封闭路段{metres}米"
    if anchors["how"] == "one_way":
        how = f"在“{other}”单向路段逆行{metres}米"
    return f"“{own}”的{_modes(anchors, 0)}绕行线{how},{_when_zh(anchors)}"


def _blocked_en(anchors: Anchors, names: Names) -> str:
    own, other = names[anchors["detour_of"]], names[anchors["closure"]]
    metres = _number(anchors["through_m"])
    how = f"runs {metres} m through what “{other}” closes"
    if anchors["how"] == "one_way":
        how = f"runs {metres} m against the one-way of “{other}”"
    return f"The detour of “{own}” for {_modes(anchors, 1)} {how}, {_when_en(anchors)}"


def _stacked_zh(anchors: Anchors, _names: Names) -> str:
    metres = _number(anchors["together_m"])
    return f"两处{_modes(anchors, 0)}绕行线同向共用{metres}米,{_when_zh(anchors)}"


def _stacked_en(anchors: Anchors, _names: Names) -> str:
    metres = _number(anchors["together_m"])
    who = _modes(anchors, 1)
    return f"Two detours for {who} run {metres} m together the same way, {_when_en(anchors)}"


def _parallel_zh(anchors: Anchors, names: Names) -> str:
    own, other = names[anchors["closure"]], names[anchors["also_closed"]]
    way = _number(anchors["alternative_m"])
    both = ",两路互为替代" if anchors.get("mutual") else ""
    return f"“{own}”最近的替代道路({way}米)同时被“{other}”封闭{both},{_when_zh(anchors)}"


def _parallel_en(anchors: Anchors, names: Names) -> str:
    own, other = names[anchors["closure"]], names[anchors["also_closed"]]
    way = _number(anchors["alternative_m"])
    both = ", and each is the other's" if anchors.get("mutual") else ""
    when = _when_en(anchors)
    return f"The nearest way round “{own}” ({way} m) is closed too, by “{other}”{both}, {when}"


def _late_zh(anchors: Anchors, names: Names) -> str:
    own, due = names[anchors["relocation"]], format_day(anchors["due_on"], "zh")
    late = f"按计划晚{anchors['late_days']}天" if "late_days" in anchors else "完成日未定"
    return f"“{own}”应于{due}前移交场地给“{names[anchors['waiting']]}”,{late}"


def _late_en(anchors: Anchors, names: Names) -> str:
    own, due = names[anchors["relocation"]], format_day(anchors["due_on"], "en")
    late = "its end is unknown"
    if "late_days" in anchors:
        late = f"by its dates it is {_days_en(anchors['late_days'])} late"
    return f"“{own}” must hand over to “{names[anchors['waiting']]}” by {due}; {late}"


def _trench_zh(anchors: Anchors, _names: Names) -> str:
    road = f"沿{anchors['road']}" if anchors.get("road") else "沿同一道路"
    what = "可共用一次占道封闭" if anchors["share"] == "closure" else "可同槽同期施工"
    gap = f"工期相隔{anchors['gap_days']}天"
    return f"{road}并行{_number(anchors['saved_m'])}米,相距{_number(anchors['apart_m'])}米,{gap},{what}"


def _trench_en(anchors: Anchors, _names: Names) -> str:
    road = f"along {anchors['road']}" if anchors.get("road") else "along one road"
    what = "one closure" if anchors["share"] == "closure" else "one trench"
    saved, apart = _number(anchors["saved_m"]), _number(anchors["apart_m"])
    return (
        f"{saved} m side by side {road}, {apart} m apart,"
        f" {_days_en(anchors['gap_days'])} between them: {what} could serve both"
    )


def _control_zh(anchors: Anchors, names: Names) -> str:
    stops = "全部作业" if "all" in anchors["stops"] else "部分作业"
    return f"位于管控区“{names[anchors['area']]}”内,{stops}停工,{_when_zh(anchors)}"


def _control_en(anchors: Anchors, names: Names) -> str:
    stops = "all work" if "all" in anchors["stops"] else "some work"
    return (
        f"Inside control area “{names[anchors['area']]}”, which stops {stops}, {_when_en(anchors)}"
    )


def _route_zh(anchors: Anchors, names: Names) -> str:
    other = names[anchors["closure"]]
    if anchors["shut"]:
        metres = _number(anchors["through_m"])
        return f"渣土线路穿过“{other}”封闭路段{metres}米,{_when_zh(anchors)}"
    return f"渣土线路经过“{other}”占道路段,{_when_zh(anchors)}"


def _route_en(anchors: Anchors, names: Names) -> str:
    other = names[anchors["closure"]]
    if anchors["shut"]:
        metres = _number(anchors["through_m"])
        return f"The haul route runs {metres} m through what “{other}” closes, {_when_en(anchors)}"
    return f"The haul route passes the road taken by “{other}”, {_when_en(anchors)}"


_Tell = Callable[[Anchors, Names], str]
_FINDINGS: Mapping[Code, tuple[_Tell, _Tell]] = {
    Code.OVERLAP: (_overlap_zh, _overlap_en),
    Code.NEAR: (_near_zh, _near_en),
    Code.DETOUR_BLOCKED: (_blocked_zh, _blocked_en),
    Code.DETOURS_STACKED: (_stacked_zh, _stacked_en),
    Code.PARALLEL_CLOSED: (_parallel_zh, _parallel_en),
    Code.RELOCATION_LATE: (_late_zh, _late_en),
    Code.SHARED_TRENCH: (_trench_zh, _trench_en),
    Code.CONTROL_STOP: (_control_zh, _control_en),
    Code.ROUTE_BLOCKED: (_route_zh, _route_en),
}


def _period_zh(anchors: Anchors) -> str:
    first, last = anchors["days"]["first"], anchors["days"]["last"]
    return f"{format_day(first, 'zh')}起" if last is None else format_days(first, last, "zh")


def _period_en(anchors: Anchors) -> str:
    first, last = anchors["days"]["first"], anchors["days"]["last"]
    return f"from {format_day(first, 'en')}" if last is None else format_days(first, last, "en")


def _unapproved_zh(anchors: Anchors, _names: Names) -> str:
    what = "抢修占道逾24小时未补办手续" if anchors["emergency"] else "占道未获批复"
    return f"{what},{_period_zh(anchors)}"


def _unapproved_en(anchors: Anchors, _names: Names) -> str:
    what = "The road is taken without approval"
    if anchors["emergency"]:
        what = "Emergency repair whose papers are overdue"
    return f"{what}, {_period_en(anchors)}"


def _overstayed_zh(anchors: Anchors, _names: Names) -> str:
    extended = "延期后" if anchors["extended"] else ""
    return (
        f"{extended}批准占道至{format_day(anchors['until_on'], 'zh')},{_period_zh(anchors)}仍在占用"
    )


def _overstayed_en(anchors: Anchors, _names: Names) -> str:
    extended = "Extended" if anchors["extended"] else "Approved"
    return f"{extended} until {format_day(anchors['until_on'], 'en')}, still taken {_period_en(anchors)}"


def _no_diversion_zh(anchors: Anchors, _names: Names) -> str:
    road = anchors.get("road") or "道路"
    return f"占用{road}车行道约{_number(anchors['carriageway_m2'])}平方米而未报导行,{_period_zh(anchors)}"


def _no_diversion_en(anchors: Anchors, _names: Names) -> str:
    road = anchors.get("road") or "a road"
    area = _number(anchors["carriageway_m2"])
    return (
        f"About {area} m² of the carriageway of {road} without a diversion, {_period_en(anchors)}"
    )


def _slow_cut_zh(anchors: Anchors, _names: Names) -> str:
    return f"{_modes(anchors, 0)}无路可走,{_period_zh(anchors)}"


def _slow_cut_en(anchors: Anchors, _names: Names) -> str:
    return f"No way left for {_modes(anchors, 1)}, {_period_en(anchors)}"


def _late_notice_zh(anchors: Anchors, _names: Names) -> str:
    need = f"全封闭应提前{anchors['ahead_days']}天公告"
    begins = format_day(anchors["first_on"], "zh")
    if "announced_days" not in anchors:
        return f"{need},{begins}开始而未公告"
    ahead = anchors["announced_days"]
    told = f"开始后{-ahead}天才公告" if ahead < 0 else f"仅提前{ahead}天"
    return f"{need},{begins}开始,{told}"


def _late_notice_en(anchors: Anchors, _names: Names) -> str:
    need = f"A full closure is announced {_days_en(anchors['ahead_days'])} ahead"
    begins = format_day(anchors["first_on"], "en")
    if "announced_days" not in anchors:
        return f"{need}; it begins {begins} and is not announced"
    ahead = anchors["announced_days"]
    told = f"{_days_en(-ahead)} after" if ahead < 0 else f"{_days_en(ahead)} before"
    return f"{need}; it was announced {told} it began on {begins}"


def _window_zh(anchors: Anchors, _names: Names) -> str:
    return f"不合“{anchors['name']}”,{_period_zh(anchors)}"


def _window_en(anchors: Anchors, _names: Names) -> str:
    return f"Against “{anchors['name_en']}”, {_period_en(anchors)}"


def _repeat_dig_zh(anchors: Anchors, _names: Names) -> str:
    how = "新铺" if anchors["how"] == "laid" else "大修"
    years, on = _number(anchors["years"]), format_day(anchors["on"], "zh")
    return f"{anchors['road']}路面{on}{how},{years}年内不得开挖,{_period_zh(anchors)}在保护期内"


def _repeat_dig_en(anchors: Anchors, _names: Names) -> str:
    years, on = _number(anchors["years"]), format_day(anchors["on"], "en")
    return (
        f"The pavement of {anchors['road']} was {anchors['how']} on {on} and is not to be"
        f" dug up for {years} years; the work digs {_period_en(anchors)}"
    )


_WATCHES: Mapping[WatchCode, tuple[_Tell, _Tell]] = {
    WatchCode.UNAPPROVED: (_unapproved_zh, _unapproved_en),
    WatchCode.OVERSTAYED: (_overstayed_zh, _overstayed_en),
    WatchCode.NO_DIVERSION: (_no_diversion_zh, _no_diversion_en),
    WatchCode.SLOW_CUT: (_slow_cut_zh, _slow_cut_en),
    WatchCode.LATE_NOTICE: (_late_notice_zh, _late_notice_en),
    WatchCode.SERVICE_WINDOW: (_window_zh, _window_en),
    WatchCode.REPEAT_DIG: (_repeat_dig_zh, _repeat_dig_en),
}
