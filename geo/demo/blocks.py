"""The ground between the streets: blocks, the lanes inside them, and the lots that lanes cut them into."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import shapely
import shapely.ops
from shapely import LineString, Point, Polygon, STRtree

from geo.demo.names import Name, endless_roads
from geo.demo.network import RANKS
from geo.demo.streets import Street, lines_of, longest
from geo.demo.water import PARK_FRAME

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from random import Random

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from geo.demo.country import Country
    from geo.demo.network import XY
    from geo.demo.plane import Plane
    from geo.demo.streets import Skeleton
    from geo.demo.water import Waters

URBAN = ("city", "old_town", "industrial", "town")
"""Kinds of block that are built on."""


@dataclass(frozen=True)
class Block:
    """Ground enclosed by streets, in metres; `middle` lies in the street frame."""

    shape: Polygon
    kind: str  # city | old_town | industrial | town | green | corridor | field
    middle: tuple[float, float]


def find_faces(streets: Sequence[Street], noded: Sequence[list[XY]], lowest: str) -> list[Polygon]:
    """The faces between all streets of class `lowest` and above that cross at grade."""
    sides: set[tuple[XY, XY]] = set()
    for street, points in zip(streets, noded, strict=True):
        if RANKS[street.road_class] <= RANKS[lowest] and not street.over:
            sides.update((min(a, b), max(a, b)) for a, b in pairwise(points))
    lines = shapely.linestrings([[a, b] for a, b in sorted(sides)])
    return polygons(lines)


def polygons(lines: Sequence[BaseGeometry] | NDArray[np.object_]) -> list[Polygon]:
    """The polygons that an array of lines encloses."""
    found = shapely.polygonize(np.array(lines, dtype=object))
    return [face for face in getattr(found, "geoms", ()) if isinstance(face, Polygon)]


def sort_blocks(
    plane: Plane, skeleton: Skeleton, country: Country, faces: Sequence[Polygon]
) -> list[Block]:
    """What each face is: built-up block of some kind, park, strip along water or railway, or fields."""
    random = plane.random("blocks")
    corridor = shapely.union_all(
        [skeleton.river_corridor, skeleton.canal_corridor, skeleton.rail_corridor]
    )
    towns = shapely.union_all([area for _, area in country.towns])
    for area in (corridor, skeleton.ring, towns, skeleton.park, skeleton.old_town):
        shapely.prepare(area)
    blocks = []
    for face in sorted(faces, key=lambda face: face.bounds):
        inside = face.representative_point()
        u, v = plane.frame(inside.x, inside.y)
        kind = "field"
        if skeleton.park.contains(inside):
            kind = "green"
        elif corridor.contains(inside) and face.intersection(corridor).area > 0.7 * face.area:
            kind = "corridor"
        elif skeleton.old_town.contains(inside):
            kind = "old_town"
        elif towns.contains(inside):
            kind = "town"
        elif skeleton.ring.contains(inside):
            kind = _inner_kind(random, u, v, face.area)
        elif _in_zone(u, v):
            kind = "industrial" if random.random() < 0.8 else "field"
        blocks.append(Block(face, kind, (u, v)))
    return blocks


def _in_zone(u: float, v: float) -> bool:
    east = 8_200 <= u <= 11_100 and -600 <= v <= 7_800
    north_east = 4_800 <= u <= 11_100 and 6_300 <= v <= 7_800
    south = -2_000 <= u <= 2_200 and -9_900 <= v <= -6_200
    return east or north_east or south


def _inner_kind(random: Random, u: float, v: float, area_m2: float) -> str:
    far = math.hypot(u - 700, (v - 300) * 1.1)
    drawn = random.random()
    if far > 7_600 and drawn < 0.45:
        return "field"
    if drawn > 0.955 and area_m2 > 30_000:
        return "green"
    rim = u < -5_300 or u > 7_100 or v > 5_300 or v < -4_950
    return "industrial" if rim and random.random() < 0.5 else "city"


def draw_lanes(plane: Plane, blocks: Sequence[Block], taken: set[str]) -> list[Street]:
    """Residential streets inside the built-up blocks: through lanes, loops and stubs; crooked ones in the old town."""
    random = plane.random("lanes")
    names = endless_roads(random, ("巷", "街", "路", "巷"), taken=taken)
    lanes = []
    for block in blocks:
        if block.kind not in URBAN or block.shape.area < 30_000:
            continue
        drawn = _old_lanes if block.kind == "old_town" else _new_lanes
        for line in drawn(random, block):
            name = (
                next(names)
                if random.random() < (0.8 if block.kind == "old_town" else 0.35)
                else None
            )
            lanes.append(Street(name, "residential", line))
    return lanes


def draw_paths(plane: Plane, waters: Waters, ring: Polygon) -> list[Street]:
    """Ways for walkers: round the lake, from there to the streets about the park, and along both banks of the river."""
    shore = LineString(shapely.get_exterior_ring(waters.lake.buffer(32, quad_segs=4))).simplify(2)
    round_lake = LineString([(round(x, 2), round(y, 2)) for x, y in shore.coords])
    paths = [Street(Name("环湖步道", "Lake Path"), "other", round_lake)]
    west, south, _, north = PARK_FRAME
    for u, v in ((west, -3_000), (640, north), (1_700, north), (700, south), (1_900, south)):
        start = plane.place(u, v)
        near = round_lake.interpolate(round_lake.project(Point(start)))
        paths.append(
            Street(None, "other", LineString([start, (round(near.x, 2), round(near.y, 2))]))
        )
    for side, name in (
        (-102.0, Name("滨河西岸绿道", "West Bank Greenway")),
        (102.0, Name("滨河东岸绿道", "East Bank Greenway")),
    ):
        bank = longest(waters.river.offset_curve(side, join_style="mitre").intersection(ring))
        if bank is not None:
            paths.append(Street(name, "other", bank))
    return paths


class _Rectangle:
    """A block's own frame: its smallest enclosing rectangle, `a` along the long side, `b` along the short one, 0..1."""

    def __init__(self, shape: Polygon) -> None:
        corners = [
            (float(x), float(y))
            for x, y in shapely.get_coordinates(shape.minimum_rotated_rectangle)[:4]
        ]
        first, second = math.dist(corners[0], corners[1]), math.dist(corners[1], corners[2])
        self.origin = corners[0] if first >= second else corners[1]
        end_a = corners[1] if first >= second else corners[2]
        end_b = corners[3] if first >= second else corners[0]
        self.along = (end_a[0] - self.origin[0], end_a[1] - self.origin[1])
        self.across = (end_b[0] - self.origin[0], end_b[1] - self.origin[1])
        self.length_m, self.depth_m = max(first, second), min(first, second)

    def at(self, a: float, b: float) -> tuple[float, float]:
        return (
            self.origin[0] + a * self.along[0] + b * self.across[0],
            self.origin[1] + a * self.along[1] + b * self.across[1],
        )


