"""No violation that axe-core finds, on any page, in both languages, on desktop and phone, in light and dark."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.looks import Look, assert_nothing_for_axe, in_every_look, page_in, unfold

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


PAGES = {
    "map": "/command",
    "project": "/command/projects/CJ-002",
    "table": "/command/projects",
    "missing": "/command/projects/nobody",
}


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
