"""Sites, which have some facts of their own and the rest from their project."""

from __future__ import annotations

from dataclasses import replace

from geo.status import (
    Facts,
    PlanVersion,
    Stage,
    Suspension,
    site_facts,
)
from tests.unit.lamp_examples.facts import (
    BLUE,
    GREEN,
    NOT_STARTED,
    PROJECT,
    RED,
    STARTED,
    YELLOW,
    Example,
    d,
    on,
    report,
)

EXAMPLES = [
    Example(
        "a site without facts of its own is as its project",
        site_facts(PROJECT, Facts(site_id=8)),
        "01-20",
        GREEN,
        (),
        Stage.UNDER_CONSTRUCTION,
    ),
    Example(
        "a site has the blockers of its project that name no site",
        site_facts(PROJECT, Facts(site_id=8)),
        "01-26",
        YELLOW,
        ("blocker yellow",),
    ),
    Example(
        "a site has its own blockers as well",
        site_facts(PROJECT, Facts(site_id=7)),
        "01-26",
        YELLOW,
        ("blocker yellow", "blocker yellow"),
    ),
    Example(
        "a project has the blockers of all its sites",
        PROJECT,
        "01-26",
        YELLOW,
        ("blocker yellow", "blocker yellow"),
    ),
    Example(
        "a site with reports of its own is judged by them and its project's plan",
        site_facts(replace(PROJECT, blockers=()), Facts(reports=(report("02-01", 10.0),))),
        "02-01",
        RED,
        ("progress red",),
    ),
    Example(
        "a site with a plan of its own is judged by it and its project's reports",
        site_facts(
            replace(PROJECT, blockers=()),
            Facts(plans=(PlanVersion(start=on("01-01"), finish=on("02-10")),)),
        ),
        "02-01",
        RED,
        ("progress red",),
    ),
    Example(
        "a site with a planned finish of its own keeps its project's planned start",
        site_facts(
            replace(NOT_STARTED, plans=(PlanVersion(start=on("03-31"), finish=on("12-31")),)),
            Facts(plans=(PlanVersion(finish=on("06-30")),)),
        ),
        "04-01",
        YELLOW,
        ("start yellow",),
    ),
    Example(
        "a site finished before its project is blue",
        site_facts(PROJECT, Facts(completed_on=d("02-01"))),
        "02-01",
        BLUE,
        (),
        Stage.COMPLETED,
    ),
    Example(
        "a suspension of its project stops a site",
        site_facts(replace(STARTED, suspensions=(Suspension(d("02-01")),)), Facts(site_id=8)),
        "02-01",
        RED,
        ("suspension red",),
    ),
]
