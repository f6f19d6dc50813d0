"""Keeping pairs and watches true: brought up to date inside the transaction that changes a zone, or all made anew."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import shapely
from sqlalchemy import func, select, text

from geo.changes.cases import keep_cases
from geo.changes.lamps import raise_revisions
from geo.changes.watching import tell_watchers
from geo.changes.zone_parts import true_up_parts
from geo.database.acting import by_engine
from geo.model.city import City
from geo.model.zones import Zone
from geo.overlap import Days, Ground, PairFacts, Verdict, find_watches, judge_impact, judge_pair
from geo.queries.facts import read_rules
from geo.queries.overlap_contacts import find_contacts, measure_lines
from geo.queries.overlap_roads import (
    find_alternatives,
    find_closure,
    find_ground,
    find_road_use,
    find_trenches,
    has_roads,
    read_graph,
    read_stretches,
)
from geo.queries.overlap_zones import find_tied, read_links, read_ties, read_zone_facts
from geo.rules import rules_on

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping
    from datetime import date

    from sqlalchemy.orm import Session

    from geo.overlap import Alternative, Contact, Trench, Watch, ZoneFacts
    from geo.overlap.roads import RoadGraph
    from geo.queries.overlap_contacts import Pair
    from geo.queries.overlap_zones import Links, Ties
    from geo.rules import Rules

_LOCK = 7_401_928
_CHUNK = 2_000
"""Zones whose pairs are made at a time in a rebuild, so that memory stays flat."""

_WRITE_PAIRS = text(
    """
    with new as (
      select t.*, st_setsrid(st_geomfromwkb(decode(t.wkb, 'hex')), :srid) as shape_metric,
        case when t.first_on is not null then daterange(t.first_on, t.last_on, '[]') end as days
      from json_to_recordset(cast(:rows as json)) as t(
        zone_a bigint, zone_b bigint, severity text, findings jsonb, first_on date, last_on date,
        wkb text, area_m2 numeric(14, 2), length_m numeric(12, 2), distance_m numeric(10, 2))
    ), gone as (
      delete from jiantu.overlap o
      where (o.zone_a = any(cast(:zones as bigint[]))
          or (not :whole and o.zone_b = any(cast(:zones as bigint[]))))
        and not exists (select from new n where n.zone_a = o.zone_a and n.zone_b = o.zone_b)
      returning o.zone_a, o.zone_b
    ), put as (
      insert into jiantu.overlap as o (zone_a, zone_b, severity, findings, days, shape,
        shape_metric, area_m2, length_m, distance_m)
      select n.zone_a, n.zone_b, n.severity, n.findings, n.days,
        st_transform(n.shape_metric, 4326), n.shape_metric, n.area_m2, n.length_m, n.distance_m
      from new n
      on conflict (zone_a, zone_b) do update set severity = excluded.severity,
        findings = excluded.findings, days = excluded.days, shape = excluded.shape,
        shape_metric = excluded.shape_metric, area_m2 = excluded.area_m2,
        length_m = excluded.length_m, distance_m = excluded.distance_m
      where (o.severity, o.findings, o.days, o.shape_metric, o.area_m2, o.length_m, o.distance_m)
        is distinct from (excluded.severity, excluded.findings, excluded.days,
          excluded.shape_metric, excluded.area_m2, excluded.length_m, excluded.distance_m)
      returning o.zone_a, o.zone_b
    )
    select zone_a, zone_b, true as gone from gone
    union all select zone_a, zone_b, false from put
    """
)
_WATCHES = text(
    """
    select w.id, w.zone_id, w.code, w.anchors, lower(w.days) as first_on,
      upper(w.days) - 1 as last_on
    from jiantu.watch w where w.zone_id = any(cast(:zones as bigint[])) order by w.id
    """
)
_DROP_WATCHES = text("delete from jiantu.watch where id = any(cast(:rows as bigint[]))")
_ADD_WATCHES = text(
    """
    insert into jiantu.watch (zone_id, code, anchors, days)
    select t.zone_id, t.code, t.anchors, daterange(t.first_on, t.last_on, '[]')
    from json_to_recordset(cast(:rows as json)) as t(
      zone_id bigint, code text, anchors jsonb, first_on date, last_on date)
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
_NEIGHBOURS = text(
    """
    with projects as (
      select z.project_id as id from jiantu.zone z where z.id = any(cast(:zones as bigint[]))
      union
      select o.project_id from jiantu.zone_link l join jiantu.zone o on o.id = l.other_id
      where l.zone_id = any(cast(:zones as bigint[]))
    )
    select case when o.zone_a = any(cast(:zones as bigint[])) then o.zone_b else o.zone_a end
    from jiantu.overlap o
    where o.zone_a = any(cast(:zones as bigint[])) or o.zone_b = any(cast(:zones as bigint[]))
    union
    select w.id from jiantu.zone w where w.project_id in (select id from projects)
    union
    select l.zone_id from jiantu.zone_link l join jiantu.zone o on o.id = l.other_id
    where o.project_id in (select id from projects)
    """
)
_OWN_DAYS = text(
    """
    select p.id, lower(p.period) as first_on, upper(p.period) - 1 as last_on
    from jiantu.zone_part p where p.zone_id = :zone
    """
)
_ANY_TIME = text(
    "update jiantu.zone_part set period = daterange('1900-01-01', null) where zone_id = :zone"
)
_COUNT = text("select count(*) from jiantu.zone")
_DIVERSIONS = text(
    "select z.id from jiantu.zone z"
    " where z.id = any(cast(:zones as bigint[])) and z.kind = 'diversion' limit 1"
)


