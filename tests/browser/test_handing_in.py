"""A unit's Friday in Chromium: a sheet filled in and handed in, what is asked answered, sent back, mended."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # ships no types
from playwright.sync_api import expect

from geo.changes.collection import return_sheet
from geo.database.acting import acting_session, make_engine
from tests.collecting import COMMAND, NOW, TODAY
from tests.handing_in import EDITOR, GOOD, HOUSING, WATER, Handing, filled, make_handing
from tests.people import state_of
from tests.serving import serve_city

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, FilePayload, Page

    from tests.postgres import Server

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def city(server: Server) -> Handing:
    return make_handing(server)


@pytest.fixture
def address(city: Handing) -> Iterator[str]:
    """The program on that city."""
    with serve_city(city.url, lambda: NOW, today=TODAY.isoformat()) as found:
        yield found


def workbook(content: bytes) -> FilePayload:
    return {"name": "周报.xlsx", "mimeType": XLSX, "buffer": content}


def test_a_unit_hands_its_sheet_in_answers_and_mends_what_was_sent_back(
    browser: Browser, city: Handing, address: str
) -> None:
    context = browser.new_context(locale="zh-CN", storage_state=state_of(EDITOR))
    page = context.new_page()
    page.goto(f"{address}/collection")
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("main")).not_to_contain_text(WATER)
    page.locator("tbody a").click()
    with page.expect_download() as waiting:
        page.locator("a[href$='blank.xlsx']").click()
    content = Path(waiting.value.path()).read_bytes()
    faulty = filled(
        content, GOOD | {(1, "percent"): 0.42, (1, "reporter"): None, (2, "reporter"): None}
    )
    hand_in(page, faulty)
    asked = page.locator(".ask-item.must")
    expect(asked).to_have_count(1)
    expect(page.locator("details.alike .alike-group")).to_have_count(1)
    look_at(page)
    asked.locator("button[value='value:42']").click()
    expect(page.locator(".ask-item.must")).to_have_count(0)
    engine = make_engine(city.url, pool_size=1)
    with acting_session(engine, COMMAND) as session:
        return_sheet(session, city.sheets[HOUSING], NOW)
    engine.dispose()
    page.reload()
    expect(page.locator(".notice")).to_contain_text("退回")
    with page.expect_download() as waiting:
        page.locator("a[href$='returned.xlsx']").click()
    assert waiting.value.suggested_filename.startswith("退回-")
    hand_in(page, filled(content, GOOD))
    expect(page.locator(".sheet-received")).to_be_visible()
    expect(page.locator(".ask-item.must")).to_have_count(0)
    page.goto(f"{address}/collection")
    look_at(page)
    context.close()


def hand_in(page: Page, content: bytes) -> None:
    """Choose the filled sheet and press the button."""
    page.locator("#file").set_input_files(workbook(content))
    page.locator("form.drop button").click()
    expect(page.locator("caption#rows-title")).to_be_visible()


def look_at(page: Page) -> None:
    """Nothing that axe finds, and nothing wider than the screen, with everything open, on a desktop and a phone."""
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 844})
        page.evaluate(
            "document.querySelectorAll('main details').forEach((one) => { one.open = true; })"
        )
        results = Axe().run(page)
        assert results.violations_count == 0, results.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
