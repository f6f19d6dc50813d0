"""Objections and rulings by form: the unit objects, the command rules, and everybody sees which lamp is which."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.ledgers import READER, REPORT, Ledger, plain, read_form, read_token, send
from tests.people import sign_in_client

if TYPE_CHECKING:
    from flask.testing import FlaskClient

OBJECTION, RULING = "/ledger/P1/objection/new", "/ledger/P1/ruling/new"
SAID = {"ruled": "yellow", "reason": "审批局已受理,本周办结", "signer": "王示例"}


@pytest.fixture
def red(clerk: FlaskClient) -> None:
    """The project's lamp turns red today."""
    assert send(clerk, REPORT, percent="1", narrative="围挡完成").status_code == 303


def undo(client: FlaskClient, address: str) -> str:
    """Press “undo” on the page where a save leads; where that leads."""
    page = client.get(address).text
    form = page[page.index('class="saved"') :]
    form = form[: form.index("</form>")]
    action = re.search(r'action="([^"]+)"', form)
    assert action, "nothing can be undone here"
    said = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
    sent = client.post(action[1], data=said)
    assert sent.status_code == 303
    return sent.location


@pytest.mark.usefixtures("red")
def test_a_unit_objects_the_command_rules_and_both_can_be_undone(
    unit_clerk: FlaskClient, clerk: FlaskClient, ledger: Ledger
) -> None:
    sent = send(unit_clerk, OBJECTION, text="监理日志显示已完成三成")
    assert sent.status_code == 303
    page = plain(unit_clerk.get(sent.location).text)
    assert "监理日志显示已完成三成" in page
    assert "待核定" in page
    desk = plain(clerk.get("/ledger/rulings").text)
    assert "监理日志显示已完成三成" in desk
    assert "监理日志显示已完成三成" in clerk.get(RULING).text
    ruled = send(clerk, RULING, **SAID)
    assert ruled.status_code == 303
    assert ledger.lamp() == "yellow"
    for client in (clerk, unit_clerk):
        page = plain(client.get("/ledger/P1").text)
        assert "核定黄灯(拟亮红灯,核定至2026年12月22日)" in page
        assert "王示例" in page
        assert "审批局已受理,本周办结" in page
    board = clerk.get("/api/map/lamps").get_json()
    assert (board["ruled"], board["computed_counts"]["red"], board["counts"]["red"]) == (1, 1, 0)
    sheet = plain(clerk.get("/command/projects/P1/sheet").text)
    assert "按核定" in sheet
    desk = plain(clerk.get("/ledger/rulings").text)
    assert "审批局已受理,本周办结" in desk
    assert "监理日志显示已完成三成" not in desk
    undo(clerk, ruled.location)
    assert ledger.lamp() == "red"
    undo(unit_clerk, sent.location)
    assert ledger.ask("select count(*) from jiantu.objection") == [(0,)]
    assert ledger.ask("select count(*) from history.objection_version where op = 'D'") == [(1,)]
    assert "监理日志显示已完成三成" in plain(clerk.get("/history/of/P1").text)


@pytest.mark.usefixtures("red")
def test_a_ruling_is_ended_from_the_page_and_that_is_undone_too(
    clerk: FlaskClient, ledger: Ledger
) -> None:
    send(clerk, RULING, **SAID)
    ruling_id, version = ledger.ask(
        "update jiantu.ruling set first_on = first_on - 1, last_on = last_on - 1 returning id, version"
    )[0]
    end = f"/ledger/P1/ruling/{ruling_id}/end"
    assert f'action="{end}"' in clerk.get("/ledger/P1").text
    token = read_token(clerk)
    assert clerk.post(end, data=token).status_code == 428
    assert clerk.post(end, data=token | {"version": str(version + 4)}).status_code == 412
    ended = clerk.post(end, data=token | {"version": str(version)})
    assert ended.status_code == 303
    assert ledger.lamp() == "red"
    undo(clerk, ended.location)
    assert ledger.lamp() == "yellow"
    assert "核定" in plain(clerk.get(f"/history/ruling/{ruling_id}").text)


