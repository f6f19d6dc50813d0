"""The city's times: service windows for everybody's works, the winter stop, holidays, days off and days worked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from flask import Blueprint, redirect, render_template, request, url_for

from app.fields import seen_version, sending_key
from app.frame import read_codes, read_frame
from app.languages import told
from app.params import LARGEST_INTEGER, parse_day, read_number, read_saved
from app.window_forms import find_window, read_words, sent_texts
from app.wiring import find_city, reading, today_in, writing
from geo.changes.calendar_days import (
    CalendarWords,
    add_calendar_days,
    change_calendar_day,
    list_calendar_days,
    remove_calendar_day,
    take_calendar_day_back,
    take_calendar_days_back,
)
from geo.changes.city_windows import (
    CityWindowWords,
    preview_window,
    put_city_window,
    read_windows,
)
from geo.changes.pauses import (
    PauseWords,
    list_pauses,
    preview_pause,
    put_pause,
    remove_pause,
    take_pause_back,
)
from geo.changes.rules import take_rules_back
from geo.errors import ChangeConflictError, ChangeError, ChangeRefusedError
from geo.queries.codes import list_codes

if TYPE_CHECKING:
    from werkzeug.datastructures import MultiDict
    from werkzeug.wrappers import Response

    from geo.changes.city_windows import WindowPreview
    from geo.changes.rules import Preview

blueprint = Blueprint("city_times", __name__, url_prefix="/admin/times")

Page = tuple[str, HTTPStatus]
SAVES = ("rules_version", "pause", "calendar_day")
"""Kinds of record whose last save is undone here."""


@dataclass(frozen=True, slots=True)
class Tried:
    """What a form asks to try: of which kind, what it says, what is taken away, and what that would do."""

    kind: str
    gone: str = ""
    works: WindowPreview | None = None
    lamps: Preview | None = None


@blueprint.get("")
def show_times() -> Page:
    """The windows and pauses; with `try` what a form would change from tomorrow."""
    return _page(HTTPStatus.OK)


@blueprint.post("/windows")
def take_window() -> Response | Page:
    """Put a window in force from tomorrow, or take one away, as a new version of the rules."""
    form, gone = request.form, request.form.get("gone", "")
    words = None if gone else _window_words(form)
    seen, note = form.get("seen", ""), form.get("note", "").replace("\0", "")
    try:
        with writing() as session:
            today = today_in(find_city(session))
            written = put_city_window(session, today, words, gone, seen, note)
    except ChangeError as error:
        return _page(_status(error), error)
    return redirect(
        url_for(".show_times", saved=f"rules_version.{written.id}.{written.version}"),
        HTTPStatus.SEE_OTHER,
    )


@blueprint.post("/pauses")
def take_pause() -> Response | Page:
    """Keep a pause, or take one away; the lamps follow at once."""
    form = request.form
    words, seen = _pause_words(form), read_number(form.get("version"), LARGEST_INTEGER) or 0
    gone = form.get("gone") == "1"
    try:
        with writing() as session:
            today = today_in(find_city(session))
            if gone and words.id is not None:
                remove_pause(session, today, words.id, seen)
                saved = f"pause.{words.id}.{seen + 1}"
            else:
                saved = "pause.{}.{}".format(*put_pause(session, today, words, seen))
    except ChangeError as error:
        return _page(_status(error), error)
    return redirect(url_for(".show_times", saved=saved, _anchor="pauses"), HTTPStatus.SEE_OTHER)


@blueprint.post("/calendar")
def take_calendar() -> Response | Page:
    """Enter days off or worked, or change or take away one of them."""
    form = request.form
    words = CalendarWords(
        form.get("name", "").replace("\0", ""),
        form.get("kind", ""),
        parse_day(form.get("first_on", "")),
        parse_day(form.get("last_on", "")),
        read_number(form.get("id")) or None,
    )
    saved, sent = "", sending_key()
    try:
        with writing("" if words.id else sent) as session:
            today = today_in(find_city(session))
            if words.id is None:
                add_calendar_days(session, today, words)
            elif form.get("gone") == "1":
                seen = seen_version()
                remove_calendar_day(session, today, words.id, seen)
                saved = f"calendar_day.{words.id}.{seen + 1}"
            else:
                version = change_calendar_day(session, today, words, seen_version())
                saved = f"calendar_day.{words.id}.{version}"
    except ChangeError as error:
        return _page(_status(error), error)
    address = (
        url_for(".show_times", saved=saved, _anchor="calendar")
        if saved
        else url_for(".show_times", sent=sent, _anchor="calendar")
    )
    return redirect(address, HTTPStatus.SEE_OTHER)


@blueprint.post("/undo")
def take_undo() -> Response | Page:
    """Undo the last save, as the bar that tells of it offers."""
    form = request.form
    sent = form.get("sent", "").replace("\0", "")
    row_id = read_number(form.get("id")) or 0
    seen = read_number(form.get("version"), LARGEST_INTEGER) or 0
    undo = _UNDO.get(form.get("kind", ""), take_rules_back)
    try:
        with writing() as session:
            today = today_in(find_city(session))
            if sent:
                take_calendar_days_back(session, today, sent)
            else:
                undo(session, today, row_id, seen)
    except ChangeError as error:
        return _page(_status(error), error)
    onward = "admin.show_rules" if form.get("back") == "rules" else ".show_times"
    return redirect(url_for(onward, undone=1), HTTPStatus.SEE_OTHER)


_UNDO = {"pause": take_pause_back, "calendar_day": take_calendar_day_back}


def _status(error: ChangeError) -> HTTPStatus:
    if isinstance(error, ChangeConflictError):
        return HTTPStatus.PRECONDITION_FAILED
    return HTTPStatus.UNPROCESSABLE_ENTITY


def _window_words(given: MultiDict[str, str]) -> CityWindowWords:
    return CityWindowWords(
        **read_words(given),
        operations=tuple(given.getlist("operations")),
        utilities=tuple(given.getlist("utilities")),
    )


def _pause_words(given: Any) -> PauseWords:  # noqa: ANN401  query or form
    return PauseWords(
        given.get("name", "").replace("\0", ""),
        given.get("kind", ""),
        parse_day(given.get("first_on", "")),
        parse_day(given.get("last_on", "")),
        read_number(given.get("id")) or None,
    )


def _try(session: Any, today: Any) -> Tried | None:  # noqa: ANN401  a session, which pages do not know by its type
    """What the address asks to try. Raises ChangeRefusedError, NotFoundError."""
    asked = request.args
    match asked.get("try", ""):
        case "window":
            gone = asked.get("gone", "")
            words = None if gone else _window_words(asked)
            return Tried("window", gone, works=preview_window(session, today, words, gone))
        case "pause":
            gone = asked.get("gone", "")
            lamps = preview_pause(session, today, _pause_words(asked), gone=gone == "1")
            return Tried("pause", gone, lamps=lamps)
    return None


def _page(status: HTTPStatus, error: ChangeError | None = None) -> Page:
    tried: Tried | None = None
    with reading() as session:
        frame = read_frame(session)
        windows, seen = read_windows(session, frame.today)
        if error is None:
            try:
                tried = _try(session, frame.today)
            except ChangeRefusedError as refused:
                error, status = refused, HTTPStatus.UNPROCESSABLE_ENTITY
        sent: Any = request.form if request.method == "POST" else request.args
        about = request.endpoint == "city_times.take_pause" or sent.get("try") == "pause"
        of_days = request.endpoint == "city_times.take_calendar"
        page = render_template(
            "admin/times.html",
            frame=frame,
            tomorrow=frame.today + timedelta(days=1),
            windows=windows,
            seen=seen,
            pauses=list_pauses(session),
            utilities=list_codes(session)["utility"],
            codes=read_codes(session),
            tried=tried,
            window=_window_start(windows, {} if about or of_days else sent),
            pause=sent if about else {},
            days=list_calendar_days(session),
            day_said=sent if of_days else {},
            sent=request.args.get("sent", "")[:80],
            refused=told(error) if error else None,
            saved=read_saved(request.args, SAVES),
            undone=request.args.get("undone") == "1",
        )
    return page, status


def _window_start(windows: Any, sent: Any) -> dict[str, Any]:  # noqa: ANN401  windows; query or form
    """What stands in the form of a window: what was sent, the window to be changed, or nothing."""
    return sent_texts(sent) if sent.get("name") else find_window(windows, sent.get("code"))
