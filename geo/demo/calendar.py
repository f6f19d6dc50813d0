"""The demo's days: the week it is told from, the pauses of its plans, and working time counted between days."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import accumulate

from geo.records import PauseRecord

WEEKS_OF_REPORTS = 26

_YEARS_BACK, _YEARS_AHEAD = 4, 5


def anchor_of(day: date) -> date:
    """The Monday of the week of `day`: the demo's story is told from here, so that it is the same all week long."""
    return day - timedelta(days=day.weekday())


def make_pauses(anchor: date) -> list[PauseRecord]:
    """Winter stops (1 December to the end of February) and holidays of the years around the anchor."""
    pauses = []
    for year in range(anchor.year - _YEARS_BACK, anchor.year + _YEARS_AHEAD):
        spring = date(year + 1, 3, 1) - timedelta(days=1)
        pauses += [
            PauseRecord("劳动节", "holiday", date(year, 5, 1), date(year, 5, 3)),
            PauseRecord("国庆节", "holiday", date(year, 10, 1), date(year, 10, 5)),
            PauseRecord(f"{year}—{year + 1}年冬歇期", "winter_stop", date(year, 12, 1), spring),
        ]
    return pauses


def month_key(day: date) -> str:
    """The month as plans name it: 2026-03."""
    return f"{day.year}-{day.month:02d}"


def month_end(day: date) -> date:
    """The last day of the day's month."""
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


class WorkTime:
    """Working days: those on which no pause stops the plans."""

    def __init__(self, anchor: date) -> None:
        """Count from the years before `anchor` to the years after it."""
        pauses = make_pauses(anchor)
        self._first = date(anchor.year - _YEARS_BACK, 1, 1)
        length = (date(anchor.year + _YEARS_AHEAD, 12, 31) - self._first).days + 1
        worked = [1] * length
        for pause in pauses:
            start = max(0, (pause.first_on - self._first).days)
            worked[start : (pause.last_on - self._first).days + 1] = [
                0 for _ in worked[start : (pause.last_on - self._first).days + 1]
            ]
        self._worked = worked
        self._sums = [0, *accumulate(worked)]

    def between(self, first: date, last: date) -> int:
        """Working days from `first` to `last`, both included; 0 when `last` comes first."""
        start, end = (first - self._first).days, (last - self._first).days
        return max(0, self._sums[end + 1] - self._sums[start]) if end >= start else 0
