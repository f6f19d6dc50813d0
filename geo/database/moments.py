"""Reading at a moment: the same statements, over what the tables held then instead of over the tables."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sqlalchemy import event, text

from geo.model import SCHEMA

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy import Connection, Engine
    from sqlalchemy.orm import Session

MOMENT = "moment"
"""The schema whose views have the names of the tables; also the execution option that holds the instant."""

SINCE = "made_at, made_in"
BY_THIS_CHANGE = "(select clock_timestamp()), (select history.this_change())"
"""What says since when a row stands, where rows say so themselves, and that it does since this change."""

_TABLE = re.compile(rf"\b{SCHEMA}\.(?=[a-z_])")


def let_look_back(engine: Engine) -> None:
    """Have every connection of `engine` with the option `moment` read schema `moment` in place of the tables.

    Every statement names its schema, so the name is all that differs. Tables of which no view is there are refused by
    the database: the present is never taken for the past.
    """
    event.listen(engine, "before_cursor_execute", _turn, retval=True)


def set_moment(connection: Connection) -> None:
    """Tell the views the moment that the connection's options name, if they name one."""
    moment: datetime | None = connection.get_execution_options().get(MOMENT)
    if moment is None:
        return
    connection.execute(
        text("select set_config('app.as_of', :moment, true)"), {MOMENT: moment.isoformat()}
    )


def _turn(
    connection: Connection,
    _cursor: object,
    statement: str,
    parameters: Any,  # noqa: ANN401  whatever the driver takes
    _context: object,
    _many: bool,  # noqa: FBT001  what SQLAlchemy hands over
) -> tuple[str, Any]:
    return at_moment(connection, statement), parameters


def at_moment(connection: Connection, statement: str) -> str:
    """The statement as it reads what the tables held at the moment of the connection's options, if they name one."""
    if connection.get_execution_options().get(MOMENT) is None:
        return statement
    return _TABLE.sub(f"{MOMENT}.", statement)


def known_moments(session: Session) -> tuple[datetime, datetime]:
    """The first moment of which anything is known, and the last: the present, by the clock that stamps changes."""
    first, last = session.execute(text("select history.first_moment(), now()")).one()
    return first, last


def find_moments_round(
    session: Session, instants: Iterable[datetime]
) -> dict[datetime, tuple[datetime, datetime]]:
    """For instants at which changes were written: the last moment before each change, and the first after it."""
    found = session.execute(
        text(
            "select i, r.before, r.after from unnest(cast(:instants as timestamptz[])) i"
            " cross join lateral history.moments_round(i) r"
        ),
        {"instants": sorted(set(instants))},
    )
    return {instant: (before, after) for instant, before, after in found}
