"""The road network as a graph, and the way round a closed stretch for those who drive, ride and walk."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import networkx as nx

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from geo.demo.network import XY
    from geo.demo.plan import Plan

MODES = ("motor", "ebike", "foot")

COSTS: dict[str, dict[str, float]] = {
    # Cost of a metre by class of road; a class that is left out is not open to the mode.
    "motor": {"trunk": 0.9, "primary": 0.85, "secondary": 1.0, "tertiary": 1.3, "residential": 2.6},
    "ebike": {"trunk": 1.4, "primary": 1.0, "secondary": 1.0, "tertiary": 1.0, "residential": 1.3},
    "foot": {
        "trunk": 1.6,
        "primary": 1.1,
        "secondary": 1.0,
        "tertiary": 1.0,
        "residential": 1.0,
        "other": 1.0,
    },
}


@dataclass(frozen=True)
class Link:
    """A piece of road between two junctions, in the order in which its stretch runs."""

    points: tuple[XY, ...]
    stretch: int
    road_class: str

    @property
    def ends(self) -> frozenset[XY]:
        """The junctions it joins."""
        return frozenset((self.points[0], self.points[-1]))

    @property
    def length_m(self) -> float:
        """Its length in metres."""
        return sum(math.dist(a, b) for a, b in pairwise(self.points))


class Routes:
    """The graph of a plan's roads. Junctions are the points that several stretches share."""

    def __init__(self, plan: Plan) -> None:
        shared = Counter(
            point for stretch in plan.stretches for point in dict.fromkeys(stretch.points)
        )
        self.links_of: list[list[Link]] = []
        self.graph: nx.Graph[XY] = nx.Graph()
        self.oneway: set[tuple[XY, XY]] = set()
        for number, stretch in enumerate(plan.stretches):
            links = []
            start = 0
            last = len(stretch.points) - 1
            for place in range(1, last + 1):
                if place == last or shared[stretch.points[place]] > 1:
                    links.append(
                        Link(stretch.points[start : place + 1], number, stretch.road_class)
                    )
                    start = place
            self.links_of.append(links)
            for link in links:
                self._add(link)
                if plan.streets[stretch.street].oneway:
                    self.oneway.add((link.points[-1], link.points[0]))

    def _add(self, link: Link) -> None:
        start, end = link.points[0], link.points[-1]
        length_m = link.length_m
        longer = (
            not self.graph.has_edge(start, end)
            or self.graph.edges[start, end]["length_m"] > length_m
        )
        if start != end and longer:
            self.graph.add_edge(start, end, length_m=length_m, link=link)

    def nearest(self, x: float, y: float) -> XY:
        """The junction nearest to a point."""
        return min(self.graph, key=lambda junction: (math.dist(junction, (x, y)), junction))

    def find_way(
        self, mode: str, start: XY, end: XY, closed: Collection[frozenset[XY]]
    ) -> tuple[XY, ...] | None:
        """The cheapest way for `mode` from `start` to `end` that avoids the `closed` links; None when there is none."""
        costs = COSTS[mode]
        against = self.oneway if mode == "motor" else frozenset()

        def weight(one: XY, two: XY, edge: dict[str, object]) -> float | None:
            link = edge["link"]
            cost = costs.get(link.road_class)  # type: ignore[attr-defined]
            if cost is None or (one, two) in against or frozenset((one, two)) in closed:
                return None
            return cost * edge["length_m"]  # type: ignore[operator]

        cheapest = min(costs.values())
        try:
            junctions = nx.astar_path(
                self.graph,
                start,
                end,
                heuristic=lambda a, b: cheapest * math.dist(a, b),
                weight=weight,
            )
        except nx.NetworkXNoPath:
            return None
        return self._drawn(junctions)

    def _drawn(self, junctions: Sequence[XY]) -> tuple[XY, ...]:
        drawn: list[XY] = [junctions[0]]
        for one, two in pairwise(junctions):
            points = self.graph.edges[one, two]["link"].points
            drawn.extend(points[1:] if points[0] == one else points[-2::-1])
        return tuple(drawn)
