"""A crawler of the application: whatever a reader can reach, in every format, is looked at for words it must not hold.

It knows nothing of who reads: it is given a client (signed in or not), where to begin, and what must not be there.
"""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass, field
from html import unescape
from io import BytesIO
from typing import TYPE_CHECKING
from urllib.parse import unquote, urljoin, urlsplit
from zipfile import ZipFile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from flask import Flask
    from flask.testing import FlaskClient

LINK = re.compile(
    r"""(?:href|src|action)=["']([^"']+)["']|"(/[A-Za-z0-9_%.\-/]+(?:\?[^"\s]*)?)\""""
)
HOST = "http://localhost"


@dataclass
class Crawl:
    """What a crawl met: statuses by address, the endpoints behind them, and (address, word) for each leak."""

    statuses: dict[str, int] = field(default_factory=dict)
    endpoints: set[str] = field(default_factory=set)
    leaks: list[tuple[str, str]] = field(default_factory=list)


def crawl(
    app: Flask,
    client: FlaskClient,
    starts: Iterable[str],
    forbidden: re.Pattern[str],
    *,
    within: Callable[[str], bool] = lambda _address: True,
    most: int = 20_000,
) -> Crawl:
    """Ask for `starts` and for every link found on the way for which `within` holds; look at bodies and headers."""
    done = Crawl()
    waiting = deque(dict.fromkeys(starts))
    seen = set(waiting)
    adapter = app.url_map.bind("localhost")
    while waiting and len(done.statuses) < most:
        address = waiting.popleft()
        answer = client.get(address)
        done.statuses[address] = answer.status_code
        text = answer.data.decode("utf-8", "replace")
        inside = "\n".join(open_up(answer.data))
        told = f"{text}\n{unescape(text)}\n{inside}\n{answer.headers}"
        done.leaks += [(address, found) for found in set(forbidden.findall(told))]
        if answer.status_code == 200:
            path = urlsplit(address).path
            endpoint, _ = adapter.match(unquote(path))
            done.endpoints.add(str(endpoint))
        if not (answer.mimetype or "").startswith(("text/", "application/", "image/svg")):
            continue
        for link in links_in(text, address):
            if link not in seen and within(link):
                seen.add(link)
                waiting.append(link)
    return done


def open_up(content: bytes) -> Iterator[str]:
    """The texts of what lies inside an archive (workbooks, letters and parcels are such) and of archives in it."""
    if not content.startswith(b"PK"):
        return
    with ZipFile(BytesIO(content)) as archive:
        for one in archive.infolist():
            part = archive.read(one)
            yield one.filename
            yield part.decode("utf-8", "replace")
            yield from open_up(part)


def links_in(text: str, address: str) -> list[str]:
    """The addresses on this host that a page, a feed or a document names."""
    found = []
    for one, other in LINK.findall(text):
        parts = urlsplit(urljoin(HOST + address, unescape(one or other)))
        if parts.scheme == "http" and parts.hostname in {"localhost", "127.0.0.1"}:
            found.append(parts.path + (f"?{parts.query}" if parts.query else ""))
    return found
