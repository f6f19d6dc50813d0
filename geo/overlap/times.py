"""Days and hours: when two zones are there at once, to the minute and across midnight."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

DAY_MINUTES = 24 * 60
ALL_WEEK = frozenset(range(1, 8))
_LOOK_DAYS = 10
"""Hours repeat by the week, so a week and the days at its edges show whatever there is to find."""


@dataclass(frozen=True, slots=True)
class Days:
    """A run of days, both included; without a last day it goes on."""

    first_on: date
    last_on: date | None

    def shared(self, other: Days) -> Days | None:
        """The days that belong to both."""
        first = max(self.first_on, other.first_on)
        lasts = [last for last in (self.last_on, other.last_on) if last is not None]
        last = min(lasts, default=None)
        return Days(first, last) if last is None or first <= last else None

    def joined(self, other: Days) -> Days:
        """From the earlier first day to the later last day."""
        ends = (self.last_on, other.last_on)
        last = None if ends[0] is None or ends[1] is None else max(ends[0], ends[1])
        return Days(min(self.first_on, other.first_on), last)

    def __contains__(self, day: date) -> bool:
        """Whether a day is among them."""
        return self.first_on <= day and (self.last_on is None or day <= self.last_on)

    @property
    def count(self) -> int | None:
        """How many days; None when they go on."""
        return None if self.last_on is None else (self.last_on - self.first_on).days + 1


@dataclass(frozen=True, slots=True)
class Window:
    """Hours on weekdays (1 is Monday), in minutes from midnight, half-open.

    One that ends at or before its beginning runs past midnight and belongs to the day on which it began; an end of
    midnight may be given as 0.
    """

    since: int
    until: int
    weekdays: frozenset[int] = ALL_WEEK

    @property
    def span(self) -> tuple[int, int]:
        """Beginning and end in minutes from the midnight that begins its day."""
        return self.since, self.until if self.until > self.since else self.until + DAY_MINUTES


Hours = tuple[Window, ...]
"""The windows of a zone; none means day and night."""


def shared_days(a: Days, a_hours: Hours, b: Days, b_hours: Hours) -> Days | None:
    """The first and last day on which both are there at some moment; None when there is no such moment.

    A window that began on a zone's last day counts to its end, so 22:00-06:00 up to the 10th meets 00:00-05:00 from
    the 11th.
    """
    if not a_hours and not b_hours:
        return a.shared(b)
    late = timedelta(days=1)
    span = _later(a, late).shared(_later(b, late))
    if span is None:
        return None
    first = _look(a, a_hours, b, b_hours, span.first_on, span.last_on)
    if first is None:
        return None
    if span.last_on is None:
        return Days(first, None)
    last = _look(a, a_hours, b, b_hours, span.last_on, first, backwards=True)
    return Days(first, last)


def _later(days: Days, late: timedelta) -> Days:
    return Days(days.first_on, None if days.last_on is None else days.last_on + late)


def _look(  # noqa: PLR0913, PLR0917  two zones with their hours, and where to look
    a: Days,
    a_hours: Hours,
    b: Days,
    b_hours: Hours,
    start: date,
    end: date | None,
    *,
    backwards: bool = False,
) -> date | None:
    """The first day from `start` towards `end` on which both have a moment in common."""
    step = timedelta(days=-1 if backwards else 1)
    day = start
    for _ in range(_LOOK_DAYS):
        if end is not None and (day < end if backwards else day > end):
            return None
        if _meet(moments(a, a_hours, day), moments(b, b_hours, day)):
            return day
        day += step
    return None


def moments(days: Days, hours: Hours, day: date) -> list[tuple[int, int]]:
    """The minutes of a calendar day (half-open runs) at which a zone is there."""
    if not hours:
        return [(0, DAY_MINUTES)] if day in days else []
    found = []
    for began, shift in ((day, 0), (day - timedelta(days=1), -DAY_MINUTES)):
        if began not in days:
            continue
        for window in hours:
            if began.isoweekday() in window.weekdays:
                since, until = window.span
                run = max(since + shift, 0), min(until + shift, DAY_MINUTES)
                if run[0] < run[1]:
                    found.append(run)
    return found


def _meet(a: list[tuple[int, int]], b: list[tuple[int, int]]) -> bool:
    return any(max(x[0], y[0]) < min(x[1], y[1]) for x in a for y in b)


def is_hand_over(a: Days, b: Days, shared: Days) -> bool:
    """Whether all they share is the day on which one ends and the other begins."""
    day = shared.first_on
    if shared.last_on != day:
        return False
    return _hands_over(a, b, day) or _hands_over(b, a, day)


def _hands_over(before: Days, after: Days, day: date) -> bool:
    ends = before.last_on == day and before.first_on < day
    return ends and after.first_on == day and after.last_on != day


def yearly(first: str, last: str, days: Days, most_years: int) -> Iterator[Days]:
    """The runs of `days` that fall between two days of the year (MM-DD, both included, perhaps over New Year).

    29 February stands for the 28th in other years, and for the last day of February as a last day. Days that go on
    are followed for `most_years` years.
    """
    over_new_year = last < first
    end = days.last_on.year if days.last_on else days.first_on.year + most_years
    for year in range(days.first_on.year - 1, end + 1):
        run = Days(
            day_of_year(first, year), day_of_year(last, year + over_new_year, ends_month=True)
        )
        found = run.shared(days)
        if found:
            yield found


@lru_cache(maxsize=4_096)
def day_of_year(month_day: str, year: int, *, ends_month: bool = False) -> date:
    """MM-DD in a year. A last day of 28 February means the end of February."""
    month, day = (int(word) for word in month_day.split("-"))
    if month == 2 and (day > 28 or (ends_month and day == 28)):  # noqa: PLR2004  February
        return date(year, 3, 1) - timedelta(days=1)
    return date(year, month, day)
