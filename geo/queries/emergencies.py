"""Emergency repairs that still owe their papers, for the desk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import text

from geo.overlap.watches import BEFORE_APPROVAL
from geo.queries.facts import read_rules
from geo.rules import rules_on

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

_OWING = text(
    """
    select z.id, z.kind, z.code, coalesce(z.name, z.code) as name,
      coalesce(u.short_name, u.name) as unit, coalesce(u.name_en, u.short_name, u.name) as unit_en,
      coalesce(z.actual_start_on, z.planned_start_on, z.entered_on) as began_on
    from jiantu.zone z left join jiantu.unit u on u.id = z.unit_id
    where z.emergency and z.state not in ('draft', 'withdrawn') and z.approval_number is null
      and (z.kind <> 'diversion' or z.permit_step is null or z.permit_step = any(:steps))
      and (z.kind <> 'relocation' or z.dig_plan_state is null or z.dig_plan_state = 'emergency')
      and not (z.kind = 'relocation' and exists (
        select from jiantu.zone_link l join jiantu.zone d on d.id = l.zone_id
        where l.other_id = z.id and l.kind = 'made_for' and d.emergency
          and d.state not in ('draft', 'withdrawn')))
    order by began_on, z.id
    """
)
"""A dig whose road is taken by an emergency closure owes its papers with it, and is listed once."""


@dataclass(frozen=True, slots=True)
class OwingRepair:
    """An emergency repair without its papers, and the day on which they are due."""

    id: int
    kind: str
    code: str
    name: str
    unit: str | None
    unit_en: str | None
    began_on: date
    due_on: date

    def days_over(self, today: date) -> int:
        """Days since they were due; zero or less while there is time."""
        return (today - self.due_on).days


def find_owing_repairs(session: Session, today: date) -> list[OwingRepair]:
    """Emergency repairs that owe their papers, the oldest first."""
    hours = rules_on(read_rules(session), today).overlap.emergency_papers_hours
    steps = sorted(step for step in BEFORE_APPROVAL if step is not None)
    return [
        OwingRepair(**row, due_on=row["began_on"] + timedelta(hours=hours))
        for row in session.execute(_OWING, {"steps": steps}).mappings()
    ]
