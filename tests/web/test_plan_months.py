"""The monthly plan by form: kept with the lamps that follow, bad input by month and field, two who write at once."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.ledgers import Ledger, plain, read_form, send

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

PATH = "/ledger/P1/months/2026"
HIDDEN = re.compile(r'name="(\w+)" value="([^"]*)"')
OF_SITES = (
    "select v.site_id, m.percent::float from jiantu.plan_month m"
    " join jiantu.plan_version v on v.id = m.plan_version_id where v.site_id is not null"
)
MONTHS = (
    "select extract(month from m.month_on)::int, m.percent::float, m.investment_yuan"
    " from jiantu.plan_month m join jiantu.plan_version v on v.id = m.plan_version_id"
    " join jiantu.project j on j.id = v.project_id"
    " where j.code = 'P1' and extract(year from m.month_on) = 2026 order by 1"
)


def test_months_are_kept_changed_and_emptied_and_the_lamp_follows(
    clerk: FlaskClient, ledger: Ledger
) -> None:
    assert "/ledger/P1/months/2026" in clerk.get("/ledger/P1").text
    assert ledger.lamp() != "red"
    sent = send(clerk, PATH, percent_06="30", percent_10="95.5", investment_10="120.5")
    assert sent.status_code == 303
    assert ledger.ask(MONTHS) == [(6, 30.0, None), (10, 95.5, 1_205_000)]
    assert ledger.lamp() == "red"  # 40 % are reported
    page = clerk.get(sent.location + "&lang=zh").text
    assert "2026年分月计划已保存" in page
    assert 'value="95.5"' in clerk.get(PATH).text
    sent = send(clerk, PATH, percent_10="40", investment_10="", percent_06="")
    assert sent.status_code == 303
    assert ledger.ask(MONTHS) == [(10, 40.0, None)]
    assert ledger.lamp() != "red"
    history = plain(clerk.get("/history/of/P1?lang=zh").text)
    assert "95.5" in history


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"percent_03": "120"}, "“3月末计划进度(%)”不能大于100"),
        ({"percent_03": "much"}, "“3月末计划进度(%)”"),
        ({"investment_07": "-3"}, "“7月计划投资(万元)”"),
        (
            {"percent_03": "40", "percent_05": "30"},
            "2026年5月的计划进度30%低于前面2026年3月的40%",
        ),
    ],
)
def test_bad_input_names_month_and_field_and_nothing_is_kept(
    clerk: FlaskClient, ledger: Ledger, said: dict[str, str], sentence: str
) -> None:
    clerk.get("/ledger?lang=zh")
    refused = send(clerk, PATH, percent_02="10", **said)
    assert refused.status_code == 422
    assert sentence in refused.text
    assert 'value="10"' in refused.text
    assert ledger.ask(MONTHS) == []


def test_the_years_go_on_from_one_another(clerk: FlaskClient, ledger: Ledger) -> None:
    clerk.get("/ledger?lang=zh")
    assert send(clerk, PATH, percent_12="60").status_code == 303
    refused = send(clerk, "/ledger/P1/months/2027", percent_02="50")
    assert refused.status_code == 422
    assert "低于前面2026年12月的60%" in refused.text
    assert send(clerk, "/ledger/P1/months/2027", percent_02="70").status_code == 303
    refused = send(clerk, PATH, percent_12="80")
    assert refused.status_code == 422
    assert "高于后面2027年2月的70%" in refused.text
    assert ledger.ask(MONTHS) == [(12, 60.0, None)]


def test_the_second_of_two_sees_what_the_first_wrote(clerk: FlaskClient, ledger: Ledger) -> None:
    clerk.get("/ledger?lang=zh")
    opened = read_form(clerk.get(PATH).text)
    assert send(clerk, PATH, percent_06="30", percent_09="50").status_code == 303
    mine = {**opened, "percent_06": "35", "percent_09": "50"}
    late = clerk.post(PATH, data=mine)
    assert late.status_code == 412
    assert "现为:30" in late.text
    assert "现为:50" not in late.text  # what both wrote needs no choice
    assert ledger.ask(MONTHS) == [(6, 30.0, None), (9, 50.0, None)]
    again = read_form(late.text)
    assert again["percent_06"] == "35"
    assert clerk.post(PATH, data=again).status_code == 303
    assert ledger.ask(MONTHS) == [(6, 35.0, None), (9, 50.0, None)]
    del mine["version"]
    assert clerk.post(PATH, data=mine).status_code == 428
    with_header = {name: text for name, text in mine.items() if name != "version"}
    stale = clerk.post(PATH, data=with_header, headers={"If-Match": f'"{opened["version"]}"'})
    assert stale.status_code == 412


def take_back(clerk: FlaskClient, sent: TestResponse) -> TestResponse:
    """Press what the bar after a save offers."""
    page = clerk.get(sent.location).text
    bar = page[page.index('action="/ledger/P1/plan/undo"') :]
    return clerk.post(
        "/ledger/P1/plan/undo", data=dict(HIDDEN.findall(bar[: bar.index("</form>")]))
    )


def test_a_saved_year_is_undone_in_one_press_unless_it_was_changed_since(
    clerk: FlaskClient, ledger: Ledger
) -> None:
    clerk.get("/ledger?lang=zh")
    first = send(clerk, PATH, percent_06="20", percent_10="60", investment_10="100")
    second = send(clerk, PATH, percent_06="", percent_10="95", percent_11="99")
    assert ledger.lamp() == "red"
    late = take_back(clerk, first)
    assert late.status_code == 422
    assert "撤销不了" in late.text
    assert take_back(clerk, second).status_code == 303
    assert ledger.ask(MONTHS) == [(6, 20.0, None), (10, 60.0, 1_000_000)]
    assert ledger.lamp() != "red"
    assert take_back(clerk, second).status_code == 422
    same = send(clerk, PATH)
    assert "/plan/undo" not in clerk.get(same.location).text
    token = read_form(clerk.get(PATH).text)["csrf_token"]
    for sent in ("", "system:import", "x"):
        gone = clerk.post("/ledger/P1/plan/undo", data={"csrf_token": token, "sent": sent})
        assert gone.status_code == 404


def test_a_site_gets_a_plan_of_its_own_its_months_and_both_are_undone(
    clerk: FlaskClient, ledger: Ledger
) -> None:
    clerk.get("/ledger?lang=zh")
    [(site,)] = ledger.ask(
        "select z.id from jiantu.zone z join jiantu.project j on j.id = z.project_id"
        " where j.code = 'P1' and z.kind = 'site' order by 1 limit 1"
    )
    months = f"{PATH}?site_id={site}"
    assert clerk.get(months).status_code == 404
    changed = send(
        clerk,
        "/ledger/P1/plan/new",
        site_id=str(site),
        document="德建8号",
        in_force_from="2026-11-20",
        start_on="2026-09-01",
        finish_on="2027-06-30",
    )
    assert changed.status_code == 303
    kept = "select site_id, number from jiantu.plan_version where site_id is not null"
    assert ledger.ask(kept) == [(site, 0)]
    page = clerk.get("/ledger/P1").text
    assert f"site_id={site}" in page
    sent = send(clerk, months, percent_10="30")
    assert sent.status_code == 303
    assert ledger.ask(OF_SITES) == [(site, 30.0)]
    assert ledger.ask(MONTHS) == [(10, 30.0, None)]
    assert 'value="30"' not in clerk.get(PATH).text
    # The second change of the site's plan is the next one, whatever the project's number is.
    again = send(
        clerk, "/ledger/P1/plan/new", site_id=str(site), document="9号", in_force_from="2026-11-21"
    )
    assert again.status_code == 303
    assert ledger.ask(f"{kept} order by 2") == [(site, 0), (site, 1)]
    assert take_back(clerk, again).status_code == 303
    assert take_back(clerk, sent).status_code == 303
    assert ledger.ask(OF_SITES) == []
    assert take_back(clerk, changed).status_code == 303
    assert ledger.ask(kept) == []


def test_of_two_changes_of_plan_the_second_is_told_and_becomes_the_next_when_sent_again(
    clerk: FlaskClient, ledger: Ledger
) -> None:
    path = "/ledger/P1/plan/new"
    opened = read_form(clerk.get(f"{path}?lang=zh").text)
    said = {"in_force_from": "2026-11-20", "finish_on": "2028-06-30"}
    sent = opened | said | {"document": "甲"}
    assert clerk.post(path, data=sent).status_code == 303
    assert clerk.post(path, data=sent).status_code == 303  # the very same is kept once
    late = clerk.post(path, data=opened | said | {"document": "乙"})
    assert late.status_code == 412
    assert "计划已被他人调整" in late.text
    again = read_form(late.text)
    assert again["document"] == "乙"
    assert clerk.post(path, data=again).status_code == 303
    kept = ledger.ask(
        "select number, document from jiantu.plan_version where number > 0 order by 1"
    )
    assert kept == [(1, "甲"), (2, "乙")]


def test_a_unit_is_not_offered_the_months_and_gets_nowhere(
    unit_clerk: FlaskClient, clerk: FlaskClient, ledger: Ledger
) -> None:
    assert "/months/" not in unit_clerk.get("/ledger/P1").text
    assert unit_clerk.get(PATH).status_code == 404
    fields = read_form(clerk.get(PATH).text)
    token = read_form(unit_clerk.get("/ledger/P1/blocker/new").text)["csrf_token"]
    sent = unit_clerk.post(PATH, data={**fields, "csrf_token": token, "percent_06": "10"})
    assert sent.status_code == 404
    assert ledger.ask(MONTHS) == []
    assert clerk.get("/ledger/P1/months/1800").status_code == 404
    assert clerk.get("/ledger/P9/months/2026").status_code == 404
