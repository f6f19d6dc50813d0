"""The private server is killed while it is written to."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

import psycopg
import pytest

from geo.database.cluster import Cluster
from geo.database.places import ACCOUNT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

pytestmark = pytest.mark.faults

PROJECT_DIR = Path(__file__).resolve().parents[2]

KILLS = 20
WRITES_BEFORE_A_KILL = 50


@contextmanager
def started(settings: Mapping[str, str] | None = None) -> Iterator[Cluster]:
    """A server with the settings of an installation, not the tests' forgetful ones."""
    with tempfile.TemporaryDirectory(prefix="jiantu-crash-") as path:
        folder = Path(path)
        folder.chmod(0o711)
        account = ACCOUNT if os.geteuid() == 0 else None
        cluster = Cluster(
            folder / "postgres", folder / "socket", account=account, settings=settings
        )
        cluster.ensure_running()
        yield cluster
        cluster.stop()


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    with started() as cluster:
        yield cluster


def write_until_cut(cluster: Cluster, acknowledged: list[int]) -> None:
    try:
        with psycopg.connect(cluster.url().replace("+psycopg", ""), autocommit=True) as connection:
            while True:
                number = len(acknowledged) + 1
                # What a cut commit left behind counts as written; it is never doubled.
                connection.execute("insert into kept values (%s) on conflict do nothing", [number])
                acknowledged.append(number)
    except psycopg.OperationalError:
        return


def kill_again_and_again(cluster: Cluster) -> Iterator[int]:
    """After each of many kills while it is written to: how many acknowledged writes are not there."""
    url = cluster.url().replace("+psycopg", "")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("create table kept (n int primary key)")
    acknowledged: list[int] = []
    for _ in range(KILLS):
        running = cluster.status()
        assert running is not None
        enough = len(acknowledged) + WRITES_BEFORE_A_KILL
        writer = Thread(target=write_until_cut, args=(cluster, acknowledged))
        writer.start()
        while len(acknowledged) < enough:
            assert writer.is_alive()
        os.kill(running.pid, signal.SIGKILL)
        writer.join()
        cluster.ensure_running()
        with psycopg.connect(url) as connection:
            row = connection.execute("select count(*), coalesce(max(n), 0) from kept").fetchone()
        assert row is not None
        count, last = row
        assert count == last
        yield max(0, len(acknowledged) - last)
        del acknowledged[last:]


def test_no_acknowledged_write_is_lost_when_the_server_is_killed_again_and_again(
    cluster: Cluster,
) -> None:
    assert list(kill_again_and_again(cluster)) == [0] * KILLS


def test_control_a_server_that_acknowledges_before_it_has_written_loses_some() -> None:
    with started({"synchronous_commit": "off"}) as forgetful:
        assert any(kill_again_and_again(forgetful)), "else the watch over losses sees none"


START = """
import sys
from pathlib import Path
from geo.database.cluster import Cluster
cluster = Cluster(Path(sys.argv[1]), Path(sys.argv[2]), account=sys.argv[3] or None)
print("here", flush=True)
try:
    cluster.ensure_running()
finally:
    cluster.leave()
"""


@pytest.mark.parametrize("delay_s", [step / 40 for step in range(16)])
def test_ctrl_c_at_any_moment_of_a_start_leaves_no_server_behind(
    cluster: Cluster, delay_s: float
) -> None:
    cluster.leave()
    account = ACCOUNT if os.geteuid() == 0 else ""
    places = [str(cluster.cluster_dir), str(cluster.socket_dir), account]
    command = [sys.executable, "-c", START, *places]
    with subprocess.Popen(
        command, cwd=PROJECT_DIR, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == "here\n"
        time.sleep(delay_s)
        program.send_signal(signal.SIGINT)
    assert cluster.status() is None
