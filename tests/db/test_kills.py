"""The served program and its database are killed at any moment while people work: nothing is lost or half done."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from random import Random
from threading import Event, Thread
from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from geo.changes.lamps import refresh_lamps
from geo.changes.overlaps import rebuild_overlaps
from geo.database.acting import acting_session, make_engine
from geo.database.city_file import load_city
from geo.database.cluster import Cluster
from geo.database.places import ACCOUNT
from geo.database.setup import set_up_city
from tests.conftest import COMMAND
from tests.db.at_work import (
    LONGEST_S,
    PATIENCE_S,
    Client,
    Clients,
    Served,
    Work,
)
from tests.db.street import dig, everything, take
from tests.factories import TODAY
from tests.ledgers import fill
from tests.people import admit
from tests.postgres import CITIES_DIR

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

    from geo.records import ZoneRecord

pytestmark = pytest.mark.faults

KILLS = int(os.environ.get("JIANTU_TEST_KILLS", "200"))
BACKENDS = 12


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    """A server with the settings of an installation."""
    with tempfile.TemporaryDirectory(prefix="jiantu-kills-") as path:
        folder = Path(path)
        folder.chmod(0o711)
        account = ACCOUNT if os.geteuid() == 0 else None
        cluster = Cluster(folder / "postgres", folder / "socket", account=account)
        cluster.ensure_running()
        yield cluster
        cluster.stop(tidily=False)


def begin(cluster: Cluster) -> tuple[str, str]:
    """The small city on a street; addresses for its owner and for the staff."""
    owner = cluster.url()
    set_up_city(owner, load_city(CITIES_DIR / "dezhou.toml"))
    staff = owner.replace("//jiantu@", "//jiantu_staff@")
    fill(staff)
    admit(staff, "command")
    with psycopg.connect(owner.replace("+psycopg", "")) as connection:
        connection.execute(
            "update jiantu.account_session set opened_at = now(), used_at = now(),"
            " expires_at = now() + interval '1 day'"
        )
    return owner, staff


# --- what must hold --------------------------------------------------------------------------------------------------


def wait_alone(connection: psycopg.Connection) -> None:
    """Until the killed program's last statements have ended: none of them is answered to anybody any more."""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        row = connection.execute(
            "select count(*) from pg_stat_activity where datname = current_database()"
            " and backend_type = 'client backend' and pid <> pg_backend_pid() and state <> 'idle'"
        ).fetchone()
        if row == (0,):
            return
        time.sleep(0.02)
    pytest.fail("a killed program's statement goes on")


def find_differences(connection: psycopg.Connection) -> list[str]:
    """Tables whose rows are not those that the history says are there now, and changes that never ended."""
    wrong = []
    tables = connection.execute(
        "select h.relname, t.oid, (select attname from pg_attribute where attrelid = t.oid"
        "   and attname in ('id', 'code', 'zone_id') and not attisdropped order by attname <> 'id' limit 1)"
        " from pg_class h join pg_class t on t.relnamespace = 'jiantu'::regnamespace"
        "   and h.relname in (t.relname || '_version', t.relname || '_kept')"
        " where h.relnamespace = 'history'::regnamespace and h.relkind = 'r' and t.relname <> 'account'"
    ).fetchall()
    assert len(tables) > 60
    for name, oid, key in tables:
        table = sql.Identifier("jiantu", name.rsplit("_", 1)[0])
        past = sql.Identifier("history", name)
        if name.endswith("_version"):
            query = sql.SQL(
                "select count(*) from {table} t full join (select * from {past} where upper_inf(valid) and op <> 'D') v"
                " on v.id = t.{key} and v.version = t.version"
                " where t.{key} is null or v.id is null or not to_jsonb(t) @> v.row"
            ).format(table=table, past=past, key=sql.Identifier(key))
        else:
            columns = connection.execute(
                "select attname from pg_attribute where attrelid = %s and attnum > 0 and not attisdropped",
                [oid],
            ).fetchall()
            listed = sql.SQL(", ").join(sql.Identifier(column) for (column,) in columns)
            stand = sql.SQL(  # what stands says so itself: nothing of it is copied, all else had ended when it came
                "select (select count(*) from {past} where valid_until = 'infinity')"
                " + (select count(*) from {past} k join {table} t on t.{key} = k.{key}"
                " where k.valid_until > t.made_at and k.ended_in <> t.made_in)"
            ).format(past=past, table=table, key=sql.Identifier(key))
            copied = sql.SQL(
                "with kept as (select {listed} from {past} where valid_until = 'infinity'),"
                " live as (select {listed} from {table})"
                " select (select count(*) from (select * from kept except all select * from live) a)"
                "  + (select count(*) from (select * from live except all select * from kept) b)"
            ).format(listed=listed, past=past, table=table)
            query = stand if ("made_at",) in columns and ("made_in",) in columns else copied
        row = connection.execute(query).fetchone()
        if row != (0,):
            wrong.append(f"{name} {row}")
    row = connection.execute(
        "select count(*) from history.change where ended_at = 'infinity'"
    ).fetchone()
    return wrong if row == (0,) else [*wrong, f"change {row}"]


