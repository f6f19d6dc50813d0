"""Zones for people: the page of one, the editor that draws it, the emergency form, ending and taking back."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from flask import Blueprint, redirect, render_template, request, url_for

from app.authors import author, check_author
from app.frame import read_codes, read_frame, tell_browser
from app.languages import language, told
from app.params import LARGEST_ID, parse_day, read_number
from app.wiring import find_city, reading, today_in, viewer, writing
from app.words import WORDS
from geo.changes.zones import Seen, finish_zone, withdraw_zone
from geo.errors import ChangeError, ChangeRefusedError
from geo.model.zones import ZoneKind
from geo.overlap import code_name, severity_name
from geo.queries.cases import find_cases_of
from geo.queries.facts import read_rules
from geo.queries.road_plan import find_roads_of
from geo.queries.windows import list_own_windows
from geo.queries.zone_page import get_zone_page
from geo.queries.zones import (
    find_owned_utilities,
    get_visible_draft,
    list_owners,
    list_project_choices,
)
from geo.rules import rules_on

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask_babel import LazyString
    from werkzeug.wrappers import Response

    from app.frame import Frame

blueprint = Blueprint("zones", __name__, url_prefix="/zones")

ID = f"<int(max={LARGEST_ID}):zone_id>"
DRAWN_KINDS = ("relocation", "diversion", "event", "haul_route", "control_area")
"""Kinds that can be drawn without a project; a site is drawn for one."""
_NO_DAY = (
    "“{}”不是日期,请写成2026-11-23。",
    "“{}” is not a day. Write it as 2026-11-23.",
)


@blueprint.get("/new")
def show_new() -> str:
    """An empty editor for the kind in the address; a phase of a work (`?parent=`) takes over what it shares with it."""
    check_author()
    kind = request.args.get("kind", "")
    if kind not in {one.value for one in ZoneKind}:
        kind = "relocation"
    parent = read_number(request.args.get("parent"))
    with reading() as session:
        frame = read_frame(session)
        start: dict[str, Any] = {"kind": kind}
        if parent is not None:
            work = get_visible_draft(session, parent, author().sees)
            start = {
                "kind": work.kind,
                "parent_id": parent,
                "unit_id": work.unit_id,
                "project_id": work.project_id,
                "utility": work.utility,
                "placement": work.placement,
            }
        project = read_number(request.args.get("project"))
        if project is not None:
            start["project_id"] = project
        codes = read_codes(session)
        owners = list_owners(session, author().edits, language())
        projects = list_project_choices(session)
        utilities = find_owned_utilities(session)
    if len(owners) == 1 and start["kind"] != "site":
        start.setdefault("unit_id", owners[0][0])
    context = _editor(frame, codes, start["kind"], None)
    return render_template(
        "zones/editor.html",
        **context,
        owners=owners,
        projects=projects,
        zone_id=None,
        start=start,
        utilities=utilities,
    )


@blueprint.get(f"/{ID}/edit")
def show_edit(zone_id: int) -> str:
    """The editor with a zone in it."""
    check_author()
    with reading() as session:
        frame = read_frame(session)
        draft = get_visible_draft(session, zone_id, author().sees)
        codes = read_codes(session)
        owners = list_owners(session, author().edits, language())
        projects = list_project_choices(session)
    context = _editor(frame, codes, draft.kind, draft.dig_plan_state)
    return render_template(
        "zones/editor.html",
        **context,
        owners=owners,
        projects=projects,
        zone_id=zone_id,
        start={"kind": draft.kind},
        utilities={},
        kept_state=draft.state,
    )


@blueprint.get("/emergency")
def show_emergency() -> str:
    """The form for an emergency repair, for a phone."""
    check_author()
    with reading() as session:
        frame = read_frame(session)
        codes = read_codes(session)
        owners = list_owners(session, author().edits, language())
        utilities = find_owned_utilities(session)
    return render_template(
        "zones/emergency.html",
        frame=frame,
        codes=codes,
        owners=owners,
        utilities=utilities,
        page=tell_browser(frame, codes, windows=url_for("zones.show_windows")),
    )


@blueprint.get("/windows")
def show_windows() -> str:
    """The service windows: the city's, and those that units keep for their own works."""
    asker = viewer()
    with reading() as session:
        frame = read_frame(session)
        city = rules_on(read_rules(session), frame.today).service_windows
        own = list_own_windows(session)
        codes = read_codes(session)
        mine = list_owners(session, frozenset(asker.administered_unit_ids), language())
        return render_template(
            "zones/windows.html", frame=frame, city=city, own=own, codes=codes, mine=mine
        )


