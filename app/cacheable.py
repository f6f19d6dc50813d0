"""Answers for everybody: the same bytes for whoever asks, under a tag made from them, kept by caches for a while."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from flask import Response, request

if TYPE_CHECKING:
    from flask import Flask

MINUTE = 60
HOUR = 3600


def answer_public(body: str | bytes, mimetype: str, *, seconds: int = MINUTE) -> Response:
    """`body` to whoever asks, or 304 to who has it; caches keep it for `seconds`, and longer while a new one comes."""
    content = body.encode() if isinstance(body, str) else body
    tag = hashlib.sha256(content).hexdigest()[:32]
    known = request.if_none_match.contains_weak(tag)
    response = Response(status=304) if known else Response(content, mimetype=mimetype)
    # Weak, because what is sent may be compressed on the way.
    response.set_etag(tag, weak=True)
    response.headers["Cache-Control"] = (
        f"public, max-age={seconds}, stale-while-revalidate={10 * seconds}"
    )
    return response


def answer_page(html: str) -> Response:
    """A page for everybody."""
    return answer_public(html, "text/html")


def allow_everywhere(response: Response) -> Response:
    """Let pages of other sites read this: it is open data and asks no cookie."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def add_public_caching(app: Flask) -> None:
    """Nothing on the way may tell readers of the public's answers apart."""
    from app.audience import is_public_request  # noqa: PLC0415

    @app.after_request
    def stand_alone(response: Response) -> Response:
        if is_public_request():
            response.headers.remove("Set-Cookie")
            response.vary.discard("Cookie")
        return response
