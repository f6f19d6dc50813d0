"""Keeping pairs and watches true: brought up to date inside the transaction that changes a zone, or all made anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select, text

from geo.changes.cases import keep_cases
from geo.changes.diversion_effects import keep_effects
from geo.changes.lamps import collector_paused
from geo.changes.map_layers import raise_layers
from geo.changes.overlap_frame import find_neighbours, open_frame
from geo.changes.overlap_pairs import Kept, keep_pairs
from geo.changes.overlap_sweep import sweep_pairs
from geo.changes.overlap_watches import keep_uncovered, keep_watches
from geo.changes.watching import tell_watchers
from geo.database.acting import as_engine, by_engine
from geo.model.zones import Zone
from geo.queries.overlap_roads import read_graph
from geo.queries.overlap_zones import find_tied

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from datetime import date

    from sqlalchemy.orm import Session

_LOCK = 7_401_928
_CHUNK = 2_000
"""Zones whose watches are made at a time in a rebuild, so that memory stays flat."""
_FEW = 50
"""Zones up to which plans are kept. Plans that suit few zones do not suit most of a city."""
_COUNT = text("select count(*) from jiantu.zone")


def lock_overlaps(session: Session) -> None:
    """Wait until no other transaction changes pairs, and keep the others waiting until this one ends.

    It stands in a statement of its own: what comes after it then sees what the last holder committed. It is taken
    before the first row is written. The locks of one change are taken in one order everywhere, so that no two wait for
    one another: the intake's (`lock_intake`, `lock_out_intake`), this one, those of the lamps (`lock_lamps`), rows.
    """
    session.execute(select(func.pg_advisory_xact_lock(_LOCK)))


def refresh_overlaps(session: Session, zone_ids: Collection[int], day: date) -> Kept:
    """Bring the pairs, watches and effects of these zones up to date, in the transaction that changed them.

    What hangs on them is looked at too: phases of the same work, linked zones, neighbours' watches. When that is most
    of the city, all is made anew.
    """
    if not zone_ids:
        return Kept()
    with as_engine(session, keep_plans=len(zone_ids) <= _FEW, lock=_LOCK):
        return _refresh(session, zone_ids, day)


def _refresh(session: Session, zone_ids: Collection[int], day: date) -> Kept:
    tied = find_tied(session, zone_ids)
    wanted = tied.zones
    if len(wanted) > _CHUNK and 2 * len(wanted) > (session.scalar(_COUNT) or 0):
        with collector_paused():
            return _rebuild(session, day, zone_ids, None)
    frame = open_frame(session, day, tied)
    near = find_neighbours(frame, wanted)
    if frame.diversions:
        keep_effects(frame, wanted, None)
    kept = keep_pairs(frame, wanted)
    near |= {zone_id for pair in frame.changed for zone_id in pair}
    watched = keep_watches(frame, wanted) + keep_uncovered(frame, near - wanted)
    keep_cases(session, frame.changed, frame.rules.overlap.cases, day)
    if frame.watched:
        tell_watchers(session, zone_ids, frame.changed)
    raise_layers(session, frame.trued_up, ["overlaps"] if kept.changed_anything or watched else [])
    return kept


@by_engine
def rebuild_overlaps(
    session: Session,
    day: date,
    *,
    changed: Collection[int] = (),
    progress: Callable[[int, int], None] | None = None,
) -> Kept:
    """Make every pair, watch and effect anew; the rows are those that keeping them would have given.

    Rows that are as before stay untouched. Who watches a place is told of the zones `changed` in this transaction, as
    of the pairs. `progress` is told (done, of) zones.
    """
    session.flush()
    lock_overlaps(session)
    with collector_paused():
        return _rebuild(session, day, changed, progress)


def _rebuild(
    session: Session,
    day: date,
    changed: Collection[int],
    progress: Callable[[int, int], None] | None,
) -> Kept:
    frame = open_frame(session, day, None)
    every = list(session.scalars(select(Zone.id).order_by(Zone.id)))
    graph = read_graph(session, None) if frame.roads else None
    for start in range(0, len(every), _CHUNK):
        keep_effects(frame, set(every[start : start + _CHUNK]), graph)
    kept, watched = sweep_pairs(frame), 0
    for start in range(0, len(every), _CHUNK):
        chunk = set(every[start : start + _CHUNK])
        watched += keep_watches(frame, chunk)
        if progress:
            progress(min(start + _CHUNK, len(every)), len(every))
    keep_cases(session, None, frame.rules.overlap.cases, day)
    if frame.watched:
        tell_watchers(session, changed, frame.changed)
    raise_layers(session, frame.trued_up, ["overlaps"] if kept.changed_anything or watched else [])
    return kept
