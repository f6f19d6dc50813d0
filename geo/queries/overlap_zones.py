"""Reading zones as the rules of space and time see them, and which of them belong together."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, text

from geo.database.direct import Direct
from geo.model.base import among
from geo.model.zones import LinkKind, Zone, ZoneLink
from geo.overlap import Days, HandOver, Window, ZoneFacts
from geo.queries.facts import rules_of
from geo.queries.windows import to_window

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from sqlalchemy.dialects.postgresql import Range
    from sqlalchemy.orm import Session

    from geo.rules import RulesVersion

LIVE = "z.state <> 'withdrawn' and (z.state <> 'finished' or z.actual_finish_on is not null)"
"""Zones that make pairs. A finished one does for the days up to its finish, if that is known."""

FACTS = f"""
    select z.id as zone_id, z.kind, coalesce(z.name, j.name, z.code) as name, z.state, z.tentative,
      z.emergency, z.project_id, j.code as project_code, z.unit_id, z.actual_start_on,
      z.actual_finish_on, z.taken, z.side, z.lanes_before, z.lanes_open, z.passing, z.still_pass,
      z.permit_step, z.approval_number, z.approved_until_on, z.extended_until_on, z.announced_on,
      z.utility, z.placement, z.step, z.stops, z.exempt,
      (select range_merge(range_agg(p.period)) from jiantu.zone_part p
       where p.zone_id = z.id and p.role <> 'centre_line') as days,
      (select array_agg(distinct p.mode) from jiantu.zone_part p
       where p.zone_id = z.id and p.role = 'detour') as detours_for,
      (select json_agg(json_build_array(
          extract(hour from h.since) * 60 + extract(minute from h.since),
          extract(hour from h.until) * 60 + extract(minute from h.until), h.weekdays)
          order by h.since, h.until, h.weekdays)
       from jiantu.zone_hours h where h.zone_id = z.id) as hours,
      case when z.kind = 'relocation' then (select json_agg(json_build_array(
          w.code, w.name, w.name_en, w.forbids, w.operation, w.first_day, w.last_day, w.since, w.until)
          order by w.code)
       from jiantu.service_window w where w.unit_id = z.unit_id) end as windows,
      (select min(o.project_id) from jiantu.zone_link l join jiantu.zone o on o.id = l.other_id
       where l.zone_id = z.id and l.kind = 'made_for') as made_for_project
    from jiantu.zone z left join jiantu.project j on j.id = z.project_id
    where {LIVE} and z.id = any({{zones}})
"""  # noqa: S608  built from constants of this module
"""Reads the facts of zones; what follows names them, as an array, for `format`."""
_ZONES = Direct(FACTS.format(zones="cast(:zones as bigint[])"))


@dataclass(frozen=True, slots=True)
class Ties:
    """What belongs together: the work above each phase, and the links between works."""

    works: Mapping[int, int]
    """The topmost work of each phase; a zone that is not listed is its own work."""
    phases: Mapping[int, frozenset[int]]
    """The phases, at any depth, of each work that has some."""

    def work_of(self, zone_id: int) -> int:
        """The zone at the top of a zone's phases."""
        return self.works.get(zone_id, zone_id)

    def family(self, zone_ids: Iterable[int]) -> set[int]:
        """The zones with all that are phases of the same works."""
        works = {self.work_of(zone_id) for zone_id in zone_ids}
        return works.union(*(self.phases.get(work, frozenset()) for work in works))


def read_ties(session: Session) -> Ties:
    """Which zones are phases of which works. Phases are few, so all are read at once."""
    query = select(Zone.id, Zone.parent_id).where(Zone.parent_id.is_not(None))
    return _ties({row.id: row.parent_id for row in session.execute(query)})


def _ties(above: Mapping[int, int]) -> Ties:
    works = {}
    phases: dict[int, set[int]] = {}
    for zone_id in above:
        top = _top(zone_id, above)
        works[zone_id] = top
        phases.setdefault(top, set()).add(zone_id)
    return Ties(works, {work: frozenset(members) for work, members in phases.items()})


def _top(zone_id: int, above: Mapping[int, int]) -> int:
    """Up to the topmost work; a ring of phases has its lowest number for its top."""
    seen = [zone_id]
    while (parent := above.get(seen[-1])) is not None:
        if parent in seen:
            return min(seen[seen.index(parent) :])
        seen.append(parent)
    return seen[-1]