@pytest.mark.usefixtures("red")
def test_what_is_wrong_is_told_and_nothing_typed_is_lost(
    clerk: FlaskClient, unit_clerk: FlaskClient, ledger: Ledger
) -> None:
    sent = send(clerk, RULING, **SAID, last_on="2026-12-23")
    assert sent.status_code == 422
    assert "核定从今天起最长 30 天,最后一日应在今天至2026-12-22之间" in sent.text
    assert read_form(sent.text)["signer"] == "王示例"
    assert send(clerk, RULING, ruled="yellow").status_code == 422
    assert ledger.lamp() == "red"
    assert send(unit_clerk, OBJECTION, text="").status_code == 422
    ledger.ask("select 1")
    fields = read_form(unit_clerk.get(OBJECTION).text) | {"text": "已完成三成"}
    assert unit_clerk.post(OBJECTION, data=fields).status_code == 303
    assert unit_clerk.post(OBJECTION, data=fields).status_code == 303
    assert ledger.ask("select count(*) from jiantu.objection") == [(1,)]


def test_a_lamp_that_has_stood_for_long_is_not_contested(unit_clerk: FlaskClient) -> None:
    page = unit_clerk.get("/ledger/P1").text
    assert OBJECTION not in page
    assert RULING not in page
    sent = send(unit_clerk, OBJECTION, text="不符")
    assert sent.status_code == 422
    assert "申诉期已过" in sent.text


@pytest.mark.usefixtures("red")
def test_a_unit_does_not_rule_and_a_reader_does_neither(
    unit_clerk: FlaskClient, clerk: FlaskClient, ledger: Ledger
) -> None:
    reader = sign_in_client(clerk.application.test_client(), ledger.url, READER)
    token = read_token(unit_clerk)
    assert unit_clerk.post(RULING, data=token | SAID).status_code == 404
    assert reader.get(OBJECTION).status_code == 404
    send(clerk, RULING, **SAID)
    [(ruling_id,)] = ledger.ask("select id from jiantu.ruling")
    end = f"/ledger/P1/ruling/{ruling_id}/end"
    assert unit_clerk.post(end, data=token | {"version": "1"}).status_code == 404
    assert ledger.lamp() == "yellow"
    assert "王示例" in plain(reader.get("/ledger/P1").text)


@pytest.mark.usefixtures("red")
def test_the_command_types_an_objection_for_the_unit(clerk: FlaskClient, ledger: Ledger) -> None:
    assert send(clerk, OBJECTION, text="电话申诉").status_code == 303
    kept = ledger.ask(
        "select o.text, u.name, o.lamp, o.on_day::text from jiantu.objection o join jiantu.unit u on u.id = o.unit_id"
    )
    assert kept == [("电话申诉", "测试住建局", "red", "2026-11-23")]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.usefixtures("red")
def test_the_desk_and_the_section_speak_both_languages(clerk: FlaskClient, lang: str) -> None:
    send(clerk, OBJECTION, text="电话申诉")
    desk = plain(clerk.get("/ledger/rulings", query_string={"lang": lang}).text)
    assert ("等待核定的申诉" if lang == "zh" else "Objections that wait for a ruling") in desk
    send(clerk, RULING, **SAID)
    desk = plain(clerk.get("/ledger/rulings", query_string={"lang": lang}).text)
    assert ("剩余30天" if lang == "zh" else "30 days left") in desk.replace(" 天", "天")
    page = plain(clerk.get("/ledger/P1", query_string={"lang": lang}).text)
    assert ("按核定" if lang == "zh" else "by ruling") in page


@pytest.mark.usefixtures("red")
def test_what_a_unit_took_back_is_offered_to_who_can_bring_it_back_alone(
    unit_clerk: FlaskClient, clerk: FlaskClient, ledger: Ledger
) -> None:
    sent = send(unit_clerk, OBJECTION, text="监理日志显示已完成三成")
    undo(unit_clerk, sent.location)
    [(key,)] = ledger.ask("select id from history.objection_version where op = 'D'")
    address = f"/history/objection/{key}?lang=zh"
    assert "恢复此版本" in clerk.get(address).text
    page = unit_clerk.get(address)
    assert page.status_code == 200
    assert "恢复此版本" not in page.text
