"""Reading the monthly plan of the newest plan of a project, or of one of its sites, year by year."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from geo.errors import NotFoundError
from geo.forms.months import MonthPlan
from geo.model.projects import PlanMonth, PlanVersion, PlanYear
from geo.model.zones import Zone, ZoneKind, ZoneState

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class YearPlan:
    """A year of the newest plan of a project (or of one of its sites)."""

    plan_id: int
    number: int
    site_id: int | None
    start_on: date | None
    finish_on: date | None
    year: int
    months: dict[int, MonthPlan]
    around: tuple[tuple[tuple[int, int], Decimal], ...]
    """Percents of other years' months."""
    year_yuan: int | None
    """What the plan says is to be invested in the year."""

    @property
    def version(self) -> int:
        """A number that is another one when anything of the year is: what an edit says it has seen."""
        said = repr((self.plan_id, self.number, self.year, sorted(self.months.items())))
        return zlib.crc32(said.encode()) & 0x7FFFFFFF

    @property
    def sum_yuan(self) -> int:
        """What the months add up to."""
        return sum(one.investment_yuan or 0 for one in self.months.values())


@dataclass(frozen=True, slots=True)
class PlannedSite:
    """A site of a project, and the number of the newest plan of its own; None where it follows the project's."""

    id: int
    name: str
    number: int | None


def list_planned_sites(session: Session, project_id: int) -> list[PlannedSite]:
    """The sites of a project, each with whether it has a plan of its own."""
    newest = (
        select(func.max(PlanVersion.number))
        .where(PlanVersion.project_id == project_id, PlanVersion.site_id == Zone.id)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Zone.id, Zone.code, Zone.name, newest)
        .where(
            Zone.project_id == project_id,
            Zone.kind == ZoneKind.SITE,
            Zone.state != ZoneState.WITHDRAWN,
        )
        .order_by(Zone.id)
    )
    return [PlannedSite(row_id, name or code, number) for row_id, code, name, number in rows]


def get_year_plan(
    session: Session, project_id: int, year: int, site_id: int | None = None
) -> YearPlan:
    """One year of the project's newest plan; raises NotFoundError where there is none yet."""
    plan = session.execute(
        select(PlanVersion.id, PlanVersion.number, PlanVersion.start_on, PlanVersion.finish_on)
        .where(
            PlanVersion.project_id == project_id, PlanVersion.site_id.is_not_distinct_from(site_id)
        )
        .order_by(PlanVersion.number.desc())
        .limit(1)
    ).one_or_none()
    if plan is None:
        message = f"project {project_id} has no plan"
        raise NotFoundError(message)
    rows = session.execute(
        select(PlanMonth.month_on, PlanMonth.percent, PlanMonth.investment_yuan)
        .where(PlanMonth.plan_version_id == plan.id)
        .order_by(PlanMonth.month_on)
    ).all()
    return YearPlan(
        plan.id,
        plan.number,
        site_id,
        plan.start_on,
        plan.finish_on,
        year,
        {
            row.month_on.month: MonthPlan(row.percent, row.investment_yuan)
            for row in rows
            if row.month_on.year == year
        },
        tuple(
            ((row.month_on.year, row.month_on.month), row.percent)
            for row in rows
            if row.month_on.year != year and row.percent is not None
        ),
        session.scalar(
            select(PlanYear.investment_yuan).where(
                PlanYear.plan_version_id == plan.id, PlanYear.year == year
            )
        ),
    )