@dataclass(frozen=True, slots=True)
class Links:
    """The links of some zones, between works, and which ground must be handed over when."""

    works: frozenset[tuple[int, int]]
    hand_overs: Mapping[tuple[int, int], tuple[HandOver, ...]]
    """By pair of zones, the lower id first."""

    def tie(self, one: int, other: int) -> bool:
        """Whether two works are linked."""
        return (min(one, other), max(one, other)) in self.works


def read_links(session: Session, zone_ids: Collection[int] | None, ties: Ties) -> Links:
    """The links that begin or end at these zones or their phases (all links when None)."""
    query = select(ZoneLink.zone_id, ZoneLink.other_id, ZoneLink.kind, ZoneLink.due_on)
    if zone_ids is not None:
        wanted = sorted(ties.family(zone_ids))
        query = query.where(among(ZoneLink.zone_id, wanted) | among(ZoneLink.other_id, wanted))
    works = set()
    hand_overs: dict[tuple[int, int], tuple[HandOver, ...]] = {}
    for zone_id, other_id, kind, due_on in session.execute(query):
        one, other = ties.work_of(zone_id), ties.work_of(other_id)
        works.add((min(one, other), max(one, other)))
        if kind is LinkKind.BEFORE and due_on is not None:
            pair = min(zone_id, other_id), max(zone_id, other_id)
            hand_overs[pair] = (*hand_overs.get(pair, ()), HandOver(zone_id, due_on))
    return Links(frozenset(works), hand_overs)


_SETTING = """
    (select metric_srid from jiantu.city) as srid,
      exists (select from jiantu.road) as roads, (select r.number from jiantu.revision r
        where r.audience = 'staff' and r.layer = 'roads') as roads_revision,
      exists (select from jiantu.pavement) as pavements,
      exists (select from jiantu.watch_subscription s where s.active) as watched,
      array(select v.effective_on from jiantu.rules_version v order by v.effective_on) as rules_from,
      array(select cast(v.rules as text) from jiantu.rules_version v order by v.effective_on) as rules
"""
_WHOLE = text(f"select true as diversions, true as has_watches, {_SETTING}")
_TIED = Direct(
    f"""
    with links as (
      select l.zone_id, l.other_id from jiantu.zone_link l
      where l.zone_id = any(cast(:zones as bigint[])) or l.other_id = any(cast(:zones as bigint[]))
      union
      select cut.zone_id, cut.other_id from history.zone_link_version v
      cross join lateral jsonb_to_record(v.row) as cut(zone_id bigint, other_id bigint)
      where v.op = 'D' and lower(v.valid) >= transaction_timestamp()
        and (cut.zone_id = any(cast(:zones as bigint[])) or cut.other_id = any(cast(:zones as bigint[])))
    )
    select {_SETTING},
      array(select array[l.zone_id, l.other_id] from links l) as links,
      exists (select from jiantu.watch w where w.zone_id = any(cast(:zones as bigint[]))) as has_watches,
      array(select array[z.id, z.parent_id] from jiantu.zone z where z.parent_id is not null) as phases,
      exists (select from jiantu.zone z where z.kind = 'diversion' and z.id = any(
        cast(:zones as bigint[]) || array(select l.zone_id from links l union select l.other_id from links l))
      ) or exists (select from history.zone_version v
        where v.op = 'D' and lower(v.valid) >= transaction_timestamp() and v.row ->> 'kind' = 'diversion'
      ) as diversions
    """  # noqa: S608  built from constants of this module
)


@dataclass(frozen=True, slots=True)
class Setting:
    """What there is in the city that pairs and watches may depend on."""

    srid: int
    roads: bool
    roads_revision: int | None
    """The number of the road layer as it is; None before it was ever loaded as one."""
    pavements: bool
    diversions: bool
    """Whether there may be a diversion among the zones; nothing else does anything to roads or to others' watches."""
    has_watches: bool
    """Whether anything may be watched on the zones so far."""
    watched: bool
    """Whether anybody watches a place."""
    rules: tuple[RulesVersion, ...]


@dataclass(frozen=True, slots=True)
class Tied:
    """Some zones with all whose pairs or watches may depend on them, and what belongs together in the city."""

    zones: set[int]
    ties: Ties
    linked: bool
    """Whether any of them has a link."""
    setting: Setting


