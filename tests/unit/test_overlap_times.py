"""Days and hours of zones against a count of minutes."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.overlap.times import DAY_MINUTES, Days, Window, is_hand_over, moments, shared_days, yearly

MONDAY = date(2027, 3, 1)
STEP = 30


def day(number: int) -> date:
    return MONDAY + timedelta(days=number)


def runs(first: int, length: int) -> Days:
    return Days(day(first), day(first + length))


clock = st.integers(0, DAY_MINUTES // STEP - 1).map(lambda place: place * STEP)
windows = st.builds(
    Window,
    clock,
    clock,
    st.frozensets(st.integers(1, 7), min_size=1),
).filter(lambda window: window.since != window.until)
all_hours = st.lists(windows, max_size=2).map(tuple)
periods = st.builds(runs, st.integers(0, 20), st.integers(0, 20))


def minutes(days: Days, hours: tuple[Window, ...]) -> set[int]:
    """Every half hour at which a zone is there, counted from the first Monday."""
    found = set()
    last = days.last_on or days.first_on
    for number in range((days.first_on - MONDAY).days, (last - MONDAY).days + 1):
        if not hours:
            found |= set(range(number * DAY_MINUTES, (number + 1) * DAY_MINUTES, STEP))
        for window in hours:
            if day(number).isoweekday() in window.weekdays:
                until = window.until + (DAY_MINUTES if window.until <= window.since else 0)
                start = number * DAY_MINUTES
                found |= set(range(start + window.since, start + until, STEP))
    return found


@given(periods, all_hours, periods, all_hours)
def test_shared_days_are_those_with_a_shared_minute(
    a: Days, a_hours: tuple[Window, ...], b: Days, b_hours: tuple[Window, ...]
) -> None:
    both = minutes(a, a_hours) & minutes(b, b_hours)
    expected = None
    if both:
        expected = Days(day(min(both) // DAY_MINUTES), day(max(both) // DAY_MINUTES))
    assert shared_days(a, a_hours, b, b_hours) == expected


@given(periods, all_hours, periods, all_hours)
def test_sharing_does_not_depend_on_the_order(
    a: Days, a_hours: tuple[Window, ...], b: Days, b_hours: tuple[Window, ...]
) -> None:
    assert shared_days(a, a_hours, b, b_hours) == shared_days(b, b_hours, a, a_hours)


@given(periods, all_hours, st.integers(-2, 45))
def test_the_moments_of_a_day_are_the_minutes_of_the_zone(
    days: Days, hours: tuple[Window, ...], number: int
) -> None:
    within = {minute for run in moments(days, hours, day(number)) for minute in range(*run, STEP)}
    start = number * DAY_MINUTES
    expected = {
        minute - start for minute in minutes(days, hours) if start <= minute < start + DAY_MINUTES
    }
    assert within == expected


def test_works_without_an_end_share_all_days_to_come() -> None:
    shared = shared_days(Days(day(0), None), (), Days(day(9), None), ())
    assert shared == Days(day(9), None)


def test_works_without_an_end_and_never_at_one_time_share_nothing() -> None:
    weekdays, weekends = Window(480, 1080, frozenset({1})), Window(480, 1080, frozenset({7}))
    assert shared_days(Days(day(0), None), (weekdays,), Days(day(0), None), (weekends,)) is None


@pytest.mark.parametrize(
    ("a", "b", "hand_over"),
    [
        (runs(0, 5), runs(5, 5), True),
        (runs(5, 5), runs(0, 5), True),
        (runs(0, 5), runs(4, 5), False),
        (runs(5, 0), runs(5, 5), False),
        (runs(0, 5), runs(5, 0), False),
        (runs(0, 9), runs(5, 0), False),
        (runs(5, 0), runs(5, 0), False),
    ],
)
def test_a_hand_over_day_ends_one_work_and_begins_the_next(
    a: Days, b: Days, hand_over: bool
) -> None:
    shared = a.shared(b)
    assert shared is not None
    assert is_hand_over(a, b, shared) is hand_over


def test_days_of_the_year_run_over_new_year() -> None:
    winter = list(yearly("12-15", "02-28", Days(date(2027, 1, 10), date(2028, 12, 20)), 10))
    assert winter == [
        Days(date(2027, 1, 10), date(2027, 2, 28)),
        Days(date(2027, 12, 15), date(2028, 2, 29)),
        Days(date(2028, 12, 15), date(2028, 12, 20)),
    ]
