"""A project entered by form: kept with its districts and lamp, refused in a sentence, undone; for the command alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.ledgers import Ledger, read_form, read_token, send

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

PATH = "/ledger/projects/new"
SAID = {"code": "CJ-9", "name": "新河路改造", "report_period": "month", "contractor": "测试路桥"}
KEPT = "select code, name, contractor, entered_on::text, version from jiantu.project where code = 'CJ-9'"


def undo(clerk: FlaskClient, entered: TestResponse) -> TestResponse:
    """Press what the bar after entering offers."""
    page = clerk.get(entered.location).text
    bar = page[page.index('action="/ledger/projects/undo"') :]
    said = dict(re.findall(r'name="(\w+)" value="([^"]*)"', bar[: bar.index("</form>")]))
    return clerk.post("/ledger/projects/undo", data=said)


def districts(ledger: Ledger) -> list[tuple[Any, ...]]:
    """The boxes of the form, and in which of them the new project lies."""
    return ledger.ask(
        "select d.id, exists (select from jiantu.project_district l join jiantu.project j"
        " on j.id = l.project_id where l.district_id = d.id and j.code = 'CJ-9')"
        " from jiantu.district d order by d.position, d.id"
    )


def test_a_project_is_entered_with_its_districts_and_its_lamp_and_undone(
    clerk: FlaskClient, ledger: Ledger
) -> None:
    clerk.get("/ledger?lang=zh")
    assert PATH in clerk.get("/ledger").text
    boxes = {f"district_{row_id}": "1" for row_id, _ in districts(ledger)[:1]}
    sent = send(clerk, PATH, **SAID, **boxes)
    assert sent.status_code == 303
    assert [row[:3] + row[4:] for row in ledger.ask(KEPT)] == [
        ("CJ-9", "新河路改造", "测试路桥", 1)
    ]
    assert [lies for _, lies in districts(ledger)] == [
        place == 0 for place in range(len(districts(ledger)))
    ]
    assert ledger.lamp("CJ-9") == "grey"
    page = clerk.get(sent.location).text
    assert "项目已登记" in page
    [(project,)] = ledger.ask("select id from jiantu.project where code = 'CJ-9'")
    assert f"/zones/new?kind=site&amp;project={project}" in page
    assert undo(clerk, sent).status_code == 303
    assert ledger.ask(KEPT) == []
    assert not any(lies for _, lies in districts(ledger))
    assert "CJ-9" not in clerk.get("/ledger").text


def test_the_same_sent_twice_is_entered_once_and_what_hangs_on_it_keeps_it(
    clerk: FlaskClient, ledger: Ledger
) -> None:
    clerk.get("/ledger?lang=zh")
    fields = read_form(clerk.get(PATH).text) | SAID
    first = clerk.post(PATH, data=fields)
    assert clerk.post(PATH, data=fields).status_code == 303
    assert len(ledger.ask(KEPT)) == 1
    send(clerk, "/ledger/CJ-9/blocker/new", cause="land", text="等用地")
    assert ledger.ask("select count(*) from jiantu.blocker where text = '等用地'") == [(1,)]
    late = undo(clerk, first)
    assert late.status_code == 422
    assert "撤销不了" in late.text
    assert len(ledger.ask(KEPT)) == 1


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"code": ""}, "请填写“项目编号”。"),
        ({"name": ""}, "请填写“项目名称”。"),
        ({"code": "p1"}, "编号“p1”已用于"),
        ({"code": "CJ 9"}, "编号只能用字母"),
        ({"code": "CJ/9"}, "编号只能用字母"),
        ({"total_investment_yuan": "many"}, "“总投资(万元)”"),
    ],
)
def test_what_makes_no_project_is_told_and_nothing_is_kept(
    clerk: FlaskClient, ledger: Ledger, said: dict[str, str], sentence: str
) -> None:
    clerk.get("/ledger?lang=zh")
    refused = send(clerk, PATH, **(SAID | said))
    assert refused.status_code == 422
    assert sentence in refused.text
    assert 'value="测试路桥"' in refused.text
    assert ledger.ask("select count(*) from jiantu.project where contractor = '测试路桥'") == [(0,)]


def test_a_unit_enters_no_project(unit_clerk: FlaskClient, ledger: Ledger) -> None:
    assert PATH not in unit_clerk.get("/ledger").text
    assert unit_clerk.get(PATH).status_code == 404
    assert unit_clerk.post(PATH, data={**read_token(unit_clerk), **SAID}).status_code == 404
    assert ledger.ask(KEPT) == []
