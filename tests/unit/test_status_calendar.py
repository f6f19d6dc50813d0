"""Working days, days on which plans stand still, and the lines of plans."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.status import (
    Milestone,
    PlannedDay,
    PlanVersion,
    WorkCalendar,
    working_day_after,
    working_days_between,
)
from geo.status.plan import PlanLine, WorkDays, refused_milestones, year_plan
from tests.unit import status_facts as drawn

A_DAY = timedelta(days=1)
SPRING_FESTIVAL = WorkCalendar(
    holidays=frozenset(date(2026, 2, 15) + number * A_DAY for number in range(9)),
    workdays=frozenset({date(2026, 2, 14), date(2026, 2, 28)}),
)


@pytest.mark.parametrize(
    ("after", "until", "count"),
    [
        (date(2026, 2, 9), date(2026, 2, 9), 0),
        (date(2026, 2, 9), date(2026, 2, 13), 4),
        (date(2026, 2, 13), date(2026, 2, 14), 1),
        (date(2026, 2, 14), date(2026, 2, 23), 0),
        (date(2026, 2, 13), date(2026, 3, 1), 6),
        (date(2026, 3, 1), date(2026, 2, 13), -6),
    ],
)
def test_working_days_leave_out_holidays_and_count_weekends_worked(
    after: date, until: date, count: int
) -> None:
    assert working_days_between(after, until, SPRING_FESTIVAL) == count


def test_the_working_day_after_a_holiday_is_found() -> None:
    assert working_day_after(date(2026, 2, 13), 1, SPRING_FESTIVAL) == date(2026, 2, 14)
    assert working_day_after(date(2026, 2, 13), 2, SPRING_FESTIVAL) == date(2026, 2, 24)


@given(drawn.days, st.integers(0, 200), drawn.calendars)
def test_counting_working_days_equals_looking_at_each(
    after: date, number: int, calendar: WorkCalendar
) -> None:
    days = [after + (passed + 1) * A_DAY for passed in range(number)]
    worked = [day for day in days if calendar.is_working_day(day)]
    assert working_days_between(after, after + number * A_DAY, calendar) == len(worked)
    if worked:
        assert working_day_after(after, len(worked), calendar) == worked[-1]


@given(st.lists(drawn.runs(drawn.maybe_days), max_size=4), drawn.days, st.integers(0, 60))
def test_days_on_which_plans_move_are_those_in_no_pause(
    still: list[tuple[date, date | None]], first_on: date, number: int
) -> None:
    work_days = WorkDays(still)
    last_on = first_on + number * A_DAY
    days = [first_on + passed * A_DAY for passed in range(number + 1)]
    moving = [
        day for day in days if not any(run[0] <= day <= (run[1] or date.max) for run in still)
    ]
    assert work_days.between(first_on, last_on) == len(moving)


@given(drawn.plans, drawn.days, st.lists(drawn.runs(drawn.days), max_size=2), drawn.days)
def test_a_line_by_milestones_never_falls_and_stays_between_0_and_100(
    plan: PlanVersion, start_on: date, still: list[tuple[date, date | None]], day: date
) -> None:
    if plan.finish is None or plan.percents:
        return
    line = PlanLine(plan, start_on, WorkDays(still[:1]), still[1:])
    percents = [line.percent_on(day + passed * A_DAY) for passed in range(40)]
    assert all(0 <= percent <= 100 for percent in percents)
    assert all(after >= before for before, after in pairwise(percents))
    assert line.percent_on(plan.finish.on) == 100


def test_a_drawn_line_bends_where_the_plan_stands_still() -> None:
    plan = PlanVersion(start=PlannedDay(date(2026, 1, 1)), finish=PlannedDay(date(2026, 1, 21)))
    line = PlanLine(plan, date(2026, 1, 1), WorkDays([(date(2026, 1, 6), date(2026, 1, 15))]))
    assert line.corners() == [
        (date(2026, 1, 1), 0.0),
        (date(2026, 1, 5), 40.0),
        (date(2026, 1, 15), 40.0),
        (date(2026, 1, 21), 100.0),
    ]


def test_a_control_area_holds_the_line_and_is_made_up_for_afterwards() -> None:
    plan = PlanVersion(start=PlannedDay(date(2026, 1, 1)), finish=PlannedDay(date(2026, 4, 11)))
    stops = [(date(2026, 1, 21), date(2026, 2, 9)), (date(2026, 2, 5), date(2026, 2, 19))]
    line = PlanLine(plan, date(2026, 1, 1), WorkDays(), stops)
    assert [line.percent_on(date(2026, 1, number)) for number in (11, 20, 21, 31)] == [
        10,
        19,
        19,
        19,
    ]
    assert line.percent_on(date(2026, 2, 19)) == 19
    assert line.percent_on(date(2026, 2, 20)) == pytest.approx(19 + 81 / 51)
    assert line.percent_on(date(2026, 4, 11)) == 100


def test_a_control_area_without_an_end_holds_the_line_until_the_planned_finish() -> None:
    plan = PlanVersion(start=PlannedDay(date(2026, 1, 1)), finish=PlannedDay(date(2026, 4, 11)))
    line = PlanLine(plan, date(2026, 1, 1), WorkDays(), [(date(2026, 1, 11), None)])
    assert [line.percent_on(day) for day in (date(2026, 4, 10), date(2026, 4, 11))] == [9, 100]
    late = PlanLine(plan, date(2026, 1, 1), WorkDays(), [(date(2026, 4, 11), None)])
    assert late.percent_on(date(2026, 4, 10)) == pytest.approx(99)


def test_a_monthly_plan_goes_on_to_the_planned_finish() -> None:
    plan = PlanVersion(
        start=PlannedDay(date(2025, 12, 31)),
        finish=PlannedDay(date(2026, 3, 31)),
        percents=((date(2026, 1, 1), 31.0), (date(2026, 2, 1), 69.0)),
    )
    line = PlanLine(plan, date(2025, 12, 31), WorkDays())
    assert line.percent_on(date(2026, 1, 10)) == pytest.approx(10)
    assert line.percent_on(date(2026, 3, 1)) == pytest.approx(70)
    assert line.percent_on(date(2026, 4, 30)) == 100


def test_a_plan_whose_days_all_stand_still_is_reached_at_its_end() -> None:
    plan = PlanVersion(start=PlannedDay(date(2026, 1, 1)), finish=PlannedDay(date(2026, 1, 5)))
    line = PlanLine(plan, date(2026, 1, 1), WorkDays([(date(2025, 12, 1), None)]))
    assert [line.percent_on(date(2026, 1, number)) for number in (1, 4, 5)] == [0, 0, 100]


def test_milestones_outside_the_plan_or_with_falling_percents_are_refused() -> None:
    early = Milestone("早", PlannedDay(date(2025, 12, 31)), 1.0)
    late = Milestone("晚", PlannedDay(date(2026, 4, 1)), 99.0)
    good = Milestone("桩基", PlannedDay(date(2026, 1, 31)), 30.0)
    falling = Milestone("封顶", PlannedDay(date(2026, 2, 28)), 20.0)
    named = Milestone("通水", PlannedDay(date(2026, 3, 1)))
    plan = PlanVersion(
        start=PlannedDay(date(2026, 1, 1)),
        finish=PlannedDay(date(2026, 3, 31)),
        milestones=(falling, late, good, named, early),
    )
    assert refused_milestones(plan) == [early, falling, late]


@pytest.mark.parametrize(
    ("day", "yuan"),
    [
        (date(2026, 5, 31), 0),
        (date(2026, 6, 1), 1_000_000),
        (date(2026, 6, 30), 30_000_000),
        (date(2026, 12, 31), 30_000_000),
    ],
)
def test_a_year_without_months_is_spread_over_its_planned_days(day: date, yuan: int) -> None:
    plan = PlanVersion(
        start=PlannedDay(date(2026, 6, 1)),
        finish=PlannedDay(date(2026, 6, 30)),
        year_investments=((2026, 30_000_000),),
    )
    year = year_plan(plan, 2026, date(2026, 6, 1), WorkDays())
    assert year is not None
    assert year.yuan_by(day) == yuan
    assert year_plan(plan, 2027, date(2026, 6, 1), WorkDays()) is None


def test_a_year_after_the_planned_finish_is_spread_over_all_its_days() -> None:
    plan = PlanVersion(
        finish=PlannedDay(date(2025, 6, 30)), year_investments=((2026, 365_000_000),)
    )
    year = year_plan(plan, 2026, date(2024, 6, 1), WorkDays())
    assert year is not None
    assert year.yuan_by(date(2026, 1, 10)) == 10_000_000
    assert year.day_number(30) == date(2026, 1, 30)
