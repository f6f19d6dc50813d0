"""The dig plan in Chromium: a search and a decision by hand, and nothing for axe to find."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # ships no types
from playwright.sync_api import expect
from werkzeug.serving import make_server

from app import create_app
from app.database import Database
from tests.clock import NOW
from tests.dig_plan import make_plan_city
from tests.people import admit, settings_of, state_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from tests.postgres import Server


@pytest.fixture
def address(server: Server) -> Iterator[str]:
    """The small city with two digs that clash, served."""
    city = make_plan_city(server)
    admit(city.url, "command")
    database = Database(city.url)
    app = create_app(settings_of(city.url), database, lambda: NOW)
    serving = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=serving.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{serving.server_port}"
    serving.shutdown()
    thread.join()
    serving.server_close()
    database.close()


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


@pytest.mark.parametrize("size", [(1440, 900), (390, 844)], ids=["desktop", "phone"])
@pytest.mark.parametrize(("lang", "scheme"), [("zh", "light"), ("en", "dark")])
def test_axe_finds_no_violation_in_the_dig_plan(
    browser: Browser,
    demo_address: str,
    size: tuple[int, int],
    lang: str,
    scheme: Literal["light", "dark"],
) -> None:
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme=scheme,
        storage_state=state_of("command"),
    )
    page = context.new_page()
    page.goto(f"{demo_address}/dig-plan?lang={lang}")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    results = Axe().run(page)
    context.close()
    assert results.violations_count == 0, results.generate_report()
