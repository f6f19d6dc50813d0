"""The front door where the public's map is served elsewhere: leads to the pages of the staff."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Blueprint, redirect, url_for

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
def front_door() -> Response:
    """Lead to whoever asks to the first page of his work."""
    return redirect(url_for("accounts.show_start"), HTTPStatus.SEE_OTHER)