@dataclass(frozen=True, slots=True)
class Kept:
    """What was done: pairs found among the zones looked at, pairs written anew or differently, pairs removed."""

    found: int = 0
    written: int = 0
    removed: int = 0

    @property
    def changed_anything(self) -> bool:
        """Whether any pair is other than before."""
        return bool(self.written or self.removed)

    def plus(self, other: Kept) -> Kept:
        """Both together."""
        return Kept(
            self.found + other.found,
            self.written + other.written,
            self.removed + other.removed,
        )


def lock_overlaps(session: Session) -> None:
    """Wait until no other transaction changes pairs, and keep the others waiting until this one ends.

    It stands in a statement of its own: what comes after it then sees what the last holder committed. A single edit
    takes it before it writes its zone; an import only when its rows are in.
    """
    session.execute(select(func.pg_advisory_xact_lock(_LOCK)))


@by_engine
def refresh_overlaps(session: Session, zone_ids: Collection[int], day: date) -> Kept:
    """Bring the pairs, watches and effects of these zones up to date, in the transaction that changed them.

    What hangs on them is looked at too: phases of the same work, linked zones, neighbours' watches. When that is most
    of the city, all is made anew.
    """
    if not zone_ids:
        return Kept()
    session.flush()
    lock_overlaps(session)
    wanted = find_tied(session, zone_ids)
    if len(wanted) > _CHUNK and 2 * len(wanted) > (session.scalar(_COUNT) or 0):
        return _rebuild(session, day, None)
    rules = rules_on(read_rules(session), day)
    true_up_parts(session, day, rules, wanted)
    frame = _Frame(session, rules, read_ties(session), wanted)
    frame.diversions = session.scalar(_DIVERSIONS, {"zones": sorted(wanted)}) is not None
    near = _neighbours(frame, wanted)
    if frame.diversions:
        _keep_effects(frame, wanted, None)
    kept = _keep_pairs(frame, wanted, whole=False)
    watched = _keep_watches(frame, wanted | near | _neighbours(frame, wanted))
    keep_cases(session, frame.changed, rules.overlap.cases, day)
    tell_watchers(session, zone_ids, frame.changed)
    if kept.changed_anything or watched:
        raise_revisions(session, ["overlaps"])
    return kept


@by_engine
def rebuild_overlaps(
    session: Session, day: date, *, progress: Callable[[int, int], None] | None = None
) -> Kept:
    """Make every pair, watch and effect anew; the rows are those that keeping them would have given.

    Rows that are as before stay untouched. `progress` is told (done, of) zones.
    """
    session.flush()
    lock_overlaps(session)
    return _rebuild(session, day, progress)


def _rebuild(session: Session, day: date, progress: Callable[[int, int], None] | None) -> Kept:
    rules = rules_on(read_rules(session), day)
    true_up_parts(session, day, rules, None)
    every = list(session.scalars(select(Zone.id).order_by(Zone.id)))
    frame = _Frame(session, rules, read_ties(session), None)
    graph = read_graph(session, None) if has_roads(session) else None
    kept = Kept()
    for start in range(0, len(every), _CHUNK):
        _keep_effects(frame, set(every[start : start + _CHUNK]), graph)
    watched = 0
    for start in range(0, len(every), _CHUNK):
        chunk = set(every[start : start + _CHUNK])
        kept = kept.plus(_keep_pairs(frame, chunk, whole=True))
        watched += _keep_watches(frame, chunk)
        if progress:
            progress(min(start + _CHUNK, len(every)), len(every))
    keep_cases(session, None, rules.overlap.cases, day)
    tell_watchers(session, (), frame.changed)
    if kept.changed_anything or watched:
        raise_revisions(session, ["overlaps"])
    return kept


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


