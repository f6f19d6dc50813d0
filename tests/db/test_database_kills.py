"""The private server is killed under people who work at the program as it is run: it is back in seconds, with all."""

from __future__ import annotations

import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import psycopg
import pytest
import requests

from app.config import Settings
from app.installation import database_name, make_cluster
from geo.database.city_file import load_city
from tests.db.at_work import PATIENCE_S, PROJECT_DIR, Client, Clients, Work
from tests.db.test_kills import find_differences, find_lost, find_stale, wait_alone
from tests.factories import TODAY
from tests.ledgers import fill
from tests.people import SECRET, admit
from tests.postgres import CITIES_DIR

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geo.database.cluster import Cluster

pytestmark = pytest.mark.faults

KILLS = int(os.environ.get("JIANTU_TEST_DATABASE_KILLS", "200"))
STALE_EVERY = 20
"""Lamps and pairs are compared with the rules after so many kills, everything else after each."""
PEOPLE = 4


class Program:
    """`jiantu up` with a private server of its own, as `./run` ends in it."""

    def __init__(self, folder: Path) -> None:
        self.port = 20_000 + os.getpid() % 20_000
        self.address = f"http://127.0.0.1:{self.port}"
        self.city = load_city(CITIES_DIR / "dezhou.toml")
        settings = Settings(_env_file=None, data_dir=folder / "data")
        self.cluster: Cluster = make_cluster(settings)
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith("JIANTU_")
        }
        self.process = subprocess.Popen(
            [
                str(Path(sys.executable).with_name("jiantu")),
                "up",
                "--port",
                str(self.port),
                "--city",
                "dezhou",
            ],
            cwd=PROJECT_DIR,
            env=environment
            | {
                "JIANTU_DATA_DIR": str(folder / "data"),
                "JIANTU_SECRET_KEY": SECRET,
                "JIANTU_TODAY": str(TODAY),
            },
            stdout=subprocess.DEVNULL,
        )
        self.wait()

    def wait(self) -> None:
        """Until it answers."""
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            with suppress(requests.RequestException):
                if requests.get(f"{self.address}/sign-in", timeout=5).status_code == 200:
                    return
            time.sleep(0.05)
        pytest.fail("the program does not come up")

    def url(self, login: str) -> str:
        return self.cluster.url(database_name(self.city)).replace("//jiantu@", f"//{login}@")

    def kill_database(self) -> None:
        running = self.cluster.status()
        assert running is not None
        os.kill(running.pid, signal.SIGKILL)

    def end(self) -> None:
        self.process.send_signal(signal.SIGINT)
        self.process.wait(PATIENCE_S)
        if self.cluster.status() is not None:
            self.cluster.stop(tidily=False)
            pytest.fail("the database runs on after its program has ended")


@pytest.fixture
def program() -> Iterator[Program]:
    with tempfile.TemporaryDirectory(prefix="jiantu-kills-") as path:
        Path(path).chmod(0o711)
        program = Program(Path(path))
        fill(program.url("jiantu_staff"))
        admit(program.url("jiantu_staff"), "command")
        with psycopg.connect(program.url("jiantu").replace("+psycopg", "")) as connection:
            connection.execute(
                "update jiantu.account_session set opened_at = now(), used_at = now(),"
                " expires_at = now() + interval '1 day'"
            )
        yield program
        program.end()


def tell(away: list[float], work: Work, seconds: float) -> None:
    """How long it took until the first write was taken that was sent after a kill."""
    times = sorted(away)
    answered = sum(len(names) for names in work.answered.values())
    sys.stdout.write(
        f"\n{len(times)} kills in {seconds:.0f} s, {answered} writes answered; first write taken after a kill:"
        f" median {statistics.median(times):.1f} s, 95th {times[int(len(times) * 0.95)]:.1f} s,"
        f" longest {times[-1]:.1f} s\n"
    )
    sys.stdout.flush()


def test_a_killed_database_is_back_by_itself_with_everything_that_was_answered(
    program: Program,
) -> None:
    random = Random(3)  # noqa: S311  chance, not secrecy
    work = Work()
    people = Clients([Client(program, work, number) for number in range(PEOPLE)])
    began, away = time.monotonic(), []
    plain = program.url("jiantu").replace("+psycopg", "")
    try:
        for number in range(KILLS):
            people.may_work.set()
            work.wait_for(random.randrange(1, 5))
            time.sleep(random.uniform(0.0, 0.3))
            work.expect_answer()
            program.kill_database()
            assert work.first_answer.wait(PATIENCE_S), f"no write is taken after kill {number}"
            away.append(time.monotonic() - work.since)
            people.rest()
            with psycopg.connect(plain, autocommit=True) as connection:
                wait_alone(connection)
                wrong = find_differences(connection) + find_lost(connection, work)
            if number % STALE_EVERY == STALE_EVERY - 1:
                wrong += find_stale(program.url("jiantu_staff"))
                tell(away, work, time.monotonic() - began)
            assert wrong == [], number
    finally:
        people.end()
    answered = sum(len(names) for names in work.answered.values())
    assert answered > KILLS
    assert {status for status in work.statuses if status >= 500} <= {503}
