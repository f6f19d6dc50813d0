"""Weekly collection (收表): rounds, files dropped, questions settled one by one, sheets taken in, sent back, undone."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for

from app.frame import read_frame
from app.languages import language, messages_for_browser, told
from app.params import parse_day
from app.wiring import find_city, get_wiring, reading, today_in, viewer, writing
from geo.changes.collection import (
    RoundWords,
    drop_answer,
    list_merges,
    next_period,
    open_round,
    return_sheet,
    undo_merges,
)
from geo.errors import ChangeRefusedError, NotFoundError
from geo.exporters.collection.columns import COLUMNS
from geo.exporters.collection.workbook import (
    PERIOD_NAMES,
    sheet_file_name,
    write_sheet,
    write_sheets,
)
from geo.importers.collection.kinds import KINDS
from geo.importers.collection.returned import comment_sheet
from geo.importers.collection.run import (
    get_judged_sheet,
    judge_round,
    offer_units,
    place,
    receive_file,
    settle,
    settle_alike,
    take_in,
)
from geo.importers.collection.sheet import from_json
from geo.queries.collection import (
    get_file_line,
    get_round,
    late_sheets,
    list_rounds,
    round_of_file,
    round_of_sheet,
)
from geo.queries.collection_facts import read_round_facts
from geo.queries.files import get_file

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as BaseResponse

    from app.frame import Frame
    from geo.importers.collection.findings import Finding
    from geo.importers.collection.judge import Assessed
    from geo.importers.collection.run import Judged
    from geo.queries.collection import RoundSheets, SheetLine

blueprint = Blueprint("collection", __name__, url_prefix="/collection")

LARGEST_ID = 2**63 - 1
ID = f"<int(max={LARGEST_ID}):key>"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST_ANSWER = 500
LONGEST_ROW = 8
THURSDAY = 3
DUE_HOUR = 17
SHOWN_COLUMNS = tuple(column for column in COLUMNS if column.fill)


class Group(NamedTuple):
    """A sheet's findings of one urgency, as the page lists them."""

    sheet: SheetLine
    file_id: int
    findings: list[Finding]


def actor() -> str:
    """Who is named in the history and beside what was done."""
    return viewer().actor


@blueprint.get("")
def show_rounds() -> str:
    """All rounds, and a form that opens the next one."""
    return _rounds(None)


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
            opened = open_round(session, words, actor(), get_wiring().now())
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
    return _round(key, None)


@blueprint.get(f"/rounds/{ID}/judged")
def show_part(key: int) -> str:
    """Only what is known of the round, for a page that is already open."""
    return _round(key, None, part=True)


def _round(key: int, refusal: str | None, *, part: bool = False) -> str:
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


def urging_text(round_: RoundSheets, due: datetime) -> str:
    """The text to copy for those who are late (催报); empty when nobody is."""
    late = late_sheets(round_)
    if not late:
        return ""
    by_state: dict[str, list[str]] = defaultdict(list)
    for sheet in late:
        by_state[sheet.state].append(sheet.unit)
    line = round_.line
    first, last = line.first_on, line.last_on
    days = f"{first.month}月{first.day}日至{last.month}月{last.day}日"
    until = f"截止 {due.month}月{due.day}日 {due:%H:%M}"
    words = [f"【催报】{days}项目进展{PERIOD_NAMES[line.period]},{until}。"]
    if by_state["awaited"]:
        words.append(f"尚未报送({len(by_state['awaited'])}家):{'、'.join(by_state['awaited'])}。")
    if by_state["returned"]:
        words.append(
            f"已退回待重报({len(by_state['returned'])}家):{'、'.join(by_state['returned'])}。"
        )
    words.append("请尽快报送,收到请回复。")
    return "\n".join(words)


def _in_city(frame: Frame) -> Any:  # noqa: ANN401  a function for templates
    zone = ZoneInfo(frame.city.time_zone)
    return lambda at: at.astimezone(zone).strftime("%m-%d %H:%M")


