"""Files to take away: the ledger and its template, the sheet for the wall, the base maps' archives."""

from __future__ import annotations

import tempfile
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Blueprint, Response, abort, request, send_file

from app.formats import format_moment
from app.frame import read_frame_then, unit_name
from app.languages import language
from app.moments import reading_then
from app.wiring import get_wiring, today_in
from geo.exporters.ledger import write_ledger
from geo.exporters.ledger_template import write_template
from geo.exporters.map_sheet import SheetWish, make_map_sheet
from geo.queries.batches import read_batch
from geo.queries.project_filter import FACETS

if TYPE_CHECKING:
    from collections.abc import Callable

blueprint = Blueprint("files", __name__, url_prefix="/command/files")

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
EDGES = 4
PMTILES = "application/vnd.pmtiles"


def send_written(write: Callable[[Path], None], name: str, mimetype: str) -> Response:
    """What `write` writes to a path, as a file with that name to be saved."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        write(path)
        content = BytesIO(path.read_bytes())
    return send_file(content, mimetype, as_attachment=True, download_name=name)


@blueprint.get("/ledger.xlsx")
def show_ledger() -> Response:
    """The whole ledger as a workbook that imports again unchanged; of a moment, what it said then."""
    with reading_then() as session:
        frame = read_frame_then(session)
        batch = read_batch(session)
    then = f" 截至{frame.moment:%Y-%m-%d %H%M}" if frame.moment else ""
    name = f"{frame.city.name}项目台账 {today_in(frame.city)}{then}.xlsx"
    return send_written(lambda path: write_ledger(path, batch), name, XLSX)


@blueprint.get("/template.xlsx")
def show_template() -> Response:
    """An empty workbook of the ledger, to be filled in."""
    return send_written(write_template, "项目台账模板.xlsx", XLSX)


@blueprint.get("/sheet.pdf")
def show_poster() -> Response:
    """A view of the map as a sheet for the wall, without `box` the whole city; 400 for a box that cannot be read."""
    asked = request.args.get("box", "")
    try:
        edges = [float(part) for part in asked.split(",") if asked]
    except ValueError:
        abort(HTTPStatus.BAD_REQUEST)
    if len(edges) not in {0, EDGES}:
        abort(HTTPStatus.BAD_REQUEST)
    settings = get_wiring().settings
    with reading_then() as session:
        frame = read_frame_then(session)
        west, south, east, north = edges or frame.city.bbox
        wish = SheetWish(
            size=request.args.get("size", "A3"),
            box=(west, south, east, north),
            day=frame.day,
            language=language(),
            layers=frozenset(request.args.get("layers", "districts,roads").split(",")),
            filters={
                facet: [value for value in request.args[facet].split(",") if value]
                for facet in FACETS
                if facet in request.args
            },
            unit=unit_name(frame),
            approval=settings.map_approval,
            moment=format_moment(frame.moment, language()) if frame.moment else "",
            printed_on=today_in(frame.city),
        )
        sheet = make_map_sheet(session, wish, frame.today)
    name = f"{frame.city_name} {frame.day} {wish.size}.pdf"
    return send_file(BytesIO(sheet), "application/pdf", as_attachment=True, download_name=name)


@blueprint.get("/base-maps/<code>.pmtiles")
def show_base_map(code: str) -> Response:
    """A base map's archive; browsers read it by ranges of bytes."""
    archives = {base.code: base.archive for base in get_wiring().base_maps}
    archive = archives.get(code)
    if archive is None:
        abort(HTTPStatus.NOT_FOUND)
    response = send_file(archive, PMTILES, conditional=True)
    response.headers["Cache-Control"] = "private, no-cache"
    return response
