"""Pages for people. Each module is a blueprint of its own, knows nothing of the others, and is found by itself."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING

from app.audience import PUBLIC_BLUEPRINTS
from app.pages import (
    accounts,
    admin,
    collection,
    command,
    coordination,
    files,
    history,
    home,
    intake,
    ledger,
    public,
    public_sites,
    quality,
    reports,
    sources,
    zones,
)

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
    if only == "staff":
        app.register_blueprint(home.blueprint)
    else:
        app.register_blueprint(public.blueprint)
        app.register_blueprint(public_sites.blueprint)
    if only != "public":
        app.register_blueprint(accounts.blueprint)
        app.register_blueprint(admin.blueprint)
        app.register_blueprint(command.blueprint)
        app.register_blueprint(coordination.blueprint)
        app.register_blueprint(files.blueprint)
        app.register_blueprint(ledger.blueprint)
        app.register_blueprint(reports.blueprint)
        app.register_blueprint(history.blueprint)
        app.register_blueprint(zones.blueprint)
        app.register_blueprint(collection.blueprint)
        app.register_blueprint(intake.blueprint)
        app.register_blueprint(quality.blueprint)
        app.register_blueprint(sources.blueprint)