@by_engine
def foresee_overlaps(session: Session, zone_id: int, day: date) -> Foreseen:
    """The pairs and watches of a zone as the session sees it, by the code that keeps them, without keeping any.

    Nobody is waited for: no lock on overlaps is taken. The parts' days and the effect on roads are brought up to date
    for it, so the caller undoes its transaction.
    """
    session.flush()
    frame = _foresight(session, zone_id, day)
    pairs = [
        ForeseenPair(facts, verdict, _pair_row(facts, verdict))
        for facts in _find_pairs(frame, {zone_id}, whole=False)
        if (verdict := judge_pair(facts, frame.rules.overlap)) is not None
    ]
    zone = frame.zones({zone_id}).get(zone_id)
    return Foreseen(
        zone, pairs, [] if zone is None else _watches_of(frame, {zone_id: zone})[zone_id]
    )


@dataclass(frozen=True, slots=True)
class Obstacles:
    """A zone, and the facts of every pair it could make were it there at any time; and the ground under it."""

    zone: ZoneFacts | None
    pairs: list[PairFacts]
    ground: Ground
    rules: Rules


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
    pairs = list(_find_pairs(frame, {zone_id}, whole=False, own_days=own_days))
    ground = find_ground(session, {} if zone is None else {zone_id: zone}).get(zone_id, Ground())
    return Obstacles(zone, pairs, ground, frame.rules)


def _foresight(session: Session, zone_id: int, day: date) -> _Frame:
    wanted = find_tied(session, [zone_id])
    rules = rules_on(read_rules(session), day)
    true_up_parts(session, day, rules, wanted)
    frame = _Frame(session, rules, read_ties(session), wanted)
    frame.diversions = session.scalar(_DIVERSIONS, {"zones": [zone_id]}) is not None
    if frame.diversions:
        _keep_effects(frame, {zone_id}, None)
    return frame


def _neighbours(frame: _Frame, zone_ids: Collection[int]) -> set[int]:
    """Zones whose watches hang on the diversions among these: works near them, and works of the same projects."""
    if not frame.diversions:
        return set()
    return set(frame.session.scalars(_NEIGHBOURS, {"zones": sorted(zone_ids)}))


class _Frame:
    """What one piece of keeping shares: the session, the rules, what belongs together, the road layer or none."""

    def __init__(
        self, session: Session, rules: Rules, ties: Ties, zone_ids: Collection[int] | None
    ) -> None:
        self.session = session
        self.rules = rules
        self.ties = ties
        self.links: Links = read_links(session, zone_ids, ties)
        self.roads = has_roads(session)
        self.diversions = True
        """Whether there is a diversion among the zones; nothing else does anything to roads or to others' watches."""
        self.changed: set[Pair] = set()
        """Pairs that were written anew or differently, or removed."""
        self._zones: dict[int, ZoneFacts | None] = {}
        self.srid = session.scalars(select(City.metric_srid)).one()

    def zones(self, zone_ids: Iterable[int]) -> dict[int, ZoneFacts]:
        """The facts of these zones, each read once; those that make no pairs are left out."""
        wanted = set(zone_ids)
        missing = wanted - self._zones.keys()
        if missing:
            found = read_zone_facts(self.session, missing, self.ties)
            self._zones.update({zone_id: found.get(zone_id) for zone_id in missing})
        facts = ((zone_id, self._zones[zone_id]) for zone_id in sorted(wanted))
        return {zone_id: zone for zone_id, zone in facts if zone is not None}


def _keep_pairs(frame: _Frame, zone_ids: set[int], *, whole: bool) -> Kept:
    pairs = _find_pairs(frame, zone_ids, whole=whole)
    rows = [
        _pair_row(pair, verdict)
        for pair in pairs
        if (verdict := judge_pair(pair, frame.rules.overlap)) is not None
    ]
    done = frame.session.execute(
        _WRITE_PAIRS,
        {
            "rows": json.dumps(rows, ensure_ascii=False),
            "zones": sorted(zone_ids),
            "whole": whole,
            "srid": frame.srid,
        },
    ).all()
    frame.changed |= {(row.zone_a, row.zone_b) for row in done}
    removed = sum(row.gone for row in done)
    return Kept(len(rows), len(done) - removed, removed)


