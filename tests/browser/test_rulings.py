"""A lamp contested by its unit and ruled by the command, in Chromium: on the ledger, on the map, and undone; axe."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.looks import LOOKS, Look, assert_fits, assert_nothing_for_axe, page_in
from tests.clock import NOW
from tests.ledgers import CLERK, Ledger
from tests.serving import serve_city

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

PATIENCE_MS = 30_000
OFFICE = Look("desktop", "zh", "light")
ON_SITE = Look("phone", "zh", "dark")


@pytest.fixture
def address(ledger: Ledger) -> Iterator[str]:
    """Where the ledger of the small city is served."""
    with serve_city(ledger.url, lambda: NOW) as address:
        yield address


def expect_lamp(page: Page, lamp: str) -> None:
    expect(page.locator("#lamp")).to_have_attribute("data-lamp", lamp, timeout=PATIENCE_MS)


def look_over(page: Page) -> None:
    assert_fits(page)
    assert_nothing_for_axe(page)


def object_on_the_phone(page: Page, address: str) -> None:
    """The clerk reports how little is done, the lamp turns red, and he says why that is not so."""
    page.set_default_timeout(PATIENCE_MS)
    page.goto(f"{address}/ledger/P1/progress?lang=zh")
    page.locator("#field-percent").fill("1")
    page.get_by_role("button", name="提交填报").click()
    expect_lamp(page, "red")
    page.get_by_role("link", name="对亮灯申诉").click()
    expect(page.locator("#field-text")).to_be_visible()
    look_over(page)
    page.locator("#field-text").fill("桩基已完成三成,监理可证明")
    page.get_by_role("button", name="保存").click()
    expect(page.locator(".saved")).to_contain_text("已保存")
    section = page.locator("section", has=page.locator("#ruling"))
    expect(section).to_contain_text("待核定")
    expect(section).to_contain_text("桩基已完成三成")
    look_over(page)


def test_a_unit_objects_the_command_rules_the_lamp_changes_and_it_is_undone(
    browser: Browser, address: str, ledger: Ledger
) -> None:
    with page_in(browser, ON_SITE, CLERK) as page:
        object_on_the_phone(page, address)
    with page_in(browser, OFFICE) as page:
        page.set_default_timeout(PATIENCE_MS)
        page.goto(f"{address}/ledger/rulings?lang=zh")
        expect(page.locator("main")).to_contain_text("桩基已完成三成")
        look_over(page)
        page.get_by_role("link", name="核定亮灯").click()
        expect(page.locator(".quoted")).to_contain_text("桩基已完成三成")
        look_over(page)
        page.locator("#field-ruled").select_option("yellow")
        page.locator("#field-reason").fill("监理资料属实,按黄灯督促")
        page.locator("#field-signer").fill("王示例")
        page.get_by_role("button", name="保存").click()
        expect_lamp(page, "yellow")
        bar = page.url
        look_over(page)
        page.goto(f"{address}/command/projects/P1?lang=zh")
        drawer = page.locator(".sheet")
        expect(drawer.locator(".sheet-state")).to_contain_text("按核定")
        expect(drawer.locator(".sentence")).to_contain_text("核定黄灯(拟亮红灯")
        expect(page.locator("#ruled")).to_contain_text("按核定 1")
        look_over(page)
        page.goto(f"{address}/ledger/rulings")
        expect(page.locator("main")).to_contain_text("王示例")
        look_over(page)
        for look in LOOKS:
            if look.lang == "en":
                with page_in(browser, look) as other:
                    for path in ("/ledger/P1", "/ledger/rulings"):
                        other.goto(f"{address}{path}?lang=en")
                        expect(other.locator("main")).to_contain_text("signed by 王示例")
                        look_over(other)
        page.goto(bar)
        page.locator(".saved").get_by_role("button", name="撤销").click()
        expect(page).to_have_url(re.compile("undone=1"))
        expect_lamp(page, "red")
    assert ledger.ask("select count(*) from jiantu.ruling") == [(0,)]
    assert ledger.ask("select count(*) from jiantu.objection") == [(1,)]
