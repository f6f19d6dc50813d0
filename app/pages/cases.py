"""The coordination desk: a unit's cases to answer, one of them on map and time axis, its thread, and its minutes."""

from __future__ import annotations

from contextlib import AbstractContextManager
from http import HTTPStatus
from io import BytesIO
from typing import TYPE_CHECKING, Any

from flask import Blueprint, redirect, render_template, request, send_file, url_for
from werkzeug.routing import BaseConverter

from app.authors import author
from app.case_sheet import Found, Refused, asked, read_case_context
from app.frame import read_codes, read_frame, tell_browser
from app.languages import told
from app.params import LARGEST_ID, parse_day, read_number
from app.speaking import speaker_for
from app.wiring import get_wiring, reading, viewer, writing
from geo.changes.case_messages import (
    Proposal,
    Said,
    Speaker,
    Upload,
    accept_days,
    answer_case,
    consent_to_days,
    decline_days,
    find_free_days,
    propose_days,
    say_in_case,
)
from geo.changes.case_minutes import MinutesWords, write_minutes
from geo.errors import ChangeRefusedError, NotFoundError
from geo.exporters.minutes import write_minutes_docx
from geo.model.answers import Answer
from geo.queries.cases import (
    CaseFilter,
    CaseNumber,
    find_cases,
    find_message_file,
    get_case,
    list_minutes,
)
from geo.queries.coordination import list_desk_units
from geo.queries.files import get_file

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from types import TracebackType

    from flask.blueprints import BlueprintSetupState
    from werkzeug.wrappers import Response

    from geo.queries.cases import CaseState

blueprint = Blueprint("cases", __name__, url_prefix="/coordination")

LARGEST_UPLOAD = 20_000_000
LONGEST_SEARCH = 100
STATES: tuple[CaseState, ...] = ("open", "reassess", "answered", "closed", "ended")
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


class NumberConverter(BaseConverter):
    """A case's number in an address: 2026-12."""

    regex = r"\d{4}-\d{1,6}"

    def to_python(self, value: str) -> CaseNumber:
        """The number that is written."""
        year, _, serial = value.partition("-")
        return CaseNumber(int(year), int(serial))

    def to_url(self, value: Any) -> str:  # noqa: ANN401  werkzeug's own
        """As it is written."""
        return str(value)


@blueprint.record_once
def _know_numbers(state: BlueprintSetupState) -> None:
    state.app.url_map.converters["case_number"] = NumberConverter


def read_filter(args: Mapping[str, str]) -> CaseFilter:
    """What the address asks for; who belongs to one unit alone sees its cases unless others are asked for."""
    unit, state = args.get("unit", ""), args.get("state", "")
    own = viewer().unit_ids
    usual = own[0] if own and len(own) == 1 else None
    asked = read_number(unit)
    return CaseFilter(
        unit_id=None if unit == "all" else asked or usual,
        state=next((one for one in STATES if one == state), None),
        words=args.get("q", "").strip()[:LONGEST_SEARCH],
        late=args.get("late") == "1",
    )


@blueprint.get("")
def show_desk() -> str:
    """The list of cases, with the first of them beside it where there is room."""
    return _desk(None, None)


@blueprint.get("/cases/<case_number:number>")
def show_case(number: CaseNumber) -> str:
    """One case with the list; 404 when there is none of that number."""
    return _desk(number, None)


@blueprint.get("/cases/<case_number:number>/sheet")
def show_sheet(number: CaseNumber) -> str:
    """Only the case, for a desk that is already open."""
    with reading() as session:
        frame = read_frame(session)
        context = read_case_context(session, get_case(session, number, frame.today), frame, None)
    return render_template("partials/case.html", **context)


@blueprint.post("/cases/<case_number:number>/answers")
def take_answer(number: CaseNumber) -> Response | tuple[str, int]:
    """Keep a unit's answer to the whole case."""
    form = request.form
    taking = Taking(number, f"answer-{form.get('unit', '')}")
    with taking, writing() as session:
        speaker = _speaker(form)
        answer = form.get("answer", "")
        if answer not in {one.value for one in Answer}:
            raise ChangeRefusedError(*NO_ANSWER)
        case = get_case(session, number, read_frame(session).today)
        answer_case(session, case.id, speaker, Answer(answer), _said(form))
    return taking.shown()


