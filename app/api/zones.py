"""Zones for those who draw them: what if, saving, places in words, detours along roads, emergency repairs."""

from __future__ import annotations

from hashlib import sha256
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from apiflask import APIBlueprint
from flask import current_app, jsonify, request, url_for
from flask_babel import gettext

from app.api.tagged import answer_json
from app.api.zone_documents import (
    DetourSchema,
    EmergencySchema,
    LinkQuery,
    PlaceQuery,
    SplitSchema,
    TrySchema,
    ZoneSchema,
    candidate_document,
    draft_document,
    forecast_document,
    periods_document,
    remarks_document,
)
from app.authors import author, check_author
from app.languages import language, told
from app.params import LARGEST_ID
from app.road_book import RoadBook
from app.wiring import find_city, get_wiring, reading, today_in, writing
from geo.changes.emergency import record_emergency
from geo.changes.what_if import look_ahead, suggest_periods
from geo.changes.zones import (
    DraftRefusedError,
    Saved,
    Seen,
    change_zone,
    create_zone,
    find_sendings,
)
from geo.errors import ChangeConflictError, ChangeRefusedError
from geo.placing import find_places
from geo.queries.zone_roads import find_detour
from geo.queries.zones import find_linkable, get_visible_draft, zone_tag
from geo.zoning import EmergencyWords, read_draft, read_shape, shape_to_json, split_shape

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from flask import Response

    from geo.queries.city import City

blueprint = APIBlueprint("zones_api", __name__, url_prefix="/api/zones", tag="Zones")

ID = f"<int(max={LARGEST_ID}):zone_id>"
PROBLEM = "application/problem+json"


_roads = RoadBook()


@blueprint.post("/what-if")
@blueprint.input(TrySchema, arg_name="asked")
@blueprint.doc(summary="What saving a zone would give; nothing is saved")
def show_forecast(asked: dict[str, Any]) -> dict[str, Any]:
    """Pairs with whom, watches, remarks, and whom it could join."""
    check_author()
    draft = read_draft(asked["draft"])
    with writing() as session:
        today = today_in(find_city(session))
        forecast = look_ahead(session, draft, author(), today, asked["zone"])
    return forecast_document(forecast)


@blueprint.post("/periods")
@blueprint.input(TrySchema, arg_name="asked")
@blueprint.doc(summary="The nearest free periods of the same length; nothing is saved")
def show_periods(asked: dict[str, Any]) -> dict[str, Any]:
    """Before and after the period that is wanted."""
    check_author()
    draft = read_draft(asked["draft"])
    with writing() as session:
        today = today_in(find_city(session))
        found = suggest_periods(session, draft, author(), today, asked["zone"])
    return periods_document(found)


@blueprint.post("")
@blueprint.input(ZoneSchema, arg_name="document")
@blueprint.doc(summary="Enter a zone")
def add_zone(document: dict[str, Any]) -> Response:
    """201 with its address; 422 with the remarks that say why not. The same sent again under one key is kept once."""
    check_author()
    key = sending_name(document)
    try:
        with writing(key) as session:
            today = today_in(find_city(session))
            came = find_sendings(session, key)
            if came:
                saved = Saved(came[0], zone_tag(session, came[0]), [])
            else:
                saved = create_zone(session, read_draft(document), author(), today)
    except ChangeRefusedError as error:
        return _refused(error)
    return _saved(saved, HTTPStatus.CREATED)


@blueprint.get(f"/{ID}")
@blueprint.doc(summary="A zone as it was drawn")
def show_zone(zone_id: int) -> Response:
    """The zone as a document to be changed and sent back, with its tag."""
    with reading() as session:
        draft = get_visible_draft(session, zone_id, author().sees)
        tag = zone_tag(session, zone_id)
    return answer_json({"id": zone_id, "tag": tag, "draft": draft_document(draft)})


@blueprint.put(f"/{ID}")
@blueprint.input(ZoneSchema, arg_name="document")
@blueprint.doc(summary="Change a zone that was seen as its tag in If-Match says")
def put_zone(zone_id: int, document: dict[str, Any]) -> Response:
    """428 without If-Match; 412 with what the zone is now, when somebody else has changed it."""
    check_author()
    seen = request.if_match
    if not seen or seen.star_tag:
        return _problem(
            HTTPStatus.PRECONDITION_REQUIRED,
            gettext("Which version was changed was not said. Load the zone again."),
        )
    tag = next(iter(seen.as_set()))
    try:
        with writing() as session:
            today = today_in(find_city(session))
            saved = change_zone(session, Seen(zone_id, tag), read_draft(document), author(), today)
    except ChangeConflictError as error:
        return _stale(zone_id, error)
    except ChangeRefusedError as error:
        return _refused(error)
    return _saved(saved, HTTPStatus.OK)


@blueprint.get("/places")
@blueprint.input(PlaceQuery, location="query", arg_name="query")
@blueprint.doc(summary="What a place in words may mean")
def show_places(query: dict[str, Any]) -> Response:
    """Shapes, the likeliest first."""
    with reading() as session:
        index = _roads.read(session)
    found = find_places(index, query["q"])
    return answer_json({"places": [candidate_document(each) for each in found]})


