"""Chromium for the tests: the system's own, kept from talking to anybody but this host, and watched for it."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from geo.database.acting import Identity, Role, acting_session, make_engine
from tests.browser.command_map import complaints, facts
from tests.clock import NOW
from tests.db.street import dig, street, take
from tests.people import admit, state_of
from tests.serving import serve_city

# A machine that does other things as well is slow, not wrong.
expect.set_options(timeout=20_000)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import BrowserContext, Request

    from tests.postgres import Server

__all__ = ["complaints", "facts"]

THIS_HOST = frozenset({"127.0.0.1", "localhost", "[::1]", "::1"})
WITHIN_THE_PAGE = frozenset({"about", "blob", "data", "file"})

QUIET = (
    # What Chromium would do by itself, beyond what Playwright already switches off.
    "--disable-domain-reliability",
    "--dns-prefetch-disable",
    "--no-pings",
    # No name but this host's can be looked up, so that nothing on the network can make a test pass.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)


def find_chromium() -> str:
    """The path of a Chromium or Chrome on this machine; the test fails when there is none.

    Without windows it is the same browser for a page and needs a third of the time for it.
    """
    named = os.environ.get("JIANTU_TEST_CHROMIUM")
    for name in (named, "chromium-headless-shell", "chromium", "google-chrome"):
        path = shutil.which(name) if name else None
        if path is not None:
            return path
    pytest.fail(
        "No Chromium on this machine: ./test installs it, or name one in JIANTU_TEST_CHROMIUM."
    )


def leaves_host(url: str) -> bool:
    """Whether a request for `url` goes to another machine."""
    parts = urlsplit(url)
    return parts.scheme not in WITHIN_THE_PAGE and parts.hostname not in THIS_HOST


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The system's Chromium. Playwright starts it without the sandbox, which does not work for root."""
    return {**browser_type_launch_args, "executable_path": find_chromium(), "args": [*QUIET]}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """An office desktop in China, in whose browser the command office is signed in."""
    return {
        **browser_context_args,
        "locale": "zh-CN",
        "timezone_id": "Asia/Shanghai",
        "viewport": {"width": 1440, "height": 900},
        "storage_state": state_of("command"),
    }


@pytest.fixture
def requests(context: BrowserContext) -> list[str]:
    """The address of every request the test's pages make, in order."""
    made: list[str] = []

    def note(request: Request) -> None:
        made.append(request.url)

    context.on("request", note)
    return made


@pytest.fixture(autouse=True)
def nothing_leaves_this_host(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail the test whose page asks another machine for anything."""
    if "context" not in request.fixturenames:
        yield
        return
    requests: list[str] = request.getfixturevalue("requests")
    yield
    gone = sorted({url for url in requests if leaves_host(url)})
    assert not gone, f"requests left this host: {gone}"


@pytest.fixture
def one_street(server: Server) -> Iterator[str]:
    """A city with one road and one work, served."""
    url = server.make_database("dezhou").replace("//jiantu@", "//jiantu_staff@")
    engine = make_engine(url, pool_size=1)
    with acting_session(engine, Identity(Role.COMMAND, "test:command")) as session:
        take(session, [dig("GS-1", "ab", unit="供水公司")], [street("A", "ae", name="东风路")])
    engine.dispose()
    admit(url, "leader")
    with serve_city(url, lambda: NOW) as address:
        yield address
