"""Directions and sides: which way a line runs, what lies on one side of it, where a corner is."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import shapely
import shapely.affinity
from shapely import LineString, MultiLineString, Point

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

_HALF = math.sqrt(0.5)
COMPASS = {
    "east": (1.0, 0.0),
    "west": (-1.0, 0.0),
    "north": (0.0, 1.0),
    "south": (0.0, -1.0),
    "northeast": (_HALF, _HALF),
    "northwest": (-_HALF, _HALF),
    "southeast": (_HALF, -_HALF),
    "southwest": (-_HALF, -_HALF),
}
"""Directions as unit vectors east and north."""

_ACROSS_FROM = 0.4
"""The cosine from which a direction counts as being to one side of a line: a north side needs a road that does not run
north."""


def agreement(line: LineString, direction: str) -> float:
    """How far a line, from its first point to its last, goes in a direction: 1 wholly, 0 across, -1 against."""
    (x0, y0), (x1, y1) = line.coords[0], line.coords[-1]
    length = math.hypot(x1 - x0, y1 - y0)
    east, north = COMPASS[direction]
    return ((x1 - x0) * east + (y1 - y0) * north) / length if length else 0.0


def left_of(line: LineString, side: str) -> int | None:
    """1 when a side of the line is its left, -1 when its right, None when the line runs towards that side itself."""
    (x0, y0), (x1, y1) = line.coords[0], line.coords[-1]
    length = math.hypot(x1 - x0, y1 - y0)
    east, north = COMPASS[side]
    cosine = (-(y1 - y0) * east + (x1 - x0) * north) / length if length else 0.0
    return None if abs(cosine) < _ACROSS_FROM else 1 if cosine > 0 else -1


def beside(shape: BaseGeometry, side: str, metres: float) -> BaseGeometry | None:
    """Lines moved to one side by so many metres; None when one of them has no such side."""
    moved: list[LineString] = []
    for line in _lines(shape):
        left = left_of(line, side)
        if left is None:
            return None
        drawn = line.offset_curve(left * metres, join_style="mitre", mitre_limit=2.0)
        moved += [piece for piece in _lines(drawn) if piece.length > 0]
    return moved[0] if len(moved) == 1 else MultiLineString(moved) if moved else None


def strip(shape: BaseGeometry, width_m: float, side: str | None = None) -> BaseGeometry | None:
    """The ground within half of `width_m` of lines; with a side, only the half there, None when there is no such."""
    half = width_m / 2
    if side is None:
        return shapely.buffer(shape, half, cap_style="flat", join_style="mitre", mitre_limit=2.0)
    halves = []
    for line in _lines(shape):
        left = left_of(line, side)
        if left is None:
            return None
        drawn = line.buffer(left * half, cap_style="flat", join_style="mitre", single_sided=True)
        halves.append(drawn.buffer(0))
    return shapely.union_all(halves) if halves else None


def moved(point: Point, direction: str, metres: float) -> Point:
    """A point so many metres further in a direction."""
    east, north = COMPASS[direction]
    return shapely.affinity.translate(point, east * metres, north * metres)


def _lines(shape: BaseGeometry) -> list[LineString]:
    return [line for line in getattr(shape, "geoms", [shape]) if isinstance(line, LineString)]
