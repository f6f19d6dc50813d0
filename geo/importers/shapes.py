"""Shapes from strangers: parsed strictly, checked before anything is computed with them, mended where that is safe.

A shape must be finite, of at most 10,000 vertices, valid or mendable, and inside the city's box once it is in WGS84.
Validity is judged in the coordinates of the file: moving a shape to another CRS can hide a fault.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from shapely.errors import ShapelyError
from shapely.geometry import (
    GeometryCollection,
    LinearRing,
    LineString,
    MultiLineString,
    MultiPoint,
    MultiPolygon,
    Point,
    Polygon,
)

from geo.crossings import count_crossings
from geo.crs import in_degrees, parse_crs, same_way, to_wgs84
from geo.importers.problems import ValueProblem, refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from shapely.geometry.base import BaseGeometry

MAX_VERTICES = 10_000
MAX_FILE_VERTICES = 500_000
MAX_CROSSINGS = 1_000
MAX_FILE_CROSSINGS = 20_000
"""Mending takes time with the square of these and worse: a ring of 500 random points took 95 s."""
_MAX_WKT = 1_000_000
_FARTHEST = 1e9
"""No coordinate of any system is larger, in degrees or metres; computing with larger ones overflows."""
_HEIGHTS = (
    "图形带有高程等第三维,只取平面坐标",
    "shapes have heights or more; their plane coordinates were taken",
)
_REPEATED = ("图形有重复的点,已去除", "shapes repeat points; removed")
_TURNED = (
    "面的边界方向与 GeoJSON 标准相反,已调整",
    "boundaries of areas run against GeoJSON's rule; turned",
)
_MAX_DEPTH = 2
"""A collection may hold shapes, and those be collections no more."""


@dataclass(slots=True)
class Checked:
    """A shape in WGS84 (None when there was none) and what was mended, as sentences in both languages."""

    shape: BaseGeometry | None
    mended: list[tuple[str, str]] = field(default_factory=list)


@dataclass(slots=True)
class ShapeChecker:
    """Checks the shapes of one file against the city's box (west, south, east, north in WGS84 degrees)."""

    bbox: tuple[float, float, float, float]
    vertices: int = 0
    """Vertices seen so far in this file."""
    crossings: int = 0
    """Places in which boundaries cross themselves, seen so far in this file."""
    small_repairs: Counter[tuple[str, str]] = field(default_factory=Counter)
    """What was put right in how many shapes, where one word for the whole file will do."""

    def wkt(self, text: str, crs: str) -> Checked:
        """Check a shape given as WKT."""
        return self.check(parse_wkt(text), crs)

    def xy(self, x: float, y: float, crs: str) -> Checked:
        """Check a point given by x (longitude, easting) and y (latitude, northing)."""
        return self.check(Point(x, y), crs)

    def geojson(self, shape: object, crs: str) -> Checked:
        """Check a shape given as a GeoJSON object."""
        parser = _GeoJson()
        parsed = parser.shape(shape)
        checked = self.check(parsed, crs)
        checked.mended[:0] = parser.mended
        if parser.heights:
            self.small_repairs[_HEIGHTS] += 1
        if parser.turned:
            self.small_repairs[_TURNED] += 1
        return checked

    def wkb(self, hexadecimal: str, crs: str) -> Checked:
        """Check a shape given as hexadecimal WKB, which only our own child process writes."""
        try:
            return self.check(parse_wkb(hexadecimal), crs)
        except (ShapelyError, ValueError) as error:
            raise _problem_of(error) from error

    def check(self, shape: BaseGeometry, crs: str) -> Checked:
        """The shape in WGS84, mended if need be.

        Raises `ValueProblem`, or `ImportRefusedError` when the whole file has too many vertices.
        """
        crs = parse_crs(crs)
        if shape.is_empty:
            return Checked(None)
        self.count(shape)
        points = shapely.get_coordinates(shape)
        if not np.isfinite(points).all():
            zh, en = "坐标中有无效数值", "a coordinate is not a finite number"
            raise ValueProblem(zh, en)
        if np.abs(points).max() > _FARTHEST:
            x, y = points[int(np.argmax(np.abs(points).max(axis=1)))]
            zh = f"坐标({x:g}, {y:g})不在坐标系 {crs} 的范围内"
            en = f"({x:g}, {y:g}) lies outside what {crs} covers"
            raise ValueProblem(zh, en)
        checked = Checked(self._plain(shape))
        self._mend(checked)
        self._move(checked, crs)
        return checked

    def _plain(self, shape: BaseGeometry) -> BaseGeometry:
        """Without heights and without points that repeat the one before."""
        if shape.has_z:
            self.small_repairs[_HEIGHTS] += 1
        flat = shapely.force_2d(shape)
        if shape.geom_type == "Point":
            return flat
        plain = shapely.remove_repeated_points(flat)
        if shapely.get_num_coordinates(plain) < shapely.get_num_coordinates(flat):
            self.small_repairs[_REPEATED] += 1
        return plain

    def count(self, shape: BaseGeometry) -> None:
        """Count a shape's vertices. Raises as `check` does when they are too many."""
        self.vertices += _vertices_of(shape)
        if self.vertices > MAX_FILE_VERTICES:
            zh = f"文件中的图形共超过 {MAX_FILE_VERTICES} 个点,请分成几个文件"
            en = f"the file's shapes have more than {MAX_FILE_VERTICES} vertices: split it"
            raise refused(zh, en)

    def _move(self, checked: Checked, crs: str) -> None:
        """Bring the shape to WGS84; it must then lie in the city's box, and be valid still."""
        assert checked.shape is not None  # noqa: S101  an empty shape went another way
        moved = to_wgs84(checked.shape, crs)
        if not self._inside(moved):
            raise self._outside(checked.shape, moved, crs)
        checked.shape = moved
        if not moved.is_valid:
            self._mend(checked)

    def _count_crossings(self, found: int) -> None:
        """A file with many shapes of many crossings would keep us for hours, a little for each."""
        self.crossings += found
        if self.crossings > MAX_FILE_CROSSINGS:
            zh = f"文件中的图形边界自相交共超过 {MAX_FILE_CROSSINGS} 处,请修正后再导入"
            en = f"boundaries in the file cross themselves more than {MAX_FILE_CROSSINGS} times: mend them first"
            raise refused(zh, en)

    def _mend(self, checked: Checked) -> None:
        assert checked.shape is not None  # noqa: S101  an empty shape went another way
        if not checked.shape.is_valid:
            crossings = count_crossings(checked.shape, MAX_CROSSINGS)
            self._count_crossings(MAX_CROSSINGS if crossings is None else crossings)
            if crossings is None:
                zh = f"图形边界自相交超过 {MAX_CROSSINGS} 处,无法修正,请重新绘制"
                en = f"the boundary crosses itself more than {MAX_CROSSINGS} times and cannot be mended: draw it anew"
                raise ValueProblem(zh, en)
        _mend(checked)
        assert checked.shape is not None  # noqa: S101  a mended shape is one
        _vertices_of(checked.shape)

    def _inside(self, shape: BaseGeometry) -> bool:
        west, south, east, north = self.bbox
        x0, y0, x1, y1 = shape.bounds
        return west <= x0 and x1 <= east and south <= y0 and y1 <= north

    def _outside(self, shape: BaseGeometry, moved: BaseGeometry, crs: str) -> ValueProblem:
        swapped = to_wgs84(shapely.transform(shape, lambda points: points[:, ::-1]), crs)
        if self._inside(swapped):
            if in_degrees(crs):
                zh, en = "经度和纬度写反了", "longitude and latitude are swapped"
            else:
                zh, en = "东坐标和北坐标写反了", "easting and northing are swapped"
            return ValueProblem(zh, en)
        x, y = (float(value) for value in shapely.get_coordinates(shape)[0])
        if in_degrees(crs) and (abs(x) > 180 or abs(y) > 180):  # noqa: PLR2004  no degrees
            return ValueProblem(
                f"坐标({x:.3f}, {y:.3f})不是经纬度,像是以米为单位的平面坐标,请注明坐标系",
                f"({x:.3f}, {y:.3f}) are no degrees but look like metres: state the coordinate system",
            )
        lon, lat = self._first_outside(moved)
        if not (math.isfinite(lon) and math.isfinite(lat)):
            return ValueProblem(
                f"坐标({x:.3f}, {y:.3f})不在坐标系 {crs} 的范围内",
                f"({x:.3f}, {y:.3f}) lies outside what {crs} covers",
            )
        return ValueProblem(
            f"位置({lon:.5f}, {lat:.5f})不在本市范围内,请核对坐标和坐标系",
            f"({lon:.5f}, {lat:.5f}) lies outside the city; check coordinates and coordinate system",
        )

    def _first_outside(self, shape: BaseGeometry) -> tuple[float, float]:
        west, south, east, north = self.bbox
        points = shapely.get_coordinates(shape)
        x, y = points[:, 0], points[:, 1]
        inside = (x >= west) & (x <= east) & (y >= south) & (y <= north)
        lon, lat = points[int(np.argmin(inside))]
        return float(lon), float(lat)


