"""Any table or GIS file through a mapping: rows to records, rows of one work together, shapes checked."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from geo.database.setup import DATA_DIR
from geo.errors import RuleError
from geo.importers import values
from geo.importers.mapping_file import FieldRule, Mapping, RecordRule, Template, load_mapping
from geo.importers.mapping_rows import RowProblems, RuleReader, cell_of, holds, raw_value
from geo.importers.mapping_shapes import RowShapes
from geo.importers.mapping_source import open_file
from geo.importers.mapping_works import Piece, gather
from geo.importers.problems import ValueProblem
from geo.importers.reading import Notices, Reading
from geo.records import Batch, Source, ZoneRecord

if TYPE_CHECKING:
    from pathlib import Path

    from shapely.geometry.base import BaseGeometry

    from geo.importers.mapping_source import OpenedFile, Row
    from geo.importers.reading import Context, Progress

MAPPINGS_DIR = DATA_DIR / "mappings"
_TOLD_EVERY = 1_000


def find_mapping(name: str) -> Mapping:
    """The mapping of that name among those that come with Jiantu. Raises `RuleError`."""
    if not re.fullmatch(r"[a-z0-9-]+", name):
        message = f"没有名为“{name}”的映射 / there is no mapping “{name}”"
        raise RuleError(message)
    return load_mapping(MAPPINGS_DIR / f"{name}.toml")


def list_mappings() -> list[Mapping]:
    """All mappings that come with Jiantu, by name."""
    return [load_mapping(path) for path in sorted(MAPPINGS_DIR.glob("*.toml"))]


def read_mapped(
    path: Path, mapping: Mapping, context: Context, progress: Progress | None = None
) -> Reading:
    """Read a file as its mapping says.

    A row with a problem is refused alone; a file that lacks the fields of the mapping, or cannot be read, is refused
    as a whole by `ImportRefusedError`. Shapes come back in WGS84. A row without a shape is kept, and told of.
    """
    return _MappedReading(mapping, context, open_file(path, mapping, context)).run(progress)


@dataclass(frozen=True, slots=True)
class _Shaped:
    """A row's shape in WGS84; None when it has none, or when it was refused."""

    shape: BaseGeometry | None
    refused: bool = False


_KEYS: dict[str, tuple[str, ...]] = {
    "district": ("code",),
    "road": ("code",),
    "ground": ("code",),
    "unit": ("name",),
    "leader": ("name",),
    "pause": ("name", "first_on"),
    "project": ("code",),
    "plan": ("project", "site", "number"),
    "milestone": ("project", "site", "plan_number", "name"),
    "procedure": ("project", "kind"),
    "funding": ("project", "funding_source"),
    "land": ("project", "kind", "as_of_on"),
    "blocker": ("project", "code"),
    "suspension": ("project", "site", "first_on"),
    "pavement": ("code",),
    "site": ("project", "code"),
}
_ZONE_KEY = ("code",)
_NAMED_OFTEN = frozenset({"unit", "leader", "district"})
"""Kinds that many rows name: the same one again needs no word."""


