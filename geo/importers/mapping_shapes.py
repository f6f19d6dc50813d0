"""The shapes of a file's rows through a mapping: where they stand, in which coordinate system, checked."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import shapely
from shapely.errors import ShapelyError
from shapely.geometry import Point

from geo.crs import WGS84, parse_crs, to_metric, to_wgs84
from geo.errors import RuleError
from geo.importers import values
from geo.importers.crs_guess import CrsGuess, guess_crs
from geo.importers.mapping_file import FIND
from geo.importers.mapping_rows import cell_of
from geo.importers.problems import ValueProblem, refused
from geo.importers.shapes import (
    MAX_FILE_VERTICES,
    Checked,
    ShapeChecker,
    find_clean,
    parse_geojson,
    parse_plain_geojson,
    parse_wkb,
    parse_wkt,
    unreadable,
)
from geo.records import Source

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from geo.importers.mapping_file import Mapping, ShapeRule
    from geo.importers.mapping_source import OpenedFile, Row
    from geo.importers.reading import Context, Notices

DEFAULT_CRS = f"EPSG:{WGS84}"
_LOOKED_AT = 500
AREA = 2


class RowShapes:
    """Reads the shapes of one file."""

    def __init__(
        self, mapping: Mapping, opened: OpenedFile, context: Context, notices: Notices
    ) -> None:
        """Decides on the coordinate system. Raises `ImportRefusedError` when nobody can tell which it is."""
        self._rule = mapping.shape
        self._opened = opened
        self._context = context
        self._notices = notices
        self._checker = ShapeChecker(context.bbox)
        self._clean: dict[int, BaseGeometry] = {}
        self.crs = DEFAULT_CRS if self._rule is None else self._choose_crs(self._rule)

    @property
    def field(self) -> str:
        """The field of the file that gives the shape, as a clerk knows it."""
        rule = self._rule
        return (None if rule is None else rule.field or rule.x) or "geometry"

    def prepare(self) -> None:
        """Check all shapes at once that have nothing to tell of, before the rows are read one by one."""
        rule = self._rule
        if rule is None:
            return
        found: list[tuple[int, BaseGeometry]] = []
        room = MAX_FILE_VERTICES
        for place, row in enumerate(self._opened.rows):
            try:
                shape = self._plain(rule, row)
            except (ValueProblem, ShapelyError, ValueError):
                continue  # Its row tells of it.
            if shape is not None:
                found.append((place, shape))
                room -= int(shapely.get_num_coordinates(shape))
                if room < 0:
                    break
        moved = find_clean([shape for _, shape in found], self.crs, self._context.bbox)
        rows = self._opened.rows
        for (place, _), shape in zip(found, moved, strict=True):
            if shape is not None:
                self._clean[id(rows[place])] = shape

    def checked(self, row: Row) -> Checked | None:
        """The row's shape in WGS84; None when it has none. Raises `ValueProblem`."""
        rule = self._rule
        assert rule is not None  # noqa: S101  asked only where shapes are read
        clean = self._clean.get(id(row))
        if clean is None:
            checked = self._read(rule, row)
        else:
            self._checker.count(clean)
            checked = Checked(clean)
        if checked is not None and checked.shape is not None and rule.outline_m is not None:
            checked.shape = self._outlined(checked.shape, rule.outline_m)
        return checked

    def told_once(self) -> list[tuple[str, str, int]]:
        """What was put right in many shapes: the sentences, and in how many."""
        return [(zh, en, count) for (zh, en), count in self._checker.small_repairs.items()]

    def _outlined(self, shape: BaseGeometry, width_m: float) -> BaseGeometry:
        """The surface about a line or point, in the city's metric system; areas stay as they are."""
        srid = self._context.metric_srid
        if shapely.get_dimensions(shape) == AREA or srid is None:
            return shape
        return to_wgs84(to_metric(shape, srid).buffer(width_m, quad_segs=4), f"EPSG:{srid}")

    def _read(self, rule: ShapeRule, row: Row) -> Checked | None:
        if rule.origin == "xy":
            point = self._point(rule, row)
            return None if point is None else self._checker.check(point, self.crs)
        if rule.origin == "wkt":
            text = values.text(cell_of(row.values.get(rule.field or "")))
            return None if text is None else self._checker.wkt(text, self.crs)
        given = self._given(rule, row)
        if given is None:
            return None
        if isinstance(given, dict) and "wkb" in given and not self._opened.is_json:
            return self._checker.wkb(str(given["wkb"]), self.crs)
        return self._checker.geojson(given, self.crs)

    @staticmethod
    def _point(rule: ShapeRule, row: Row) -> Point | None:
        x = values.number(cell_of(row.values.get(rule.x or "")))
        y = values.number(cell_of(row.values.get(rule.y or "")))
        return None if x is None or y is None else Point(x, y)

    @staticmethod
    def _given(rule: ShapeRule, row: Row) -> object:
        """The shape of the feature, or the one in a field, as JSON knows it."""
        if rule.origin == "feature":
            return row.shape
        given = parsed_json(row.values.get(rule.field or ""))
        if given is not None and rule.origin == "coordinates":
            return {"type": row.values.get(rule.type_field or ""), "coordinates": given}
        return given

    def _choose_crs(self, rule: ShapeRule) -> str:
        """The mapping's word holds; else the file's; GeoJSON without one is WGS84; else the city's box tells."""
        declared = self._opened.crs
        if rule.crs is not None and rule.crs != FIND:
            if declared is not None and declared != rule.crs:
                zh = f"文件声明坐标系 {declared},按映射以 {rule.crs} 读入"
                en = f"the file declares {declared}; read as {rule.crs}, as the mapping says"
                self._note(declared, zh, en)
            return rule.crs
        if declared is not None:
            try:
                return parse_crs(declared)
            except RuleError as error:
                zh, _, en = str(error).partition(" / ")
                raise refused(zh, en) from error
        sample = self._sample(rule)
        if not sample or (self._opened.is_json and rule.crs is None and _degrees(sample)):
            return DEFAULT_CRS
        guesses = guess_crs(sample, self._context.bbox, self._context.metric_srid)
        if len(guesses) == 1:
            zh = f"文件没有声明坐标系;{guesses[0].zh},按此读入"
            en = f"the file declares no coordinate system; {guesses[0].en}, and so it was read"
            self._note(guesses[0].crs, zh, en)
            return guesses[0].crs
        raise _undecided(guesses)

    def _sample(self, rule: ShapeRule) -> list[BaseGeometry]:
        """Some shapes as they stand in the file, without those that cannot be read."""
        found: list[BaseGeometry] = []
        for row in self._opened.rows:
            if len(found) >= _LOOKED_AT:
                break
            try:
                shape = self._raw(rule, row)
            except ValueProblem:
                continue
            if shape is not None and not shape.is_empty:
                found.append(shape)
        return found

    def _plain(self, rule: ShapeRule, row: Row) -> BaseGeometry | None:
        """The shape as it stands in the file; None when there is none or something in it must be told."""
        if rule.origin in {"xy", "wkt"}:
            return self._raw(rule, row)
        given = self._given(rule, row)
        if isinstance(given, dict) and "wkb" in given and not self._opened.is_json:
            return parse_wkb(str(given["wkb"]))
        return None if given is None else parse_plain_geojson(given)

    def _raw(self, rule: ShapeRule, row: Row) -> BaseGeometry | None:
        if rule.origin == "xy":
            return self._point(rule, row)
        if rule.origin == "wkt":
            text = values.text(cell_of(row.values.get(rule.field or "")))
            return None if text is None else parse_wkt(text)
        return raw_shape(self._given(rule, row), is_json=self._opened.is_json)

    def _note(self, value: str, zh: str, en: str) -> None:
        self._notices.add("noted", Source(self._opened.name), None, value, zh, en)


