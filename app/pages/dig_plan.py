"""The year's dig plan: declared, reviewed and issued; who clashes with whom; and dates that would clash less."""

from __future__ import annotations

from datetime import date
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, redirect, render_template, request, url_for

from app.frame import read_codes, read_frame
from app.languages import language, messages_for_browser
from app.params import LARGEST_INTEGER, read_number
from app.timeline import draw_timeline
from app.wiring import get_wiring, reading, viewer, writing
from geo.changes.dig_plans import (
    STEPS,
    decide_shift,
    declare_digs,
    keep_proposal,
    set_plan_state,
    set_window,
)
from geo.errors import ChangeRefusedError
from geo.exporters.dig_plan import write_dig_plan
from geo.queries.codes import list_codes
from geo.queries.dig_plans import find_proposal, get_matrix, list_digs, list_undeclared
from geo.queries.facts import read_rules
from geo.queries.planning import read_task
from geo.rules import rules_on

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as AnyResponse

blueprint = Blueprint("dig_plan", __name__, url_prefix="/dig-plan")

SEARCH_SECONDS = 20
"""How long a search from the page may take; `jiantu coordinate --seconds` takes more."""
MONTHS_AHEAD = (1, 3, 6, 12)
USUAL_MONTHS = 6
NO_DAY = (
    "“{}”不是日期,请按2027-03-01的样式填写。",
    "“{}” is no day. Write it as 2027-03-01.",
)
FIRST_YEAR, LAST_YEAR = 2000, 2100
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def asked_year(this_year: int) -> int:
    """The year in the address, else this one."""
    year = read_number(request.args.get("year"), LAST_YEAR)
    return year if year is not None and year >= FIRST_YEAR else this_year


def asked_months() -> int:
    """How many months ahead the matrix looks, as the address has it."""
    months = read_number(request.args.get("months"), max(MONTHS_AHEAD))
    return months if months in MONTHS_AHEAD else USUAL_MONTHS


@blueprint.get("")
def show_plan() -> str:
    """The plan of a year with the last proposal and the matrix of units."""
    return _page(None)


@blueprint.post("/proposals")
def make_proposal() -> AnyResponse:
    """Search for better dates and show them; nothing is shifted by that."""
    with reading() as session:
        today = read_frame(session).today
        planned = read_task(session, today)
        rules = rules_on(read_rules(session), today).coordinate
    from geo.planning.solve import solve  # noqa: PLC0415  its solver loads when somebody asks for a plan

    solution = solve(planned.task, rules, seconds=SEARCH_SECONDS)
    with writing() as session:
        keep_proposal(session, planned, solution, today, get_wiring().now())
    return redirect(url_for(".show_plan", _anchor="proposal"), HTTPStatus.SEE_OTHER)


@blueprint.post("/proposals/<int:run>/<int:work>")
def take_decision(run: int, work: int) -> AnyResponse | tuple[str, int]:
    """Accept or decline one shift; what cannot be done is told on the same page (422)."""
    form, asking = request.form, viewer()
    try:
        with writing() as session:
            today = read_frame(session).today
            decide_shift(
                session,
                run,
                work,
                None if asking.audience == "command" else asking.editable_unit_ids,
                accept=form.get("decision") == "accept",
                note=form.get("note", "").replace("\0", ""),
                decided_by=asking.name,
                now=get_wiring().now(),
                day=today,
            )
    except ChangeRefusedError as error:
        return _page(error), HTTPStatus.UNPROCESSABLE_ENTITY
    return redirect(url_for(".show_plan", _anchor=f"work-{work}"), HTTPStatus.SEE_OTHER)


@blueprint.post("/state")
def take_state() -> AnyResponse | tuple[str, int]:
    """Bring the chosen digs to another state of the plan."""
    given = (read_number(one) for one in request.form.getlist("dig"))
    chosen = [one for one in given if one is not None]
    state = request.form.get("state", "")
    year = request.args.get("year")
    try:
        with writing() as session:
            set_plan_state(session, chosen, state, read_frame(session).today)
    except ChangeRefusedError as error:
        return _page(error), HTTPStatus.UNPROCESSABLE_ENTITY
    return redirect(url_for(".show_plan", year=year, _anchor="digs"), HTTPStatus.SEE_OTHER)


