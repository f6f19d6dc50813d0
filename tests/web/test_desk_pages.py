"""Roads with all that is planned there, the board of diversions, the inbox and its feed, by plain requests."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest
from docx import Document
from icalendar import Calendar
from openpyxl import load_workbook

from app import create_app
from app.database import Database
from geo.database.acting import Identity, Role, acting_session, make_engine
from tests.clock import NOW
from tests.db.street import closure, dig, street, take
from tests.people import settings_of, sign_in_client
from tests.serving import client_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from tests.postgres import Server

SOON = "2026-12-01..2026-12-31"
ROAD = "/roads/东风路"
PERIOD = "?from=2026-11-01&to=2027-06-30"
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(scope="module")
def city(server: Server) -> str:
    """A road with a clash, an opportunity, and a work without an end whose name looks like a formula."""
    url = server.make_database("dezhou").replace("//jiantu@", "//jiantu_staff@")
    engine = make_engine(url, pool_size=1)
    works = [
        dig("GS-1", "ab", SOON, name="供水迁改", unit="供水公司"),
        closure("DX-1", "ad", SOON, name="东风路导改", unit="交警支队", permit_step="applied"),
        dig("RL-1", "ce", "2027-02-01..", name="=供热迁改", unit="热力公司", tentative=True),
        dig("QX-1", "de", "2026-11-20..2026-11-30", name="抢修", unit="供水公司", emergency=True),
    ]
    roads = [
        street("A", "ae", name="东风路", name_en="Dongfeng Road"),
        street("B", "ko", name="新华路"),
    ]
    with acting_session(engine, Identity(Role.COMMAND, "test:command")) as session:
        take(session, works, roads)
    engine.dispose()
    return url


@pytest.fixture
def desk(city: str) -> Iterator[FlaskClient]:
    """A browser of the command."""
    with client_at(city, lambda: NOW, webhook_origins="https://ok.example") as client:
        yield client


def send(client: FlaskClient, path: str, **form: str) -> TestResponse:
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/inbox").text)
    assert token
    return client.post(path, data={"csrf_token": token[1], **form})


@pytest.mark.parametrize("words", ["东风", "dfl", "dongfeng", "Dongfeng Road"])
def test_the_only_road_of_a_name_or_its_pinyin_is_opened(desk: FlaskClient, words: str) -> None:
    found = desk.get("/roads", query_string={"q": words})
    assert found.status_code == 302
    assert desk.get(found.location).status_code == 200


def test_roads_are_listed_and_none_is_said(desk: FlaskClient) -> None:
    page = desk.get("/roads").text
    assert "东风路" in page
    assert "新华路" in page
    assert "没有这条道路" in desk.get("/roads?q=zzz").text
    assert desk.get("/roads/没有的路").status_code == 404


def test_a_road_shows_its_works_by_unit_with_their_clash(desk: FlaskClient) -> None:
    page = desk.get(ROAD + PERIOD).text
    assert page.count('class="gantt-clash"') == 2
    assert page.count('class="gantt-bar') == 4
    rows = re.findall(
        r"<tr>\s*<td>(.*?)</td>\s*<th scope=\"row\">.*?>(\d+)</span> <a href=\"(.*?)\">(.*?)</a>",
        page,
    )
    assert ("供水公司", "供水迁改") in {(unit, name) for unit, _number, _address, name in rows}
    assert [number for _unit, number, _address, _name in rows] == ["1", "2", "3", "4"]
    for _unit, _number, address, _name in rows:
        assert desk.get(address).status_code == 200
    assert "供热季" in page or "供暖季" in page


def test_works_outside_the_period_are_left_out(desk: FlaskClient) -> None:
    page = desk.get(f"{ROAD}?from=2027-02-01&to=2027-03-01").text
    assert "供水迁改" not in page
    assert "供热迁改" in page


@pytest.mark.parametrize(
    "query", ["?from=x&to=y", "?from=2027-01-01&to=2026-01-01", "?to=9999-12-31"]
)
def test_a_period_that_means_nothing_is_the_usual_one(desk: FlaskClient, query: str) -> None:
    assert desk.get(ROAD + query).status_code == 200


def test_an_area_shows_the_same(desk: FlaskClient) -> None:
    page = desk.get("/roads?area=116.29,37.43,116.31,37.45&from=2026-11-01&to=2027-06-30").text
    assert "供水迁改" in page
    assert "选定区域工程计划" in page
    corners = "116.29,37.43 116.31,37.43 116.31,37.45 116.29,37.45"
    assert "供水迁改" in desk.get("/roads", query_string={"area": corners}).text


@pytest.mark.parametrize(
    ("area", "why"),
    [
        *(
            (area, "看不懂所写的范围")
            for area in ("1,2,3", "a,b,c,d", "0,0,10,10", "nan,nan,nan,nan")
        ),
        ("116.29,37.43 116.31,37.45 116.29,37.45 116.31,37.43", "自相交叉"),
    ],
)
def test_an_area_that_is_none_is_told_and_makes_no_file(
    desk: FlaskClient, area: str, why: str
) -> None:
    assert why in desk.get("/roads", query_string={"area": area}).text
    assert desk.get("/roads/book.xlsx", query_string={"area": area}).status_code == 404


def test_the_workbook_has_every_work_and_no_formula(desk: FlaskClient) -> None:
    got = desk.get(f"{ROAD}/book.xlsx{PERIOD}")
    book = load_workbook(io.BytesIO(got.data))
    works, pairs = book["工程"], book["重叠与机会"]
    assert (works["A1"].value, works["A2"].value) == ("东风路", "内部资料")
    names: dict[Any, Any] = {row[1].value: row for row in works.iter_rows(min_row=4)}
    assert set(names) == {"供水迁改", "东风路导改", "=供热迁改", "抢修"}
    assert names["=供热迁改"][1].data_type == "s"
    assert names["供水迁改"][7].value == "东风路导改"
    assert str(names["供水迁改"][4].value.date()) == "2026-12-01"
    assert "重叠" in {row[2].value for row in pairs.iter_rows(min_row=4)}


def test_the_calendar_has_an_event_for_each_work(desk: FlaskClient) -> None:
    got = desk.get(f"{ROAD}/calendar.ics{PERIOD}")
    assert got.mimetype == "text/calendar"
    calendar: Any = Calendar.from_ical(got.data)
    events: dict[str, Any] = {str(one["summary"]): one for one in calendar.walk("VEVENT")}
    assert set(events) == {
        "供水迁改 · 供水公司",
        "东风路导改 · 交警支队",
        "=供热迁改 · 热力公司",
        "抢修 · 供水公司",
    }
    water = events["供水迁改 · 供水公司"]
    assert str(water["dtstart"].dt) == "2026-12-01"
    assert str(water["dtend"].dt) == "2027-01-01"  # the day after the last
    assert events["=供热迁改 · 热力公司"]["status"] == "TENTATIVE"
    assert "内部" in str(calendar["x-wr-calname"])
    again: Any = Calendar.from_ical(desk.get(f"{ROAD}/calendar.ics{PERIOD}").data)
    assert {str(one["uid"]) for one in again.walk("VEVENT")} == {
        str(one["uid"]) for one in events.values()
    }


def test_the_board_has_diversions_by_step_and_what_owes_papers(desk: FlaskClient) -> None:
    page = desk.get("/coordination/diversions").text
    assert page.count('href="/zones/') >= 3
    assert re.search(r'id="step-applied">.*?东风路导改', page, re.DOTALL)
    owing = page.split("抢修欠补手续", maxsplit=1)[1]
    assert "QX-1" in owing
    assert "协〔2026〕1号" in page


def test_the_agenda_is_a_word_document(desk: FlaskClient) -> None:
    got = desk.get("/coordination/diversions/agenda.docx?on=2026-11-27")
    assert got.data == desk.get("/coordination/diversions/agenda.docx?on=2026-11-27").data
    paper = Document(io.BytesIO(got.data))
    lines = [one.text for one in paper.paragraphs]
    assert "2026年11月27日" in lines
    assert any(line.startswith("一、协调事项") for line in lines)
    cells = {cell.text for table in paper.tables for row in table.rows for cell in row.cells}
    assert "协〔2026〕1号" in cells
    assert any("东风路导改" in cell for cell in cells)


def test_a_place_is_watched_told_and_read(desk: FlaskClient, city: str) -> None:
    sent = send(desk, "/inbox/places", name="我的路", road="东风路")
    assert sent.status_code == 303
    page = desk.get("/inbox").text
    feed = re.search(r"http://localhost(/feed/[^<\s]+\.atom)", page)
    assert feed
    assert feed[1] not in desk.get("/inbox").text  # shown once

    engine = make_engine(city, pool_size=1)
    with acting_session(engine, Identity(Role.COMMAND, "test:command")) as session:
        take(session, [dig("DL-1", "cd", SOON, name="电力迁改", unit="供电公司")])
    engine.dispose()
    page = desk.get("/inbox").text
    assert "新增:电力迁改(供电公司)" in page
    assert "【内部】我的路" in page
    assert 'class="unread-count">1<' in page
    picture = re.search(r'href="(/inbox/\d+\.png)"', page)
    assert picture
    assert desk.get(picture[1]).data.startswith(b"\x89PNG")

    stranger = desk.application.test_client()
    atom = ET.fromstring(stranger.get(feed[1]).data)  # noqa: S314  our own feed
    (entry,) = atom.findall(f"{ATOM}entry")
    assert "电力迁改" in (entry.findtext(f"{ATOM}content") or "")
    assert "内部" in (atom.findtext(f"{ATOM}title") or "")
    assert stranger.get("/feed/wrong.atom").status_code == 404

    told = re.findall(r'name="told" value="(\d+)"', page)
    assert send(desk, "/inbox/read", told=told[0]).status_code == 303
    assert 'class="unread-count"' not in desk.get("/inbox").text
    stop = re.search(r'action="(/inbox/places/\d+/stop)"', page)
    assert stop
    assert send(desk, stop[1]).status_code == 303
    assert stop[1] not in desk.get("/inbox").text


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"name": ""}, "起个名字"),
        ({"name": "x"}, "请选择一条道路"),
        ({"name": "x", "area": "1,2"}, "至少3个角点"),
        ({"name": "x", "area": "1,1 99,2 1,2 2,1"}, "不超过一个城市"),
        ({"name": "x", "area": "116.30,37.44 116.31,37.45 116.30,37.45 116.31,37.44"}, "自相交叉"),
        ({"name": "x", "area": "100.30,37.44 100.31,37.45 100.30,37.45"}, "不在本市"),
        (
            {"road": "东风路", "webhook_kind": "plain", "webhook_url": "http://127.0.0.1/"},
            "允许的地址",
        ),
    ],
)
def test_what_cannot_be_watched_is_told(desk: FlaskClient, form: dict[str, str], told: str) -> None:
    sent = send(desk, "/inbox/places", **form)
    assert sent.status_code == 422
    assert told in sent.text


def test_a_unit_watches_for_itself(city: str) -> None:
    database = Database(city)
    app = create_app(settings_of(city), database, lambda: NOW)
    water = sign_in_client(app.test_client(), city, "editor:供水公司")
    heat = sign_in_client(app.test_client(), city, "editor:热力公司")
    assert send(water, "/inbox/places", name="供水关注", road="新华路").status_code == 303
    assert "供水关注" in water.get("/inbox").text
    assert "供水关注" not in heat.get("/inbox").text
    stop = re.search(r'action="(/inbox/places/\d+/stop)"', water.get("/inbox").text)
    assert stop
    assert send(heat, stop[1]).status_code == 404
    database.close()


@pytest.mark.parametrize("person", ["reader:供水公司", "leader", "admin", "command"])
def test_whoever_is_signed_in_watches_an_area_for_himself_alone(city: str, person: str) -> None:
    database = Database(city)
    app = create_app(settings_of(city), database, lambda: NOW)
    one = sign_in_client(app.test_client(), city, person)
    area = "116.28,37.43 116.33,37.43;116.30,37.48"
    asked = {"name": f"自己的{person}", "area": area, "whose": "own"}
    assert send(one, "/inbox/places", **asked).status_code == 303
    assert f"自己的{person}" in one.get("/inbox").text
    others = {"reader:供水公司", "leader", "admin", "command", "editor:热力公司"} - {person}
    for other in others:
        stranger = sign_in_client(app.test_client(), city, other)
        assert f"自己的{person}" not in stranger.get("/inbox").text
    stop = re.search(
        rf"自己的{person}.*?action=\"(/inbox/places/\d+/stop)\"", one.get("/inbox").text, re.DOTALL
    )
    assert stop
    for other in others - {"command"}:
        stranger = sign_in_client(app.test_client(), city, other)
        assert send(stranger, stop[1]).status_code == 404
    with acting_session(database.engine, Identity(Role.COMMAND, "test:command")) as session:
        take(session, [dig(f"OWN-{person}", "ko", "2028-12-01..2028-12-31")])
    told = re.findall(r'name="told" value="(\d+)"', one.get("/inbox").text)
    assert told
    assert send(one, "/inbox/read", told=told[0]).status_code == 303
    assert f'name="told" value="{told[0]}"' not in one.get("/inbox").text
    assert send(one, stop[1]).status_code == 303
    database.close()


@pytest.mark.parametrize("path", ["/roads", "/coordination/diversions", "/inbox"])
def test_the_pages_speak_english(desk: FlaskClient, path: str) -> None:
    page = desk.get(f"{path}?lang=en").text
    assert 'lang="en"' in page
    desk.get("/roads?lang=zh")
