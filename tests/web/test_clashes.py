"""Fifty clerks edit the same few projects over HTTP: whoever saw an older version changes nothing, and is told so."""

from __future__ import annotations

import http.client
import logging
import os
import random
import re
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

import pytest
from sqlalchemy import text

from geo.database.acting import acting_session, make_engine
from tests.clock import NOW
from tests.conftest import COMMAND
from tests.db.test_editing import assert_state_is_history
from tests.ledgers import read_form
from tests.people import admit, cookie_of
from tests.serving import serve_city

if TYPE_CHECKING:
    from tests.ledgers import Ledger

EDITS = int(os.environ.get("JIANTU_TEST_CLASHES", "20"))
"""By each client, in the nightly run."""
CODES = ("P1", "P2")


@dataclass
class Clerk:
    """Somebody at a browser, who writes over what he last saw of a project and looks again when that was too old."""

    address: str
    number: int
    cookie: str
    form: dict[str, dict[str, str]]
    written: list[tuple[str, int, str]] = field(default_factory=list)
    """What was answered as done: the project, the version that was written over, and the words."""
    stale: int = 0
    others: list[int] = field(default_factory=list)

    def work(self, edits: int) -> None:
        """Edit again and again."""
        dice = random.Random(self.number)  # noqa: S311  the same clashes each time
        self.connection = http.client.HTTPConnection(urlsplit(self.address).netloc, timeout=120)
        seen = dict.fromkeys(CODES, 1)
        for edit in range(edits):
            code = dice.choice(CODES)
            words = f"{self.number}-{edit}"
            status, page = self.send(code, seen[code], words)
            if status == 303:
                self.written.append((code, seen[code], words))
                seen[code] += 1
            elif status == 412:
                self.stale += 1
                seen[code] = version_in(page)
            else:
                self.others.append(status)
        self.connection.close()

    def send(self, code: str, version: int, words: str) -> tuple[int, str]:
        """Say that the manager is another, to one who has seen `version`."""
        form = {**self.form[code], "manager": words}
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": self.cookie,
            "If-Match": f'"{version}"',
        }
        self.connection.request("POST", f"/ledger/{code}/facts", urlencode(form), headers)
        answer = self.connection.getresponse()
        return answer.status, answer.read().decode()


def version_in(page: str) -> int:
    """The version that a page of two who clash says is there now."""
    found = re.search(r'name="version" value="(\d+)"', page)
    assert found
    return int(found[1])


def forms(address: str) -> tuple[str, dict[str, dict[str, str]]]:
    """The form of each project as a browser got it, and the cookie by which its token is known."""
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=120)
    cookie, found = f"session={cookie_of('command')}", {}
    for code in CODES:
        connection.request("GET", f"/ledger/{code}/facts", headers={"Cookie": cookie})
        answer = connection.getresponse()
        cookie = (answer.getheader("Set-Cookie") or cookie).split(";", maxsplit=1)[0]
        found[code] = read_form(answer.read().decode())
        found[code].pop("version")
        found[code].pop("key", None)
    connection.close()
    return cookie, found


@pytest.mark.parametrize(
    ("clients", "edits"),
    [(8, 5), pytest.param(50, EDITS, marks=pytest.mark.nightly)],
    ids=["few", "50 clients"],
)
def test_no_edit_over_http_is_overwritten_by_who_did_not_see_it(
    ledger: Ledger, clients: int, edits: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, "werkzeug")  # a line for each request
    admit(ledger.url, "command")
    began = time.monotonic()
    with serve_city(ledger.url, lambda: NOW) as address:
        cookie, form = forms(address)
        clerks = [Clerk(address, number, cookie, form) for number in range(clients)]
        with ThreadPoolExecutor(clients) as pool:
            list(pool.map(lambda clerk: clerk.work(edits), clerks))
    written = [one for clerk in clerks for one in clerk.written]
    stale = sum(clerk.stale for clerk in clerks)
    sys.stdout.write(
        f"\n{clients} clients, {clients * edits} edits in {time.monotonic() - began:.0f} s:"
        f" {len(written)} kept, {stale} told of another version\n"
    )
    assert [status for clerk in clerks for status in clerk.others] == []
    assert len(written) + stale == clients * edits
    assert stale > 0
    engine = make_engine(ledger.url, pool_size=1)
    with acting_session(engine, COMMAND) as session:
        kept = {
            (row.code, row.version): row.manager
            for row in session.execute(
                text(
                    "select row ->> 'code' as code, version, row ->> 'manager' as manager"
                    " from history.project_version"
                )
            )
        }
        last = {
            row.code: row.version
            for row in session.execute(text("select code, version from jiantu.project"))
        }
        assert_state_is_history(session)
    engine.dispose()
    # Each version was written over once, by one who had seen just that; what was answered is there, and no more.
    assert {(code, seen + 1): words for code, seen, words in written} == {
        key: manager for key, manager in kept.items() if key[1] > 1 and key[0] in CODES
    }
    for code in CODES:
        assert last[code] == 1 + sum(one == code for one, _, _ in written)
