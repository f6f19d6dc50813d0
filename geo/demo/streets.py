"""The streets of the built-up city as whole lines: rings, main streets, streets between them, diagonals, riversides."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

import shapely
from shapely import LineString, MultiLineString, Polygon

from geo.demo.names import SIDES, Name, endless_roads, road_name
from geo.demo.plane import OLD_TOWN
from geo.demo.water import (
    CANAL_CORRIDOR_M,
    PARK_FRAME,
    RAIL_CORRIDOR_M,
    RIVER_CORRIDOR_M,
    canal_u,
    rail_u,
    ring_points,
    river_u,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shapely.geometry.base import BaseGeometry

    from geo.demo.plane import Plane
    from geo.demo.water import Waters

RING = (-7_600.0, -6_200.0, 8_200.0, 6_400.0)
"""The outer ring in the street frame: west, south, east, north."""

OLD_TOWN_SPAN = (-1_900.0, -500.0, 200.0, 1_300.0)

LANES = {
    "motorway": 4,
    "trunk": 6,
    "primary": 6,
    "secondary": 4,
    "tertiary": 2,
    "residential": 1,
    "other": 1,
}
WIDTHS_M = {
    "motorway": 27.0,
    "trunk": 32.0,
    "primary": 36.0,
    "secondary": 25.0,
    "tertiary": 15.0,
    "residential": 7.0,
    "other": 4.0,
}


@dataclass(frozen=True)
class Street:
    """A street from end to end, in metres. A banded one changes its name (东, 西) as it crosses the city."""

    name: Name | None
    road_class: str
    line: LineString
    banded: tuple[Name, str] | None = None
    oneway: bool = False
    over: bool = False
    """Crosses others above or below: only its ends are junctions."""

    def name_at(self, u: float, v: float) -> Name | None:
        """The street's name at a point of the street frame."""
        if self.banded is None:
            return self.name
        base, suffix = self.banded
        if suffix == "路":
            return road_name(
                base, suffix, "西" if u < canal_u(v) else "东" if u > river_u(v) else ""
            )
        return road_name(base, suffix, "北" if v > 4_300 else "南" if v < -3_600 else "")


@dataclass
class Skeleton:
    """Whole streets and the areas that lesser streets must not cross."""

    streets: list[Street] = field(default_factory=list)
    river_corridor: Polygon = field(default_factory=Polygon)
    canal_corridor: Polygon = field(default_factory=Polygon)
    rail_corridor: Polygon = field(default_factory=Polygon)
    park: Polygon = field(default_factory=Polygon)
    old_town: Polygon = field(default_factory=Polygon)
    ring: Polygon = field(default_factory=Polygon)


# Main streets running north and south: base name, suffix, class, u, spans of v.
NORTH_SOUTH: tuple[tuple[str, str, str, float, tuple[tuple[float, float], ...]], ...] = (
    ("银山 Yinshan", "大街", "secondary", -6_480, ((-6_200, 6_400),)),
    ("铁西 Tiexi", "大街", "primary", -4_050, ((-6_200, 6_400),)),
    ("解放 Jiefang", "大街", "primary", -1_900, ((-9_800, 8_000),)),
    ("文昌 Wenchang", "大街", "secondary", -880, ((-6_200, -500), (1_300, 6_400))),
    ("湖滨 Hubin", "大道", "primary", 200, ((-9_800, 8_000),)),
    ("青年 Qingnian", "大街", "secondary", 1_230, ((-6_200, -3_600), (-2_500, 6_400))),
    ("迎宾 Yingbin", "大街", "primary", 3_950, ((-6_200, 6_400),)),
    ("康平 Kangping", "大街", "secondary", 4_880, ((-6_200, 7_700),)),
    ("长河 Changhe", "大道", "primary", 6_050, ((-6_200, 7_700),)),
    ("尚德 Shangde", "大街", "secondary", 7_060, ((-4_900, 7_700),)),
    ("创业 Chuangye", "大街", "secondary", 9_420, ((1_300, 7_700),)),
    ("科技 Keji", "大道", "primary", 11_050, ((-500, 7_700),)),
    ("科苑 Keyuan", "街", "secondary", -860, ((-9_800, -6_200),)),
    ("学苑 Xueyuan", "街", "secondary", 1_350, ((-9_800, -6_200),)),
)

