"""Whether a pooled connection is still there, told by its socket: the server need not be asked before every change."""

from __future__ import annotations

import select
import time
from typing import TYPE_CHECKING

import psycopg
from sqlalchemy import event
from sqlalchemy.exc import InvalidatePoolError

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

ASKED_AFTER_S = 10.0
"""A connection that lay idle for longer is asked: what is between it and a server elsewhere may have forgotten it."""
_SINCE = "idle since"


def look_alive(engine: Engine) -> None:
    """Have connections of `engine` that went away replaced, all that lie in the pool with them, before one is used.

    A server that ends a connection says so on its socket, which then has something to read; between two transactions
    there is nothing else to read there. To look takes microseconds, where `pool_pre_ping` goes to the server and back.
    """
    event.listen(engine, "checkin", _lay_down)
    event.listen(engine, "checkout", _take_up)


def _lay_down(_connection: psycopg.Connection | None, entry: ConnectionPoolEntry) -> None:
    entry.info[_SINCE] = time.monotonic()


def _take_up(
    connection: psycopg.Connection, entry: ConnectionPoolEntry, _proxy: PoolProxiedConnection
) -> None:
    since = entry.info.get(_SINCE)
    if since is None:  # made just now
        return
    if connection.closed or _has_news(connection) or not _answers(connection, since):
        message = "the connection has gone"
        raise InvalidatePoolError(message)


def _has_news(connection: psycopg.Connection) -> bool:
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    return bool(poll.poll(0))


def _answers(connection: psycopg.Connection, since: float) -> bool:
    if time.monotonic() - since < ASKED_AFTER_S:
        return True
    try:
        connection.autocommit = True
        connection.execute("select 1")
        connection.autocommit = False
    except psycopg.Error:
        return False
    return True
