"""Facts of every sort for property tests: what hypothesis draws subjects from."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from hypothesis import strategies as st

from geo.rules import Rules, RulesVersion, load_rules
from geo.status import (
    Blocker,
    ControlPeriod,
    Facts,
    Lamp,
    Milestone,
    Pause,
    PlannedDay,
    PlanVersion,
    Precision,
    Procedure,
    Report,
    ReportPeriod,
    Ruling,
    Suspension,
    Verification,
    WorkCalendar,
)

RULES = load_rules(Path(__file__).parents[2] / "data" / "rules.toml")
FIRST, LAST = date(2025, 10, 15), date(2027, 1, 31)
YEAR = date(2026, 1, 1)

days = st.integers(-60, 240).map(lambda number: YEAR + timedelta(days=number))
maybe_days = st.none() | days
percents = st.integers(0, 10_000).map(lambda hundredths: hundredths / 100)
ids = st.integers(1, 99)
planned_days = st.builds(PlannedDay, days, st.sampled_from(Precision), st.booleans())


def runs(last: st.SearchStrategy[date | None]) -> st.SearchStrategy[tuple[date, date | None]]:
    """A first and a last day in order; the last may be open where `last` may be."""
    return st.tuples(days, last).map(
        lambda run: (
            (run[0], run[1]) if run[1] is None else (min(run[0], run[1]), max(run[0], run[1]))
        )
    )


milestones = st.builds(
    Milestone,
    st.sampled_from(["桩基", "封顶"]),
    planned_days,
    st.none() | percents,
    maybe_days,
    ids,
    maybe_days,
)
sums = st.integers(0, 400_000_000)
plans = st.builds(
    PlanVersion,
    start=st.none() | planned_days,
    finish=st.none() | planned_days,
    percents=st.lists(st.tuples(days, percents), max_size=4).map(
        lambda months: tuple({day.replace(day=1): percent for day, percent in months}.items())
    ),
    investments=st.lists(st.tuples(days, sums), max_size=3).map(tuple),
    year_investments=st.dictionaries(st.sampled_from([2025, 2026, 2027]), sums, max_size=3).map(
        lambda years: tuple(years.items())
    ),
    milestones=st.lists(milestones, max_size=3).map(tuple),
    in_force_from=maybe_days,
    known_on=maybe_days,
)
reports = st.builds(
    Report,
    days,
    st.none() | percents,
    st.none() | percents,
    st.none() | st.integers(0, 900_000_000),
    st.sampled_from(Verification),
    ids,
    maybe_days,
)
blockers = st.builds(
    Blocker,
    days,
    st.sampled_from(["资金未到位", "施工许可证未核发"]),
    ids,
    st.none() | st.integers(1, 3),
    maybe_days,
    maybe_days,
    st.booleans(),
    known_on=maybe_days,
)
suspensions = st.tuples(
    runs(maybe_days), maybe_days, st.booleans(), maybe_days, maybe_days, ids
).map(
    lambda drawn: Suspension(
        first_on=drawn[0][0],
        last_on=drawn[0][1],
        approved_on=drawn[1],
        by_control=drawn[2],
        control_last_on=drawn[3],
        reason="汛期",
        id=drawn[5],
        known_on=drawn[4],
    )
)
controls = st.tuples(runs(maybe_days), st.booleans(), st.booleans(), maybe_days, ids).map(
    lambda drawn: ControlPeriod(*drawn[0], drawn[1], "重污染", drawn[2], drawn[4], drawn[3])
)
pauses = runs(days).map(lambda run: Pause(run[0], run[1] or run[0], "冬歇期"))
procedures = st.builds(
    Procedure,
    st.sampled_from(["construction_permit", "land_supply"]),
    st.booleans(),
    st.booleans(),
    maybe_days,
    maybe_days,
)
calendars = st.builds(
    WorkCalendar, st.frozensets(days, max_size=8), st.frozensets(days, max_size=4)
)


rulings = st.tuples(runs(days), st.sampled_from(Lamp), st.sampled_from(Lamp), st.booleans()).map(
    lambda drawn: Ruling(drawn[0][0], drawn[0][1] or drawn[0][0], *drawn[1:3], None, drawn[3])
)


def _told_apart(drawn: list[Ruling]) -> tuple[Ruling, ...]:
    return tuple(replace(ruling, id=number) for number, ruling in enumerate(drawn, start=1))


def _numbered(versions: list[PlanVersion]) -> tuple[PlanVersion, ...]:
    return tuple(replace(plan, number=number) for number, plan in enumerate(versions))


seldom = st.sampled_from([None, None, None]) | maybe_days
"""A day that most subjects do not have, so that most drawn subjects are neither finished nor without a start."""

facts = st.builds(
    Facts,
    actual_start_on=st.sampled_from([YEAR, YEAR - timedelta(days=50)]) | maybe_days,
    completed_on=seldom,
    in_use_on=seldom,
    in_production_on=seldom,
    industrial=st.booleans(),
    located=st.booleans(),
    plans=st.lists(plans, max_size=3).map(_numbered),
    reports=st.lists(reports, max_size=6).map(tuple),
    blockers=st.lists(blockers, max_size=3).map(tuple),
    suspensions=st.lists(suspensions, max_size=2).map(tuple),
    controls=st.lists(controls, max_size=2).map(tuple),
    procedures=st.lists(procedures, max_size=2).map(tuple),
    rulings=st.just(()) | st.lists(rulings, max_size=3).map(_told_apart),
    pauses=st.lists(pauses, max_size=2).map(tuple),
    calendar=calendars,
    report_period=st.sampled_from(ReportPeriod),
)


not_begun = st.builds(
    Facts,
    plans=st.builds(PlanVersion, start=planned_days).map(lambda plan: (plan,)),
    procedures=st.lists(procedures, min_size=1, max_size=2).map(tuple),
    blockers=st.lists(blockers, max_size=1).map(tuple),
)
"""Subjects whose only question is whether their start is at risk or late."""

_long_plan = PlanVersion(
    start=PlannedDay(YEAR),
    finish=PlannedDay(YEAR + timedelta(days=200)),
    year_investments=((2026, 200_000_000),),
)
controlled = st.builds(
    Facts,
    actual_start_on=st.just(YEAR),
    plans=st.just((_long_plan,)),
    reports=st.lists(
        st.builds(Report, days, percents, invested_to_date_yuan=sums), min_size=1, max_size=3
    ).map(tuple),
    controls=st.lists(
        st.builds(ControlPeriod, days, days, st.just(value=True), known_on=maybe_days),
        min_size=1,
        max_size=2,
    ).map(tuple),
)
"""Subjects whose plan stands still on control days that become known in time or afterwards."""

any_facts = facts | not_begun | controlled


def _changed(hollow: int, red: int, bottom: date | None, points: int) -> Rules:
    lamp = RULES.lamp
    return replace(
        RULES,
        lamp=replace(
            lamp,
            start=replace(
                lamp.start,
                red_from_days=red,
                bottom_line_on={bottom.year: bottom} if bottom else {},
            ),
            blocker=replace(lamp.blocker, due_after_days=points, red_from_days=15 + red),
            progress=replace(lamp.progress, red_over_points=30.0 + points),
            investment=replace(lamp.investment, from_days=red),
            reporting=replace(lamp.reporting, hollow_over_days=hollow),
        ),
    )


rules = st.builds(_changed, st.integers(1, 70), st.integers(1, 60), maybe_days, st.integers(0, 20))
versions = st.lists(st.builds(RulesVersion, days, rules), min_size=1, max_size=3).map(tuple)
