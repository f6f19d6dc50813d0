"""What a clerk does in a round: drops files, settles questions, takes sheets in, sends them back, undoes it."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import jsonify, redirect, request, url_for

from app.access import NotAllowedError
from app.languages import half, told
from app.pages.collection.rounds import (
    ID,
    blueprint,
    is_unit,
    round_page,
    sheet_page,
)
from app.params import LARGEST_INTEGER, read_number
from app.wiring import find_city, get_wiring, reading, today_in, viewer, writing
from geo.changes.collection import drop_answer, list_merges, return_sheet, undo_merges
from geo.errors import ChangeRefusedError
from geo.importers.collection.receiving import hand_in, place, receive_file
from geo.importers.collection.settling import forget, settle, settle_alike
from geo.importers.collection.taking import take_in
from geo.queries.collection import (
    get_round,
    round_of_file,
    round_of_sheet,
    sheet_of_file,
    unit_of_sheet,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.form_pages import Answer, Session

LONGEST_ANSWER = 500


@blueprint.post(f"/rounds/{ID}/files")
def take_files(key: int) -> Answer:
    """Keep the files that were dropped; the browser sends them one by one and is told what became of each."""
    with reading() as session:
        get_round(session, key)
    sent = [one for one in request.files.getlist("files") if one.filename]
    results = []
    for one in sent:
        content = one.read()
        try:
            with writing() as session:
                received = receive_file(
                    session, key, one.filename or "", content, viewer().actor, get_wiring().now()
                )
        except ChangeRefusedError as error:
            results.append({"name": one.filename, "state": "refused", "refusal": told(error)})
            continue
        results.append(
            {
                "name": one.filename,
                "state": received.state,
                "unit": received.unit,
                "refusal": received.refusal and half(received.refusal),
            }
        )
    if _wants_part():
        return jsonify(files=results)
    return redirect(url_for(".show_round", key=key), HTTPStatus.SEE_OTHER)


@blueprint.post(f"/files/{ID}/answers")
def take_answer(key: int) -> Answer:
    """Settle one finding, or take the answer back."""
    form = request.form
    row = form.get("row", "")
    choice = form.get("choice", "").replace("\0", "")[:LONGEST_ANSWER]
    if choice == "typed":
        choice = f"set:{form.get('typed', '').replace(chr(0), '').strip()[:LONGEST_ANSWER]}"
    number = read_number(row, LARGEST_INTEGER) or 0
    mark = (number, form.get("field", ""), form.get("kind", ""))
    who, now = viewer().actor, get_wiring().now()

    def act(session: Session) -> None:
        if form.get("undo"):
            drop_answer(session, key, mark)
        else:
            settle(session, key, mark, choice, who, now, own=is_unit())

    with reading() as session:
        round_id = round_of_file(session, key)
        if is_unit():
            check_own(unit_of_sheet(session, sheet_of_file(session, key)))
    return _carry_out(round_id, act)


def check_own(unit_id: int) -> None:
    """Raises NotAllowedError when a unit's member may not hand in or answer for this unit."""
    if not viewer().may_edit_for(unit_id):
        message = f"not an editor of unit {unit_id}"
        raise NotAllowedError(message)


@blueprint.post(f"/rounds/{ID}/alike")
def take_alike(key: int) -> Answer:
    """Settle several findings of one kind, those that are ticked, with one answer."""
    form = request.form
    kind, choice = form.get("kind", ""), form.get("choice", "")
    marks = set(filter(None, map(_read_mark, form.getlist("mark"))))
    who, now = viewer().actor, get_wiring().now()
    with reading() as session:
        get_round(session, key)
    if not viewer().may_edit:
        message = "not an editor"
        raise NotAllowedError(message)

    def act(session: Session) -> None:
        settle_alike(session, key, kind, choice, marks, who, now, own=is_unit())

    return _carry_out(key, act)


@blueprint.post(f"/sheets/{ID}/forget")
def take_forgetting(key: int) -> Answer:
    """Forget a name that was confirmed before: a unit its own, the command also what holds for everybody."""
    name = request.form.get("name", "").replace("\0", "")[:LONGEST_ANSWER]
    with reading() as session:
        round_id = round_of_sheet(session, key)
        check_own(unit_of_sheet(session, key))
    return _carry_out(round_id, lambda session: forget(session, key, name, own=is_unit()))


def _read_mark(word: str) -> tuple[int, tuple[int, str, str]] | None:
    """`file:row:field:kind`; None for anything else."""
    file_id, row, name, kind = (*word.split(":"), "", "", "", "")[:4]
    of_file, of_row = read_number(file_id), read_number(row, LARGEST_INTEGER)
    if of_file is None or of_row is None or not kind or len(word) > LONGEST_ANSWER:
        return None
    return of_file, (of_row, name, kind)


