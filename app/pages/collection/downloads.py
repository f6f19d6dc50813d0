"""Files to take away: sheets filled in with what is known, a sheet with its faults as comments, a file as it came."""

from __future__ import annotations

from urllib.parse import quote

from flask import Response

from app.pages.collection.rounds import ID, blueprint
from app.wiring import find_city, reading
from geo.errors import NotFoundError
from geo.exporters.collection.workbook import (
    PERIOD_NAMES,
    sheet_file_name,
    write_sheet,
    write_sheets,
)
from geo.importers.collection.judged import get_judged_sheet
from geo.importers.collection.returned import comment_sheet
from geo.importers.collection.sheet import from_json
from geo.queries.collection import get_file_line, get_round, round_of_sheet
from geo.queries.collection_facts import read_round_facts
from geo.queries.files import get_file

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


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
