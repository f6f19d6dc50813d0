"""Every route for every kind of asker: who is let in, who is led to sign in, for whom it is not there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from geo.database.acting import Identity, Role, make_engine, reading_session
from tests.people import admit, cookie_of, ensure_account
from tests.web.matrix import ASKERS, GAS, POLICE, ROUTES, SIGN_IN

if TYPE_CHECKING:
    from apiflask import APIFlask
    from flask.testing import FlaskClient
    from sqlalchemy.orm import Session

    from tests.conftest import DemoCity

_HEAVY_PAIR = """
    from jiantu.overlap o join jiantu.zone z on z.id in (o.zone_a, o.zone_b)
    join jiantu.unit u on u.id = z.unit_id
    where o.severity = 'heavy' and u.name = :unit and not exists (
      select from jiantu.zone g join jiantu.unit w on w.id = g.unit_id
      where g.id in (o.zone_a, o.zone_b) and w.name = :other)
    order by o.id limit 1
"""
"""A pair of the police's with another unit's than the third that asks; z is the police's side."""


def test_every_route_is_in_the_matrix(demo_app: APIFlask) -> None:
    known = {
        f"{method} {rule.endpoint}"
        for rule in demo_app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert known - ROUTES.keys() == set()
    assert ROUTES.keys() - known == set()


@pytest.fixture(scope="module")
def examples(demo: DemoCity) -> dict[str, str]:
    """A heavy pair of the police's, a project of the housing bureau's and a road, by what stands in the paths."""
    engine = make_engine(demo.staff_url, pool_size=1)
    gas_clerk = ensure_account(demo.staff_url, ASKERS["other editor"] or "")
    sides = {"unit": POLICE, "other": GAS}
    with reading_session(engine, Identity(Role.LEADER, "test")) as session:
        found = {
            "gas_clerk": str(gas_clerk),
            "pair": _one(session, f"select o.zone_a || '-' || o.zone_b {_HEAVY_PAIR}", **sides),
            "side": _one(session, f"select z.id::text {_HEAVY_PAIR}", **sides),
            "police": _one(
                session, "select id::text from jiantu.unit where name = :unit", unit=POLICE
            ),
            "case": _one(
                session,
                "select k.year || '-' || k.serial from jiantu.case_pair c"
                " join jiantu.coordination_case k on k.id = c.case_id"
                " join jiantu.overlap o on o.zone_a = c.zone_a and o.zone_b = c.zone_b"
                " join jiantu.zone z on z.id in (c.zone_a, c.zone_b) join jiantu.unit u on u.id = z.unit_id"
                " where o.severity = 'heavy' and u.name = :unit and not exists ("
                "  select from jiantu.case_pair e join jiantu.zone g on g.id in (e.zone_a, e.zone_b)"
                "  join jiantu.unit w on w.id = g.unit_id"
                "  where e.case_id = k.id and w.name = :other) order by o.id limit 1",
                **sides,
            ),
            "housing": _one(
                session,
                "select j.code from jiantu.project j join jiantu.unit u on u.id = j.lead_unit_id"
                " where u.code = 'housing' order by j.code limit 1",
            ),
            "zone": _one(
                session,
                "select z.id::text from jiantu.zone z join jiantu.unit u on u.id = z.unit_id"
                " where u.name = :unit and z.state = 'confirmed' order by z.id limit 1",
                unit=POLICE,
            ),
            "road": _one(session, "select name from jiantu.road where name is not null limit 1"),
        }
    engine.dispose()
    return found


def _one(session: Session, query: str, **given: str) -> str:
    found = session.scalar(text(query), given)
    assert isinstance(found, str)
    return found


@pytest.fixture(scope="module", autouse=True)
def _admitted(demo: DemoCity) -> None:
    """Everybody who asks has signed in."""
    admit(demo.staff_url, *(words for words in ASKERS.values() if words))


def browser_of(app: APIFlask, asker: str) -> FlaskClient:
    client = app.test_client()
    if words := ASKERS[asker]:
        client.set_cookie("session", cookie_of(words))
    return client


def open_a_page(app: APIFlask, asker: str) -> tuple[str, str]:
    """The cookie of a browser in which the asker has opened a page with a form, and the form's token."""
    client = browser_of(app, asker)
    page = client.get("/account" if ASKERS[asker] else "/sign-in").text
    cookie = client.get_cookie("session")
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert cookie
    assert token
    return cookie.value, token[1]


@pytest.mark.parametrize("asker", ASKERS)
def test_each_asker_gets_what_is_his(
    demo_app: APIFlask, demo: DemoCity, examples: dict[str, str], asker: str
) -> None:
    differ = []
    cookie, token = open_a_page(demo_app, asker)
    for name, route in ROUTES.items():
        method = name.split()[0]
        client = browser_of(demo_app, asker)
        given = examples | {"asker": asker}
        path = route.path.format_map(given)
        data = {}
        if method != "GET":
            client.set_cookie("session", cookie)
            data = {"csrf_token": token} | {
                name: value.format_map(given) for name, value in route.form.items()
            }
        answer = client.open(path, method=method, data=data, buffered=True)
        expected = route.expected[asker]
        if expected == SIGN_IN:
            led = answer.status_code == 303 and str(answer.location).startswith("/sign-in")
            right = answer.status_code == 401 if path.startswith("/api/") else led
        else:
            right = answer.status_code == expected
        words = ASKERS[asker]
        if words and name.startswith("POST accounts."):
            admit(demo.staff_url, words)  # who signed out comes back
        if not right:
            differ.append(f"{name}: {answer.status_code} {answer.location or ''}, not {expected}")
    assert differ == []


@pytest.mark.parametrize("asker", ASKERS)
def test_what_is_not_for_somebody_looks_as_though_it_were_not_there(
    demo_app: APIFlask, examples: dict[str, str], asker: str
) -> None:
    missing = re.sub(r"\s+", "", browser_of(demo_app, asker).get("/no-such-page").text)
    for name, route in ROUTES.items():
        if route.expected[asker] != 404 or not name.startswith("GET ") or "/api/" in route.path:
            continue
        if "public" in name or "feeds." in name:
            continue
        page = browser_of(demo_app, asker).get(route.path.format_map(examples)).text
        assert re.sub(r"\s+", "", page) == missing, name


@pytest.mark.parametrize(
    "name", [name for name in ROUTES if not name.startswith("GET ") and name != "GET static"]
)
def test_what_changes_something_wants_its_pages_token(
    demo_app: APIFlask, examples: dict[str, str], name: str
) -> None:
    route = ROUTES[name]
    answer = browser_of(demo_app, "command").open(
        route.path.format_map(examples),
        method=name.split(maxsplit=1)[0],
        data=route.form,
        buffered=True,
    )
    assert answer.status_code == 400
