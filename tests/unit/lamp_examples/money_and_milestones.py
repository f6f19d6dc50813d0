"""The year's investment, and milestones."""

from __future__ import annotations

from dataclasses import replace

from geo.status import (
    Milestone,
)
from tests.unit.lamp_examples.facts import (
    GREEN,
    INVESTING,
    NOT_STARTED,
    RED,
    STARTED,
    YELLOW,
    Example,
    d,
    invested,
    on,
    report,
    with_plan,
)

EXAMPLES = [
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
]
