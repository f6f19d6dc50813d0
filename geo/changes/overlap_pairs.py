"""The pairs of a change: their facts gathered, judged, and written where they are new or different."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from sqlalchemy import text

from geo.overlap import PairFacts, judge_pair
from geo.overlap.sweep import Row, belong_together, find_near, find_plain, judge_plain
from geo.queries.overlap_contacts import find_contacts, measure_lines
from geo.queries.overlap_roads import find_alternatives, find_trenches
from geo.queries.overlap_sweep import contacts_of, measure_near, read_parts, read_zones

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from geo.changes.overlap_frame import Frame
    from geo.overlap import Alternative, Contact, Days, HandOver, Trench, Verdict
    from geo.queries.overlap_contacts import Pair, Where

_NEW_FEW = """
  select t.*, case when t.first_on is not null then daterange(t.first_on, t.last_on, '[]') end as days,
    st_setsrid(st_geomfromwkb(decode(t.wkb, 'hex')), :srid) as shape_metric
  from json_to_recordset(cast(:rows as json)) as t(
    zone_a bigint, zone_b bigint, severity text, findings jsonb, first_on date, last_on date,
    wkb text, area_m2 numeric(14, 2), length_m numeric(12, 2), distance_m numeric(10, 2))
"""
_NEW_MANY = """
  select t.zone_a, t.zone_b, t.severity, cast(t.findings as jsonb) as findings,
    case when t.first_on is not null then daterange(t.first_on, t.last_on, '[]') end as days,
    st_setsrid(st_geomfromwkb(t.wkb), :srid) as shape_metric,
    cast(t.area_m2 as numeric(14, 2)) as area_m2, cast(t.length_m as numeric(12, 2)) as length_m,
    cast(t.distance_m as numeric(10, 2)) as distance_m
  from pg_temp.new_pair t
