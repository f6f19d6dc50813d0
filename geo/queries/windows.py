"""Reading service windows that units keep for their own works, in the form of those of the city's rules."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from typing import TYPE_CHECKING

from sqlalchemy import select

from geo.model.units import OwnWindow, Unit
from geo.rules import ServiceWindow

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def to_window(  # noqa: PLR0913, PLR0917  the columns of a window
    code: str,
    name: str,
    name_en: str | None,
    forbids: bool,  # noqa: FBT001  a column
    operation: str,
    first_day: str,
    last_day: str,
    since: time | str | None,
    until: time | str | None,
) -> ServiceWindow:
    """A unit's window; its hours may be as JSON has them."""
    return ServiceWindow(
        code,
        name,
        name_en or name,
        forbids,
        (operation,),
        (),
        first_day,
        last_day,
        _time(since),
        _time(until),
    )


def _time(told: time | str | None) -> time | None:
    return time.fromisoformat(told) if isinstance(told, str) else told


@dataclass(frozen=True, slots=True)
class KeptWindow:
    """A window that a unit keeps, with the row in which it lies."""

    id: int
    version: int
    unit: Unit
    window: ServiceWindow


def list_own_windows(session: Session, unit_id: int | None = None) -> list[KeptWindow]:
    """The windows that units keep (one unit's when it is named), by unit and name."""
    query = select(OwnWindow, Unit).join(Unit, Unit.id == OwnWindow.unit_id)
    if unit_id is not None:
        query = query.where(OwnWindow.unit_id == unit_id)
    rows = session.execute(query.order_by(Unit.name, OwnWindow.name, OwnWindow.id))
    return [
        KeptWindow(
            row.id,
            row.version,
            unit,
            to_window(
                *(row.code, row.name, row.name_en, row.forbids, row.operation.value),
                *(row.first_day, row.last_day, row.since, row.until),
            ),
        )
        for row, unit in rows
    ]
