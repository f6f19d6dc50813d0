"""What the browser does on the network while the map is open: nothing beyond this host."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.conftest import THIS_HOST, leaves_host
from tests.people import state_of

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import BrowserType, Page


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://127.0.0.1:8000/command", False),
        ("http://localhost/", False),
        ("data:image/png;base64,AA", False),
        ("blob:http://127.0.0.1:8000/1", False),
        ("https://tile.openstreetmap.org/1/1/1.png", True),
        ("//fonts.example/face.woff2", True),
        ("ws://example.com/", True),
    ],
)
def test_a_request_to_another_machine_is_told_from_one_to_this(url: str, *, expected: bool) -> None:
    assert leaves_host(url) is expected


def test_the_map_and_its_pages_ask_nobody_but_this_host(
    page: Page, demo_address: str, requests: list[str]
) -> None:
    page.goto(f"{demo_address}/command", wait_until="networkidle")
    page.goto(f"{demo_address}/command?lang=en", wait_until="networkidle")
    assert any("/api/map/packed/layers/sites" in url for url in requests)
    assert [url for url in requests if leaves_host(url)] == []


def test_chromium_looks_up_no_name_and_opens_no_connection_but_to_this_host(
    browser_type: BrowserType,
    browser_type_launch_args: dict[str, Any],
    demo_address: str,
    tmp_path: Path,
) -> None:
    log = tmp_path / "net-log.json"
    flags = [*browser_type_launch_args["args"], f"--log-net-log={log}"]
    browser = browser_type.launch(**{**browser_type_launch_args, "args": flags})
    page = browser.new_page(storage_state=state_of("command"))
    page.goto(f"{demo_address}/command", wait_until="networkidle")
    browser.close()
    spoken_to = addresses_in(json.loads(log.read_text(encoding="utf-8")))
    assert "127.0.0.1" in spoken_to
    assert spoken_to <= THIS_HOST


def addresses_in(log: dict[str, Any]) -> set[str]:
    """Every address that a connection was opened or a datagram sent to, by Chromium's own record.

    Chromium also asks the system for a way to a public address, to learn whether there is IPv6 here: it makes a
    datagram socket for it and sends nothing.
    """
    kinds = {number: name for name, number in log["constants"]["logEventTypes"].items()}
    opened, datagrams, sent = set(), {}, set()
    for event in log["events"]:
        kind, source = kinds[event["type"]], event["source"]["id"]
        address = event.get("params", {}).get("address", "").rsplit(":", maxsplit=1)[0]
        if kind == "TCP_CONNECT_ATTEMPT" and address:
            opened.add(address)
        elif kind == "UDP_CONNECT" and address:
            datagrams[source] = address
        elif kind == "UDP_BYTES_SENT":
            sent.add(source)
    return opened | {datagrams.get(source, "an unknown address") for source in sent}
