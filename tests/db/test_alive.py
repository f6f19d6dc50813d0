"""A connection that went away while it lay in the pool is replaced before anybody uses it."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import create_engine, text

from geo.database import alive
from geo.database.acting import acting_session, make_engine
from tests.conftest import COMMAND

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine

OWN = text("select pg_backend_pid()")


@pytest.fixture
def engine(dezhou_url: str) -> Iterator[Engine]:
    engine = make_engine(dezhou_url, pool_size=3)
    yield engine
    engine.dispose()


def use(engine: Engine, many: int = 1) -> list[int]:
    """The server's processes of `many` connections used at the same time."""
    with ExitStack() as stack:
        sessions = [stack.enter_context(acting_session(engine, COMMAND)) for _ in range(many)]
        return [session.scalars(OWN).one() for session in sessions]


def end(url: str, processes: list[int]) -> None:
    """End the server's side of connections, as an administrator or a restart does."""
    owner = create_engine(url, isolation_level="AUTOCOMMIT")
    with owner.connect() as connection:
        for process in processes:
            connection.execute(text("select pg_terminate_backend(:own, 5000)"), {"own": process})
    owner.dispose()


def test_connections_that_were_ended_are_replaced_and_nobody_notices(
    engine: Engine, dezhou_url: str
) -> None:
    before = use(engine, 3)
    end(dezhou_url, before)
    assert not set(use(engine, 3)) & set(before)


def test_a_connection_that_is_there_is_used_again(engine: Engine) -> None:
    assert use(engine) == use(engine)


def test_one_that_lay_idle_for_long_is_asked(
    engine: Engine, dezhou_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a network has dropped without a word has nothing to read on its socket."""
    monkeypatch.setattr(alive, "_has_news", lambda _connection: False)
    before = use(engine)
    monkeypatch.setattr(alive, "ASKED_AFTER_S", 0.0)
    assert use(engine) == before
    end(dezhou_url, before)
    assert use(engine) != before


def test_the_next_transaction_of_one_that_was_asked_is_whole(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(engine)
    monkeypatch.setattr(alive, "ASKED_AFTER_S", 0.0)
    with acting_session(engine, COMMAND) as session:
        first, second = (
            session.scalars(text("select pg_current_xact_id()::text")).one() for _ in range(2)
        )
    assert first == second
