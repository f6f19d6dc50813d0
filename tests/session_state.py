"""A watch over what connections carry from one person to the next: who they act as for longer than a transaction.

The program acts as somebody by SET LOCAL alone. What is set for the session would stay in a pooled connection, and the
next request would be somebody else; so every connection that is given back is asked who it is.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

import psycopg
from sqlalchemy import event
from sqlalchemy.pool import Pool

if TYPE_CHECKING:
    from collections.abc import Iterator

WHO = """
select session_user <> current_user or current_setting('role') <> 'none',
  array(select name from unnest(array['app.actor', 'app.request_id', 'app.account_id', 'app.as_of']) name
        where coalesce(current_setting(name, true), '') <> '')
"""
SESSION_LEVEL = re.compile(
    r"""\bset\s+(?:session\s+)?(?:role|authorization|"?app"?\.)"""
    r"""|\bset\s+session\s+authorization|set_config\s*\((?:[^()]|\([^()]*\))*,\s*(?:false|'f|0)""",
    re.IGNORECASE,
)
"""How SQL says it; `reset role` and `set local` are something else."""


def said_for_a_session(text: str) -> list[str]:
    """Where a text sets role or settings for longer than a transaction."""
    return [
        found[0]
        for found in SESSION_LEVEL.finditer(text)
        if "update" not in text[max(0, found.start() - 60) : found.start()].lower()  # a column
    ]


@contextmanager
def watched() -> Iterator[list[str]]:
    """Ask every connection that goes back to a pool meanwhile; what was left in them."""
    left: list[str] = []

    def look(connection: object, _record: object) -> None:
        if not isinstance(connection, psycopg.Connection) or connection.closed:
            return
        try:
            row = connection.execute(WHO).fetchone()
            connection.rollback()
        except psycopg.Error:
            return  # a connection that is cut carries nothing on
        if row is not None and (row[0] or row[1]):
            left.append(f"role {row[0]}, settings {row[1]}")

    event.listen(Pool, "checkin", look)
    try:
        yield left
    finally:
        event.remove(Pool, "checkin", look)
