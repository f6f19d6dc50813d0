"""`./run` is stopped by Ctrl-C at any moment of its first start: nothing is left half made, the next start works."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import psycopg
import pytest
from sqlalchemy import create_engine

from app.config import Settings
from app.installation import database_name, make_cluster
from geo.database.city_file import load_city
from geo.database.setup import is_current
from tests.postgres import CITIES_DIR

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.faults

PROJECT_DIR = Path(__file__).resolve().parents[2]
STOPS = int(os.environ.get("JIANTU_TEST_STOPS", "16"))
IN_A_ROW = 4
"""So many starts are stopped, each going on from what the one before left, before one is let through."""
PATIENCE_S = 600
SERVED = "请打开"
"""What `./run` says once it serves."""


@pytest.fixture
def folder() -> Iterator[Path]:
    # What is started by a shell in the background takes no notice of Ctrl-C, and neither would its children.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    with tempfile.TemporaryDirectory(prefix="jiantu-stop-") as path:
        Path(path).chmod(0o711)
        yield Path(path)
    signal.signal(signal.SIGINT, before)


def start(data: Path, *more: str) -> subprocess.Popen[str]:
    """`./run` for the demo city, with everything of its own, as a terminal would start it."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("JIANTU_")}
    port = 20_000 + os.getpid() % 20_000
    return subprocess.Popen(
        ["./run", "--city", "demo", "--port", str(port), *more],
        cwd=PROJECT_DIR,
        env=own | {"JIANTU_DATA_DIR": str(data)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def let_through(data: Path) -> float:
    """A start that nobody stops; how long it took."""
    began = time.monotonic()
    with start(data, "--check") as program:
        words, _ = program.communicate(timeout=PATIENCE_S)
    assert program.returncode == 0, words
    return time.monotonic() - began


def stop_after(data: Path, delay_s: float) -> str:
    """Press Ctrl-C after so long: whoever is in the foreground gets it; what was said until then."""
    with start(data) as program:
        time.sleep(delay_s)
        os.killpg(program.pid, signal.SIGINT)
        words, _ = program.communicate(timeout=PATIENCE_S)
    return words


def find_half_made(data: Path) -> list[str]:
    """What a stopped start must not leave: a server, a folder that only looks like a cluster, half a city."""
    cluster = make_cluster(Settings(_env_file=None, data_dir=data))
    if cluster.status() is not None:
        return ["a server runs on"]
    if cluster.made_with() is None:
        return []
    city = load_city(CITIES_DIR / "demo.toml")
    url = cluster.ensure_running(database_name(city))
    engine = create_engine(url)
    try:
        with psycopg.connect(url.replace("+psycopg", "")) as connection:
            row = connection.execute("select to_regclass('jiantu.city') is not null").fetchone()
            if row == (False,):
                return []
            counted = connection.execute("select count(*) from jiantu.project").fetchone()
        wrong = [] if is_current(engine, city.code) else ["half a set-up"]
        # The demo city comes in one piece: all of its projects, or none.
        return wrong if counted is not None and counted[0] in {0, 300} else [*wrong, f"{counted}"]
    finally:
        engine.dispose()
        cluster.leave()


def test_ctrl_c_at_any_moment_of_a_first_start_leaves_nothing_half_made(folder: Path) -> None:
    # The first start of all makes what lies beside the data; moments are drawn from one that has it.
    let_through(folder / "first")
    whole_s = let_through(folder / "second")
    dice = Random(5)  # noqa: S311  chance, not secrecy
    delays = [dice.uniform(0.1, whole_s) for _ in range(STOPS)]
    data, stopped, early = folder / "data-0", 0, 0
    for number, delay_s in enumerate(delays):
        words = stop_after(data, delay_s)
        stopped += 1
        served = SERVED in words
        early += not served
        last = words.strip().splitlines()[-1:] or ["nothing"]
        sys.stdout.write(f"\nstopped after {delay_s:.1f} of {whole_s:.1f} s: {last[0]}")
        sys.stdout.flush()
        assert "Traceback" not in words, words
        assert find_half_made(data) == [], f"stopped after {delay_s:.1f} s: {words}"
        if served or stopped == IN_A_ROW:
            # What is set up and loaded has no first start any more.
            let_through(data)
            assert find_half_made(data) == []
            data, stopped = folder / f"data-{number + 1}", 0
    assert early > STOPS // 2, f"only {early} of {STOPS} starts were stopped before they were done"
