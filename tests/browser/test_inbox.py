"""The inbox in Chromium: an area to watch is drawn by hand, or written without a hand or a script."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # ships no types
from playwright.sync_api import expect

from tests.people import state_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser


def test_a_leader_draws_an_area_and_watches_it(browser: Browser, one_street: str) -> None:
    context = browser.new_context(locale="zh-CN", storage_state=state_of("leader"))
    context.set_default_timeout(90_000)
    page = context.new_page()
    page.goto(f"{one_street}/inbox")
    expect(page.locator("html")).to_have_class(re.compile("map-drawn"), timeout=90_000)
    page.get_by_label("名称", exact=True).fill("我分包的片区")
    page.get_by_role("button", name="画范围").click()
    box = page.locator("#map").bounding_box()
    assert box
    for right, down in ((0.3, 0.3), (0.6, 0.3), (0.6, 0.7), (0.3, 0.3)):
        page.mouse.click(box["x"] + right * box["width"], box["y"] + down * box["height"])
    area = page.get_by_label(re.compile("各角点"))
    expect(area).to_have_value(re.compile(r"^(\d+\.\d+,\d+\.\d+ ?){3}$"))
    assert not Axe().run(page).response["violations"]
    page.get_by_role("button", name="关注", exact=True).click()
    expect(page.locator("#places")).to_contain_text("我分包的片区")
    context.close()


def test_a_road_is_chosen_by_touching_it_and_the_list_shows_it_on_the_map(
    browser: Browser, one_street: str
) -> None:
    context = browser.new_context(locale="zh-CN", storage_state=state_of("leader"))
    context.set_default_timeout(90_000)
    page = context.new_page()
    page.goto(f"{one_street}/inbox")
    expect(page.locator("html")).to_have_class(re.compile("map-drawn"), timeout=90_000)
    road, told = page.get_by_label("道路", exact=True), page.locator("#area-told")
    # What the list says comes into the middle of the map, where it is then touched.
    road.fill("东风路")
    road.press("Tab")
    page.get_by_role("button", name="清除").click()
    expect(road).to_have_value("")
    choose = page.get_by_role("button", name="点选道路")
    choose.click()
    expect(choose).to_have_attribute("aria-pressed", "true")
    expect(told).to_have_text("请在图上点选道路。")
    box = page.locator("#map").bounding_box()
    assert box
    middle = box["x"] + (40 + box["width"] - 64) / 2, box["y"] + (72 + box["height"] - 40) / 2
    page.mouse.click(middle[0], middle[1] - 60)
    expect(told).to_have_text("此处没有有名称的道路,请靠近道路点选。")
    page.mouse.click(*middle)
    expect(told).to_have_text("已选择东风路。")
    expect(road).to_have_value("东风路")
    assert not Axe().run(page).response["violations"]
    page.get_by_role("button", name="关注", exact=True).click()
    expect(page.locator("#places")).to_contain_text("东风路")
    context.close()


def test_without_a_script_the_corners_are_written(browser: Browser, one_street: str) -> None:
    context = browser.new_context(
        locale="zh-CN", storage_state=state_of("leader"), java_script_enabled=False
    )
    context.set_default_timeout(90_000)
    page = context.new_page()
    page.goto(f"{one_street}/inbox")
    expect(page.locator("#map")).to_be_hidden()
    page.get_by_label("名称", exact=True).fill("写出来的片区")
    page.get_by_label(re.compile("各角点")).fill("116.29,37.43 116.31,37.43 116.30,37.46")
    page.get_by_role("button", name="关注", exact=True).click()
    expect(page.locator("#places")).to_contain_text("写出来的片区")
    context.close()
