"""Who stands behind the names of actors in the history."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import gettext

if TYPE_CHECKING:
    from collections.abc import Mapping


def actor_words(actor: str, people: Mapping[str, str]) -> str:
    """The actor as a person reads it: a system's own work, or somebody by name (`people`: account → name)."""
    audience, _, who = actor.partition(":")
    name = people.get(who, "")
    match audience:
        case "system":
            return str(gettext("System: %(what)s", what=who))
        case "command":
            return str(gettext("Command office")) + (f" · {name}" if name else "")
        case "admin":
            return str(gettext("Administrator")) + (f" · {name}" if name else "")
        case "unit" | "leader":
            return name or str(gettext("Account %(number)s", number=who))
        case _:
            return actor
