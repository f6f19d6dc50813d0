"""A new project by form: its facts and districts; its sites, plan and records follow on its own page."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from flask import Blueprint, redirect, render_template, request, url_for

from app.fields import sending_key
from app.form_pages import open_form
from app.frame import read_frame
from app.languages import language, messages_for_browser, told
from app.wiring import reading, writing
from geo.changes.projects import add_project, take_project_back
from geo.errors import ChangeError, ChangeRefusedError
from geo.forms import FORMS
from geo.forms.districts import take_flags
from geo.queries.history import find_sent

if TYPE_CHECKING:
    from app.fields import Filled
    from app.form_pages import Answer
    from app.frame import Frame

blueprint = Blueprint("new_project", __name__, url_prefix="/ledger/projects")

FORM = FORMS["new_project"]
NOBODYS: dict[str, Any] = {"id": 0, "category": None, "parent_id": None, "lead_unit_id": None}
"""What is known of a project that is not there yet."""


@blueprint.get("/new")
def show_form() -> str:
    """The empty form."""
    frame, filled = _open()
    filled.texts["report_period"] = "week"
    return _page(frame, filled)


@blueprint.post("/new")
def take_form() -> Answer:
    """Enter the project; the same sent twice is entered once."""
    frame, filled = _open()
    checked = filled.check(request.form)
    filled.key = request.form.get("key", filled.key)
    if checked.errors:
        return _page(frame, filled), HTTPStatus.UNPROCESSABLE_ENTITY
    values, key = dict(checked.values), sending_key()
    districts = [district for district, lies in take_flags(values).items() if lies]
    try:
        with writing(key) as session:
            if not find_sent(session, "project", key):
                add_project(session, frame.today, values, districts)
    except ChangeError as error:
        filled.refused = told(error)
        return _page(frame, filled), HTTPStatus.UNPROCESSABLE_ENTITY
    return redirect(
        url_for("ledger.show_project", code=values["code"], entered=key), HTTPStatus.SEE_OTHER
    )


@blueprint.post("/undo")
def take_undo() -> Answer:
    """Undo the entering of a project; why it cannot be undone is told (422)."""
    try:
        with writing() as session:
            sent = request.form.get("sent", "").replace("\0", "")
            take_project_back(session, read_frame(session).today, sent)
    except ChangeRefusedError as error:
        frame, filled = _open()
        filled.refused = told(error)
        return _page(frame, filled), HTTPStatus.UNPROCESSABLE_ENTITY
    return redirect(url_for("ledger.show_list", undone=1), HTTPStatus.SEE_OTHER)


def _open() -> tuple[Frame, Filled]:
    with reading() as session:
        return read_frame(session), open_form(session, FORM, NOBODYS, None)


def _page(frame: Frame, filled: Filled) -> str:
    return render_template(
        "ledger/new_project.html",
        frame=frame,
        filled=filled,
        form=filled.form,
        page={"language": language(), "messages": messages_for_browser(), "rules": filled.rules},
    )
