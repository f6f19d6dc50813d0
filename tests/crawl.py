"""A crawler of the application: whatever a reader can reach, in every format, is looked at for words it must not hold.

It knows nothing of who reads: it is given a client (signed in or not), where to begin, and what must not be there. What
lies inside of workbooks, letters, parcels and PDFs is looked at as well, and what pictures say of themselves.
"""

from __future__ import annotations

import re
from collections import defaultdict, deque
from dataclasses import dataclass, field
from gzip import decompress
from html import unescape
from io import BytesIO
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qsl, unquote, urlencode, urljoin, urlsplit
from zipfile import ZipFile

from lxml.html import HTMLParser, fromstring
from PIL import ExifTags, Image, UnidentifiedImageError
from pypdf import PdfReader
from werkzeug.exceptions import HTTPException

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from flask import Flask
    from flask.testing import FlaskClient
    from lxml.html import FormElement
    from werkzeug.routing import MapAdapter
    from werkzeug.test import TestResponse

LINK = re.compile(
    r"""(?:href|src|action)=["']([^"']+)["']|"(/[A-Za-z0-9_%.\-/]+(?:\?[^"\s]*)?)\""""
)
HOST = "http://localhost"
LIKE_EACH_OTHER = 6
"""So many forms of one kind are remembered."""
QUESTIONS, QUESTIONS_OF_ONE_KIND = 120, 16
"""So many addresses of one page with a question (?…) are followed, and so many that say the same fields in it.

Filters, orders and days combine without end, and all are answered by the same lines. Paths are followed one and all.
"""
MOST = 60_000
"""A crawl that comes to so many addresses does not end by itself: that fails, for what it has not seen is unknown."""


class Sending(NamedTuple):
    """A form as it stands on a page: where it goes, and what it says."""

    address: str
    fields: tuple[tuple[str, str], ...]


@dataclass
class Crawl:
    """What a crawl met: statuses by address, the endpoints behind them, and (address, word) for each leak."""

    statuses: dict[str, int] = field(default_factory=dict)
    endpoints: set[str] = field(default_factory=set)
    leaks: list[tuple[str, str]] = field(default_factory=list)
    forms: dict[tuple[str, ...], set[Sending]] = field(default_factory=lambda: defaultdict(set))
    """Forms to be posted that were met, by where they go and what is asked: a few of each kind."""
    passed_over: int = 0
    """Links not followed because enough of the same page with another question were."""

    def look_at(
        self, address: str, answer: TestResponse, forbidden: re.Pattern[str], *, asked: str = ""
    ) -> str:
        """Look at body and headers of an answer for what it must not hold; its text. What was `asked` it may say."""
        self.statuses[address] = answer.status_code
        text = str(answer.data, "utf-8", "replace")
        inside = "\n".join(open_up(answer.data))
        told = f"{text}\n{unescape(text)}\n{inside}\n{answer.headers}"
        self.leaks += [(address, found) for found in set(forbidden.findall(told)) if found != asked]
        return text


class EndlessCrawlError(AssertionError):
    """A crawl found ever more addresses, so that it cannot say that all was looked at."""


def crawl(
    app: Flask,
    client: FlaskClient,
    starts: Iterable[str],
    forbidden: re.Pattern[str],
    *,
    within: Callable[[str], bool] = lambda _address: True,
    most: int = MOST,
) -> Crawl:
    """Ask for `starts` and for every link found on the way for which `within` holds; look at bodies and headers.

    It ends by itself, for each address is asked for once, however its question is written, and of questions as many as
    `Questions` lets through; one that does not raises `EndlessCrawlError`.
    """
    done = Crawl()
    waiting = deque(dict.fromkeys(canonical(start) for start in starts))
    seen = set(waiting)
    adapter = app.url_map.bind("localhost")
    questions = Questions(adapter)
    while waiting:
        if len(done.statuses) >= most:
            message = f"{most} addresses asked for and {len(waiting)} still waiting: {waiting[0]}"
            raise EndlessCrawlError(message)
        address = waiting.popleft()
        answer = client.get(address, buffered=True)
        text = done.look_at(address, answer, forbidden)
        if answer.status_code == 200:
            path = urlsplit(address).path
            endpoint, _ = adapter.match(unquote(path))
            done.endpoints.add(str(endpoint))
            if answer.mimetype == "text/html":
                _remember_forms(done, text, address)
        if not (answer.mimetype or "").startswith(("text/", "application/", "image/svg")):
            continue
        for link in map(canonical, links_in(text, address)):
            if link in seen or not within(link):
                continue
            seen.add(link)
            if questions.wants(link):
                waiting.append(link)
            else:
                done.passed_over += 1
    return done


