"""What is found on one zone alone: roads taken without leave, ways cut, notices too late, works out of their window."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from geo.overlap.facts import Watch, WatchCode
from geo.overlap.times import DAY_MINUTES, Days, Window, moments, yearly

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import time

    from geo.overlap.facts import ZoneFacts
    from geo.rules import Rules, ServiceWindow

BEFORE_APPROVAL = frozenset({None, "applied", "site_visit", "scheme_review"})
"""Permit steps at which there is no approval yet."""
GIVEN_BACK = frozenset({"accepted", "reopened"})
"""Permit steps at which the road has been given back."""
OPEN_YEARS = 10
"""Works without an end are followed for so many years."""
_WAYS = (("foot", "footway"), ("ebike", "cycle_lane"))


@dataclass(frozen=True, slots=True)
class Pavement:
    """A part of a road under the work, with the days its surface was laid and last overhauled."""

    id: int
    road: str
    area_m2: float
    laid_on: date | None = None
    overhauled_on: date | None = None


@dataclass(frozen=True, slots=True)
class Ground:
    """What lies under a work: how much carriageway, how much of its time a diversion covers, which pavements."""

    carriageway_m2: float = 0.0
    road: str | None = None
    has_diversion: bool = False
    pavements: tuple[Pavement, ...] = ()


def find_watches(zone: ZoneFacts, ground: Ground, rules: Rules) -> list[Watch]:
    """What must be watched on a zone, each with the days for which it holds; days to come are a forecast."""
    if zone.days is None or zone.state in {"withdrawn", "finished"}:
        return []
    found: list[Watch] = []
    if zone.kind == "diversion":
        found += [
            *_unapproved(zone, zone.days, rules),
            *_overstayed(zone, zone.days),
            *_slow_cut(zone, zone.days),
            *_late_notice(zone, zone.days, rules),
        ]
    found += find_uncovered(zone, ground)
    if zone.kind == "relocation" and not zone.emergency:
        found += [*_windows(zone, zone.days, rules), *_repeat_digs(zone, zone.days, ground, rules)]
    return found


def find_uncovered(zone: ZoneFacts, ground: Ground) -> list[Watch]:
    """未报导行, the one watch that hangs on what others do. Poles beside the road and wires above it take no road."""
    if zone.days is None or zone.state in {"withdrawn", "finished"}:
        return []
    if zone.kind not in {"site", "relocation"} or zone.placement == "overhead":
        return []
    if ground.has_diversion or ground.carriageway_m2 < 1.0:
        return []
    anchors = {"carriageway_m2": round(ground.carriageway_m2, 1), "road": ground.road}
    return [Watch(WatchCode.NO_DIVERSION, zone.days, anchors)]


def _unapproved(zone: ZoneFacts, days: Days, rules: Rules) -> Iterator[Watch]:
    """无批复占道. Emergency repair owes its papers a day (24 hours) after it began."""
    if zone.approval_number or zone.permit_step not in BEFORE_APPROVAL:
        return
    grace = rules.overlap.emergency_papers_hours // 24 if zone.emergency else 0
    left = _from(days, days.first_on + timedelta(days=grace))
    if left:
        anchors = {"step": zone.permit_step, "emergency": zone.emergency}
        yield Watch(WatchCode.UNAPPROVED, left, anchors)


def _overstayed(zone: ZoneFacts, days: Days) -> Iterator[Watch]:
    """超期占道. An extension moves the approved end."""
    until = zone.extended_until_on or zone.approved_until_on
    if until is None or zone.permit_step in GIVEN_BACK:
        return
    over = _from(days, until + timedelta(days=1))
    if over:
        anchors = {
            "until_on": until.isoformat(),
            "extended": zone.extended_until_on is not None,
        }
        yield Watch(WatchCode.OVERSTAYED, over, anchors)


def _slow_cut(zone: ZoneFacts, days: Days) -> Iterator[Watch]:
    """慢行中断: their way is taken, they do not get through, and no detour is for them."""
    cut = [
        mode
        for mode, way in _WAYS
        if ("full" in zone.taken or (way in zone.taken and zone.side == "both"))
        and mode not in zone.still_pass
        and mode not in zone.detours_for
    ]
    if cut:
        yield Watch(WatchCode.SLOW_CUT, days, {"modes": cut})


def _late_notice(zone: ZoneFacts, days: Days, rules: Rules) -> Iterator[Watch]:
    """公告不足: a full closure is announced so many days ahead, or it is late. Emergency repair cannot."""
    if "full" not in zone.taken or zone.emergency:
        return
    ahead = rules.overlap.full_closure_announced_days
    due_on = days.first_on - timedelta(days=ahead)
    if zone.announced_on is not None and zone.announced_on <= due_on:
        return
    anchors: dict[str, Any] = {
        "first_on": days.first_on.isoformat(),
        "due_on": due_on.isoformat(),
        "ahead_days": ahead,
    }
    if zone.announced_on is not None:
        anchors["announced_on"] = zone.announced_on.isoformat()
        anchors["announced_days"] = (days.first_on - zone.announced_on).days
    yield Watch(WatchCode.LATE_NOTICE, Days(due_on + timedelta(days=1), days.last_on), anchors)


def _repeat_digs(zone: ZoneFacts, days: Days, ground: Ground, rules: Rules) -> Iterator[Watch]:
    """重复开挖: the surface is protected for some years after it was laid, and after it was overhauled."""
    if not zone.digs:
        return
    for pavement in sorted(ground.pavements, key=lambda each: each.id):
        for since, years, how in (
            (pavement.laid_on, rules.pavement.new_years, "laid"),
            (pavement.overhauled_on, rules.pavement.overhauled_years, "overhauled"),
        ):
            if since is None:
                continue
            until = since + timedelta(days=round(years * 365.25))
            over = days.shared(Days(since, until - timedelta(days=1)))
            if over:
                anchors = {
                    "pavement": pavement.id,
                    "road": pavement.road,
                    "how": how,
                    "on": since.isoformat(),
                    "until_on": until.isoformat(),
                    "years": years,
                    "area_m2": round(pavement.area_m2, 1),
                }
                yield Watch(WatchCode.REPEAT_DIG, over, anchors)


def _windows(zone: ZoneFacts, days: Days, rules: Rules) -> Iterator[Watch]:
    operations = set()
    if zone.digs:
        operations.add("dig")
    if zone.step == "cut_over":
        operations.add("cut")
    for window in windows_of(zone, rules):
        for operation in sorted(operations.intersection(window.operations)):
            yield from _outside(zone, days, window, operation)


def windows_of(zone: ZoneFacts, rules: Rules) -> list[ServiceWindow]:
    """The service windows that a work keeps to: the city's, and its unit's own.

    A unit's own stands in for the city's of the same code where that one is for no other lines.
    """
    own = {window.code for window in zone.windows}
    city = [
        window
        for window in rules.service_windows
        if (not window.utilities or zone.utility in window.utilities)
        and not (window.code in own and window.utilities == (zone.utility,))
    ]
    return [*city, *zone.windows]


def _outside(zone: ZoneFacts, days: Days, window: ServiceWindow, operation: str) -> Iterator[Watch]:
    """The days on which a work is there in a forbidden time, or outside the only time allowed."""
    runs: Iterable[Days] = yearly(window.first, window.last, days, OPEN_YEARS)
    if not window.forbids:
        runs = (days,)
    for run in runs:
        hit = _first_and_last(zone, run, days, window)
        if hit:
            anchors = {
                "window": window.code,
                "name": window.name,
                "name_en": window.name_en,
                "operation": operation,
                "forbids": window.forbids,
            }
            yield Watch(WatchCode.SERVICE_WINDOW, hit, anchors)


def _first_and_last(zone: ZoneFacts, run: Days, days: Days, window: ServiceWindow) -> Days | None:
    """Of a run of days, from the first to the last on which the work is there when it must not be.

    Without hours on either side that is the whole run of a time in which the work is forbidden.
    Hours repeat by the week and windows by the year, so looking a little over a year from either end shows it.
    """
    if window.forbids and window.since is None and not zone.hours:
        return run
    first = _look(zone, days, window, run.first_on, run.last_on, 1)
    if first is None:
        return None
    if run.last_on is None:
        return Days(first, None)
    return Days(first, _look(zone, days, window, run.last_on, first, -1) or first)


def _look(  # noqa: PLR0913, PLR0917  a work, a window, and where to look
    zone: ZoneFacts,
    days: Days,
    window: ServiceWindow,
    start: date,
    end: date | None,
    step: int,
) -> date | None:
    day = start
    for _ in range(400):
        if end is not None and (day > end if step > 0 else day < end):
            return None
        if _is_wrong(zone, days, window, day):
            return day
        day += timedelta(days=step)
    return None


def _is_wrong(zone: ZoneFacts, days: Days, window: ServiceWindow, day: date) -> bool:
    there = moments(days, zone.hours, day)
    inside = _window_moments(window, day)
    if window.forbids:
        return any(max(a[0], b[0]) < min(a[1], b[1]) for a in there for b in inside)
    return any(not any(b[0] <= a[0] and a[1] <= b[1] for b in inside) for a in there)


def _window_moments(window: ServiceWindow, day: date) -> list[tuple[int, int]]:
    wide = Days(day - timedelta(days=1), day)
    runs = list(yearly(window.first, window.last, wide, 0))
    hours = (
        ()
        if window.since is None or window.until is None
        else (Window(_minutes(window.since), _minutes(window.until)),)
    )
    found = [run for allowed in runs for run in moments(allowed, hours, day)]
    return _merged(found)


def _merged(runs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for since, until in sorted(runs):
        if merged and since <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(until, merged[-1][1]))
        else:
            merged.append((since, min(until, DAY_MINUTES)))
    return merged


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute


def _from(days: Days, first_on: date) -> Days | None:
    """What is left of a run of days from a day on."""
    return days.shared(Days(first_on, None))
