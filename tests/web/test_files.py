"""Files to take away: ledger, template, the sheet for the wall."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from geo.queries.lamps import get_lamp_board
from geo.queries.projects import list_projects

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from sqlalchemy.orm import Session

    from tests.conftest import DemoCity

FILES = "/command/files"
BOX = "116.2,37.40,116.45,37.52"


def read_pdf(data: bytes) -> tuple[list[tuple[int, int]], str]:
    """Sizes of the pages in millimetres, and all words."""
    pages = PdfReader(BytesIO(data)).pages
    sizes = [
        (round(page.mediabox.width / 72 * 25.4), round(page.mediabox.height / 72 * 25.4))
        for page in pages
    ]
    return sizes, "".join(page.extract_text() for page in pages)


def test_the_ledger_and_its_template_are_one_press_away(
    client: FlaskClient, demo_session: Session
) -> None:
    page = client.get("/command").text
    books = {}
    for name in ("ledger.xlsx", "template.xlsx"):
        assert f'href="{FILES}/{name}"' in page
        answer = client.get(f"{FILES}/{name}")
        assert answer.status_code == 200
        assert "attachment" in answer.headers["Content-Disposition"]
        books[name] = CalamineWorkbook.from_filelike(BytesIO(answer.data))
        assert len(books[name].sheet_names) > 3
    ledger = books["ledger.xlsx"]
    words = {
        cell
        for name in ledger.sheet_names
        for row in ledger.get_sheet_by_name(name).to_python()
        for cell in row
    }
    assert {project["code"] for project in list_projects(demo_session)["projects"]} <= words


@pytest.mark.parametrize(
    ("size", "millimetres"), [("A3", (420, 297)), ("A1", (841, 594)), ("A0", (1189, 841))]
)
def test_a_sheet_has_the_size_asked_for_the_day_and_whose_it_is(
    client: FlaskClient, size: str, millimetres: tuple[int, int]
) -> None:
    answer = client.get(f"{FILES}/sheet.pdf?size={size}&box={BOX}&lamp=red")
    assert answer.status_code == 200
    assert answer.mimetype == "application/pdf"
    sizes, words = read_pdf(answer.data)
    assert set(sizes) == {millimetres}
    assert "2026年11月23日" in words
    assert "城建指挥部" in words
    assert "红灯" in words


def test_a_sheet_lists_the_projects_in_sight_numbered_red_first(
    client: FlaskClient, demo_session: Session, demo: DemoCity
) -> None:
    board = get_lamp_board(demo_session, demo.today, demo.today)
    reds = [
        project
        for project in list_projects(demo_session)["projects"]
        if board["projects"][project["id"]][0] == "red" and project["located"]
    ]
    whole = ",".join(str(edge) for edge in demo.config.bbox)
    answer = client.get(f"{FILES}/sheet.pdf?size=A1&box={whole}&lamp=red&lang=zh")
    _, words = read_pdf(answer.data)
    flat = "".join(words.split())
    for project in reds:
        assert "".join(project["name"].split()) in flat
    assert f"项目一览{len(reds)}" in flat
    others = [
        project["name"]
        for project in list_projects(demo_session)["projects"]
        if board["projects"][project["id"]][0] == "green"
    ]
    assert not any(f"{name}市" in flat for name in others[:5])


def test_a_sheet_of_a_day_ahead_says_forecast_and_an_empty_one_says_what_to_do(
    client: FlaskClient,
) -> None:
    answer = client.get(f"{FILES}/sheet.pdf?box={BOX}&day=2027-03-01&lamp=red&lang=en")
    _, words = read_pdf(answer.data)
    assert "forecast" in words
    answer = client.get(f"{FILES}/sheet.pdf?box=115.0,36.0,115.1,36.1&lang=zh")
    assert "图上没有项目" in read_pdf(answer.data)[1]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("size=A3&box=1,2,3", 400),
        ("size=A3&box=a,b,c,d", 400),
        (f"size=A9&box={BOX}", 422),
        ("size=A3&box=116.5,37.4,116.2,37.5", 422),
        ("size=A3&box=nan,37.4,116.2,37.5", 422),
        ("size=A3&box=-170,-80,170,80", 422),
    ],
)
def test_a_sheet_that_cannot_be_made_is_refused(
    client: FlaskClient, query: str, status: int
) -> None:
    assert client.get(f"{FILES}/sheet.pdf?{query}").status_code == status


def test_an_archive_that_is_not_configured_is_not_there(client: FlaskClient) -> None:
    assert client.get(f"{FILES}/base-maps/photo.pmtiles").status_code == 404
