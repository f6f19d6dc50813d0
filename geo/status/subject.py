"""One subject's facts made ready: sorted once, so that any day's plan, report or suspension is found at once."""

from __future__ import annotations

from bisect import bisect_right
from datetime import date
from itertools import pairwise
from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING, Any

from geo.status.calendar import days_on
from geo.status.facts import (
    Blocker,
    ControlPeriod,
    Facts,
    Lamp,
    PlanVersion,
    Reason,
    Report,
    Ruling,
    Stage,
    Suspension,
    Verification,
)
from geo.status.gap import Gap, YearGap, gap_between
from geo.status.plan import PlanLine, YearPlan, pauses_alone, year_plan

if TYPE_CHECKING:
    from geo.rules import BlockerRule

Placed = tuple[tuple[Any, ...], Reason]
"""A reason after its place among others."""


class FiledReport:
    """A report with the day it counts from, the day its figures stand for, and the percent that counts."""

    __slots__ = ("day_on", "from_on", "invested_yuan", "key", "percent", "verified")

    def __init__(self, report: Report) -> None:
        """File a report: it counts from the day it was known, its figures stand for no later day than that."""
        self.from_on = report.known_on or report.as_of_on
        self.day_on = min(report.as_of_on, self.from_on)
        self.percent = report.percent if report.percent is not None else report.step_percent
        self.invested_yuan = report.invested_to_date_yuan
        self.verified = report.verification is Verification.VERIFIED
        self.key = (
            self.day_on,
            self.from_on,
            report.id or 0,
            self.percent or 0.0,
            self.invested_yuan or 0,
            self.verified,
        )


class Filed:
    """Reports in order, to find the latest that counts on a day."""

    __slots__ = ("_from", "reports")

    def __init__(self, reports: list[FiledReport]) -> None:
        """Take reports in the order of their keys."""
        self.reports = reports
        days = [report.from_on for report in reports]
        self._from = days if all(one <= other for one, other in pairwise(days)) else None

    def latest(self, day: date) -> FiledReport | None:
        """Find the latest report that counts on `day`."""
        if self._from is not None:
            at = bisect_right(self._from, day)
            return self.reports[at - 1] if at else None
        return next((one for one in reversed(self.reports) if one.from_on <= day), None)


class PlanInForce:
    """A plan version with the days from which it is in force and known."""

    __slots__ = ("from_on", "in_force_on", "key", "known_on", "plan")

    def __init__(self, plan: PlanVersion) -> None:
        """Take a plan version; without days it has always been in force and known."""
        self.plan = plan
        self.in_force_on = plan.in_force_from or date.min
        self.known_on = plan.known_on or self.in_force_on
        self.from_on = max(self.in_force_on, self.known_on)
        self.key = (self.in_force_on, plan.number)


