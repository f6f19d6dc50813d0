"""What tests of the command's map share: opening it, what the database says of it, a quiet console."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from geo.database.acting import Identity, Role, make_engine
from geo.queries.lamps import get_lamp_board
from geo.queries.project_sheet import get_project_sheet
from geo.queries.projects import list_projects

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import ConsoleMessage, Page

    from tests.conftest import DemoCity

LAMPS = ("red", "yellow", "green", "grey", "blue", "paused")


@pytest.fixture(scope="session")
def facts(demo: DemoCity) -> dict[str, Any]:
    """The board of the demo's day, its projects by lamp, and the sheet of a red project with a place and a blocker."""
    engine = make_engine(demo.staff_url, pool_size=1).execution_options(
        identity=Identity(Role.LEADER, "test:reader")
    )
    with Session(engine) as session:
        board = get_lamp_board(session, demo.today, demo.today)
        projects = list_projects(session)["projects"]
        red = next(
            sheet
            for project in projects
            if project["located"] and board["projects"][project["id"]][0] == "red"
            for sheet in [get_project_sheet(session, project["code"], demo.today, demo.today, "zh")]
            if sheet["blockers"] and sheet["sites"][0]["bbox"]
        )
    engine.dispose()
    return {"board": board, "projects": projects, "red": red}


@pytest.fixture
def complaints(request: pytest.FixtureRequest) -> Iterator[list[str]]:
    """What the test's page writes to the console as error or warning: nothing, or the test fails.

    A test that takes something away clears what is said about that.
    """
    heard: list[str] = []
    if "page" in request.fixturenames:
        page: Page = request.getfixturevalue("page")

        def note(message: ConsoleMessage) -> None:
            if message.type in {"error", "warning"}:
                heard.append(message.text)

        page.on("console", note)
        page.on("pageerror", lambda error: heard.append(str(error)))
    yield heard
    assert heard == [], heard


NEAR_BY = re.compile(r"[?&]at=[^&]*,1[4-9]")
"""A view in which sites are drawn as they are, not as symbols."""


def open_map(page: Page, address: str) -> None:
    """Open a page with the map and wait until it is drawn and the list known; near by, until footprints have come."""
    page.goto(address)
    page.wait_for_selector("html.map-drawn")
    expect(page.locator("#list-count")).not_to_be_empty()
    if NEAR_BY.search(address):
        page.wait_for_load_state("networkidle")


def pixels(page: Page, pane: str, colour: str) -> int:
    """How many points of a canvas have nearly the colour that a custom property names."""
    count: int = page.evaluate(
        """([pane, name]) => {
          const probe = document.createElement("i");
          probe.style.color = getComputedStyle(document.documentElement).getPropertyValue(name);
          document.body.append(probe);
          const [r, g, b] = getComputedStyle(probe).color.match(/\\d+/g).map(Number);
          probe.remove();
          const canvas = document.querySelector(`.leaflet-${pane}-pane canvas, .leaflet-${pane} canvas`);
          const copy = document.createElement("canvas");
          Object.assign(copy, { width: canvas.width, height: canvas.height });
          const pen = copy.getContext("2d", { willReadFrequently: true });
          pen.drawImage(canvas, 0, 0);
          const { data } = pen.getImageData(0, 0, copy.width, copy.height);
          let count = 0;
          for (let i = 0; i < data.length; i += 4) {
            const off = Math.abs(data[i] - r) + Math.abs(data[i + 1] - g) + Math.abs(data[i + 2] - b);
            if (data[i + 3] > 200 && off < 12) count += 1;
          }
          return count;
        }""",
        [pane, colour],
    )
    return count
