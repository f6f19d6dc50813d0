"""Phrases with known truth, made from a road layer by means of its own: shared points of lines, no code of placing."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from random import Random
from typing import TYPE_CHECKING

import networkx as nx
import shapely
from shapely import LineString, Point
from shapely.affinity import translate
from shapely.ops import substring

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from shapely.geometry.base import BaseGeometry

Node = tuple[float, float]
Line = tuple[str, float, "BaseGeometry"]
"""Name, width in metres, line in metres."""

WAYS = {"东": (1, 0), "西": (-1, 0), "北": (0, 1), "南": (0, -1)}
CORNERS = {"东北": (1, 1), "东南": (1, -1), "西北": (-1, 1), "西南": (-1, -1)}
LANDMARKS = ("金辰云峰售楼处", "第三人民医院", "万达广场", "实验小学", "体育中心", "老干部活动中心")


@dataclass(frozen=True)
class Phrase:
    form: str
    text: str
    truth: BaseGeometry


class Phrases:
    """Draws phrases of twelve forms on a road layer; `places` are the made-up landmarks that it put beside roads."""

    def __init__(self, lines: Sequence[Line], seed: int) -> None:
        self.random = Random(seed)  # noqa: S311  made-up phrases, no secret
        self.places: dict[str, Point] = {}
        self.graphs: dict[str, nx.Graph[Node]] = defaultdict(nx.Graph)
        self.shapes: dict[str, list[LineString]] = defaultdict(list)
        self.widths: dict[str, float] = {}
        at: dict[Node, set[str]] = defaultdict(set)
        for name, width, shape in lines:
            self.widths[name] = max(width, self.widths.get(name, 0))
            for line in getattr(shape, "geoms", [shape]):
                self.shapes[name].append(line)
                points = [(round(x, 1), round(y, 1)) for x, y in line.coords]
                for one, two in pairwise(points):
                    if one != two:
                        self.graphs[name].add_edge(one, two, metres=math.dist(one, two))
                for point in points:
                    at[point].add(name)
        self.meets: dict[str, list[tuple[str, Node]]] = defaultdict(list)
        for node, names in sorted(at.items()):
            for name in sorted(names):
                self.meets[name] += [(other, node) for other in sorted(names) if other != name]
        self.names = sorted(self.shapes)
        self.crossed = [name for name in self.names if self.meets[name]]

    def draw(self, each: int) -> list[Phrase]:
        """So many phrases of each of the twelve forms."""
        found = []
        for form, make in self._forms().items():
            made: list[Phrase] = []
            while len(made) < each:
                drawn = make()
                if drawn is not None:
                    made.append(Phrase(form, *drawn))
            found += made
        return found

    def _forms(self) -> dict[str, Callable[[], tuple[str, BaseGeometry] | None]]:
        return {
            "A(B至C段)北侧": self._sided_stretch,
            "A B—C": self._plain_stretch,
            "A与B交叉口西南角": self._corner,
            "AB口": self._crossing,
            "A东段": self._section,
            "A中段": lambda: self._section(middle=True),
            "A全线": self._whole,
            "A(B以东200米处)": self._spot,
            "A B至C南半幅": self._half,
            "A与B交叉口向北300米": self._run,
            "A某处对面20米": self._landmark,
            "名称有误": self._slip,
        }

    def _pick(self, *words: str) -> str:
        return self.random.choice(words)

    def _stretch(self) -> tuple[str, str, str, LineString] | None:
        name = self.random.choice(self.crossed)
        (b, start), (c, finish) = (self.random.choice(self.meets[name]) for _ in range(2))
        graph = self.graphs[name]
        if b == c or math.dist(start, finish) < 100:
            return None
        # Carriageways have crossing points of their own: the stretch runs between those of one carriageway.
        ways = [
            nx.shortest_path(graph, one, two, weight="metres")
            for one in self._of_crossing(name, b, start)
            for two in self._of_crossing(name, c, finish)
            if one != two and nx.has_path(graph, one, two)
        ]
        lines = [LineString(way) for way in ways]
        if not lines:
            return None
        return name, b, c, min(lines, key=lambda line: line.length)

    def _of_crossing(self, name: str, other: str, node: Node) -> list[Node]:
        return [at for met, at in self.meets[name] if met == other and math.dist(at, node) < 80]

    def _side(self, line: LineString) -> str:
        (x0, y0), (x1, y1) = line.coords[0], line.coords[-1]
        return self.random.choice(["北", "南"] if abs(x1 - x0) > abs(y1 - y0) else ["东", "西"])

    def _sided_stretch(self) -> tuple[str, BaseGeometry] | None:
        drawn = self._stretch()
        if drawn is None:
            return None
        a, b, c, line = drawn
        side = self._side(line)
        half = self.widths[a] / 2
        left, right = self.random.choice([("(", ")"), ("（", "）"), ("【", "】")])
        text = f"{a}{left}{b}{self._pick('至', '到', '—', '-', '~')}{c}{self._pick('段', '')}{right}{side}侧"
        return text, translate(line, WAYS[side][0] * half, WAYS[side][1] * half)

    def _plain_stretch(self) -> tuple[str, BaseGeometry] | None:
        drawn = self._stretch()
        if drawn is None:
            return None
        a, b, c, line = drawn
        between = self._pick(
            f"{b}—{c}", f" {b}-{c}", f"由{b}至{c}", f"{b}与{c}之间", f"，{b}～{c}段"
        )
        return f"{a}{between}", line

    def _half(self) -> tuple[str, BaseGeometry] | None:
        drawn = self._stretch()
        if drawn is None:
            return None
        a, b, c, line = drawn
        side = self._side(line)
        quarter = self.widths[a] / 4
        beside = translate(line, WAYS[side][0] * quarter, WAYS[side][1] * quarter)
        return f"{a}{b}至{c}{side}半幅", beside.buffer(quarter, cap_style="flat")

    def _meeting(self) -> tuple[str, str, Node]:
        name = self.random.choice(self.crossed)
        return name, *self.random.choice(self.meets[name])

    def _joined(self, a: str, b: str) -> str:
        return f"{a}{self._pick('与', '和', '、', '/')}{b}"

    def _corner(self) -> tuple[str, BaseGeometry]:
        a, b, node = self._meeting()
        corner = self._pick(*CORNERS)
        x, y = CORNERS[corner]
        reach = max(self.widths[a], self.widths[b]) / 2
        cross = self._pick("交叉口", "路口", "交汇处", "")
        return f"{self._joined(a, b)}{cross}{corner}角", Point(
            node[0] + x * reach, node[1] + y * reach
        )

    def _crossing(self) -> tuple[str, BaseGeometry]:
        a, b, node = self._meeting()
        return (
            f"{self._pick(a + b, self._joined(a, b))}{self._pick('口', '路口', '交叉口')}",
            Point(node),
        )

    def _section(self, *, middle: bool = False) -> tuple[str, BaseGeometry] | None:
        name = self.random.choice(self.names)
        merged = shapely.line_merge(shapely.union_all(self.shapes[name]))
        if not isinstance(merged, LineString) or merged.is_ring:
            return None
        third = merged.length / 3
        if middle:
            return f"{name}中段", substring(merged, third, 2 * third)
        (x0, y0), (x1, y1) = merged.coords[0], merged.coords[-1]
        level = abs(x1 - x0) > abs(y1 - y0)
        forth = x1 > x0 if level else y1 > y0
        last = self.random.random() < 0.5
        way = ("东" if last == forth else "西") if level else ("北" if last == forth else "南")
        part = substring(merged, 2 * third, 3 * third) if last else substring(merged, 0, third)
        return f"{name}{way}段", part

    def _whole(self) -> tuple[str, BaseGeometry]:
        name = self.random.choice(self.names)
        areas = shapely.union_all(self.shapes[name]).buffer(100)
        area = self.random.choice(list(getattr(areas, "geoms", [areas])))
        inside = [line for line in self.shapes[name] if area.contains(line)]
        return f"{name}{self._pick('全线', '全段')}", shapely.MultiLineString(inside)

    def _walk(self) -> tuple[str, str, str, int, LineString] | None:
        a, b, node = self._meeting()
        metres = self.random.choice((100, 150, 200, 300))
        far = nx.single_source_dijkstra_path_length(self.graphs[a], node, weight="metres")
        ways = nx.single_source_dijkstra_path(self.graphs[a], node, weight="metres")
        ends = [ways[other] for other, length in far.items() if length >= metres]
        if not ends:
            return None
        line = substring(LineString(self.random.choice(ends)), 0, metres)
        assert isinstance(line, LineString)
        (x0, y0), (x1, y1) = line.coords[0], line.coords[-1]
        for way, (east, north) in WAYS.items():
            if ((x1 - x0) * east + (y1 - y0) * north) / metres > 0.85:
                return a, b, way, metres, line
        return None

    def _spot(self) -> tuple[str, BaseGeometry] | None:
        drawn = self._walk()
        if drawn is None:
            return None
        a, b, way, metres, line = drawn
        return f"{a}({b}以{way}{metres}米{self._pick('处', '')})", Point(line.coords[-1])

    def _run(self) -> tuple[str, BaseGeometry] | None:
        drawn = self._walk()
        if drawn is None:
            return None
        a, b, way, metres, line = drawn
        one, two = (a, b) if self.random.random() < 0.5 else (b, a)
        return f"{self._joined(one, two)}交叉口{self._pick('向', '往')}{way}{metres}米", line

    def _landmark(self) -> tuple[str, BaseGeometry] | None:
        name = self.random.choice(self.names)
        line = max(self.shapes[name], key=lambda each: each.length)
        if line.length < 80:
            return None
        at = self.random.uniform(0.2, 0.8) * line.length
        foot, ahead = line.interpolate(at), line.interpolate(at + 1)
        across = (foot.y - ahead.y, ahead.x - foot.x)
        half = self.widths[name] / 2
        place = f"{name[:2]}{self._pick(*LANDMARKS)}{len(self.places) + 1}"
        self.places[place] = translate(foot, across[0] * (half + 25), across[1] * (half + 25))
        return f"{name}{place}对面20米", translate(foot, -across[0] * half, -across[1] * half)

    def _slip(self) -> tuple[str, BaseGeometry] | None:
        drawn = self._stretch()
        if drawn is None:
            return None
        a, b, c, line = drawn
        names = [a, b, c]
        wrong = self.random.randrange(3)
        name = names[wrong]
        if len(name) < 3:
            return None
        spot = self.random.randrange(len(name) - 1)
        slipped = self._pick(
            name[:spot] + self.random.choice("明东新安园兴") + name[spot + 1 :],
            name[:spot] + name[spot + 1 :] if len(name) > 3 else name,
            "德城区" + name,
        )
        names[wrong] = slipped
        return f"{names[0]}({names[1]}至{names[2]})", line
