"""The ledger for people of a unit: what is theirs to report, change and take back, and what is not offered."""

from __future__ import annotations

import re
from io import BytesIO
from typing import TYPE_CHECKING

from tests.ledgers import READER, REPORT, Ledger, photo, plain, read_form, read_token, send
from tests.people import sign_in_client

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse


def withdrawal(page: str) -> tuple[str, dict[str, str]]:
    """The first form of a page that takes a blocker back: where it goes, and what it sends."""
    action = re.search(r'action="(/ledger/P1/blocker/\d+/withdraw)"', page)
    assert action, "no blocker can be taken back here"
    form = page[page.index(action[0]) :]
    return action[1], dict(
        re.findall(r'name="(\w+)" value="([^"]*)"', form[: form.index("</form>")])
    )


def test_a_clerk_takes_back_what_he_has_just_raised_and_the_history_keeps_it(
    unit_clerk: FlaskClient, ledger: Ledger
) -> None:
    raised = send(unit_clerk, "/ledger/P1/blocker/new", cause="land", text="写错了项目")
    page = unit_clerk.get(raised.location).text
    saved = page[page.index('class="saved"') :]
    assert "撤回" in saved[: saved.index("</div>")]
    action, said = withdrawal(page)
    taken = unit_clerk.post(action, data=said)
    assert taken.status_code == 303
    assert ledger.ask("select count(*) from jiantu.blocker where text = '写错了项目'") == [(0,)]
    page = unit_clerk.get(taken.location).text
    assert "已撤回" in page
    row_id = action.split("/")[4]
    past = plain(unit_clerk.get(f"/history/blocker/{row_id}").text)
    assert "写错了项目" in past
    assert unit_clerk.post(action, data=said).status_code == 404


def returning(page: str) -> tuple[str, dict[str, str]]:
    """The first form of a page that brings a blocker back: where it goes, and what it sends."""
    action = re.search(r'action="(/ledger/P1/blocker/\d+/bring-back)"', page)
    assert action, "no blocker can be brought back here"
    form = page[page.index(action[0]) :]
    return action[1], dict(
        re.findall(r'name="(\w+)" value="([^"]*)"', form[: form.index("</form>")])
    )


def raise_and_take_back(unit_clerk: FlaskClient) -> TestResponse:
    send(unit_clerk, "/ledger/P1/blocker/new", cause="land", text="征地未完成", stops_work="1")
    action, said = withdrawal(unit_clerk.get("/ledger/P1").text)
    return unit_clerk.post(action, data=said)


def test_a_clerk_brings_back_what_he_took_back_by_mistake(
    unit_clerk: FlaskClient, ledger: Ledger
) -> None:
    taken = raise_and_take_back(unit_clerk)
    page = unit_clerk.get(taken.location).text
    saved = page[page.index('class="saved"') :]
    assert "恢复" in saved[: saved.index("</div>")]
    assert "今天撤回的" in page
    action, said = returning(page)
    back = unit_clerk.post(action, data=said)
    assert back.status_code == 303
    kept = "select text, stops_work, cause, version from jiantu.blocker where id = :id"
    row_id = int(action.split("/")[4])
    assert ledger.ask(kept, id=row_id) == [("征地未完成", True, "land", 3)]
    page = unit_clerk.get(back.location).text
    assert "/bring-back" not in page
    assert "已恢复" in page
    versions = (
        "select version, cast(op as text), role from history.blocker_version where id = :id"
        " order by version"
    )
    unit = "jiantu_unit"
    assert ledger.ask(versions, id=row_id) == [(1, "I", unit), (2, "D", unit), (3, "I", unit)]
    # Sent a second time, it is there already.
    assert unit_clerk.post(action, data=said).status_code == 412
    # And it may be taken back again, as the same day goes on.
    action, said = withdrawal(page)
    assert unit_clerk.post(action, data=said).status_code == 303
    assert ledger.ask(kept, id=row_id) == []


