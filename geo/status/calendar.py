"""Days of the city: working days, and the days on which plans stand still."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import accumulate

SATURDAY = 5
DAYS_OF_A_WEEK = 7


@dataclass(frozen=True, slots=True)
class Pause:
    """Days, both included, on which no progress is planned: the winter stop (冬歇期) or a holiday."""

    first_on: date
    last_on: date
    name: str = ""


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Where the city's working days differ from Monday to Friday: days off, and weekend days worked (调休)."""

    holidays: frozenset[date] = frozenset()
    workdays: frozenset[date] = frozenset()

    def is_working_day(self, day: date) -> bool:
        """Tell whether `day` is worked. A day listed both ways is a holiday."""
        if day in self.holidays:
            return False
        return day.weekday() < SATURDAY or day in self.workdays


WEEKS_ONLY = WorkCalendar()
"""Monday to Friday, and no holidays."""


def days_on(day: date, count: int) -> date:
    """Give the day `count` days after `day` (before it when negative), or the last or first there is."""
    number = day.toordinal() + count
    return date.fromordinal(min(max(number, date.min.toordinal()), date.max.toordinal()))


def working_days_between(after: date, until: date, calendar: WorkCalendar) -> int:
    """Count the working days after `after`, up to and including `until`; negative when `until` comes first."""
    if until < after:
        return -working_days_between(until, after, calendar)
    days, sums = _corrections(calendar)
    corrected = sums[bisect_right(days, until)] - sums[bisect_right(days, after)]
    return _weekdays_up_to(until) - _weekdays_up_to(after) + corrected


def working_day_after(day: date, count: int, calendar: WorkCalendar) -> date:
    """Find the `count`-th working day after `day` (`count` at least 1), or the last day there is."""
    found = day
    while count > 0 and found < date.max:
        found += timedelta(days=1)
        count -= calendar.is_working_day(found)
    return found


def _weekdays_up_to(day: date) -> int:
    """Count Mondays to Fridays from a fixed Monday up to and including `day`."""
    number = day.toordinal()  # 1 January of year 1 was a Monday
    return number // DAYS_OF_A_WEEK * SATURDAY + min(number % DAYS_OF_A_WEEK, SATURDAY)


@lru_cache(maxsize=64)
def _corrections(calendar: WorkCalendar) -> tuple[list[date], list[int]]:
    """Give the days on which the calendar differs from the week, and running sums of the difference."""
    differing = {day: -1 for day in calendar.holidays if day.weekday() < SATURDAY}
    differing |= {
        day: 1 for day in calendar.workdays - calendar.holidays if day.weekday() >= SATURDAY
    }
    days = sorted(differing)
    return days, [0, *accumulate(differing[day] for day in days)]
