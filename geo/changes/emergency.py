"""Entering an emergency repair (抢修) in one step: the dig, the road it takes, and the link between them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from geo.changes.overlaps import lock_overlaps
from geo.changes.zones import create_zone
from geo.errors import ChangeRefusedError
from geo.queries.city import get_city
from geo.queries.zone_roads import find_near_road
from geo.zoning import LinkDraft, RoadHere, draw_emergency
from geo.zoning.emergency import MOST_HOURS, TAKES_ROAD

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from geo.changes.zones import Author, Saved
    from geo.zoning import EmergencyWords

NEAR_ROAD_M = 40.0
"""An emergency lies on the road within so many metres."""
_HOURS = (
    f"预计时长须在1到{MOST_HOURS}小时之间。",
    f"The expected hours must be between 1 and {MOST_HOURS}.",
)
_TAKEN = ("占用部位不在代码表中。", "What is taken of the road is not in the list.")


@dataclass(frozen=True, slots=True)
class SavedEmergency:
    """The dig as saved, the road it takes (None when it takes none), and the name of the road found."""

    dig: Saved
    closure: Saved | None
    road: str | None


def record_emergency(
    session: Session, words: EmergencyWords, author: Author, now: datetime
) -> SavedEmergency:
    """Enter an emergency repair that begins `now` (the city's time). Raises ChangeRefusedError."""
    if not 1 <= words.hours <= MOST_HOURS:
        raise ChangeRefusedError(*_HOURS)
    if not set(words.taken) <= TAKES_ROAD:
        raise ChangeRefusedError(*_TAKEN)
    lock_overlaps(session)
    near = find_near_road(session, words.lon, words.lat, NEAR_ROAD_M)
    road = None if near is None else RoadHere(near.name, near.width_m, near.line)
    dig, closure = draw_emergency(words, road, now, get_city(session).metric_srid)
    day = now.date()
    saved = create_zone(session, dig, author, day)
    if closure is None:
        return SavedEmergency(saved, None, near.name if near else None)
    made_for = replace(closure, links=(LinkDraft(saved.id, "made_for"),))
    taken = create_zone(session, made_for, author, day)
    return SavedEmergency(saved, taken, near.name if near else None)
