"""The lines that were there before the streets: river, canal, stream, moat, lake and railways of the demo city."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shapely import LineString, Point, Polygon

from geo.demo.plane import HALF_HEIGHT_M, OLD_TOWN, beside

if TYPE_CHECKING:
    from collections.abc import Callable

    from geo.demo.plane import Plane

REACH_M = HALF_HEIGHT_M + 3_500
"""How far beyond the city's centre lines are drawn before they are cut at the edge of the tile."""

REACH_INT = int(REACH_M)

RIVER_HALF_WIDTH_M = 62.0
RIVER_CORRIDOR_M = 165.0
CANAL_HALF_WIDTH_M = 19.0
CANAL_CORRIDOR_M = 62.0
RAIL_CORRIDOR_M = 70.0
LAKE = (1_180.0, -3_060.0)
PARK_FRAME = (200.0, -3_600.0, 2_350.0, -2_500.0)
"""The lake park in the street frame: west, south, east, north."""


@dataclass(frozen=True)
class Waters:
    """Lines in metres, and areas that streets end at."""

    river: LineString
    canal: LineString
    stream: LineString
    moat: LineString
    lake: Polygon
    islands: tuple[Polygon, ...]
    channel: LineString
    railway: LineString
    high_speed: LineString
    tracks: tuple[LineString, ...]
    stations: tuple[Polygon, ...]


def river_u(v: float) -> float:
    """Where the river runs in the street frame: calm within the city, meandering freely outside."""
    wild = min(1.0, max(0.0, (abs(v + 200) - 6_000) / 4_500))
    swing = 170 + 640 * wild
    drift = -0.34 * max(0.0, v - 6_800) + 0.26 * max(0.0, -6_800 - v)
    return (
        2_650
        + drift
        + swing * math.sin(v / 760 + 0.6 + 0.35 * math.sin(v / 2_900))
        + 0.3 * swing * math.sin(v / 410 + 2.0)
    )


def canal_u(v: float) -> float:
    """Where the canal runs: gentle bends through the city, south of it turning east to meet the river."""
    u = -5_150 + 110 * math.sin(v / 1_900 + 0.4) - 0.12 * max(0.0, v - 7_000)
    if v < -8_000:
        share = min(1.0, (-8_000 - v) / 10_000)
        u += (river_u(-18_000) - u) * share**2.2
    return u


def rail_u(v: float) -> float:
    """Where the old railway runs."""
    return (
        -2_950
        + 70 * math.sin(v / 4_200 + 0.5)
        - 0.10 * max(0.0, v - 5_000)
        + 0.12 * min(0.0, v + 6_000)
    )


def ring_points(
    middle: tuple[float, float],
    radii: tuple[float, float],
    *,
    waves: float,
    phase: float,
    square: float = 2.0,
) -> list[tuple[float, float]]:
    """A closed, slightly irregular ring in the street frame; `square` above 2 makes it squarer."""
    points = []
    for step in range(72):
        angle = 2 * math.pi * step / 72
        cos, sin = math.cos(angle), math.sin(angle)
        round_ = (abs(cos) ** square + abs(sin) ** square) ** (-1 / square)
        uneven = (
            1 + waves * math.sin(3 * angle + phase) + 0.6 * waves * math.sin(5 * angle + 2 * phase)
        )
        points.append(
            (
                middle[0] + radii[0] * round_ * uneven * cos,
                middle[1] + radii[1] * round_ * uneven * sin,
            )
        )
    return [*points, points[0]]


def draw_waters(plane: Plane) -> Waters:
    """All of them, in metres."""

    def along(
        course: Callable[[float], float], first: float, last: float, step: float
    ) -> LineString:
        count = math.ceil(abs(last - first) / step)
        return LineString(
            [
                plane.place(course(v), v)
                for v in (first + (last - first) * i / count for i in range(count + 1))
            ]
        )

    def blob(
        middle: tuple[float, float], radii: tuple[float, float], waves: float, phase: float
    ) -> Polygon:
        return Polygon(
            [plane.place(u, v) for u, v in ring_points(middle, radii, waves=waves, phase=phase)]
        )

    high_speed = LineString(
        [
            (12_150 - 1_900 * (y / REACH_M) ** 2 + 250 * math.sin(y / 9_000), y)
            for y in range(-REACH_INT, REACH_INT, 600)
        ]
    )
    railway = along(rail_u, REACH_M, -REACH_M, 220)
    station = along(rail_u, 2_190, 1_440, 100)
    return Waters(
        river=along(river_u, REACH_M, -REACH_M, 90),
        canal=along(canal_u, REACH_M, -18_000, 160),
        stream=LineString(
            [
                plane.place(u, -11_400 + 420 * math.sin(u / 1_500) + 160 * math.sin(u / 610))
                for u in range(-31_000, int(canal_u(-11_300)) + 121, 120)
            ]
        ),
        moat=LineString(
            [
                plane.place(u, v)
                for u, v in ring_points(OLD_TOWN, (760, 640), waves=0.015, phase=1.0, square=5)
            ]
        ),
        lake=blob(LAKE, (700, 390), 0.09, 0.8),
        islands=(
            blob((LAKE[0] - 190, LAKE[1] + 60), (85, 55), 0.1, 2.0),
            blob((LAKE[0] + 330, LAKE[1] - 90), (50, 36), 0.1, 0.3),
        ),
        channel=LineString(
            [
                plane.place(LAKE[0] + 600, LAKE[1] - 20),
                plane.place(2_250, -2_980),
                plane.place(2_700, -3_050),
            ]
        ),
        railway=railway,
        high_speed=high_speed,
        tracks=tuple(beside(station, side) for side in (-24.0, -16.0, -8.0, 8.0, 16.0, 24.0)),
        stations=(
            along(rail_u, 1_900, 1_640, 60).offset_curve(46).buffer(17, cap_style="flat"),
            LineString(
                [high_speed.interpolate(high_speed.project(Point(12_200, y))) for y in (60, 420)]
            ).buffer(60, cap_style="flat"),
        ),
    )
