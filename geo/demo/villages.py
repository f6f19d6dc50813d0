"""Villages on the plain around the city, their lanes, and the country roads between them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import shapely
from shapely import LineString, MultiPoint, Point, Polygon

from geo.demo.highways import EDGE, smooth
from geo.demo.plane import HALF_HEIGHT_M, HALF_WIDTH_M
from geo.demo.streets import Street, lines_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from random import Random

    from shapely.geometry.base import BaseGeometry

    from geo.demo.water import Waters

XY = tuple[float, float]

VILLAGE_SPACING_M = 2_650.0


def find_spots(random: Random, built: BaseGeometry, barred: BaseGeometry) -> Iterator[XY]:
    """Where villages lie: a jittered lattice over the tile, clear of built-up land and of what is `barred`."""
    inner = EDGE.buffer(-700)
    shapely.prepare(inner)
    shapely.prepare(built)
    shapely.prepare(barred)
    steps_x, steps_y = (
        int(HALF_WIDTH_M // VILLAGE_SPACING_M),
        int(HALF_HEIGHT_M // VILLAGE_SPACING_M),
    )
    for row in range(-steps_y, steps_y + 1):
        for column in range(-steps_x, steps_x + 1):
            x = (column + 0.5 * (row % 2)) * VILLAGE_SPACING_M + random.uniform(-820, 820)
            y = row * VILLAGE_SPACING_M + random.uniform(-820, 820)
            spot = (round(x, 2), round(y, 2))
            point = Point(spot)
            if inner.contains(point) and not built.contains(point) and not barred.contains(point):
                yield spot


def draw_village(random: Random, spot: XY) -> Polygon:
    """A village's outline: a rounded block, longer one way."""
    length, depth = random.uniform(190, 390), random.uniform(140, 260)
    turn = math.radians(random.uniform(-12, 12))
    bumps = [random.uniform(0.86, 1.12) for _ in range(14)]
    points = []
    for index, bump in enumerate(bumps):
        angle = 2 * math.pi * index / len(bumps)
        square = (abs(math.cos(angle)) ** 4 + abs(math.sin(angle)) ** 4) ** -0.25
        u, v = length * square * bump * math.cos(angle), depth * square * bump * math.sin(angle)
        points.append(
            (
                spot[0] + u * math.cos(turn) - v * math.sin(turn),
                spot[1] + u * math.sin(turn) + v * math.cos(turn),
            )
        )
    return Polygon(points)


def draw_village_lanes(random: Random, spot: XY, area: Polygon) -> Iterator[Street]:
    """One lane across the village, and often a second that meets it."""
    turn = math.radians(random.uniform(-8, 8))
    cos, sin = math.cos(turn), math.sin(turn)

    def across(offset: float, *, upright: bool) -> LineString | None:
        ends = ((offset, -900), (offset, 900)) if upright else ((-900, offset), (900, offset))
        line = LineString(
            [(spot[0] + u * cos - v * sin, spot[1] + u * sin + v * cos) for u, v in ends]
        )
        return max(
            lines_of(line.intersection(area.buffer(-15))),
            key=lambda part: part.length,
            default=None,
        )

    lanes = [across(random.uniform(-20, 20), upright=False)]
    if random.random() < 0.5:
        lanes.append(across(random.uniform(-120, 120), upright=True))
    for lane in lanes:
        if lane is not None and lane.length > 120:
            yield Street(None, "residential", lane)


def draw_country_roads(
    random: Random, hubs: Sequence[XY], city: BaseGeometry, waters: Waters
) -> Iterator[LineString]:
    """Country roads along the relative neighbourhood graph: no third place is nearer to both ends than they are."""
    neighbours: dict[int, set[int]] = {index: set() for index in range(len(hubs))}
    number = {hub: index for index, hub in enumerate(hubs)}
    edges: set[tuple[int, int]] = set()
    for side in shapely.delaunay_triangles(MultiPoint(hubs), only_edges=True).geoms:
        one, two = sorted(number[round(x, 2), round(y, 2)] for x, y in side.coords)
        edges.add((one, two))
        neighbours[one].add(two)
        neighbours[two].add(one)
    inner = city.buffer(-500)
    shapely.prepare(inner)
    for one, two in sorted(edges):
        length = math.dist(hubs[one], hubs[two])
        if length > 3.1 * VILLAGE_SPACING_M:
            continue
        between = any(
            max(math.dist(hubs[one], hubs[third]), math.dist(hubs[two], hubs[third]))
            < length * 0.985
            for third in neighbours[one] & neighbours[two]
        )
        line = _winding(random, hubs[one], hubs[two])
        bridge = random.random()
        if between or inner.intersects(line):
            continue
        if (bridge > 0.3 and line.intersects(waters.river)) or (
            bridge > 0.6 and line.intersects(waters.canal)
        ):
            continue
        yield line


def _winding(random: Random, start: XY, end: XY) -> LineString:
    """A road that leaves the straight line a little, as field boundaries made it."""
    length = math.dist(start, end)
    across = ((start[1] - end[1]) / length, (end[0] - start[0]) / length)
    swing = [random.uniform(-0.05, 0.05) * length for _ in range(2)]
    points = [start]
    for share, off in zip((0.34, 0.68), swing, strict=True):
        points.append(
            (
                start[0] + (end[0] - start[0]) * share + across[0] * off,
                start[1] + (end[1] - start[1]) * share + across[1] * off,
            )
        )
    return smooth([*points, end], 180.0)
