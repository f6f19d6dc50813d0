"""The map's data for machines: shapes, lamps, lists, tags."""

from __future__ import annotations

import gzip
import json
from datetime import date
from typing import TYPE_CHECKING

import brotli  # type: ignore[import-untyped]  # ships no types
import pytest
from backports import zstd

from geo.queries.lamps import get_lamp_board, get_trend
from geo.queries.layers import LAYERS, get_layer
from geo.queries.projects import list_projects

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from sqlalchemy.orm import Session

    from tests.conftest import DemoCity

API = "/api/map"


@pytest.mark.parametrize("layer", LAYERS)
def test_a_layer_is_what_the_database_has(
    client: FlaskClient, demo_session: Session, layer: str
) -> None:
    answer = client.get(f"{API}/layers/{layer}")
    assert answer.status_code == 200
    assert answer.mimetype == "application/geo+json"
    assert answer.text == get_layer(demo_session, layer)
    assert json.loads(answer.text)["type"] == "FeatureCollection"


@pytest.mark.parametrize(
    "path",
    [
        *(f"layers/{layer}" for layer in LAYERS),
        "lamps",
        "lamps?day=2026-12-01",
        "projects",
        "projects/CJ-002",
        "trend?first=2026-11-01&last=2026-11-30",
        "revision",
    ],
)
def test_what_the_asker_has_is_not_sent_again(client: FlaskClient, path: str) -> None:
    first = client.get(f"{API}/{path}")
    assert first.status_code == 200
    assert first.headers["Cache-Control"] == "private, no-cache"
    tag = first.headers["ETag"]
    assert tag.startswith('W/"')
    again = client.get(f"{API}/{path}", headers={"If-None-Match": tag})
    assert again.status_code == 304
    assert again.data == b""
    assert again.headers["ETag"] == tag
    other = client.get(f"{API}/{path}", headers={"If-None-Match": 'W/"something-else"'})
    assert other.status_code == 200
    assert other.data == first.data


def test_lamps_are_those_of_the_day(
    client: FlaskClient, demo_session: Session, demo: DemoCity
) -> None:
    today = client.get(f"{API}/lamps")
    named = client.get(f"{API}/lamps?day={demo.today}")
    assert today.get_json() == named.get_json()
    board = get_lamp_board(demo_session, demo.today, demo.today)
    assert today.get_json()["counts"] == board["counts"]
    assert today.get_json()["projects"] == {
        str(key): state for key, state in board["projects"].items()
    }
    ahead = client.get(f"{API}/lamps?day=2026-12-23")
    assert ahead.get_json()["forecast"] is True
    assert ahead.headers["ETag"] != today.headers["ETag"]


def test_the_list_has_every_project_with_or_without_a_place(
    client: FlaskClient, demo_session: Session
) -> None:
    projects = client.get(f"{API}/projects").get_json()["projects"]
    assert projects == list_projects(demo_session)["projects"]
    assert {project["located"] for project in projects} == {True, False}


def test_a_projects_reasons_come_in_the_language_asked_for(client: FlaskClient) -> None:
    chinese = client.get(f"{API}/projects/CJ-002?lang=zh").get_json()
    english = client.get(f"{API}/projects/CJ-002?lang=en").get_json()
    assert chinese["project"]["category"]["name"] == "中心城区城建"
    assert english["project"]["category"]["name"] != "中心城区城建"


def test_the_trend_counts_each_day(client: FlaskClient, demo_session: Session) -> None:
    found = client.get(f"{API}/trend?first=2026-11-01&last=2026-11-30").get_json()
    assert len(found["days"]) == 30
    assert found == get_trend(demo_session, date(2026, 11, 1), date(2026, 11, 30))


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("layers/moon", 404),
        ("projects/nobody", 404),
        ("nothing", 404),
        ("lamps?day=tomorrow", 400),
        ("lamps?day=2026-02-30", 400),
        ("lamps?day=1900-01-01", 400),
        ("projects/CJ-002?lang=fr", 400),
        ("trend", 400),
        ("trend?first=2026-11-30&last=2026-11-01", 400),
        ("trend?first=2020-01-01&last=2026-11-01", 400),
    ],
)
def test_what_cannot_be_answered_is_a_problem_document(
    client: FlaskClient, path: str, status: int
) -> None:
    answer = client.get(f"{API}/{path}")
    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"
    assert answer.get_json()["status"] == status
    assert answer.get_json()["title"]
    assert answer.get_json()["detail"]


@pytest.mark.parametrize(
    ("accepted", "open_it"),
    [("br", brotli.decompress), ("zstd", zstd.decompress), ("gzip", gzip.decompress)],
)
def test_answers_are_compressed(client: FlaskClient, accepted: str, open_it: object) -> None:
    plain = client.get(f"{API}/layers/roads")
    packed = client.get(f"{API}/layers/roads", headers={"Accept-Encoding": accepted})
    assert packed.headers["Content-Encoding"] == accepted
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert len(packed.data) < len(plain.data) / 3
    assert open_it(packed.data) == plain.data  # type: ignore[operator]
    assert packed.headers["ETag"] == plain.headers["ETag"]


def test_the_interface_is_documented_without_anything_from_elsewhere(client: FlaskClient) -> None:
    document = client.get("/api/openapi.json").get_json()
    of_the_map = {path for path in document["paths"] if path.startswith("/api/map/")}
    assert of_the_map == {
        "/api/map/layers/{layer}",
        "/api/map/lamps",
        "/api/map/projects",
        "/api/map/projects/{code}",
        "/api/map/trend",
        "/api/map/revision",
        "/api/map/packed/layers/{layer}",
        "/api/map/packed/lamps",
        "/api/map/packed/projects",
    }
    assert all("://" not in path for path in document["paths"])
    assert client.get("/docs").status_code == 404


def test_the_revision_names_every_layer_and_the_lamps(client: FlaskClient) -> None:
    revision = client.get(f"{API}/revision").get_json()
    assert set(revision["layers"]) == set(LAYERS)
    assert revision["lamps"]


def test_the_page_tells_the_revision_that_it_was_made_at(client: FlaskClient) -> None:
    page = client.get("/command").text
    told = json.loads(page.split('id="page">', 1)[1].split("</script>", 1)[0])
    assert told["revision"] == client.get(f"{API}/revision").get_json()
