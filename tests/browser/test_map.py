"""The command's map in Chromium, on the demo city: what it shows, what a click, a key or a touch does."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.browser.command_map import LAMPS, open_map, pixels
from tests.people import state_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route


pytestmark = pytest.mark.usefixtures("complaints")


def test_the_map_shows_the_city_and_its_lamps(page: Page, demo_address: str) -> None:
    open_map(page, f"{demo_address}/command")
    page.wait_for_function("() => document.querySelectorAll('canvas').length >= 4")
    for colour in ("--map-paper", "--map-road", "--map-water", "--map-built"):
        assert pixels(page, "ground", colour) > 50, colour
    for lamp in ("--lamp-red", "--lamp-yellow", "--lamp-green", "--lamp-blue"):
        assert pixels(page, "sites", lamp) > 50, lamp


def test_the_counts_are_those_of_the_database(
    page: Page, demo_address: str, facts: dict[str, Any]
) -> None:
    open_map(page, f"{demo_address}/command")
    board = facts["board"]
    for lamp in LAMPS:
        expect(page.locator(f"[data-count={lamp}]")).to_have_text(str(board["counts"][lamp]))
        sites = page.locator(f"#legend [data-site-count={lamp}]")
        expect(sites).to_have_text(str(board["site_counts"][lamp]))
    expect(page.locator("#list-count")).to_have_text(str(len(facts["projects"])))


def test_a_click_on_a_site_opens_its_project_with_the_reason_first(
    page: Page, demo_address: str, facts: dict[str, Any]
) -> None:
    west, south, east, north = facts["red"]["sites"][0]["bbox"]
    open_map(page, f"{demo_address}/command?at={(south + north) / 2},{(west + east) / 2},17")
    box = page.locator("#map").bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.locator(".tip")).to_be_visible()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    drawer = page.locator("#drawer")
    expect(drawer).to_be_visible()
    expect(drawer.locator(".sentence")).not_to_be_empty()
    code = drawer.locator("article").get_attribute("data-code")
    expect(page).to_have_url(re.compile(f"/command/projects/{code}\\?"))
    expect(page.locator("#sheet-title")).to_be_focused()


def test_the_drawer_says_what_the_city_says(
    page: Page, demo_address: str, facts: dict[str, Any]
) -> None:
    red = facts["red"]
    open_map(page, f"{demo_address}/command/projects/{red['project']['code']}")
    drawer = page.locator("#drawer")
    expect(drawer.locator("h2")).to_have_text(red["project"]["name"])
    expect(drawer.locator(".sentence")).to_have_text(red["sentence"])
    expect(drawer.locator(".blocker")).to_have_count(len(red["blockers"]))
    expect(drawer.locator(".blocker .age").first).to_contain_text(
        f"已{red['blockers'][0]['days_open']}天"
    )
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    assert "/projects/" not in page.url


def test_a_click_on_a_cluster_comes_closer(page: Page, demo_address: str) -> None:
    open_map(page, f"{demo_address}/command?at=37.45,116.31,10")
    before = page.url
    found = page.evaluate(
        """() => {
          const canvas = document.querySelector(".leaflet-sites-pane canvas, .leaflet-sites canvas");
          const { left, top } = canvas.getBoundingClientRect();
          const { data, width, height } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
          for (let y = 0; y < height; y += 2) for (let x = 400; x < width; x += 2) {
            const at = (y * width + x) * 4;
            const px = [left + x, top + y];
            const under = document.elementFromPoint(...px);
            if (data[at + 3] > 250 && under && under.id === "map") return px;
          }
        }"""
    )
    assert found
    page.mouse.click(found[0], found[1] + 8)
    page.wait_for_function("before => location.href !== before", arg=before)


def test_layers_are_switched_on_and_say_how_many_run(page: Page, demo_address: str) -> None:
    open_map(page, f"{demo_address}/command?at=37.45,116.31,14")
    assert pixels(page, "zones", "--zone-relocation") == 0
    page.click("#layers-button")
    relocations = page.locator("label[for=layer-relocations]")
    expect(relocations.locator(".layer-count")).to_have_text(re.compile(r"进行中 \d+ · 30天内 \d+"))
    relocations.click()
    page.wait_for_function("() => location.search.includes('relocations')")
    page.wait_for_timeout(300)
    assert pixels(page, "zones", "--zone-relocation") > 50
    page.click("label[for=layer-diversions]")
    page.wait_for_timeout(500)
    assert pixels(page, "zones", "--zone-detour") > 50
    assert pixels(page, "zones", "--zone-closure") > 50
    page.click("label[for=layer-roads]")
    page.wait_for_timeout(300)
    assert "roads" not in page.url
    page.reload()
    page.wait_for_selector("html.map-drawn")
    page.wait_for_timeout(300)
    assert pixels(page, "zones", "--zone-detour") > 50


def test_another_day_changes_counts_and_says_forecast(page: Page, demo_address: str) -> None:
    open_map(page, f"{demo_address}/command")
    with page.expect_response(re.compile(r"/lamps\?day=2027-01-31")) as answered:
        page.fill("#day", "2027-01-31")
    counts = answered.value.json()["counts"]
    expect(page.locator("[data-count=red]")).to_have_text(str(counts["red"]))
    expect(page.locator("#forecast")).to_be_visible()
    expect(page).to_have_url(re.compile("day=2027-01-31"))
    page.click("#today")
    expect(page.locator("#forecast")).to_be_hidden()


def test_the_strip_moves_the_day(page: Page, demo_address: str) -> None:
    open_map(page, f"{demo_address}/command")
    expect(page.locator("#skyline path")).to_have_count(2)
    page.locator("#strip-day").focus()
    page.keyboard.press("ArrowRight")
    expect(page).to_have_url(re.compile("day=2026-11-24"))
    expect(page.locator("#strip-flag")).to_have_text("11月24日")


def test_the_other_language_keeps_the_view(page: Page, demo_address: str) -> None:
    open_map(page, f"{demo_address}/command?lamp=red&day=2026-12-01")
    page.click("#language")
    page.wait_for_selector("html[lang=en].map-drawn")
    assert "lamp=red" in page.url
    assert "day=2026-12-01" in page.url
    expect(page.locator("#board-title")).to_contain_text("Projects")
    expect(page.locator("#day-words")).to_have_text("Tue 1 Dec 2026")
    page.goto(f"{demo_address}/command")
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_a_link_with_strange_parameters_shows_the_map_and_what_was_left_out(
    page: Page, demo_address: str
) -> None:
    open_map(page, f"{demo_address}/command?colour=red&layers=roads,moon&day=2026-02-30&at=x")
    notices = page.locator("#notices")
    expect(notices).to_contain_text("colour=red, layers=moon, at=x")
    expect(notices).to_contain_text("2026-02-30")
    notices.get_by_role("button", name="关闭").click()
    expect(notices).not_to_contain_text("colour=red")


def test_back_and_forward_walk_through_projects(page: Page, demo_address: str) -> None:
    open_map(page, f"{demo_address}/command")
    page.click("#list-fold summary")
    page.locator("#list a").nth(0).click()
    first = page.url
    expect(page.locator("#drawer .sheet:not(.waiting)")).to_be_visible()
    page.locator("#list a").nth(1).click()
    page.wait_for_function("first => location.pathname !== new URL(first).pathname", arg=first)
    page.go_back()
    code = first.split("/projects/")[1].split("?")[0]
    expect(page.locator("#drawer article")).to_have_attribute("data-code", code)
    page.go_back()
    expect(page.locator("#drawer")).to_be_hidden()


def test_when_the_server_goes_away_what_was_there_stays_and_the_page_says_so(
    page: Page, demo_address: str, facts: dict[str, Any], complaints: list[str]
) -> None:
    open_map(page, f"{demo_address}/command")

    def refuse(route: Route) -> None:
        route.abort()

    page.route("**/api/map/**", refuse)
    page.fill("#day", "2026-12-24")
    expect(page.locator("#notices")).to_contain_text("服务器没有响应")
    expect(page.locator("[data-count=red]")).to_have_text(str(facts["board"]["counts"]["red"]))
    assert pixels(page, "sites", "--lamp-green") > 50
    page.unroute("**/api/map/**", refuse)
    page.get_by_role("button", name="重试").click()
    expect(page.locator("#notices")).not_to_contain_text("服务器没有响应")
    assert all("ERR_FAILED" in complaint for complaint in complaints)
    complaints.clear()


def test_when_the_session_has_ended_the_page_says_so_and_leads_to_the_sign_in(
    page: Page, demo_address: str, complaints: list[str]
) -> None:
    open_map(page, f"{demo_address}/command")
    page.context.clear_cookies()
    page.fill("#day", "2026-12-24")
    expect(page.locator("#notices")).to_contain_text("登录已过期")
    page.click("#list-fold summary")
    page.locator("#list a").first.click()
    expect(page.locator("#drawer .empty")).to_contain_text("登录已过期")
    page.locator("#notices").get_by_role("button", name="登录").click()
    expect(page).to_have_url(re.compile("/sign-in"))
    assert all("401" in complaint for complaint in complaints)
    complaints.clear()


def test_a_sheet_that_cannot_be_read_can_be_asked_for_again(
    page: Page, demo_address: str, complaints: list[str]
) -> None:
    open_map(page, f"{demo_address}/command")
    page.route("**/sheet?*", lambda route: route.fulfill(status=503))
    page.click("#list-fold summary")
    page.locator("#list a").first.click()
    expect(page.locator("#drawer .empty")).to_contain_text("服务器没有响应")
    page.unroute("**/sheet?*")
    page.locator("#drawer .chip").click()
    expect(page.locator("#drawer .sheet-state")).to_be_visible()
    assert all("503" in complaint for complaint in complaints)
    complaints.clear()


def test_dark_is_remembered(page: Page, demo_address: str) -> None:
    open_map(page, f"{demo_address}/command")
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.click("#theme")
    page.wait_for_timeout(200)
    assert pixels(page, "ground", "--map-paper") > 1000
    page.reload()
    page.wait_for_selector("html.map-drawn")
    scheme = page.evaluate("getComputedStyle(document.documentElement).colorScheme")
    assert scheme == "dark"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == light
    assert pixels(page, "ground", "--map-paper") > 1000


def test_a_projects_page_can_be_read_without_javascript(
    browser: Browser, demo_address: str, facts: dict[str, Any]
) -> None:
    red = facts["red"]
    context = browser.new_context(storage_state=state_of("command"), java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{demo_address}/command/projects/{red['project']['code']}")
    expect(page.locator("h2#sheet-title")).to_have_text(red["project"]["name"])
    expect(page.locator(".sentence")).to_have_text(red["sentence"])
    expect(page.locator(".blocker").first).to_be_visible()
    expect(page.locator("#map")).to_be_hidden()
    expect(page.locator("#search")).to_be_hidden()
    page.get_by_role("link", name="全部项目(表格)").click()
    expect(page.locator("tbody tr")).to_have_count(len(facts["projects"]))
    page.get_by_role("link", name=red["project"]["name"]).first.click()
    expect(page.locator("h2#sheet-title")).to_have_text(red["project"]["name"])
    context.close()


def test_on_a_phone_the_sheet_rises_from_below(
    browser: Browser, demo_address: str, facts: dict[str, Any]
) -> None:
    context = browser.new_context(
        storage_state=state_of("command"),
        viewport={"width": 390, "height": 844},
        has_touch=True,
        is_mobile=True,
        locale="zh-CN",
    )
    page = context.new_page()
    west, south, east, north = facts["red"]["sites"][0]["bbox"]
    open_map(page, f"{demo_address}/command?at={(south + north) / 2},{(west + east) / 2},17")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    box = page.locator("#map").bounding_box()
    assert box
    page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    drawer = page.locator("#drawer")
    expect(drawer).to_be_visible()
    expect(page.locator("#board")).to_be_hidden()
    heights = []
    for _ in range(3):
        page.wait_for_timeout(250)
        found = drawer.bounding_box()
        assert found
        heights.append(round(found["height"] / 792, 2))
        page.locator("#drawer-grip").tap()
    assert heights == sorted(heights, key=lambda height: (height < 0.5, height))
    assert heights[0] == pytest.approx(0.66, abs=0.02)
    assert heights[1] > 0.95
    assert heights[2] == pytest.approx(0.34, abs=0.02)
    page.locator("#drawer-close").tap()
    expect(page.locator("#board")).to_be_visible()
    context.close()


def test_nothing_moves_for_who_wants_no_motion(browser: Browser, demo_address: str) -> None:
    context = browser.new_context(storage_state=state_of("command"), reduced_motion="reduce")
    page = context.new_page()
    open_map(page, f"{demo_address}/command")
    assert page.locator(".leaflet-zoom-anim").count() == 0
    durations = page.evaluate(
        "[...document.querySelectorAll('*')].map((one) => getComputedStyle(one).transitionDuration)"
        ".filter((one) => one !== '0s').length"
    )
    assert durations == 0
    context.close()
