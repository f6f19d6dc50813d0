"""Importing in Chromium: a file looked at, mapped by pointing, tried, imported, undone; a place in words confirmed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from shapely.geometry import LineString
from sqlalchemy import select

from geo.changes.batches import take_batch
from geo.changes.intake_desk import keep_intake_file
from geo.database.acting import Identity, Role, acting_session, make_engine
from geo.model.zones import Zone, ZonePart
from geo.records import RoadRecord, ZoneRecord
from tests import factories as made
from tests.browser.looks import (
    Look,
    assert_fits,
    assert_nothing_for_axe,
    in_every_look,
    page_in,
    unfold,
)
from tests.clock import NOW
from tests.factories import TODAY
from tests.people import admit
from tests.serving import serve_city

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page
    from sqlalchemy import Engine

    from tests.postgres import Server

COMMAND = Identity(Role.COMMAND, "test:command")
SLOW_MS = 120_000
DIGS = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {
                "工程编号": f"GS-{number}",
                "工程名称": f"供热迁改{number}",
                "产权单位": "热力公司",
                "计划开工": "2026-12-01",
                "计划完工": "不知道" if number == 4 else "2027-03-01",
            },
            "geometry": {
                "type": "LineString",
                "coordinates": [[116.3 + number / 500, 37.45], [116.301 + number / 500, 37.452]],
            },
        }
        for number in range(5)
    ],
}
ROADS = [
    RoadRecord("R1", "东风路", "primary", LineString([(116.29, 37.449), (116.34, 37.449)])),
    RoadRecord("R2", "湖滨大道", "primary", LineString([(116.30, 37.44), (116.30, 37.46)])),
]


@pytest.fixture(scope="module")
def engine(server: Server) -> Iterator[Engine]:
    url = server.make_database("dezhou").replace("//jiantu@", "//jiantu_staff@")
    engine = make_engine(url, pool_size=2)
    batch = made.small_city()
    batch.roads[:] = ROADS
    batch.zones.append(ZoneRecord("relocation", "W-1", name="只有文字", location_text="东风路旁"))
    with acting_session(engine, COMMAND) as session:
        take_batch(session, batch, TODAY)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def address(engine: Engine) -> Iterator[str]:
    url = engine.url.render_as_string(hide_password=False)
    admit(url, "command")
    with serve_city(url, lambda: NOW, today=TODAY.isoformat()) as address:
        yield address


def digs_kept(engine: Engine) -> list[str]:
    with acting_session(engine, COMMAND) as session:
        return list(
            session.scalars(select(Zone.code).where(Zone.code.like("GS-%")).order_by(Zone.code))
        )


def test_a_strangers_file_is_mapped_tried_imported_and_undone(
    engine: Engine, address: str, page: Page
) -> None:
    page.set_default_timeout(SLOW_MS)
    page.goto(f"{address}/intake")
    content = json.dumps(DIGS, ensure_ascii=False).encode()
    page.set_input_files(
        "#file", {"name": "digs.geojson", "mimeType": "application/geo+json", "buffer": content}
    )
    page.click("form.drop button")
    page.wait_for_selector("html.map-drawn", state="attached")
    expect(page.locator("#column-code")).to_have_value("工程编号")
    expect(page.locator("#column-unit")).to_have_value("产权单位")
    expect(page.locator("#column-planned_start")).to_have_value("计划开工")
    page.fill("input[name=name]", "heat-digs")
    page.click("#make form[method=post] button")
    expect(page.locator("input[name=mapping][value=heat-digs]")).to_be_checked()
    page.click("#import button:not([data-import])")
    page.wait_for_url("**/try")
    expect(page.locator(".notice-group").first).to_contain_text("不知道")
    assert digs_kept(engine) == []
    page.click("[data-import]")
    page.wait_for_url("**/intake/runs/*")
    assert digs_kept(engine) == ["GS-0", "GS-1", "GS-2", "GS-3"]
    page.click("form[action$='/undo'] button")
    expect(page.locator("form[action$='/undo']")).to_have_count(0)
    assert digs_kept(engine) == []
    page.goto(f"{address}/intake")
    expect(page.get_by_text("heat-digs").first).to_be_visible()


@in_every_look
def test_axe_finds_no_violation_in_importing_and_quality(
    engine: Engine, browser: Browser, address: str, look: Look
) -> None:
    with acting_session(engine, COMMAND) as session:
        content = json.dumps(DIGS).encode()
        key = keep_intake_file(session, "digs.geojson", content, "test:command", NOW)
    with page_in(browser, look) as page:
        page.set_default_timeout(SLOW_MS)
        for path in ("/intake", f"/intake/files/{key}", "/intake/places", "/quality"):
            page.goto(f"{address}{path}?lang={look.lang}")
            unfold(page, "main")
            assert_nothing_for_axe(page)
            assert_fits(page)


def test_one_click_confirms_a_place_in_words(engine: Engine, address: str, page: Page) -> None:
    page.set_default_timeout(SLOW_MS)
    page.goto(f"{address}/intake/places")
    page.wait_for_selector("html.map-drawn", state="attached")
    page.locator(".place-choices button").first.click()
    expect(page.locator(".place-item")).to_have_count(0)
    with acting_session(engine, COMMAND) as session:
        parts = session.scalars(
            select(ZonePart.id).join(Zone, Zone.id == ZonePart.zone_id).where(Zone.code == "W-1")
        ).all()
    assert len(parts) == 1
