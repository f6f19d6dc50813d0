"""Nobody is anybody for longer than a transaction: no session-level SET of a role or of `app.` settings, anywhere."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import QueuePool

from geo.database.acting import acting_session, as_engine, make_engine, reading_session
from tests.conftest import COMMAND, NOW
from tests.session_state import said_for_a_session

if TYPE_CHECKING:
    from sqlalchemy import Engine

PROJECT_DIR = Path(__file__).resolve().parents[2]


def test_no_code_sets_a_role_or_an_actor_for_a_session() -> None:
    sources = [
        path
        for folder in ("app", "geo", "bin")
        for ending in ("*.py", "*.sql", "*.sh")
        for path in (PROJECT_DIR / folder).rglob(ending)
    ]
    assert len(sources) > 200
    said = {
        str(path.relative_to(PROJECT_DIR)): found
        for path in sources
        if (found := said_for_a_session(path.read_text(encoding="utf-8")))
    }
    assert said == {}


@pytest.mark.parametrize(
    ("statement", "is_one"),
    [
        ("set role jiantu_unit", True),
        ("SET SESSION ROLE jiantu_unit", True),
        ("set session authorization jiantu", True),
        ("set app.actor = 'x'", True),
        ("set session app.account_id to '7'", True),
        ("select set_config('app.actor', 'x', false)", True),
        ("select set_config('app.actor', coalesce(%s, ''), false)", True),
        ("set local role jiantu_unit", False),
        ("set local app.actor = 'x'", False),
        ("reset role", False),
        ("select set_config('app.actor', 'x', true)", False),
        ("update x set role = 'editor'", False),
        ("on conflict do update set role = excluded.role", False),
    ],
)
def test_the_words_for_it_are_known(statement: str, is_one: bool) -> None:
    assert bool(said_for_a_session(statement)) == is_one


@pytest.fixture
def pool(dezhou_url: str) -> Engine:
    return create_engine(dezhou_url, poolclass=QueuePool, pool_size=1)


@pytest.mark.parametrize(
    "statement",
    [
        "set role jiantu_unit",
        "select set_config('app.account_id', '7', false)",
        "set app.actor = 'somebody'",
        "do $$ begin perform set_config('app.as_of', '2026-01-01', false); end $$",
    ],
)
def test_what_is_left_in_a_connection_is_seen(
    pool: Engine, statement: str, left_in_connections: list[str]
) -> None:
    before = len(left_in_connections)
    with pool.connect() as connection:
        connection.exec_driver_sql(statement)
        connection.commit()
    assert len(left_in_connections) == before + 1
    left_in_connections.pop()
    pool.dispose()


def test_working_as_somebody_leaves_nothing_in_a_connection(
    dezhou_url: str, left_in_connections: list[str]
) -> None:
    engine = make_engine(dezhou_url, pool_size=1)
    with acting_session(engine, COMMAND) as session, as_engine(session):
        session.execute(text("select 1"))
    with reading_session(engine, COMMAND, NOW) as session:
        session.execute(text("select 1"))
    with pytest.raises(ZeroDivisionError), acting_session(engine, COMMAND):
        raise ZeroDivisionError
    assert left_in_connections == []
    engine.dispose()
