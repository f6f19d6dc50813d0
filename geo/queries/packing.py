"""Rows as columns that take few bytes: numbers as steps, repeated words as places in a table. Pure."""

from __future__ import annotations

import json
import struct
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_FEW = 4
"""A column is sparse when fewer than one row in four has a value."""


def steps(numbers: Iterable[int]) -> list[int]:
    """Each number as its difference from the one before; the first from 0."""
    found = []
    before = 0
    for number in numbers:
        found.append(number - before)
        before = number
    return found


def places(values: Sequence[Any]) -> tuple[list[Any], list[int]]:
    """The distinct values in the order of their first coming, and for each value its place among them; None is -1."""
    table: dict[object, int] = {}
    kept: list[Any] = []
    found = []
    for value in values:
        if value is None:
            found.append(-1)
            continue
        # Most are words, which are their own keys; an equal number of another type, or a list, is another value.
        key: object = value if isinstance(value, str) else (json.dumps(value, sort_keys=True),)
        if key not in table:
            table[key] = len(kept)
            kept.append(value)
        found.append(table[key])
    return kept, found


def pack_column(values: Sequence[Any]) -> Any:  # noqa: ANN401  one of the forms below
    """A column in the form that suits it; `unpackColumn` in the browser reads all of them.

    `{"steps"}` for whole numbers, `{"rows", "values"}` where few rows have any, `{"table", "at"}` for what comes
    again, else the plain list.
    """
    if all(isinstance(value, int) and not isinstance(value, bool) for value in values):
        return {"steps": steps(values)}
    present = [(row, value) for row, value in enumerate(values) if value is not None]
    if len(present) * _FEW < len(values):
        table, at = places([value for _, value in present])
        return {"rows": steps(row for row, _ in present), "table": table, "at": at}
    table, at = places(values)
    if len(table) * 2 <= len(values):
        return {"table": table, "at": at}
    return list(values)


def pack_rows(rows: Sequence[dict[str, Any]], names: Iterable[str]) -> dict[str, Any]:
    """Those columns of some rows; a column without any value is left out."""
    return {
        "count": len(rows),
        "columns": {
            name: pack_column([row.get(name) for row in rows])
            for name in names
            if any(row.get(name) is not None for row in rows)
        },
    }


def pack_points(points: Iterable[tuple[float, float]], digits: int) -> dict[str, Any]:
    """Longitudes and latitudes in steps of the last digit."""
    scale = 10**digits
    found = [(round(lon * scale), round(lat * scale)) for lon, lat in points]
    return {
        "digits": digits,
        "lon": steps(lon for lon, _ in found),
        "lat": steps(lat for _, lat in found),
    }


def join_parts(head: dict[str, Any], body: bytes) -> bytes:
    """A head as JSON and a body as it is: four bytes with the head's length (big-endian), the head, the body."""
    text = json.dumps(head, ensure_ascii=False, separators=(",", ":")).encode()
    return struct.pack(">I", len(text)) + text + body
