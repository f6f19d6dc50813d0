"""Single sign-on against a small real provider: who gets in, whose account it is, and every forgery that does not."""

from __future__ import annotations

import re
import socket
from datetime import timedelta
from threading import Thread
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import text

from app import create_app
from app.config import Settings
from app.database import Database
from app.single_sign_on import UnreachableError, find_provider
from geo.changes.accounts import add_account, get_account_id, set_active
from geo.changes.sessions import MOST_BY_ADDRESS
from geo.database.acting import Identity, Role, acting_session, make_engine
from geo.model.accounts import StaffRole
from tests.clock import NOW
from tests.desk import make_desk
from tests.oidc_server import BACK, CLIENT_ID, KEY, OTHER_KEY, Provider, running_provider
from tests.people import settings_of, sign_in_client
from tests.signing_on import City

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.postgres import Server


@pytest.fixture(scope="module")
def desk_url(server: Server) -> str:
    return make_desk(server).url


@pytest.fixture
def provider() -> Iterator[Provider]:
    with running_provider() as provider:
        yield provider


@pytest.fixture
def make_city(server: Server, desk_url: str, provider: Provider) -> Iterator[Callable[..., City]]:
    made = []

    def make(**others: object) -> City:
        url = server.copy_database(desk_url).replace("//jiantu@", "//jiantu_staff@")
        made.append(City(url, provider, **others))
        return made[-1]

    yield make
    for city in made:
        city.close()
        server.drop_database(city.url.replace("//jiantu_staff@", "//jiantu@"))


@pytest.fixture(scope="module")
def quiet_url(server: Server, desk_url: str) -> str:
    """A database with an account that nobody gets into: for tests that are all refused."""
    url = server.copy_database(desk_url).replace("//jiantu@", "//jiantu_staff@")
    engine = make_engine(url, pool_size=1)
    with acting_session(engine, Identity(Role.ADMIN, "test:admin")) as session:
        add_account(session, "zhang", "测试zhang", role=StaffRole.COMMAND)
    engine.dispose()
    return url


@pytest.fixture
def quiet(quiet_url: str, provider: Provider) -> Iterator[City]:
    city = City(quiet_url, provider)
    with acting_session(city.engine, Identity(Role.GATE, "test:gate")) as session:
        session.execute(text("delete from jiantu.sign_in_attempt"))
    yield city
    assert city.rows("select 1 from jiantu.account_identity") == []
    city.close()


@pytest.fixture
def city(make_city: Callable[..., City]) -> City:
    return make_city()


def test_the_provider_signs_in_the_account_of_the_name_it_gives(city: City) -> None:
    city.add("zhang")
    assert "单位统一认证" in city.browser.get("/sign-in?next=/command/projects").text
    came = city.sign_in("/sign-in/sso?next=/command/projects")
    assert (came.status_code, came.location) == (303, "/command/projects")
    assert city.browser.get("/command").status_code == 200
    assert city.last_attempt() == ("zhang", "single_sign_on", "signed_in")
    assert city.rows("select issuer, subject from jiantu.account_identity") == [
        (city.provider.issuer, "7")
    ]


def test_the_provider_is_asked_nothing_before_somebody_uses_it(city: City) -> None:
    for path in ("/", "/sign-in", "/account"):
        city.browser.get(path)
    assert city.provider.asked == {}
    city.add("zhang")
    for _ in range(2):
        city.sign_in()
        city.browser = city.app.test_client()
    once = {
        path: city.provider.asked[path] for path in ("/.well-known/openid-configuration", "/keys")
    }
    assert set(once.values()) == {1}


def test_without_the_setting_there_is_no_such_door(desk_url: str) -> None:
    database = Database(desk_url)
    browser = create_app(settings_of(desk_url), database, lambda: NOW).test_client()
    assert "/sign-in/sso" not in browser.get("/sign-in").text
    for path in ("", "/back?code=a&state=b", "/out"):
        assert browser.get(f"/sign-in/sso{path}").status_code == 404
    database.close()


def test_who_came_once_is_known_by_the_subject_whatever_he_is_called_later(city: City) -> None:
    city.add("zhang")
    city.add("wang")
    city.sign_in()
    city.browser = city.app.test_client()
    city.provider.person["preferred_username"] = "wang"
    city.sign_in()
    assert "zhang" in city.browser.get("/account").text


def test_another_person_of_the_same_name_does_not_get_the_account(city: City) -> None:
    city.add("zhang")
    city.sign_in()
    city.browser = city.app.test_client()
    city.provider.person["sub"] = "8"
    refused = city.sign_in()
    assert refused.status_code == 422
    assert "账号“zhang”还不能使用本图" in refused.text
    assert city.last_attempt() == ("zhang", "single_sign_on", "wrong")