def test_a_clerk_brings_it_back_from_its_history_too(
    unit_clerk: FlaskClient, ledger: Ledger
) -> None:
    raise_and_take_back(unit_clerk)
    action, said = returning(unit_clerk.get("/ledger/P1").text)
    row_id = int(action.split("/")[4])
    path = f"/history/blocker/{row_id}"
    assert "恢复此版本" in unit_clerk.get(path).text
    sent = unit_clerk.post(f"{path}/restore", data=said | {"to": "1"})
    assert sent.status_code == 303
    assert ledger.ask("select version from jiantu.blocker where id = :id", id=row_id) == [(3,)]


def test_nobody_brings_back_what_others_took_back_and_nobody_on_a_later_day(
    unit_clerk: FlaskClient, clerk: FlaskClient, ledger: Ledger
) -> None:
    send(unit_clerk, "/ledger/P1/blocker/new", cause="land", text="征地未完成")
    action, said = withdrawal(clerk.get("/ledger/P1").text)
    assert clerk.post(action, data=said).status_code == 303
    # The command took it back: the unit is not offered it, and gets nowhere by sending.
    assert "/bring-back" not in unit_clerk.get("/ledger/P1").text
    action = action.replace("withdraw", "bring-back")
    sent = unit_clerk.post(action, data=read_token(unit_clerk) | {"version": "2"})
    assert sent.status_code == 404
    reader = sign_in_client(clerk.application.test_client(), ledger.url, READER)
    assert "/bring-back" not in reader.get("/ledger/P1").text
    assert "/bring-back" in clerk.get("/ledger/P1").text
    stale = clerk.post(action, data=read_token(clerk) | {"version": "7"})
    assert stale.status_code == 404  # no such version was ever read
    row_id = int(action.split("/")[4])
    gone = ledger.ask("select count(*) from jiantu.blocker where id = :id", id=row_id)
    assert gone == [(0,)]
    yesterday = ledger.ask(
        "insert into jiantu.blocker (project_id, cause, text, raised_on, known_on)"
        " select id, 'land', '昨天的', current_date - 1, date '2026-11-22' from jiantu.project"
        " where code = 'P1' returning id"
    )[0][0]
    ledger.ask("delete from jiantu.blocker where id = :id returning id", id=yesterday)
    late = clerk.post(
        f"/ledger/P1/blocker/{yesterday}/bring-back", data=read_token(clerk) | {"version": "2"}
    )
    assert late.status_code == 422
    assert "只能在当天恢复" in late.text


def test_a_blocker_of_before_or_one_that_the_command_has_touched_is_not_taken_back(
    unit_clerk: FlaskClient, clerk: FlaskClient, ledger: Ledger
) -> None:
    send(unit_clerk, "/ledger/P1/blocker/new", cause="land", text="征地未完成")
    action, said = withdrawal(unit_clerk.get("/ledger/P1").text)
    row_id = int(action.split("/")[4])
    send(clerk, f"/ledger/P1/blocker/{row_id}", text="征地未完成,已协调")
    assert "/withdraw" not in unit_clerk.get("/ledger/P1").text
    assert unit_clerk.post(action, data=said | {"version": "2"}).status_code == 404
    ledger.ask(
        "update jiantu.blocker set known_on = known_on - 1 where id = :id returning id", id=row_id
    )
    late = clerk.post(action, data=read_token(clerk) | {"version": "3"})
    assert late.status_code == 422
    assert "只能在录入当天撤回" in late.text
    assert ledger.ask("select count(*) from jiantu.blocker where id = :id", id=row_id) == [(1,)]


def test_a_reader_of_the_unit_is_not_offered_to_take_anything_back(
    unit_clerk: FlaskClient, clerk: FlaskClient, ledger: Ledger
) -> None:
    send(unit_clerk, "/ledger/P1/blocker/new", cause="land", text="征地未完成")
    reader = sign_in_client(clerk.application.test_client(), ledger.url, READER)
    assert "/withdraw" not in reader.get("/ledger/P1").text


