"""Zones of the ledger: rows of the zone sheets with shapes of their own, and the shapes of the sheet 图形."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from geo.crs import WGS84, parse_crs
from geo.errors import RuleError
from geo.exporters.ledger_zones import CRS, PART, X, Y
from geo.importers.ledger_sheet import MOST_SHAPE_COLUMNS, SHAPE_MORE
from geo.importers.problems import ValueProblem
from geo.importers.values import number
from geo.records import PartRecord, Source, ZoneRecord

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from geo.importers.ledger_sheet import SheetReader
    from geo.importers.shapes import Checked, ShapeChecker

_DEFAULT_CRS = f"EPSG:{WGS84}"
_PAIR = re.compile(r"\s*([-\d.]+)\s*[,，\s]\s*([-\d.]+)\s*")
_COORDINATES = (X, Y, CRS)


@dataclass(slots=True)
class _Draft:
    values: dict[str, Any]
    source: Source
    parts: list[PartRecord] = field(default_factory=list)


class LedgerZones:
    """Collects zones and their shapes, which may stand on different sheets in either order."""

    def __init__(self, checker: ShapeChecker) -> None:
        self.checker = checker
        self._drafts: list[_Draft] = []
        self._by_key: dict[tuple[str, str | None, str], _Draft] = {}
        self._later: list[tuple[SheetReader, Source, dict[str, Any]]] = []

    def add_zone(self, sheet: SheetReader, source: Source, found: dict[str, Any]) -> None:
        """A row of a zone sheet."""
        kind = sheet.sheet.zone_kind or ""
        values = {
            name: value
            for name, value in found.items()
            if not name.startswith(PART) and name not in _COORDINATES
        }
        parts = self._own_parts(sheet, source, found)
        if parts is None:
            return
        if parts and "source_crs" not in found and not sheet.has("source_crs"):
            values["source_crs"] = found.get(CRS, _DEFAULT_CRS)
        elif CRS in found:
            values.setdefault("source_crs", found[CRS])
        draft = _Draft({**values, "kind": kind}, source, parts)
        self._drafts.append(draft)
        self._by_key[_key(kind, values.get("project"), values["code"])] = draft

    def add_part(self, sheet: SheetReader, source: Source, found: dict[str, Any]) -> None:
        """A row of the sheet 图形, kept until all zones are known."""
        self._later.append((sheet, source, found))

    def finish(self) -> list[ZoneRecord]:
        """The zones in the order of their rows, each with its shapes; those without are told of."""
        for sheet, source, found in self._later:
            self._attach(sheet, source, found)
        records = []
        for draft in self._drafts:
            parts = tuple(draft.parts)
            records.append(ZoneRecord(**draft.values, parts=parts, source=draft.source))
        return records

    def _attach(self, sheet: SheetReader, source: Source, found: dict[str, Any]) -> None:
        draft = self._by_key.get(_key(found["zone_kind"], found.get("project"), found["zone"]))
        if draft is None:
            zh = "所属的点位、迁改或导行不在本文件中"
            en = "the zone that this shape belongs to is not in this file"
            sheet.refuse(source, sheet.header_of("zone"), found["zone"], ValueProblem(zh, en))
            return
        more = (found.get(f"{SHAPE_MORE}{n}", "") for n in range(2, MOST_SHAPE_COLUMNS + 1))
        text = found["shape"] + "".join(more)
        shape = self._shape(sheet, source, "shape", text, found.get(CRS))
        if shape is not None:
            kept = ("role", "mode", "name", "width_m", "first_on", "last_on")
            values = {name: found[name] for name in kept if name in found}
            draft.parts.append(PartRecord(shape, **values))

    def _own_parts(
        self, sheet: SheetReader, source: Source, found: dict[str, Any]
    ) -> list[PartRecord] | None:
        """Shapes in the zone's own row; None when one of them refuses it."""
        parts: list[PartRecord] = []
        crs = found.get(CRS)
        for name, text in found.items():
            if name.startswith(PART):
                shape = self._shape(sheet, source, name, text, crs)
                if shape is None:
                    return None
                role, _, mode = name.removeprefix(PART).partition(":")
                parts.append(PartRecord(shape, role, mode or None))
        if not parts and X in found and Y in found:
            shape = self._shape(sheet, source, X, (found[X], found[Y]), crs)
            if shape is None:
                return None
            parts.append(PartRecord(shape))
        return parts

    def _shape(
        self,
        sheet: SheetReader,
        source: Source,
        column: str,
        given: str | tuple[float, float],
        crs: str | None,
    ) -> BaseGeometry | None:
        """A shape in WGS84; None (and the row refused) when it cannot be taken."""
        header = sheet.header_of(column)
        try:
            checked = self._checked(given, _stated(crs))
        except ValueProblem as problem:
            sheet.refuse(source, header, given, problem)
            return None
        if checked.shape is None:
            zh, en = "图形是空的", "the shape is empty"
            sheet.refuse(source, header, given, ValueProblem(zh, en))
        for zh, en in checked.mended:
            sheet.notices.add("mended", source, header, None, zh, en)
        return checked.shape

    def _checked(self, given: str | tuple[float, float], crs: str) -> Checked:
        if isinstance(given, tuple):
            return self.checker.xy(*given, crs)
        pair = _PAIR.fullmatch(given)
        if pair:
            x, y = number(pair[1]), number(pair[2])
            if x is not None and y is not None:
                return self.checker.xy(x, y, crs)
        return self.checker.wkt(given, crs)


def _key(kind: str, project: str | None, code: str) -> tuple[str, str | None, str]:
    """A site is known within its project, every other zone within its kind."""
    return kind, project if kind == "site" else None, code


def _stated(crs: str | None) -> str:
    if crs is None:
        return _DEFAULT_CRS
    known = {"WGS84": _DEFAULT_CRS, "CGCS2000": "EPSG:4490", "国家2000": "EPSG:4490"}
    try:
        return parse_crs(known.get(crs.upper(), crs))
    except RuleError as error:
        zh, _, en = str(error).partition(" / ")
        raise ValueProblem(zh, en) from error
