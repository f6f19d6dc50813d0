"""The public's connection: a login of its own that reads the views of one schema and can do nothing else."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import create_engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Found = TypeVar("Found")

LIMIT_MS = 2_000

# The login carries the same limits; said again here, they also hold where a server was set up otherwise.
_OPTIONS = "-c search_path=public_map -c default_transaction_read_only=on -c statement_timeout="


class PublicDatabase:
    """Reads what is public. Unlike the staff's connection it takes no role and names no actor: it has none."""

    def __init__(self, url: str, *, pool_size: int = 8, limit_ms: int = LIMIT_MS) -> None:
        """Connect lazily to `url` (an SQLAlchemy URL of the public's login); no query takes longer than `limit_ms`."""
        self.engine = create_engine(
            url,
            pool_size=pool_size,
            isolation_level="REPEATABLE READ",
            connect_args={"application_name": "jiantu-public", "options": f"{_OPTIONS}{limit_ms}"},
        )

    def read(self, ask: Callable[[Session], Found]) -> Found:
        """What `ask` reads, on one snapshot.

        A connection is not tried before each use, which would be a query more; when the server has dropped it, the
        reading begins once again on a new one.
        """
        try:
            return self._read(ask)
        except DBAPIError as error:
            if not error.connection_invalidated:
                raise
        return self._read(ask)

    def _read(self, ask: Callable[[Session], Found]) -> Found:
        with self._session() as session:
            return ask(session)

    @contextmanager
    def _session(self) -> Iterator[Session]:
        reading = self.engine.execution_options(postgresql_readonly=True)
        with Session(reading) as session, session.begin():
            yield session

    def close(self) -> None:
        """Give every connection back."""
        self.engine.dispose()
