"""Reading one unit, and the leaders who sponsor projects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from geo.errors import NotFoundError
from geo.model.projects import Project
from geo.model.units import Leader, Unit

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def get_unit(session: Session, unit_id: int) -> Unit:
    """The unit; raises NotFoundError."""
    found = session.get(Unit, unit_id)
    if found is None:
        message = f"no unit {unit_id}"
        raise NotFoundError(message)
    return found


def list_leaders(session: Session) -> list[tuple[Leader, int]]:
    """The sponsor leaders by rank and name, each with how many projects he sponsors."""
    number = select(func.count()).where(Project.sponsor_leader_id == Leader.id).scalar_subquery()
    rows = session.execute(
        select(Leader, number).order_by(Leader.rank.nulls_last(), Leader.name, Leader.id)
    )
    return [(leader, int(count)) for leader, count in rows]
