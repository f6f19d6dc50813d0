"""Figures for people drawn as SVG on the server, so that they are there without JavaScript."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from app.formats import as_day

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH = 372
HEIGHT = 148
LEFT = 34
RIGHT = 8
TOP = 10
BOTTOM = 24
MOST_TICKS = 5
LEVELS = (0, 50, 100)


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on the time axis: its place in pixels and its day."""

    x: float
    on: date


@dataclass(frozen=True, slots=True)
class Curve:
    """Plan against actual as SVG: path data in a frame of `width` × `height` pixels, with axes."""

    width: int
    height: int
    left: int
    right: int
    bottom: int
    planned: str
    actual: str
    last: tuple[float, float] | None
    day_x: float | None
    levels: tuple[tuple[int, float], ...]
    ticks: tuple[Tick, ...]


def draw_curve(
    planned: Sequence[tuple[str, float]], actual: Sequence[tuple[str, float]], day: date
) -> Curve | None:
    """The plan curve and the reported percents up to `day`; None where there is no span of time to draw.

    `planned` and `actual` are (ISO day, percent 0..100) in order of day.
    """
    days = [as_day(on) for on, _ in (*planned, *actual)]
    if not days or min(days) == max(days):
        return None
    first, last = min(days), max(days)
    length = (last - first).days
    plot_width = WIDTH - LEFT - RIGHT
    plot_height = HEIGHT - TOP - BOTTOM

    def x_of(on: date) -> float:
        return round(LEFT + plot_width * (on - first).days / length, 1)

    def y_of(percent: float) -> float:
        return round(TOP + plot_height * (1 - min(max(percent, 0), 100) / 100), 1)

    def path(points: Sequence[tuple[str, float]]) -> str:
        return " ".join(
            f"{'M' if index == 0 else 'L'}{x_of(as_day(on))} {y_of(percent)}"
            for index, (on, percent) in enumerate(points)
        )

    reported = [(on, percent) for on, percent in actual if as_day(on) <= day]
    end = reported[-1] if reported else None
    return Curve(
        width=WIDTH,
        height=HEIGHT,
        left=LEFT,
        right=WIDTH - RIGHT,
        bottom=HEIGHT - BOTTOM,
        planned=path(planned),
        actual=path(reported),
        last=(x_of(as_day(end[0])), y_of(end[1])) if end else None,
        day_x=x_of(day) if first <= day <= last else None,
        levels=tuple((level, y_of(level)) for level in LEVELS),
        ticks=tuple(Tick(x_of(on), on) for on in find_ticks(first, last)),
    )


def find_ticks(first: date, last: date) -> list[date]:
    """First days of months between two days, so many months apart that at most five remain."""
    months = []
    month = date(first.year, first.month, 1)
    while month <= last:
        if month >= first:
            months.append(month)
        month = (month + timedelta(days=32)).replace(day=1)
    for step in (1, 2, 3, 6, 12, 24):
        kept = [on for on in months if (on.year * 12 + on.month - 1) % step == 0]
        if len(kept) <= MOST_TICKS:
            return kept
    return []
