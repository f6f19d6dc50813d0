"""The tests' own PostGIS server, and a database for each city and purpose, copied from a template in a moment."""

from __future__ import annotations

import fcntl
import itertools
import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import psycopg
from psycopg import sql

from geo.database.city_file import load_city
from geo.database.cluster import SUPERUSER, Cluster
from geo.database.places import ACCOUNT
from geo.database.setup import set_up_city

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

T = TypeVar("T")

CITIES_DIR = Path(__file__).resolve().parents[1] / "data" / "cities"

FORGETFUL: Mapping[str, str] = {
    # nothing here outlives the run, so nothing need reach the disk
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_connections": "200",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "256MB",
}

MEMORY = Path("/dev/shm")  # noqa: S108  each run has a folder of its own there
"""Memory that Linux offers as a folder: a database is copied there in a third of the time a disk takes."""

ROOM_BYTES = 4_000_000_000
"""So much must be free there, or the disk is taken."""

PREFIX = "jiantu-test-"
COPIED_FILE_BY_FILE_SINCE = 15
"""Before this version PostgreSQL copied a database file by file without being told to."""


class Server:
    """A server for one run of the tests. The first database of a city is set up in earnest; others copy it.

    Benchmarks hand in `settings` of their own, because what tests save on durability is what they measure.
    """

    def __init__(self, settings: Mapping[str, str] = FORGETFUL) -> None:
        folder = _memory() if settings is FORGETFUL else None
        self._dir = Path(tempfile.mkdtemp(prefix=PREFIX, dir=folder))
        self._dir.chmod(0o711)
        self.cluster = Cluster(
            self._dir / "postgres",
            self._dir / "socket",
            account=_account(),
            settings=settings,
        )
        self.cluster.ensure_running("postgres")
        self._numbers = itertools.count(1)
        self._filled: dict[str, tuple[str, Any]] = {}
        made_with = self.cluster.made_with() or 0
        self._how = sql.SQL("strategy file_copy" if made_with >= COPIED_FILE_BY_FILE_SINCE else "")

    def make_database(self, city: str = "dezhou") -> str:
        """A new database of the city in `data/cities/<city>.toml`, as `jiantu init` leaves it; its address."""
        template = f"city_{city}"
        if not self._has(template):
            self._command(sql.SQL("create database {}").format(sql.Identifier(template)))
            set_up_city(self.cluster.url(template), load_city(CITIES_DIR / f"{city}.toml"))
        return self._copy(template, f"{city}_{next(self._numbers)}")

    def make_filled(self, name: str, fill: Callable[[str], T]) -> tuple[str, T]:
        """A new database of Dezhou that `fill` has filled, and what it gave: done once, copied from then on.

        `fill` is given the staff's address and leaves no connection. `name` is its own.
        """
        if name not in self._filled:
            url = _as_staff(self.make_database("dezhou"))
            self._filled[name] = url, fill(url)
        url, given = self._filled[name]
        return _as_staff(self.copy_database(url)), given

    def make_empty_database(self) -> str:
        """A new database with nothing in it; its address."""
        return self._copy("template0", f"empty_{next(self._numbers)}")

    def copy_database(self, url: str) -> str:
        """A copy of a database of this server that nobody is connected to; its address."""
        return self._copy(_name(url), f"copy_{next(self._numbers)}")

    def drop_database(self, url: str) -> None:
        """Forget a database, whoever is still connected to it."""
        name = sql.Identifier(_name(url))
        self._command(sql.SQL("drop database {} with (force)").format(name))

    def remove(self) -> None:
        """Stop the server and remove all that it kept."""
        self.cluster.stop(tidily=False)
        shutil.rmtree(self._dir)

    def _copy(self, template: str, name: str) -> str:
        self._command(
            sql.SQL("create database {} template {} {}").format(
                sql.Identifier(name), sql.Identifier(template), self._how
            )
        )
        return self.cluster.url(name)

    def _has(self, name: str) -> bool:
        with self._connect() as connection:
            row = connection.execute("select 1 from pg_database where datname = %s", [name])
            return row.fetchone() is not None

    def _command(self, command: sql.Composed) -> None:
        with self._connect() as connection:
            connection.execute(command)

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(
            host=str(self.cluster.socket_dir), user=SUPERUSER, dbname="postgres", autocommit=True
        )


def _memory() -> Path | None:
    """Where a server is kept in memory, cleared of what runs that were killed left there; None for the disk."""
    if not os.access(MEMORY, os.W_OK) or shutil.disk_usage(MEMORY).free < ROOM_BYTES:
        return None
    for left in MEMORY.glob(f"{PREFIX}*/postgres"):
        with suppress(OSError):
            _remove_if_left(left)
    return MEMORY


def _remove_if_left(cluster_dir: Path) -> None:
    """Remove a server that no living process uses (see `Cluster.ensure_running`)."""
    with (cluster_dir / "users").open("rb") as users:
        with (cluster_dir / "lock").open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)  # or it is just being started
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        Cluster(cluster_dir, cluster_dir.parent / "socket", account=_account()).stop(tidily=False)
        shutil.rmtree(cluster_dir.parent)


def _account() -> str | None:
    """The account the servers run under: only root can choose one."""
    return ACCOUNT if os.geteuid() == 0 else None


def _as_staff(url: str) -> str:
    return url.replace("//jiantu@", "//jiantu_staff@")


def _name(url: str) -> str:
    return url.split("?", maxsplit=1)[0].rsplit("/", maxsplit=1)[1]
