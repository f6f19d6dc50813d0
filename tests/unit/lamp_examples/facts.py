"""What worked examples are made of: days, reports and facts in few words, and an example itself."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from geo.rules import Rules, load_rules
from geo.status import (
    Blocker,
    Facts,
    Lamp,
    Mark,
    Milestone,
    PlannedDay,
    PlanVersion,
    Precision,
    Report,
    Stage,
    Verification,
)

RULES = load_rules(Path(__file__).parents[3] / "data" / "rules.toml")
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
