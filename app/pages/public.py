"""The public map, the same as a list, and the map alone for other sites to frame."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, redirect, render_template, request, url_for

from app.cacheable import answer_page
from app.headers import allow_framing
from app.languages import language, messages_for_browser
from app.public_frame import PublicFrame, is_large, public_url, read_frame, read_public
from app.public_words import named
from app.wiring import get_wiring
from geo.queries.public_pages import get_overview

if TYPE_CHECKING:
    from flask import Response
    from werkzeug.wrappers import Response as AnyResponse

blueprint = Blueprint("public", __name__)


def page_data(frame: PublicFrame) -> dict[str, Any]:
    """What the browser's code is told by the page instead of asking for it."""
    return {
        "language": language(),
        "large": is_large(),
        "city": {"name": frame.city_name, "bbox": list(frame.city.bbox)},
        "today": frame.today.isoformat(),
        "lampShown": frame.city.lamp_shown,
        "codes": {
            "category": {code: named(one) for code, one in frame.city.categories.items()},
            "utility": {code: named(one) for code, one in frame.city.utilities.items()},
            "letter": {
                code: one["letter"] for code, one in frame.city.utilities.items() if one["letter"]
            },
        },
        "messages": messages_for_browser(),
        "paths": {
            "map": public_url("public.show_map"),
            "site": public_url("public_sites.show_sheet", code="CODE"),
            "closure": public_url("public_sites.show_closure_sheet", code="CODE"),
        },
    }


@blueprint.get("/")
def show_map() -> AnyResponse:
    """The map of what is being built; where the installation serves no public map, the way to the staff's."""
    if get_wiring().public is None:
        query = request.query_string.decode("ascii", "replace")
        staff = url_for("accounts.show_start")
        return redirect(f"{staff}?{query}" if query else staff)
    frame = read_frame()
    return answer_page(
        render_template("public/map.html", frame=frame, page=page_data(frame), embedded=False)
    )


@blueprint.get("/embed")
def show_embedded() -> Response:
    """The map alone, which other sites may frame if the installation lets them."""
    frame = read_frame()
    allow_framing(get_wiring().settings.embed_ancestors)
    return answer_page(
        render_template("public/map.html", frame=frame, page=page_data(frame), embedded=True)
    )


@blueprint.get("/list")
def show_list() -> Response:
    """Everything that is on the map, as a list: diversions and outages first, then the projects by district."""
    frame, found = read_public(
        lambda session, frame: get_overview(session, frame.today, frame.city.notice_days)
    )
    asked = request.args.get("district", "")
    known = {district["code"] for district in frame.city.districts}
    district = asked if asked in known else None
    projects = [
        project
        for project in found["projects"]
        if district is None or district in {one["code"] for one in project["districts"]}
    ]
    return answer_page(
        render_template(
            "public/list.html",
            frame=frame,
            district=district,
            projects=projects,
            closures=found["closures"],
            outages=found["outages"],
        )
    )
