"""The page of the year's dig plan: searching, deciding, declared to issued, and the workbook."""

from __future__ import annotations

import re
from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from openpyxl import load_workbook
from sqlalchemy import text

from geo.database.acting import Identity, Role, acting_session, make_engine
from tests.clock import NOW
from tests.dig_plan import PlanCity, make_plan_city
from tests.people import sign_in_client
from tests.serving import client_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from tests.postgres import Server

YEAR = "/dig-plan?year=2027"


@pytest.fixture
def city(server: Server) -> Iterator[PlanCity]:
    made = make_plan_city(server)
    yield made
    server.drop_database(made.url)


@pytest.fixture
def plan_client(city: PlanCity) -> Iterator[FlaskClient]:
    """A browser in the office of the command."""
    with client_at(city.url, lambda: NOW) as client:
        yield client


def send(client: FlaskClient, path: str, **form: str | list[str]) -> TestResponse:
    """Send a form as the page has it."""
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/account").text)
    assert token
    return client.post(path, data={"csrf_token": token[1], **form})


def decide(client: FlaskClient, **form: str) -> TestResponse:
    action = re.search(r'class="plan-decide" action="([^"]+)"', client.get(YEAR).text)
    assert action
    return send(client, action[1], **form)


def test_a_plan_without_a_search_says_what_one_would_do(plan_client: FlaskClient) -> None:
    page = plan_client.get(YEAR).text
    assert "尚未测算" in page
    assert "湖滨大道供热迁改" in page
    assert "<b>2</b> 申报" in page


def test_a_search_proposes_days_and_says_why_and_changes_nothing(
    plan_client: FlaskClient,
) -> None:
    assert send(plan_client, "/dig-plan/proposals").status_code == 303
    page = plan_client.get(YEAR).text
    assert re.search(r"避开与“湖滨大道(供热|燃气)迁改”\((热力|燃气)公司\)的重叠 30 天", page)
    assert "已证明没有更好的安排" in page
    assert page.count("4月1日 – 2027年4月30日") >= 2
    english = plan_client.get(f"{YEAR}&lang=en").text
    assert "no longer clashes with “湖滨大道" in english


def test_an_accepted_shift_moves_the_work_and_is_told_with_its_note(
    plan_client: FlaskClient,
) -> None:
    send(plan_client, "/dig-plan/proposals")
    assert decide(plan_client, decision="accept", note="可以错开").status_code == 303
    page = plan_client.get(YEAR).text
    assert "已同意" in page
    assert "可以错开" in page
    assert page.count(">0</td>") >= 2  # neither dig has a pair any more
    again = send(plan_client, "/dig-plan/proposals")
    assert again.status_code == 303
    assert "目前的安排无需调整" in plan_client.get(YEAR).text


def test_a_declined_shift_leaves_the_days(plan_client: FlaskClient) -> None:
    send(plan_client, "/dig-plan/proposals")
    decide(plan_client, decision="decline", note="图纸未到")
    page = plan_client.get(YEAR).text
    assert "图纸未到" in page
    assert page.count("4月1日 – 2027年4月30日") >= 2


def test_a_decision_on_a_work_that_changed_meanwhile_is_refused_in_a_sentence(
    plan_client: FlaskClient, city: PlanCity
) -> None:
    send(plan_client, "/dig-plan/proposals")
    page = plan_client.get(YEAR).text
    action = re.search(r'class="plan-decide" action="([^"]+)"', page)
    assert action
    digs = [str(city.heat), str(city.gas)]
    send(plan_client, "/dig-plan/state?year=2027", dig=digs, state="reviewed")
    refused = send(plan_client, action[1], decision="accept")
    assert refused.status_code == 422
    assert "已有变动" in refused.text


def test_digs_come_from_declared_to_issued_step_by_step(
    plan_client: FlaskClient, city: PlanCity
) -> None:
    path = "/dig-plan/state?year=2027"
    refused = send(plan_client, path, dig=[str(city.heat)], state="issued")
    assert refused.status_code == 422
    assert "不能改为这一状态" in refused.text
    for state in ("reviewed", "issued"):
        assert send(plan_client, path, dig=[str(city.heat)], state=state).status_code == 303
    assert "<b>1</b> 下达" in plan_client.get(YEAR).text
    assert "请先勾选工程" in send(plan_client, path, state="reviewed").text


def state_of(city: PlanCity, zone_id: int) -> str | None:
    engine = make_engine(city.url, pool_size=1)
    with acting_session(engine, Identity(Role.COMMAND, "test:command")) as session:
        asked = "select dig_plan_state from jiantu.zone where id = :id"
        found: str | None = session.execute(text(asked), {"id": zone_id}).scalar()
    engine.dispose()
    return found


