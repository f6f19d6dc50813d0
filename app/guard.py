"""Forms are taken only from this site's own pages: each carries a token that belongs to the reader's session."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_wtf.csrf import CSRFProtect

if TYPE_CHECKING:
    from flask import Flask


def add_guard(app: Flask) -> None:
    """Refuse every request that changes something and brings no token; `csrf_token()` gives templates theirs."""
    app.config.update(
        # A desk stays open all day; the token ends with the session, not after an hour.
        WTF_CSRF_TIME_LIMIT=None,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
    )
    CSRFProtect(app)
