"""The pairs of a change: their facts gathered, judged, and written where they are new or different."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geo.database.direct import Direct
from geo.database.moments import BY_THIS_CHANGE, SINCE
from geo.overlap import PairFacts, judge_pair
from geo.queries.overlap_contacts import find_contacts, measure_lines
from geo.queries.overlap_roads import find_alternatives, find_trenches

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from shapely.geometry.base import BaseGeometry

    from geo.changes.overlap_frame import Frame
    from geo.overlap import Alternative, Contact, Days, HandOver, Trench, Verdict
    from geo.queries.overlap_contacts import Pair, Where
    from geo.rules import OverlapRules

ADD_NEW = f"""
  insert into jiantu.overlap as o (zone_a, zone_b, severity, findings, days,
    shape_metric, area_m2, length_m, distance_m, {SINCE})
  select n.zone_a, n.zone_b, n.severity, n.findings, n.days,
    n.shape_metric, n.area_m2, n.length_m, n.distance_m, {BY_THIS_CHANGE}
  from
"""  # noqa: S608  built from constants
"""Writes pairs; what follows names the rows, as `n`."""
OR_CHANGE = """
  where not exists (
    select from jiantu.overlap s where s.zone_a = n.zone_a and s.zone_b = n.zone_b
    and (s.severity, s.findings, s.days, s.shape_metric, s.area_m2, s.length_m, s.distance_m)
      is not distinct from (n.severity, n.findings, n.days, n.shape_metric, n.area_m2, n.length_m, n.distance_m))
  on conflict (zone_a, zone_b) do update set severity = excluded.severity,
    findings = excluded.findings, days = excluded.days,
    shape_metric = excluded.shape_metric, area_m2 = excluded.area_m2,
    length_m = excluded.length_m, distance_m = excluded.distance_m
