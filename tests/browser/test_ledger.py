"""The ledger in Chromium: a clerk's day from sign-in to sign-out, a lost connection, two people at once; axe."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect
from sqlalchemy import text

from geo.changes.accounts import get_account_id
from geo.changes.passwords import make_link
from geo.database.acting import Identity, Role, acting_session, make_engine
from tests.browser.looks import (
    LOOKS,
    Look,
    assert_fits,
    assert_nothing_for_axe,
    in_every_look,
    page_in,
    unfold,
)
from tests.clock import NOW
from tests.ledgers import CLERK, UNIT, Ledger, photo
from tests.people import admit, person, state_of
from tests.serving import serve_city

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, Page


PATIENCE_MS = 30_000
PASSWORD = "门前的路年底一定会修好"  # noqa: S105


@pytest.fixture
def address(ledger: Ledger) -> Iterator[str]:
    """Where the ledger of the small city is served."""
    with serve_city(ledger.url, lambda: NOW) as address:
        yield address


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    """A phone in a clerk's hand."""
    context = browser.new_context(
        viewport={"width": 390, "height": 844},
        has_touch=True,
        locale="zh-CN",
        storage_state=state_of(CLERK),
    )
    context.set_default_timeout(PATIENCE_MS)
    yield context
    context.close()


def open_page(context: BrowserContext, url: str) -> Page:
    page = context.new_page()
    page.goto(url)
    page.wait_for_selector("html.with-script", state="attached")
    return page


def enter_by_password(browser: Browser, address: str, ledger: Ledger) -> Page:
    """The clerk sets a password by the link that was given, and signs in with it on a phone that knows nobody."""
    engine = make_engine(ledger.url, pool_size=1)
    with acting_session(engine, Identity(Role.ADMIN, "test:admin")) as session:
        link = make_link(session, get_account_id(session, person(CLERK).name), "test", NOW)
    engine.dispose()
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, locale="zh-CN"
    )
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    page.goto(f"{address}/account/reset/{link}")
    for label in ("新密码", "再输入一次新密码"):
        page.get_by_label(label, exact=True).fill(PASSWORD)
    page.get_by_role("button", name="设置密码并登录").click()
    page.wait_for_url(re.compile("/coordination"))
    context.clear_cookies()
    page.goto(f"{address}/ledger")
    page.get_by_label("账号").fill(person(CLERK).name)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    page.wait_for_url(f"{address}/ledger")
    return page


def draw_relocation(page: Page, address: str) -> None:
    """A water main beside the site, by the coordinates of its ends."""
    page.goto(f"{address}/zones/new?kind=relocation")
    page.wait_for_selector("html.map-drawn", state="attached")
    page.locator("[data-field=name]").fill("门前水管迁改")
    page.locator("[data-field=utility]").select_option("water")
    page.locator("[data-field=unit_id]").select_option(label=UNIT)
    page.locator("[data-field=first_on]").fill("2026-12-01")
    page.locator("[data-field=last_on]").fill("2026-12-20")
    page.locator("details:has(#coordinates) summary").click()
    page.locator("#coordinates").fill("116.3010, 37.4500\n116.3030, 37.4500")
    page.locator("#coordinates-kind").select_option("line")
    page.locator("#add-coordinates").click()
    expect(page.locator("#parts li")).to_have_count(1)
    page.locator("#save").click()
    page.wait_for_url(re.compile(r"/zones/\d+"))
    expect(page.locator("main")).to_contain_text("门前水管迁改")


def test_a_clerks_day(browser: Browser, address: str, ledger: Ledger) -> None:
    page = enter_by_password(browser, address, ledger)
    page.get_by_role("link", name="测试项目P1", exact=False).first.click()
    page.get_by_role("link", name="填报进展").click()
    page.locator("#field-percent").fill("1")
    page.locator("#field-narrative").fill("围挡完成,等待进场")
    page.set_input_files(
        "#photos", {"name": "现场.jpg", "mimeType": "image/jpeg", "buffer": photo(size=(1200, 900))}
    )
    expect(page.locator("#photo-list li")).to_have_count(1)
    page.get_by_role("button", name="提交填报").click()
    expect(page.locator("#lamp")).to_have_attribute("data-lamp", "red", timeout=PATIENCE_MS)
    expect(page.locator(".thumbs img")).to_have_count(1)

    page.get_by_role("link", name="上报制约问题").first.click()
    page.locator("#field-cause").select_option("land")
    page.locator("#field-text").fill("征地未完成")
    page.get_by_role("button", name="保存").click()
    expect(page.locator(".record-text", has_text="征地未完成")).to_be_visible()

    draw_relocation(page, address)
    page.goto(f"{address}/ledger/P1")

    page.get_by_role("link", name="更正").first.click()
    page.locator("#field-percent").fill("45")
    page.get_by_role("button", name="提交更正").click()
    expect(page.locator("#lamp")).to_have_attribute("data-lamp", "green", timeout=PATIENCE_MS)

    page.locator(".sheet-state").get_by_role("link", name="修改历史").click()
    expect(page.locator(".changes")).to_contain_text("征地未完成")
    expect(page.locator(".changes")).to_contain_text("测试editor")
    page.locator(".account-menu summary").click()
    page.get_by_role("button", name="退出").click()
    page.wait_for_url(re.compile("/sign-in"))
    page.goto(f"{address}/ledger")
    expect(page).to_have_url(re.compile("/sign-in"))
    kept = ledger.ask("select count(*) from jiantu.progress_report where first_on = '2026-11-23'")
    assert kept == [(2,)]
    assert ledger.ask("select utility from jiantu.zone where name = '门前水管迁改'") == [("water",)]
    page.context.close()


