"""Where works can be: lots, stretches of street, banks and highways, each handed out once, with their districts."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import shapely
import shapely.ops
from shapely import LineString, Point, Polygon

from geo.demo.names import Name
from geo.demo.plane import beside, strip
from geo.demo.streets import WIDTHS_M
from geo.demo.water import CANAL_HALF_WIDTH_M, RIVER_HALF_WIDTH_M

if TYPE_CHECKING:
    from random import Random

    from shapely.geometry.base import BaseGeometry

    from geo.demo.blocks import Block
    from geo.demo.districts import District, Districts
    from geo.demo.plan import Plan

SETBACK_M = 20.0
"""How far a building site stays behind the middle of the street along it; half as far in a small lot."""

SMALL_LOT_M2 = 14_000.0
LARGE_LOT_M2 = 55_000.0


@dataclass(frozen=True)
class Place:
    """A piece of ground for a work: its shape in metres, where it is in words, the stretch it lies along."""

    shape: BaseGeometry
    district: District
    where: Name
    stretch: int | None = None
    width_m: float | None = None


class Places:
    """Hands out places in a random but settled order; no lot and no stretch is given twice."""

    def __init__(self, plan: Plan, districts: Districts, section: str) -> None:
        """Sort lots and stretches of the plan by what can be built there."""
        self.plan = plan
        self.districts = districts
        self.random: Random = plan.plane.random(section)
        self._lots: dict[str, list[tuple[Block, District]]] = defaultdict(list)
        lots = [
            lot
            for lot in plan.lots
            if 4_500 < lot.shape.area < (400_000 if lot.kind == "industrial" else 120_000)
        ]
        for lot, owner in zip(lots, districts.at_each([lot.shape for lot in lots]), strict=True):
            self._lots[lot.kind].append((lot, owner))
        for kind in sorted(self._lots):
            self.random.shuffle(self._lots[kind])
        self._stretches: dict[str, list[int]] = defaultdict(list)
        ring = plan.skeleton.ring.buffer(40)
        shapely.prepare(ring)
        for number, stretch in enumerate(plan.stretches):
            inside = ring.contains(Point(stretch.points[0])) and ring.contains(
                Point(stretch.points[-1])
            )
            named = plan.names[number] is not None
            if named and stretch.line.length > 240:
                where = "city" if inside else "country"
                self._stretches[f"{where}/{stretch.road_class}"].append(number)
        for key in sorted(self._stretches):
            self.random.shuffle(self._stretches[key])
        self._named = [number for number, name in enumerate(plan.names) if name is not None]
        self._tree = shapely.STRtree([plan.stretches[number].line for number in self._named])
        self._meeting: dict[tuple[float, float], list[int]] = defaultdict(list)
        for number, stretch in enumerate(plan.stretches):
            for point in stretch.points:
                self._meeting[point].append(number)
        self._sections: dict[str, list[tuple[float, float]]] = defaultdict(list)
        self._parks = [block for block in plan.blocks if block.kind == "green"]
        self.random.shuffle(self._parks)

    def street_near(self, shape: BaseGeometry) -> Name:
        """The name of the nearest street that has one."""
        name = self.plan.names[self.stretch_near(shape)]
        assert name is not None  # noqa: S101 - only named stretches are in the tree
        return name

    def stretch_near(self, shape: BaseGeometry) -> int:
        """The nearest stretch that has a name."""
        return self._named[int(self._tree.nearest(shape.representative_point()))]

    def lot(self, *kinds: str, near: BaseGeometry | None = None, share: float = 1.0) -> Place:
        """A lot of one of the kinds, the nearest to `near` if that is given; `share` of it, by area."""
        kind = self.random.choice([kind for kind in kinds if self._lots[kind]] or ["city"])
        lots = self._lots[kind]
        index = 0
        if near is not None:
            index = int(shapely.distance([lot.shape for lot, _ in lots], near).argmin())
        lot, owner = lots.pop(index)
        # Of a large lot a work takes only a part.
        share = min(share, self.random.uniform(0.5, 1.2) * LARGE_LOT_M2 / lot.shape.area)
        shape = _part_of(lot.shape, share)
        return Place(shape, owner, self.street_near(shape))

    def street(self, *classes: str, where: str = "city", shortest_m: float = 240.0) -> Place:
        """A stretch of one of the classes (any, when these run out) as the strip of ground that it takes up."""
        for length_m in (shortest_m, 0.0):
            for road_class in (*classes, "tertiary", "secondary", "primary", "residential"):
                waiting = self._stretches[f"{where}/{road_class}"]
                for number in waiting:
                    if self.plan.stretches[number].line.length >= length_m:
                        waiting.remove(number)
                        return self.strip(number)
        message = f"no stretch of {classes} is left"
        raise LookupError(message)

    def next_street(self, place: Place, where: str = "city") -> Place:
        """The stretch that goes on where a street place ends, or another of its class."""
        number = place.stretch or 0
        stretches = self.plan.stretches
        road_class = stretches[number].road_class
        waiting = self._stretches[f"{where}/{road_class}"]
        for other in (number + 1, number - 1, number + 2, number - 2):
            if other in waiting and stretches[other].street == stretches[number].street:
                waiting.remove(other)
                return self.strip(other)
        return self.street(road_class, where=where)

    def span(self, number: int) -> Name | None:
        """From which street to which a stretch runs: 解放大街—湖滨大道; None when an end has no name."""
        ends = []
        for point in (
            self.plan.stretches[number].points[0],
            self.plan.stretches[number].points[-1],
        ):
            own = self.plan.names[number]
            names = [self.plan.names[other] for other in self._meeting[point]]
            crossing = sorted(
                name for name in names if name and name != own and not name.zh.endswith("匝道")
            )
            if not crossing:
                return None
            ends.append(crossing[0])
        return Name(f"{ends[0].zh}—{ends[1].zh}", f"{ends[0].en} to {ends[1].en}")

    def strip(self, number: int, share: tuple[float, float] = (0.0, 1.0)) -> Place:
        """The strip of ground of a stretch, or of the given part of its length."""
        stretch = self.plan.stretches[number]
        line = stretch.line
        part = shapely.ops.substring(line, share[0], share[1], normalized=True)
        width = WIDTHS_M[stretch.road_class]
        name = self.plan.names[number] or self.street_near(line)
        shape = part.buffer(width / 2 + 2, cap_style="flat", join_style="bevel")
        return Place(shape, self.districts.at(line), name, number, width)

    def highway(self, *classes: str, length_m: float, after: Place | None = None) -> Place:
        """A stretch of highway outside the city, as a line with its width; the one `after` another if that is free."""
        place = (
            self.next_street(after, "country")
            if after
            else self.street(*classes, where="country", shortest_m=900.0)
        )
        line = self.plan.stretches[place.stretch or 0].line
        part = shapely.ops.substring(line, 0, min(length_m, line.length))
        return Place(part, place.district, place.where, place.stretch, place.width_m)

    def bank(self, kind: str, length_m: float) -> Place:
        """A free section within the city: of the river ("bank") or canal, or of one side of the river ("greenway")."""
        line = self.plan.waters.canal if kind == "canal" else self.plan.waters.river
        inside = line.intersection(self.plan.skeleton.ring)
        course = max(getattr(inside, "geoms", [inside]), key=lambda part: part.length)
        tries = [self.random.uniform(0, course.length - length_m) for _ in range(12)]
        taken = self._sections[kind]
        start = next(
            (at for at in tries if all(at + length_m < low or at > high for low, high in taken)),
            tries[0],
        )
        taken.append((start, start + length_m))
        section = LineString(shapely.ops.substring(course, start, start + length_m).coords)
        if kind == "greenway":
            shape = strip(beside(section, -102.0), 34.0)
        else:
            half = CANAL_HALF_WIDTH_M if kind == "canal" else RIVER_HALF_WIDTH_M
            shape = strip(section, 2 * half + 44)
        return Place(shape, self.districts.at(shape), self.street_near(shape))

    def bridge(self) -> Place:
        """A main street's crossing of the river or the canal."""
        water = [self.plan.waters.river, self.plan.waters.canal]
        for road_class in ("primary", "secondary"):
            for number in self._stretches[f"city/{road_class}"]:
                line = self.plan.stretches[number].line
                met = next(
                    (line.intersection(course) for course in water if line.intersects(course)), None
                )
                if isinstance(met, Point):
                    self._stretches[f"city/{road_class}"].remove(number)
                    at = line.project(met)
                    part = shapely.ops.substring(line, at - 110, at + 110)
                    shape = part.buffer(WIDTHS_M[road_class] / 2 + 6, cap_style="flat")
                    name = self.plan.names[number] or self.street_near(line)
                    return Place(shape, self.districts.at(shape), name, number)
        return self.bank("bank", 180)

    def park(self) -> Place:
        """A park, whole."""
        if not self._parks:
            return self.lot("city", share=0.5)
        shape = self._parks.pop().shape.buffer(-SETBACK_M, join_style="mitre")
        return Place(shape, self.districts.at(shape), self.street_near(shape))

    def spot(self) -> Place:
        """A single spot beside a street of the city."""
        place = self.lot("city", "old_town", share=0.3)
        return Place(place.shape.representative_point(), place.district, place.where)

    def village(self) -> Place:
        """A village outside the city, whole."""
        villages = self.plan.country.villages
        name, area = villages[self.random.randrange(len(villages))]
        return Place(area, self.districts.at(area), name)


def _part_of(shape: Polygon, share: float) -> BaseGeometry:
    """The lot behind its setback, or a part of it cut straight across its long side."""
    setback = SETBACK_M if shape.area > SMALL_LOT_M2 else SETBACK_M / 2
    inner = shape.buffer(-setback, join_style="mitre")
    if inner.is_empty or not isinstance(inner, Polygon):
        inner = shape.buffer(-2, join_style="mitre")
    if share >= 1:
        return inner
    corners = shapely.get_coordinates(inner.minimum_rotated_rectangle)[:4]
    first, second = math.dist(corners[0], corners[1]), math.dist(corners[1], corners[2])
    start, along = (0, 1) if first >= second else (1, 2)
    one, two = corners[start], corners[along]
    across = corners[(start + 3) % 4] - one
    end = one + (two - one) * share
    half = Polygon([one - across, end - across, end + across * 2, one + across * 2])
    cut = inner.intersection(half)
    largest = max(getattr(cut, "geoms", [cut]), key=lambda part: part.area)
    return largest if isinstance(largest, Polygon) and largest.area > 600 else inner
