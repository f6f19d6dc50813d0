"""The rounds of collection and their sheets, as pages: what came, what is to be asked, what is late."""

from __future__ import annotations

from datetime import datetime, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, NamedTuple
from zoneinfo import ZoneInfo

from flask import Blueprint, redirect, render_template, request, url_for

from app.actors import actor_namer
from app.formats import format_moment
from app.frame import read_frame
from app.languages import language, messages_for_browser, told
from app.params import LARGEST_ID, parse_day
from app.wiring import find_city, get_wiring, reading, viewer, writing
from geo.changes.collection import RoundWords, next_period, open_round
from geo.errors import ChangeRefusedError
from geo.exporters.collection.columns import COLUMNS
from geo.exporters.collection.urging import urging_text
from geo.importers.collection.judged import get_judged_sheet, judge_round
from geo.importers.collection.kinds import COMMAND_DECIDES, KINDS
from geo.importers.collection.receiving import offer_units
from geo.importers.collection.settling import find_remembered, group_alike
from geo.importers.collection.sheet import from_json
from geo.queries.collection import list_own_sheets, list_rounds, round_of_sheet

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as BaseResponse

    from app.frame import Frame
    from geo.importers.collection.findings import Finding
    from geo.importers.collection.judge import Assessed
    from geo.importers.collection.judged import Judged
    from geo.queries.collection import SheetLine

blueprint = Blueprint("collection", __name__, url_prefix="/collection")

ID = f"<int(max={LARGEST_ID}):key>"
THURSDAY = 3
DUE_HOUR = 17
SHOWN_COLUMNS = tuple(column for column in COLUMNS if column.fill)


class Group(NamedTuple):
    """A sheet's findings of one urgency, as the page lists them."""

    sheet: SheetLine
    file_id: int
    findings: list[Finding]


@blueprint.get("")
def show_rounds() -> str:
    """All rounds, and a form that opens the next one; for a unit, its own sheets."""
    return _own_sheets() if is_unit() else _rounds(None)


def is_unit() -> bool:
    """Whether the asker belongs to units and sees of a collection their own sheets alone."""
    return viewer().audience == "unit"


def _own_sheets() -> str:
    with reading() as session:
        frame = read_frame(session)
        sheets = list_own_sheets(session, viewer().unit_ids)
    return render_template(
        "collection/own.html", frame=frame, sheets=sheets, in_city=_in_city(frame)
    )


def _rounds(refusal: str | None) -> str:
    with reading() as session:
        frame = read_frame(session)
        rounds = list_rounds(session)
    first, last = _likely_week(frame, rounds[0].last_on if rounds else None)
    return render_template(
        "collection/rounds.html",
        frame=frame,
        rounds=rounds,
        refusal=refusal,
        first_on=first,
        last_on=last,
        due=f"{last + timedelta(days=1)}T{DUE_HOUR}:00",
        in_city=_in_city(frame),
    )


def _likely_week(frame: Frame, newest: Any) -> tuple[Any, Any]:  # noqa: ANN401  days
    """The week that is reported next: this one from Thursday on, else the last; or the one after the newest round."""
    today = frame.today
    monday = today - timedelta(days=today.weekday())
    if today.weekday() < THURSDAY:
        monday -= timedelta(days=7)
    if newest is not None and monday <= newest:
        return next_period("week", newest)
    return monday, monday + timedelta(days=6)


@blueprint.post("/rounds")
def take_round() -> BaseResponse | tuple[str, int]:
    """Open a round."""
    try:
        with writing() as session:
            words = _read_round(ZoneInfo(find_city(session).time_zone))
            opened = open_round(session, words, viewer().actor, get_wiring().now())
    except ChangeRefusedError as error:
        return _rounds(told(error)), HTTPStatus.UNPROCESSABLE_ENTITY
    return redirect(url_for(".show_round", key=opened), HTTPStatus.SEE_OTHER)


def _read_round(zone: ZoneInfo) -> RoundWords:
    """The form's words; raises ChangeRefusedError where they are none."""
    form = request.form
    first, last = parse_day(form.get("first_on", "")), parse_day(form.get("last_on", ""))
    try:
        due = datetime.fromisoformat(form.get("due", "")).replace(tzinfo=zone)
    except ValueError:
        due = None
    if first is None or last is None or due is None:
        raise ChangeRefusedError(*NO_DAYS)
    return RoundWords(form.get("period", ""), first, last, due)


