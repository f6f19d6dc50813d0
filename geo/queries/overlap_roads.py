"""What the road layer says of zones: closures and ways round them, digs along one road, what lies under a work."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING

import shapely
from sqlalchemy import text

from geo.database.direct import Direct
from geo.overlap import Alternative, Ground, Pavement, Trench
from geo.overlap.roads import (
    CLASSES,
    NEAR_ROAD_M,
    Closure,
    Road,
    RoadGraph,
    along_one_road,
)
from geo.queries.overlap_zones import LIVE

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from shapely.geometry.base import BaseGeometry
    from sqlalchemy.orm import Session

    from geo.queries.overlap_contacts import Pair
    from geo.rules import OverlapRules

_FIRST_LOOK_M = 400.0
"""The nearest way round is looked for within this distance first, then in twice as much, and so on."""
_LAST_LOOK_M = 100_000.0
_HALF_WIDTHS = {
    "motorway": 12.0,
    "trunk": 12.0,
    "primary": 10.0,
    "secondary": 8.0,
    "tertiary": 5.0,
    "residential": 3.5,
    "other": 2.5,
}
"""Half of a carriageway in metres, where neither width nor lanes of a road are known."""
_LANE_M = 3.5

_ROADS = Direct(
    """
    select r.id, r.name, r.road_class, r.oneway, st_asbinary(r.shape_metric) as shape
    from jiantu.road r
    where :everywhere or r.shape_metric
      && st_makeenvelope(:west, :south, :east, :north, (select metric_srid from jiantu.city))
    order by r.id
    """
)
_STRETCHES = Direct(
    f"""
    select p.zone_id, p.role, st_asbinary(p.shape_metric) as shape
    from jiantu.zone_part p join jiantu.zone z on z.id = p.zone_id
    where z.kind = 'diversion' and {LIVE} and p.role <> 'detour'
      and z.id = any(cast(:zones as bigint[]))
    order by p.zone_id, p.position
    """  # noqa: S608  built from constants of this module
)
_ALTERNATIVES = Direct(
    """
    select e.zone_id as closure, o.zone_id as also_closed, e.way_round_m
    from jiantu.diversion_effect e
    join jiantu.diversion_effect o
      on o.zone_id <> e.zone_id and o.shut_pieces && e.way_round_pieces
    where e.way_round_m is not null and e.zone_id = any(cast(:zones as bigint[]))
    union
    select e.zone_id, o.zone_id, e.way_round_m
    from jiantu.diversion_effect o
    join jiantu.diversion_effect e
      on o.zone_id <> e.zone_id and e.way_round_pieces && o.shut_pieces
    where e.way_round_m is not null and o.zone_id = any(cast(:zones as bigint[]))
    """
)
_DIG = """
  {1}.kind = 'relocation' and {1}.state not in ('withdrawn', 'finished') and not {1}.emergency
  and {1}.placement is distinct from 'overhead' and {1}.unit_id is not null
  and {1}.actual_start_on is null and {1}.actual_finish_on is null and {0}.role <> 'centre_line'
  and not lower_inf({0}.period) and not upper_inf({0}.period)
