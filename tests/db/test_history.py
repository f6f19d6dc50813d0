"""History: every version of every record, with who and when."""

from __future__ import annotations

import re
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from psycopg import DatabaseError
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from geo.changes.batches import take_batch
from geo.database.acting import Role, make_engine, take_role
from geo.errors import DatabaseSetupError
from geo.model import Base
from tests.factories import TODAY, small_city

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

DERIVED = {
    "quality_count",  # counted anew from the records each week
    *("status_span", "revision", "import_run", "import_notice", "feed_pull"),
    *("overlap", "watch", "diversion_effect", "case_pair", "coordination_case"),
    *("notification", "delivery"),
    *("stored_file", "account_session", "sign_in_attempt", "one_time_link", "server_secret"),
}
"""Tables without a history: what is derived, logged, or ends by itself."""


def _versions(session: Session, table: str, **where: object) -> list[tuple[object, ...]]:
    condition = " and ".join(f"row ->> '{name}' = :{name}" for name in where) or "true"
    found = session.execute(
        text(
            f"select version, op, actor, upper_inf(valid) from history.{table}_version"  # noqa: S608
            f" where {condition} order by id, version"
        ),
        where,
    )
    return [tuple(row) for row in found]


def test_every_table_of_records_keeps_its_history(session: Session) -> None:
    kept = set(
        session.scalars(
            text(
                "select regexp_replace(tablename, '_version$', '')"
                " from pg_tables where schemaname = 'history' and tablename like '%\\_version'"
            )
        )
    )
    records = {table.name for table in Base.metadata.sorted_tables} - DERIVED
    assert kept == records
    triggers = session.execute(
        text(
            "select c.relname, count(*) from pg_trigger t join pg_class c on c.oid = t.tgrelid"
            " join pg_namespace n on n.oid = c.relnamespace"
            " where n.nspname = 'jiantu' and t.tgname like 'history_%' group by 1"
        )
    )
    assert dict(triggers.all()) == dict.fromkeys(records, 4)


def test_a_new_record_has_one_version_that_names_its_actor(session: Session) -> None:
    take_batch(session, small_city(), TODAY)
    assert _versions(session, "project", code="P1") == [(1, "I", "test:command", True)]


def test_a_change_closes_the_old_version_and_opens_the_next(session: Session) -> None:
    take_batch(session, small_city(), TODAY)
    session.execute(text("update jiantu.project set name = '改名' where code = 'P1'"))
    assert _versions(session, "project", code="P1") == [
        (1, "I", "test:command", False),
        (2, "U", "test:command", True),
    ]
    assert session.scalar(text("select version from jiantu.project where code = 'P1'")) == 2


def test_an_update_that_changes_nothing_leaves_no_version(session: Session) -> None:
    take_batch(session, small_city(), TODAY)
    session.execute(text("update jiantu.project set name = name where code = 'P1'"))
    assert _versions(session, "project", code="P1") == [(1, "I", "test:command", True)]


def test_nobody_sets_a_version_by_hand(session: Session) -> None:
    take_batch(session, small_city(), TODAY)
    session.execute(text("update jiantu.project set version = 99 where code = 'P1'"))
    assert session.scalar(text("select version from jiantu.project where code = 'P1'")) == 1


def test_a_deleted_record_leaves_a_tombstone(session: Session) -> None:
    take_batch(session, small_city(), TODAY)
    session.execute(text("delete from jiantu.blocker"))
    assert [row[1] for row in _versions(session, "blocker", text="施工许可证未核发")] == [
        *("I", "D"),
        *("I", "D"),
    ]


def test_the_state_of_a_past_moment_is_the_open_versions_of_that_moment(session: Session) -> None:
    take_batch(session, small_city(), TODAY)
    moment = session.scalar(text("select clock_timestamp()"))
    session.execute(text("update jiantu.project set name = '改名'"))
    session.execute(text("delete from jiantu.blocker"))
    as_of = "valid @> cast(:moment as timestamptz) and op <> 'D'"
    names = session.scalars(
        text(f"select row ->> 'name' from history.project_version where {as_of} order by 1"),  # noqa: S608
        {"moment": moment},
    ).all()
    blockers = session.scalar(
        text(f"select count(*) from history.blocker_version where {as_of}"),  # noqa: S608
        {"moment": moment},
    )
    assert names == ["测试项目P1", "测试项目P2"]
    assert blockers == 2


def test_a_shape_is_kept_with_its_version_and_what_is_derived_from_it_is_not(
    session: Session,
) -> None:
    take_batch(session, small_city(), TODAY)
    row, area = session.execute(
        text("select row, st_area(geom::geography) from history.zone_part_version limit 1")
    ).one()
    assert not {"shape", "shape_metric", "shape_wide", "period"} & set(row)
    assert area == pytest.approx(39_240, rel=0.01)


def test_a_change_without_an_actor_is_refused(dezhou_url: str) -> None:
    engine = make_engine(dezhou_url)
    with pytest.raises(DatabaseSetupError, match="identity"), engine.begin() as connection:
        connection.execute(text("select 1"))
    engine.dispose()


