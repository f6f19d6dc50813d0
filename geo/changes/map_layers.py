"""The map's layers that a change touches: their revisions go up, so that no map goes on showing what was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo.database.acting import by_engine
from geo.database.direct import Direct

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


_RAISE = Direct(
    """
    insert into jiantu.revision (audience, layer)
    select 'staff', t.layer from (
      select m.layer from jiantu.zone z
      join unnest(cast(:kinds as text[]), cast(:layers as text[])) as m(kind, layer) on m.kind = z.kind
      where z.id = any(cast(:zones as bigint[]))
      union select unnest(cast(:others as text[]))
    ) t order by t.layer
    on conflict (audience, layer)
    do update set number = revision.number + 1, changed_at = now()
    """
)


@by_engine
def raise_layers(session: Session, zone_ids: Collection[int], others: Iterable[str] = ()) -> None:
    """Raise the revisions of the layers on which these zones are drawn, and of `others`; a change's last statement."""
    asked = {"zones": sorted(zone_ids), "others": sorted(set(others))}
    if any(asked.values()):
        kinds = {"kinds": list(LAYER_OF_KIND), "layers": list(LAYER_OF_KIND.values())}
        _RAISE.rows(session, {**asked, **kinds})
