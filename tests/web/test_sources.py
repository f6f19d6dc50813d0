"""The page of feeds, on a city whose feed was pulled, lost works and went wrong; and the duty that pulls."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from app.companions import pull_due_feeds
from app.pages.sources import plain_address
from geo.changes.feeds import FeedWords, add_feed
from geo.database.acting import Identity, Role, acting_session, make_engine
from geo.importers.feed_pull import pull_feed
from tests.clock import NOW
from tests.feed_server import serving
from tests.realdata import real_file
from tests.serving import client_at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask.testing import FlaskClient

    from tests.postgres import Server

COMMAND = Identity(Role.COMMAND, "test")


@pytest.fixture(scope="module")
def url(server: Server) -> str:
    """Berlin, whose feed was pulled by the duty, lost 20 works and then broke."""
    made = server.make_database("berlin")
    engine = make_engine(made)
    feed = json.loads(real_file("berlin", "berlin.json").read_text("utf-8"))
    now = datetime(2026, 4, 1, 1, tzinfo=UTC)
    with serving() as source:
        with acting_session(engine, COMMAND) as session:
            address = f"{source.address}?key=geheim"
            add_feed(session, FeedWords("berlin", address, "berlin-road-works", 60))
        source.body = json.dumps(feed).encode()
        assert pull_due_feeds(made, ZoneInfo("Europe/Berlin")) == 1
        assert pull_due_feeds(made, ZoneInfo("Europe/Berlin")) == 0
        feed["features"] = feed["features"][20:]
        source.body = json.dumps(feed).encode()
        pull_feed(engine, "berlin", date(2026, 4, 1), lambda: now)
        source.status = 503
        pull_feed(engine, "berlin", date(2026, 4, 1), lambda: now)
    engine.dispose()
    return made


@pytest.fixture
def berlin(url: str) -> Iterator[FlaskClient]:
    """A browser that looks at it."""
    with client_at(url, lambda: NOW, "leader") as client:
        yield client


def test_the_page_tells_of_each_pull_and_of_what_is_wrong_now(berlin: FlaskClient) -> None:
    zh = berlin.get("/sources").text
    assert "数据源返回错误 503" in zh
    assert "在列 221 项" in zh
    assert "消失 20 项" in zh
    assert "自2026-04-01起" in zh
    assert zh.count("<tr>") == 1 + 3
    en = berlin.get("/sources?lang=en").text
    assert "the source answers with error 503" in en
    assert "221 works listed" in en


def test_what_a_source_asks_for_as_a_key_is_not_shown(berlin: FlaskClient) -> None:
    assert "geheim" not in berlin.get("/sources").text
    assert plain_address("https://a.example:8080/x?key=1#y") == "https://a.example:8080/x"
    assert plain_address("file:/srv/x.json") == "/srv/x.json"


def test_without_feeds_the_page_says_how_one_is_added(dezhou_client: FlaskClient) -> None:
    assert "jiantu feed add" in dezhou_client.get("/sources").text


def test_a_units_people_and_strangers_find_no_such_page(
    client_of: Callable[[str], FlaskClient], anonymous: FlaskClient
) -> None:
    assert client_of("editor:市公安局交通警察支队").get("/sources").status_code == 404
    assert anonymous.get("/sources").status_code in {302, 303}
