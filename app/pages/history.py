"""History: who changed what and when, as a readable difference; a version brought back; the last save undone."""

from __future__ import annotations

from datetime import datetime, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from flask import Blueprint, redirect, render_template, request, send_file, url_for

from app.fields import seen_version
from app.form_pages import by_command
from app.frame import read_frame
from app.languages import language, messages_for_browser, told
from app.outlines import draw_outlines
from app.params import LARGEST_ID, LARGEST_INTEGER, parse_day, read_number
from app.wiring import reading, viewer, writing
from app.words import WORDS
from geo.changes.blockers import bring_back_blocker, withdraw_blocker
from geo.changes.editing import remove_record, restore_version
from geo.changes.rulings import end_ruling, withdraw_objection
from geo.database.moments import find_moments_round
from geo.errors import ChangeRefusedError, NotFoundError
from geo.exporters.project_file import write_project_file
from geo.forms.labels import KINDS, kind_words
from geo.model.kept import kept_tables
from geo.queries.history import Change, HistoryFilter, find_changes
from geo.queries.ledger import get_project_row, list_lead_units
from geo.queries.names import name_actor, read_names, read_people, show_value

if TYPE_CHECKING:
    from datetime import date

    from werkzeug.wrappers import Response

    from app.form_pages import Answer, Session
    from app.frame import Frame

blueprint = Blueprint("history", __name__, url_prefix="/history")

RECORD = f"<kind>/<int(max={LARGEST_ID}):row_id>"


@blueprint.get("")
def show_changes() -> str:
    """What was changed in the city, the newest first, filtered by kind, unit, person and days."""
    args = request.args
    kind, unit = args.get("kind", ""), args.get("unit", "")
    actor = args.get("actor", "").strip()[:100]
    with reading() as session:
        frame = read_frame(session)
        wanted = HistoryFilter(
            kinds=(kind,) if kind in KINDS and kind in kept_tables() else _told_kinds(),
            unit_id=read_number(unit),
            actor=actor,
            accounts=tuple(read_people(session).find(actor)) if actor else (),
            **_instants(frame),
        )
        return _page(session, frame, wanted, units=list_lead_units(session))


def _told_kinds() -> tuple[str, ...]:
    return tuple(kind for kind in KINDS if kind in kept_tables() and kind not in {"ground", "road"})


def _instants(frame: Frame) -> dict[str, Any]:
    """The days asked for, as instants in the city's time; `before` goes on from the end of a page."""
    zone = ZoneInfo(frame.city.time_zone)

    def midnight(day: date | None, later: int = 0) -> datetime | None:
        if day is None:
            return None
        return datetime.combine(day, datetime.min.time(), zone) + timedelta(days=later)

    since = midnight(parse_day(request.args.get("since", "")))
    until = midnight(parse_day(request.args.get("until", "")), 1)
    try:
        before = datetime.fromisoformat(request.args.get("before", ""))
    except ValueError:
        before = None
    if before is not None and before.tzinfo is not None:
        until = min(before, until) if until else before
    return {"since": since, "until": until}


@blueprint.get("/of/<code>")
def show_project(code: str) -> str:
    """Everything that was changed about one project."""
    with reading() as session:
        frame = read_frame(session)
        project = get_project_row(session, code)
        wanted = HistoryFilter(project_id=project["id"], **_instants(frame))
        return _page(session, frame, wanted, project=project)


@blueprint.get("/of/<code>/file.zip")
def send_project_file(code: str) -> Response:
    """The project's whole file: records, history, files and a page to read, as far as the asker may see them."""
    with reading() as session:
        project = get_project_row(session, code)
        archive = write_project_file(session, project, language())
    response = send_file(
        archive,
        mimetype="application/zip",
        as_attachment=True,
        download_name=f"{code}.zip",
    )
    response.call_on_close(archive.close)
    response.headers["Cache-Control"] = "private, no-store"
    return response


@blueprint.get(f"/{RECORD}")
def show_record(kind: str, row_id: int) -> str:
    """Every version of one record; 404 if there never was one."""
    with reading() as session:
        frame = read_frame(session)
        return _record_page(session, frame, kind, row_id)


