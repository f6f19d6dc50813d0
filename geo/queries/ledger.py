"""Reading what a unit keeps about its projects: what is due, the records of one project, what fields choose from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, text

from geo.errors import NotFoundError
from geo.forms import Choice
from geo.forms.lists import FIXED
from geo.forms.periods import Period, due_period
from geo.model import codes
from geo.model.city import District
from geo.model.kept import kept_tables
from geo.model.projects import Milestone, PlanVersion, Project, ProjectDistrict
from geo.model.records import ProgressReport
from geo.model.units import Leader, Unit
from geo.model.zones import Zone, ZoneKind, ZoneState
from geo.status import Lamp, ReportPeriod, Stage

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date

    from sqlalchemy.orm import Session

    from geo.forms.field import Language

Row = dict[str, Any]

_DUE = text(
    """
    select j.id, j.code, j.name, j.name_en, j.report_period, j.standing, j.lead_unit_id,
      coalesce(u.short_name, u.name) as lead_unit, u.name_en as lead_unit_en,
      s.lamp, s.stage, s.marks,
      (select max(r.last_on) from jiantu.progress_report r where r.project_id = j.id) as reported_until,
      (select count(*) from jiantu.blocker b where b.project_id = j.id and b.resolved_on is null) as blockers
    from jiantu.project j
    left join jiantu.unit u on u.id = j.lead_unit_id
    left join jiantu.status_span s on s.project_id = j.id and s.site_id is null and s.days @> cast(:day as date)
    where cast(:units as bigint[]) is null or j.lead_unit_id = any(cast(:units as bigint[]))
    order by j.code
    """
)
_WORST = {Lamp.RED: 0, Lamp.YELLOW: 1, Lamp.GREEN: 2, Lamp.GREY: 3, Lamp.PAUSED: 4, Lamp.BLUE: 5}


@dataclass(frozen=True, slots=True)
class DueProject:
    """A project of the list: its lamp, the period its next report is for, and whether that one is still missing."""

    code: str
    name: str
    name_en: str | None
    lead_unit: str | None
    lead_unit_en: str | None
    lamp: Lamp | None
    stage: Stage | None
    reported_until: date | None
    period: Period
    due: bool
    blockers: int


def list_due_projects(
    session: Session, today: date, unit_ids: Collection[int] | None = None
) -> list[DueProject]:
    """The projects of these units (all when None): those whose report is missing first, the worst lamp first."""
    found = []
    units = None if unit_ids is None else sorted(unit_ids)
    for row in session.execute(_DUE, {"day": today, "units": units}):
        period = due_period(ReportPeriod(row.report_period), today, row.reported_until)
        working = row.stage == Stage.UNDER_CONSTRUCTION and row.standing == "active"
        missing = row.reported_until is None or row.reported_until < period.first_on
        found.append(
            DueProject(
                row.code,
                row.name,
                row.name_en,
                row.lead_unit,
                row.lead_unit_en,
                Lamp(row.lamp) if row.lamp else None,
                Stage(row.stage) if row.stage else None,
                row.reported_until,
                period,
                working and missing,
                row.blockers,
            )
        )
    found.sort(key=lambda one: (not one.due, _WORST[one.lamp] if one.lamp else 9, one.code))
    return found


@dataclass(frozen=True, slots=True)
class Rights:
    """What the session's role may do with a kind of record: columns it may set, and whether it may take rows away.

    Which rows, the database's policies decide.
    """

    added: frozenset[str]
    changed: frozenset[str]
    removes: bool


def read_rights(session: Session, kind: str) -> Rights:
    """What whoever asks may do with records of `kind`, as the database has granted it."""
    found = session.execute(
        text(
            """
            select attname as name,
              has_column_privilege(current_user, attrelid, attname, 'insert') as added,
              has_column_privilege(current_user, attrelid, attname, 'update') as changed,
              has_table_privilege(current_user, attrelid, 'delete') as removes
            from pg_attribute
            where attrelid = cast(:table as regclass) and attnum > 0 and not attisdropped
            """
        ),
        {"table": f"jiantu.{kind}"},
    ).all()
    return Rights(
        frozenset(row.name for row in found if row.added),
        frozenset(row.name for row in found if row.changed),
        any(row.removes for row in found),
    )


_RECORDS = (
    *("blocker", "procedure", "suspension", "funding_line", "land_status", "plan_version"),
    "progress_report",
)
_NEWEST_FIRST = {
    "blocker": ("raised_on", "id"),
    "suspension": ("first_on", "id"),
    "land_status": ("as_of_on", "id"),
    "plan_version": ("number", "id"),
    "progress_report": ("last_on", "id"),
}


def get_project_row(session: Session, code: str) -> Row:
    """The project's own columns; raises NotFoundError."""
    table = kept_tables()["project"]
    row = session.execute(select(table).where(table.c.code == code)).mappings().one_or_none()
    if row is None:
        message = f"没有编号为“{code}”的项目 / there is no project with code “{code}”"
        raise NotFoundError(message)
    return dict(row)


