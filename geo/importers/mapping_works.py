"""Rows of one work put together: one zone with a part for each shape, one road with all its pieces."""

from __future__ import annotations

from dataclasses import MISSING, dataclass, fields, replace
from functools import cache
from typing import TYPE_CHECKING, Any

import shapely
from shapely.geometry import GeometryCollection, MultiLineString, MultiPoint

from geo.records import PartRecord, ZoneRecord

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date

    from shapely.geometry.base import BaseGeometry

    from geo.importers.mapping_file import RecordRule
    from geo.importers.reading import Notices
    from geo.records import Source

_TEXT_LIMIT = 500
"""Characters of a text that is joined from many rows."""
_EARLIEST = ("planned_start", "actual_start_on")
_LATEST = ("planned_finish",)
_ALL_OR_NONE = ("actual_finish_on",)
_ANY = ("emergency", "tentative")
_JOINED = ("location_text", "note", "name")


@dataclass(slots=True)
class Piece:
    """What one row says of a work."""

    values: dict[str, Any]
    source: Source
    shape: BaseGeometry | None
    part_name: str | None = None
    role: str = "footprint"
    mode: str | None = None


def gather(rule: RecordRule, pieces: list[Piece], notices: Notices) -> Any:  # noqa: ANN401  a record
    """One record from the rows of one work.

    It starts with the earliest start and ends with the latest end; it is finished when all rows are; texts are
    joined; of what else differs the first row holds, and the clerk is told.
    """
    values: dict[str, Any] = dict.fromkeys(_needed(rule.record))  # type: ignore[arg-type]  # classes are hashable
    values |= _merged(pieces, notices)
    source = pieces[0].source
    shapes = [piece for piece in pieces if piece.shape is not None]
    if rule.record is ZoneRecord:
        parts = tuple(_part(piece, values) for piece in shapes)
        if rule.shapes == "once":
            parts = _once(parts)
        values |= {"kind": rule.kind, "parts": parts, "source": source}
        return ZoneRecord(**values)
    if rule.has_shape:
        found = [piece.shape for piece in shapes if piece.shape is not None]
        values["shape"] = join_shapes(found, once=rule.shapes == "once")
    return rule.record(**values, source=source)


@cache
def _needed(record: type[Any]) -> tuple[str, ...]:
    """The fields of a record that must be given, if only as None."""
    return tuple(
        each.name for each in fields(record) if each.default is each.default_factory is MISSING
    )


def _merged(pieces: list[Piece], notices: Notices) -> dict[str, Any]:
    first = pieces[0]
    if len(pieces) == 1:
        return dict(first.values)
    merged: dict[str, Any] = {}
    names = dict.fromkeys(name for piece in pieces for name in piece.values)
    for name in names:
        known = [piece.values[name] for piece in pieces if name in piece.values]
        if name in _EARLIEST:
            merged[name] = min(known, key=_order)
        elif name in _LATEST:
            merged[name] = max(known, key=_order)
        elif name in _ALL_OR_NONE:
            if len(known) == len(pieces):
                merged[name] = max(known)
        elif name in _ANY:
            merged[name] = any(known)
        elif name in _JOINED:
            merged[name] = _joined(known)
        else:
            merged[name] = known[0]
            if any(value != known[0] for value in known):
                zh, en = "同一工程的各行不一致,取第一行", "rows of one work differ; the first holds"
                notices.add("noted", first.source, name, known[0], zh, en)
    return merged


def _order(value: Any) -> Any:  # noqa: ANN401  a date, or a planned day
    return getattr(value, "on", value)


def _joined(known: list[str]) -> str:
    distinct = list(dict.fromkeys(known))
    text = "；".join(distinct)
    if len(text) <= _TEXT_LIMIT:
        return text
    kept: list[str] = []
    for word in distinct:
        if kept and len("；".join([*kept, word])) > _TEXT_LIMIT - 20:
            break
        kept.append(word)
    return f"{'；'.join(kept)}等 {len(distinct)} 处"


def _part(piece: Piece, whole: dict[str, Any]) -> PartRecord:
    """A part; it has days of its own where its row's differ from the whole work's."""
    assert piece.shape is not None  # noqa: S101  callers chose those with a shape
    start, finish = (
        own.on if own is not None and own != whole.get(name) else None
        for name in ("planned_start", "planned_finish")
        for own in (piece.values.get(name),)
    )
    return PartRecord(
        piece.shape, piece.role, piece.mode, piece.part_name, first_on=start, last_on=finish
    )


def _once(parts: Iterable[PartRecord]) -> tuple[PartRecord, ...]:
    """Parts without repetitions of the same shape; what is left spans the days of all its repetitions."""
    kept: dict[bytes, PartRecord] = {}
    for part in parts:
        key = shapely.to_wkb(part.shape)
        same = kept.get(key)
        if same is None:
            kept[key] = part
            continue
        kept[key] = replace(
            same,
            first_on=_wider(same.first_on, part.first_on, min),
            last_on=_wider(same.last_on, part.last_on, max),
        )
    return tuple(kept.values())


def _wider(
    one: date | None, other: date | None, choose: Callable[[date, date], date]
) -> date | None:
    """The wider of two ends; None, the whole work's, is the widest."""
    return None if one is None or other is None else choose(one, other)


def join_shapes(shapes: list[BaseGeometry], *, once: bool) -> BaseGeometry | None:
    """Several shapes as one of the plain kind that they share; None when there is none."""
    if once:
        shapes = list({shapely.to_wkb(shape): shape for shape in shapes}.values())
    if len(shapes) <= 1:
        return shapes[0] if shapes else None
    pieces = [piece for shape in shapes for piece in shapely.get_parts(shape)]
    kinds = {piece.geom_type for piece in pieces}
    if kinds == {"LineString"}:
        return MultiLineString(pieces)
    if kinds == {"Polygon"}:
        return shapely.union_all(pieces)
    return MultiPoint(pieces) if kinds == {"Point"} else GeometryCollection(pieces)
