"""The page of feeds: what is pulled from where, what the last pulls brought, and what went wrong."""

from __future__ import annotations

from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from flask import Blueprint, render_template

from app.frame import read_frame
from app.languages import language
from app.wiring import reading
from geo.queries.feeds import list_feeds

blueprint = Blueprint("sources", __name__, url_prefix="/sources")

GONE_SHOWN = 50


def plain_address(address: str) -> str:
    """An address without what stands after its path: a key that a source asks for may stand there."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}{parts.path}" if parts.netloc else parts.path


@blueprint.get("")
def show_sources() -> str:
    """All feeds with their last pulls."""
    with reading() as session:
        frame = read_frame(session)
        zone = ZoneInfo(frame.city.time_zone)
        return render_template(
            "sources/list.html",
            frame=frame,
            states=list_feeds(session),
            local=lambda moment: f"{moment.astimezone(zone):%Y-%m-%d %H:%M}",
            plain_address=plain_address,
            gone_shown=GONE_SHOWN,
            warning_of=lambda pull: pull.warning_en if language() == "en" else pull.warning,
        )