def test_the_browser_says_what_is_wrong_before_anything_is_sent(
    phone: BrowserContext, address: str
) -> None:
    page = open_page(phone, f"{address}/ledger/P1/progress")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    page.locator("#field-percent").fill("一百")
    page.get_by_role("button", name="提交填报").click()
    expect(page.locator("#error-percent")).to_have_text(
        "“完成进度(%)”应填数字,例如 35.5;“一百”不是数字。"
    )
    expect(page.locator("#field-percent")).to_be_focused()
    assert "POST" not in sent
    page.locator("#field-percent").fill("50")
    expect(page.locator("#error-percent")).to_be_hidden()


def test_without_a_connection_what_was_written_is_kept_and_sent_later_once(
    phone: BrowserContext, address: str, ledger: Ledger
) -> None:
    page = open_page(phone, f"{address}/ledger/P1/progress")
    page.locator("#field-percent").fill("47")
    page.locator("#field-narrative").fill("地下室信号差")
    phone.set_offline(True)
    page.get_by_role("button", name="提交填报").click()
    expect(page.locator("#notices")).to_contain_text("已保存在本机")
    phone.set_offline(False)
    page.wait_for_url(re.compile("saved=progress_report"), timeout=PATIENCE_MS)
    kept = ledger.ask(
        "select count(*) from jiantu.progress_report where narrative = '地下室信号差'"
    )
    assert kept == [(1,)]


def test_what_was_written_is_there_again_after_signing_in_when_the_session_ended_meanwhile(
    phone: BrowserContext, address: str, ledger: Ledger
) -> None:
    page = open_page(phone, f"{address}/ledger/P1/progress")
    page.locator("#field-percent").fill("48")
    page.locator("#field-narrative").fill("写了很久")
    end_every_session(ledger)
    page.get_by_role("button", name="提交填报").click()
    page.wait_for_url(re.compile("/sign-in"))
    admit(ledger.url, CLERK)
    page.goto(f"{address}/ledger/P1/progress")
    page.get_by_role("button", name="恢复草稿").click()
    expect(page.locator("#field-narrative")).to_have_value("写了很久")


def end_every_session(ledger: Ledger) -> None:
    engine = make_engine(ledger.url, pool_size=1)
    with acting_session(engine, Identity(Role.GATE, "test:gate")) as session:
        session.execute(text("delete from jiantu.account_session"))
    engine.dispose()


def test_a_draft_is_shown_to_nobody_else_on_the_same_phone_and_is_gone_after_signing_out(
    phone: BrowserContext, address: str, ledger: Ledger
) -> None:
    def sign_in(words: str) -> Page:
        phone.clear_cookies()
        phone.add_cookies(state_of(words)["cookies"])
        return open_page(phone, f"{address}/ledger/P1/progress")

    page = sign_in(CLERK)
    page.locator("#field-narrative").fill("还没有写完")
    expect(page.locator("#field-narrative")).to_have_value("还没有写完")
    until_kept(page, "还没有写完")
    page = sign_in("command")
    expect(page.locator("#field-narrative")).to_be_visible()
    expect(page.locator(".draft-offer")).to_have_count(0)
    page = sign_in(CLERK)
    expect(page.locator(".draft-offer")).to_be_visible()
    page.locator(".account-menu summary").click()
    page.get_by_role("button", name="退出").click()
    expect(page).not_to_have_url(re.compile("/progress"))
    admit(ledger.url, CLERK)
    page = sign_in(CLERK)
    expect(page.locator("#field-narrative")).to_be_visible()
    assert kept_drafts(page) == []


def until_kept(page: Page, words: str) -> None:
    """What is typed is kept a moment later."""
    for _ in range(200):
        if any(words in draft["texts"] for draft in kept_drafts(page)):
            return
        page.wait_for_timeout(50)
    pytest.fail("nothing was kept")


