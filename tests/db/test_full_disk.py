"""The disk runs full while somebody works: what is there is read on, and no write is said to be kept that is not."""

from __future__ import annotations

import os
import re
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from geo.database.acting import acting_session, make_engine
from geo.database.city_file import load_city
from geo.database.cluster import Cluster
from geo.database.places import ACCOUNT
from geo.database.setup import set_up_city
from tests.clock import NOW
from tests.conftest import COMMAND
from tests.ledgers import fill
from tests.postgres import CITIES_DIR
from tests.serving import client_at

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

pytestmark = pytest.mark.faults

DISK_MB = 480
"""Room for a city and PostgreSQL's own logs."""
MOST_WRITES = 400
LONG = "".join(chr(0x4E00 + (place * 7_919) % 20_000) for place in range(1_900))
"""Words that do not pack well."""


@contextmanager
def small_disk(place: Path) -> Iterator[Path]:
    """A file system of its own, so that filling it fills nothing else."""
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m,mode=0711", "tmpfs", str(place)]
    if subprocess.run(mount, check=False, capture_output=True).returncode != 0:
        pytest.skip("this system lets nobody make a file system")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)  # noqa: S607  the system's


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    for folder in (tmp_path, *list(tmp_path.parents)[:2]):
        folder.chmod(0o711)
    with small_disk(tmp_path / "disk") as place:
        yield place


@pytest.fixture
def staff_url(disk: Path) -> Iterator[str]:
    """A small city on a server whose files lie on that disk."""
    account = ACCOUNT if os.geteuid() == 0 else None
    socket = disk.parent / "socket"
    cluster = Cluster(disk / "postgres", socket, account=account, settings={"max_wal_size": "64MB"})
    cluster.ensure_running()
    set_up_city(cluster.url(), load_city(CITIES_DIR / "dezhou.toml"))
    url = cluster.url().replace("//jiantu@", "//jiantu_staff@")
    fill(url)
    yield url
    cluster.stop(tidily=False)


def use_up(disk: Path) -> Path:
    """A file that takes all the room that is left."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for size in (1_000_000, 4_096, 1):
            try:
                while file.write(b"x" * size) == size:
                    pass
            except OSError:
                continue
    return ballast


def raise_blocker(client: FlaskClient, token: str, words: str) -> TestResponse:
    form = {"csrf_token": token, "text": words, "cause": "other", "raised_on": "2026-11-20"}
    return client.post("/ledger/P1/blocker/new", data=form)


def kept(url: str) -> set[str]:
    """The first words of every blocker there is."""
    engine = make_engine(url, pool_size=1)
    with acting_session(engine, COMMAND) as session:
        found = {str(row[0]) for row in session.execute(text("select text from jiantu.blocker"))}
    engine.dispose()
    return {words.split()[0] for words in found}


def test_on_a_full_disk_reads_go_on_and_no_write_is_a_false_success(
    disk: Path, staff_url: str
) -> None:
    with client_at(staff_url, lambda: NOW) as client:
        found = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/account").text)
        assert found
        first = raise_blocker(client, found[1], f"first {LONG[:100]}")
        assert first.status_code == 303, first.text
        before = kept(staff_url)
        ballast = use_up(disk)
        answered, refused = {"first"}, set()
        for number in range(MOST_WRITES):
            name = f"full-{number}"
            answer = raise_blocker(client, found[1], f"{name} {LONG[number:] + LONG[:number]}")
            if answer.status_code == 303:
                answered.add(name)
                continue
            assert answer.status_code in {503, 507}
            refused.add(name)
            if len(refused) == 5:
                break
        assert refused, "else the disk was not full"
        for path in ("/ledger", "/ledger/P1", "/command", "/api/map/lamps", "/history"):
            assert client.get(path).status_code == 200, path
        assert kept(staff_url) == before | answered
        ballast.unlink()
        again = raise_blocker(client, found[1], f"again {LONG[:100]}")
        assert again.status_code == 303
        assert kept(staff_url) == before | answered | {"again"}
