"""The lamp by worked examples: one row for each sentence of the rule, with a day and what must come out of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from geo.rules import Rules, load_rules
from geo.status import (
    Blocker,
    ControlPeriod,
    Facts,
    Lamp,
    Mark,
    Milestone,
    Pause,
    PlannedDay,
    PlanVersion,
    Precision,
    Procedure,
    Report,
    ReportPeriod,
    Stage,
    Standing,
    Suspension,
    Verification,
    counts_on,
    investment_on,
    judge,
    plan_line,
    progress_on,
    site_facts,
)

RULES = load_rules(Path(__file__).parents[2] / "data" / "rules.toml")
WITH_BOTTOM_LINE = replace(
    RULES,
    lamp=replace(
        RULES.lamp,
        start=replace(RULES.lamp.start, bottom_line_on={2026: date(2026, 6, 10)}),
    ),
)

GREEN, YELLOW, RED = Lamp.GREEN, Lamp.YELLOW, Lamp.RED
GREY, BLUE, PAUSED = Lamp.GREY, Lamp.BLUE, Lamp.PAUSED


def d(text: str) -> date:
    """A day of 2026, written month-day, or any day in full."""
    return date.fromisoformat(text if len(text) > len("12-31") else f"2026-{text}")


def on(text: str, precision: Precision = Precision.DAY, *, tentative: bool = False) -> PlannedDay:
    return PlannedDay(d(text), precision, tentative)


HUNDRED_DAYS = PlanVersion(start=on("01-01"), finish=on("04-11"))
"""A plan of a point a day: 0 on 1 January, 31 on 1 February, 59 on 1 March, 90 on 1 April, 100 on 11 April."""

NOT_STARTED = Facts(plans=(PlanVersion(start=on("05-31"), finish=on("2027-05-31")),))
STARTED = Facts(actual_start_on=d("01-01"), plans=(HUNDRED_DAYS,))


def report(day: str, percent: float | None = None, **more: object) -> Report:
    made = Report(as_of_on=d(day), percent=percent, verification=Verification.VERIFIED)
    return replace(made, **more)  # type: ignore[arg-type]


def started(*reports: Report, **more: object) -> Facts:
    return replace(STARTED, reports=reports, **more)  # type: ignore[arg-type]


def planned(start: PlannedDay | None = None, **more: object) -> Facts:
    plan = PlanVersion(start=start or on("05-31"), finish=on("2027-05-31"))
    return Facts(plans=(plan,), **more)  # type: ignore[arg-type]


def blocked(facts: Facts, **more: object) -> Facts:
    made = Blocker(raised_on=d("01-05"), text="施工许可证未核发", id=1, awaited_unit="行政审批局")
    return replace(facts, blockers=(replace(made, **more),))  # type: ignore[arg-type]


def with_plan(facts: Facts, **more: object) -> Facts:
    return replace(facts, plans=(replace(facts.plans[0], **more),))  # type: ignore[arg-type]


@dataclass(frozen=True)
class Example:
    """What the rule must say of `facts` on `day`; `why` lists the reasons as "aspect lamp", worst first."""

    says: str
    facts: Facts
    day: str
    lamp: Lamp
    why: tuple[str, ...] = ()
    stage: Stage | None = None
    marks: frozenset[Mark] | None = None
    rules: Rules = RULES


INVESTING = replace(
    STARTED,
    actual_start_on=d("2025-06-01"),
    plans=(
        PlanVersion(
            start=on("2025-06-01"),
            finish=on("2027-12-31"),
            year_investments=((2026, 365_000_000), (2027, 100_000_000)),
        ),
    ),
    reports=(report("2025-12-31", 20.0, invested_to_date_yuan=100_000_000),),
)
"""A million yuan a day in 2026, after a hundred million in the year before."""


def invested(day: str, to_date_yuan: int) -> Facts:
    return replace(
        INVESTING,
        reports=(*INVESTING.reports, report(day, 100.0, invested_to_date_yuan=to_date_yuan)),
    )


BY_MONTH = with_plan(
    STARTED,
    finish=on("06-30"),
    percents=((d("01-01"), 10.0), (d("02-01"), 20.0), (d("03-01"), 60.0), (d("06-01"), 100.0)),
)
BY_MILESTONE = with_plan(
    STARTED,
    milestones=(
        Milestone("桩基", on("02-10"), 80.0, reached_on=d("02-10")),
        Milestone("封顶", on("03-22"), 90.0, reached_on=d("03-22")),
    ),
)
TWO_VERSIONS = replace(
    NOT_STARTED,
    plans=(
        PlanVersion(start=on("03-31"), finish=on("12-31")),
        PlanVersion(start=on("08-31"), finish=on("2027-06-30"), number=1, in_force_from=d("04-20")),
    ),
)
FINISH_MOVED = replace(
    STARTED,
    plans=(
        HUNDRED_DAYS,
        PlanVersion(start=on("01-01"), finish=on("07-20"), number=1, in_force_from=d("04-20")),
    ),
)
"""From 20 April on the finish is 20 July: half a point a day."""

PROJECT = replace(
    STARTED,
    reports=(report("02-01", 31.0),),
    blockers=(
        Blocker(d("01-05"), "资金未到位", id=1, due_on=d("01-10")),
        Blocker(d("01-05"), "甲点位阻工", id=2, due_on=d("01-10"), site_id=7),
    ),
)

EXAMPLES = [
    # ---- start
    Example("a start not yet due is grey", NOT_STARTED, "05-01", GREY, (), Stage.NOT_STARTED),
    Example("a start planned for a day is not late on that day", NOT_STARTED, "05-31", GREY),
    Example("a start a day late is yellow", NOT_STARTED, "06-01", YELLOW, ("start yellow",)),
    Example("a start 30 days late is yellow", NOT_STARTED, "06-30", YELLOW, ("start yellow",)),
    Example("a start 31 days late is red", NOT_STARTED, "07-01", RED, ("start red",)),
    Example(
        "a start planned for a month is late only after the month",
        planned(on("03-31", Precision.MONTH)),
        "03-31",
        GREY,
    ),
    Example(
        "a start planned for a quarter is late on the quarter's next day",
        planned(on("03-31", Precision.QUARTER)),
        "04-01",
        YELLOW,
        ("start yellow",),
    ),
    Example(
        "a tentative start is yellow at most",
        planned(on("03-31", tentative=True)),
        "2027-03-01",
        YELLOW,
        ("start yellow",),
    ),
    Example(
        "a late start after the bottom-line day is red before its 30 days are over",
        NOT_STARTED,
        "06-11",
        RED,
        ("start red",),
        rules=WITH_BOTTOM_LINE,
    ),
    Example(
        "on the bottom-line day itself a late start is still yellow",
        NOT_STARTED,
        "06-10",
        YELLOW,
        ("start yellow",),
        rules=WITH_BOTTOM_LINE,
    ),
    Example(
        "the bottom-line day also holds for a start planned later in its year",
        planned(on("09-30")),
        "06-11",
        RED,
        ("start red",),
        rules=WITH_BOTTOM_LINE,
    ),
    Example(
        "the bottom-line day of a year says nothing of a start planned for the next",
        planned(on("2027-03-31")),
        "06-11",
        GREY,
        (),
        rules=WITH_BOTTOM_LINE,
    ),
    Example(
        "a tentative start stays yellow after the bottom-line day",
        planned(on("05-31", tentative=True)),
        "06-11",
        YELLOW,
        ("start yellow",),
        rules=WITH_BOTTOM_LINE,
    ),
    Example(
        "a late start that has been made is green",
        replace(NOT_STARTED, actual_start_on=d("07-20")),
        "07-20",
        GREEN,
        (),
        Stage.UNDER_CONSTRUCTION,
    ),
    Example(
        "the day before a late start it is still red",
        replace(NOT_STARTED, actual_start_on=d("07-20")),
        "07-19",
        RED,
        ("start red",),
        Stage.NOT_STARTED,
    ),
    Example(
        "an early start is green and its plan still at nothing",
        replace(NOT_STARTED, actual_start_on=d("04-01"), reports=(report("05-01", 0.0),)),
        "05-10",
        GREEN,
    ),
    Example(
        "without any plan a project not started is grey and marked",
        Facts(),
        "05-01",
        GREY,
        (),
        Stage.NOT_STARTED,
        frozenset({Mark.NO_PLAN}),
    ),
    Example(
        "without any plan a project under construction is green and marked",
        Facts(actual_start_on=d("01-01"), reports=(report("02-01", 1.0),)),
        "02-02",
        GREEN,
        (),
        Stage.UNDER_CONSTRUCTION,
        frozenset({Mark.NO_PLAN}),
    ),
    # ---- progress
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
    # ---- finish
    Example("on its planned finish a project is not late", STARTED, "04-11", GREEN),
    Example("a finish a day late is yellow", STARTED, "04-12", YELLOW, ("finish yellow",)),
    Example("a finish 30 days late is yellow", STARTED, "05-11", YELLOW, ("finish yellow",)),
    Example("a finish 31 days late is red", STARTED, "05-12", RED, ("finish red",)),
    Example(
        "a finish planned for a month is late only after the month",
        with_plan(STARTED, finish=on("04-30", Precision.MONTH)),
        "04-30",
        GREEN,
    ),
    Example(
        "a project that was never begun is late in its start, not its finish",
        Facts(plans=(HUNDRED_DAYS,)),
        "05-12",
        RED,
        ("start red",),
    ),
    Example(
        "a project finished late is blue from its finish on",
        replace(STARTED, completed_on=d("06-01")),
        "06-01",
        BLUE,
        (),
        Stage.COMPLETED,
    ),
    Example(
        "the day before a late finish it is red",
        replace(STARTED, completed_on=d("06-01")),
        "05-31",
        RED,
        ("finish red",),
    ),
    Example(
        "blue leaves an unjustified suspension and an overdue blocker unjudged",
        blocked(
            replace(
                STARTED,
                completed_on=d("03-01"),
                suspensions=(Suspension(d("02-01")),),
            ),
            stops_work=True,
        ),
        "04-01",
        BLUE,
        (),
        Stage.COMPLETED,
    ),
    Example(
        "a project handed over is in use",
        replace(STARTED, completed_on=d("03-01"), in_use_on=d("03-20")),
        "03-20",
        BLUE,
        (),
        Stage.IN_USE,
    ),
    Example(
        "an industrial project goes into production and then to capacity",
        replace(
            STARTED,
            industrial=True,
            completed_on=d("03-01"),
            in_production_on=d("03-20"),
            at_capacity_on=d("06-01"),
        ),
        "05-01",
        BLUE,
        (),
        Stage.IN_PRODUCTION,
    ),
    # ---- investment
    Example("investment on plan is green", invested("04-10", 200_000_000), "04-10", GREEN),
    Example(
        "investment more than 10 points behind the year's plan is yellow",
        invested("06-30", 240_000_000),
        "06-30",
        YELLOW,
        ("investment yellow",),
    ),
    Example(
        "investment at less than 60 % of a due share of the year is red",
        invested("04-10", 140_000_000),
        "04-10",
        RED,
        ("investment red",),
    ),
    Example(
        "what was invested in earlier years does not count for this one",
        invested("04-10", 100_000_000),
        "04-10",
        RED,
        ("investment red",),
    ),
    Example(
        "investment is not judged before 30 of the year's days",
        invested("01-29", 100_000_000),
        "01-29",
        GREEN,
    ),
    Example(
        "investment is judged on the 30th of the year's days",
        invested("01-29", 100_000_000),
        "01-30",
        YELLOW,
        ("investment yellow",),
    ),
    Example(
        "the days that count begin with the planned start",
        replace(
            with_plan(
                INVESTING,
                start=on("06-01"),
                finish=on("06-30"),
                year_investments=((2026, 30_000_000),),
            ),
            actual_start_on=d("06-01"),
            reports=(report("06-29", 100.0, invested_to_date_yuan=0),),
        ),
        "06-29",
        GREEN,
    ),
    Example(
        "a new year begins with its own plan and nothing held from the old one",
        invested("12-20", 110_000_000),
        "2027-03-15",
        GREEN,
    ),
    Example(
        "in the old year the same report was red",
        invested("12-20", 110_000_000),
        "12-31",
        RED,
        ("investment red",),
    ),
    Example(
        "the first report of a new year is measured from the last of the old one",
        replace(
            INVESTING,
            reports=(
                report("12-31", 60.0, invested_to_date_yuan=465_000_000),
                report("2027-07-01", 80.0, invested_to_date_yuan=485_000_000),
            ),
        ),
        "2027-07-01",
        RED,
        ("investment red",),
    ),
    Example(
        "the year's plan by month comes before an even spread",
        with_plan(
            invested("06-30", 120_000_000),
            investments=((d("06-01"), 20_000_000), (d("12-01"), 345_000_000)),
        ),
        "06-30",
        GREEN,
    ),
    # ---- milestones
    Example(
        "a milestone is not missed on its day",
        with_plan(STARTED, milestones=(Milestone("封顶", on("03-01"), 59.0),)),
        "03-01",
        GREEN,
    ),
    Example(
        "a milestone missed by a day is yellow",
        with_plan(STARTED, milestones=(Milestone("封顶", on("03-01"), 59.0),)),
        "03-02",
        YELLOW,
        ("milestone yellow",),
    ),
    Example(
        "a milestone missed by 31 days is red",
        with_plan(STARTED, milestones=(Milestone("封顶", on("03-01"), 59.0),)),
        "04-01",
        RED,
        ("milestone red",),
    ),
    Example(
        "a milestone made up late is green from that day",
        with_plan(STARTED, milestones=(Milestone("封顶", on("02-01"), 31.0, d("03-20")),)),
        "03-20",
        GREEN,
    ),
    Example(
        "the day before it was made up it is red",
        with_plan(STARTED, milestones=(Milestone("封顶", on("02-01"), 31.0, d("03-20")),)),
        "03-19",
        RED,
        ("milestone red",),
    ),
    Example(
        "a milestone before the start is judged too",
        with_plan(NOT_STARTED, milestones=(Milestone("取得土地", on("03-01")),)),
        "03-02",
        YELLOW,
        ("milestone yellow",),
    ),
    # ---- blockers
    Example(
        "an open blocker that is not overdue colours nothing",
        blocked(STARTED, due_on=d("02-01")),
        "02-01",
        GREEN,
    ),
    Example(
        "a blocker overdue by 14 days colours nothing",
        blocked(STARTED, due_on=d("02-01")),
        "02-15",
        GREEN,
    ),
    Example(
        "a blocker overdue by 15 days is yellow",
        blocked(STARTED, due_on=d("02-01")),
        "02-16",
        YELLOW,
        ("blocker yellow",),
    ),
    Example(
        "a blocker overdue by 30 days is red",
        blocked(STARTED, due_on=d("02-01")),
        "03-03",
        RED,
        ("blocker red",),
    ),
    Example(
        "a blocker without a due day is due 15 days after it was raised",
        blocked(STARTED),
        "02-04",
        YELLOW,
        ("blocker yellow",),
    ),
    Example("the day before that it colours nothing", blocked(STARTED), "02-03", GREEN),
    Example(
        "a blocker that stops work is red as soon as it is overdue",
        blocked(STARTED, due_on=d("02-01"), stops_work=True),
        "02-02",
        RED,
        ("blocker red",),
    ),
    Example(
        "a blocker that stops work colours nothing before it is overdue",
        blocked(STARTED, due_on=d("02-01"), stops_work=True),
        "02-01",
        GREEN,
    ),
    Example(
        "a blocker resolved late is settled from that day",
        blocked(STARTED, due_on=d("02-01"), resolved_on=d("03-20")),
        "03-20",
        GREEN,
    ),
    Example(
        "a blocker colours a project that is not due to start",
        blocked(NOT_STARTED, due_on=d("02-01")),
        "02-16",
        YELLOW,
        ("blocker yellow",),
        Stage.NOT_STARTED,
    ),
    Example(
        "a blocker entered late counts from the day it was entered",
        blocked(STARTED, due_on=d("01-10"), known_on=d("03-01")),
        "02-28",
        GREEN,
    ),
    # ---- suspensions and control areas
    Example(
        "an unjustified suspension is red from its first day",
        replace(STARTED, suspensions=(Suspension(d("02-01")),)),
        "02-01",
        RED,
        ("suspension red",),
        Stage.SUSPENDED,
    ),
    Example(
        "a suspension approved before it began is paused",
        replace(STARTED, suspensions=(Suspension(d("02-01"), approved_on=d("01-30")),)),
        "02-01",
        PAUSED,
        ("suspension paused",),
        Stage.SUSPENDED,
    ),
    Example(
        "a suspension is red until the day of its approval",
        replace(STARTED, suspensions=(Suspension(d("02-01"), approved_on=d("02-10")),)),
        "02-09",
        RED,
        ("suspension red",),
    ),
    Example(
        "and paused from then on",
        replace(STARTED, suspensions=(Suspension(d("02-01"), approved_on=d("02-10")),)),
        "02-10",
        PAUSED,
        ("suspension paused",),
    ),
    Example(
        "after its last day a suspension is over",
        replace(STARTED, suspensions=(Suspension(d("02-01"), d("02-28")),)),
        "03-01",
        GREEN,
        (),
        Stage.UNDER_CONSTRUCTION,
    ),
    Example(
        "a justified suspension replaces progress, investment and milestones",
        with_plan(
            started(
                report("02-01", 1.0, invested_to_date_yuan=0),
                suspensions=(Suspension(d("02-01"), approved_on=d("02-01")),),
            ),
            year_investments=((2026, 1_000_000),),
            milestones=(Milestone("桩基", on("01-15"), 14.0),),
        ),
        "03-01",
        PAUSED,
        ("suspension paused",),
    ),
    Example(
        "a late finish wins over a justified suspension when red",
        replace(STARTED, suspensions=(Suspension(d("02-01"), approved_on=d("02-01")),)),
        "05-12",
        RED,
        ("finish red", "suspension paused"),
        Stage.SUSPENDED,
    ),
    Example(
        "a justified suspension wins over a yellow finish, which is still told",
        replace(STARTED, suspensions=(Suspension(d("02-01"), approved_on=d("02-01")),)),
        "04-12",
        PAUSED,
        ("suspension paused", "finish yellow"),
    ),
    Example(
        "a red blocker wins over a justified suspension",
        blocked(
            replace(STARTED, suspensions=(Suspension(d("02-01"), approved_on=d("02-01")),)),
            due_on=d("02-01"),
            stops_work=True,
        ),
        "02-02",
        RED,
        ("blocker red", "suspension paused"),
    ),
    Example(
        "a control area that stops its present work pauses a project",
        started(report("02-01", 1.0), controls=(ControlPeriod(d("02-01"), d("02-20"), True),)),
        "02-20",
        PAUSED,
        ("suspension paused",),
        Stage.SUSPENDED,
    ),
    Example(
        "after the control area the held gap shows again",
        started(report("02-01", 1.0), controls=(ControlPeriod(d("02-01"), d("02-20"), True),)),
        "02-21",
        RED,
        ("progress red",),
    ),
    Example(
        "a control area that does not stop its present work marks it restricted",
        started(report("02-01", 31.0), controls=(ControlPeriod(d("02-01"), d("02-20"), False),)),
        "02-03",
        GREEN,
        (),
        Stage.UNDER_CONSTRUCTION,
        frozenset({Mark.RESTRICTED}),
    ),
    Example(
        "a control area stops nothing that was not begun",
        replace(NOT_STARTED, controls=(ControlPeriod(d("06-01"), d("06-20"), True),)),
        "06-10",
        YELLOW,
        ("start yellow",),
        Stage.NOT_STARTED,
        frozenset({Mark.RESTRICTED}),
    ),
    Example(
        "a suspension caused by a control area is justified while the area is in force",
        replace(
            STARTED,
            suspensions=(Suspension(d("02-01"), by_control=True, control_last_on=d("02-10")),),
        ),
        "02-10",
        PAUSED,
        ("suspension paused",),
    ),
    Example(
        "and unjustified when it outlasts the area",
        replace(
            STARTED,
            suspensions=(Suspension(d("02-01"), by_control=True, control_last_on=d("02-10")),),
        ),
        "02-11",
        RED,
        ("suspension red",),
    ),
    # ---- plan versions
    Example(
        "before a change of plan the first plan holds",
        TWO_VERSIONS,
        "04-19",
        YELLOW,
        ("start yellow",),
    ),
    Example("from its day on the changed plan holds", TWO_VERSIONS, "04-20", GREY),
    Example("a changed start is late in its turn", TWO_VERSIONS, "10-02", RED, ("start red",)),
    Example(
        "a change entered later holds from the day it was entered",
        replace(
            TWO_VERSIONS,
            plans=(TWO_VERSIONS.plans[0], replace(TWO_VERSIONS.plans[1], known_on=d("04-25"))),
        ),
        "04-24",
        YELLOW,
        ("start yellow",),
    ),
    Example("a changed finish takes a late finish back", FINISH_MOVED, "04-20", GREEN),
    Example(
        "a held gap keeps the plan in force on the report's day",
        replace(FINISH_MOVED, reports=(report("04-01", 70.0),)),
        "04-21",
        YELLOW,
        ("progress yellow",),
    ),
    Example(
        "the next report is measured by the changed plan",
        replace(FINISH_MOVED, reports=(report("04-01", 70.0), report("04-21", 70.0))),
        "04-21",
        GREEN,
    ),
    # ---- several aspects
    Example(
        "the worst aspect gives the lamp, and reasons are told worst first",
        blocked(
            with_plan(started(report("03-02", 45.0)), milestones=(Milestone("封顶", on("01-31")),)),
            due_on=d("02-20"),
        ),
        "03-07",
        RED,
        ("milestone red", "progress yellow", "blocker yellow"),
    ),
    # ---- marks
    Example(
        "a start due within 30 days with a required procedure missing is at risk",
        replace(NOT_STARTED, procedures=(Procedure("construction_permit"),)),
        "05-01",
        GREY,
        (),
        None,
        frozenset({Mark.AT_RISK}),
    ),
    Example(
        "31 days ahead it is not at risk yet",
        replace(NOT_STARTED, procedures=(Procedure("construction_permit"),)),
        "04-30",
        GREY,
        (),
        None,
        frozenset(),
    ),
    Example(
        "a tolerated procedure is no risk",
        replace(NOT_STARTED, procedures=(Procedure("construction_permit", tolerated=True),)),
        "05-01",
        GREY,
        (),
        None,
        frozenset(),
    ),
    Example(
        "an open blocker makes a start at risk",
        blocked(NOT_STARTED, raised_on=d("05-10")),
        "05-11",
        GREY,
        (),
        None,
        frozenset({Mark.AT_RISK}),
    ),
    Example(
        "five working days after a weekly report the next is not overdue",
        started(report("02-01", 31.0)),
        "02-08",
        GREEN,
        (),
        None,
        frozenset(),
    ),
    Example(
        "on the sixth working day it is",
        started(report("02-01", 31.0)),
        "02-09",
        GREEN,
        (),
        None,
        frozenset({Mark.NOT_REPORTED}),
    ),
    Example(
        "a project that never reported is overdue from its start",
        replace(STARTED, report_period=ReportPeriod.MONTH),
        "02-04",
        GREEN,
        (),
        None,
        frozenset({Mark.NOT_REPORTED}),
    ),
    Example(
        "after more than 60 days without a report the symbol is hollow",
        started(report("01-31", 31.0)),
        "04-02",
        GREEN,
        (),
        None,
        frozenset({Mark.NOT_REPORTED, Mark.HOLLOW}),
    ),
    Example(
        "a suspended project owes no report",
        started(
            report("01-31", 31.0), suspensions=(Suspension(d("02-02"), approved_on=d("02-02")),)
        ),
        "04-02",
        PAUSED,
        ("suspension paused",),
        None,
        frozenset(),
    ),
    Example(
        "a project not yet started owes no report",
        NOT_STARTED,
        "05-01",
        GREY,
        (),
        None,
        frozenset(),
    ),
    Example(
        "a report that nobody verified is marked",
        started(report("02-01", 31.0, verification=Verification.SELF_REPORTED)),
        "02-02",
        GREEN,
        (),
        None,
        frozenset({Mark.UNVERIFIED}),
    ),
    Example(
        "a project without a location is judged and marked",
        replace(NOT_STARTED, located=False),
        "06-01",
        YELLOW,
        ("start yellow",),
        None,
        frozenset({Mark.NO_LOCATION}),
    ),
    # ---- sites
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


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.says.replace(" ", "_"))
def test_the_lamp_is_as_the_worked_example_says(example: Example) -> None:
    status = judge(example.facts, d(example.day), example.rules)
    assert status.lamp is example.lamp
    assert (
        tuple(f"{reason.aspect.value} {reason.severity.value}" for reason in status.reasons)
        == example.why
    )
    if example.stage is not None:
        assert status.stage is example.stage
    if example.marks is not None:
        assert status.marks == example.marks


def test_no_two_examples_say_the_same() -> None:
    said = [example.says for example in EXAMPLES]
    assert len(said) == len(set(said))


def test_a_lamp_changes_with_the_day_and_not_with_the_clock() -> None:
    late = d("06-01")
    assert judge(NOT_STARTED, late, RULES) == judge(NOT_STARTED, late, RULES)
    assert judge(NOT_STARTED, late - timedelta(days=1), RULES).lamp is GREY


def test_the_gap_that_is_shown_is_the_one_the_lamp_is_judged_by() -> None:
    facts = started(report("03-02", 45.0))
    assert progress_on(facts, d("03-01")) is None
    shown = progress_on(facts, d("03-20"))
    assert shown is not None
    assert (shown.as_of_on, shown.planned, shown.reached, shown.points) == (d("03-02"), 60, 45, 15)
    assert judge(facts, d("03-20"), RULES).reasons[0].anchors["gap"] == shown.points
    assert progress_on(replace(facts, actual_start_on=None), d("03-20")) is None


def test_the_year_s_investment_is_shown_from_its_first_day() -> None:
    shown = investment_on(invested("01-05", 104_000_000), d("01-06"))
    assert shown is not None
    assert (shown.year, shown.total_yuan) == (2026, 365_000_000)
    assert (shown.planned_yuan, shown.done_yuan) == (5_000_000, 4_000_000)
    assert investment_on(STARTED, d("03-20")) is None


def test_the_planned_line_of_a_subject_is_that_of_the_plan_in_force() -> None:
    before, after = plan_line(FINISH_MOVED, d("04-19")), plan_line(FINISH_MOVED, d("04-20"))
    assert before is not None
    assert after is not None
    assert before.corners() == [(d("01-01"), 0.0), (d("04-11"), 100.0)]
    assert after.corners() == [(d("01-01"), 0.0), (d("07-20"), 100.0)]
    assert plan_line(Facts(), d("04-20")) is None
    assert plan_line(Facts(plans=(PlanVersion(finish=on("04-11")),)), d("04-20")) is None


def test_a_project_postponed_by_document_leaves_the_rates_from_that_day() -> None:
    facts = replace(NOT_STARTED, standing=Standing.POSTPONED, standing_from=d("05-01"))
    assert counts_on(facts, d("04-30"))
    assert not counts_on(facts, d("05-01"))
    assert counts_on(NOT_STARTED, d("05-01"))
    assert judge(facts, d("06-01"), RULES).lamp is YELLOW
