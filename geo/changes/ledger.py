"""Closing a city's ledger: the end of the opening phase in which the past may still be told anew."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select, text

from geo.changes.lamps import refresh_lamps
from geo.errors import ChangeRefusedError
from geo.model.city import City

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

_CLOSED = ("台账已于{}封存,不能再次封存。", "The ledger was closed on {} already.")
_PAST = text(
    """
    select count(distinct project_id) as projects,
      min(lower(days)) filter (where lower(days) < :day) as first_on,
      coalesce(sum(least(upper(days), cast(:day as date)) - lower(days))
        filter (where lower(days) < :day), 0) as days
    from jiantu.status_span where site_id is null
    """
)


@dataclass(frozen=True, slots=True)
class Past:
    """How many projects have lamps, from which day, and on how many days gone by over all of them."""

    projects: int
    first_on: date | None
    days: int


def read_past(session: Session, day: date) -> Past:
    """What is told of days before `day`: what closing makes final."""
    row = session.execute(_PAST, {"day": day}).one()
    return Past(row.projects, row.first_on, int(row.days))


def close_ledger(session: Session, day: date) -> None:
    """Close the ledger on `day`: what is known by then becomes the past as recorded, and is not rewritten.

    Raises `ChangeRefusedError` when it was closed before; a closed ledger is not opened again.
    """
    city = session.scalars(select(City).with_for_update()).one()
    if city.ledger_closed_on is not None:
        raise ChangeRefusedError(*(told.format(city.ledger_closed_on) for told in _CLOSED))
    refresh_lamps(session, day)
    city.ledger_closed_on = day
    session.flush()
