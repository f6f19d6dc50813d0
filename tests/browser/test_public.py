"""The public's pages in Chromium: for everybody, on a phone in one hand, in large type, without scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import leaves_host
from tests.browser.looks import Look, assert_nothing_for_axe, in_every_look, page_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, Page

PATIENCE_MS = 60_000
PROJECT = "CJ-005"
CLOSURE = "DX-0042"

PAGES = {
    "map": "/",
    "map-site": f"/?site={PROJECT}",
    "map-closure": f"/?closure={CLOSURE}",
    "embed": "/embed",
    "list": "/list",
    "site": f"/sites/{PROJECT}",
    "closure": f"/closures/{CLOSURE}",
    "board": f"/sites/{PROJECT}/board",
    "missing": "/sites/nobody",
    "large": "/?large=1",
    "large-site": f"/sites/{PROJECT}?large=1",
}


def open_page(page: Page, url: str) -> None:
    """Open a page and wait until its map, if it has one, is drawn and its sheet is filled."""
    page.set_default_timeout(PATIENCE_MS)
    page.goto(url)
    if page.locator("#map").count():
        page.wait_for_selector("html.public-ready", state="attached")
        if "site=" in url or "closure=" in url:
            page.wait_for_selector("#sheet-detail .public-sheet")


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    """A phone of somebody who is signed in nowhere."""
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, locale="zh-CN", has_touch=True, is_mobile=True
    )
    yield context
    context.close()


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES.keys())
@in_every_look
def test_axe_finds_no_violation(browser: Browser, demo_address: str, path: str, look: Look) -> None:
    with page_in(browser, look, who=None) as page:
        mark = "&" if "?" in path else "?"
        open_page(page, f"{demo_address}{path}{mark}lang={look.lang}")
        assert_nothing_for_axe(page)


def test_the_map_opens_for_everybody_without_cookies_and_asks_nobody_else(
    phone: BrowserContext, demo_address: str
) -> None:
    asked: list[str] = []
    phone.on("request", lambda request: asked.append(request.url))
    page = phone.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    open_page(page, f"{demo_address}/")
    expect(page.locator("#projects-here li").first).to_be_visible(timeout=PATIENCE_MS)
    expect(page.locator("#closures-here li").first).to_be_attached()
    assert errors == []
    assert phone.cookies() == []
    assert [url for url in asked if leaves_host(url)] == []
    assert not [url for url in asked if "/api/" in url or "/command" in url]


def test_the_sheet_rises_from_a_third_to_two_thirds_to_the_whole_screen(
    phone: BrowserContext, demo_address: str
) -> None:
    page = phone.new_page()
    open_page(page, f"{demo_address}/")
    sheet, grip = page.locator("#sheet"), page.locator("#sheet-grip")
    whole = page.locator("main").bounding_box()
    assert whole is not None
    for part in (0.34, 0.66, 0.99):
        expect(sheet).to_have_js_property("isConnected", value=True)
        page.wait_for_function(
            "([part, whole]) => Math.abs("
            " document.getElementById('sheet').getBoundingClientRect().height / whole - part) < 0.05",
            arg=[part, whole["height"]],
        )
        grip.press("Enter")


def test_a_street_is_found_and_a_project_opens_with_how_far_it_is_and_how_to_get_past(
    phone: BrowserContext, demo_address: str
) -> None:
    page = phone.new_page()
    open_page(page, f"{demo_address}/?lang=en")
    page.locator("#search").fill("hbdd")
    option = page.locator("#search-results li").first
    expect(option).to_contain_text("Hubin Avenue")
    page.locator("#search").press("Enter")
    detail = page.locator("#sheet-detail")
    expect(detail.locator(".how-far-number")).to_be_visible(timeout=PATIENCE_MS)
    expect(detail).to_contain_text("To be done")
    detail.locator("[data-closure]").first.click()
    expect(detail).to_contain_text("By car", timeout=PATIENCE_MS)
    expect(detail).to_contain_text("Walking")
    assert "closure=" in page.url
    page.go_back()
    expect(detail.locator(".how-far-number")).to_be_visible(timeout=PATIENCE_MS)
    page.locator("#sheet-back").click()
    expect(page.locator("#sheet-home")).to_be_visible()
    page.locator("#search").fill("东风路")
    expect(page.locator("#search-results li", has_text="Street").first).to_be_visible()


def test_ways_round_are_drawn_for_how_one_travels(page: Page, demo_address: str) -> None:
    open_page(page, f"{demo_address}/")
    drawn = "[...document.querySelectorAll('#modes [aria-pressed=true]')].map((one) => one.dataset.mode)"
    page.locator("[data-mode=ebike]").click()
    assert page.evaluate(drawn) == ["ebike"]
    page.locator("[data-mode=foot]").click()
    assert page.evaluate(drawn) == ["foot"]
    page.locator("[data-mode=foot]").click()
    assert page.evaluate(drawn) == []


def test_large_type_is_large_and_remembered_from_page_to_page(
    phone: BrowserContext, demo_address: str
) -> None:
    page = phone.new_page()
    page.set_default_timeout(PATIENCE_MS)
    size: Any = (
        "Number.parseFloat(getComputedStyle(document.querySelector('.introduction')).fontSize)"
    )
    page.goto(f"{demo_address}/sites/{PROJECT}")
    plain = page.evaluate(size)
    page.locator("#large").click()
    page.wait_for_selector("html.large")
    large = page.evaluate(size)
    assert large >= plain * 1.2
    assert large >= 20
    page.goto(f"{demo_address}/sites/{PROJECT}")
    page.wait_for_selector("html.large")
    assert page.evaluate(size) == large
    page.locator("#large").click()
    page.goto(f"{demo_address}/sites/{PROJECT}")
    assert page.evaluate(size) == plain


def test_without_scripts_a_site_page_says_everything_and_large_type_works(
    browser: Browser, demo_address: str
) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto(f"{demo_address}/sites/{PROJECT}?lang=en")
    main = page.locator("main")
    for words in ("Under construction", "To be done", "Getting past", "Report a problem"):
        expect(main).to_contain_text(words)
    page.locator("#large").click()
    expect(page.locator("html")).to_have_class("large")
    page.locator(".closure a").first.click()
    expect(main).to_contain_text("By car")
    expect(page.locator("html")).to_have_class("large")
    page.goto(f"{demo_address}/?lang=en")
    page.locator("noscript a, .sheet-more a").first.click()
    expect(page.locator("h1")).to_contain_text("as a list")
    context.close()


def test_nothing_sticks_out_on_a_narrow_phone_in_large_type(
    browser: Browser, demo_address: str
) -> None:
    context = browser.new_context(viewport={"width": 340, "height": 640})
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    for path in (f"/sites/{PROJECT}", f"/closures/{CLOSURE}", "/list", "/"):
        page.goto(f"{demo_address}{path}?large=1&lang=en")
        beyond = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert beyond <= 0, path
    context.close()
