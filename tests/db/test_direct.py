"""Statements asked of the driver itself: their rows, their errors, the moment they read, a database that went away."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError, IntegrityError, ProgrammingError

from geo.database.acting import acting_session, make_engine, reading_session
from geo.database.direct import Direct
from geo.model.projects import Project
from tests.conftest import COMMAND
from tests.factories import TODAY

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def test_values_stand_for_names_and_rows_have_the_names_of_their_columns(session: Session) -> None:
    asked = Direct(
        "select cast(:number as int) + cast(:number as int) as twice, 'a%b' as kept, cast(:list as int[]) as list"
    )
    row = asked.one(session, {"number": 2, "list": [1, 2]})
    assert (row.twice, row.kept, row.list) == (4, "a%b", [1, 2])


def test_a_statement_that_gives_nothing_gives_no_rows(session: Session) -> None:
    nothing = Direct("update jiantu.zone set note = :note where false")
    assert nothing.rows(session, {"note": "x"}) == []


def test_more_or_fewer_rows_than_one_are_an_error(session: Session) -> None:
    with pytest.raises(ValueError, match="unpack"):
        Direct("select n from generate_series(1, :many) n").one(session, {"many": 2})


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("select no_such_column from jiantu.zone where id = :value", ProgrammingError),
        (
            "insert into jiantu.zone_link (zone_id, other_id, kind) values (:value, :value, 'x')",
            IntegrityError,
        ),
    ],
)
def test_what_goes_wrong_comes_as_the_error_that_is_caught_everywhere(
    session: Session, statement: str, kind: type[DBAPIError]
) -> None:
    with pytest.raises(kind) as raised, session.begin_nested():
        Direct(statement).rows(session, {"value": -1})
    assert raised.value.orig is not None
    assert session.scalar(text("select 1")) == 1


def test_a_connection_that_was_ended_is_not_used_again(dezhou_url: str) -> None:
    engine = make_engine(dezhou_url, pool_size=1)
    owner = create_engine(dezhou_url, isolation_level="AUTOCOMMIT")
    with acting_session(engine, COMMAND) as session:
        asked = {"own": session.scalar(text("select pg_backend_pid()"))}
        with owner.connect() as other:
            other.execute(text("select pg_terminate_backend(:own, 5000)"), asked)
        with pytest.raises(DBAPIError) as raised:
            Direct("select :own").rows(session, asked)
        session.rollback()
    assert raised.value.connection_invalidated
    with acting_session(engine, COMMAND) as session:
        assert Direct("select 1 as one").one(session, {}).one == 1
    engine.dispose()
    owner.dispose()


def test_it_is_planned_once_whatever_numbers_it_asks_for(session: Session) -> None:
    """The driver's own choice of types makes one statement of three: below 32,768, below 2,147,483,648, and beyond."""
    asked = Direct(
        "select count(*) as many from jiantu.zone where id = any(cast(:zones as bigint[]))"
    )
    for number in (1, 40_000, 3_000_000_000):
        for _ in range(7):
            asked.rows(session, {"zones": [number]})
    prepared = text("select count(*) from pg_prepared_statements where statement like '%as many%'")
    assert session.scalar(prepared) == 1


def test_at_a_moment_it_reads_what_was_there_then(fresh_dezhou_url: str) -> None:
    engine = make_engine(fresh_dezhou_url, pool_size=1)
    projects = Direct("select count(*) as many from jiantu.project where code <> :none")
    with acting_session(engine, COMMAND) as session:
        before = session.scalars(text("select clock_timestamp()")).one()
        session.add(Project(code="P1", name="东风路", entered_on=TODAY))
    with reading_session(engine, COMMAND, before) as session:
        assert projects.one(session, {"none": ""}).many == 0
    with reading_session(engine, COMMAND) as session:
        assert projects.one(session, {"none": ""}).many == 1
    engine.dispose()
