"""One street of a city as a graph of its stretches: ways along it, its spine, where it runs at a point."""

from __future__ import annotations

import heapq
import math
from collections import defaultdict
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

import shapely
import shapely.ops
from shapely import LineString, MultiLineString, Point, STRtree

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from shapely.geometry.base import BaseGeometry

Node = tuple[float, float]

HALF_WIDTHS_M = {
    "motorway": 13.0,
    "trunk": 15.0,
    "primary": 18.0,
    "secondary": 12.5,
    "tertiary": 7.5,
    "residential": 3.5,
    "other": 2.5,
}
"""Half of a street from edge to edge, where its width is not known."""

LINK_M = 60.0
"""Ends of stretches of one street as near as this to another of its stretches lead on to it: at wide crossings and
roundabouts, and where two carriageways become one."""
_LINK_COST = 2.0
"""A metre of such a link counts as so many of the street."""


class Street:
    """The stretches of one name that hang together. Lines are in the city's metric CRS."""

    def __init__(
        self, name: str, road_class: str, lines: Sequence[LineString], width_m: float | None
    ) -> None:
        self.name = name
        self.road_class = road_class
        self.half_width_m = (
            width_m / 2 if width_m else HALF_WIDTHS_M.get(road_class, HALF_WIDTHS_M["other"])
        )
        self.shape: BaseGeometry = shapely.union_all(lines)

    @property
    def whole(self) -> BaseGeometry:
        """All of the street, its stretches joined."""
        if isinstance(self.shape, MultiLineString):
            return shapely.line_merge(self.shape)
        return self.shape

    @cached_property
    def _edges(self) -> list[tuple[Node, Node]]:
        edges = []
        for line in getattr(self.shape, "geoms", [self.shape]):
            points = [(round(x, 2), round(y, 2)) for x, y in line.coords]
            edges += [(one, two) for one, two in pairwise(points) if one != two]
        return edges

    @cached_property
    def _tree(self) -> STRtree:
        return STRtree([LineString(edge) for edge in self._edges])

    @cached_property
    def _bare_graph(self) -> Mapping[Node, list[tuple[Node, float]]]:
        graph: dict[Node, list[tuple[Node, float]]] = defaultdict(list)
        for one, two in self._edges:
            length = math.dist(one, two)
            graph[one].append((two, length))
            graph[two].append((one, length))
        return graph

    @cached_property
    def _pieces(self) -> Mapping[Node, int]:
        return _pieces(self._bare_graph)

    @cached_property
    def _drawn_pieces(self) -> list[MultiLineString]:
        """The pieces that hang together without links: carriageways, mostly."""
        edges: dict[int, list[tuple[Node, Node]]] = defaultdict(list)
        for edge in self._edges:
            edges[self._pieces[edge[0]]].append(edge)
        return [MultiLineString(piece) for piece in edges.values()]

    def feet(self, point: Point, reach_m: float) -> list[Node]:
        """The nearest points, one on each piece (carriageway) that comes within so many metres of a point."""
        found = []
        for piece in self._drawn_pieces:
            if piece.distance(point) <= reach_m:
                foot, _ = shapely.ops.nearest_points(piece, point)
                found.append((foot.x, foot.y))
        return found

    @cached_property
    def _graph(self) -> Mapping[Node, list[tuple[Node, float]]]:
        graph = {node: list(ways) for node, ways in self._bare_graph.items()}
        pieces = self._pieces
        for end in [node for node, ways in graph.items() if len(ways) == 1]:
            near = self._tree.query(Point(end), predicate="dwithin", distance=LINK_M).tolist()
            nearest: dict[int, tuple[float, Node]] = {}
            for edge in near:
                for node in self._edges[edge]:
                    metres = math.dist(end, node)
                    if pieces[node] != pieces[end] and metres <= LINK_M:
                        nearest[pieces[node]] = min(
                            nearest.get(pieces[node], (math.inf, node)), (metres, node)
                        )
            for metres, node in nearest.values():
                graph[end].append((node, metres * _LINK_COST))
                graph[node].append((end, metres * _LINK_COST))
        return graph

    def _located(
        self, points: Iterable[Node]
    ) -> tuple[dict[Node, list[tuple[Node, float]]], list[Node], frozenset[frozenset[Node]]]:
        """The points brought onto the street: ways from them to its nodes, where they came to lie, edges now split."""
        on_edge: dict[int, list[Node]] = defaultdict(list)
        moved = []
        for point in points:
            edge = int(self._tree.nearest(Point(point)))
            line = LineString(self._edges[edge])
            foot = line.interpolate(line.project(Point(point)))
            node = (round(foot.x, 2), round(foot.y, 2))
            moved.append(node)
            if node not in self._graph and node not in on_edge[edge]:
                on_edge[edge].append(node)
        extra: dict[Node, list[tuple[Node, float]]] = defaultdict(list)
        for edge, nodes in on_edge.items():
            one, two = self._edges[edge]
            ordered = [one, *sorted(nodes, key=lambda node, one=one: math.dist(one, node)), two]  # type: ignore[misc]
            for here, there in pairwise(ordered):
                length = math.dist(here, there)
                extra[here].append((there, length))
                extra[there].append((here, length))
        split = frozenset(frozenset(self._edges[edge]) for edge, nodes in on_edge.items() if nodes)
        return extra, moved, split

    def _spread(
        self,
        sources: Mapping[Node, float],
        extra: Mapping[Node, list[tuple[Node, float]]],
        barred: frozenset[frozenset[Node]] = frozenset(),
    ) -> tuple[dict[Node, float], dict[Node, Node]]:
        """Dijkstra: for each node the metres from the source that leads there best, and the node before it."""
        far = dict(sources)
        before: dict[Node, Node] = {}
        heap = [(metres, node) for node, metres in far.items()]
        heapq.heapify(heap)
        while heap:
            metres, node = heapq.heappop(heap)
            if metres > far[node]:
                continue
            for other, length in (*self._graph.get(node, ()), *extra.get(node, ())):
                reached = metres + length
                if reached < far.get(other, math.inf) and frozenset((node, other)) not in barred:
                    far[other], before[other] = reached, node
                    heapq.heappush(heap, (reached, other))
        return far, before

    def ways(
        self, starts: Mapping[Node, float], finishes: Mapping[Node, float]
    ) -> list[LineString]:
        """The shortest way along the street from any of the starts to any of the finishes.

        Each of them costs so many metres to begin or end at. On a street that goes round, the other way as well; none
        when the street does not lead there.
        """
        extra, moved, split = self._located([*starts, *finishes])
        sources = dict(zip(moved, starts.values(), strict=False))
        targets = dict(zip(moved[len(starts) :], finishes.values(), strict=True))
        first = self._way(sources, targets, extra, split)
        if first is None:
            return []
        points = [(x, y) for x, y in first.coords]
        barred = split | {frozenset(step) for step in pairwise(points)}
        second = self._way(sources, targets, extra, barred)
        return [first] if second is None else [first, second]

    def _way(
        self,
        sources: Mapping[Node, float],
        targets: Mapping[Node, float],
        extra: Mapping[Node, list[tuple[Node, float]]],
        barred: frozenset[frozenset[Node]],
    ) -> LineString | None:
        far, before = self._spread(sources, extra, barred)
        reached = [(far[node] + cost, node) for node, cost in targets.items() if node in far]
        if not reached:
            return None
        return _traced(min(reached)[1], before)

    def along(self, starts: Sequence[Node], metres: float) -> list[LineString]:
        """The ways of so many metres along the street from the starts; one that ends before is as long as it can be."""
        extra, sources, split = self._located(starts)
        far, before = self._spread(dict.fromkeys(sources, 0.0), extra, split)
        children: dict[Node, list[Node]] = defaultdict(list)
        for node, parent in before.items():
            children[parent].append(node)
        found = []
        for node, parent in before.items():
            ends = far[node] < metres and not children[node]
            if (far[parent] < metres <= far[node]) or ends:
                way = _traced(node, before)
                if way is not None:
                    over = far[node] - metres
                    found.append(
                        shapely.ops.substring(way, 0, way.length - over) if over > 0 else way
                    )
        return [way for way in found if isinstance(way, LineString) and way.length > 0]

    @cached_property
    def spine(self) -> LineString:
        """The longest of the shortest ways: the street from one end to the other."""
        start = next(iter(self._graph))
        far, _ = self._spread({start: 0.0}, {})
        one = max(far, key=lambda node: far[node])
        far, before = self._spread({one: 0.0}, {})
        line = _traced(max(far, key=lambda node: far[node]), before)
        assert line is not None  # noqa: S101  a street has at least one edge
        return line


def _traced(node: Node, before: Mapping[Node, Node]) -> LineString | None:
    points = [node]
    while node in before:
        node = before[node]
        points.append(node)
    return LineString(points[::-1]) if len(points) > 1 else None


def _pieces(graph: Mapping[Node, list[tuple[Node, float]]]) -> dict[Node, int]:
    """The number of the connected piece to which each node belongs."""
    pieces: dict[Node, int] = {}
    for start in graph:
        if start in pieces:
            continue
        stack, number = [start], len(pieces)
        pieces[start] = number
        while stack:
            for other, _ in graph[stack.pop()]:
                if other not in pieces:
                    pieces[other] = number
                    stack.append(other)
    return pieces
