"""Reading one project's sheet as on a day: facts, lamp and reasons, progress, money, blockers, sites, zones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import func, select, text

from geo.errors import NotFoundError
from geo.model import codes, projects, records, zones
from geo.model.city import District
from geo.model.units import Leader, Unit
from geo.queries.facts import find_subjects, read_calendar, read_rules
from geo.queries.lamps import find_status
from geo.queries.project_overlaps import list_project_overlaps
from geo.rules import Rules, rules_on
from geo.status import PlanVersion, Reason, Status, explain, explain_all, mark_name
from geo.status.clocks import Clock
from geo.status.lines import investment_on, plan_line, progress_on

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from geo.queries.facts import Subject
    from geo.status import PlannedDay, WorkCalendar
    from geo.status.plan import PlanLine

Language = Literal["zh", "en"]

_REPORTS_SHOWN = 10


@dataclass(frozen=True, slots=True)
class _View:
    """Whose eyes a sheet is for: the day shown, today, and the language."""

    day: date
    today: date
    language: Language
    rules: Rules

    def name(self, zh: str | None, en: str | None) -> str | None:
        """The name in the reader's language, else in the other one."""
        return (en or zh) if self.language == "en" else (zh or en)


def get_project_sheet(
    session: Session, code: str, day: date, today: date, language: Language
) -> dict[str, Any]:
    """Everything a reader is shown of one project as on `day`; raises `NotFoundError` for an unknown code."""
    project = session.scalars(
        select(projects.Project).where(projects.Project.code == code)
    ).one_or_none()
    if project is None:
        message = f"没有编号为“{code}”的项目 / there is no project with code “{code}”"
        raise NotFoundError(message)
    view = _View(day, today, language, rules_on(read_rules(session), day))
    subjects = find_subjects(session, [project.id])
    statuses = find_status(session, project.id, day, today)
    whole = subjects[0]
    status = statuses.get(None)
    reasons: Sequence[Reason] = status[2] if status else ()
    line = plan_line(whole.facts, day)
    works = _zones(session, project.id)
    return {
        "project": _facts(session, project, whole, status, view),
        "day": day.isoformat(),
        "today": today.isoformat(),
        "forecast": day > today,
        "lamp": status[0].value if status else None,
        "computed": Status(*status[:3]).computed.lamp.value if status else None,
        "marks": [
            {"code": mark.value, "text": mark_name(mark, language)}
            for mark in (status[3] if status else ())
        ],
        "sentence": _sentence(status, day, language, project, session),
        "reasons": [
            {
                "aspect": reason.aspect.value,
                "lamp": reason.severity.value,
                "code": reason.code,
                "text": explain(reason, day, language),
            }
            for reason in reasons
        ],
        "progress": _progress(session, project.id, whole, line, day),
        "curve": {
            "planned": [
                [on.isoformat(), round(percent, 2)]
                for on, percent in (line.corners() if line else ())
            ],
            "actual": _actual_curve(whole, day),
        },
        "investment": _investment(whole, project, day),
        "milestones": _milestones(whole, day),
        "procedures": _procedures(session, project.id, view),
        "blockers": _blockers(session, project.id, view),
        "sites": _sites(session, project.id, statuses, view),
        "zones": works,
        "overlaps": list_project_overlaps(
            session,
            project.id,
            [work["id"] for kind in works.values() for work in kind],
            day,
            language,
        ),
        "reports": _reports(session, project.id, day),
    }


def _sentence(
    status: Any,  # noqa: ANN401  what `find_status` gives
    day: date,
    language: Language,
    project: projects.Project,
    session: Session,
) -> str | None:
    if status is None:
        return None
    unit = session.get(Unit, project.lead_unit_id) if project.lead_unit_id else None
    named = None
    if unit is not None:
        named = (unit.name_en or unit.name) if language == "en" else (unit.short_name or unit.name)
    return explain_all(Status(status[0], status[1], status[2]), day, language, lead_unit=named)


def _coded(session: Session, table: Any, code: str | None, view: _View) -> dict[str, Any] | None:  # noqa: ANN401
    row = session.get(table, code) if code else None
    return {"code": code, "name": view.name(row.name, row.name_en)} if row else None


