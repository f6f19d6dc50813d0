"""The road graph: which pieces of road a closure shuts, the nearest way round, and digs along one road."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, pairwise
from math import hypot, inf
from typing import TYPE_CHECKING, Any, cast

import networkx as nx
import numpy as np
import shapely

from geo.overlap.lines import heading, run_along_m, turn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

Node = tuple[int, int]

_GRID_M = 0.1
"""Ends of roads nearer than this are one junction."""
_PIECES = 1 << 20
"""More pieces than one road can have: a piece's number is its road's times this plus its place."""
BESIDE_M = 10.0
"""A closure drawn as a line shuts the road that runs within so many metres of it."""
SHUT_M = 5.0
"""… for at least so many metres, the same way."""
ACROSS_M = 25.0
"""A piece that runs so far through a closed area is shut even when it crosses it."""
ALIGNED_DEGREES = 30.0
NEAR_ROAD_M = 30.0
"""A dig lies along a road when it lies within so many metres of its centre line."""


@dataclass(frozen=True, slots=True)
class Road:
    """A road of the layer: its line in the metric CRS, its class, and whether it leads one way only."""

    id: int
    name: str | None
    road_class: str
    oneway: bool
    line: BaseGeometry


@dataclass(frozen=True, slots=True)
class Closure:
    """What a full closure does to the graph: pieces shut, metres of them, and the nearest way round if there is one."""

    shut: frozenset[int]
    shut_m: float
    road_class: str | None
    way_round: frozenset[int]
    way_round_m: float | None
    needs_m: float
    """How far round the closure all roads must have been known for this to be the nearest way; infinite if there
    is none."""


class RoadGraph:
    """Roads as pieces between their vertices; roads are joined wherever they share a vertex."""

    def __init__(self, roads: Sequence[Road]) -> None:
        """Cut the roads into pieces; they are joined up when a way is first sought."""
        self._roads = roads
        self._of, self._ends, self._nodes = _cut([road.line for road in roads])
        self._shapes: NDArray[Any] = np.asarray(shapely.linestrings(self._ends), dtype=object)
        self._lengths = np.asarray(shapely.length(self._shapes))
        ids = np.array([road.id for road in roads], dtype=np.int64)
        within = np.arange(len(self._of)) - np.searchsorted(self._of, self._of)
        self._numbers: list[int] = (ids[self._of] * _PIECES + within).tolist()
        self._places = {number: place for place, number in enumerate(self._numbers)}
        self._tree = shapely.STRtree(self._shapes)

    @cached_property
    def _graph(self) -> nx.MultiDiGraph[Node]:
        graph: nx.MultiDiGraph[Node] = nx.MultiDiGraph()
        lengths = self._lengths.tolist()
        oneway = np.array([road.oneway for road in self._roads], dtype=bool)[self._of].tolist()
        for place, (before, after) in enumerate(self._nodes):
            number, length = self._numbers[place], lengths[place]
            graph.add_edge(before, after, key=number, length=length)
            if not oneway[place]:
                graph.add_edge(after, before, key=number, length=length)
        return graph

    def close(self, stretches: Sequence[BaseGeometry]) -> Closure | None:
        """Shut what the stretches shut and find the nearest way round; None when they shut no road."""
        shut = {number for stretch in stretches for number in self._shut_by(stretch)}
        if not shut:
            return None
        places = [self._places[number] for number in sorted(shut)]
        shut_m = float(self._lengths[places].sum())
        road_class = min((self._road(place).road_class for place in places), key=_rank)
        near = shapely.box(*shapely.total_bounds(list(stretches)))
        way, way_m, needs_m = self._way_round(shut, near)
        return Closure(frozenset(shut), shut_m, road_class, frozenset(way), way_m, needs_m)

    def classes_under(self, stretches: Sequence[BaseGeometry]) -> set[str]:
        """The classes of the roads that the stretches shut or would, were they as wide as the road."""
        return {
            self._road(self._places[number]).road_class
            for stretch in stretches
            for number in self._shut_by(stretch.buffer(BESIDE_M) if stretch.area else stretch)
        }

    def _shut_by(self, stretch: BaseGeometry) -> Iterable[int]:
        flat = int(shapely.get_dimensions(stretch)) == 1
        area = stretch.buffer(BESIDE_M, cap_style="flat") if flat else stretch
        axis = None if flat else _long_axis(stretch)
        for place in self._tree.query(area, predicate="intersects").tolist():
            piece = self._shapes[place]
            if flat:
                beside = piece.intersection(area)
                along = max(
                    run_along_m(beside, stretch, BESIDE_M, least, least + ALIGNED_DEGREES)
                    for least in (0.0, 180.0 - ALIGNED_DEGREES)
                )
                shuts = along >= min(SHUT_M, piece.length / 2)
            else:
                inside = piece.intersection(area).length
                angle = turn(heading(self._ends[place].tolist()), axis or 0.0)
                aligned = axis is not None and min(angle, 180 - angle) <= ALIGNED_DEGREES
                shuts = inside >= ACROSS_M or (aligned and inside >= min(SHUT_M, piece.length / 2))
            if shuts:
                yield self._numbers[place]

    def _way_round(
        self, shut: set[int], near: BaseGeometry
    ) -> tuple[set[int], float | None, float]:
        """Between the two ends of each closed stretch, each way that it could be driven.

        Gives the pieces, the longest of the ways in metres, and how far from `near` a shorter one could have led
        (infinite where none was found).
        """
        closed: nx.MultiDiGraph[Node] = nx.MultiDiGraph()
        for number in sorted(shut):
            for edge in self._edges_of(number):
                closed.add_edge(*edge, key=number)
        weight = _open_length(shut)
        ways: set[int] = set()
        longest: float | None = None
        needs = 0.0
        for group in nx.weakly_connected_components(closed):
            pair = self._meetings(group, shut)
            if pair is None:
                continue
            away = max(near.distance(shapely.Point(x * _GRID_M, y * _GRID_M)) for x, y in pair)
            for start, goal in (pair, pair[::-1]):
                if not nx.has_path(closed, start, goal):
                    continue
                try:
                    found = nx.single_source_dijkstra(self._graph, start, goal, weight=weight)
                except nx.NetworkXNoPath:
                    needs = inf
                    continue
                length, nodes = cast("tuple[float, list[Node]]", found)
                ways |= {
                    self._shortest_open(before, after, shut) for before, after in pairwise(nodes)
                }
                longest = max(longest or 0.0, length)
                needs = max(needs, length + away)
        return ways, longest, needs

    def _shortest_open(self, before: Node, after: Node, shut: set[int]) -> int:
        pieces = [
            (data["length"], number)
            for _, end, number, data in self._graph.out_edges(before, keys=True, data=True)
            if end == after and number not in shut
        ]
        return int(min(pieces)[1])

    def _meetings(self, group: Iterable[Node], shut: set[int]) -> tuple[Node, Node] | None:
        """Of the places where closed road meets open road, the two furthest apart."""
        ends = [
            node
            for node in sorted(group)
            if any(
                key not in shut
                for edges in (self._graph.out_edges, self._graph.in_edges)
                for _, _, key in edges(node, keys=True)
            )
        ]
        return max(
            combinations(ends, 2),
            key=lambda two: hypot(two[0][0] - two[1][0], two[0][1] - two[1][1]),
            default=None,
        )

    def _edges_of(self, number: int) -> Iterable[tuple[Node, Node]]:
        place = self._places[number]
        before, after = self._nodes[place]
        yield before, after
        if not self._road(place).oneway:
            yield after, before

    def _road(self, place: int) -> Road:
        return self._roads[int(self._of[place])]


def _open_length(shut: set[int]) -> Callable[[Node, Node, Any], float | None]:
    """The length of the shortest open piece between two places; None where all are shut."""

    def length(
        _start: Node, _goal: Node, pieces: Mapping[int, Mapping[str, float]]
    ) -> float | None:
        return min(
            (piece["length"] for number, piece in pieces.items() if number not in shut),
            default=None,
        )

    return length


CLASSES = ("motorway", "trunk", "primary", "secondary", "tertiary", "residential", "other")
"""Road classes, most important first."""


def _rank(road_class: str) -> int:
    return CLASSES.index(road_class) if road_class in CLASSES else len(CLASSES)


def _cut(
    lines: Sequence[BaseGeometry],
) -> tuple[NDArray[np.int64], NDArray[np.float64], list[tuple[Node, Node]]]:
    """Lines as pieces between their vertices: of which line each is (in order), its ends as (2, 2), and their nodes."""
    parts, of_part = shapely.get_parts(list(lines), return_index=True)
    points, of_point = shapely.get_coordinates(parts, return_index=True)
    nodes = np.rint(points / _GRID_M).astype(np.int64)
    starts = np.flatnonzero((of_point[:-1] == of_point[1:]) & (nodes[:-1] != nodes[1:]).any(axis=1))
    pairs = np.stack([starts, starts + 1], axis=1)
    told = [((ax, ay), (bx, by)) for (ax, ay), (bx, by) in nodes[pairs].tolist()]
    return of_part[of_point[starts]].astype(np.int64), points[pairs], told


def _long_axis(shape: BaseGeometry) -> float | None:
    """The heading of the longer side of the smallest rectangle round a shape."""
    box = shapely.minimum_rotated_rectangle(shape)
    if box.geom_type != "Polygon":
        return None
    points = [(float(x), float(y)) for x, y in shapely.get_coordinates(box)]
    sides = list(pairwise(points))[:2]
    longest = max(sides, key=lambda side: hypot(side[1][0] - side[0][0], side[1][1] - side[0][1]))
    return heading(longest)


def along_one_road(
    a: BaseGeometry, b: BaseGeometry, roads: Iterable[Road]
) -> tuple[str | None, float]:
    """The road along which two digs lie side by side for longest, and for how many metres.

    Each is projected on the road's pieces within reach; what both cover counts, pieces of one name together.
    """
    covered: dict[tuple[str | None, int], float] = {}
    for road in roads:
        key = (road.name, 0 if road.name else road.id)
        for part in shapely.get_parts(road.line):
            ours, theirs = _along(a, part), _along(b, part)
            if ours and theirs:
                both = min(ours[1], theirs[1]) - max(ours[0], theirs[0])
                covered[key] = covered.get(key, 0.0) + max(both, 0.0)
    if not covered:
        return None, 0.0
    best = max(covered, key=lambda key: (covered[key], key[0] or "", -key[1]))
    return best[0], covered[best]


def _along(shape: BaseGeometry, line: BaseGeometry) -> tuple[float, float] | None:
    near = shape.intersection(line.buffer(NEAR_ROAD_M, cap_style="flat"))
    if near.is_empty:
        return None
    places = [line.project(shapely.Point(point)) for point in shapely.get_coordinates(near)]
    return min(places), max(places)


def length_of(stretches: Sequence[BaseGeometry]) -> float:
    """How long a stretch of road is: a line's length, a shape's longer side."""
    total = 0.0
    for stretch in stretches:
        if int(shapely.get_dimensions(stretch)) == 1:
            total += float(stretch.length)
            continue
        box = shapely.minimum_rotated_rectangle(stretch)
        if box.geom_type == "Polygon":
            points = shapely.get_coordinates(box)
            total += max(hypot(*(points[1] - points[0])), hypot(*(points[2] - points[1])))
    return total
