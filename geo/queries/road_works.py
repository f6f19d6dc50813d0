"""What is on a road on a day: sites with their lamps, and the works along it that run or come."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import text

from geo.errors import NotFoundError
from geo.model.zones import ZoneKind

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

Language = Literal["zh", "en"]

REACH_M = 30.0
"""A work is on a road when it lies within so many metres of its middle line."""
_COMING_DAYS = 30

_ROAD = text(
    """
    select min(r.name_en) as name_en, sum(st_length(r.shape_metric)) as length_m,
      st_xmin(st_extent(r.shape)) as w, st_ymin(st_extent(r.shape)) as s,
      st_xmax(st_extent(r.shape)) as e, st_ymax(st_extent(r.shape)) as n
    from jiantu.road r where r.name = :name having count(*) > 0
    """
)
_WORKS = text(
    """
    with near as (
      select distinct p.zone_id from jiantu.road r join jiantu.zone_part p
        on p.shape_metric && st_expand(r.shape_metric, :reach)
        and st_dwithin(p.shape_metric, r.shape_metric, :reach)
      where r.name = :name)
    select z.id, z.kind, coalesce(z.name, j.name, z.code) as name, z.utility,
      coalesce(u.short_name, u.name) as unit, u.name_en as unit_en,
      j.code as project, j.name as project_name, j.name_en as project_name_en, s.lamp,
      d.first_on, d.last_on
    from near join jiantu.zone z on z.id = near.zone_id
    left join jiantu.project j on j.id = z.project_id
    left join jiantu.unit u on u.id = coalesce(z.unit_id, j.lead_unit_id)
    left join jiantu.status_span s on s.site_id = z.id and s.days @> cast(:day as date)
    left join lateral (select min(lower(p.period)) as first_on,
        case when bool_or(upper_inf(p.period)) then null else max(upper(p.period)) - 1 end as last_on
      from jiantu.zone_part p where p.zone_id = z.id) d on true
    where z.state not in ('draft', 'withdrawn')
      and (z.kind = 'site' or ((d.last_on is null or d.last_on >= :day)
        and (d.first_on is null or d.first_on <= cast(:day as date) + :coming)
        and not (z.state = 'finished' and d.last_on is null)))
    order by d.first_on nulls last, z.id
    """
)


def get_road_works(session: Session, name: str, day: date, language: Language) -> dict[str, Any]:
    """The road of that name with what is on it on `day`, works by kind; raises `NotFoundError` when there is none."""
    road = session.execute(_ROAD, {"name": name}).one_or_none()
    if road is None:
        message = f"没有名为“{name}”的道路 / there is no road with the name “{name}”"
        raise NotFoundError(message)
    english = language == "en"
    works: dict[str, list[dict[str, Any]]] = {kind.value: [] for kind in ZoneKind}
    found = session.execute(
        _WORKS, {"name": name, "day": day, "reach": REACH_M, "coming": _COMING_DAYS}
    )
    for row in found:
        works[row.kind].append(
            {
                "id": row.id,
                "name": row.name,
                "utility": row.utility,
                "unit": (row.unit_en if english else None) or row.unit,
                "project": row.project,
                "project_name": (row.project_name_en if english else None) or row.project_name,
                "lamp": row.lamp,
                "first_on": row.first_on.isoformat() if row.first_on else None,
                "last_on": row.last_on.isoformat() if row.last_on else None,
                "coming": row.first_on is not None and row.first_on > day,
            }
        )
    return {
        "name": name,
        "title": (road.name_en if english else None) or name,
        "length_m": float(road.length_m),
        "bbox": [road.w, road.s, road.e, road.n],
        "reach_m": REACH_M,
        "works": {kind: items for kind, items in works.items() if items},
    }
