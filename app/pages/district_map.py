"""Districts on the map: an outline drawn anew, with what that does to its neighbours; an import undone as a whole."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from flask import Blueprint, jsonify, redirect, render_template, request, url_for

from app.fields import seen_version
from app.frame import read_frame, tell_browser
from app.languages import language, told
from app.params import LARGEST_ID, LARGEST_INTEGER, read_number
from app.wiring import find_city, get_wiring, reading, staff_database, today_in, viewer, writing
from geo.changes.district_shapes import look_at_shape, reshape_district, take_shapes_back
from geo.errors import ChangeConflictError, ChangeError, ChangeRefusedError
from geo.importers.run import undo_districts
from geo.queries.districts import get_borders

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from geo.changes.district_shapes import DistrictLook

blueprint = Blueprint("district_map", __name__, url_prefix="/admin/districts")

KEY = f"<int(max={LARGEST_ID}):key>"
Page = tuple[str, HTTPStatus]
MOST_SAVED = 200


@blueprint.get(f"/{KEY}/shape")
def show_shape(key: int) -> Page:
    """A district and its neighbours on the map, to be drawn anew."""
    return _page(key, HTTPStatus.OK)


@blueprint.post(f"/{KEY}/shape/look")
def look(key: int) -> Response | tuple[Response, HTTPStatus]:
    """What an outline would do, in sentences; the browser asks while somebody draws."""
    try:
        with reading() as session:
            found = look_at_shape(session, key, _sent_shape())
    except ChangeRefusedError as error:
        return jsonify({"detail": told(error)}), HTTPStatus.UNPROCESSABLE_ENTITY
    return jsonify({"area_km2": found.area_m2 / 1e6, "sentences": _sentences(found)})


@blueprint.post(f"/{KEY}/shape")
def take_shape(key: int) -> Response | Page:
    """Keep an outline; with `give_way` the neighbours lose what it takes."""
    seen = seen_version()
    try:
        with writing() as session:
            written = reshape_district(
                session,
                key,
                _sent_shape(),
                seen,
                give_way=request.form.get("give_way") == "1",
            )
    except ChangeConflictError as error:
        return _page(key, HTTPStatus.PRECONDITION_FAILED, error)
    except ChangeRefusedError as error:
        return _page(key, HTTPStatus.UNPROCESSABLE_ENTITY, error)
    saved = ",".join(f"{row_id}.{version}" for row_id, version in written)
    return redirect(url_for(".show_shape", key=key, saved=saved), HTTPStatus.SEE_OTHER)


@blueprint.post(f"/{KEY}/shape/undo")
def take_undo(key: int) -> Response | Page:
    """Undo a save: the district, and the neighbours that gave way, are as before."""
    try:
        with writing() as session:
            today = today_in(find_city(session))
            take_shapes_back(session, today, read_saved(request.form.get("saved", "")))
    except ChangeConflictError as error:
        return _page(key, HTTPStatus.PRECONDITION_FAILED, error)
    except ChangeError as error:
        return _page(key, HTTPStatus.UNPROCESSABLE_ENTITY, error)
    return redirect(url_for(".show_shape", key=key, undone=1), HTTPStatus.SEE_OTHER)


@blueprint.post(f"/imports/<int(max={LARGEST_ID}):run>/undo")
def take_import_undo(run: int) -> Response:
    """Undo an import of districts as a whole: the former ones come back, new ones go."""
    who, now = viewer().actor, get_wiring().now()
    with reading() as session:
        today = today_in(find_city(session))
    try:
        undo_districts(staff_database().engine, run, today, who, now)
    except ChangeRefusedError as error:
        return redirect(
            url_for("city_data.show_districts", refused=told(error)[:400]), HTTPStatus.SEE_OTHER
        )
    return redirect(url_for("city_data.show_districts", undone=1), HTTPStatus.SEE_OTHER)


def read_saved(text: str) -> list[tuple[int, int]]:
    """Districts with their versions as `12.3,14.2`; what cannot be read is left out."""
    found = []
    for one in text.split(",")[:MOST_SAVED]:
        row_id, _, version = one.partition(".")
        pair = (read_number(row_id), read_number(version, LARGEST_INTEGER))
        if pair[0] and pair[1] and pair[1] > 1:
            found.append((pair[0], pair[1]))
    return found


def _sent_shape() -> dict[str, Any]:
    try:
        shape = json.loads(request.form.get("shape", ""))
    except ValueError:
        shape = None
    return shape if isinstance(shape, dict) else {}


def _sentences(found: DistrictLook) -> list[str]:
    return [en if language() == "en" else zh for zh, en in found.sentences()]


def _page(key: int, status: HTTPStatus, error: ChangeError | None = None) -> Page:
    sent = _sent_shape() if error else {}
    sentences: list[str] = []
    with reading() as session:
        frame = read_frame(session)
        borders = get_borders(session, key)
        shape = sent or borders.shape
        if shape:
            try:
                sentences = _sentences(look_at_shape(session, key, shape))
            except ChangeRefusedError:
                shape = borders.shape  # what was sent is no outline, so it cannot be shown again
    name = (borders.name_en if language() == "en" else None) or borders.name
    page = render_template(
        "admin/district_shape.html",
        frame=frame,
        borders=borders,
        name=name,
        sentences=sentences,
        refused=told(error) if error else None,
        saved=request.args.get("saved", "") if read_saved(request.args.get("saved", "")) else "",
        undone=request.args.get("undone") == "1",
        page=tell_browser(
            frame,
            shape=shape,
            neighbours=[
                {"type": "Feature", "properties": {"name": one.name}, "geometry": one.shape}
                for one in borders.neighbours
            ],
            look=url_for(".look", key=key),
        ),
    )
    return page, status
