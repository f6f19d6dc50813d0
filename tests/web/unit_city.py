"""A city in which something of everything has happened, and somebody of a unit, for whom the rest holds tokens."""

# ruff: noqa: S608  statements are put together from constants of these tests

from __future__ import annotations

import re
from io import BytesIO
from typing import TYPE_CHECKING, NamedTuple

import psycopg

from tests.canaries import EVERYWHERE, plant
from tests.crawl import forms_in
from tests.handing_in import filled
from tests.ledgers import photo
from tests.people import admit, person, sign_in_client

if TYPE_CHECKING:
    from collections.abc import Mapping

    from apiflask import APIFlask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from tests.canaries import Planting

POLICE = "市公安局交通警察支队"
GAS = "安河燃气有限公司"

LISTS = (
    *("category", "nature", "cause", "utility", "unit_kind", "procedure_kind", "funding_source"),
    *("relocation_step", "permit_step", "dig_plan_state", "road_class", "operation", "ladder_step"),
    *("calendar_day", "pause", "rules_version", "unit", "leader", "district", "city", "ground"),
    *("road", "pavement", "revision", "coordination_run", "service_window"),
)
"""What everybody on the staff reads whole."""
MACHINERY = ("server_secret", "account_session", "quality_count")
"""What the program itself needs to answer at all."""


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


def change(owner_url: str) -> psycopg.Connection:
    """A connection that may change everything, and is named in the history."""
    connection = psycopg.connect(owner_url.replace("+psycopg", "", 1))
    connection.execute("select set_config('app.actor', 'test:hidden', false)")
    return connection


def one(owner_url: str, query: str, *values: object) -> int:
    """The number that a query gives."""
    with change(owner_url) as connection:
        row = connection.execute(query.encode(), values).fetchone()
    assert row is not None, query
    return int(row[0])


def column(owner_url: str, query: str, *values: object) -> list[str]:
    """The first column of what a query gives, as texts."""
    with change(owner_url) as connection:
        return [str(row[0]) for row in connection.execute(query.encode(), values)]


