"""What the names of a phrase mean on the road layer: streets, and where other streets and places meet them."""

from __future__ import annotations

from dataclasses import dataclass
from math import dist
from typing import TYPE_CHECKING

from geo.placing.index import MEET_M

if TYPE_CHECKING:
    from shapely import Point

    from geo.placing.index import RoadIndex
    from geo.placing.names import Match
    from geo.placing.street import Node, Street

_NOT_TOUCHING = 0.8
_AT_A_PLACE = 0.75
"""An end of a stretch that is a known place beside the road, not a crossing."""
WITH_FAMILY = 0.8
"""全线 of a street whose name goes on with 东, 西: perhaps those too."""
_WIDE, _WIDE_FROM_M = 0.8, 50.0
_VERY_WIDE, _VERY_WIDE_FROM_M = 0.5, 120.0
"""A crossing of streets with several carriageways may be any of its points."""
_FROM_MIDDLE = 1.2
LEAST = 0.3
"""Names less likely than this together are not tried."""
PLACE_REACH_M = 300.0
"""A known place further from a road than this is not at it."""

Notes = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Meant:
    """A street that a written name may mean."""

    written: str
    street: Street
    quality: float
    notes: Notes

    @property
    def matched(self) -> tuple[str, str]:
        """The name as written and as the road layer has it."""
        return self.written, self.street.name


@dataclass(frozen=True, slots=True)
class At:
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


def streets_meant(index: RoadIndex, written: str | None, *, families: bool = True) -> list[Meant]:
    """The streets that a written name may mean; with `families` also those that go on in other parts of the city."""
    if written is None:
        return []
    meant = [
        Meant(written, street, match.quality, _name_notes(written, match))
        for match in index.book.find(written)
        if match.quality >= LEAST
        for street in index.streets(match.name)
    ]
    if families:
        meant += [
            Meant(
                written,
                street,
                WITH_FAMILY,
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


def meetings(index: RoadIndex, road: Meant, written: str | None) -> list[At]:
    """Where what is written meets a road: crossings of streets, else known places beside it."""
    found = []
    for other in streets_meant(index, written, families=False):
        if other.street is road.street or road.quality * other.quality < LEAST:
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
                At(
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
    if spot is not None and spot.distance(road.street.shape) <= PLACE_REACH_M:
        foot = foot_on(road.street, spot)
        found.append(
            At(
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


def _width_factor(spread_m: float) -> float:
    if spread_m > _VERY_WIDE_FROM_M:
        return _VERY_WIDE
    return _WIDE if spread_m > _WIDE_FROM_M else 1.0


def foot_on(street: Street, point: Point) -> Point:
    """The point of a street nearest to another."""
    shape = street.shape
    nearest = min(getattr(shape, "geoms", [shape]), key=lambda line: line.distance(point))
    return nearest.interpolate(nearest.project(point))  # type: ignore[no-any-return]
