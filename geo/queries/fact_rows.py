"""The statements that read the facts of lamps, each built once: every change of a fact runs all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import ARRAY, BigInteger, Select, and_, any_, bindparam, func, select

from geo.model import codes, lamps, projects, records, zones
from geo.model.city import CalendarDay, Pause
from geo.model.units import Unit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Row
    from sqlalchemy.orm import InstrumentedAttribute, Session

_WANTED = bindparam("wanted", type_=ARRAY(BigInteger))


def read_of(
    session: Session, statement: Select[*tuple[Any, ...]], wanted: list[int]
) -> Sequence[Row[*tuple[Any, ...]]]:
    """The rows of one of these statements for the projects `wanted`."""
    return session.execute(statement, {"wanted": wanted}).all()


def _of_wanted(
    query: Select[*tuple[Any, ...]], column: InstrumentedAttribute[Any]
) -> Select[*tuple[Any, ...]]:
    return query.where(column == any_(_WANTED))


def _projects() -> Select[*tuple[Any, ...]]:
    project = projects.Project
    query = (
        select(
            project.id,
            project.code,
            project.actual_start_on,
            project.completed_on,
            project.accepted_on,
            project.in_use_on,
            project.in_production_on,
            project.at_capacity_on,
            project.report_period,
            project.standing,
            project.standing_from,
            codes.Category.industrial,
        )
        .outerjoin(codes.Category, codes.Category.code == project.category)
        .order_by(project.id)
    )
    return _of_wanted(query, project.id)


def _sites() -> Select[*tuple[Any, ...]]:
    zone = zones.Zone
    located = (
        select(zones.ZonePart.id).where(zones.ZonePart.zone_id == zone.id).exists().label("located")
    )
    query = (
        select(
            zone.id,
            zone.project_id,
            zone.planned_start_on,
            zone.planned_start_precision,
            zone.planned_finish_on,
            zone.planned_finish_precision,
            zone.actual_start_on,
            zone.actual_finish_on,
            zone.tentative,
            located,
        )
        .where(zone.kind == zones.ZoneKind.SITE, zone.state != zones.ZoneState.WITHDRAWN)
        .order_by(zone.id)
    )
    return _of_wanted(query, zone.project_id)


def _plans() -> Select[*tuple[Any, ...]]:
    version = projects.PlanVersion
    query = select(
        version.id,
        version.project_id,
        version.site_id,
        version.number,
        version.in_force_from,
        version.start_on,
        version.start_precision,
        version.start_tentative,
        version.finish_on,
        version.finish_precision,
        version.finish_tentative,
        version.known_on,
    ).order_by(version.id)
    return _of_wanted(query, version.project_id)


def _of_plans(
    query: Select[*tuple[Any, ...]], plan_version_id: InstrumentedAttribute[int]
) -> Select[*tuple[Any, ...]]:
    version = projects.PlanVersion
    return _of_wanted(query.join(version, version.id == plan_version_id), version.project_id)


def _plan_months() -> Select[*tuple[Any, ...]]:
    month = projects.PlanMonth
    query = select(month.plan_version_id, month.month_on, month.percent, month.investment_yuan)
    return _of_plans(query.order_by(month.month_on), month.plan_version_id)


def _plan_years() -> Select[*tuple[Any, ...]]:
    year = projects.PlanYear
    query = select(year.plan_version_id, year.year, year.investment_yuan).order_by(year.id)
    return _of_plans(query, year.plan_version_id)


def _milestones() -> Select[*tuple[Any, ...]]:
    milestone = projects.Milestone
    query = select(
        milestone.plan_version_id,
        milestone.id,
        milestone.name,
        milestone.due_on,
        milestone.due_precision,
        milestone.percent,
        milestone.reached_on,
    ).order_by(milestone.id)
    return _of_plans(query, milestone.plan_version_id)


def _reports() -> Select[*tuple[Any, ...]]:
    report = records.ProgressReport
    query = (
        select(
            report.id,
            report.project_id,
            report.site_id,
            report.last_on,
            report.percent,
            report.step_percent,
            report.invested_to_date_yuan,
            report.verification,
            report.known_on,
            codes.LadderStep.operation,
        )
        .join(projects.Project, projects.Project.id == report.project_id)
        .outerjoin(
            codes.LadderStep,
            and_(
                codes.LadderStep.category == projects.Project.category,
                codes.LadderStep.name == report.step,
            ),
        )
        .order_by(report.last_on, report.id)
    )
    return _of_wanted(query, report.project_id)


def _blockers() -> Select[*tuple[Any, ...]]:
    blocker = records.Blocker
    query = (
        select(
            blocker.id,
            blocker.project_id,
            blocker.site_id,
            blocker.cause,
            blocker.text,
            blocker.raised_on,
            blocker.due_on,
            blocker.resolved_on,
            blocker.stops_work,
            blocker.known_on,
            func.coalesce(Unit.short_name, Unit.name).label("awaited_unit"),
            Unit.name_en.label("awaited_unit_en"),
        )
        .outerjoin(Unit, Unit.id == blocker.awaited_unit_id)
        .order_by(blocker.id)
    )
    return _of_wanted(query, blocker.project_id)


def _suspensions() -> Select[*tuple[Any, ...]]:
    suspension, area = records.Suspension, zones.Zone
    query = (
        select(
            suspension.id,
            suspension.project_id,
            suspension.site_id,
            suspension.first_on,
            suspension.last_on,
            suspension.reason,
            suspension.approved_on,
            suspension.control_area_id,
            suspension.known_on,
            func.coalesce(area.actual_finish_on, area.planned_finish_on).label("control_last_on"),
        )
        .outerjoin(area, area.id == suspension.control_area_id)
        .order_by(suspension.id)
    )
    return _of_wanted(query, suspension.project_id)


def _procedures() -> Select[*tuple[Any, ...]]:
    procedure = records.Procedure
    query = (
        select(
            procedure.project_id,
            procedure.kind,
            procedure.required,
            procedure.tolerance,
            procedure.obtained_on,
            procedure.known_on,
        )
        .join(codes.ProcedureKind, codes.ProcedureKind.code == procedure.kind)
        .where(codes.ProcedureKind.before_start)
        .order_by(procedure.id)
    )
    return _of_wanted(query, procedure.project_id)


def _rulings() -> Select[*tuple[Any, ...]]:
    ruling = lamps.Ruling
    query = select(
        ruling.id,
        ruling.project_id,
        ruling.site_id,
        ruling.computed,
        ruling.ruled,
        ruling.first_on,
        ruling.last_on,
    ).order_by(ruling.id)
    return _of_wanted(query, ruling.project_id)


PROJECTS = _projects()
SITES = _sites()
PLANS = _plans()
PLAN_MONTHS = _plan_months()
PLAN_YEARS = _plan_years()
MILESTONES = _milestones()
REPORTS = _reports()
BLOCKERS = _blockers()
SUSPENSIONS = _suspensions()
PROCEDURES = _procedures()
"""Procedures that must be there before work begins; later ones do not put a start at risk."""

RULINGS = _rulings()
PAUSES = select(Pause.first_on, Pause.last_on, Pause.name).order_by(Pause.id)
CALENDAR = select(CalendarDay.on_day, CalendarDay.kind)
