"""The map on a wall in Chromium: twice the size, nothing to scroll or press, and it keeps itself new."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.looks import assert_nothing_for_axe

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

SIZES = {"one screen": (1920, 1080), "two screens": (3840, 1080)}


def open_wall(page: Page, address: str, size: tuple[int, int], query: str = "") -> None:
    """Open the wall and wait until it is drawn and its list is there."""
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto(f"{address}/command?wall=1{query}")
    page.wait_for_selector("html.map-drawn")
    expect(page.locator("#turned-red li").first).to_be_visible()


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES.keys())
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_all_is_in_sight_twice_the_size_and_nothing_scrolls(
    page: Page, demo_address: str, size: tuple[int, int], lang: str
) -> None:
    open_wall(page, demo_address, size, f"&lang={lang}")
    for shown in ("#day-words", "#data-time", "[data-count=paused]", "[data-total=turning_red_30]"):
        box = page.locator(shown).bounding_box()
        assert box, shown
        assert box["x"] + box["width"] <= size[0], shown
        assert box["y"] + box["height"] <= size[1], shown
    expect(page.locator("#data-time")).to_have_text(re.compile(r"^\d\d:\d\d$"))
    number = page.locator("[data-count=red]").bounding_box()
    assert number
    assert number["height"] >= 56
    scrolling = page.evaluate(
        """() => [...document.querySelectorAll("html, body, main, .board, .turned-red ul")]
          .filter((one) => ["auto", "scroll"].includes(getComputedStyle(one).overflowY)
            && one.scrollHeight > one.clientHeight).map((one) => one.className || one.tagName)"""
    )
    assert scrolling == []
    for hidden in ("#search", "#strip", "#zoom-in", "#filters", "#legend"):
        expect(page.locator(hidden)).to_be_hidden()
    assert_nothing_for_axe(page)


def test_the_map_on_a_wall_is_as_sharp_as_the_screen(page: Page, demo_address: str) -> None:
    open_wall(page, demo_address, SIZES["one screen"])
    sharp = page.evaluate(
        """() => {
          const canvas = document.querySelector(".leaflet-sites-pane canvas, .leaflet-sites canvas");
          return canvas.width / canvas.getBoundingClientRect().width;
        }"""
    )
    assert sharp == pytest.approx(1, abs=0.01)


def test_what_turned_red_last_comes_first_with_the_desk_it_lies_on(
    page: Page, demo_address: str
) -> None:
    board = page.request.get(f"{demo_address}/api/map/lamps").json()
    open_wall(page, demo_address, SIZES["two screens"])
    since = [day for _, day in board["turned_red"]]
    assert since == sorted(since, reverse=True)
    assert all(board["projects"][str(key)][0] == "red" for key, _ in board["turned_red"])
    expect(page.locator("#turned-red li")).to_have_count(len(since))
    awaiting = next(
        place
        for place, (key, _) in enumerate(board["turned_red"])
        if board["blockers"].get(str(key), [[], []])[1]
    )
    units = board["blockers"][str(board["turned_red"][awaiting][0])][1]
    desk = page.locator("#turned-red li").nth(awaiting).locator(".turned-red-desk")
    expect(desk).to_have_text(f"卡点 {'、'.join(units)}")


def test_the_wall_shows_news_by_itself(page: Page, demo_address: str) -> None:
    page.clock.install()
    open_wall(page, demo_address, SIZES["one screen"])
    before = page.locator("#data-time").text_content()

    def more_red(route: Route) -> None:
        answer = route.fetch()
        board = answer.json()
        board["open_blockers"] = 4321
        route.fulfill(response=answer, body=json.dumps(board))

    page.route("**/api/map/packed/lamps?*", more_red)
    page.clock.run_for(61_000)
    expect(page.locator("[data-total=open_blockers]")).to_have_text("4,321")
    expect(page.locator("#data-time")).not_to_have_text(str(before))


def test_the_map_leads_to_the_wall_and_keeps_its_filters(page: Page, demo_address: str) -> None:
    page.goto(f"{demo_address}/command?lamp=red")
    page.wait_for_selector("html.map-drawn")
    page.click("#menu > summary")
    page.click("#wall-link")
    page.wait_for_selector("html.wall.map-drawn")
    expect(page).to_have_url(re.compile(r"\?lamp=red&wall=1$"))
    expect(page.locator("#notices p")).to_have_count(0)