def test_an_owner_takes_its_declaration_back_and_declares_again_until_it_is_reviewed(
    city: PlanCity, plan_client: FlaskClient
) -> None:
    heat = sign_in_client(plan_client.application.test_client(), city.url, "editor:热力公司")
    path, own = "/dig-plan/declarations?year=2027", str(city.heat)
    page = heat.get(YEAR).text
    assert "已申报,待会审" in page
    assert page.count(f'name="own" value="{city.heat}"') == 1
    assert f'name="own" value="{city.gas}"' not in page
    assert send(heat, path, own=[own], step="back").status_code == 303
    assert state_of(city, city.heat) is None
    assert "<b>1</b> 申报" in heat.get(YEAR).text
    assert f'name="own" value="{city.heat}"' in heat.get(YEAR).text
    again = send(heat, path, own=[own], step="back")
    assert again.status_code == 422
    assert "“湖滨大道供热迁改”现在不能改为这一状态" in again.text
    assert send(heat, path, own=[own], step="declare").status_code == 303
    assert state_of(city, city.heat) == "declared"
    send(plan_client, "/dig-plan/state?year=2027", dig=[own], state="reviewed")
    assert send(heat, path, own=[own], step="back").status_code == 422
    assert "请先勾选要申报或撤回的工程" in send(heat, path, step="declare").text


def test_nobody_declares_for_another_unit_but_the_command(
    city: PlanCity, plan_client: FlaskClient
) -> None:
    heat = sign_in_client(plan_client.application.test_client(), city.url, "editor:热力公司")
    path, gas = "/dig-plan/declarations?year=2027", str(city.gas)
    assert send(heat, path, own=[gas], step="back").status_code == 404
    assert send(heat, path, own=[gas, str(city.heat)], step="back").status_code == 404
    assert (state_of(city, city.gas), state_of(city, city.heat)) == ("declared", "declared")
    assert send(plan_client, path, own=[gas], step="back").status_code == 303
    assert send(plan_client, path, own=[gas], step="declare").status_code == 303
    assert state_of(city, city.gas) == "declared"


def test_a_dig_without_days_or_begun_is_not_declared(
    city: PlanCity, plan_client: FlaskClient
) -> None:
    path, own = "/dig-plan/declarations?year=2027", str(city.heat)
    send(plan_client, path, own=[own], step="back")
    for values, told in (
        ("planned_start_on = null, planned_start_precision = null", "还没有计划起止日期"),
        (
            "planned_start_on = '2026-10-01', planned_start_precision = 'day', actual_start_on = '2026-10-01'",
            "已开工或已完工",
        ),
    ):
        engine = make_engine(city.url, pool_size=1)
        with acting_session(engine, Identity(Role.COMMAND, "test:command")) as session:
            session.execute(
                text(f"update jiantu.zone set {values} where id = :id"),  # noqa: S608  of this test
                {"id": city.heat},
            )
        engine.dispose()
        refused = send(plan_client, path, own=[own], step="declare")
        assert refused.status_code == 422
        assert told in refused.text


def test_a_cell_of_the_matrix_leads_to_just_its_pairs(plan_client: FlaskClient) -> None:
    assert "plan-matrix" not in plan_client.get(f"{YEAR}&months=3").text  # it is November
    page = plan_client.get(f"{YEAR}&months=6").text
    (heat_row, gas_row) = re.findall(r'<a href="([^"]+with=[^"]+)"[^>]*>1</a>', page)
    assert heat_row != gas_row
    for cell in (heat_row, gas_row):
        assert plan_client.get(cell.replace("&amp;", "&")).text.count('class="pair-item"') == 1
    other = re.sub(r"with=\d+", "with=999999", heat_row.replace("&amp;", "&"))
    assert 'class="pair-item"' not in plan_client.get(other).text
    early = re.sub(r"until=[\d-]+", "until=2027-03-31", heat_row.replace("&amp;", "&"))
    assert 'class="pair-item"' not in plan_client.get(early).text


def window_of(city: PlanCity, zone_id: int) -> tuple[object, ...]:
    engine = make_engine(city.url, pool_size=1)
    with acting_session(engine, Identity(Role.COMMAND, "test:command")) as session:
        asked = "select window_first_on, window_last_on, version from jiantu.zone where id = :id"
        row = session.execute(text(asked), {"id": zone_id}).one()
    engine.dispose()
    return tuple(row)


