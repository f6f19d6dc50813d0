"""Pages for people. Each module is a blueprint of its own, knows nothing of the others, and is found by itself."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING

from app.audience import PUBLIC_BLUEPRINTS

if TYPE_CHECKING:
    from flask import Flask

FRONT_DOOR = "home"
"""The page at / where the public's map, which is there otherwise, is served elsewhere."""


def add_pages(app: Flask, only: str | None = None) -> None:
    """Register every blueprint of pages, or only the public's or the staff's."""
    for found in iter_modules(__path__):
        blueprint = getattr(import_module(f"{__name__}.{found.name}"), "blueprint", None)
        if blueprint is None:
            continue
        if blueprint.name == FRONT_DOOR:
            wanted = only == "staff"
        elif blueprint.name in PUBLIC_BLUEPRINTS:
            wanted = only != "staff"
        else:
            wanted = only != "public"
        if wanted:
            app.register_blueprint(blueprint)
