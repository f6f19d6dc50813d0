"""A feed in Chromium: pulled, changed by its source, cut short by it; the page tells of each, and axe finds nothing."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # ships no types
from playwright.sync_api import expect

from geo.changes.feeds import FeedWords, add_feed
from geo.changes.intake_desk import save_mapping
from geo.database.acting import acting_session, make_engine
from geo.importers.feed_pull import pull_feed
from tests.collecting import COMMAND, NOW, TODAY
from tests.feed_server import serving
from tests.people import admit
from tests.serving import serve_city

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page
    from sqlalchemy import Engine

    from tests.postgres import Server

WORKS = [(f"G{n}", f"湖滨大道第{n}段供水管线迁改", 116.30 + n * 0.001) for n in range(10)]


def feed_of(works: list[tuple[str, str, float]], ends: str = "2026-12-20") -> bytes:
    """The source's GeoJSON."""
    features = [
        {
            "type": "Feature",
            "properties": {"code": code, "name": name, "begin": "2026-11-01", "end": ends},
            "geometry": {"type": "Point", "coordinates": [east, 37.45]},
        }
        for code, name, east in works
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


MAPPING = """title = "测试"
title_en = "Test"
[shape]
from = "feature"
[[record]]
kind = "relocation"
[record.fields]
code = "{code}"
name = "{name}"
utility = "供水"
state = "planned"
planned_start = "{begin}"
planned_finish = "{end}"
"""


@pytest.fixture
def engine(server: Server) -> Iterator[Engine]:
    """An empty city."""
    url = server.make_database("dezhou").replace("//jiantu@", "//jiantu_staff@")
    made = make_engine(url, pool_size=2)
    yield made
    made.dispose()


@pytest.fixture
def address(engine: Engine) -> Iterator[str]:
    """Its own server."""
    url = engine.url.render_as_string(hide_password=False)
    admit(url, "command")
    with serve_city(url, lambda: NOW, today=TODAY.isoformat()) as found:
        yield found


def test_a_feed_is_added_pulled_changed_and_cut_short_and_the_page_tells_of_each(
    engine: Engine, address: str, page: Page
) -> None:
    page.goto(f"{address}/sources")
    expect(page.locator("main")).to_contain_text("jiantu feed add")
    with serving() as source:
        with acting_session(engine, COMMAND) as session:
            save_mapping(session, "water", "测试", MAPPING, "test:command", NOW)
            add_feed(session, FeedWords("water", source.address, "water", 60))
        page.reload()
        feed = page.locator("section.feed")
        expect(feed.locator("h2")).to_have_text("water")

        def pull(body: bytes, hours: int) -> list[str]:
            """The cells of the newest pull, once the page has been loaded again."""
            source.body = body
            pull_feed(engine, "water", TODAY, lambda: NOW + timedelta(hours=hours))
            page.reload()
            expect(feed.locator("tbody tr")).to_have_count(hours)
            return feed.locator("tbody tr").first.locator("th, td").all_inner_texts()

        assert pull(feed_of(WORKS), 1)[2:6] == ["10", "0", "0", "0"]
        expect(feed.locator(".notice")).to_have_count(0)
        later = feed_of(WORKS[1:8], "2027-01-31")
        assert pull(later, 2)[2:6] == ["0", "7", "7", "3"]
        expect(feed.locator(".feed-gone li")).to_have_count(3)
        feed.locator(".feed-gone summary").click()
        expect(feed.locator(".feed-gone li").first).to_contain_text("G0")
        cells = pull(feed_of(WORKS[1:3], "2027-01-31"), 3)
        assert cells[2:6] == ["–", "–", "–", "–"], "what is suddenly cut short changes nothing"
        expect(feed.locator(".notice")).to_be_visible()
        expect(feed.locator(".feed-gone li")).to_have_count(3)
    for width, lang in ((1440, "zh"), (390, "en")):
        page.set_viewport_size({"width": width, "height": 844})
        page.goto(f"{address}/sources?lang={lang}")
        results = Axe().run(page)
        assert results.violations_count == 0, results.generate_report()
        room = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert room <= 0, "wider than the screen"
