"""What a plan says of a day: the percent and the investment that should be reached by then."""

from __future__ import annotations

from bisect import bisect_right
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from geo.status.calendar import days_on

if TYPE_CHECKING:
    from collections.abc import Iterable

    from geo.status.calendar import Pause
    from geo.status.facts import Milestone, PlanVersion

WHOLE = 100.0


class WorkDays:
    """The days on which plans move: all but the winter stop and holidays, which every plan knows beforehand."""

    __slots__ = ("_before", "_firsts", "_lasts")

    def __init__(self, still: Iterable[tuple[date, date | None]] = ()) -> None:
        """Take the runs of days (both included; open ones go on) on which plans stand still; runs may overlap."""
        firsts: list[int] = []
        lasts: list[int] = []
        for first_on, last_on in sorted((run[0], run[1] or date.max) for run in still):
            first, last = first_on.toordinal(), last_on.toordinal()
            if firsts and first <= lasts[-1] + 1:
                lasts[-1] = max(lasts[-1], last)
            elif first <= last:
                firsts.append(first)
                lasts.append(last)
        self._firsts, self._lasts = firsts, lasts
        self._before = [0]
        for first, last in zip(firsts, lasts, strict=True):
            self._before.append(self._before[-1] + last - first + 1)

    def up_to(self, day: date) -> int:
        """Count the days on which plans move, from a fixed day up to and including `day`."""
        number = day.toordinal()
        if not self._firsts:
            return number
        at = bisect_right(self._firsts, number)
        still = self._before[at]
        if at and number < self._lasts[at - 1]:
            still -= self._lasts[at - 1] - number
        return number - still

    def between(self, first_on: date, last_on: date) -> int:
        """Count the days on which plans move from `first_on` to `last_on`, both included; none when out of order."""
        if last_on < first_on:
            return 0
        return self.up_to(last_on) - self.up_to(days_on(first_on, -1))

    def bends(self, first_on: date, last_on: date) -> list[date]:
        """Find the days after `first_on` and before `last_on` on which a plan stops or begins to move again."""
        days = (date.fromordinal(n) for n in sorted({n - 1 for n in self._firsts} | {*self._lasts}))
        return [day for day in days if first_on < day < last_on]


@lru_cache(maxsize=64)
def pauses_alone(pauses: tuple[Pause, ...]) -> WorkDays:
    """Give the days on which plans move where only the city's pauses hold them, the same for all its projects."""
    return WorkDays((pause.first_on, pause.last_on) for pause in pauses)


def month_end(day: date) -> date:
    """Give the last day of the month in which `day` lies."""
    return day.replace(day=monthrange(day.year, day.month)[1])


class PlanLine:
    """The percent planned for each day, as a line through points that moves on working days of the plan only."""

    __slots__ = ("_days", "_moved", "_percents", "_work_days")

    def __init__(
        self,
        plan: PlanVersion,
        begun_on: date,
        work_days: WorkDays,
        stops: Iterable[tuple[date, date | None]] = (),
    ) -> None:
        """Draw the line of a plan that has a planned finish, for a subject begun on `begun_on`.

        The line stands still on the days (both included) of each stop. Nobody foresaw these: what they cost is made up
        for after them, while the winter stop and holidays make the whole line steeper.
        """
        self._work_days = work_days
        self._draw(plan_points(plan, begun_on))
        for first_on, last_on in sorted((run[0], run[1] or date.max) for run in stops):
            self._stop(first_on, last_on)

    def _draw(self, points: list[tuple[date, float]]) -> None:
        self._days = [day for day, _ in points]
        self._percents = [percent for _, percent in points]
        self._moved = [self._work_days.up_to(day) for day in self._days]

    def _stop(self, first_on: date, last_on: date) -> None:
        """Hold the line from `first_on` to `last_on`, but no longer than to the day before its end."""
        before_on, last_on = days_on(first_on, -1), min(last_on, days_on(self._days[-1], -1))
        if last_on < first_on:
            return
        held = self.percent_on(before_on)
        points = dict(zip(self._days, self._percents, strict=True))
        kept = {day: percent for day, percent in points.items() if not first_on <= day <= last_on}
        self._draw(sorted({**kept, before_on: held, last_on: held}.items()))

    def percent_on(self, day: date) -> float:
        """Give the percent planned to be reached by the end of `day`: 0 before the first point."""
        at = bisect_right(self._days, day)
        if at == 0:
            return 0.0
        percent = self._percents[at - 1]
        if at == len(self._days):
            return percent
        length = self._moved[at] - self._moved[at - 1]
        if length == 0:
            return percent
        moved = self._work_days.up_to(day) - self._moved[at - 1]
        return percent + (self._percents[at] - percent) * moved / length

    def corners(self) -> list[tuple[date, float]]:
        """Give the days and percents between which the line is straight, for drawing it."""
        days = set(self._days)
        for first_on, last_on in pairwise(self._days):
            days.update(self._work_days.bends(first_on, last_on))
        return [(day, self.percent_on(day)) for day in sorted(days)]


