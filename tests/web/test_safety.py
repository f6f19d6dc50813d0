"""Headers, access, errors: what protects the reader and gives nothing away."""

from __future__ import annotations

import re
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from app import create_app
from app.database import Database
from app.errors import STATUS, status_of, words_of
from app.headers import CONTENT_SECURITY_POLICY
from app.wiring import writing
from geo.errors import DatabaseSetupError, JiantuError, NotFoundError
from tests.clock import NOW
from tests.people import cookie_of, settings_of, sign_in_client

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from tests.conftest import DemoCity

PAGES = ["/command", "/command/projects", "/command/projects/CJ-002", "/none", "/api/map/revision"]


@pytest.mark.parametrize("path", [*PAGES, "/", "/api/openapi.json", "/static/manifest.json"])
def test_every_answer_carries_the_security_headers(client: FlaskClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cache-Control"]


def test_the_policy_allows_nothing_inline_and_nothing_from_elsewhere() -> None:
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    assert "http" not in CONTENT_SECURITY_POLICY
    assert "*" not in CONTENT_SECURITY_POLICY
    assert "frame-ancestors 'none'" in CONTENT_SECURITY_POLICY


@pytest.mark.parametrize("path", PAGES[:4])
def test_pages_have_no_inline_script_or_style(client: FlaskClient, path: str) -> None:
    html = client.get(path).text
    assert re.findall(r"\sstyle=", html) == []
    assert re.findall(r"\son\w+=", html) == []
    assert "<style" not in html
    scripts = re.findall(r"<script([^>]*)>", html)
    assert all("src=" in script or "application/json" in script for script in scripts)
    assert re.findall(r'(?:src|href)="(?:https?:)?//', html) == []


def test_pages_are_not_stored_and_built_files_are_kept_for_ever(client: FlaskClient) -> None:
    page = client.get("/command")
    assert page.headers["Cache-Control"] == "no-store"
    script = re.search(r'src="(/static/command-[^"]+\.js)"', page.text)
    assert script
    assert "immutable" in client.get(script[1]).headers["Cache-Control"]
    assert client.get("/static/manifest.json").headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    ("name", "mark"), [("leaflet", "L_DISABLE_3D"), ("geoman", "globaldrawmodetoggled")]
)
def test_what_many_pages_draw_maps_with_is_in_one_file(
    client: FlaskClient, name: str, mark: str
) -> None:
    scripts = Path(str(client.application.static_folder)).glob("*.js")
    holders = [script.name for script in scripts if mark in script.read_text(encoding="utf-8")]
    assert [holder.rsplit("-", 1)[0] for holder in holders] == [name]


def test_a_name_that_only_points_here_is_refused(client: FlaskClient) -> None:
    assert client.get("/command", headers={"Host": "evil.example"}).status_code == 400
    assert client.get("/command", headers={"Host": "localhost:8000"}).status_code == 200


def test_an_error_has_the_status_of_its_nearest_class() -> None:
    class OwnError(NotFoundError):
        pass

    assert status_of(OwnError("x")) == HTTPStatus.NOT_FOUND
    assert status_of(DatabaseSetupError("x")) == HTTPStatus.SERVICE_UNAVAILABLE
    assert status_of(OperationalError("x", None, Exception())) == HTTPStatus.SERVICE_UNAVAILABLE
    assert status_of(JiantuError("x")) == HTTPStatus.INTERNAL_SERVER_ERROR
    assert status_of(ZeroDivisionError()) == HTTPStatus.INTERNAL_SERVER_ERROR


@pytest.mark.parametrize("status", sorted({*STATUS.values(), HTTPStatus.METHOD_NOT_ALLOWED}))
def test_every_status_has_words(status: HTTPStatus) -> None:
    assert str(words_of(status).title)
    assert str(words_of(status).advice)


@pytest.fixture
def away_client() -> FlaskClient:
    """A browser on a server whose database is not there."""
    url = "postgresql+psycopg://nobody:secret-word@127.0.0.1:1/none?connect_timeout=2"
    client = create_app(settings_of(url), Database(url)).test_client()
    client.set_cookie("session", cookie_of("command"))
    return client


@pytest.mark.parametrize(
    ("lang", "advice"), [("zh", "数据库没有响应"), ("en", "The database does not answer")]
)
def test_without_its_database_the_page_says_so_in_both_languages(
    away_client: FlaskClient, lang: str, advice: str
) -> None:
    page = away_client.get(f"/command?lang={lang}")
    assert page.status_code == 503
    assert page.headers["Retry-After"]
    assert advice in page.text
    machine = away_client.get("/api/map/lamps")
    assert machine.status_code == 503
    assert "secret-word" not in page.text + machine.text


def test_what_went_wrong_stays_in_the_log(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        message = "internal: table jiantu.project"
        raise RuntimeError(message)

    monkeypatch.setattr("app.pages.command.board_of", fail)
    page = client.get("/command")
    assert page.status_code == 500
    assert "系统出错了" in page.text
    assert "jiantu.project" not in page.text


CLASHES = {
    "a code that is taken": (
        "insert into jiantu.zone (kind, code, state, entered_on) select kind, code, state, entered_on from jiantu.zone",
        409,
    ),
    "a project that is not there": (
        "update jiantu.zone set project_id = 999999999 where kind = 'relocation'",
        409,
    ),
    "a word that is none": ("update jiantu.project set standing = 'lost'", 409),
    "what is written by nobody": ("update jiantu.status_span set lamp = 'red'", 404),
}


@pytest.mark.parametrize("base", ["", "/api"])
@pytest.mark.parametrize(("statement", "status"), CLASHES.values(), ids=CLASHES.keys())
def test_what_the_database_refuses_reveals_nothing(
    demo: DemoCity, statement: str, status: int, base: str
) -> None:
    database = Database(demo.staff_url)
    app = create_app(settings_of(demo.staff_url), database, lambda: NOW)

    def clash() -> str:
        with writing() as session:
            session.execute(text(statement))
        return "done"

    app.add_url_rule(f"{base}/clash", "home.clash", clash)
    answer = sign_in_client(app.test_client(), demo.staff_url, "command").get(f"{base}/clash")
    database.close()
    assert answer.status_code == status
    told = answer.text
    if base:
        assert set(answer.get_json()) == {"status", "title", "detail"}
        told = str(answer.get_json())
    for word in ("jiantu.", "constraint", "uq_", "fk_", "ck_", "permission", "psycopg", "lost"):
        assert word not in told


def test_without_built_files_the_server_says_how_to_build_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("app.assets.MANIFEST", "not-there.json")
    url = "postgresql+psycopg://nobody@127.0.0.1:1/none?connect_timeout=2"
    client = create_app(settings_of(url), Database(url)).test_client()
    client.set_cookie("session", cookie_of("command"))
    answer = client.get("/command")
    assert answer.status_code == 503
    assert "npm run build" in answer.text
