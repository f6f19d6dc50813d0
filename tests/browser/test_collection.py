"""A round of a collection in Chromium: forty sheets dropped at once, sixty faults settled, one click each."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from geo.changes.collection import open_round
from geo.database.acting import acting_session, make_engine
from geo.exporters.collection.workbook import sheet_file_name, write_sheet
from geo.importers.collection.judged import judge_round
from geo.importers.collection.receiving import receive_file
from geo.importers.collection.settling import group_alike
from geo.queries.batches import read_batch
from geo.queries.collection import get_round
from geo.queries.collection_facts import read_round_facts
from tests.browser.looks import (
    Look,
    assert_fits,
    assert_nothing_for_axe,
    in_every_look,
    page_in,
    unfold,
)
from tests.collecting import (
    BEFORE,
    COMMAND,
    NOW,
    TODAY,
    assert_ledger_is_the_truth,
    few_units,
    fill_round,
    find_fault,
    make_city,
)
from tests.people import admit
from tests.serving import serve_city

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, FilePayload, Page
    from sqlalchemy import Engine

    from geo.importers.collection.findings import Mark
    from geo.importers.collection.judged import Judged
    from tests.planting import Planted, Round
    from tests.postgres import Server

SLOW_MS = 300_000
SEED = 20261123
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture(scope="module")
def engine(server: Server) -> Iterator[Engine]:
    engine = make_engine(make_city(server, few_units()), pool_size=2)
    yield engine
    engine.dispose()


@contextmanager
def serve(engine: Engine) -> Iterator[str]:
    """The program on a city; its address."""
    url = engine.url.render_as_string(hide_password=False)
    admit(url, "command")
    with serve_city(url, lambda: NOW, today=TODAY.isoformat()) as address:
        yield address


@pytest.fixture(scope="module")
def address(engine: Engine) -> Iterator[str]:
    with serve(engine) as found:
        yield found


class Hand:
    """The clerk's hand: every click is counted."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.clicks = 0

    def click(self, selector: str) -> None:
        self.clicks += 1
        self.page.locator(selector).first.click(timeout=SLOW_MS)


def test_a_clerk_settles_the_faults_of_six_sheets_with_half_as_many_clicks_and_can_undo_it_all(
    engine: Engine, address: str, page: Page
) -> None:
    settle_round(engine, address, page, 6, 40)


@pytest.mark.nightly
@pytest.mark.parametrize("seed", [SEED, 7])
def test_a_clerk_settles_sixty_faults_of_forty_sheets_with_fewer_clicks_and_can_undo_it_all(
    server: Server, page: Page, seed: int
) -> None:
    engine = make_engine(make_city(server), pool_size=2)
    try:
        with serve(engine) as address:
            settle_round(engine, address, page, 40, 60, seed)
    finally:
        engine.dispose()


def settle_round(
    engine: Engine, address: str, page: Page, sheets: int, faults: int, seed: int = SEED
) -> None:
    """All sheets dropped at once, each fault settled as who knows the truth would, all taken in, and undone."""
    made = fill_round(engine, seed, faults)
    with acting_session(engine, COMMAND) as session:
        before = read_batch(session)
    hand = Hand(page)
    page.goto(f"{address}/collection/rounds/{made.id}")
    files: list[FilePayload] = [
        {"name": sheet_file_name(made.facts, unit), "mimeType": XLSX, "buffer": content}
        for unit, content in made.files.items()
    ]
    assert len(files) == sheets
    hand.clicks += 1  # the file dialog, or one drag of all files
    page.locator("#files").set_input_files(files)
    page.wait_for_selector(f"#drop[data-done='{sheets}']", timeout=SLOW_MS)
    expect(page.locator("#drop-list li[data-state='placed']")).to_have_count(sheets)
    settle_alike(engine, made, hand)
    items = find_items(engine, made)
    for item, answer in items.items():
        if answer.startswith("set:"):
            page.locator(f"{item} input[name=typed]").fill(answer.removeprefix("set:"))
    for item, answer in items.items():
        if answer.startswith("set:"):
            continue
        if not page.locator(item).count():
            continue  # the answer to another one settled it as well: a confirmed name is remembered
        if page.locator(f"{item} select[name=choice]").count():
            page.locator(f"{item} select[name=choice]").select_option(answer)
            hand.click(f"{item} button")
        else:
            hand.click(f"{item} button[value='{answer}']")
        expect(page.locator(item)).to_have_count(0, timeout=SLOW_MS)
    hand.click("[data-send-typed]")
    expect(page.locator("#questions")).to_have_count(0, timeout=SLOW_MS)
    for item, answer in find_items(engine, made).items():  # what an answer brought to light
        if answer.startswith("set:"):
            page.locator(f"{item} input[name=typed]").fill(answer.removeprefix("set:"))
            hand.click(f"{item} button[value=typed]")
        else:
            hand.click(f"{item} button[value='{answer}']")
        expect(page.locator(item)).to_have_count(0, timeout=SLOW_MS)
    hand.click("form[action$='/merge'] button")
    expect(page.locator(".sheet-merged")).to_have_count(sheets, timeout=SLOW_MS)
    print(f"\n{hand.clicks} clicks for {len(made.faults)} faults in {len(files)} sheets")  # noqa: T201
    assert hand.clicks <= 0.66 * len(made.faults)
    with acting_session(engine, COMMAND) as session:
        assert_ledger_is_the_truth(session, made)
    page.on("dialog", lambda dialog: dialog.accept())
    hand.click("form[action$='/undo'] button")
    expect(page.locator(".sheet-merged")).to_have_count(0, timeout=SLOW_MS)
    with acting_session(engine, COMMAND) as session:
        assert read_batch(session) == before


