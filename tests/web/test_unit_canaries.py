"""Nothing of another unit reaches a unit: tokens in all that it may not see, its every page and file, 0 met."""

# ruff: noqa: S608  statements are put together from constants of these tests

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote, urlsplit
from zlib import crc32

import psycopg
import pytest

from app import create_app
from app.database import Database
from app.doors import doors_of
from tests.canaries import CANARY, EVERYWHERE, plant
from tests.conftest import NOW
from tests.crawl import crawl
from tests.people import admit, person, settings_of, sign_in_client
from tests.web.test_canaries import change, close_connections

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from apiflask import APIFlask
    from flask.testing import FlaskClient

    from tests.canaries import Planting
    from tests.conftest import DemoCity
    from tests.crawl import Crawl
    from tests.postgres import Server

POLICE = "市公安局交通警察支队"
FEW, ALL = 24, 1
"""One in so many of the projects and works is asked for by its address and followed."""

LISTS = (
    *("category", "nature", "cause", "utility", "unit_kind", "procedure_kind", "funding_source"),
    *("relocation_step", "permit_step", "dig_plan_state", "road_class", "operation", "ladder_step"),
    *("calendar_day", "pause", "rules_version", "unit", "leader", "district", "city", "ground"),
    *("road", "pavement", "revision", "coordination_run"),
)
"""What everybody on the staff reads whole."""
MACHINERY = ("server_secret", "account_session", "quality_count")
"""What the program itself needs to answer at all."""


def seen_by(unit: int, account: int) -> Mapping[str, str]:
    """What a member of a unit may read, told by docs/security.md and not by the policies: table or column → rows."""
    own = f"project_id in (select id from jiantu.project where lead_unit_id = {unit})"
    zone = f"(state <> 'draft' or unit_id = {unit} or (kind = 'site' and {own}))"
    mine = f"(select id from jiantu.zone where unit_id = {unit} or (kind = 'site' and {own}))"
    seen_zones = f"(select id from jiantu.zone where {zone})"
    sides = f"""(zone_a in {mine} or zone_b in {mine})"""
    plans = f"plan_version_id in (select id from jiantu.plan_version where {own})"
    blocker = f"({own} or responsible_unit_id = {unit} or awaited_unit_id = {unit})"
    cases = f"(select case_id from jiantu.case_pair where {sides} and case_id is not null)"
    orders = f"(unit_id = {unit} or {own})"
    attachment = (
        f"({own} or zone_id in {seen_zones}"
        f" or report_id in (select id from jiantu.progress_report where {own})"
        f" or blocker_id in (select id from jiantu.blocker where {blocker}))"
    )
    watched = f"(unit_id = {unit} and (account_id is null or account_id = {account}))"
    return {
        **dict.fromkeys((*LISTS, *MACHINERY), EVERYWHERE),
        **dict.fromkeys(("project.code", "project.name", "project.name_en"), EVERYWHERE),
        "project": f"lead_unit_id = {unit}",
        **dict.fromkeys(
            (
                *("plan_version", "progress_report", "procedure", "funding_line", "land_status"),
                *("suspension", "status_span", "ruling", "objection"),
            ),
            own,
        ),
        "milestone": plans,
        "blocker": blocker,
        "supervision_order": orders,
        "supervision_step": f"order_id in (select id from jiantu.supervision_order where {orders})",
        "zone": zone,
        **dict.fromkeys(("zone_part", "diversion_effect"), f"zone_id in {seen_zones}"),
        "watch": f"zone_id in {mine}",
        "overlap": sides,
        "overlap_answer": sides,
        "case_pair": sides,
        "coordination_case": f"id in {cases}",
        **dict.fromkeys(("case_message", "case_minutes"), f"case_id in {cases}"),
        "proposed_shift": f"unit_id = {unit}",
        "attachment": attachment,
        "photo": f"attachment_id in (select id from jiantu.attachment where {attachment})",
        "account.display_name": EVERYWHERE,
        "account": f"id in (select account_id from jiantu.membership where unit_id = {unit})",
        "watch_subscription": watched,
        "notification": f"subscription_id in (select id from jiantu.watch_subscription where {watched})",
    }


class City(NamedTuple):
    """A copy of the demo city, its staff's application, and what it is called there."""

    owner_url: str
    staff_url: str
    app: APIFlask


class Member(NamedTuple):
    """Somebody of a unit, signed in."""

    client: FlaskClient
    unit: int
    planting: Planting


@pytest.fixture
def city(server: Server, demo: DemoCity) -> Iterator[City]:
    close_connections(demo.owner_url)
    owner_url = server.copy_database(demo.owner_url)
    staff_url = owner_url.replace("//jiantu@", "//jiantu_staff@")
    database = Database(staff_url)
    yield City(owner_url, staff_url, create_app(settings_of(staff_url), database, lambda: NOW))
    database.close()
    server.drop_database(owner_url)


