"""Writing a year of a plan's months, what differs and nothing else; and undoing what was sent about a plan."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import delete, text
from sqlalchemy.dialects.postgresql import insert

from geo.changes.editing import STALE, begin_change, follow_change
from geo.changes.undo import undo_requests
from geo.errors import ChangeConflictError, ChangeRefusedError, NotFoundError
from geo.forms.months import MONTHS, MonthPlan, find_falls
from geo.model.projects import PlanMonth
from geo.queries.owners import Owner
from geo.queries.plan_months import get_year_plan

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session


def change_months(  # noqa: PLR0913, PLR0917  what an edit says
    session: Session,
    day: date,
    project_id: int,
    year: int,
    months: Mapping[int, MonthPlan],
    seen: int,
    site_id: int | None = None,
) -> int:
    """Bring a year of the project's newest plan to these months; how many of them differ from before.

    `seen` is the version of the year that was read. Raises ChangeConflictError when it is another by now (also when
    there is a newer plan), ChangeRefusedError when a percent falls, NotFoundError where there is no plan.
    """
    begin_change(session, "plan_month", {project_id})
    plan = get_year_plan(session, project_id, year, site_id)
    if plan.version != seen:
        raise ChangeConflictError(*STALE)
    falls = find_falls(year, months, plan.around)
    if falls:
        raise ChangeRefusedError(*next(iter(falls.values())))
    changed = 0
    for month in MONTHS:
        wanted = months.get(month, MonthPlan())
        if wanted == plan.months.get(month, MonthPlan()):
            continue
        changed += 1
        key = {"plan_version_id": plan.plan_id, "month_on": date(year, month, 1)}
        if wanted.is_empty:
            session.execute(delete(PlanMonth).filter_by(**key))
            continue
        said = {"percent": wanted.percent, "investment_yuan": wanted.investment_yuan}
        session.execute(
            insert(PlanMonth)
            .values(**key, **said)
            .on_conflict_do_update(index_elements=["plan_version_id", "month_on"], set_=said)
        )
    if changed:
        follow_change(session, day, "plan_month", Owner({project_id}))
    return changed


_SENT = text(
    """
    select j.project_id from history.plan_version_version v
    join lateral (select (v.row ->> 'project_id')::bigint as project_id) j on true
    where v.request_id = :sent
    union
    select p.project_id from history.plan_month_version v
    join jiantu.plan_version p on p.id = (v.row ->> 'plan_version_id')::bigint
    where v.request_id = :sent
    """
)


def undo_plan(session: Session, day: date, project_id: int, sent: str) -> None:
    """Undo what was sent about a project's plan as one: a year's months, or a change of plan with all that it brought.

    Raises ChangeRefusedError when it was changed since, NotFoundError when nothing of the kind was sent about it.
    """
    about = set(session.scalars(_SENT, {"sent": sent}))
    if about != {project_id}:
        message = f"nothing was sent as {sent[:60]} about the plan of project {project_id}"
        raise NotFoundError(message)
    undo_requests(session, [sent], day, {project_id})
