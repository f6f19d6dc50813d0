"""The judgement of a pair: from its facts, purely, to findings, severity and shared days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import shapely

from geo.overlap.facts import Code, Finding, Severity, Verdict
from geo.overlap.times import Days, is_hand_over, shared_days

if TYPE_CHECKING:
    from geo.overlap.facts import Contact, PairFacts, ZoneFacts
    from geo.rules import OverlapRules

WORKS = frozenset({"site", "relocation", "diversion", "event"})
"""Kinds among which pairs are sought."""
SPECIAL_PAIRS = frozenset(
    {frozenset({"haul_route", "diversion"}), frozenset({"control_area", "site"})}
)
"""The only pairs of other kinds."""
TOUCH_M = 0.005
"""Shapes nearer than this touch: coordinates are kept to less than that."""
RUN_M = 1.0
"""A line that runs a metre through the inside of a stretch does run through it."""
_PLACE = {code: place for place, code in enumerate(Code)}
_ORDER = {severity: place for place, severity in enumerate(Severity)}
_MODES = {"motor": "motor", "bus": "motor", "emergency": "motor", "ebike": "ebike", "foot": "foot"}


def may_pair(a: str, b: str) -> bool:
    """Whether pairs are sought between two kinds of zone."""
    kinds = frozenset({a, b})
    return kinds <= WORKS or kinds in SPECIAL_PAIRS


def same_travellers(one: str | None, other: str | None) -> bool:
    """Whether two detours lead the same kind of traffic: motor vehicles, e-bikes or people on foot."""
    return _MODES.get(one or "") == _MODES.get(other or "")


def belong_together(a: ZoneFacts, b: ZoneFacts, *, linked: bool) -> bool:
    """Whether two zones belong together, so that meeting is no clash.

    Phases of one work; zones with a link; a zone of a project and the project's sites, its haul routes and its
    diversions; two works of one project and one owner.
    """
    if linked or a.work == b.work:
        return True
    if a.project is None or a.project != b.project:
        return False
    kinds = {a.kind, b.kind}
    return "site" in kinds or kinds == {"haul_route", "diversion"} or a.unit == b.unit


def judge_pair(pair: PairFacts, rules: OverlapRules) -> Verdict | None:
    """What the rules find in a pair, worst first; None when they find nothing. The order of its zones is no matter."""
    together = belong_together(pair.a, pair.b, linked=pair.linked)
    soft = any(zone.tentative or zone.state == "draft" for zone in (pair.a, pair.b))
    met = [
        found
        for place, contact in enumerate(pair.contacts)
        if (found := _meet(pair, place, contact)) is not None
    ]
    findings: list[Finding] = []
    counted: list[_Met] = []
    if not together:
        findings += _ground(pair, met, rules, counted)
    for extra in (_blocked(met), _stacked(met, rules)):
        findings += [finding for finding, _ in extra]
        counted += [each for _, group in extra for each in group]
    findings += [*_parallel(pair), *_late(pair), *_trench(pair, rules)]
    if not findings:
        return None
    if soft:
        findings = [_softened(finding) for finding in findings]
    findings.sort(key=lambda found: (_ORDER[found.severity], _PLACE[found.code]))
    return Verdict(
        findings[0].severity,
        tuple(findings),
        _span(counted) or _own_days(findings),
        tuple(sorted({each.place for each in counted})),
    )


@dataclass(frozen=True, slots=True)
class _Met:
    """A contact that shares a moment, and when."""

    place: int
    contact: Contact
    a: ZoneFacts
    b: ZoneFacts
    days: Days
    hand_over: bool

    @property
    def sides(self) -> tuple[tuple[ZoneFacts, str, str | None], tuple[ZoneFacts, str, str | None]]:
        """Both zones with the role and mode of their part."""
        contact = self.contact
        return (
            (self.a, contact.a_role, contact.a_mode),
            (self.b, contact.b_role, contact.b_mode),
        )


def _meet(pair: PairFacts, place: int, contact: Contact) -> _Met | None:
    days = shared_days(contact.a_days, pair.a.hours, contact.b_days, pair.b.hours)
    if days is None:
        return None
    hand_over = is_hand_over(contact.a_days, contact.b_days, days)
    return _Met(place, contact, pair.a, pair.b, days, hand_over)


def _ground(
    pair: PairFacts, met: list[_Met], rules: OverlapRules, counted: list[_Met]
) -> list[Finding]:
    """Whether they share ground (重叠) or lie near (邻近); for a control area and a haul route, what that means."""
    kinds = {pair.a.kind, pair.b.kind}
    if kinds == {"control_area", "site"}:
        return _control(pair, met, counted)
    if kinds == {"haul_route", "diversion"}:
        met = [each for each in met if "detour" not in {role for _, role, _ in each.sides}]
        counted += met
        return _route(pair, met)
    if not may_pair(pair.a.kind, pair.b.kind) or not met:
        return []
    counted += met
    clashing = [each for each in met if not each.hand_over and _clashes(each)]
    area_m2, measured = _area(clashing)
    if not measured or area_m2 >= rules.heavy_from_m2:
        anchors = _anchors_of(clashing) | {"area_m2": round(area_m2, 2)}
        if not measured:
            anchors["unmeasured"] = True
        return [Finding(Code.OVERLAP, Severity.HEAVY, anchors)]
    area_m2, _ = _area(met)
    anchors = _anchors_of(met) | {
        "distance_m": round(min(each.contact.distance_m for each in met), 2),
        "area_m2": round(area_m2, 2),
    }
    if all(each.hand_over for each in met):
        anchors["hand_over"] = True
    return [Finding(Code.NEAR, Severity.LIGHT, anchors)]


def _clashes(each: _Met) -> bool:
    """Whether shared ground is a clash: two detours may cross, and traffic gets past a part-width taking."""
    for (_, role, mode), (other, other_role, _) in (each.sides, each.sides[::-1]):
        if role != "detour":
            continue
        if other_role == "detour":
            return False
        if other.kind == "diversion" and not other.closed_to(mode or "motor"):
            return False
    return True


def _area(met: list[_Met]) -> tuple[float, bool]:
    """Square metres of all contacts together, ground shared twice counted once; and whether all could be measured."""
    measured = all(each.contact.area_m2 is not None for each in met)
    shared = [each.contact for each in met if each.contact.area_m2]
    shapes = [contact.shape for contact in shared if contact.shape is not None]
    if len(shared) > 1 and len(shapes) == len(shared):
        return float(shapely.union_all(shapes).area), measured
    return sum(contact.area_m2 or 0.0 for contact in shared), measured


def _control(pair: PairFacts, met: list[_Met], counted: list[_Met]) -> list[Finding]:
    area, site = (pair.a, pair.b) if pair.a.kind == "control_area" else (pair.b, pair.a)
    if not met or (site.project_code is not None and site.project_code in area.exempt):
        return []
    inside = [each for each in met if each.contact.distance_m <= TOUCH_M]
    if inside:
        counted += inside
        anchors = _anchors_of(inside) | {"area": area.id, "stops": sorted(area.stops)}
        return [Finding(Code.CONTROL_STOP, Severity.LIGHT, anchors)]
    counted += met
    distance = round(min(each.contact.distance_m for each in met), 2)
    anchors = _anchors_of(met) | {"distance_m": distance, "area_m2": 0.0}
    return [Finding(Code.NEAR, Severity.LIGHT, anchors)]


def _route(pair: PairFacts, met: list[_Met]) -> list[Finding]:
    """A haul route that meets a road taken: heavy when it leads through a stretch closed to motor vehicles."""
    if not met:
        return []
    diversion = pair.a if pair.a.kind == "diversion" else pair.b
    through = [each for each in met if each.contact.inside_m > RUN_M and not each.hand_over]
    shut = diversion.closed_to_motors and bool(through)
    anchors = _anchors_of(through if shut else met) | {
        "closure": diversion.id,
        "shut": shut,
        "through_m": round(sum(each.contact.inside_m for each in through), 1),
    }
    return [Finding(Code.ROUTE_BLOCKED, Severity.HEAVY if shut else Severity.LIGHT, anchors)]


def _blocked(met: list[_Met]) -> list[tuple[Finding, list[_Met]]]:
    """导行受阻, once for each detour's owner and each way of being blocked."""
    groups: dict[tuple[int, int, str], list[tuple[_Met, float]]] = {}
    for each in met:
        for (own, role, mode), (other, other_role, _) in (each.sides, each.sides[::-1]):
            if role != "detour" or other_role == "detour" or other.kind != "diversion":
                continue
            shut = other.closed_to(mode or "motor")
            if shut and each.contact.inside_m > RUN_M:
                groups.setdefault((own.id, other.id, "closed"), []).append(
                    (each, each.contact.inside_m)
                )
            elif other.passing == "one_way" and each.contact.against_m > RUN_M:
                groups.setdefault((own.id, other.id, "one_way"), []).append(
                    (each, each.contact.against_m)
                )
    found = []
    for (own_id, other_id, how), hits in sorted(groups.items()):
        contacts = [each for each, _ in hits]
        light = all(each.hand_over for each in contacts)
        anchors = _anchors_of(contacts) | {
            "detour_of": own_id,
            "closure": other_id,
            "how": how,
            "modes": sorted({_mode_of(each, own_id) for each in contacts}),
            "through_m": round(max(metres for _, metres in hits), 1),
        }
        severity = Severity.LIGHT if light else Severity.HEAVY
        found.append((Finding(Code.DETOUR_BLOCKED, severity, anchors), contacts))
    return found


