"""The nearest free period: found by leaps, held against trying every day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import box

from geo.overlap import Contact, Days, Ground, PairFacts, Window, ZoneFacts
from geo.overlap.free_period import Search, find_free_periods, find_joint_period
from tests.unit.test_overlap_watches import RULES

FIRST = date(2027, 3, 10)
TODAY = date(2027, 1, 1)
NIGHT = Window(22 * 60, 6 * 60)
WEEKDAYS = Window(8 * 60, 18 * 60, frozenset(range(1, 6)))


def run(first: int, length: int | None) -> Days:
    start = FIRST + timedelta(days=first)
    return Days(start, None if length is None else start + timedelta(days=length))


def meets(own: ZoneFacts, other: ZoneFacts, *parts: Days) -> PairFacts:
    """Both on one square, the other one with a part for each run of days."""
    assert own.days
    assert other.days
    contacts = tuple(
        Contact("footprint", "footprint", own.days, days, 0.0, 25.0, box(0, 0, 5, 5))
        for days in parts or (other.days,)
    )
    return PairFacts(own, other, contacts=contacts)


def dig(number: int, days: Days, **facts: Any) -> ZoneFacts:
    given_facts = {"kind": "relocation", "name": str(number), "work": number, "unit": number}
    return ZoneFacts(id=number, days=days, **{**given_facts, **facts})


def search(own: ZoneFacts, *others: PairFacts) -> Search:
    return Search(own, others, Ground(), RULES)


def by_trying(looked: Search, earliest_on: date, most: int) -> tuple[int | None, int | None]:
    """Day by day, without leaps."""
    days = looked.zone.days
    assert days
    before = range(-1, -min(most, (days.first_on - earliest_on).days) - 1, -1)
    after = range(max(1, (earliest_on - days.first_on).days), most + 1)
    found = [
        next((shift for shift in way if looked.is_free(shift)), None) for way in (before, after)
    ]
    return found[0], found[1]


lengths = st.one_of(st.integers(0, 40), st.none())
others = st.lists(
    st.tuples(
        st.integers(-60, 60),
        lengths,
        st.sampled_from([(), (NIGHT,), (WEEKDAYS,)]),
        st.booleans(),
        st.one_of(st.none(), st.tuples(st.integers(-60, 60), st.integers(0, 10))),
    ),
    min_size=1,
    max_size=4,
)


@given(
    length=st.integers(0, 30),
    hours=st.sampled_from([(), (NIGHT,), (WEEKDAYS,)]),
    others=others,
    utility=st.sampled_from(["water", "heat"]),
    step=st.sampled_from([None, "cut_over"]),
)
def test_leaping_finds_what_trying_every_day_finds(
    length: int, hours: Any, others: Any, utility: str, step: str | None
) -> None:
    own = dig(1, run(0, length), hours=hours, utility=utility, step=step)
    pairs = []
    for number, (first, lasts, their_hours, tentative, second) in enumerate(others, start=2):
        days = run(first, lasts)
        parts = [days] if second is None else [days, run(*second)]
        whole = days if second is None else days.joined(parts[-1])
        other = dig(number, whole, hours=their_hours, tentative=tentative)
        pairs.append(meets(own, other, *parts))
    looked = search(own, *pairs)
    most = 80
    found = find_free_periods(looked, TODAY, most)
    if looked.is_free(0):
        assert found is None
        return
    assert found is not None
    earlier, later = by_trying(looked, TODAY, most)
    assert own.days
    assert found.earlier == (None if earlier is None else run(earlier, length))
    assert found.later == (None if later is None else run(later, length))


def test_after_an_open_end_there_is_nothing_and_before_it_there_is() -> None:
    own = dig(1, run(0, 9), kind="event")
    looked = search(own, meets(own, dig(2, run(-5, None))))
    found = find_free_periods(looked, TODAY)
    assert found is not None
    assert found.later is None
    # The day on which the other begins may be shared: that is a hand-over.
    assert found.earlier == Days(FIRST - timedelta(days=14), FIRST - timedelta(days=5))


def test_nothing_begins_in_the_past() -> None:
    own = dig(1, run(0, 9), kind="event")
    looked = search(own, meets(own, dig(2, run(-3, 6))))
    found = find_free_periods(looked, FIRST - timedelta(days=2))
    assert found is not None
    assert found.earlier is None


def test_a_work_that_has_begun_does_not_move() -> None:
    own = dig(1, run(0, 9), kind="event", actual_start_on=FIRST)
    assert find_free_periods(search(own, meets(own, dig(2, run(-3, 6)))), TODAY) is None


def test_a_period_in_a_forbidden_time_is_left_out() -> None:
    """Water is dug on 8 June 2027, when the examination forbids digging: the free days lie round it."""
    exam = Days(date(2027, 6, 8), date(2027, 6, 9))
    own = dig(1, exam, utility="water")
    found = find_free_periods(search(own), TODAY)
    assert found is not None
    assert found.earlier == Days(date(2027, 6, 3), date(2027, 6, 4))
    assert found.later == Days(date(2027, 6, 11), date(2027, 6, 12))


def test_a_heat_cut_waits_for_the_end_of_the_heating_season() -> None:
    own = dig(1, Days(date(2027, 1, 10), date(2027, 1, 12)), utility="heat", step="cut_over")
    found = find_free_periods(search(replace(own)), date(2027, 1, 5))
    assert found is not None
    assert found.earlier is None
    assert found.later == Days(date(2027, 3, 16), date(2027, 3, 18))


@given(st.integers(0, 300), st.integers(0, 60), st.integers(0, 300), st.integers(0, 60))
def test_digging_together_is_one_within_the_other_and_outside_no_window(
    start: int, length: int, others_start: int, others_length: int
) -> None:
    own, others = dig(1, run(start, length)), run(others_start, others_length)
    own_first, other_first = (FIRST + timedelta(days=days) for days in (start, others_start))
    longer = timedelta(days=others_length - length)
    earliest_on = FIRST + timedelta(days=20)

    def fits(shift: int) -> bool:
        first = own_first + timedelta(days=shift)
        within = min(other_first, other_first + longer) <= first
        within = within and first <= max(other_first, other_first + longer)
        return within and first >= earliest_on and not search(own).outside_window(shift)

    fitting = {
        shift: abs(own_first + timedelta(days=shift) - other_first)
        for shift in range(-365, 366)
        if fits(shift)
    }
    found = find_joint_period(own, others, earliest_on, RULES)
    if found is None:
        assert fitting == {}
    else:
        assert fitting[(found.first_on - own_first).days] == min(fitting.values())
