"""A filled sheet as it came: heading found, columns known, rows as cells by field; unjudged, and fit to be kept."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from geo.exporters.collection.columns import COLUMNS
from geo.importers.problems import refused
from geo.importers.sources import read_grids
from geo.importers.tables import bare, find_table, normal
from geo.importers.values import text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from geo.importers.sources import Grid
    from geo.importers.tables import Table
    from geo.importers.values import Cell

MOST_ROWS = 3_000
LEAST_COLUMNS = 3
"""A heading that knows fewer of our columns is none."""

_FIELDS: dict[str, str] = {}
for _column in COLUMNS:
    for _name in (_column.header, *_column.names):
        _FIELDS.setdefault(normal(_name), _column.field)
for _column in COLUMNS:
    _FIELDS.setdefault(bare(normal(_column.header)), _column.field)

_UNIT = re.compile(r"(?:填报|报送|责任|报表)单位[:：]?\s*([^\s:：]{2,40})")
_PERIOD = re.compile(
    r"(?:填报期间?|期间|周期)[:：]?\s*(\d{4})[-./年](\d{1,2})[-./月](\d{1,2})日?\s*(?:至|—|~|-|到)\s*"
    r"(\d{4})[-./年](\d{1,2})[-./月](\d{1,2})"
)


@dataclass(frozen=True, slots=True)
class GivenRow:
    """One row as Excel counts it, with its cells by field."""

    number: int
    cells: Mapping[str, Cell]


@dataclass(frozen=True, slots=True)
class GivenSheet:
    """A sheet as it came. `places` gives for each field its column (from 0) in the file."""

    name: str
    heading_row: int
    places: Mapping[str, int]
    rows: list[GivenRow] = field(default_factory=list)
    unit: str | None = None
    period: tuple[date, date] | None = None
    skipped: list[tuple[int, str]] = field(default_factory=list)
    """Rows that are no data: number and what stands there."""
    unknown: list[str] = field(default_factory=list)
    """Headings that mean nothing here."""


def read_sheet(path: Path, form: str) -> GivenSheet:
    """The filled sheet of a workbook: the one whose heading knows most of our columns.

    Opened in a limited child process. Raises `ImportRefusedError` when there is none.
    """
    best: tuple[int, Grid, Table] | None = None
    for grid in read_grids(path, form):
        if grid.hidden:
            continue
        table = find_table(grid, _FIELDS.__contains__, LEAST_COLUMNS)
        if table is not None:
            known = sum(
                label is not None and _field_of(label) is not None for label in table.labels
            )
            if best is None or known > best[0]:
                best = known, grid, table
    if best is None:
        zh = "没有找到填报表的表头(应有“项目名称”“本期进度(%)”“本期形象进度”等列)"
        en = "no heading of a collection sheet was found (项目名称, 本期进度(%), 本期形象进度 …)"
        raise refused(zh, en)
    return _take(best[1], best[2])


def _field_of(label: Any) -> str | None:  # noqa: ANN401  a label of a table
    for word in label.candidates:
        found = _FIELDS.get(word)
        if found is not None:
            return found
    return None


def _take(grid: Grid, table: Table) -> GivenSheet:
    places: dict[str, int] = {}
    unknown: list[str] = []
    for place, label in enumerate(table.labels):
        if label is None:
            continue
        found = _field_of(label)
        if found is None:
            unknown.append(label.text)
        else:
            places.setdefault(found, place)
    rows: list[GivenRow] = []
    for number, cells in table.rows(ditto=False):
        found_cells = {
            name: cells[place] for name, place in places.items() if cells[place] is not None
        }
        if set(found_cells) - {"number"}:
            rows.append(GivenRow(number, found_cells))
        if len(rows) > MOST_ROWS:
            zh, en = f"超过 {MOST_ROWS} 行", f"more than {MOST_ROWS} rows"
            raise refused(zh, en)
    above = " ".join(
        word
        for row in grid.rows[: table.top]
        for word in (text(cell) for cell in row)
        if word is not None
    )
    unit = _UNIT.search(above)
    return GivenSheet(
        name=grid.name,
        heading_row=grid.first_row + table.bottom,
        places=places,
        rows=rows,
        unit=unit[1] if unit else None,
        period=_period(above),
        skipped=list(table.skipped),
        unknown=unknown,
    )


def _period(words: str) -> tuple[date, date] | None:
    match = _PERIOD.search(words)
    if match is None:
        return None
    numbers = [int(each) for each in match.groups()]
    try:
        return date(*numbers[:3]), date(*numbers[3:])
    except ValueError:
        return None


def to_json(sheet: GivenSheet) -> dict[str, Any]:
    """The sheet as JSON, to be kept with its file."""
    return {
        "name": sheet.name,
        "heading_row": sheet.heading_row,
        "places": dict(sheet.places),
        "rows": [
            [row.number, {name: _kept(cell) for name, cell in row.cells.items()}]
            for row in sheet.rows
        ],
        "unit": sheet.unit,
        "period": [day.isoformat() for day in sheet.period] if sheet.period else None,
        "skipped": [list(each) for each in sheet.skipped],
        "unknown": sheet.unknown,
    }


def from_json(kept: Mapping[str, Any]) -> GivenSheet:
    """The sheet that `to_json` kept."""
    period = kept["period"]
    return GivenSheet(
        name=kept["name"],
        heading_row=kept["heading_row"],
        places=kept["places"],
        rows=[
            GivenRow(number, {name: _cell(cell) for name, cell in cells.items()})
            for number, cells in kept["rows"]
        ],
        unit=kept["unit"],
        period=(date.fromisoformat(period[0]), date.fromisoformat(period[1])) if period else None,
        skipped=[(number, words) for number, words in kept["skipped"]],
        unknown=list(kept["unknown"]),
    )


def _kept(cell: Cell) -> Any:  # noqa: ANN401  what JSON knows
    if isinstance(cell, date | datetime | time):
        return [cell.isoformat()]
    # PostgreSQL keeps no NUL.
    return cell.replace("\0", "") if isinstance(cell, str) else cell


def _cell(kept: Any) -> Cell:  # noqa: ANN401  what JSON knows
    if isinstance(kept, list):
        word = str(kept[0])
        if "T" in word:
            return datetime.fromisoformat(word)
        return date.fromisoformat(word) if "-" in word else time.fromisoformat(word)
    return kept  # type: ignore[no-any-return]
