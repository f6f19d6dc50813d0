"""Bringing a table to what a list of rows says: insert what is new, update what differs, leave the rest alone."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar
from typing import cast as typing_cast

from geoalchemy2 import Geometry
from sqlalchemy import (
    JSON,
    BigInteger,
    ColumnElement,
    Enum,
    LargeBinary,
    Table,
    TableValuedAlias,
    Text,
    cast,
    column,
    func,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import Range

if TYPE_CHECKING:
    from sqlalchemy.orm import Session
    from sqlalchemy.types import TypeEngine

    from geo.model.base import Base

Row = Mapping[str, Any]
Given: TypeAlias = TableValuedAlias
"""The rows of one statement, as a table that values are taken from."""
Key = TypeVar("Key", bound=tuple[Any, ...])
"""What names a row: the values of the key columns, in their order."""


@dataclass(slots=True)
class Tally:
    """What an intake did with one kind of record."""

    read: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0

    def add(self, other: Tally) -> None:
        """Count another tally in."""
        self.read += other.read
        self.new += other.new
        self.changed += other.changed
        self.unchanged += other.unchanged
        self.refused += other.refused


@dataclass(slots=True)
class Merged(Generic[Key]):
    """The outcome of a merge: database ids by key, and which keys are new, changed or unchanged."""

    ids: dict[Key, int] = field(default_factory=dict)
    new: set[Key] = field(default_factory=set)
    changed: set[Key] = field(default_factory=set)
    unchanged: set[Key] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Target:
    """A table and the columns that name a row in it.

    `readers` say how a column is read back for comparing (a shape as WKB), `writers` how the value given for it
    becomes the column's, `derived` which columns follow from the values given (the metric shape from the shape),
    written whenever one of `sources` is. `extra` names values of a row, by their type, that are no columns.
    """

    table: type[Base]
    key: tuple[str, ...]
    readers: Mapping[str, ColumnElement[Any]] = field(default_factory=dict)
    writers: Mapping[str, Callable[[Given], ColumnElement[Any]]] = field(default_factory=dict)
    derived: Mapping[str, Callable[[Given], ColumnElement[Any]]] = field(default_factory=dict)
    sources: frozenset[str] = frozenset({"shape"})
    extra: Mapping[str, TypeEngine[Any]] = field(default_factory=dict)
    silent: frozenset[str] = frozenset()
    """Columns written with a new row; on a row that is there they are neither compared nor changed."""


CHUNK = 5_000
"""Rows sent in one statement: large enough to be fast, small enough to keep memory flat."""


def merge_rows(
    session: Session,
    target: Target,
    rows: Mapping[Key, Row],
    *,
    within: ColumnElement[bool] | None = None,
) -> Merged[Key]:
    """Insert or update `rows` (by key) in `target`; `within` narrows which present rows are looked at.

    A value of None leaves what is known as it is. Numbers are compared by value, shapes by their coordinates.
    """
    table = table_of(target.table)
    compared = sorted(
        {name for row in rows.values() for name in row} - set(target.extra) - target.silent
    )
    columns = [target.readers.get(name, table.c[name]).label(f"is_{name}") for name in compared]
    keys = [table.c[name].label(f"key_{name}") for name in target.key]
    query = select(table.c.id, *keys, *columns)
    if within is not None:
        query = query.where(within)
    width = 1 + len(keys)
    present = {typing_cast("Key", tuple(found[1:width])): found for found in session.execute(query)}
    merged: Merged[Key] = Merged()
    inserts: list[tuple[Key, Row]] = []
    updates: list[tuple[int, Row]] = []
    for key, row in rows.items():
        found = present.get(key)
        if found is None:
            inserts.append((key, row))
            continue
        merged.ids[key] = found[0]
        differing = [
            name
            for place, name in enumerate(compared, start=width)
            if row.get(name) is not None and not _same(found[place], row[name])
        ]
        if differing:
            merged.changed.add(key)
            changed = {name: row[name] for name in (*differing, *target.extra) if name in row}
            updates.append((found[0], changed))
        else:
            merged.unchanged.add(key)
    _insert(session, target, inserts, merged)
    _update(session, target, updates)
    return merged


def table_of(model: type[Base]) -> Table:
    """The table of a model, as the type it really has."""
    return typing_cast("Table", model.__table__)


def _same(present: Any, wanted: Any) -> bool:  # noqa: ANN401  any column's value
    if isinstance(present, Decimal) and isinstance(wanted, float | int):
        return abs(float(present) - wanted) < 0.005  # noqa: PLR2004  half of the last digit kept
    if isinstance(wanted, tuple):
        return tuple(present or ()) == wanted
    return bool(present == wanted)


def _by_columns(rows: Iterable[tuple[Any, Row]]) -> dict[tuple[str, ...], list[tuple[Any, Row]]]:
    """Rows that fill the same columns share a statement; columns nobody fills keep the table's default."""
    groups: dict[tuple[str, ...], list[tuple[Any, Row]]] = {}
    for head, row in rows:
        filled = tuple(sorted(name for name, value in row.items() if value is not None))
        groups.setdefault(filled, []).append((head, row))
    return groups


