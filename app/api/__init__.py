"""Interfaces for machines; the map in the browser is the first of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.api import feeds, public_data
from app.api import map as map_api
from app.api import zones as zones_api

if TYPE_CHECKING:
    from apiflask import APIFlask


def add_api(app: APIFlask, only: str | None = None) -> None:
    """Register every blueprint of the interface, or only the public's or the staff's."""
    if only != "staff":
        app.register_blueprint(public_data.blueprint)
        app.register_blueprint(feeds.blueprint)
    if only != "public":
        app.register_blueprint(map_api.blueprint)
        app.register_blueprint(zones_api.blueprint)
