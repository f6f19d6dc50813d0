"""The front door: leads to the command's map until the public one exists."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
def front_door() -> Response:
    """Lead to the map, keeping what the address says."""
    return redirect(url_for("command.show_map", **request.args.to_dict()))
