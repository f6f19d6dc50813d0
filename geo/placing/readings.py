"""The readings of a phrase on the road layer: each form of place with every street that its names may mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shapely import LineString, Point
from shapely.ops import substring

from geo.placing.meant import (
    LEAST,
    PLACE_REACH_M,
    WITH_FAMILY,
    At,
    Meant,
    Notes,
    foot_on,
    meetings,
    streets_meant,
)
from geo.placing.parse import Form
from geo.placing.sides import COMPASS, agreement, left_of, moved

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapely.geometry.base import BaseGeometry

    from geo.placing.index import RoadIndex
    from geo.placing.parse import Place
    from geo.placing.street import Street

SURE = 0.97
"""The best that words can do."""
SURE_OF_RUN = 0.93
LIKELIER_SPOT = 0.9
"""以东200米 without 处: more often the point …"""
LESS_LIKELY_RUN = 0.78
"""… than the 200 m themselves."""
SURE_OF_SECTION = 0.7
"""Nobody says where an eastern section begins."""
SURE_OF_LANDMARK = 0.85
ROAD_ONLY = 0.45
FALLBACK = 0.25
"""The road is known, but not where on it."""

_LONGER_WAY = 0.6
"""A street that goes round leads from one crossing to another on two ways; the longer is the less likely."""
_ALONG_THE_OTHER = 0.85
_ENDS_BEFORE = 0.6
_STRAIGHT_FROM, _ROUGHLY_FROM, _HARDLY_FROM = 0.85, 0.6, 0.3
_ROUGHLY, _HARDLY = 0.85, 0.5
_SEVERAL_ROADWAYS, _BESIDE_M = 0.9, 120.0
"""Opposite of a place on a street with several carriageways may be between them."""
_NEAR_ROAD_M = 150.0
_FAR_PLACE = 0.5


@dataclass(frozen=True, slots=True)
class Reading:
    """A shape in metres, how likely it is before others are looked at, and how it came about in both languages."""

    shape: BaseGeometry
    score: float
    notes: Notes
    matched: tuple[tuple[str, str], ...]
    half_width_m: float
    length_m: float = 0.0
    fallback: bool = False


def find_readings(index: RoadIndex, place: Place) -> list[Reading]:
    """Every reading; when none fits, the roads themselves, as places to begin looking."""
    found = list(_READERS[place.form](index, place))
    return found or list(_fallbacks(index, place))


def _goes_on_beyond(street: Street, spot: Point, foot: Point) -> bool:
    """Whether, seen from a place beside it, the street has another roadway behind the first or behind one's back."""
    apart = foot.distance(spot) or 1.0
    east, north = (foot.x - spot.x) / apart, (foot.y - spot.y) / apart

    def met(since_m: float, until_m: float) -> bool:
        ends = [(foot.x + east * metres, foot.y + north * metres) for metres in (since_m, until_m)]
        return bool(street.shape.intersects(LineString(ends)))

    return met(2.0, _BESIDE_M) or met(-2.0, -_BESIDE_M)


def _stretches(index: RoadIndex, place: Place) -> Iterator[Reading]:
    for road in streets_meant(index, place.road):
        starts = meetings(index, road, place.start)
        finishes = meetings(index, road, place.finish) if starts else []
        for start in starts:
            for finish in finishes:
                quality = road.quality * start.quality * finish.quality
                if quality < LEAST or start.matched[1] == finish.matched[1]:
                    continue
                yield from _ways(road, start, finish, quality)


def _ways(road: Meant, start: At, finish: At, quality: float) -> Iterator[Reading]:
    ways = road.street.ways(start.costs, finish.costs)
    told = (
        f"{road.street.name}上从{start.name}到{finish.name}",
        f"{road.street.name} from {start.name} to {finish.name}",
    )
    for rank, way in enumerate(ways):
        if rank and ways[0].hausdorff_distance(way) <= _NEAR_ROAD_M:
            continue  # the other carriageway
        notes = (
            told,
            *road.notes,
            *start.notes,
            *finish.notes,
            *((("另一方向", "the other way round"),) if rank else ()),
        )
        yield Reading(
            way,
            SURE * quality * (_LONGER_WAY if rank else 1.0),
            notes,
            (road.matched, start.matched, finish.matched),
            road.street.half_width_m,
            way.length,
        )