@blueprint.post(f"/rounds/{ID}/files")
def take_files(key: int) -> BaseResponse | tuple[str, int]:
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
                    session, key, one.filename or "", content, actor(), get_wiring().now()
                )
        except ChangeRefusedError as error:
            results.append({"name": one.filename, "state": "refused", "refusal": told(error)})
            continue
        refusal = received.refusal
        if refusal is not None:
            zh, _, en = refusal.partition(" / ")
            refusal = en if language() == "en" and en else zh
        results.append(
            {
                "name": one.filename,
                "state": received.state,
                "unit": received.unit,
                "refusal": refusal,
            }
        )
    if _wants_part():
        return jsonify(files=results)
    return redirect(url_for(".show_round", key=key), HTTPStatus.SEE_OTHER)


def _wants_part() -> bool:
    return request.headers.get("X-Part") == "1"


def _after(key: int, refusal: str | None) -> BaseResponse | tuple[str, int]:
    """The round again: a part of it where the browser's code asked, else the page."""
    status = HTTPStatus.OK if refusal is None else HTTPStatus.UNPROCESSABLE_ENTITY
    if _wants_part():
        return _round(key, refusal, part=True), status
    if refusal is not None:
        return _round(key, refusal), status
    return redirect(_back(url_for(".show_round", key=key)), HTTPStatus.SEE_OTHER)


def _back(default: str) -> str:
    """The sheet's page when the form stood there."""
    sheet = request.form.get("sheet", "")
    if sheet.isascii() and sheet.isdigit() and int(sheet) <= LARGEST_ID:
        return url_for(".show_sheet", key=int(sheet))
    return default


@blueprint.post(f"/files/{ID}/answers")
def take_answer(key: int) -> BaseResponse | tuple[str, int]:
    """Settle one finding, or all of its kind in the file that allow the same answer."""
    form = request.form
    row = form.get("row", "")
    choice = form.get("choice", "").replace("\0", "")[:LONGEST_ANSWER]
    if choice == "typed":
        choice = f"set:{form.get('typed', '').replace(chr(0), '').strip()[:LONGEST_ANSWER]}"
    number = int(row) if row.isascii() and row.isdigit() and len(row) < LONGEST_ROW else 0
    mark = (number, form.get("field", ""), form.get("kind", ""))
    refusal = None
    with reading() as session:
        round_id = round_of_file(session, key)
    try:
        with writing() as session:
            now = get_wiring().now()
            if form.get("undo"):
                drop_answer(session, key, mark)
            elif form.get("all"):
                settle_alike(session, key, mark[2], choice, actor(), now)
            else:
                settle(session, key, mark, choice, actor(), now)
    except ChangeRefusedError as error:
        refusal = told(error)
    return _after(round_id, refusal)


@blueprint.post(f"/files/{ID}/place")
def take_place(key: int) -> BaseResponse | tuple[str, int]:
    """Say whose file it is, or take it away."""
    sheet = request.form.get("unit_sheet", "")
    with writing() as session:
        round_id = round_of_file(session, key)
        wanted = int(sheet) if sheet.isascii() and sheet.isdigit() else None
        place(session, key, wanted, actor(), get_wiring().now())
    return _after(round_id, None)


@blueprint.post(f"/rounds/{ID}/merge")
def take_all(key: int) -> BaseResponse | tuple[str, int]:
    """Take in every sheet that has no open question."""
    return _merge(key, None)


@blueprint.post(f"/sheets/{ID}/merge")
def take_one(key: int) -> BaseResponse | tuple[str, int]:
    """Take in one sheet."""
    with reading() as session:
        round_id = round_of_sheet(session, key)
    return _merge(round_id, {key})


def _merge(round_id: int, sheets: set[int] | None) -> BaseResponse | tuple[str, int]:
    refusal = None
    try:
        with writing() as session:
            today = today_in(find_city(session))
            take_in(session, round_id, sheets, today, actor(), get_wiring().now())
    except ChangeRefusedError as error:
        refusal = told(error)
    return _after(round_id, refusal)


@blueprint.post(f"/rounds/{ID}/undo")
def undo_all(key: int) -> BaseResponse | tuple[str, int]:
    """Undo everything that was taken in of a round, as one."""
    refusal = None
    try:
        with writing() as session:
            today = today_in(find_city(session))
            merges = list_merges(session, round_id=key)
            undo_merges(session, merges, today, actor(), get_wiring().now())
    except ChangeRefusedError as error:
        refusal = told(error)
    return _after(key, refusal)