def _vertices_of(shape: BaseGeometry) -> int:
    """How many vertices a shape has, and mending gives it one more at each crossing. Raises when they are too many."""
    vertices = int(shapely.get_num_coordinates(shape))
    if vertices > MAX_VERTICES:
        zh = f"图形有 {vertices} 个点,最多 {MAX_VERTICES} 个,请简化"
        en = f"the shape has {vertices} vertices; at most {MAX_VERTICES}: simplify it"
        raise ValueProblem(zh, en)
    return vertices


_PLAIN_KINDS = (0, 1, 3, 4, 5, 6)
"""All kinds of shape but rings and collections, as shapely numbers them."""


def find_clean(
    shapes: list[BaseGeometry], crs: str, bbox: tuple[float, float, float, float]
) -> list[BaseGeometry | None]:
    """Those shapes, in WGS84, that `ShapeChecker.check` would give without a word; None in place of the others."""
    crs = parse_crs(crs)
    array = np.array(shapes, dtype=object)
    found: list[BaseGeometry | None] = [None] * len(array)
    vertices = shapely.get_num_coordinates(array)
    plain = np.isin(shapely.get_type_id(array), _PLAIN_KINDS) & ~shapely.has_z(array)
    chosen = np.flatnonzero(plain & (vertices > 0) & (vertices <= MAX_VERTICES))
    points, owners = shapely.get_coordinates(array[chosen], return_index=True)
    with np.errstate(invalid="ignore"):
        wrong = ~(np.abs(points) <= _FARTHEST).all(axis=1)
    chosen = np.delete(chosen, np.unique(owners[wrong]))
    kept = array[chosen]
    whole = shapely.get_num_coordinates(shapely.remove_repeated_points(kept)) == vertices[chosen]
    chosen = chosen[(whole | (shapely.get_type_id(kept) == 0)) & shapely.is_valid(kept)]
    if not len(chosen) or not same_way(list(array[chosen]), crs):
        return found
    moved = np.array(to_wgs84(list(array[chosen]), crs), dtype=object)
    west, south, east, north = bbox
    x0, y0, x1, y1 = shapely.bounds(moved).T
    good = (west <= x0) & (x1 <= east) & (south <= y0) & (y1 <= north) & shapely.is_valid(moved)
    for place, shape in zip(chosen[good], moved[good], strict=True):
        found[place] = shape
    return found