@blueprint.post("/declarations")
def take_declaration() -> AnyResponse | tuple[str, int]:
    """Declare the chosen digs of one's own for the year's plan, or take that back."""
    form, asking = request.form, viewer()
    given = (read_number(one) for one in form.getlist("own"))
    chosen = [one for one in given if one is not None]
    year = request.args.get("year")
    try:
        with writing() as session:
            declare_digs(
                session,
                chosen,
                None if asking.audience == "command" else asking.editable_unit_ids,
                read_frame(session).today,
                back=form.get("step") == "back",
            )
    except ChangeRefusedError as error:
        return _page(error), HTTPStatus.UNPROCESSABLE_ENTITY
    return redirect(url_for(".show_plan", year=year, _anchor="declare"), HTTPStatus.SEE_OTHER)


@blueprint.post("/windows/<int:work>")
def take_window(work: int) -> AnyResponse | tuple[str, int]:
    """Set the days within which a dig of one's own may be shifted."""
    form, asking = request.form, viewer()
    year = request.args.get("year")
    try:
        first_on, last_on = (_day(form.get(name, "")) for name in ("first_on", "last_on"))
        with writing() as session:
            set_window(
                session,
                work,
                None if asking.audience == "command" else asking.editable_unit_ids,
                read_number(form.get("version"), LARGEST_INTEGER) or 0,
                first_on,
                last_on,
            )
    except ChangeRefusedError as error:
        return _page(error), HTTPStatus.UNPROCESSABLE_ENTITY
    return redirect(url_for(".show_plan", year=year, _anchor="windows"), HTTPStatus.SEE_OTHER)


def _day(text: str) -> date | None:
    """A day as a form gives it, None when it is left empty; raises ChangeRefusedError for what is none."""
    if not text.strip():
        return None
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        day = None
    if day is None or not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ChangeRefusedError(*(words.format(text.strip()[:20]) for words in NO_DAY))
    return day


@blueprint.get("/plan.xlsx")
def download() -> Response:
    """The plan of a year as a workbook."""
    with reading() as session:
        today = read_frame(session).today
        year = asked_year(today.year)
        digs = list_digs(session, year, today)
        names = {
            kind: {code["code"]: code["name"] for code in codes}
            for kind, codes in list_codes(session).items()
        }
        content = write_dig_plan(year, digs, find_proposal(session), names)
    response = Response(content, mimetype=XLSX)
    response.headers.set("Content-Disposition", "attachment", filename=f"dig-plan-{year}.xlsx")
    return response


def _page(refused: ChangeRefusedError | None) -> str:
    lang, asking = language(), viewer()
    with reading() as session:
        frame = read_frame(session)
        year = asked_year(frame.today.year)
        digs = list_digs(session, year, frame.today)
        proposal = find_proposal(session, lang)
        matrix = get_matrix(session, frame.today, asked_months(), lang)
        own = None if asking.audience == "command" else asking.editable_unit_ids
        undeclared = list_undeclared(session, year, frame.today, own) if asking.may_edit else []
        codes = read_codes(session)
    sentence = None if refused is None else refused.en if lang == "en" else refused.zh
    page: dict[str, Any] = {
        "language": lang,
        "today": frame.today.isoformat(),
        "messages": messages_for_browser(),
        "searchSeconds": SEARCH_SECONDS,
    }
    return render_template(
        "dig_plan/plan.html",
        frame=frame,
        year=year,
        years=(frame.today.year - 1, frame.today.year, frame.today.year + 1),
        digs=digs,
        counts=_counts(digs),
        proposal=proposal,
        timelines={
            shift.work_id: draw_timeline((shift.before, shift.after), (), frame.today)
            for shift in (proposal.shifts if proposal else ())
        },
        matrix=matrix,
        months=asked_months(),
        month_choices=MONTHS_AHEAD,
        undeclared=undeclared,
        codes=codes,
        steps=STEPS,
        refused=sentence,
        asking=asking,
        page=page,
    )


def _counts(digs: Any) -> dict[str, int]:  # noqa: ANN401  rows of `list_digs`
    counts = dict.fromkeys((*STEPS, "emergency"), 0)
    for dig in digs:
        counts[dig.dig_plan_state] = counts.get(dig.dig_plan_state, 0) + 1
    return counts
