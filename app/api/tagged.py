"""Answers with an entity tag: what the asker already has is not sent again."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from flask import Response, current_app, request

from app.api.kept import KeptAnswers
from app.moments import asked_moment
from app.wiring import viewer

if TYPE_CHECKING:
    from collections.abc import Callable

STAFF = "private, no-cache"
JSON = "application/json"
GEOJSON = "application/geo+json"
PACKED = "application/vnd.jiantu.packed"


KEPT = "jiantu-kept-answers"
KEPT_JSON = "jiantu-kept-json"
_KEPT_JSON_BYTES = 4_000_000


def answer_tagged(
    tag: str, make: Callable[[], str | bytes], mimetype: str, *, keep: bool = False
) -> Response:
    """304 if the asker holds `tag`; else what `make` gives. `tag` must change whenever that would.

    With `keep`, what was made once is given again to whoever asks for the same tag in the same scope.

    What staff are shown depends on who they are, so the tag does too: a browser in which somebody else signs in
    is never told to show again what the one before was shown.
    """
    tag = f"{viewer().scope}-{tag}"
    if asked_moment() is not None:
        # What was known then follows from no revision of now; what may be seen of it, from today's rules.
        made = make()
        tag = f"then-{hashlib.sha256(made if isinstance(made, bytes) else made.encode()).hexdigest()[:20]}"
        make, keep = (lambda: made), False
    if request.if_none_match.contains_weak(tag):
        response = Response(status=304)
    elif keep:
        kept = current_app.extensions.setdefault(KEPT, KeptAnswers())
        response = Response(kept.get(tag, make), mimetype=mimetype)
    else:
        response = Response(make(), mimetype=mimetype)
    response.set_etag(tag, weak=True)
    response.headers["Cache-Control"] = STAFF
    return response


def write_json(found: dict[str, Any]) -> str:
    """JSON without a blank too many."""
    return current_app.json.dumps(found, separators=(",", ":"))


def answer_json(found: dict[str, Any]) -> Response:
    """JSON under a tag made from its own bytes."""
    return _answer_text(write_json(found).encode())


def answer_json_once(tag: str, make: Callable[[], dict[str, Any]]) -> Response:
    """The same, made once for everybody who is shown the same, as long as `tag` is the same.

    For what hangs on so many tables that no revision tells when it changes: `tag` holds the snapshot it was read in.
    """
    if asked_moment() is not None:
        return answer_json(make())
    kept = current_app.extensions.setdefault(KEPT_JSON, KeptAnswers(_KEPT_JSON_BYTES))
    return _answer_text(kept.get(f"{viewer().scope}-{tag}", lambda: write_json(make())))


def _answer_text(text: bytes) -> Response:
    tag = hashlib.sha256(text).hexdigest()[:20]
    return answer_tagged(tag, lambda: text, JSON)
