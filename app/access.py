"""Who is asking. Until there are accounts, whoever sits at this machine reads as the command does."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address
from typing import Literal

from geo.errors import JiantuError

Audience = Literal["public", "unit", "leader", "command", "admin"]


class NotAllowedError(JiantuError):
    """The asker may not use this server."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """The person (or the audience) on whose behalf the database is read."""

    audience: Audience
    account_id: int | None = None


COMMAND_AT_THIS_MACHINE = Viewer("command")


def find_viewer(remote_address: str | None) -> Viewer:
    """The viewer behind a connection from `remote_address`.

    There are no accounts yet, so the only thing known of an asker is the machine: this one reads as the command,
    any other is refused with NotAllowedError. Forwarding headers are not looked at; anybody can write them.
    """
    try:
        local = ip_address(remote_address or "").is_loopback
    except ValueError:
        local = False
    if not local:
        message = "Only the machine on which the map runs may read it."
        raise NotAllowedError(message)
    return COMMAND_AT_THIS_MACHINE
