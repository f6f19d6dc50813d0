"""What even those who see the whole city may not see, and what somebody without a place sees: tokens in it, 0 met."""

# ruff: noqa: S608  statements are put together from constants of these tests

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.canaries import CANARY, EVERYWHERE, plant
from tests.crawl import crawl
from tests.people import admit, person, sign_in_client
from tests.web.test_unit_canaries import FEW, SEARCHES, WHOLE, addresses, within_share
from tests.web.test_unit_canaries import city as city  # noqa: PLC0414  a fixture
from tests.web.unit_city import (
    LISTS,
    MACHINERY,
    City,
    Member,
    change,
    column,
    leading_unit,
    liven,
    one,
)
from tests.web.unit_sendings import search_blindly

if TYPE_CHECKING:
    from collections.abc import Mapping

pytestmark = pytest.mark.nightly

SECRET = re.compile(
    r"canary_(?:account|one_time_link|server_secret|watch_subscription|notification)\w*"
)
"""Tokens of these tables: what units hand in, which holds tokens too, is for who sees the whole city."""
PEOPLE = """
update jiantu.account set password_hash = 'x' where name <> %(me)s;
insert into jiantu.one_time_link (token_hash, account_id, purpose, made_at, made_by, expires_at)
  select md5(id::text), id, 'password', now(), 'x', now() + interval '1 day' from jiantu.account;
insert into jiantu.account_identity (account_id, issuer, subject, linked_at)
  select id, 'https://sso.example', md5(id::text), now() from jiantu.account;
update jiantu.watch_subscription set feed_hash = md5(id::text), webhook_kind = 'plain',
  webhook_url = 'https://hooks.example/' || id, webhook_secret = 'x';
"""


def kept_from_all(city: City, account: int) -> Mapping[str, str]:
    """All is open but what opens doors, and what others watch for themselves."""
    tables = column(
        city.owner_url, "select tablename from pg_tables where schemaname = 'jiantu' order by 1"
    )
    nobody = ("account.password_hash", "one_time_link.token_hash", "server_secret")
    mine = f"(account_id is null or account_id = {account})"
    watched = f"(select id from jiantu.watch_subscription where {mine})"
    return {
        **dict.fromkeys(tables, EVERYWHERE),
        **dict.fromkeys(nobody, "false"),
        "account_session.token_hash": f"account_id = {account}",
        "watch_subscription": mine,
        "watch_subscription.feed_hash": "false",
        "watch_subscription.webhook_secret": mine,
        "notification": f"subscription_id in {watched}",
    }


def enter_as(city: City, words: str, open_to: Mapping[str, str] | None = None) -> Member:
    """Somebody without a unit, with tokens in what is not for him."""
    admit(city.staff_url, words)
    account = one(
        city.owner_url, "select id from jiantu.account where name = %s", person(words).name
    )
    unit = one(city.owner_url, "select id from jiantu.unit where name = %s", leading_unit(city))
    liven(city, unit)
    with change(city.owner_url) as connection:
        for statement in PEOPLE.split(";\n"):
            if statement.strip():
                connection.execute(statement.encode(), {"me": person(words).name})
    planting = plant(city.owner_url, open_to=open_to or kept_from_all(city, account))
    return Member(sign_in_client(city.app.test_client(), city.staff_url, words), unit, planting)


@pytest.mark.parametrize("words", ["leader", "command", "admin"])
def test_who_sees_the_whole_city_meets_no_secret_and_nothing_that_others_watch(
    city: City, words: str
) -> None:
    member = enter_as(city, words)
    planted = set(member.planting.planted)
    assert {"account.password_hash", "one_time_link.token_hash"} <= planted
    assert {"watch_subscription.name", "watch_subscription.webhook_secret"} <= planted
    starts = [*addresses(city, FEW), "/api/zones/places?q=x"]
    within = within_share(starts, FEW)
    found = crawl(city.app, member.client, starts, SECRET, within=within)
    words_of_places = ["canary_watch_subscription_name", "canary_account_password_hash"]
    assert search_blindly(member, SEARCHES, words_of_places) == []
    read = sum(status == 200 for status in found.statuses.values())
    print(  # noqa: T201  figures
        f"\n{words}: {member.planting.tokens} tokens, {len(found.statuses)} addresses, {read} read,"
        f" {found.passed_over} passed over"
    )
    assert found.leaks == []
    assert read > 300
    assert not [path for path, status in found.statuses.items() if status >= 500]


def test_somebody_without_a_place_meets_nothing(city: City) -> None:
    shown = {
        **dict.fromkeys((*LISTS, *MACHINERY), EVERYWHERE),
        **dict.fromkeys(("project.code", "project.name", "project.name_en"), EVERYWHERE),
        **dict.fromkeys(("account.display_name", "one_time_link.purpose"), EVERYWHERE),
    }
    member = enter_as(city, "nobody", shown)
    starts = [*WHOLE, *addresses(city, FEW)]
    found = crawl(city.app, member.client, starts, CANARY, within=within_share(starts, FEW))
    read = sum(status == 200 for status in found.statuses.values())
    print(  # noqa: T201  figures
        f"\nnobody: {member.planting.tokens} tokens, {len(found.statuses)} addresses, {read} read"
    )
    assert found.leaks == []
    assert not [path for path, status in found.statuses.items() if status >= 500]
