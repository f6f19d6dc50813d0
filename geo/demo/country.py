"""What lies outside the built-up city: highways, county towns, villages, and the roads that join them."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import shapely
from shapely import LineString, MultiLineString, Polygon, STRtree

from geo.demo.highways import EDGE, draw_highways
from geo.demo.names import Name, endless_roads, endless_villages
from geo.demo.streets import RING, Street, lines_of
from geo.demo.villages import draw_country_roads, draw_village, draw_village_lanes, find_spots

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from geo.demo.plane import Plane
    from geo.demo.streets import Skeleton
    from geo.demo.water import Waters

XY = tuple[float, float]

TOWN_BLOCK_M = 560.0

LONGEST_LINK_M = 8_000.0
"""A part of the network farther away than this is left an island."""

# Where country roads meet the outer ring, in the street frame.
_GATES: tuple[XY, ...] = (
    *((RING[0], v) for v in (3_220, 1_300, -1_520, -4_200)),
    *((RING[2], v) for v in (-500, -2_500, -3_600)),
    *((u, RING[3]) for u in (-6_000, -4_050, 1_230, 3_950)),
    *((u, RING[1]) for u in (-6_480, -4_050, 3_950, 6_050)),
)

# County towns: name stem, middle in metres, turn in degrees, blocks across and up.
_TOWNS: tuple[tuple[str, str, XY, float, int, int], ...] = (
    ("临渠", "Linqu", (-19_600, 14_300), 9.0, 4, 4),
    ("柳原", "Liuyuan", (-18_100, -14_900), -7.0, 4, 4),
    ("清堤", "Qingdi", (17_700, -16_900), 6.0, 4, 4),
    ("安北", "Anbei", (2_700, 18_800), -12.0, 3, 3),
    ("东堡", "Dongbao", (19_800, 3_000), 4.0, 3, 2),
)


@dataclass
class Country:
    """Streets outside the city and the places they join."""

    streets: list[Street] = field(default_factory=list)
    villages: list[tuple[Name, Polygon]] = field(default_factory=list)
    towns: list[tuple[Name, Polygon]] = field(default_factory=list)


def draw_country(plane: Plane, waters: Waters, skeleton: Skeleton) -> Country:
    """Highways and expressways, county towns, villages with lanes, and the roads between them, all within the tile."""
    country = Country(streets=draw_highways(plane))
    barred = shapely.union_all(
        [
            waters.river.buffer(330),
            waters.canal.buffer(160),
            waters.stream.buffer(120),
            waters.railway.buffer(150),
            waters.high_speed.buffer(200),
            *(street.line.buffer(260) for street in country.streets if street.over),
        ]
    )
    random = plane.random("country")
    for stem, english, middle, turn, across, up in _TOWNS:
        streets, area = _draw_town(random, middle, turn, across, up)
        country.streets += streets
        country.towns.append((Name(f"{stem}城区", f"{english} Town"), area))
    city = shapely.union_all([skeleton.ring.buffer(350), *_zones(plane)])
    built = shapely.union_all([city, *(area.buffer(400) for _, area in country.towns)])
    spots = list(find_spots(random, built, barred))
    names = endless_villages(random)
    country.villages = [(next(names), draw_village(random, spot)) for spot in spots]
    hubs = [*spots, *(plane.place(u, v) for u, v in _GATES), *(town[2] for town in _TOWNS)]
    road_names = endless_roads(random, ("线",), taken=set())
    for road in draw_country_roads(random, hubs, city, waters):
        name = next(road_names) if random.random() < 0.4 else None
        country.streets.append(Street(name, "tertiary", road))
    for (_, area), spot in zip(country.villages, spots, strict=True):
        country.streets += draw_village_lanes(random, spot, area)
    country.streets = [piece for street in country.streets for piece in _within_edge(street)]
    return country


def _within_edge(street: Street) -> list[Street]:
    if EDGE.contains(street.line):
        return [street]
    pieces = lines_of(street.line.intersection(EDGE))
    return [replace(street, line=piece) for piece in pieces if piece.length > 30]


def _zones(plane: Plane) -> list[Polygon]:
    """Where the built-up land outside the ring lies: the development zones, and the north."""
    east, south, north = (
        [
            (4_800, 6_000),
            (8_200, 6_000),
            (8_200, -700),
            (11_900, -700),
            (11_900, 8_000),
            (4_700, 8_000),
        ],
        [(-2_200, -6_000), (-2_200, -10_100), (2_300, -10_100), (2_300, -6_000)],
        [(-2_200, 6_000), (-2_200, 8_300), (500, 8_300), (500, 6_000)],
    )
    return [Polygon(plane.draw(zone)) for zone in (east, south, north)]


def _draw_town(
    random: Random, middle: XY, turn: float, across: int, up: int
) -> tuple[list[Street], Polygon]:
    """A county town: a small grid whose middle streets run on to the highway."""
    cos, sin = math.cos(math.radians(turn)), math.sin(math.radians(turn))
    phase = random.uniform(0, 6)

    def at(u: float, v: float) -> XY:
        u, v = u + 30 * math.sin(v / 500 + phase), v + 28 * math.sin(u / 560 + phase)
        return round(middle[0] + u * cos - v * sin, 2), round(middle[1] + u * sin + v * cos, 2)

    def line(start: XY, end: XY) -> LineString:
        pieces = math.ceil(math.dist(start, end) / 110)
        return LineString(
            [
                at(
                    start[0] + (end[0] - start[0]) * i / pieces,
                    start[1] + (end[1] - start[1]) * i / pieces,
                )
                for i in range(pieces + 1)
            ]
        )

    us = [(i - across / 2) * TOWN_BLOCK_M + random.uniform(-50, 50) for i in range(across + 1)]
    vs = [(i - up / 2) * TOWN_BLOCK_M + random.uniform(-50, 50) for i in range(up + 1)]
    names_ns = endless_roads(random, ("街",), taken=set())
    names_we = endless_roads(random, ("路",), taken=set())
    streets = []
    for u in us:
        main = u == us[across // 2]
        reach = 900.0 if main else 0.0
        streets.append(
            Street(
                next(names_ns),
                "secondary" if main else "tertiary",
                line((u, vs[0] - reach), (u, vs[-1] + reach)),
            )
        )
    for v in vs:
        main = v == vs[up // 2]
        reach = 1_500.0 if main else 0.0
        streets.append(
            Street(
                next(names_we),
                "secondary" if main else "tertiary",
                line((us[0] - reach, v), (us[-1] + reach, v)),
            )
        )
    corners = [(us[0], vs[0]), (us[-1], vs[0]), (us[-1], vs[-1]), (us[0], vs[-1]), (us[0], vs[0])]
    outline = [point for start, end in pairwise(corners) for point in line(start, end).coords[:-1]]
    return streets, Polygon(outline)


def join_islands(streets: Sequence[Street]) -> list[Street]:
    """Links that tie parts cut off from the road network to its nearest road."""
    lines = [street.line for street in streets]
    tree = STRtree(lines)
    group = list(range(len(lines)))

    def root(index: int) -> int:
        while group[index] != index:
            group[index] = group[group[index]]
            index = group[index]
        return index

    one, two = tree.query(lines, predicate="dwithin", distance=0.5)
    for a, b in zip(one.tolist(), two.tolist(), strict=True):
        if a < b and not (streets[a].over or streets[b].over):
            group[root(a)] = root(b)
    size: dict[int, int] = {}
    for index in range(len(lines)):
        size[root(index)] = size.get(root(index), 0) + 1
    main = max(sorted(size), key=lambda index: size[index])
    reached = MultiLineString(
        [
            line
            for index, line in enumerate(lines)
            if root(index) == main and not streets[index].over
        ]
    )
    links = []
    for islander in sorted(
        {root(index) for index in range(len(lines)) if not streets[index].over} - {main}
    ):
        island = MultiLineString(
            [line for index, line in enumerate(lines) if root(index) == islander]
        )
        near = shapely.shortest_line(island, reached)
        if near.length < LONGEST_LINK_M:
            links.append(
                Street(
                    None,
                    "tertiary",
                    LineString([(round(x, 2), round(y, 2)) for x, y in near.coords]),
                )
            )
    return links
