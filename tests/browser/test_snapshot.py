"""The single-file snapshot, opened from the disk with no network at all."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from app.leaflet_files import read_leaflet
from geo.changes.batches import take_batch
from geo.database.acting import Identity, Role, acting_session, make_engine
from geo.exporters.snapshot import write_snapshot
from tests.factories import TODAY, small_city

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page


@pytest.fixture
def snapshot(fresh_dezhou_url: str, tmp_path: Path) -> Path:
    """The snapshot of a city of two projects with the same site."""
    path = tmp_path / "map.html"
    engine = make_engine(fresh_dezhou_url)
    with acting_session(engine, Identity(Role.COMMAND, "test")) as session:
        take_batch(session, small_city(), TODAY)
        write_snapshot(session, path, TODAY, TODAY, "zh", read_leaflet())
    engine.dispose()
    return path


def test_it_opens_without_a_network_and_asks_for_nothing(
    page: Page, snapshot: Path, requests: list[str]
) -> None:
    page.context.set_offline(offline=True)
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto(snapshot.as_uri())
    expect(page.locator("#legend h1")).to_have_text("德州市")
    expect(page.locator(".leaflet-marker-icon svg")).to_have_count(2)
    assert problems == []
    assert requests == [snapshot.as_uri()]


def test_a_click_on_a_site_says_why_its_lamp_is_what_it_is(page: Page, snapshot: Path) -> None:
    page.goto(snapshot.as_uri())
    page.locator(".leaflet-marker-icon svg").last.click()
    popup = page.locator(".leaflet-popup-content")
    expect(popup).to_contain_text(re.compile("测试项目P[12]"))
    expect(popup).to_contain_text("测试住建局")


def test_names_from_the_records_cannot_become_markup(
    page: Page, fresh_dezhou_url: str, tmp_path: Path
) -> None:
    path = tmp_path / "map.html"
    batch = small_city()
    hostile = (
        "<img src=x onerror=document.title='taken'></script><script>document.title='taken'</script>"
    )
    batch.projects = [
        type(row)(code=row.code, name=hostile, actual_start_on=row.actual_start_on)
        for row in batch.projects
    ]
    engine = make_engine(fresh_dezhou_url)
    with acting_session(engine, Identity(Role.COMMAND, "test")) as session:
        take_batch(session, batch, TODAY)
        write_snapshot(session, path, TODAY, TODAY, "zh", read_leaflet())
    engine.dispose()
    page.goto(path.as_uri())
    page.locator(".leaflet-marker-icon svg").last.click()
    expect(page.locator(".leaflet-popup-content")).to_contain_text("<img src=x")
    assert page.title() != "taken"
