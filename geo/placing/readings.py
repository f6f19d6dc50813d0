"""The readings of a phrase on the road layer: each form of place with every street that its names may mean."""

from __future__ import annotations

from dataclasses import dataclass
from math import dist
from typing import TYPE_CHECKING

from shapely import LineString, Point
from shapely.ops import substring

from geo.placing.index import MEET_M
from geo.placing.parse import Form
from geo.placing.sides import COMPASS, agreement, left_of, moved

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapely.geometry.base import BaseGeometry

    from geo.placing.index import RoadIndex
    from geo.placing.names import Match
    from geo.placing.parse import Place
    from geo.placing.street import Node, Street

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

_NOT_TOUCHING = 0.8
_AT_A_PLACE = 0.75
"""An end of a stretch that is a known place beside the road, not a crossing."""
_LONGER_WAY = 0.6
"""A street that goes round leads from one crossing to another on two ways; the longer is the less likely."""
_ALONG_THE_OTHER = 0.85
_WITH_FAMILY = 0.8
"""全线 of a street whose name goes on with 东, 西: perhaps those too."""
_ENDS_BEFORE = 0.6
_STRAIGHT_FROM, _ROUGHLY_FROM, _HARDLY_FROM = 0.85, 0.6, 0.3
_ROUGHLY, _HARDLY = 0.85, 0.5
_WIDE, _WIDE_FROM_M = 0.8, 50.0
_VERY_WIDE, _VERY_WIDE_FROM_M = 0.5, 120.0
"""A crossing of streets with several carriageways may be any of its points."""
_SEVERAL_ROADWAYS, _BESIDE_M = 0.9, 120.0
"""Opposite of a place on a street with several carriageways may be between them."""
_FROM_MIDDLE = 1.2
_NEAR_ROAD_M, _PLACE_REACH_M = 150.0, 300.0
_FAR_PLACE = 0.5
_LEAST = 0.3
"""Names less likely than this together are not tried."""

Notes = tuple[tuple[str, str], ...]


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


@dataclass(frozen=True, slots=True)
class _Meant:
    """A street that a written name may mean."""

    written: str
    street: Street
    quality: float
    notes: Notes

    @property
    def matched(self) -> tuple[str, str]:
        return self.written, self.street.name


@dataclass(frozen=True, slots=True)
class _At:
    """Points of a road at which something else meets it."""

    points: tuple[Node, ...]
    """All points of the meeting."""
    feet: tuple[Node, ...]
    """The road's own points nearest to its middle, one for each carriageway that hangs together."""
    middle: Point
    quality: float
    name: str
    notes: Notes
    matched: tuple[str, str]
    other: Street | None = None

    @property
    def costs(self) -> dict[Node, float]:
        """All points with what they cost: a stretch begins and ends in the middle of a crossing if it can."""
        middle = (self.middle.x, self.middle.y)
        return {
            node: _FROM_MIDDLE * dist(node, middle)
            for node in dict.fromkeys((*self.feet, *self.points))
        }


def find_readings(index: RoadIndex, place: Place) -> list[Reading]:
    """Every reading; when none fits, the roads themselves, as places to begin looking."""
    found = list(_READERS[place.form](index, place))
    return found or list(_fallbacks(index, place))


def _streets(index: RoadIndex, written: str | None, *, families: bool = True) -> list[_Meant]:
    if written is None:
        return []
    meant = [
        _Meant(written, street, match.quality, _name_notes(written, match))
        for match in index.book.find(written)
        if match.quality >= _LEAST
        for street in index.streets(match.name)
    ]
    if families:
        meant += [
            _Meant(
                written,
                street,
                _WITH_FAMILY,
                ((f"“{written}”作{street.name}", f"{written} as {street.name}"),),
            )
            for street in index.families(written)
        ]
    return meant


def _name_notes(written: str, match: Match) -> Notes:
    if match.how in {"exact", "prefixed"}:
        return ()
    zh = {"bare": "缺结尾", "section": "未分段", "other_ending": "结尾不同"}.get(
        match.how, "字相近"
    )
    en = {
        "bare": "ending missing",
        "section": "part of the street not said",
        "other_ending": "other ending",
    }.get(match.how, "alike")
    return (
        (
            f"“{written}”按“{match.name}”理解({zh})",
            f"{written} taken for {match.name} ({en})",
        ),
    )