"""
"""Rows that are as before stay untouched."""
_WRITE = Direct(
    f"""
    with new as (
      select t.*, case when t.first_on is not null then daterange(t.first_on, t.last_on, '[]') end as days,
        st_setsrid(st_geomfromwkb(decode(t.wkb, 'hex')), :srid) as shape_metric
      from json_to_recordset(cast(:rows as json)) as t(
        zone_a bigint, zone_b bigint, severity text, findings jsonb, first_on date, last_on date,
        wkb text, area_m2 numeric(14, 2), length_m numeric(12, 2), distance_m numeric(10, 2))
    ), gone as (
      delete from jiantu.overlap o
      where (o.zone_a = any(cast(:zones as bigint[])) or o.zone_b = any(cast(:zones as bigint[])))
        and not exists (select from new n where n.zone_a = o.zone_a and n.zone_b = o.zone_b)
      returning o.zone_a, o.zone_b
    ), put as (
      {ADD_NEW} new n {OR_CHANGE}
      returning o.zone_a, o.zone_b
    )
    select zone_a, zone_b, true as gone from gone
    union all select zone_a, zone_b, false from put
    """  # noqa: S608  built from constants
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


def keep_pairs(frame: Frame, zone_ids: set[int]) -> Kept:
    """Bring the pairs of these zones up to date."""
    rows = pair_rows(judge_pairs(find_pairs(frame, zone_ids), frame.rules.overlap))
    asked = {
        "rows": json.dumps(rows, ensure_ascii=False),
        "zones": sorted(zone_ids),
        "srid": frame.srid,
    }
    done = _WRITE.rows(frame.session, asked)
    frame.changed |= {(row.zone_a, row.zone_b) for row in done}
    removed = sum(row.gone for row in done)
    return Kept(len(rows), len(done) - removed, removed)


@dataclass(frozen=True, slots=True)
class More:
    """What is known of pairs beyond their contacts."""

    hand_overs: Mapping[Pair, tuple[HandOver, ...]]
    alternatives: Mapping[Pair, tuple[Alternative, ...]]
    trenches: Mapping[Pair, Trench]

    @property
    def pairs(self) -> set[Pair]:
        """Pairs of which something is known."""
        return {*self.hand_overs, *self.alternatives, *self.trenches}


def find_more(frame: Frame, zone_ids: set[int], *, whole: bool) -> More:
    """What is known of pairs of these zones beyond their contacts."""
    hand_overs = {
        pair: due
        for pair, due in frame.links.hand_overs.items()
        if pair[0] in zone_ids or pair[1] in zone_ids
    }
    if not frame.roads:
        return More(hand_overs, {}, {})
    digs = zone_ids
    if not whole:
        digs = {zone.id for zone in frame.zones(zone_ids).values() if zone.kind == "relocation"}
    return More(
        hand_overs,
        find_alternatives(frame.session, zone_ids) if frame.diversions else {},
        find_trenches(frame.session, digs, frame.rules.overlap, whole=whole) if digs else {},
    )


def find_pairs(
    frame: Frame, zone_ids: set[int], *, own_days: Mapping[int, Days] | None = None
) -> Iterable[PairFacts]:
    """The facts of every pair of these zones in which something might be found.

    `own_days` puts other days in the place of those that the parts (by id) have in the database.
    """
    contacts, facts = find_contacts(frame.session, zone_ids, frame.rules.overlap)
    frame.know(facts)
    if own_days is not None:
        contacts = {
            pair: [(where, _on_days(where, contact, own_days)) for where, contact in listed]
            for pair, listed in contacts.items()
        }
    return gather(frame, contacts, find_more(frame, zone_ids, whole=False))


def gather(
    frame: Frame, contacts: Mapping[Pair, Sequence[tuple[Where, Contact]]], more: More
) -> Iterable[PairFacts]:
    """The facts of the pairs that have contacts, or of which more is known."""
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


def judge_pairs(pairs: Iterable[PairFacts], rules: OverlapRules) -> list[tuple[PairFacts, Verdict]]:
    """The pairs in which something is found, with what."""
    judged = ((pair, judge_pair(pair, rules)) for pair in pairs)
    return [(pair, verdict) for pair, verdict in judged if verdict is not None]


def pair_rows(judged: Sequence[tuple[PairFacts, Verdict]]) -> list[dict[str, Any]]:
    """The rows that pairs are kept as: what was found, and what their zones share where and when they meet."""
    rows, shapes = [], np.full(len(judged), None, dtype=object)
    for place, (pair, verdict) in enumerate(judged):
        days = verdict.days
        row: dict[str, Any] = {
            "zone_a": pair.a.id,
            "zone_b": pair.b.id,
            "severity": verdict.severity.value,
            "findings": [finding.to_json() for finding in verdict.findings],
            "first_on": days.first_on.isoformat() if days else None,
            "last_on": days.last_on.isoformat() if days and days.last_on else None,
        }
        met = [pair.contacts[place] for place in verdict.met]
        if met:
            shapes[place], shared = _shared(met)
            row |= shared
        rows.append(row)
    shapes[shapely.is_empty(shapes)] = None
    for row, wkb in zip(rows, shapely.to_wkb(shapes, hex=True), strict=True):
        row["wkb"] = wkb
    return rows


def _shared(met: list[Contact]) -> tuple[BaseGeometry, dict[str, Any]]:
    """What the zones share: the ground itself where there is some, else where they come near one another."""
    if len(met) == 1 and (only := met[0]).area_m2 and only.shape is not None:  # most pairs
        shape, area, lines = only.shape, only.area_m2, list[float]()
    else:
        covering = [contact for contact in met if contact.area_m2]
        shapes = [contact.shape for contact in covering or met if contact.shape is not None]
        shape = shapes[0] if len(shapes) == 1 else shapely.union_all(shapes)
        area = shape.area if covering else 0.0
        lines = [
            contact.shape.length
            for contact in met
            if contact.shape is not None
            and not covering
            and shapely.get_dimensions(contact.shape) == 1
        ]
    unmeasured = any(contact.area_m2 is None for contact in met)
    return shape, {
        "area_m2": None if unmeasured else round(area, 2),
        "length_m": round(sum(lines), 2) if lines else None,
        "distance_m": round(min(contact.distance_m for contact in met), 2),
    }