@blueprint.post("/cases/<case_number:number>/messages")
def take_message(number: CaseNumber) -> Response | tuple[str, int]:
    """Add a note or a file to the thread."""
    taking = Taking(number, "message")
    with taking, writing() as session:
        case = get_case(session, number, read_frame(session).today)
        say_in_case(session, case.id, _speaker(request.form), _said(request.form))
    return taking.shown()


@blueprint.post("/cases/<case_number:number>/proposals")
def take_proposal(number: CaseNumber) -> Response | tuple[str, int]:
    """Propose other days for a work of the case; or look for days on which it is free, and propose nothing yet."""
    form = request.form
    taking = Taking(number, "proposal")
    with taking, writing() as session:
        today = read_frame(session).today
        case = get_case(session, number, today)
        zone_id = read_number(form.get("zone", "")) or 0
        speaker = _speaker(form)
        if form.get("find"):
            free = find_free_days(session, case.id, zone_id, author(), today)
            taking.found = Found(free, form)
        else:
            days = _chosen_days(form)
            proposal = Proposal(zone_id, *days, _words(form, "note"))
            propose_days(session, case.id, speaker, proposal)
    return taking.shown()


@blueprint.post(f"/cases/<case_number:number>/proposals/<int(max={LARGEST_ID}):message>")
def decide_proposal(number: CaseNumber, message: int) -> Response | tuple[str, int]:
    """Accept, agree to, or turn down a proposal."""
    form = request.form
    taking = Taking(number, f"proposal-{message}")
    with taking, writing() as session:
        speaker = _speaker(form)
        match form.get("decision"):
            case "accept":
                seen = read_number(form.get("version", "")) or 0
                accept_days(session, message, speaker, seen, read_frame(session).today)
            case "consent":
                consent_to_days(session, message, speaker)
            case "decline":
                decline_days(session, message, speaker, _words(form, "note"))
            case _:
                raise ChangeRefusedError(*NO_DECISION)
    return taking.shown()


@blueprint.post("/cases/<case_number:number>/minutes")
def take_minutes(number: CaseNumber) -> Response | tuple[str, int]:
    """Close the case with minutes."""
    form = request.form
    taking = Taking(number, "minutes")
    with taking, writing() as session:
        held_on = _day(form, "held_on")
        if held_on is None:
            raise ChangeRefusedError(*NO_MEETING_DAY)
        lines = (_lines(form, "participants"), _lines(form, "agreed"))
        words = MinutesWords(held_on, _words(form, "place"), _words(form, "chair"), *lines)
        speaker = speaker_for(viewer(), None, _words(form, "said_by"), get_wiring().now())
        write_minutes(session, number, words, speaker, read_frame(session).today)
    return taking.shown()


@blueprint.get(f"/cases/<case_number:number>/minutes/<int(max={LARGEST_ID}):minutes>.docx")
def get_minutes(number: CaseNumber, minutes: int) -> Response:
    """The minutes as a document."""
    with reading() as session:
        frame = read_frame(session)
        case = get_case(session, number, frame.today)
        found = next((one for one in list_minutes(session, case.id) if one.id == minutes), None)
    if found is None:
        message = f"no minutes {minutes} of case {number}"
        raise NotFoundError(message)
    return send_file(
        BytesIO(write_minutes_docx(found)),
        mimetype=DOCX,
        as_attachment=True,
        download_name=f"{found.official}.docx",
    )


@blueprint.get(f"/cases/<case_number:number>/files/<int(max={LARGEST_ID}):message>")
def get_message_file(number: CaseNumber, message: int) -> Response:
    """The file that came with a message, to be saved and never shown in the page."""
    with reading() as session:
        frame = read_frame(session)
        case = get_case(session, number, frame.today)
        sha256, name = find_message_file(session, case.id, message)
        content, media_type = get_file(session, sha256)
    return send_file(BytesIO(content), mimetype=media_type, as_attachment=True, download_name=name)


