"""An existing server is checked before a city is set up there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest

from geo.database.city_file import load_city
from geo.database.server import check_server, sqlalchemy_url
from geo.database.setup import set_up_city
from geo.errors import DatabaseSetupError
from tests.postgres import CITIES_DIR, Server

if TYPE_CHECKING:
    from collections.abc import Iterator


def order(url: str, *commands: str) -> None:
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        for command in commands:
            connection.execute(command.encode())


@pytest.fixture
def guest_url() -> Iterator[str]:
    """The address of a login that may do nothing special, in an empty database of a server of its own."""
    server = Server()
    url = server.make_empty_database()
    order(url, "create role guest login")
    yield url.replace("//jiantu@", "//guest@")
    server.remove()


def as_administrator(url: str) -> str:
    return url.replace("//guest@", "//jiantu@")


@pytest.mark.parametrize("kind", ["postgres", "postgresql", "postgresql+psycopg"])
def test_addresses_are_taken_as_people_write_them(kind: str) -> None:
    assert sqlalchemy_url(f"{kind}://a:b@db:5433/city") == "postgresql+psycopg://a:b@db:5433/city"


@pytest.mark.parametrize("url", ["sqlite:///city.db", "mysql://db/city", "db:5432/city", ""])
def test_another_kind_of_database_is_refused(url: str) -> None:
    with pytest.raises(DatabaseSetupError, match="should look like"):
        sqlalchemy_url(url)


def test_a_server_where_we_may_do_everything_will_do_and_stays_as_it_was(server: Server) -> None:
    url = server.make_empty_database()
    check_server(url)
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        found = connection.execute("select extname from pg_extension order by 1").fetchall()
    assert found == [("plpgsql",)]


def test_a_city_that_is_set_up_will_do_again(dezhou_url: str) -> None:
    check_server(dezhou_url)


def test_a_server_that_is_not_there_is_named() -> None:
    with pytest.raises(DatabaseSetupError, match="could not be reached"):
        check_server("postgresql://nobody@127.0.0.1:1/city")


def test_a_login_that_lacks_rights_is_told_what_to_have_granted_until_it_can_set_a_city_up(
    guest_url: str,
) -> None:
    database = guest_url.split("?", maxsplit=1)[0].rsplit("/", maxsplit=1)[1]
    for remedy in (
        "create extension postgis",
        "create extension btree_gist",
        f"grant create on database {database} to guest",
        "alter role guest createrole",
    ):
        with pytest.raises(DatabaseSetupError, match=f"this database: {remedy}$"):
            check_server(guest_url)
        order(as_administrator(guest_url), remedy)
    check_server(guest_url)
    set_up_city(guest_url, load_city(CITIES_DIR / "dezhou.toml"))


def test_text_that_is_not_utf8_is_refused(server: Server) -> None:
    order(
        server.cluster.url("postgres"),
        "create database latin encoding 'LATIN1' locale_provider libc locale 'C' template template0",
    )
    with pytest.raises(DatabaseSetupError, match="LATIN1"):
        check_server(server.cluster.url("latin"))
