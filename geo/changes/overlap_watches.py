"""What is watched on a zone, kept with every change."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from geo.database.direct import Direct
from geo.database.moments import BY_THIS_CHANGE, SINCE
from geo.overlap import Ground, find_uncovered, find_watches
from geo.queries.overlap_roads import COVERED, find_ground

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geo.changes.overlap_frame import Frame
    from geo.overlap import Watch, ZoneFacts

_NEW = """
    select t.zone_id, t.code, t.anchors, daterange(t.first_on, t.last_on, '[]') as days
    from json_to_recordset(cast(:rows as json)) as t(
      zone_id bigint, code text, anchors jsonb, first_on date, last_on date)
"""
_WRITE_WATCHES = Direct(
    f"""
    with new as ({_NEW}), stands as materialized (
      select w.id, w.zone_id, w.code, w.anchors, w.days from jiantu.watch w
      where w.zone_id = any(cast(:zones as bigint[]))
    ), gone as (
      delete from jiantu.watch w where w.id in (select s.id from stands s where not exists (
        select from new n where (n.zone_id, n.code, n.anchors, n.days) = (s.zone_id, s.code, s.anchors, s.days)))
      returning 1
    ), added as (
      insert into jiantu.watch (zone_id, code, anchors, days, {SINCE})
      select n.zone_id, n.code, n.anchors, n.days, {BY_THIS_CHANGE} from new n where not exists (
        select from stands s
        where (s.zone_id, s.code, s.anchors, s.days) = (n.zone_id, n.code, n.anchors, n.days))
      returning 1
    )
    select (select count(*) from gone) + (select count(*) from added) as changed
    """  # noqa: S608  built from constants of this module
)
"""What stands is read by its zones first: the planner would look for a watch of the same days by those, and such are
many."""
_ADD_WATCHES = Direct(
    f"with new as ({_NEW}) insert into jiantu.watch (zone_id, code, anchors, days, {SINCE})"  # noqa: S608  constants
    f" select n.zone_id, n.code, n.anchors, n.days, {BY_THIS_CHANGE} from new n"
)
_COVER = Direct(
    f"""
    with asked as materialized (
      select z.id, w.id as watch_id from jiantu.zone z
      left join jiantu.watch w on w.zone_id = z.id and w.code = 'no_diversion'
      where z.id = any(cast(:zones as bigint[])) and z.kind in ('site', 'relocation')
    ), covered as materialized ({COVERED.format(zones="(select a.id from asked a)")}
    ), gone as (
      delete from jiantu.watch w using asked a
      where w.id = a.watch_id and a.id in (select c.zone_id from covered c)
      returning 1
    )
    select (select count(*) from gone) as changed,
      array(select a.id from asked a
        where a.watch_id is null and a.id not in (select c.zone_id from covered c)) as in_doubt
    """  # noqa: S608  built from constants
)
"""What says of a work that has a diversion now that it has none, goes; which works have neither is told."""


_ON_THE_GROUND = ("site", "relocation")
"""Kinds of works that the ground under them is looked at for."""


def keep_watches(frame: Frame, zone_ids: set[int]) -> int:
    """Bring the watches of these zones up to date; how many rows that changed."""
    zones = frame.zones(zone_ids)
    rows = [
        _watch_row(zone_id, watch)
        for zone_id, watches in watches_of(frame, zones).items()
        for watch in watches
    ]
    if not rows and not frame.has_watches:
        return 0
    told = json.dumps(rows, ensure_ascii=False)
    asked = {"zones": sorted(zone_ids), "rows": told}
    return int(_WRITE_WATCHES.one(frame.session, asked).changed)


def keep_uncovered(frame: Frame, zone_ids: set[int]) -> int:
    """Bring up to date whether these works have a diversion for the road that they take; how many rows that changed.

    That is all of a work's watches that hangs on the diversions of others.
    """
    if not zone_ids or not frame.diversions or not frame.roads:
        return 0
    session, asked = frame.session, {"zones": sorted(zone_ids)}
    changed, open_to_doubt = _COVER.one(session, asked)
    if not open_to_doubt:
        return int(changed)
    grounds = find_ground(session, open_to_doubt, pavements=False)
    rows = [
        _watch_row(zone.id, watch)
        for zone in frame.zones(grounds).values()
        for watch in find_uncovered(zone, grounds[zone.id])
    ]
    if rows:
        _ADD_WATCHES.rows(session, {"rows": json.dumps(rows, ensure_ascii=False)})
    return int(changed) + len(rows)


def watches_of(frame: Frame, zones: Mapping[int, ZoneFacts]) -> dict[int, list[Watch]]:
    """What is to be watched at each of these zones, as their facts and the ground under them stand."""
    works = [zone.id for zone in zones.values() if zone.kind in _ON_THE_GROUND]
    grounds = find_ground(frame.session, works, roads=frame.roads, pavements=frame.pavements)
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
