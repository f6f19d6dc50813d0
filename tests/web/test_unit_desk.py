"""What a unit keeps of itself: crews and service windows, which its works are judged by with the save."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from geo.changes.batches import take_batch
from geo.changes.overlaps import rebuild_overlaps
from geo.database.acting import acting_session, make_engine
from geo.records import Batch, UnitRecord
from tests.clock import NOW
from tests.conftest import COMMAND
from tests.db.street import dig
from tests.factories import TODAY
from tests.people import admit, sign_in_client
from tests.serving import client_at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask.testing import FlaskClient
    from sqlalchemy import Engine
    from werkzeug.test import TestResponse

    from tests.postgres import Server

HEAT, GAS = "测试热力公司", "测试燃气公司"
KEEPER, EDITOR, OTHER = f"unit_admin:{HEAT}", f"editor:{HEAT}", f"unit_admin:{GAS}"
SUMMER = "2027-06-20..2027-06-30"
SEASON = {
    "name": "本公司检修期外不得停热",
    "name_en": "",
    "operations": "cut",
    "forbids": "1",
    "first": "06-01",
    "last": "8月31日",
    "version": "0",
}


@pytest.fixture(scope="module")
def url(server: Server) -> str:
    """Two owners of lines, each of which cuts over in summer."""
    found = server.make_database("dezhou").replace("//jiantu@", "//jiantu_staff@")
    units = [
        UnitRecord(HEAT, "utility", utility="heat"),
        UnitRecord(GAS, "utility", utility="gas"),
    ]
    works = [
        dig("H1", "ab", SUMMER, unit=HEAT, utility="heat", step="cut_over"),
        dig("G1", "mn", SUMMER, unit=GAS, utility="gas", step="cut_over"),
    ]
    engine = make_engine(found, pool_size=1)
    with acting_session(engine, COMMAND) as session:
        take_batch(session, Batch(units=units, zones=works), TODAY)
    engine.dispose()
    admit(found, "command", "admin", KEEPER, EDITOR, OTHER)
    return found


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    engine = make_engine(url, pool_size=1)
    yield engine
    with acting_session(engine, COMMAND) as session:
        session.execute(text("delete from jiantu.service_window"))
        rebuild_overlaps(session, TODAY)
    engine.dispose()


def shown_version(client: FlaskClient, path: str) -> str:
    """The version that the form of the crews shows."""
    page = client.get(path.removesuffix("/crews")).text
    found = re.search(r'name="version" value="(\d+)"', page)
    assert found
    return found[1]


@pytest.fixture
def asking(url: str) -> Iterator[Callable[[str], FlaskClient]]:
    with client_at(url, lambda: NOW) as client:
        yield lambda words: sign_in_client(client.application.test_client(), url, words)


def ask(engine: Engine, query: str) -> list[tuple[Any, ...]]:
    with acting_session(engine, COMMAND) as session:
        return [tuple(row) for row in session.execute(text(query))]


def unit_id(engine: Engine, name: str) -> int:
    return int(ask(engine, f"select id from jiantu.unit where name = '{name}'")[0][0])  # noqa: S608


def broken(engine: Engine) -> list[tuple[Any, ...]]:
    """Works outside a service window, each with the window."""
    return ask(
        engine,
        "select z.code, w.anchors ->> 'name' from jiantu.watch w join jiantu.zone z on z.id = w.zone_id"
        " where w.code = 'service_window' order by 1, 2",
    )


def send(client: FlaskClient, path: str, **form: str) -> TestResponse:
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/account").text)
    assert token
    return client.post(path, data={"csrf_token": token[1], **form})


def test_a_units_administrator_keeps_its_windows_and_its_works_alone_are_judged_at_once(
    asking: Callable[[str], FlaskClient], engine: Engine
) -> None:
    keeper, key = asking(KEEPER), unit_id(engine, HEAT)
    page = keeper.get(f"/admin/units/{key}?lang=zh").text
    assert "供暖季不得停热" in page
    assert broken(engine) == []
    assert send(keeper, f"/admin/units/{key}/windows", **SEASON).status_code == 303
    assert broken(engine) == [("H1", SEASON["name"])]
    told = asking(OTHER).get("/zones/windows?lang=zh").text
    assert SEASON["name"] in told
    assert "6月1日" in told
    assert "8月31日" in told
    with acting_session(engine, COMMAND) as session:
        kept = session.execute(text("select zone_id, code, anchors, days from jiantu.watch")).all()
        rebuild_overlaps(session, TODAY)
        again = session.execute(text("select zone_id, code, anchors, days from jiantu.watch")).all()
    assert sorted(map(str, kept)) == sorted(map(str, again))
    [(window,)] = ask(engine, "select id from jiantu.service_window")
    path = f"/admin/units/{key}/windows/{window}/remove"
    assert send(keeper, path).status_code == 428
    assert send(keeper, path, version="1").status_code == 303
    assert broken(engine) == []
    [(past,)] = ask(engine, "select count(*) from history.service_window_version where op = 'D'")
    assert past == 1


def test_the_citys_window_for_its_lines_alone_gives_way_to_the_units_own(
    asking: Callable[[str], FlaskClient], engine: Engine
) -> None:
    keeper, key = asking(KEEPER), unit_id(engine, HEAT)
    form = keeper.get(f"/admin/units/{key}?code=heating_season").text
    assert 'name="code" value="heating_season"' in form
    assert 'name="first" value="11-15"' in form
    winter = SEASON | {"code": "heating_season", "first": "10-15", "last": "04-15"}
    send(keeper, f"/admin/units/{key}/windows", **winter)
    changed = winter | {"name": "改后", "last": "04-20", "version": "1"}
    send(keeper, f"/admin/units/{key}/windows", **changed)
    kept = ask(engine, "select code, name, first_day, last_day from jiantu.service_window")
    assert kept == [("heating_season", "改后", "10-15", "04-20")]
    # What is for all lines or for several stays the city's: such a code begins a window of its own.
    send(keeper, f"/admin/units/{key}/windows", **(SEASON | {"code": "university_entrance"}))
    codes = ask(engine, "select code from jiantu.service_window order by 1")
    assert codes == [("heating_season",), ("own_1",)]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": " "}, "请填写窗口名称"),
        ({"first": "13-01"}, "“13-01”不是月-日"),
        ({"since": "9点", "until": "10:00"}, "“9点”不是时刻"),
        ({"since": "09:00"}, "起止时刻应同时填写"),
    ],
)
def test_words_that_say_no_window_are_told_and_stay_in_the_form(
    asking: Callable[[str], FlaskClient], engine: Engine, changes: dict[str, str], words: str
) -> None:
    keeper, key = asking(KEEPER), unit_id(engine, HEAT)
    refused = send(keeper, f"/admin/units/{key}/windows?lang=zh", **(SEASON | changes))
    assert refused.status_code == 422
    assert words in refused.text
    assert 'value="8月31日"' in refused.text
    assert ask(engine, "select count(*) from jiantu.service_window") == [(0,)]


def test_a_units_administrator_says_its_crews_and_nobody_elses(
    asking: Callable[[str], FlaskClient], engine: Engine
) -> None:
    keeper, key = asking(KEEPER), unit_id(engine, HEAT)
    path, others = f"/admin/units/{key}/crews", f"/admin/units/{unit_id(engine, GAS)}/crews"
    seen, others_seen = shown_version(keeper, path), shown_version(asking("admin"), others)
    assert send(keeper, path, crews="3", version=seen).status_code == 303
    assert send(keeper, path, crews="many", version=seen).status_code == 422
    late = send(keeper, path, crews="9", version=seen)
    assert late.status_code == 412
    assert "已被他人修改" in late.text
    assert "现为:3" in late.text
    assert 'inputmode="numeric" value="9"' in late.text
    assert send(asking("admin"), others, crews="5", version=others_seen).status_code == 303
    for words in (EDITOR, OTHER, "command"):
        client = asking(words)
        assert client.get(f"/admin/units/{key}").status_code == 404
        assert send(client, f"/admin/units/{key}/crews", crews="9").status_code == 404
        assert send(client, f"/admin/units/{key}/windows", **SEASON).status_code == 404
    kept = ask(engine, "select crews from jiantu.unit where crews is not null order by 1")
    assert kept == [(3,), (5,)]
    assert "施工队" in keeper.get("/admin?lang=zh").text


def hidden(page: str, action: str) -> dict[str, str]:
    """What the form that goes to `action` sends along."""
    form = page[page.index(f'action="{action}"') :]
    return dict(re.findall(r'name="(\w+)" value="([^"]*)"', form[: form.index("</form>")]))


def test_of_two_at_one_window_the_second_sees_what_the_first_wrote_and_decides(
    asking: Callable[[str], FlaskClient], engine: Engine
) -> None:
    keeper, admin, key = asking(KEEPER), asking("admin"), unit_id(engine, HEAT)
    path = f"/admin/units/{key}/windows"
    without = {name: words for name, words in SEASON.items() if name != "version"}
    assert send(keeper, path, **without).status_code == 428
    assert send(keeper, path, **SEASON).status_code == 303
    opened = hidden(keeper.get(f"/admin/units/{key}?code=own_1").text, path)
    assert (opened["code"], opened["version"]) == ("own_1", "1")
    theirs = SEASON | opened | {"last": "09-15", "csrf_token": "", "name": "改为九月"}
    del theirs["csrf_token"]
    assert send(admin, path, **theirs).status_code == 303
    mine = theirs | {"name": "改为十月", "last": "10-15"}
    late = send(keeper, f"{path}?lang=zh", **mine)
    assert late.status_code == 412
    assert "已被他人修改" in late.text
    assert "9月15日" in late.text
    assert 'value="10-15"' in late.text
    assert ask(engine, "select name, last_day from jiantu.service_window") == [
        ("改为九月", "09-15")
    ]
    again = mine | {"version": hidden(late.text, path)["version"]}
    assert send(keeper, path, **again).status_code == 303
    kept = ask(engine, "select name, last_day, version from jiantu.service_window")
    assert kept == [("改为十月", "10-15", 3)]
    [(window,)] = ask(engine, "select id from jiantu.service_window")
    assert send(admin, f"{path}/{window}/remove", version="2").status_code == 412
    assert send(admin, f"{path}/{window}/remove", version="3").status_code == 303
    gone = send(keeper, path, **(mine | {"version": "3"}))
    assert gone.status_code == 412
    assert "已被他人移除" in gone.text
    assert hidden(gone.text, path)["version"] == "0"


def test_a_second_window_of_the_same_name_is_refused(
    asking: Callable[[str], FlaskClient], engine: Engine
) -> None:
    keeper, path = asking(KEEPER), f"/admin/units/{unit_id(engine, HEAT)}/windows"
    assert send(keeper, path, **SEASON).status_code == 303
    twice = send(keeper, f"{path}?lang=zh", **SEASON)
    assert twice.status_code == 422
    assert "已有作业窗口" in twice.text


@pytest.mark.parametrize("who", [KEEPER, "admin"])
def test_the_last_save_of_a_window_or_of_the_crews_is_undone_from_the_bar(
    asking: Callable[[str], FlaskClient], engine: Engine, who: str
) -> None:
    client, key = asking(who), unit_id(engine, HEAT)
    path, undo = f"/admin/units/{key}/windows", f"/admin/units/{key}/undo"
    kept = "select name, last_day from jiantu.service_window"

    def take_back(sent: TestResponse) -> TestResponse:
        return client.post(undo, data=hidden(client.get(sent.location).text, undo))

    made = send(client, path, **SEASON)
    assert broken(engine) == [("H1", SEASON["name"])]
    assert take_back(made).status_code == 303
    assert ask(engine, kept) == []
    assert broken(engine) == []
    send(client, path, **SEASON)
    code = ask(engine, "select code from jiantu.service_window")[0][0]
    changed = send(
        client, path, **(SEASON | {"code": code, "version": "1", "first": "01-01", "last": "01-31"})
    )
    assert broken(engine) == []
    assert take_back(changed).status_code == 303
    assert ask(engine, kept) == [(SEASON["name"], "08-31")]
    assert broken(engine) == [("H1", SEASON["name"])]
    assert take_back(changed).status_code == 412
    [(window, version)] = ask(engine, "select id, version from jiantu.service_window")
    removed = send(client, f"{path}/{window}/remove", version=str(version))
    assert broken(engine) == []
    assert take_back(removed).status_code == 303
    assert ask(engine, kept) == [(SEASON["name"], "08-31")]
    assert broken(engine) == [("H1", SEASON["name"])]
    crews = f"/admin/units/{key}/crews"
    before = ask(engine, f"select crews from jiantu.unit where id = {key}")  # noqa: S608
    set_to = send(client, crews, crews="7", version=shown_version(client, crews))
    assert take_back(set_to).status_code == 303
    assert ask(engine, f"select crews from jiantu.unit where id = {key}") == before  # noqa: S608


def test_nobody_undoes_what_another_unit_saved(
    asking: Callable[[str], FlaskClient], engine: Engine
) -> None:
    key, others = unit_id(engine, HEAT), unit_id(engine, GAS)
    send(asking(KEEPER), f"/admin/units/{key}/windows", **SEASON)
    [(window,)] = ask(engine, "select id from jiantu.service_window")
    for words, unit in ((OTHER, key), (OTHER, others), (EDITOR, key), ("command", key)):
        said = {"kind": "service_window", "id": str(window), "version": "1"}
        sent = send(asking(words), f"/admin/units/{unit}/undo", **said)
        assert sent.status_code == 404
    assert ask(engine, "select count(*) from jiantu.service_window") == [(1,)]
