"""Works that say only in words where they are: confirmed on the map."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import redirect, render_template, request, url_for

from app.frame import read_codes, read_frame, tell_browser
from app.languages import told
from app.pages.intake.desk import ID, blueprint
from app.params import read_number
from app.wiring import find_city, reading, today_in, writing
from geo.errors import ChangeRefusedError
from geo.importers.place_desk import confirm, list_waiting

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as BaseResponse


@blueprint.get("/places")
def show_places() -> str:
    """Works that say only in words where they are, with the places that these may mean."""
    return _places(None)


def _places(refusal: str | None) -> str:
    with reading() as session:
        frame = read_frame(session)
        waiting = list_waiting(session)
        codes = read_codes(session)
    return render_template(
        "intake/places.html",
        frame=frame,
        waiting=waiting,
        codes=codes,
        refusal=refusal,
        page=tell_browser(frame, shapes=[one.shapes for one in waiting]),
    )


@blueprint.post(f"/places/{ID}")
def take_place(key: int) -> BaseResponse | tuple[str, int]:
    """Confirm where a work is."""
    form = request.form
    given = (read_number(one) for one in form.getlist("chosen"))
    chosen = [one for one in given if one is not None]
    try:
        with writing() as session:
            today = today_in(find_city(session))
            confirm(session, key, chosen, form.get("words", ""), today)
    except ChangeRefusedError as error:
        return _places(told(error)), HTTPStatus.UNPROCESSABLE_ENTITY
    return redirect(url_for(".show_places"), HTTPStatus.SEE_OTHER)
