"""What somebody of a unit may send: every form that he met, at his own addresses and others', and every document."""

# ruff: noqa: S608  statements are put together from constants of these tests

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from app.doors import doors_of
from tests.canaries import CANARY
from tests.web.matrix import ROUTES
from tests.web.unit_city import box_of, column, post, post_json, token_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.crawl import Crawl, Sending
    from tests.web.unit_city import City, Member

LEFT = ("/sign-out", "/sign-in", "/account/password")
"""After these nobody is there any more to see something."""
CELLS = 6
"""So many cells each way lie over the city when it is probed."""


def send_forms(city: City, member: Member, found: Crawl) -> set[str]:
    """Send the forms that were met as they stand, emptied, and as seen long ago; the endpoints that took one."""
    adapter = city.app.url_map.bind("localhost")
    token = token_of(member.client)
    taken = set()
    for kind, sendings in sorted(found.forms.items()):
        if kind[0].startswith(LEFT) or "/active" in kind[0]:
            continue
        for sending in sorted(sendings):
            for form in (emptied(sending), outdated(sending), dict(sending.fields)):
                form.pop("csrf_token", None)
                answer = post(member.client, sending.address, token, **form)
                found.look_at(f"POST {sending.address}", answer, CANARY)
                endpoint, _ = adapter.match(urlsplit(sending.address).path, method="POST")
                taken.add(str(endpoint))
                if answer.status_code in {302, 303}:
                    there = str(answer.location).removeprefix("http://localhost")
                    found.look_at(f"after POST {there}", member.client.get(there), CANARY)
    return taken


def emptied(sending: Sending) -> dict[str, str]:
    """Every field left empty: the sentences of what is missing, in the page as it was."""
    return dict.fromkeys(dict(sending.fields), "")


def outdated(sending: Sending) -> dict[str, str]:
    """As one who has read another version: the page that shows both."""
    form = dict(sending.fields)
    return form | {name: "900" for name in ("version", "tag", "seen") if name in form}


def send_elsewhere(
    city: City, member: Member, found: Crawl, chosen: Callable[[str], bool]
) -> set[str]:
    """Send forms to what is not this unit's, as one who knows all keys would try; the endpoints that were asked."""
    known = {name.split()[1]: route for name, route in ROUTES.items() if not name.startswith("GET")}
    token = token_of(member.client)
    asked = set()
    for endpoint, address, form in elsewhere(city, member.unit):
        asked.add(endpoint)
        if not chosen(address):
            continue
        example = {name: text for name, text in known[endpoint].form.items() if "{" not in text}
        said = {**example, "version": "900", "tag": "none", "to": "1", **form}
        answer = post(member.client, address, token, **said)
        found.look_at(f"POST {address}", answer, CANARY)
    return asked


Form = tuple[str, str, dict[str, str]]
"""An endpoint, an address, and what is said."""
MANY = 40
"""So many records of one kind are tried; all are refused by the same lines."""


def elsewhere(city: City, unit: int) -> Iterator[Form]:
    """Records of others, and all that a form could say to them."""
    mine = f"(select id from jiantu.project where lead_unit_id = {unit})"
    own = column(city.owner_url, f"select code from jiantu.project where id in {mine} limit 1")
    yield from _projects(city, mine)
    yield from _records(city, mine, own)
    yield from _versions(city, own)
    yield from _cases_and_pairs(city, unit)
    yield from _works(city)
    yield from _collected_and_watched(city)
    yield from _units(city, unit)
    yield from _people(city, unit)


def _projects(city: City, mine: str) -> Iterator[Form]:
    codes = f"select code from jiantu.project where id not in {mine} order by id limit {MANY}"
    for code in column(city.owner_url, codes):
        for name in ("facts", "begin", "finish", "standing", "registered"):
            yield "ledger.take_project_form", f"/ledger/{code}/{name}", {}
        for name in ("blocker", "procedure", "suspension", "funding", "land"):
            yield "ledger.take_new_form", f"/ledger/{code}/{name}/new", {}
        yield "reports.take_report", f"/ledger/{code}/progress", {"narrative": "x"}
        yield "rulings.take_objection", f"/ledger/{code}/objection/new", {"text": "x"}


