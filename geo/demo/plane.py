"""The demo city's drawing plane: local metres, the turned and bent street frame, seeded randomness.

The city is drawn in metres east and north of its centre (`x`, `y`) and goes out as WGS84 degrees. Streets are designed
in a straight frame (`u` across, `v` up) and bent into the plane by `Plane.place`, so that a grid becomes a grown city
while every crossing stays a crossing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from random import Random
from typing import TYPE_CHECKING

import numpy as np
import shapely
from shapely import LineString, Polygon

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry


CENTRE = (116.30, 37.45)
"""Longitude and latitude of the first tile's centre."""

TILE_DEGREES = (0.60, 0.50)
"""Width and height of one tile in degrees."""

_FIRST, _SECOND = "安平广临清永长新宁顺", "河川原泽阳陵泉丰安宁"

MOST_TILES = len(_FIRST) * len(_SECOND)
"""As many as there are names for them."""

METRES_PER_DEGREE = (88_484.0, 110_986.0)
"""Metres in a degree of longitude and of latitude at 37.45° N on the WGS84 ellipsoid."""

HALF_WIDTH_M = TILE_DEGREES[0] / 2 * METRES_PER_DEGREE[0]
HALF_HEIGHT_M = TILE_DEGREES[1] / 2 * METRES_PER_DEGREE[1]

OLD_TOWN = (-900.0, 350.0)
"""Middle of the old town in the street frame."""

TURN = math.radians(-5.5)
"""How far the grid is turned from north."""


@dataclass(frozen=True)
class Plane:
    """One tile of the demo: number `tile` of `columns` side by side, with its own seed."""

    tile: int = 0
    columns: int = 1
    seed: int = 20260101

    def random(self, section: str) -> Random:
        """Randomness for one section of the generator, independent of what other sections draw."""
        return Random(f"{self.seed}/{self.tile}/{section}")  # noqa: S311 - made-up data, no secret

    @property
    def centre(self) -> tuple[float, float]:
        """Longitude and latitude of this tile's centre: tiles grow eastward, then northward."""
        column, row = self.tile % self.columns, self.tile // self.columns
        return CENTRE[0] + column * TILE_DEGREES[0], CENTRE[1] + row * TILE_DEGREES[1]

    @property
    def town(self) -> str:
        """The made-up city that this tile is: 安河 first, its likes in the tiles after it."""
        first, second = divmod(self.tile, len(_SECOND))
        return _FIRST[first] + _SECOND[second]

    @property
    def prefix(self) -> str:
        """What keeps this tile's names apart from the first tile's: nothing there, the town's name elsewhere."""
        return self.town if self.tile else ""

    def code(self, code: str) -> str:
        """The code as it is unique over all tiles."""
        return f"T{self.tile:02d}-{code}" if self.tile else code

    @cached_property
    def _phases(self) -> tuple[float, ...]:
        random = self.random("plane")
        drawn = tuple(random.uniform(0, 2 * math.pi) for _ in range(4))
        return (1.1, 0.3, 0.7, 2.0) if self.tile == 0 else drawn

    def place(self, u: float, v: float) -> tuple[float, float]:
        """Metres (x, y) of a point (u, v) of the street frame."""
        du, dv = self._bend(u, v)
        u, v = u + du, v + dv
        cos, sin = math.cos(TURN), math.sin(TURN)
        return round(u * cos - v * sin, 2), round(u * sin + v * cos, 2)

    def frame(self, x: float, y: float) -> tuple[float, float]:
        """The point (u, v) of the street frame that `place` puts at (x, y), to a few centimetres."""
        cos, sin = math.cos(TURN), math.sin(TURN)
        bent = (x * cos + y * sin, -x * sin + y * cos)
        u, v = bent
        for _ in range(12):
            du, dv = self._bend(u, v)
            u, v = bent[0] - du, bent[1] - dv
        return u, v

    def _bend(self, u: float, v: float) -> tuple[float, float]:
        one, two, three, four = self._phases
        du = 120 * math.sin(v / 1750 + one) + 45 * math.sin((u + v) / 970 + two)
        dv = 95 * math.sin(u / 1510 + three) + 40 * math.sin((u - v) / 850 + four)
        # The old town grew before the grid: round it, streets swing by up to nine degrees.
        east, north = u - OLD_TOWN[0], v - OLD_TOWN[1]
        swing = math.radians(9) * math.exp(-(east * east + north * north) / 1400**2)
        return du - north * swing, dv + east * swing

    def draw(
        self, points: Iterable[tuple[float, float]], step_m: float = 130.0
    ) -> list[tuple[float, float]]:
        """A line through `points` of the street frame, bent into the plane with a vertex every `step_m` metres."""
        corners = list(points)
        drawn = [self.place(*corners[0])]
        for (u0, v0), (u1, v1) in pairwise(corners):
            pieces = max(1, math.ceil(math.hypot(u1 - u0, v1 - v0) / step_m))
            drawn += [
                self.place(u0 + (u1 - u0) * i / pieces, v0 + (v1 - v0) * i / pieces)
                for i in range(1, pieces + 1)
            ]
        return drawn

    def degrees(self, shape: BaseGeometry) -> BaseGeometry:
        """The shape in WGS84 degrees, seven decimals (about a centimetre)."""
        return self.degrees_of([shape])[0]

    def degrees_of(self, shapes: Sequence[BaseGeometry]) -> list[BaseGeometry]:
        """The shapes in WGS84 degrees, seven decimals (about a centimetre). Much faster than one by one."""
        centre = self.centre

        def move(metres: NDArray[np.float64]) -> NDArray[np.float64]:
            return np.round(metres / METRES_PER_DEGREE + centre, 7)

        return list(shapely.transform(np.array(shapes, dtype=object), move))


def strip(line: LineString, width_m: float) -> Polygon:
    """The ground within half of `width_m` on both sides of a line, its ends cut straight; always one valid polygon."""
    drawn = line.buffer(width_m / 2, cap_style="flat", join_style="bevel")
    return largest(drawn)


def beside(line: LineString, distance_m: float) -> LineString:
    """The line that runs `distance_m` to the left of another (to the right when negative); its longest piece."""
    moved = line.offset_curve(distance_m)
    pieces = [piece for piece in getattr(moved, "geoms", [moved]) if isinstance(piece, LineString)]
    return max(pieces, key=lambda piece: piece.length)


def largest(shape: BaseGeometry) -> Polygon:
    """The largest polygon of a shape, mended where its outline crosses itself."""
    mended = shape.buffer(0)
    parts = [part for part in getattr(mended, "geoms", [mended]) if isinstance(part, Polygon)]
    return max(parts, key=lambda part: part.area)


def demo_bbox(scale: int = 1) -> tuple[float, float, float, float]:
    """West, south, east, north in degrees of the demo at `scale`: as many tiles as `scale` says, in rows."""
    columns = columns_of(scale)
    rows = math.ceil(scale / columns)
    west, south = CENTRE[0] - TILE_DEGREES[0] / 2, CENTRE[1] - TILE_DEGREES[1] / 2
    return (
        round(west, 6),
        round(south, 6),
        round(west + columns * TILE_DEGREES[0], 6),
        round(south + rows * TILE_DEGREES[1], 6),
    )


def columns_of(scale: int) -> int:
    """How many tiles lie side by side at `scale`."""
    return math.ceil(math.sqrt(scale))
