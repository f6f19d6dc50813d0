"""Progress against the plan."""

from __future__ import annotations

from dataclasses import replace

from geo.status import (
    ControlPeriod,
    Milestone,
    Pause,
)
from tests.unit.lamp_examples.facts import (
    BY_MILESTONE,
    BY_MONTH,
    GREEN,
    RED,
    STARTED,
    YELLOW,
    Example,
    d,
    on,
    report,
    started,
    with_plan,
)

EXAMPLES = [
    Example(
        "a started project without reports is not judged for progress", STARTED, "03-31", GREEN
    ),
    Example("progress on plan is green", started(report("02-10", 40.0)), "02-10", GREEN),
    Example("a gap of 10 points is not over 10", started(report("03-02", 50.0)), "03-02", GREEN),
    Example(
        "a gap of more than 10 points is yellow",
        started(report("03-02", 49.99)),
        "03-02",
        YELLOW,
        ("progress yellow",),
    ),
    Example(
        "a gap of 5 points below 80 % of the plan is yellow",
        started(report("01-21", 15.0)),
        "01-21",
        YELLOW,
        ("progress yellow",),
    ),
    Example(
        "a gap of 5 points at 80 % of the plan is green",
        started(report("01-26", 20.0)),
        "01-26",
        GREEN,
    ),
    Example(
        "a gap below 5 points is green however small the percent",
        started(report("01-05", 0.0)),
        "01-05",
        GREEN,
    ),
    Example(
        "a gap of 10 points below 60 % of the plan is red",
        started(report("01-22", 10.0)),
        "01-22",
        RED,
        ("progress red",),
    ),
    Example(
        "a gap of 30 points is not over 30",
        started(report("04-01", 60.0)),
        "04-01",
        YELLOW,
        ("progress yellow",),
    ),
    Example(
        "a gap of more than 30 points is red",
        started(report("04-01", 59.0)),
        "04-01",
        RED,
        ("progress red",),
    ),
    Example(
        "a gap is held until the next report, though the plan goes on",
        started(report("02-01", 31.0)),
        "04-10",
        GREEN,
    ),
    Example(
        "the next report ends a held gap",
        started(report("02-01", 15.0), report("03-02", 58.0)),
        "03-02",
        GREEN,
    ),
    Example(
        "until then the gap of the report before is held",
        started(report("02-01", 15.0), report("03-02", 58.0)),
        "03-01",
        RED,
        ("progress red",),
    ),
    Example(
        "a ladder step stands for its percent where none is reported",
        started(report("04-01", None, step_percent=45.0)),
        "04-01",
        RED,
        ("progress red",),
    ),
    Example(
        "a reported percent comes before the ladder step's",
        started(report("04-01", 88.0, step_percent=45.0)),
        "04-01",
        GREEN,
    ),
    Example(
        "a report in words alone leaves the last figure standing",
        started(report("02-01", 15.0), report("03-02")),
        "03-02",
        RED,
        ("progress red",),
    ),
    Example(
        "of two reports as of one day the later known one corrects the other",
        started(
            report("02-01", 15.0, known_on=d("02-01")), report("02-01", 30.0, known_on=d("02-03"))
        ),
        "02-03",
        GREEN,
    ),
    Example(
        "until the correction is known the first report holds",
        started(
            report("02-01", 15.0, known_on=d("02-01")), report("02-01", 30.0, known_on=d("02-03"))
        ),
        "02-02",
        RED,
        ("progress red",),
    ),
    Example(
        "after its close a project's report counts from the day it was entered",
        started(report("02-01", 15.0, known_on=d("02-05"))),
        "02-04",
        GREEN,
    ),
    Example(
        "in its opening phase a project's report counts from its own day",
        started(report("02-01", 15.0)),
        "02-01",
        RED,
        ("progress red",),
    ),
    Example(
        "without a planned finish progress is not judged",
        with_plan(started(report("04-01", 1.0)), finish=None),
        "04-01",
        GREEN,
    ),
    Example(
        "without a planned start the line begins at the actual start",
        with_plan(replace(started(report("03-22", 41.0)), actual_start_on=d("03-02")), start=None),
        "03-22",
        GREEN,
    ),
    Example(
        "the monthly plan is a line through the ends of its months",
        replace(BY_MONTH, reports=(report("03-31", 49.0),)),
        "03-31",
        YELLOW,
        ("progress yellow",),
    ),
    Example(
        "within a month the monthly plan is a straight line",
        replace(BY_MONTH, reports=(report("02-14", 10.0),)),
        "02-14",
        YELLOW,
        ("progress yellow",),
    ),
    Example(
        "the monthly plan comes before milestones",
        with_plan(
            replace(BY_MONTH, reports=(report("02-28", 19.0),)),
            milestones=(Milestone("桩基", on("02-10"), 80.0, reached_on=d("02-10")),),
        ),
        "02-28",
        GREEN,
    ),
    Example(
        "without a monthly plan the line runs through the milestones",
        replace(BY_MILESTONE, reports=(report("02-10", 69.0),)),
        "02-10",
        YELLOW,
        ("progress yellow",),
    ),
    Example(
        "between two milestones the plan is a straight line",
        replace(BY_MILESTONE, reports=(report("03-02", 75.0),)),
        "03-02",
        GREEN,
    ),
    Example(
        "a milestone outside the plan does not bend its line",
        with_plan(
            started(report("02-10", 39.0)),
            milestones=(Milestone("提前", on("2025-12-01"), 90.0, reached_on=d("2025-12-01")),),
        ),
        "02-10",
        GREEN,
    ),
    Example(
        "the plan stands still in the winter stop",
        started(report("02-10", 1.0), pauses=(Pause(d("01-02"), d("02-10"), "冬歇期"),)),
        "02-10",
        GREEN,
    ),
    Example(
        "after the winter stop the plan makes up for it",
        started(report("03-12", 39.0), pauses=(Pause(d("01-02"), d("02-10"), "冬歇期"),)),
        "03-12",
        YELLOW,
        ("progress yellow",),
    ),
    Example(
        "the plan stands still on approved control days",
        started(report("01-22", 10.0), controls=(ControlPeriod(d("01-06"), d("01-20"), True),)),
        "01-22",
        GREEN,
    ),
    Example(
        "a control area to come does not hurry what was planned before it",
        started(
            report("02-10", 32.0),
            controls=(ControlPeriod(d("03-01"), d("03-31"), True, known_on=d("02-15")),),
        ),
        "02-20",
        GREEN,
    ),
    Example(
        "a control area that is not approved leaves the plan moving",
        started(
            report("01-22", 10.0),
            controls=(ControlPeriod(d("01-06"), d("01-20"), True, approved=False),),
        ),
        "01-22",
        RED,
        ("progress red",),
    ),
]
