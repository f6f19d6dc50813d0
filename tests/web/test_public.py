"""The public's pages and data: what they say, that they stand alone, and what they cost."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event, text

from app.wiring import EXTENSION

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apiflask import APIFlask
    from flask.testing import FlaskClient

PROJECT = "CJ-005"
ROUTES = [
    "/",
    "/embed",
    "/list",
    "/list?district=ancheng",
    f"/sites/{PROJECT}",
    f"/sites/{PROJECT}?site=01",
    f"/sites/{PROJECT}/sheet",
    f"/sites/{PROJECT}/board",
    f"/sites/{PROJECT}/qr.svg",
    "/closures/DX-0042",
    "/closures/DX-0042/sheet",
    "/public/overview",
    "/public/projects",
    f"/public/projects/{PROJECT}",
    *(
        f"/public/layers/{layer}"
        for layer in ("sites", "diversions", "relocations", "roads", "ground", "districts")
    ),
]


@pytest.fixture
def asked(demo_app: APIFlask) -> Iterator[list[str]]:
    """The statements that the public's connection sends."""
    statements: list[str] = []
    engine = demo_app.extensions[EXTENSION].public.engine

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield statements
    event.remove(engine, "before_cursor_execute", note)


def overview(client: FlaskClient) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(client.get("/public/overview").text)
    return answer


@pytest.mark.parametrize("path", ROUTES)
def test_everybody_gets_it_from_anywhere_without_a_cookie(client: FlaskClient, path: str) -> None:
    answer = client.get(path, environ_base={"REMOTE_ADDR": "192.0.2.7"})
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert "Cookie" not in answer.headers.get("Vary", "")
    assert re.fullmatch(
        r"public, max-age=\d+, stale-while-revalidate=\d+", answer.headers["Cache-Control"]
    )


@pytest.mark.parametrize("path", ROUTES)
def test_what_one_has_is_not_sent_again(client: FlaskClient, path: str) -> None:
    tag = client.get(path).headers["ETag"]
    again = client.get(path, headers={"If-None-Match": tag})
    assert again.status_code == 304
    assert again.data == b""
    assert again.headers["ETag"] == tag
    assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


@pytest.mark.parametrize("path", ROUTES)
def test_a_request_asks_the_database_twice_at_most(
    client: FlaskClient, asked: list[str], path: str
) -> None:
    client.get(path)
    assert 1 <= len(asked) <= 2


@pytest.mark.parametrize("path", ROUTES)
def test_cookies_change_no_byte(demo_app: APIFlask, path: str) -> None:
    plain = demo_app.test_client().get(path).data
    wearing = demo_app.test_client()
    wearing.set_cookie("lang", "en")
    wearing.set_cookie("theme", "dark")
    wearing.set_cookie("session", "forged")
    assert wearing.get(path).data == plain


def test_asking_for_a_language_sets_no_cookie_here(client: FlaskClient) -> None:
    answer = client.get("/?lang=en")
    assert "Set-Cookie" not in answer.headers
    assert 'lang="en"' in answer.text
    assert "Search a project or a street" in answer.text
    assert f"/sites/{PROJECT}?lang=en" in client.get("/list?lang=en").text


def test_a_site_page_says_how_far_it_is_when_it_is_done_and_how_to_get_past(
    client: FlaskClient,
) -> None:
    page = client.get(f"/sites/{PROJECT}").text
    assert "湖滨大道" in page
    assert "计划完工" in page
    assert "94<small>%</small>" in page
    assert "怎么走" in page
    assert "反映问题" in page
    assert 'href="tel:12345"' in page


def test_a_closure_page_says_how_to_get_on_by_car_by_bike_and_on_foot(client: FlaskClient) -> None:
    page = client.get("/closures/DX-0042?lang=en").text
    assert "By car" in page
    assert "By e-bike or bicycle" in page
    assert "Walking" in page
    assert '<a href="/?closure=DX-0042&amp;lang=en"' in page
    assert "Follow the blue line" in page


