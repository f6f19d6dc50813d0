"""The map's layers that a change touches: their revisions go up, so that no map goes on showing what was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from geo.changes.lamps import raise_revisions
from geo.database.acting import by_engine
from geo.model.base import among
from geo.model.zones import Zone

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from sqlalchemy.orm import Session

LAYER_OF_KIND = {
    "site": "sites",
    "relocation": "relocations",
    "diversion": "diversions",
    "haul_route": "haul_routes",
    "control_area": "control_areas",
    "event": "events",
}
"""The map's layer of each kind of zone."""

NAMED_ON = (*LAYER_OF_KIND.values(), "overlaps", "lamps", "districts")
"""Layers on which names of units and words of lists stand."""


@by_engine
def raise_layers(session: Session, zone_ids: Collection[int], others: Iterable[str] = ()) -> None:
    """Raise the revisions of the layers on which these zones are drawn, and of `others`; a change's last statement."""
    layers = set(others)
    if zone_ids:
        kinds = session.scalars(select(Zone.kind).where(among(Zone.id, zone_ids)).distinct())
        layers |= {LAYER_OF_KIND[kind] for kind in kinds}
    if layers:
        raise_revisions(session, layers)
