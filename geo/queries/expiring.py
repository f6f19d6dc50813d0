"""Diversions whose time is up: those that end this week, and those that have ended and are still there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import text

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

_SUNDAY = 6

_DUE = text(
    """
    select * from (
      select z.id, z.code, coalesce(z.name, j.name, z.code) as name,
        coalesce(u.short_name, u.name) as unit, u.name_en as unit_en, z.permit_step,
        coalesce(z.extended_until_on, z.approved_until_on, z.planned_finish_on) as due_on
      from jiantu.zone z left join jiantu.unit u on u.id = z.unit_id
      left join jiantu.project_name j on j.id = z.project_id
      where z.kind = 'diversion' and z.state in ('planned', 'confirmed')
        and z.actual_finish_on is null and coalesce(z.actual_start_on, z.planned_start_on) <= :today
        and z.permit_step is distinct from 'reopened'
    ) d where d.due_on <= :until order by d.due_on, d.code, d.id
    """
)


@dataclass(frozen=True, slots=True)
class DueDiversion:
    """A diversion on the street, and the last day on which it may be there."""

    id: int
    code: str
    name: str
    unit: str | None
    unit_en: str | None
    permit_step: str | None
    due_on: date

    def days_over(self, today: date) -> int:
        """Days since its last day; 0 or less while it may be there."""
        return (today - self.due_on).days


@dataclass(frozen=True, slots=True)
class DueDiversions:
    """What the traffic police look at each week."""

    this_week: list[DueDiversion]
    overstayed: list[DueDiversion]


def find_due_diversions(session: Session, today: date) -> DueDiversions:
    """Diversions that have begun and end by this week's Sunday, and those past their end and not reopened.

    The end is the extended one, else the approved one, else the planned one.
    """
    sunday = today + timedelta(days=_SUNDAY - today.weekday())
    rows = session.execute(_DUE, {"today": today, "until": sunday})
    due = [
        DueDiversion(row.id, row.code, row.name, row.unit, row.unit_en, row.permit_step, row.due_on)
        for row in rows
    ]
    return DueDiversions(
        [one for one in due if one.due_on >= today], [one for one in due if one.due_on < today]
    )
