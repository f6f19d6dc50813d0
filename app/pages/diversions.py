"""The traffic police's board: diversions by permit step, what runs out, and the next meeting's agenda."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO
from typing import TYPE_CHECKING

from flask import Blueprint, render_template, request, send_file

from app.frame import read_codes, read_frame
from app.params import parse_day
from app.wiring import reading
from geo.exporters.agenda import write_agenda_docx
from geo.queries.codes import list_codes
from geo.queries.diversions import get_agenda, get_board

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

blueprint = Blueprint("diversions", __name__, url_prefix="/coordination/diversions")

FRIDAY = 4
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def next_meeting(asked: str, today: date) -> date:
    """The day of the meeting that is asked for; else the coming Friday."""
    usual = today + timedelta(days=(FRIDAY - today.weekday()) % 7)
    return parse_day(asked) or usual


@blueprint.get("")
def show_board() -> str:
    """The board, and the agenda as a list."""
    with reading() as session:
        frame = read_frame(session)
        on = next_meeting(request.args.get("on", ""), frame.today)
        board = get_board(session, frame.today)
        agenda = get_agenda(session, on, frame.today)
        codes = read_codes(session)
        steps = [None, *(step["code"] for step in list_codes(session)["permit_step"])]
    return render_template(
        "coordination/diversions.html",
        frame=frame,
        board=board,
        agenda=agenda,
        codes=codes,
        steps=[step for step in steps if step != "reopened"],
    )


@blueprint.get("/agenda.docx")
def get_agenda_file() -> Response:
    """The agenda as a document."""
    with reading() as session:
        frame = read_frame(session)
        on = next_meeting(request.args.get("on", ""), frame.today)
        agenda = get_agenda(session, on, frame.today)
    content = write_agenda_docx(agenda, frame.city.name)
    return send_file(
        BytesIO(content),
        mimetype=DOCX,
        as_attachment=True,
        download_name=f"联席会议题{on.isoformat()}.docx",
    )
