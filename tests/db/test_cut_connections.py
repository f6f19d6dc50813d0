"""Every connection of the program is cut ten times a second: what was answered is kept, the rest told as not done."""

from __future__ import annotations

import re
from threading import Event, Thread
from typing import TYPE_CHECKING

import psycopg
import pytest

from tests.clock import NOW
from tests.db.test_full_disk import kept, raise_blocker
from tests.ledgers import fill
from tests.serving import client_at

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.faults

EVERY_S = 0.1
WRITES = 150
READS = ("/ledger", "/ledger/P1", "/command", "/api/map/lamps", "/history")


def cut_until(owner_url: str, ended: Event, cuts: list[int]) -> None:
    """Cut all connections but this one, again and again."""
    with psycopg.connect(owner_url.replace("+psycopg", ""), autocommit=True) as connection:
        while not ended.wait(EVERY_S):
            found = connection.execute(
                "select count(pg_terminate_backend(pid)) from pg_stat_activity"
                " where datname = current_database() and pid <> pg_backend_pid() and usename = 'jiantu_staff'"
            ).fetchone()
            cuts.append(found[0] if found else 0)


@pytest.fixture
def staff_url(fresh_dezhou_url: str) -> str:
    url = fresh_dezhou_url.replace("//jiantu@", "//jiantu_staff@")
    fill(url)
    return url


def test_what_was_answered_is_kept_and_what_was_cut_is_told(
    fresh_dezhou_url: str, staff_url: str
) -> None:
    cuts: list[int] = []
    ended = Event()
    with client_at(staff_url, lambda: NOW) as client:
        found = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/account").text)
        assert found
        before = kept(staff_url)
        cutter = Thread(target=cut_until, args=(fresh_dezhou_url, ended, cuts))
        cutter.start()
        try:
            sent, answered, read = work(
                lambda words: raise_blocker(client, found[1], words).status_code,
                lambda path: client.get(path).status_code,
            )
        finally:
            ended.set()
            cutter.join()
        assert sum(cuts) > 20, "else nothing was cut"
        assert 0 < len(answered) < len(sent), "else no write was cut, or every one"
        assert read[200] > 0, "else nothing can be read between two cuts"
        assert before | answered <= kept(staff_url) <= before | sent
        for path in READS:
            assert client.get(path).status_code == 200, path
        assert raise_blocker(client, found[1], "afterwards x").status_code == 303


def work(
    write: Callable[[str], int], look: Callable[[str], int]
) -> tuple[set[str], set[str], dict[int, int]]:
    """Write and read by turns; what was sent, what was answered as done, and how the readings ended."""
    sent, answered = set(), set()
    read = {200: 0, 503: 0}
    for number in range(WRITES):
        name = f"cut-{number}"
        sent.add(name)
        status = write(f"{name} x")
        assert status in {303, 503}, status
        if status == 303:
            answered.add(name)
        read[look(READS[number % len(READS)])] += 1
    return sent, answered, read
