"""The words of the fixed lists, for templates: lamps, stages, states, cards. Code lists bring their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import lazy_gettext

if TYPE_CHECKING:
    from flask import Flask

LAMPS = {
    "red": lazy_gettext("Red"),
    "yellow": lazy_gettext("Yellow"),
    "green": lazy_gettext("Green"),
    "grey": lazy_gettext("Not due"),
    "blue": lazy_gettext("Finished"),
    "paused": lazy_gettext("Paused"),
}
"""In the order in which they are shown: what needs somebody first."""

STAGES = {
    "not_started": lazy_gettext("Not started"),
    "under_construction": lazy_gettext("Under construction"),
    "suspended": lazy_gettext("Suspended"),
    "completed": lazy_gettext("Completed"),
    "in_use": lazy_gettext("In use"),
    "in_production": lazy_gettext("In production"),
    "at_capacity": lazy_gettext("At capacity"),
}

ZONE_STATES = {
    "draft": lazy_gettext("Draft"),
    "planned": lazy_gettext("Planned"),
    "confirmed": lazy_gettext("Confirmed"),
    "finished": lazy_gettext("Done"),
    "withdrawn": lazy_gettext("Withdrawn"),
}

CARDS = {
    "yellow": lazy_gettext("Yellow card"),
    "red": lazy_gettext("Red card"),
}

VERIFICATIONS = {
    "self_reported": lazy_gettext("Self-reported"),
    "verified": lazy_gettext("Verified"),
    "contradicted": lazy_gettext("Contradicted on site"),
}

TOLERANCES = {
    "deferred": lazy_gettext("Deferred"),
    "promised": lazy_gettext("Promised"),
    "parallel": lazy_gettext("In parallel"),
}


def add_words(app: Flask) -> None:
    """Give templates these lists as `words`."""
    app.jinja_env.globals["words"] = {
        "lamps": LAMPS,
        "stages": STAGES,
        "zone_states": ZONE_STATES,
        "cards": CARDS,
        "verifications": VERIFICATIONS,
        "tolerances": TOLERANCES,
    }
