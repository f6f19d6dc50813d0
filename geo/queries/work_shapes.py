"""The shapes of works that stand together on a map, and what each two of them share."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy.orm import Session

SHARED = "shared"
_SHAPES = text(
    """
    select p.zone_id, z.kind, z.utility, p.role, p.mode, st_asgeojson(p.shape, 6) as shape
    from jiantu.zone_part p join jiantu.zone z on z.id = p.zone_id
    where p.zone_id = any(cast(:zones as bigint[])) and p.role <> 'centre_line'
    union all
    select null, null, null, :shared, null, st_asgeojson(st_transform(o.shape_metric, 4326), 6)
    from unnest(cast(:a as bigint[]), cast(:b as bigint[])) as pair (a, b)
    join jiantu.overlap o on o.zone_a = pair.a and o.zone_b = pair.b
    where o.shape_metric is not null
    """
)


def read_work_shapes(
    session: Session, sides: Mapping[int, str], pairs: Iterable[tuple[int, int]]
) -> dict[str, Any]:
    """The works' shapes as a GeoJSON FeatureCollection (WGS84, six decimals).

    `sides` says by zone id what a work is called there. Properties: side (`shared` of what two of them share), kind,
    utility, role, mode.
    """
    both = list(pairs)
    asked = {
        "zones": list(sides),
        "a": [a for a, _b in both],
        "b": [b for _a, b in both],
        "shared": SHARED,
    }
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": json.loads(row.shape),
                "properties": {
                    "side": sides.get(row.zone_id, SHARED),
                    "kind": row.kind,
                    "utility": row.utility,
                    "role": row.role,
                    "mode": row.mode,
                },
            }
            for row in session.execute(_SHAPES, asked)
        ],
    }