def kept_drafts(page: Page) -> list[dict[str, Any]]:
    """What the browser keeps of unsaved forms, whoever wrote it."""
    found: list[dict[str, Any]] = page.evaluate(
        """() => new Promise((resolve, reject) => {
          const opening = indexedDB.open("jiantu-drafts");
          opening.onerror = () => reject(opening.error);
          opening.onsuccess = () => {
            if (!opening.result.objectStoreNames.contains("drafts")) {
              opening.result.close();
              return resolve([]);
            }
            const reading = opening.result.transaction("drafts").objectStore("drafts").getAll();
            reading.onsuccess = () => {
              opening.result.close();
              resolve(
                reading.result.map(({ account, name, entries }) => ({
                  account, name, texts: entries.map(([, text]) => text),
                })),
              );
            };
          };
        })"""
    )
    return found


def test_two_windows_of_one_person_are_given_the_choice(
    browser: Browser, address: str, ledger: Ledger
) -> None:
    context = browser.new_context(storage_state=state_of(CLERK), locale="zh-CN")
    context.set_default_timeout(PATIENCE_MS)
    first = open_page(context, f"{address}/ledger/P1/facts")
    second = open_page(context, f"{address}/ledger/P1/facts")
    first.locator("#field-manager").fill("王工")
    first.get_by_role("button", name="保存").click()
    first.wait_for_url(re.compile("saved=project"))
    second.locator("#field-manager").fill("李工")
    second.get_by_role("button", name="保存").click()
    expect(second.locator(".choice")).to_contain_text("双方都改过")
    expect(second.locator(".choice")).to_contain_text("王工")
    second.get_by_role("button", name="全部用我的").click()
    second.wait_for_url(re.compile("saved=project"))
    context.close()
    assert ledger.ask("select manager from jiantu.project where code = 'P1'") == [("李工",)]


PAGES = {
    "list": "/ledger",
    "project": "/ledger/P1",
    "report": "/ledger/P1/progress",
    "form": "/ledger/P1/blocker/new",
    "months": "/ledger/P1/months/2026",
    "history": "/history/of/P1",
    "city": "/history",
}


@in_every_look
def test_axe_finds_no_violation_in_the_ledger(browser: Browser, address: str, look: Look) -> None:
    with page_in(browser, look) as page:
        page.set_default_timeout(PATIENCE_MS)
        for path in PAGES.values():
            page.goto(f"{address}{path}?lang={look.lang}")
            unfold(page)
            assert_nothing_for_axe(page)
            assert_fits(page)


def test_a_blocker_raised_by_mistake_is_taken_back_from_the_bar_and_brought_back_from_it(
    address: str, phone: BrowserContext, ledger: Ledger
) -> None:
    page = open_page(phone, f"{address}/ledger/P1/blocker/new")
    page.locator("#field-cause").select_option("land")
    page.locator("#field-text").fill("写错了项目")
    page.get_by_role("button", name="保存").click()
    bar = page.locator(".saved")
    expect(bar).to_contain_text("已保存")
    assert_fits(page)
    assert_nothing_for_axe(page)
    bar.get_by_role("button", name="撤回").click()
    expect(page.locator(".saved")).to_contain_text("已撤回")
    blockers = page.locator("section", has=page.locator("#blocker"))
    expect(blockers.locator("li.done")).to_contain_text("写错了项目")
    assert ledger.ask("select count(*) from jiantu.blocker where text = '写错了项目'") == [(0,)]
    assert_fits(page)
    assert_nothing_for_axe(page)
    # It was no mistake after all.
    page.locator(".saved").get_by_role("button", name="恢复").click()
    expect(page.locator(".saved")).to_contain_text("已恢复")
    expect(blockers).not_to_contain_text("今天撤回的")
    assert ledger.ask("select version from jiantu.blocker where text = '写错了项目'") == [(3,)]


def test_a_months_percent_that_falls_is_told_and_the_draft_is_there_again(
    browser: Browser, address: str, ledger: Ledger
) -> None:
    with page_in(browser, LOOKS[0]) as page:
        page.set_default_timeout(PATIENCE_MS)
        page.goto(f"{address}/ledger/P1?lang=zh")
        page.get_by_role("link", name="分月计划").click()
        page.locator("#field-percent_06").fill("120")
        page.locator("#field-percent_09").fill("50")
        expect(page.locator("#error-percent_06")).to_contain_text("不能大于100")
        page.locator("#field-percent_06").fill("60")
        page.get_by_role("button", name="保存").click()
        expect(page.locator("#error-percent_09")).to_contain_text("低于前面2026年6月的60%")
        assert_nothing_for_axe(page)
        # Left and opened again, what was typed is offered.
        page.locator("#field-percent_09").fill("70")
        until_kept(page, "70")
        page.goto(f"{address}/ledger/P1")
        page.get_by_role("link", name="分月计划").click()
        expect(page.locator(".draft-offer")).to_be_visible()
        page.locator(".draft-offer button").first.click()
        expect(page.locator("#field-percent_09")).to_have_value("70")
        page.get_by_role("button", name="保存").click()
        expect(page.locator(".saved")).to_contain_text("2026年分月计划已保存")
    months = "select count(*) from jiantu.plan_month where percent in (60, 70)"
    assert ledger.ask(months) == [(2,)]