def _new_lanes(random: Random, block: Block) -> Iterator[LineString]:
    """Lanes across the block, one along it when it is deep; some stop halfway."""
    frame = _Rectangle(block.shape)
    industrial = block.kind == "industrial"
    spacing = 340 if industrial else 235
    count = min(3, max(0, round(frame.length_m / spacing) - 1))
    spine = None
    if frame.depth_m > 290 and random.random() < (0.25 if industrial else 0.6):
        b = random.uniform(0.42, 0.58)
        spine = _clip(
            block.shape, [frame.at(-0.1, b), frame.at(1.1, b + random.uniform(-0.03, 0.03))]
        )
        if spine is not None:
            yield spine
    for index in range(count):
        a = (index + 1) / (count + 1) + random.uniform(-0.06, 0.06)
        lean = random.uniform(-0.025, 0.025)
        line = _clip(block.shape, [frame.at(a, -0.1), frame.at(a + lean, 1.1)])
        if line is None:
            continue
        if random.random() < 0.3:
            met = line.intersection(spine) if spine is not None else None
            if isinstance(met, Point) and not met.is_empty:
                stop = line.project(met)
            else:
                stop = line.length * random.uniform(0.55, 0.8)
            line = LineString(shapely.ops.substring(line, 0, stop).coords)
        yield line


def _old_lanes(random: Random, block: Block) -> Iterator[LineString]:
    """Crooked lanes close together, both ways."""
    frame = _Rectangle(block.shape)
    for upright, size in ((True, frame.length_m), (False, frame.depth_m)):
        count = max(0, min(5, round(size / 125) - 1))
        for index in range(count):
            at = (index + 1) / (count + 1) + random.uniform(-0.05, 0.05)
            bends = [
                (share, at + random.uniform(-0.035, 0.035))
                for share in (-0.1, 0.25, 0.5, 0.75, 1.1)
            ]
            points = [
                frame.at(off, share) if upright else frame.at(share, off) for share, off in bends
            ]
            line = _clip(block.shape, points)
            if line is not None and random.random() < 0.85:
                yield line


def _clip(shape: Polygon, points: list[tuple[float, float]]) -> LineString | None:
    """The longest piece of the line inside the block, if it is long enough to be a lane."""
    pieces = lines_of(LineString(points).intersection(shape))
    line = max(pieces, key=lambda piece: piece.length, default=None)
    return line if line is not None and line.length > 90 else None


def cut_lots(faces: Sequence[Polygon], blocks: Sequence[Block]) -> list[Block]:
    """The faces between all streets and lanes, each with the kind of the block it lies in."""
    tree = STRtree([block.shape for block in blocks])
    spots = [face.representative_point() for face in faces]
    lots = []
    found: dict[int, int] = {}
    for row, index in zip(*tree.query(spots, predicate="within"), strict=True):
        found[int(row)] = int(index)
    for row, index in sorted(found.items()):
        lots.append(Block(faces[row], blocks[index].kind, blocks[index].middle))
    return sorted(lots, key=lambda lot: lot.shape.bounds)
