"""Administration: accounts made and placed, by the city's administrator and by a unit's; thresholds with a preview."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from app import create_app
from app.database import Database
from geo.database.acting import Identity, Role, acting_session, make_engine
from tests.clock import NOW, TODAY
from tests.desk import make_desk
from tests.people import settings_of, sign_in_client

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from tests.postgres import Server

HEAT = "热力公司"


@pytest.fixture(scope="module")
def url(server: Server) -> str:
    return make_desk(server).url


@pytest.fixture
def person(url: str) -> Iterator[Callable[[str], FlaskClient]]:
    database = Database(url)
    app = create_app(settings_of(url), database, lambda: NOW)
    yield lambda words: sign_in_client(app.test_client(), url, words)
    database.close()


def send(client: FlaskClient, path: str, **form: str) -> TestResponse:
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/account").text)
    assert token
    return client.post(path, data={"csrf_token": token[1], **form})


def unit_id(url: str, name: str) -> str:
    engine = make_engine(url, pool_size=1)
    with acting_session(engine, Identity(Role.LEADER, "test")) as session:
        found = session.scalar(
            text("select id from jiantu.unit where name = :name"), {"name": name}
        )
    engine.dispose()
    return str(found)


def account_path(page: TestResponse) -> str:
    found = re.search(r'action="(/admin/accounts/\d+)/name"', page.text)
    assert found
    return found[1]


def test_the_administrator_makes_an_account_whose_link_lets_its_holder_in(
    person: Callable[[str], FlaskClient], url: str
) -> None:
    made = send(
        person("admin"),
        "/admin/accounts",
        name="chen",
        display_name="陈工",
        role="none",
        unit=unit_id(url, HEAT),
        place="editor",
    )
    assert made.status_code == 201
    link = re.search(r'value="http://localhost(/account/reset/[^"]+)"', made.text)
    assert link
    holder = person("admin").application.test_client()
    token = re.search(r'name="csrf_token" value="([^"]+)"', holder.get(link[1]).text)
    assert token
    password = "a sentence to remember"  # noqa: S105
    form = {"csrf_token": token[1], "new": password, "again": password}
    assert holder.post(link[1], data=form).location == "/start"
    assert holder.get("/start").location == "/coordination"
    listed = person("admin").get("/admin").text
    assert "陈工" in listed
    assert "热力公司 · 填报" in listed


def test_a_units_administrator_looks_after_his_own_people_alone(
    person: Callable[[str], FlaskClient], url: str
) -> None:
    chief = person(f"unit_admin:{HEAT}")
    made = send(
        chief,
        "/admin/accounts",
        name="liu",
        display_name="刘工",
        role="admin",
        unit=unit_id(url, "交警支队"),
        place="reader",
    )
    assert made.status_code == 404  # another unit's place is not his to give
    made = send(
        chief, "/admin/accounts", name="liu", display_name="刘工", role="admin", place="reader"
    )
    assert made.status_code == 201
    path = account_path(made)
    assert "热力公司" in made.text
    assert send(chief, f"{path}/role", role="admin").status_code == 404
    other = person("unit_admin:交警支队")
    assert other.get(path).status_code == 404
    assert send(other, f"{path}/active", active="0").status_code == 404
    assert send(chief, f"{path}/active", active="0").status_code == 303
    assert "已停用" in chief.get(path).text


def test_staff_belong_to_no_unit_and_the_last_administrator_stays(
    person: Callable[[str], FlaskClient], url: str
) -> None:
    admin = person("admin")
    made = send(admin, "/admin/accounts", name="leader-1", display_name="领导", role="leader")
    path = account_path(made)
    refused = send(admin, f"{path}/places", unit=unit_id(url, HEAT), place="editor")
    assert refused.status_code == 422
    assert "不编入单位" in refused.text
    own = re.search(r'href="(/admin/accounts/\d+)">测试admin', admin.get("/admin").text)
    assert own
    assert "最后一个可用的管理员" in send(admin, f"{own[1]}/active", active="0").text
    assert "最后一个可用的管理员" in send(admin, f"{own[1]}/role", role="none").text


@pytest.mark.parametrize(
    ("name", "sentence"), [("a b", "不能有空格"), ("x", "2至64个字符"), ("taken", "已存在")]
)
def test_a_name_that_will_not_do_is_told_why(
    person: Callable[[str], FlaskClient], name: str, sentence: str
) -> None:
    admin = person("admin")
    send(admin, "/admin/accounts", name="taken", display_name="先到者", role="none")
    refused = send(admin, "/admin/accounts", name=name, display_name="后来者", role="none")
    assert refused.status_code == 422
    assert sentence in refused.text


def test_a_unit_is_made_and_renamed(person: Callable[[str], FlaskClient], url: str) -> None:
    admin = person("admin")
    assert send(admin, "/admin/units", name="新建局", kind="department").status_code == 303
    key = unit_id(url, "新建局")
    form = {"id": key, "name": "改名局", "kind": "department", "version": "1"}
    assert send(admin, "/admin/units", **form).status_code == 303
    assert "改名局" in admin.get("/admin/units").text
    form = {**form, "crews": "3", "version": "2"}
    assert send(admin, "/admin/units", **form).status_code == 303
    assert (
        'name="crews" min="1" max="200" inputmode="numeric" value="3"'
        in admin.get("/admin/units").text
    )
    for crews in ("0", "-1", "2.5", "九", "201"):
        refused = send(admin, "/admin/units", **{**form, "crews": crews})
        assert refused.status_code == 422
        assert "施工队数" in refused.text
    twice = send(admin, "/admin/units", name="改名局", kind="department")
    assert twice.status_code == 422
    assert "已存在" in twice.text


def test_who_did_not_see_the_units_last_change_chooses_between_the_two(
    person: Callable[[str], FlaskClient], url: str
) -> None:
    admin = person("admin")
    assert send(admin, "/admin/units", name="两人改局", kind="department").status_code == 303
    form = {"id": unit_id(url, "两人改局"), "name": "两人改局", "kind": "department"}
    theirs = {**form, "short_name": "甲改", "version": "1"}
    mine = {**form, "short_name": "乙改", "crews": "4", "version": "1"}
    assert send(admin, "/admin/units", **theirs).status_code == 303
    for version in ("1", "", "x"):
        late = send(admin, "/admin/units?lang=zh", **{**mine, "version": version})
        assert late.status_code == 412
        assert "您的改动没有保存" in late.text
        assert "简称:甲改" in late.text
        assert 'name="short_name" value="乙改"' in late.text
        assert 'name="version" value="2"' in late.text
    assert send(admin, "/admin/units", **{**mine, "version": "2"}).status_code == 303
    assert 'value="乙改"' in admin.get("/admin/units").text


def test_a_changed_threshold_is_tried_before_it_holds_from_tomorrow(
    client_of: Callable[[str], FlaskClient],
) -> None:
    admin = client_of("admin")
    tried = admin.get("/admin/rules?set=start.red_from_days&value=2").text
    found = re.search(r"300个项目中有(\d+)个改变亮灯", tried)
    assert found
    assert int(found[1]) > 0
    assert "黄灯 → 红灯" in tried
    unchanged = admin.get("/admin/rules?set=start.red_from_days&value=31").text
    assert "没有项目改变亮灯" in unchanged
    for query in ("set=start.none&value=1", "set=start.red_from_days&value=x"):
        assert admin.get(f"/admin/rules?{query}").status_code == 422
    broken = admin.get("/admin/rules?set=start.red_from_days&value=-3")
    assert broken.status_code == 422


def test_bottom_lines_marks_and_buffers_are_tried_as_well(
    client_of: Callable[[str], FlaskClient],
) -> None:
    admin = client_of("admin")
    line = admin.get(f"/admin/rules?set=bottom_line.{TODAY.year}&value={TODAY.year}-02-01").text
    assert re.search(r"300个项目中有\d+个改变亮灯", line)
    assert "底线日" in line
    marks = admin.get("/admin/rules?set=reporting.week_working_days&value=200").text
    found = re.search(r"(\d+)个项目的提示标记", marks)
    assert found
    assert int(found[1]) > 0
    wider = admin.get("/admin/rules?set=buffers.site_m&value=60").text
    pairs = re.search(r"明日的(\d+)对冲突中,(\d+)对将消失,(\d+)对判定改变;另新增(\d+)对", wider)
    assert pairs
    assert int(pairs[4]) > 0
    assert pairs[2] == "0"
    for query in (
        *("set=bottom_line.2027&value=soon", "set=bottom_line.1200&value=1200-01-01"),
        *("set=bottom_line.2027&value=2028-01-01", "set=marks.forecast_days&value=3"),
        *("set=overlap.buffers&value=1", "set=buffers.site_m&value=-1"),
    ):
        assert admin.get(f"/admin/rules?{query}").status_code == 422


def test_a_threshold_in_force_from_tomorrow_leaves_today_alone(
    person: Callable[[str], FlaskClient], url: str
) -> None:
    admin = person("admin")
    tried = admin.get("/admin/rules?set=finish.red_from_days&value=5").text
    seen = re.search(r'name="seen" value="([^"]+)"', tried)
    assert seen
    said = {"set": "finish.red_from_days", "value": "5", "note": "会议纪要第3号"}
    assert send(admin, "/admin/rules", **said).status_code == 428
    put = send(admin, "/admin/rules", **said, seen=seen[1])
    assert put.status_code == 303
    late = send(admin, "/admin/rules?lang=zh", **(said | {"value": "9"}), seen=seen[1])
    assert late.status_code == 412
    assert "规则在您打开之后已被他人修改" in late.text
    assert 'name="value" value="9"' in late.text
    engine = make_engine(url, pool_size=1)
    with acting_session(engine, Identity(Role.LEADER, "test")) as session:
        rows = session.execute(
            text(
                "select effective_on, rules -> 'lamp' -> 'finish' ->> 'red_from_days', note"
                " from jiantu.rules_version order by effective_on"
            )
        ).all()
    engine.dispose()
    assert [tuple(row) for row in rows[1:]] == [(TODAY + timedelta(days=1), "5", "会议纪要第3号")]
    assert rows[0][1] == "31"
