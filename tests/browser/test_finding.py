"""Finding in Chromium: roads, words on map and list, the list's order and extent, everything in the address."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from playwright.sync_api import expect

from tests.browser.command_map import open_map

if TYPE_CHECKING:
    from playwright.sync_api import Page


def projects_of(page: Page, address: str) -> list[dict[str, Any]]:
    """All projects."""
    listed: list[dict[str, Any]] = page.request.get(f"{address}/api/map/projects").json()[
        "projects"
    ]
    return listed


def test_initials_find_a_road_and_enter_flies_there_and_lists_what_is_on_it(
    page: Page, demo_address: str
) -> None:
    open_map(page, f"{demo_address}/command")
    page.keyboard.press("/")
    page.keyboard.type("dfhl")
    first = page.locator("#search-results li").first
    expect(first).to_contain_text("东方红路")
    expect(page.locator("#search-results")).to_contain_text("东方红")
    page.keyboard.press("Enter")
    expect(page.locator("#sheet-title")).to_have_text("东方红路")
    expect(page.locator("#sheet-title")).to_be_focused()
    expect(page).to_have_url(re.compile(f"/command/roads/{quote('东方红路')}"))
    link = page.locator("#drawer a[data-code]").first
    expect(link).to_be_visible()
    code = link.get_attribute("data-code")
    link.click()
    expect(page.locator("#drawer article")).to_have_attribute("data-code", str(code))
    page.go_back()
    expect(page.locator("#sheet-title")).to_have_text("东方红路")
    page.keyboard.press("Escape")
    expect(page.locator("#drawer")).to_be_hidden()


def test_what_is_typed_can_be_shown_on_map_and_list_and_sent_as_a_link(
    page: Page, demo_address: str
) -> None:
    projects = projects_of(page, demo_address)
    expected = [one for one in projects if "改造" in one["name"]]
    assert 1 < len(expected) < len(projects)
    open_map(page, f"{demo_address}/command")
    page.fill("#search", "改造")
    page.locator(".results-all").click()
    expect(page.locator("#list-count")).to_have_text(str(len(expected)))
    expect(page).to_have_url(re.compile(f"words={quote('改造')}"))
    page.reload()
    expect(page.locator("#list-count")).to_have_text(str(len(expected)))


def test_a_leader_and_a_unit_are_found_by_name_and_by_pinyin(page: Page, demo_address: str) -> None:
    leader = next(
        one["sponsor_leader"] for one in projects_of(page, demo_address) if one["sponsor_leader"]
    )
    open_map(page, f"{demo_address}/command")
    page.fill("#search", leader)
    expect(page.locator(".results-all, #search-results li").first).to_be_visible()
    page.fill("#search", "shizhujianju")
    expect(page.locator(".results-all")).to_be_visible()


def test_the_search_answers_within_its_time(page: Page, demo_address: str) -> None:
    open_map(page, f"{demo_address}/command")
    for typed in ("d", "df", "dfhl", "改造", "示例"):
        page.fill("#search", typed)
    times = page.evaluate("performance.getEntriesByName('search').map((one) => one.duration)")
    # The figure is the benchmark's to judge; here it only has to be measured each time.
    assert len(times) >= 5


def test_the_list_keeps_to_what_the_map_shows_when_asked(page: Page, demo_address: str) -> None:
    open_map(page, f"{demo_address}/command?at=37.45,116.31,16")
    whole = int((page.locator("#list-count").text_content() or "0").replace(",", ""))
    page.click("#list-fold summary")
    page.click("#within")
    expect(page).to_have_url(re.compile("within=1"))
    expect(page.locator("#list-count")).not_to_have_text(str(whole))
    some = int((page.locator("#list-count").text_content() or "0").replace(",", ""))
    assert some < whole
    expect(page.locator("#outside")).to_contain_text(str(whole - some))
    expect(page.locator("#list li")).to_have_count(some)
    page.click("#zoom-out")
    expect(page.locator("#list-count")).not_to_have_text(str(some))
    page.click("#within")
    expect(page.locator("#list-count")).to_have_text(str(whole))


def test_the_list_stands_in_the_order_asked_for(page: Page, demo_address: str) -> None:
    projects = projects_of(page, demo_address)
    most = max(projects, key=lambda one: one["investment_yuan"] or 0)
    open_map(page, f"{demo_address}/command")
    page.click("#list-fold summary")
    page.select_option("#sort", "investment")
    expect(page.locator("#list a").first).to_have_attribute("data-code", most["code"])
    expect(page).to_have_url(re.compile("sort=investment"))
    page.select_option("#sort", "code")
    expect(page.locator("#list a").first).to_have_attribute(
        "data-code", min(one["code"] for one in projects)
    )


def test_a_work_is_kept_in_the_address_and_one_that_is_none_is_named(
    page: Page, demo_address: str
) -> None:
    layer = page.request.get(f"{demo_address}/api/map/layers/relocations").json()["features"]
    work = layer[0]["properties"]
    open_map(page, f"{demo_address}/command?zone=relocations.{work['id']}")
    expect(page.locator("#sheet-title")).to_have_text(work["name"])
    page.keyboard.press("Escape")
    expect(page).not_to_have_url(re.compile("zone="))
    open_map(page, f"{demo_address}/command?zone=relocations.999999&unit=%E6%97%A0")
    expect(page.locator("#notices")).to_contain_text("zone=relocations.999999")
    expect(page.locator("#notices")).to_contain_text("unit=无")


def test_the_day_is_stepped_by_day_week_and_month(page: Page, demo_address: str) -> None:
    open_map(page, f"{demo_address}/command")
    page.click("#step-ahead")
    expect(page).to_have_url(re.compile("day=2026-11-30"))
    page.select_option("#step", "month")
    page.click("#step-ahead")
    expect(page).to_have_url(re.compile("day=2026-12-30"))
    expect(page.locator("#forecast")).to_be_visible()
    page.locator("#strip-day").focus()
    page.keyboard.press("PageDown")
    expect(page).to_have_url(re.compile("day=2026-11-30"))
    page.select_option("#step", "day")
    page.click("#step-back")
    expect(page).to_have_url(re.compile("day=2026-11-29"))
    page.locator("#strip-day").focus()
    page.keyboard.press("t")
    expect(page).not_to_have_url(re.compile("day="))
    page.click("#play")
    expect(page).to_have_url(re.compile("day=2026-11-2[4-9]"))
    page.click("#play")
    expect(page.locator("#play")).to_have_attribute("aria-label", "播放")


def test_the_next_day_is_read_before_it_is_wanted(page: Page, demo_address: str) -> None:
    # Nobody knows yet which way a reader will go.
    with page.expect_request(re.compile(r"packed/lamps\?day=2026-11-16")):
        open_map(page, f"{demo_address}/command")
    with page.expect_request(re.compile(r"packed/lamps\?day=2026-12-07")):
        page.click("#step-ahead")
    expect(page).to_have_url(re.compile("day=2026-11-30"))
    page.click("#step-ahead")
    expect(page.locator("html")).to_have_attribute("data-painted", "2026-12-07")