"""
_TRENCHES = Direct(
    f"""
    with near as (
      select p.id as p_id, q.id as q_id, p.zone_id < q.zone_id as in_order
      from jiantu.zone_part p
      join jiantu.zone z on z.id = p.zone_id and {_DIG.format("p", "z")}
      join jiantu.zone_part q on q.shape_wide && st_expand(p.shape_wide, :apart_m)
        and q.zone_id <> p.zone_id and not q.period && p.period
      join jiantu.zone y on y.id = q.zone_id and {_DIG.format("q", "y")} and y.unit_id <> z.unit_id
      where p.zone_id = any(cast(:zones as bigint[]))
        and (q.zone_id > p.zone_id or (not :whole and q.zone_id <> all(cast(:zones as bigint[]))))
        and greatest(lower(p.period), lower(q.period))
          <= least(upper(p.period), upper(q.period)) + :gap_days
        and st_dwithin(p.shape_metric, q.shape_metric,
          :apart_m + coalesce(p.width_m, 0) / 2.0 + coalesce(q.width_m, 0) / 2.0)
    )
    select a.zone_id as zone_a, b.zone_id as zone_b,
      st_asbinary(a.shape_metric) as shape_a, st_asbinary(b.shape_metric) as shape_b,
      greatest(st_distance(a.shape_metric, b.shape_metric)
        - coalesce(a.width_m, 0) / 2.0 - coalesce(b.width_m, 0) / 2.0, 0)::float as apart_m
    from near
    join jiantu.zone_part a on a.id = case when near.in_order then p_id else q_id end
    join jiantu.zone_part b on b.id = case when near.in_order then q_id else p_id end
    order by zone_a, zone_b, a.position, b.position
    """  # noqa: S608  built from constants of this module
)
_HOW_MANY = text("select count(*) from jiantu.road")
_HAS_ROADS = text("select exists (select from jiantu.road)")
_CARRIAGEWAY = Direct(
    """
    select p.zone_id, r.name, sum(st_area(st_intersection(
      st_buffer(p.shape_metric, greatest(coalesce(p.width_m, 0) / 2.0, 0.01)),
      st_buffer(r.shape_metric, half.metres, 'endcap=flat')))) as area_m2
    from jiantu.zone_part p
    join jiantu.zone z on z.id = p.zone_id and z.kind in ('site', 'relocation')
    join jiantu.road r on r.shape_metric && st_expand(p.shape_metric, 60)
    cross join lateral (
      select coalesce(r.width_m, r.lanes * :lane_m,
        2 * cast(cast(:half_widths as json) ->> r.road_class as float))::float / 2 as metres
    ) half
    where p.zone_id = any(cast(:zones as bigint[])) and p.role in ('footprint', 'taken')
      and st_dwithin(p.shape_metric, r.shape_metric, half.metres + coalesce(p.width_m, 0) / 2.0)
      and st_npoints(p.shape_metric)::bigint * st_npoints(r.shape_metric) <= 250000
      and st_isvalid(p.shape_metric)
    group by p.zone_id, r.name
    order by p.zone_id, area_m2 desc, r.name
    """
)
COVERED_M = 10
"""So near to a work a diversion is its own."""
COVERED = f"""
    select l.zone_id from jiantu.zone_link l join jiantu.zone z on z.id = l.other_id
    where l.zone_id in {{zones}} and z.kind = 'diversion' and {LIVE}
    union
    select l.other_id from jiantu.zone_link l join jiantu.zone z on z.id = l.zone_id
    where l.other_id in {{zones}} and z.kind = 'diversion' and {LIVE}
    union
    select p.zone_id from jiantu.zone_part p
    cross join lateral (
      select from jiantu.zone_part q
      where q.shape_wide && p.shape_wide and q.period && p.period and q.role <> 'detour'
        and (select z.kind = 'diversion' and {LIVE} from jiantu.zone z where z.id = q.zone_id)
        and st_dwithin(p.shape_metric, q.shape_metric, {COVERED_M})
      limit 1
    ) near
    where p.zone_id in {{zones}}
