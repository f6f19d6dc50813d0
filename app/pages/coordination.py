"""Pairs of works that meet, one of them on map and time axis, and the answers of its sides."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, NamedTuple
from zoneinfo import ZoneInfo

from flask import Blueprint, redirect, render_template, request, url_for

from app.access import NotAllowedError
from app.frame import read_codes, read_frame, tell_browser
from app.languages import language, told
from app.params import LARGEST_ID, parse_day, read_number
from app.timeline import draw_timeline
from app.wiring import get_wiring, reading, viewer, writing
from geo.changes.answers import AnswerWords, answer_overlap
from geo.errors import ChangeRefusedError
from geo.model.answers import Answer
from geo.overlap import Code, Severity, code_name, severity_name
from geo.queries.cases import find_case_of
from geo.queries.coordination import (
    LONG_WAIT_DAYS,
    DeskFilter,
    find_desk_pairs,
    get_desk_pair,
    get_pair_shapes,
    list_desk_units,
)
from geo.queries.emergencies import find_owing_repairs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from werkzeug.wrappers import Response

    from app.frame import Frame
    from geo.queries.answers import Pair
    from geo.queries.coordination import Answered, DeskPair

blueprint = Blueprint("coordination", __name__, url_prefix="/coordination")

PAIR = f"<int(max={LARGEST_ID}):a>-<int(max={LARGEST_ID}):b>"
STATES: tuple[Answered, ...] = ("open", "reassess", "answered")
LONGEST_SEARCH = 100
EVERYTHING = "all"
ONCE_SETTLED = "settled"
"""In the place of a severity: heavy pairs, and those that would be heavy if neither side were tentative."""


class Refused(NamedTuple):
    """A form that was not taken: why, for which side, and what was in it."""

    sentence: str
    side: int
    form: Mapping[str, str]


def read_filter(args: Mapping[str, str]) -> DeskFilter:
    """What the address asks for; what it does not say or says wrongly lets all through, but 重叠 alone is usual."""
    severity = args.get("severity", "")
    code, unit, answered = (args.get(name, "") for name in ("finding", "unit", "answered"))
    return DeskFilter(
        severity=None
        if severity in {EVERYTHING, ONCE_SETTLED}
        else Severity(severity)
        if severity in {one.value for one in Severity}
        else Severity.HEAVY,
        code=Code(code) if code in {one.value for one in Code} else None,
        unit_id=read_number(unit) or None,
        answered=next((state for state in STATES if state == answered), None),
        words=args.get("q", "").strip()[:LONGEST_SEARCH],
        other_id=read_number(args.get("with")) or None,
        until=parse_day(args.get("until", "")),
        once_settled=severity == ONCE_SETTLED,
    )


def asked(wanted: DeskFilter) -> dict[str, str]:
    """The same as the words of an address, without what is usual."""
    every = ONCE_SETTLED if wanted.once_settled else EVERYTHING
    said = {
        "q": wanted.words,
        "severity": every if wanted.severity is None else wanted.severity.value,
        "finding": wanted.code.value if wanted.code else "",
        "unit": str(wanted.unit_id or ""),
        "with": str(wanted.other_id or ""),
        "until": wanted.until.isoformat() if wanted.until else "",
        "answered": wanted.answered or "",
    }
    return {
        name: value
        for name, value in said.items()
        if value and (name, value) != ("severity", Severity.HEAVY.value)
    }


@blueprint.get("/pairs")
def show_pairs() -> str:
    """The list of pairs, with the first of them beside it where there is room."""
    return _desk(None, None)


@blueprint.get(f"/{PAIR}")
def show_pair(a: int, b: int) -> str:
    """One pair with the list; 404 when nothing is found between the two works."""
    return _desk((a, b), None)


@blueprint.get(f"/{PAIR}/sheet")
def show_sheet(a: int, b: int) -> str:
    """Only the pair, for a desk that is already open."""
    with reading() as session:
        frame = read_frame(session)
        pair = get_desk_pair(session, (a, b), frame.today)
        shapes = get_pair_shapes(session, pair.zones)
        number = find_case_of(session, *pair.zones)
    context = _pair_context(pair, shapes, frame, None)
    return render_template("partials/pair.html", case_number=number, **context)


@blueprint.post(f"/{PAIR}/answers")
def take_answer(a: int, b: int) -> Response | tuple[str, int]:
    """Keep one side's answer and show the pair again; what cannot be kept is told on the same page (422)."""
    form = request.form
    side_zone = read_number(form.get("side")) or 0
    _check_side((a, b), side_zone)
    try:
        words = _read_answer(form)
        with writing() as session:
            answer_overlap(session, (a, b), side_zone, words, get_wiring().now())
    except ChangeRefusedError as error:
        sentence = told(error)
        page = _desk((a, b), Refused(sentence, side_zone, form))
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    back: dict[str, Any] = {**asked(read_filter(request.args))}
    return redirect(
        url_for(".show_pair", a=a, b=b, _anchor=f"side-{side_zone}", **back),
        HTTPStatus.SEE_OTHER,
    )


