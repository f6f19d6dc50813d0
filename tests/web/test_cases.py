"""The desk's cases by plain requests: list, case, forms, what is refused, the thread's files, minutes as a document."""

from __future__ import annotations

import io
import json
import re
from typing import TYPE_CHECKING

import pytest
from docx import Document
from docx.shared import Pt
from sqlalchemy import text

from app import create_app
from app.database import Database
from geo.database.acting import Identity, Role, acting_session, make_engine
from tests.clock import NOW
from tests.desk import make_desk, zone_id
from tests.people import settings_of, sign_in_client
from tests.serving import client_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from tests.desk import DeskCity
    from tests.postgres import Server

CASE = "/coordination/cases/2026-1"


@pytest.fixture
def desk(server: Server) -> Iterator[DeskCity]:
    city = make_desk(server)
    yield city
    server.drop_database(city.url)


@pytest.fixture
def desk_client(desk: DeskCity) -> Iterator[FlaskClient]:
    """A browser at the desk of the small city."""
    with client_at(desk.url, lambda: NOW) as client:
        yield client


@pytest.fixture
def heat_client(desk: DeskCity) -> Iterator[FlaskClient]:
    """A browser of the heat company."""
    with client_at(desk.url, lambda: NOW, "editor:热力公司") as client:
        yield client


@pytest.fixture
def units(desk: DeskCity) -> dict[str, str]:
    """The ids of the two units, and of their works, as forms have them."""
    engine = make_engine(desk.url, pool_size=1)
    with acting_session(engine, Identity(Role.LEADER, "test:reader")) as session:
        found = {
            row.name: str(row.id)
            for row in session.execute(text("select id, name from jiantu.unit"))
        }
        works = {code: str(zone_id(session, code)) for code in ("GS-1", "DX-1")}
    engine.dispose()
    return found | works


def send(client: FlaskClient, form: str, lang: str = "zh", **said: object) -> TestResponse:
    """Fill in a form as the page has it, and send it."""
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get(f"{CASE}?lang={lang}").text)
    assert token
    return client.post(f"{CASE}/{form}", data={"csrf_token": token[1], **said})


def test_the_desk_lists_the_case_with_its_works_and_days(desk_client: FlaskClient) -> None:
    page = desk_client.get("/coordination").text
    assert f'href="{CASE}"' in page
    for words in ("协〔2026〕1号", "2项工程", "热力公司", "交警支队", "待答复 0/2"):
        assert words in page
    assert "供热迁改" in desk_client.get(f"{CASE}?lang=zh").text
    assert "Works away from named roads" in desk_client.get(f"{CASE}?lang=en").text


def test_the_shapes_of_the_case_come_with_it(desk_client: FlaskClient) -> None:
    page = desk_client.get(f"{CASE}/sheet").text
    assert "<html" not in page
    shapes = re.search(r'class="pair-shapes">(.+?)</script>', page)
    assert shapes
    sides = {one["properties"]["side"] for one in json.loads(shapes[1])["features"]}
    assert sides == {"0", "1", "shared"}


def test_an_answer_is_kept_and_shown_in_the_thread(
    desk_client: FlaskClient, units: dict[str, str]
) -> None:
    sent = send(
        desk_client,
        "answers",
        unit=units["热力公司"],
        answer="affected",
        note="夜间施工<b>",
        said_by="王工",
    )
    assert sent.status_code == 303
    page = desk_client.get(CASE).text
    assert "待答复 1/2" in page
    assert "夜间施工&lt;b&gt;" in page
    assert "王工" in page


@pytest.mark.parametrize(
    ("form", "said", "told"),
    [
        ("answers", {"answer": "perhaps"}, "请选择一个答复"),
        ("answers", {"answer": "agreed", "unit": "999"}, "没有工程"),
        ("messages", {"note": " "}, "写几个字"),
        ("proposals", {"zone": "1"}, "至少填一个"),
        ("proposals", {"zone": "1", "first_on": "明天"}, "不是日期"),
        ("proposals", {"zone": "99", "first_on": "2027-01-01"}, "不在这件事项"),
        ("minutes", {"held_on": "2026-11-20"}, "会商地点"),
        ("minutes", {}, "会商日期"),
    ],
)
def test_what_cannot_be_kept_is_told_in_the_page(
    desk_client: FlaskClient, form: str, said: dict[str, str], told: str
) -> None:
    sent = send(desk_client, form, **said)
    assert sent.status_code == 422
    assert told in sent.text
    assert 'role="alert"' in sent.text