def find_lost(connection: psycopg.Connection, work: Work) -> list[str]:
    """What was answered and is not there, or is there twice, or was never sent."""
    there = {
        "report": "select narrative from jiantu.progress_report where narrative like 'report-%'",
        "blocker": "select text from jiantu.blocker where text like 'blocker-%'",
        "zone": "select name from jiantu.zone where name like 'zone-%'",
        "import": "select text from jiantu.blocker where text like 'import-%'",
    }
    wrong = []
    for kind, query in there.items():
        found = [name for (name,) in connection.execute(query).fetchall()]
        if len(found) != len(set(found)):
            wrong.append(f"{kind} twice")
        missing = work.answered.get(kind, set()) - set(found)
        wrong += [f"{name} is missing" for name in missing]
        wrong += [f"{name} was never sent" for name in set(found) - work.sent.get(kind, set())]
    contractors = connection.execute(
        "select distinct row ->> 'contractor' from history.project_version"
        " where row ->> 'contractor' like 'import-%'"
    ).fetchall()
    texts = connection.execute(
        "select distinct row ->> 'text' from history.blocker_version where row ->> 'text' like 'import-%'"
    ).fetchall()
    if set(contractors) != set(texts):
        wrong.append(f"half an import: {set(contractors) ^ set(texts)}")
    return wrong


SPANS = text(
    "select project_id, site_id, days::text, lamp, stage, reasons::text, marks from jiantu.status_span"
    " order by project_id, site_id nulls first, days"
)


@contextmanager
def undone(url: str) -> Iterator[Session]:
    """A session of the command office all of whose work is undone."""
    from sqlalchemy.orm import Session  # noqa: PLC0415  a type elsewhere

    engine = make_engine(url, pool_size=1).execution_options(identity=COMMAND)
    with engine.connect() as connection, connection.begin() as everything_done:
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            yield session
        everything_done.rollback()
    engine.dispose()


def find_stale(url: str) -> list[str]:
    """Whether lamps or pairs are others than the rules give now."""
    wrong = []
    with undone(url) as session:
        before = session.execute(SPANS).all()
        refresh_lamps(session, TODAY)
        if session.execute(SPANS).all() != before:
            wrong.append("lamps")
        pairs = everything(session)
        if rebuild_overlaps(session, TODAY).changed_anything or everything(session) != pairs:
            wrong.append("pairs")
    return wrong


def kill_server(cluster: Cluster, how: signal.Signals) -> None:
    running = cluster.status()
    assert running is not None
    os.kill(running.pid, how)
    until = time.monotonic() + PATIENCE_S
    while cluster.status() is not None and time.monotonic() < until:
        time.sleep(0.02)
    cluster.ensure_running()


