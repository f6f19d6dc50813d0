"""On whose behalf a request writes zones."""

from __future__ import annotations

from app.access import NotAllowedError, Viewer
from app.wiring import viewer
from geo.changes.zones import Author


def author_of(asker: Viewer) -> Author:
    """The units whose zones an account edits, and those whose drafts it sees; the command office writes for all."""
    return Author(
        edits=None if asker.audience == "command" else frozenset(asker.editable_unit_ids),
        sees=None if asker.sees_whole_city else frozenset(asker.unit_ids),
    )


def author() -> Author:
    """On whose behalf the present request writes."""
    return author_of(viewer())


def check_author() -> None:
    """Raises NotAllowedError for an account that edits nothing."""
    if not viewer().may_edit:
        message = "this account edits nothing"
        raise NotAllowedError(message)
