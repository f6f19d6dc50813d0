"""Reading one unit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo.errors import NotFoundError
from geo.model.units import Unit

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def get_unit(session: Session, unit_id: int) -> Unit:
    """The unit; raises NotFoundError."""
    found = session.get(Unit, unit_id)
    if found is None:
        message = f"no unit {unit_id}"
        raise NotFoundError(message)
    return found