# Main streets running west and east: base name, class, v, spans of u, whether they bridge river, canal and railway.
WEST_EAST: tuple[tuple[str, str, float, tuple[tuple[float, float], ...], bool], ...] = (
    ("工业 Gongye", "secondary", 7_700, ((4_880, 11_050),), True),
    ("北园 Beiyuan", "secondary", 5_300, ((-7_600, 8_200),), False),
    ("天衢 Tianqu", "primary", 4_300, ((-7_600, 11_050),), True),
    ("东方红 Dongfanghong", "primary", 3_220, ((-7_600, 11_050),), True),
    ("新河 Xinhe", "secondary", 2_230, ((-7_600, 9_420),), False),
    ("三八 Sanba", "primary", 1_300, ((-7_600, 11_700),), True),
    ("东风 Dongfeng", "primary", -500, ((-7_600, 11_050),), True),
    ("大学 Daxue", "secondary", -1_520, ((-7_600, 8_200),), True),
    ("明湖 Minghu", "secondary", -2_500, ((-4_050, 8_200),), False),
    ("双河 Shuanghe", "primary", -3_600, ((-7_600, 8_200),), True),
    ("南园 Nanyuan", "secondary", -4_900, ((-7_600, 8_200),), False),
    ("高新一 Gaoxin 1st", "secondary", -7_420, ((-1_900, 2_100),), False),
    ("高新二 Gaoxin 2nd", "secondary", -8_600, ((-1_900, 2_100),), False),
    ("高新三 Gaoxin 3rd", "secondary", -9_800, ((-1_900, 2_100),), False),
)


def _pair(words: str) -> Name:
    zh, en = words.split(" ", 1)
    return Name(zh, en)


def draw_streets(plane: Plane, waters: Waters) -> Skeleton:
    """Rings, riversides, main streets, diagonals and the streets between the main ones, in this order."""
    skeleton = Skeleton()
    sides = _ring_sides(plane)
    skeleton.ring = Polygon([point for side in sides.values() for point in side[:-1]])
    skeleton.river_corridor = waters.river.buffer(RIVER_CORRIDOR_M)
    skeleton.canal_corridor = waters.canal.buffer(CANAL_CORRIDOR_M)
    skeleton.rail_corridor = waters.railway.buffer(RAIL_CORRIDOR_M)
    skeleton.park = Polygon(plane.draw(_box(PARK_FRAME)))
    skeleton.old_town = Polygon(plane.draw(_box(OLD_TOWN_SPAN)))
    skeleton.streets += [
        Street(Name(f"{side}外环路", f"{SIDES[side]} Outer Ring Road"), "trunk", LineString(points))
        for side, points in sides.items()
    ]
    moat_side = ring_points(OLD_TOWN, (800, 680), waves=0.015, phase=1.0, square=5)
    skeleton.streets.append(
        Street(Name("环城路", "Huancheng Road"), "tertiary", LineString(plane.draw(moat_side, 60)))
    )
    skeleton.streets += [
        Street(
            Name("鼓楼街", "Gulou Street"),
            "secondary",
            _straight(plane, (-880, -500), (-880, 1_300)),
        ),
        Street(
            Name("文庙街", "Wenmiao Street"),
            "tertiary",
            _straight(plane, (-1_900, 350), (200, 350)),
        ),
    ]
    skeleton.streets += _riversides(waters, skeleton)
    skeleton.streets += _main_streets(plane, skeleton)
    skeleton.streets += _diagonals(plane)
    skeleton.streets += _streets_between(plane, skeleton)
    return skeleton


def _straight(plane: Plane, *points: tuple[float, float]) -> LineString:
    return LineString(plane.draw(points))


def _box(frame: tuple[float, float, float, float]) -> list[tuple[float, float]]:
    west, south, east, north = frame
    return [(west, south), (east, south), (east, north), (west, north), (west, south)]


def _ring_sides(plane: Plane) -> dict[str, list[tuple[float, float]]]:
    """The outer ring's north, west, south and east side in metres, each from corner to corner."""
    west, south, east, north = RING
    radius = 1_300.0
    corners = [
        [
            (
                u + radius * math.cos(math.radians(start + turn)),
                v + radius * math.sin(math.radians(start + turn)),
            )
            for turn in range(0, 91, 9)
        ]
        for u, v, start in (
            (east - radius, north - radius, 0),
            (west + radius, north - radius, 90),
            (west + radius, south + radius, 180),
            (east - radius, south + radius, 270),
        )
    ]
    return {
        side: plane.draw([*corners[index][5:], *corners[(index + 1) % 4][:6]])
        for index, side in enumerate("北西南东")
    }


def _riversides(waters: Waters, skeleton: Skeleton) -> list[Street]:
    """Streets on both sides of river, canal and railway, from the south ring to the north ring."""
    streets = []
    sides = (
        (
            waters.river,
            RIVER_CORRIDOR_M,
            "secondary",
            Name("滨河西路", "Binhe West Road"),
            Name("滨河东路", "Binhe East Road"),
        ),
        (
            waters.canal,
            CANAL_CORRIDOR_M,
            "tertiary",
            Name("运河西街", "Canal West Street"),
            Name("运河东街", "Canal East Street"),
        ),
        (
            waters.railway,
            RAIL_CORRIDOR_M,
            "tertiary",
            Name("铁道西街", "Tiedao West Street"),
            Name("铁道东街", "Tiedao East Street"),
        ),
    )
    for line, distance, road_class, right, left in sides:
        # The lines run from north to south, so their right hand is west.
        for name, offset in ((right, -distance), (left, distance)):
            side = line.offset_curve(offset, join_style="mitre")
            kept = longest(side.intersection(skeleton.ring))
            if kept is not None:
                streets.append(Street(name, road_class, kept))
    return streets


