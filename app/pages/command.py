"""The command's pages: the map, a project on it, and the same as plain lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, render_template, request, url_for

from app.boards import board_of
from app.charts import draw_curve
from app.frame import read_codes, read_frame_then, tell_browser, unit_name
from app.languages import language
from app.moments import reading_then
from app.wiring import get_wiring
from app.words import POSTER_SIZES, WORDS
from geo.queries.layers import get_revision
from geo.queries.project_sheet import get_project_sheet
from geo.queries.projects import list_projects
from geo.queries.road_works import get_road_works

if TYPE_CHECKING:
    from app.frame import Frame

blueprint = Blueprint("command", __name__, url_prefix="/command")


def page_data(
    frame: Frame, codes: dict[str, dict[str, str]], revision: dict[str, Any]
) -> dict[str, Any]:
    """What the browser's code is told by the page instead of asking for it.

    What is read after the page is at least as new as its `revision`: nothing that changes meanwhile is missed.
    """
    return tell_browser(
        frame,
        codes,
        moment=frame.moment.isoformat() if frame.moment else None,
        revision=revision,
        unit=unit_name(frame),
        bases=[
            {
                "code": base.code,
                "name": base.name_en if language() == "en" else base.name,
                "tiles": base.tiles,
                "servers": base.servers or None,
                "archive": url_for("files.show_base_map", code=base.code) if base.archive else None,
                "shifted": base.shifted,
                "attribution": base.attribution,
                "approval": base.approval,
                "closest": base.closest,
            }
            for base in get_wiring().base_maps
        ],
        approval=get_wiring().settings.map_approval,
        paths={
            "map": url_for("command.show_map"),
            "table": url_for("command.show_projects"),
            "project": url_for("command.show_project", code="CODE"),
            "sheet": url_for("command.show_sheet", code="CODE"),
            "road": url_for("command.show_road", name="NAME"),
            "sheetOfRoad": url_for("command.show_road_sheet", name="NAME"),
            "pair": url_for("cases.show_desk") + "/A-B",
            "poster": url_for("files.show_poster"),
        },
    )


@blueprint.get("")
def show_map() -> str:
    """The map with the city's counts; with `wall=1` large, for a screen on a wall that nobody touches."""
    with reading_then() as session:
        frame = read_frame_then(session)
        board = board_of(session, frame.day, frame.today)
        codes = read_codes(session)
        revision = get_revision(session)
    return render_template(
        "command/map.html",
        frame=frame,
        board=board,
        page=page_data(frame, codes, revision),
        poster_sizes=POSTER_SIZES,
        wall=request.args.get("wall") == "1",
    )


@blueprint.get("/projects")
def show_projects() -> str:
    """Every project in one table, red first: the plain equal of the map."""
    with reading_then() as session:
        frame = read_frame_then(session)
        board = board_of(session, frame.day, frame.today)
        projects = list_projects(session)["projects"]
        codes = read_codes(session)
    order = {lamp: place for place, lamp in enumerate(WORDS["lamps"])}
    states = board["projects"]
    rows = [(project, states.get(project["id"])) for project in projects]
    rows.sort(key=lambda row: (order[row[1][0]] if row[1] else len(order), row[0]["code"]))
    return render_template(
        "command/projects.html", frame=frame, board=board, rows=rows, codes=codes
    )


@blueprint.get("/projects/<code>")
def show_project(code: str) -> str:
    """One project, on the map where the browser can draw it and as a page where it cannot; 404 if there is none."""
    with reading_then() as session:
        frame = read_frame_then(session)
        sheet = get_project_sheet(session, code, frame.day, frame.today, language())
        board = board_of(session, frame.day, frame.today)
        codes = read_codes(session)
        revision = get_revision(session)
    return render_template(
        "command/map.html",
        frame=frame,
        board=board,
        page=page_data(frame, codes, revision),
        poster_sizes=POSTER_SIZES,
        **sheet_context(sheet, frame),
    )


@blueprint.get("/projects/<code>/sheet")
def show_sheet(code: str) -> str:
    """Only the project's sheet, for the drawer of a map that is already there; 404 if there is no such project."""
    with reading_then() as session:
        frame = read_frame_then(session)
        sheet = get_project_sheet(session, code, frame.day, frame.today, language())
    return render_template("partials/sheet.html", frame=frame, **sheet_context(sheet, frame))


@blueprint.get("/roads/<name>")
def show_road(name: str) -> str:
    """What is on one road, beside the map where the browser can draw it; 404 if there is no such road."""
    with reading_then() as session:
        frame = read_frame_then(session)
        road = get_road_works(session, name, frame.day, language())
        board = board_of(session, frame.day, frame.today)
        codes = read_codes(session)
        revision = get_revision(session)
    return render_template(
        "command/map.html",
        frame=frame,
        board=board,
        page=page_data(frame, codes, revision),
        poster_sizes=POSTER_SIZES,
        road=road,
    )


@blueprint.get("/roads/<name>/sheet")
def show_road_sheet(name: str) -> str:
    """Only the road's sheet, for the drawer of a map that is already there; 404 if there is no such road."""
    with reading_then() as session:
        frame = read_frame_then(session)
        road = get_road_works(session, name, frame.day, language())
    return render_template("partials/road.html", frame=frame, road=road)


def sheet_context(sheet: dict[str, Any], frame: Frame) -> dict[str, Any]:
    """A project's sheet with its drawn curve and the milestone that comes next."""
    curve = sheet["curve"]
    ahead = [milestone for milestone in sheet["milestones"] if not milestone["reached_on"]]
    return {
        "sheet": sheet,
        "chart": draw_curve(curve["planned"], curve["actual"], frame.day),
        "next_milestone": ahead[0] if ahead else None,
    }