def _mode_of(each: _Met, zone_id: int) -> str:
    contact = each.contact
    return (contact.a_mode if each.a.id == zone_id else contact.b_mode) or "motor"


def _stacked(met: list[_Met], rules: OverlapRules) -> list[tuple[Finding, list[_Met]]]:
    """导行叠加: two detours for the same travellers, the same way, along the same road."""
    together = [
        each
        for each in met
        if each.contact.a_role == each.contact.b_role == "detour"
        and same_travellers(each.contact.a_mode, each.contact.b_mode)
        and each.contact.together_m >= rules.detours_share_from_m
    ]
    if not together:
        return []
    severity = Severity.LIGHT if all(each.hand_over for each in together) else Severity.HEAVY
    anchors = _anchors_of(together) | {
        "together_m": round(max(each.contact.together_m for each in together), 1),
        "modes": sorted({each.contact.a_mode or "motor" for each in together}),
    }
    return [(Finding(Code.DETOURS_STACKED, severity, anchors), together)]


def _parallel(pair: PairFacts) -> list[Finding]:
    """平行道路同时封闭, told once even when each is the other's way round."""
    if not pair.alternatives or pair.a.days is None or pair.b.days is None:
        return []
    days = shared_days(pair.a.days, pair.a.hours, pair.b.days, pair.b.hours)
    if days is None:
        return []
    way = min(pair.alternatives, key=lambda way: way.closure)
    anchors = {
        **_days(days),
        "closure": way.closure,
        "also_closed": pair.b.id if way.closure == pair.a.id else pair.a.id,
        "alternative_m": round(way.alternative_m),
        "mutual": len(pair.alternatives) > 1,
    }
    light = is_hand_over(pair.a.days, pair.b.days, days)
    severity = Severity.LIGHT if light else Severity.HEAVY
    return [Finding(Code.PARALLEL_CLOSED, severity, anchors)]


