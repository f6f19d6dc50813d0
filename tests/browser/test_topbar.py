"""The bar on top of the staff's pages: it fits, it folds, and what it leads to is there, for each kind of asker."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.people import state_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


@pytest.fixture
def phone(browser: Browser, demo_address: str) -> Page:
    """A phone on which the command is signed in, on the dig plan's page in English."""
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, storage_state=state_of("command")
    )
    page = context.new_page()
    page.goto(f"{demo_address}/dig-plan?lang=en")
    return page


def test_on_a_phone_the_menu_holds_the_pages_and_the_switch_of_dark_and_light(phone: Page) -> None:
    phone.locator("#menu > summary").click()
    menu = phone.locator("#menu .menu-body")
    expect(menu.get_by_role("link", name="Roads")).to_be_visible()
    expect(menu.get_by_role("link", name="Inbox")).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    menu.get_by_role("button", name="Dark or light").click()
    expect(phone.locator("#dark")).to_have_attribute("media", "all")
    expect(menu).to_be_hidden()
    phone.context.close()


def test_the_menu_closes_by_escape_and_gives_the_focus_back(phone: Page) -> None:
    summary = phone.locator("#menu > summary")
    summary.focus()
    phone.keyboard.press("Enter")
    expect(phone.locator("#menu .menu-body")).to_be_visible()
    phone.keyboard.press("Escape")
    expect(phone.locator("#menu .menu-body")).to_be_hidden()
    expect(summary).to_be_focused()
    phone.context.close()
