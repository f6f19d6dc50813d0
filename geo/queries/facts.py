"""Reading the facts that lamps are judged by: a project's, and those that its sites have of their own."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import Text, cast, select

from geo.model.city import CalendarDayKind, RulesVersion
from geo.model.projects import Project
from geo.queries import fact_rows
from geo.queries.control_areas import Stopping, find_control_areas
from geo.queries.fact_rows import read_of
from geo.rules import Rules as CityRules
from geo.rules import RulesVersion as Rules
from geo.rules import rules_from_json
from geo.status import (
    Blocker,
    Facts,
    Milestone,
    Pause,
    PlannedDay,
    PlanVersion,
    Precision,
    Procedure,
    Report,
    Ruling,
    Suspension,
    WorkCalendar,
    site_facts,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import date

    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Subject:
    """One project (`site_id` None) or site with all that its lamp is judged by."""

    project_id: int
    site_id: int | None
    facts: Facts


@dataclass(frozen=True, slots=True)
class _Frame:
    """What all subjects of a city share."""

    pauses: tuple[Pause, ...]
    calendar: WorkCalendar


def read_rules(session: Session) -> list[Rules]:
    """Every rules version of the city, oldest first."""
    return rules_of(session.execute(_RULES))


def rules_of(rows: Iterable[Sequence[Any]]) -> list[Rules]:
    """Rules versions from rows of (day from which they hold, their JSON as text)."""
    return [Rules(effective_on, _parse_rules(text)) for effective_on, text in rows]


_RULES = select(RulesVersion.effective_on, cast(RulesVersion.rules, Text)).order_by(
    RulesVersion.effective_on
)


@lru_cache(maxsize=32)
def _parse_rules(text: str) -> CityRules:
    """The rules that a version's text holds; parsed once, because every change of a fact asks for them."""
    return rules_from_json(json.loads(text))


def read_calendar(session: Session) -> WorkCalendar:
    """The city's working-day calendar."""
    days: dict[CalendarDayKind, set[date]] = {kind: set() for kind in CalendarDayKind}
    for on_day, kind in session.execute(fact_rows.CALENDAR):
        days[kind].add(on_day)
    return WorkCalendar(
        holidays=frozenset(days[CalendarDayKind.HOLIDAY]),
        workdays=frozenset(days[CalendarDayKind.WORKDAY]),
    )


def find_subjects(session: Session, project_ids: Collection[int] | None = None) -> list[Subject]:
    """The projects given (all when None) and their sites, each with its facts. One query for each table."""
    frame = _Frame(
        pauses=tuple(
            Pause(row.first_on, row.last_on, row.name) for row in session.execute(fact_rows.PAUSES)
        ),
        calendar=read_calendar(session),
    )
    wanted = list(session.scalars(select(Project.id)) if project_ids is None else project_ids)
    sites = _read_sites(session, wanted)
    plans = _read_plans(session, wanted)
    reports, steps = _read_reports(session, wanted)
    blockers = _read_blockers(session, wanted)
    suspensions = _read_suspensions(session, wanted)
    procedures = _read_procedures(session, wanted)
    rulings = _read_rulings(session, wanted)
    controls = find_control_areas(session, wanted)
    subjects: list[Subject] = []
    for project in read_of(session, fact_rows.PROJECTS, wanted):
        own_sites = sites.get(project.id, [])
        stops = Stopping(project.code, steps.get((project.id, None)))
        facts = Facts(
            actual_start_on=project.actual_start_on,
            completed_on=project.completed_on,
            accepted_on=project.accepted_on,
            in_use_on=project.in_use_on,
            in_production_on=project.in_production_on,
            at_capacity_on=project.at_capacity_on,
            industrial=bool(project.industrial),
            located=any(site.located for site in own_sites),
            plans=tuple(plans.get((project.id, None), ())),
            reports=tuple(reports.get((project.id, None), ())),
            blockers=tuple(blockers.get(project.id, ())),
            suspensions=tuple(suspensions.get((project.id, None), ())),
            procedures=tuple(procedures.get(project.id, ())),
            rulings=tuple(rulings.get((project.id, None), ())),
            pauses=frame.pauses,
            calendar=frame.calendar,
            report_period=project.report_period,
            standing=project.standing,
            standing_from=project.standing_from,
        )
        areas = {area.id: area for site in own_sites for area in controls.get(site.id, ())}
        whole = replace(facts, controls=tuple(stops.period(area) for area in areas.values()))
        subjects.append(Subject(project.id, None, whole))
        for site in own_sites:
            step = steps.get((project.id, site.id)) or steps.get((project.id, None))
            own = Facts(
                actual_start_on=site.actual_start_on,
                completed_on=site.actual_finish_on,
                located=site.located,
                plans=tuple(plans.get((project.id, site.id), ())) or _plan_of_site(site),
                reports=tuple(reports.get((project.id, site.id), ())),
                suspensions=tuple(suspensions.get((project.id, site.id), ())),
                rulings=tuple(rulings.get((project.id, site.id), ())),
                controls=tuple(
                    Stopping(project.code, step).period(area) for area in controls.get(site.id, ())
                ),
                site_id=site.id,
            )
            subjects.append(Subject(project.id, site.id, site_facts(facts, own)))
    return subjects