def one(owner_url: str, query: str, *values: object) -> int:
    with change(owner_url) as connection:
        row = connection.execute(query.encode(), values).fetchone()
    assert row is not None, query
    return int(row[0])


def enter(city: City, unit_name: str) -> Member:
    """Somebody of a unit, with a token in everything that he may not see, also in what it was before."""
    words = f"editor:{unit_name}"
    admit(city.staff_url, words)
    unit = one(city.owner_url, "select id from jiantu.unit where name = %s", unit_name)
    account = one(
        city.owner_url, "select id from jiantu.account where name = %s", person(words).name
    )
    hide_drafts_and_files(city.owner_url, unit)
    planting = plant(city.owner_url, open_to=seen_by(unit, account))
    plant_in_history(city.owner_url, unit)
    return Member(sign_in_client(city.app.test_client(), city.staff_url, words), unit, planting)


def hide_drafts_and_files(owner_url: str, unit: int) -> None:
    """Drafts of other units across the city, and files with tokens in them at what is not for this unit."""
    with change(owner_url) as connection:
        connection.execute(
            """
            insert into jiantu.zone (kind, code, name, unit_id, state, entered_on, location_text, note)
            select 'relocation', 'draft-' || z.id, 'x', z.unit_id, 'draft', '2026-11-01', 'x', 'x'
            from jiantu.zone z where z.unit_id <> %s and z.kind = 'relocation' order by z.id limit 60
            """,
            [unit],
        )
        connection.execute(
            """
            insert into jiantu.zone_part (zone_id, position, role, name, shape, shape_metric, shape_web, shape_wide,
              period)
            select d.id, 0, 'footprint', 'x', p.shape, p.shape_metric, p.shape_web, p.shape_wide, p.period
            from jiantu.zone d join jiantu.zone z on d.code = 'draft-' || z.id
            join jiantu.zone_part p on p.zone_id = z.id and p.position = 0
            """
        )
        for number in range(12):
            content = b"\xff\xd8canary_picture_%d" % number
            given = {"c": content, "n": number, "unit": unit}
            connection.execute(
                "insert into jiantu.stored_file (sha256, media_type, size_bytes, content)"
                " values (encode(sha256(%(c)s), 'hex'), 'image/jpeg', octet_length(%(c)s), %(c)s)",
                given,
            )
            connection.execute(
                """
                insert into jiantu.attachment (project_id, kind, file_name, media_type, sha256, size_bytes)
                select j.id, 'photo', 'canary.jpg', 'image/jpeg', encode(sha256(%(c)s), 'hex'), octet_length(%(c)s)
                from jiantu.project j where j.lead_unit_id <> %(unit)s order by j.id offset %(n)s limit 1
                """,
                given,
            )


def plant_in_history(owner_url: str, unit: int) -> None:
    """Tokens in the versions of what is not the unit's own: that too is told by the history's pages."""
    own = f"(select id from jiantu.project where lead_unit_id = {unit})"
    zones = f"(select id from jiantu.zone where unit_id = {unit} or project_id in {own})"
    of_project = f"coalesce((row ->> 'project_id')::bigint not in {own}, true)"
    tables = {
        "project": f"id not in {own}",
        **dict.fromkeys(("blocker", "progress_report", "plan_version", "suspension"), of_project),
        "zone": f"id not in {zones}",
        "zone_part": f"(row ->> 'zone_id')::bigint not in {zones}",
    }
    with psycopg.connect(owner_url.replace("+psycopg", "", 1)) as connection:
        connection.execute("set session_replication_role = replica")
        for table, others in tables.items():
            connection.execute(
                f"""
                update history.{table}_version set row = row || (
                  select coalesce(jsonb_object_agg(key, 'canary_history_{table}_' || key), '{{}}') from jsonb_each(row)
                  where jsonb_typeof(value) = 'string' and key = any (array['name', 'note', 'text', 'narrative',
                    'manager', 'contractor', 'employer', 'resolution', 'reporter', 'location_text', 'document',
                    'reason']))
                where {others}
                """.encode()
            )


