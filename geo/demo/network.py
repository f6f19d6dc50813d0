"""Crossing lines become a road network: junctions shared by all who meet there, stretches between them, a graph."""

from __future__ import annotations

from bisect import bisect
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from shapely import LineString, STRtree

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo.demo.streets import Street

XY = tuple[float, float]

RANKS = {
    "motorway": 0,
    "trunk": 1,
    "primary": 2,
    "secondary": 3,
    "tertiary": 4,
    "residential": 5,
    "other": 6,
}

TOUCH_M = 1.0
"""An end this near to another line lies on it."""


@dataclass(frozen=True)
class Stretch:
    """Part of a street between junctions with main streets (secondary and above), in metres."""

    street: int
    road_class: str
    points: tuple[XY, ...]

    @property
    def line(self) -> LineString:
        """The stretch as a line."""
        return LineString(self.points)


def node(streets: Sequence[Street]) -> list[list[XY]]:
    """Each street's points with every junction put in, the same point (to the centimetre) on all that meet there."""
    lines = np.array([street.line for street in streets])
    tree = STRtree(lines)
    inserts: list[dict[XY, float]] = [{} for _ in streets]
    ends: list[tuple[XY, ...]] = []
    for line in lines:
        points = [_rounded(point) for point in (line.coords[0], line.coords[-1])]
        ends.append(tuple(points))
    near_ends: dict[tuple[int, int], list[XY]] = defaultdict(list)
    end_points = shapely.points([point for pair in ends for point in pair])
    for row, other in zip(
        *tree.query(end_points, predicate="dwithin", distance=TOUCH_M), strict=True
    ):
        street = int(row) // 2
        if street == other:
            continue
        point = ends[street][int(row) % 2]
        near_ends[street, int(other)].append(point)
        near_ends[int(other), street].append(point)
        inserts[other][point] = float(lines[other].project(end_points[row]))
    first, second = tree.query(lines, predicate="intersects")
    for one, two in zip(first.tolist(), second.tolist(), strict=True):
        if one >= two or streets[one].over or streets[two].over:
            continue
        # An end of a third street may have been put in where these two cross.
        met = [*near_ends[one, two], *(inserts[one].keys() & inserts[two].keys())]
        for point in _crossings(lines[one], lines[two]):
            if any(abs(point[0] - x) + abs(point[1] - y) < 4 * TOUCH_M for x, y in met):
                continue
            spot = shapely.Point(point)
            inserts[one][point] = float(lines[one].project(spot))
            inserts[two][point] = float(lines[two].project(spot))
    return [_woven(street.line, insert) for street, insert in zip(streets, inserts, strict=True)]


def _rounded(point: Sequence[float]) -> XY:
    return round(point[0], 2), round(point[1], 2)


def _crossings(one: LineString, two: LineString) -> list[XY]:
    met = one.intersection(two)
    parts = [met] if met.geom_type == "Point" else list(getattr(met, "geoms", ()))
    return [_rounded(part.coords[0]) for part in parts if part.geom_type == "Point"]


def _woven(line: LineString, insert: dict[XY, float]) -> list[XY]:
    """The line's own points and the inserted ones in order; own points closer than 2 m to an inserted one give way."""
    own = [_rounded(point) for point in line.coords]
    places = np.concatenate(
        [[0.0], np.cumsum(np.hypot(*np.diff(np.array(own), axis=0).T))]
    ).tolist()
    inserted = sorted((place, point) for point, place in insert.items())
    at = [place for place, _ in inserted]
    woven = list(inserted)
    last = len(own) - 1
    for index, (place, point) in enumerate(zip(places, own, strict=True)):
        spot = bisect(at, place)
        near = any(abs(at[i] - place) < TOUCH_M * 2 for i in (spot - 1, spot) if 0 <= i < len(at))
        if not near or (index in {0, last} and point not in insert):
            woven.append((place, point))
    woven.sort()
    points = [point for _, point in woven]
    return [point for index, point in enumerate(points) if index == 0 or point != points[index - 1]]


def stretches_of(streets: Sequence[Street], noded: Sequence[list[XY]]) -> list[Stretch]:
    """Streets cut where main ones (secondary and above) meet them; residential ones stay whole."""
    rank_at: dict[XY, dict[int, int]] = defaultdict(dict)
    for index, points in enumerate(noded):
        for point in points:
            rank_at[point][index] = RANKS[streets[index].road_class]
    stretches = []
    for index, points in enumerate(noded):
        road_class = streets[index].road_class
        weight = RANKS["secondary"]
        start = 0
        for place in range(1, len(points)):
            cut = place == len(points) - 1 or (
                RANKS[road_class] <= RANKS["tertiary"]
                and any(
                    rank <= weight
                    for other, rank in rank_at[points[place]].items()
                    if other != index
                )
            )
            if cut:
                stretches.append(Stretch(index, road_class, tuple(points[start : place + 1])))
                start = place
    return stretches