def settle_alike(engine: Engine, made: Round, hand: Hand) -> None:
    """Where one way is right for all of a kind that are shown together, it is one click."""
    with acting_session(engine, COMMAND) as session:
        judged = judge_round(session, made.id)
        right = {mark_of(judged, fault): fault.answer for fault in made.faults}
        groups = [
            (group.kind, choice.code, [(file, one.mark) for _, file, one in group.findings])
            for group in group_alike(judged)
            for choice in group.choices
        ]
    opened = False
    for kind, code, marks in groups:
        if any(right.get(mark) != code for mark in marks):
            continue
        if not opened:
            hand.click("details.alike summary")
            opened = True
        form = hand.page.locator("form.alike-group").filter(
            has=hand.page.locator(f"input[name=kind][value='{kind}']")
        )
        expect(form.locator("input[name=mark]")).to_have_count(len(marks))
        hand.click(f"form.alike-group:has(input[name=kind][value='{kind}']) button[value='{code}']")
        expect(form).to_have_count(0, timeout=SLOW_MS)


def mark_of(judged: Judged, fault: Planted) -> tuple[int, Mark] | None:
    """The file and mark of the finding that tells of a fault."""
    finding = find_fault(judged, fault)
    if finding is None:
        return None
    sheet = next(one for one in judged.round.sheets if one.unit_id == fault.unit_id)
    return judged.assessed[sheet.id].file_id, finding.mark


def find_items(engine: Engine, made: Round) -> dict[str, str]:
    """Where on the page each fault waits, and what settles it."""
    with acting_session(engine, COMMAND) as session:
        judged = judge_round(session, made.id)
    found: dict[str, str] = {}
    for fault in made.faults:
        finding, mark = find_fault(judged, fault), mark_of(judged, fault)
        if finding is not None and mark is not None and finding.answer is None:
            file_id, (row, field, kind) = mark
            found[f"[id='f-{file_id}-{row}-{field}-{kind}']"] = fault.answer
    return found


@pytest.fixture(scope="module")
def some_came(engine: Engine) -> tuple[int, int]:
    """An earlier round in which a sheet came unchanged, one came from nobody knows whom, and one is no sheet."""
    with acting_session(engine, COMMAND) as session:
        words = BEFORE.__class__(
            "month", BEFORE.first_on.replace(day=1), BEFORE.first_on.replace(day=30), BEFORE.due_at
        )
        key = open_round(session, words, "test:command", NOW)
        facts = read_round_facts(session, key)
        units = [sheet.unit_id for sheet in get_round(session, key).sheets]
        content = write_sheet(facts, units[0])
        received = receive_file(session, key, "a.xlsx", content, "test:command", NOW)
        assert received.sheet_id is not None
        receive_file(session, key, "b.docx", b"no sheet at all", "test:command", NOW)
        earlier = timedelta(days=14)  # the clerk's round of this module stands on the week before
        week = open_round(
            session,
            BEFORE.__class__(
                "week", BEFORE.first_on - earlier, BEFORE.last_on - earlier, BEFORE.due_at
            ),
            "test:command",
            NOW,
        )
        other = write_sheet(read_round_facts(session, week), units[0])
        receive_file(session, key, "c.xlsx", other, "test:command", NOW)
    return key, received.sheet_id


@in_every_look
def test_axe_finds_no_violation_in_a_collection(
    browser: Browser, address: str, some_came: tuple[int, int], look: Look
) -> None:
    key, sheet = some_came
    with page_in(browser, look) as page:
        for path in ("/collection", f"/collection/rounds/{key}", f"/collection/sheets/{sheet}"):
            page.goto(f"{address}{path}?lang={look.lang}")
            unfold(page)
            assert_nothing_for_axe(page)
            assert_fits(page)
