"""Interfaces for machines; the map in the browser is the first of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.api import map as map_api

if TYPE_CHECKING:
    from apiflask import APIFlask


def add_api(app: APIFlask) -> None:
    """Register every blueprint of the interface."""
    app.register_blueprint(map_api.blueprint)
