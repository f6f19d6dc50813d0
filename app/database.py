"""Database access of the web: one engine a process, one transaction a request, acting as the viewer's role."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from app.access import ROLES
from geo.database.acting import Identity, Role, acting_session, make_engine, reading_session

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlalchemy.orm import Session

    from app.access import Viewer


class Database:
    """The staff connection. Every transaction acts as a role and names its actor."""

    def __init__(self, url: str, *, pool_size: int = 8) -> None:
        """Connect lazily to `url` (an SQLAlchemy URL of a staff login)."""
        self.engine = make_engine(url, pool_size=pool_size)

    @contextmanager
    def reading(
        self, viewer: Viewer, request_id: str = "", *, moment: datetime | None = None
    ) -> Iterator[Session]:
        """A read-only session for `viewer`, on one snapshot; of what was known at `moment`, if one is given."""
        with reading_session(self.engine, _identity(viewer, request_id), moment) as session:
            yield session

    @contextmanager
    def writing(self, viewer: Viewer, request_id: str = "") -> Iterator[Session]:
        """A session that writes records for `viewer`: all of it is kept when the block ends well, else nothing."""
        with acting_session(self.engine, _identity(viewer, request_id)) as session:
            yield session

    @contextmanager
    def gate(self) -> Iterator[Session]:
        """A session that signs people in and out; it sees accounts and nothing of the city but its name."""
        with acting_session(self.engine, Identity(Role.GATE, "system:gate")) as session:
            yield session

    def close(self) -> None:
        """Give every connection back."""
        self.engine.dispose()


def _identity(viewer: Viewer, request_id: str) -> Identity:
    return Identity(ROLES[viewer.audience], viewer.actor, request_id, viewer.account_id)
