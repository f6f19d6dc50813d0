"""What the command office rules (核定): its days, what it leaves alone, and whom else it reaches."""

from __future__ import annotations

from dataclasses import replace

from geo.status import Facts, Lamp, Mark, PlannedDay, PlanVersion, Ruling, site_facts
from tests.unit.lamp_examples.facts import (
    BLUE,
    GREEN,
    NOT_STARTED,
    RED,
    STARTED,
    YELLOW,
    Example,
    d,
)


def ruled(facts: Facts, first: str, last: str, lamp: Lamp, number: int = 1) -> Facts:
    ruling = Ruling(d(first), d(last), lamp, RED, id=number)
    return replace(facts, rulings=(*facts.rulings, ruling))


LATE = ruled(NOT_STARTED, "07-10", "07-31", YELLOW)
"""Red since 1 July: 31 days after the start that was planned for 31 May."""
TWICE = ruled(LATE, "07-20", "07-25", GREEN, 2)
LATER = PlannedDay(d("2027-01-31"))
SITE = site_facts(LATE, Facts(site_id=7))
ON_TIME = site_facts(LATE, Facts(site_id=8, plans=(PlanVersion(start=LATER),)))
OWN = site_facts(LATE, ruled(Facts(site_id=9), "07-15", "07-16", Lamp.PAUSED, 3))

EXAMPLES = [
    Example(
        "the day before a ruling shows the computed lamp", LATE, "07-09", RED, ("start red",)
    ),
    Example(
        "a ruling holds from its first day, before the reasons of the computed lamp",
        LATE,
        "07-10",
        YELLOW,
        ("ruling yellow", "start red"),
    ),
    Example(
        "a ruling holds on its last day", LATE, "07-31", YELLOW, ("ruling yellow", "start red")
    ),
    Example("the day after a ruling shows the computed lamp", LATE, "08-01", RED, ("start red",)),
    Example(
        "of two rulings the one that began later holds",
        TWICE,
        "07-20",
        GREEN,
        ("ruling green", "start red"),
    ),
    Example(
        "an earlier ruling goes on where a later one ends before it",
        TWICE,
        "07-26",
        YELLOW,
        ("ruling yellow", "start red"),
    ),
    Example(
        "a ruling over a lamp without reasons is told alone",
        ruled(STARTED, "01-02", "01-03", YELLOW),
        "01-02",
        YELLOW,
        ("ruling yellow",),
    ),
    Example(
        "what is finished is blue in spite of a ruling",
        replace(LATE, completed_on=d("07-12")),
        "07-12",
        BLUE,
    ),
    Example(
        "a ruling on a project reaches a site that stands as the project does",
        SITE,
        "07-10",
        YELLOW,
        ("ruling yellow", "start red"),
    ),
    Example(
        "a ruling on a project leaves a site alone whose lamp is another", ON_TIME, "07-10", Lamp.GREY
    ),
    Example(
        "a site's own later ruling holds before its project's",
        OWN,
        "07-15",
        Lamp.PAUSED,
        ("ruling paused", "start red"),
    ),
    Example(
        "a ruling is told by a mark",
        replace(LATE, located=False),
        "07-10",
        YELLOW,
        ("ruling yellow", "start red"),
        marks=frozenset({Mark.NO_LOCATION, Mark.RULED}),
    ),
]  # fmt: skip
