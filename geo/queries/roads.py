"""The road layer as words need it, and which works have a shape already."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import shapely
from sqlalchemy import text

from geo.placing import RoadIndex, RoadStretch
from geo.queries.city import get_city

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

_NAMED = text(
    """
    select name, road_class, width_m::float as width_m, st_asbinary(shape_metric) as shape
    from jiantu.road where name is not null order by id
    """
)
_DRAWN = text(
    """
    select z.kind, case when z.kind = 'site' then p.code end as project, z.code, z.location_text
    from jiantu.zone z left join jiantu.project p on p.id = z.project_id
    where exists (select from jiantu.zone_part part where part.zone_id = z.id)
    """
)


class ZoneKey(NamedTuple):
    """What a zone is known by: its kind, for a site its project's code, and its own code."""

    kind: str
    project: str | None
    code: str


def read_road_index(session: Session) -> RoadIndex:
    """All named roads, ready for places in words; empty when no road layer is loaded."""
    stretches = [
        RoadStretch(row.name, row.road_class, shapely.from_wkb(bytes(row.shape)), row.width_m)
        for row in session.execute(_NAMED)
    ]
    return RoadIndex(stretches, get_city(session).metric_srid)


def find_drawn_zones(session: Session) -> dict[ZoneKey, str | None]:
    """The works that have a shape, each with its location in words."""
    return {
        ZoneKey(row.kind, row.project, row.code): row.location_text
        for row in session.execute(_DRAWN)
    }
