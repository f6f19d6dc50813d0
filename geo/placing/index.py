"""The road layer made ready for words: streets by name, crossings of two streets, places known by name."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import shapely
from shapely import LineString, Point, STRtree

from geo.crs import to_metric
from geo.placing.names import NameBook
from geo.placing.parse import tidy
from geo.placing.street import Street

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from shapely.geometry.base import BaseGeometry

    from geo.placing.street import Node
    from geo.records import RoadRecord

APART_M = 200.0
"""Stretches of one name further apart than this are streets of their own that happen to share it."""
MEET_M = 3.0
"""Streets this near to each other meet."""
NEAR_M = 40.0
"""Streets that end this near to each other may be meant to meet: one stops at the other's edge."""
ONE_CROSSING_M = 80.0
"""Points at which two streets meet, this near to one another, are one crossing: of carriageways, slip roads."""


@dataclass(frozen=True, slots=True)
class RoadStretch:
    """A named stretch of road, its (multi)line in the city's metric CRS."""

    name: str
    road_class: str
    line: BaseGeometry
    width_m: float | None = None


@dataclass(frozen=True, slots=True)
class Crossing:
    """Where two streets meet: all points that make it up, in metres, and whether they really touch."""

    points: tuple[Node, ...]
    touching: bool

    @property
    def spread_m(self) -> float:
        """How far its points lie apart at most."""
        west, south, east, north = shapely.MultiPoint(self.points).bounds
        return math.hypot(east - west, north - south)

    @property
    def middle(self) -> Point:
        """The middle of the crossing."""
        return shapely.MultiPoint(self.points).centroid


class RoadIndex:
    """Named streets of a city, ready for `geo.placing.find.find_places`.

    `stretches` and `places` (name to point) are in the metric CRS `srid`; what is found comes out in WGS84.
    """

    def __init__(
        self,
        stretches: Iterable[RoadStretch],
        srid: int,
        places: Mapping[str, Point] | None = None,
    ) -> None:
        self.srid = srid
        self.places = {tidy(name): point for name, point in (places or {}).items()}
        named: dict[str, list[RoadStretch]] = defaultdict(list)
        for stretch in stretches:
            named[tidy(stretch.name)].append(stretch)
        self._streets: dict[str, tuple[Street, ...]] = {}
        self._named = {name: tuple(found) for name, found in named.items()}
        self.book = NameBook(named)
        self._families: dict[str, tuple[Street, ...]] = {}
        self._crossings: dict[tuple[int, int], tuple[Crossing, ...]] = {}

    @classmethod
    def from_records(
        cls,
        roads: Sequence[RoadRecord],
        srid: int,
        places: Mapping[str, Point] | None = None,
    ) -> RoadIndex:
        """The index of road records, whose shapes (and those of `places`) are in WGS84; nameless ones are left out."""
        named = [road for road in roads if road.name]
        lines = to_metric([road.shape for road in named], srid) if named else []
        spots = dict(places or {})
        points = to_metric(list(spots.values()), srid) if spots else []
        return cls(
            [
                RoadStretch(road.name or "", road.road_class, line, road.width_m)
                for road, line in zip(named, lines, strict=True)
            ],
            srid,
            {
                name: point
                for name, point in zip(spots, points, strict=True)
                if isinstance(point, Point)
            },
        )

    @property
    def empty(self) -> bool:
        """Whether no road with a name is known."""
        return not self._named

    def streets(self, name: str) -> tuple[Street, ...]:
        """The streets of exactly this name, the longest first: most names have one."""
        if name not in self._streets:
            self._streets[name] = _streets_of(name, self._named.get(name, ()))
        return self._streets[name]

    def families(self, name: str) -> tuple[Street, ...]:
        """Streets of one name but for the part of the city (三八路, 三八东路), as one; none when there is only one."""
        key = tidy(name)
        if key not in self._families:
            kin = sorted(self.book.kin(key), key=lambda each: (len(each), each))
            found = [stretch for each in kin for stretch in self._named[each]]
            self._families[key] = _streets_of("、".join(kin), found) if len(kin) > 1 else ()
        return self._families[key]

    def crossings(self, one: Street, two: Street) -> tuple[Crossing, ...]:
        """Where two streets meet; if nowhere, where they come near each other."""
        key = (id(one), id(two))
        if key not in self._crossings:
            self._crossings[key] = self._crossings[key[::-1]] = _meet(one, two)
        return self._crossings[key]


def _streets_of(name: str, stretches: Sequence[RoadStretch]) -> tuple[Street, ...]:
    lines: list[LineString] = []
    owners: list[RoadStretch] = []
    for stretch in stretches:
        for line in getattr(stretch.line, "geoms", [stretch.line]):
            if isinstance(line, LineString) and line.length > 0:
                lines.append(shapely.force_2d(line))
                owners.append(stretch)
    if not lines:
        return ()
    groups = _groups(lines, APART_M)
    streets = []
    for group in groups:
        longest = max(group, key=lambda index: lines[index].length)
        streets.append(
            Street(
                name,
                owners[longest].road_class,
                [lines[index] for index in group],
                owners[longest].width_m,
            )
        )
    return tuple(sorted(streets, key=lambda street: -street.shape.length))


def _groups(shapes: Sequence[BaseGeometry], metres: float) -> list[list[int]]:
    """The shapes, by their places in the list, in groups of those that are near one another."""
    leaders = list(range(len(shapes)))

    def leader(index: int) -> int:
        while leaders[index] != index:
            index = leaders[index]
        return index

    pairs = STRtree(shapes).query(shapes, predicate="dwithin", distance=metres)
    for one, two in zip(*pairs.tolist(), strict=True):
        leaders[max(leader(one), leader(two))] = min(leader(one), leader(two))
    groups: dict[int, list[int]] = defaultdict(list)
    for index in range(len(shapes)):
        groups[leader(index)].append(index)
    return list(groups.values())


def _meet(one: Street, two: Street) -> tuple[Crossing, ...]:
    apart = one.shape.distance(two.shape)
    if apart > NEAR_M:
        return ()
    touching = apart <= MEET_M
    points = _points(one.shape.intersection(two.shape)) if apart == 0 else []
    if touching:
        # Ends that stop just short of the other street, or were drawn a little beyond.
        for street, other in ((one, two), (two, one)):
            for end in _ends(street):
                if 0 < end.distance(other.shape) <= MEET_M:
                    points.append((end.x, end.y))
    if not points:
        near = shapely.shortest_line(one.shape, two.shape)
        middle = near.interpolate(0.5, normalized=True)
        points = [(middle.x, middle.y)]
    grouped = _groups([Point(point) for point in points], ONE_CROSSING_M)
    return tuple(Crossing(tuple(points[index] for index in group), touching) for group in grouped)


def _points(shape: BaseGeometry) -> list[Node]:
    """The points of a meeting; of a shared piece both ends and the middle."""
    points: list[Node] = []
    for part in getattr(shape, "geoms", [shape]):
        if isinstance(part, Point):
            points.append((part.x, part.y))
        elif isinstance(part, LineString) and not part.is_empty:
            middle = part.interpolate(0.5, normalized=True)
            (x0, y0), (x1, y1) = part.coords[0], part.coords[-1]
            points += [(x0, y0), (middle.x, middle.y), (x1, y1)]
    return list(dict.fromkeys((round(x, 2), round(y, 2)) for x, y in points))


def _ends(street: Street) -> list[Point]:
    return [
        Point(line.coords[place])
        for line in getattr(street.whole, "geoms", [street.whole])
        for place in (0, -1)
        if math.isfinite(line.length)
    ]
