"""Signing in and out, passwords, one-time links, the throttle, and the demo city's open doors."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, text

from app import create_app
from app.database import Database
from app.signing import safe_return
from geo.changes.accounts import (
    add_account,
    get_account_id,
    put_member,
    remove_member,
    set_active,
)
from geo.changes.passwords import LINK_LASTS, make_link
from geo.changes.sessions import MOST_BY_NAME
from geo.database.acting import Identity, Role, acting_session, make_engine
from geo.model.accounts import MemberRole, StaffRole
from geo.model.units import Unit
from tests.clock import NOW
from tests.desk import make_desk
from tests.people import settings_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from flask.testing import FlaskClient
    from sqlalchemy.orm import Session
    from werkzeug.test import TestResponse

    from tests.postgres import Server

PASSWORD = "一句容易记住的长长的话"  # noqa: S105


class Clock:
    """A clock that is put forward by hand."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


class City:
    """A small city with an application of its own, whose clock the test holds."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.clock = Clock()
        self.database = Database(url)
        self.app = create_app(settings_of(url), self.database, self.clock)
        self.engine = make_engine(url, pool_size=1)

    def administering(self) -> AbstractContextManager[Session]:
        return acting_session(self.engine, Identity(Role.ADMIN, "test:admin"))

    def make_account(self, name: str, role: StaffRole = StaffRole.COMMAND) -> str:
        """A new account; what stands in its one-time link."""
        with self.administering() as session:
            account_id = add_account(session, name, f"测试{name}", role=role)
            return make_link(session, account_id, "test", self.clock())

    def person(self, name: str, role: StaffRole = StaffRole.COMMAND) -> FlaskClient:
        """A browser in which a new account has chosen its password, and so is signed in."""
        client = self.app.test_client()
        sent = choose(client, self.make_account(name, role))
        assert sent.status_code == 303
        return client

    def attempts(self) -> list[tuple[str, str]]:
        with self.administering() as session:
            rows = session.execute(
                text("select name, outcome from jiantu.sign_in_attempt order by id")
            )
            return [tuple(row) for row in rows]

    def close(self) -> None:
        self.engine.dispose()
        self.database.close()


@pytest.fixture(scope="module")
def desk_url(server: Server) -> str:
    return make_desk(server).url


@pytest.fixture
def city(server: Server, desk_url: str) -> Iterator[City]:
    city = City(server.copy_database(desk_url).replace("//jiantu@", "//jiantu_staff@"))
    yield city
    city.close()


def token_in(page: TestResponse) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert found
    return found[1]


def sign_in(
    client: FlaskClient, name: str, password: str = PASSWORD, onward: str = ""
) -> TestResponse:
    path = f"/sign-in{onward}"
    form = {"csrf_token": token_in(client.get(path)), "name": name, "password": password}
    return client.post(path, data=form)


def choose(client: FlaskClient, link: str, password: str = PASSWORD) -> TestResponse:
    path = f"/account/reset/{link}"
    page = client.get(path)
    form = {"csrf_token": token_in(page), "new": password, "again": password}
    return client.post(path, data=form)


def test_a_link_sets_a_password_once_and_signs_in(city: City) -> None:
    link = city.make_account("zhang")
    client = city.app.test_client()
    assert choose(client, link).location == "/start"
    assert client.get("/command").status_code == 200
    again = city.app.test_client().get(f"/account/reset/{link}")
    assert again.status_code == 410
    assert "链接已失效" in again.text


def test_a_link_ends_after_three_days(city: City) -> None:
    link = city.make_account("zhang")
    city.clock.now += LINK_LASTS + timedelta(seconds=1)
    assert city.app.test_client().get(f"/account/reset/{link}").status_code == 410


def test_a_link_is_good_no_longer_when_another_has_been_made(city: City) -> None:
    first = city.make_account("zhang")
    with city.administering() as session:
        second = make_link(session, get_account_id(session, "zhang"), "test", city.clock())
    assert city.app.test_client().get(f"/account/reset/{first}").status_code == 410
    assert choose(city.app.test_client(), second).location == "/start"
    assert city.app.test_client().get(f"/account/reset/{first}").status_code == 410


@pytest.mark.parametrize(
    ("new", "again", "sentence"),
    [
        ("short", "short", "至少10个字符"),
        ("long enough, but not", "the same as this", "不一致"),
        ("zzzzzzzzzzzz", "zzzzzzzzzzzz", "太容易猜到"),
        ("zhang-san-01", "zhang-san-01", "太容易猜到"),
        ("长" * 201, "长" * 201, "最多200个字符"),
    ],
)
def test_a_weak_password_is_told_why_and_the_link_stays_good(
    city: City, new: str, again: str, sentence: str
) -> None:
    path = f"/account/reset/{city.make_account('zhang-san-01')}"
    client = city.app.test_client()
    form = {"csrf_token": token_in(client.get(path)), "new": new, "again": again}
    refused = client.post(path, data=form)
    assert refused.status_code == 422
    assert sentence in refused.text
    assert client.get(path).status_code == 200


def test_name_and_password_sign_in_and_lead_back_to_what_was_asked_for(city: City) -> None:
    city.person("zhang")
    client = city.app.test_client()
    asked = client.get("/command/projects?day=2026-11-01")
    assert asked.location == "/sign-in?next=/command/projects?day%3D2026-11-01"
    sent = sign_in(client, " Zhang ", onward=asked.location.removeprefix("/sign-in"))
    assert sent.status_code == 303
    assert sent.location == "/command/projects?day=2026-11-01"
    assert client.get(sent.location).status_code == 200


@pytest.mark.parametrize(
    "path",
    ["//evil.example", "https://evil.example", "/\\evil", "javascript:alert(1)", "/a\nb", ""],
)
def test_nobody_is_led_to_another_site(path: str) -> None:
    assert safe_return(path) is None


def test_a_wrong_password_and_an_unknown_name_are_told_the_same(city: City) -> None:
    city.person("zhang")
    answers = [sign_in(city.app.test_client(), name, "wrong password") for name in ("zhang", "li")]
    assert [answer.status_code for answer in answers] == [422, 422]
    assert all("账号或密码不对" in answer.text for answer in answers)
    assert city.attempts()[-2:] == [("zhang", "wrong"), ("li", "wrong")]


def test_too_many_failures_hold_an_account_back_and_say_for_how_long(city: City) -> None:
    city.person("zhang")
    for _ in range(MOST_BY_NAME):
        assert sign_in(city.app.test_client(), "zhang", "wrong password").status_code == 422
    held = sign_in(city.app.test_client(), "zhang")
    assert held.status_code == 429
    assert "请在15分钟后再试" in held.text
    assert city.attempts()[-1] == ("zhang", "throttled")
    city.clock.now += timedelta(minutes=15, seconds=1)
    assert sign_in(city.app.test_client(), "zhang").status_code == 303


def test_many_names_from_one_address_are_held_back_too(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("geo.changes.sessions.MOST_BY_ADDRESS", 3)
    for number in range(3):
        assert sign_in(city.app.test_client(), f"name-{number}").status_code == 422
    assert sign_in(city.app.test_client(), "name-9").status_code == 429


def test_signing_in_forgets_the_failures_before_it(city: City) -> None:
    city.person("zhang")
    for _ in range(2):
        for _ in range(MOST_BY_NAME - 1):
            sign_in(city.app.test_client(), "zhang", "wrong password")
        assert sign_in(city.app.test_client(), "zhang").status_code == 303
        city.clock.now += timedelta(seconds=1)


def test_signing_out_ends_the_session_wherever_its_cookie_went(city: City) -> None:
    client = city.person("zhang")
    stolen = client.get_cookie("session")
    assert stolen
    token = token_in(client.get("/account"))
    assert client.post("/sign-out", data={"csrf_token": token}).location == "/sign-in"
    thief = city.app.test_client()
    thief.set_cookie("session", stolen.value)
    assert thief.get("/command").status_code == 303


@pytest.mark.parametrize("later", [timedelta(minutes=121), timedelta(hours=169)])
def test_a_session_ends_by_itself(city: City, later: timedelta) -> None:
    client = city.person("zhang")
    city.clock.now += later
    assert client.get("/command").status_code == 303


def test_a_session_in_use_goes_on_until_its_last_day(city: City) -> None:
    client = city.person("zhang")
    for _ in range(83):
        city.clock.now += timedelta(hours=2) - timedelta(seconds=1)
        assert client.get("/account").status_code == 200
    city.clock.now += timedelta(hours=3)
    assert client.get("/account").status_code == 303


def test_another_password_ends_every_other_session(city: City) -> None:
    client = city.person("zhang")
    other = city.app.test_client()
    sign_in(other, "zhang")
    form = {
        "csrf_token": token_in(client.get("/account")),
        "new": PASSWORD * 2,
        "again": PASSWORD * 2,
    }
    wrong = client.post("/account/password", data={**form, "old": "not it at all"})
    assert wrong.status_code == 422
    assert "现在的密码不对" in wrong.text
    with city.administering() as session:
        newest = session.scalar(
            text("select outcome from jiantu.sign_in_attempt order by id desc limit 1")
        )
    assert newest == "wrong"
    assert client.post("/account/password", data={**form, "old": PASSWORD}).status_code == 303
    assert client.get("/command").status_code == 200
    assert other.get("/command").status_code == 303
    assert sign_in(city.app.test_client(), "zhang").status_code == 422


def test_a_session_begins_with_a_new_cookie(city: City) -> None:
    city.person("zhang")
    client = city.app.test_client()
    client.get("/sign-in")
    before = client.get_cookie("session")
    sign_in(client, "zhang")
    after = client.get_cookie("session")
    assert before
    assert after
    assert after.http_only
    assert after.same_site == "Lax"
    assert before.value != after.value


def test_over_https_the_cookie_goes_back_over_https_alone(city: City) -> None:
    client = city.app.test_client()
    plain = client.get("/sign-in").headers["Set-Cookie"]
    secure = (
        city.app.test_client().get("/sign-in", base_url="https://localhost").headers["Set-Cookie"]
    )
    assert "Secure" not in plain
    assert "Secure" in secure


def test_switching_an_account_off_works_with_the_next_request(city: City) -> None:
    client = city.person("zhang")
    assert client.get("/command").status_code == 200
    with city.administering() as session:
        set_active(session, get_account_id(session, "zhang"), active=False)
    assert client.get("/command").status_code == 303
    assert sign_in(city.app.test_client(), "zhang").status_code == 422
    assert city.attempts()[-1] == ("zhang", "inactive")


def test_taking_a_place_away_works_with_the_next_request(city: City) -> None:
    client = city.person("wang", StaffRole.NONE)
    assert client.get("/coordination").status_code == 404
    with city.administering() as session:
        account_id = get_account_id(session, "wang")
        unit_id = session.scalars(select(Unit.id).where(Unit.name == "热力公司")).one()
        put_member(session, account_id, unit_id, MemberRole.EDITOR)
    assert client.get("/coordination").status_code == 200
    assert client.get("/command").status_code == 404
    with city.administering() as session:
        remove_member(session, account_id, unit_id)
    assert client.get("/coordination").status_code == 404
    assert "尚未编入任何单位" in client.get("/account").text


def test_a_password_that_is_due_comes_before_everything_else(city: City) -> None:
    client = city.person("zhang")
    with city.administering() as session:
        session.execute(text("update jiantu.account set must_change_password = true"))
    assert client.get("/command").location == "/account"
    assert client.get("/api/map/revision").status_code == 403
    form = {"csrf_token": token_in(client.get("/account")), "old": PASSWORD}
    new = {"new": "another long one", "again": "another long one"}
    client.post("/account/password", data={**form, **new})
    assert client.get("/command").status_code == 200


def test_a_machine_is_told_to_sign_in_by_a_document(city: City) -> None:
    answer = city.app.test_client().get("/api/map/lamps")
    assert answer.status_code == 401
    assert answer.content_type == "application/problem+json"
    assert answer.json
    assert answer.json["title"] == "请先登录"


def test_no_password_and_no_token_lies_in_the_database_or_its_history(city: City) -> None:
    client = city.person("zhang")
    cookie = client.get_cookie("session")
    assert cookie
    owner = make_engine(city.url.replace("//jiantu_staff@", "//jiantu@"), pool_size=1)
    with acting_session(owner, Identity(Role.OWNER, "test")) as session:
        kept = session.scalar(text("select password_hash from jiantu.account where name = 'zhang'"))
        versions = session.scalars(text("select row::text from history.account_version")).all()
    owner.dispose()
    assert kept.startswith("$argon2id$")
    assert versions
    assert all("password_hash" not in row and "argon2" not in row for row in versions)


def test_the_demo_city_lets_in_its_made_up_people(anonymous: FlaskClient) -> None:
    page = anonymous.get("/sign-in")
    assert "以“示例甲(指挥部)”身份进入" in page.text
    form = {"csrf_token": token_in(page), "as": "demo-command"}
    assert anonymous.post("/sign-in/demo", data=form).location == "/start"
    assert anonymous.get("/command").status_code == 200


@pytest.mark.parametrize(
    ("headers", "address"),
    [
        ({}, "192.168.1.5"),
        ({"X-Forwarded-For": "127.0.0.1"}, "127.0.0.1"),
        ({"X-Real-IP": "8.8.8.8"}, "127.0.0.1"),
    ],
)
def test_the_demos_door_is_shut_for_other_machines(
    anonymous: FlaskClient, headers: dict[str, str], address: str
) -> None:
    from_there = {"headers": headers, "environ_base": {"REMOTE_ADDR": address}}
    page = anonymous.get("/sign-in", **from_there)
    assert "demo-command" not in page.text
    form = {"csrf_token": token_in(page), "as": "demo-command"}
    assert anonymous.post("/sign-in/demo", data=form, **from_there).status_code == 404


def test_no_other_city_has_such_a_door(city: City) -> None:
    with city.administering() as session:
        add_account(session, "demo-command", "冒名者", role=StaffRole.COMMAND)
    client = city.app.test_client()
    page = client.get("/sign-in")
    assert "demo-command" not in page.text
    form = {"csrf_token": token_in(page), "as": "demo-command"}
    assert client.post("/sign-in/demo", data=form).status_code == 404


@pytest.mark.parametrize(
    ("who", "first"),
    [
        ("command", "/command"),
        ("leader", "/command"),
        ("admin", "/command"),
        ("editor:市公安局交通警察支队", "/coordination"),
        ("nobody", "/account"),
    ],
)
def test_everybody_starts_where_his_work_is(
    client_of: Callable[[str], FlaskClient], who: str, first: str
) -> None:
    assert client_of(who).get("/start").location == first


def test_what_one_was_shown_is_not_shown_to_the_next_in_the_same_browser(
    client_of: Callable[[str], FlaskClient],
) -> None:
    tag = client_of("command").get("/api/map/layers/sites").headers["ETag"]
    known = {"If-None-Match": tag}
    assert client_of("command").get("/api/map/layers/sites", headers=known).status_code == 304
    unit = client_of("editor:市公安局交通警察支队")
    assert unit.get("/api/map/layers/sites", headers=known).status_code == 200
