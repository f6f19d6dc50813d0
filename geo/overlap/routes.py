"""A way along the roads past given places, for some travellers, round what is closed."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import hypot
from typing import TYPE_CHECKING, Any

import networkx as nx
import shapely
from shapely.geometry import LineString, Point

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from shapely.geometry.base import BaseGeometry

    from geo.overlap.roads import Road

Place = tuple[float, float]

ON_ROAD_M = 60.0
"""A place further than this from any road that may be used is on none."""
_GRID_M = 0.1
_NOT_ON = {
    "motor": frozenset[str](),
    "bus": frozenset[str](),
    "emergency": frozenset[str](),
    "ebike": frozenset({"motorway", "trunk"}),
    "foot": frozenset({"motorway"}),
}
_ON_FOOT = frozenset({"foot"})


@dataclass(frozen=True, slots=True)
class Route:
    """A line along roads in travel direction (metric CRS), its length, and the names of the roads in their order."""

    line: LineString
    length_m: float
    roads: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Piece:
    road: Road
    ends: tuple[Place, Place]
    line: LineString


class RouteFinder:
    """The roads that some travellers may use, without those that run through what is closed."""

    def __init__(self, roads: Iterable[Road], mode: str, closed: Sequence[BaseGeometry]) -> None:
        """Leave out closed pieces, and for people on foot the direction of one-way roads."""
        self._free = mode in _ON_FOOT
        shut = shapely.union_all([stretch.buffer(1.0) for stretch in closed]).buffer(-1.5)
        shapely.prepare(shut)
        self._pieces = [
            piece
            for road in roads
            if road.road_class not in _NOT_ON[mode]
            for piece in _pieces_of(road)
            if not shut.intersects(piece.line)
        ]
        self._tree = shapely.STRtree([piece.line for piece in self._pieces])

    def find(self, stops: Sequence[Place]) -> Route | None:
        """The shortest way past the stops in their order; None when one is on no road or there is no way."""
        if len(stops) < 2:  # noqa: PLR2004  a way has two ends
            return None
        on_roads = [self._snap(stop) for stop in stops]
        if any(each is None for each in on_roads):
            return None
        graph = self._graph([each for each in on_roads if each is not None])
        places: list[Place] = []
        names: list[str] = []
        for before, after in pairwise(range(len(stops))):
            try:
                nodes = nx.dijkstra_path(graph, ("stop", before), ("stop", after), "length")
            except (nx.NetworkXNoPath, nx.NodeNotFound):
                return None
            for node in nodes:
                place = graph.nodes[node]["place"]
                if not places or place != places[-1]:
                    places.append(place)
            for edge in pairwise(nodes):
                name = graph.edges[edge]["name"]
                if name and (not names or names[-1] != name):
                    names.append(name)
        if len(places) < 2:  # noqa: PLR2004  all stops are one place
            return None
        line = LineString(places)
        return Route(line, float(line.length), tuple(names))

    def _snap(self, stop: Place) -> tuple[int, float] | None:
        """The nearest piece and how far along it, in metres."""
        if not self._pieces:
            return None
        point = Point(stop)
        place = int(self._tree.nearest(point))
        line = self._pieces[place].line
        if line.distance(point) > ON_ROAD_M:
            return None
        return place, float(line.project(point))

    def _graph(self, stops: Sequence[tuple[int, float]]) -> nx.DiGraph[Any]:
        graph: nx.DiGraph[Any] = nx.DiGraph()
        for piece in self._pieces:
            start, end = (_node(place) for place in piece.ends)
            graph.add_node(start, place=piece.ends[0])
            graph.add_node(end, place=piece.ends[1])
            self._join(graph, piece, start, end, float(piece.line.length))
        on_piece: dict[int, list[tuple[float, int]]] = {}
        for number, (place, along) in enumerate(stops):
            piece = self._pieces[place]
            point = piece.line.interpolate(along)
            graph.add_node(("stop", number), place=(point.x, point.y))
            start, end = (_node(each) for each in piece.ends)
            self._join(graph, piece, start, ("stop", number), along)
            self._join(graph, piece, ("stop", number), end, float(piece.line.length) - along)
            for other_along, other in on_piece.get(place, ()):
                first, last = sorted([(other_along, other), (along, number)])
                self._join(graph, piece, ("stop", first[1]), ("stop", last[1]), last[0] - first[0])
            on_piece.setdefault(place, []).append((along, number))
        return graph

    def _join(
        self,
        graph: nx.DiGraph[Any],
        piece: _Piece,
        start: tuple[object, object],
        end: tuple[object, object],
        length: float,
    ) -> None:
        ways = [(start, end)]
        if self._free or not piece.road.oneway:
            ways.append((end, start))
        for way in ways:
            if not graph.has_edge(*way) or graph.edges[way]["length"] > length:
                graph.add_edge(*way, length=length, name=piece.road.name or "")


def _pieces_of(road: Road) -> Iterable[_Piece]:
    for part in shapely.get_parts(road.line):
        points = [(float(x), float(y)) for x, y in shapely.get_coordinates(part)]
        for ends in pairwise(points):
            if hypot(ends[1][0] - ends[0][0], ends[1][1] - ends[0][1]) > _GRID_M:
                yield _Piece(road, ends, LineString(ends))


def _node(place: Place) -> tuple[int, int]:
    return round(place[0] / _GRID_M), round(place[1] / _GRID_M)
