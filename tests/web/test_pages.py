"""Pages of the command: what they say without any JavaScript, on the demo city."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from geo.queries.lamps import get_lamp_board
from geo.queries.project_sheet import get_project_sheet
from geo.queries.projects import list_projects

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from sqlalchemy.orm import Session

    from tests.conftest import DemoCity


def red_project(session: Session, demo: DemoCity) -> dict[str, Any]:
    """The sheet of a red project with an open blocker."""
    board = get_lamp_board(session, demo.today, demo.today)
    for project in list_projects(session)["projects"]:
        if board["projects"].get(project["id"], [None])[0] == "red":
            sheet = get_project_sheet(session, project["code"], demo.today, demo.today, "zh")
            if sheet["blockers"]:
                return sheet
    pytest.fail("the demo city has no red project with a blocker")


def plain(html: str) -> str:
    """The words of a page, without marks and surplus blanks."""
    without = re.sub(r"<script.*?</script>", "", html, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", without))


def test_without_a_public_map_the_front_door_leads_to_the_commands_and_keeps_the_address(
    dezhou_client: FlaskClient,
) -> None:
    answer = dezhou_client.get(
        "/?day=2026-12-01&lamp=red,yellow&unit=%E5%B8%82%E4%BD%8F%E5%BB%BA%E5%B1%80"
    )
    assert answer.status_code == 302
    assert dezhou_client.get(answer.location).location == (
        "/command?day=2026-12-01&lamp=red,yellow&unit=%E5%B8%82%E4%BD%8F%E5%BB%BA%E5%B1%80"
    )
    assert dezhou_client.get("/").location == "/start"
    assert dezhou_client.get("/start").location == "/command"


def test_the_map_page_has_the_citys_counts_before_any_script_runs(
    client: FlaskClient, demo_session: Session, demo: DemoCity
) -> None:
    board = get_lamp_board(demo_session, demo.today, demo.today)
    html = client.get("/command").text
    for lamp, count in board["counts"].items():
        assert f'data-count="{lamp}">{count}<' in html
    for total in ("not_started", "overdue_start", "open_blockers", "red_cards", "turning_red_30"):
        assert f'data-total="{total}">{board[total]:,}<' in html


def test_the_map_page_tells_its_scripts_what_they_need(client: FlaskClient) -> None:
    html = client.get("/command?day=2026-12-01").text
    found = re.search(r'<script type="application/json" id="page">(.*?)</script>', html, re.DOTALL)
    assert found
    page = json.loads(found[1])
    assert page["language"] == "zh"
    assert page["today"] == "2026-11-23"
    assert page["day"] == "2026-12-01"
    assert page["codes"]["letter"]["electricity"] == "电"
    assert next(iter(page["codes"]["category"])) == "key"
    assert page["paths"]["project"] == "/command/projects/CODE"
    assert page["messages"]["No location"] == "无位置"


def test_a_day_ahead_is_called_a_forecast(client: FlaskClient) -> None:
    assert 'id="forecast" hidden' in client.get("/command").text
    assert 'id="forecast" >' in client.get("/command?day=2026-12-01").text


@pytest.mark.parametrize("day", ["yesterday", "2026-02-30", "20261123", "0001-01-01", "<b>"])
@pytest.mark.parametrize("path", ["/command", "/command/projects"])
def test_a_day_that_cannot_be_read_shows_today_and_says_so(
    client: FlaskClient, path: str, day: str
) -> None:
    answer = client.get(path, query_string={"day": day})
    assert answer.status_code == 200
    assert "不是日期" in answer.text
    if "<" in day:
        assert f"“{day}”" not in answer.text


def test_a_projects_page_gives_the_reason_before_anything_else(
    client: FlaskClient, demo_session: Session, demo: DemoCity
) -> None:
    sheet = red_project(demo_session, demo)
    answer = client.get(f"/command/projects/{sheet['project']['code']}")
    words = plain(answer.text)
    assert answer.status_code == 200
    assert f"<title>{sheet['project']['name']} · " in answer.text
    blocker = sheet["blockers"][0]
    in_order = [
        sheet["project"]["name"] + " 红灯",
        sheet["sentence"],
        "形象进度",
        blocker["cause"]["name"],
        f"已{blocker['days_open']}天",
        "基本情况",
    ]
    at = words.index(in_order[0])
    for part in in_order[1:]:
        found = words.find(part, at)
        assert found > at, part
        at = found


def test_a_projects_page_is_english_for_who_asks(
    client: FlaskClient, demo_session: Session, demo: DemoCity
) -> None:
    code = red_project(demo_session, demo)["project"]["code"]
    sheet = get_project_sheet(demo_session, code, demo.today, demo.today, "en")
    words = plain(client.get(f"/command/projects/{code}?lang=en").text)
    assert sheet["sentence"] in words.replace("&#39;", "'")
    assert "Open blockers" in words


def test_every_project_of_the_demo_has_a_page(client: FlaskClient, demo_session: Session) -> None:
    for project in list_projects(demo_session)["projects"]:
        answer = client.get(f"/command/projects/{project['code']}/sheet")
        assert answer.status_code == 200, project["code"]
        assert f'data-code="{project["code"]}"' in answer.text


def test_the_sheet_alone_is_the_same_as_in_the_page(
    client: FlaskClient, demo_session: Session
) -> None:
    code = list_projects(demo_session)["projects"][0]["code"]
    alone = client.get(f"/command/projects/{code}/sheet?day=2026-12-01").text.strip()
    assert alone.startswith("<article")
    assert alone in client.get(f"/command/projects/{code}?day=2026-12-01").text


@pytest.mark.parametrize(
    "path", ["/command/projects/nobody", "/command/projects/nobody/sheet", "/none"]
)
def test_what_is_not_there_is_a_404_that_says_what_to_do(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert "请检查网址中的编号" in answer.text


def test_the_table_has_every_project_red_first(
    client: FlaskClient, demo_session: Session, demo: DemoCity
) -> None:
    board = get_lamp_board(demo_session, demo.today, demo.today)
    projects = list_projects(demo_session)["projects"]
    codes = re.findall(r'<td class="code">([^<]+)</td>', client.get("/command/projects").text)
    assert sorted(codes) == sorted(project["code"] for project in projects)
    red = {project["code"] for project in projects if board["projects"][project["id"]][0] == "red"}
    assert set(codes[: len(red)]) == red


def test_a_city_without_projects_says_how_to_load_some(dezhou_client: FlaskClient) -> None:
    assert "jiantu import" in dezhou_client.get("/command").text
    assert "jiantu import" in dezhou_client.get("/command/projects").text
