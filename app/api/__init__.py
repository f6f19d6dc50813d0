"""Interfaces for machines; the map in the browser is the first of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.api import map as map_api
from app.api import public_data

if TYPE_CHECKING:
    from apiflask import APIFlask


def add_api(app: APIFlask, only: str | None = None) -> None:
    """Register every blueprint of the interface, or only the public's or the staff's."""
    if only != "staff":
        app.register_blueprint(public_data.blueprint)
    if only != "public":
        app.register_blueprint(map_api.blueprint)