def addresses(city: City, share: int) -> list[str]:
    """Pages and files of a share of everything there is, as one who knows all keys would try them."""
    with change(city.owner_url) as connection:

        def some(query: str) -> list[tuple[object, ...]]:
            rows = connection.execute(query.encode()).fetchall()
            return [row for row in rows if crc32(str(row).encode()) % share == 0]

        projects = [row[0] for row in some("select code from jiantu.project")]
        zones = [row[0] for row in some("select id from jiantu.zone")]
        zones += [row[0] for row in some("select id from jiantu.zone where state = 'draft'")]
        cases = [
            row[0] for row in some("select year || '-' || serial from jiantu.coordination_case")
        ]
        pairs = some("select zone_a, zone_b from jiantu.overlap")
        files = some("select id from jiantu.attachment")
        hidden = connection.execute(
            "select id from jiantu.attachment where sha256 in"
            " (select sha256 from jiantu.stored_file where position('canary'::bytea in content) > 0)"
        ).fetchall()
        roads = [row[0] for row in some("select distinct name from jiantu.road where name <> ''")]
    return [
        *WHOLE,
        *(f"/ledger/{code}{end}" for code in projects for end in ("", "/progress", "/blocker/new")),
        *(f"/history/of/{code}{end}" for code in projects for end in ("", "/file.zip")),
        *(f"{base}/{code}" for code in projects for base in ("/api/map/projects", "/releases")),
        *(f"/command/projects/{code}{end}" for code in projects for end in ("", "/sheet")),
        *(f"{base}/{key}" for key in zones for base in ("/zones", "/api/zones", "/history/zone")),
        *(f"/zones/{key}/edit" for key in zones),
        *(f"/coordination/cases/{number}{end}" for number in cases for end in ("", "/sheet")),
        *(f"/coordination/{a}/{b}{end}" for a, b in pairs for end in ("", "/sheet")),
        *(f"/ledger/files/{key}{end}" for (key,) in files + hidden for end in ("", "/thumbnail")),
        *(f"/roads/{quote(str(name))}{end}" for name in roads for end in ("", "/book.xlsx")),
    ]


WHOLE = (
    *(
        "/start",
        "/account",
        "/inbox",
        "/ledger",
        "/history",
        "/coordination",
        "/coordination/pairs",
    ),
    *("/coordination/diversions", "/coordination/diversions/agenda.docx", "/dig-plan"),
    *("/dig-plan/plan.xlsx", "/roads", "/roads/book.xlsx", "/roads/calendar.ics", "/zones/new"),
    *("/zones/emergency", "/command", "/command/projects", "/command/ledger.xlsx", "/quality"),
    *("/collection", "/intake", "/releases", "/sources", "/admin", "/admin/log", "/admin/lists"),
    *(
        f"/api/map/{packed}{what}"
        for packed in ("", "packed/")
        for what in (
            *("projects", "lamps", "layers/sites", "layers/relocations", "layers/diversions"),
            *("layers/overlaps", "layers/haul_routes", "layers/control_areas", "layers/events"),
        )
    ),
    *("/api/map/revision", "/api/map/trend?first=2026-11-01&last=2026-11-23"),
    *("/api/zones/places?q=%E8%B7%AF", "/api/zones/linkable?q=%E8%B7%AF", "/api/openapi.json"),
)
"""What shows much at once, and what is for others alone."""


def walk(city: City, client: FlaskClient, share: int) -> Crawl:
    starts = addresses(city, share)
    known = set(starts)

    def within(address: str) -> bool:
        path = urlsplit(address).path
        if path.startswith(("/static/", "/sites/", "/public/", "/feeds/")) or "lang=" in address:
            return False
        return address in known or crc32(path.encode()) % share == 0

    return crawl(
        city.app, client, starts, CANARY, within=within, most=share * 200 + 20_000 // share
    )


def leading_unit(city: City) -> str:
    """The full name of a unit that leads projects, and not the most nor the fewest."""
    with change(city.owner_url) as connection:
        row = connection.execute(
            """
            select u.name from jiantu.unit u join jiantu.project j on j.lead_unit_id = u.id
            group by u.id having count(*) between 3 and 20 order by count(*) desc, u.id limit 1
            """
        ).fetchone()
    assert row is not None
    return str(row[0])


def check(city: City, unit_name: str, share: int) -> Crawl:
    member = enter(city, unit_name)
    assert member.planting.tokens > 5_000
    assert len(member.planting.planted) > 60
    found = walk(city, member.client, share)
    assert found.leaks == []
    assert not [path for path, status in found.statuses.items() if status >= 500]
    stranger = city.app.test_client()
    for address in WHOLE:
        answer = stranger.get(address)
        assert not CANARY.search(answer.text), address
    return found


@pytest.mark.nightly
def test_a_unit_meets_nothing_of_another(city: City) -> None:
    found = check(city, leading_unit(city), FEW)
    assert sum(status == 200 for status in found.statuses.values()) > 60


@pytest.mark.nightly
@pytest.mark.parametrize("who", ["an owner of works", "a leader of projects"])
def test_a_unit_meets_nothing_of_another_at_any_address(city: City, who: str) -> None:
    found = check(city, POLICE if who == "an owner of works" else leading_unit(city), ALL)
    unseen = staff_endpoints(city.app) - found.endpoints
    assert unseen <= SELDOM, unseen - SELDOM


SELDOM = {
    "cases.get_minutes",
    "cases.get_message_file",
    "inbox.get_picture",
    "reports.show_thumbnail",
}
"""There in a demo city only after somebody has done something."""


def staff_endpoints(app: APIFlask) -> set[str]:
    """Every endpoint that a unit may read."""
    return {
        str(rule.endpoint)
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and "unit" in doors_of(str(rule.endpoint))
    }
