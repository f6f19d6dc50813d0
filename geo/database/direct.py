"""Statements that the engine asks with every change, asked of the driver itself."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg.rows import namedtuple_row
from psycopg.types.numeric import Int8
from sqlalchemy.exc import DBAPIError

from geo.database.moments import at_moment

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection
    from sqlalchemy.orm import Session

_INDENTED = re.compile(r"\s*\n\s*")
_NAMED = re.compile(r"(?<![:\w\\]):(\w+)(?![:\w])")


class Direct:
    """A statement with `:names` for its values, whose rows are named tuples.

    SQLAlchemy looks at each text and each result anew. That takes a third of what most of the engine's statements take,
    and one saved change asks a dozen of them. What goes wrong comes as SQLAlchemy's errors all the same.
    """

    def __init__(self, statement: str) -> None:
        lines = _INDENTED.sub(
            " ", statement
        )  # the driver looks at each anew that is longer than 4,096 bytes
        self._statement = _NAMED.sub(r"%(\1)s", lines.replace("%", "%%"))

    def rows(self, session: Session, values: Mapping[str, Any]) -> list[Any]:
        """All rows; none of a statement that gives none."""
        return self.rows_on(session.connection(), values)

    def one(self, session: Session, values: Mapping[str, Any]) -> Any:  # noqa: ANN401  a row of any columns
        """The only row."""
        (row,) = self.rows(session, values)
        return row

    def rows_on(self, connection: Connection, values: Mapping[str, Any]) -> list[Any]:
        """As `rows`, where there is no session yet."""
        driver: psycopg.Connection = connection.connection.driver_connection  # type: ignore[assignment]
        statement = at_moment(connection, self._statement)
        try:
            with driver.cursor(row_factory=namedtuple_row) as cursor:
                # built from constants of the modules that ask
                cursor.execute(
                    statement.encode(), {name: _plain(of) for name, of in values.items()}
                )
                return cursor.fetchall() if cursor.description else []
        except psycopg.Error as error:
            raise _translated(connection, error, statement) from error


def _plain(value: Any) -> Any:  # noqa: ANN401  whatever the driver takes
    """The value, with numbers in a list as bigint.

    The driver gives each list the smallest type that holds it, and a statement whose values have other types is another
    statement, planned anew until it has been asked five times: whoever came first beyond number 32,767 waited.
    """
    if isinstance(value, list) and value and isinstance(value[0], int):
        return [Int8(number) for number in value]
    return value


def _translated(connection: Connection, error: psycopg.Error, statement: str) -> BaseException:
    driver = connection.connection.driver_connection
    gone = connection.dialect.is_disconnect(error, driver, None)  # type: ignore[arg-type]
    if gone:
        connection.invalidate(error)
    return DBAPIError.instance(
        statement,
        None,
        error,
        psycopg.Error,
        connection_invalidated=gone,
        dialect=connection.dialect,
    )