def _late(pair: PairFacts) -> list[Finding]:
    """迁改滞后: it is at work, or will be by its dates, when its ground is due; done is done."""
    found = []
    for promise in sorted(pair.hand_overs, key=lambda each: (each.zone, each.due_on)):
        zone, waiting = (pair.a, pair.b) if promise.zone == pair.a.id else (pair.b, pair.a)
        if zone.kind != "relocation" or zone.days is None or zone.actual_finish_on is not None:
            continue
        last = zone.days.last_on
        if last is not None and last <= promise.due_on:
            continue
        anchors: dict[str, Any] = {
            "first_on": promise.due_on.isoformat(),
            "relocation": zone.id,
            "waiting": waiting.id,
            "due_on": promise.due_on.isoformat(),
        }
        if last is not None:
            anchors |= {"last_on": last.isoformat(), "late_days": (last - promise.due_on).days}
        found.append(Finding(Code.RELOCATION_LATE, Severity.HEAVY, anchors))
    return found


def _trench(pair: PairFacts, rules: OverlapRules) -> list[Finding]:
    """同槽同期: an opportunity from two years before the later start until the first of them begins."""
    trench, a, b = pair.trench, pair.a, pair.b
    if trench is None or not _could_share(a, b) or a.days is None or b.days is None:
        return []
    if shared_days(a.days, a.hours, b.days, b.hours) is not None or a.days.shared(b.days):
        return []
    early, late = sorted((a.days, b.days), key=lambda days: days.first_on)
    if early.last_on is None or late.first_on > add_months(
        early.last_on, rules.trench_apart_months
    ):
        return []
    if (
        trench.along_m < rules.trench_share_from_m
        or trench.apart_m > rules.trench_apart_m + TOUCH_M
    ):
        return []
    anchors = {
        "road": trench.road,
        "saved_m": round(trench.along_m, 1),
        "apart_m": round(trench.apart_m, 1),
        "gap_days": (late.first_on - early.last_on).days - 1,
        "offer_from_on": add_months(late.first_on, -rules.trench_start_within_months).isoformat(),
        "offer_until_on": early.first_on.isoformat(),
        "share": "closure" if "gas" in {a.utility, b.utility} else "trench",
    }
    return [Finding(Code.SHARED_TRENCH, Severity.NONE, anchors)]


