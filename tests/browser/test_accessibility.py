"""No violation that axe-core finds, on any page, in both languages, on desktop and phone, in light and dark."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.looks import (
    Look,
    assert_fits,
    assert_nothing_for_axe,
    in_every_look,
    page_in,
    unfold,
)

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PAGES = {
    "map": "/command",
    "project": "/command/projects/CJ-002",
    "table": "/command/projects",
    "missing": "/command/projects/nobody",
}
PLAIN_PAGES = (
    "/dig-plan",
    "/coordination/diversions",
    "/roads",
    "/roads/东风路",
    "/inbox",
    "/sources",
    "/zones/1",
)
"""Pages of the command that no other test looks at in every look."""


def unfold_all(page: Page) -> None:
    """Open all that can be opened: what is folded and the list of layers, too."""
    unfold(page)
    if page.locator("#layers-button").count():
        page.evaluate("document.getElementById('layers-button').click()")
        page.wait_for_selector("#layers .layer-count:not(:empty)")


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES.keys())
@in_every_look
def test_axe_finds_no_violation(browser: Browser, demo_address: str, path: str, look: Look) -> None:
    with page_in(browser, look) as page:
        page.goto(f"{demo_address}{path}?lang={look.lang}")
        if page.locator("#map").count():
            page.wait_for_selector("html.map-drawn")
            page.wait_for_selector("#list-count:not(:empty)", state="attached")
        unfold_all(page)
        assert_nothing_for_axe(page)


@in_every_look
def test_plain_pages_fit_and_axe_finds_nothing(
    browser: Browser, demo_address: str, look: Look
) -> None:
    for who, paths in (("command", PLAIN_PAGES), (None, ("/sign-in",))):
        with page_in(browser, look, who) as page:
            for path in paths:
                answer = page.goto(f"{demo_address}{path}?lang={look.lang}")
                assert answer is not None
                assert answer.ok, f"{path}: {answer.status}"
                assert_fits(page)
                unfold(page, "main")
                assert_nothing_for_axe(page)


def test_control_a_fault_in_the_last_row_of_a_long_list_is_found(page: Page) -> None:
    rows = "".join(f"<li><a href='#{number}'>{number}</a></li>" for number in range(40))
    page.set_content(f"<html lang=zh><title>t</title><main><h1>h</h1><ul>{rows}</ul></main>")
    assert_nothing_for_axe(page)
    page.locator("li").last.evaluate("(row) => { row.innerHTML += '<img src=x>'; }")
    with pytest.raises(AssertionError, match="image-alt"):
        assert_nothing_for_axe(page)
    page.locator("li").last.evaluate(
        "(row) => { row.innerHTML = '<b id=twice></b><i id=twice></i>'; }"
    )
    with pytest.raises(AssertionError, match="stand twice"):
        assert_nothing_for_axe(page)
