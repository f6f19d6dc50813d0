"""Security headers of every response: nothing from other hosts, no inline script or style, no framing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import g

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flask import Flask, Response

    from app.base_maps import BaseMap


def content_security_policy(bases: Iterable[BaseMap] = ()) -> str:
    """What pages may load: their own server's files, and pictures from the hosts of the base maps that are set.

    `data:` is for the few images that the style sheets of the map library carry inside them; `blob:` for tiles out of
    an archive.
    """
    pictures = ["'self'", "data:"]
    for base in bases:
        pictures += [host for host in base.hosts if host not in pictures]
        if base.archive and "blob:" not in pictures:
            pictures.append("blob:")
    return (
        f"default-src 'self'; script-src 'self'; style-src 'self'; img-src {' '.join(pictures)}; "
        "connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )


CONTENT_SECURITY_POLICY = content_security_policy()
"""The one without any base map from elsewhere."""

NOBODY = "'none'"
NOBODY_FRAMES = f"frame-ancestors {NOBODY}"

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(self), microphone=(), payment=(), usb=()",
}


def allow_framing(ancestors: str) -> None:
    """Let pages at `ancestors` (as the policy writes them) frame the present answer."""
    # A semicolon or a line's end would write further rules.
    g.frame_ancestors = " ".join(ancestors.replace(";", " ").split()) or NOBODY


def add_headers(app: Flask, bases: Iterable[BaseMap] = ()) -> None:
    """Put the security headers on all responses; what sets no caching of its own is not stored by anybody."""
    headers = {"Content-Security-Policy": content_security_policy(bases), **HEADERS}

    @app.after_request
    def put(response: Response) -> Response:
        for name, value in headers.items():
            response.headers.setdefault(name, value)
        ancestors = g.get("frame_ancestors", NOBODY)
        if ancestors != NOBODY:
            allowed = headers["Content-Security-Policy"].replace(
                NOBODY_FRAMES, f"frame-ancestors {ancestors}"
            )
            response.headers["Content-Security-Policy"] = allowed
            del response.headers["X-Frame-Options"]
        response.headers.setdefault("Cache-Control", "no-store")
        return response
