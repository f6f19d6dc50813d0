"""A small city in which two units owe a sheet: what the tests of handing in stand on."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from openpyxl import load_workbook

from geo.changes.batches import take_batch
from geo.changes.collection import open_round
from geo.database.acting import acting_session, make_engine
from geo.exporters.collection.columns import HEADING_ROW, PLACE, SHEET
from geo.queries.collection import get_round
from tests import factories as made
from tests.collecting import COMMAND, NOW, TODAY, WEEK
from tests.people import admit

if TYPE_CHECKING:
    from tests.postgres import Server

HOUSING, WATER = "测试住建局", "测试水务局"
EDITOR, READER, OTHER = f"editor:{HOUSING}", f"reader:{HOUSING}", f"editor:{WATER}"
NAMES = {"P1": "东风路道路改造工程", "P2": "锦绣学校新建工程", "P3": "减河水系治理工程"}
LEADS = {"P1": HOUSING, "P2": HOUSING, "P3": WATER}


@dataclass(frozen=True, slots=True)
class Handing:
    """The city's address, its round, and each unit's sheet by the unit's name."""

    url: str
    round_id: int
    sheets: dict[str, int]


def make_handing(server: Server) -> Handing:
    """A fresh database with that city and its people."""
    url = server.make_database("dezhou").replace("//jiantu@", "//jiantu_staff@")
    batch = made.small_city()
    batch.projects[:] = [
        made.project(
            code, name=NAMES[code], lead_unit=LEADS[code], actual_start_on=date(2026, 4, 1)
        )
        for code in NAMES
    ]
    batch.zones += [made.site("P3")]
    batch.plans += [made.plan("P3")]
    batch.reports[:] = [
        replace(
            made.report(code, date(2026, 11, 9)),
            invested_to_date_yuan=30_000_000,
            reporter="赵某",
            next_step="封顶",
        )
        for code in NAMES
    ]
    engine = make_engine(url, pool_size=1)
    with acting_session(engine, COMMAND) as session:
        take_batch(session, batch, TODAY)
        round_id = open_round(session, WEEK, "test:command", NOW)
        sheets = {sheet.unit: sheet.id for sheet in get_round(session, round_id).sheets}
    engine.dispose()
    admit(url, "command", EDITOR, READER, OTHER)
    return Handing(url, round_id, sheets)


GOOD: dict[tuple[int, str], Any] = {
    (1, "percent"): 42,
    (1, "narrative"): "主体施工至三层",
    (1, "invested"): 100,
    (1, "to_date"): 3100,
    (2, "percent"): 43,
    (2, "narrative"): "主体施工至五层",
    (2, "invested"): 50,
    (2, "to_date"): 3050,
}


def filled(content: bytes, cells: dict[tuple[int, str], Any]) -> bytes:
    """The workbook with these cells: place from 1 among the projects, and field."""
    book = load_workbook(io.BytesIO(content))
    sheet = book[SHEET]
    for (number, field), value in cells.items():
        sheet.cell(HEADING_ROW + number, PLACE[field]).value = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
