"""Pages for people. Each module is a blueprint of its own and knows nothing of the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.pages import command, coordination, home

if TYPE_CHECKING:
    from flask import Flask


def add_pages(app: Flask) -> None:
    """Register every blueprint of pages."""
    app.register_blueprint(home.blueprint)
    app.register_blueprint(command.blueprint)
    app.register_blueprint(coordination.blueprint)
