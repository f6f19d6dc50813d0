"""What a reader is shown beside the lamp: the planned line, and the gaps that the lamp holds on a day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo.status.subject import Subject

if TYPE_CHECKING:
    from datetime import date

    from geo.status.facts import Facts
    from geo.status.gap import Gap, YearGap
    from geo.status.plan import PlanLine


def plan_line(facts: Facts, day: date) -> PlanLine | None:
    """The line of the plan in force on `day`, else of the newest one; None without a planned finish or any start."""
    subject = Subject(facts)
    newest = subject.plans[-1].plan if subject.plans else None
    plan = subject.plan_on(day) or newest
    if plan is None or plan.finish is None:
        return None
    begun_on = facts.actual_start_on or (plan.start.on if plan.start else None)
    if begun_on is None:
        return None
    return subject.line(plan, begun_on, day)


def progress_on(facts: Facts, day: date) -> Gap | None:
    """Planned and reached percent that progress is judged by on `day`; None while it is not judged."""
    subject = Subject(facts)
    return subject.gap_on(day) if subject.is_started(day) else None


def investment_on(facts: Facts, day: date) -> YearGap | None:
    """The year's investment as of the latest report, from the first day of the year's plan on; None without a plan."""
    subject = Subject(facts)
    return subject.year_gap_on(day, from_days=1) if subject.is_started(day) else None
