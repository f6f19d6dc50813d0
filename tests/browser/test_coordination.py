"""The coordination desk in Chromium: a pair chosen, its shapes and bars seen, answered, and the answer kept."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.looks import Look, assert_nothing_for_axe, in_every_look, page_in, unfold
from tests.clock import NOW
from tests.desk import DeskCity, make_desk
from tests.people import admit, state_of
from tests.serving import serve_city

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from tests.postgres import Server

MAGENTA = (194, 24, 143)


@pytest.fixture
def desk(server: Server) -> DeskCity:
    return make_desk(server)


@pytest.fixture
def desk_address(desk: DeskCity) -> Iterator[str]:
    """Where the desk of the small city is served."""
    admit(desk.url, "command")
    with serve_city(desk.url, lambda: NOW) as address:
        yield address


def open_desk(page: Page, address: str) -> None:
    page.goto(address)
    page.wait_for_selector("html.map-drawn", state="attached")


def magenta(page: Page) -> int:
    """How many points of the map have the colour of what is shared."""
    count: int = page.evaluate(
        """(wanted) => {
          const canvas = document.querySelector(".leaflet-pair-pane canvas");
          const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
          let found = 0;
          for (let i = 0; i < data.length; i += 4) {
            const far = Math.max(...wanted.map((value, at) => Math.abs(data[i + at] - value)));
            if (far < 24 && data[i + 3] > 200) found += 1;
          }
          return found;
        }""",
        MAGENTA,
    )
    return count


def test_a_pair_is_chosen_seen_and_answered(page: Page, desk_address: str, desk: DeskCity) -> None:
    open_desk(page, f"{desk_address}/coordination/pairs?severity=all")
    page.locator(f'a[data-pair="{desk.light[0]}-{desk.light[1]}"]').click()
    expect(page.locator("#pair")).to_contain_text("不需答复")
    page.locator(f'a[data-pair="{desk.heavy[0]}-{desk.heavy[1]}"]').click()
    expect(page).to_have_url(
        re.compile(rf"/coordination/{desk.heavy[0]}-{desk.heavy[1]}\?severity=all$")
    )
    expect(page.locator("#pair-title")).to_contain_text("东风路导改")
    expect(page.locator("svg.bars rect.bar")).to_have_count(2)
    expect(page.locator("svg.bars rect.bars-shared")).to_have_count(1)
    assert magenta(page) > 50

    side = page.locator(f"#side-{desk.heavy[1]}")
    side.locator("textarea").fill("夜间让路")
    side.get_by_role("button", name="已达成一致").click()
    expect(side.locator(".side-state b")).to_have_text("已达成一致")
    expect(side).to_contain_text("夜间让路")
    page.reload()
    expect(side.locator(".side-state b")).to_have_text("已达成一致")
    expect(page.locator(".pair-item[aria-current]")).to_contain_text("待答复 1/2")

    page.go_back()
    expect(page.locator("#pair-title")).to_be_visible()


def test_keys_walk_the_list_and_answer(page: Page, desk_address: str, desk: DeskCity) -> None:
    open_desk(page, f"{desk_address}/coordination/pairs?severity=all")
    heavy = page.locator(f'a[data-pair="{desk.heavy[0]}-{desk.heavy[1]}"]')
    expect(heavy).to_have_attribute("aria-current", "true")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#pair")).to_contain_text("不需答复")
    page.keyboard.press("ArrowUp")
    expect(heavy).to_have_attribute("aria-current", "true")
    expect(page.locator(".answer")).to_have_count(2)
    page.keyboard.press("2")
    expect(page.locator(f"#side-{desk.heavy[0]} .side-state b")).to_have_text("无影响")
    page.keyboard.press("1")
    expect(page.locator(f"#side-{desk.heavy[1]} .side-state b")).to_have_text("有影响")
    page.locator("textarea").first.focus()
    page.keyboard.press("3")
    expect(page.locator("textarea").first).to_have_value("3")


def test_the_desk_works_without_javascript(
    browser: Browser, desk_address: str, desk: DeskCity
) -> None:
    context = browser.new_context(storage_state=state_of("command"), java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{desk_address}/coordination/pairs?lang=en")
    page.locator(f'a[data-pair="{desk.heavy[0]}-{desk.heavy[1]}"]').click()
    page.get_by_role("button", name="Not affected").first.click()
    expect(page.locator(f"#side-{desk.heavy[0]} .side-state b")).to_have_text("Not affected")
    context.close()


def test_a_phone_shows_the_list_then_the_pair(browser: Browser, demo_address: str) -> None:
    context = browser.new_context(
        storage_state=state_of("command"), viewport={"width": 390, "height": 844}
    )
    page = context.new_page()
    page.goto(f"{demo_address}/coordination/pairs")
    expect(page.locator("#pairs")).to_be_visible()
    expect(page.locator("#pair")).to_be_hidden()
    page.locator(".pair-item").first.click()
    expect(page.locator("#pair-title")).to_be_visible()
    expect(page.locator("#map")).to_be_visible()
    expect(page.locator("#pairs")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("link", name="全部", exact=False).first.click()
    expect(page.locator("#pairs")).to_be_visible()
    context.close()


@in_every_look
def test_axe_finds_no_violation_on_the_desk(
    browser: Browser, demo_address: str, look: Look
) -> None:
    with page_in(browser, look) as page:
        open_desk(page, f"{demo_address}/coordination/pairs?lang={look.lang}")
        unfold(page)
        assert_nothing_for_axe(page)
        page.goto(page.locator(".pair-item").first.evaluate("(item) => item.href"))
        unfold(page)
        assert_nothing_for_axe(page)
