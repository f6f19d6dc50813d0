"""What tests of importers share: a context for a city, small workbooks, records without the rows they came from."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

from openpyxl import Workbook

from geo.codelists import CodeLists, read_code_lists
from geo.database.city_file import load_city
from geo.database.setup import DATA_DIR
from geo.importers.reading import Context
from geo.records import Batch, Source

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from geo.notices import Notice

DAY = date(2026, 3, 15)


@cache
def code_lists() -> CodeLists:
    """The code lists that come with Jiantu."""
    return read_code_lists(DATA_DIR / "codes")


def context_of(city: str = "dezhou") -> Context:
    """What a reader knows of a city whose file comes with Jiantu."""
    known = load_city(DATA_DIR / "cities" / f"{city}.toml")
    return Context(
        known.bbox,
        DAY,
        code_lists().labels,
        metric_srid=known.metric_srid,
        time_zone=known.time_zone,
    )


def save_workbook(path: Path, sheets: Mapping[str, Sequence[Sequence[Any]]]) -> Path:
    """A workbook with these rows in its sheets."""
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    for name, rows in sheets.items():
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    workbook.save(path)
    return path


def unsourced(batch: Batch) -> Batch:
    """The batch without the rows from which its records were read."""
    return Batch(
        **{
            each.name: [replace(record, source=Source()) for record in getattr(batch, each.name)]
            for each in fields(Batch)
        }
    )


def of_level(notices: Sequence[Notice], level: str) -> list[Notice]:
    """The notices of one level."""
    return [each for each in notices if each.level == level]
