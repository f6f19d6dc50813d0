"""Comparing the day shown with another one, in Chromium: counts, list, link."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Page

NEED = {"red": 3, "yellow": 2, "paused": 1, "grey": 0, "green": 0, "blue": 0}


def count_changes(now: dict[str, Any], before: dict[str, Any]) -> dict[str, int]:
    """How many projects got worse, got better or are new, of two days' boards."""
    counts = {"worse": 0, "better": 0, "new": 0}
    for key, (lamp, *_) in now["projects"].items():
        if key not in before["projects"]:
            counts["new"] += 1
            continue
        more = NEED[lamp] - NEED[before["projects"][key][0]]
        counts["worse"] += more > 0
        counts["better"] += more < 0
    return counts


def test_what_changed_since_another_day_is_counted_and_listed(
    page: Page, demo_address: str
) -> None:
    boards = [
        page.request.get(f"{demo_address}/api/map/lamps?day={day}").json()
        for day in ("2026-11-23", "2026-10-24")
    ]
    counts = count_changes(*boards)
    assert counts["worse"]
    page.goto(f"{demo_address}/command")
    page.wait_for_selector("html.map-drawn")
    page.click("#compare summary")
    expect(page.locator("#changes")).to_be_hidden()
    page.click("#against-month")
    expect(page).to_have_url(re.compile(r"\?against=2026-10-24$"))
    for change, number in counts.items():
        expect(page.locator(f"[data-change={change}] b")).to_have_text(str(number))
    page.click("[data-change=worse]")
    expect(page.locator("#list-count")).to_have_text(str(counts["worse"]))
    page.reload()
    expect(page.locator("#list-count")).to_have_text(str(counts["worse"]))
    expect(page.locator("[data-change=worse]")).to_have_attribute("aria-pressed", "true")
    page.click("#against-none")
    expect(page.locator("#changes")).to_be_hidden()
    expect(page).to_have_url(re.compile(r"/command$"))
    expect(page.locator("#list-count")).to_have_text(str(len(boards[0]["projects"])))


def test_a_link_names_the_day_compared_with(page: Page, demo_address: str) -> None:
    page.goto(f"{demo_address}/command?against=2026-11-16")
    page.wait_for_selector("html.map-drawn")
    expect(page.locator("#against")).to_have_value("2026-11-16")
    expect(page.locator("#changes")).to_be_visible()
    page.fill("#against", "2026-11-01")
    expect(page).to_have_url(re.compile(r"against=2026-11-01$"))
