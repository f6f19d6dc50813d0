"""Works of a period as bars on one axis, by unit, in percent of the drawing's width; drawn by the server as SVG."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import TYPE_CHECKING

from app.charts import find_ticks
from app.timeline import NARROWEST, Bar, Mark, join_days

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo.overlap import Days
    from geo.queries.road_plan import PlannedWork, RoadPlan, WindowRun

ROW = 26
HEAD = 24


@dataclass(frozen=True, slots=True)
class GanttRow:
    """A work's bar, the parts of it on which it clashes, and how far down it lies in pixels."""

    work: PlannedWork
    bar: Bar | None
    clashes: tuple[Bar, ...]
    y: int


@dataclass(frozen=True, slots=True)
class GanttUnit:
    """The works of a unit, and how far down its heading lies."""

    unit: str | None
    unit_en: str | None
    y: int
    rows: tuple[GanttRow, ...]


@dataclass(frozen=True, slots=True)
class Gantt:
    """The whole chart; `height` in pixels."""

    units: tuple[GanttUnit, ...]
    windows: tuple[tuple[WindowRun, Bar], ...]
    ticks: tuple[Mark, ...]
    today: float | None
    height: int


def draw_gantt(plan: RoadPlan, today: date) -> Gantt:
    """The works of a plan in its period; what reaches beyond is cut off at the edge."""
    first, last = plan.first_on, plan.last_on
    length = (last - first).days + 1

    def place(day: date) -> float:
        return round(100 * (day - first).days / length, 2)

    def bar(days: Days) -> Bar | None:
        since = max(days.first_on, first)
        until = last if days.last_on is None else min(days.last_on, last)
        if until < since:
            return None
        x = place(since)
        width = round(max(place(until + timedelta(days=1)) - x, NARROWEST), 2)
        return Bar(x, width, days.last_on is None)

    def bars(runs: Sequence[Days]) -> tuple[Bar, ...]:
        drawn = (bar(days) for days in join_days(runs))
        return tuple(one for one in drawn if one is not None)

    units, y = [], HEAD
    ordered = sorted(plan.works, key=lambda work: (work.unit is None, work.unit or ""))
    for (unit, unit_en), works in groupby(ordered, key=lambda work: (work.unit, work.unit_en)):
        top, rows = y, []
        y += ROW
        for work in works:
            own = bar(work.days) if work.days else None
            rows.append(GanttRow(work, own, bars(work.clashes), y))
            y += ROW
        units.append(GanttUnit(unit, unit_en, top, tuple(rows)))
    return Gantt(
        tuple(units),
        tuple((run, one) for run in plan.windows if (one := bar(run.days)) is not None),
        tuple(Mark(place(on), on) for on in find_ticks(first, last)),
        place(today) if first <= today <= last else None,
        y + 8,
    )
