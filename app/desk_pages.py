"""The pages by which works are settled with one another, registered together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.pages import cases

if TYPE_CHECKING:
    from flask import Flask


def add_desk_pages(app: Flask, only: str | None = None) -> None:
    """Register them where the staff's pages are served."""
    if only != "public":
        app.register_blueprint(cases.blueprint)
