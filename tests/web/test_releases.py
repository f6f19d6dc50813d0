"""Releasing by the command office in the browser: what the list says, and what the public then reads."""

from __future__ import annotations

import re
from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from app import create_app
from app.database import Database
from app.wiring import EXTENSION
from geo.changes.batches import take_batch
from geo.changes.releases import add_photo
from geo.database.acting import Identity, Role, acting_session, make_engine
from geo.records import Batch, Day
from tests.clock import NOW, TODAY
from tests.factories import plan, project, report, site
from tests.people import settings_of, sign_in_client

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from tests.postgres import Server


def picture() -> bytes:
    drawn = BytesIO()
    Image.new("RGB", (8, 6), "teal").save(drawn, "JPEG")
    return drawn.getvalue()


class Office:
    """A small city with two projects, the command office, and somebody in the street."""

    def __init__(self, owner_url: str) -> None:
        self.url = owner_url.replace("//jiantu@", "//jiantu_staff@")
        self.database = Database(self.url)
        public = owner_url.replace("//jiantu@", "//jiantu_public@")
        settings = settings_of(self.url, public_database_url=public, public_limit_ms=60_000)
        self.app = create_app(settings, self.database, lambda: NOW)
        self.command = self.browser("command")
        self.street = self.app.test_client()

    def browser(self, words: str) -> FlaskClient:
        return sign_in_client(self.app.test_client(), self.url, words)

    def send(self, path: str, **form: Any) -> TestResponse:
        """Send a form as it stands on the project's page, with what is said here."""
        token = re.search(r'name="csrf_token" value="([^"]+)"', self.command.get("/account").text)
        assert token
        page = self.command.get(path.rpartition("/releases")[1] + "/P1").text
        shown = page[page.index(at) :] if (at := f'action="{path}"') in page else ""
        version = re.search(r'name="version" value="(\d+)"', shown[: shown.find("</form>")])
        seen = {"version": version[1] if version else "0"}
        return self.command.post(path, data={"csrf_token": token[1], **seen, **form})

    def codes(self, state: str) -> list[str]:
        page = self.command.get(f"/releases?state={state}").text
        return re.findall(r'href="/releases/(P\d)"', page)

    def told(self) -> str:
        """What the street reads of P1; empty when it is not there."""
        answer = self.street.get("/sites/P1")
        return answer.text if answer.status_code == 200 else ""

    def close(self) -> None:
        self.database.close()
        self.app.extensions[EXTENSION].public.close()


@pytest.fixture
def office(server: Server) -> Iterator[Office]:
    url = server.make_database("dezhou")
    codes = ("P1", "P2")
    batch = Batch(
        projects=[
            project(code, public=False, actual_start_on=date(2026, 4, 1), total_investment_yuan=7)
            for code in codes
        ],
        zones=[site(code) for code in codes],
        plans=[
            plan("P1"),
            plan("P1", number=1, in_force_from=date(2026, 9, 1), finish=Day(date(2028, 6, 30))),
        ],
        reports=[report("P1")],
    )
    engine = make_engine(url, pool_size=1)
    with acting_session(engine, Identity(Role.COMMAND, "test:command")) as session:
        take_batch(session, batch, TODAY)
        add_photo(session, "P1", picture(), "image/jpeg", TODAY)
    engine.dispose()
    office = Office(url)
    yield office
    office.close()
    server.drop_database(url)


def test_a_project_waits_is_released_and_is_taken_back(office: Office) -> None:
    assert office.codes("waiting") == ["P1", "P2"]
    assert office.codes("released") == office.codes("withdrawn") == []
    assert office.told() == ""
    assert office.send("/releases/P1/public", public="1").status_code == 303
    assert office.codes("released") == ["P1"]
    assert office.told() != ""
    office.send("/releases/P1/public", public="0")
    assert office.told() == ""
    assert office.codes("withdrawn") == ["P1"]
    assert office.codes("waiting") == ["P2"]
    assert "曾在公众地图上" in office.command.get("/releases/P1").text