def _main_streets(plane: Plane, skeleton: Skeleton) -> list[Street]:
    streets = []
    for words, suffix, road_class, u, spans in NORTH_SOUTH:
        base = _pair(words)
        for low, high in spans:
            line = LineString(plane.draw([(u, low), (u, high)]))
            streets.append(Street(None, road_class, line, banded=(base, suffix)))
    barrier = shapely.union_all([skeleton.river_corridor, skeleton.canal_corridor])
    for words, road_class, v, spans, bridges in WEST_EAST:
        base = _pair(words)
        for low, high in spans:
            line = LineString(plane.draw([(low, v), (high, v)]))
            pieces = [line] if bridges else lines_of(line.difference(barrier))
            streets += [
                Street(None, road_class, piece, banded=(base, "路"))
                for piece in pieces
                if piece.length > 300
            ]
    return streets


def _diagonals(plane: Plane) -> list[Street]:
    """The boulevard from the railway station, one to the south-east, one to the north-west."""
    station = rail_u(1_760) + RAIL_CORRIDOR_M
    return [
        Street(
            Name("站前大道", "Zhanqian Avenue"),
            "secondary",
            LineString(plane.draw([(station, 1_760), (-1_900, 1_760)])),
        ),
        Street(
            Name("安兴大道", "Anxing Avenue"),
            "primary",
            LineString(plane.draw([(3_950, -500), (6_050, -2_500), (8_200, -4_820)])),
        ),
        Street(
            Name("西北斜街", "Xibei Diagonal Street"),
            "secondary",
            LineString(
                plane.draw([(-4_050, 3_220), (-5_300, 4_560), (-6_480, 5_560), (-7_210, 6_030)])
            ),
        ),
    ]


def _streets_between(plane: Plane, skeleton: Skeleton) -> list[Street]:
    """Lesser streets halfway between main ones, denser near the middle, ending at water, railway, park and old town."""
    random = plane.random("streets between")
    taken: set[str] = set()
    names_ns = endless_roads(random, ("街", "大街", "街"), taken=taken)
    names_we = endless_roads(random, ("路",), taken=taken)
    barrier = shapely.union_all(
        [
            skeleton.river_corridor,
            skeleton.canal_corridor,
            skeleton.rail_corridor,
            skeleton.park,
            skeleton.old_town,
        ]
    )
    us = sorted(
        {RING[0], RING[2], -5_150.0, -2_950.0, 2_650.0, *(row[3] for row in NORTH_SOUTH[:10])}
    )
    vs = sorted({RING[1], RING[3], *(row[2] for row in WEST_EAST[1:11])})
    streets: list[Street] = []
    for lines, others, upright in ((us, vs, True), (vs, us, False)):
        for low, high in pairwise(lines):
            if high - low < 700:
                continue
            shares = (0.5,) if high - low < 1_250 else (0.36, 0.66)
            for share in shares:
                at = low + (high - low) * (share + random.uniform(-0.07, 0.07))
                for first, last in _kept_spans(others, at, random.random, upright=upright):
                    points = [(at, first), (at, last)] if upright else [(first, at), (last, at)]
                    line = LineString(plane.draw(points))
                    name = next(names_ns if upright else names_we)
                    oneway = random.random() < 0.05
                    streets += [
                        Street(name, "tertiary", piece, oneway=oneway)
                        for piece in lines_of(line.difference(barrier))
                        if piece.length > 260
                    ]
    return streets


def _kept_spans(
    others: list[float], at: float, draw: object, *, upright: bool
) -> Iterable[tuple[float, float]]:
    """Runs of blocks that a lesser street crosses: nearly all near the middle, fewer towards the ring."""
    spans: list[tuple[float, float]] = []
    for first, last in pairwise(others):
        middle = (first + last) / 2
        u, v = (at, middle) if upright else (middle, at)
        far = math.hypot(u - 900, (v - 300) * 1.15)
        chance = 0.97 if far < 4_600 else 0.72 if far < 6_500 else 0.4
        if draw() > chance:  # type: ignore[operator]
            continue
        if spans and spans[-1][1] == first:
            spans[-1] = (spans[-1][0], last)
        else:
            spans.append((first, last))
    return spans


def lines_of(shape: BaseGeometry) -> list[LineString]:
    """The lines that a clipped line has fallen into."""
    if isinstance(shape, LineString):
        return [] if shape.is_empty else [shape]
    if isinstance(shape, MultiLineString):
        merged = shapely.line_merge(shape)
        return [merged] if isinstance(merged, LineString) else _parts(merged)
    return _parts(shape)


def _parts(shape: BaseGeometry) -> list[LineString]:
    """The lines among the parts of a collection."""
    return [part for part in getattr(shape, "geoms", ()) if isinstance(part, LineString)]


def longest(shape: BaseGeometry) -> LineString | None:
    """The longest of the lines that a clipped line has fallen into."""
    return max(lines_of(shape), key=lambda line: line.length, default=None)
