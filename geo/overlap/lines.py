"""Lines along lines: how far one runs along another, exactly, segment by segment; and how far through a shape."""

from __future__ import annotations

from itertools import pairwise
from math import atan2, degrees, hypot, sqrt
from typing import TYPE_CHECKING

import shapely

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shapely.geometry.base import BaseGeometry

Point = tuple[float, float]
Segment = tuple[Point, Point]

END_M = 20.0
"""Contact within so many metres of a detour's ends (a junction's width) is where it leaves and joins, not a block."""
SHRINK_M = 0.5
"""The inside of a stretch begins so far from its edge, so that running along the edge does not count."""
THIN_M = 1.5
"""A stretch drawn as a line without a width is taken to reach so far to each side."""
_HALF_TURN = 180.0


def segments(line: BaseGeometry) -> list[Segment]:
    """The straight pieces of a line or of several, in the direction in which they are drawn."""
    found: list[Segment] = []
    for part in shapely.get_parts(line):
        if part.geom_type not in {"LineString", "LinearRing"}:
            continue
        points = [(float(x), float(y)) for x, y in shapely.get_coordinates(part)]
        found += [(before, after) for before, after in pairwise(points) if before != after]
    return found


def heading(segment: Segment) -> float:
    """Degrees, counter-clockwise from east."""
    (x0, y0), (x1, y1) = segment
    return degrees(atan2(y1 - y0, x1 - x0))


def turn(one: float, other: float) -> float:
    """The angle between two headings, 0 to 180 degrees."""
    difference = abs(one - other) % (2 * _HALF_TURN)
    return min(difference, 2 * _HALF_TURN - difference)


def run_along_m(
    line: BaseGeometry, other: BaseGeometry, within_m: float, least: float, most: float
) -> float:
    """How many metres of `line` lie within `within_m` of a piece of `other` that differs in heading by least..most."""
    theirs = [(piece, heading(piece)) for piece in segments(other)]
    total = 0.0
    for piece in segments(line):
        own = heading(piece)
        runs = [
            run
            for their, direction in theirs
            if least <= turn(own, direction) <= most
            for run in (_near(piece, their, within_m),)
            if run is not None
        ]
        total += _covered(runs) * _length(piece)
    return total


def run_together_m(
    a: BaseGeometry, b: BaseGeometry, within_m: float, turned_degrees: float
) -> float:
    """How far two directed lines run together the same way; which is asked first makes no difference."""
    return min(
        run_along_m(a, b, within_m, 0.0, turned_degrees),
        run_along_m(b, a, within_m, 0.0, turned_degrees),
    )


def run_against_m(
    line: BaseGeometry, direction: BaseGeometry, within_m: float, turned_degrees: float
) -> float:
    """How far a directed line runs along another against its direction."""
    return run_along_m(line, direction, within_m, _HALF_TURN - turned_degrees, _HALF_TURN)


def run_inside_m(
    line: BaseGeometry, stretch: BaseGeometry, width_m: float, *, ends_count: bool
) -> float:
    """How far a line runs through the inside of a stretch (its width given where it is drawn as a line)."""
    inside = _body(stretch, width_m).buffer(-SHRINK_M)
    if inside.is_empty:
        return 0.0
    merged = (
        shapely.line_merge(line) if line.geom_type == "MultiLineString" else shapely.force_2d(line)
    )
    if not ends_count:
        merged = merged.difference(merged.boundary.buffer(END_M))
    return float(merged.intersection(inside).length)


def _body(shape: BaseGeometry, width_m: float) -> BaseGeometry:
    dimension = int(shapely.get_dimensions(shape))
    if dimension == 0:
        return shape.buffer(3.0)
    if dimension == 1:
        return shape.buffer(max(width_m / 2, THIN_M), cap_style="flat", join_style="mitre")
    return shape if shape.is_valid else shape.buffer(0)


def _length(segment: Segment) -> float:
    (x0, y0), (x1, y1) = segment
    return hypot(x1 - x0, y1 - y0)


def _near(piece: Segment, other: Segment, within_m: float) -> tuple[float, float] | None:
    """The run of `piece` (as shares of its length) within a distance of `other`.

    What lies within a distance of a segment is convex, so it is one run: that through the band beside the segment,
    joined to those through the discs at its ends.
    """
    runs = [_disc(piece, end, within_m) for end in other] + [_band(piece, other, within_m)]
    found = [run for run in runs if run is not None]
    if not found:
        return None
    return min(run[0] for run in found), max(run[1] for run in found)


def _disc(piece: Segment, centre: Point, radius: float) -> tuple[float, float] | None:
    (x0, y0), (x1, y1) = piece
    dx, dy, fx, fy = x1 - x0, y1 - y0, x0 - centre[0], y0 - centre[1]
    a, b, c = dx * dx + dy * dy, 2 * (fx * dx + fy * dy), fx * fx + fy * fy - radius * radius
    root = b * b - 4 * a * c
    if root < 0:
        return None
    half = sqrt(root)
    return _clip((-b - half) / (2 * a), (-b + half) / (2 * a))


def _band(piece: Segment, other: Segment, radius: float) -> tuple[float, float] | None:
    (x0, y0), (x1, y1) = other
    length = _length(other)
    ux, uy = (x1 - x0) / length, (y1 - y0) / length
    run: tuple[float, float] | None = (0.0, 1.0)
    for (ax, ay), low, high in (((ux, uy), 0.0, length), ((-uy, ux), -radius, radius)):
        start = (piece[0][0] - x0) * ax + (piece[0][1] - y0) * ay
        slope = (piece[1][0] - piece[0][0]) * ax + (piece[1][1] - piece[0][1]) * ay
        if run is None:
            return None
        if slope == 0:
            if not low <= start <= high:
                return None
            continue
        ends = sorted(((low - start) / slope, (high - start) / slope))
        run = _clip(max(run[0], ends[0]), min(run[1], ends[1]))
    return run


def _clip(since: float, until: float) -> tuple[float, float] | None:
    since, until = max(since, 0.0), min(until, 1.0)
    return (since, until) if since <= until else None


def _covered(runs: Iterable[tuple[float, float]]) -> float:
    total, reached = 0.0, 0.0
    for since, until in sorted(runs):
        if until > reached:
            total += until - max(since, reached)
            reached = until
    return total