def token_of(client: FlaskClient) -> str:
    """The token without which nothing that this browser sends is taken."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/account").text)
    assert found
    return found[1]


def post(
    client: FlaskClient, address: str, token: str | None = None, **form: object
) -> TestResponse:
    """Send a form."""
    said = {**form, "csrf_token": token or token_of(client)}
    return client.post(address, data=said, buffered=True)


def post_json(
    client: FlaskClient,
    address: str,
    document: object,
    token: str | None = None,
    method: str = "POST",
    tag: str = "",
) -> TestResponse:
    """Send a document, as one who has seen what `tag` stands for."""
    headers = {"X-CSRFToken": token or token_of(client)}
    if tag:
        headers["If-Match"] = f'"{tag}"'
    return client.open(address, method=method, json=document, headers=headers, buffered=True)


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
    sheets = f"(select id from jiantu.collection_sheet where unit_id = {unit})"
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
        "collection_round": EVERYWHERE,
        "collection_sheet": f"unit_id = {unit}",
        **dict.fromkeys(("collection_file", "collection_merge"), f"sheet_id in {sheets}"),
        "collection_answer": f"file_id in (select id from jiantu.collection_file where sheet_id in {sheets})",
        "name_alias": f"(unit_id is not null or {own})",
    }


def leading_unit(city: City) -> str:
    """The full name of a unit that leads projects, and not the most nor the fewest."""
    [name] = column(
        city.owner_url,
        """
        select u.name from jiantu.unit u join jiantu.project j on j.lead_unit_id = u.id
        group by u.id having count(*) between 3 and 20 order by count(*) desc, u.id limit 1
        """,
    )
    return name


def enter(city: City, words: str) -> Member:
    """Somebody of a unit, with a token in everything that he may not see, also in what it was before."""
    unit_name = person(words).unit
    admit(city.staff_url, words)
    unit = one(city.owner_url, "select id from jiantu.unit where name = %s", unit_name)
    account = one(
        city.owner_url, "select id from jiantu.account where name = %s", person(words).name
    )
    liven(city, unit)
    hide_drafts_and_files(city.owner_url, unit)
    planting = plant(city.owner_url, open_to=seen_by(unit, account))
    plant_in_history(city.owner_url, unit)
    return Member(sign_in_client(city.app.test_client(), city.staff_url, words), unit, planting)


# ------------------------------------------------------------------ what happens in a city


def liven(city: City, unit: int) -> None:
    """Let happen, for the unit and for others: sheets collected, cases closed, photos sent, places watched."""
    command = sign_in_client(city.app.test_client(), city.staff_url, "command")
    own = f"select id from jiantu.project where lead_unit_id = {unit}"
    mine = f"select id from jiantu.zone where unit_id = {unit} or project_id in ({own})"
    _watch(city, unit)
    _keep_windows(city)
    _collect(city, command, unit)
    in_mine = f"(zone_a in ({mine}) or zone_b in ({mine}))"
    _close_a_case(city, command, f"bool_or({in_mine})", "来文")
    _close_a_case(city, command, f"not bool_or({in_mine})", "canary_letter")
    for whose in ("=", "<>"):
        codes = column(
            city.owner_url,
            f"""
            select j.code from jiantu.project j where j.lead_unit_id {whose} {unit} and j.standing = 'active'
              and j.actual_start_on is not null and j.completed_on is null and j.lead_unit_id is not null
            order by j.id limit 2
            """,
        )
        for code in codes:
            _report_with_photo(command, code)


def _watch(city: City, unit: int) -> None:
    """Somebody of the unit, somebody else of it for himself, and another unit watch the city; then a pipe bursts."""
    [name] = column(city.owner_url, "select name from jiantu.unit where id = %s", unit)
    other = GAS if name != GAS else POLICE
    west, south, east, north = box_of(city)
    corners = f"{west},{south} {east},{south} {east},{north} {west},{north}"
    for words, whose in (
        (f"editor:{name}", ""),
        (f"editor:{name}", "own"),
        (f"editor:{other}", ""),
    ):
        client = sign_in_client(city.app.test_client(), city.staff_url, words)
        sent = post(client, "/inbox/places", name="全城", area=corners, whose=whose)
        assert sent.status_code == 303, sent.text
    burst = {
        "lon": (west + east) / 2,
        "lat": (south + north) / 2,
        "utility": "water",
        "unit_id": one(city.owner_url, "select id from jiantu.unit where name = %s", other),
        "note": "爆管",
    }
    command = sign_in_client(city.app.test_client(), city.staff_url, "command")
    sent = post_json(command, "/api/zones/emergencies", burst)
    assert sent.status_code == 201, sent.text
    assert one(city.owner_url, "select count(*) from jiantu.notification") >= 3


def _keep_windows(city: City) -> None:
    """Two owners of pipes have a season of their own."""
    admin = sign_in_client(city.app.test_client(), city.staff_url, "admin")
    season = {"name": "迎峰度夏", "operations": "cut", "first": "06-01", "last": "09-15"}
    for key in column(
        city.owner_url, "select id from jiantu.unit where utility is not null order by id limit 2"
    ):
        kept = post(admin, f"/admin/units/{key}/windows", **season, forbids="1", version="0")
        assert kept.status_code == 303, kept.text


def box_of(city: City) -> tuple[float, float, float, float]:
    """West, south, east and north of all that is drawn."""
    with change(city.owner_url) as connection:
        row = connection.execute(
            "select st_xmin(e), st_ymin(e), st_xmax(e), st_ymax(e)"
            " from (select st_extent(shape) e from jiantu.zone_part) x"
        ).fetchone()
    assert row is not None
    west, south, east, north = (round(float(one), 5) for one in row)
    return west, south, east, north


def _collect(city: City, command: FlaskClient, unit: int) -> None:
    """A round in which the unit's sheet and another's come as they are, and are sent back."""
    week = {"first_on": "2026-11-16", "last_on": "2026-11-22", "due": "2026-11-23T17:00"}
    opened = post(command, "/collection/rounds", period="week", **week)
    assert opened.status_code == 303, opened.text
    base = str(opened.location).removeprefix("http://localhost")
    sheets = column(
        city.owner_url,
        "(select id from jiantu.collection_sheet where unit_id = %s)"
        " union all (select id from jiantu.collection_sheet where unit_id <> %s order by id limit 3)",
        *(unit, unit),
    )
    for sheet in sheets:
        said = "施工至三层" if sheet == sheets[0] else "canary_collected"
        blank = command.get(f"/collection/sheets/{sheet}/blank.xlsx").data
        book = filled(blank, {(1, "narrative"): said})
        came = post(command, f"{base}/files", files=(BytesIO(book), f"周报{sheet}.xlsx"))
        assert came.status_code == 303, came.text
        back = post(command, f"/collection/sheets/{sheet}/return")
        assert back.status_code == 303, back.text


def _close_a_case(city: City, command: FlaskClient, side: str, words: str) -> None:
    """Words, a file and minutes in a case, where there is one."""
    numbers = column(
        city.owner_url,
        f"""
        select k.year || '-' || k.serial from jiantu.coordination_case k where k.id in (
          select case_id from jiantu.case_pair where case_id is not null group by case_id having {side})
        order by k.id limit 1
        """,
    )
    for number in numbers:
        case = f"/coordination/cases/{number}"
        paper = (BytesIO(photo(camera=words)), "现场.jpg")
        said = post(command, f"{case}/messages", note="请两家商定", file=paper)
        assert said.status_code == 303, said.text
        minutes = {
            "held_on": "2026-11-20",
            "place": "二楼会议室",
            "chair": "主任",
            "participants": "甲\n乙",
            "agreed": "先后施工",
        }
        closed = post(command, f"{case}/minutes", **minutes)
        assert closed.status_code == 303, closed.text


def _report_with_photo(command: FlaskClient, code: str) -> None:
    """A report with a picture that tells more of itself than it should."""
    address = f"/ledger/{code}/progress"
    form = next(
        each for each in forms_in(command.get(address).text, address) if each.address == address
    )
    said = dict(form.fields) | {"narrative": "主体施工", "percent": "97"}
    kept = command.post(
        address,
        data=said | {"photos": (BytesIO(photo(camera="canary_camera")), "IMG_1.jpg")},
        buffered=True,
    )
    assert kept.status_code == 303, kept.text


# ------------------------------------------------------------------ tokens in it


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