def _record_page(session: Session, frame: Frame, kind: str, row_id: int, refused: str = "") -> str:
    wanted = HistoryFilter(kinds=(kind,), row_id=row_id, most=500)
    changes = find_changes(session, wanted)
    if not changes:
        message = f"there is no {kind} {row_id}"
        raise NotFoundError(message)
    code = changes[0].project
    project = get_project_row(session, code) if code else None
    return _page(
        session,
        frame,
        wanted,
        changes,
        project=project,
        record=(kind, row_id),
        returns=_may_return(kind, gone=changes[0].op == "D"),
        refused=refused,
    )


def _may_return(kind: str, *, gone: bool) -> bool:
    """Whether a version is offered to be brought back; of what is gone, a unit gets back its own blockers alone."""
    asker = viewer()
    if asker.audience == "unit":
        return (asker.may_edit or asker.may_administer) and (not gone or kind == "blocker")
    return asker.may_edit or asker.may_administer


def _page(
    session: Session,
    frame: Frame,
    wanted: HistoryFilter,
    changes: list[Change] | None = None,
    **more: Any,  # noqa: ANN401  what the template shows
) -> str:
    found = find_changes(session, wanted) if changes is None else changes
    fixed = {
        name: {code: str(word) for code, word in words.items()} for name, words in WORDS.items()
    }
    names = fixed | read_names(session, language())
    people = read_people(session)
    moments = (
        find_moments_round(session, [one.at for one in found]) if viewer().sees_whole_city else {}
    )
    zone = ZoneInfo(frame.city.time_zone)
    asked = {
        name: request.args[name]
        for name in ("kind", "unit", "actor", "since", "until")
        if request.args.get(name)
    }
    return render_template(
        "history/changes.html",
        frame=frame,
        changes=found,
        wanted=wanted,
        asked=asked,
        further=found[-1].at.isoformat() if len(found) == wanted.most else None,
        kinds={kind: words.of(language()) for kind, words in KINDS.items()},
        kind_name=lambda kind: kind_words(kind).of(language()),
        shown=lambda field, value: show_value(field, value, names, language(), people),
        who=lambda actor: name_actor(actor, people, language()),
        local=lambda at: at.astimezone(zone),
        moments={at: [moment.isoformat() for moment in both] for at, both in moments.items()},
        outlines=lambda one: draw_outlines(one.shape_before, one.shape) if one.reshaped else None,
        page={"language": language(), "messages": messages_for_browser()},
        **more,
    )


@blueprint.post(f"/{RECORD}/restore")
def restore(kind: str, row_id: int) -> Answer:
    """Bring a record back to an earlier version, as a new one; what cannot be brought back is told (422)."""
    with reading() as session:
        frame = read_frame(session)
        last = find_changes(session, HistoryFilter(kinds=(kind,), row_id=row_id, most=1))
        if not last:
            message = f"there is no {kind} {row_id}"
            raise NotFoundError(message)
    taken_back = kind == "blocker" and last[0].op == "D" and not by_command()
    seen = seen_version()
    to = read_number(request.form.get("to"), LARGEST_INTEGER) or 0
    try:
        with writing() as session:
            if taken_back:
                bring_back_blocker(session, frame.today, row_id, seen, by_command=False)
            else:
                restore_version(session, frame.today, kind, row_id, to, seen)
    except ChangeRefusedError as error:
        with reading() as session:
            page = _record_page(session, frame, kind, row_id, told(error))
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    return redirect(url_for(".show_record", kind=kind, row_id=row_id), HTTPStatus.SEE_OTHER)


@blueprint.post(f"/{RECORD}/undo")
def undo(kind: str, row_id: int) -> Response | Answer:
    """Take back the last save of a record: what it was before is its new version; what was new is taken away."""
    with reading() as session:
        frame = read_frame(session)
        project = get_project_row(session, request.form.get("code", ""))
    seen = seen_version()
    try:
        with writing() as session:
            if seen > 1:
                restore_version(session, frame.today, kind, row_id, seen - 1, seen)
            elif kind == "blocker":
                withdraw_blocker(session, frame.today, row_id, seen)
            elif kind == "objection":
                withdraw_objection(session, frame.today, row_id, seen)
            elif kind == "ruling":
                end_ruling(session, frame.today, row_id, seen)
            else:
                remove_record(session, frame.today, kind, row_id, seen)
    except ChangeRefusedError as error:
        with reading() as session:
            page = _record_page(session, frame, kind, row_id, told(error))
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    return redirect(
        url_for("ledger.show_project", code=project["code"], undone=1), HTTPStatus.SEE_OTHER
    )
