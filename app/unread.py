"""How much in the inbox has not been read, for the top bar of every page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import g

from app.watchers import reader_of
from app.wiring import reading, viewer
from geo.queries.watching import count_unread

if TYPE_CHECKING:
    from flask import Flask


def unread_count() -> int:
    """The number for whoever is signed in; asked once a request."""
    if "unread_count" not in g:
        with reading() as session:
            g.unread_count = count_unread(session, reader_of(viewer()))
    return int(g.unread_count)


def add_unread(app: Flask) -> None:
    """Give templates the number."""
    app.jinja_env.globals["unread_count"] = unread_count