@pytest.mark.parametrize(
    "path",
    [
        "/sites/nobody",
        "/sites/nobody/qr.svg",
        "/sites/nobody/board",
        f"/sites/{PROJECT}?site=nobody",
        "/closures/nobody",
        "/public/projects/nobody",
        "/public/layers/control_areas",
        "/public/photos/" + "0" * 64,
    ],
)
def test_what_is_not_public_is_not_there(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers


def test_projects_that_are_not_public_are_in_no_list_and_have_no_page(
    client: FlaskClient, demo_session: Any
) -> None:
    hidden = demo_session.scalars(
        text("select code from jiantu.project where not public or standing <> 'active'")
    ).all()
    told = {project["code"] for project in overview(client)["projects"]}
    assert hidden
    assert told
    assert not told & set(hidden)
    for code in hidden[:20]:
        assert client.get(f"/sites/{code}").status_code == 404


def test_pages_are_framed_by_nobody_but_the_embedded_map_by_whom_the_city_lets(
    client: FlaskClient, demo_app: APIFlask, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "frame-ancestors 'none'" in client.get("/embed").headers["Content-Security-Policy"]
    settings = demo_app.extensions[EXTENSION].settings
    monkeypatch.setattr(settings, "embed_ancestors", "https://news.example.cn; script-src *")
    embedded = client.get("/embed").headers
    policy = embedded["Content-Security-Policy"]
    assert "frame-ancestors https://news.example.cn script-src *" in policy
    assert policy.count("script-src") == 2
    assert [rule.split()[0] for rule in policy.split("; ")].count("script-src") == 1
    assert "X-Frame-Options" not in embedded
    page = client.get("/").headers
    assert "frame-ancestors 'none'" in page["Content-Security-Policy"]
    assert page["X-Frame-Options"] == "DENY"


def test_problems_are_reported_where_the_city_says_with_place_and_site(
    client: FlaskClient, demo_app: APIFlask, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = demo_app.extensions[EXTENSION].settings
    monkeypatch.setattr(
        settings, "hotline_url", "https://12345.example.cn/new?s={site}&at={lon},{lat}&n={name}"
    )
    page = client.get(f"/sites/{PROJECT}?site=01").text
    link = re.search(r'href="(https://12345[^"]+)"', page)
    assert link
    assert re.search(r"s=CJ-005%2F01&amp;at=116\.\d+,37\.\d+&amp;n=%E6%B9%96", link[1])


def test_the_place_that_is_handed_on_is_that_of_the_site_and_not_the_middle_of_all(
    client: FlaskClient, demo_app: APIFlask, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = demo_app.extensions[EXTENSION].settings
    monkeypatch.setattr(settings, "hotline_url", "https://12345.example.cn/?at={lon},{lat}")
    project = next(one for one in overview(client)["projects"] if len(one["sites"]) > 2)
    places = set()
    for site in project["sites"]:
        page = client.get(f"/sites/{project['code']}?site={site['site']}").text
        lon, lat = (float(found) for found in re.findall(r"at=([\d.]+),([\d.]+)\"", page)[0])
        west, south, east, north = site["bbox"]
        assert west <= lon <= east
        assert south <= lat <= north
        places.add((lon, lat))
    assert len(places) == len(project["sites"])


def test_the_qr_code_and_the_board_carry_the_address_that_everybody_uses(
    client: FlaskClient, demo_app: APIFlask, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = demo_app.extensions[EXTENSION].settings
    before = client.get(f"/sites/{PROJECT}/qr.svg").data
    monkeypatch.setattr(settings, "public_address", "https://map.example.gov.cn/")
    assert (
        f"https://map.example.gov.cn/sites/{PROJECT}" in client.get(f"/sites/{PROJECT}/board").text
    )
    code = client.get(f"/sites/{PROJECT}/qr.svg")
    assert code.mimetype == "image/svg+xml"
    assert code.data != before


def test_open_data_may_be_read_by_pages_of_other_sites_and_pages_may_not(
    client: FlaskClient,
) -> None:
    assert client.get("/public/overview").headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Origin" not in client.get("/").headers