def read_setting(session: Session) -> Setting:
    """What there is in the city when all its zones are looked at."""
    return _setting(session.execute(_WHOLE).one())


def _setting(row: Any) -> Setting:  # noqa: ANN401  a row
    rules = rules_of(zip(row.rules_from, row.rules, strict=True))
    return Setting(
        *(row.srid, row.roads, row.roads_revision, row.pavements, row.diversions),
        has_watches=row.has_watches,
        watched=row.watched,
        rules=tuple(rules),
    )


def find_tied(session: Session, zone_ids: Collection[int]) -> Tied:
    """These zones with all whose pairs or watches may depend on them: phases of the same works, and linked zones.

    Those to which a link was cut in this transaction are among them, and may no longer be there.
    """
    row = _TIED.one(session, {"zones": sorted(zone_ids)})
    ties = _ties(dict(row.phases))
    setting = _setting(row)
    linked = {(one, other) for one, other in row.links}
    found = ties.family(zone_ids)
    if not found <= set(zone_ids):  # links of their phases, and of the works above them
        among_them = among(ZoneLink.zone_id, found) | among(ZoneLink.other_id, found)
        query = select(ZoneLink.zone_id, ZoneLink.other_id).where(among_them)
        linked |= {(one, other) for one, other in session.execute(query)}
        setting = replace(setting, diversions=True)
    zones = ties.family(found.union(*linked))
    if not zones <= found.union(*linked):
        setting = replace(setting, diversions=True)
    if not zones <= set(zone_ids):
        setting = replace(setting, has_watches=True)
    return Tied(zones, ties, bool(linked), setting)


def read_zone_facts(
    session: Session, zone_ids: Collection[int], ties: Ties
) -> dict[int, ZoneFacts]:
    """The facts of these zones by id; those that make no pairs are left out."""
    wanted = {zone_id for each in zone_ids for zone_id in (each, ties.work_of(each))}
    rows = {row.zone_id: row for row in _ZONES.rows(session, {"zones": sorted(wanted)})}
    return {
        zone_id: _facts(rows[zone_id], rows.get(ties.work_of(zone_id)), ties)
        for zone_id in zone_ids
        if zone_id in rows
    }


def facts_of(rows: Iterable[Any], ties: Ties) -> dict[int, ZoneFacts]:
    """The facts that rows of `FACTS` tell by themselves: those of phases need the row of their work too."""
    told = {row.zone_id: row for row in rows}
    works = {zone_id: ties.work_of(zone_id) for zone_id in told}
    return {
        zone_id: _facts(told[zone_id], told[work], ties)
        for zone_id, work in works.items()
        if work in told
    }


def _facts(row: Any, work: Any, ties: Ties) -> ZoneFacts:  # noqa: ANN401  rows
    project = row.project_id or row.made_for_project
    if project is None and work is not None:
        project = work.project_id or work.made_for_project
    return ZoneFacts(
        id=row.zone_id,
        kind=row.kind,
        name=row.name,
        state=row.state,
        tentative=row.tentative,
        emergency=row.emergency,
        work=ties.work_of(row.zone_id),
        project=project,
        project_code=row.project_code,
        unit=row.unit_id,
        hours=tuple(
            Window(int(since), int(until), frozenset(weekdays))
            for since, until, weekdays in row.hours or ()
        ),
        actual_start_on=row.actual_start_on,
        actual_finish_on=row.actual_finish_on,
        days=to_days(row.days),
        taken=frozenset(row.taken or ()),
        side=row.side,
        lanes_before=row.lanes_before,
        lanes_open=row.lanes_open,
        passing=row.passing,
        still_pass=frozenset(row.still_pass or ()),
        detours_for=frozenset(row.detours_for or ()),
        permit_step=row.permit_step,
        approval_number=row.approval_number,
        approved_until_on=row.approved_until_on,
        extended_until_on=row.extended_until_on,
        announced_on=row.announced_on,
        utility=row.utility,
        placement=row.placement,
        step=row.step,
        stops=tuple(row.stops or ()),
        exempt=frozenset(row.exempt or ()),
        windows=tuple(to_window(*told) for told in row.windows or ()),
    )


def to_days(found: Range[date] | None) -> Days | None:
    """A range of the database as days, both included."""
    if found is None or found.lower is None:
        return None
    return Days(found.lower, None if found.upper is None else found.upper - timedelta(days=1))