def _facts(
    session: Session,
    project: projects.Project,
    whole: Subject,
    status: Any,  # noqa: ANN401  what `find_status` gives
    view: _View,
) -> dict[str, Any]:
    unit = session.get(Unit, project.lead_unit_id) if project.lead_unit_id else None
    leader = session.get(Leader, project.sponsor_leader_id) if project.sponsor_leader_id else None
    districts = session.execute(
        select(District.name, District.name_en)
        .join(projects.ProjectDistrict, projects.ProjectDistrict.district_id == District.id)
        .where(projects.ProjectDistrict.project_id == project.id)
        .order_by(District.id)
    ).all()
    in_force = _plan_in_force(whole, view.day)
    numbers = {plan.number for plan in whole.facts.plans}
    return {
        "id": project.id,
        "code": project.code,
        "name": project.name,
        "name_en": project.name_en,
        "category": _coded(session, codes.Category, project.category, view),
        "nature": _coded(session, codes.Nature, project.nature, view),
        "lead_unit_id": project.lead_unit_id,
        "lead_unit": view.name(unit.name, unit.name_en) if unit else None,
        "employer": project.employer,
        "contractor": project.contractor,
        "districts": [view.name(name, name_en) for name, name_en in districts],
        "sponsor_leader": leader.name if leader else None,
        "manager": project.manager,
        "headquarters": project.headquarters,
        "task_force": project.task_force,
        "green_channel": project.green_channel,
        "standing": project.standing.value,
        "standing_document": project.standing_document,
        "investment_yuan": project.total_investment_yuan,
        "stage": status[1].value if status else None,
        "actual_start_on": _iso(project.actual_start_on),
        "completed_on": _iso(project.completed_on),
        "planned_start": _planned(in_force.start if in_force else None),
        "planned_finish": _planned(in_force.finish if in_force else None),
        "plan_moves": max(numbers, default=0),
        "introduction": project.introduction,
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _planned(day: PlannedDay | None) -> dict[str, Any] | None:
    if day is None:
        return None
    return {
        "on": day.on.isoformat(),
        "precision": day.precision.value,
        "tentative": day.tentative,
    }


def _plan_in_force(subject: Subject, day: date) -> PlanVersion | None:
    held = [
        plan
        for plan in subject.facts.plans
        if plan.in_force_from is None or plan.in_force_from <= day
    ] or list(subject.facts.plans)
    return max(held, key=lambda plan: (plan.in_force_from or date.min, plan.number), default=None)


def _actual_curve(subject: Subject, day: date) -> list[list[Any]]:
    points = {
        report.as_of_on: report.percent if report.percent is not None else report.step_percent
        for report in sorted(
            subject.facts.reports, key=lambda report: (report.as_of_on, report.id or 0)
        )
        if report.as_of_on <= day
    }
    return [[on.isoformat(), percent] for on, percent in points.items() if percent is not None]


def _progress(
    session: Session,
    project_id: int,
    subject: Subject,
    line: PlanLine | None,
    day: date,
) -> dict[str, Any] | None:
    """The latest report; where the lamp judges progress, with the very figures it is judged by."""
    report = records.ProgressReport
    row = session.scalars(
        select(report)
        .where(report.project_id == project_id, report.site_id.is_(None), report.last_on <= day)
        .order_by(report.last_on.desc(), report.id.desc())
        .limit(1)
    ).first()
    if row is None:
        return None
    judged = progress_on(subject.facts, day)
    percent = row.percent if row.percent is not None else row.step_percent
    planned = round(line.percent_on(row.last_on), 1) if line else None
    return {
        "percent": judged.reached if judged else None if percent is None else float(percent),
        "step": row.step,
        "narrative": row.narrative,
        "next_step": row.next_step,
        "as_of_on": row.last_on.isoformat(),
        "planned_percent": judged.planned if judged else planned,
        "gap": judged.points if judged else None,
    }


def _investment(subject: Subject, project: projects.Project, day: date) -> dict[str, Any] | None:
    plan = _plan_in_force(subject, day)
    planned = dict(plan.year_investments).get(day.year) if plan else None
    if planned is None and plan:
        planned = sum(yuan for month, yuan in plan.investments if month.year == day.year) or None
    reported = sorted(
        (report.as_of_on, report.id or 0, report.invested_to_date_yuan)
        for report in subject.facts.reports
        if report.as_of_on <= day and report.invested_to_date_yuan is not None
    )
    total = reported[-1][2] if reported else None
    before = [amount for on, _, amount in reported if on.year < day.year]
    done = None if total is None else total - (before[-1] or 0 if before else 0)
    if planned is None and total is None:
        return None
    judged = investment_on(subject.facts, day)
    return {
        "year": day.year,
        "planned_yuan": judged.total_yuan if judged else planned,
        "done_yuan": judged.done_yuan if judged else done,
        "due_by_now_yuan": judged.planned_yuan if judged else None,
        "to_date_yuan": total,
        "total_yuan": project.total_investment_yuan,
        "registered_yuan": project.registered_investment_yuan,
    }


def _milestones(subject: Subject, day: date) -> list[dict[str, Any]]:
    plan = _plan_in_force(subject, day)
    if plan is None:
        return []
    listed = []
    for milestone in sorted(plan.milestones, key=lambda milestone: milestone.due.on):
        reached = milestone.reached_on if (milestone.reached_on or date.max) <= day else None
        late = ((reached or day) - milestone.due.on).days
        listed.append(
            {
                "name": milestone.name,
                "due": _planned(milestone.due),
                "percent": milestone.percent,
                "reached_on": _iso(reached),
                "days_late": max(late, 0),
            }
        )
    return listed


def _procedures(session: Session, project_id: int, view: _View) -> list[dict[str, Any]]:
    procedure = records.Procedure
    calendar = read_calendar(session)
    found = session.execute(
        select(procedure, codes.ProcedureKind, Unit.name, Unit.short_name, Unit.name_en)
        .join(codes.ProcedureKind, codes.ProcedureKind.code == procedure.kind)
        .outerjoin(Unit, Unit.id == procedure.lies_with_unit_id)
        .where(procedure.project_id == project_id)
        .order_by(codes.ProcedureKind.position)
    )
    return [
        {
            "kind": row.kind,
            "name": view.name(kind.name, kind.name_en),
            "obtained_on": _iso(row.obtained_on),
            "due_on": _iso(row.due_on),
            "lies_with": view.name(unit_short or unit, unit_en),
            **_clock(row, view.day, calendar),
            "tolerance": row.tolerance.value if row.tolerance else None,
            "required": row.required,
        }
        for row, kind, unit, unit_short, unit_en in found
    ]


def _clock(row: records.Procedure, day: date, calendar: WorkCalendar) -> dict[str, Any]:
    clock = Clock(
        started_on=row.started_on,
        promised=row.promised_days,
        statutory=row.statutory_days,
        used=row.used_days,
        due_on=row.due_on,
        obtained_on=row.obtained_on,
    )
    return {
        "used_days": clock.used_on(day, calendar),
        "limit_days": clock.limit,
        "promised": row.promised_days is not None,
        "signal": clock.signal_on(day, calendar).value,
    }


def _blockers(session: Session, project_id: int, view: _View) -> list[dict[str, Any]]:
    """The blockers open on the day, oldest first, with the card that each stands for."""
    blocker = records.Blocker
    responsible = Unit.__table__.alias("responsible")
    awaited = Unit.__table__.alias("awaited")
    found = session.execute(
        select(
            blocker,
            codes.Cause.name,
            codes.Cause.name_en,
            func.coalesce(responsible.c.short_name, responsible.c.name).label("responsible"),
            responsible.c.name_en.label("responsible_en"),
            func.coalesce(awaited.c.short_name, awaited.c.name).label("awaited"),
            awaited.c.name_en.label("awaited_en"),
            zones.Zone.name.label("site"),
        )
        .join(codes.Cause, codes.Cause.code == blocker.cause)
        .outerjoin(responsible, responsible.c.id == blocker.responsible_unit_id)
        .outerjoin(awaited, awaited.c.id == blocker.awaited_unit_id)
        .outerjoin(zones.Zone, zones.Zone.id == blocker.site_id)
        .where(
            blocker.project_id == project_id,
            blocker.raised_on <= view.day,
            func.coalesce(blocker.resolved_on, date.max) > view.day,
        )
        .order_by(blocker.raised_on, blocker.id)
    )
    listed = []
    for row in found:
        item = row[0]
        due_on = item.due_on or item.raised_on + timedelta(
            days=view.rules.lamp.blocker.due_after_days
        )
        overdue = max((view.day - due_on).days, 0)
        cards = view.rules.cards
        card = (
            "red"
            if overdue >= cards.red_from_days
            else "yellow"
            if overdue >= cards.yellow_from_days
            else None
        )
        listed.append(
            {
                "id": item.id,
                "cause": {"code": item.cause, "name": view.name(row.name, row.name_en)},
                "text": item.text,
                "responsible_unit": view.name(row.responsible, row.responsible_en),
                "awaited_unit": view.name(row.awaited, row.awaited_en),
                "raised_on": item.raised_on.isoformat(),
                "due_on": due_on.isoformat(),
                "days_open": (view.day - item.raised_on).days,
                "days_overdue": overdue,
                "stops_work": item.stops_work,
                "card": card,
                "site": row.site,
            }
        )
    return listed


def _sites(
    session: Session, project_id: int, statuses: dict[int | None, Any], view: _View
) -> list[dict[str, Any]]:
    found = session.execute(
        text(
            """
            select z.id, z.code, z.name, z.location_text,
              st_xmin(b.box) w, st_ymin(b.box) s, st_xmax(b.box) e, st_ymax(b.box) n
            from jiantu.zone z
            left join lateral (select st_extent(p.shape)::box3d as box from jiantu.zone_part p
              where p.zone_id = z.id) b on true
            where z.project_id = :project and z.kind = 'site' and z.state <> 'withdrawn'
            order by z.id
            """
        ),
        {"project": project_id},
    )
    listed = []
    for row in found:
        status = statuses.get(row.id)
        listed.append(
            {
                "id": row.id,
                "code": row.code,
                "name": row.name or row.code,
                "lamp": status[0].value if status else None,
                "sentence": explain_all(
                    Status(status[0], status[1], status[2]), view.day, view.language
                )
                if status
                else None,
                "location": row.location_text,
                "located": row.w is not None,
                "bbox": None if row.w is None else [row.w, row.s, row.e, row.n],
            }
        )
    return listed


def _zones(session: Session, project_id: int) -> dict[str, list[dict[str, Any]]]:
    """Relocations and diversions of the project: those that name it and those linked to its sites."""
    found = session.execute(
        text(
            """
            select distinct z.id, z.kind, z.code, z.name, z.utility, z.state, z.permit_step, z.step,
              coalesce(u.short_name, u.name) as unit,
              coalesce(z.actual_start_on, z.planned_start_on) as first_on,
              coalesce(z.actual_finish_on, z.planned_finish_on) as last_on
            from jiantu.zone z left join jiantu.unit u on u.id = z.unit_id
            where z.kind in ('relocation', 'diversion') and z.state not in ('draft', 'withdrawn')
              and (z.project_id = :project or exists (
                select from jiantu.zone_link k join jiantu.zone s on s.id = k.other_id
                where k.zone_id = z.id and s.project_id = :project))
            order by first_on nulls last, z.id
            """
        ),
        {"project": project_id},
    )
    listed: dict[str, list[dict[str, Any]]] = {"relocations": [], "diversions": []}
    for row in found.mappings():
        entry = {
            **row,
            "first_on": _iso(row["first_on"]),
            "last_on": _iso(row["last_on"]),
        }
        listed[f"{row['kind']}s"].append(entry)
    return listed


def _reports(session: Session, project_id: int, day: date) -> list[dict[str, Any]]:
    report = records.ProgressReport
    found = session.scalars(
        select(report)
        .where(report.project_id == project_id, report.site_id.is_(None), report.last_on <= day)
        .order_by(report.last_on.desc(), report.id.desc())
        .limit(_REPORTS_SHOWN)
    )
    return [
        {
            "as_of_on": row.last_on.isoformat(),
            "percent": None if row.percent is None else float(row.percent),
            "step": row.step,
            "narrative": row.narrative,
            "invested_to_date_yuan": row.invested_to_date_yuan,
            "verification": row.verification.value,
            "correction": row.revision > 0,
        }
        for row in found
    ]
