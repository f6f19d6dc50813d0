"""Who stands behind the names of actors that records and their history keep."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.languages import language
from geo.queries.names import name_actor, read_people

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session


def actor_namer(session: Session) -> Callable[[str], str]:
    """What to call an actor in the reader's language: a unit's person, an office's, or a duty of the system."""
    people, reader = read_people(session), language()
    return lambda actor: name_actor(actor, people, reader)