def _crossings(index: RoadIndex, place: Place) -> Iterator[Reading]:
    for road in streets_meant(index, place.road):
        for at in meetings(index, road, place.start):
            point = at.middle
            notes: Notes = ()
            toward = place.corner or (place.side if place.side in COMPASS else None)
            if toward:
                reach = _corner_reach(road.street, at, toward)
                point = moved(point, toward, reach)
                notes = ((f"{_WAYS_ZH[toward]}{'角' if place.corner else '侧'}", f"{toward}"),)
            yield Reading(
                point,
                SURE * road.quality * at.quality,
                (
                    (f"{road.street.name}与{at.name}交叉口", f"{road.street.name} at {at.name}"),
                    *notes,
                    *road.notes,
                    *at.notes,
                ),
                (road.matched, at.matched),
                road.street.half_width_m,
            )


def _corner_reach(road: Street, at: At, toward: str) -> float:
    """How far a corner lies from the middle of a crossing: beyond the halves of both roads."""
    other = at.other.half_width_m if at.other else 0.0
    both = (road.half_width_m**2 + other**2) ** 0.5
    return both if len(toward) > len("south") else max(road.half_width_m, other)


_WAYS_ZH = {
    "northeast": "东北",
    "northwest": "西北",
    "southeast": "东南",
    "southwest": "西南",
    "north": "北",
    "south": "南",
    "east": "东",
    "west": "西",
}


def _along(index: RoadIndex, place: Place) -> Iterator[Reading]:
    """Points and runs so many metres from a crossing, along either of the two roads, the first rather."""
    assert place.direction is not None  # noqa: S101  the forms have them
    assert place.distance_m is not None  # noqa: S101
    for road_words, other_words, first in (
        (place.road, place.start, True),
        (place.start, place.road, False),
    ):
        for road in streets_meant(index, road_words):
            for at in meetings(index, road, other_words):
                quality = (
                    road.quality
                    * at.quality
                    * (1.0 if first or place.from_both else _ALONG_THE_OTHER)
                )
                if quality < LEAST:
                    continue
                for way, factor in _in_direction(road.street, at, place):
                    yield from _spots(road, at, place, way, quality * factor)


def _in_direction(street: Street, at: At, place: Place) -> list[tuple[LineString, float]]:
    """The way along a street that goes best in the direction told, and how well it does."""
    assert place.direction is not None  # noqa: S101
    distance_m = place.distance_m or 0.0
    rated = []
    for way in street.along(at.feet, distance_m):
        heading = agreement(way, place.direction)
        if heading < _HARDLY_FROM:
            continue
        factor = (
            1.0 if heading >= _STRAIGHT_FROM else _ROUGHLY if heading >= _ROUGHLY_FROM else _HARDLY
        )
        if way.length < distance_m - 1:
            if way.length < distance_m / 2:
                continue
            factor *= _ENDS_BEFORE
        rated.append((heading, way, factor))
    ways: list[tuple[LineString, float]] = []
    for _, way, factor in sorted(rated, key=lambda each: (-each[2], -each[0])):
        if all(way.hausdorff_distance(other) > _NEAR_ROAD_M for other, _ in ways):
            ways.append((way, factor))
    return ways


def _spots(road: Meant, at: At, place: Place, way: LineString, quality: float) -> Iterator[Reading]:
    direction, distance = place.direction or "", place.distance_m or 0.0
    told = (
        f"{road.street.name}上{at.name}以{_WAYS_ZH[direction]} {distance:g} 米",
        f"on {road.street.name}, {distance:g} m {direction} of {at.name}",
    )
    half_width = road.street.half_width_m
    matched = (road.matched, at.matched)
    notes = (told, *road.notes, *at.notes)
    if place.form is Form.SPOT:
        point = Point(way.coords[-1])
        if place.side in COMPASS and left_of(way, place.side or "") is not None:
            point = moved(point, place.side or "", half_width)
        sure = SURE if place.precise else LIKELIER_SPOT
        yield Reading(point, sure * quality, notes, matched, half_width)
    if place.form is Form.RUN or not place.precise:
        sure = SURE_OF_RUN if place.form is Form.RUN else LESS_LIKELY_RUN
        run = (f"{told[0]}的路段", f"{told[1]}, the stretch up to there")
        yield Reading(way, sure * quality, (run, *notes[1:]), matched, half_width, way.length)


