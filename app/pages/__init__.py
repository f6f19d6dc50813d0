"""Pages for people. Each module is a blueprint of its own and knows nothing of the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
    zones,
)

if TYPE_CHECKING:
    from flask import Flask


def add_pages(app: Flask, only: str | None = None) -> None:
    """Register every blueprint of pages, or only the public's or the staff's."""
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
