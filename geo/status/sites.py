"""What a site takes from its project where it has no facts of its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from geo.status.facts import Blocker, Facts, PlanVersion


def site_facts(project: Facts, own: Facts) -> Facts:
    """Give the facts a site is judged by: fact by fact its own, and the rest from its project.

    `own` holds only what the site itself has, with its `site_id` and whether it is `located`. Its actual days, plans
    and reports come from the project where it has none; blockers are its own and the project's that name it or no
    site; suspensions are its own and the project's. Control areas are found by where it lies, so a located site has
    none but its own. Rulings are its own, and the project's while the lamp computed for the site is the one that the
    project's was ruled on. Whether it is industrial, its reporting period, calendar and standing are the project's.
    """
    plans = _merged_plans(*_comparable_sums(project, own))
    return replace(
        project,
        actual_start_on=own.actual_start_on or project.actual_start_on,
        completed_on=own.completed_on or project.completed_on,
        accepted_on=own.accepted_on or project.accepted_on,
        in_use_on=own.in_use_on or project.in_use_on,
        in_production_on=own.in_production_on or project.in_production_on,
        at_capacity_on=own.at_capacity_on or project.at_capacity_on,
        located=own.located,
        plans=plans,
        reports=own.reports or project.reports,
        blockers=_site_blockers(project, own),
        suspensions=(*own.suspensions, *project.suspensions),
        controls=own.controls if own.located else own.controls or project.controls,
        procedures=own.procedures or project.procedures,
        rulings=(
            *own.rulings,
            *(replace(ruling, only_over_computed=True) for ruling in project.rulings),
        ),
        site_id=own.site_id,
    )


def _site_blockers(project: Facts, own: Facts) -> tuple[Blocker, ...]:
    known = {blocker.id for blocker in own.blockers if blocker.id is not None}
    of_project = (
        blocker
        for blocker in project.blockers
        if blocker.id not in known and (blocker.site_id is None or blocker.site_id == own.site_id)
    )
    return (*own.blockers, *of_project)


def _comparable_sums(
    project: Facts, own: Facts
) -> tuple[tuple[PlanVersion, ...], tuple[PlanVersion, ...]]:
    """Leave investment plans only where the reports are of the same subject: a part is not measured by the whole."""
    has_sums = any(plan.year_investments or plan.investments for plan in own.plans)
    return (
        _without_sums(project.plans) if own.reports or has_sums else project.plans,
        own.plans if own.reports else _without_sums(own.plans),
    )


def _without_sums(plans: tuple[PlanVersion, ...]) -> tuple[PlanVersion, ...]:
    return tuple(replace(plan, investments=(), year_investments=()) for plan in plans)


def _merged_plans(
    project: tuple[PlanVersion, ...], own: tuple[PlanVersion, ...]
) -> tuple[PlanVersion, ...]:
    """Give the plans of a site: each of its own completed by each of its project's that can be in force beside it.

    A merged version holds from the day on which both do; the number ranks those that begin together, so that the one
    made of the newest two is found first.
    """
    if not own:
        return project
    of_project: list[PlanVersion | None] = [None, *sorted(project, key=_order)]
    of_site: list[PlanVersion | None] = [None, *sorted(own, key=_order)]
    merged = []
    for above, outer in enumerate(of_project):
        for below, inner in enumerate(of_site):
            version = (
                inner if outer is None else outer if inner is None else _completed(inner, outer)
            )
            if version is not None:
                merged.append(replace(version, number=above + below))
    return tuple(merged)


def _order(plan: PlanVersion) -> tuple[date, int]:
    return plan.in_force_from or date.min, plan.number


def _completed(own: PlanVersion, project: PlanVersion) -> PlanVersion:
    """Complete a site's plan from its project's. With a planned day of its own a site has its own line, too."""
    has_own_days = own.start is not None or own.finish is not None
    return PlanVersion(
        start=own.start or project.start,
        finish=own.finish or project.finish,
        percents=own.percents or (() if has_own_days else project.percents),
        investments=own.investments or project.investments,
        year_investments=own.year_investments or project.year_investments,
        milestones=own.milestones or (() if has_own_days else project.milestones),
        in_force_from=_later(own.in_force_from, project.in_force_from),
        known_on=_later(
            own.known_on or own.in_force_from, project.known_on or project.in_force_from
        ),
    )


def _later(one: date | None, other: date | None) -> date | None:
    return max((day for day in (one, other) if day is not None), default=None)
