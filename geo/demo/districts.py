"""The demo city's outline and its districts, whose borders follow the river, the canal, roads and field paths."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import shapely
from shapely import LineString, Polygon, STRtree

from geo.demo.blocks import polygons
from geo.demo.names import Name
from geo.demo.plane import HALF_HEIGHT_M, HALF_WIDTH_M
from geo.demo.streets import RING
from geo.demo.water import canal_u, river_u

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from shapely.geometry.base import BaseGeometry

    from geo.demo.plane import Plane
    from geo.demo.streets import Skeleton
    from geo.demo.water import Waters

XY = tuple[float, float]

# Code, name, English name, kind; in official order.
DISTRICTS: tuple[tuple[str, str, str, str], ...] = (
    ("ancheng", "安城区", "Ancheng District", "district"),
    ("hedong", "河东区", "Hedong District", "district"),
    ("hubin", "湖滨区", "Hubin District", "district"),
    ("linqu", "临渠县", "Linqu County", "county"),
    ("liuyuan", "柳原县", "Liuyuan County", "county"),
    ("qingdi", "清堤县", "Qingdi County", "county"),
    ("jingkai", "经开区", "Economic Development Zone", "zone"),
    ("gaoxin", "高新区", "High-tech Zone", "zone"),
    ("yunhe", "运河新区", "Canal New Area", "zone"),
)

HIGH_TECH = (-4_700.0, -10_900.0)
"""West and south border of the high-tech zone in the street frame; the ring and the river are the others."""

CANAL_AREA = (-10_900.0, -3_600.0, 4_300.0)
"""West, south and north border of the canal new area outside the ring."""

EAST_ZONE = (11_950.0, -700.0, 8_500.0)
"""East, south and north border of the economic development zone outside the ring."""


@dataclass(frozen=True)
class District:
    """A district with its shape in metres."""

    code: str
    name: Name
    kind: str
    shape: BaseGeometry


class Districts:
    """All districts, and which of them a place lies in."""

    def __init__(self, listed: Sequence[District], outline: Polygon) -> None:
        self.listed = list(listed)
        self.outline = outline
        self._tree = STRtree([district.shape for district in self.listed])

    def at(self, shape: BaseGeometry) -> District:
        """The district in which the shape's middle lies, or the nearest one."""
        return self.listed[int(self._tree.nearest(shape.representative_point()))]

    def at_each(self, shapes: Sequence[BaseGeometry]) -> list[District]:
        """The same for many shapes at once."""
        spots = shapely.point_on_surface(np.array(shapes, dtype=object))
        return [self.listed[int(number)] for number in self._tree.nearest(spots)]


def draw_districts(plane: Plane, waters: Waters, skeleton: Skeleton) -> Districts:
    """Cut the city's outline along its borders and give every piece to a district."""
    random = plane.random("districts")
    outline = _outline(random)
    west, south, east, north = RING

    def frame_line(points: Sequence[XY]) -> list[XY]:
        return [plane.place(u, v) for u, v in points]

    borders = [
        waters.river,
        skeleton.ring.exterior,
        LineString(
            plane.draw([(canal_u(v), v) for v in range(int(north) + 600, int(south) - 601, -160)])
        ),
        LineString(plane.draw([(canal_u(-2_500) - 400, -2_500), (river_u(-2_500) + 400, -2_500)])),
        LineString(plane.draw([(river_u(3_220) - 400, 3_220), (east + 400, 3_220)])),
        # between the northern and the south-western county, and between east and south-east
        _field_path(
            random,
            [
                *frame_line([(west + 200, 1_300), (CANAL_AREA[0] - 100, 1_900)]),
                (-21_000.0, 3_400.0),
                (-28_500.0, 2_600.0),
            ],
        ),
        _field_path(
            random,
            [
                *frame_line([(east - 200, -3_600)]),
                (15_500.0, -4_300.0),
                (21_500.0, -3_500.0),
                (28_500.0, -4_600.0),
            ],
        ),
        _field_path(
            random,
            [
                *frame_line([(11_000, 8_400)]),
                (14_000.0, 13_200.0),
                (17_600.0, 20_500.0),
                (18_900.0, 29_500.0),
            ],
        ),
        _field_path(
            random,
            frame_line(
                [
                    (HIGH_TECH[0], south + 300),
                    (HIGH_TECH[0], HIGH_TECH[1]),
                    (river_u(HIGH_TECH[1]) + 300, HIGH_TECH[1]),
                ]
            ),
        ),
        _field_path(
            random,
            frame_line(
                [
                    (west + 200, CANAL_AREA[1]),
                    (CANAL_AREA[0], CANAL_AREA[1]),
                    (CANAL_AREA[0], CANAL_AREA[2]),
                    (west + 200, CANAL_AREA[2]),
                ]
            ),
        ),
        _field_path(
            random,
            frame_line(
                [
                    (east - 300, EAST_ZONE[1]),
                    (EAST_ZONE[0], EAST_ZONE[1]),
                    (EAST_ZONE[0], EAST_ZONE[2]),
                    (4_500, EAST_ZONE[2]),
                    (4_500, north - 300),
                ]
            ),
        ),
    ]
    pieces: dict[str, list[Polygon]] = {code: [] for code, *_ in DISTRICTS}
    borders_noded = shapely.union_all([outline.exterior, *borders], grid_size=0.01)
    for piece in polygons([borders_noded]):
        inside = piece.representative_point()
        if outline.contains(inside):
            ring = skeleton.ring.contains(inside)
            owner = _owner_inside if ring else _owner_outside
            pieces[owner(*plane.frame(inside.x, inside.y), inside.x, inside.y)].append(piece)
    listed = [
        District(code, Name(plane.prefix + name, english), kind, shapely.union_all(pieces[code]))
        for code, name, english, kind in DISTRICTS
    ]
    return Districts(listed, outline)


