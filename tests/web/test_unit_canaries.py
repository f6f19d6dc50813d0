"""Nothing of another unit reaches a unit: tokens in all that it may not see, its every page, file and form, 0 met."""

# ruff: noqa: S608  statements are put together from constants of these tests

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit
from zlib import crc32

import pytest

from app import create_app
from app.database import Database
from app.doors import doors_of
from geo.model.kept import kept_tables
from tests.canaries import CANARY
from tests.conftest import NOW
from tests.crawl import canonical, crawl
from tests.people import settings_of
from tests.web.test_canaries import close_connections
from tests.web.unit_city import POLICE, City, change, column, enter, leading_unit, one
from tests.web.unit_sendings import (
    CELLS,
    elsewhere,
    search_blindly,
    send_documents,
    send_elsewhere,
    send_forms,
    sent_endpoints,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from apiflask import APIFlask

    from tests.conftest import DemoCity
    from tests.crawl import Crawl
    from tests.postgres import Server
    from tests.web.unit_city import Member

FEW, ALL = 24, 1
"""One in so many of the projects and works is asked for by its address and followed."""
MOST_VERSIONS = 60
"""So many records of one kind are asked for their history; all have the same page."""


@pytest.fixture
def city(server: Server, demo: DemoCity) -> Iterator[City]:
    close_connections(demo.owner_url)
    owner_url = server.copy_database(demo.owner_url)
    staff_url = owner_url.replace("//jiantu@", "//jiantu_staff@")
    database = Database(staff_url)
    yield City(owner_url, staff_url, create_app(settings_of(staff_url), database, lambda: NOW))
    database.close()
    server.drop_database(owner_url)


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
        sheets = [row[0] for row in some("select id from jiantu.collection_sheet")]
        came = [row[0] for row in some("select id from jiantu.collection_file")]
        papers = some(
            "select k.year || '-' || k.serial, m.id from jiantu.case_message m"
            " join jiantu.coordination_case k on k.id = m.case_id"
        )
        minutes = some(
            "select k.year || '-' || k.serial, m.id from jiantu.case_minutes m"
            " join jiantu.coordination_case k on k.id = m.case_id"
        )
        told = [row[0] for row in some("select id from jiantu.notification")]
        people = [row[0] for row in some("select id from jiantu.account")]
        versions = [
            (kind, *row)
            for kind in kept_tables()
            for row in some(f"select id from jiantu.{kind} order by id desc limit {MOST_VERSIONS}")
        ]
        records = some(
            "select j.code, 'blocker/' || t.id from jiantu.blocker t join jiantu.project j on j.id = t.project_id"
        )
        roads = [row[0] for row in some("select distinct name from jiantu.road where name <> ''")]
    return [
        *WHOLE,
        *(f"/ledger/{code}{end}" for code in projects for end in OF_PROJECTS),
        *(f"/history/of/{code}{end}" for code in projects for end in ("", "/file.zip")),
        *(f"{base}/{code}" for code in projects for base in ("/api/map/projects", "/releases")),
        *(f"/command/projects/{code}{end}" for code in projects for end in ("", "/sheet")),
        *(f"{base}/{key}" for key in zones for base in ("/zones", "/api/zones", "/history/zone")),
        *(f"/zones/{key}/edit" for key in zones),
        *(f"/collection/sheets/{key}{end}" for key in sheets for end in SHEETS),
        *(f"/collection/files/{key}/source" for key in came),
        *(f"/coordination/cases/{number}/files/{key}" for number, key in papers),
        *(f"/coordination/cases/{number}/minutes/{key}.docx" for number, key in minutes),
        *(f"/inbox/{key}.png" for key in told),
        *(f"/admin/accounts/{key}" for key in people),
        *(f"/history/{kind}/{key}" for kind, key in versions),
        *(f"/ledger/{code}/{record}" for code, record in records),
        *(f"/coordination/cases/{number}{end}" for number in cases for end in ("", "/sheet")),
        *(f"/coordination/{a}-{b}{end}" for a, b in pairs for end in ("", "/sheet")),
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
    *("/api/map/packed/layers/footprints", "/api/map/layers/roads"),
    *(
        f"/api/map/{what}?as_of=2026-11-2{day}T12:00"
        for what in ("projects", "lamps", "layers/sites", "packed/layers/relocations")
        for day in (2, 3)
    ),
    *("/api/zones/places?q=%E8%B7%AF", "/api/zones/linkable?q=%E8%B7%AF", "/api/openapi.json"),
)
"""What shows much at once, and what is for others alone."""


OF_PROJECTS = ("", "/progress", "/blocker/new", "/objection/new")
SHEETS = ("", "/blank.xlsx", "/returned.xlsx")
SEARCHES = [
    *("/coordination?q={}", "/coordination/pairs?q={}", "/roads?q={}", "/api/zones/linkable?q={}"),
    *("/history?actor={}", "/ledger?q={}", "/api/zones/places?q={}", "/dig-plan?q={}"),
]
"""What takes words: hidden ones must find nothing."""


def within_share(starts: list[str], share: int) -> Callable[[str], bool]:
    """Which links are followed: those known beforehand, and one in so many of the staff's other pages."""
    known = set(map(canonical, starts))

    def within(address: str) -> bool:
        path = urlsplit(address).path
        if path.startswith(("/static/", "/sites/", "/public/", "/feeds/")) or "lang=" in address:
            return False
        return address in known or crc32(path.encode()) % share == 0

    return within


def walk(city: City, member: Member, share: int) -> Crawl:
    starts = addresses(city, share)
    return crawl(city.app, member.client, starts, CANARY, within=within_share(starts, share))


def check(city: City, words: str, share: int) -> tuple[Crawl, set[str]]:
    """All that somebody of a unit can ask for and send; what was met, and the endpoints that were sent something."""
    member = enter(city, words)
    assert member.planting.tokens > 5_000
    assert len(member.planting.planted) > 60
    found = walk(city, member, share)
    read = sum(status == 200 for status in found.statuses.values())
    assert search_blindly(member, SEARCHES, ["canary", "canary_zone_note"]) == []
    sent = send_documents(city, member, found, cells=CELLS if share == ALL else 2)
    sent |= send_elsewhere(city, member, found, lambda one: crc32(one.encode()) % share == 0)
    assert member.client.get("/ledger").status_code == 200
    sent |= send_forms(city, member, found)
    print(  # noqa: T201  figures
        f"\n{words}: {member.planting.tokens} tokens in {len(member.planting.planted)} columns,"
        f" {len(found.statuses)} addresses, {read} pages read, {found.passed_over} passed over,"
        f" {len(sent)} endpoints sent to"
    )
    assert found.leaks == []
    assert not [path for path, status in found.statuses.items() if status >= 500]
    stranger = city.app.test_client()
    for address in WHOLE:
        answer = stranger.get(address)
        assert not CANARY.search(answer.text), address
    return found, sent


DOCUMENTS = {
    *("zones_api.show_forecast", "zones_api.show_periods", "zones_api.show_pieces"),
    *("zones_api.show_detour", "zones_api.add_zone", "zones_api.put_zone"),
    "zones_api.add_emergency",
}
"""What `send_documents` asks."""
LIVENED = {
    *("collection.take_own", "collection.take_forgetting", "collection.take_answer"),
    *("collection.take_alike", "inbox.take_stop", "unit_desk.take_removal"),
}
"""What is asked of records that come with `enter`."""


def test_all_that_a_unit_may_send_is_sent_by_the_crawl_to_what_is_not_its_own(
    demo: DemoCity, demo_app: APIFlask
) -> None:
    city = City(demo.owner_url, "", demo_app)
    unit = one(demo.owner_url, "select id from jiantu.unit where name = %s", POLICE)
    known = {endpoint for endpoint, _, _ in elsewhere(city, unit)} | DOCUMENTS
    assert sorted(sent_endpoints(city) - known - LIVENED) == []


@pytest.mark.nightly
def test_a_unit_meets_nothing_of_another(city: City) -> None:
    found, _ = check(city, f"editor:{leading_unit(city)}", FEW)
    assert sum(status == 200 for status in found.statuses.values()) > 60


@pytest.mark.nightly
@pytest.mark.parametrize("place", ["reader", "editor", "unit_admin"])
@pytest.mark.parametrize("who", ["an owner of works", "a leader of projects"])
def test_a_unit_meets_nothing_of_another_at_any_address(city: City, who: str, place: str) -> None:
    unit = POLICE if who == "an owner of works" else leading_unit(city)
    found, sent = check(city, f"{place}:{unit}", ALL)
    unseen = staff_endpoints(city.app) - found.endpoints - ADMINISTRATORS
    if place != "unit_admin":
        unseen -= UNIT_ADMINISTRATORS
    if place == "reader":
        unseen -= EDITORS
    if who == "an owner of works":
        unseen -= LEADERS
    else:
        unseen -= CASES
    assert sorted(unseen) == []
    assert sorted(sent_endpoints(city) - sent) == []


HOLES = {
    ("jiantu.project",): ("/ledger/", "/command/projects"),
    ("history.project_version",): ("/history/project/", "/history/of/"),
    ("history.zone_version",): ("/history/zone/",),
    ("jiantu.attachment", "jiantu.stored_file"): ("/ledger/files/",),
}
"""Tables that a unit reads in part, and pages on which a token must be met where they are wide open.

Of drafts, files and sheets pages ask as well whose they are: a hole in their table alone shows nothing on a page, and
`tests/db/test_catalogue.py` finds it, as it does all others, in the policies themselves.
"""


@pytest.mark.nightly
def test_a_policy_that_lets_a_unit_read_everything_is_caught(city: City) -> None:
    member = enter(city, f"editor:{leading_unit(city)}")
    starts = addresses(city, ALL)
    unmet = []
    for tables, pages in HOLES.items():
        before = {table: read_policy(city, table) for table in tables}
        open_policies(city, dict.fromkeys(tables, "true"))
        some = [address for address in starts if address.startswith(pages)]
        assert some
        if not any(meets_token(city, member, address) for address in some):
            unmet.append(tables)
        open_policies(city, before)
    assert unmet == []


def meets_token(city: City, member: Member, address: str) -> bool:
    """Whether a page alone holds a token, by the eyes of the crawler."""
    alone = crawl(city.app, member.client, [address], CANARY, within=lambda _address: False)
    return bool(alone.leaks)


def read_policy(city: City, table: str) -> str:
    """The condition under which a unit reads rows of a table."""
    [condition] = column(
        city.owner_url,
        "select qual from pg_policies where schemaname || '.' || tablename = %s and policyname = 'unit_reads'",
        table,
    )
    return condition


def open_policies(city: City, conditions: dict[str, str]) -> None:
    with change(city.owner_url) as connection:
        for table, condition in conditions.items():
            connection.execute(f"alter policy unit_reads on {table} using ({condition})".encode())


def staff_endpoints(app: APIFlask) -> set[str]:
    """Every endpoint that a unit may read."""
    return {
        str(rule.endpoint)
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and "unit" in doors_of(str(rule.endpoint))
    }


ADMINISTRATORS = {"admin.show_account", "admin.show_log", "admin.show_rules", "admin.show_units"}
UNIT_ADMINISTRATORS = {"admin.show_accounts", "unit_desk.show_unit"}
EDITORS = {
    *("ledger.show_project_form", "ledger.show_record_form", "ledger.show_new_form"),
    *("reports.show_report_form", "zones.show_new", "zones.show_edit", "zones.show_emergency"),
    "rulings.show_objection_form",
}
LEADERS = {
    *("ledger.show_project", "ledger.show_project_form", "ledger.show_record_form"),
    *("ledger.show_new_form", "reports.show_report_form", "reports.show_thumbnail"),
    "rulings.show_objection_form",
    *("history.show_project", "history.send_project_file", "map.show_project"),
    *("collection.show_sheet", "collection.download_sheet", "collection.download_returned"),
    *("collection.download_source", "reports.show_file"),
}
CASES = {
    *("cases.show_case", "cases.show_sheet", "cases.get_minutes", "cases.get_message_file"),
}
"""What is there for some of the units' people alone: administrators, editors, who leads projects, who has a case."""
