"""What a unit keeps of itself: its crews and its service windows, by its administrators and the city's."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from flask import Blueprint, redirect, render_template, request, url_for

from app.access import NotAllowedError
from app.frame import read_codes, read_frame
from app.languages import told
from app.params import LARGEST_ID, LARGEST_INTEGER, read_number
from app.wiring import find_city, reading, today_in, viewer, writing
from geo.changes.units import set_crews
from geo.changes.windows import WindowWords, find_replaceable, put_window, remove_window
from geo.errors import ChangeConflictError, ChangeRefusedError
from geo.queries.units import get_unit
from geo.queries.windows import list_own_windows

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from werkzeug.wrappers import Response

    from app.form_pages import Session

blueprint = Blueprint("unit_desk", __name__, url_prefix="/admin/units")

KEY = f"<int(max={LARGEST_ID}):key>"
Page = tuple[str, HTTPStatus]


def check(key: int) -> None:
    """Raises NotAllowedError for who administers neither the city nor this unit."""
    asker = viewer()
    if asker.audience != "admin" and key not in asker.administered_unit_ids:
        message = f"{asker.actor} does not administer unit {key}"
        raise NotAllowedError(message)


@blueprint.get(f"/{KEY}")
def show_unit(key: int) -> Page:
    """A unit's crews and windows, and those of the city that it may put its own in place of."""
    return _page(key, HTTPStatus.OK)


@blueprint.post(f"/{KEY}/crews")
def take_crews(key: int) -> Response | Page:
    """Say in how many places the unit can dig at once."""
    crews = request.form.get("crews", "").replace("\0", "")
    seen = read_number(request.form.get("version"), LARGEST_INTEGER) or 0
    return _change(key, lambda session, _: set_crews(session, key, crews, seen))


@blueprint.post(f"/{KEY}/windows")
def take_window(key: int) -> Response | Page:
    """Keep a window for the unit's own works."""
    form = request.form
    said = {
        name: form.get(name, "").replace("\0", "")
        for name in ("name", "name_en", "operation", "first", "last", "since", "until", "code")
    }
    words = WindowWords(**said, forbids=form.get("forbids") != "0")
    return _change(key, lambda session, today: put_window(session, key, words, today))


@blueprint.post(f"/{KEY}/windows/<int(max={LARGEST_ID}):window>/remove")
def take_removal(key: int, window: int) -> Response | Page:
    """Take a window away."""
    return _change(key, lambda session, today: remove_window(session, key, window, today))


def _change(key: int, act: Callable[[Session, date], None]) -> Response | Page:
    check(key)
    try:
        with writing() as session:
            act(session, today_in(find_city(session)))
    except ChangeConflictError as error:
        return _page(key, HTTPStatus.PRECONDITION_FAILED, told(error))
    except ChangeRefusedError as error:
        return _page(key, HTTPStatus.UNPROCESSABLE_ENTITY, told(error))
    return redirect(url_for(".show_unit", key=key, saved=1), HTTPStatus.SEE_OTHER)


def _page(key: int, status: HTTPStatus, refused: str | None = None) -> Page:
    check(key)
    with reading() as session:
        frame = read_frame(session)
        unit = get_unit(session, key)
        own = list_own_windows(session, key)
        replaceable = find_replaceable(session, unit, frame.today) if unit.utility else []
        codes = read_codes(session)
        page = render_template(
            "admin/unit.html",
            frame=frame,
            unit=unit,
            own=own,
            replaceable=replaceable,
            codes=codes,
            start=_start(replaceable, own, refused),
            refused=refused,
            saved=request.args.get("saved") == "1",
        )
    return page, status


def _start(replaceable: list[Any], own: list[Any], refused: str | None) -> dict[str, Any]:
    """What stands in the form of a new window: what was sent, or the window that it is to stand in for."""
    if refused is not None:
        return request.form.to_dict()
    asked = request.args.get("code", "")
    windows = [*(window for _, _, window in own), *replaceable]
    found = next((one for one in windows if one.code == asked), None)
    if found is None:
        return {}
    return {
        "code": found.code,
        "name": found.name,
        "name_en": found.name_en,
        "forbids": "1" if found.forbids else "0",
        "operation": found.operations[0] if found.operations else "cut",
        "first": found.first,
        "last": found.last,
        "since": f"{found.since:%H:%M}" if found.since else "",
        "until": f"{found.until:%H:%M}" if found.until else "",
    }
