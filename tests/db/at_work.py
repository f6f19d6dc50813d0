"""People who work at the served program while it is killed, and what they were answered."""

from __future__ import annotations

import math
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Any, Protocol

import pytest
import requests
from shapely.geometry import mapping

from geo.exporters.ledger import write_ledger
from geo.records import Batch
from tests.db.street import STREET
from tests.factories import TODAY, blocker, project
from tests.ledgers import read_form
from tests.people import SECRET, cookie_of

if TYPE_CHECKING:
    from collections.abc import Callable


PROJECT_DIR = Path(__file__).resolve().parents[2]
LONGEST_S = 0.5
"""A kill comes at most this long after some of the work was answered."""
PATIENCE_S = 120.0

SERVE = """
import sys
from pydantic import SecretStr
from app.config import Settings
from app.web_server import WebServer
url, port, today, secret = sys.argv[1:]
settings = Settings(host="127.0.0.1", port=int(port), workers=1, threads=4, today=today)
server = WebServer(settings, url, None, SecretStr(secret))
# What a worker needs is read once, so that another one is there at once.
server.cfg.set("preload_app", True)
server.run()
"""


@dataclass
class Work:
    """What clients sent under names of their own, and which of it was answered."""

    sent: dict[str, set[str]] = field(default_factory=dict)
    answered: dict[str, set[str]] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)
    last_sent: dict[str, float] = field(default_factory=dict)
    first_answer: Event = field(default_factory=Event)
    """Set by the first answer to what was sent after `since`."""
    since: float = math.inf
    statuses: Counter[int] = field(default_factory=Counter)
    """How often which status came."""

    def send(self, kind: str, name: str) -> None:
        with self.lock:
            self.sent.setdefault(kind, set()).add(name)
            self.last_sent[name] = time.monotonic()

    def answer(self, kind: str, name: str) -> None:
        with self.lock:
            self.answered.setdefault(kind, set()).add(name)
            if self.last_sent[name] > self.since:
                self.first_answer.set()

    def expect_answer(self) -> None:
        """From now on: wait for `first_answer`."""
        with self.lock:
            self.since = time.monotonic()
            self.first_answer.clear()

    def wait_for(self, many: int) -> None:
        """Until so many more were answered than now."""
        wanted = self.count() + many
        until = time.monotonic() + PATIENCE_S
        while self.count() < wanted:
            assert time.monotonic() < until
            time.sleep(0.01)

    def count(self) -> int:
        """How many were answered."""
        with self.lock:
            return sum(len(names) for names in self.answered.values())


class Served:
    """The program on a port, in processes of its own."""

    def __init__(self, url: str, port: int) -> None:
        self.url, self.port = url, port
        self.address = f"http://127.0.0.1:{port}"
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-c", SERVE, self.url, str(self.port), str(TODAY), SECRET]
        self.program = subprocess.Popen(
            command, cwd=PROJECT_DIR, start_new_session=True, stdout=subprocess.DEVNULL
        )

    def workers(self) -> list[int]:
        pid = self.program.pid
        listed = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
        return [int(word) for word in listed.split()]

    def kill_workers(self) -> None:
        for pid in self.workers():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.program.pid, signal.SIGKILL)
        self.program.wait()

    def wait(self) -> None:
        """Until it answers."""
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            with suppress(requests.RequestException):
                if requests.get(f"{self.address}/sign-in", timeout=5).status_code == 200:
                    return
            time.sleep(0.02)
        pytest.fail("the program does not come back")


class Address(Protocol):
    """Where a program answers."""

    address: str


