"""What diversions do to the roads, kept with every change: what they shut, the nearest way round it, their impact."""

from __future__ import annotations

import json
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

import shapely

from geo.database.direct import Direct
from geo.overlap import RoadUse, judge_impact
from geo.overlap.roads import length_of
from geo.queries.overlap_roads import find_class_used, find_closure, read_stretches

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from shapely.geometry.base import BaseGeometry
    from sqlalchemy.orm import Session

    from geo.changes.overlap_frame import Frame
    from geo.overlap import ZoneFacts
    from geo.overlap.roads import RoadGraph

_KEPT = Direct(
    """
    select e.zone_id, e.made_of, e.used_class, e.road_class, e.shut_m, e.shut_pieces, e.way_round_m,
      e.way_round_pieces, e.impact::float8 as impact, e.impact_points
    from jiantu.diversion_effect e where e.zone_id = any(cast(:zones as bigint[]))
    """
)
_WRITE = Direct(
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
      made_of = excluded.made_of,
      used_class = excluded.used_class, shut_m = excluded.shut_m, shut_pieces = excluded.shut_pieces,
      way_round_m = excluded.way_round_m, way_round_pieces = excluded.way_round_pieces,
      impact = excluded.impact, impact_points = excluded.impact_points
    where e is distinct from excluded
    """
)


def keep_effects(frame: Frame, zone_ids: set[int], graph: RoadGraph | None) -> None:
    """Bring what these diversions do to the roads, and their impact, up to date. Without a road layer there is nothing.

    With the `graph` of all roads everything is made anew; without, a diversion that takes the same ground in the same
    way on the same roads does to them what it did.
    """
    session, asked = frame.session, {"zones": sorted(zone_ids)}
    kept: dict[int, dict[str, Any]] = {}
    if graph is None:
        kept = {row.zone_id: row._asdict() for row in _KEPT.rows(session, asked)}
    found = {}
    stretches = read_stretches(session, zone_ids) if frame.roads else {}
    for zone in frame.zones(stretches).values():
        drawn = stretches[zone.id]
        made_of = _made_of(frame, zone, drawn)
        done = kept.get(zone.id)
        if done is None or done["made_of"] != made_of:
            done = {"made_of": made_of, **_on_roads(session, zone, drawn, graph)}
        found[zone.id] = {"zone_id": zone.id, **done, **_impact(frame, zone, drawn, done)}
    if found != kept or graph is not None:
        rows = json.dumps(list(found.values()), ensure_ascii=False)
        _WRITE.rows(session, {"rows": rows, **asked})


def _made_of(frame: Frame, zone: ZoneFacts, stretches: Sequence[BaseGeometry]) -> str:
    """A mark of all that the effect on roads follows from."""
    what = blake2b(digest_size=16)
    what.update(f"{frame.roads_revision} {zone.closed_to_motors}".encode())
    for stretch in stretches:
        what.update(shapely.to_wkb(stretch))
    return what.hexdigest()


def _on_roads(
    session: Session, zone: ZoneFacts, stretches: Sequence[BaseGeometry], graph: RoadGraph | None
) -> dict[str, Any]:
    closure = find_closure(session, stretches, graph) if zone.closed_to_motors else None
    way_round_m = closure.way_round_m if closure else None
    return {
        "used_class": find_class_used(session, stretches, graph),
        "road_class": closure.road_class if closure else None,
        "shut_m": round(closure.shut_m, 2) if closure else None,
        "shut_pieces": sorted(closure.shut) if closure else [],
        "way_round_m": None if way_round_m is None else round(way_round_m, 2),
        "way_round_pieces": sorted(closure.way_round) if closure else [],
    }


def _impact(
    frame: Frame,
    zone: ZoneFacts,
    stretches: Sequence[BaseGeometry],
    done: Mapping[str, Any],
) -> dict[str, Any]:
    road = RoadUse(road_class=done["used_class"], length_m=length_of(stretches))
    impact = judge_impact(zone, road, frame.rules.impact)
    return {
        "impact": impact.index if impact else None,
        "impact_points": impact.points if impact else None,
    }