@blueprint.get(f"/{ID}")
def show_zone(zone_id: int) -> str:
    """One zone in words and on a map, with what can be done with it."""
    return _zone_page(zone_id, None)


@blueprint.post(f"/{ID}/withdraw")
def take_withdrawal(zone_id: int) -> Response | tuple[str, int]:
    """Take the zone back, if it is still as it was seen."""
    check_author()
    try:
        with writing() as session:
            today = today_in(find_city(session))
            withdraw_zone(session, Seen(zone_id, request.form.get("tag", "")), author(), today)
    except ChangeError as error:
        return _zone_page(zone_id, error), HTTPStatus.UNPROCESSABLE_ENTITY
    return redirect(url_for(".show_zone", zone_id=zone_id), HTTPStatus.SEE_OTHER)


@blueprint.post(f"/{ID}/finish")
def take_finish(zone_id: int) -> Response | tuple[str, int]:
    """The work is done since the day in the form, if the zone is still as it was seen."""
    check_author()
    written = request.form.get("finished_on", "").strip()
    day = parse_day(written)
    if day is None:
        told = ChangeRefusedError(*(words.format(written[:40]) for words in _NO_DAY))
        return _zone_page(zone_id, told), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        with writing() as session:
            today = today_in(find_city(session))
            seen = Seen(zone_id, request.form.get("tag", ""))
            finish_zone(session, seen, day, author(), today)
    except ChangeError as error:
        return _zone_page(zone_id, error), HTTPStatus.UNPROCESSABLE_ENTITY
    return redirect(url_for(".show_zone", zone_id=zone_id), HTTPStatus.SEE_OTHER)


def _zone_page(zone_id: int, refused: ChangeError | None) -> str:
    writer = author()
    with reading() as session:
        frame = read_frame(session)
        zone = get_zone_page(session, zone_id, writer.sees)
        roads = find_roads_of(session, zone_id)
        cases = find_cases_of(session, zone_id)
        codes = read_codes(session)
    return render_template(
        "zones/zone.html",
        frame=frame,
        zone=zone,
        roads=roads,
        cases=cases,
        codes=codes,
        may_change=writer.may_edit(zone.draft.unit_id, zone.lead_unit_id),
        refused=refused and told(refused),
        severity_of=lambda one: severity_name(one.severity, language()),
        name_of=lambda code: code_name(code, language()),
        page=tell_browser(frame, codes, windows=url_for("zones.show_windows")),
    )


def _editor(
    frame: Frame, codes: dict[str, dict[str, str]], kind: str, planned: str | None
) -> dict[str, Any]:
    """What the editor is made of; of the dig plan's states, a unit is offered those that are its own to give."""
    offered = {"declared", "emergency", planned}
    return {
        "dig_plan_states": [
            (code, name)
            for code, name in codes["dig_plan_state"].items()
            if author().edits is None or code in offered
        ],
        "frame": frame,
        "codes": codes,
        "kind": kind,
        "kinds": DRAWN_KINDS,
        "browser_words": {
            "roles": _plain(WORDS["part_roles"]),
            "modes": _plain(WORDS["travellers"]),
            "links": _plain(WORDS["link_kinds"]),
            "kinds": _plain(WORDS["zone_kinds"]),
        },
        "page": tell_browser(frame, codes, windows=url_for("zones.show_windows")),
    }


def _plain(words: Mapping[str, LazyString]) -> dict[str, str]:
    return {code: str(word) for code, word in words.items()}