def test_the_database_itself_refuses_a_change_without_an_actor(session: Session) -> None:
    take_batch(session, small_city(), TODAY)
    session.execute(text("select set_config('app.actor', '', true)"))
    with pytest.raises(DBAPIError, match="without an actor"), session.begin_nested():
        session.execute(text("update jiantu.project set name = 'x'"))


def test_tables_with_a_history_cannot_be_truncated(session: Session) -> None:
    take_role(session.connection(), Role.OWNER)
    with pytest.raises(DBAPIError, match="cannot be truncated"), session.begin_nested():
        session.execute(text("truncate jiantu.land_status"))


@pytest.mark.parametrize(
    ("role", "statement"),
    [
        (Role.LEADER, "update jiantu.project set name = 'x'"),
        (Role.LEADER, "delete from jiantu.status_span"),
        (Role.COMMAND, "delete from jiantu.status_span"),
        (Role.COMMAND, "insert into jiantu.revision (audience, layer) values ('staff', 'x')"),
        (Role.COMMAND, "delete from history.project_version"),
        (Role.ENGINE, "update jiantu.project set name = 'x'"),
        (Role.ENGINE, "delete from history.project_version"),
    ],
)
def test_a_role_cannot_write_what_is_not_its_own(
    session: Session, role: Role, statement: str
) -> None:
    take_role(session.connection(), role)
    with pytest.raises(DBAPIError, match="permission denied"), session.begin_nested():
        session.execute(text(statement))


def test_a_staff_login_without_a_role_reads_nothing(dezhou_url: str) -> None:
    staff = make_engine(dezhou_url.replace("//jiantu@", "//jiantu_staff@"))
    with closing(staff.raw_connection()) as raw, pytest.raises(DatabaseError, match="denied"):
        raw.cursor().execute("select * from jiantu.project")
    staff.dispose()


COMPUTED = {
    *("shape_metric", "shape_web", "shape_wide", "reach_m", "period", "version"),
    *("made_at", "made_in"),  # since when the row stands
    "password_hash",  # the day of its change is kept, the hash is not
}
"""Columns that are worked out from others, count the versions themselves, or are a secret."""


def test_every_column_of_every_record_raises_the_version_and_is_kept(session: Session) -> None:
    """A migration that adds a column to a tracked table has to call `history.keep_columns` again."""
    columns = session.execute(
        text(
            "select c.relname, a.attname, raises.prosrc as raises, keeps.prosrc as keeps"
            " from pg_trigger t join pg_class c on c.oid = t.tgrelid"
            " join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped"
            " join pg_proc raises on raises.oid = t.tgfoid"
            " join pg_proc keeps on keeps.proname = c.relname || '_history'"
            " where t.tgname = 'version'"
        )
    ).all()
    assert len({row.relname for row in columns}) > 40
    forgotten = [
        f"{row.relname}.{row.attname}"
        for row in columns
        if row.attname not in COMPUTED
        and not (
            re.search(rf'new\."?{row.attname}"?\b', row.raises)
            and re.search(rf'r\."?{row.attname}"?\b', row.keeps)
        )
    ]
    assert forgotten == []


def test_nobody_says_himself_since_when_a_part_of_a_zone_stands(session: Session) -> None:
    """People's roles write parts, and what a moment shows hangs on when each came."""
    take_batch(session, small_city(), TODAY)
    take_role(session.connection(), Role.COMMAND)
    stands = "p.made_at > now() - interval '1 hour' and p.made_in > 0"
    written = session.execute(
        text(
            "insert into jiantu.zone_part as p (zone_id, position, role, shape, shape_metric, shape_web,"  # noqa: S608
            " shape_wide, period, made_at, made_in) select zone_id, 99, role, shape, shape_metric, shape_web,"
            f" shape_wide, period, '2020-01-01', -1 from jiantu.zone_part limit 1 returning p.id, {stands}"
        )
    ).one()
    changed = session.execute(
        text(
            "update jiantu.zone_part p set name = 'other', made_at = '2020-01-01', made_in = -1"  # noqa: S608
            f" where id = :id returning {stands}"
        ),
        {"id": written.id},
    ).scalar_one()
    assert (written[1], changed) == (True, True)


@pytest.mark.parametrize(
    ("table", "led_by"),
    [
        *(("status_span", "project_id"), ("overlap", "zone_b"), ("watch", "zone_id")),
        ("zone_part", "zone_id"),
    ],
)
@pytest.mark.parametrize("role", [Role.UNIT, Role.COMMAND])
def test_rows_of_a_moment_are_found_by_what_they_are_joined_by(
    session: Session, table: str, led_by: str, role: Role
) -> None:
    """Those that have ended and those that stand: read whole for each row joined, a year's trend took seconds."""
    take_role(session.connection(), role)
    for way in ("seqscan", "hashjoin", "mergejoin", "material"):
        session.execute(text(f"set local enable_{way} = off"))
    plan = session.scalars(
        text(
            "explain (costs off) select from unnest(array[1, 2]::bigint[]) as asked(id)"
            f" join moment.{table} t on t.{led_by} = asked.id"
        )
    ).all()
    found = [line for line in plan if "Index Cond" in line and f"{led_by} = asked.id" in line]
    assert len(found) == 2, "\n".join(plan)