def find_districts(session: Session, project_id: int) -> list[int]:
    """The ids of the districts in which a project lies."""
    query = select(ProjectDistrict.district_id).where(ProjectDistrict.project_id == project_id)
    return sorted(session.scalars(query))


def list_districts(session: Session) -> list[tuple[int, str, str | None]]:
    """Every district: id, name, English name, in the city's order."""
    query = select(District.id, District.name, District.name_en)
    rows = session.execute(query.order_by(District.position, District.id))
    return [(row.id, row.name, row.name_en) for row in rows]


def get_record(session: Session, kind: str, row_id: int, project_id: int) -> Row:
    """One record of a project, by its kind and id; raises NotFoundError, also for one of another project."""
    table = kept_tables()[kind]
    query = select(table).where(table.c.id == row_id)
    if kind == "milestone":
        query = query.join(PlanVersion, PlanVersion.id == table.c.plan_version_id).where(
            PlanVersion.project_id == project_id
        )
    elif kind == "project":
        query = query.where(table.c.id == project_id)
    else:
        query = query.where(table.c.project_id == project_id)
    row = session.execute(query).mappings().one_or_none()
    if row is None:
        message = f"project {project_id} has no {kind} {row_id}"
        raise NotFoundError(message)
    return dict(row)


def list_records(session: Session, project_id: int, most: int = 20) -> dict[str, list[Row]]:
    """The records of a project by kind, the newest first, at most `most` of a kind; milestones of the newest plan."""
    found: dict[str, list[Row]] = {}
    for kind in _RECORDS:
        table = kept_tables()[kind]
        order = [table.c[name].desc() for name in _NEWEST_FIRST.get(kind, ("id",))]
        query = select(table).where(table.c.project_id == project_id).order_by(*order).limit(most)
        found[kind] = [dict(row) for row in session.execute(query).mappings()]
    milestone = kept_tables()["milestone"]
    newest = (
        select(func.max(PlanVersion.number))
        .where(PlanVersion.project_id == project_id, PlanVersion.site_id.is_(None))
        .scalar_subquery()
    )
    rows = session.execute(
        select(milestone)
        .join(PlanVersion, PlanVersion.id == Milestone.plan_version_id)
        .where(
            PlanVersion.project_id == project_id,
            PlanVersion.site_id.is_(None),
            PlanVersion.number == newest,
        )
        .order_by(milestone.c.due_on, milestone.c.id)
    )
    found["milestone"] = [dict(row) for row in rows.mappings()]
    return found


def list_plan_numbers(session: Session, project_id: int) -> dict[int | None, int]:
    """The number of the newest plan of a project (None) and of each site that has a plan of its own."""
    rows = session.execute(
        select(PlanVersion.site_id, func.max(PlanVersion.number).label("number"))
        .where(PlanVersion.project_id == project_id)
        .group_by(PlanVersion.site_id)
        .order_by(PlanVersion.site_id.nulls_first())
    )
    return {row.site_id: row.number for row in rows}


