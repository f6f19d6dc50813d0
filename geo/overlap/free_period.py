"""The nearest free period of the same length: how far a work must move to be in nobody's way, before or after."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from geo.overlap.facts import Severity, WatchCode
from geo.overlap.judge import judge_pair
from geo.overlap.times import Days
from geo.overlap.watches import Ground, find_watches

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from geo.overlap.facts import Contact, PairFacts, ZoneFacts
    from geo.rules import Rules

MOST_DAYS = 366
"""A period is sought so many days before and after the wanted one."""


@dataclass(frozen=True, slots=True)
class FreePeriods:
    """The nearest periods that are free, before and after the wanted one; None where there is none within a year."""

    earlier: Days | None
    later: Days | None


@dataclass(frozen=True, slots=True)
class Search:
    """A work with days of its own, what it could meet at any time, and the rules it is held against.

    In `pairs` the contacts have the work's parts on the days that are wanted now.
    """

    zone: ZoneFacts
    pairs: Sequence[PairFacts]
    ground: Ground
    rules: Rules

    def is_free(self, shift: int) -> bool:
        """Whether there is nothing heavy and no service window in the way when it comes `shift` days later."""
        return self.blocked_by(shift) is None and not self.outside_window(shift)

    def blocked_by(self, shift: int) -> PairFacts | None:
        """The first pair that is heavy when the work comes `shift` days later (earlier when negative)."""
        return next((pair for pair in self.pairs if self._is_heavy(pair, shift)), None)

    def outside_window(self, shift: int) -> bool:
        """Whether a service window is in the way then."""
        moved = _moved_zone(self.zone, shift)
        ground = replace(self.ground, pavements=())
        watches = find_watches(moved, ground, self.rules)
        return any(watch.code is WatchCode.SERVICE_WINDOW for watch in watches)

    def _is_heavy(self, pair: PairFacts, shift: int) -> bool:
        verdict = judge_pair(shifted(pair, self.zone.id, shift), self.rules.overlap)
        return verdict is not None and verdict.severity is Severity.HEAVY


def find_free_periods(
    search: Search, earliest_on: date, most_days: int = MOST_DAYS
) -> FreePeriods | None:
    """The nearest free periods of the same length, none of them beginning before `earliest_on`.

    None when there is nothing to move: the work has begun, has no last day, or is free already.
    """
    zone = search.zone
    days = zone.days
    if days is None or days.last_on is None or zone.actual_start_on or search.is_free(0):
        return None
    most_before = min(most_days, (days.first_on - earliest_on).days)
    least_after = max(1, (earliest_on - days.first_on).days)
    earlier = _nearest(search, -1, -most_before, -1)
    later = _nearest(search, least_after, most_days, 1)
    return FreePeriods(
        None if earlier is None else _moved(days, earlier),
        None if later is None else _moved(days, later),
    )


def find_joint_period(
    zone: ZoneFacts, others: Days, earliest_on: date, rules: Rules
) -> Days | None:
    """The period of a work's own length in which it could dig together with another, outside no service window.

    One of the two lies within the other, and the work begins as near to the other's first day as it can. None when
    no such period is left.
    """
    days = zone.days
    if days is None or days.last_on is None or others.last_on is None:
        return None
    search = Search(zone, (), Ground(), rules)
    begins = (others.first_on - days.first_on).days
    ends = (others.last_on - days.last_on).days
    least = (earliest_on - days.first_on).days
    shifts = [shift for shift in range(min(begins, ends), max(begins, ends) + 1) if shift >= least]
    for shift in sorted(shifts, key=lambda one: abs(one - begins)):
        if not search.outside_window(shift):
            return _moved(days, shift)
    return None


def _nearest(search: Search, start: int, end: int, step: int) -> int | None:
    """The first free shift from `start` to `end`; what is in the way for sure is leapt over."""
    shift = start
    while (shift <= end) if step > 0 else (shift >= end):
        pair = search.blocked_by(shift)
        if pair is None:
            if not search.outside_window(shift):
                return shift
            shift += step
            continue
        leap = _clear_at(pair, search.zone, step)
        if leap is None:
            return None
        beyond = leap if (leap > shift) == (step > 0) and leap != shift else shift + step
        shift = beyond
    return None


def _clear_at(pair: PairFacts, zone: ZoneFacts, step: int) -> int | None:
    """The shift at which a pair that is heavy now may first be so no more; None when it stays so for ever.

    Only where each side is there for one run of whole days is that sure: then it is heavy until the day on which one
    ends and the other begins. Elsewhere the next day may be free, and 0 leaps over nothing.
    """
    ours_first = pair.a.id == zone.id
    other = pair.b if ours_first else pair.a
    if zone.hours or other.hours or pair.hand_overs or zone.days is None or other.days is None:
        return 0
    for contact in pair.contacts:
        ours, theirs = _sides(contact, ours_first=ours_first)
        if ours != zone.days or theirs != other.days:
            return 0
    if zone.days.last_on is None:
        return 0
    if step > 0:
        if other.days.last_on is None:
            return None
        return (other.days.last_on - zone.days.first_on).days
    return (other.days.first_on - zone.days.last_on).days


def _sides(contact: Contact, *, ours_first: bool) -> tuple[Days, Days]:
    if ours_first:
        return contact.a_days, contact.b_days
    return contact.b_days, contact.a_days


def shifted(pair: PairFacts, zone_id: int, shift: int) -> PairFacts:
    """The pair as it would be with one of its zones so many days later, in all its parts."""
    if pair.a.id == zone_id:
        zone = _moved_zone(pair.a, shift)
        contacts = tuple(replace(each, a_days=_moved(each.a_days, shift)) for each in pair.contacts)
        return replace(pair, a=zone, contacts=contacts)
    zone = _moved_zone(pair.b, shift)
    contacts = tuple(replace(each, b_days=_moved(each.b_days, shift)) for each in pair.contacts)
    return replace(pair, b=zone, contacts=contacts)


def _moved(days: Days, shift: int) -> Days:
    late = timedelta(days=shift)
    return Days(days.first_on + late, None if days.last_on is None else days.last_on + late)


def _moved_zone(zone: ZoneFacts, shift: int) -> ZoneFacts:
    return zone if zone.days is None else replace(zone, days=_moved(zone.days, shift))