def _could_share(a: ZoneFacts, b: ZoneFacts) -> bool:
    owners = a.unit is not None and b.unit is not None and a.unit != b.unit
    begun = any(zone.actual_start_on or zone.actual_finish_on or zone.emergency for zone in (a, b))
    return owners and a.digs and b.digs and not begun


def add_months(day: date, months: int) -> date:
    """The same day of the month `months` later (or earlier), or the last day of a shorter month."""
    place = day.year * 12 + day.month - 1 + months
    year, month = divmod(place, 12)
    for number in (day.day, 30, 29, 28):
        if number > day.day:
            continue
        try:
            return day.replace(year=year, month=month + 1, day=number)
        except ValueError:
            continue
    raise ValueError(day)


def _softened(finding: Finding) -> Finding:
    """A tentative or draft side makes everything light."""
    if finding.severity is not Severity.HEAVY:
        return finding
    return Finding(finding.code, Severity.LIGHT, {**finding.anchors, "tentative": True})


def _span(met: list[_Met]) -> Days | None:
    span: Days | None = None
    for each in met:
        span = each.days if span is None else span.joined(each.days)
    return span


def _own_days(findings: list[Finding]) -> Days | None:
    """The days of what was found without a contact: two closures at once, a relocation that is late."""
    for finding in findings:
        first = finding.anchors.get("first_on")
        if first is not None:
            last = finding.anchors.get("last_on")
            return Days(date.fromisoformat(first), date.fromisoformat(last) if last else None)
    return None


def _days(days: Days) -> dict[str, Any]:
    found = {"first_on": days.first_on.isoformat()}
    if days.last_on is not None:
        found["last_on"] = days.last_on.isoformat()
    return found


def _anchors_of(met: list[_Met]) -> dict[str, Any]:
    span = _span(met)
    return {} if span is None else _days(span)
