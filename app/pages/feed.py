"""What happened at a watched place as an Atom feed, behind a private token instead of a session."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement, tostring

from flask import Blueprint, Response, request

from app.access import Viewer
from app.languages import language
from app.wiring import staff_database
from geo.changes.subscriptions import hash_of
from geo.queries.watching import find_feed, list_told_of

if TYPE_CHECKING:
    from datetime import datetime

    from geo.queries.watching import Told

blueprint = Blueprint("feed", __name__, url_prefix="/feed")

ATOM = "http://www.w3.org/2005/Atom"
MOST = 50
LONGEST_TOKEN = 100
READER = Viewer("leader")
"""Sees what was told of the place behind the token, which was written for its watcher alone."""


@blueprint.get("/<token>.atom")
def get_feed(token: str) -> Response:
    """The newest fifty; 404 for a token that is none."""
    with staff_database().reading(READER) as session:
        place, name = find_feed(session, hash_of(token[:LONGEST_TOKEN]))
        told = list_told_of(session, place, MOST)
    internal = "Internal" if language() == "en" else "内部"
    feed = Element("feed", xmlns=ATOM)
    SubElement(feed, "id").text = f"urn:jiantu:place:{place}"
    SubElement(feed, "title").text = f"{name} ({internal})"
    SubElement(feed, "link", rel="self", href=request.base_url)
    author = SubElement(feed, "author")
    SubElement(author, "name").text = "Jiantu"
    SubElement(feed, "updated").text = (
        _instant(told[0].happened_at) if told else "2000-01-01T00:00:00Z"
    )
    for one in told:
        _add_entry(feed, one)
    content = tostring(feed, encoding="utf-8", xml_declaration=True)
    return Response(
        content, mimetype="application/atom+xml", headers={"Cache-Control": "private, no-cache"}
    )


def _add_entry(feed: Element, told: Told) -> None:
    entry = SubElement(feed, "entry")
    sentences = told.sentences(language())
    SubElement(entry, "id").text = f"urn:jiantu:notification:{told.id}"
    SubElement(entry, "title").text = sentences[0]
    SubElement(entry, "updated").text = _instant(told.happened_at)
    SubElement(entry, "content", type="text").text = "\n".join(sentences)


def _instant(at: datetime) -> str:
    return at.isoformat()
