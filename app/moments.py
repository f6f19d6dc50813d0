"""The moment at which a map is looked at: as the database had it then, instead of now (`as_of=2026-11-03T14:00`)."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import datetime
from http import HTTPStatus
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from flask import abort, g, request

from app.wiring import find_city, reading, staff_database, today_in, viewer
from geo.database.moments import known_moments
from geo.errors import NotFoundError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from sqlalchemy.orm import Session

    from geo.queries.city import City

PARAMETER = "as_of"


@contextmanager
def reading_then() -> Iterator[Session]:
    """A session that reads for the asker what was known at the moment asked for; without one, what is known now."""
    moment = asked_moment()
    with staff_database().reading(viewer(), moment=moment) as session:
        yield session


def asked_moment() -> datetime | None:
    """The moment that the address asks for, aware; None for now.

    Without an offset it is meant in the city's time. What is no instant or has not come is refused (400); what lies
    before everything that is known raises NotFoundError.
    """
    if "moment" not in g:
        g.moment = _read_moment(request.args.get(PARAMETER, ""))
    found: datetime | None = g.moment
    return found


def _read_moment(text: str) -> datetime | None:
    # In a query a plus sign is a blank.
    written = text.strip().replace(" ", "+")
    if not written:
        return None
    with reading() as session:
        city = find_city(session)
        first, now = known_moments(session)
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        abort(HTTPStatus.BAD_REQUEST)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(city.time_zone))
    try:
        moment = moment.astimezone(ZoneInfo(city.time_zone))
    except OverflowError:
        abort(HTTPStatus.BAD_REQUEST)
    if moment > now:
        abort(HTTPStatus.BAD_REQUEST)
    if moment < first.replace(microsecond=0):
        message = (
            f"{first.isoformat()} 之前没有记录 / nothing is known from before {first.isoformat()}"
        )
        raise NotFoundError(message)
    # The field knows seconds only.
    return max(moment, first)


def today_then(city: City) -> date:
    """The day it was in the city at the moment asked for; today when none was."""
    return today_in(city, asked_moment())
