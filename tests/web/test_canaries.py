"""Nothing internal reaches the public: tokens in every internal text, every public route in every format, 0 leaked."""

# ruff: noqa: S608  statements are put together from constants of these tests

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit
from zlib import crc32

import psycopg
import pytest

from app import create_app
from app.audience import PUBLIC_BLUEPRINTS
from app.config import Settings
from app.wiring import EXTENSION
from tests.canaries import CANARY, OF_PUBLIC_PROJECT, PUBLIC_PROJECT, Planting, plant
from tests.conftest import NOW
from tests.crawl import crawl

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apiflask import APIFlask

    from tests.conftest import DemoCity
    from tests.postgres import Server

MORE_SITES = 80
PATIENCE_MS = 60_000
"""A busy machine makes no leak."""

WHOLE = (
    *("/", "/embed", "/list", "/public/overview", "/public/projects", "/feeds/city.atom"),
    *("/feeds/wzdx.geojson", "/public/layers/sites", "/public/layers/diversions"),
    *("/public/layers/relocations", "/public/layers/districts", "/public/layers/roads"),
    *("/public/layers/ground", "/list?lang=en", "/feeds/city.atom?lang=en"),
)
"""Addresses that show everything public at once."""


class City(NamedTuple):
    """A city of its own with its public application."""

    owner_url: str
    app: APIFlask


@pytest.fixture
def city(server: Server, demo: DemoCity) -> Iterator[City]:
    """A copy of the demo city that a test may change, with more sites that nobody may see."""
    close_connections(demo.owner_url)
    owner_url = server.copy_database(demo.owner_url)
    add_sites(owner_url)
    with public_application(owner_url) as app:
        yield City(owner_url, app)
    server.drop_database(owner_url)


@pytest.fixture(scope="module")
def planted_url(server: Server, demo: DemoCity) -> Iterator[str]:
    """Such a city with a token in every internal text, made once to be copied."""
    close_connections(demo.owner_url)
    owner_url = server.copy_database(demo.owner_url)
    add_sites(owner_url)
    plant(owner_url)
    yield owner_url
    server.drop_database(owner_url)


@pytest.fixture
def planted_city(server: Server, planted_url: str) -> Iterator[City]:
    owner_url = server.copy_database(planted_url)
    with public_application(owner_url) as app:
        yield City(owner_url, app)
    server.drop_database(owner_url)


@contextmanager
def public_application(owner_url: str) -> Iterator[APIFlask]:
    """The application that serves the public alone."""
    public_url = owner_url.replace("//jiantu@", "//jiantu_public@")
    settings = Settings(only="public", public_database_url=public_url, public_limit_ms=PATIENCE_MS)
    app = create_app(settings, None, lambda: NOW)
    yield app
    app.extensions[EXTENSION].public.close()


def add_sites(owner_url: str) -> None:
    """More sites that nobody may see."""
    with change(owner_url) as connection:
        connection.execute(
            f"""
            insert into jiantu.zone (kind, code, name, project_id, state, entered_on, location_text, note)
            select 'site', 'hidden-' || z.id, 'x', z.project_id,
              case when {PUBLIC_PROJECT} then 'draft' else 'planned' end, '2026-11-01', 'x', 'x'
            from jiantu.zone z join jiantu.project j on j.id = z.project_id where z.kind = 'site'
            order by z.id limit {MORE_SITES}
            """.encode()
        )


def close_connections(url: str) -> None:
    """A database can be copied only while nobody is connected to it; pools open new connections by themselves."""
    name = url.split("?", maxsplit=1)[0].rsplit("/", maxsplit=1)[1]
    with psycopg.connect(
        url.replace("+psycopg", "", 1).replace(f"/{name}?", "/postgres?")
    ) as admin:
        admin.execute(
            "select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = %s",
            [name],
        )


def change(owner_url: str) -> psycopg.Connection:
    """A connection that may change everything, and is named in the history."""
    connection = psycopg.connect(owner_url.replace("+psycopg", "", 1))
    connection.execute("select set_config('app.actor', 'test:hidden', false)")
    return connection


