"""The dig plan in Chromium: a search and a decision by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.clock import NOW
from tests.dig_plan import make_plan_city
from tests.people import admit
from tests.serving import serve_city

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

    from tests.postgres import Server


@pytest.fixture
def address(server: Server) -> Iterator[str]:
    """The small city with two digs that clash, served."""
    city = make_plan_city(server)
    admit(city.url, "command")
    with serve_city(city.url, lambda: NOW) as address:
        yield address


def test_a_search_is_made_and_its_shift_accepted_by_keyboard(page: Page, address: str) -> None:
    page.goto(f"{address}/dig-plan?year=2027")
    page.get_by_role("button", name="开始测算").focus()
    page.keyboard.press("Enter")
    shift = page.locator(".plan-shift")
    expect(shift).to_have_count(1, timeout=60_000)
    expect(shift).to_contain_text("避开与")
    shift.get_by_label("说明").fill("可以错开")
    shift.get_by_role("button", name="同意", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.locator(".plan-shift .mark")).to_have_text("已同意")
    page.goto(f"{address}/dig-plan?year=2027")
    page.get_by_label("全选").check()
    expect(page.locator("#ticked")).to_have_text("已勾选 2 项")
    page.get_by_role("button", name="确定").click()
    expect(page.locator(".plan-counts")).to_contain_text("2 会审")
