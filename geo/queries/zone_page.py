"""Reading one zone for its own page: what it is, with whom it belongs together, what was found about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from sqlalchemy import text

from geo.errors import NotFoundError
from geo.queries.overlap_zones import to_days
from geo.queries.overlaps import OverlapFilter, find_overlaps, find_watches
from geo.queries.zones import get_visible_draft, zone_tag

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

    from geo.overlap import Days
    from geo.queries.overlaps import FoundPair, FoundWatch
    from geo.zoning import ZoneDraft

Relation = Literal["links_to", "linked_from", "phase", "work"]

_ZONE = text(
    """
    select z.id, z.code, z.version, z.entered_on, j.code as project_code, j.name as project, j.name_en as project_en,
      case when z.kind = 'site' then j.lead_unit_id end as lead_unit_id,
      u.name as unit, coalesce(u.name_en, u.name) as unit_en,
      (select range_merge(range_agg(p.period)) from jiantu.zone_part p
       where p.zone_id = z.id and p.role <> 'centre_line') as days
    from jiantu.zone z left join jiantu.project j on j.id = z.project_id
    left join jiantu.unit u on u.id = z.unit_id
    where z.id = :zone
    """
)
_RELATED = text(
    """
    select 'links_to' as relation, l.kind, l.due_on, z.id, z.kind as zone_kind, z.code,
      coalesce(z.name, j.name, z.code) as name
    from jiantu.zone_link l join jiantu.zone z on z.id = l.other_id
    left join jiantu.project j on j.id = z.project_id where l.zone_id = :zone
    union all
    select 'linked_from', l.kind, l.due_on, z.id, z.kind, z.code, coalesce(z.name, j.name, z.code)
    from jiantu.zone_link l join jiantu.zone z on z.id = l.zone_id
    left join jiantu.project j on j.id = z.project_id
    where l.other_id = :zone
      and (z.state <> 'draft' or :everybody or z.unit_id = any(cast(:units as bigint[])))
    union all
    select 'phase', null, null, z.id, z.kind, z.code, coalesce(z.name, z.code)
    from jiantu.zone z
    where z.parent_id = :zone
      and (z.state <> 'draft' or :everybody or z.unit_id = any(cast(:units as bigint[])))
    union all
    select 'work', null, null, z.id, z.kind, z.code, coalesce(z.name, z.code)
    from jiantu.zone z where z.id = (select c.parent_id from jiantu.zone c where c.id = :zone)
    order by relation, id
    """
)
_SHAPES = text(
    """
    select z.kind, z.utility, p.role, p.mode, st_asgeojson(p.shape, 6)::json as shape,
      case when st_dimension(p.shape_metric) = 2 then st_area(p.shape_metric) end as area_m2,
      case when st_dimension(p.shape_metric) = 1 then st_length(p.shape_metric) end as length_m
    from jiantu.zone_part p join jiantu.zone z on z.id = p.zone_id
    where p.zone_id = :zone order by p.position
    """
)


@dataclass(frozen=True, slots=True)
class Related:
    """A zone that belongs to this one, and how."""

    relation: Relation
    kind: str | None
    due_on: date | None
    id: int
    zone_kind: str
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class DrawnPart:
    """A shape of the zone, measured."""

    role: str
    mode: str | None
    area_m2: float | None
    length_m: float | None


@dataclass(frozen=True, slots=True)
class ZonePage:
    """A zone with all that its page tells."""

    id: int
    code: str
    tag: str
    draft: ZoneDraft
    entered_on: date
    days: Days | None
    project_code: str | None
    project: str | None
    project_en: str | None
    lead_unit_id: int | None
    """Who leads the project of a site; it is theirs too."""
    unit: str | None
    unit_en: str | None
    parts: list[DrawnPart]
    related: list[Related]
    pairs: list[FoundPair]
    watches: list[FoundWatch]
    shapes: dict[str, object]
    """As GeoJSON, for the map of the page."""


def get_zone_page(session: Session, zone_id: int, unit_ids: frozenset[int] | None) -> ZonePage:
    """A zone for somebody who writes for these units (all when None); raises NotFoundError."""
    draft = get_visible_draft(session, zone_id, unit_ids)
    row = session.execute(_ZONE, {"zone": zone_id}).one_or_none()
    if row is None:
        message = f"no zone {zone_id}"
        raise NotFoundError(message)
    asked = {"zone": zone_id, "everybody": unit_ids is None, "units": sorted(unit_ids or ())}
    drawn = session.execute(_SHAPES, {"zone": zone_id}).all()
    wanted = OverlapFilter(zone_id=zone_id, drafts=True)
    hidden = _hidden_zones(session, zone_id, unit_ids)
    return ZonePage(
        id=row.id,
        code=row.code,
        tag=zone_tag(session, zone_id),
        draft=draft,
        entered_on=row.entered_on,
        days=to_days(row.days),
        project_code=row.project_code,
        project=row.project,
        project_en=row.project_en,
        lead_unit_id=row.lead_unit_id,
        unit=row.unit,
        unit_en=row.unit_en,
        parts=[DrawnPart(each.role, each.mode, each.area_m2, each.length_m) for each in drawn],
        related=[Related(**each) for each in session.execute(_RELATED, asked).mappings()],
        pairs=[
            pair for pair in find_overlaps(session, wanted) if not {pair.a.id, pair.b.id} & hidden
        ],
        watches=find_watches(session, wanted),
        shapes={
            "type": "FeatureCollection",
            "features": [
                {
                    "type": "Feature",
                    "geometry": each.shape,
                    "properties": {
                        "side": "a",
                        "kind": each.kind,
                        "utility": each.utility,
                        "role": each.role,
                        "mode": each.mode,
                    },
                }
                for each in drawn
            ],
        },
    )


def _hidden_zones(session: Session, zone_id: int, unit_ids: frozenset[int] | None) -> set[int]:
    """Drafts of others among the zones that this one makes pairs with."""
    if unit_ids is None:
        return set()
    query = text(
        """
        select z.id from jiantu.overlap o join jiantu.zone z on z.id in (o.zone_a, o.zone_b)
        where :zone in (o.zone_a, o.zone_b) and z.state = 'draft'
          and (z.unit_id is null or z.unit_id <> all(cast(:units as bigint[])))
        """
    )
    return set(session.scalars(query, {"zone": zone_id, "units": sorted(unit_ids)}))