def test_the_administrator_forgets_a_link_and_the_next_of_that_name_is_linked(city: City) -> None:
    city.add("zhang")
    city.sign_in()
    with city.administering() as session:
        key = get_account_id(session, "zhang")
    admin = sign_in_client(city.app.test_client(), city.url, "admin")
    page = admin.get(f"/admin/accounts/{key}").text
    assert city.provider.issuer in page
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    admin.post(f"/admin/accounts/{key}/unlink", data={"csrf_token": token[1]})
    city.browser = city.app.test_client()
    city.provider.person["sub"] = "8"
    assert city.sign_in().status_code == 303
    versions = city.rows(
        "select op, actor from history.account_identity_version order by lower(valid)"
    )
    assert [op for op, _ in versions] == ["I", "D", "I"]
    assert versions[1][1].startswith("admin:")


def test_unknown_people_are_refused(quiet: City) -> None:
    quiet.provider.person["preferred_username"] = "li"
    assert quiet.sign_in().status_code == 422
    assert quiet.rows("select name from jiantu.account where name = 'li'") == []
    assert quiet.last_attempt() == ("li", "single_sign_on", "wrong")


def test_or_they_get_an_account_without_any_place(make_city: Callable[..., City]) -> None:
    city = make_city(oidc_unknown="account")
    assert city.sign_in().status_code == 303
    made = "select display_name, staff_role, password_hash is null from jiantu.account where name = 'zhang'"
    owner = make_engine(city.url.replace("//jiantu_staff@", "//jiantu@"), pool_size=1)
    with acting_session(owner, Identity(Role.OWNER, "test")) as session:
        assert [tuple(row) for row in session.execute(text(made))] == [("张工", "none", True)]
    owner.dispose()
    assert city.browser.get("/command").status_code == 404
    assert "尚未编入任何单位" in city.browser.get("/account").text


def test_an_account_that_is_switched_off_stays_off(city: City) -> None:
    city.add("zhang")
    city.sign_in()
    with city.administering() as session:
        set_active(session, get_account_id(session, "zhang"), active=False)
    city.browser = city.app.test_client()
    assert city.sign_in().status_code == 422
    assert city.last_attempt() == ("zhang", "single_sign_on", "inactive")


at = int(NOW.timestamp())
FORGERIES: dict[str, dict[str, Any]] = {
    "another nonce": {"claims": {"nonce": "of another sign-in"}},
    "no nonce": {"claims": {"nonce": None}},
    "another audience": {"claims": {"aud": "another-client"}},
    "many audiences and another party": {"claims": {"aud": [CLIENT_ID, "b"], "azp": "b"}},
    "another issuer": {"claims": {"iss": "https://other.example"}},
    "expired": {"claims": {"iat": at - 900, "exp": at - 120}},
    "not valid yet": {"claims": {"nbf": at + 900}},
    "no end": {"claims": {"exp": None}},
    "no subject": {"claims": {"sub": None}},
    "an empty subject": {"claims": {"sub": ""}},
    "signed by another key": {"key": OTHER_KEY},
    "not signed": {"algorithm": "none"},
    "signed with the public key as a secret": {"algorithm": "HS256"},
    "another access token": {"claims": {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}},
}


@pytest.mark.parametrize("forgery", FORGERIES.values(), ids=FORGERIES.keys())
def test_a_token_that_proves_nothing_signs_nobody_in(quiet: City, forgery: dict[str, Any]) -> None:
    for knob, value in forgery.items():
        setattr(quiet.provider, knob, value)
    refused = quiet.sign_in()
    assert refused.status_code == 422
    assert "没有登录" in refused.text
    assert quiet.browser.get("/command").status_code == 303
    assert quiet.last_attempt() == ("", "single_sign_on", "wrong")
    assert quiet.rows("select 1 from jiantu.account_identity") == []


def test_the_clocks_may_differ_by_a_minute(city: City) -> None:
    city.add("zhang")
    city.provider.claims = {"iat": at - 340, "exp": at - 40}
    assert city.sign_in().status_code == 303


def test_an_answer_with_another_state_is_refused_and_the_code_is_not_tried(quiet: City) -> None:
    back = quiet.go()
    wrong = quiet.browser.get(re.sub(r"state=[^&]+", "state=of-another", back))
    assert wrong.status_code == 422
    assert "不是从本页开始的" in wrong.text
    assert "/token" not in quiet.provider.asked
    # The right one, once more in the same browser: what was begun is used up.
    assert quiet.browser.get(back).status_code == 422
    assert "/token" not in quiet.provider.asked


def test_an_answer_in_another_browser_signs_nobody_in(quiet: City) -> None:
    thief = quiet.app.test_client()
    assert thief.get(quiet.go()).status_code == 422
    assert thief.get("/command").status_code == 303


def test_a_code_works_once(city: City) -> None:
    city.add("zhang")
    back = city.go()
    kept = city.browser.get_cookie("session")
    assert kept
    assert city.browser.get(back).status_code == 303
    again = city.app.test_client()
    again.set_cookie("session", kept.value)
    refused = again.get(back)
    assert refused.status_code == 422
    assert city.provider.asked["/token"] == 2
    assert again.get("/command").status_code == 303