def every_address(owner_url: str) -> list[str]:
    """The address of everything there is, public or not, as one who knows all keys would try them."""
    with change(owner_url) as connection:
        projects = [row[0] for row in connection.execute("select code from jiantu.project")]
        zones = [
            row[0]
            for row in connection.execute("select code from jiantu.zone where kind <> 'site'")
        ]
        files = [row[0] for row in connection.execute("select sha256 from jiantu.stored_file")]
        districts = [row[0] for row in connection.execute("select code from jiantu.district")]
    return [
        *(f"/sites/{code}" for code in projects),
        *(f"/public/projects/{code}" for code in projects),
        *(f"/sites/{code}?site=hidden-{number}" for number, code in enumerate(projects[:20])),
        *(f"/sites/{code}/sheet" for code in projects),
        *(f"/closures/{code}{below}" for code in zones for below in ("", "/sheet")),
        *(f"/public/photos/{digest}" for digest in files),
        *(f"/feeds/districts/{code}.atom" for code in districts),
    ]


def test_no_token_in_any_internal_text_is_leaked_by_any_public_route(city: City) -> None:
    planting = plant(city.owner_url)
    hide_files(city.owner_url)
    assert_planted_everywhere(city.owner_url, planting)
    client = city.app.test_client()
    starts = [*WHOLE, *every_address(city.owner_url)]
    found = crawl(city.app, client, starts, CANARY, within=worth_following)
    assert found.leaks == []
    assert sum(status == 200 for status in found.statuses.values()) > 800
    assert not [path for path, status in found.statuses.items() if status >= 500]
    assert public_endpoints(city.app) - found.endpoints == set()


def worth_following(address: str) -> bool:
    """Every page of a fifth of the sites: all have the same templates. Size and language are not followed."""
    parts = urlsplit(address)
    if parts.path.startswith("/static/") or "lang=" in parts.query or "large=" in parts.query:
        return False
    below = parts.path.removeprefix("/sites/").split("/")
    return not parts.path.startswith("/sites/") or crc32(below[0].encode()) % 5 == 0


def public_endpoints(app: APIFlask) -> set[str]:
    """Every endpoint that is for everybody: one that is added is crawled, or the test fails."""
    return {
        str(rule.endpoint)
        for rule in app.url_map.iter_rules()
        if str(rule.endpoint).partition(".")[0] in PUBLIC_BLUEPRINTS
    }


def hide_files(owner_url: str) -> None:
    """Files with tokens in them, of public projects, that nobody has released."""
    with change(owner_url) as connection:
        for number in range(40):
            content = b"\xff\xd8canary_picture_%d" % number
            connection.execute(
                "insert into jiantu.stored_file (sha256, media_type, size_bytes, content)"
                " values (encode(sha256(%(c)s), 'hex'), 'image/jpeg', octet_length(%(c)s), %(c)s)",
                {"c": content},
            )
            connection.execute(
                f"""
                insert into jiantu.attachment
                  (project_id, blocker_id, kind, file_name, media_type, sha256, size_bytes, released)
                select j.id, case when %(n)s %% 2 = 0 then (select min(id) from jiantu.blocker) end, 'photo',
                  'canary.jpg', 'image/jpeg', encode(sha256(%(c)s), 'hex'), octet_length(%(c)s), %(n)s %% 2 = 0
                from jiantu.project j where {PUBLIC_PROJECT} order by j.id offset %(n)s limit 1
                """.encode(),
                {"c": content, "n": number},
            )


def assert_planted_everywhere(owner_url: str, planting: Planting) -> None:
    """At least 500 sites, tens of thousands of tokens; no column of free text was left out."""
    with change(owner_url) as connection:
        sites = connection.execute(
            "select count(*) from jiantu.zone where kind = 'site'"
        ).fetchone()
    assert sites is not None
    assert sites[0] >= 500
    assert planting.tokens > 20_000
    assert len(planting.planted) > 80
    free = {"note", "text", "narrative", "manager", "contractor", "employer", "introduction"}
    assert not {name for name in planting.refused if name.partition(".")[2] in free}