@blueprint.get("/linkable")
@blueprint.input(LinkQuery, location="query", arg_name="query")
@blueprint.doc(summary="Zones that another may be linked to")
def show_linkable(query: dict[str, Any]) -> Response:
    """Zones by words of their code, name or unit, at most twenty."""
    with reading() as session:
        found = find_linkable(session, query["q"], author().sees, language())
    return answer_json({"zones": found})


@blueprint.post("/detours")
@blueprint.input(DetourSchema, arg_name="asked")
@blueprint.doc(summary="A detour along the roads; nothing is saved")
def show_detour(asked: dict[str, Any]) -> Response | dict[str, Any]:
    """The shortest way past the stops round what is closed; 404 where there is none."""
    closed = [
        (shape, each["width_m"])
        for each in asked["closed"]
        if (shape := read_shape(each["geometry"])) is not None and shape.is_valid
    ]
    stops = [(lon, lat) for lon, lat in asked["stops"]]
    with reading() as session:
        found = find_detour(session, stops, asked["mode"], closed)
    if found is None:
        return _problem(
            HTTPStatus.NOT_FOUND,
            gettext(
                "There is no way along the roads past these places. Put the stops on roads,"
                " or draw the detour by hand."
            ),
        )
    return {"geometry": found.line, "length_m": found.length_m, "roads": list(found.roads)}


@blueprint.post("/pieces")
@blueprint.input(SplitSchema, arg_name="asked")
@blueprint.doc(summary="A shape split along a line; nothing is saved")
def show_pieces(asked: dict[str, Any]) -> Response | dict[str, Any]:
    """The pieces; 422 when the line does not cut the shape through."""
    shape, line = read_shape(asked["geometry"]), read_shape(asked["line"])
    pieces = None if shape is None or line is None else split_shape(shape, line)
    if pieces is None:
        return _problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            gettext("The line does not cut the shape through. Begin and end it outside the shape."),
        )
    return {"pieces": [shape_to_json(piece) for piece in pieces]}


@blueprint.post("/emergencies")
@blueprint.input(EmergencySchema, arg_name="asked")
@blueprint.doc(summary="Enter an emergency repair that begins now")
def add_emergency(asked: dict[str, Any]) -> Response:
    """The dig, and the road it takes. The same sent again under one key is kept once."""
    check_author()
    words = EmergencyWords(**{**asked, "taken": tuple(asked["taken"])})
    key = sending_name(asked)
    try:
        with writing(key) as session:
            now = _local_now(find_city(session))
            came = find_sendings(session, key)
            if came:
                dig, closure, road = came[0], next(iter(came[1:]), None), None
            else:
                saved = record_emergency(session, words, author(), now)
                dig, closure = saved.dig.id, saved.closure.id if saved.closure else None
                road = saved.road
    except ChangeRefusedError as error:
        return _refused(error)
    response = jsonify(
        id=dig, closure=closure, road=road, url=url_for("zones.show_zone", zone_id=dig)
    )
    response.status_code = HTTPStatus.CREATED
    return response


LONGEST_KEY = 64


def sending_name(document: Mapping[str, Any]) -> str:
    """A name for what is sent: the header `Idempotency-Key` and the content; empty without a key."""
    key = request.headers.get("Idempotency-Key", "").strip()
    if not key or len(key) > LONGEST_KEY or not key.isascii():
        return ""
    said = current_app.json.dumps(document, sort_keys=True, default=str)
    return f"{key}.{sha256(f'{request.path} {said}'.encode()).hexdigest()[:24]}"


def _local_now(city: City) -> datetime:
    """The time in the city, on the day that the settings may pretend it is."""
    now = get_wiring().now().astimezone(ZoneInfo(city.time_zone))
    today = today_in(city)
    return now.replace(year=today.year, month=today.month, day=today.day)


def _saved(saved: Saved, status: HTTPStatus) -> Response:
    response = jsonify(
        id=saved.id,
        tag=saved.tag,
        remarks=remarks_document(saved.remarks),
        url=url_for("zones.show_zone", zone_id=saved.id),
    )
    response.status_code = status
    response.set_etag(saved.tag)
    return response


def _refused(error: ChangeRefusedError) -> Response:
    remarks = remarks_document(error.remarks) if isinstance(error, DraftRefusedError) else []
    return _problem(HTTPStatus.UNPROCESSABLE_ENTITY, told(error), remarks=remarks)


def _stale(zone_id: int, error: ChangeConflictError) -> Response:
    with reading() as session:
        draft = get_visible_draft(session, zone_id, author().sees)
        tag = zone_tag(session, zone_id)
    return _problem(
        HTTPStatus.PRECONDITION_FAILED, told(error), tag=tag, draft=draft_document(draft)
    )


def _problem(status: HTTPStatus, detail: str, **more: Any) -> Response:  # noqa: ANN401  plain values
    response = jsonify(status=int(status), title=detail, detail=detail, **more)
    response.status_code = status
    response.content_type = PROBLEM
    return response