def test_a_stolen_code_is_worth_nothing_without_its_verifier(quiet: City) -> None:
    stolen = parse_qs(urlsplit(quiet.go()).query)["code"][0]
    thief = quiet.app.test_client()
    own = quiet.go(thief)
    assert thief.get(re.sub(r"code=[^&]+", f"code={stolen}", own)).status_code == 422


def test_ten_minutes_later_it_is_begun_again(quiet: City) -> None:
    back = quiet.go()
    quiet.now += timedelta(minutes=11)
    assert quiet.browser.get(back).status_code == 422


@pytest.mark.parametrize("there", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_nobody_is_led_to_another_site(city: City, there: str) -> None:
    city.add("zhang")
    assert city.sign_in(f"/sign-in/sso?next={there}").location == "/start"


def test_a_refusal_by_the_provider_is_told(quiet: City) -> None:
    quiet.provider.denied = True
    refused = quiet.sign_in()
    assert refused.status_code == 422
    assert "统一认证没有同意登录" in refused.text
    english = quiet.app.test_client()
    english.get("/sign-in?lang=en")
    assert "did not let you in" in english.get(quiet.go(english)).text


def test_a_provider_by_another_name_is_none(quiet: City) -> None:
    quiet.provider.called = "https://other.example"
    answer = quiet.browser.get("/sign-in/sso")
    assert answer.status_code == 502
    assert "没有应答" in answer.text


def test_a_provider_that_is_down_leaves_the_password(quiet: City) -> None:
    quiet.app.extensions["jiantu"].provider.issuer = "http://127.0.0.1:9"
    assert quiet.browser.get("/sign-in/sso").status_code == 502
    assert quiet.browser.get("/sign-in").status_code == 200


def test_a_provider_that_hangs_holds_up_one_and_not_everybody() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        issuer = f"http://127.0.0.1:{silent.getsockname()[1]}"
        given = Settings(oidc_issuer=issuer, oidc_client_id=CLIENT_ID)
        provider = find_provider(given)
        assert provider is not None
        first = Thread(target=provider.find_way_out, args=(NOW,))
        first.start()
        asked, _ = silent.accept()
        with pytest.raises(UnreachableError):
            provider.begin(BACK, "/", NOW)
        assert first.is_alive()
        asked.close()
        first.join()


def test_a_new_key_of_the_provider_is_fetched(city: City) -> None:
    city.add("zhang")
    city.sign_in()
    new = type(KEY).generate_key(2048, {"kid": "one", "use": "sig"})
    city.provider.key, city.provider.jwks = new, [new.as_dict(private=False)]
    city.browser = city.app.test_client()
    city.now += timedelta(minutes=11)
    city.provider.claims = {"iat": at + 660, "exp": at + 900}
    assert city.sign_in().status_code == 303


def test_the_name_may_come_from_userinfo_of_the_same_person(make_city: Callable[..., City]) -> None:
    city = make_city(oidc_name_claim="login")
    city.add("zhang")
    city.provider.userinfo = {"sub": "8", "login": "zhang"}
    assert city.sign_in().status_code == 422
    city.provider.userinfo = {"sub": "7", "login": "zhang"}
    assert city.sign_in().status_code == 303


def test_an_address_that_is_not_verified_names_nobody(make_city: Callable[..., City]) -> None:
    city = make_city(oidc_name_claim="email")
    city.add("zhang@example.org")
    city.provider.person["email"] = "zhang@example.org"
    assert city.sign_in().status_code == 422
    city.provider.person["email_verified"] = True
    assert city.sign_in().status_code == 303


def test_failures_from_one_address_hold_it_back(quiet: City) -> None:
    for _ in range(MOST_BY_ADDRESS):
        assert quiet.browser.get("/sign-in/sso/back?code=a&state=b").status_code == 422
    held = quiet.browser.get(quiet.go())
    assert held.status_code == 429
    assert "分钟后再试" in held.text
    assert quiet.last_attempt() == ("", "single_sign_on", "throttled")


def test_a_provider_that_is_away_holds_nobody_back(city: City) -> None:
    city.add("zhang")
    city.provider.away = True
    for _ in range(MOST_BY_ADDRESS + 1):
        away = city.sign_in()
        assert away.status_code == 502
        assert "没有应答" in away.text
    assert city.last_attempt() == ("", "single_sign_on", "unreachable")
    city.provider.away = False
    assert city.sign_in().status_code == 303
    city.browser = sign_in_client(city.app.test_client(), city.url, "admin")
    assert "统一认证没有应答" in city.browser.get("/admin/log?lang=zh").text


def test_signing_out_offers_to_leave_the_provider_too(city: City) -> None:
    city.add("zhang")
    city.sign_in()
    page = city.browser.get("/account").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    out = city.browser.post("/sign-out", data={"csrf_token": token[1]})
    assert city.browser.get("/command").status_code == 303
    assert "/sign-in/sso/out" in city.browser.get(out.location).text
    there = city.browser.get("/sign-in/sso/out").location
    assert there.startswith(f"{city.provider.issuer}/logout?client_id={CLIENT_ID}")
    assert parse_qs(urlsplit(there).query)["post_logout_redirect_uri"] == [
        "http://localhost/sign-in"
    ]
