"""Reading control areas: which sites they cover, and whether they stop what is done there."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import ARRAY, BigInteger, Select, and_, any_, bindparam, func, select

from geo.model import zones
from geo.status import ControlPeriod

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class ControlArea:
    """A control area over a site."""

    id: int
    name: str
    first_on: date
    last_on: date | None
    stops: tuple[str, ...]
    exempt: tuple[str, ...]
    approved: bool


@dataclass(frozen=True, slots=True)
class Stopping:
    """Whether a control area stops what a project does at present."""

    project_code: str
    operation: str | None

    def period(self, area: ControlArea) -> ControlPeriod:
        """The days under the area, and whether it stops the present operation. An exempt project goes on."""
        exempt = self.project_code in area.exempt
        stops = not exempt and ("all" in area.stops or self.operation in area.stops)
        return ControlPeriod(
            first_on=area.first_on,
            last_on=area.last_on,
            stops_work=stops,
            name=area.name,
            approved=area.approved,
            id=area.id,
        )


def _covering() -> Select[*tuple[Any, ...]]:
    area, area_part = zones.Zone, zones.ZonePart
    site = zones.Zone.__table__.alias("site")
    site_part = zones.ZonePart.__table__.alias("site_part")
    return (
        select(
            site.c.id.label("site_id"),
            area.id,
            area.name,
            area.code,
            area.state,
            func.min(func.lower(area_part.period)).label("first_on"),
            func.coalesce(area.actual_finish_on, area.planned_finish_on).label("last_on"),
            area.stops,
            area.exempt,
        )
        .select_from(area)
        .join(area_part, area_part.zone_id == area.id)
        .join(
            site_part,
            and_(
                site_part.c.shape_metric.op("&&")(area_part.shape_metric),
                func.ST_Intersects(site_part.c.shape_metric, area_part.shape_metric),
            ),
        )
        .join(site, site.c.id == site_part.c.zone_id)
        .where(
            area.kind == zones.ZoneKind.CONTROL_AREA,
            area.state.not_in([zones.ZoneState.DRAFT, zones.ZoneState.WITHDRAWN]),
            site.c.kind == zones.ZoneKind.SITE,
            site.c.project_id == any_(bindparam("wanted", type_=ARRAY(BigInteger))),
        )
        # By every column: of a view of the past nothing is known to follow from its id.
        .group_by(
            site.c.id,
            area.id,
            area.name,
            area.code,
            area.state,
            area.actual_finish_on,
            area.planned_finish_on,
            area.stops,
            area.exempt,
        )
        .order_by(area.id)
    )


_COVERING = _covering()
"""Built once: every change of a fact runs it."""


def find_control_areas(session: Session, wanted: list[int]) -> dict[int, list[ControlArea]]:
    """Control areas by the site they cover, for the sites of the projects `wanted`."""
    found: dict[int, list[ControlArea]] = defaultdict(list)
    for row in session.execute(_COVERING, {"wanted": wanted}):
        found[row.site_id].append(
            ControlArea(
                id=row.id,
                name=row.name or row.code,
                first_on=row.first_on,
                last_on=row.last_on,
                stops=tuple(row.stops or ()),
                exempt=tuple(row.exempt or ()),
                approved=row.state is not zones.ZoneState.PLANNED,
            )
        )
    return found