def _read_sites(session: Session, wanted: list[int]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in read_of(session, fact_rows.SITES, wanted):
        found[row.project_id].append(row)
    return found


def _plan_of_site(site: Any) -> tuple[PlanVersion, ...]:  # noqa: ANN401  a row of `_read_sites`
    """The plan that a site's own planned days make, when it has any."""
    if site.planned_start_on is None and site.planned_finish_on is None:
        return ()
    return (
        PlanVersion(
            start=_planned(site.planned_start_on, site.planned_start_precision, site.tentative),
            finish=_planned(site.planned_finish_on, site.planned_finish_precision, site.tentative),
        ),
    )


def _planned(
    on: date | None,
    precision: Precision | None,
    tentative: bool,  # noqa: FBT001
) -> PlannedDay | None:
    return None if on is None else PlannedDay(on, precision or Precision.DAY, tentative)


def _read_plans(
    session: Session, wanted: list[int]
) -> dict[tuple[int, int | None], list[PlanVersion]]:
    months: dict[int, list[Any]] = defaultdict(list)
    for month in read_of(session, fact_rows.PLAN_MONTHS, wanted):
        months[month.plan_version_id].append(month)
    years: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for plan_version_id, year, investment_yuan in read_of(session, fact_rows.PLAN_YEARS, wanted):
        years[plan_version_id].append((year, investment_yuan))
    milestones: dict[int, list[Milestone]] = defaultdict(list)
    for row in read_of(session, fact_rows.MILESTONES, wanted):
        milestones[row.plan_version_id].append(
            Milestone(
                name=row.name,
                due=PlannedDay(row.due_on, row.due_precision),
                percent=None if row.percent is None else float(row.percent),
                reached_on=row.reached_on,
                id=row.id,
            )
        )
    plans: dict[tuple[int, int | None], list[PlanVersion]] = defaultdict(list)
    for row in read_of(session, fact_rows.PLANS, wanted):
        plans[(row.project_id, row.site_id)].append(
            PlanVersion(
                start=_planned(row.start_on, row.start_precision, row.start_tentative),
                finish=_planned(row.finish_on, row.finish_precision, row.finish_tentative),
                percents=tuple(
                    (month.month_on, float(month.percent))
                    for month in months[row.id]
                    if month.percent is not None
                ),
                investments=tuple(
                    (month.month_on, month.investment_yuan)
                    for month in months[row.id]
                    if month.investment_yuan is not None
                ),
                year_investments=tuple(years[row.id]),
                milestones=tuple(milestones[row.id]),
                number=row.number,
                in_force_from=row.in_force_from,
                known_on=row.known_on,
            )
        )
    return plans


def _read_reports(
    session: Session, wanted: list[int]
) -> tuple[dict[tuple[int, int | None], list[Report]], dict[tuple[int, int | None], str]]:
    """Reports by project and site, and the operation of the newest step that names one."""
    found: dict[tuple[int, int | None], list[Report]] = defaultdict(list)
    operations: dict[tuple[int, int | None], str] = {}
    for row in read_of(session, fact_rows.REPORTS, wanted):
        key = (row.project_id, row.site_id)
        if row.operation:
            operations[key] = row.operation
        found[key].append(
            Report(
                as_of_on=row.last_on,
                percent=None if row.percent is None else float(row.percent),
                step_percent=None if row.step_percent is None else float(row.step_percent),
                invested_to_date_yuan=row.invested_to_date_yuan,
                verification=row.verification,
                id=row.id,
                known_on=row.known_on,
            )
        )
    return found, operations


def _read_blockers(session: Session, wanted: list[int]) -> dict[int, list[Blocker]]:
    found: dict[int, list[Blocker]] = defaultdict(list)
    for row in read_of(session, fact_rows.BLOCKERS, wanted):
        found[row.project_id].append(
            Blocker(
                raised_on=row.raised_on,
                text=row.text,
                id=row.id,
                site_id=row.site_id,
                due_on=row.due_on,
                resolved_on=row.resolved_on,
                stops_work=row.stops_work,
                cause=row.cause,
                awaited_unit=row.awaited_unit,
                awaited_unit_en=row.awaited_unit_en,
                known_on=row.known_on,
            )
        )
    return found


def _read_suspensions(
    session: Session, wanted: list[int]
) -> dict[tuple[int, int | None], list[Suspension]]:
    found: dict[tuple[int, int | None], list[Suspension]] = defaultdict(list)
    for row in read_of(session, fact_rows.SUSPENSIONS, wanted):
        found[(row.project_id, row.site_id)].append(
            Suspension(
                first_on=row.first_on,
                last_on=row.last_on,
                approved_on=row.approved_on,
                by_control=row.control_area_id is not None,
                control_last_on=row.control_last_on,
                reason=row.reason,
                id=row.id,
                known_on=row.known_on,
            )
        )
    return found


def _read_procedures(session: Session, wanted: list[int]) -> dict[int, list[Procedure]]:
    found: dict[int, list[Procedure]] = defaultdict(list)
    for row in read_of(session, fact_rows.PROCEDURES, wanted):
        found[row.project_id].append(
            Procedure(
                kind=row.kind,
                required=row.required,
                tolerated=row.tolerance is not None,
                obtained_on=row.obtained_on,
                known_on=row.known_on,
            )
        )
    return found


def _read_rulings(
    session: Session, wanted: list[int]
) -> dict[tuple[int, int | None], list[Ruling]]:
    found: dict[tuple[int, int | None], list[Ruling]] = defaultdict(list)
    for row in read_of(session, fact_rows.RULINGS, wanted):
        found[(row.project_id, row.site_id)].append(
            Ruling(row.first_on, row.last_on, row.ruled, row.computed, id=row.id)
        )
    return found
