"""Highways from the city to its counties and beyond, and the expressways that pass it, with their interchanges."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

from shapely import LineString, Point, box

from geo.demo.names import Name
from geo.demo.plane import HALF_HEIGHT_M, HALF_WIDTH_M
from geo.demo.streets import Street

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from geo.demo.plane import Plane

XY = tuple[float, float]

EDGE = box(-HALF_WIDTH_M, -HALF_HEIGHT_M, HALF_WIDTH_M, HALF_HEIGHT_M)
"""The edge of a tile in metres; everything is cut at it."""

# Name, where the highway leaves the city's streets (street frame), and the points it passes (metres). The last one
# lies on the edge of the tile, where the neighbouring tile's highway begins.
# fmt: off
_HIGHWAYS: tuple[tuple[str, str, XY, tuple[XY, ...]], ...] = (
    ("安北公路", "Anbei Highway", (200, 8_000), ((1_300, 13_500), (700, 20_000), (2_000, HALF_HEIGHT_M))),
    ("安临公路", "Anlin Highway", (-7_210, 6_030),
     ((-11_500, 10_800), (-16_200, 13_200), (-21_500, 18_900), (-HALF_WIDTH_M, 21_000))),
    ("安西公路", "Anxi Highway", (-7_600, -500), ((-13_000, 700), (-19_500, -900), (-HALF_WIDTH_M, 0))),
    ("安柳公路", "Anliu Highway", (-7_600, -3_600),
     ((-11_900, -8_200), (-15_300, -14_300), (-20_000, -20_100), (-22_000, -HALF_HEIGHT_M))),
    ("安南公路", "Annan Highway", (200, -9_800), ((-1_300, -15_000), (900, -21_000), (2_000, -HALF_HEIGHT_M))),
    ("安清公路", "Anqing Highway", (8_200, -4_820),
     ((11_300, -7_000), (15_900, -9_400), (19_100, -13_200), (20_100, -17_300), (HALF_WIDTH_M, -22_500))),
    ("安东公路", "Andong Highway", (11_700, 1_300), ((16_000, 900), (21_000, -700), (HALF_WIDTH_M, 0))),
    ("安海公路", "Anhai Highway", (11_050, 7_700), ((15_200, 12_300), (19_000, 17_900), (22_000, HALF_HEIGHT_M))),
    ("北环连接线", "North Ring Link", (-1_900, 8_000),
     ((-1_900, 10_200), (-4_000, 12_900), (-10_200, 13_900), (-16_200, 13_200))),
)

_EXPRESSWAYS: tuple[tuple[str, str, tuple[XY, ...]], ...] = (
    ("京安高速", "Jing'an Expressway",
     ((13_000, HALF_HEIGHT_M), (13_600, 20_000), (14_300, 9_000), (14_100, -2_000), (13_200, -12_500),
      (14_000, -20_000), (13_000, -HALF_HEIGHT_M))),
    ("安济高速", "Anji Expressway",
     ((-HALF_WIDTH_M, -13_000), (-19_000, -12_300), (-9_000, -13_700), (2_000, -13_300), (13_200, -12_500),
      (20_000, -13_400), (HALF_WIDTH_M, -13_000))),
)
# fmt: on


def draw_highways(plane: Plane) -> list[Street]:
    """Highways, expressways and the ramps between them."""
    highways = [
        Street(Name(zh, en), "trunk", smooth([plane.place(*start), *points]))
        for zh, en, start, points in _HIGHWAYS
    ]
    expressways = [
        Street(Name(zh, en), "motorway", smooth(points), over=True)
        for zh, en, points in _EXPRESSWAYS
    ]
    return [*highways, *expressways, *_interchanges(highways, expressways)]


def smooth(points: Sequence[XY], step_m: float = 240.0) -> LineString:
    """A Catmull-Rom curve through the points, with a vertex about every `step_m` metres."""
    line = [points[0], *points, points[-1]]
    drawn: list[XY] = []
    for p0, p1, p2, p3 in zip(line, line[1:], line[2:], line[3:], strict=False):
        pieces = max(1, math.ceil(math.dist(p1, p2) / step_m))
        for piece in range(pieces):
            t = piece / pieces
            x, y = (
                0.5
                * (
                    2 * b
                    + (c - a) * t
                    + (2 * a - 5 * b + 4 * c - d) * t**2
                    + (3 * b - a - 3 * c + d) * t**3
                )
                for a, b, c, d in zip(p0, p1, p2, p3, strict=True)
            )
            drawn.append((round(x, 2), round(y, 2)))
    return LineString([*drawn, points[-1]])


def _interchanges(highways: Sequence[Street], expressways: Sequence[Street]) -> Iterator[Street]:
    """Four ramps wherever a highway or another expressway passes an expressway."""
    inner = EDGE.buffer(-1_200)
    for index, express in enumerate(expressways):
        for other in (*highways, *expressways[index + 1 :]):
            met = express.line.intersection(other.line)
            name = other.name or Name("", "")
            for spot in getattr(met, "geoms", [met]):
                if not isinstance(spot, Point) or not inner.contains(spot):
                    continue
                far = 520.0 if other.over else 330.0
                for one, two in ((a, b) for a in (-480.0, 480.0) for b in (-far, far)):
                    start = express.line.interpolate(express.line.project(spot) + one)
                    end = other.line.interpolate(other.line.project(spot) + two)
                    yield Street(
                        Name(f"{name.zh}互通匝道", f"{name.en} ramp"),
                        "motorway",
                        _ramp(start, spot, end),
                        over=True,
                    )


def _ramp(start: Point, spot: Point, end: Point) -> LineString:
    """A quadratic curve from `start` to `end`, bent towards the crossing."""
    bend_x = (start.x + end.x + 0.9 * spot.x) / 2.9
    bend_y = (start.y + end.y + 0.9 * spot.y) / 2.9
    curve = []
    for t in (piece / 8 for piece in range(9)):
        one, two, three = (1 - t) ** 2, 2 * t * (1 - t), t**2
        curve.append(
            (
                round(one * start.x + two * bend_x + three * end.x, 2),
                round(one * start.y + two * bend_y + three * end.y, 2),
            )
        )
    return LineString(without_repeats(curve))


def without_repeats(points: Sequence[XY]) -> list[XY]:
    """The points without any that repeats the one before it."""
    return [points[0], *(two for one, two in pairwise(points) if one != two)]
