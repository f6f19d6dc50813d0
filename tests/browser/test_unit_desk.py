"""A unit's administrator at his phone: the unit's crews and service windows, and where the windows are told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from geo.changes.batches import take_batch
from geo.database.acting import acting_session, make_engine
from geo.records import Batch, UnitRecord
from tests.browser.looks import assert_fits, assert_nothing_for_axe
from tests.clock import NOW
from tests.conftest import COMMAND
from tests.factories import TODAY
from tests.people import admit, state_of
from tests.serving import serve_city

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

    from tests.postgres import Server

HEAT = "测试热力公司"
KEEPER = f"unit_admin:{HEAT}"


@pytest.fixture(scope="module")
def address(server: Server) -> Iterator[str]:
    """Where a city is served in which one unit owns lines."""
    url = server.make_database("dezhou").replace("//jiantu@", "//jiantu_staff@")
    engine = make_engine(url, pool_size=1)
    with acting_session(engine, COMMAND) as session:
        take_batch(session, Batch(units=[UnitRecord(HEAT, "utility", utility="heat")]), TODAY)
    engine.dispose()
    admit(url, KEEPER)
    with serve_city(url, lambda: NOW) as address:
        yield address


def test_a_units_administrator_puts_a_window_in_place_of_the_citys_on_a_phone(
    browser: Browser, address: str
) -> None:
    phone = browser.new_context(
        viewport={"width": 390, "height": 844},
        has_touch=True,
        locale="zh-CN",
        storage_state=state_of(KEEPER),
    )
    page = phone.new_page()
    page.goto(f"{address}/admin?lang=zh")
    page.get_by_role("link", name="施工队与作业窗口").click()
    page.get_by_label("可同时开挖的施工队数").fill("3")
    page.get_by_role("button", name="保存").first.click()
    expect(page.get_by_role("status")).to_contain_text("已保存")
    page.get_by_role("button", name="撤销").click()
    expect(page.get_by_role("status")).to_contain_text("已撤销")
    expect(page.get_by_label("可同时开挖的施工队数")).to_have_value("")
    page.get_by_role("link", name="自定并替换 供暖季不得停热").click()
    expect(page.locator("[name=first]")).to_have_value("11-15")
    page.locator("[name=name]").fill("本公司供暖季")
    page.locator("[name=first]").fill("10-20")
    page.get_by_role("button", name="保存").last.click()
    expect(page.locator(".window-list").first).to_contain_text("本公司供暖季 10月20日至3月15日")
    assert_fits(page)
    assert_nothing_for_axe(page)
    page.get_by_role("link", name="修改 本公司供暖季").click()
    other = phone.new_page()
    other.goto(page.url)
    other.locator("[name=last]").fill("04-01")
    other.get_by_role("button", name="保存").last.click()
    expect(other.locator(".window-list").first).to_contain_text("10月20日至4月1日")
    page.locator("[name=last]").fill("04-10")
    page.get_by_role("button", name="保存").last.click()
    expect(page.get_by_role("alert")).to_contain_text("已被他人修改")
    expect(page.locator("form").last).to_contain_text("10月20日至4月1日")
    expect(page.locator("[name=last]")).to_have_value("04-10")
    assert_fits(page)
    assert_nothing_for_axe(page)
    page.get_by_role("button", name="以我的为准,保存").click()
    expect(page.locator(".window-list").first).to_contain_text("10月20日至4月10日")
    page.get_by_role("link", name="全部作业窗口").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("作业窗口")
    expect(page.locator("main")).to_contain_text("本公司供暖季")
    page.get_by_role("link", name=f"维护{HEAT}的作业窗口").click()
    page.get_by_role("button", name="移除 本公司供暖季").click()
    expect(page.locator("main")).not_to_contain_text("本公司供暖季")
    phone.close()
