"""The coordination desk's pages: lists, pairs, answers by plain forms, and what is refused."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from app.timeline import draw_timeline
from geo.overlap import Days
from tests.clock import NOW, TODAY
from tests.desk import make_desk
from tests.serving import client_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from geo.queries.answers import Pair
    from tests.desk import DeskCity
    from tests.postgres import Server


@pytest.fixture(scope="module")
def desk(server: Server) -> DeskCity:
    return make_desk(server)


@pytest.fixture
def desk_client(desk: DeskCity) -> Iterator[FlaskClient]:
    """A browser at the desk of the small city."""
    with client_at(desk.url, lambda: NOW) as client:
        yield client


def path_of(pair: Pair) -> str:
    return f"/coordination/{pair[0]}-{pair[1]}"


def send(client: FlaskClient, pair: Pair, lang: str = "zh", **form: str) -> TestResponse:
    """Fill in the form as the page has it, and send it."""
    page = client.get(f"{path_of(pair)}?lang={lang}").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    said = {"csrf_token": token[1], "side": str(pair[0]), "answer": "affected", **form}
    return client.post(f"{path_of(pair)}/answers", data=said)


def test_the_desk_lists_the_pair_with_days_and_area(
    desk_client: FlaskClient, desk: DeskCity
) -> None:
    page = desk_client.get("/coordination/pairs").text
    assert f'href="{path_of(desk.heavy)}"' in page
    assert f'href="{path_of(desk.light)}"' not in page
    plain = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page))
    assert "供热迁改 × 东风路导改" in plain
    assert re.search(r"重叠 31 天 · \d+ m²", plain)


def test_a_pair_is_a_whole_page_without_javascript(
    desk_client: FlaskClient, desk: DeskCity
) -> None:
    page = desk_client.get(path_of(desk.heavy)).text
    assert "共有场地" in page
    assert page.count('<form class="answer"') == 2
    assert page.count('<rect class="bar') == 3
    shapes = re.search(r'class="pair-shapes">([^<]+)<', page)
    assert shapes
    sides = {one["properties"]["side"] for one in json.loads(shapes[1])["features"]}
    assert sides == {"a", "b", "shared"}


def test_the_sheet_alone_is_in_the_page(desk_client: FlaskClient, desk: DeskCity) -> None:
    sheet = desk_client.get(f"{path_of(desk.heavy)}/sheet").text.strip()
    assert sheet.startswith("<article")
    assert "<html" not in sheet
    title = re.search(r'id="pair-title">([^<]+)', sheet)
    assert title
    assert title[1] in desk_client.get(path_of(desk.heavy)).text


def test_a_notice_has_no_form(desk_client: FlaskClient, desk: DeskCity) -> None:
    page = desk_client.get(path_of(desk.light)).text
    assert '<form class="answer"' not in page
    assert "不需答复" in page
    assert path_of(desk.light) in desk_client.get("/coordination/pairs?severity=light").text


@pytest.mark.parametrize(
    "path", ["1-2", "2-1", "7-7", "99999999999999999999-1", "9223372036854775807-1", "a-b", "x"]
)
def test_a_pair_that_is_not_there_is_a_404(desk_client: FlaskClient, path: str) -> None:
    assert desk_client.get(f"/coordination/{path}").status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        "severity=none&finding=nothing&unit=x&answered=maybe",
        "unit=99999999999999999999",
        "unit=²",
        f"q={'长' * 500}",
        "q=%00",
        "finding=overlap&answered=open&unit=1",
    ],
)
def test_a_filter_that_means_nothing_is_left_out(desk_client: FlaskClient, query: str) -> None:
    assert desk_client.get(f"/coordination/pairs?{query}").status_code == 200


def test_an_answer_is_kept_and_shown(desk_client: FlaskClient, desk: DeskCity) -> None:
    sent = send(
        desk_client,
        desk.heavy,
        answer="affected",
        note="要让路\0 <b>",
        first_on="2026-12-01",
        last_on="2026-12-09",
        answered_by="王工",
    )
    assert sent.status_code == 303
    assert sent.location == f"{path_of(desk.heavy)}#side-{desk.heavy[0]}"
    page = desk_client.get(path_of(desk.heavy)).text
    assert "要让路 &lt;b&gt;" in page
    assert "12月1日至12月9日" in page
    assert "王工 · 指挥部代录" in page
    assert "待答复 1/2" in page
    assert 'name="first_on" value="2026-12-01"' in page  # so that another answer keeps the rest


@pytest.mark.parametrize(
    ("lang", "form", "sentence"),
    [
        ("zh", {"answer": "perhaps"}, "请选择一个答复"),
        ("en", {"answer": ""}, "Choose an answer"),
        ("zh", {"first_on": "昨天"}, "“昨天”不是日期"),
        ("en", {"first_on": "2026-12-09", "last_on": "2026-12-01"}, "Put them in order"),
        ("zh", {"side": "0"}, "答复方不在这一对之中"),
        ("en", {"side": "99999999999999999999"}, "That side does not belong"),
    ],
)
def test_what_cannot_be_kept_is_told_on_the_page_with_what_was_written(
    desk_client: FlaskClient, desk: DeskCity, lang: str, form: dict[str, str], sentence: str
) -> None:
    sent = send(desk_client, desk.heavy, lang, note="写好的说明", **form)
    assert sent.status_code == 422
    assert sentence in sent.text
    assert ("写好的说明" in sent.text) == ("side" not in form)


def test_a_form_without_its_token_changes_nothing(desk_client: FlaskClient, desk: DeskCity) -> None:
    before = desk_client.get(path_of(desk.heavy)).text.count("指挥部代录")
    form = {"side": str(desk.heavy[1]), "answer": "agreed"}
    for extra in ({}, {"csrf_token": "made-up"}):
        sent = desk_client.post(f"{path_of(desk.heavy)}/answers", data={**form, **extra})
        assert sent.status_code == 400
        assert "没有改动任何内容" in sent.text
    assert desk_client.get(path_of(desk.heavy)).text.count("指挥部代录") == before


def test_who_is_not_signed_in_is_led_to_the_sign_in_page(
    desk_client: FlaskClient, desk: DeskCity
) -> None:
    page = desk_client.get(path_of(desk.heavy)).text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    form = {"csrf_token": token[1]}
    assert desk_client.post("/sign-out", data=form).status_code == 303
    asked = desk_client.get(path_of(desk.heavy))
    assert asked.status_code == 303
    assert asked.location == f"/sign-in?next={path_of(desk.heavy)}"


def test_a_notice_or_a_pair_that_is_gone_takes_no_answer(
    desk_client: FlaskClient, desk: DeskCity
) -> None:
    page = desk_client.get(path_of(desk.heavy)).text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    form = {"csrf_token": token[1], "side": "1", "answer": "agreed"}
    assert desk_client.post(f"{path_of(desk.light)}/answers", data=form).status_code == 422
    assert desk_client.post("/coordination/1-2/answers", data=form).status_code == 404


def test_a_city_without_pairs_says_what_would_be_here(dezhou_client: FlaskClient) -> None:
    assert "目前没有作业在时空上相遇" in dezhou_client.get("/coordination/pairs").text
    assert "请减少条件" in dezhou_client.get("/coordination/pairs?q=x").text


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_demo_desk_opens_with_all_its_pairs(client: FlaskClient, lang: str) -> None:
    page = client.get(f"/coordination/pairs?severity=all&lang={lang}").text
    assert page.count('class="pair-item"') > 100
    assert ("协调事项" if lang == "zh" else "Coordination cases") in page


def test_bars_lie_on_one_axis_in_percent() -> None:
    def days(first: int, last: int | None) -> Days:
        month = TODAY.replace(day=1)
        return Days(month.replace(day=first), None if last is None else month.replace(day=last))

    drawn = draw_timeline([days(8, 17), days(13, 22)], [days(13, 17)], TODAY)
    assert drawn is not None
    one, two = drawn.bars
    assert one is not None
    assert two is not None
    (shared,) = drawn.shared
    assert one.width == two.width
    assert shared.x == two.x
    assert round(shared.x + shared.width, 1) == round(one.x + one.width, 1)
    assert drawn.today is not None
    endless = draw_timeline([days(8, None), None], [], TODAY)
    assert endless is not None
    assert endless.bars[0] is not None
    assert endless.bars[0].open_ended
    assert endless.bars[0].x + endless.bars[0].width == 100
    assert draw_timeline([None, None], [], TODAY) is None
