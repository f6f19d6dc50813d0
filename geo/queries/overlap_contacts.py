"""Where parts of different zones come near enough to meet: one self-join over the index on (widened shape, period)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from math import isnan
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geo.database.direct import Direct
from geo.overlap import Contact, Days, ZoneFacts, same_travellers
from geo.overlap.lines import run_against_m, run_inside_m, run_together_m
from geo.overlap.measure import Drawn, measure
from geo.queries.overlap_zones import FACTS, LIVE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry
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


COUNTS = (
    "({0}.role <> 'centre_line' or not exists (select from jiantu.zone_part o"
    " where o.zone_id = {0}.zone_id and o.role in ('footprint', 'taken')))"
)
"""A centre line says where traffic goes; it stands for the work only where nothing else does."""
_NEAR = f"""
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
"""Widened shapes hold all within reach and a little more; what is near is then decided by distance. A window of hours
that began on a last day runs into the next, so periods a day apart are looked at too. Kinds are looked up pair by pair:
joined, they mislead the planner into comparing all zones with all."""
_PART = """
    p.id as part_id, p.position, p.role, p.mode,
      lower(p.period) as first_on, upper(p.period) - 1 as last_on, p.reach_m,
      coalesce(p.width_m, 0)::float8 as width_m, st_asbinary(p.shape_metric) as shape,
      st_asbinary(p.shape_wide) as wide, met.others
"""
_MET = """
    near as materialized ({near}), met as (
      select n.part_a as id, array_agg(n.part_b) as others from near n group by n.part_a
    ), parts as (select part_a as id from near union select part_b from near)
"""
_NEAR_PARTS = Direct(
    f"""
    with {_MET.format(near=_NEAR)}, drawn as (
      select p.zone_id, {_PART}
      from parts a join jiantu.zone_part p on p.id = a.id left join met on met.id = a.id
    ), facts as materialized ({
        FACTS.format(
            zones="array(select unnest(cast(:zones as bigint[])) union select d.zone_id from drawn d)"
        )
    })
    select f.*, d.part_id, d.position, d.role, d.mode, d.first_on, d.last_on, d.reach_m, d.width_m,
      d.shape, d.wide, d.others
    from facts f left join drawn d on d.zone_id = f.zone_id
    """  # noqa: S608  built from constants
)
"""Every part once, however many others it is near, and those of higher zones that it is near; with the facts of its
zone, and those of the zones asked for that are near none."""
_THESE_PARTS = Direct(
    f"""
    with {
        _MET.format(
            near="select unnest(cast(:parts_a as bigint[])) as part_a, unnest(cast(:parts_b as bigint[])) as part_b"
        )
    }
    select p.zone_id, {_PART}
    from parts a join jiantu.zone_part p on p.id = a.id left join met on met.id = a.id
    """  # noqa: S608  built from constants of this module
)
_SHAPES = Direct(
    """
    select p.id, st_asbinary(p.shape_metric) as shape, coalesce(p.width_m, 0)::float as width_m
    from jiantu.zone_part p where p.id = any(cast(:parts as bigint[]))
    """
)
_CENTRE_LINES = Direct(
    """
    select p.zone_id, st_asbinary(p.shape_metric) as shape from jiantu.zone_part p
    where p.zone_id = any(cast(:zones as bigint[])) and p.role = 'centre_line'
    """
)


def find_contacts(
    session: Session, zone_ids: Collection[int], rules: OverlapRules
) -> tuple[dict[Pair, list[tuple[Where, Contact]]], list[Any]]:
    """Contacts of these zones' parts with those of others, in days that might meet, by pair.

    With rows of `overlap_zones.FACTS` of all these zones, so that they need not be read by themselves.
    """
    rows = _NEAR_PARTS.rows(session, {"zones": sorted(zone_ids)})
    return _contacts([row for row in rows if row.part_id is not None], rules), rows


def measure_contacts(
    session: Session, near: Sequence[tuple[int, int]], rules: OverlapRules
) -> dict[Pair, list[tuple[Where, Contact]]]:
    """The contacts of these pairs of parts, that of the lower zone first, by pair of zones."""
    asked = {"parts_a": [part for part, _ in near], "parts_b": [part for _, part in near]}
    return _contacts(_THESE_PARTS.rows(session, asked), rules)


def _contacts(rows: Iterable[Any], rules: OverlapRules) -> dict[Pair, list[tuple[Where, Contact]]]:
    """The contacts that parts near one another have; what is just out of reach is left out."""
    parts = sorted(rows, key=lambda row: (row.zone_id, row.position))
    place = {row.part_id: number for number, row in enumerate(parts)}
    near = sorted(
        (number, place[other]) for number, row in enumerate(parts) for other in row.others or ()
    )
    found: dict[Pair, list[tuple[Where, Contact]]] = defaultdict(list)
    if not near:
        return found
    radius = rules.buffers.point_radius_m
    drawn = Drawn(
        _shapes([row.shape for row in parts]), np.array([row.width_m for row in parts]), radius
    )
    drawn = drawn.known_valid()
    reach_m = np.array([row.reach_m for row in parts])
    a, b = np.array(near).T
    raw_m = shapely.distance(drawn.shapes[a], drawn.shapes[b])
    within = raw_m <= reach_m[a] + reach_m[b]
    a, b = a[within], b[within]
    measured = measure(drawn.take(a), drawn.take(b), raw_m[within])
    wide = _shapes([row.wide for row in parts])
    apart = measured.apart
    measured.shapes[apart] = shapely.intersection(wide[a[apart]], wide[b[apart]])
    days = [Days(row.first_on, row.last_on) for row in parts]
    for number, (one, other) in enumerate(zip(a.tolist(), b.tolist(), strict=True)):
        part_a, part_b, area = parts[one], parts[other], float(measured.areas_m2[number])
        where = Where(part_a.zone_id, part_b.zone_id, part_a.part_id, part_b.part_id)
        contact = Contact(
            part_a.role,
            part_b.role,
            days[one],
            days[other],
            float(measured.distances_m[number]),
            None if isnan(area) else area,
            measured.shapes[number],
            part_a.mode,
            part_b.mode,
        )
        found[(where.zone_a, where.zone_b)].append((where, contact))
    return found


def _shapes(wkb: Sequence[bytes]) -> NDArray[np.object_]:
    return np.asarray(shapely.from_wkb([bytes(each) for each in wkb]), dtype=object)


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
        for row in (_SHAPES.rows(session, {"parts": sorted(parts)}) if parts else ())
    }
    directed = {
        zone_id for pair, _ in asked for zone_id in pair if zones[zone_id].passing == "one_way"
    }
    lines: dict[int, list[BaseGeometry]] = defaultdict(list)
    for row in _CENTRE_LINES.rows(session, {"zones": sorted(directed)}) if directed else ():
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