def find_last_report(
    session: Session, project_id: int, site_id: int | None, first_on: date | None = None
) -> Row | None:
    """The newest report of a project or site (of the period that begins on `first_on`, if one is given)."""
    table = kept_tables()["progress_report"]
    query = (
        select(table)
        .where(table.c.project_id == project_id, table.c.site_id.is_not_distinct_from(site_id))
        .order_by(ProgressReport.last_on.desc(), ProgressReport.id.desc())
        .limit(1)
    )
    if first_on is not None:
        query = query.where(
            table.c.first_on == first_on,
            table.c.period
            == select(Project.report_period).where(Project.id == project_id).scalar_subquery(),
        )
    row = session.execute(query).mappings().first()
    return dict(row) if row else None


_TABLES: dict[str, Any] = {
    "category": codes.Category,
    "nature": codes.Nature,
    "cause": codes.Cause,
    "procedure_kind": codes.ProcedureKind,
    "funding_source": codes.FundingSource,
}


def read_options(
    session: Session,
    project: Mapping[str, Any],
    language: Language,
    *,
    by_command: bool,
) -> dict[str, list[Choice]]:
    """What the fields of a project's forms choose from, by the name of the list, in the reader's language.

    Causes that only the command may set are left out for others, retired codes for everybody.
    """
    found = {
        name: [Choice(code, words.of(language)) for code, words in entries.items()]
        for name, entries in FIXED.items()
    }
    for name, table in _TABLES.items():
        query = select(table).where(table.retired_on.is_(None)).order_by(table.position, table.code)
        if name == "cause" and not by_command:
            query = query.where(~table.command_only)
        found[name] = [
            Choice(row.code, _named(row.name, row.name_en, language))
            for row in session.scalars(query)
        ]
    found["steps"] = [
        Choice(
            row.name, f"{_named(row.name, row.name_en, language)} · {row.percent.normalize():f}%"
        )
        for row in session.scalars(
            select(codes.LadderStep)
            .where(codes.LadderStep.category == project["category"])
            .order_by(codes.LadderStep.position)
        )
    ]
    units = session.execute(
        select(Unit.id, Unit.name, Unit.name_en).order_by(Unit.kind == "company", Unit.name)
    )
    found["units"] = [
        Choice(str(unit_id), _named(name, name_en, language)) for unit_id, name, name_en in units
    ]
    found["leaders"] = [
        Choice(str(row.id), row.name)
        for row in session.scalars(select(Leader).order_by(Leader.rank.nulls_last(), Leader.name))
    ]
    bundles = session.execute(
        text(
            "select id, code, name, name_en from jiantu.project_name"
            " where id = :parent or (parent_id is null and id <> :own) order by code"
        ),
        {"own": project["id"], "parent": project["parent_id"]},
    )
    found["projects"] = [
        Choice(str(row.id), f"{row.code} {_named(row.name, row.name_en, language)}")
        for row in bundles
    ]
    sites = session.execute(
        select(Zone.id, Zone.code, Zone.name)
        .where(
            Zone.project_id == project["id"],
            Zone.kind == ZoneKind.SITE,
            Zone.state != ZoneState.WITHDRAWN,
        )
        .order_by(Zone.id)
    )
    found["sites"] = [Choice(str(site_id), name or code) for site_id, code, name in sites]
    return found


def _named(name: str, name_en: str | None, language: Language) -> str:
    return name_en if language == "en" and name_en else name


def list_lead_units(session: Session) -> list[tuple[int, str, str]]:
    """Units that lead a project: id, Chinese and English name, by name."""
    leading = select(Project.lead_unit_id).where(Project.lead_unit_id.is_not(None))
    units = session.scalars(select(Unit).where(Unit.id.in_(leading)).order_by(Unit.name))
    return [(unit.id, unit.short_name or unit.name, unit.name_en or unit.name) for unit in units]
