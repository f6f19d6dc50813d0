"""The planned line of a subject, for drawing it and for reading it on a day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo.status.plan import PlanLine
from geo.status.subject import Subject

if TYPE_CHECKING:
    from datetime import date

    from geo.status.facts import Facts


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
    return PlanLine(plan, begun_on, subject.work_days(day))
