"""A road, or an area, and everything planned there in a period: a chart by unit, a table, a workbook, a calendar."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any, NamedTuple

from flask import Blueprint, redirect, render_template, request, send_file, url_for

from app.boxes import parse_area
from app.frame import read_codes, read_frame, tell_browser
from app.gantt import draw_gantt
from app.languages import language
from app.params import parse_day
from app.wiring import get_wiring, reading
from app.words import WORDS
from geo.errors import NotFoundError
from geo.exporters.road_plan import write_road_book, write_road_calendar
from geo.queries.road_plan import (
    Area,
    find_busy_roads,
    find_english_name,
    find_extent,
    get_extent,
    get_plan_shapes,
    get_road_plan,
    list_named_roads,
    pick_roads,
)
from geo.zoning.areas import NO_AREA, UNREADABLE_AREA, shape_area

if TYPE_CHECKING:
    from collections.abc import Mapping

    from werkzeug.wrappers import Response

    from app.frame import Frame
    from geo.queries.road_plan import RoadPlan

blueprint = Blueprint("roads", __name__, url_prefix="/roads")

MONTHS = 12
LONGEST_DAYS = 5 * 366
LONGEST_SEARCH = 50
MOST_BUSY = 40
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
    """Roads by name or pinyin and those where most is planned; with `area`, what is planned there.

    The only road found, or the one with exactly this name, is opened at once.
    """
    written = request.args.get("area", "").strip()
    if written:
        area = read_area(written)
        if isinstance(area, Area):
            return _page(_read(area))
        return _list(written, area[language() == "en"])
    return _list()


def _list(area: str = "", refused: str | None = None) -> str | Response:
    words = request.args.get("q", "").strip()[:LONGEST_SEARCH]
    with reading() as session:
        frame = read_frame(session)
        first, last = read_period(request.args, frame.today)
        every_road = list_named_roads(session)
        roads = pick_roads(every_road, words) if words else []
        busy = [] if words else find_busy_roads(session, first, last, frame.today, MOST_BUSY)
        extent = find_extent(session, [road.name for road in roads or busy])
    query: dict[str, Any] = {"from": first.isoformat(), "to": last.isoformat()}
    named = [road for road in roads if road.name == words] or roads
    if len(named) == 1:
        return redirect(url_for(".show_road", name=named[0].name, **query))
    return render_template(
        "roads/list.html",
        frame=frame,
        asked=words,
        roads=roads,
        busy=busy,
        every_road=every_road,
        first_on=first,
        last_on=last,
        period_query=query,
        area=area,
        refused=refused,
        page=tell_browser(frame, extent=extent),
    )


def read_area(written: str) -> Area | tuple[str, str]:
    """The area that was written, or in both languages what is wrong with it."""
    corners = parse_area(written)
    if corners is None:
        return UNREADABLE_AREA
    outline = shape_area(corners)
    return NO_AREA if outline is None else Area(outline=outline)


@blueprint.get("/<name>")
def show_road(name: str) -> str:
    """Everything planned on a road."""
    return _page(_read(Area(name)))


@blueprint.get("/book.xlsx", defaults={"name": None})
@blueprint.get("/<name>/book.xlsx")
def get_book(name: str | None) -> Response:
    """The same as an Excel workbook."""
    asked = _read(_area(name))
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
    asked = _read(_area(name))
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


def _area(name: str | None) -> Area:
    if name is not None:
        return Area(name)
    area = read_area(request.args.get("area", ""))
    if isinstance(area, Area):
        return area
    raise NotFoundError(area[1])


def _read(area: Area) -> Asked:
    with reading() as session:
        frame = read_frame(session)
        first, last = read_period(request.args, frame.today)
        plan = get_road_plan(session, area, first, last)
        english = language() == "en"
        called = find_english_name(session, area.road) if area.road and english else None
    query = {"from": first.isoformat(), "to": last.isoformat()}
    if area.outline is not None:
        query["area"] = request.args["area"]
    title = called or area.road or ("Works in the area" if english else "选定区域工程计划")
    return Asked(frame, plan, title, query)


def _page(asked: Asked) -> str:
    gantt = draw_gantt(asked.plan, asked.frame.today)
    rows = [row.work.id for unit in gantt.units for row in unit.rows]
    with reading() as session:
        codes = read_codes(session)
        shapes = get_plan_shapes(session, asked.plan, rows)
        extent = get_extent(session, asked.plan.area)
    context: dict[str, Any] = {
        "frame": asked.frame,
        "plan": asked.plan,
        "names": asked.plan.names(language()),
        "title": asked.title,
        "query": asked.query,
        "codes": codes,
        "gantt": gantt,
        "numbers": {work: number for number, work in enumerate(rows, 1)},
        "shapes": shapes,
        "page": tell_browser(
            asked.frame,
            codes,
            road=asked.plan.area.road,
            area=asked.query.get("area", ""),
            extent=extent,
        ),
    }
    return render_template("roads/plan.html", **context)
