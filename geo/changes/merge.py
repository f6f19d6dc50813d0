"""Bringing a table to what a list of rows says: insert what is new, update what differs, leave the rest alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from sqlalchemy import ColumnElement, Table, bindparam, insert, select, update

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from geo.model.base import Base

Row = Mapping[str, Any]
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

    `readers` say how a column is read back for comparing (a shape as WKB), `writers` how the parameter `v_<column>`
    becomes its value, `derived` which columns follow from others in the same statement (the metric shape from the
    shape), written whenever one of `sources` is. `extra` names values of a row that are parameters only.
    """

    table: type[Base]
    key: tuple[str, ...]
    readers: Mapping[str, ColumnElement[Any]] = field(default_factory=dict)
    writers: Mapping[str, ColumnElement[Any]] = field(default_factory=dict)
    derived: Mapping[str, ColumnElement[Any]] = field(default_factory=dict)
    sources: frozenset[str] = frozenset({"shape"})
    extra: frozenset[str] = frozenset()
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
        {name for row in rows.values() for name in row} - target.extra - target.silent
    )
    columns = [target.readers.get(name, table.c[name]).label(f"is_{name}") for name in compared]
    keys = [table.c[name].label(f"key_{name}") for name in target.key]
    query = select(table.c.id, *keys, *columns)
    if within is not None:
        query = query.where(within)
    width = 1 + len(keys)
    present = {cast("Key", tuple(found[1:width])): found for found in session.execute(query)}
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
    return cast("Table", model.__table__)


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


def _values(target: Target, filled: Iterable[str]) -> dict[str, ColumnElement[Any]]:
    names = set(filled)
    values = {
        name: target.writers.get(name, bindparam(f"v_{name}")) for name in names - target.extra
    }
    if names & target.sources:
        values.update(target.derived)
    return values


def _parameters(row: Row, filled: Iterable[str]) -> dict[str, Any]:
    return {
        f"v_{name}": list(row[name]) if isinstance(row[name], tuple) else row[name]
        for name in filled
    }


def _insert(
    session: Session, target: Target, inserts: list[tuple[Key, Row]], merged: Merged[Key]
) -> None:
    table = table_of(target.table)
    for filled, group in _by_columns(inserts).items():
        statement = (
            insert(table)
            .values(_values(target, filled))
            .returning(table.c.id, sort_by_parameter_order=True)
        )
        for start in range(0, len(group), CHUNK):
            chunk = group[start : start + CHUNK]
            ids = session.scalars(statement, [_parameters(row, filled) for _, row in chunk]).all()
            for (key, _), row_id in zip(chunk, ids, strict=True):
                merged.ids[key] = row_id
                merged.new.add(key)


def _update(session: Session, target: Target, updates: list[tuple[int, Row]]) -> None:
    table = table_of(target.table)
    for filled, group in _by_columns(updates).items():
        statement = (
            update(table).where(table.c.id == bindparam("v_id")).values(_values(target, filled))
        )
        session.connection().execute(
            statement, [{**_parameters(row, filled), "v_id": row_id} for row_id, row in group]
        )
