"""Security headers of every response: nothing from other hosts, no inline script or style, no framing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import g

if TYPE_CHECKING:
    from flask import Flask, Response

# `data:` is for the few images that the style sheets of the map library carry inside them.
CONTENT_SECURITY_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)

NOBODY = "'none'"
NOBODY_FRAMES = f"frame-ancestors {NOBODY}"

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


def allow_framing(ancestors: str) -> None:
    """Let pages at `ancestors` (as the policy writes them) frame the present answer."""
    # A semicolon or a line's end would write further rules.
    g.frame_ancestors = " ".join(ancestors.replace(";", " ").split()) or NOBODY


def add_headers(app: Flask) -> None:
    """Put the security headers on all responses; what sets no caching of its own is not stored by anybody."""

    @app.after_request
    def put(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        ancestors = g.get("frame_ancestors", NOBODY)
        if ancestors != NOBODY:
            allowed = CONTENT_SECURITY_POLICY.replace(NOBODY_FRAMES, f"frame-ancestors {ancestors}")
            response.headers["Content-Security-Policy"] = allowed
            del response.headers["X-Frame-Options"]
        response.headers.setdefault("Cache-Control", "no-store")
        return response
