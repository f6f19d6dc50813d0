"""The end of the opening phase (建账期): what is told of the past so far, and closing it, which is never undone."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import redirect, render_template, request, url_for

from app.frame import read_frame
from app.languages import told
from app.pages.intake.desk import blueprint
from app.wiring import reading, writing
from geo.changes.ledger import close_ledger, read_past
from geo.errors import ChangeRefusedError

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

Page = tuple[str, HTTPStatus]

NOT_SURE = (
    "请先勾选确认:封存后不能再打开。",
    "Tick first that you know: once closed, it is not opened again.",
)


@blueprint.get("/opening")
def show_opening() -> Page:
    """Whether the past may still be told anew, how much of it there is, and the way to close it."""
    return _page(HTTPStatus.OK)


@blueprint.post("/opening")
def take_closing() -> Response | Page:
    """Close the past as of today."""
    if request.form.get("sure") != "1":
        return _page(HTTPStatus.UNPROCESSABLE_ENTITY, told(ChangeRefusedError(*NOT_SURE)))
    try:
        with writing() as session:
            close_ledger(session, read_frame(session).today)
    except ChangeRefusedError as error:
        return _page(HTTPStatus.UNPROCESSABLE_ENTITY, told(error))
    return redirect(url_for("intake.show_opening"), HTTPStatus.SEE_OTHER)


def _page(status: HTTPStatus, refused: str | None = None) -> Page:
    with reading() as session:
        frame = read_frame(session)
        page = render_template(
            "intake/opening.html",
            frame=frame,
            closed_on=frame.city.ledger_closed_on,
            past=read_past(session, frame.today),
            refused=refused,
        )
    return page, status
