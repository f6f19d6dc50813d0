"""An administrator's day in Chromium, from the first link to signing out; axe on the door and on all administration."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from sqlalchemy import text

from geo.changes.accounts import add_account, get_account_id
from geo.changes.batches import take_batch
from geo.changes.passwords import make_link
from geo.database.acting import Identity, Role, acting_session, make_engine
from geo.model.accounts import StaffRole
from geo.records import Batch, DistrictRecord
from tests.browser.looks import (
    Look,
    assert_fits,
    assert_nothing_for_axe,
    in_every_look,
    page_in,
    unfold,
)
from tests.clock import NOW, TODAY
from tests.factories import SQUARE, small_city
from tests.people import admit, state_of
from tests.serving import serve_city

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from tests.postgres import Server

PATIENCE_MS = 30_000
PASSWORD, ANOTHER = "管理员的第一句长密码", "后来又换的一句长密码"


class Town:
    """A small city with districts and projects, its address, and the first administrator's link."""

    def __init__(self, url: str, address: str, link: str) -> None:
        self.url, self.address, self.link = url, address, link

    def ask(self, query: str) -> list[tuple[object, ...]]:
        engine = make_engine(self.url, pool_size=1)
        with acting_session(engine, Identity(Role.LEADER, "test")) as session:
            rows = [tuple(row) for row in session.execute(text(query))]
        engine.dispose()
        return rows


@pytest.fixture(scope="module")
def town(server: Server) -> Iterator[Town]:
    url = server.make_database("dezhou").replace("//jiantu@", "//jiantu_staff@")
    engine = make_engine(url, pool_size=1)
    districts = [DistrictRecord(f"3714{n}", f"属地{n}", SQUARE, None, "district") for n in range(2)]
    with acting_session(engine, Identity(Role.COMMAND, "test:command")) as session:
        take_batch(session, small_city(), TODAY)
        take_batch(session, Batch(districts=districts), TODAY)
    with acting_session(engine, Identity(Role.ADMIN, "test:admin")) as session:
        add_account(session, "first", "首任管理员", role=StaffRole.ADMIN)
        link = make_link(session, get_account_id(session, "first"), "test", NOW)
    engine.dispose()
    admit(url, "command", "admin")
    # Nobody asks this provider; the door only offers it.
    with serve_city(
        url, lambda: NOW, oidc_issuer="https://sso.example", oidc_client_id="jiantu"
    ) as address:
        yield Town(url, address, link)


def new_page(browser: Browser, who: str | None = None) -> Page:
    context = browser.new_context(locale="zh-CN", storage_state=state_of(who) if who else None)
    context.set_default_timeout(PATIENCE_MS)
    return context.new_page()


def choose(page: Page, link: str, password: str) -> None:
    page.goto(link)
    page.get_by_label("新密码", exact=True).fill(password)
    page.get_by_label("再输入一次新密码").fill(password)
    page.get_by_role("button", name="设置密码并登录").click()
    page.wait_for_url(re.compile("/(command|coordination)"))


def sign_out(page: Page) -> None:
    page.locator(".account-menu summary").click()
    page.get_by_role("button", name="退出").click()
    page.wait_for_url(re.compile("/sign-in"))


def make_account(page: Page, town: Town, name: str, person: str, **chosen: str) -> str:
    """Make an account in the administration; the link that is shown once."""
    page.goto(f"{town.address}/admin")
    page.get_by_text("新建账号").click()
    form = page.locator("form[action$='/admin/accounts']")
    form.locator("[name=name]").fill(name)
    form.locator("[name=display_name]").fill(person)
    for field, label in chosen.items():
        form.locator(f"[name={field}]").select_option(label)
    form.get_by_role("button").click()
    return page.locator(".admin-link").input_value()


def reorder(page: Page, town: Town) -> None:
    """A list in another order, by the keys alone."""
    page.goto(f"{town.address}/admin/lists/cause")
    first = page.locator(".admin-entries li").first.locator("[name=name]")
    name = first.input_value()
    down = page.get_by_role("button", name=f"下移“{name}”")
    down.press("Enter")
    expect(page.locator(".admin-entries li").nth(1).locator("[name=name]")).to_have_value(name)
    expect(down).to_be_focused()
    expect(page.locator(".admin-changes")).to_contain_text("首任管理员")