def test_a_clerk_of_the_lead_unit_reports_with_a_photo_and_sees_it(
    unit_clerk: FlaskClient, ledger: Ledger
) -> None:
    fields = read_form(unit_clerk.get(REPORT).text) | {"percent": "1"}
    sent = unit_clerk.post(REPORT, data={**fields, "photos": [(BytesIO(photo()), "a.jpg")]})
    assert sent.status_code == 303
    assert ledger.lamp() == "red"
    attachment = ledger.ask("select id from jiantu.attachment")[0][0]
    assert unit_clerk.get(f"/ledger/files/{attachment}").status_code == 200
    assert unit_clerk.get(f"/ledger/files/{attachment}/thumbnail").status_code == 200
    page = unit_clerk.get(sent.location).text
    assert "撤销" not in page  # a unit's report is corrected, never taken back
    assert "测试editor" in unit_clerk.get("/history/of/P1").text


def test_a_clerk_changes_what_is_his_units_and_is_not_offered_the_rest(
    unit_clerk: FlaskClient, ledger: Ledger
) -> None:
    fields = read_form(unit_clerk.get("/ledger/P1/facts").text)
    for name in ("name", "category", "nature", "lead_unit_id", "sponsor_leader_id", "parent_id"):
        assert name not in fields
    assert not [name for name in fields if name.startswith("district")]
    assert send(unit_clerk, "/ledger/P1/facts", manager="王工").status_code == 303
    saved = send(unit_clerk, "/ledger/P1/begin", start_permit="建施2026-1")
    assert saved.status_code == 303
    raised = send(unit_clerk, "/ledger/P1/blocker/new", cause="land", text="征地未完成")
    assert raised.status_code == 303
    row = ledger.ask("select id from jiantu.blocker where text = '征地未完成'")[0][0]
    assert (
        send(unit_clerk, f"/ledger/P1/resolve/{row}", resolved_on="2026-11-23").status_code == 303
    )
    for path in ("standing", "registered", "plan/new"):
        assert unit_clerk.get(f"/ledger/P1/{path}").status_code == 404
    assert 'value="lagging"' not in unit_clerk.get("/ledger/P1/blocker/new").text


def test_a_clerk_who_writes_fields_that_are_not_offered_changes_none_of_them(
    unit_clerk: FlaskClient, ledger: Ledger
) -> None:
    sent = send(unit_clerk, "/ledger/P1/facts", manager="王工", name="改名", category="transport")
    assert sent.status_code == 303
    assert ledger.ask("select name, category, manager from jiantu.project where code = 'P1'") == [
        ("测试项目P1", "urban", "王工")
    ]


def test_a_clerk_undoes_an_edit_of_his_own(unit_clerk: FlaskClient, ledger: Ledger) -> None:
    saved = send(unit_clerk, "/ledger/P1/facts", manager="王工")
    page = unit_clerk.get(saved.location).text
    action = re.search(r'action="(/history/project/\d+/undo)"', page)
    assert action
    form = page[page.index(action[0]) :]
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form[: form.index("</form>")]))
    assert unit_clerk.post(action[1], data=fields).status_code == 303
    assert ledger.ask("select manager from jiantu.project where code = 'P1'") == [(None,)]


def test_who_may_only_read_is_offered_nothing_to_change(clerk: FlaskClient, ledger: Ledger) -> None:
    reader = sign_in_client(clerk.application.test_client(), ledger.url, READER)
    page = reader.get("/ledger/P1").text
    assert "/ledger/P1/progress" not in page
    assert "/blocker/new" not in page
    for path in ("progress", "facts", "blocker/new"):
        assert reader.get(f"/ledger/P1/{path}").status_code == 404


def test_a_project_of_another_unit_is_not_there(clerk: FlaskClient, ledger: Ledger) -> None:
    ledger.ask("insert into jiantu.unit (name, kind) values ('他局', 'department') returning id")
    other = sign_in_client(clerk.application.test_client(), ledger.url, "editor:他局")
    assert "测试项目P1" not in other.get("/ledger").text
    for path in (
        "/ledger/P1",
        REPORT,
        "/history/of/P1",
        "/history/project/1",
        "/history/blocker/1",
    ):
        assert other.get(path).status_code == 404
    assert "测试项目" not in other.get("/history").text
