"""The city's times by form: service windows and pauses are tried first, hold as they should, and can be undone."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from geo.changes.batches import take_batch
from geo.changes.roll import roll_day
from geo.database.acting import acting_session, make_engine
from geo.records import Batch, Day, UnitRecord
from tests.clock import NOW
from tests.conftest import COMMAND
from tests.db.street import dig
from tests.factories import TODAY, plan, project, report
from tests.people import admit, sign_in_client
from tests.serving import client_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask.testing import FlaskClient
    from sqlalchemy import Engine
    from werkzeug.test import TestResponse

    from tests.postgres import Server

HEAT = "测试热力公司"
SPRING = {
    "name": "春季禁止掘路",
    "name_en": "No digging in spring",
    "forbids": "1",
    "operations": "dig",
    "first": "04-01",
    "last": "4月30日",
}
WINTER = {
    "name": "冬歇期",
    "kind": "winter_stop",
    "first_on": "2026-11-10",
    "last_on": "2027-03-10",
}
TOMORROW = TODAY + timedelta(days=1)


def fill(url: str) -> None:
    """A dig in April, and a project that is behind a straight plan by what the winter stop takes from it."""
    batch = Batch(
        units=[UnitRecord(HEAT, "utility", utility="heat")],
        zones=[dig("H1", "ab", "2027-04-10..2027-04-20", unit=HEAT, utility="heat")],
        projects=[project("P1", actual_start_on=TODAY - timedelta(days=50))],
        plans=[
            plan(
                "P1",
                start=Day(TODAY - timedelta(days=50)),
                finish=Day(TODAY + timedelta(days=50)),
            )
        ],
        reports=[report("P1", percent=37.0)],
    )
    engine = make_engine(url, pool_size=1)
    with acting_session(engine, COMMAND) as session:
        take_batch(session, batch, TODAY)
    engine.dispose()
    admit(url, "admin", "command")


@pytest.fixture
def url(server: Server) -> str:
    found, _ = server.make_filled("city times", fill)
    return found


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    engine = make_engine(url, pool_size=1)
    yield engine
    engine.dispose()


@pytest.fixture
def admin(url: str) -> Iterator[FlaskClient]:
    with client_at(url, lambda: NOW) as client:
        yield sign_in_client(client.application.test_client(), url, "admin")


def ask(engine: Engine, query: str) -> list[tuple[Any, ...]]:
    with acting_session(engine, COMMAND) as session:
        return [tuple(row) for row in session.execute(text(query))]


def hidden(page: str, action: str) -> dict[str, str]:
    """What the form that goes to `action` sends along."""
    form = page[page.index(f'action="{action}"') :]
    return dict(re.findall(r'name="(\w+)" value="([^"]*)"', form[: form.index("</form>")]))


def put(
    admin: FlaskClient, said: dict[str, str], kind: str = "window", **more: str
) -> TestResponse:
    """Try it, then confirm what was tried."""
    tried = admin.get("/admin/times", query_string={"try": kind, "lang": "zh", **said})
    assert tried.status_code == 200, tried.text
    path = f"/admin/times/{kind}s"
    return admin.post(path, data=hidden(tried.text, path) | more)


def test_a_window_is_tried_on_the_works_and_holds_from_tomorrow(
    admin: FlaskClient, engine: Engine
) -> None:
    tried = admin.get("/admin/times", query_string={"try": "window", "lang": "zh", **SPRING}).text
    assert "1项作业将被提示,现在没有" in tried
    assert "H1" in tried
    sent = put(admin, SPRING, note="市政府办公室通知")
    assert sent.status_code == 303
    rows = ask(engine, "select effective_on, note from jiantu.rules_version order by 1")
    assert rows[1:] == [(TOMORROW, "市政府办公室通知")]
    page = admin.get(sent.location).text
    assert "春季禁止掘路" in page
    watches = "select count(*) from jiantu.watch where anchors ->> 'name' = '春季禁止掘路'"
    assert ask(engine, watches) == [(0,)]
    with acting_session(engine, COMMAND) as session:
        roll_day(session, TOMORROW)
    assert ask(engine, watches) == [(1,)]


def test_what_was_put_in_force_is_undone_from_the_bar(admin: FlaskClient) -> None:
    first = put(admin, SPRING)
    page = admin.get(first.location).text
    changed = put(admin, SPRING | {"last": "04-05", "code": "city_1"})
    page = admin.get(changed.location).text
    assert "04-05" in admin.get("/admin/times?code=city_1").text
    undo = "/admin/times/undo"
    assert admin.post(undo, data=hidden(page, undo)).status_code == 303
    # The last save alone is undone: the window is as it was first put.
    assert 'value="04-30"' in admin.get("/admin/times?code=city_1").text
    late = admin.post(undo, data=hidden(page, undo))
    assert late.status_code == 412
    gone = put(admin, {"gone": "city_1"})
    page = admin.get(gone.location).text
    assert "春季禁止掘路" not in page
    admin.post(undo, data=hidden(page, undo))
    assert "春季禁止掘路" in admin.get("/admin/times").text


def test_who_did_not_see_the_last_change_is_told(admin: FlaskClient) -> None:
    tried = admin.get("/admin/times", query_string={"try": "window", **SPRING}).text
    path = "/admin/times/windows"
    stale = hidden(tried, path)
    assert put(admin, SPRING | {"name": "别人的窗口"}).status_code == 303
    late = admin.post(path, data=stale)
    assert late.status_code == 412
    assert "已被他人修改" in late.text
    assert "春季禁止掘路" in late.text  # what was written stays in the form
    assert "别人的窗口" in late.text


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": " "}, "填写窗口名称"),
        ({"name": "冬季禁止掘路"}, "已有“冬季禁止掘路”"),
        ({"first": "13-01"}, "“13-01”不是月-日"),
        ({"since": "08:00"}, "起止时刻应同时填写"),
        ({"operations": ""}, "请选择掘路或停供"),
        ({"utilities": "lava"}, "“lava”不在管线类别表中"),
    ],
)
def test_bad_input_is_told_and_stays_in_the_form(
    admin: FlaskClient, engine: Engine, changes: dict[str, str], sentence: str
) -> None:
    said = {"try": "window", "lang": "zh", **SPRING, **changes}
    tried = admin.get("/admin/times", query_string=said)
    assert tried.status_code == 422
    assert sentence in tried.text
    if changes.get("name") != " ":
        assert said["name"] in tried.text
    assert ask(engine, "select count(*) from jiantu.rules_version") == [(1,)]


LAMP = (
    "select s.lamp from jiantu.status_span s join jiantu.project j on j.id = s.project_id"
    " where j.code = 'P1' and s.site_id is null and s.days @> date '2026-11-23'"
)


def test_a_winter_stop_is_tried_on_the_lamps_kept_changed_and_taken_away(
    admin: FlaskClient, engine: Engine
) -> None:
    before = ask(engine, LAMP)
    tried = admin.get("/admin/times", query_string={"try": "pause", "lang": "zh", **WINTER}).text
    assert "1个项目中有1个改变亮灯" in tried
    sent = put(admin, WINTER, "pause")
    assert sent.status_code == 303
    assert ask(engine, LAMP) != before
    page = admin.get(sent.location).text
    assert "冬歇期" in page
    row = ask(engine, "select id, version from jiantu.pause")[0]
    named = {"id": str(row[0]), "version": str(row[1])}
    assert put(admin, WINTER | named | {"last_on": "2027-03-15"}, "pause").status_code == 303
    stale = put(admin, WINTER | named | {"last_on": "2027-03-20"}, "pause")
    assert stale.status_code == 412
    assert "2027-03-20" in stale.text
    gone = put(admin, WINTER | named | {"version": "2", "gone": "1"}, "pause")
    assert ask(engine, LAMP) == before
    undo = "/admin/times/undo"
    page = admin.get(gone.location).text
    assert admin.post(undo, data=hidden(page, undo)).status_code == 303
    assert ask(engine, "select last_on::text from jiantu.pause") == [("2027-03-15",)]
    assert ask(engine, LAMP) != before


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": " "}, "请填写名称"),
        ({"first_on": "2026-13-01"}, "请填写首日"),
        ({"last_on": "2026-11-01"}, "早于首日"),
        ({"last_on": "2028-03-10"}, "最多200天"),
    ],
)
def test_a_pause_that_cannot_be_is_told(
    admin: FlaskClient, engine: Engine, changes: dict[str, str], sentence: str
) -> None:
    tried = admin.get(
        "/admin/times", query_string={"try": "pause", "lang": "zh", **WINTER, **changes}
    )
    assert tried.status_code == 422
    assert sentence in tried.text
    assert ask(engine, "select count(*) from jiantu.pause") == [(0,)]


def test_a_threshold_is_undone_while_it_does_not_hold_yet(
    admin: FlaskClient, engine: Engine
) -> None:
    page = admin.get("/admin/rules?set=finish.red_from_days&value=5").text
    sent = admin.post(
        "/admin/rules",
        data=hidden(page, "/admin/rules") | {"set": "finish.red_from_days", "value": "5"},
    )
    undo = "/admin/times/undo"
    bar = hidden(admin.get(sent.location).text, undo)
    assert admin.post(undo, data=bar).location.endswith("/admin/rules?undone=1")
    assert ask(engine, "select count(*) from jiantu.rules_version") == [(1,)]
    first = ask(engine, "select id, version from jiantu.rules_version")[0]
    held = admin.post(undo, data=bar | {"id": str(first[0]), "version": str(first[1])})
    assert held.status_code == 422
    assert "已经生效" in held.text


def send_days(admin: FlaskClient, **said: str) -> TestResponse:
    """What the form of days sends."""
    path = "/admin/times/calendar"
    page = admin.get("/admin/times?lang=zh").text
    return admin.post(path, data={"csrf_token": hidden(page, path)["csrf_token"], **said})


DAYS = "select to_char(on_day, 'YYYY-MM-DD'), kind, name from jiantu.calendar_day order by 1"


def test_the_days_of_a_notice_are_entered_at_once_and_undone_at_once(
    admin: FlaskClient, engine: Engine
) -> None:
    seeded = ask(engine, DAYS)
    sent = send_days(
        admin, kind="holiday", first_on="2031-10-01", last_on="2031-10-03", name="国庆节"
    )
    assert sent.status_code == 303
    made = [(f"2031-10-0{day}", "holiday", "国庆节") for day in (1, 2, 3)]
    assert [row for row in ask(engine, DAYS) if row not in seeded] == made
    page = admin.get(sent.location).text
    assert "2031" in page
    twice = send_days(admin, kind="workday", first_on="2031-10-03", last_on="2031-10-05")
    assert twice.status_code == 422
    assert "这些日子已有安排:2031-10-03。" in twice.text
    undo = "/admin/times/undo"
    assert admin.post(undo, data=hidden(page, undo)).status_code == 303
    assert ask(engine, DAYS) == seeded
    assert admin.post(undo, data=hidden(page, undo) | {"sent": "no such"}).status_code == 404


def test_a_single_day_is_changed_taken_away_and_brought_back(
    admin: FlaskClient, engine: Engine
) -> None:
    send_days(admin, kind="holiday", first_on="2031-10-08", name="国庆节")
    one = "select id, version, kind from jiantu.calendar_day where on_day = '2031-10-08'"
    [(row_id, version, _)] = ask(engine, one)
    said = {"id": str(row_id), "first_on": "2031-10-08", "name": "国庆节"}
    assert send_days(admin, **said, kind="workday").status_code == 428
    changed = send_days(admin, **said, kind="workday", version=str(version))
    assert changed.status_code == 303
    late = send_days(admin, **said, kind="holiday", version=str(version))
    assert late.status_code == 412
    assert "现为:" in late.text
    undo = "/admin/times/undo"
    page = admin.get(changed.location).text
    assert admin.post(undo, data=hidden(page, undo)).status_code == 303
    [(_, version, kind)] = ask(engine, one)
    assert kind == "holiday"
    gone = send_days(admin, **said, gone="1", version=str(version))
    assert ask(engine, one) == []
    page = admin.get(gone.location).text
    assert admin.post(undo, data=hidden(page, undo)).status_code == 303
    assert ask(engine, one)[0][0] == row_id


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"first_on": ""}, "请填写首日"),
        ({"first_on": "2031-10-05", "last_on": "2031-10-01"}, "早于首日"),
        ({"first_on": "2031-10-01", "last_on": "2031-12-01"}, "一次最多31天"),
    ],
)
def test_days_that_are_none_are_told(
    admin: FlaskClient, engine: Engine, said: dict[str, str], words: str
) -> None:
    before = ask(engine, DAYS)
    refused = send_days(admin, kind="holiday", name="测试", **said)
    assert refused.status_code == 422
    assert words in refused.text
    assert 'value="测试"' in refused.text
    assert ask(engine, DAYS) == before
