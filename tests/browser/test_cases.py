"""Two units settle an overlap in Chromium from start to end: asked, proposed, accepted, closed by minutes."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

import pytest
from docx import Document
from playwright.sync_api import expect

from tests.browser.looks import (
    Look,
    assert_fits,
    assert_nothing_for_axe,
    in_every_look,
    page_in,
    unfold,
)
from tests.clock import NOW
from tests.desk import make_desk
from tests.people import admit, state_of
from tests.serving import serve_city

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Locator, Page

    from tests.postgres import Server

CASE = "/coordination/cases/2026-1"
HEAT, POLICE = "editor:热力公司", "editor:交警支队"


@pytest.fixture
def desk_address(server: Server) -> Iterator[str]:
    """Where the desk of the small city is served."""
    city = make_desk(server)
    admit(city.url, "command", HEAT, POLICE)
    with serve_city(city.url, lambda: NOW) as address:
        yield address


def side_of(page: Page, unit: str) -> Locator:
    return page.locator(".side", has=page.get_by_role("heading", name=unit))


def open_case(browser: Browser, address: str, who: str) -> Page:
    """The desk in a browser of its own, in which somebody is signed in, with the case opened from the list."""
    page = browser.new_context(storage_state=state_of(who), locale="zh-CN").new_page()
    page.goto(f"{address}/coordination")
    page.wait_for_selector("html.map-drawn", state="attached")
    page.locator(".pair-item").click()
    # The first case stands there already; it is put there anew, and only then the address is its own.
    expect(page).to_have_url(re.compile(r"/coordination/cases/"))
    expect(page.locator("#pair-title")).to_contain_text("协〔2026〕1号")
    expect(page.locator("svg.bars rect.bar")).to_have_count(2)
    return page


def test_two_units_settle_an_overlap_from_start_to_end(browser: Browser, desk_address: str) -> None:
    heat = open_case(browser, desk_address, HEAT)
    police = open_case(browser, desk_address, POLICE)

    # The heat company is affected and says why, with a drawing. It has no form for the police.
    expect(heat.locator(".side form")).to_have_count(1)
    side = side_of(heat, "热力公司")
    side.locator("textarea").fill("导改压占管沟,无法开挖")
    side.locator("summary").click()
    side.locator("input[type=file]").set_input_files(
        files={"name": "管沟.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"}
    )
    side.get_by_role("button", name="有影响").click()
    expect(heat.locator(".message")).to_have_count(1)

    # The police read it, agree on their side, and propose other days for the trench.
    police.reload()
    expect(police.locator(".message a")).to_have_text("管沟.pdf")
    side_of(police, "交警支队").get_by_role("button", name="已达成一致").click()
    expect(police.locator(".message")).to_have_count(2)
    police.get_by_text("建议改期", exact=True).click()
    form = police.locator(".case-propose form")
    work = form.locator("option", has_text="供热迁改").inner_text()
    form.get_by_label("工程").select_option(label=work)
    form.get_by_role("button", name="查找空闲时段").click()
    expect(police.locator(".free-days button").first).to_contain_text("建议改为")
    assert form.locator("[name=zone] option:checked").inner_text() == work
    assert_nothing_for_axe(police)
    form.locator("[name=first_on]").fill("2027-01-05")
    form.locator("[name=last_on]").fill("2027-01-25")
    form.get_by_role("button", name="提出建议").click()
    expect(police.locator(".proposal")).to_contain_text("交警支队提出")
    expect(police.locator(".proposal").get_by_role("button", name="同意改期")).to_have_count(0)

    # The command writes down the meeting.
    office = open_case(browser, desk_address, "command")
    office.get_by_text("填写会商纪要并办结").click()
    office.get_by_label("会商地点").fill("三楼会议室")
    office.get_by_label("主持").fill("指挥部办公室")
    office.get_by_label("议定事项").fill("供热迁改推迟到1月5日开工")
    office.get_by_role("button", name="形成纪要并办结").click()
    expect(office.locator(".pair-line")).to_contain_text("已会商")

    # The heat company reads the minutes and accepts with one click: the works no longer meet.
    heat.reload()
    with heat.expect_download() as download:
        heat.get_by_role("link", name="会商纪要〔2026〕1号").click()
    written = Document(io.BytesIO(download.value.path().read_bytes()))
    assert any("供热迁改推迟到1月5日开工" in one.text for one in written.paragraphs)
    heat.locator(".proposal").get_by_role("button", name="同意改期").click()
    expect(heat.locator(".pair-line")).to_contain_text("已解除")
    police.reload()
    expect(police.locator(".message-accepted")).to_contain_text("2027年1月5日至2027年1月25日")
    office.goto(f"{desk_address}/coordination")
    expect(office.locator(".desk-empty")).to_contain_text("没有工程重叠")
    for page in (heat, police, office):
        page.context.close()


def test_a_case_is_settled_without_javascript(browser: Browser, desk_address: str) -> None:
    context = browser.new_context(storage_state=state_of("command"), java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{desk_address}{CASE}?lang=en")
    side = page.locator(".side").first
    side.get_by_role("button", name="Not affected").click()
    expect(page.locator(".message")).to_contain_text("Not affected")
    context.close()


@in_every_look
def test_axe_finds_no_violation_on_a_case(browser: Browser, demo_address: str, look: Look) -> None:
    with page_in(browser, look) as page:
        page.goto(f"{demo_address}/coordination?lang={look.lang}")
        page.wait_for_selector("html.map-drawn", state="attached")
        assert_nothing_for_axe(page)
        page.goto(page.locator(".pair-item").first.evaluate("(item) => item.href"))
        unfold(page)
        assert_nothing_for_axe(page)
        assert_fits(page)
