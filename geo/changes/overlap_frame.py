"""What one piece of keeping overlaps shares: the session, the rules, what belongs together, zones read once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from geo.changes.zone_parts import true_up_parts
from geo.database.direct import Direct
from geo.queries.overlap_roads import COVERED_M
from geo.queries.overlap_zones import (
    Links,
    facts_of,
    read_links,
    read_setting,
    read_ties,
    read_zone_facts,
)
from geo.rules import rules_on

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import date

    from sqlalchemy.orm import Session

    from geo.overlap import ZoneFacts
    from geo.queries.overlap_contacts import Pair
    from geo.queries.overlap_zones import Tied, Ties
    from geo.rules import Rules

_NEIGHBOURS = Direct(
    """
    with gone as (
      select v.id from history.zone_part_version v
      where v.op = 'D' and lower(v.valid) >= transaction_timestamp()
        and cast(v.row ->> 'zone_id' as bigint) = any(cast(:zones as bigint[]))
    ), projects as (
      select z.project_id as id from jiantu.zone z where z.id = any(cast(:zones as bigint[]))
      union
      select o.project_id from jiantu.zone_link l join jiantu.zone o on o.id = l.other_id
      where l.zone_id = any(cast(:zones as bigint[]))
    ), parts as (
      select p.id, p.shape_metric from jiantu.zone_part p join jiantu.zone z on z.id = p.zone_id
      where p.zone_id = any(cast(:zones as bigint[])) and z.kind = 'diversion'
    ), places as (
      select shape_metric as shape from parts
      union all
      select st_transform(v.geom, cast(:srid as integer))
      from (select id from parts union all select id from gone) drawn
      join history.zone_part_version v on v.id = drawn.id
      where upper(v.valid) >= transaction_timestamp()
    )
    select case when o.zone_a = any(cast(:zones as bigint[])) then o.zone_b else o.zone_a end as zone_id
    from jiantu.overlap o
    where o.zone_a = any(cast(:zones as bigint[])) or o.zone_b = any(cast(:zones as bigint[]))
    union
    select w.id from jiantu.zone w where w.project_id in (select id from projects)
    union
    select l.zone_id from jiantu.zone_link l join jiantu.zone o on o.id = l.other_id
    where o.project_id in (select id from projects)
    union
    select q.zone_id from places p join jiantu.zone_part q
      on q.shape_wide && st_expand(p.shape, :near_m) and st_dwithin(q.shape_metric, p.shape, :near_m)
    """
)
"""Works that make a pair with these zones, are of their projects, or lie where their diversions are or were before this
transaction, also with parts that are no longer there: who works by day and who closes the road by night make no pair,
and one is the other's diversion."""
_NO_LINKS = Links(frozenset(), {})


class Frame:
    """What one piece of keeping shares: the session, the rules, what belongs together, the road layer or none."""

    def __init__(self, session: Session, day: date, tied: Tied | None) -> None:
        setting = tied.setting if tied else read_setting(session)
        self.session = session
        self.rules: Rules = rules_on(setting.rules, day)
        self.ties: Ties = tied.ties if tied else read_ties(session)
        self.links = _NO_LINKS
        if tied is None or tied.linked:
            self.links = read_links(session, tied.zones if tied else None, self.ties)
        self.srid = setting.srid
        self.roads = setting.roads
        self.roads_revision = setting.roads_revision
        self.pavements = setting.pavements
        self.diversions = setting.diversions
        self.has_watches = setting.has_watches
        self.watched = setting.watched
        self.trued_up: set[int] = set()
        """Zones that had a part to bring up to date: where they are drawn, their days may be others."""
        self.changed: set[Pair] = set()
        """Pairs that were written anew or differently, or removed."""
        self._zones: dict[int, ZoneFacts | None] = {}

    def know(self, rows: Iterable[Any]) -> None:
        """Take the facts of zones from rows that were read with something else; what is known stays as it was."""
        self._zones = {**facts_of(rows, self.ties), **self._zones}

    def zones(self, zone_ids: Iterable[int]) -> dict[int, ZoneFacts]:
        """The facts of these zones, each read once; those that make no pairs are left out."""
        wanted = set(zone_ids)
        missing = wanted - self._zones.keys()
        if missing:
            found = read_zone_facts(self.session, missing, self.ties)
            self._zones.update({zone_id: found.get(zone_id) for zone_id in missing})
        facts = ((zone_id, self._zones[zone_id]) for zone_id in sorted(wanted))
        return {zone_id: zone for zone_id, zone in facts if zone is not None}


def open_frame(session: Session, day: date, tied: Tied | None) -> Frame:
    """What keeping the overlaps of these zones shares (None: of all), with their parts trued up first."""
    frame = Frame(session, day, tied)
    frame.trued_up = true_up_parts(session, day, frame.rules, tied.zones if tied else None)
    return frame


def find_neighbours(frame: Frame, zone_ids: Collection[int]) -> set[int]:
    """Zones whose watches hang on the diversions among these: works near them, and works of the same projects.

    A work needs a diversion for the road that it takes, so without a road layer there are none.
    """
    if not frame.diversions or not frame.roads:
        return set()
    asked = {"zones": sorted(zone_ids), "srid": frame.srid, "near_m": COVERED_M}
    return {row.zone_id for row in _NEIGHBOURS.rows(frame.session, asked)}
