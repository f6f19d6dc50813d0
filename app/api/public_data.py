"""The public map for machines: projects and diversions as JSON, layers as GeoJSON, released photographs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apiflask import APIBlueprint, abort

from app.api.tagged import GEOJSON, JSON, write_json
from app.cacheable import HOUR, MINUTE, allow_everywhere, answer_public
from app.public_frame import read_public
from geo.queries.public_layers import GROUND_LAYERS, PUBLIC_LAYERS, get_public_layer
from geo.queries.public_map import find_public_project, get_photo, list_public_projects
from geo.queries.public_pages import get_overview
from geo.queries.spelling import spell

if TYPE_CHECKING:
    from flask import Response

blueprint = APIBlueprint("public_data", __name__, url_prefix="/public", tag="Public")


@blueprint.get("/layers/<layer>")
@blueprint.doc(summary="Shapes of a public layer")
def show_layer(layer: str) -> Response:
    """GeoJSON of one layer: sites of public projects, diversions, utility work, or the ground."""
    if layer not in PUBLIC_LAYERS:
        abort(404)
    _, body = read_public(
        lambda session, frame: get_public_layer(session, layer, frame.today, frame.city.notice_days)
    )
    seconds = HOUR if layer in GROUND_LAYERS else MINUTE
    return allow_everywhere(answer_public(body, GEOJSON, seconds=seconds))


@blueprint.get("/overview")
@blueprint.doc(summary="All projects, diversions and outages of today")
def show_overview() -> Response:
    """What the public map shows today, in words."""
    frame, found = read_public(
        lambda session, frame: get_overview(session, frame.today, frame.city.notice_days)
    )
    for project in found["projects"]:
        project["pinyin"], project["initials"] = spell(project["name"])
    body = write_json({"day": frame.today.isoformat(), **found})
    return allow_everywhere(answer_public(body, JSON))


@blueprint.get("/projects")
@blueprint.doc(summary="All public projects")
def show_projects() -> Response:
    """All public projects with stage, progress, announced and extended finish."""
    _, projects = read_public(lambda session, frame: list_public_projects(session, frame.today))
    return allow_everywhere(answer_public(write_json({"projects": projects}), JSON))


@blueprint.get("/projects/<code>")
@blueprint.doc(summary="One public project")
def show_project(code: str) -> Response:
    """One public project; 404 for any other."""
    _, project = read_public(lambda session, frame: find_public_project(session, code, frame.today))
    return allow_everywhere(answer_public(write_json(project), JSON))


@blueprint.get("/photos/<sha256>")
@blueprint.doc(summary="A released photograph")
def show_photo(sha256: str) -> Response:
    """The bytes of a released photograph of a public project; 404 for any other file."""
    _, photo = read_public(lambda session, _: get_photo(session, sha256))
    return allow_everywhere(answer_public(photo.content, photo.media_type, seconds=HOUR))
