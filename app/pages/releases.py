"""Releases to the public: what of each project is told to everybody; the command office releases and takes back."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from flask import Blueprint, redirect, render_template, request, url_for

from app.fields import seen_version
from app.frame import read_frame
from app.languages import told
from app.wiring import reading, viewer, writing
from geo.changes.releases import (
    PlainWords,
    release_extension,
    release_photo,
    release_words,
    show_project,
    withdraw_extension,
)
from geo.errors import ChangeConflictError, ChangeError, ChangeRefusedError
from geo.queries.releases import get_release_sheet, list_releases

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.wrappers import Response

blueprint = Blueprint("releases", __name__, url_prefix="/releases")

Page = tuple[str, HTTPStatus]

LARGEST_ID = 2**31 - 1
STATES = ("released", "waiting", "withdrawn")


@blueprint.get("")
def show_releases() -> str:
    """Projects that are released, wait, or were taken back, with what of each is told."""
    wanted = request.args.get("state", "")
    asked = request.args.get("q", "").replace("\0", "").strip()[:100]
    with reading() as session:
        frame = read_frame(session)
        rows = list_releases(session)
    found = [
        row for row in rows if asked.casefold() in f"{row.code} {row.name} {row.name_en}".casefold()
    ]
    counts = {state: sum(getattr(row, state) for row in found) for state in STATES}
    if wanted in STATES:
        found = [row for row in found if getattr(row, wanted)]
    return render_template(
        "releases/list.html", frame=frame, rows=found, counts=counts, state=wanted, asked=asked
    )


@blueprint.get("/<code>")
def show_sheet(code: str) -> Page:
    """All that may be released of one project."""
    return _sheet_page(code, HTTPStatus.OK)


@blueprint.post("/<code>/public")
def take_public(code: str) -> Response | Page:
    """Put the project on the public map, or take it off."""
    public = request.form.get("public") == "1"
    return _change(code, lambda session: show_project(session, code, public=public))


@blueprint.post("/<code>/words")
def take_words(code: str) -> Response | Page:
    """Release the introduction and the investment as the form says them; what is empty is told no more."""
    zh, en = (_words(field) for field in ("introduction", "introduction_en"))
    words = PlainWords(zh, en, investment=request.form.get("investment") == "1")
    return _change(code, lambda session: release_words(session, code, words, seen_version()))


@blueprint.post(f"/<code>/extensions/<int(max={LARGEST_ID}):number>")
def take_extension(code: str, number: int) -> Response | Page:
    """Tell everybody a changed finish with its reason, or no more."""
    if "withdraw" in request.form:
        return _change(
            code, lambda session: withdraw_extension(session, code, number, seen=seen_version())
        )
    reason, reason_en = _words("reason") or "", _words("reason_en")
    return _change(
        code,
        lambda session: release_extension(
            session, code, number, reason, reason_en, seen=seen_version()
        ),
    )


@blueprint.post(f"/<code>/photos/<int(max={LARGEST_ID}):key>")
def take_photo(code: str, key: int) -> Response | Page:
    """Show a photograph to everybody, or no more."""
    released = request.form.get("released") == "1"
    return _change(code, lambda session: release_photo(session, key, released=released, code=code))


def _words(field: str) -> str | None:
    return request.form.get(field, "").replace("\0", "").replace("\r\n", "\n").strip() or None


def _change(code: str, change: Callable[[Any], None]) -> Response | Page:
    try:
        with writing() as session:
            change(session)
    except ChangeConflictError as error:
        return _sheet_page(code, HTTPStatus.PRECONDITION_FAILED, error)
    except ChangeRefusedError as error:
        return _sheet_page(code, HTTPStatus.UNPROCESSABLE_ENTITY, error)
    return redirect(url_for(".show_sheet", code=code), HTTPStatus.SEE_OTHER)


def _sheet_page(code: str, status: HTTPStatus, error: ChangeError | None = None) -> Page:
    with reading() as session:
        frame = read_frame(session)
        sheet = get_release_sheet(session, code)
    page = render_template(
        "releases/sheet.html",
        frame=frame,
        sheet=sheet,
        by_command=viewer().audience == "command",
        refused=told(error) if error else None,
        clash=status is HTTPStatus.PRECONDITION_FAILED,
    )
    return page, status
