"""Names under which this server is reached: its own, and those that the settings give."""

from __future__ import annotations

import socket
from contextlib import suppress

LOCAL_NAMES = ("127.0.0.1", "localhost")
EVERY_ADDRESS = frozenset({"0.0.0.0", "::"})  # noqa: S104  a word to know it by, not an address to bind to


def trusted_names(host: str, given: str) -> list[str]:
    """The names under which requests are answered when the server listens on `host`; `given` adds some, with commas.

    Under any other name nothing is answered, so that no page elsewhere can have a browser speak to this server by a
    name of its own.
    """
    return [*LOCAL_NAMES, *(name.strip() for name in given.split(",") if name.strip()), *_own(host)]


def _own(host: str) -> list[str]:
    if host in LOCAL_NAMES:
        return []
    if host not in EVERY_ADDRESS:
        return [host]
    names = [socket.gethostname(), socket.getfqdn()]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as way_out, suppress(OSError):
        # Nothing is sent: the system only says from which of its addresses it would be.
        way_out.connect(("192.0.2.1", 9))
        names.append(way_out.getsockname()[0])
    return sorted({name for name in names if name})


def reachable(host: str) -> str:
    """A name by which this machine reaches a server that listens on `host`."""
    return LOCAL_NAMES[0] if host in EVERY_ADDRESS else host
