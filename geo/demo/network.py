"""Crossing lines become a road network: junctions shared by all who meet there, stretches between them, a graph."""

from __future__ import annotations

import itertools
import math
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

MERGE_M = 2.0
"""Junctions nearer to one another than this are one."""


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


class _Junctions:
    """The junctions found so far; a new one this near to another is that other."""

    def __init__(self) -> None:
        self._cells: dict[tuple[int, int], list[XY]] = defaultdict(list)

    def at(self, point: XY) -> XY:
        """The junction at a point, to the centimetre."""
        column, row = math.floor(point[0] / MERGE_M), math.floor(point[1] / MERGE_M)
        for dx, dy in itertools.product((0, -1, 1), repeat=2):
            for known in self._cells.get((column + dx, row + dy), ()):
                if math.dist(known, point) < MERGE_M:
                    return known
        self._cells[column, row].append(point)
        return point


def node(streets: Sequence[Street]) -> list[list[XY]]:
    """Each street's points with every junction put in, the same point (to the centimetre) on all that meet there."""
    lines = np.array([street.line for street in streets])
    tree = STRtree(lines)
    inserts: list[dict[XY, float]] = [{} for _ in streets]
    junctions = _Junctions()

    def join(street: int, junction: XY) -> None:
        inserts[street][junction] = float(lines[street].project(shapely.Point(junction)))

    ends = [_rounded(line.coords[place]) for line in lines for place in (0, -1)]
    touching = tree.query(shapely.points(ends), predicate="dwithin", distance=TOUCH_M)
    for row, other in zip(*touching.tolist(), strict=True):
        if row // 2 != other:
            junction = junctions.at(ends[row])
            join(row // 2, junction)
            join(other, junction)
    for one, two in zip(*tree.query(lines, predicate="intersects").tolist(), strict=True):
        if one >= two or streets[one].over or streets[two].over:
            continue
        for point in _crossings(lines[one], lines[two]):
            junction = junctions.at(point)
            join(one, junction)
            join(two, junction)
    return [_woven(street.line, insert) for street, insert in zip(streets, inserts, strict=True)]


def _rounded(point: Sequence[float]) -> XY:
    return round(point[0], 2), round(point[1], 2)


def _crossings(one: LineString, two: LineString) -> list[XY]:
    met = one.intersection(two)
    parts = [met] if met.geom_type == "Point" else list(getattr(met, "geoms", ()))
    return [_rounded(part.coords[0]) for part in parts if part.geom_type == "Point"]


def _woven(line: LineString, insert: dict[XY, float]) -> list[XY]:
    """The line's own points and the inserted ones in order; own points very near to an inserted one give way."""
    own = [_rounded(point) for point in line.coords]
    places = np.concatenate(
        [[0.0], np.cumsum(np.hypot(*np.diff(np.array(own), axis=0).T))]
    ).tolist()
    inserted = sorted((place, point) for point, place in insert.items())
    if own[0] == own[-1]:
        # A ring begins and ends at one point, which a junction there replaces at both ends.
        length = places[-1]
        inserted += [(length - place, point) for place, point in inserted if place < MERGE_M]
        inserted += [(0.0, point) for place, point in inserted if place > length - MERGE_M]
        inserted = sorted(set(inserted))
    at = [place for place, _ in inserted]
    woven = list(inserted)
    for place, point in zip(places, own, strict=True):
        spot = bisect(at, place)
        if all(abs(at[i] - place) >= MERGE_M for i in (spot - 1, spot) if 0 <= i < len(at)):
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
