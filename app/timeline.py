"""Works on one time axis, placed in percent of the drawing's width, so that it fits any screen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from app.charts import find_ticks
from geo.overlap import Days

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

NARROWEST = 0.8
OPEN_END = timedelta(days=30)
EDGE = timedelta(days=7)
LAST_TICK = 93.0


@dataclass(frozen=True, slots=True)
class Bar:
    """A run of days: where it begins and how wide it is, in percent."""

    x: float
    width: float
    open_ended: bool


@dataclass(frozen=True, slots=True)
class Mark:
    """A day on the axis: its place in percent."""

    x: float
    on: date


@dataclass(frozen=True, slots=True)
class Timeline:
    """A bar for each work, the runs of days that some of them share, today if it is among them, and the months."""

    bars: tuple[Bar | None, ...]
    shared: tuple[Bar, ...]
    today: float | None
    ticks: tuple[Mark, ...]


def draw_timeline(
    works: Sequence[Days | None], shared: Sequence[Days], today: date
) -> Timeline | None:
    """The axis from the first day of all works to the last; None when none has days.

    A work without an end is drawn to the edge, a month after the last day that is known.
    """
    runs = [days for days in works if days is not None]
    if not runs:
        return None
    known = [day for run in runs for day in (run.first_on, run.last_on) if day is not None]
    first, last = min(known) - EDGE, max(known) + EDGE
    if any(run.last_on is None for run in runs):
        last = max(last, today) + OPEN_END
    length = (last - first).days + 1

    def place(day: date) -> float:
        return round(100 * (day - first).days / length, 2)

    def bar(days: Days) -> Bar:
        end = 100.0 if days.last_on is None else place(days.last_on + timedelta(days=1))
        x = place(days.first_on)
        return Bar(x, round(max(end - x, NARROWEST), 2), days.last_on is None)

    return Timeline(
        bars=tuple(None if days is None else bar(days) for days in works),
        shared=tuple(bar(days) for days in join_days(shared)),
        today=place(today) if first <= today <= last else None,
        ticks=tuple(Mark(place(on), on) for on in find_ticks(first, last) if place(on) < LAST_TICK),
    )


def join_days(runs: Sequence[Days]) -> list[Days]:
    """Runs that overlap or follow one another as one, in the order of their first days."""
    joined: list[Days] = []
    for run in sorted(runs, key=lambda days: days.first_on):
        before = joined[-1] if joined else None
        if before is None or (
            before.last_on is not None and before.last_on + timedelta(days=1) < run.first_on
        ):
            joined.append(run)
        elif before.last_on is not None:
            last = None if run.last_on is None else max(before.last_on, run.last_on)
            joined[-1] = Days(before.first_on, last)
    return joined
