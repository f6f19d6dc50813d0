"""Reading a district's border with those of its neighbours, as they are drawn on; and what was imported of them."""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, text

from geo.errors import NotFoundError
from geo.model.city import District

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

_OWN = text(
    "select id, name, name_en, st_asgeojson(shape, 7) as shape from jiantu.district where id = :id"
)
_OTHERS = text(
    """
    select d.id, d.name, st_asgeojson(d.shape, 7) as shape from jiantu.district d
    where d.id <> :id and d.shape is not null order by d.position, d.code
    """
)
_IMPORTS = text(
    """
    select r.id, r.file_name, r.started_at, r.actor, r.undone_at, r.undone_by
    from jiantu.import_run r
    where r.request_id is not null and r.counts ? 'districts'
      and not exists (select from jsonb_object_keys(r.counts) k where k <> 'districts')
    order by r.id desc limit :most
    """
)


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Another district: its name and border (GeoJSON, WGS84)."""

    name: str
    shape: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Borders:
    """A district to be drawn anew; `shape` is None while it has no border."""

    id: int
    name: str
    name_en: str | None
    shape: dict[str, Any] | None
    neighbours: tuple[Neighbour, ...]
    version: int
    """Another number when any district is another: what an edit of borders says it has seen."""


@dataclass(frozen=True, slots=True)
class DistrictImport:
    """An import that brought districts and nothing else."""

    id: int
    file_name: str
    started_at: datetime
    actor: str
    undone_at: datetime | None
    undone_by: str | None


def districts_tag(session: Session) -> int:
    """A number that is another one when any district is."""
    rows = session.execute(select(District.id, District.version).order_by(District.id)).all()
    return zlib.crc32(repr([tuple(row) for row in rows]).encode()) & 0x7FFFFFFF


def get_borders(session: Session, district_id: int) -> Borders:
    """The district with all others that have a border; raises NotFoundError."""
    own = session.execute(_OWN, {"id": district_id}).one_or_none()
    if own is None:
        message = f"no district {district_id}"
        raise NotFoundError(message)
    return Borders(
        own.id,
        own.name,
        own.name_en,
        json.loads(own.shape) if own.shape else None,
        tuple(
            Neighbour(row.name, json.loads(row.shape))
            for row in session.execute(_OTHERS, {"id": district_id})
        ),
        districts_tag(session),
    )


def list_district_imports(session: Session, most: int = 10) -> list[DistrictImport]:
    """The last imports of districts, the newest first."""
    return [DistrictImport(*row) for row in session.execute(_IMPORTS, {"most": most})]