def test_words_and_investment_are_told_as_the_form_says(office: Office) -> None:
    office.send("/releases/P1/public", public="1")
    office.send("/releases/P1/words", introduction="重铺路面并更换路灯", investment="1")
    assert "重铺路面并更换路灯" in office.told()
    office.send("/releases/P1/words", introduction="")
    assert "重铺路面" not in office.told()
    assert office.codes("withdrawn") == ["P1"]


def test_words_that_are_too_long_are_refused_whole_and_stay_in_the_form(office: Office) -> None:
    office.send("/releases/P1/words", introduction="先前的介绍")
    long = "长" * 2_001
    refused = office.send("/releases/P1/words", introduction=long)
    assert refused.status_code == 422
    assert "“对公众的介绍”有2001字,最多2000字" in refused.text
    assert f">{long}</textarea>" in refused.text
    assert "先前的介绍" in office.command.get("/releases/P1").text
    # A browser sends two characters for the end of a line; they count as one.
    assert office.send("/releases/P1/words", introduction="长\r\n" * 1_000).status_code == 303
    refused = office.send("/releases/P1/extensions/1", reason="因" * 201)
    assert refused.status_code == 422
    assert "请删减1字" in refused.text
    assert f'value="{"因" * 201}"' in refused.text


def test_a_changed_finish_is_told_with_a_reason_alone(office: Office) -> None:
    office.send("/releases/P1/public", public="1")
    refused = office.send("/releases/P1/extensions/1", reason=" ")
    assert refused.status_code == 422
    assert "写明向公众公布的延期原因" in refused.text
    assert "2028" not in office.told()
    assert office.send("/releases/P1/extensions/0", reason="雨").status_code == 422
    assert office.send("/releases/P1/extensions/9", reason="雨").status_code == 404
    office.send("/releases/P1/extensions/1", reason="汛期停工")
    assert "汛期停工" in office.told()
    office.send("/releases/P1/extensions/1", withdraw="1", reason="汛期停工")
    assert "汛期停工" not in office.told()
    assert office.codes("withdrawn") == ["P1"]


def test_a_photo_is_shown_and_hidden_again(office: Office) -> None:
    office.send("/releases/P1/public", public="1")
    page = office.command.get("/releases/P1").text
    found = re.search(r'action="(/releases/P1/photos/(\d+))"', page)
    assert found
    assert "/public/photos/" not in office.told()
    assert office.send(f"/releases/P2/photos/{found[2]}", released="1").status_code == 404
    office.send(found[1], released="1")
    assert "/public/photos/" in office.told()
    office.send(found[1], released="0")
    assert "/public/photos/" not in office.told()
    assert office.codes("withdrawn") == ["P1"]


def test_leaders_and_administrators_look_and_release_nothing(office: Office) -> None:
    for words in ("leader", "admin"):
        browser = office.browser(words)
        page = browser.get("/releases/P1").text
        assert "/releases/P1/public" not in page
        office.command = browser
        assert office.send("/releases/P1/public", public="1").status_code == 404
    assert office.told() == ""


def test_the_list_is_searched_by_code_and_name(office: Office) -> None:
    page = office.command.get("/releases?q=p2").text
    assert "/releases/P2" in page
    assert "/releases/P1" not in page


def test_of_two_who_write_what_everybody_reads_the_second_sees_the_first(office: Office) -> None:
    words = "/releases/P1/words"
    assert office.send(words, introduction="甲写的").status_code == 303
    late = office.send(words, introduction="乙写的", version="0")
    assert late.status_code == 412
    assert "已被他人修改" in late.text
    assert "现为:甲写的" in late.text
    assert ">乙写的</textarea>" in late.text
    assert office.send(words, introduction="乙写的", version="1").status_code == 303
    assert office.send(words, introduction="丙", version="").status_code == 428
    reason = "/releases/P1/extensions/1"
    assert office.send(reason, reason="汛期").status_code == 303
    late = office.send(reason, reason="管线", version="0")
    assert late.status_code == 412
    assert "现为:汛期" in late.text
    assert office.send(reason, withdraw="1", version="0").status_code == 412
    assert office.send(reason, withdraw="1", version="1").status_code == 303