def _records(city: City, mine: str, own: list[str]) -> Iterator[Form]:
    """Each record under its own project, and under one of the unit's."""
    for name, table in (
        *(("blocker", "blocker"), ("resolve", "blocker"), ("procedure", "procedure")),
        *(("suspension", "suspension"), ("funding", "funding_line"), ("land", "land_status")),
    ):
        rows = column(
            city.owner_url,
            f"select j.code || '/' || t.id from jiantu.{table} t join jiantu.project j on j.id = t.project_id"
            f" where j.id not in {mine} order by t.id limit {MANY}",
        )
        for code, key in (row.rsplit("/", maxsplit=1) for row in rows):
            for project in (code, *own):
                yield "ledger.take_record_form", f"/ledger/{project}/{name}/{key}", {}
                if name == "blocker":
                    path = f"/ledger/{project}/blocker/{key}"
                    yield "ledger.take_return", f"{path}/bring-back", {"version": "2"}
                    yield "ledger.take_withdrawal", f"{path}/withdraw", {"version": "1"}


def _versions(city: City, own: list[str]) -> Iterator[Form]:
    for kind in ("project", "blocker", "progress_report", "plan_version", "suspension", "zone"):
        for key in column(
            city.owner_url, f"select id from jiantu.{kind} order by id desc limit {MANY}"
        ):
            yield "history.restore", f"/history/{kind}/{key}/restore", {}
            yield "history.undo", f"/history/{kind}/{key}/undo", {"code": "".join(own)}


def _cases_and_pairs(city: City, unit: int) -> Iterator[Form]:
    said = {"unit": str(unit), "note": "x"}
    for number in column(
        city.owner_url, "select year || '-' || serial from jiantu.coordination_case"
    ):
        case = f"/coordination/cases/{number}"
        yield "cases.take_answer", f"{case}/answers", {**said, "answer": "affected"}
        yield "cases.take_message", f"{case}/messages", said
        yield "cases.take_proposal", f"{case}/proposals", {**said, "zone": "1"}
        yield "cases.decide_proposal", f"{case}/proposals/1", {**said, "decision": "decline"}
    pairs = f"select zone_a || '-' || zone_b from jiantu.overlap order by id limit {2 * MANY}"
    for pair in column(city.owner_url, pairs):
        answer = {"side": pair.split("-", maxsplit=1)[0], "answer": "affected", "note": "x"}
        yield "coordination.take_answer", f"/coordination/{pair}/answers", answer


def _works(city: City) -> Iterator[Form]:
    zones = f"select id from jiantu.zone order by state = 'draft' desc, id limit {2 * MANY}"
    for key in column(city.owner_url, zones):
        yield "zones.take_withdrawal", f"/zones/{key}/withdraw", {}
        yield "zones.take_finish", f"/zones/{key}/finish", {}
        yield "dig_plan.take_decision", f"/dig-plan/proposals/1/{key}", {"decision": "accept"}
        yield "dig_plan.take_window", f"/dig-plan/windows/{key}", {}
        yield "dig_plan.take_declaration", "/dig-plan/declarations", {"own": key}


def _collected_and_watched(city: City) -> Iterator[Form]:
    url = city.owner_url
    for key in column(url, "select id from jiantu.collection_sheet"):
        yield "collection.take_own", f"/collection/sheets/{key}/hand-in", {}
        yield "collection.take_forgetting", f"/collection/sheets/{key}/forget", {}
    for key in column(url, "select id from jiantu.collection_file"):
        mark = {"row": "3", "field": "percent", "kind": "percent_fraction", "choice": "take"}
        yield "collection.take_answer", f"/collection/files/{key}/answers", mark
    for key in column(url, "select id from jiantu.collection_round"):
        yield "collection.take_alike", f"/collection/rounds/{key}/alike", {"kind": "unit_differs"}
    for key in column(url, "select id from jiantu.watch_subscription"):
        yield "inbox.take_stop", f"/inbox/places/{key}/stop", {}
    yield "inbox.take_place", "/inbox/places", {"name": "x", "area": "1"}
    yield "inbox.take_read", "/inbox/read", {"told": "1"}


def _units(city: City, unit: int) -> Iterator[Form]:
    """What only administrators of a unit may say, of their own."""
    for key in column(city.owner_url, "select id from jiantu.unit order by id"):
        yield "unit_desk.take_crews", f"/admin/units/{key}/crews", {"crews": "1"}
        yield "unit_desk.take_window", f"/admin/units/{key}/windows", {}
        for kind in ("unit", "service_window"):
            yield "unit_desk.take_undo", f"/admin/units/{key}/undo", {"kind": kind, "id": "1"}
    for path in column(
        city.owner_url,
        f"select unit_id || '/windows/' || id from jiantu.service_window where unit_id <> {unit}",
    ):
        yield "unit_desk.take_removal", f"/admin/units/{path}/remove", {}


