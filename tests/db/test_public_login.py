"""The public's login in the database's own catalogue: what it is, what it reaches, and that no way leads further."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.public_database import PublicDatabase

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import DemoCity


@pytest.fixture
def public(demo: DemoCity) -> Iterator[Session]:
    """A session of the public's login, without any of the limits that the application adds."""
    engine = create_engine(demo.public_url)
    with Session(engine) as session:
        yield session
    engine.dispose()


def test_it_is_nobody_and_a_member_of_nothing(public: Session) -> None:
    attributes = public.execute(
        text(
            "select rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls, rolinherit"
            " from pg_roles where rolname = session_user"
        )
    ).one()
    assert not any(attributes)
    memberships = "select count(*) from pg_auth_members where member = session_user::regrole"
    assert public.scalar(text(memberships)) == 0


def test_it_owns_nothing_and_may_use_one_schema_of_ours(public: Session) -> None:
    owned = "select count(*) from pg_class where relowner = session_user::regrole"
    assert public.scalar(text(owned)) == 0
    usable = public.scalars(
        text(
            "select nspname::text from pg_namespace where has_schema_privilege(oid, 'usage')"
            " and nspname not like 'pg\\_%' and nspname not in ('information_schema', 'public')"
        )
    ).all()
    assert usable == ["public_map"]
    makeable = (
        "select count(*) from pg_namespace where has_schema_privilege(oid, 'create')"
        " and nspname not like 'pg\\_temp%'"
    )
    assert public.scalar(text(makeable)) == 0


def test_it_reads_the_views_of_its_schema_and_writes_none(public: Session) -> None:
    rights = public.execute(
        text(
            """
            select n.nspname, c.relname, c.relkind, has_table_privilege(c.oid, 'select') as reads,
              has_table_privilege(c.oid, 'insert, update, delete, truncate, references, trigger') as writes,
              coalesce(c.reloptions @> array['security_barrier=true'], false) as barrier,
              pg_get_userbyid(c.relowner) as owner
            from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where n.nspname in ('public_map', 'jiantu', 'history') and c.relkind in ('r', 'v', 'm', 'p', 'S')
            """
        )
    ).all()
    ours = [row for row in rights if row.nspname == "public_map"]
    others = [row for row in rights if row.nspname != "public_map"]
    assert len(ours) >= 12
    assert len(others) >= 60
    assert all(row.reads and row.barrier and row.relkind == "v" for row in ours)
    assert {row.owner for row in ours} == {"jiantu_projector"}
    assert not any(row.writes for row in rights)
    assert not any(row.reads for row in others)


def test_the_owner_of_the_views_is_bound_by_policies_and_can_do_nothing_else(
    public: Session,
) -> None:
    owner = public.execute(
        text(
            "select rolcanlogin, rolsuper, rolbypassrls, rolcreaterole from pg_roles"
            " where rolname = 'jiantu_projector'"
        )
    ).one()
    assert not any(owner)
    unbound = public.scalars(
        text(
            """
            select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where n.nspname = 'jiantu' and c.relkind = 'r'
              and has_any_column_privilege('jiantu_projector', c.oid, 'select')
              and not (c.relrowsecurity and c.relforcerowsecurity)
            """
        )
    ).all()
    assert unbound == []
    writable = public.scalars(
        text(
            """
            select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where n.nspname in ('jiantu', 'history') and c.relkind = 'r'
              and (has_table_privilege('jiantu_projector', c.oid, 'insert, update, delete, truncate')
                or has_table_privilege('jiantu_projector', c.oid, 'select'))
            """
        )
    ).all()
    assert writable == []


@pytest.mark.parametrize(
    "statement",
    [
        "select name from jiantu.project",
        "select row from history.project_version",
        "set role jiantu_command",
        "set role jiantu_projector",
        "set session authorization jiantu",
        "update public_map.project set name = name",
        "create table public_map.mine (a int)",
        "select pg_read_file('/etc/passwd')",
        "copy (select 1) to program 'true'",
    ],
)
def test_every_way_further_is_refused(public: Session, statement: str) -> None:
    public.execute(text("set transaction read write"))
    with pytest.raises(DBAPIError, match=r"permission denied|must be superuser|cannot update view"):
        public.execute(text(statement))


def test_it_is_read_only_and_has_two_seconds_by_itself(public: Session) -> None:
    assert public.scalar(text("show default_transaction_read_only")) == "on"
    assert public.scalar(text("show statement_timeout")) == "2s"
    with pytest.raises(DBAPIError, match="read-only"):
        public.execute(text("create temporary table mine (a int)"))
    public.rollback()
    with pytest.raises(DBAPIError, match="statement timeout"):
        public.execute(text("select pg_sleep(4)"))


def test_reading_begins_anew_when_the_server_has_dropped_the_connection(demo: DemoCity) -> None:
    database = PublicDatabase(demo.public_url, pool_size=1)
    backend = text("select pg_backend_pid()")
    first = database.read(lambda session: session.scalar(backend))
    admin = create_engine(demo.owner_url)
    with admin.connect() as connection:
        connection.execute(text("select pg_terminate_backend(:pid, 5000)"), {"pid": first})
    admin.dispose()
    second = database.read(lambda session: session.scalar(backend))
    database.close()
    assert second != first
