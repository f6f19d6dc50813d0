"""Administration of what the city calls things: its lists, its districts; and the reports of what was imported."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from flask import Blueprint, redirect, render_template, request, url_for

from app.actors import actor_namer
from app.formats import format_moment
from app.frame import read_frame
from app.languages import language, told
from app.outlines import draw_outlines
from app.params import LARGEST_ID, LARGEST_INTEGER, read_number
from app.wiring import reading, writing
from geo.changes.code_lists import (
    EntryWords,
    add_entry,
    move_district,
    move_entry,
    rename_district,
    rename_entry,
    rename_step,
    retire_entry,
)
from geo.changes.editing import add_record, edit_record
from geo.errors import ChangeConflictError, ChangeError, ChangeRefusedError
from geo.queries.codes import (
    get_list,
    list_codes,
    list_districts,
    list_entries,
    list_ladders,
    list_list_changes,
)
from geo.queries.districts import list_district_imports
from geo.queries.intake import list_runs
from geo.queries.units import list_leaders

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.wrappers import Response

    from app.frame import Frame

blueprint = Blueprint("city_data", __name__, url_prefix="/admin")

Page = tuple[str, HTTPStatus]

LADDER = "ladder_step"
DISTRICT = "district"


@blueprint.get("/lists")
def show_lists() -> str:
    """All lists, with how many entries each has."""
    with reading() as session:
        frame = read_frame(session)
        lists = list_codes(session)
        ladders = list_ladders(session)
    counts = {name: len(entries) for name, entries in lists.items()}
    counts[LADDER] = sum(map(len, ladders.values()))
    return render_template("admin/lists.html", frame=frame, counts=counts)


@blueprint.get("/lists/<name>")
def show_list(name: str) -> Page:
    """One list: every entry a form, with its place and whether it is offered."""
    return _list_page(name, HTTPStatus.OK)


@blueprint.post("/lists/<name>")
def take_entry(name: str) -> Response | Page:
    """Add an entry, or rename one (with `code` and the `version` that was read)."""
    code, words, seen = request.form.get("code", ""), _words(), _number("version")

    def change(session: Any) -> None:  # noqa: ANN401  a session, which pages do not know by its type
        if name == LADDER:
            rename_step(session, code, words, seen)
        elif code:
            rename_entry(session, name, code, words, seen)
        else:
            add_entry(session, name, words)

    return _change(change, lambda error: _list_page(name, _status(error), error))


@blueprint.post("/lists/<name>/<code>/move")
def take_place(name: str, code: str) -> Response | Page:
    """Move an entry up or down."""
    by = _direction()
    return _change(
        lambda session: move_entry(session, name, code, by),
        lambda error: _list_page(name, _status(error), error),
        url_for(".show_list", name=name, moved=f"{'up' if by < 0 else 'down'}-{code}"),
    )


@blueprint.post("/lists/<name>/<code>/retired")
def take_retired(name: str, code: str) -> Response | Page:
    """Offer an entry no more, or again."""
    retired = request.form.get("retired") == "1"

    def change(session: Any) -> None:  # noqa: ANN401  a session, which pages do not know by its type
        retire_entry(session, name, code, read_frame(session).today, retired=retired)

    return _change(change, lambda error: _list_page(name, _status(error), error))


@blueprint.get("/districts")
def show_districts() -> Page:
    """The districts in their order, each with its outline."""
    return _districts_page(HTTPStatus.OK)


@blueprint.post(f"/districts/<int(max={LARGEST_ID}):key>")
def take_district(key: int) -> Response | Page:
    """Rename a district."""
    words, seen = _words(), _number("version")
    return _change(
        lambda session: rename_district(session, key, words, seen),
        lambda error: _districts_page(_status(error), error),
        url_for(".show_districts"),
    )


@blueprint.post(f"/districts/<int(max={LARGEST_ID}):key>/move")
def take_district_place(key: int) -> Response | Page:
    """Move a district up or down."""
    by = _direction()
    return _change(
        lambda session: move_district(session, key, by),
        lambda error: _districts_page(_status(error), error),
        url_for(".show_districts", moved=f"{'up' if by < 0 else 'down'}-{key}"),
    )


@blueprint.get("/leaders")
def show_leaders() -> Page:
    """The sponsor leaders, each a form of its own."""
    return _leaders_page(HTTPStatus.OK)


@blueprint.post("/leaders")
def take_leader() -> Response | Page:
    """Enter a sponsor leader, or change one (with `id` and the `version` that was read)."""
    form = request.form
    name, post = (form.get(field, "").replace("\0", "").strip()[:60] for field in ("name", "post"))
    values = {"name": name, "post": post or None, "rank": _number("rank") or None}
    row_id, seen = _number("id"), _number("version")

    def change(session: Any) -> None:  # noqa: ANN401  a session, which pages do not know by its type
        if not name:
            raise ChangeRefusedError(*NO_NAME)
        today = read_frame(session).today
        if row_id:
            edit_record(session, today, "leader", row_id, seen, values)
        else:
            add_record(session, today, "leader", values)

    return _change(
        change,
        lambda error: _leaders_page(_status(error), error),
        url_for(".show_leaders"),
    )


NO_NAME = ("请填写姓名。", "Fill in the name.")


def _leaders_page(status: HTTPStatus, error: ChangeError | None = None) -> Page:
    with reading() as session:
        frame = read_frame(session)
        page = render_template(
            "admin/leaders.html",
            frame=frame,
            leaders=list_leaders(session),
            form=request.form if error else {},
            refused=told(error) if error else None,
        )
    return page, status


@blueprint.get("/imports")
def show_imports() -> str:
    """What was imported, each with its report."""
    with reading() as session:
        frame = read_frame(session)
        runs = list_runs(session)
        who = actor_namer(session)
    return render_template(
        "admin/imports.html",
        frame=frame,
        runs=runs,
        who=who,
        city_time=_clock(frame),
    )


def _list_page(name: str, status: HTTPStatus, error: ChangeError | None = None) -> Page:
    with reading() as session:
        frame = read_frame(session)
        ladders = list_ladders(session) if name == LADDER else {}
        if name != LADDER:
            get_list(name)
        page = render_template(
            "admin/list.html",
            frame=frame,
            name=name,
            entries=[] if ladders or name == LADDER else list_entries(session, name),
            ladders=ladders,
            categories={one.code: one for one in list_entries(session, "category")},
            lettered=name == "utility",
            sent=request.form if error else {},
            refused=told(error) if error else None,
            moved=request.args.get("moved", ""),
            **_history(session, name, frame),
        )
    return page, status


def _districts_page(status: HTTPStatus, error: ChangeError | None = None) -> Page:
    with reading() as session:
        frame = read_frame(session)
        page = render_template(
            "admin/districts.html",
            frame=frame,
            districts=list_districts(session),
            sent=request.form if error else {},
            sent_key=(request.view_args or {}).get("key") if error else None,
            outline=lambda shape: draw_outlines(None, shape),
            refused=told(error) if error else request.args.get("refused", "")[:400],
            moved=request.args.get("moved", ""),
            undone=request.args.get("undone") == "1",
            imports=list_district_imports(session),
            **_history(session, DISTRICT, frame),
        )
    return page, status


def _history(session: Any, table: str, frame: Frame) -> dict[str, Any]:  # noqa: ANN401  a session, which pages do not know by its type
    return {
        "changes": list_list_changes(session, table),
        "who": actor_namer(session),
        "city_time": _clock(frame),
    }


def _clock(frame: Frame) -> Callable[[Any], str]:
    zone = ZoneInfo(frame.city.time_zone)
    return lambda at: format_moment(
        at.astimezone(zone).replace(second=0, microsecond=0), language()
    )


def _change(
    change: Callable[[Any], None],
    refuse: Callable[[ChangeError], Page],
    onward: str | None = None,
) -> Response | Page:
    try:
        with writing() as session:
            change(session)
    except ChangeError as error:
        return refuse(error)
    return redirect(onward or _this_list(), HTTPStatus.SEE_OTHER)


def _status(error: ChangeError) -> HTTPStatus:
    if isinstance(error, ChangeConflictError):
        return HTTPStatus.PRECONDITION_FAILED
    return HTTPStatus.UNPROCESSABLE_ENTITY


def _this_list() -> str:
    return url_for(".show_list", name=(request.view_args or {})["name"])


def _words() -> EntryWords:
    said = (
        request.form.get(field, "").replace("\0", "") for field in ("name", "name_en", "letter")
    )
    return EntryWords(*said)


def _direction() -> int:
    return -1 if request.form.get("by") == "-1" else 1


def _number(field: str) -> int:
    return read_number(request.form.get(field), LARGEST_INTEGER) or 0
