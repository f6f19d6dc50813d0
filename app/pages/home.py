"""The front door where the public's map is served elsewhere: leads to the command's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, redirect, request, url_for

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
def front_door() -> Response:
    """Lead to the map, keeping what the address says."""
    map_url = url_for("command.show_map")
    query = request.query_string.decode("ascii", "replace")
    return redirect(f"{map_url}?{query}" if query else map_url)
