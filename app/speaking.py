"""In whose name the asker may speak: a unit's people for their unit, the command for itself and for any unit (代录)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.access import NotAllowedError
from geo.changes.case_messages import Speaker

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from app.access import Viewer

FOR_ALL = frozenset({"command"})


def units_of(viewer: Viewer) -> Sequence[int] | None:
    """The units in whose name the asker may speak; None when it is all of them."""
    if viewer.audience in FOR_ALL:
        return None
    return viewer.editable_unit_ids


def may_speak_for(viewer: Viewer, unit_id: int | None) -> bool:
    """Whether the asker may speak for a unit; works without a unit are the command's to speak for."""
    units = units_of(viewer)
    return units is None or (unit_id is not None and unit_id in units)


def speaker_for(viewer: Viewer, unit_id: int | None, name: str, at: datetime) -> Speaker:
    """The asker as one who speaks for a unit; raises NotAllowedError."""
    if not may_speak_for(viewer, unit_id):
        message = "Nobody speaks for another unit."
        raise NotAllowedError(message)
    return Speaker(unit_id, at, name, by_command=viewer.audience in FOR_ALL)
