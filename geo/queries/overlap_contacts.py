"""Where parts of different zones come near enough to meet: one self-join over the index on (widened shape, period)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import shapely
from sqlalchemy import bindparam, text

from geo.overlap import Contact, Days, ZoneFacts, same_travellers
from geo.overlap.lines import run_against_m, run_inside_m, run_together_m
from geo.queries.overlap_zones import LIVE

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from shapely.geometry.base import BaseGeometry
    from sqlalchemy import Row
    from sqlalchemy.orm import Session

    from geo.rules import OverlapRules

Pair = tuple[int, int]
"""Two zones, the lower id first."""

MOST_PRODUCT = 250_000
"""Most that the vertices of two shapes, multiplied, may come to for them to be intersected: two shapes of 500 each.
Two combs of 4,000 each take minutes and a million pieces."""
_COUNTS = (
    "({0}.role <> 'centre_line' or not exists (select from jiantu.zone_part o"
    " where o.zone_id = {0}.zone_id and o.role in ('footprint', 'taken')))"
)
"""A centre line says where traffic goes; it stands for the work only where nothing else does."""
_SOUND = """
  case when st_isvalid({0}.shape_metric) then {0}.shape_metric
    when st_npoints({0}.shape_metric) <= 1000 then st_makevalid({0}.shape_metric)
    else st_envelope({0}.shape_metric) end
"""
"""A shape that is no longer valid in the city's CRS must not stop the pairs of others."""
_BODY = f"""
  case st_dimension({{0}}.shape_metric)
    when 2 then {_SOUND}
    when 1 then case when {{0}}.width_m > 0
      then st_buffer({{0}}.shape_metric, {{0}}.width_m / 2.0, 'endcap=flat join=round')
      else {{0}}.shape_metric end
    else st_buffer({{0}}.shape_metric, :point_radius_m) end
"""
"""The shape as wide as it is: a line with its stated width ends squarely, so that trenches end to end only touch."""
_HALF = """
  case st_dimension({0}.shape_metric)
    when 0 then :point_radius_m when 1 then coalesce({0}.width_m, 0) / 2.0 else 0 end
"""

_NEAR = text(
    f"""
    select case when p.zone_id < q.zone_id then p.id else q.id end as part_a,
      case when p.zone_id < q.zone_id then q.id else p.id end as part_b
    from jiantu.zone_part p
    join jiantu.zone_part q
      on q.shape_wide && p.shape_wide
      and q.period && daterange(lower(p.period) - 1, upper(p.period) + 1)
      and q.zone_id <> p.zone_id
    where p.zone_id = any(cast(:zones as bigint[])) and {_COUNTS.format("p")}
      and (q.zone_id > p.zone_id or (not :whole and q.zone_id <> all(cast(:zones as bigint[]))))
      and st_dwithin(p.shape_metric, q.shape_metric, p.reach_m + q.reach_m)
      and {_COUNTS.format("q")}
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
    f"""
    select a.zone_id as zone_a, b.zone_id as zone_b, a.id as part_a, b.id as part_b,
      a.role as role_a, b.role as role_b, a.mode as mode_a, b.mode as mode_b,
      lower(a.period) as first_a, upper(a.period) - 1 as last_a,
      lower(b.period) as first_b, upper(b.period) - 1 as last_b,
      gap.metres as distance_m,
      case when gap.metres > 0 then 0 when gap.fits then st_area(common.shape) end as area_m2,
      st_asbinary(case
        when not gap.fits then null
        when gap.metres > 0 or st_isempty(common.shape)
          then st_intersection(a.shape_wide, b.shape_wide)
        else common.shape end) as shape
    from unnest(cast(:parts_a as bigint[]), cast(:parts_b as bigint[])) as near (part_a, part_b)
    join jiantu.zone_part a on a.id = near.part_a
    join jiantu.zone_part b on b.id = near.part_b
    cross join lateral (
      select greatest(st_distance(a.shape_metric, b.shape_metric)
          - {_HALF.format("a")} - {_HALF.format("b")}, 0) as metres,
        st_npoints(a.shape_metric)::bigint * st_npoints(b.shape_metric) <= :most_product as fits
      offset 0
    ) gap
    left join lateral (
      select st_intersection({_BODY.format("a")}, {_BODY.format("b")}) as shape offset 0
    ) common on gap.fits and gap.metres = 0
    order by zone_a, zone_b, a.position, b.position
    """  # noqa: S608  built from constants of this module
).bindparams(bindparam("most_product", MOST_PRODUCT))
"""`offset 0` keeps what is computed once from being computed wherever it is named."""

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


def find_near_parts(
    session: Session, zone_ids: Collection[int], *, whole: bool
) -> list[tuple[int, int]]:
    """Parts of these zones and of others near enough to meet, in days that might; that of the lower zone first."""
    found = session.execute(_NEAR, {"zones": sorted(zone_ids), "whole": whole})
    return [(row.part_a, row.part_b) for row in found]


def find_contacts(
    session: Session, zone_ids: Collection[int], rules: OverlapRules, *, whole: bool
) -> dict[Pair, list[tuple[Row[Any], Contact]]]:
    """Contacts of these zones' parts with those of others, by pair.

    With `whole`, every zone will be asked for sooner or later: only contacts with zones of a higher id are given, so
    that none comes twice.
    """
    return measure_contacts(session, find_near_parts(session, zone_ids, whole=whole), rules)


def measure_contacts(
    session: Session, near: Sequence[tuple[int, int]], rules: OverlapRules
) -> dict[Pair, list[tuple[Row[Any], Contact]]]:
    """The contacts of these pairs of parts, that of the lower zone first, by pair of zones."""
    rows = session.execute(
        _CONTACTS,
        {
            "parts_a": [part for part, _ in near],
            "parts_b": [part for _, part in near],
            "point_radius_m": rules.buffers.point_radius_m,
        },
    ).all()
    shapes = shapely.from_wkb([None if row.shape is None else bytes(row.shape) for row in rows])
    found: dict[Pair, list[tuple[Row[Any], Contact]]] = defaultdict(list)
    for row, shape in zip(rows, shapes, strict=True):
        found[(row.zone_a, row.zone_b)].append((row, _contact(row, shape)))
    return found


def _contact(row: Row[Any], shape: BaseGeometry | None) -> Contact:
    return Contact(
        row.role_a,
        row.role_b,
        Days(row.first_a, row.last_a),
        Days(row.first_b, row.last_b),
        row.distance_m,
        row.area_m2,
        shape,
        row.mode_a,
        row.mode_b,
    )


def measure_lines(
    session: Session,
    contacts: Mapping[Pair, Sequence[tuple[Row[Any], Contact]]],
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
    row: Row[Any],
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
