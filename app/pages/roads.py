"""A road, or an area, and everything planned there in a period: a chart by unit, a table, a workbook, a calendar."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any, NamedTuple

from flask import Blueprint, redirect, render_template, request, send_file, url_for

from app.boxes import parse_box
from app.frame import read_codes, read_frame
from app.gantt import draw_gantt
from app.languages import language
from app.params import parse_day
from app.wiring import get_wiring, reading
from app.words import WORDS
from geo.errors import NotFoundError
from geo.exporters.road_plan import write_road_book, write_road_calendar
from geo.queries.road_plan import Area, find_english_name, find_roads, get_road_plan

if TYPE_CHECKING:
    from collections.abc import Mapping

    from werkzeug.wrappers import Response

    from app.frame import Frame
    from geo.queries.road_plan import RoadPlan

blueprint = Blueprint("roads", __name__, url_prefix="/roads")

MONTHS = 12
LONGEST_DAYS = 5 * 366
LONGEST_SEARCH = 50
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Asked(NamedTuple):
    """A plan that was asked for, with its title and the words of its address."""

    frame: Frame
    plan: RoadPlan
    title: str
    query: dict[str, str]


def read_period(args: Mapping[str, str], today: date) -> tuple[date, date]:
    """The period asked for; what it does not say or says wrongly is from this month on for a year."""
    first = parse_day(args.get("from", "")) or today.replace(day=1)
    usual = _month_end(
        first.year + (first.month + MONTHS - 2) // 12, (first.month + MONTHS - 2) % 12 + 1
    )
    last = parse_day(args.get("to", "")) or usual
    if last < first:
        first, last = last, first
    return first, min(last, first + timedelta(days=LONGEST_DAYS))


def _month_end(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


@blueprint.get("")
def list_roads() -> str | Response:
    """Roads by name or pinyin; the only one found is opened at once. With `box`, what is planned in an area."""
    if request.args.get("box"):
        return _page(_read(None))
    words = request.args.get("q", "").strip()[:LONGEST_SEARCH]
    with reading() as session:
        frame = read_frame(session)
        roads = find_roads(session, words)
    if words and len(roads) == 1:
        return redirect(url_for(".show_road", name=roads[0].name))
    return render_template("roads/list.html", frame=frame, roads=roads, asked=words)


@blueprint.get("/<name>")
def show_road(name: str) -> str:
    """Everything planned on a road."""
    return _page(_read(name))


@blueprint.get("/book.xlsx", defaults={"name": None})
@blueprint.get("/<name>/book.xlsx")
def get_book(name: str | None) -> Response:
    """The same as an Excel workbook."""
    asked = _read(name)
    kinds = {code: str(word) for code, word in WORDS["zone_kinds"].items()}
    states = {code: str(word) for code, word in WORDS["zone_states"].items()}
    content = write_road_book(asked.plan, asked.title, kinds, states, language())
    return send_file(
        BytesIO(content), mimetype=EXCEL, as_attachment=True, download_name=f"{asked.title}.xlsx"
    )


@blueprint.get("/calendar.ics", defaults={"name": None})
@blueprint.get("/<name>/calendar.ics")
def get_calendar(name: str | None) -> Response:
    """The same as a calendar."""
    asked = _read(name)
    host = asked.frame.city.code
    content = write_road_calendar(
        asked.plan, asked.title, language(), f"{host}.jiantu", get_wiring().now()
    )
    return send_file(
        BytesIO(content),
        mimetype="text/calendar",
        as_attachment=True,
        download_name=f"{asked.title}.ics",
    )


def _read(name: str | None) -> Asked:
    box = None if name is not None else parse_box(request.args.get("box", ""))
    if name is None and box is None:
        message = "neither a road nor an area"
        raise NotFoundError(message)
    with reading() as session:
        frame = read_frame(session)
        first, last = read_period(request.args, frame.today)
        plan = get_road_plan(session, Area(name, box), first, last)
        english = language() == "en"
        called = find_english_name(session, name) if name and english else None
    query = {"from": first.isoformat(), "to": last.isoformat()}
    if box is not None:
        query["box"] = request.args["box"]
    title = called or name or ("Works in the area" if english else "选定区域工程计划")
    return Asked(frame, plan, title, query)


def _page(asked: Asked) -> str:
    with reading() as session:
        codes = read_codes(session)
    context: dict[str, Any] = {
        "frame": asked.frame,
        "plan": asked.plan,
        "names": asked.plan.names(language()),
        "title": asked.title,
        "query": asked.query,
        "codes": codes,
        "gantt": draw_gantt(asked.plan, asked.frame.today),
    }
    return render_template("roads/plan.html", **context)
