"""What a unit keeps of itself: its crews and its service windows, by its administrators and the city's."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request, url_for

from app.access import NotAllowedError
from app.fields import seen_version
from app.frame import read_codes, read_frame
from app.languages import told
from app.params import LARGEST_ID, read_number, read_saved
from app.window_forms import find_window, read_words, sent_texts
from app.wiring import find_city, reading, today_in, viewer, writing
from geo.changes.editing import restore_version
from geo.changes.units import set_crews
from geo.changes.windows import (
    WindowWords,
    find_replaceable,
    put_window,
    remove_window,
    take_window_back,
)
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

    def change(session: Session, _: date) -> str:
        return f"unit.{key}.{set_crews(session, key, crews, seen_version())}"

    return _change(key, change)


@blueprint.post(f"/{KEY}/windows")
def take_window(key: int) -> Response | Page:
    """Keep a window for the unit's own works."""
    words = WindowWords(**read_words(request.form), operation=request.form.get("operations", "cut"))

    def change(session: Session, today: date) -> str:
        return "service_window.{}.{}".format(
            *put_window(session, key, words, today, seen_version())
        )

    return _change(key, change)


@blueprint.post(f"/{KEY}/windows/<int(max={LARGEST_ID}):window>/remove")
def take_removal(key: int, window: int) -> Response | Page:
    """Take a window away."""

    def change(session: Session, today: date) -> str:
        seen = seen_version()
        remove_window(session, key, window, today, seen)
        return f"service_window.{window}.{seen + 1}"

    return _change(key, change)


@blueprint.post(f"/{KEY}/undo")
def take_undo(key: int) -> Response | Page:
    """Undo the last save, as the bar that tells of it offers."""
    of_window = request.form.get("kind") == "service_window"
    row_id = read_number(request.form.get("id")) or 0

    def change(session: Session, today: date) -> str:
        seen = seen_version()
        if of_window:
            take_window_back(session, key, row_id, today, seen)
        else:
            restore_version(session, today, "unit", key, seen - 1, seen)
        return ""

    return _change(key, change)


def _change(key: int, act: Callable[[Session, date], str]) -> Response | Page:
    """Do it, and go on to the page that tells what was saved (`kind.id.version`); nothing: it was undone."""
    check(key)
    try:
        with writing() as session:
            saved = act(session, today_in(find_city(session)))
    except ChangeConflictError as error:
        return _page(key, HTTPStatus.PRECONDITION_FAILED, told(error))
    except ChangeRefusedError as error:
        return _page(key, HTTPStatus.UNPROCESSABLE_ENTITY, told(error))
    told_by = {"saved": saved} if saved else {"undone": 1}
    return redirect(url_for(".show_unit", key=key, **told_by), HTTPStatus.SEE_OTHER)


def _page(key: int, status: HTTPStatus, refused: str | None = None) -> Page:
    check(key)
    sent = request.endpoint if refused is not None else ""
    with reading() as session:
        frame = read_frame(session)
        unit = get_unit(session, key)
        own = list_own_windows(session, key)
        replaceable = find_replaceable(session, unit, frame.today) if unit.utility else []
        if sent == "unit_desk.take_window":
            start = sent_texts(request.form)
        else:
            windows = [*(one.window for one in own), *replaceable]
            start = find_window(windows, request.args.get("code"))
        page = render_template(
            "admin/unit.html",
            frame=frame,
            unit=unit,
            own=own,
            replaceable=replaceable,
            codes=read_codes(session),
            start=start,
            present=next((one for one in own if one.window.code == start.get("code")), None),
            clash=status is HTTPStatus.PRECONDITION_FAILED and sent == "unit_desk.take_window",
            crews_sent=request.form.get("crews") if sent == "unit_desk.take_crews" else None,
            refused=refused,
            saved=read_saved(request.args, ("unit", "service_window")),
            undone=request.args.get("undone") == "1",
        )
    return page, status