"""  # noqa: S608  built from constants of this module
"""Works with a diversion: linked to them, or taking road within ten metres in their time."""
_COVERED = Direct(COVERED.format(zones="(select unnest(cast(:zones as bigint[])))"))
_PAVEMENTS = Direct(
    """
    select p.zone_id, v.id, v.road_name, v.laid_on, v.overhauled_on,
      sum(st_area(st_intersection(
        st_buffer(p.shape_metric, greatest(coalesce(p.width_m, 0) / 2.0, 0.01)),
        v.shape_metric))) as area_m2
    from jiantu.zone_part p
    join jiantu.zone z on z.id = p.zone_id and z.kind in ('site', 'relocation')
    join jiantu.pavement v on v.shape_metric && p.shape_metric
      and st_dwithin(v.shape_metric, p.shape_metric, 0)
      and st_npoints(p.shape_metric)::bigint * st_npoints(v.shape_metric) <= 250000
      and st_isvalid(p.shape_metric) and st_isvalid(v.shape_metric)
    where p.zone_id = any(cast(:zones as bigint[])) and p.role <> 'detour'
    group by p.zone_id, v.id
    """
)


def has_roads(session: Session) -> bool:
    """Whether a road layer is loaded."""
    return bool(session.scalar(_HAS_ROADS))


def read_graph(session: Session, box: tuple[float, float, float, float] | None) -> RoadGraph:
    """The graph of all roads, or of those that reach into a box (metric CRS)."""
    return RoadGraph(_read_roads(session, box))


def _read_roads(session: Session, box: tuple[float, float, float, float] | None) -> list[Road]:
    west, south, east, north = box or (0.0, 0.0, 0.0, 0.0)
    asked = {"everywhere": box is None, "west": west, "south": south, "east": east, "north": north}
    return [
        Road(row.id, row.name, row.road_class, row.oneway, shapely.from_wkb(bytes(row.shape)))
        for row in _ROADS.rows(session, asked)
    ]


def read_stretches(session: Session, zone_ids: Collection[int]) -> dict[int, list[BaseGeometry]]:
    """What each of these diversions takes: its stretches, or its centre line where nothing else is drawn."""
    found: dict[int, dict[bool, list[BaseGeometry]]] = defaultdict(lambda: defaultdict(list))
    for row in _STRETCHES.rows(session, {"zones": sorted(zone_ids)}):
        found[row.zone_id][row.role == "centre_line"].append(shapely.from_wkb(bytes(row.shape)))
    return {zone_id: drawn[False] or drawn[True] for zone_id, drawn in found.items()}


def find_closure(
    session: Session, stretches: Sequence[BaseGeometry], graph: RoadGraph | None = None
) -> Closure | None:
    """What a full closure shuts and the nearest way round it, on `graph`, else on as much road as that takes.

    A way round of so many metres cannot lead further away than that, so roads are read in growing boxes until no
    shorter way can lie outside, or there are no more roads.
    """
    if graph is not None:
        return graph.close(stretches)
    reach = _FIRST_LOOK_M
    while True:
        roads = _read_roads(session, _box_round(stretches, reach))
        found = RoadGraph(roads).close(stretches)
        if found is None or found.needs_m <= reach:
            return found
        if reach > _LAST_LOOK_M or len(roads) == session.scalar(_HOW_MANY):
            return found
        reach *= 2


def _box_round(shapes: Sequence[BaseGeometry], metres: float) -> tuple[float, float, float, float]:
    west, south, east, north = (float(side) for side in shapely.total_bounds(list(shapes)))
    return west - metres, south - metres, east + metres, north + metres


def find_class_used(
    session: Session, stretches: Sequence[BaseGeometry], graph: RoadGraph | None = None
) -> str | None:
    """The class of the most important road that a diversion takes."""
    if graph is None:
        graph = read_graph(session, _box_round(stretches, NEAR_ROAD_M))
    return min(graph.classes_under(stretches), key=CLASSES.index, default=None)


def find_alternatives(
    session: Session, zone_ids: Collection[int]
) -> dict[Pair, tuple[Alternative, ...]]:
    """Pairs of closures of which one shuts the nearest way round the other, as kept in their effects."""
    found: dict[Pair, list[Alternative]] = defaultdict(list)
    rows = _ALTERNATIVES.rows(session, {"zones": sorted(zone_ids)})
    for closure, also_closed, metres in rows:
        pair = min(closure, also_closed), max(closure, also_closed)
        found[pair].append(Alternative(closure, metres))
    return {pair: tuple(sorted(ways, key=lambda way: way.closure)) for pair, ways in found.items()}


def find_trenches(
    session: Session, zone_ids: Collection[int], rules: OverlapRules, *, whole: bool
) -> dict[Pair, Trench]:
    """Pairs of digs, not begun, of different owners, near one another and apart in time, along one road."""
    rows = _TRENCHES.rows(
        session,
        {
            "zones": sorted(zone_ids),
            "whole": whole,
            "apart_m": rules.trench_apart_m,
            "gap_days": 31 * rules.trench_apart_months,
        },
    )
    shapes: dict[Pair, tuple[list[BaseGeometry], list[BaseGeometry], list[float]]] = {}
    for row in rows:
        ours, theirs, apart = shapes.setdefault((row.zone_a, row.zone_b), ([], [], []))
        ours.append(shapely.from_wkb(bytes(row.shape_a)))
        theirs.append(shapely.from_wkb(bytes(row.shape_b)))
        apart.append(row.apart_m)
    found = {}
    for pair, (ours, theirs, apart) in shapes.items():
        a, b = shapely.union_all(ours), shapely.union_all(theirs)
        roads = _read_roads(session, _box_round([a, b], NEAR_ROAD_M))
        name, metres = along_one_road(a, b, roads)
        if metres >= rules.trench_share_from_m:
            found[pair] = Trench(name, metres, min(apart))
    return found


def find_ground(
    session: Session, zone_ids: Collection[int], *, roads: bool = True, pavements: bool = True
) -> dict[int, Ground]:
    """What lies under sites and relocations: carriageway, pavements, and whether a diversion is there for them.

    `roads` and `pavements` say whether there are any at all. Those that lie on neither are left out, as are other kinds
    of zones. Nothing hangs on a diversion off the carriageway.
    """
    if not zone_ids:
        return {}
    asked = {"zones": sorted(zone_ids)}
    areas: dict[int, float] = defaultdict(float)
    names: dict[int, str | None] = {}
    values = {**asked, "lane_m": _LANE_M, "half_widths": json.dumps(_HALF_WIDTHS)}
    for row in _CARRIAGEWAY.rows(session, values) if roads else ():
        areas[row.zone_id] += row.area_m2
        names.setdefault(row.zone_id, row.name)
    works = {"zones": sorted(areas)}
    covered = {row.zone_id for row in _COVERED.rows(session, works)} if areas else set()
    found: dict[int, list[Pavement]] = defaultdict(list)
    for row in _PAVEMENTS.rows(session, asked) if pavements else ():
        found[row.zone_id].append(
            Pavement(row.id, row.road_name, row.area_m2, row.laid_on, row.overhauled_on)
        )
    return {
        zone_id: Ground(
            areas.get(zone_id, 0.0),
            names.get(zone_id),
            zone_id in covered,
            tuple(sorted(found.get(zone_id, ()), key=lambda each: each.id)),
        )
        for zone_id in sorted({*areas, *found})
    }
