"""The private server: made once, shared by its users, stopped by the last, and unharmed by crashes."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from geo.database.cluster import Cluster
from geo.database.places import ACCOUNT, choose_places
from geo.errors import DatabaseSetupError

if TYPE_CHECKING:
    from collections.abc import Iterator

IS_ROOT = os.geteuid() == 0
PROJECT_DIR = Path(__file__).resolve().parents[2]


def make_cluster(folder: Path) -> Cluster:
    return Cluster(
        folder / "postgres",
        folder / "socket",
        account=ACCOUNT if IS_ROOT else None,
        settings={"fsync": "off"},
    )


@pytest.fixture
def folder() -> Iterator[Path]:
    """A short path (pytest's own are too long for a socket) that the server's account may enter."""
    with tempfile.TemporaryDirectory(prefix="jiantu-cluster-") as path:
        Path(path).chmod(0o711)
        yield Path(path)


@pytest.fixture
def cluster(folder: Path) -> Iterator[Cluster]:
    cluster = make_cluster(folder)
    yield cluster
    cluster.stop()


def ask(cluster: Cluster, query: str) -> object:
    with psycopg.connect(cluster.url().replace("+psycopg", ""), autocommit=True) as connection:
        row = connection.execute(query.encode()).fetchone()
        return None if row is None else row[0]


def order(cluster: Cluster, command: str) -> None:
    with psycopg.connect(cluster.url().replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(command.encode())


def test_a_new_cluster_has_postgis_sorts_by_pinyin_and_keeps_what_is_written(
    cluster: Cluster,
) -> None:
    cluster.ensure_running()
    order(cluster, "create extension postgis")
    names = "select string_agg(n, ' ' order by n) from unnest(array['德州','上海','北京','阿坝','银川']) n"
    if cluster.made_with() != 14:  # the first to sort a whole database by pinyin is 15
        assert ask(cluster, names) == "阿坝 北京 德州 上海 银川"
    assert ask(cluster, "select round(ST_Area('POLYGON((0 0,0 2,2 2,0 0))'))") == 2
    order(cluster, "create table kept as select 1 as n")
    cluster.leave()
    assert cluster.status() is None
    cluster.ensure_running()
    assert ask(cluster, "select n from kept") == 1


def test_it_answers_on_its_socket_alone_under_an_account_that_is_not_root(cluster: Cluster) -> None:
    cluster.ensure_running()
    assert not ask(cluster, "show listen_addresses")
    assert stat.S_IMODE(cluster.socket_dir.stat().st_mode) == 0o700
    running = cluster.status()
    assert running is not None
    assert Path(f"/proc/{running.pid}").stat().st_uid != 0
    # Ctrl-C in a terminal goes to the group of the program in front, and must not reach the server.
    assert os.getpgid(running.pid) != os.getpgid(0)


def test_it_keeps_what_it_promises_unless_told_otherwise(folder: Path) -> None:
    cluster = Cluster(folder / "pg", folder / "socket", account=ACCOUNT if IS_ROOT else None)
    cluster.ensure_running()
    try:
        kept = ("fsync", "synchronous_commit", "full_page_writes", "data_checksums")
        assert [ask(cluster, f"show {name}") for name in kept] == ["on"] * 4
    finally:
        cluster.stop()


def test_starting_it_again_is_harmless(cluster: Cluster) -> None:
    first = cluster.ensure_running(), cluster.status()
    assert (cluster.ensure_running(), cluster.status()) == first


def test_it_runs_until_its_last_user_leaves(cluster: Cluster, folder: Path) -> None:
    other = make_cluster(folder)
    cluster.ensure_running()
    other.ensure_running()
    cluster.leave()
    assert ask(other, "select 1") == 1
    other.leave()
    assert cluster.status() is None
    other.leave()


def test_a_forked_worker_that_ends_leaves_the_server_to_its_parent(cluster: Cluster) -> None:
    cluster.ensure_running()
    worker = os.fork()
    if worker == 0:
        cluster.leave()
        os._exit(0)
    os.waitpid(worker, 0)
    assert ask(cluster, "select 1") == 1
    cluster.leave()
    assert cluster.status() is None


def test_several_first_starts_at_once_make_one_cluster(cluster: Cluster, folder: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from tests.db.test_cluster import make_cluster, ask;"
        "cluster = make_cluster(Path(sys.argv[1])); cluster.ensure_running();"
        "print(ask(cluster, 'select system_identifier::text from pg_control_system()')); cluster.leave()"
    )
    command = [sys.executable, "-c", program, str(folder)]

    def start(_: int) -> subprocess.CompletedProcess[str]:
        return subprocess.run(command, cwd=PROJECT_DIR, capture_output=True, text=True, check=False)

    with ThreadPoolExecutor(4) as threads:
        ends = list(threads.map(start, range(4)))
    assert [done.stderr for done in ends] == [""] * 4
    assert len({done.stdout for done in ends}) == 1
    assert cluster.status() is None


def test_after_a_crash_it_starts_with_everything_that_was_committed(cluster: Cluster) -> None:
    cluster.ensure_running()
    order(cluster, "create table kept as select generate_series(1, 1000) as n")
    running = cluster.status()
    assert running is not None
    os.kill(running.pid, signal.SIGKILL)
    cluster.ensure_running()
    assert ask(cluster, "select count(*) from kept") == 1000


def test_a_crashed_servers_process_number_may_belong_to_another_program(cluster: Cluster) -> None:
    cluster.ensure_running()
    cluster.leave()
    owner = cluster.socket_dir.stat().st_uid
    sleeper = subprocess.Popen(["/bin/sleep", "60"], user=owner if IS_ROOT else None)
    try:
        pid_file = cluster.cluster_dir / "server" / "data" / "postmaster.pid"
        pid_file.write_text(f"{sleeper.pid}\n{pid_file.parent}\n0\n5432\n", encoding="ascii")
        os.chown(pid_file, owner, -1)
        lock = cluster.socket_dir / ".s.PGSQL.5432.lock"
        lock.write_bytes(pid_file.read_bytes())
        os.chown(lock, owner, -1)
        assert cluster.status() is None
        cluster.ensure_running()
        assert ask(cluster, "select 1") == 1
        assert sleeper.poll() is None
    finally:
        sleeper.kill()
        sleeper.wait()


def test_a_socket_that_was_cleared_away_is_made_again(cluster: Cluster) -> None:
    cluster.ensure_running()
    for path in cluster.socket_dir.iterdir():
        path.unlink()
    cluster.socket_dir.rmdir()
    cluster.ensure_running()
    assert ask(cluster, "select 1") == 1


def test_a_cluster_half_made_is_made_anew(cluster: Cluster) -> None:
    cluster.ensure_running()
    cluster.leave()
    server_dir = cluster.cluster_dir / "server"
    (server_dir / "data").rename(server_dir / "new")  # as when the power fails while it is made
    cluster.ensure_running()
    assert ask(cluster, "select 1") == 1


def test_a_server_that_cannot_start_says_why(cluster: Cluster) -> None:
    cluster.ensure_running()
    cluster.leave()
    (cluster.cluster_dir / "server" / "data" / "postgresql.conf").write_text(
        "no such setting = 1\n"
    )
    with pytest.raises(DatabaseSetupError, match=r"did not start(.|\n)*syntax error"):
        cluster.ensure_running()


def test_the_folder_of_a_socket_that_belongs_to_somebody_else_is_refused(
    cluster: Cluster, folder: Path
) -> None:
    if IS_ROOT:
        cluster.socket_dir.mkdir()
        os.chown(cluster.socket_dir, 65534, -1)
    else:
        cluster = Cluster(folder / "postgres", Path("/usr"))
    with pytest.raises(DatabaseSetupError, match="belongs to another account"):
        cluster.ensure_running()


def test_a_socket_path_longer_than_the_system_takes_is_refused(folder: Path) -> None:
    cluster = Cluster(folder / "postgres", folder / ("x" * 100))
    with pytest.raises(DatabaseSetupError, match="too long"):
        cluster.ensure_running()


def test_places_are_reachable_short_and_apart_for_each_checkout(tmp_path: Path) -> None:
    places = choose_places(tmp_path / "one", None, None)
    other = choose_places(tmp_path / "two", None, None)
    assert places.socket_dir != other.socket_dir
    assert places.cluster_dir != other.cluster_dir
    assert len(str(places.socket_dir)) < 40
    assert places.account == (ACCOUNT if IS_ROOT else None)
    assert places.data_dir.is_relative_to("/var/lib" if IS_ROOT else tmp_path)
    assert choose_places(tmp_path, tmp_path / "chosen", None).data_dir == tmp_path / "chosen"