NO_ANSWER = (
    "请选择一个答复:有影响、无影响或已达成一致。",
    "Choose an answer: affected, not affected or agreed.",
)
NO_DECISION = ("请选择同意或不同意。", "Choose to accept or to decline.")
NO_MEETING_DAY = ("请填写会商日期。", "Give the day of the meeting.")
NO_DAY = ("“{}”不是日期,请写成2026-11-23。", "“{}” is not a day. Write it as 2026-11-23.")
TOO_LARGE = (
    f"附件超过{LARGEST_UPLOAD // 1_000_000} MB,请压缩后再传。",
    f"The file is larger than {LARGEST_UPLOAD // 1_000_000} MB. Make it smaller.",
)


class Taking(AbstractContextManager[None]):
    """The taking of a form: what cannot be done is told on the page of the case, beside the form (422)."""

    def __init__(self, number: CaseNumber, form: str) -> None:
        self._number = number
        self._form = form
        self._error: ChangeRefusedError | None = None
        self.found: Found | None = None
        """What was asked for in the place of a change."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        """Keep a refusal; let everything else through."""
        if isinstance(error, ChangeRefusedError):
            self._error = error
            return True
        return False

    def shown(self) -> Response | tuple[str, int]:
        """The case again, as it is now."""
        error = self._error
        if error is not None:
            sentence = told(error)
            page = _desk(self._number, Refused(self._form, sentence, request.form))
            return page, HTTPStatus.UNPROCESSABLE_ENTITY
        if self.found is not None:
            return _desk(self._number, self.found), HTTPStatus.OK
        back: dict[str, Any] = {**asked(request.args)}
        return redirect(
            url_for(".show_case", number=self._number, _anchor="thread", **back),
            HTTPStatus.SEE_OTHER,
        )


def _speaker(form: Mapping[str, str]) -> Speaker:
    return speaker_for(
        viewer(), read_number(form.get("unit", "")), _words(form, "said_by"), get_wiring().now()
    )


def _said(form: Mapping[str, str]) -> Said:
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        return Said(_words(form, "note"))
    content = upload.stream.read(LARGEST_UPLOAD + 1)
    if len(content) > LARGEST_UPLOAD:
        raise ChangeRefusedError(*TOO_LARGE)
    return Said(_words(form, "note"), Upload(upload.filename, content))


def _words(form: Mapping[str, str], name: str) -> str:
    # PostgreSQL keeps no NUL, and nobody writes one.
    return form.get(name, "").replace("\0", "").replace("\r\n", "\n")


def _lines(form: Mapping[str, str], name: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in _words(form, name).splitlines() if line.strip())


def _day(form: Mapping[str, str], name: str) -> date | None:
    text = form.get(name, "").strip()
    day = parse_day(text) if text else None
    if text and day is None:
        raise ChangeRefusedError(*(told.format(text[:40]) for told in NO_DAY))
    return day


def _chosen_days(form: Mapping[str, str]) -> tuple[date | None, date | None]:
    """The days of a free period that was pressed, else those that were written."""
    first, pressed, last = form.get("days", "").partition("..")
    chosen = {"first_on": first, "last_on": last} if pressed else form
    return _day(chosen, "first_on"), _day(chosen, "last_on")


def _desk(chosen: CaseNumber | None, refused: Refused | Found | None) -> str:
    wanted = read_filter(request.args)
    with reading() as session:
        frame = read_frame(session)
        desk = find_cases(session, wanted, frame.today)
        case = get_case(session, chosen, frame.today) if chosen else None
        shown = case or (desk.cases[0] if desk.cases else None)
        units = list_desk_units(session)
        codes = read_codes(session)
        context = read_case_context(session, shown, frame, refused)
    return render_template(
        "coordination/cases.html",
        desk=desk,
        wanted=wanted,
        chosen=case is not None,
        units=units,
        states=STATES,
        page=tell_browser(frame, codes),
        **context,
    )
