"""Filters, search and list beside the command's map in Chromium."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.browser.command_map import open_map, pixels

if TYPE_CHECKING:
    from playwright.sync_api import Page


pytestmark = pytest.mark.usefixtures("complaints")


def test_figures_are_filters(page: Page, demo_address: str, facts: dict[str, Any]) -> None:
    open_map(page, f"{demo_address}/command")
    page.click(".figure[data-lamp=red]")
    expect(page).to_have_url(re.compile(r"\?lamp=red$"))
    red = sum(state[0] == "red" for state in facts["board"]["projects"].values())
    expect(page.locator("#list-count")).to_have_text(str(red))
    assert pixels(page, "sites", "--lamp-green") == 0
    page.click(".figure[data-lamp=yellow]")
    expect(page).to_have_url(re.compile(r"\?lamp=red,yellow$"))
    page.click("#clear")
    expect(page.locator("#list-count")).to_have_text(str(len(facts["projects"])))


def test_folded_filters_count_what_each_value_would_leave(
    page: Page, demo_address: str, facts: dict[str, Any]
) -> None:
    open_map(page, f"{demo_address}/command")
    page.click("#filters summary")
    transport = sum(project["category"] == "transport" for project in facts["projects"])
    option = page.locator("#facet-category option[value=transport]")
    expect(option).to_have_text(f"重大交通 · {transport}")
    page.select_option("#facet-category", "transport")
    expect(page.locator("#list-count")).to_have_text(str(transport))
    expect(page.locator("#filter-count")).to_have_text("1")


@pytest.mark.parametrize(("facet", "place"), [("cause", 0), ("awaited", 1)])
def test_projects_are_filtered_by_what_their_open_blockers_are_about(
    page: Page, demo_address: str, facts: dict[str, Any], facet: str, place: int
) -> None:
    blockers = facts["board"]["blockers"]
    value = next(about[place][0] for about in blockers.values() if about[place])
    held_up = sum(value in about[place] for about in blockers.values())
    open_map(page, f"{demo_address}/command")
    page.click("#filters summary")
    page.select_option(f"#facet-{facet}", value)
    expect(page.locator("#list-count")).to_have_text(str(held_up))
    page.reload()
    expect(page.locator("#list-count")).to_have_text(str(held_up))
    page.click("#filters summary")
    option = page.locator(f"#facet-{facet} option:checked")
    expect(option).to_have_text(re.compile(rf" · {held_up}$"))


def test_projects_are_filtered_by_their_leader(
    page: Page, demo_address: str, facts: dict[str, Any]
) -> None:
    leader = next(one["sponsor_leader"] for one in facts["projects"] if one["sponsor_leader"])
    led = sum(one["sponsor_leader"] == leader for one in facts["projects"])
    open_map(page, f"{demo_address}/command?leader={leader}")
    expect(page.locator("#list-count")).to_have_text(str(led))


def test_quick_filters_are_one_press_away(
    page: Page, demo_address: str, facts: dict[str, Any]
) -> None:
    open_map(page, f"{demo_address}/command")
    page.click("#filters summary")
    late = len(facts["board"]["late_starts"])
    states = facts["board"]["projects"].values()
    nowhere = sum(not project["located"] for project in facts["projects"])
    wanted = {
        "start_overdue": late,
        "not_reported": sum("not_reported" in marks for _, _, marks in states),
        "at_risk": sum("at_risk" in marks for _, _, marks in states),
        "none": nowhere,
    }
    for value, number in wanted.items():
        expect(page.locator(f"[data-quick={value}] b")).to_have_text(str(number))
    assert late
    page.click("[data-quick=start_overdue]")
    expect(page).to_have_url(re.compile(r"\?mark=start_overdue$"))
    expect(page.locator("#list-count")).to_have_text(str(late))
    expect(page.locator("[data-quick=start_overdue]")).to_have_attribute("aria-pressed", "true")


def test_projects_without_a_place_are_in_the_list(
    page: Page, demo_address: str, facts: dict[str, Any]
) -> None:
    nowhere = [project for project in facts["projects"] if not project["located"]]
    open_map(page, f"{demo_address}/command")
    page.click("#list-fold summary")
    expect(page.locator("#unlocated-count")).to_have_text(str(len(nowhere)))
    page.click("#unlocated")
    expect(page.locator("#list li")).to_have_count(len(nowhere))
    page.locator("#list a").first.click()
    expect(page.locator("#drawer h2")).to_be_visible()


def test_the_keyboard_leads_from_the_search_to_a_projects_blockers(
    page: Page, demo_address: str, facts: dict[str, Any]
) -> None:
    red = facts["red"]["project"]
    initials = next(one["initials"] for one in facts["projects"] if one["code"] == red["code"])
    open_map(page, f"{demo_address}/command")
    page.keyboard.press("/")
    expect(page.locator("#search")).to_be_focused()
    page.keyboard.type(initials)
    expect(page.locator("#search-results li").first).to_be_visible()
    for _ in range(8):
        chosen = page.locator("#search-results li[aria-selected=true] .list-about")
        if red["code"] in (chosen.text_content() or ""):
            break
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#sheet-title")).to_have_text(red["name"])
    expect(page.locator("#sheet-title")).to_be_focused()
    expect(page.locator("#drawer .blocker").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#search")).to_be_focused()


def test_the_list_is_walked_with_arrow_keys(page: Page, demo_address: str) -> None:
    open_map(page, f"{demo_address}/command")
    page.locator("#list-fold summary").focus()
    page.keyboard.press("Enter")
    page.locator("#list a").first.focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#list a").nth(1)).to_be_focused()
    page.keyboard.press("End")
    expect(page.locator("#list a").last).to_be_focused()
    page.keyboard.press("Home")
    page.keyboard.press("Enter")
    expect(page.locator("#sheet-title")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#list a").first).to_be_focused()