def test_free_days_of_a_work_are_found_and_proposed_with_one_press(
    desk_client: FlaskClient, units: dict[str, str]
) -> None:
    work = re.search(r'<option value="(\d+)"[^>]*>[^<]*供热迁改', desk_client.get(CASE).text)
    assert work
    form = {"zone": work[1], "unit": units["热力公司"]}
    found = send(desk_client, "proposals", find="1", note="错开", **form)
    assert found.status_code == 200
    assert "错开</textarea>" in found.text
    offered = re.findall(r'name="days" value="([^"]+)"', found.text)
    assert offered
    assert "尚无往来意见" in desk_client.get(CASE).text
    assert send(desk_client, "proposals", days=offered[-1], **form).status_code == 303
    first, last = offered[-1].split("..")
    shown = desk_client.get(CASE).text
    assert "热力公司提出" in shown
    again = send(desk_client, "proposals", days=f"{first}..{last}x", **form)
    assert again.status_code == 422
    assert "不是日期" in again.text


def test_free_days_are_looked_for_among_the_works_of_the_case_alone(
    desk_client: FlaskClient, units: dict[str, str]
) -> None:
    sent = send(desk_client, "proposals", find="1", zone="99", unit=units["热力公司"])
    assert sent.status_code == 422
    assert "不在这件事项" in sent.text


def test_free_days_are_looked_for_by_those_who_may_propose_them_alone(
    heat_client: FlaskClient, units: dict[str, str]
) -> None:
    work = {"find": "1", "zone": units["DX-1"]}
    assert send(heat_client, "proposals", unit=units["热力公司"], **work).status_code == 200
    refused = send(heat_client, "proposals", unit=units["交警支队"], **work)
    assert refused.status_code == 404
    assert "free-days" not in refused.text


def test_a_form_without_its_token_changes_nothing(desk_client: FlaskClient) -> None:
    for form in ("answers", "messages", "proposals", "proposals/1", "minutes"):
        assert desk_client.post(f"{CASE}/{form}", data={"note": "x"}).status_code == 400
    assert "尚无往来意见" in desk_client.get(CASE).text


def test_a_file_comes_back_as_it_was_and_is_never_shown_in_the_page(
    desk_client: FlaskClient, units: dict[str, str]
) -> None:
    content = b"%PDF-1.7 <script>"
    upload = (io.BytesIO(content), "方案.pdf")
    assert send(desk_client, "messages", unit=units["热力公司"], file=upload).status_code == 303
    link = re.search(rf'href="({CASE}/files/\d+)"', desk_client.get(CASE).text)
    assert link
    got = desk_client.get(link[1])
    assert got.data == content
    assert got.mimetype == "application/pdf"
    assert got.headers["Content-Disposition"].startswith("attachment")
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert desk_client.get(f"{CASE}/files/999").status_code == 404


def test_a_file_that_is_none_of_the_known_kinds_is_refused(
    desk_client: FlaskClient, units: dict[str, str]
) -> None:
    upload = (io.BytesIO(b"<html><script>"), "plan.pdf")
    sent = send(desk_client, "messages", unit=units["热力公司"], file=upload)
    assert sent.status_code == 422
    assert "只收" in sent.text


def test_a_proposal_is_accepted_with_one_click_and_the_case_ends(
    desk_client: FlaskClient, units: dict[str, str]
) -> None:
    days = {"first_on": "2027-01-10", "last_on": "2027-01-20"}
    sent = send(
        desk_client, "proposals", zone=units["GS-1"], unit=units["交警支队"], note="让路", **days
    )
    assert sent.status_code == 303
    page = desk_client.get(CASE).text
    address = re.search(rf'action="({CASE}/proposals/\d+)"', page)
    version = re.search(r'name="version" value="(\d+)"', page)
    assert address
    assert version
    assert "2027年1月10日至2027年1月20日" in page
    form = address[1].rsplit(f"{CASE}/", maxsplit=1)[1]
    done = send(desk_client, form, decision="accept", unit=units["热力公司"], version=version[1])
    assert done.status_code == 303
    page = desk_client.get(CASE).text
    assert "已解除" in page
    assert "已同意" in page
    assert "协〔2026〕1号" not in desk_client.get("/coordination").text
    assert "协〔2026〕1号" in desk_client.get("/coordination?state=ended").text
    twice = send(desk_client, form, decision="accept", unit=units["热力公司"], version=version[1])
    assert twice.status_code == 422


def close_with_minutes(client: FlaskClient) -> bytes:
    sent = send(
        client,
        "minutes",
        held_on="2026-11-20",
        place="市指挥部三楼会议室",
        chair="指挥部办公室",
        said_by="小李",
        participants="热力公司\n交警支队\n",
        agreed="热力管沟分段开挖,每段不超过50米\n夜间22时后占用机动车道",
    )
    assert sent.status_code == 303
    link = re.search(rf'href="({CASE}/minutes/\d+\.docx)"', client.get(CASE).text)
    assert link
    got = client.get(link[1])
    assert got.headers["Content-Disposition"].startswith("attachment")
    assert got.data == client.get(link[1]).data
    return bytes(got.data)


