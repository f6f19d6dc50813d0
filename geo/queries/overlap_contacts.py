"""Where parts of different zones come near enough to meet: one self-join over the index on (widened shape, period)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from math import isnan
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from sqlalchemy import text

from geo.overlap import Contact, Days, ZoneFacts, same_travellers
from geo.overlap.lines import run_against_m, run_inside_m, run_together_m
from geo.overlap.measure import Drawn, measure
from geo.queries.overlap_zones import LIVE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry
    from sqlalchemy import Row
    from sqlalchemy.orm import Session

    from geo.rules import OverlapRules

Pair = tuple[int, int]
"""Two zones, the lower id first."""


@dataclass(frozen=True, slots=True)
class Where:
    """Which zones a contact is between, and which of their parts."""

    zone_a: int
    zone_b: int
    part_a: int
    part_b: int


_AT_A_TIME = 5_000
"""Contacts whose shapes are read at a time."""

COUNTS = (
    "({0}.role <> 'centre_line' or not exists (select from jiantu.zone_part o"
    " where o.zone_id = {0}.zone_id and o.role in ('footprint', 'taken')))"
)
"""A centre line says where traffic goes; it stands for the work only where nothing else does."""
_NEAR = text(
    f"""
    select case when p.zone_id < q.zone_id then p.id else q.id end as part_a,
      case when p.zone_id < q.zone_id then q.id else p.id end as part_b
    from jiantu.zone_part p
    join jiantu.zone_part q
      on q.shape_wide && p.shape_wide
      and q.period && daterange(lower(p.period) - 1, upper(p.period) + 1)
      and q.zone_id <> p.zone_id
    where p.zone_id = any(cast(:zones as bigint[])) and {COUNTS.format("p")}
      and (q.zone_id > p.zone_id or q.zone_id <> all(cast(:zones as bigint[])))
      and st_dwithin(p.shape_metric, q.shape_metric, p.reach_m + q.reach_m + 0.01)
      and {COUNTS.format("q")}
      and (select {LIVE} and {LIVE.replace("z.", "y.")} and case z.kind
          when 'haul_route' then y.kind = 'diversion'
          when 'control_area' then y.kind = 'site'
          when 'diversion' then y.kind <> 'control_area'
          when 'site' then y.kind <> 'haul_route'
          else y.kind not in ('haul_route', 'control_area') end
        from jiantu.zone z, jiantu.zone y where z.id = p.zone_id and y.id = q.zone_id)
    """  # noqa: S608  built from constants of this module
)
"""Widened shapes hold all within reach and a little more; what is near is then decided by distance. A window of hours
that began on a last day runs into the next, so periods a day apart are looked at too. Kinds are looked up pair by pair:
joined, they mislead the planner into comparing all zones with all."""

_CONTACTS = text(
    """
    select a.zone_id as zone_a, b.zone_id as zone_b, a.id as part_a, b.id as part_b,
      a.role as role_a, b.role as role_b, a.mode as mode_a, b.mode as mode_b,
      lower(a.period) as first_a, upper(a.period) - 1 as last_a,
      lower(b.period) as first_b, upper(b.period) - 1 as last_b,
      (a.reach_m + b.reach_m)::float as reach_m,
      coalesce(a.width_m, 0)::float as width_a, coalesce(b.width_m, 0)::float as width_b,
      st_asbinary(a.shape_metric) as shape_a, st_asbinary(b.shape_metric) as shape_b,
      st_asbinary(a.shape_wide) as wide_a, st_asbinary(b.shape_wide) as wide_b
    from unnest(cast(:parts_a as bigint[]), cast(:parts_b as bigint[])) as near (part_a, part_b)
    join jiantu.zone_part a on a.id = near.part_a
    join jiantu.zone_part b on b.id = near.part_b
    order by zone_a, zone_b, a.position, b.position
    """
)
_SHAPES = text(
    """
    select p.id, st_asbinary(p.shape_metric) as shape, coalesce(p.width_m, 0)::float as width_m
    from jiantu.zone_part p where p.id = any(cast(:parts as bigint[]))
    """
)
_CENTRE_LINES = text(
    """
    select p.zone_id, st_asbinary(p.shape_metric) as shape from jiantu.zone_part p
    where p.zone_id = any(cast(:zones as bigint[])) and p.role = 'centre_line'
    """
)


def find_near_parts(session: Session, zone_ids: Collection[int]) -> list[tuple[int, int]]:
    """Parts of these zones and of others near enough to meet, in days that might; that of the lower zone first."""
    found = session.execute(_NEAR, {"zones": sorted(zone_ids)})
    return [(row.part_a, row.part_b) for row in found]


def find_contacts(
    session: Session, zone_ids: Collection[int], rules: OverlapRules
) -> dict[Pair, list[tuple[Where, Contact]]]:
    """Contacts of these zones' parts with those of others, by pair."""
    return measure_contacts(session, find_near_parts(session, zone_ids), rules)


