"""Files of a collection: read, placed with the sheet of a unit, or kept until somebody says whose they are."""

from __future__ import annotations

import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from geo.changes.collection import (
    Came,
    Meant,
    forget_file,
    keep_collected,
    keep_handed_in,
    place_file,
    remember_alias,
)
from geo.codelists import plain
from geo.errors import ChangeRefusedError, ImportRefusedError
from geo.exporters.collection.keys import read_key
from geo.importers.collection.judged import get_judged_sheet
from geo.importers.collection.names import match_name
from geo.importers.collection.sheet import read_sheet, to_json
from geo.importers.values import text
from geo.queries.collection import get_file_line, get_round, round_of_file, round_of_sheet
from geo.queries.collection_facts import read_round_facts

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from geo.importers.collection.sheet import GivenSheet
    from geo.queries.collection_facts import RoundFacts

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_XLS = "application/vnd.ms-excel"
OFFERED_UNITS = 4


@dataclass(frozen=True, slots=True)
class Received:
    """What became of a dropped file: `placed` with a sheet, `unplaced` (whose is it?), or `refused` with why."""

    file_id: int
    state: str
    sheet_id: int | None = None
    unit: str | None = None
    refusal: str | None = None


def read_content(content: bytes) -> tuple[str, str]:
    """The suffix and media type that a workbook's first bytes say, whatever its name. Raises `ImportRefusedError`."""
    if content.startswith(_ZIP):
        return ".xlsx", _XLSX
    if content.startswith(_OLE):
        return ".xls", _XLS
    message = (
        "不是 Excel 或 WPS 表格文件(可收 .xlsx、.xls、.et),请另存后再传 /"
        " this is no spreadsheet (.xlsx, .xls, .et): save it as one and send it again"
    )
    raise ImportRefusedError(message)


def _read_workbook(content: bytes, suffix: str) -> GivenSheet:
    """What stands in a workbook, read in a limited child process. Raises `ImportRefusedError`."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"sheet{suffix}"
        path.write_bytes(content)
        return read_sheet(path, "workbook")


def receive_file(  # noqa: PLR0913, PLR0917  the file, where to, who and when
    session: Session,
    round_id: int,
    file_name: str,
    content: bytes,
    actor: str,
    now: datetime,
    *,
    typed_for: bool = True,
) -> Received:
    """Read a dropped file in a limited child process, find whose it is, and keep it, also when it is refused."""
    facts = read_round_facts(session, round_id)
    media_type = "application/octet-stream"
    given: GivenSheet | None = None
    refusal: str | None = None
    try:
        suffix, media_type = read_content(content)
        given = _read_workbook(content, suffix)
    except ImportRefusedError as error:
        refusal = str(error)
    sheets = {sheet.unit_id: sheet for sheet in get_round(session, round_id).sheets}
    unit_id = None if given is None else find_unit(given, facts)
    sheet = sheets.get(unit_id or 0)
    came = Came(
        file_name,
        content,
        media_type,
        None if given is None else to_json(given),
        refusal,
        typed_for,
    )
    file_id = keep_collected(
        session, round_id, None if sheet is None else sheet.id, came, actor, now
    )
    if refusal is not None:
        return Received(file_id, "refused", refusal=refusal)
    if sheet is None:
        return Received(file_id, "unplaced")
    return Received(file_id, "placed", sheet.id, sheet.unit)


def hand_in(  # noqa: PLR0913, PLR0917  whose sheet, the file, who and when
    session: Session, sheet_id: int, file_name: str, content: bytes, actor: str, now: datetime
) -> int:
    """Read the file that a unit hands in as its own sheet, and keep it. Its id.

    Raises `ChangeRefusedError`, with nothing kept, when it cannot be read or its keys say that it is another unit's.
    """
    found, sheet = get_judged_sheet(session, sheet_id, round_of_sheet(session, sheet_id))
    try:
        suffix, media_type = read_content(content)
        given = _read_workbook(content, suffix)
    except ImportRefusedError as error:
        zh, _, en = str(error).partition(" / ")
        raise ChangeRefusedError(zh, en or zh) from error
    owner = find_unit(given, found.facts)
    if owner is not None and owner != sheet.unit_id:
        name = found.facts.units.get(owner, "")
        zh = f"这份表是“{name}”的,不能作为“{sheet.unit}”的表上报。"
        en = f"This sheet is that of “{name}”; it cannot be handed in for “{sheet.unit}”."
        raise ChangeRefusedError(zh, en)
    came = Came(file_name, content, media_type, to_json(given), typed_for=False)
    return keep_handed_in(session, sheet_id, came, actor, now)


def find_unit(given: GivenSheet, facts: RoundFacts) -> int | None:
    """Whose sheet it is: by its keys, else by the unit that its heading names exactly or by a confirmed alias."""
    keys = (read_key(text(row.cells.get("key")), facts.salt) for row in given.rows)
    units = Counter(
        key.unit_id for key in keys if key is not None and key.genuine and key.round_id == facts.id
    )
    if units:
        return units.most_common(1)[0][0]
    if given.unit is None:
        return None
    return match_name(given.unit, facts.unit_names, facts.unit_aliases).key


def offer_units(given: GivenSheet, file_name: str, facts: RoundFacts) -> list[int]:
    """Units whose sheet it may be, likeliest first: by name, by the file's name, by whose projects stand in it."""
    found: list[int] = []
    if given.unit is not None:
        found += [key for key, _ in match_name(given.unit, facts.unit_names, {}).like]
    in_name = plain(file_name)
    found += [
        unit
        for name, unit in sorted(facts.unit_names.items(), key=lambda one: -len(one[0]))
        if len(name) > 2 and name in in_name  # noqa: PLR2004  shorter ones stand in any name
    ]
    by_name = {plain(one.name): one.unit_id for one in facts.projects.values()}
    leads = Counter(by_name.get(plain(text(row.cells.get("name")) or "")) for row in given.rows)
    found += [unit for unit, _ in leads.most_common() if unit is not None]
    return list(dict.fromkeys(found))[:OFFERED_UNITS]


def place(session: Session, file_id: int, sheet_id: int | None, actor: str, now: datetime) -> None:
    """Say whose a file is (the unit's name in it is remembered), or that it is nobody's (None)."""
    if sheet_id is None:
        forget_file(session, file_id)
        return
    line = get_file_line(session, file_id)
    place_file(session, file_id, sheet_id)
    if line.cells and line.cells.get("unit"):
        found = get_round(session, round_of_file(session, file_id))
        sheet = next(one for one in found.sheets if one.id == sheet_id)
        meant = Meant(unit_id=sheet.unit_id)
        remember_alias(session, str(line.cells["unit"]), meant, actor, now)
