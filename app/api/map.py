"""The map's data: shapes once for each layer, lamps for each day."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from apiflask import APIBlueprint, Schema, abort
from apiflask.fields import Date, String
from apiflask.validators import OneOf

from app.api.documents import (
    BOARD,
    LAYER,
    PACKED_BOARD,
    PACKED_LAYER,
    PACKED_PROJECTS,
    PROJECT,
    PROJECTS,
    REVISION,
    TREND,
)
from app.api.tagged import (
    GEOJSON,
    JSON,
    PACKED,
    answer_json,
    answer_json_once,
    answer_tagged,
    write_json,
)
from app.boards import board_of, board_tag
from app.languages import LANGUAGES, language
from app.moments import reading_then, today_then
from app.params import FURTHEST
from app.wiring import find_city
from geo.queries.lamps import get_trend
from geo.queries.layers import LAYERS, get_layer, get_revision, layer_revision, snapshot_of
from geo.queries.packed import FOOTPRINTS, SITES, get_packed_layer, pack_board, pack_projects
from geo.queries.project_sheet import get_project_sheet
from geo.queries.projects import list_projects

if TYPE_CHECKING:
    from datetime import date

    from flask import Response

blueprint = APIBlueprint("map", __name__, url_prefix="/api/map", tag="Map")

LONGEST_TREND = timedelta(days=1100)


class DayQuery(Schema):
    """A day; today if none is given."""

    day = Date(load_default=None, metadata={"description": "YYYY-MM-DD; without it, today"})


class SheetQuery(DayQuery):
    """A day and the language of the reasons."""

    lang = String(load_default=None, validate=OneOf(LANGUAGES))


class LanguageQuery(Schema):
    """The language of the words."""

    lang = String(load_default=None, validate=OneOf(LANGUAGES))


class TrendQuery(Schema):
    """A span of days, both included."""

    first = Date(required=True)
    last = Date(required=True)


def near(day: date | None, today: date) -> date:
    """The day asked for, today if none; a day beyond any record is refused with 400."""
    if day is None:
        return today
    if abs(day - today) > FURTHEST:
        abort(400, f"day: {day} is more than ten years away")
    return day


@blueprint.get("/layers/<layer>")
@blueprint.doc(summary="Shapes of a layer", responses=LAYER)
def show_layer(layer: str) -> Response:
    """GeoJSON of one layer, under the tag of its revision."""
    if layer not in LAYERS:
        abort(404)
    with reading_then() as session:
        tag = f"{layer}-{layer_revision(session, layer)}"
        return answer_tagged(tag, lambda: get_layer(session, layer), GEOJSON)


@blueprint.get("/lamps")
@blueprint.input(DayQuery, location="query", arg_name="query")
@blueprint.doc(summary="Lamps of a day", responses=BOARD)
def show_lamps(query: dict[str, Any]) -> Response:
    """Lamps and counts; the tag holds the day, today and the revision of the lamps."""
    with reading_then() as session:
        today = today_then(find_city(session))
        day = near(query["day"], today)
        tag = board_tag(session, day, today)
        return answer_tagged(tag, lambda: write_json(board_of(session, day, today)), JSON)


@blueprint.get("/projects")
@blueprint.doc(summary="All projects", responses=PROJECTS)
def show_projects() -> Response:
    """Names, units and sites of all projects, for the list and the search."""
    with reading_then() as session:
        return answer_json_once(f"projects-{snapshot_of(session)}", lambda: list_projects(session))


@blueprint.get("/projects/<code>")
@blueprint.input(SheetQuery, location="query", arg_name="query")
@blueprint.doc(summary="One project", responses=PROJECT)
def show_project(code: str, query: dict[str, Any]) -> Response:
    """One project's sheet as on a day."""
    with reading_then() as session:
        today = today_then(find_city(session))
        day = near(query["day"], today)
        return answer_json(
            get_project_sheet(session, code, day, today, query["lang"] or language())
        )


@blueprint.get("/trend")
@blueprint.input(TrendQuery, location="query", arg_name="query")
@blueprint.doc(summary="Counts over time", responses=TREND)
def show_trend(query: dict[str, Any]) -> Response:
    """Counts by lamp for each day from `first` to `last`, at most three years."""
    first_on, last_on = query["first"], query["last"]
    with reading_then() as session:
        today = today_then(find_city(session))
        near(first_on, today)
        near(last_on, today)
        if not timedelta(0) <= last_on - first_on <= LONGEST_TREND:
            abort(400, "first and last: at most three years, in order")
        return answer_json(get_trend(session, first_on, last_on))


@blueprint.get("/revision")
@blueprint.doc(summary="What has changed", responses=REVISION)
def show_revision() -> Response:
    """The revisions of all layers and of the lamps, to look for news without reading it all."""
    with reading_then() as session:
        return answer_json(get_revision(session))


@blueprint.get("/packed/layers/<layer>")
@blueprint.input(LanguageQuery, location="query", arg_name="query")
@blueprint.doc(summary="Shapes of a layer, packed", responses=PACKED_LAYER)
def show_packed_layer(layer: str, query: dict[str, Any]) -> Response:
    """The same layer as columns and TWKB, in a fifth of the bytes; `footprints` has the shapes of the sites."""
    if layer not in {*LAYERS, FOOTPRINTS}:
        abort(404)
    lang = query["lang"] or language()
    with reading_then() as session:
        revision = layer_revision(session, SITES if layer == FOOTPRINTS else layer)
        return answer_tagged(
            f"packed-{layer}-{lang}-{revision}",
            lambda: get_packed_layer(session, layer, lang),
            PACKED,
            keep=True,
        )


@blueprint.get("/packed/lamps")
@blueprint.input(DayQuery, location="query", arg_name="query")
@blueprint.doc(summary="Lamps of a day, packed", responses=PACKED_BOARD)
def show_packed_lamps(query: dict[str, Any]) -> Response:
    """The same as the lamps of a day, in a tenth of the bytes."""
    with reading_then() as session:
        today = today_then(find_city(session))
        day = near(query["day"], today)
        tag = f"packed-{board_tag(session, day, today)}"
        return answer_tagged(
            tag,
            lambda: write_json(pack_board(board_of(session, day, today))),
            JSON,
            keep=True,
        )


@blueprint.get("/packed/projects")
@blueprint.input(LanguageQuery, location="query", arg_name="query")
@blueprint.doc(summary="All projects, packed", responses=PACKED_PROJECTS)
def show_packed_projects(query: dict[str, Any]) -> Response:
    """The same as all projects, as columns, with road names and how names are spelled in pinyin."""
    lang = query["lang"] or language()

    def pack() -> dict[str, Any]:
        return pack_projects(session, list_projects(session)["projects"], lang)

    with reading_then() as session:
        return answer_json_once(f"packed-projects-{lang}-{snapshot_of(session)}", pack)
