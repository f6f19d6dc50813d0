"""Objections to lamps (申诉) and rulings on them (核定): their forms, and the desk that lists both."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from flask import Blueprint, redirect, render_template, request, url_for

from app.fields import seen_version, sending_key
from app.form_pages import Answer, form_page, open_form, saved_address
from app.frame import read_frame
from app.languages import told
from app.params import LARGEST_ID, read_number
from app.wiring import reading, writing
from geo.changes.rulings import RulingWords, end_ruling, object_to_lamp, rule_on_lamp
from geo.errors import ChangeRefusedError
from geo.forms import FORMS, Form
from geo.forms.field import Words
from geo.queries.history import find_sent
from geo.queries.ledger import get_project_row, get_record
from geo.queries.rulings import latest_ruling_day, list_objections, list_rulings
from geo.status import Lamp

if TYPE_CHECKING:
    from collections.abc import Mapping

    from app.fields import Filled
    from app.form_pages import Session
    from app.frame import Frame

blueprint = Blueprint("rulings", __name__, url_prefix="/ledger")


@blueprint.get("/rulings")
def show_desk() -> str:
    """Open objections, the one that waits longest first, and the rulings that hold; a unit's own for a unit."""
    with reading() as session:
        frame = read_frame(session)
        objections = list_objections(session, frame.today)
        rulings = list_rulings(session, frame.today)
    return render_template(
        "ledger/rulings.html",
        frame=frame,
        waiting=[one for one in reversed(objections) if one.ruling_id is None],
        holding=[one for one in reversed(rulings) if one.holds],
    )


@blueprint.get("/<code>/objection/new")
def show_objection_form(code: str) -> str:
    """The form with which a unit objects to a lamp; for the command, which types it for the unit, the same."""
    return _form(code, FORMS["objection"])


@blueprint.post("/<code>/objection/new")
def take_objection(code: str) -> Answer:
    """Keep an objection, once however often it is sent; why it is refused is told (422)."""
    return _take(code, FORMS["objection"])


@blueprint.get("/<code>/ruling/new")
def show_ruling_form(code: str) -> str:
    """The form with which the command rules on a lamp."""
    return _form(code, FORMS["ruling"])


@blueprint.post("/<code>/ruling/new")
def take_ruling(code: str) -> Answer:
    """Keep a ruling, once however often it is sent; why it is refused is told (422)."""
    return _take(code, FORMS["ruling"])


@blueprint.post(f"/<code>/ruling/<int(max={LARGEST_ID}):row_id>/end")
def take_end(code: str, row_id: int) -> Answer:
    """End a ruling: from today on the computed lamp is shown; one of today is taken back."""
    with reading() as session:
        frame = read_frame(session)
        project = get_project_row(session, code)
        get_record(session, "ruling", row_id, project["id"])
    seen = seen_version()
    with writing() as session:
        version = end_ruling(session, frame.today, row_id, seen)
    if version is None:
        address = url_for("ledger.show_project", code=code, undone=1)
        return redirect(address, HTTPStatus.SEE_OTHER)
    return saved_address(code, "ruling", row_id, version)


def _form(code: str, form: Form) -> str:
    with reading() as session:
        frame = read_frame(session)
        project = get_project_row(session, code)
        filled = _open(session, frame, form, project)
        quoted = _quoted(session, frame, form, project)
    site_id = request.args.get("site_id", "")
    if site_id in {choice.value for choice in filled.options.get("sites", ())}:
        filled.texts["site_id"] = site_id
    return form_page(code, filled, frame, project, quoted=quoted)


def _open(session: Session, frame: Frame, form: Form, project: Mapping[str, Any]) -> Filled:
    filled = open_form(session, form, project, None)
    if form.name == "ruling":
        latest_on = latest_ruling_day(session, frame.today)
        filled.texts["last_on"] = latest_on.isoformat()
        hint = Words(f"不晚于 {latest_on}", f"no later than {latest_on}")
        fields = tuple(
            replace(one, hint=hint) if one.name == "last_on" else one for one in filled.form.fields
        )
        filled.form = replace(filled.form, fields=fields)
    return filled


def _quoted(session: Session, frame: Frame, form: Form, project: Mapping[str, Any]) -> list[str]:
    """The objections that wait for this ruling, in the words of the unit."""
    if form.name != "ruling":
        return []
    return [
        f"{one.unit}{f' · {one.site}' if one.site else ''}:{one.text}"
        for one in list_objections(session, frame.today, project["id"])
        if one.ruling_id is None
    ]


def _take(code: str, form: Form) -> Answer:
    with reading() as session:
        frame = read_frame(session)
        project = get_project_row(session, code)
        filled = _open(session, frame, form, project)
        quoted = _quoted(session, frame, form, project)
    checked = filled.check(request.form)
    filled.key = request.form.get("key", filled.key)
    if not checked.errors:
        key = sending_key()
        try:
            with writing(key) as session:
                sent = find_sent(session, form.record, key)
                row_id = sent or _write(session, frame, form, project["id"], checked.values)
            return saved_address(code, form.record, row_id, 1)
        except ChangeRefusedError as error:
            filled.refused = told(error)
    page = form_page(code, filled, frame, project, quoted=quoted)
    return page, HTTPStatus.UNPROCESSABLE_ENTITY


def _write(
    session: Session, frame: Frame, form: Form, project_id: int, values: Mapping[str, Any]
) -> int:
    site_id = read_number(str(values["site_id"])) if values["site_id"] else None
    if form.name == "objection":
        return object_to_lamp(session, frame.today, project_id, site_id, values["text"])
    words = RulingWords(
        site_id, Lamp(values["ruled"]), values["last_on"], values["reason"], values["signer"]
    )
    return rule_on_lamp(session, frame.today, project_id, words)