class Subject:
    """A subject's facts, sorted. Everything here is a question about one day; nothing is a rule with a threshold."""

    def __init__(self, facts: Facts) -> None:
        """Sort the facts."""
        self.facts = facts
        self.started_on = facts.actual_start_on
        self.ends = _ends(facts)
        self.finished_on = self.ends[0][0] if self.ends else None
        self.plans = sorted(map(PlanInForce, facts.plans), key=attrgetter("key"))
        self.reports = sorted(map(FiledReport, facts.reports), key=attrgetter("key"))
        self._all_reports = Filed(self.reports)
        self._with_percent = Filed([one for one in self.reports if one.percent is not None])
        self._with_sums = Filed([one for one in self.reports if one.invested_yuan is not None])
        self.suspensions = [
            (known_from(one.first_on, one.known_on), one) for one in facts.suspensions
        ]
        self.controls = [(known_from(one.first_on, one.known_on), one) for one in facts.controls]
        self.suspensions.sort(key=lambda pair: (pair[1].first_on, pair[0], pair[1].id or 0))
        self.controls.sort(key=lambda pair: (pair[1].first_on, pair[0], pair[1].id or 0))
        self.reporting_days = self._reporting_days()
        self.work_days = pauses_alone(facts.pauses)
        self.told: dict[object, Placed] = {}
        self._earlier_sums: dict[int, Filed] = {}
        self._lines: dict[object, PlanLine] = {}
        self._gaps: dict[object, Gap] = {}
        self._year_plans: dict[object, YearPlan | None] = {}
        self._year_gaps: dict[object, YearGap] = {}

    def is_started(self, day: date) -> bool:
        """Tell whether the actual start has come by `day`."""
        return self.started_on is not None and self.started_on <= day

    def is_finished(self, day: date) -> bool:
        """Tell whether it was completed, accepted, in use or in production by `day`."""
        return self.finished_on is not None and self.finished_on <= day

    def end_stage(self, day: date) -> Stage:
        """Give the furthest stage of a subject that is finished on `day`."""
        reached = [stage for on, stage in self.ends if on <= day]
        return max(reached, key=_END_ORDER.index)

    def plan_on(self, day: date, known_by: date | None = None) -> PlanVersion | None:
        """Find the plan version in force on `day`, among those known by a day (the same one by default)."""
        known_by = known_by or day
        for version in reversed(self.plans):
            if version.in_force_on <= day and version.known_on <= known_by:
                return version.plan
        return None

    def latest_report(self, day: date) -> FiledReport | None:
        """Find the latest report that counts on `day`."""
        return self._all_reports.latest(day)

    def suspension_on(self, day: date) -> Suspension | None:
        """Find a recorded suspension on `day`: a justified one before others, the earliest first."""
        found = None
        for from_on, one in self.suspensions:
            if from_on <= day and (one.last_on is None or day <= one.last_on):
                if is_justified(one, day):
                    return one
                found = found or one
        return found

    def controls_on(self, day: date) -> list[ControlPeriod]:
        """Find the control areas in force on `day`, the earliest first."""
        return [
            one
            for from_on, one in self.controls
            if from_on <= day and (one.last_on is None or day <= one.last_on)
        ]

    def line(self, plan: PlanVersion, begun_on: date, day: date) -> PlanLine:
        """Draw the line of a plan with a planned finish, flat on the approved control days that are known on `day`."""
        stops = tuple(
            (one.first_on, one.last_on)
            for _, one in self.controls
            if one.stops_work and one.approved and (one.known_on or one.first_on) <= day
        )
        key = (id(plan), begun_on, stops)
        if key not in self._lines:
            self._lines[key] = PlanLine(plan, begun_on, self.work_days, stops)
        return self._lines[key]

    def plan_of_report(self, report: FiledReport, day: date) -> PlanVersion | None:
        """Find the plan a report is measured by, as known on `day`: in force on its day, else the one in force now."""
        return self.plan_on(report.day_on, day) or self.plan_on(day)

    def gap_on(self, day: date) -> Gap | None:
        """Give the gap of progress that is held on `day`; None when nothing is to be judged (see the rule)."""
        report = self._with_percent.latest(day)
        if report is None or report.percent is None or self.started_on is None:
            return None
        plan = self.plan_of_report(report, day)
        if plan is None or plan.finish is None:
            return None
        line = self.line(plan, self.started_on, day)
        key = (id(report), id(line))
        if key not in self._gaps:
            planned = line.percent_on(report.day_on)
            self._gaps[key] = gap_between(report.day_on, planned, float(report.percent))
        return self._gaps[key]

    def year_gap_on(self, day: date, from_days: int) -> YearGap | None:
        """Give the gap of the year's investment held on `day`, once `from_days` days of the year's plan have passed.

        Done is what was invested to date at the latest report less the same at the last report of the year before
        (nothing when there is none). A report of an earlier year says nothing of this one.
        """
        report = self._with_sums.latest(day)
        if report is None or report.invested_yuan is None or report.day_on.year != day.year:
            return None
        plan = self.plan_of_report(report, day)
        year = self.year_plan(plan, day.year) if plan else None
        if year is None or year.days_up_to(day) < from_days:
            return None
        before = self._invested_before(day)
        key = (id(report), id(year), before)
        if key not in self._year_gaps:
            done = max(report.invested_yuan - before, 0)  # a corrected sum may fall
            planned = year.yuan_by(report.day_on)
            gap = gap_between(
                report.day_on, 100 * planned / year.total_yuan, 100 * done / year.total_yuan
            )
            self._year_gaps[key] = YearGap(gap, day.year, year.total_yuan, round(planned), done)
        return self._year_gaps[key]

    def year_plan(self, plan: PlanVersion, year: int) -> YearPlan | None:
        """Give what a plan says of the investment in a year of a subject that has begun; None when it says nothing."""
        if self.started_on is None or not (plan.year_investments or plan.investments):
            return None
        key = (id(plan), year)
        if key not in self._year_plans:
            self._year_plans[key] = year_plan(plan, year, self.started_on, self.work_days)
        return self._year_plans[key]

    def _invested_before(self, day: date) -> int:
        """Give what was invested to date at the last report of an earlier year than that of `day`."""
        earlier = self._earlier_sums.get(day.year)
        if earlier is None:
            reports = [one for one in self._with_sums.reports if one.day_on.year < day.year]
            earlier = self._earlier_sums[day.year] = Filed(reports)
        report = earlier.latest(day)
        return report.invested_yuan or 0 if report else 0

    def open_blockers(self, day: date) -> list[Blocker]:
        """Find the blockers known and not resolved on `day`."""
        return [
            one
            for one in self.facts.blockers
            if known_from(one.raised_on, one.known_on) <= day
            and (one.resolved_on is None or day < one.resolved_on)
        ]

    def ruling_on(self, day: date, computed: Lamp) -> Ruling | None:
        """Find the ruling that holds on `day` over the `computed` lamp: of several the one that began last."""
        holding = [
            one
            for one in self.facts.rulings
            if one.first_on <= day <= one.last_on
            and (one.computed is computed or not one.only_over_computed)
        ]
        return max(holding, key=lambda one: (one.first_on, one.id or 0), default=None)

    def reporting_since(self, day: date) -> date | None:
        """Give the day from which the next report is counted: the latest report, else the start.

        While work stood still no report was owed: the count begins anew on the last day of a standstill.
        """
        at = bisect_right(self.reporting_days, day)
        return self.reporting_days[at - 1] if at else None

    def _reporting_days(self) -> list[date]:
        """List the days on which the count to the next report begins anew, from the start on."""
        started_on = self.started_on
        if started_on is None:
            return []
        stops = [(from_on, one.last_on) for from_on, one in self.suspensions]
        stops += [(from_on, one.last_on) for from_on, one in self.controls if one.stops_work]
        days = {last_on for from_on, last_on in stops if last_on and from_on <= last_on}
        days.update(report.from_on for report in self.reports)
        return sorted({started_on, *(day for day in days if day > started_on)})