def _met(index: RoadIndex, road: _Meant, written: str | None) -> list[_At]:
    """Where what is written meets a road: crossings of streets, else known places beside it."""
    found = []
    for other in _streets(index, written, families=False):
        if other.street is road.street or road.quality * other.quality < _LEAST:
            continue
        for crossing in index.crossings(road.street, other.street):
            near: Notes = (
                ()
                if crossing.touching
                else (
                    (
                        f"{other.street.name}与{road.street.name}未相接,取最近处",
                        f"{other.street.name} does not quite meet {road.street.name}",
                    ),
                )
            )
            middle = crossing.middle
            reach = max(crossing.spread_m, MEET_M)
            wide = _width_factor(crossing.spread_m)
            found.append(
                _At(
                    crossing.points,
                    tuple(road.street.feet(middle, reach)) or crossing.points,
                    middle,
                    other.quality * wide * (1.0 if crossing.touching else _NOT_TOUCHING),
                    other.street.name,
                    (*other.notes, *near),
                    other.matched,
                    other.street,
                )
            )
    spot = index.places.get(written or "")
    if spot is not None and spot.distance(road.street.shape) <= _PLACE_REACH_M:
        foot = _foot(road.street, spot)
        found.append(
            _At(
                ((foot.x, foot.y),),
                ((foot.x, foot.y),),
                foot,
                _AT_A_PLACE,
                written or "",
                (),
                (written or "",) * 2,
            )
        )
    return found


def _goes_on_beyond(street: Street, spot: Point, foot: Point) -> bool:
    """Whether, seen from a place beside it, the street has another roadway behind the first or behind one's back."""
    apart = foot.distance(spot) or 1.0
    east, north = (foot.x - spot.x) / apart, (foot.y - spot.y) / apart

    def met(since_m: float, until_m: float) -> bool:
        ends = [(foot.x + east * metres, foot.y + north * metres) for metres in (since_m, until_m)]
        return bool(street.shape.intersects(LineString(ends)))

    return met(2.0, _BESIDE_M) or met(-2.0, -_BESIDE_M)


def _width_factor(spread_m: float) -> float:
    if spread_m > _VERY_WIDE_FROM_M:
        return _VERY_WIDE
    return _WIDE if spread_m > _WIDE_FROM_M else 1.0


def _foot(street: Street, point: Point) -> Point:
    shape = street.shape
    nearest = min(getattr(shape, "geoms", [shape]), key=lambda line: line.distance(point))
    return nearest.interpolate(nearest.project(point))  # type: ignore[no-any-return]


def _stretches(index: RoadIndex, place: Place) -> Iterator[Reading]:
    for road in _streets(index, place.road):
        starts = _met(index, road, place.start)
        finishes = _met(index, road, place.finish) if starts else []
        for start in starts:
            for finish in finishes:
                quality = road.quality * start.quality * finish.quality
                if quality < _LEAST or start.matched[1] == finish.matched[1]:
                    continue
                yield from _ways(road, start, finish, quality)


def _ways(road: _Meant, start: _At, finish: _At, quality: float) -> Iterator[Reading]:
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
    for road in _streets(index, place.road):
        for at in _met(index, road, place.start):
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


def _corner_reach(road: Street, at: _At, toward: str) -> float:
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
        for road in _streets(index, road_words):
            for at in _met(index, road, other_words):
                quality = (
                    road.quality
                    * at.quality
                    * (1.0 if first or place.from_both else _ALONG_THE_OTHER)
                )
                if quality < _LEAST:
                    continue
                for way, factor in _in_direction(road.street, at, place):
                    yield from _spots(road, at, place, way, quality * factor)


def _in_direction(street: Street, at: _At, place: Place) -> list[tuple[LineString, float]]:
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


def _spots(
    road: _Meant, at: _At, place: Place, way: LineString, quality: float
) -> Iterator[Reading]:
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
    for road in _streets(index, place.road, families=False):
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
    for road in _streets(index, place.road):
        factor = _WITH_FAMILY if index.families(road.street.name) else 1.0
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
    for road in _streets(index, place.road, families=False):
        apart = spot.distance(road.street.shape)
        if apart > _PLACE_REACH_M:
            continue
        foot = _foot(road.street, spot)
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
    for road in _streets(index, place.road, families=False):
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
