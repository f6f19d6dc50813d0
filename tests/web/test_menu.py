"""The menu holds what opens for whoever asks and nothing else; the other language is one press away."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

import pytest

from app.menu import GROUPS
from tests.people import sign_in_client
from tests.web.matrix import ASKERS, UNITS, WHOLE

if TYPE_CHECKING:
    from apiflask import APIFlask
    from flask.testing import FlaskClient

    from tests.conftest import DemoCity

STAFF = [asker for asker in ASKERS if asker in {*UNITS, *WHOLE}]


@pytest.fixture
def client(demo: DemoCity, demo_app: APIFlask, request: pytest.FixtureRequest) -> FlaskClient:
    """A browser in which somebody is signed in."""
    who = ASKERS[request.param]
    assert who
    return sign_in_client(demo_app.test_client(), demo.staff_url, who)


@pytest.mark.parametrize("client", STAFF, indirect=True)
def test_every_page_of_the_menu_opens_and_no_page_that_opens_is_missing(
    client: FlaskClient, demo_app: APIFlask
) -> None:
    page = client.get("/coordination?lang=en").get_data(as_text=True)
    menu = page[page.index('class="card menu-body"') : page.index("</header>")]
    shown = {unescape(href) for href in re.findall(r'class="menu-item" href="([^"]+)"', menu)}
    with demo_app.test_request_context():
        urls = {one.url for group in GROUPS for one in group.destinations}
    assert {url for url in urls if client.get(url).status_code == 200} == shown & urls


@pytest.mark.parametrize("client", ["command"], indirect=True)
def test_the_other_language_keeps_what_is_asked(client: FlaskClient) -> None:
    page = client.get("/coordination?lang=en&q=pipe").get_data(as_text=True)
    assert 'id="language" href="/coordination?lang=zh&amp;q=pipe"' in page


@pytest.mark.parametrize("client", ["command"], indirect=True)
def test_after_a_refused_form_the_other_language_leads_to_the_page_it_was_sent_from(
    client: FlaskClient,
) -> None:
    page = client.get("/inbox").get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token is not None
    answer = client.post(
        "/inbox/places",
        data={"csrf_token": token[1], "name": ""},
        headers={"Referer": "http://localhost/inbox?lang=zh"},
    )
    assert answer.status_code == 422
    assert 'id="language" href="/inbox?lang=en"' in answer.get_data(as_text=True)