def _check_side(pair: Pair, side_zone: int) -> None:
    """Raises NotAllowedError when the asker answers for neither side, or not for the one that is named."""
    with reading() as session:
        found = get_desk_pair(session, pair, read_frame(session).today)
    named = [side for side in found.sides if side.id == side_zone] or found.sides
    if not viewer().may_edit_for(*(side.unit_id for side in named)):
        message = f"{viewer().actor} answers for no side of {pair}"
        raise NotAllowedError(message)


def _read_answer(form: Mapping[str, str]) -> AnswerWords:
    """The form's words; raises ChangeRefusedError where they are none."""
    answer = form.get("answer", "")
    if answer not in {one.value for one in Answer}:
        raise ChangeRefusedError(*NO_ANSWER)
    days = []
    for name in ("first_on", "last_on"):
        text = form.get(name, "").strip()
        day = parse_day(text) if text else None
        if text and day is None:
            raise ChangeRefusedError(*(told.format(text[:40]) for told in NO_DAY))
        days.append(day)
    # PostgreSQL keeps no NUL, and nobody writes one.
    note, answered_by = (form.get(name, "").replace("\0", "") for name in ("note", "answered_by"))
    # A unit's own answer is signed by its account; what the command writes down names whom it was told by.
    by_command = viewer().audience == "command"
    signed = answered_by if by_command else viewer().name
    return AnswerWords(Answer(answer), note, days[0], days[1], signed, by_command)


NO_ANSWER = (
    "请选择一个答复:有影响、无影响或已达成一致。",
    "Choose an answer: affected, not affected or agreed.",
)
NO_DAY = ("“{}”不是日期,请写成2026-11-23。", "“{}” is not a day. Write it as 2026-11-23.")


def _desk(chosen: Pair | None, refused: Refused | None) -> str:
    wanted = read_filter(request.args)
    with reading() as session:
        frame = read_frame(session)
        desk = find_desk_pairs(session, wanted, frame.today)
        pair = get_desk_pair(session, chosen, frame.today) if chosen else None
        shown = pair or (desk.pairs[0] if desk.pairs else None)
        shapes = get_pair_shapes(session, shown.zones) if shown else {}
        number = find_case_of(session, *shown.zones) if shown else None
        units = list_desk_units(session)
        owing = find_owing_repairs(session, frame.today)
        codes = read_codes(session)
    return render_template(
        "coordination/desk.html",
        desk=desk,
        case_number=number,
        wanted=wanted,
        chosen=pair is not None,
        units=units,
        owing=owing,
        codes=codes,
        severities=[(one.value, severity_name(one, language())) for one in Severity],
        findings=[(one.value, code_name(one, language())) for one in Code],
        page=tell_browser(frame, codes),
        **_pair_context(shown, shapes, frame, refused),
    )


def _pair_context(
    pair: DeskPair | None, shapes: dict[str, Any], frame: Frame, refused: Refused | None
) -> dict[str, Any]:
    works = (pair.a.days, pair.b.days) if pair else ()
    shared = (pair.days,) if pair and pair.days else ()
    return {
        "frame": frame,
        "pair": pair,
        "query": asked(read_filter(request.args)),
        "refused": refused,
        "timeline": draw_timeline(works, shared, frame.today),
        "shapes": shapes,
        "may_answer": lambda side: viewer().may_edit_for(side.unit_id),
        "by_command": viewer().audience == "command",
        "choices": (Answer.AFFECTED.value, Answer.UNAFFECTED.value, Answer.AGREED.value),
        "severity_of": lambda one: severity_name(one.severity, language()),
        "city_day": lambda at: at.astimezone(ZoneInfo(frame.city.time_zone)).date(),
        "long_wait": LONG_WAIT_DAYS,
    }