def test_minutes_are_a_word_document_laid_out_as_official_papers_are(
    desk_client: FlaskClient, units: dict[str, str]
) -> None:
    send(desk_client, "answers", unit=units["热力公司"], answer="agreed", note="可以分段")
    paper = Document(io.BytesIO(close_with_minutes(desk_client)))
    section = paper.sections[0]
    sides = (section.page_width, section.page_height)
    assert [round(one.mm) for one in sides if one is not None] == [210, 297]
    margins = (section.top_margin, section.left_margin, section.right_margin, section.bottom_margin)
    assert [round(one.mm) for one in margins if one is not None] == [37, 28, 26, 35]
    lines = [one.text for one in paper.paragraphs]
    assert lines[0] == "相关路段施工与交通组织协调会商纪要"
    assert lines[1] == "〔2026〕1号"
    said = "\n".join(lines)
    for words in (
        "2026年11月20日,指挥部办公室在市指挥部三楼会议室主持会商",
        "协〔2026〕1号",
        "“供热迁改”与“东风路导改”:共有场地",
        "热力公司:已达成一致:可以分段。",
        "(1)热力管沟分段开挖,每段不超过50米。",
        "(2)夜间22时后占用机动车道。",
        "参加:热力公司、交警支队。",
    ):
        assert (
            words.translate(
                {ord(","): "\uff0c", ord(":"): "\uff1a", ord("("): "\uff08", ord(")"): "\uff09"}
            )
            in said
        )
    title, body = paper.paragraphs[0].runs[0], paper.paragraphs[3].runs[0]
    assert (title.font.size, body.font.size) == (Pt(22), Pt(16))
    assert 'w:eastAsia="方正小标宋简体"' in title.element.xml
    spacing = paper.paragraphs[3].paragraph_format.line_spacing
    assert spacing == pytest.approx(Pt(28.99), abs=Pt(0.05))  # Word counts in twentieths of a point
    (table,) = paper.tables
    assert [cell.text for cell in table.rows[0].cells] == [
        "序号",
        "工程",
        "类别",
        "责任单位",
        "工期",
    ]
    assert {row.cells[3].text for row in table.rows[1:]} == {"热力公司", "交警支队"}


def test_minutes_close_the_case(desk_client: FlaskClient) -> None:
    close_with_minutes(desk_client)
    assert "已会商" in desk_client.get(CASE).text
    assert "会商纪要〔2026〕1号" in desk_client.get(CASE).text


def test_a_unit_speaks_for_itself_alone(heat_client: FlaskClient, units: dict[str, str]) -> None:
    page = heat_client.get(CASE).text
    assert page.count('class="answer-buttons" role="group"') == 1
    assert "填写会商纪要" not in page
    own = send(heat_client, "answers", unit=units["热力公司"], answer="agreed")
    assert own.status_code == 303
    assert "指挥部代录" not in heat_client.get(CASE).text
    for form, said in (
        ("answers", {"unit": units["交警支队"], "answer": "agreed"}),
        ("messages", {"unit": units["交警支队"], "note": "x"}),
        ("messages", {"unit": "", "note": "x"}),
        (
            "minutes",
            {
                "held_on": "2026-11-20",
                "place": "x",
                "chair": "x",
                "participants": "x",
                "agreed": "x",
            },
        ),
    ):
        assert send(heat_client, form, **said).status_code == 404
    assert "待答复 1/2" in heat_client.get(CASE).text


def test_a_case_of_others_is_not_there_for_a_unit(desk: DeskCity) -> None:
    database = Database(desk.url)
    app = create_app(settings_of(desk.url), database, lambda: NOW)
    other = sign_in_client(app.test_client(), desk.url, "editor:单位P9")
    assert other.get(CASE).status_code == 404
    assert CASE not in other.get("/coordination?unit=all").text
    database.close()


@pytest.mark.parametrize(
    "address", ["/coordination/cases/2026-99", "/coordination/cases/1", f"{CASE}/minutes/5.docx"]
)
def test_what_is_not_there_is_not_found(desk_client: FlaskClient, address: str) -> None:
    assert desk_client.get(address).status_code == 404


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_demo_desk_has_its_pairs_as_a_few_dozen_cases(client: FlaskClient, lang: str) -> None:
    page = client.get(f"/coordination?lang={lang}").text
    assert 20 < page.count('class="pair-item"') < 120
    assert client.get("/coordination?unit=1&state=reassess&q=路&late=1").status_code == 200