def _given(target: Target, filled: Iterable[str], rows: list[dict[str, Any]]) -> TableValuedAlias:
    """Rows as a table: one JSON text, a tenth of the cost of a statement with a parameter for each value."""
    table = table_of(target.table)
    columns = [
        column(name, target.extra[name] if name in target.extra else _wire_type(table.c[name].type))
        for name in filled
    ]
    text = json.dumps(rows, ensure_ascii=False, default=_wire)
    return (
        func.json_to_recordset(cast(literal(text, Text), JSON))
        .table_valued(column("row_id", BigInteger), *columns)
        .render_derived(name="given", with_types=True)
    )


def _wire_type(kind: TypeEngine[Any]) -> TypeEngine[Any]:
    """The type a value travels in: shapes as bytes, enumerations as text, all others as their column's."""
    if isinstance(kind, Geometry):
        return LargeBinary()
    return Text() if isinstance(kind, Enum) else kind


def _wire(value: object) -> object:
    """Values that JSON does not know, as PostgreSQL reads them."""
    match value:
        case bytes():
            return "\\x" + value.hex()
        case date() | time():
            return value.isoformat()
        case Decimal():
            return str(value)
        case Range():
            first = "" if value.lower is None else value.lower.isoformat()
            last = "" if value.upper is None else value.upper.isoformat()
            return f"{value.bounds[0]}{first},{last}{value.bounds[1]}"
        case _:
            message = f"no column takes a {type(value).__name__}"
            raise TypeError(message)


def _values(target: Target, filled: Iterable[str], given: Given) -> dict[str, ColumnElement[Any]]:
    names = set(filled)
    values = {
        name: target.writers[name](given) if name in target.writers else given.c[name]
        for name in sorted(names - set(target.extra))
    }
    if names & target.sources:
        values.update({name: derive(given) for name, derive in target.derived.items()})
    return values


def _insert(
    session: Session, target: Target, inserts: list[tuple[Key, Row]], merged: Merged[Key]
) -> None:
    table = table_of(target.table)
    for filled, group in _by_columns(inserts).items():
        for chunk in _chunks(group):
            given = _given(
                target, filled, [{name: row[name] for name in filled} for _, row in chunk]
            )
            values = _values(target, filled, given)
            statement = (
                insert(table)
                .from_select(list(values), select(*values.values()))
                .returning(table.c.id, *(table.c[name] for name in target.key))
            )
            for row_id, *key in session.execute(statement):
                merged.ids[typing_cast("Key", tuple(key))] = row_id
        merged.new.update(key for key, _ in group)


def _update(session: Session, target: Target, updates: list[tuple[int, Row]]) -> None:
    table = table_of(target.table)
    for filled, group in _by_columns(updates).items():
        for chunk in _chunks(group):
            rows = [
                {"row_id": row_id} | {name: row[name] for name in filled} for row_id, row in chunk
            ]
            given = _given(target, filled, rows)
            session.execute(
                update(table)
                .where(table.c.id == given.c.row_id)
                .values(_values(target, filled, given))
            )


def _chunks(rows: list[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(rows), CHUNK):
        yield rows[start : start + CHUNK]
