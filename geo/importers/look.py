"""A first look at a file: its kind, its sheets or layers, their columns, and where on the map its shapes may lie.

The file is opened by the limited child process as for an import, and cut off after some rows. What comes back is
plain data for a page: nothing of it is taken in.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import shapely
from shapely.errors import ShapelyError
from shapely.geometry import Point

from geo.crs import parse_crs, to_wgs84
from geo.errors import ImportRefusedError, RuleError
from geo.importers import values
from geo.importers.crs_guess import CrsGuess, guess_crs, share_inside
from geo.importers.days import span_of
from geo.importers.mapping_rows import cell_of
from geo.importers.mapping_shapes import DEFAULT_CRS, parsed_json, raw_shape
from geo.importers.mapping_source import flat
from geo.importers.problems import ValueProblem
from geo.importers.shapes import MAX_VERTICES, parse_wkt
from geo.importers.sources import Grid, Layer, format_of, read_grids, read_layers

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from shapely.geometry.base import BaseGeometry

    from geo.importers.values import Cell

ROWS = 200
"""Rows looked at of each sheet or layer."""
FIRST_ROWS = 10
SAMPLES = 5
SHAPES = 50
_HEADING_WITHIN = 20
_MOSTLY = 0.8
_ENCODINGS = ("utf-8", "gb18030", "big5hkscs")


@dataclass(frozen=True, slots=True)
class FieldLook:
    """A column: some of its values as text, how many of the rows have one, and what they look like."""

    name: str
    samples: tuple[str, ...]
    filled: int
    looks_like: str  # text | number | day | yes_no | wkt | geojson | empty


@dataclass(frozen=True, slots=True)
class PlaceLook:
    """How rows may give their shape, as `[shape]` of a mapping says it: `from` and the fields it needs."""

    origin: str  # feature | wkt | geojson | xy
    field: str | None = None
    x: str | None = None
    y: str | None = None


@dataclass(frozen=True, slots=True)
class CrsLook:
    """A coordinate system that fits, why, and the first shapes as they would then lie: GeoJSON in WGS84."""

    guess: CrsGuess
    declared: bool
    shapes: dict[str, Any]


@dataclass(frozen=True, slots=True)
class TableLook:
    """A sheet or layer. `heading_row` is the row, as Excel counts, taken for the heading; None for a layer."""

    name: str
    heading_row: int | None
    hidden: bool
    fields: tuple[FieldLook, ...]
    first_rows: tuple[dict[str, str], ...]
    rows_seen: int
    more: bool
    """Whether there are more rows than were looked at."""
    place: PlaceLook | None = None
    declared_crs: str | None = None
    crs: tuple[CrsLook, ...] = ()
    """The likeliest first. With several, only a person can tell which it is."""


@dataclass(frozen=True, slots=True)
class FileLook:
    """What a file is. `encoding` is set when it was guessed; `encodings` shows first rows in each that fits."""

    format: str
    tables: tuple[TableLook, ...]
    encoding: str | None = None
    encodings: dict[str, tuple[dict[str, str], ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Frame:
    """What a look needs to know of the city: its box in WGS84 degrees and its metric CRS."""

    bbox: tuple[float, float, float, float]
    metric_srid: int | None = None


def look_at_file(path: Path, frame: Frame, encoding: str | None = None) -> FileLook:
    """Look at a file. Raises `ImportRefusedError` with a sentence when it cannot be read."""
    form = format_of(path)
    tables, guessed = _tables(path, form, frame, encoding)
    others: dict[str, tuple[dict[str, str], ...]] = {}
    if guessed is not None:
        for name in _ENCODINGS:
            try:
                found, _ = _tables(path, form, frame, name, FIRST_ROWS)
            except ImportRefusedError:
                continue
            others[name] = found[0].first_rows if found else ()
    return FileLook(form, tables, guessed, others)


def _tables(
    path: Path, form: str, frame: Frame, encoding: str | None, rows: int = ROWS
) -> tuple[tuple[TableLook, ...], str | None]:
    if form in {"workbook", "csv"}:
        grids = list(read_grids(path, form, encoding, rows + 1))
        guessed = next((each.encoding for each in grids if each.encoding), None)
        return tuple(_grid_look(each, frame, rows) for each in grids), guessed
    layers = read_layers(path, form, encoding, rows + 1)
    guessed = next((each.encoding for each in layers if each.encoding), None)
    return tuple(_layer_look(each, form, frame, rows) for each in layers), guessed


def _grid_look(grid: Grid, frame: Frame, most: int) -> TableLook:
    heading = _heading(grid.rows)
    names = _names(grid.rows[heading]) if grid.rows else []
    body = [row for row in grid.rows[heading + 1 :] if any(cell is not None for cell in row)]
    rows = [dict(zip(names, row, strict=False)) for row in body[:most]]
    fields = _fields(names, rows)
    place = _place_in(fields)
    return TableLook(
        name=grid.name,
        heading_row=grid.first_row + heading if grid.rows else None,
        hidden=grid.hidden,
        fields=fields,
        first_rows=_first(names, rows),
        rows_seen=len(rows),
        more=len(grid.rows) > most,
        place=place,
        crs=_crs_looks(_shapes_in(place, rows), None, frame, is_json=False),
    )


def _heading(rows: Sequence[Sequence[Cell]]) -> int:
    """The index of the first row that has nearly as many different words as any of the first rows."""
    counts = [
        len({cell for cell in row if isinstance(cell, str) and not _is_number(cell)})
        for row in rows[:_HEADING_WITHIN]
    ]
    most = max(counts, default=0)
    return next((place for place, count in enumerate(counts) if count >= _MOSTLY * most), 0)


def _is_number(word: str) -> bool:
    try:
        return values.number(word) is not None
    except ValueProblem:
        return False


def _names(row: Sequence[Cell]) -> list[str]:
    """Headings, each one once: an empty one becomes its column's number, a repeated one gets its number too."""
    names: list[str] = []
    for place, cell in enumerate(row, start=1):
        word = " ".join((values.text(cell) or f"#{place}").split())
        names.append(word if word not in names else f"{word} #{place}")
    return names


