"""Roads in Chromium: one is touched on the map, or an area drawn, and what is planned there opens."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # ships no types
from playwright.sync_api import expect

from tests.clock import NOW
from tests.people import admit, state_of
from tests.serving import serve_city

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.postgres import Server


def open_roads(browser: Browser, address: str, query: str = "") -> Page:
    """The page of roads, its map drawn."""
    context = browser.new_context(locale="zh-CN", storage_state=state_of("leader"))
    context.set_default_timeout(90_000)
    page = context.new_page()
    page.goto(f"{address}/roads{query}")
    expect(page.locator("html")).to_have_class(re.compile("map-drawn"), timeout=90_000)
    return page


def test_a_road_touched_on_the_map_opens_what_is_planned_on_it(
    browser: Browser, one_street: str
) -> None:
    page = open_roads(browser, one_street)
    expect(page.get_by_role("row", name=re.compile("东风路"))).to_be_visible()
    # The map opens where most is planned, here on the only road; it lies in the middle of what nothing covers.
    box = page.locator("#map").bounding_box()
    assert box
    page.mouse.click(
        box["x"] + (40 + box["width"] - 64) / 2, box["y"] + (72 + box["height"] - 40) / 2
    )
    expect(page).to_have_url(re.compile(f"/roads/{quote('东风路')}\\?from="))
    expect(page.locator("html")).to_have_class(re.compile("map-drawn"), timeout=90_000)
    expect(page.locator(".gantt-bar")).to_have_count(1)
    expect(page.get_by_role("row", name=re.compile("GS-1"))).to_contain_text("1")
    assert not Axe().run(page).response["violations"]
    page.context.close()


def test_an_area_drawn_opens_what_is_planned_in_it(browser: Browser, one_street: str) -> None:
    page = open_roads(browser, one_street)
    page.get_by_role("button", name="画范围").click()
    box = page.locator("#map").bounding_box()
    assert box
    for right, down in ((0.05, 0.2), (0.9, 0.2), (0.9, 0.9), (0.05, 0.9), (0.05, 0.2)):
        page.mouse.click(box["x"] + right * box["width"], box["y"] + down * box["height"])
    expect(page).to_have_url(re.compile(r"/roads\?from=.*&area="))
    expect(page.get_by_role("heading", level=1)).to_contain_text("选定区域工程计划")
    expect(page.get_by_role("row", name=re.compile("GS-1"))).to_be_visible()
    page.get_by_role("link", name="换一条道路或一块范围").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("道路工程计划")
    page.context.close()


def test_an_outline_that_crosses_itself_is_told_and_stays_in_the_form(
    browser: Browser, one_street: str
) -> None:
    crossing = "116.29,37.43 116.31,37.45 116.29,37.45 116.31,37.43"
    page = open_roads(browser, one_street, f"?area={quote(crossing)}")
    expect(page.get_by_role("alert")).to_contain_text("自相交叉")
    expect(page.get_by_label(re.compile("各角点"))).to_have_value(crossing)
    assert not Axe().run(page).response["violations"]
    page.context.close()


def test_where_no_road_is_none_is_asked_to_be_touched_and_an_area_can_be_drawn(
    browser: Browser, server: Server
) -> None:
    url = server.make_database("dezhou").replace("//jiantu@", "//jiantu_staff@")
    admit(url, "leader")
    with serve_city(url, lambda: NOW) as address:
        page = open_roads(browser, address)
        expect(page.locator(".empty")).to_contain_text("还没有道路")
        expect(page.get_by_role("button", name="点选道路")).to_have_count(0)
        draw = page.get_by_role("button", name="画范围")
        draw.click()
        expect(draw).to_have_attribute("aria-pressed", "true")
        page.context.close()