@blueprint.post(f"/sheets/{ID}/undo")
def undo_one(key: int) -> BaseResponse | tuple[str, int]:
    """Undo the taking-in of one sheet."""
    refusal = None
    with reading() as session:
        found = get_round(session, round_of_sheet(session, key))
    sheet = next(one for one in found.sheets if one.id == key)
    try:
        with writing() as session:
            today = today_in(find_city(session))
            merges = [] if sheet.merge is None else [sheet.merge.id]
            undo_merges(session, merges, today, actor(), get_wiring().now())
    except ChangeRefusedError as error:
        refusal = told(error)
    return _after(found.line.id, refusal)


@blueprint.post(f"/sheets/{ID}/return")
def send_back(key: int) -> BaseResponse | tuple[str, int]:
    """Send a sheet back; the file with its faults as comments is then there to download."""
    refusal = None
    with reading() as session:
        round_id = round_of_sheet(session, key)
    try:
        with writing() as session:
            return_sheet(session, key, get_wiring().now())
    except ChangeRefusedError as error:
        refusal = told(error)
    return _after(round_id, refusal)


@blueprint.get(f"/sheets/{ID}")
def show_sheet(key: int) -> str:
    """One unit's sheet: its rows as they were understood, its findings, its files."""
    with reading() as session:
        frame = read_frame(session)
        judged, sheet = get_judged_sheet(session, key, round_of_sheet(session, key))
    assessed = judged.assessed.get(key)
    return render_template(
        "collection/sheet.html",
        sheet=sheet,
        assessed=assessed,
        groups=_sheet_groups(sheet, assessed),
        settled=[] if assessed is None else [one for one in assessed.findings if one.answer],
        columns=SHOWN_COLUMNS,
        shown_value=shown_value,
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


@blueprint.get(f"/rounds/{ID}/sheets.zip")
def download_sheets(key: int) -> Response:
    """Every unit's sheet, filled in with what is known, in one zip."""
    with reading() as session:
        facts = read_round_facts(session, key)
        units = [sheet.unit_id for sheet in get_round(session, key).sheets]
        zone = find_city(session).time_zone
    name = f"{PERIOD_NAMES[facts.period]}-{facts.last_on:%Y%m%d}.zip"
    return _download(write_sheets(facts, units, zone), name, "application/zip")


@blueprint.get(f"/sheets/{ID}/blank.xlsx")
def download_sheet(key: int) -> Response:
    """One unit's sheet, filled in with what is known."""
    with reading() as session:
        round_id = round_of_sheet(session, key)
        facts = read_round_facts(session, round_id)
        sheet = next(one for one in get_round(session, round_id).sheets if one.id == key)
        zone = find_city(session).time_zone
    content = write_sheet(facts, sheet.unit_id, zone)
    return _download(content, sheet_file_name(facts, sheet.unit_id), XLSX)


@blueprint.get(f"/sheets/{ID}/returned.xlsx")
def download_returned(key: int) -> Response:
    """The file that came, with its faults as comments on its cells."""
    with reading() as session:
        judged, sheet = get_judged_sheet(session, key, round_of_sheet(session, key))
        current = sheet.current
        if current is None or current.cells is None or key not in judged.assessed:
            message = f"no file in sheet {key}"
            raise NotFoundError(message)
        content = get_file(session, current.sha256).content
    assessed = judged.assessed[key]
    faults = [one for one in assessed.findings if one.must or one.answer != "take"]
    returned = comment_sheet(content, from_json(current.cells), faults)
    name = f"退回-{current.file_name.rsplit('.', 1)[0]}.xlsx"
    return _download(returned, name, XLSX)


@blueprint.get(f"/files/{ID}/source")
def download_source(key: int) -> Response:
    """A file as it came."""
    with reading() as session:
        line = get_file_line(session, key)
        found = get_file(session, line.sha256)
    return _download(found.content, line.file_name, found.media_type)


def _download(content: bytes, name: str, media_type: str) -> Response:
    response = Response(content, mimetype=media_type)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response