class _MappedReading:
    """One reading in progress."""

    def __init__(self, mapping: Mapping, context: Context, opened: OpenedFile) -> None:
        self._mapping = mapping
        self._opened = opened
        self._notices = Notices()
        self._shapes = RowShapes(mapping, opened, context, self._notices)
        rows = [row.values for row in opened.rows]
        self._readers = [RuleReader(rule, context, rows) for rule in mapping.records]
        self._works: list[dict[tuple[Any, ...], list[Piece]]] = [{} for _ in self._readers]
        self._told: set[tuple[Source, Source]] = set()

    def run(self, progress: Progress | None) -> Reading:
        self._tell_of_file()
        if any(reader.rule.has_shape for reader in self._readers):
            self._shapes.prepare()
        for count, row in enumerate(self._opened.rows, start=1):
            self._take(row)
            if progress is not None and count % _TOLD_EVERY == 0:
                progress(self._opened.name, count)
        self._tell_of_shapes()
        batch = Batch()
        for reader, works in zip(self._readers, self._works, strict=True):
            records = self._distinct(reader.rule, works)
            getattr(batch, reader.rule.collection).extend(records)
        rows_read = {self._opened.name: len(self._opened.rows) + len(self._opened.no_objects)}
        return Reading(batch, self._notices.found, rows_read)

    def _tell_of_file(self) -> None:
        whole = Source(self._opened.name)
        if self._opened.encoding is not None:
            zh, en = (
                "文件没有标明编码,按此编码读入",
                "the file does not mark its encoding; read as this",
            )
            self._notices.add("noted", whole, None, self._opened.encoding, zh, en)
        for note in self._opened.notes:
            self._notices.add(note.level, whole, note.field, note.value, note.zh, note.en)
        for source in self._opened.no_objects:
            zh, en = "不是有效的记录(要素)", "this is no valid object (feature)"
            self._notices.add("refused", source, None, None, zh, en)

    def _tell_of_shapes(self) -> None:
        """Small things that many shapes have in common are told once, with their number."""
        whole = Source(self._opened.name)
        for zh, en, count in self._shapes.told_once():
            self._notices.add("mended", whole, self._shapes.field, str(count), zh, en)

    def _take(self, row: Row) -> None:
        """One row to a piece of each kind of record that it holds."""
        shaped: _Shaped | None = None
        for reader, works in zip(self._readers, self._works, strict=True):
            rule = reader.rule
            if not holds(rule.where, row.values):
                continue
            problems = RowProblems()
            found = reader.read(row.values, problems)
            self._find_missing(reader, found, problems)
            if rule.has_shape and self._mapping.shape is not None:
                shaped = shaped or self._shape(row, _name_of(found))
                if shaped.refused:
                    continue
                if shaped.shape is None:
                    self._tell_no_shape(rule, row, _name_of(found), problems)
            if problems.found:
                for origin, value, each in problems.found:
                    self._notices.add("refused", row.source, origin, value, each.zh, each.en)
                continue
            shape = shaped.shape if shaped is not None and rule.has_shape else None
            piece = self._piece(rule, row, found, shape)
            works.setdefault(self._work_key(rule, row), []).append(piece)

    def _piece(
        self, rule: RecordRule, row: Row, found: dict[str, Any], shape: BaseGeometry | None
    ) -> Piece:
        if rule.record is ZoneRecord and shape is not None:
            found.setdefault("source_crs", self._shapes.crs)
        part_name = None
        if rule.part_name is not None:
            part_name = values.text(raw_value(rule.part_name, row.values))
        role = rule.role.text
        if rule.role.names:
            role = _filled_text(rule.role, row) or "footprint"
        mode = _filled_text(rule.mode, row) if rule.mode is not None else None
        return Piece(found, row.source, shape, part_name, role, mode)

    @staticmethod
    def _work_key(rule: RecordRule, row: Row) -> tuple[Any, ...]:
        if not rule.works:
            return (row.source,)
        return tuple(values.text(cell_of(row.values.get(name))) for name in rule.works)

    @staticmethod
    def _find_missing(reader: RuleReader, found: dict[str, Any], problems: RowProblems) -> None:
        missing = [name for name in reader.never_empty if name not in found]
        told = {origin for origin, _, _ in problems.found} if missing else set()
        for name in missing:
            origin = reader.rule.fields[name].origin or name
            if origin not in told:
                zh, en = f"“{origin}”没有填写", f"“{origin}” is empty"
                problems.found.append((origin, None, ValueProblem(zh, en)))

    def _tell_no_shape(self, rule: RecordRule, row: Row, name: str, problems: RowProblems) -> None:
        """A zone or district without a shape is kept; what is nothing but a shape is not."""
        if rule.kind in {"road", "ground"}:
            zh, en = "没有图形", "there is no shape"
            problems.found.append((self._shapes.field, name, ValueProblem(zh, en)))
        else:
            zh, en = "没有图形,保留并标为“无位置”", "no shape: kept and marked “no location”"
            self._notices.add("noted", row.source, self._shapes.field, name, zh, en)

    def _shape(self, row: Row, name: str) -> _Shaped:
        """The row's shape, checked and told of once however many records carry it."""
        try:
            checked = self._shapes.checked(row)
        except ValueProblem as problem:
            self._notices.add(
                "refused", row.source, self._shapes.field, name, problem.zh, problem.en
            )
            return _Shaped(None, refused=True)
        if checked is None:
            return _Shaped(None)
        for zh, en in checked.mended:
            self._notices.add("mended", row.source, self._shapes.field, name, zh, en)
        return _Shaped(checked.shape)

    def _distinct(self, rule: RecordRule, works: dict[tuple[Any, ...], list[Piece]]) -> list[Any]:
        """The records of one kind. Of two with one key the later holds, and the clerk is told."""
        names = _KEYS.get(rule.kind, _ZONE_KEY if rule.record is ZoneRecord else ())
        kept: dict[tuple[Any, ...], Any] = {}
        for pieces in works.values():
            record = gather(rule, pieces, self._notices)
            key = tuple(getattr(record, name) for name in names)
            if not names or None in key[-1:]:
                key = (record.source,)
            earlier = kept.get(key)
            if earlier is not None and rule.kind not in _NAMED_OFTEN:
                self._tell_repeated(rule, key, earlier, record)
            kept[key] = record
        return list(kept.values())

    def _tell_repeated(
        self,
        rule: RecordRule,
        key: tuple[Any, ...],
        earlier: Any,  # noqa: ANN401  a record
        later: Any,  # noqa: ANN401  another
    ) -> None:
        row = later.source.row
        if (earlier.source, later.source) in self._told:
            return
        self._told.add((earlier.source, later.source))
        name = "/".join(str(each) for each in key if each is not None)
        if replace(earlier, source=later.source) == later:
            zh, en = f"与第 {row} 行相同", f"the same as row {row}"
            self._notices.add("noted", earlier.source, rule.kind, name, zh, en)
        else:
            zh = f"与第 {row} 行编号相同而内容不同,以后一行为准"
            en = f"row {row} has the same key and says otherwise; the later row holds"
            self._notices.add("refused", earlier.source, rule.kind, name, zh, en)


def _filled_text(template: Template, row: Row) -> str | None:
    return values.text(raw_value(FieldRule((template,)), row.values))


def _name_of(found: dict[str, Any]) -> str:
    """What a person may know a record by: project, code and name."""
    code = "/".join(found[name] for name in ("project", "code") if found.get(name))
    return " ".join(filter(None, (code, found.get("name"))))