def _people(city: City, unit: int) -> Iterator[Form]:
    yield "admin.take_account", "/admin/accounts", {"name": "test-command", "display_name": "x"}
    yield "admin.take_unit", "/admin/units", {"name": "x"}
    yield "admin.take_rules", "/admin/rules", {"set": "none"}
    for key in column(
        city.owner_url,
        "select id from jiantu.account where id not in"
        f" (select account_id from jiantu.membership where unit_id = {unit})",
    ):
        for form in ("link", "name", "active", "role", "unlink"):
            yield f"admin.take_{form}", f"/admin/accounts/{key}/{form}", {"display_name": "x"}
        place = {"unit": str(unit), "place": "reader"}
        yield "admin.take_place", f"/admin/accounts/{key}/places", place


def send_documents(city: City, member: Member, found: Crawl, cells: int = CELLS) -> set[str]:
    """Probe the whole city with zones that are not saved, also in others' places; the endpoints asked."""
    token = token_of(member.client)
    asked = set()

    def say(address: str, document: object, method: str = "POST", tag: str = "") -> int:
        answer = post_json(member.client, address, document, token, method, tag)
        found.look_at(f"{method} {address}", answer, CANARY)
        endpoint, _ = city.app.url_map.bind("localhost").match(address, method=method)
        asked.add(str(endpoint))
        return answer.status_code

    for draft in drafts(city, member, cells):
        for address in ("/api/zones/what-if", "/api/zones/periods"):
            say(address, {"draft": draft})
    probe = next(drafts(city, member, 100))
    keys = column(
        city.owner_url,
        f"select id from jiantu.zone order by state = 'draft' desc, id limit {MANY}",
    )
    for key in keys:
        taken = [
            {"draft": probe, "zone": int(key)},
            {"draft": {**probe, "parent_id": int(key)}},
            *(
                {"draft": {**probe, "links": [{"other_id": int(key), "kind": kind}]}}
                for kind in ("belongs", "made_for")
            ),
        ]
        for document in taken:
            say("/api/zones/what-if", document)
        say(f"/api/zones/{key}", probe, "PUT", "none")
    for project in column(city.owner_url, f"select id from jiantu.project limit {MANY}"):
        say("/api/zones/what-if", {"draft": {**probe, "project_id": int(project)}})
    say("/api/zones", probe)
    shape = probe["parts"][0]["geometry"]
    corners = shape["coordinates"][0]
    say(
        "/api/zones/detours",
        {"stops": [corners[0], corners[2]], "mode": "motor", "closed": [{"geometry": shape}]},
    )
    middle = (corners[0][0] + corners[2][0]) / 2
    cut = [[middle, corners[0][1] - 1], [middle, corners[2][1] + 1]]
    line = {"type": "LineString", "coordinates": cut}
    assert say("/api/zones/pieces", {"geometry": shape, "line": line}) == 200
    for place in column(
        city.owner_url,
        "select st_x(c) || ' ' || st_y(c) from (select st_centroid(p.shape) c from jiantu.zone_part p"
        " join jiantu.zone z on z.id = p.zone_id where z.state = 'draft' limit 6) x",
    ):
        lon, lat = map(float, place.split())
        burst = {"lon": lon, "lat": lat, "utility": "water", "unit_id": member.unit}
        say("/api/zones/emergencies", burst)
    return asked


def drafts(city: City, member: Member, cells: int) -> Iterator[dict[str, Any]]:
    """Works of this unit, each over one cell of the city, so that every other work is met by one."""
    west, south, east, north = box_of(city)
    wide, high = (east - west) / cells, (north - south) / cells
    for x in range(cells):
        for y in range(cells):
            w, s = west + x * wide, south + y * high
            ring = [[w, s], [w + wide, s], [w + wide, s + high], [w, s + high], [w, s]]
            yield {
                "kind": "relocation",
                "name": "探查",
                "unit_id": member.unit,
                "utility": "water",
                "placement": "underground",
                "first_on": "2026-11-25",
                "last_on": "2027-06-30",
                "parts": [{"geometry": {"type": "Polygon", "coordinates": [ring]}}],
            }


def search_blindly(member: Member, addresses: list[str], words: list[str]) -> list[str]:
    """Where a search for hidden words gives something else than one for words that stand nowhere."""
    differ = []
    for address in addresses:
        answers = {
            re.sub(
                r'nonce-[^"\']+|value="[A-Za-z0-9._-]{40,}"|"csrf": ?"[^"]+"',
                "",
                member.client.get(address.format(word)).text.replace(word, "…"),
            )
            for word in [*words, "zzqqxxzzqq"]
        }
        if len(answers) > 1:
            differ.append(address)
    return differ


def sent_endpoints(city: City) -> set[str]:
    """Every endpoint that a unit may send something to."""
    return {
        str(rule.endpoint)
        for rule in city.app.url_map.iter_rules()
        if {"POST", "PUT"} & (rule.methods or set()) and "unit" in doors_of(str(rule.endpoint))
    }