_REASONS = {
    "Self-intersection": "自相交",
    "Ring Self-intersection": "边界自相交",
    "Too few points in geometry component": "点数不足",
    "Hole lies outside shell": "洞在外边界之外",
    "Holes are nested": "洞中有洞",
    "Interior is disconnected": "内部不连通",
    "Nested shells": "面互相包含",
    "Duplicate Rings": "边界重复",
}
_KIND_DIMENSION = {"Point": 0, "LineString": 1, "LinearRing": 1, "Polygon": 2}


def _mend(checked: Checked) -> None:
    """Make an invalid shape valid and keep of a mixed one what has most dimensions: areas before lines."""
    shape = checked.shape
    assert shape is not None  # noqa: S101  callers looked
    if not shape.is_valid:
        reason = shapely.is_valid_reason(shape)
        kind, _, place = reason.partition("[")
        near = f"({place.rstrip(']')})" if place else ""
        zh, en = f"图形{_REASONS.get(kind, '无效')}{near},已修正", f"{reason}; mended"
        mended = _highest(shapely.make_valid(shape))
        if mended is None:
            raise unreadable()
        if shapely.get_dimensions(mended) < shapely.get_dimensions(shape):
            zh, en = f"{zh};图形没有面积,保留为线", f"{en}; it has no area and was kept as a line"
        checked.shape = mended
        checked.mended.append((zh, en))
    elif shape.geom_type == "GeometryCollection":
        kept = _highest(shape)
        if kept is None:
            raise unreadable()
        dimensions = {_KIND_DIMENSION[part.geom_type] for part in _flat(shape)}
        checked.shape = kept
        if len(dimensions) > 1:
            zh = "图形由面、线、点混合而成,只保留了维数最高的部分"
            en = "of a mixture of areas, lines and points only the highest kind was kept"
            checked.mended.append((zh, en))
        if not kept.is_valid:
            _mend(checked)