NO_DAYS = (
    "请填写起止日期和截止时间。",
    "Give first day, last day and the time by which it is due.",
)


@blueprint.get(f"/rounds/{ID}")
def show_round(key: int) -> str:
    """One round: what came, what is to be asked, what is late."""
    return round_page(key, None)


@blueprint.get(f"/rounds/{ID}/judged")
def show_part(key: int) -> str:
    """Only what is known of the round, for a page that is already open."""
    return round_page(key, None, part=True)


def round_page(key: int, refusal: str | None, *, part: bool = False) -> str:
    """The page of a round, or the part of it that changes as files come and questions are settled."""
    with reading() as session:
        frame = read_frame(session)
        judged = judge_round(session, key)
    context = _round_context(judged, frame)
    template = "collection/judged.html" if part else "collection/round.html"
    return render_template(template, refusal=refusal, **context)


def _round_context(judged: Judged, frame: Frame) -> dict[str, Any]:
    facts = judged.facts
    due = facts.due_at.astimezone(ZoneInfo(frame.city.time_zone))
    return {
        "frame": frame,
        "judged": judged,
        "round": judged.round,
        "facts": facts,
        "kinds": KINDS,
        "must": _groups(judged, must=True),
        "shown": _groups(judged, must=False),
        "unplaced": [
            (
                one,
                []
                if one.cells is None
                else offer_units(from_json(one.cells), one.file_name, facts),
            )
            for one in judged.round.unplaced
        ],
        "sheet_of_unit": {sheet.unit_id: sheet for sheet in judged.round.sheets},
        "urge": urging_text(judged.round, due),
        "alike": group_alike(judged, own=is_unit()),
        "closed": COMMAND_DECIDES if is_unit() else frozenset(),
        "due": due,
        "in_city": _in_city(frame),
        "page": {"language": language(), "messages": messages_for_browser()},
    }


def _groups(judged: Judged, *, must: bool) -> list[Group]:
    """Findings that nobody answered, by sheet, in the order of the kinds and rows."""
    order = {kind: place for place, kind in enumerate(KINDS)}
    groups = []
    for sheet, assessed in judged.waiting():
        found = assessed.open if must else assessed.doubtful
        if found:
            ordered = sorted(found, key=lambda one: (one.row, order[one.kind]))
            groups.append(Group(sheet, assessed.file_id, ordered))
    return groups


def _in_city(frame: Frame) -> Any:  # noqa: ANN401  a function for templates
    zone = ZoneInfo(frame.city.time_zone)
    return lambda at: format_moment(
        at.astimezone(zone).replace(second=0, microsecond=0), language(), frame.today
    )


@blueprint.get(f"/sheets/{ID}")
def show_sheet(key: int) -> str:
    """One unit's sheet: its rows as they were understood, its findings, its files."""
    return sheet_page(key, None)


def sheet_page(key: int, refusal: str | None) -> str:
    """The page of a sheet; a unit hands it in there."""
    with reading() as session:
        frame = read_frame(session)
        judged, sheet = get_judged_sheet(session, key, round_of_sheet(session, key))
        who = actor_namer(session)
    assessed = judged.assessed.get(key)
    return render_template(
        "collection/sheet.html",
        refusal=refusal,
        sheet=sheet,
        own=is_unit(),
        may_answer=viewer().may_edit_for(sheet.unit_id),
        assessed=assessed,
        groups=_sheet_groups(sheet, assessed),
        settled=[] if assessed is None else [one for one in assessed.findings if one.answer],
        columns=SHOWN_COLUMNS,
        shown_value=shown_value,
        remembered=find_remembered(judged, sheet),
        who=who,
        **_round_context(judged, frame),
    )


def _sheet_groups(sheet: SheetLine, assessed: Assessed | None) -> list[Group]:
    if assessed is None:
        return []
    found = [*assessed.open, *assessed.doubtful]
    return [Group(sheet, assessed.file_id, found)] if found else []


def shown_value(name: str, value: Any) -> str:  # noqa: ANN401  any field's value
    """A value of a row as the table shows it: money in 万元, planned days by their day."""
    if value is None:
        return ""
    if name in {"invested", "to_date"}:
        return f"{value / 10_000:,.4f}".rstrip("0").rstrip(".")
    if name == "percent":
        return f"{value:g}"
    return str(getattr(value, "on", value))
