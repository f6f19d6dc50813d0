"""What everybody is told beyond single projects: how the public map speaks, and outages of supply; by the command."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from flask import Blueprint, redirect, render_template, request, url_for

from app.fields import seen_version
from app.frame import read_frame
from app.languages import told
from app.params import read_number, read_saved
from app.wiring import find_city, get_wiring, reading, today_in, viewer, writing
from geo.changes.announcements import (
    UNDONE,
    OutageWords,
    count_public_lamps,
    get_public_setting,
    list_outages,
    put_outage,
    put_setting,
    remove_outage,
    take_announcement_back,
)
from geo.errors import ChangeConflictError, ChangeError

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.wrappers import Response

blueprint = Blueprint("announcements", __name__, url_prefix="/releases/announcements")

Page = tuple[str, HTTPStatus]
MINUTE = "%Y-%m-%dT%H:%M"


@blueprint.get("")
def show_announcements() -> Page:
    """The setting of the public map, and the outages, those to come first."""
    return _page(HTTPStatus.OK)


@blueprint.post("/setting")
def take_setting() -> Response | Page:
    """Say whether lamps are shown to everybody, and how long ahead closures and outages are told."""
    shown, days = request.form.get("lamp_shown") == "1", request.form.get("notice_days", "")
    return _change(
        lambda session, today: (
            f"public_setting.1.{put_setting(session, today, days, seen_version(), shown=shown)}"
        )
    )


@blueprint.post("/outages")
def take_outage() -> Response | Page:
    """Enter an outage, change one, or take one away."""
    row_id = read_number(request.form.get("id")) or None
    gone = request.form.get("gone") == "1" and row_id is not None

    def change(session: Any, today: Any) -> str:  # noqa: ANN401  a session, which pages do not know by its type
        seen = seen_version() if row_id else 0
        if gone and row_id:
            remove_outage(session, today, row_id, seen)
            return f"announced_outage.{row_id}.{seen + 1}"
        zone = ZoneInfo(find_city(session).time_zone)
        return "announced_outage.{}.{}".format(
            *put_outage(session, today, _read_words(zone), row_id, seen)
        )

    return _change(change)


@blueprint.post("/undo")
def take_undo() -> Response | Page:
    """Undo the last save, as the bar that tells of it offers."""
    kind, row_id = request.form.get("kind", ""), read_number(request.form.get("id")) or 0

    def change(session: Any, today: Any) -> str:  # noqa: ANN401  a session, which pages do not know by its type
        take_announcement_back(session, today, kind, row_id, seen_version())
        return ""

    return _change(change)


def _read_words(zone: ZoneInfo) -> OutageWords:
    def moment(name: str) -> datetime | None:
        try:
            return datetime.strptime(request.form.get(name, ""), MINUTE).replace(tzinfo=zone)
        except ValueError:
            return None

    code, area, area_en = (
        request.form.get(name, "").replace("\0", "") for name in ("zone", "area", "area_en")
    )
    released = request.form.get("released") == "1"
    return OutageWords(code, moment("starts_at"), moment("ends_at"), area, area_en, released)


def _change(act: Callable[[Any, Any], str]) -> Response | Page:
    """Do it, and go on to the page that tells what was saved (`kind.id.version`); nothing: it was undone."""
    try:
        with writing() as session:
            saved = act(session, today_in(find_city(session)))
    except ChangeConflictError as error:
        return _page(HTTPStatus.PRECONDITION_FAILED, error)
    except ChangeError as error:
        return _page(HTTPStatus.UNPROCESSABLE_ENTITY, error)
    undone = None if saved else "1"
    return redirect(
        url_for(".show_announcements", saved=saved or None, undone=undone), HTTPStatus.SEE_OTHER
    )


def _page(status: HTTPStatus, error: ChangeError | None = None) -> Page:
    sent = request.form if error else {}
    with reading() as session:
        frame = read_frame(session)
        zone = ZoneInfo(frame.city.time_zone)
        now = get_wiring().now()
        outages = list_outages(session)
        page = render_template(
            "releases/announcements.html",
            frame=frame,
            setting=get_public_setting(session),
            lamps=count_public_lamps(session, frame.today),
            ahead=[one for one in reversed(outages) if one.ends_at >= now],
            over=[one for one in outages if one.ends_at < now],
            local=lambda at: at.astimezone(zone).strftime(MINUTE),
            by_command=viewer().audience == "command",
            sent=sent,
            sent_to=request.endpoint if error else "",
            zone_asked=request.args.get("zone", "")[:60],
            refused=told(error) if error else None,
            saved=read_saved(request.args, UNDONE),
            undone=request.args.get("undone") == "1",
        )
    return page, status
