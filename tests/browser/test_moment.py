"""The map as of a moment, in Chromium: chosen by keyboard, said over the page, kept in the address, left again."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


def test_a_moment_is_chosen_by_keyboard_said_and_left_again(
    page: Page, demo_address: str, requests: list[str]
) -> None:
    page.goto(f"{demo_address}/command?lang=zh&layers=relocations&lamp=red")
    page.wait_for_selector("html.map-drawn")
    total = page.locator("#list-count").inner_text()
    page.locator("#moment-fold summary").focus()
    page.keyboard.press("Enter")
    last = page.locator("#moment").get_attribute("max") or ""
    page.fill("#moment", last)
    page.keyboard.press("Enter")
    expect(page.locator("#moment-band")).to_contain_text("截至")
    expect(page.locator("#moment-band")).to_contain_text(last[11:16])
    page.wait_for_selector("html.map-drawn")
    # The view stays, everything is asked for as of the moment, and nobody looks for news.
    expect(page).to_have_url(re.compile(r"lamp=red.*layers=relocations.*as_of="))
    expect(page.locator("#list-count")).to_have_text(total)
    asked = [url for url in requests if "/api/map/" in url]
    then = asked[next(place for place, url in enumerate(asked) if "as_of=" in url) :]
    assert all("as_of=" in url for url in then)
    page.locator("#menu summary").click()
    expect(page.locator("[data-poster=A3]")).to_be_visible()
    expect(page.locator("#wall-link")).to_be_hidden()
    expect(page.get_by_role("link", name="导出全部项目和占用")).to_have_attribute(
        "href", re.compile("as_of=")
    )
    page.keyboard.press("Escape")
    page.locator("#menu").evaluate("menu => { menu.open = false; }")
    page.locator("#list-fold summary").click()
    page.locator("#list a").first.click()
    expect(page.locator("#sheet-title")).to_be_visible()
    expect(page.locator(".sheet-acts")).to_have_count(0)
    expect(page).to_have_url(re.compile("/projects/.*as_of="))
    page.locator("#moment-now").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("html.map-drawn")
    expect(page.locator("#moment-band")).to_have_count(0)
    expect(page).to_have_url(re.compile("lamp=red"))
    expect(page).not_to_have_url(re.compile("as_of"))
    expect(page.locator(".sheet-acts")).to_be_visible()


@pytest.mark.parametrize("path", ["/command", "/command/projects"])
def test_the_band_is_in_sight_on_a_phone_in_english(
    browser: Browser, browser_context_args: dict[str, object], demo_address: str, path: str
) -> None:
    context = browser.new_context(
        **{**browser_context_args, "viewport": {"width": 390, "height": 844}}  # type: ignore[arg-type]
    )
    page = context.new_page()
    page.goto(f"{demo_address}/command?lang=en")
    last = page.locator("#moment").get_attribute("max")
    page.goto(f"{demo_address}{path}?lang=en&as_of={last}")
    band = page.locator("#moment-band")
    expect(band).to_contain_text("The map as of")
    expect(band.get_by_role("link", name="Back to now")).to_be_in_viewport()
    if path == "/command":
        page.wait_for_selector("html.map-drawn")
        band_box, search_box = band.bounding_box(), page.locator(".search").bounding_box()
        assert band_box is not None
        assert search_box is not None
        assert search_box["y"] >= band_box["y"] + band_box["height"]
    context.close()


def test_each_change_of_the_history_leads_to_the_map_before_and_after_it(
    page: Page, demo_address: str
) -> None:
    page.goto(f"{demo_address}/history?lang=zh&kind=zone")
    page.get_by_role("link", name="变更后的地图").first.click()
    expect(page.locator("#moment-band")).to_be_visible()
