"""The drill: people work, a backup is made, they work on, all is lost; any moment is brought back, table by table."""

from __future__ import annotations

import os
import shutil
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import psycopg
import pytest
from click.testing import CliRunner

from app.cli import main
from geo.database.backups import Backups, archiving
from geo.database.city_file import load_city
from geo.database.cluster import Cluster
from geo.database.places import ACCOUNT
from geo.database.setup import set_up_city
from geo.errors import DatabaseSetupError
from tests.clock import NOW
from tests.ledgers import fill, send
from tests.postgres import CITIES_DIR
from tests.serving import client_at

if TYPE_CHECKING:
    from collections.abc import Iterator

Rows = dict[str, tuple[int, str]]
"""Of each table how many rows it has, and a digest of them all."""


class Place(NamedTuple):
    """A server that archives, and its backups."""

    cluster: Cluster
    backups: Backups
    folder: Path


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """A short path that the server's account may enter."""
    with tempfile.TemporaryDirectory(prefix="jiantu-backup-") as path:
        Path(path).chmod(0o711)
        yield Path(path)


def open_place(folder: Path, machine: str = "one") -> Place:
    account = ACCOUNT if os.geteuid() == 0 else None
    kept = folder / "another disk"
    home = folder / machine
    cluster = Cluster(home / "pg", home / "socket", account=account, settings=archiving(kept))
    home.mkdir(mode=0o711, exist_ok=True)
    return Place(cluster, Backups(cluster, kept), kept)


@pytest.fixture
def place(short_folder: Path) -> Iterator[Place]:
    """The small city on it."""
    place = open_place(short_folder)
    place.backups.prepare()
    place.cluster.ensure_running()
    set_up_city(place.cluster.url(), load_city(CITIES_DIR / "dezhou.toml"))
    fill(staff_url(place))
    yield place
    place.cluster.stop(tidily=False)


def staff_url(place: Place) -> str:
    return place.cluster.url().replace("//jiantu@", "//jiantu_staff@")


def work(place: Place, words: str) -> None:
    """What a day brings: a report, a blocker, facts changed, a shape drawn by somebody signed in."""
    with client_at(staff_url(place), lambda: NOW) as client:
        for number in range(4):
            said = f"{words} {number}"
            blocker = send(client, "/ledger/P1/blocker/new", cause="land", text=said)
            facts = send(client, "/ledger/P1/facts", manager=said)
            report = send(client, "/ledger/P2/progress", narrative=said, percent=str(number + 50))
            assert {blocker.status_code, facts.status_code, report.status_code} == {303}


def rows_of(place: Place) -> Rows:
    """Every table of the city, its history and what is kept of the past."""
    with psycopg.connect(place.cluster.url().replace("+psycopg", "")) as connection:
        tables = connection.execute(
            "select format('%I.%I', n.nspname, c.relname) from pg_class c join pg_namespace n on n.oid = c.relnamespace"
            " where n.nspname in ('jiantu', 'history', 'moment', 'public_map') and c.relkind = 'r'"
        ).fetchall()
        found = {}
        for (table,) in tables:
            query = f"select count(*), coalesce(md5(string_agg(md5(t::text), '' order by md5(t::text))), '') from {table} t"  # noqa: E501, S608
            row = connection.execute(query.encode()).fetchone()
            assert row is not None
            found[table] = (int(row[0]), str(row[1]))
    return found


def lose_everything(place: Place) -> None:
    with psycopg.connect(place.cluster.url().replace("+psycopg", "")) as connection:
        connection.execute("drop schema jiantu cascade")
        connection.execute("drop schema history cascade")


def now() -> datetime:
    return datetime.now(UTC)


@pytest.mark.faults
def test_any_moment_is_brought_back_with_every_table_as_it_was(place: Place) -> None:
    work(place, "before the backup")
    base = place.backups.back_up(now, keep=2)
    work(place, "after the backup")
    wanted, moment = rows_of(place), now()
    assert len(wanted) > 120
    assert wanted["history.blocker_version"][0] >= 8
    work(place, "to be undone")
    assert rows_of(place) != wanted
    lose_everything(place)
    place.cluster.leave()

    done = place.backups.restore(moment, now)
    assert done.base == base
    assert done.reached is not None, (place.cluster.server_dir / "restore.log").read_text()
    assert done.reached <= moment
    place.cluster.ensure_running()
    assert rows_of(place) == wanted

    # Work goes on from there, and the last that is known of it is brought back as well, on another machine.
    work(place, "after restoring")
    last = rows_of(place)
    place.cluster.leave()
    other = open_place(place.folder.parent, "two")
    assert other.backups.restore(None, now).former is None
    other.cluster.ensure_running()
    try:
        assert rows_of(other) == last
    finally:
        other.cluster.stop(tidily=False)