def raw_shape(given: object, *, is_json: bool) -> BaseGeometry | None:
    """A shape as it stands in its file, not yet checked; raises `ValueProblem` when it cannot be read."""
    if given is None:
        return None
    if isinstance(given, dict) and "wkb" in given and not is_json:
        try:
            return parse_wkb(str(given["wkb"]))
        except (ShapelyError, ValueError) as error:
            raise unreadable() from error
    return parse_geojson(given)


def _degrees(shapes: list[BaseGeometry]) -> bool:
    west, south, east, north = shapely.total_bounds(shapes)
    return bool(west >= -180 and east <= 180 and south >= -90 and north <= 90)  # noqa: PLR2004


def _undecided(guesses: list[CrsGuess]) -> Exception:
    if guesses:
        listed = "；".join(each.zh for each in guesses)
        zh = f"文件没有声明坐标系,有几种可能:{listed}。请在导入时指明坐标系"
        en = "the file declares no coordinate system, and several fit: "
        en += f"{'; '.join(each.en for each in guesses)}. State which one it is"
    else:
        zh = "文件没有声明坐标系,试过的坐标系都不能使图形落在本市范围内,请在映射的 shape.crs 里写明"
        en = "the file declares no coordinate system, and in none that was tried do its shapes lie"
        en += " inside the city: state it as shape.crs in the mapping"
    return refused(zh, en)


def parsed_json(given: object) -> object:
    """A shape in a field: JSON as text, or parsed already."""
    if not isinstance(given, str):
        return given
    if not given.strip():
        return None
    try:
        found: object = json.loads(given)
    except (ValueError, RecursionError) as error:
        zh, en = "图形不是有效的 JSON", "the shape is not valid JSON"
        raise ValueProblem(zh, en) from error
    return found
