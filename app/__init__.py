"""The web and the command line. Every process of the program imports this, so it loads nothing by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from apiflask import APIFlask

    from app.config import Settings
    from app.database import Database


def create_app(
    settings: Settings, database: Database | None = None, now: Callable[[], datetime] | None = None
) -> APIFlask:
    """The web application on `database`, or on the one that `settings.database_url` names.

    `now` is the clock, an aware datetime; by default the server's. Raises DatabaseSetupError if no database is given.
    """
    from app.factory import make_app
    from app.wiring import utc_now

    return make_app(settings, database, now or utc_now)