def _owner_inside(u: float, v: float, _x: float, _y: float) -> str:
    """Whose a place inside the outer ring is."""
    if u > river_u(v):
        return "jingkai" if v > 3_220 else "hedong"
    if u < canal_u(v):
        return "yunhe"
    return "hubin" if v < -2_500 else "ancheng"


def _owner_outside(u: float, v: float, x: float, y: float) -> str:
    """Whose a place outside the outer ring is: zones first, then counties round the clock."""
    east, low, high = EAST_ZONE
    zones = {
        "gaoxin": HIGH_TECH[0] < u < river_u(v) and HIGH_TECH[1] < v < RING[1] + 900,
        "yunhe": CANAL_AREA[0] < u < RING[0] + 1_400 and CANAL_AREA[1] < v < CANAL_AREA[2],
        "jingkai": 4_500 < u < east and low < v < high,
        "qingdi": u > river_u(v) and y < -4_000 and not (v > -3_600 and x < 15_000),
        "liuyuan": y < 3_000 and x < 4_000,
        "hedong": x > 11_500 and y < 9_000 + (x - 11_500) * 3.2,
    }
    return next((code for code, holds in zones.items() if holds), "linqu")


def _outline(random: Random) -> Polygon:
    """A closed line that fills the tile without touching its edge, uneven at three sizes."""
    phases = [random.uniform(0, 2 * math.pi) for _ in range(6)]
    points = []
    steps = 420
    for step in range(steps):
        angle = 2 * math.pi * step / steps
        cos, sin = math.cos(angle), math.sin(angle)
        square = (abs(cos) ** 5 + abs(sin) ** 5) ** (-1 / 5)
        uneven = sum(
            size * math.sin(waves * angle + phase)
            for waves, size, phase in zip(
                (5, 9, 17, 31, 53, 97), (330, 260, 210, 150, 110, 70), phases, strict=True
            )
        )
        bite = 700 * (1 + math.sin(3 * angle + phases[0])) + 450 * (
            1 + math.sin(4 * angle + phases[3])
        )
        notch = 90 * random.choice((-1, 1)) if step % 3 == 0 else 0
        points.append(
            (
                cos * (square * (HALF_WIDTH_M - 1_300) + uneven - bite + notch),
                sin * (square * (HALF_HEIGHT_M - 1_300) + uneven - bite + notch),
            )
        )
    return Polygon(points).buffer(0)


def _field_path(random: Random, points: Sequence[XY]) -> LineString:
    """A border along field paths: straight from corner to corner, with small steps on the way."""
    drawn = [points[0]]
    for start, end in pairwise(points):
        length = math.dist(start, end)
        pieces = max(1, round(length / 420))
        across = ((start[1] - end[1]) / length, (end[0] - start[0]) / length)
        for piece in range(1, pieces):
            off = random.uniform(-130, 130)
            share = piece / pieces
            drawn.append(
                (
                    start[0] + (end[0] - start[0]) * share + across[0] * off,
                    start[1] + (end[1] - start[1]) * share + across[1] * off,
                )
            )
        drawn.append(end)
    return LineString(drawn)