def measure_contacts(
    session: Session, near: Sequence[tuple[int, int]], rules: OverlapRules
) -> dict[Pair, list[tuple[Where, Contact]]]:
    """The contacts of these pairs of parts, that of the lower zone first, by pair of zones."""
    found: dict[Pair, list[tuple[Where, Contact]]] = defaultdict(list)
    for start in range(0, len(near), _AT_A_TIME):
        some = near[start : start + _AT_A_TIME]
        rows = session.execute(
            _CONTACTS,
            {"parts_a": [part for part, _ in some], "parts_b": [part for _, part in some]},
        ).all()
        for where, contact in _measure(rows, rules):
            found[(where.zone_a, where.zone_b)].append((where, contact))
    return found


def _measure(rows: Sequence[Row[Any]], rules: OverlapRules) -> Iterator[tuple[Where, Contact]]:
    """The contacts that rows of near parts are; what is just out of reach is left out."""
    if not rows:
        return
    radius = rules.buffers.point_radius_m
    a = Drawn(_shapes(rows, "shape_a"), np.array([row.width_a for row in rows]), radius)
    b = Drawn(_shapes(rows, "shape_b"), np.array([row.width_b for row in rows]), radius)
    raw_m = shapely.distance(a.shapes, b.shapes)
    within = np.flatnonzero(raw_m <= np.array([row.reach_m for row in rows]))
    measured = measure(a.take(within), b.take(within), raw_m[within])
    apart = [rows[place] for place in within[measured.apart].tolist()]
    measured.shapes[measured.apart] = shapely.intersection(
        _shapes(apart, "wide_a"), _shapes(apart, "wide_b")
    )
    for number, place in enumerate(within.tolist()):
        row, area = rows[place], float(measured.areas_m2[number])
        yield (
            Where(row.zone_a, row.zone_b, row.part_a, row.part_b),
            Contact(
                row.role_a,
                row.role_b,
                Days(row.first_a, row.last_a),
                Days(row.first_b, row.last_b),
                float(measured.distances_m[number]),
                None if isnan(area) else area,
                measured.shapes[number],
                row.mode_a,
                row.mode_b,
            ),
        )


def _shapes(rows: Sequence[Row[Any]], name: str) -> NDArray[np.object_]:
    found = shapely.from_wkb([bytes(getattr(row, name)) for row in rows])
    return np.asarray(found, dtype=object)


def measure_lines(
    session: Session,
    contacts: Mapping[Pair, Sequence[tuple[Where, Contact]]],
    zones: Mapping[int, ZoneFacts],
    rules: OverlapRules,
) -> dict[Pair, tuple[Contact, ...]]:
    """The contacts, with the lengths that detours and haul routes run through, against or along one another."""
    asked = {
        (pair, place)
        for pair, listed in contacts.items()
        if pair[0] in zones and pair[1] in zones
        for place, (_, contact) in enumerate(listed)
        if _wants_lines(contact, zones[pair[0]], zones[pair[1]])
    }
    parts = {
        part
        for pair, place in asked
        for part in (contacts[pair][place][0].part_a, contacts[pair][place][0].part_b)
    }
    shapes = {
        row.id: (shapely.from_wkb(bytes(row.shape)), row.width_m)
        for row in (session.execute(_SHAPES, {"parts": sorted(parts)}) if parts else ())
    }
    directed = {
        zone_id for pair, _ in asked for zone_id in pair if zones[zone_id].passing == "one_way"
    }
    lines: dict[int, list[BaseGeometry]] = defaultdict(list)
    for row in session.execute(_CENTRE_LINES, {"zones": sorted(directed)}) if directed else ():
        lines[row.zone_id].append(shapely.from_wkb(bytes(row.shape)))
    return {
        pair: tuple(
            _measured(row, contact, zones, shapes, lines, rules)
            if (pair, place) in asked
            else contact
            for place, (row, contact) in enumerate(listed)
        )
        for pair, listed in contacts.items()
    }


def _wants_lines(contact: Contact, a: ZoneFacts, b: ZoneFacts) -> bool:
    roles = (contact.a_role, contact.b_role)
    if a.kind == b.kind == "diversion":
        return "detour" in roles
    return {a.kind, b.kind} == {"haul_route", "diversion"} and "detour" not in roles


def _measured(  # noqa: PLR0913, PLR0917  a contact, the shapes it is of, and the rules
    row: Where,
    contact: Contact,
    zones: Mapping[int, ZoneFacts],
    shapes: Mapping[int, tuple[BaseGeometry, float]],
    lines: Mapping[int, Sequence[BaseGeometry]],
    rules: OverlapRules,
) -> Contact:
    a, b = shapes[row.part_a], shapes[row.part_b]
    if contact.a_role == contact.b_role == "detour":
        if not same_travellers(contact.a_mode, contact.b_mode):
            return contact
        together = run_together_m(a[0], b[0], rules.detours_within_m, rules.detours_heading_degrees)
        return replace(contact, together_m=together)
    runs_a = contact.a_role == "detour" or zones[row.zone_a].kind == "haul_route"
    line, stretch, closure = (a[0], b, row.zone_b) if runs_a else (b[0], a, row.zone_a)
    hauls = "haul_route" in {zones[row.zone_a].kind, zones[row.zone_b].kind}
    if shapely.get_dimensions(line) != 1:
        return contact
    inside = run_inside_m(line, stretch[0], stretch[1], ends_count=hauls)
    against = sum(
        run_against_m(line, way, rules.detours_within_m, rules.detours_heading_degrees)
        for way in lines.get(closure, ())
    )
    return replace(contact, inside_m=inside, against_m=against)
