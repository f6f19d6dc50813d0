"""From words to shapes: every reading of a phrase that the road layer bears out, ranked by how sure it is."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import shapely

from geo.crs import to_wgs84
from geo.placing.parse import parse_place
from geo.placing.readings import find_readings
from geo.placing.sides import beside, strip

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapely.geometry.base import BaseGeometry

    from geo.placing.index import RoadIndex
    from geo.placing.parse import Place
    from geo.placing.readings import Reading

CONFIDENT = 0.8
"""From this confidence on a place is taken without asking: at most 1 in 100 such is more than 30 m off (measured by
tests/unit/test_placing_figures.py on two cities)."""

SAME_M = 30.0
"""Readings that nowhere differ by more are one."""

_SURE_ENOUGH = 0.6
"""Below this, names without their endings are looked for as well."""
_RIVALRY = 8
"""How quickly a reading of less likely names stops being a rival: by this power of the ratio of their scores."""
_WORTH_TELLING = 0.1
_NO_SUCH_SIDE = 0.6
_SIDE_NOT_SAID = 0.9
_WORDS_LEFT = 0.8
_ROADS_LEFT = 0.6
_LENGTH_DIFFERS = 0.8

# What stands round a place without saying where: districts, and what is done there.
_NO_PLACE = re.compile(
    r"^(?:.*(?:省|市|区|县|镇|乡|街道|办事处|园区|新城)|位于|在|"
    r".*(?:工程|项目|施工|改造|维修|抢修|铺设|敷设|新建|迁改|污水|雨水|供热|管线|管道|管网|修复|建设|养护|占道|围挡))[的内]?$"
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A shape (WGS84) that a phrase may mean, with a confidence from 0 to 1.

    `how_zh` and `how_en` say in a sentence how it was found; `matched` gives for each name as written the road or place
    it was taken for.
    """

    shape: BaseGeometry
    kind: str  # line | point | polygon
    confidence: float
    how_zh: str
    how_en: str
    matched: tuple[tuple[str, str], ...]

    @property
    def confident(self) -> bool:
        """Whether it may be taken without asking."""
        return self.confidence >= CONFIDENT


def find_places(index: RoadIndex, text: str, limit: int = 5) -> list[Candidate]:
    """The places that a phrase may mean, the likeliest first, at most `limit`; none when no road of it is known."""
    if not text.strip() or index.empty:
        return []
    found = _drawn(index, parse_place(text, index.book.names))
    if max((reading.score for reading in found), default=0.0) < _SURE_ENOUGH:
        again = parse_place(text, index.book.aliases)
        found += _drawn(index, again)
    return [_candidate(index, reading) for reading in _ranked(found)[:limit]]


def _drawn(index: RoadIndex, place: Place) -> list[Reading]:
    """The readings with sides and widths drawn and with what the phrase says beyond them held against them."""
    factor = _ROADS_LEFT if place.more_roads else 1.0
    if place.words_left and not _NO_PLACE.match(place.words_left):
        factor *= _WORDS_LEFT
    drawn = [_sided(reading, place) for reading in find_readings(index, place)]
    return [
        replace(reading, score=reading.score * factor * _length_factor(reading, place))
        for reading in drawn
    ]


def _length_factor(reading: Reading, place: Place) -> float:
    """Less than 1 when the phrase tells a length that the stretch does not have."""
    if place.form != "stretch" or place.length_m is None or not reading.length_m:
        return 1.0
    off = abs(reading.length_m - place.length_m)
    return _LENGTH_DIFFERS if off > max(SAME_M * 2, 0.3 * place.length_m) else 1.0


def _sided(reading: Reading, place: Place) -> Reading:
    """A line moved to its side, or widened to the half or whole of the road."""
    if reading.shape.geom_type not in {"LineString", "MultiLineString"} or reading.fallback:
        return reading
    side = place.side if place.side != "both" else None
    width = place.width_m if place.taken is None else None
    full = 2 * reading.half_width_m
    shape: BaseGeometry | None
    if place.taken == "half" and side:
        shape, zh, en = strip(reading.shape, full, side), f"{_ZH[side]}半幅", f"{side} half"
    elif place.taken is not None:
        shape, zh, en = strip(reading.shape, full), f"宽 {full:g} 米", f"{full:g} m wide"
        if place.taken == "half":
            reading = replace(reading, score=reading.score * _SIDE_NOT_SAID)
    elif side:
        offset = reading.half_width_m
        shape = beside(reading.shape, side, offset)
        zh, en = f"{_ZH[side]}侧 {offset:g} 米", f"{offset:g} m to its {side} side"
    else:
        return reading
    if shape is None or shape.is_empty:
        notes = (*reading.notes, (f"此路没有{_ZH[side or '']}侧", f"the road has no {side} side"))
        return replace(reading, score=reading.score * _NO_SUCH_SIDE, notes=notes)
    if width and side and place.taken is None:
        zh, en = f"{zh}(宽 {width:g} 米)", f"{en} ({width:g} m wide)"
    return replace(reading, shape=shape, notes=(*reading.notes, (zh, en)))


_ZH = {"north": "北", "south": "南", "east": "东", "west": "西", "": ""}


def _ranked(readings: list[Reading]) -> list[Reading]:
    """The readings that differ, likeliest first; each less sure the nearer others come to it."""
    kept: list[Reading] = []
    for reading in sorted(readings, key=lambda each: -each.score):
        if not any(_same(reading.shape, other.shape) for other in kept):
            kept.append(reading)
    ranked = [
        replace(reading, score=reading.score / (1 + _rivals(reading, kept))) for reading in kept
    ]
    worth = [reading for reading in ranked if reading.score >= _WORTH_TELLING] or ranked[:1]
    return sorted(worth, key=lambda each: -each.score)


def _rivals(reading: Reading, others: Sequence[Reading]) -> float:
    """How much of the confidence others claim: 1 for each just as likely."""
    return sum(
        min(other.score / reading.score, 1.0) ** (1 if _same_names(reading, other) else _RIVALRY)
        for other in others
        if other is not reading and reading.score > 0
    )


def _same_names(one: Reading, other: Reading) -> bool:
    """Whether the same words lead to two places: streets that meet twice, or lead there on two ways."""
    return one.matched == other.matched and one.shape.geom_type == other.shape.geom_type


def _same(one: BaseGeometry, other: BaseGeometry) -> bool:
    if one.geom_type.removeprefix("Multi") != other.geom_type.removeprefix("Multi"):
        return False
    return bool(shapely.hausdorff_distance(one, other, densify=0.2) <= SAME_M)


def _candidate(index: RoadIndex, reading: Reading) -> Candidate:
    kinds = {"Point": "point", "LineString": "line", "Polygon": "polygon"}
    zh = ",".join(note for note, _ in reading.notes)
    en = ", ".join(note for _, note in reading.notes)
    return Candidate(
        shape=to_wgs84(reading.shape, f"EPSG:{index.srid}"),
        kind=kinds[reading.shape.geom_type.removeprefix("Multi")],
        confidence=round(reading.score, 2),
        how_zh=zh,
        how_en=en,
        matched=reading.matched,
    )