@blueprint.post(f"/sheets/{ID}/hand-in")
def take_own(key: int) -> Answer:
    """Keep the file that a unit hands in as its sheet."""
    with reading() as session:
        check_own(unit_of_sheet(session, key))
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return sheet_page(key, told(ChangeRefusedError(*NO_FILE))), HTTPStatus.UNPROCESSABLE_ENTITY
    content = sent.read()
    try:
        with writing() as session:
            hand_in(session, key, sent.filename, content, viewer().actor, get_wiring().now())
    except ChangeRefusedError as error:
        return sheet_page(key, told(error)), HTTPStatus.UNPROCESSABLE_ENTITY
    return redirect(url_for(".show_sheet", key=key), HTTPStatus.SEE_OTHER)


NO_FILE = ("请选择填好的表。", "Choose the filled sheet.")


@blueprint.post(f"/files/{ID}/place")
def take_place(key: int) -> Answer:
    """Say whose file it is, or take it away."""
    wanted = read_number(request.form.get("unit_sheet"))
    with writing() as session:
        round_id = round_of_file(session, key)
        place(session, key, wanted, viewer().actor, get_wiring().now())
    return _after(round_id, None)


@blueprint.post(f"/rounds/{ID}/merge")
def take_all(key: int) -> Answer:
    """Take in every sheet that has no open question."""
    return _merge(key, None)


@blueprint.post(f"/sheets/{ID}/merge")
def take_one(key: int) -> Answer:
    """Take in one sheet."""
    with reading() as session:
        round_id = round_of_sheet(session, key)
    return _merge(round_id, {key})


def _merge(round_id: int, sheets: set[int] | None) -> Answer:
    def act(session: Session) -> None:
        today = today_in(find_city(session))
        take_in(session, round_id, sheets, today, viewer().actor, get_wiring().now())

    return _carry_out(round_id, act)


@blueprint.post(f"/rounds/{ID}/undo")
def undo_all(key: int) -> Answer:
    """Undo everything that was taken in of a round, as one."""
    return _carry_out(key, lambda session: _undo(session, list_merges(session, round_id=key)))


@blueprint.post(f"/sheets/{ID}/undo")
def undo_one(key: int) -> Answer:
    """Undo the taking-in of one sheet."""
    with reading() as session:
        found = get_round(session, round_of_sheet(session, key))
    merge = next(one for one in found.sheets if one.id == key).merge
    merges = [] if merge is None else [merge.id]
    return _carry_out(found.line.id, lambda session: _undo(session, merges))


def _undo(session: Session, merges: list[int]) -> None:
    today = today_in(find_city(session))
    undo_merges(session, merges, today, viewer().actor, get_wiring().now())


@blueprint.post(f"/sheets/{ID}/return")
def send_back(key: int) -> Answer:
    """Send a sheet back; the file with its faults as comments is then there to download."""
    with reading() as session:
        round_id = round_of_sheet(session, key)
    return _carry_out(round_id, lambda session: return_sheet(session, key, get_wiring().now()))


def _carry_out(round_id: int, act: Callable[[Session], None]) -> Answer:
    """Do it in one transaction, and show the round again, with the reason if it was refused."""
    refusal = None
    try:
        with writing() as session:
            act(session)
    except ChangeRefusedError as error:
        refusal = told(error)
    return _after(round_id, refusal)


def _wants_part() -> bool:
    return request.headers.get("X-Part") == "1"


def _after(key: int, refusal: str | None) -> Answer:
    """The round again: a part of it where the browser's code asked, else the page."""
    status = HTTPStatus.OK if refusal is None else HTTPStatus.UNPROCESSABLE_ENTITY
    if is_unit():
        return _after_own(refusal)
    if _wants_part():
        return round_page(key, refusal, part=True), status
    if refusal is not None:
        return round_page(key, refusal), status
    return redirect(_back(url_for(".show_round", key=key)), HTTPStatus.SEE_OTHER)


def _after_own(refusal: str | None) -> Answer:
    """A unit's sheet again."""
    key = _sheet_named()
    if key is None:
        return redirect(url_for(".show_rounds"), HTTPStatus.SEE_OTHER)
    if refusal is not None:
        return sheet_page(key, refusal), HTTPStatus.UNPROCESSABLE_ENTITY
    return redirect(url_for(".show_sheet", key=key), HTTPStatus.SEE_OTHER)


def _sheet_named() -> int | None:
    """The sheet on whose page the form stood."""
    return read_number(request.form.get("sheet"))


def _back(default: str) -> str:
    """The sheet's page when the form stood there."""
    key = _sheet_named()
    return default if key is None else url_for(".show_sheet", key=key)
