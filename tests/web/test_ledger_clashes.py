"""Two who write at once in the ledger, what is sent twice, and what is undone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.ledgers import REPORT, Ledger, read_form, send

if TYPE_CHECKING:
    from flask.testing import FlaskClient


def test_the_same_report_sent_twice_is_kept_once(clerk: FlaskClient, ledger: Ledger) -> None:
    fields = read_form(clerk.get(REPORT).text) | {"percent": "42"}
    first = clerk.post(REPORT, data=fields)
    second = clerk.post(REPORT, data=fields)
    assert first.location == second.location
    assert ledger.ask("select count(*) from jiantu.progress_report where percent = 42") == [(1,)]


def test_the_same_blocker_sent_twice_is_kept_once(clerk: FlaskClient, ledger: Ledger) -> None:
    path = "/ledger/P1/blocker/new"
    fields = read_form(clerk.get(path).text) | {"cause": "land", "text": "征地未完成"}
    assert clerk.post(path, data=fields).location == clerk.post(path, data=fields).location
    assert ledger.ask("select count(*) from jiantu.blocker where text = '征地未完成'") == [(1,)]


def test_who_reports_second_is_shown_what_was_reported_meanwhile(
    clerk: FlaskClient, ledger: Ledger
) -> None:
    mine = read_form(clerk.get(REPORT).text) | {"percent": "50", "narrative": "我填的"}
    send(clerk, REPORT, percent="45", narrative="先填的")
    stale = clerk.post(REPORT, data=mine)
    assert stale.status_code == 412
    assert "先填的" in stale.text
    assert read_form(stale.text)["narrative"] == "我填的"
    again = clerk.post(REPORT, data=read_form(stale.text))
    assert again.status_code == 303
    kept = ledger.ask(
        "select revision, narrative from jiantu.progress_report where first_on = '2026-11-23' order by 1"
    )
    assert [narrative for _, narrative in kept] == ["先填的", "我填的"]


def test_an_edit_without_a_version_is_428_and_one_with_if_match_is_taken(
    clerk: FlaskClient, ledger: Ledger
) -> None:
    path = "/ledger/P1/facts"
    fields = read_form(clerk.get(path).text) | {"manager": "王工"}
    del fields["version"]
    assert clerk.post(path, data=fields).status_code == 428
    assert clerk.post(path, data=fields, headers={"If-Match": '"x"'}).status_code == 428
    assert clerk.post(path, data=fields, headers={"If-Match": '"1"'}).status_code == 303
    assert ledger.ask("select manager, version from jiantu.project where code = 'P1'") == [
        ("王工", 2)
    ]
    stale = clerk.post(path, data={**fields, "manager": "李工"}, headers={"If-Match": '"1"'})
    assert stale.status_code == 412


def test_two_who_edit_different_fields_are_merged_by_choice(
    clerk: FlaskClient, ledger: Ledger
) -> None:
    path = "/ledger/P1/facts"
    mine = read_form(clerk.get(path).text) | {"manager": "王工"}
    send(clerk, path, contractor="他方公司")
    conflict = clerk.post(path, data=mine)
    assert conflict.status_code == 412
    fields = read_form(conflict.text)
    assert (fields["pick.manager"], fields["pick.contractor"]) == ("mine", "theirs")
    assert clerk.post(path, data=fields).status_code == 303
    kept = ledger.ask("select manager, contractor from jiantu.project where code = 'P1'")
    assert kept == [("王工", "他方公司")]


def test_what_both_changed_is_decided_by_the_person_and_never_by_default(
    clerk: FlaskClient, ledger: Ledger
) -> None:
    path = "/ledger/P1/facts"
    mine = read_form(clerk.get(path).text) | {"manager": "王工"}
    send(clerk, path, manager="李工")
    conflict = clerk.post(path, data=mine)
    fields = read_form(conflict.text)
    assert "pick.manager" not in fields
    assert "王工" in conflict.text
    assert "李工" in conflict.text
    assert clerk.post(path, data=fields).status_code == 412
    assert ledger.ask("select manager from jiantu.project where code = 'P1'") == [("李工",)]
    assert clerk.post(path, data={**fields, "all": "mine"}).status_code == 303
    assert ledger.ask("select manager from jiantu.project where code = 'P1'") == [("王工",)]


def test_taking_all_of_theirs_changes_nothing(clerk: FlaskClient, ledger: Ledger) -> None:
    path = "/ledger/P1/facts"
    mine = read_form(clerk.get(path).text) | {"manager": "王工"}
    send(clerk, path, manager="李工")
    fields = read_form(clerk.post(path, data=mine).text)
    assert clerk.post(path, data={**fields, "all": "theirs"}).status_code == 303
    assert ledger.ask("select manager, version from jiantu.project where code = 'P1'") == [
        ("李工", 2)
    ]


def test_an_edit_that_came_through_and_is_sent_again_is_no_conflict(clerk: FlaskClient) -> None:
    path = "/ledger/P1/facts"
    fields = read_form(clerk.get(path).text) | {"manager": "王工"}
    assert clerk.post(path, data=fields).status_code == 303
    assert clerk.post(path, data=fields).status_code == 303


def test_a_save_is_undone_as_a_new_version(clerk: FlaskClient, ledger: Ledger) -> None:
    saved = send(clerk, "/ledger/P1/finish", completed_on="2026-11-20")
    assert ledger.lamp() == "blue"
    page = clerk.get(saved.location).text
    action = re.search(r'action="(/history/project/\d+/undo)"', page)
    assert action
    form = page[page.index(action[0]) :]
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form[: form.index("</form>")]))
    assert clerk.post(action[1], data=fields).status_code == 303
    assert ledger.lamp() == "green"
    assert ledger.ask("select version from jiantu.project where code = 'P1'") == [(3,)]
    assert clerk.post(action[1], data=fields).status_code == 412


def test_an_earlier_version_is_brought_back_from_the_history(
    clerk: FlaskClient, ledger: Ledger
) -> None:
    send(clerk, "/ledger/P1/facts", manager="王工")
    row = ledger.ask("select id from jiantu.project where code = 'P1'")[0][0]
    page = clerk.get(f"/history/project/{row}").text
    assert "项目负责人" in page
    assert "王工" in page
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    said = {"csrf_token": token[1], "version": "2", "to": "1"}
    assert clerk.post(f"/history/project/{row}/restore", data=said).status_code == 303
    assert ledger.ask("select manager, version from jiantu.project where code = 'P1'") == [
        (None, 3)
    ]