class Client:
    """Somebody of the command at a browser, who tries again what did not get through where that is harmless."""

    def __init__(self, served: Address, work: Work, number: int) -> None:
        self.served, self.work, self.number = served, work, number
        self.random = Random(number)  # noqa: S311  chance, not secrecy
        self.count = 0
        self.browser = requests.Session()
        self.browser.cookies.set("session", cookie_of("command"), domain="127.0.0.1", path="/")

    def name(self, kind: str) -> str:
        self.count += 1
        return f"{kind}-{self.number}-{self.count}"

    def get(self, path: str) -> str:
        answer = self.browser.get(f"{self.served.address}{path}", timeout=30)
        self.work.statuses[answer.status_code] += 1
        if answer.status_code != 200:
            message = f"{path}: {answer.status_code}"
            raise requests.ConnectionError(message)
        return answer.text

    def post(self, path: str, **more: Any) -> requests.Response:
        answer = self.browser.post(
            f"{self.served.address}{path}", timeout=30, allow_redirects=False, **more
        )
        self.work.statuses[answer.status_code] += 1
        return answer

    def fill_in(self, kind: str, path: str, word: str, **said: str) -> None:
        """Fill a form in and send it, again and again under its own name until it is answered."""
        name = self.name(kind)
        fields = read_form(self.get(path)) | said | {word: name}
        for _ in range(3):
            self.work.send(kind, name)
            with suppress(requests.RequestException):
                if self.post(path, data=fields).status_code == 303:
                    self.work.answer(kind, name)
                    return
            time.sleep(0.05)

    def report(self) -> None:
        code = self.random.choice(["P1", "P2"])
        percent = str(self.random.randrange(1, 99))
        self.fill_in("report", f"/ledger/{code}/progress", "narrative", percent=percent)

    def raise_blocker(self) -> None:
        code = self.random.choice(["P1", "P2"])
        self.fill_in("blocker", f"/ledger/{code}/blocker/new", "text", cause="land")

    def draw(self) -> None:
        name = self.name("zone")
        first = TODAY + timedelta(days=self.random.randrange(700))
        letters = self.random.choice(["ab", "bc", "fg", "kl", "ac"])
        document = {
            "kind": "relocation",
            "name": name,
            "utility": "water",
            "placement": "underground",
            "first_on": str(first),
            "last_on": str(first + timedelta(days=20)),
            "parts": [{"geometry": mapping(STREET.line(letters)), "width_m": 2}],
        }
        found = re.search(r'"csrf": ?"([^"]+)"', self.get("/zones/new"))
        assert found
        self.work.send("zone", name)
        answer = self.post("/api/zones", json=document, headers={"X-CSRFToken": found[1]})
        if answer.status_code == 201:
            self.work.answer("zone", name)

    def import_file(self) -> None:
        """A ledger that says two things which belong together."""
        name = self.name("import")
        csrf = read_csrf(self.get("/intake"))
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"{name}.xlsx"
            said = Batch(
                projects=[project("P9", contractor=name)],
                blockers=[blocker("P9", text=name, cause="land")],
            )
            write_ledger(path, said)
            content = path.read_bytes()
        taken = self.post(
            "/intake/files", data={"csrf_token": csrf}, files={"file": (f"{name}.xlsx", content)}
        )
        if taken.status_code != 303:
            return
        self.work.send("import", name)
        imported = self.post(
            f"{taken.headers['Location']}/import", data={"csrf_token": csrf, "mapping": "ledger"}
        )
        if imported.status_code == 303:
            self.work.answer("import", name)

    def act(self) -> None:
        acts: list[Callable[[], None]] = [self.report, self.raise_blocker, self.draw]
        if self.number == 0:
            acts.append(self.import_file)
        self.random.choice(acts)()


def read_csrf(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found
    return found[1]


class Clients:
    """People at work, who rest while somebody looks."""

    def __init__(self, clients: list[Client]) -> None:
        self.may_work, self.ended = Event(), Event()
        self.resting = [Event() for _ in clients]
        self.threads = [
            Thread(target=self._work, args=(client, resting))
            for client, resting in zip(clients, self.resting, strict=True)
        ]
        for thread in self.threads:
            thread.start()

    def _work(self, client: Client, resting: Event) -> None:
        while not self.ended.is_set():
            if not self.may_work.is_set():
                resting.set()
                self.may_work.wait()
                resting.clear()
                continue
            try:
                client.act()
            except requests.RequestException:
                time.sleep(0.02)

    def rest(self) -> None:
        self.may_work.clear()
        for resting in self.resting:
            assert resting.wait(PATIENCE_S)

    def end(self) -> None:
        self.ended.set()
        self.may_work.set()
        for thread in self.threads:
            thread.join()
