"""Rows that say only in words where they are: placed on the road layer when that is sure, else told what it may be."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from geo.importers.reading import Notices
from geo.placing import find_places
from geo.placing.find import CONFIDENT
from geo.queries.roads import ZoneKey, find_drawn_zones, read_road_index
from geo.records import PartRecord

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

    from geo.importers.reading import Reading
    from geo.placing import Candidate, RoadIndex
    from geo.records import ZoneRecord

ALTERNATIVES = 3
"""As many are told of when none is sure."""

_SEPARATOR = re.compile(r"[；;\n]+")
_CUT_SHORT = re.compile(r"等\s*\d+\s*处\s*$")
"""Many places of one work, of which the text names only the first."""

_ROLES = {"diversion": "taken", "haul_route": "centre_line"}


def place_by_words(session: Session, reading: Reading) -> Reading:
    """The reading with shapes for those zones that have only words, as far as the city's roads make them sure."""
    waiting = [zone for zone in reading.batch.zones if zone.location_text and not zone.parts]
    if not waiting:
        return reading
    index = read_road_index(session)
    return reading if index.empty else place_zones(reading, index, find_drawn_zones(session))


def place_zones(reading: Reading, index: RoadIndex, drawn: Mapping[ZoneKey, str | None]) -> Reading:
    """The same on a road index; `drawn` are the zones that have a shape already, with their words.

    A zone gets shapes when each place of its `location_text` (they stand between semicolons) is found with a
    confidence of at least `CONFIDENT`; a notice says how. Otherwise nothing is drawn, and a notice tells the best
    alternatives. A shape that a zone has already is never replaced.
    """
    notices = Notices()
    zones = [
        _placed(zone, index, drawn, notices) if zone.location_text and not zone.parts else zone
        for zone in reading.batch.zones
    ]
    return replace(
        reading,
        batch=replace(reading.batch, zones=zones),
        notices=[*reading.notices, *notices.found],
    )


def _placed(
    zone: ZoneRecord, index: RoadIndex, drawn: Mapping[ZoneKey, str | None], notices: Notices
) -> ZoneRecord:
    words = zone.location_text or ""
    key = ZoneKey(zone.kind, zone.project if zone.kind == "site" else None, zone.code)
    if key in drawn:
        if drawn[key] != words:
            zh = "位置描述有改动;已有的图形不变,请核对"
            en = "the location in words changed; the shape that is there stays: please check it"
            notices.add("noted", zone.source, "location_text", words, zh, en)
        return zone
    places = [place.strip() for place in _SEPARATOR.split(words) if place.strip()]
    found = [find_places(index, place, ALTERNATIVES) for place in places]
    if (
        found
        and not _CUT_SHORT.search(words)
        and all(candidates and candidates[0].confident for candidates in found)
    ):
        best = [candidates[0] for candidates in found]
        zh = f"按位置描述定位:{'；'.join(_told_zh(each) for each in best)}"
        en = f"placed by its words: {'; '.join(_told_en(each) for each in best)}"
        notices.add("mended", zone.source, "location_text", words, zh, en)
        role = _ROLES.get(zone.kind, "footprint")
        return replace(zone, parts=tuple(PartRecord(each.shape, role) for each in best))
    if any(found):
        maybe = [candidate for candidates in found for candidate in candidates[:ALTERNATIVES]]
        maybe = maybe[: max(ALTERNATIVES, len(places))]
        zh = (
            f"位置描述不足以定位(可信度低于 {CONFIDENT:g}),未上图;可能是:"
            f"{'；'.join(_told_zh(each) for each in maybe)}"
        )
        en = (
            f"its words do not place it surely (confidence below {CONFIDENT:g}), nothing was drawn; it may be: "
            f"{'; '.join(_told_en(each) for each in maybe)}"
        )
    else:
        zh = "位置描述中没有认出道路,未上图"
        en = "no road was recognised in its words, nothing was drawn"
    notices.add("noted", zone.source, "location_text", words, zh, en)
    return zone


def _told_zh(candidate: Candidate) -> str:
    return f"{candidate.how_zh}(可信度 {candidate.confidence:.2f})"


def _told_en(candidate: Candidate) -> str:
    return f"{candidate.how_en} (confidence {candidate.confidence:.2f})"