def _flat(shape: BaseGeometry) -> list[BaseGeometry]:
    parts: list[BaseGeometry] = []
    for part in shapely.get_parts(shape):
        parts.extend([part] if part.geom_type in _KIND_DIMENSION else _flat(part))
    return [part for part in parts if not part.is_empty]


def _highest(shape: BaseGeometry) -> BaseGeometry | None:
    """The parts of most dimensions, as one shape of a plain kind."""
    if shape.geom_type in _KIND_DIMENSION:
        return None if shape.is_empty else shape
    parts = _flat(shape)
    if not parts:
        return None
    top = max(_KIND_DIMENSION[part.geom_type] for part in parts)
    kept = [part for part in parts if _KIND_DIMENSION[part.geom_type] == top]
    if len(kept) == 1:
        return kept[0]
    many: Callable[[Any], BaseGeometry] = (MultiPoint, MultiLineString, MultiPolygon)[top]
    return many(kept)


def parse_wkt(text: str) -> BaseGeometry:
    """A shape from WKT, also PostGIS's with an SRID before it; raises `ValueProblem`."""
    text = re.sub(r"^\s*SRID=\d+;", "", text)
    if len(text) > _MAX_WKT or text.upper().count("COLLECTION") > _MAX_DEPTH:
        zh, en = "图形过大或嵌套过深", "the shape is too large or nested too deeply"
        raise ValueProblem(zh, en)
    try:
        return shapely.from_wkt(text)
    except ShapelyError as error:
        if "closed linestring" in str(error):
            zh, en = "多边形没有闭合", "a polygon is not closed"
        else:
            zh, en = "图形不是有效的 WKT", "the shape is not valid WKT"
        raise ValueProblem(zh, en) from error


def parse_wkb(hexadecimal: str) -> BaseGeometry:
    """A shape from hexadecimal WKB as our own child process writes it; raises `ShapelyError` or `ValueError`."""
    with np.errstate(invalid="ignore", over="ignore"):
        return shapely.from_wkb(bytes.fromhex(hexadecimal))


def parse_geojson(found: object) -> BaseGeometry:
    """A shape from a GeoJSON object; raises `ValueProblem`."""
    return _GeoJson().shape(found)


def parse_plain_geojson(found: object) -> BaseGeometry | None:
    """The same, but None where something in it had to be put right."""
    parser = _GeoJson()
    shape = parser.shape(found)
    return None if parser.mended or parser.heights or parser.turned else shape


def _problem_of(error: Exception) -> ValueProblem:
    if "point array must contain" in str(error):
        return ValueProblem("线只有一个点", "a line has but one point")
    return unreadable()


def unreadable() -> ValueProblem:
    """The problem of a shape that makes no sense."""
    return ValueProblem("图形无法读取", "the shape cannot be read")