def _layer_look(layer: Layer, form: str, frame: Frame, most: int) -> TableLook:
    is_json = form == "json"
    rows = [flat(found) for found, _ in layer.rows[:most] if found is not None]
    names = list(layer.fields or dict.fromkeys(name for row in rows for name in row))
    cells = [{name: cell_of(row.get(name)) for name in names} for row in rows]
    fields = _fields(names, cells)
    shapes = [_readable(shape, is_json=is_json) for _, shape in layer.rows[:most]]
    place: PlaceLook | None = PlaceLook("feature")
    if not any(shape is not None for shape in shapes):
        place = _place_in(fields)
        shapes = _shapes_in(place, cells)
    return TableLook(
        name=layer.name,
        heading_row=None,
        hidden=False,
        fields=fields,
        first_rows=_first(names, cells),
        rows_seen=min(len(layer.rows), most),
        more=len(layer.rows) > most,
        place=place,
        declared_crs=layer.crs,
        crs=_crs_looks(shapes, layer.crs, frame, is_json=is_json),
    )


def _readable(given: object, *, is_json: bool) -> BaseGeometry | None:
    try:
        return raw_shape(given, is_json=is_json)
    except ValueProblem:
        return None


def _first(names: Sequence[str], rows: Sequence[dict[str, Any]]) -> tuple[dict[str, str], ...]:
    return tuple(
        {name: values.text(cell_of(row.get(name))) or "" for name in names}
        for row in rows[:FIRST_ROWS]
    )


_WKT = re.compile(
    r"\s*(?:SRID=\d+;)?\s*(?:MULTI)?(?:POINT|LINESTRING|POLYGON)\s*Z?\s*\(", re.IGNORECASE
)
_GEOJSON = re.compile(
    r'\s*\{.{0,200}"type"\s*:\s*"(?:Multi)?(?:Point|LineString|Polygon)"', re.DOTALL
)


def _fields(names: Sequence[str], rows: Sequence[dict[str, Any]]) -> tuple[FieldLook, ...]:
    return tuple(_field(name, [row.get(name) for row in rows]) for name in names)


def _field(name: str, cells: Sequence[Any]) -> FieldLook:
    filled = [cell for cell in cells if values.text(cell_of(cell)) is not None]
    words = list(dict.fromkeys(values.text(cell_of(cell)) or "" for cell in filled))
    return FieldLook(name, tuple(words[:SAMPLES]), len(filled), _looks_like(filled))


