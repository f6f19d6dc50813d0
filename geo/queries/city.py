"""Reading the city itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from geo.errors import NotFoundError
from geo.model import city as model

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class City:
    """The city of a database. `bbox` is west, south, east, north in WGS84 degrees."""

    code: str
    name: str
    name_en: str
    metric_srid: int
    bbox: tuple[float, float, float, float]
    time_zone: str
    ledger_closed_on: date | None


def get_city(session: Session) -> City:
    """The city of this database; raises `NotFoundError` when none was set up."""
    row = session.scalars(select(model.City)).one_or_none()
    if row is None:
        message = "还没有设置城市,请先运行 jiantu init / no city was set up; run jiantu init first"
        raise NotFoundError(message)
    west, south, east, north = row.bbox
    return City(
        code=row.code,
        name=row.name,
        name_en=row.name_en,
        metric_srid=row.metric_srid,
        bbox=(west, south, east, north),
        time_zone=row.time_zone,
        ledger_closed_on=row.ledger_closed_on,
    )
