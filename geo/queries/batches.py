"""Reading the city's records back as they are written down: what is exported imports again unchanged."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import shapely
from sqlalchemy import func, select

from geo.model import projects, records, units, zones
from geo.model.city import District, Ground, Pause, Pavement, Road
from geo.records import (
    Batch,
    BlockerRecord,
    Day,
    DistrictRecord,
    FundingRecord,
    GroundRecord,
    HoursWindow,
    LandRecord,
    LeaderRecord,
    MilestoneRecord,
    PartRecord,
    PauseRecord,
    PavementRecord,
    PlanRecord,
    ProcedureRecord,
    ProjectRecord,
    ReportRecord,
    RoadRecord,
    SuspensionRecord,
    UnitRecord,
    ZoneRecord,
)

if TYPE_CHECKING:
    from datetime import date

    from geoalchemy2 import WKBElement
    from shapely.geometry.base import BaseGeometry
    from sqlalchemy.orm import Session


class _Names:
    """Keys of records by their ids."""

    def __init__(self, session: Session) -> None:
        """Read all names once."""
        self.units = _pairs(session, units.Unit.id, units.Unit.name)
        self.leaders = _pairs(session, units.Leader.id, units.Leader.name)
        self.districts = _pairs(session, District.id, District.name)
        self.projects = _pairs(session, projects.Project.id, projects.Project.code)
        self.zones = _pairs(session, zones.Zone.id, zones.Zone.code)


def _pairs(session: Session, key: Any, value: Any) -> dict[int | None, str]:  # noqa: ANN401  columns
    return dict(session.execute(select(key, value)).all())


def read_batch(session: Session) -> Batch:
    """Everything that a ledger holds, each kind in the order of its keys. Shapes are WGS84."""
    names = _Names(session)
    return Batch(
        districts=_districts(session),
        ground=_ground(session),
        roads=_roads(session),
        units=_units(session),
        leaders=[
            LeaderRecord(row.name, row.post, row.rank)
            for row in session.scalars(select(units.Leader).order_by(units.Leader.id))
        ],
        pauses=[
            PauseRecord(row.name, row.kind.value, row.first_on, row.last_on)
            for row in session.scalars(select(Pause).order_by(Pause.first_on, Pause.name))
        ],
        projects=_projects(session, names),
        zones=_zones(session, names),
        plans=_plans(session, names),
        milestones=_milestones(session, names),
        reports=_reports(session, names),
        procedures=_procedures(session, names),
        funding=_funding(session, names),
        land=_land(session, names),
        blockers=_blockers(session, names),
        suspensions=_suspensions(session, names),
        pavements=_pavements(session),
    )


def _shape(found: WKBElement | None) -> BaseGeometry | None:
    return None if found is None else shapely.from_wkb(bytes(found.data))


def _number(found: Any) -> float | None:  # noqa: ANN401  a numeric column
    return None if found is None else float(found)


def _words(found: list[str] | None) -> tuple[str, ...] | None:
    return None if found is None else tuple(found)


def _day(on: date | None, precision: Any, tentative: bool = False) -> Day | None:  # noqa: ANN401, FBT001, FBT002
    return None if on is None else Day(on, precision.value if precision else "day", tentative)


def _districts(session: Session) -> list[DistrictRecord]:
    return [
        DistrictRecord(row.code, row.name, _shape(row.shape), row.name_en, row.kind.value)
        for row in session.scalars(select(District).order_by(District.code))
    ]


def _ground(session: Session) -> list[GroundRecord]:
    return [
        GroundRecord(row.code, row.kind.value, _shape(row.shape), row.name, row.name_en)  # type: ignore[arg-type]
        for row in session.scalars(select(Ground).order_by(Ground.code))
    ]


def _roads(session: Session) -> list[RoadRecord]:
    return [
        RoadRecord(
            row.code,
            row.name,
            row.road_class,
            _shape(row.shape),  # type: ignore[arg-type]
            row.name_en,
            row.oneway,
            row.lanes,
            _number(row.width_m),
        )
        for row in session.scalars(select(Road).order_by(Road.code))
    ]


def _units(session: Session) -> list[UnitRecord]:
    return [
        UnitRecord(
            row.name,
            row.kind,
            row.code,
            row.short_name,
            row.name_en,
            row.utility,
            tuple(row.aliases),
            row.crews,
        )
        for row in session.scalars(select(units.Unit).order_by(units.Unit.id))
    ]


def _pavements(session: Session) -> list[PavementRecord]:
    return [
        PavementRecord(row.code, row.road_name, _shape(row.shape), row.laid_on, row.overhauled_on)
        for row in session.scalars(select(Pavement).order_by(Pavement.code))
    ]


_PROJECT_PLAIN = (
    *("code", "name", "category", "nature", "employer", "contractor", "headquarters", "manager"),
    *("task_force", "total_investment_yuan", "green_channel", "public", "introduction", "name_en"),
    *("standing_document", "standing_from", "actual_start_on", "start_permit", "completed_on"),
    *("accepted_on", "in_use_on", "in_production_on", "at_capacity_on", "source_key"),
)


def _projects(session: Session, names: _Names) -> list[ProjectRecord]:
    districts: dict[int, list[str]] = defaultdict(list)
    for project, district in session.execute(
        select(projects.ProjectDistrict.project_id, projects.ProjectDistrict.district_id).order_by(
            projects.ProjectDistrict.project_id, projects.ProjectDistrict.district_id
        )
    ):
        districts[project].append(names.districts[district])
    return [
        ProjectRecord(
            **{name: getattr(row, name) for name in _PROJECT_PLAIN},
            lead_unit=names.units.get(row.lead_unit_id),
            sponsor_leader=names.leaders.get(row.sponsor_leader_id),
            districts=tuple(districts[row.id]) if districts[row.id] else None,
            parent=names.projects.get(row.parent_id),
            standing=row.standing.value,
            report_period=row.report_period.value,
        )
        for row in session.scalars(select(projects.Project).order_by(projects.Project.code))
    ]


_ZONE_PLAIN = (
    *("code", "name", "actual_start_on", "actual_finish_on", "tentative", "emergency", "note"),
    *("location_text", "source_crs", "source_key", "utility", "step", "dig_plan_state"),
    *("lanes_before", "lanes_open", "permit_step", "approval_number", "approved_until_on"),
    *("announced_on", "extended_until_on", "extension_reason", "level"),
)


def _zones(session: Session, names: _Names) -> list[ZoneRecord]:
    parts: dict[int, list[PartRecord]] = defaultdict(list)
    for part in session.scalars(
        select(zones.ZonePart).order_by(zones.ZonePart.zone_id, zones.ZonePart.position)
    ):
        parts[part.zone_id].append(
            PartRecord(
                _shape(part.shape),  # type: ignore[arg-type]
                part.role.value,
                part.mode.value if part.mode else None,
                part.name,
                _number(part.width_m),
                part.first_on,
                part.last_on,
            )
        )
    hours: dict[int, list[HoursWindow]] = defaultdict(list)
    for window in session.scalars(
        select(zones.ZoneHours).order_by(zones.ZoneHours.zone_id, zones.ZoneHours.since)
    ):
        hours[window.zone_id].append(
            HoursWindow(window.since, window.until, tuple(window.weekdays))
        )
    links = _read_links(session, names)
    found = session.scalars(select(zones.Zone).order_by(zones.Zone.kind, zones.Zone.id))
    return [
        ZoneRecord(
            kind=row.kind.value,
            **{name: getattr(row, name) for name in _ZONE_PLAIN},
            project=names.projects.get(row.project_id),
            unit=names.units.get(row.unit_id),
            state=row.state.value,
            planned_start=_day(row.planned_start_on, row.planned_start_precision),
            planned_finish=_day(row.planned_finish_on, row.planned_finish_precision),
            hours=tuple(hours[row.id]),
            parts=tuple(parts[row.id]),
            placement=row.placement.value if row.placement else None,
            side=row.side.value if row.side else None,
            passing=row.passing.value if row.passing else None,
            taken=_words(row.taken),
            still_pass=_words(row.still_pass),
            stops=_words(row.stops),
            exempt=_words(row.exempt),
            **links.get(row.id, {}),
        )
        for row in found
    ]


def _read_links(session: Session, names: _Names) -> dict[int, dict[str, Any]]:
    other = zones.Zone
    links: dict[int, dict[str, Any]] = defaultdict(dict)
    for link, kind, project_id, code in session.execute(
        select(zones.ZoneLink, other.kind, other.project_id, other.code)
        .join(other, other.id == zones.ZoneLink.other_id)
        .order_by(zones.ZoneLink.id)
    ):
        key = f"{names.projects[project_id]}/{code}" if kind is zones.ZoneKind.SITE else code
        if link.kind is zones.LinkKind.MADE_FOR:
            links[link.zone_id]["made_for"] = key
        elif link.kind is zones.LinkKind.BEFORE:
            links[link.zone_id] |= {"hands_over_to": key, "hands_over_on": link.due_on}
    return links


def _plans(session: Session, names: _Names) -> list[PlanRecord]:
    months: dict[int, list[Any]] = defaultdict(list)
    for month in session.scalars(select(projects.PlanMonth).order_by(projects.PlanMonth.month_on)):
        months[month.plan_version_id].append(month)
    years: dict[int, dict[int, int]] = defaultdict(dict)
    for year in session.scalars(select(projects.PlanYear).order_by(projects.PlanYear.year)):
        years[year.plan_version_id][year.year] = year.investment_yuan
    version = projects.PlanVersion
    return [
        PlanRecord(
            project=names.projects[row.project_id],
            number=row.number,
            site=names.zones.get(row.site_id),
            in_force_from=row.in_force_from,
            document=row.document,
            start=_day(row.start_on, row.start_precision, row.start_tentative),
            finish=_day(row.finish_on, row.finish_precision, row.finish_tentative),
            percents={
                f"{month.month_on:%Y-%m}": float(month.percent)
                for month in months[row.id]
                if month.percent is not None
            },
            investments={
                f"{month.month_on:%Y-%m}": month.investment_yuan
                for month in months[row.id]
                if month.investment_yuan is not None
            },
            year_investments=years[row.id],
        )
        for row in session.scalars(
            select(version).order_by(version.project_id, version.site_id, version.number)
        )
    ]


def _milestones(session: Session, names: _Names) -> list[MilestoneRecord]:
    milestone, version = projects.Milestone, projects.PlanVersion
    return [
        MilestoneRecord(
            project=names.projects[plan.project_id],
            name=row.name,
            due=Day(row.due_on, row.due_precision.value),
            site=names.zones.get(plan.site_id),
            plan_number=plan.number,
            percent=_number(row.percent),
            reached_on=row.reached_on,
        )
        for row, plan in session.execute(
            select(milestone, version)
            .join(version, version.id == milestone.plan_version_id)
            .order_by(version.project_id, version.number, milestone.due_on, milestone.id)
        )
    ]


_REPORT_PLAIN = (
    *("first_on", "last_on", "narrative", "step", "percent_source", "invested_in_period_yuan"),
    *("invested_to_date_yuan", "next_step", "reporter", "checker", "reported_on", "origin"),
)


def _reports(session: Session, names: _Names) -> list[ReportRecord]:
    """The report that holds for each period: corrections are history and stay in the database."""
    report = records.ProgressReport
    newest = select(func.max(report.id)).group_by(
        report.project_id, report.site_id, report.period, report.first_on
    )
    return [
        ReportRecord(
            project=names.projects[row.project_id],
            site=names.zones.get(row.site_id),
            period=row.period.value,
            percent=_number(row.percent),
            verification=row.verification.value,
            **{name: getattr(row, name) for name in _REPORT_PLAIN},
        )
        for row in session.scalars(
            select(report)
            .where(report.id.in_(newest))
            .order_by(report.project_id, report.site_id, report.first_on)
        )
    ]


def _procedures(session: Session, names: _Names) -> list[ProcedureRecord]:
    procedure = records.Procedure
    plain = (
        *("kind", "required", "started_on", "statutory_days", "promised_days", "used_days"),
        *("due_on", "obtained_on"),
    )
    return [
        ProcedureRecord(
            project=names.projects[row.project_id],
            **{name: getattr(row, name) for name in plain},
            lies_with=names.units.get(row.lies_with_unit_id),
            tolerance=row.tolerance.value if row.tolerance else None,
        )
        for row in session.scalars(select(procedure).order_by(procedure.project_id, procedure.kind))
    ]


def _funding(session: Session, names: _Names) -> list[FundingRecord]:
    line = records.FundingLine
    plain = ("funding_source", "planned_yuan", "arrived_yuan", "arrived_on", "paid_yuan", "paid_on")
    return [
        FundingRecord(
            project=names.projects[row.project_id], **{name: getattr(row, name) for name in plain}
        )
        for row in session.scalars(select(line).order_by(line.project_id, line.funding_source))
    ]


def _land(session: Session, names: _Names) -> list[LandRecord]:
    land = records.LandStatus
    return [
        LandRecord(
            project=names.projects[row.project_id],
            kind=row.kind.value,
            as_of_on=row.as_of_on,
            area_total_m2=_number(row.area_total_m2),
            area_signed_m2=_number(row.area_signed_m2),
            area_cleared_m2=_number(row.area_cleared_m2),
            households_total=row.households_total,
            households_signed=row.households_signed,
            households_cleared=row.households_cleared,
        )
        for row in session.scalars(select(land).order_by(land.project_id, land.kind, land.as_of_on))
    ]


def _blockers(session: Session, names: _Names) -> list[BlockerRecord]:
    blocker = records.Blocker
    plain = (
        *("cause", "text", "raised_on", "code", "due_on", "resolved_on", "resolution"),
        "stops_work",
    )
    return [
        BlockerRecord(
            project=names.projects[row.project_id],
            site=names.zones.get(row.site_id),
            **{name: getattr(row, name) for name in plain},
            responsible_unit=names.units.get(row.responsible_unit_id),
            awaited_unit=names.units.get(row.awaited_unit_id),
        )
        for row in session.scalars(select(blocker).order_by(blocker.project_id, blocker.id))
    ]


def _suspensions(session: Session, names: _Names) -> list[SuspensionRecord]:
    suspension = records.Suspension
    plain = ("first_on", "reason", "last_on", "approved_by", "approved_on")
    return [
        SuspensionRecord(
            project=names.projects[row.project_id],
            site=names.zones.get(row.site_id),
            **{name: getattr(row, name) for name in plain},
        )
        for row in session.scalars(
            select(suspension).order_by(suspension.project_id, suspension.first_on)
        )
    ]
