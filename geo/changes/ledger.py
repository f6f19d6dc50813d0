"""Closing a city's ledger: the end of the opening phase in which the past may still be told anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from geo.changes.lamps import refresh_lamps
from geo.errors import RuleError
from geo.model.city import City

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session


def close_ledger(session: Session, day: date) -> None:
    """Close the ledger on `day`: what is known by then becomes the past as recorded, and is not rewritten.

    Raises `RuleError` when it was closed before; a closed ledger is not opened again.
    """
    city = session.scalars(select(City)).one()
    if city.ledger_closed_on is not None:
        message = f"台账已于{city.ledger_closed_on}封存 / the ledger was closed on {city.ledger_closed_on}"
        raise RuleError(message)
    refresh_lamps(session, day)
    city.ledger_closed_on = day
    session.flush()
