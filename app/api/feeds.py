"""What everybody may subscribe to: Atom for the city and each district, a calendar file for each closure, WZDx."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from apiflask import APIBlueprint
from flask_babel import gettext

from app.api.tagged import GEOJSON, write_json
from app.cacheable import allow_everywhere, answer_public
from app.formats import format_number
from app.languages import language
from app.public_frame import outward_url, public_url, read_public
from app.public_words import (
    describe_closure_days,
    describe_extended,
    describe_finish,
    describe_hours,
    describe_taken,
    named,
    ways_past,
)
from app.words import WORDS
from geo.errors import NotFoundError
from geo.exporters.atom import Entry, Feed, write_atom
from geo.exporters.ics import Closing, write_ics
from geo.exporters.wzdx import write_wzdx
from geo.queries.public_feeds import get_district_overview, list_wzdx_events
from geo.queries.public_works import find_closure

if TYPE_CHECKING:
    from flask import Response

    from app.public_frame import PublicFrame

blueprint = APIBlueprint("feeds", __name__, tag="Public")

ATOM = "application/atom+xml"
CALENDAR = "text/calendar"


@blueprint.get("/feeds/city.atom")
@blueprint.doc(summary="Atom feed of the whole city")
def show_city_feed() -> Response:
    """Roads that close, and projects with their progress, in the whole city."""
    return _answer_feed(None)


@blueprint.get("/feeds/districts/<code>.atom")
@blueprint.doc(summary="Atom feed of a district")
def show_district_feed(code: str) -> Response:
    """Roads that close, and projects with their progress, in one district; 404 for none of the city's."""
    return _answer_feed(code)


@blueprint.get("/closures/<code>/calendar.ics")
@blueprint.doc(summary="A closure for one's calendar")
def show_calendar(code: str) -> Response:
    """A closure as an event of whole days. 404 if it is not told now or its end is not known."""
    frame, closure = read_public(
        lambda session, frame: find_closure(session, code, frame.today, frame.city.notice_days)
    )
    if closure["last_on"] is None:
        message = f"the end of {code} is not known"
        raise NotFoundError(message)
    link = outward_url("public_sites.show_closure", code=code)
    bbox = closure["bbox"]
    closing = Closing(
        key=f"{code}@{frame.city.code}.jiantu",
        title=closure["name"] or describe_taken(closure),
        description=_about_closure(closure, frame),
        place=closure["whereabouts"] or "",
        link=link,
        first_on=date.fromisoformat(closure["first_on"]),
        # A road that is closed beyond its end is closed today, whatever was announced.
        last_on=frame.today if closure["overdue"] else date.fromisoformat(closure["last_on"]),
        stamped_at=_moment(closure["first_on"], frame),
        point=((bbox[1] + bbox[3]) / 2, (bbox[0] + bbox[2]) / 2) if bbox else None,
    )
    return answer_public(write_ics(closing, frame.city_name), CALENDAR)


@blueprint.get("/feeds/wzdx.geojson")
@blueprint.doc(summary="Work zones as WZDx 4.2")
def show_wzdx() -> Response:
    """Closed stretches as a WZDx work zone feed, for navigation services."""
    frame, events = read_public(
        lambda session, frame: list_wzdx_events(session, frame.today, frame.city.notice_days)
    )
    zone = ZoneInfo(frame.city.time_zone)
    feed = write_wzdx(
        events,
        publisher=frame.city_name,
        source=frame.city.code,
        updated_at=datetime.combine(frame.today, time(0), zone),
        zone=zone,
    )
    return allow_everywhere(answer_public(write_json(feed), GEOJSON))


def _answer_feed(district: str | None) -> Response:
    frame, found = read_public(
        lambda session, frame: get_district_overview(
            session, district, frame.today, frame.city.notice_days
        )
    )
    name = frame.city_name
    if district is not None:
        ours = [one for one in frame.city.districts if one["code"] == district]
        if not ours:
            message = f"no district {district}"
            raise NotFoundError(message)
        name = f"{name} {named(ours[0])}"
    address = (
        outward_url("feeds.show_city_feed")
        if district is None
        else outward_url("feeds.show_district_feed", code=district)
    )
    feed = Feed(
        title=f"{name} · {gettext('What is being built')}",
        author=frame.city_name,
        address=address,
        link=outward_url("public.show_list"),
        language="en" if language() == "en" else "zh-CN",
    )
    entries = [_closure_entry(one, frame) for one in found["closures"]]
    entries += [_project_entry(one, frame) for one in found["projects"] if one["told_on"]]
    body = write_atom(feed, entries, _moment(frame.today.isoformat(), frame))
    return allow_everywhere(answer_public(body, ATOM))


def _closure_entry(closure: dict[str, Any], frame: PublicFrame) -> Entry:
    return Entry(
        key=f"tag:{frame.city.code}.jiantu,2026:closure:{closure['code']}",
        title=f"{closure['name'] or closure['code']} · {describe_closure_days(closure, frame.today)}",
        summary=_about_closure(closure, frame),
        link=_outward(public_url("public_sites.show_closure", code=closure["code"])),
        updated=_moment(min(closure["first_on"], frame.today.isoformat()), frame),
    )


def _about_closure(closure: dict[str, Any], frame: PublicFrame) -> str:
    said = [describe_taken(closure), describe_closure_days(closure, frame.today)]
    if closure["hours"]:
        said.append(gettext("Work hours: %(hours)s", hours=describe_hours(closure["hours"])))
    said += [f"{way.who}: {way.sentence}" for way in ways_past(closure)]
    return "\n".join(said)


def _project_entry(project: dict[str, Any], frame: PublicFrame) -> Entry:
    said = [str(WORDS["stages"][project["stage"]])]
    if project["percent"] is not None:
        step = f" · {named(project, 'step')}" if project["step"] else ""
        said.append(f"{format_number(project['percent'])}%{step}")
    if project["extended_on"]:
        said.append(f"{gettext('Extended to')} {describe_extended(project, frame.today)}")
    elif project["finish_on"]:
        said.append(f"{gettext('To be done')} {describe_finish(project, frame.today)}")
    return Entry(
        key=f"tag:{frame.city.code}.jiantu,2026:project:{project['code']}",
        title=named(project),
        summary="\n".join(said),
        link=_outward(public_url("public_sites.show_site", code=project["code"])),
        updated=_moment(project["told_on"], frame),
    )


def _outward(path: str) -> str:
    return outward_url("public.show_map").rstrip("/") + path


def _moment(day: str, frame: PublicFrame) -> datetime:
    """The beginning of a day in the city."""
    return datetime.combine(date.fromisoformat(day), time(0), ZoneInfo(frame.city.time_zone))