"""
_WRITE = """
  with new as ({new}), gone as (
    delete from jiantu.overlap o
    where {of_these} and not exists (
      select from {known} n where n.zone_a = o.zone_a and n.zone_b = o.zone_b)
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
_WRITE_FEW = text(
    _WRITE.format(
        new=_NEW_FEW,
        of_these="(o.zone_a = any(cast(:zones as bigint[])) or o.zone_b = any(cast(:zones as bigint[])))",
        known="new",
    )
)
_WRITE_ALL = text(_WRITE.format(new=_NEW_MANY, of_these="true", known="pg_temp.new_pair"))
_MAKE_ROOM = """
create temporary table new_pair (zone_a bigint, zone_b bigint, severity text, findings text,
  first_on date, last_on date, wkb bytea, area_m2 float8, length_m float8, distance_m float8)
  on commit drop
"""
_COPY = "copy pg_temp.new_pair from stdin (format binary)"
_TYPES = ("int8", "int8", "text", "text", "date", "date", "bytea", "float8", "float8", "float8")


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


def keep_pairs(frame: Frame, zone_ids: set[int]) -> Kept:
    """Bring the pairs of these zones up to date."""
    rows = [
        pair_row(pair, verdict)
        for pair in find_pairs(frame, zone_ids)
        if (verdict := judge_pair(pair, frame.rules.overlap)) is not None
    ]
    asked = {
        "rows": json.dumps(rows, ensure_ascii=False),
        "zones": sorted(zone_ids),
        "srid": frame.srid,
    }
    return _note(frame, len(rows), frame.session.execute(_WRITE_FEW, asked).all())


def sweep_pairs(frame: Frame) -> Kept:
    """Make the pairs of all zones anew: plain ones in arrays, the others one by one. The rows come out the same."""
    session, rules = frame.session, frame.rules.overlap
    zones = read_zones(session, frame.ties)
    parts = read_parts(session, zones, rules.buffers.point_radius_m)
    every = set(zones.ids.tolist())
    more = _find_more(frame, every, whole=True)
    near = find_near(zones, parts)
    plain = find_plain(zones, parts, near, zones.places(more.pairs))
    tied = belong_together(zones, parts.zones[near.a], parts.zones[near.b], frame.links.works)
    wanted = ~(plain & tied)
    near, plain = near.take(wanted), plain[wanted]
    measured = measure_near(session, parts, near)
    plain &= ~np.isnan(measured.areas_m2)
    one_by_one = contacts_of(zones, parts, near, measured, np.flatnonzero(~plain).tolist())
    others = [
        to_row(pair_row(pair, verdict))
        for pair in _gather(frame, one_by_one, more)
        if (verdict := judge_pair(pair, rules)) is not None
    ]
    plain_rows = judge_plain(zones, parts, near.take(plain), measured.take(plain), rules)
    session.execute(text(_MAKE_ROOM))
    found = 0
    driver: Any = session.connection().connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(_COPY) as copy:
        copy.set_types(_TYPES)
        for row in chain(plain_rows, others):
            copy.write_row(row)
            found += 1
    session.execute(text("analyze pg_temp.new_pair"))
    done = session.execute(_WRITE_ALL, {"srid": frame.srid}).all()
    session.execute(text("drop table pg_temp.new_pair"))
    return _note(frame, found, done)


def _note(frame: Frame, found: int, done: Sequence[Any]) -> Kept:
    frame.changed |= {(row.zone_a, row.zone_b) for row in done}
    removed = sum(row.gone for row in done)
    return Kept(found, len(done) - removed, removed)


@dataclass(frozen=True, slots=True)
class _More:
    """What is known of pairs beyond their contacts."""

    hand_overs: Mapping[Pair, tuple[HandOver, ...]]
    alternatives: Mapping[Pair, tuple[Alternative, ...]]
    trenches: Mapping[Pair, Trench]

    @property
    def pairs(self) -> set[Pair]:
        """Pairs of which something is known."""
        return {*self.hand_overs, *self.alternatives, *self.trenches}


def _find_more(frame: Frame, zone_ids: set[int], *, whole: bool) -> _More:
    hand_overs = {
        pair: due
        for pair, due in frame.links.hand_overs.items()
        if pair[0] in zone_ids or pair[1] in zone_ids
    }
    if not frame.roads:
        return _More(hand_overs, {}, {})
    return _More(
        hand_overs,
        find_alternatives(frame.session, zone_ids) if frame.diversions else {},
        find_trenches(frame.session, zone_ids, frame.rules.overlap, whole=whole),
    )


def find_pairs(
    frame: Frame, zone_ids: set[int], *, own_days: Mapping[int, Days] | None = None
) -> Iterable[PairFacts]:
    """The facts of every pair of these zones in which something might be found.

    `own_days` puts other days in the place of those that the parts (by id) have in the database.
    """
    contacts = find_contacts(frame.session, zone_ids, frame.rules.overlap)
    if own_days is not None:
        contacts = {
            pair: [(where, _on_days(where, contact, own_days)) for where, contact in listed]
            for pair, listed in contacts.items()
        }
    return _gather(frame, contacts, _find_more(frame, zone_ids, whole=False))


def _gather(
    frame: Frame, contacts: Mapping[Pair, Sequence[tuple[Where, Contact]]], more: _More
) -> Iterable[PairFacts]:
    found = sorted({*contacts, *more.pairs})
    zones = frame.zones(zone_id for pair in found for zone_id in pair)
    measured = measure_lines(frame.session, contacts, zones, frame.rules.overlap)
    for pair in found:
        a, b = zones.get(pair[0]), zones.get(pair[1])
        if a is None or b is None:
            continue
        yield PairFacts(
            a,
            b,
            frame.links.tie(a.work, b.work),
            measured.get(pair, ()),
            more.hand_overs.get(pair, ()),
            more.alternatives.get(pair, ()),
            more.trenches.get(pair),
        )


def _on_days(where: Where, contact: Contact, days: Mapping[int, Days]) -> Contact:
    return replace(
        contact,
        a_days=days.get(where.part_a, contact.a_days),
        b_days=days.get(where.part_b, contact.b_days),
    )


def pair_row(pair: PairFacts, verdict: Verdict) -> dict[str, Any]:
    """The row that a pair is kept as: what was found, and what its zones share where and when they meet."""
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


def to_row(told: Mapping[str, Any]) -> Row:
    """What `pair_row` tells, as it is written when there are many."""
    days = (told["first_on"], told["last_on"])
    first_on, last_on = (date.fromisoformat(day) if day else None for day in days)
    wkb = told.get("wkb")
    return Row(
        *(told["zone_a"], told["zone_b"], told["severity"]),
        json.dumps(told["findings"], ensure_ascii=False),
        *(first_on, last_on, bytes.fromhex(wkb) if wkb else None),
        *(told.get(name) for name in ("area_m2", "length_m", "distance_m")),
    )


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
