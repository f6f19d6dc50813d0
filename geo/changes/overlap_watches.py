"""What is kept of one zone by itself: its watches, and what a diversion does to the roads."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from geo.overlap import Ground, WatchCode, find_uncovered, find_watches, judge_impact
from geo.queries.overlap_roads import find_closure, find_ground, find_road_use, read_stretches

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geo.changes.overlap_frame import Frame
    from geo.overlap import Watch, ZoneFacts
    from geo.overlap.roads import RoadGraph

_WRITE_WATCHES = text(
    """
    with new as (
      select t.zone_id, t.code, t.anchors, daterange(t.first_on, t.last_on, '[]') as days
      from json_to_recordset(cast(:rows as json)) as t(
        zone_id bigint, code text, anchors jsonb, first_on date, last_on date)
    ), gone as (
      delete from jiantu.watch w where w.zone_id = any(cast(:zones as bigint[]))
        and (not :uncovered or w.code = 'no_diversion') and not exists (
        select from new n where (n.zone_id, n.code, n.anchors, n.days) = (w.zone_id, w.code, w.anchors, w.days))
      returning 1
    ), added as (
      insert into jiantu.watch (zone_id, code, anchors, days)
      select n.zone_id, n.code, n.anchors, n.days from new n where not exists (
        select from jiantu.watch w
        where (w.zone_id, w.code, w.anchors, w.days) = (n.zone_id, n.code, n.anchors, n.days))
      returning 1
    )
    select (select count(*) from gone) + (select count(*) from added)
    """
)
_WRITE_EFFECTS = text(
    """
    with new as (
      select * from json_populate_recordset(null::jiantu.diversion_effect, cast(:rows as json))
    ), gone as (
      delete from jiantu.diversion_effect e
      where e.zone_id = any(cast(:zones as bigint[]))
        and not exists (select from new n where n.zone_id = e.zone_id)
      returning 1
    )
    insert into jiantu.diversion_effect as e select n.* from new n
    on conflict (zone_id) do update set road_class = excluded.road_class,
      shut_m = excluded.shut_m, shut_pieces = excluded.shut_pieces,
      way_round_m = excluded.way_round_m, way_round_pieces = excluded.way_round_pieces,
      impact = excluded.impact, impact_points = excluded.impact_points
    where e is distinct from excluded
    """
)


def keep_watches(frame: Frame, zone_ids: set[int]) -> int:
    """Bring the watches of these zones up to date; how many rows that changed."""
    zones = frame.zones(zone_ids)
    rows = [
        _watch_row(zone_id, watch)
        for zone_id, watches in watches_of(frame, zones).items()
        for watch in watches
    ]
    return _write(frame, zone_ids, rows, uncovered=False)


def keep_uncovered(frame: Frame, zone_ids: set[int]) -> int:
    """Bring up to date whether these works have a diversion for the road that they take; how many rows that changed.

    That is all of a work's watches that hangs on the diversions of others.
    """
    if not zone_ids or not frame.diversions or not frame.roads:
        return 0
    grounds = find_ground(frame.session, zone_ids, pavements=False)
    rows = [
        _watch_row(zone.id, watch)
        for zone in frame.zones(grounds).values()
        for watch in find_uncovered(zone, grounds[zone.id])
    ]
    return _write(frame, zone_ids, rows, uncovered=True)


def _write(
    frame: Frame, zone_ids: set[int], rows: list[dict[str, Any]], *, uncovered: bool
) -> int:
    """Put these watches in the place of all that the zones have, or of those only that say they have no diversion."""
    asked = {
        "zones": sorted(zone_ids),
        "rows": json.dumps(rows, ensure_ascii=False),
        "uncovered": uncovered,
    }
    return int(frame.session.execute(_WRITE_WATCHES, asked).scalar_one())


def watches_of(frame: Frame, zones: Mapping[int, ZoneFacts]) -> dict[int, list[Watch]]:
    """What is to be watched at each of these zones, as their facts and the ground under them stand."""
    grounds = find_ground(frame.session, zones, roads=frame.roads, pavements=frame.pavements)
    return {
        zone.id: find_watches(zone, grounds.get(zone.id, Ground()), frame.rules)
        for zone in zones.values()
    }


def _watch_row(zone_id: int, watch: Watch) -> dict[str, Any]:
    return {
        "zone_id": zone_id,
        "code": watch.code.value,
        "anchors": dict(watch.anchors),
        "first_on": watch.days.first_on.isoformat(),
        "last_on": watch.days.last_on.isoformat() if watch.days.last_on else None,
    }


def keep_effects(frame: Frame, zone_ids: set[int], graph: RoadGraph | None) -> None:
    """What these diversions do to the road graph, and their impact. Without a road layer there is none."""
    session = frame.session
    rows = []
    if frame.roads:
        stretches = read_stretches(session, zone_ids)
        zones = frame.zones(stretches)
        rows = [_effect_row(frame, zone, stretches[zone.id], graph) for zone in zones.values()]
    session.execute(
        _WRITE_EFFECTS,
        {"rows": json.dumps(rows, ensure_ascii=False), "zones": sorted(zone_ids)},
    )


def _effect_row(
    frame: Frame, zone: ZoneFacts, stretches: list[Any], graph: RoadGraph | None
) -> dict[str, Any]:
    closure = None
    if zone.closed_to_motors:
        closure = find_closure(frame.session, stretches, graph)
    impact = judge_impact(zone, find_road_use(frame.session, stretches, graph), frame.rules.impact)
    return {
        "zone_id": zone.id,
        "road_class": closure.road_class if closure else None,
        "shut_m": round(closure.shut_m, 2) if closure else None,
        "shut_pieces": sorted(closure.shut) if closure else [],
        "way_round_m": round(closure.way_round_m, 2)
        if closure and closure.way_round_m is not None
        else None,
        "way_round_pieces": sorted(closure.way_round) if closure else [],
        "impact": impact.index if impact else None,
        "impact_points": impact.points if impact else None,
    }