def plan_points(plan: PlanVersion, actual_start_on: date) -> list[tuple[date, float]]:
    """Give the points that a plan's line runs through: its months, else its milestones between start and finish.

    The plan needs a planned finish. It begins at the planned start, else at the actual one. A monthly plan that ends
    before the planned finish is drawn on to it; milestones outside the plan or with falling percents bend nothing.
    """
    start_on = plan.start.on if plan.start else actual_start_on
    finish_on = plan.finish.on if plan.finish else date.max
    points = dict(_begin(start_on, finish_on))
    if plan.percents:
        months = sorted((month_end(day), float(percent)) for day, percent in plan.percents)
        points = {day: percent for day, percent in points.items() if day < months[0][0]}
        points.update(months)
        if months[-1][0] < finish_on:
            points[finish_on] = WHOLE
    else:
        refused = {id(milestone) for milestone in refused_milestones(plan, actual_start_on)}
        points.update(
            sorted(
                (milestone.due.on, float(milestone.percent))
                for milestone in plan.milestones
                if milestone.percent is not None and id(milestone) not in refused
            )
        )
        points[finish_on] = WHOLE
    return sorted(points.items())


def _begin(start_on: date, finish_on: date) -> Iterable[tuple[date, float]]:
    if start_on < finish_on:
        yield start_on, 0.0


def refused_milestones(plan: PlanVersion, actual_start_on: date | None = None) -> list[Milestone]:
    """Find the milestones that a plan cannot have: due outside the plan, or with a percent below an earlier one's.

    Those without a percent are only held to the plan's days. Whoever enters milestones refuses them by this.
    """
    start_on = plan.start.on if plan.start else actual_start_on
    finish_on = plan.finish.on if plan.finish else None
    refused = []
    reached = 0.0
    for milestone in sorted(plan.milestones, key=lambda kept: (kept.due.on, kept.percent or 0.0)):
        due_on = milestone.due.on
        outside = (start_on is not None and due_on < start_on) or (
            finish_on is not None and due_on > finish_on
        )
        percent = float(milestone.percent) if milestone.percent is not None else reached
        if outside or percent < reached:
            refused.append(milestone)
        else:
            reached = percent
    return refused


@dataclass(frozen=True, slots=True)
class YearPlan:
    """The investment planned for one year, and the days over which it is spread."""

    year: int
    total_yuan: int
    first_on: date
    last_on: date
    day_count: int
    months: tuple[tuple[date, int], ...]
    work_days: WorkDays

    def days_up_to(self, day: date) -> int:
        """Count the days of the year's plan up to and including `day`."""
        return self.work_days.between(self.first_on, min(day, self.last_on))

    def day_number(self, count: int) -> date | None:
        """Find the `count`-th day of the year's plan; None when it has fewer."""
        day = days_on(self.first_on, count - 1)
        while day <= self.last_on:
            missing = count - self.days_up_to(day)
            if missing <= 0:
                return day
            if day == date.max:
                return None
            day = days_on(day, missing)
        return None

    def yuan_by(self, day: date) -> float:
        """Give the yuan planned to be invested in the year by the end of `day`."""
        if not self.months:
            return self.total_yuan * self.days_up_to(day) / self.day_count
        planned = 0.0
        for first_on, yuan in self.months:
            last_on = month_end(first_on)
            if last_on <= day:
                planned += yuan
            elif first_on <= day:
                whole = self.work_days.between(first_on, last_on)
                passed = self.work_days.between(first_on, day)
                planned += yuan * passed / whole if whole else 0.0
        return planned


def year_plan(
    plan: PlanVersion, year: int, actual_start_on: date, work_days: WorkDays
) -> YearPlan | None:
    """Give what a plan says of the investment in `year`; None when it plans none for that year.

    It is spread over the days of the year between planned (else actual) start and planned finish on which plans move;
    when there are none, over the whole year.
    """
    months = tuple(
        sorted((day.replace(day=1), yuan) for day, yuan in plan.investments if day.year == year)
    )
    total = dict(plan.year_investments).get(year) or sum(yuan for _, yuan in months)
    if total <= 0:
        return None
    new_year, year_end = date(year, 1, 1), date(year, 12, 31)
    first_on = max(plan.start.on if plan.start else actual_start_on, new_year)
    last_on = min(plan.finish.on, year_end) if plan.finish else year_end
    day_count = work_days.between(first_on, last_on)
    if day_count == 0:
        first_on, last_on = new_year, year_end
        day_count = work_days.between(first_on, last_on)
    if day_count == 0:
        work_days, day_count = WorkDays(), (year_end - new_year).days + 1
    return YearPlan(year, total, first_on, last_on, day_count, months, work_days)
