"""A district's border drawn anew on the map: a vertex jumps onto the neighbour's, what it does is told and undone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from shapely.geometry import Polygon, box

from geo.changes.batches import take_batch
from geo.database.acting import acting_session, make_engine
from geo.records import Batch, DistrictRecord
from tests.browser.looks import Look, assert_fits, assert_nothing_for_axe, in_every_look, page_in
from tests.clock import NOW
from tests.conftest import COMMAND
from tests.factories import TODAY
from tests.people import admit
from tests.serving import serve_city

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from tests.postgres import Server

WEST = Polygon(
    [(116.30, 37.45), (116.32, 37.45), (116.32, 37.46), (116.32, 37.47), (116.30, 37.47)]
)
EAST = box(116.32, 37.45, 116.34, 37.47)


@pytest.fixture(scope="module")
def address(server: Server) -> Iterator[str]:
    """Where a city of two districts with a shared border is served."""
    url = server.make_database("dezhou").replace("//jiantu@", "//jiantu_staff@")
    districts = [
        DistrictRecord("371401", "西区", WEST, "West", "district"),
        DistrictRecord("371402", "东区", EAST, "East", "district"),
    ]
    engine = make_engine(url, pool_size=1)
    with acting_session(engine, COMMAND) as session:
        take_batch(session, Batch(districts=districts), TODAY)
    engine.dispose()
    admit(url, "admin")
    with serve_city(url, lambda: NOW) as address:
        yield address


def open_west(page: Page, address: str, lang: str) -> None:
    page.set_default_timeout(60_000)
    page.goto(f"{address}/admin/districts?lang={lang}")
    page.locator("a[href$='/shape']").first.click()
    expect(page.locator(".marker-icon:not(.marker-icon-middle)")).to_have_count(5)


def handle(page: Page, east: bool) -> tuple[float, float]:
    """The middle of the handle that lies half way up the eastern edge, or of one further west."""
    boxes = [
        one.bounding_box() for one in page.locator(".marker-icon:not(.marker-icon-middle)").all()
    ]
    places = [(one["x"] + one["width"] / 2, one["y"] + one["height"] / 2) for one in boxes if one]
    edge = max(x for x, _ in places)
    on_edge = sorted((y, x) for x, y in places if edge - x < 3)
    y, x = on_edge[1]
    return (x, y) if east else (x - 60, y)


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*end, steps=10)
    page.mouse.up()


def test_a_border_is_dragged_told_snapped_saved_and_undone(browser: Browser, address: str) -> None:
    with page_in(browser, Look("desktop", "zh", "light"), "admin") as page:
        open_west(page, address, "zh")
        sound, told = page.locator("#sound"), page.locator("#sentences")
        expect(sound).to_be_visible()
        edge = handle(page, east=True)
        drag(page, edge, (edge[0] + 60, edge[1]))
        expect(told).to_contain_text("与“东区”重叠")
        expect(sound).to_be_hidden()
        drag(page, (edge[0] + 60, edge[1]), (edge[0] - 60, edge[1]))
        expect(told).to_contain_text("不再属于任何区县")
        # Let go within a few pixels of the neighbour's border it lies on it.
        drag(page, (edge[0] - 60, edge[1]), (edge[0] - 7, edge[1]))
        expect(sound).to_be_visible()
        drag(page, edge, (edge[0] + 60, edge[1]))
        expect(told).to_contain_text("与“东区”重叠")
        page.get_by_role("button", name="保存边界").click()
        expect(page.locator(".saved")).to_contain_text("已保存")
        # The neighbour has given way.
        expect(sound).to_be_visible()
        page.get_by_role("button", name="撤销").click()
        expect(page.locator(".saved")).to_contain_text("已撤销")
        expect(sound).to_be_visible()
        page.goto(f"{address}/admin/districts")
        expect(page.locator("figure figcaption").first).to_contain_text("3.9 km²")


@in_every_look
def test_the_page_is_for_everybody(browser: Browser, address: str, look: Look) -> None:
    with page_in(browser, look, "admin") as page:
        open_west(page, address, look.lang)
        assert_fits(page)
        assert_nothing_for_axe(page)