def _sections(index: RoadIndex, place: Place) -> Iterator[Reading]:
    for road in streets_meant(index, place.road, families=False):
        spine = road.street.spine
        third = spine.length / 3
        if place.section == "middle" or place.section is None:
            part, fits = substring(spine, third, 2 * third), 1.0
        else:
            heading = agreement(spine, place.section)
            fits = 1.0 if abs(heading) >= _ROUGHLY_FROM else _HARDLY
            part = (
                substring(spine, 2 * third, spine.length)
                if heading > 0
                else substring(spine, 0, third)
            )
        way = "中" if place.section == "middle" else _WAYS_ZH[place.section or "east"]
        yield Reading(
            part,
            SURE_OF_SECTION * road.quality * fits,
            (
                (
                    f"{road.street.name}{way}段(取三分之一)",
                    f"the {place.section} third of {road.street.name}",
                ),
                *road.notes,
            ),
            (road.matched,),
            road.street.half_width_m,
            part.length,
        )


def _whole(index: RoadIndex, place: Place) -> Iterator[Reading]:
    sure = SURE if place.form is Form.WHOLE else ROAD_ONLY
    for road in streets_meant(index, place.road):
        factor = WITH_FAMILY if index.families(road.street.name) else 1.0
        yield Reading(
            road.street.whole,
            sure * road.quality * factor,
            ((f"{road.street.name}全线", f"all of {road.street.name}"), *road.notes),
            (road.matched,),
            road.street.half_width_m,
            road.street.whole.length,
        )


def _landmarks(index: RoadIndex, place: Place) -> Iterator[Reading]:
    words = place.landmark or ""
    known = max((name for name in index.places if name in words), key=len, default=None)
    if known is None:
        return
    spot = index.places[known]
    for road in streets_meant(index, place.road, families=False):
        apart = spot.distance(road.street.shape)
        if apart > PLACE_REACH_M:
            continue
        foot = foot_on(road.street, spot)
        length = foot.distance(spot) or 1.0
        reach = road.street.half_width_m / length * (-1.0 if place.opposite else 1.0)
        point = Point(foot.x + (spot.x - foot.x) * reach, foot.y + (spot.y - foot.y) * reach)
        sure = SURE_OF_LANDMARK * (1.0 if apart <= _NEAR_ROAD_M else _FAR_PLACE)
        if _goes_on_beyond(road.street, spot, foot):
            sure *= _SEVERAL_ROADWAYS
        where = ("对面", "opposite") if place.opposite else ("旁", "by")
        yield Reading(
            point,
            sure * road.quality,
            (
                (f"{road.street.name}{known}{where[0]}", f"{road.street.name}, {where[1]} {known}"),
                *road.notes,
            ),
            (road.matched, (known, known)),
            road.street.half_width_m,
        )


def _unknown(index: RoadIndex, place: Place) -> Iterator[Reading]:
    """A known place without a road."""
    words = place.landmark or ""
    known = max((name for name in index.places if name in words), key=len, default=None)
    if known is not None:
        quality = SURE_OF_LANDMARK if known == words else ROAD_ONLY
        yield Reading(index.places[known], quality, ((known, known),), ((known, known),), 0.0)


def _fallbacks(index: RoadIndex, place: Place) -> Iterator[Reading]:
    for road in streets_meant(index, place.road, families=False):
        yield Reading(
            road.street.whole,
            FALLBACK * road.quality,
            (
                (
                    f"只认出{road.street.name},位置待定",
                    f"only {road.street.name} was recognised, not where on it",
                ),
                *road.notes,
            ),
            (road.matched,),
            road.street.half_width_m,
            fallback=True,
        )


_READERS = {
    Form.STRETCH: _stretches,
    Form.CROSSING: _crossings,
    Form.SPOT: _along,
    Form.RUN: _along,
    Form.SECTION: _sections,
    Form.WHOLE: _whole,
    Form.LANDMARK: _landmarks,
    Form.ROAD: _whole,
    Form.UNKNOWN: _unknown,
}
