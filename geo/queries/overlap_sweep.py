"""Reading all zones and parts that make pairs, as arrays."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from math import isnan
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geo.overlap import Contact, Days
from geo.overlap.measure import Drawn, measure
from geo.overlap.sweep import KINDS, OPEN, Parts, Zones
from geo.queries.overlap_contacts import COUNTS, Where
from geo.queries.overlap_zones import LIVE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from concurrent.futures import Future

    from sqlalchemy.orm import Session

    from geo.overlap.measure import Measured
    from geo.overlap.sweep import Near
    from geo.queries.overlap_contacts import Pair
    from geo.queries.overlap_zones import Ties

_ZONES = f"""
    select z.id, z.kind, coalesce(z.project_id, made.project_id, 0), coalesce(z.unit_id, 0),
      z.tentative or z.state = 'draft', h.zone_id is not null
    from jiantu.zone z
    left join (
      select l.zone_id, min(o.project_id) as project_id from jiantu.zone_link l
      join jiantu.zone o on o.id = l.other_id where l.kind = 'made_for' group by l.zone_id
    ) made on made.zone_id = z.id
    left join (select distinct zone_id from jiantu.zone_hours) h on h.zone_id = z.id
    where {LIVE} order by z.id
"""  # noqa: S608  built from constants
_PARTS = f"""
    select p.id, p.zone_id, p.role, p.mode, coalesce(lower(p.period) - date '0001-01-01' + 1, 1),
      coalesce(upper(p.period) - date '0001-01-01', {OPEN}), p.reach_m::float8,
      coalesce(p.width_m, 0)::float8, st_asbinary(p.shape_metric)
    from jiantu.zone_part p join jiantu.zone z on z.id = p.zone_id
    where {LIVE} and {COUNTS.format("p")} and not isempty(p.period)
    order by p.zone_id, p.position
"""  # noqa: S608  built from constants
_WIDE = f"""
    select p.id, st_asbinary(p.shape_wide) from jiantu.zone_part p join jiantu.zone z on z.id = p.zone_id
    where {LIVE}
"""  # noqa: S608  built from constants


Rows = list[tuple[Any, ...]]


@contextmanager
def reading_city(session: Session) -> Iterator[tuple[Future[Rows], Future[Rows], Future[Rows]]]:
    """The rows of zones, parts and widened shapes as they come, so that the first are worked on while others are read.

    The session is not to be used before the last have come.
    """
    driver: Any = session.connection().connection.driver_connection
    with ThreadPoolExecutor(1) as reader:
        zones, parts, wide = (reader.submit(_fetch, driver, q) for q in (_ZONES, _PARTS, _WIDE))
        yield zones, parts, wide


def read_city(session: Session, ties: Ties, point_radius_m: float) -> tuple[Zones, Parts]:
    """The zones that make pairs, and their parts without the widened shapes."""
    with reading_city(session) as (zones, parts, _):
        found = zones_of(zones.result(), ties)
        return found, parts_of(parts.result(), found, point_radius_m)


def zones_of(rows: Rows, ties: Ties) -> Zones:
    """The zones that make pairs."""
    ids, kinds, projects, units, soft, hours = zip(*rows, strict=True) if rows else ((),) * 6
    works = [ties.works.get(zone_id, zone_id) for zone_id in ids]
    own = dict(zip(ids, projects, strict=True))
    wanted = [project or own.get(work, 0) for project, work in zip(projects, works, strict=True)]
    return Zones(
        np.array(ids, dtype=np.int64),
        np.array([KINDS.index(kind) for kind in kinds], dtype=np.int64),
        np.array(works, dtype=np.int64),
        np.array(wanted, dtype=np.int64),
        np.array(units, dtype=np.int64),
        np.array(soft, dtype=bool),
        np.array(hours, dtype=bool),
    )


def parts_of(rows: Rows, zones: Zones, point_radius_m: float) -> Parts:
    """The parts of these zones that count where pairs are sought."""
    columns = zip(*rows, strict=True) if rows else ((),) * 9
    ids, of, roles, modes, first, last, reach, widths, shapes = columns
    drawn = Drawn(
        np.asarray(shapely.from_wkb(list(shapes)), dtype=object),
        np.array(widths, dtype=float),
        point_radius_m,
    )
    return Parts(
        np.array(ids, dtype=np.int64),
        np.searchsorted(zones.ids, np.array(of, dtype=np.int64)),
        drawn,
        np.array(reach, dtype=float),
        np.array(first, dtype=np.int64),
        np.array(last, dtype=np.int64),
        np.array(roles, dtype=object),
        np.array(modes, dtype=object),
        np.full(len(ids), None, dtype=object),
    )


def widen(parts: Parts, rows: Rows) -> Parts:
    """The parts with their widened shapes, and it known which are valid."""
    told: dict[int, bytes] = dict(rows)
    wide = shapely.from_wkb([told[part] for part in parts.ids.tolist()])
    return replace(parts, drawn=parts.drawn.known_valid(), wide=np.asarray(wide, dtype=object))


def measure_near(parts: Parts, near: Near) -> Measured:
    """Measure near parts; where they share no ground, the shape is that of their widened shapes."""
    measured = measure(parts.drawn.take(near.a), parts.drawn.take(near.b), near.raw_m)
    a, b = near.a[measured.apart], near.b[measured.apart]
    measured.shapes[measured.apart] = shapely.intersection(parts.wide[a], parts.wide[b])
    return measured


def contacts_of(
    zones: Zones, parts: Parts, near: Near, measured: Measured, which: Sequence[int]
) -> dict[Pair, list[tuple[Where, Contact]]]:
    """Some of the near parts as contacts, by pair of zones, for rules that look at pairs one by one."""
    found: dict[Pair, list[tuple[Where, Contact]]] = {}
    for place in which:
        a, b = int(near.a[place]), int(near.b[place])
        area = float(measured.areas_m2[place])
        where = Where(
            *(int(zones.ids[parts.zones[part]]) for part in (a, b)),
            *(int(parts.ids[part]) for part in (a, b)),
        )
        contact = Contact(
            parts.roles[a],
            parts.roles[b],
            _days(parts, a),
            _days(parts, b),
            float(measured.distances_m[place]),
            None if isnan(area) else area,
            measured.shapes[place],
            parts.modes[a],
            parts.modes[b],
        )
        found.setdefault((where.zone_a, where.zone_b), []).append((where, contact))
    return found


def _days(parts: Parts, part: int) -> Days:
    first, last = int(parts.first[part]), int(parts.last[part])
    return Days(date.fromordinal(first), None if last >= OPEN else date.fromordinal(last))


def _fetch(driver: Any, query: str) -> Rows:  # noqa: ANN401  the driver's own connection
    """Rows as the driver gives them, in binary: there are as many as there are zones."""
    with driver.cursor(binary=True) as cursor:
        cursor.execute(query)
        rows: Rows = cursor.fetchall()
    return rows