def test_an_owner_sets_the_window_of_its_own_works_alone(
    city: PlanCity, plan_client: FlaskClient
) -> None:
    heat = sign_in_client(plan_client.application.test_client(), city.url, "editor:热力公司")
    version = str(window_of(city, city.heat)[2])
    days = {"version": version, "first_on": "2027-03-15", "last_on": "2027-06-30"}
    assert f"/dig-plan/windows/{city.gas}" not in heat.get(YEAR).text
    assert send(heat, f"/dig-plan/windows/{city.gas}", **days).status_code == 404
    assert send(heat, f"/dig-plan/windows/{city.heat}", **days).status_code == 303
    kept = window_of(city, city.heat)
    assert kept[:2] == (date(2027, 3, 15), date(2027, 6, 30))
    assert 'name="last_on" value="2027-06-30"' in heat.get(YEAR).text
    stale = send(heat, f"/dig-plan/windows/{city.heat}", **days)
    assert stale.status_code == 422
    assert "已被修改" in stale.text
    emptied = {"version": str(kept[2]), "first_on": "", "last_on": ""}
    assert send(heat, f"/dig-plan/windows/{city.heat}", **emptied).status_code == 303
    assert window_of(city, city.heat)[:2] == (None, None)


@pytest.mark.parametrize(
    ("first_on", "last_on", "told"),
    [
        ("2027-06-30", "2027-03-15", "早于首日"),
        ("2027-04-01", "2027-04-10", "放不下"),
        ("后天", "2027-04-10", "不是日期"),
        ("0001-01-01", "", "不是日期"),
    ],
)
def test_a_window_that_cannot_be_is_refused(
    city: PlanCity, plan_client: FlaskClient, first_on: str, last_on: str, told: str
) -> None:
    days = {"version": "1", "first_on": first_on, "last_on": last_on}
    refused = send(plan_client, f"/dig-plan/windows/{city.heat}", **days)
    assert refused.status_code == 422
    assert told in refused.text
    assert window_of(city, city.heat)[:2] == (None, None)


def test_a_search_keeps_to_the_window(city: PlanCity, plan_client: FlaskClient) -> None:
    for zone_id in (city.heat, city.gas):
        days = {"version": "1", "first_on": "2027-04-01", "last_on": "2027-04-30"}
        assert send(plan_client, f"/dig-plan/windows/{zone_id}", **days).status_code == 303
    assert send(plan_client, "/dig-plan/proposals").status_code == 303
    assert 'class="plan-shift' not in plan_client.get(YEAR).text


def test_a_forged_decision_changes_nothing(plan_client: FlaskClient) -> None:
    assert plan_client.post("/dig-plan/proposals").status_code == 400
    assert "尚未测算" in plan_client.get(YEAR).text


def test_the_workbook_has_a_row_for_each_dig_and_each_shift(plan_client: FlaskClient) -> None:
    send(plan_client, "/dig-plan/proposals")
    answer = plan_client.get("/dig-plan/plan.xlsx?year=2027")
    assert answer.headers["Content-Disposition"] == "attachment; filename=dig-plan-2027.xlsx"
    book = load_workbook(BytesIO(answer.data))
    assert book.sheetnames == ["2027年度掘路计划", "错峰建议"]
    rows = list(book["2027年度掘路计划"].iter_rows(values_only=True))
    assert [row[1] for row in rows[1:]] == ["湖滨大道供热迁改", "湖滨大道燃气迁改"]
    assert "避开与" in str(book["错峰建议"]["F2"].value)


def test_a_year_that_is_none_shows_this_year(plan_client: FlaskClient) -> None:
    page = plan_client.get("/dig-plan?year=20x7").text
    assert "2026年度掘路计划" in page
    assert "2026年还没有申报的掘路工程" in page


def test_a_unit_decides_its_own_part_and_is_not_offered_what_is_the_commands(
    plan_client: FlaskClient, city: PlanCity
) -> None:
    send(plan_client, "/dig-plan/proposals")
    unit = re.search(r'class="plan-unit">([^<]+)<', plan_client.get(YEAR).text)
    assert unit
    other = {"热力公司": "燃气公司", "燃气公司": "热力公司"}[unit[1]]
    app = plan_client.application
    stranger = sign_in_client(app.test_client(), city.url, f"editor:{other}")
    page = stranger.get(YEAR).text
    assert "plan-decide" not in page
    assert "开始测算" not in page
    assert "重新测算" not in page
    assert 'name="dig"' not in page
    owner = sign_in_client(app.test_client(), city.url, f"editor:{unit[1]}")
    assert decide(owner, decision="accept", note="同意错峰").status_code == 303
    assert "同意错峰" in plan_client.get(YEAR).text
    reader = sign_in_client(app.test_client(), city.url, f"reader:{unit[1]}")
    assert "plan-decide" not in reader.get(YEAR).text
    for client in (owner, stranger, reader):
        assert send(client, "/dig-plan/proposals").status_code == 404
