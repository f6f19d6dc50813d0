"""Whose watched places an asker sees and keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo.queries.watching import Reader

if TYPE_CHECKING:
    from app.access import Viewer
    from geo.queries.watching import Told, WatchedPlace


def reader_of(asker: Viewer) -> Reader:
    """The asker as a reader of watched places: his own, his units', and the command's if he is of it."""
    return Reader(asker.account_id, asker.sees_whole_city, asker.audience == "command")


def may_keep(asker: Viewer, place: WatchedPlace | Told) -> bool:
    """Whether the asker keeps a place: his own, and his unit's or the command's when he edits for it.

    He may stop watching it, and mark as read what is told of it.
    """
    if place.account_id is not None:
        return place.account_id == asker.account_id
    return asker.may_edit_for(place.unit_id)