@pytest.mark.faults
def test_what_was_written_a_moment_before_the_power_went_is_brought_back(place: Place) -> None:
    """It is in no archive yet, but in the present data's own log."""
    place.backups.back_up(now, keep=1)
    work(place, "not archived")
    last = rows_of(place)
    place.cluster.stop(tidily=False)
    former = place.backups.restore(None, now).former
    assert former is not None
    assert former.is_dir()
    place.cluster.ensure_running()
    assert rows_of(place) == last


@pytest.mark.faults
def test_what_cannot_be_reached_changes_nothing(place: Place) -> None:
    first = place.backups.back_up(now, keep=2)
    work(place, "one")
    second = place.backups.back_up(now, keep=2)
    work(place, "two")
    last, moment = rows_of(place), now()
    with pytest.raises(DatabaseSetupError, match="Jiantu is running"):
        place.backups.restore(None, now)
    place.cluster.leave()
    with pytest.raises(DatabaseSetupError, match="from before that moment"):
        place.backups.restore(first.done_at - timedelta(hours=1), now)
    with pytest.raises(DatabaseSetupError, match="do not reach that moment"):
        place.backups.restore(moment + timedelta(days=1), now)
    (place.folder / "wal" / f"{second.first_wal}.gz").rename(place.folder / "astray")
    with pytest.raises(DatabaseSetupError, match="are missing"):
        place.backups.restore(None, now)
    place.cluster.ensure_running()
    assert rows_of(place) == last


@pytest.mark.faults
def test_old_copies_are_forgotten_with_what_only_they_need(place: Place) -> None:
    for words in ("one", "two", "three"):
        work(place, words)
        newest = place.backups.back_up(now, keep=2)
    assert len(place.backups.bases()) == 2
    files = sorted(path.name for path in (place.folder / "wal").glob("?" * 24 + ".gz"))
    assert files[0] == f"{place.backups.bases()[0].first_wal}.gz"
    assert newest == place.backups.bases()[-1]


@pytest.mark.faults
def test_a_new_database_is_not_mixed_with_the_backups_of_a_lost_one(place: Place) -> None:
    place.backups.back_up(now, keep=1)
    place.cluster.stop()
    shutil.rmtree(place.cluster.cluster_dir)
    with pytest.raises(DatabaseSetupError, match="restore it first"):
        place.backups.prepare()
    place.backups.restore(None, now)
    place.backups.prepare()


@pytest.mark.faults
def test_a_restoring_that_was_cut_off_while_it_was_put_in_place_is_ended_by_the_next_start(
    place: Place,
) -> None:
    wanted = rows_of(place)
    place.cluster.leave()
    data = place.cluster.data_dir
    data.rename(data.with_name("restored"))
    place.cluster.ensure_running()
    assert rows_of(place) == wanted


@pytest.mark.faults
def test_from_the_command_line(short_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JIANTU_DATABASE_URL", raising=False)
    monkeypatch.setenv("JIANTU_DATA_DIR", str(short_folder / "data"))
    monkeypatch.setenv("JIANTU_BACKUP_DIR", str(short_folder / "kept"))

    def run(*words: str) -> str:
        done = CliRunner().invoke(main, [*words, "--city", "dezhou"], catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return done.output

    run("init")
    assert run("backup", "--keep", "3").count("✓") == 1
    run("account", "add", "zhangsan")
    assert run("backup", "--list").count("✓") == 1
    moment = now()
    run("account", "add", "lisi")
    assert "lisi" in run("account", "list")
    assert "原有数据" in run("restore", "--until", moment.isoformat())
    accounts = run("account", "list")
    assert "zhangsan" in accounts
    assert "lisi" not in accounts


def refuse(monkeypatch: pytest.MonkeyPatch, words: list[str], **settings: str) -> str:
    for name in ("JIANTU_DATABASE_URL", "JIANTU_BACKUP_DIR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    done = CliRunner().invoke(main, [*words, "--city", "dezhou"])
    assert done.exit_code != 0
    return done.output


@pytest.mark.parametrize("command", ["backup", "restore"])
def test_without_a_folder_or_on_a_server_of_ones_own_it_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    assert "JIANTU_BACKUP_DIR" in refuse(monkeypatch, [command])
    own = {"JIANTU_DATABASE_URL": "postgresql://somebody@nowhere/city"}
    assert "docs/backup.md" in refuse(monkeypatch, [command], **own)


def test_a_moment_that_is_none_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    said = refuse(
        monkeypatch,
        ["restore", "--until", "yesterday"],
        JIANTU_BACKUP_DIR=str(tmp_path),
        JIANTU_DATA_DIR=str(tmp_path / "data"),
    )
    assert "2026-11-25 16:30" in said
