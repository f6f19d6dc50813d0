"""Each doubtful record leads to the form that mends it, at its field; for who only reads, to the record."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from flask import url_for
from openpyxl import load_workbook
from sqlalchemy import text

from app import create_app
from app.database import Database
from app.pages.quality import mend_link
from geo.changes.batches import take_batch
from geo.changes.quality import keep_counts
from geo.database.acting import acting_session, make_engine
from geo.queries.quality import Doubtful
from geo.queries.quality_checks import CHECKS
from geo.records import ZoneRecord
from tests import factories as made
from tests.collecting import COMMAND, NOW, TODAY
from tests.people import settings_of, sign_in_client

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apiflask import APIFlask

    from tests.postgres import Server


@pytest.fixture(scope="module")
def url(server: Server) -> str:
    """The small city, one of whose projects has nothing that it should have; counted at midnight."""
    found = server.make_database("dezhou").replace("//jiantu@", "//jiantu_staff@")
    batch = made.small_city()
    batch.zones[1:] = [
        made.site("P2", parts=()),
        ZoneRecord("relocation", "R1", location_text="东风路"),
    ]
    batch.plans[1:] = [replace(batch.plans[1], start=None, finish=None)]
    batch.milestones[1:] = []
    engine = make_engine(found, pool_size=1)
    with acting_session(engine, COMMAND) as session:
        take_batch(session, batch, TODAY)
        keep_counts(session, TODAY)
    engine.dispose()
    return found


@pytest.fixture
def app(url: str) -> Iterator[APIFlask]:
    database = Database(url)
    yield create_app(settings_of(url, today=TODAY.isoformat()), database, lambda: NOW)
    database.close()


@pytest.fixture
def ids(url: str) -> dict[str, int]:
    """A project, a site and a blocker to be mended."""
    engine = make_engine(url, pool_size=1)
    with acting_session(engine, COMMAND) as session:
        found = session.execute(
            text(
                "select p.id as project, z.id as zone, b.id as blocker from jiantu.project p"
                " join jiantu.zone z on z.project_id = p.id"
                " join jiantu.blocker b on b.project_id = p.id where p.code = 'P1'"
            )
        ).one()
    engine.dispose()
    return dict(found._mapping)  # noqa: SLF001  SQLAlchemy's public name for a row's mapping


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.code)
def test_every_check_leads_to_a_form_that_is_there_with_its_field(
    app: APIFlask, url: str, ids: dict[str, int], check: object
) -> None:
    [check] = [each for each in CHECKS if each is check]
    client = sign_in_client(app.test_client(), url, "command")
    row = next((ids[name] for name in ("blocker", "zone") if name in check.where), ids["project"])
    one = Doubtful(check, "P1", "x", None, None, None, None, "东风路", row)
    with client:
        client.get("/quality")
        link = mend_link(one)
        whole = mend_link(one, whole=True)
        project = url_for("command.show_project", code="P1")
    assert link != project
    assert whole.startswith("http")
    assert whole.endswith(link)
    path, _, field = link.partition("#")
    page = client.get(path)
    assert page.status_code == 200, link
    assert not field or f'id="{field}"' in page.text, link


def test_the_page_and_the_workbook_have_the_same_links(app: APIFlask, url: str) -> None:
    client = sign_in_client(app.test_client(), url, "command")
    page = client.get("/quality").text
    links = re.findall(r'class="mend" href="([^"]+)"', page)
    assert len(links) > 5
    assert any("/zones/" in each for each in links)
    assert any("#field-" in each for each in links)
    assert "11-23" in page or "11月23日" in page, "the week's count"
    book = load_workbook(io.BytesIO(client.get("/quality/doubtful.xlsx").data))
    sheet = book.worksheets[0]
    kept = []
    for row in range(3, sheet.max_row + 1):
        there = sheet.cell(row, 7).hyperlink
        assert there is not None
        kept.append(f"{there.target}{f'#{there.location}' if there.location else ''}")
    assert [each.replace("&amp;", "&") for each in links] == [
        each.removeprefix("http://localhost") for each in kept
    ]


def test_who_only_reads_is_led_to_the_record(app: APIFlask, url: str) -> None:
    client = sign_in_client(app.test_client(), url, "leader")
    links = set(re.findall(r'class="mend" href="([^"]+)"', client.get("/quality").text))
    assert links
    for each in links:
        assert client.get(each).status_code == 200, each
        assert "edit" not in each
