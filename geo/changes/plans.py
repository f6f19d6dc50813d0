"""Changing a plan: an approved change is a new plan version with its document and day; the old one stays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from geo.changes.batches import take_batch
from geo.changes.intake import lock_intake
from geo.errors import ChangeConflictError, ChangeRefusedError
from geo.model.projects import PlanVersion, Project
from geo.model.zones import Zone
from geo.records import Batch, Day, MilestoneRecord, PlanRecord

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

MOVED = (
    "在您填写期间,计划已被他人调整,您的调整没有保存。请先查看项目页上的最新计划;仍需调整的再次保存,即作为下一次调整。",
    "Somebody changed the plan meanwhile; yours was not saved. Look at it as it is; sent again, yours comes after it.",
)


@dataclass(frozen=True, slots=True)
class PlanChange:
    """An approved change of plan (调整). What is None stays as in the version before."""

    document: str
    in_force_from: date
    site_id: int | None = None
    start: Day | None = None
    finish: Day | None = None
    milestone: str | None = None
    milestone_due: Day | None = None
    milestone_percent: float | None = None
    investment: tuple[int, int] | None = None
    """A year and the yuan that are to be invested in it."""


def change_plan(
    session: Session, day: date, project_id: int, change: PlanChange, seen: int | None
) -> int:
    """Keep a change of plan as the next version; its number. It goes the way of an import, under the same rules.

    `seen` is the number of the version that was read, None where there was no plan. Raises ChangeConflictError when
    there is a later one, ChangeRefusedError when the plan would not hold.
    """
    batch = Batch()
    project = session.scalars(select(Project.code).where(Project.id == project_id)).one()
    site = None
    if change.site_id is not None:
        site = session.scalars(select(Zone.code).where(Zone.id == change.site_id)).one()
    number = 0 if seen is None else seen + 1
    batch.plans.append(
        PlanRecord(
            project,
            number,
            site,
            change.in_force_from,
            change.document,
            change.start,
            change.finish,
            year_investments=dict([change.investment] if change.investment else ()),
        )
    )
    if change.milestone and change.milestone_due:
        batch.milestones.append(
            MilestoneRecord(
                project,
                change.milestone,
                change.milestone_due,
                site,
                number,
                change.milestone_percent,
            )
        )
    latest = select(func.max(PlanVersion.number)).where(
        PlanVersion.project_id == project_id,
        PlanVersion.site_id.is_not_distinct_from(change.site_id),
    )
    lock_intake(session)  # so that nobody adds a version between this look and the batch
    if session.scalar(latest) != seen:
        raise ChangeConflictError(*MOVED)
    outcome = take_batch(session, batch, day)
    refused = [notice for notice in outcome.notices if notice.level == "refused"]
    if refused:
        zh, en = refused[0].message_zh, refused[0].message_en
        raise ChangeRefusedError(zh + "。", en + ".")
    return number
