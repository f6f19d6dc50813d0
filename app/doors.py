"""Which pages are for whom, in one table. What is shown behind a door the database decides by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request

from app.access import STAFF, WHOLE_CITY, NotAllowedError, check_audience
from app.audience import PUBLIC_BLUEPRINTS
from app.wiring import viewer

if TYPE_CHECKING:
    from flask import Flask

    from app.access import Audience

EVERYBODY: tuple[Audience, ...] = ("public",)
"""Open without signing in. What stands behind such a door looks itself after who is asking."""

COMMAND: tuple[Audience, ...] = ("command",)
"""What is typed and taken in for the whole city."""

DOORS: dict[str, tuple[Audience, ...]] = {
    "accounts": EVERYBODY,
    "admin": ("unit", "admin"),
    "city_data": ("admin",),
    "city_times": ("admin",),
    "district_map": ("admin",),
    "collection": COMMAND,
    **dict.fromkeys(
        (
            *("collection.show_rounds", "collection.show_sheet", "collection.download_sheet"),
            *("collection.download_returned", "collection.download_source"),
            *("collection.take_answer", "collection.take_alike", "collection.take_forgetting"),
        ),
        ("unit", "command"),
    ),
    "collection.take_own": ("unit",),
    "command": WHOLE_CITY,
    "coordination": STAFF,
    "files": WHOLE_CITY,
    "history": STAFF,
    "dig_plan": STAFF,
    "dig_plan.make_proposal": COMMAND,
    "dig_plan.take_state": COMMAND,
    "home": EVERYBODY,
    "ledger": STAFF,
    "ledger.take_plan_undo": COMMAND,
    "intake": COMMAND,
    "intake.show_run": WHOLE_CITY,
    **dict.fromkeys(
        (
            *("intake.take_file", "intake.show_file", "intake.take_mapping"),
            *("intake.try_file", "intake.import_file"),
        ),
        ("command", "admin"),
    ),
    "map": STAFF,
    "new_project": COMMAND,
    "openapi": EVERYBODY,
    "plan_months": COMMAND,
    "announcements": COMMAND,
    "announcements.show_announcements": WHOLE_CITY,
    "releases": WHOLE_CITY,
    "releases.take_public": COMMAND,
    "releases.take_words": COMMAND,
    "releases.take_extension": COMMAND,
    "releases.take_photo": COMMAND,
    "reports": STAFF,
    "rulings": STAFF,
    "rulings.show_ruling_form": COMMAND,
    "rulings.take_ruling": COMMAND,
    "rulings.take_end": COMMAND,
    "cases": STAFF,
    "cases.take_minutes": COMMAND,
    "diversions": STAFF,
    "inbox": STAFF,
    "roads": STAFF,
    "feed": EVERYBODY,
    "quality": WHOLE_CITY,
    "single_sign_on": EVERYBODY,
    "sources": WHOLE_CITY,
    "static": EVERYBODY,
    "unit_desk": ("unit", "admin"),
    "zones": STAFF,
    "zones_api": STAFF,
    **dict.fromkeys(PUBLIC_BLUEPRINTS, EVERYBODY),
}
"""Audiences by blueprint; one of its routes may stand here by itself, as `blueprint.function`."""


def doors_of(endpoint: str) -> tuple[Audience, ...]:
    """For whom a route is: by its own line in the table, else its blueprint's; for nobody when there is neither."""
    return DOORS.get(endpoint, DOORS.get(endpoint.split(".", maxsplit=1)[0], ()))


def add_doors(app: Flask) -> None:
    """Look at every request before anything else does; a route that is not in the table is not there for anybody."""

    @app.before_request
    def check() -> None:
        if request.endpoint is None:
            return
        audiences = doors_of(request.endpoint)
        if not audiences:
            message = f"{request.endpoint} is not in app.doors.DOORS"
            raise NotAllowedError(message)
        if audiences != EVERYBODY:
            check_audience(viewer(), *audiences)
