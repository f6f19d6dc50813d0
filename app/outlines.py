"""A shape before and after a change, as two outlines of one small picture."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

WIDTH, HEIGHT, MARGIN = 320.0, 180.0, 12.0
METRES_A_DEGREE = 111_320.0


@dataclass(frozen=True, slots=True)
class Outlines:
    """Paths of an SVG of WIDTH by HEIGHT, empty where there was no shape; `metres` is the ground it shows across."""

    before: str
    after: str
    metres: float
    width: float = WIDTH
    height: float = HEIGHT


def _lines(shape: dict[str, Any] | None) -> Iterator[list[list[float]]]:
    """Every line, ring and point of a GeoJSON geometry as a list of places."""
    if shape is None:
        return
    if shape["type"] == "GeometryCollection":
        for one in shape["geometries"]:
            yield from _lines(one)
        return
    depth = {"Point": 0, "MultiPoint": 1, "LineString": 1, "MultiLineString": 2, "Polygon": 2}
    yield from _unwrap(shape["coordinates"], depth.get(shape["type"], 3), shape["type"])


def _unwrap(found: Any, depth: int, kind: str) -> Iterator[list[list[float]]]:  # noqa: ANN401  nested lists
    if kind == "Point":
        yield [found]
    elif kind == "MultiPoint":
        yield from ([place] for place in found)
    elif depth == 1:
        yield found
    else:
        for one in found:
            yield from _unwrap(one, depth - 1, kind)


def draw_outlines(before: str | None, after: str | None) -> Outlines | None:
    """Both shapes (GeoJSON, WGS84) to one scale; None where there is neither."""
    shapes = [json.loads(shape) if shape else None for shape in (before, after)]
    places = [place for shape in shapes for line in _lines(shape) for place in line]
    if not places:
        return None
    west, east = min(x for x, *_ in places), max(x for x, *_ in places)
    south, north = min(y for _, y, *_ in places), max(y for _, y, *_ in places)
    narrow = math.cos(math.radians((south + north) / 2))
    # A point alone is shown in a square of 20 metres.
    least = 20 / METRES_A_DEGREE
    wide, high = max((east - west) * narrow, least), max(north - south, least)
    scale = min((WIDTH - 2 * MARGIN) / wide, (HEIGHT - 2 * MARGIN) / high)
    middle = ((west + east) / 2, (south + north) / 2)

    def path(shape: dict[str, Any] | None) -> str:
        parts = []
        for line in _lines(shape):
            points = [
                f"{WIDTH / 2 + (x - middle[0]) * narrow * scale:.1f} {HEIGHT / 2 - (y - middle[1]) * scale:.1f}"
                for x, y, *_ in line
            ]
            closed = "Z" if len(line) > 2 and line[0] == line[-1] else ""  # noqa: PLR2004  a ring
            parts.append(f"M{' L'.join(points if len(points) > 1 else points * 2)}{closed}")
        return "".join(parts)

    return Outlines(path(shapes[0]), path(shapes[1]), (WIDTH / scale) * METRES_A_DEGREE)