def canonical(address: str) -> str:
    """The one way to write an address: the fields of its question in the order of their names."""
    parts = urlsplit(address)
    asked = sorted(parse_qsl(parts.query, keep_blank_values=True))
    return f"{parts.path}?{urlencode(asked)}" if asked else parts.path


class Questions:
    """Which addresses with a question are followed: enough of each page, and of each kind of question."""

    def __init__(self, adapter: MapAdapter) -> None:
        self._adapter = adapter
        self._asked: dict[str, int] = defaultdict(int)
        self._alike: dict[tuple[str, ...], int] = defaultdict(int)

    def wants(self, address: str) -> bool:
        """Whether to ask for it."""
        parts = urlsplit(address)
        if not parts.query:
            return True
        page = self._page(unquote(parts.path))
        names = {name for name, _ in parse_qsl(parts.query, keep_blank_values=True)}
        alike = (page, *sorted(names))
        if self._asked[page] >= QUESTIONS or self._alike[alike] >= QUESTIONS_OF_ONE_KIND:
            return False
        self._asked[page] += 1
        self._alike[alike] += 1
        return True

    def _page(self, path: str) -> str:
        try:
            endpoint, _ = self._adapter.match(path)
        except HTTPException:
            return "no page"
        return str(endpoint)


def _remember_forms(done: Crawl, text: str, address: str) -> None:
    for form in forms_in(text, address):
        names = sorted({name for name, _ in form.fields})
        place = re.sub(r"/[^/]*\d[^/]*", "/…", urlsplit(form.address).path)
        known = done.forms[place, *names]
        if len(known) < LIKE_EACH_OTHER:
            known.add(form)


def forms_in(text: str, address: str) -> Iterator[Sending]:
    """The forms of a page that are to be posted, once for each button that says something of its own."""
    if "<form" not in text:
        return
    for form in fromstring(text.encode(), parser=HTMLParser(encoding="utf-8")).forms:
        if form.method.upper() != "POST":
            continue
        parts = urlsplit(urljoin(HOST + address, form.get("action") or ""))
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        said = tuple((str(name), str(value or "")) for name, value in form.form_values())
        for button in _buttons(form):
            yield Sending(path, said + button)


def _buttons(form: FormElement) -> list[tuple[tuple[str, str], ...]]:
    said = [
        ((button.get("name"), button.get("value", "")),)
        for button in form.iter("button")
        if button.get("name")
    ]
    return [*said] or [()]


def open_up(content: bytes) -> Iterator[str]:
    """The texts inside of what is no text: archives with what is in them, the pages of PDFs, what pictures tell."""
    if content.startswith(b"PK"):
        with ZipFile(BytesIO(content)) as archive:
            for one in archive.infolist():
                part = archive.read(one)
                yield one.filename
                yield part.decode("utf-8", "replace")
                yield from open_up(part)
    elif content.startswith(b"\x1f\x8b"):
        unpacked = decompress(content)
        yield unpacked.decode("utf-8", "replace")
        yield from open_up(unpacked)
    elif content.startswith(b"%PDF"):
        document = PdfReader(BytesIO(content))
        yield str(document.metadata)
        yield str(document.xmp_metadata and document.xmp_metadata.stream.get_data())
        for page in document.pages:
            yield page.extract_text()
    elif content.startswith((b"\xff\xd8", b"\x89PNG", b"RIFF", b"GIF8")):
        yield from _told_by_picture(content)


def _told_by_picture(content: bytes) -> Iterator[str]:
    try:
        picture = Image.open(BytesIO(content))
    except UnidentifiedImageError:
        return  # its bytes are looked at as they are
    with picture:
        exif = picture.getexif()
        told = [*picture.info.values(), *exif.values()]
        for part in (ExifTags.IFD.Exif, ExifTags.IFD.GPSInfo):
            told += exif.get_ifd(part).values()
        for one in told:
            yield one.decode("utf-8", "replace") if isinstance(one, bytes) else str(one)
            if isinstance(one, bytes):
                yield one.decode("utf-16", "replace")


def links_in(text: str, address: str) -> list[str]:
    """The addresses on this host that a page, a feed or a document names."""
    found = []
    for one, other in LINK.findall(text):
        parts = urlsplit(urljoin(HOST + address, unescape(one or other)))
        if parts.scheme == "http" and parts.hostname in {"localhost", "127.0.0.1"}:
            found.append(parts.path + (f"?{parts.query}" if parts.query else ""))
    return found
