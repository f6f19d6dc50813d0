"""Which addresses are for everybody: there language, theme and all else come from the address, never from a cookie."""

from __future__ import annotations

from flask import request

PUBLIC_BLUEPRINTS = frozenset({"public", "public_sites", "public_data", "feeds"})
"""Their answers are the same for whoever asks, and may be kept by anybody on the way."""


def is_public_request() -> bool:
    """Whether the present request asks for something of the public's."""
    return request.blueprint in PUBLIC_BLUEPRINTS