def change_rule(page: Page, town: Town) -> None:
    """A threshold: tried, then put in force from tomorrow."""
    page.goto(f"{town.address}/admin/rules")
    threshold = page.locator("form", has=page.locator("[value='start.red_from_days']"))
    threshold.locator("[name=value]").fill("20")
    threshold.get_by_role("button", name="试算").click()
    expect(page.locator("#preview-title")).to_contain_text("20")
    page.get_by_label("依据或文号").fill("会议纪要第7号")
    page.get_by_role("button", name="自明日起生效").click()
    expect(page.locator("section", has=page.locator("#versions-title"))).to_contain_text(
        "会议纪要第7号"
    )


def release(page: Page, browser: Browser, town: Town) -> None:
    """What waits he sees; the command office, whose account he makes, releases it."""
    page.goto(f"{town.address}/releases?state=waiting")
    expect(page.locator("tbody")).to_contain_text("P1")
    link = make_account(page, town, "office", "指挥部文员", role="command")
    office = new_page(browser)
    choose(office, link, PASSWORD)
    office.goto(f"{town.address}/releases/P1")
    if office.get_by_role("button", name="放上公众地图").count():
        office.get_by_role("button", name="放上公众地图").click()
    office.get_by_label("对公众的介绍").fill("门前的路正在重修")
    office.get_by_role("button", name="按此发布").click()
    expect(office.get_by_label("对公众的介绍")).to_have_value("门前的路正在重修")
    office.context.close()
    assert town.ask(
        "select j.public, r.introduction from jiantu.project j"
        " join jiantu.project_release r on r.project_id = j.id where j.code = 'P1'"
    ) == [(True, "门前的路正在重修")]


def test_an_administrators_day(browser: Browser, town: Town) -> None:
    page = new_page(browser)
    choose(page, f"{town.address}/account/reset/{town.link}", PASSWORD)
    sign_out(page)
    page.goto(f"{town.address}/admin")
    page.get_by_label("账号").fill("first")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    page.wait_for_url(f"{town.address}/admin")

    # A unit, somebody in it, and a new password for him by a link.
    page.get_by_role("navigation", name="系统管理").get_by_role("link", name="单位").click()
    page.get_by_text("新建单位").click()
    new_unit = page.locator("form").filter(has=page.locator("[name=short_name]")).first
    new_unit.locator("[name=name]").fill("新设管网公司")
    new_unit.locator("[name=kind]").select_option("utility")
    new_unit.locator("[name=utility]").select_option("water")
    new_unit.get_by_role("button", name="保存").click()
    expect(page.locator("summary", has_text="新设管网公司")).to_be_visible()
    link = make_account(page, town, "wang", "王工", unit="新设管网公司")
    clerk = new_page(browser)
    choose(clerk, link, PASSWORD)
    page.get_by_role("button", name="生成设置密码的链接").click()
    choose(clerk, page.locator(".admin-link").input_value(), ANOTHER)
    expect(clerk.locator(".account-menu summary")).to_contain_text("王工")
    clerk.context.close()

    reorder(page, town)
    change_rule(page, town)
    release(page, browser, town)
    page.goto(f"{town.address}/admin/log")
    expect(page.locator("tbody tr").first).to_contain_text("first")
    sign_out(page)
    page.goto(f"{town.address}/admin")
    expect(page).to_have_url(re.compile("/sign-in"))
    page.context.close()


DOOR = ("/sign-in", "/sign-in?out=1", "/account/reset/none", "/sign-in/sso/back?code=a&state=b")
INSIDE = (
    *("/account", "/admin", "/admin/units", "/admin/districts", "/admin/lists", "/admin/rules"),
    *("/admin/lists/utility", "/admin/lists/ladder_step", "/admin/imports", "/admin/log"),
    *("/admin/times", "/admin/times?try=pause&name=a&first_on=2026-12-01&last_on=2026-12-31"),
    "/releases",
)


@in_every_look
def test_axe_finds_no_violation_at_the_door_and_in_administration(
    browser: Browser, town: Town, look: Look
) -> None:
    for who, paths in ((None, DOOR), ("admin", INSIDE), ("command", ("/releases/P1",))):
        with page_in(browser, look, who) as page:
            page.set_default_timeout(PATIENCE_MS)
            for path in paths:
                page.goto(f"{town.address}{path}{'&' if '?' in path else '?'}lang={look.lang}")
                unfold(page)
                assert_nothing_for_axe(page)
                assert_fits(page)
