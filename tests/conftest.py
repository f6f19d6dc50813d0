"""What all tests may ask for: a PostGIS server, databases of cities, a session whose work is undone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy.orm import Session

from geo.database.acting import Identity, Role, make_engine
from tests.postgres import Server

if TYPE_CHECKING:
    from collections.abc import Iterator

# No timed assertions: a slow machine is no failure.
settings.register_profile("default", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("nightly", settings.get_profile("default"), max_examples=3_000)

COMMAND = Identity(Role.COMMAND, "test:command")


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """The run's own PostGIS server. Without PostgreSQL on the machine this fails; it never skips."""
    server = Server()
    yield server
    server.remove()


@pytest.fixture(scope="session")
def dezhou_url(server: Server) -> str:
    """The address of a database of Dezhou for tests that leave nothing behind."""
    return server.make_database("dezhou")


@pytest.fixture
def fresh_dezhou_url(server: Server) -> str:
    """The address of a database of Dezhou for one test alone, which may commit."""
    return server.make_database("dezhou")


@pytest.fixture
def session(dezhou_url: str) -> Iterator[Session]:
    """A session on Dezhou, acting as the command office. Its commits are savepoints; in the end all is undone."""
    engine = make_engine(dezhou_url, pool_size=1).execution_options(identity=COMMAND)
    with engine.connect() as connection, connection.begin() as everything:
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            yield session
        everything.rollback()
    engine.dispose()
