"""No violation that axe-core finds, on any page, in both languages, on desktop and phone, in light and dark."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # ships no types

from tests.people import state_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

SIZES = {"desktop": (1440, 900), "phone": (390, 844)}

PAGES = {
    "map": "/command",
    "project": "/command/projects/CJ-002",
    "table": "/command/projects",
    "missing": "/command/projects/nobody",
}


def unfold(page: Page) -> None:
    """Open all that can be opened: what is folded is looked at, too."""
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    if page.locator("#layers-button").count():
        page.evaluate("document.getElementById('layers-button').click()")
        page.wait_for_selector("#layers .layer-count:not(:empty)")


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES.keys())
@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES.keys())
@pytest.mark.parametrize(("lang", "scheme"), [("zh", "light"), ("en", "light"), ("zh", "dark")])
def test_axe_finds_no_violation(
    browser: Browser,
    demo_address: str,
    path: str,
    size: tuple[int, int],
    lang: str,
    scheme: Literal["light", "dark"],
) -> None:
    context = browser.new_context(
        storage_state=state_of("command"),
        viewport={"width": size[0], "height": size[1]},
        color_scheme=scheme,
    )
    page = context.new_page()
    page.goto(f"{demo_address}{path}?lang={lang}")
    if page.locator("#map").count():
        page.wait_for_selector("html.map-drawn")
        page.wait_for_selector("#list-count:not(:empty)", state="attached")
    unfold(page)
    results = Axe().run(page)
    context.close()
    assert results.violations_count == 0, results.generate_report()
