"""Two works on one time axis, placed in percent of the drawing's width, so that it fits any screen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from app.charts import find_ticks

if TYPE_CHECKING:
    from datetime import date

    from geo.overlap import Days

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
    """The bars of both works, the days they share, today if it is among them, and the months."""

    bars: tuple[Bar | None, Bar | None]
    shared: Bar | None
    today: float | None
    ticks: tuple[Mark, ...]


def draw_timeline(
    a: Days | None, b: Days | None, shared: Days | None, today: date
) -> Timeline | None:
    """The axis from the first day of both works to the last; None when neither has days.

    A work without an end is drawn to the edge, a month after the last day that is known.
    """
    runs = [days for days in (a, b) if days is not None]
    if not runs:
        return None
    known = [day for run in runs for day in (run.first_on, run.last_on) if day is not None]
    first, last = min(known) - EDGE, max(known) + EDGE
    if any(run.last_on is None for run in runs):
        last = max(last, today) + OPEN_END
    length = (last - first).days + 1

    def place(day: date) -> float:
        return round(100 * (day - first).days / length, 2)

    def bar(days: Days | None) -> Bar | None:
        if days is None:
            return None
        end = 100.0 if days.last_on is None else place(days.last_on + timedelta(days=1))
        x = place(days.first_on)
        return Bar(x, round(max(end - x, NARROWEST), 2), days.last_on is None)

    return Timeline(
        bars=(bar(a), bar(b)),
        shared=bar(shared),
        today=place(today) if first <= today <= last else None,
        ticks=tuple(Mark(place(on), on) for on in find_ticks(first, last) if place(on) < LAST_TICK),
    )