def _looks_like(cells: Sequence[Any]) -> str:
    """What most of the values are."""
    if not cells:
        return "empty"
    tests = (
        ("wkt", lambda cell: isinstance(cell, str) and _WKT.match(cell)),
        ("geojson", lambda cell: isinstance(cell, str) and _GEOJSON.match(cell)),
        ("number", lambda cell: values.number(cell) is not None),
        ("day", lambda cell: span_of(cell) is not None),
        ("yes_no", lambda cell: values.yes_no(cell) is not None),
    )
    for name, holds in tests:
        fitting = 0
        for cell in cells:
            try:
                fitting += bool(holds(cell))
            except ValueProblem:
                continue
        if fitting >= _MOSTLY * len(cells):
            return name
    return "text"


_X = re.compile(
    r"(?:.*(?:经度|經度|东坐标)|(?:.*[_ ])?(?:lon(?:g|gitude)?|lng|x|easting))(?:\W.*)?",
    re.IGNORECASE,
)
_Y = re.compile(
    r"(?:.*(?:纬度|緯度|北坐标)|(?:.*[_ ])?(?:lat(?:itude)?|y|northing))(?:\W.*)?", re.IGNORECASE
)


def _place_in(fields: Sequence[FieldLook]) -> PlaceLook | None:
    """The columns of a table that seem to give shapes."""
    for each in fields:
        if each.looks_like in {"wkt", "geojson"}:
            return PlaceLook(each.looks_like, field=each.name)
    numbers = [each.name for each in fields if each.looks_like == "number"]
    x = next((name for name in numbers if _X.fullmatch(name.strip())), None)
    y = next((name for name in numbers if _Y.fullmatch(name.strip()) and name != x), None)
    return None if x is None or y is None else PlaceLook("xy", x=x, y=y)


def _shapes_in(
    place: PlaceLook | None, rows: Sequence[dict[str, Any]]
) -> list[BaseGeometry | None]:
    if place is None:
        return []
    found: list[BaseGeometry | None] = []
    for row in rows:
        try:
            found.append(_shape_in(place, row))
        except ValueProblem:
            found.append(None)
    return found


def _shape_in(place: PlaceLook, row: dict[str, Any]) -> BaseGeometry | None:
    if place.origin == "xy":
        x, y = values.number(row.get(place.x or "")), values.number(row.get(place.y or ""))
        return None if x is None or y is None else Point(x, y)
    word = values.text(cell_of(row.get(place.field or "")))
    if word is None:
        return None
    return parse_wkt(word) if place.origin == "wkt" else raw_shape(parsed_json(word), is_json=True)


def _crs_looks(
    shapes: Sequence[BaseGeometry | None], declared: str | None, frame: Frame, *, is_json: bool
) -> tuple[CrsLook, ...]:
    """The declared system first, if there is one, then what the city's box makes likely."""
    known = [
        shape
        for shape in shapes
        if shape is not None
        and not shape.is_empty
        and shapely.get_num_coordinates(shape) <= MAX_VERTICES
    ]
    if not known:
        return ()
    guesses = guess_crs(known, frame.bbox, frame.metric_srid)
    looks: list[CrsLook] = []
    if declared is None and is_json and any(each.crs == DEFAULT_CRS for each in guesses):
        declared = DEFAULT_CRS
    if declared is not None:
        first = _declared(known, declared, frame)
        looks += [first] if first else []
    for guess in guesses:
        if guess.crs != declared:
            looks.append(CrsLook(guess, declared=False, shapes=_preview(known, guess.crs)))
    return tuple(looks)


def _declared(shapes: list[BaseGeometry], declared: str, frame: Frame) -> CrsLook | None:
    try:
        crs = parse_crs(declared)
        share = share_inside(to_wgs84(shapes, crs), frame.bbox)
    except RuleError:
        return None
    percent = round(share * 100)
    guess = CrsGuess(
        crs,
        share,
        f"文件声明为 {crs},{percent}% 的图形落在本市范围内",
        f"the file declares {crs}; {percent}% of the shapes lie inside the city",
    )
    return CrsLook(guess, declared=True, shapes=_preview(shapes, crs))


def _preview(shapes: list[BaseGeometry], crs: str) -> dict[str, Any]:
    """The first shapes in WGS84, for the map."""
    features = []
    for shape in to_wgs84(shapes[:SHAPES], crs):
        try:
            drawn = shapely.set_precision(shape, 1e-7, mode="pointwise")
        except ShapelyError:
            continue
        features.append({"type": "Feature", "properties": {}, "geometry": drawn.__geo_interface__})
    return {"type": "FeatureCollection", "features": features}
