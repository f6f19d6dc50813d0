"""What saving a zone would give, found by the code that keeps pairs and watches, without keeping any."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from geo.changes.diversion_effects import keep_effects
from geo.changes.overlap_frame import open_frame
from geo.changes.overlap_pairs import find_pairs, judge_pairs, pair_rows
from geo.changes.overlap_watches import watches_of
from geo.database.acting import by_engine
from geo.overlap import Days, Ground
from geo.queries.overlap_roads import find_ground
from geo.queries.overlap_zones import find_tied

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

    from geo.changes.overlap_frame import Frame
    from geo.overlap import PairFacts, Verdict, Watch, ZoneFacts
    from geo.rules import Rules

_OWN_DAYS = text(
    """
    select p.id, lower(p.period) as first_on, upper(p.period) - 1 as last_on
    from jiantu.zone_part p where p.zone_id = :zone
    """
)
_ANY_TIME = text(
    "update jiantu.zone_part set period = daterange('1900-01-01', null) where zone_id = :zone"
)


@dataclass(frozen=True, slots=True)
class ForeseenPair:
    """A pair that saving would give: its facts, what the rules say, and the row it would be kept as."""

    facts: PairFacts
    verdict: Verdict
    row: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What saving would give for one zone: its facts (None when it makes no pairs), its pairs, its watches."""

    zone: ZoneFacts | None
    pairs: list[ForeseenPair]
    watches: list[Watch]


@dataclass(frozen=True, slots=True)
class Obstacles:
    """A zone, and the facts of every pair it could make were it there at any time; and the ground under it."""

    zone: ZoneFacts | None
    pairs: list[PairFacts]
    ground: Ground
    rules: Rules


@by_engine
def foresee_overlaps(session: Session, zone_id: int, day: date) -> Foreseen:
    """The pairs and watches of a zone as the session sees it, by the code that keeps them, without keeping any.

    Nobody is waited for: no lock on overlaps is taken. The parts' days and the effect on roads are brought up to date
    for it, so the caller undoes its transaction.
    """
    session.flush()
    frame = _foresight(session, zone_id, day)
    judged = judge_pairs(find_pairs(frame, {zone_id}), frame.rules.overlap)
    rows = pair_rows(judged)
    pairs = [ForeseenPair(*told, row) for told, row in zip(judged, rows, strict=True)]
    zone = frame.zones({zone_id}).get(zone_id)
    return Foreseen(
        zone, pairs, [] if zone is None else watches_of(frame, {zone_id: zone})[zone_id]
    )


@by_engine
def find_obstacles(session: Session, zone_id: int, day: date) -> Obstacles:
    """What stands in the way of a zone as the session sees it, whenever that is; the caller undoes its transaction."""
    session.flush()
    frame = _foresight(session, zone_id, day)
    own_days = {
        row.id: Days(row.first_on, row.last_on)
        for row in session.execute(_OWN_DAYS, {"zone": zone_id})
    }
    zone = frame.zones({zone_id}).get(zone_id)
    session.execute(_ANY_TIME, {"zone": zone_id})
    pairs = list(find_pairs(frame, {zone_id}, own_days=own_days))
    ground = find_ground(session, [] if zone is None else [zone_id]).get(zone_id, Ground())
    return Obstacles(zone, pairs, ground, frame.rules)


def _foresight(session: Session, zone_id: int, day: date) -> Frame:
    frame = open_frame(session, day, find_tied(session, [zone_id]))
    if frame.diversions:
        keep_effects(frame, {zone_id}, None)
    return frame
