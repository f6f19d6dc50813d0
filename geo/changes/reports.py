"""Reporting progress. A report is never written over: a correction is the next report of the same period."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, insert, select

from geo.changes.editing import begin_change, follow_change
from geo.errors import ChangeConflictError, NotFoundError
from geo.model.codes import LadderStep
from geo.model.projects import Project
from geo.model.records import ProgressReport
from geo.model.zones import Zone
from geo.queries.owners import Owner

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from decimal import Decimal

    from sqlalchemy.orm import Session

REPORTED = (
    "在您填写期间,本期已有人填报。下面左边是您填的,右边是已填报的;核对后再提交,将作为更正保存,前一份仍保留。",
    (
        "Somebody reported this period while you were writing. Yours is in the form, theirs beside it; what you send "
        "now is kept as a correction, and theirs stays in the history."
    ),
)


def record_progress(
    session: Session, day: date, project_id: int, values: Mapping[str, Any], seen: int | None
) -> int:
    """Keep a progress report known from `day`; its id.

    `values` are columns of the report with the first and last day of its period. `seen` is the revision that was read
    for the period, None for none: where somebody reported in between, ChangeConflictError is raised. Raises
    NotFoundError for an unknown project or a site of another one.
    """
    begin_change(session, "progress_report", {project_id})
    project = session.execute(
        select(Project.category, Project.report_period).where(Project.id == project_id)
    ).one_or_none()
    site_id = values.get("site_id")
    if project is None or (site_id is not None and not _is_site(session, project_id, site_id)):
        message = f"no project {project_id} with site {site_id}"
        raise NotFoundError(message)
    latest = session.scalar(
        select(func.max(ProgressReport.revision)).where(
            ProgressReport.project_id == project_id,
            ProgressReport.site_id.is_not_distinct_from(site_id),
            ProgressReport.period == project.report_period,
            ProgressReport.first_on == values["first_on"],
        )
    )
    if latest != seen:
        raise ChangeConflictError(*REPORTED)
    row = {
        **values,
        "project_id": project_id,
        "period": project.report_period,
        "revision": 0 if latest is None else latest + 1,
        "step_percent": _percent_of(session, project.category, values.get("step")),
        "reported_on": day,
        "known_on": day,
    }
    report_id = session.scalar(insert(ProgressReport).values(**row).returning(ProgressReport.id))
    follow_change(session, day, "progress_report", Owner({project_id}))
    return int(report_id or 0)


def _is_site(session: Session, project_id: int, site_id: int) -> bool:
    found = session.scalar(select(Zone.id).where(Zone.id == site_id, Zone.project_id == project_id))
    return found is not None


def _percent_of(session: Session, category: str | None, step: str | None) -> Decimal | None:
    """What the category's ladder says of a step, by its name."""
    if category is None or step is None:
        return None
    return session.scalar(
        select(LadderStep.percent).where(LadderStep.category == category, LadderStep.name == step)
    )
