"""The inbox: what happened at watched places, as words and picture to pass on; and the places that are watched."""

from __future__ import annotations

from http import HTTPStatus
from io import BytesIO
from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for

from app.boxes import parse_area
from app.frame import read_frame, tell_browser
from app.languages import told
from app.params import LARGEST_ID, read_number
from app.watchers import may_keep, reader_of
from app.wiring import get_wiring, reading, viewer, writing_own
from geo.changes.subscriptions import (
    Place,
    Watcher,
    Ways,
    mark_read,
    stop_watching,
    watch_place,
)
from geo.errors import ChangeRefusedError
from geo.exporters.notices import write_notice
from geo.model.watching import WebhookKind
from geo.queries.road_plan import list_named_roads
from geo.queries.watching import (
    count_unread,
    get_told,
    get_told_shapes,
    list_districts,
    list_told,
    list_watched_places,
)
from geo.zoning.areas import UNREADABLE_AREA

if TYPE_CHECKING:
    from collections.abc import Mapping

    from werkzeug.wrappers import Response

blueprint = Blueprint("inbox", __name__, url_prefix="/inbox")


@blueprint.get("")
def show_inbox() -> str:
    """What happened, the newest first, and what is watched."""
    return _page(None, {})


@blueprint.post("/read")
def take_read() -> Response:
    """Mark what was on the page as read."""
    wanted = {read_number(one) for one in request.form.getlist("told")}
    with writing_own() as session:
        mark_read(session, {one for one in wanted if one}, get_wiring().now())
    return redirect(url_for(".show_inbox"), HTTPStatus.SEE_OTHER)


@blueprint.post("/places")
def take_place() -> Response | tuple[str, int]:
    """Watch a place."""
    form = request.form
    try:
        with writing_own() as session:
            settings = get_wiring().settings
            allowed = settings.allowed_webhooks
            _made, token = watch_place(session, _watcher(form), _place(form), _ways(form), allowed)
    except ChangeRefusedError as error:
        sentence = told(error)
        return _page(sentence, form), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(url_for("feed.get_feed", token=token, _external=True))
    return redirect(url_for(".show_inbox", _anchor="places"), HTTPStatus.SEE_OTHER)


@blueprint.post(f"/places/<int(max={LARGEST_ID}):place>/stop")
def take_stop(place: int) -> Response:
    """Watch a place no longer."""
    with writing_own() as session:
        stop_watching(session, place)
    return redirect(url_for(".show_inbox", _anchor="places"), HTTPStatus.SEE_OTHER)


@blueprint.get(f"/<int(max={LARGEST_ID}):told>.png")
def get_picture(told: int) -> Response:
    """A picture of what happened, to copy into a work group."""
    from geo.exporters.watch_picture import draw_watch_picture  # noqa: PLC0415  loads when somebody looks

    with reading() as session:
        found = get_told(session, reader_of(viewer()), told)
        shapes = get_told_shapes(session, found)
        zone = read_frame(session).city.time_zone
    title = write_notice(found.name, found.happened_at, found.lines, zone).split("\n")[0]
    content = draw_watch_picture(title, shapes)
    return send_file(BytesIO(content), mimetype="image/png", download_name=f"{found.id}.png")


def _page(refused: str | None, form: Mapping[str, str]) -> str:
    asker = viewer()
    mine = reader_of(asker)
    with reading() as session:
        frame = read_frame(session)
        told = list_told(session, mine)
        places = list_watched_places(session, mine)
        unread = count_unread(session, mine)
        roads = list_named_roads(session)
        districts = list_districts(session)
    zone = frame.city.time_zone
    return render_template(
        "inbox.html",
        frame=frame,
        told=[(one, write_notice(one.name, one.happened_at, one.lines, zone)) for one in told],
        places=places,
        unread=unread,
        roads=roads,
        districts=districts,
        refused=refused,
        form=form,
        may_keep=lambda place: may_keep(asker, place),
        may_share=asker.may_edit,
        page=tell_browser(frame),
        kinds=[kind.value for kind in WebhookKind],
        webhooks=bool(get_wiring().settings.allowed_webhooks),
        mail=get_wiring().settings.smtp_host is not None,
    )


def _watcher(form: Mapping[str, str]) -> Watcher:
    """As whom the asker watches: for a unit that he edits for, or the command if he is of it; else for himself."""
    asker = viewer()
    shared = form.get("whose") != "own" and asker.may_edit
    if asker.sees_whole_city:
        return Watcher(None, None if shared else asker.account_id)
    unit = read_number(form.get("unit", ""))
    units = asker.editable_unit_ids if shared else asker.unit_ids
    return Watcher(unit if unit in units else units[0], None if shared else asker.account_id)


def _name(form: Mapping[str, str]) -> str:
    return form.get("name", "").replace("\0", "").strip() or form.get("road", "").strip()


def _place(form: Mapping[str, str]) -> Place:
    road = form.get("road", "").strip()
    if road:
        return Place(_name(form), road=road.replace("\0", ""))
    district = read_number(form.get("district", ""))
    if district is not None:
        return Place(_name(form), district_id=district)
    written = form.get("area", "").strip()
    area = parse_area(written)
    if written and area is None:
        raise ChangeRefusedError(*UNREADABLE_AREA)
    return Place(_name(form), area=area)


def _ways(form: Mapping[str, str]) -> Ways:
    kind = form.get("webhook_kind", "")
    known = {one.value: one for one in WebhookKind}
    return Ways(
        known.get(kind),
        form.get("webhook_url", "").replace("\0", ""),
        form.get("webhook_secret", "").replace("\0", ""),
        form.get("email", "").replace("\0", ""),
    )