class _GeoJson:
    """Builds a shape from a GeoJSON object, strictly, closing rings that are open and saying so."""

    def __init__(self) -> None:
        self.mended: list[tuple[str, str]] = []
        self.heights = False
        self.turned = False
        self._vertices = 0

    def shape(self, found: object, depth: int = 0) -> BaseGeometry:
        if not isinstance(found, dict):
            raise unreadable()
        kind = found.get("type")
        if kind == "GeometryCollection":
            members = found.get("geometries")
            if not isinstance(members, list) or depth >= _MAX_DEPTH:
                raise self._wrong(kind)
            return GeometryCollection([self.shape(member, depth + 1) for member in members])
        builders: dict[str, Callable[[object], BaseGeometry]] = {
            "Point": self._point,
            "MultiPoint": lambda found: MultiPoint(self._points(found)),
            "LineString": self._line,
            "MultiLineString": self._lines,
            "Polygon": self._polygon,
            "MultiPolygon": self._polygons,
        }
        if not isinstance(kind, str) or kind not in builders:
            zh, en = f"未知的图形类型“{kind}”", f"unknown kind of shape “{kind}”"
            raise ValueProblem(zh, en)
        if "coordinates" not in found:
            zh, en = "图形没有坐标(coordinates)", "the shape has no coordinates"
            raise ValueProblem(zh, en)
        try:
            return builders[kind](found["coordinates"])
        except (ShapelyError, ValueError) as error:
            raise self._wrong(kind) from error

    def _wrong(self, kind: object) -> ValueProblem:
        return ValueProblem(
            f"坐标的层次与图形类型 {kind} 不符",
            f"the coordinates are not nested as a {kind} needs",
        )

    def _position(self, found: object) -> tuple[float, float]:
        if (
            not isinstance(found, list)
            or len(found) < 2  # noqa: PLR2004  x and y
            or not all(isinstance(n, int | float) and not isinstance(n, bool) for n in found[:2])
        ):
            raise ValueError
        self._vertices += 1
        self.heights = self.heights or len(found) > 2  # noqa: PLR2004
        if self._vertices > MAX_VERTICES:
            zh = f"图形超过 {MAX_VERTICES} 个点,请简化"
            en = f"the shape has more than {MAX_VERTICES} vertices: simplify it"
            raise ValueProblem(zh, en)
        return float(found[0]), float(found[1])

    def _points(self, found: object) -> list[tuple[float, float]]:
        if not isinstance(found, list):
            raise ValueError  # noqa: TRY004  turned into a sentence by `shape`
        return [self._position(each) for each in found]

    def _point(self, found: object) -> BaseGeometry:
        return Point() if found == [] else Point(self._position(found))

    def _line(self, found: object) -> BaseGeometry:
        return LineString(self._points(found))

    def _lines(self, found: object) -> BaseGeometry:
        if not isinstance(found, list):
            raise ValueError  # noqa: TRY004
        return MultiLineString([self._points(each) for each in found])

    def _polygon(self, found: object) -> BaseGeometry:
        if not isinstance(found, list):
            raise ValueError  # noqa: TRY004
        rings = [self._points(each) for each in found]
        if rings and len(set(rings[0])) == 2:  # noqa: PLR2004  there and back: a line
            zh, en = "面只有两个点,保留为线", "an area of two points was kept as a line"
            self.mended.append((zh, en))
            return LineString(list(dict.fromkeys(rings[0])))
        for ring in rings:
            if ring and ring[0] != ring[-1]:
                ring.append(ring[0])
                zh, en = "多边形没有闭合,已闭合", "a polygon was not closed; closed"
                self.mended.append((zh, en))
        if not rings:
            return Polygon()
        self.turned = self.turned or any(
            len(ring) > 3 and shapely.is_ccw(LinearRing(ring)) != (place == 0)  # noqa: PLR2004
            for place, ring in enumerate(rings)
        )
        return Polygon(rings[0], rings[1:])

    def _polygons(self, found: object) -> BaseGeometry:
        if not isinstance(found, list):
            raise ValueError  # noqa: TRY004
        parts = [self._polygon(each) for each in found]
        if all(isinstance(part, Polygon) for part in parts):
            return MultiPolygon([part for part in parts if isinstance(part, Polygon)])
        return GeometryCollection(parts)