def _find_pairs(
    frame: _Frame, zone_ids: set[int], *, whole: bool, own_days: Mapping[int, Days] | None = None
) -> Iterable[PairFacts]:
    """The facts of every pair of these zones in which something might be found.

    `own_days` puts other days in the place of those that the parts (by id) have in the database.
    """
    session, overlap_rules = frame.session, frame.rules.overlap
    contacts = find_contacts(session, zone_ids, overlap_rules, whole=whole)
    if own_days is not None:
        contacts = {
            pair: [(row, _on_days(row, contact, own_days)) for row, contact in listed]
            for pair, listed in contacts.items()
        }
    hand_overs = {
        pair: due
        for pair, due in frame.links.hand_overs.items()
        if pair[0] in zone_ids or (not whole and pair[1] in zone_ids)
    }
    alternatives: dict[Pair, tuple[Alternative, ...]] = {}
    trenches: dict[Pair, Trench] = {}
    if frame.roads:
        alternatives = find_alternatives(session, zone_ids) if frame.diversions else {}
        trenches = find_trenches(session, zone_ids, overlap_rules, whole=whole)
    if whole:
        alternatives = {pair: ways for pair, ways in alternatives.items() if pair[0] in zone_ids}
    found = sorted({*contacts, *hand_overs, *alternatives, *trenches})
    zones = frame.zones(zone_id for pair in found for zone_id in pair)
    measured = measure_lines(session, contacts, zones, overlap_rules)
    for pair in found:
        a, b = zones.get(pair[0]), zones.get(pair[1])
        if a is None or b is None:
            continue
        yield PairFacts(
            a,
            b,
            frame.links.tie(a.work, b.work),
            measured.get(pair, ()),
            hand_overs.get(pair, ()),
            alternatives.get(pair, ()),
            trenches.get(pair),
        )


def _on_days(row: Any, contact: Contact, days: Mapping[int, Days]) -> Contact:  # noqa: ANN401  a row
    return replace(
        contact,
        a_days=days.get(row.part_a, contact.a_days),
        b_days=days.get(row.part_b, contact.b_days),
    )


def _pair_row(pair: PairFacts, verdict: Verdict) -> dict[str, Any]:
    met = [pair.contacts[place] for place in verdict.met]
    row: dict[str, Any] = {
        "zone_a": pair.a.id,
        "zone_b": pair.b.id,
        "severity": verdict.severity.value,
        "findings": [finding.to_json() for finding in verdict.findings],
        "first_on": verdict.days.first_on.isoformat() if verdict.days else None,
        "last_on": verdict.days.last_on.isoformat()
        if verdict.days and verdict.days.last_on
        else None,
    }
    return row | _shared(met) if met else row


def _shared(met: list[Contact]) -> dict[str, Any]:
    """What the zones share: the ground itself where there is some, else where they come near one another."""
    covering = [contact for contact in met if contact.area_m2]
    shapes = [contact.shape for contact in covering or met if contact.shape is not None]
    shape = shapes[0] if len(shapes) == 1 else shapely.union_all(shapes)
    lines = [
        contact.shape.length
        for contact in met
        if contact.shape is not None and not covering and shapely.get_dimensions(contact.shape) == 1
    ]
    area = shape.area if covering else 0.0
    unmeasured = any(contact.area_m2 is None for contact in met)
    return {
        "wkb": None if shape.is_empty else shapely.to_wkb(shape, hex=True),
        "area_m2": None if unmeasured else round(area, 2),
        "length_m": round(sum(lines), 2) if lines else None,
        "distance_m": round(min(contact.distance_m for contact in met), 2),
    }


def _keep_effects(frame: _Frame, zone_ids: set[int], graph: RoadGraph | None) -> None:
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
    frame: _Frame, zone: ZoneFacts, stretches: list[Any], graph: RoadGraph | None
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


def _keep_watches(frame: _Frame, zone_ids: set[int]) -> int:
    session = frame.session
    zones = frame.zones(zone_ids)
    rows = [
        _watch_row(zones[zone_id], watch)
        for zone_id, watches in _watches_of(frame, zones).items()
        for watch in watches
    ]
    wanted = {json.dumps(row, sort_keys=True): row for row in rows}
    gone = []
    for row in session.execute(_WATCHES, {"zones": sorted(zone_ids)}).mappings():
        known = {name: value for name, value in row.items() if name != "id"}
        if wanted.pop(json.dumps(known, sort_keys=True, default=str), None) is None:
            gone.append(row["id"])
    if gone or wanted:
        session.execute(_DROP_WATCHES, {"rows": gone})
        session.execute(
            _ADD_WATCHES, {"rows": json.dumps(list(wanted.values()), ensure_ascii=False)}
        )
    return len(gone) + len(wanted)


def _watches_of(frame: _Frame, zones: Mapping[int, ZoneFacts]) -> dict[int, list[Watch]]:
    grounds = find_ground(frame.session, zones)
    return {
        zone.id: find_watches(zone, grounds.get(zone.id, Ground()), frame.rules)
        for zone in zones.values()
    }


def _watch_row(zone: ZoneFacts, watch: Watch) -> dict[str, Any]:
    return {
        "zone_id": zone.id,
        "code": watch.code.value,
        "anchors": dict(watch.anchors),
        "first_on": watch.days.first_on.isoformat(),
        "last_on": watch.days.last_on.isoformat() if watch.days.last_on else None,
    }