_END_ORDER = (Stage.COMPLETED, Stage.IN_USE, Stage.IN_PRODUCTION, Stage.AT_CAPACITY)


def _ends(facts: Facts) -> list[tuple[date, Stage]]:
    """List the days on which the subject ended in one way or another, the earliest first."""
    days = [
        (facts.completed_on, Stage.COMPLETED),
        (facts.accepted_on, Stage.COMPLETED),
        (facts.in_use_on, Stage.IN_USE),
    ]
    if facts.industrial:
        days += [
            (facts.in_production_on, Stage.IN_PRODUCTION),
            (facts.at_capacity_on, Stage.AT_CAPACITY),
        ]
    return sorted(((on, stage) for on, stage in days if on is not None), key=itemgetter(0))


def known_from(own_day: date, known_on: date | None) -> date:
    """Give the day from which a fact counts: its own day, or the day it was known when that is later."""
    return own_day if known_on is None or known_on < own_day else known_on


def is_justified(suspension: Suspension, day: date) -> bool:
    """Tell whether a suspension is justified on `day`: approved by then, or caused by a control area still in force."""
    if suspension.approved_on is not None and suspension.approved_on <= day:
        return True
    return suspension.by_control and (
        suspension.control_last_on is None or day <= suspension.control_last_on
    )


def due_on(blocker: Blocker, rule: BlockerRule) -> date:
    """Give the day by which a blocker should be resolved: its due day, else so many days after it was raised."""
    return blocker.due_on or days_on(blocker.raised_on, rule.due_after_days)