def test_whatever_is_killed_whenever_nothing_answered_is_lost_and_nothing_is_half_done(
    cluster: Cluster,
) -> None:
    owner, staff = begin(cluster)
    random = Random(1)  # noqa: S311  chance, not secrecy
    work = Work()
    served = Served(staff, 20_000 + os.getpid() % 20_000)
    people = Clients([Client(served, work, number) for number in range(3)])
    began = time.monotonic()
    killed = {"worker": 0, "program": 0, "database": 0}
    try:
        for number in range(KILLS):
            served.wait()
            people.may_work.set()
            work.wait_for(random.randrange(4))
            time.sleep(random.uniform(0.0, LONGEST_S))
            if number % 10 == 4:
                kill_server(cluster, random.choice([signal.SIGQUIT, signal.SIGKILL]))
                killed["database"] += 1
            elif number % 10 == 9:
                served.kill()
                killed["program"] += 1
            else:
                served.kill_workers()
                killed["worker"] += 1
            if number % 10 == 9:
                served.start()
            people.rest()
            with psycopg.connect(owner.replace("+psycopg", ""), autocommit=True) as connection:
                wait_alone(connection)
                wrong = find_differences(connection) + find_lost(connection, work)
            assert wrong + find_stale(staff) == [], (number, killed)
    finally:
        people.end()
        served.kill()
    answered = {kind: len(names) for kind, names in work.answered.items()}
    sys.stdout.write(
        f"\nkilled {killed} in {time.monotonic() - began:.0f} s; answered {answered}\n"
    )
    assert min(answered.get(kind, 0) for kind in ("report", "blocker", "zone")) > KILLS // 8


def test_a_backend_killed_while_it_finds_pairs_leaves_them_as_a_rebuild_makes_them(
    cluster: Cluster,
) -> None:
    """Killed for good, not by an exception: PostgreSQL then ends every connection and recovers from its log."""
    owner, staff = begin(cluster)
    random = Random(2)  # noqa: S311  chance, not secrecy
    plain = owner.replace("+psycopg", "")
    engine = make_engine(staff, pool_size=1)
    streets = ["ab", "bc", "ac", "kl", "fg"]
    halfway = 0
    for _ in range(BACKENDS):
        zones = [dig(f"K{number}", random.choice(streets)) for number in range(12)]
        began, pids = Event(), list[int]()

        def change(
            zones: list[ZoneRecord] = zones, began: Event = began, pids: list[int] = pids
        ) -> None:
            with suppress(OperationalError), acting_session(engine, COMMAND) as session:
                pids.append(session.scalar(text("select pg_backend_pid()")) or 0)
                began.set()
                take(session, zones)

        before = checkpointer(plain)
        worker = Thread(target=change)
        worker.start()
        assert began.wait(PATIENCE_S)
        time.sleep(random.uniform(0.0, 0.6))
        halfway += worker.is_alive()
        with suppress(ProcessLookupError):
            os.kill(pids[0], signal.SIGKILL)
        worker.join()
        engine.dispose()
        wait_for_recovery(plain, before)
        with psycopg.connect(plain, autocommit=True) as connection:
            assert find_differences(connection) + find_stale(staff) == []
    assert halfway > 0
    engine.dispose()


def checkpointer(url: str) -> int:
    """The process that a database server starts anew whenever it recovers; 0 while it cannot be asked."""
    with suppress(psycopg.OperationalError), psycopg.connect(url) as connection:
        row = connection.execute(
            "select pid from pg_stat_activity where backend_type = 'checkpointer'"
        ).fetchone()
        return int(row[0]) if row else 0
    return 0


def wait_for_recovery(url: str, before: int) -> None:
    """Until the database has recovered by itself."""
    until = time.monotonic() + PATIENCE_S
    while checkpointer(url) in {0, before}:
        assert time.monotonic() < until
        time.sleep(0.05)