def test_changing_only_what_is_hidden_changes_no_public_byte(city: City) -> None:
    client = city.app.test_client()
    with change(city.owner_url) as connection:
        codes = [
            row[0]
            for row in connection.execute(
                f"select code from jiantu.project where {PUBLIC_PROJECT} order by id limit 40".encode()
            )
        ]
    addresses = [*WHOLE, *(f"/sites/{code}" for code in codes)]
    before = {address: client.get(address).data for address in addresses}
    plant(city.owner_url, keep=frozenset({"progress_report.step", "status_span.reasons"}))
    with change(city.owner_url) as connection:
        for statement in HIDDEN_CHANGES:
            connection.execute(statement.encode())
    after = {address: client.get(address) for address in addresses}
    assert {answer.status_code for answer in after.values()} == {200}
    assert [address for address in addresses if after[address].data != before[address]] == []


HIDDEN_PROJECT = f"not ({PUBLIC_PROJECT})"
HIDDEN_CHANGES = (
    f"update jiantu.project set total_investment_yuan = 1 where {HIDDEN_PROJECT}",
    f"update jiantu.project set actual_start_on = '2024-01-01' where {HIDDEN_PROJECT} and completed_on is null",
    """
    update jiantu.project set total_investment_yuan = 7
    where id not in (select project_id from jiantu.project_release where investment)
    """,
    "update jiantu.project set green_channel = not green_channel, registered_on = '2026-01-01', parent_id = null",
    "update jiantu.plan_version set start_on = start_on - 3, known_on = known_on - 3 where start_on is not null",
    """
    update jiantu.plan_version set finish_on = finish_on + 400
    where number > 0 and id not in (select plan_version_id from jiantu.extension_release)
    """,
    f"update jiantu.progress_report set percent = 1 where not {OF_PUBLIC_PROJECT}",
    "update jiantu.progress_report set invested_to_date_yuan = 5, verification = 'contradicted'",
    "update jiantu.milestone set reached_on = '2026-11-02'",
    "update jiantu.blocker set resolved_on = raised_on, stops_work = true",
    "delete from jiantu.suspension",
    "update jiantu.procedure set obtained_on = started_on where started_on is not null",
    "update jiantu.funding_line set paid_yuan = 1",
    "delete from jiantu.ruling",
    "update jiantu.status_span set lamp = 'red'",
    "update jiantu.attachment set taken_on = '2020-01-01' where not released",
    """
    update jiantu.zone set planned_finish_on = null, planned_finish_precision = null
    where kind in ('haul_route', 'control_area', 'event')
    """,
    "update jiantu.zone set planned_start_on = planned_start_on - 9 where kind = 'relocation'",
    "delete from jiantu.zone where state = 'draft' and kind = 'site'",
    "delete from jiantu.zone_link",
    "delete from jiantu.overlap",
)
"""Facts of which nothing is public: changing all of them at once must not be noticed."""


HOLES = {
    "a policy that lets all projects through": "alter policy projector_reads on jiantu.project using (true)",
    "drafts and tentative works let through": "alter policy projector_reads on jiantu.zone using (true)",
    "one column more in a view": """
        grant select (manager) on jiantu.project to jiantu_projector;
        create or replace view public_map.site with (security_barrier) as
        select j.code as project, z.code as site, z.name, j.manager as whereabouts
        from jiantu.zone z join jiantu.project j on j.id = z.project_id where z.kind = 'site';
    """,
    "views owned by a superuser": "alter view public_map.project owner to jiantu",
    "policies not forced on the views' owner": "alter role jiantu_projector bypassrls",
}


@pytest.mark.parametrize("hole", HOLES.values(), ids=HOLES.keys())
def test_a_hole_is_caught(planted_city: City, hole: str) -> None:
    with change(planted_city.owner_url) as connection:
        connection.execute(hole.encode())
    try:
        client = planted_city.app.test_client()
        found = crawl(planted_city.app, client, WHOLE, CANARY, within=lambda _address: False)
        assert found.leaks
    finally:
        with change(planted_city.owner_url) as connection:
            connection.execute("alter role jiantu_projector nobypassrls")
