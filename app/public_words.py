"""Diversions and projects in plain words for everybody: what is taken, when, and how one gets past."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from flask_babel import gettext, lazy_gettext

from app.formats import format_day, format_planned, format_weekday
from app.languages import language

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from flask import Flask
    from flask_babel import LazyString

TRAVELLERS = ("motor", "ebike", "foot")
"""For whom every diversion says how to get on, in this order."""

TRAVELLER_WORDS = {
    "motor": lazy_gettext("By car"),
    "ebike": lazy_gettext("By e-bike or bicycle"),
    "foot": lazy_gettext("Walking"),
}

TAKEN = {
    "full": lazy_gettext("Road closed"),
    "half": lazy_gettext("Half the road closed"),
    "motor_lane": lazy_gettext("Motor lane closed"),
    "cycle_lane": lazy_gettext("Cycle lane closed"),
    "footway": lazy_gettext("Footway closed"),
}

PASSING = {
    "contraflow": lazy_gettext("both directions share the open half"),
    "one_way": lazy_gettext("one direction only"),
    "alternating": lazy_gettext("the directions take turns"),
    "temporary_road": lazy_gettext("on a temporary road"),
}

SIDES = {
    "north": lazy_gettext("north side"),
    "south": lazy_gettext("south side"),
    "east": lazy_gettext("east side"),
    "west": lazy_gettext("west side"),
    "middle": lazy_gettext("middle"),
}

WHOLE_WEEK = 7


class Way(NamedTuple):
    """How one kind of traveller gets on: `state` is pass, detour, none or signs."""

    mode: str
    who: LazyString
    state: str
    sentence: str


def ways_past(closure: Mapping[str, Any]) -> list[Way]:
    """How to get past a diversion by car, by e-bike and on foot, each as a sentence."""
    return [Way(mode, TRAVELLER_WORDS[mode], *_way(closure, mode)) for mode in TRAVELLERS]


def _way(closure: Mapping[str, Any], mode: str) -> tuple[str, str]:
    still = closure["still_pass"]
    if still is not None and mode in still:
        how = PASSING.get(closure["passing"] or "") if mode == "motor" else None
        if how is None:
            return "pass", gettext("You can pass.")
        return "pass", gettext("You can pass: %(how)s.", how=how)
    if mode in (closure["modes"] or ()):
        return "detour", gettext("Follow the blue line on the map.")
    if still is None and "full" not in (closure["taken"] or ()):
        return "signs", gettext("Follow the signs on the spot.")
    return "none", gettext("No way through; choose another road.")


def describe_taken(closure: Mapping[str, Any]) -> str:
    """What is closed: 半幅封闭(北侧)."""
    words = [str(TAKEN[part]) for part in closure["taken"] or () if part in TAKEN]
    joined = (", " if language() == "en" else "、").join(words) or str(gettext("Road works"))
    side = SIDES.get(closure["side"] or "")
    if side is None:
        return joined
    return f"{joined} ({side})" if language() == "en" else f"{joined}({side})"


def describe_hours(hours: list[dict[str, Any]]) -> str:
    """The hours of the day at which work is allowed: 每天 22:00 至次日 06:00."""
    told = []
    for window in hours:
        span = {"since": window["since"], "until": window["until"]}
        if window["since"] == window["until"] == "00:00":
            times = gettext("all day")
        elif window["until"] <= window["since"]:
            times = gettext("%(since)s to %(until)s the next day", **span)
        else:
            times = gettext("%(since)s to %(until)s", **span)
        told.append(f"{_days(window['weekdays'])} {times}")
    return ("; " if language() == "en" else ";").join(told)


def _days(weekdays: list[int]) -> str:
    if len(weekdays) == WHOLE_WEEK:
        return str(gettext("daily"))
    # 2024 began on a Monday.
    names = [format_weekday(f"2024-01-0{day}", language()) for day in sorted(weekdays)]
    return (", " if language() == "en" else "、").join(names)


def describe_closure_days(closure: Mapping[str, Any], today: date) -> str:
    """From when to when a road is closed, and what is known of its end when that has passed."""
    first = format_day(closure["first_on"], language(), today)
    if closure["overdue"] and not closure["ended"]:
        last = format_day(closure["last_on"], language(), today)
        told = gettext(
            "Since %(first)s; was to end on %(last)s, not open yet", first=first, last=last
        )
        return str(told)
    if closure["last_on"] is None:
        return str(gettext("Since %(first)s; end not known yet", first=first))
    last = format_day(closure["last_on"], language(), today)
    return str(gettext("%(first)s to %(last)s", first=first, last=last))


def describe_finish(project: Mapping[str, Any], today: date) -> str:
    """When a project will be done: the day first announced."""
    return format_planned(
        {
            "on": project["finish_on"],
            "precision": project["finish_precision"],
            "tentative": project["finish_tentative"],
        },
        language(),
        today,
    )


def describe_extended(project: Mapping[str, Any], today: date) -> str:
    """The later day that has been released."""
    return format_planned(
        {
            "on": project["extended_on"],
            "precision": project["extended_precision"],
            "tentative": project["extended_tentative"],
        },
        language(),
        today,
    )


def stage_form(stage: str) -> str:
    """The form under which a stage is drawn: production counts as use."""
    return "in_use" if stage in {"in_production", "at_capacity"} else stage


def named(thing: Mapping[str, Any], field: str = "name") -> str:
    """A field in the language of the request, else in Chinese."""
    english = thing.get(f"{field}_en") if language() == "en" else None
    return str(english or thing.get(field) or "")


def add_public_words(app: Flask) -> None:
    """Give templates these words."""
    app.jinja_env.globals.update(
        ways_past=ways_past,
        describe_taken=describe_taken,
        describe_hours=describe_hours,
        describe_closure_days=describe_closure_days,
        describe_finish=describe_finish,
        describe_extended=describe_extended,
        named=named,
        stage_form=stage_form,
    )
