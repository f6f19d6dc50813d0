"""Plans of digs: what the solver finds is the best there is, costs what the plain count says, and is told truly."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.overlap import Code, Days
from geo.planning import (
    Clash,
    Crew,
    Effect,
    Offer,
    Protected,
    Reason,
    Task,
    Work,
    cost_of,
    explain_reason,
    reasons_of,
    score_of,
    summarise,
)
from geo.planning.solve import solve
from geo.rules import CoordinateRules

if TYPE_CHECKING:
    from geo.planning import Shifts

RULES = CoordinateRules()
FIRST = date(2027, 3, 1)
LAST = FIRST + timedelta(days=60)
SECONDS = 20.0


def days(first: int, count: int) -> Days:
    """A run of days from the `first` day of the task on."""
    begin = FIRST + timedelta(days=first)
    return Days(begin, begin + timedelta(days=count - 1))


def work(number: int, first: int, count: int, shifts: tuple[int, ...] = (0,), **more: Any) -> Work:
    return Work(
        number, f"工程{number}", days(first, count), number % 3, f"单位{number % 3}", shifts, **more
    )


def clash(a: Work, b: Work, *codes: Code) -> Clash:
    """Two works that clash whenever they share a day."""
    assert a.days.last_on is not None
    assert b.days.last_on is not None
    low = (b.days.first_on - a.days.last_on).days
    high = (b.days.last_on - a.days.first_on).days
    return Clash(a.id, b.id, frozenset(codes or (Code.OVERLAP,)), ((low, high),))


def task(*works: Work, **more: Any) -> Task:
    return Task({each.id: each for each in works}, FIRST, LAST, **more)


def best_by_trying_all(whole: Task) -> int:
    """The least cost among all shifts there are."""
    movable = [each for each in whole.works.values() if not each.stays]
    return min(
        cost_of(whole, _named(movable, chosen), RULES)
        for chosen in product(*(each.shifts for each in movable))
    )


def _named(movable: list[Work], chosen: tuple[int, ...]) -> Shifts:
    return {each.id: by for each, by in zip(movable, chosen, strict=True) if by}


def test_two_works_that_clash_are_put_one_after_the_other_by_the_shortest_shift() -> None:
    stays, moves = work(1, 0, 10), work(2, 5, 10, tuple(range(-3, 20)))
    whole = task(stays, moves, clashes=(clash(stays, moves),))
    found = solve(whole, RULES, seconds=SECONDS)
    assert found.proven
    assert found.shifts == {2: 5} or 5 <= found.shifts[2] <= 7  # a week's shift costs the same
    assert score_of(whole, {}).clashes == 1
    assert score_of(whole, found.shifts).clashes == 0
    assert found.gap_percent == 0


def test_a_work_that_cannot_be_shifted_stays_and_the_bound_says_that_nothing_is_better() -> None:
    a, b = work(1, 0, 10), work(2, 5, 10)
    found = solve(task(a, b, clashes=(clash(a, b),)), RULES, seconds=SECONDS)
    assert found.shifts == {}
    assert found.proven
    assert found.cost == found.cost_before == found.bound == RULES.clash_weight


def test_closures_of_one_road_that_do_not_clash_are_laid_into_the_same_days() -> None:
    road = "东风路"
    stays = work(1, 0, 20, closes={road: (days(0, 20),)})
    moves = work(2, 30, 10, tuple(range(-30, 1)), closes={road: (days(30, 10),)})
    whole = task(stays, moves)
    found = solve(whole, RULES, seconds=SECONDS)
    assert score_of(whole, {}).closed_road_days == 30
    assert score_of(whole, found.shifts).closed_road_days == 20


def test_a_dig_waits_for_the_end_of_the_protection_of_its_pavement() -> None:
    moves = work(1, 0, 10, tuple(range(31)))
    until = FIRST + timedelta(days=20)
    whole = task(moves, protected=(Protected(1, "湖滨大道", until, (-100, 19)),))
    found = solve(whole, RULES, seconds=SECONDS)
    assert 20 <= found.shifts[1] <= 21
    (reason,) = reasons_of(whole, found.shifts, 1)
    assert reason.effect is Effect.PAVEMENT
    assert explain_reason(reason) == "避开湖滨大道路面保护期(至2027年3月21日)"


def test_a_unit_never_digs_in_more_places_at_once_than_it_has_crews() -> None:
    works = [work(3 * n, 0, 10, tuple(range(21)), digs=True) for n in (1, 2, 3)]
    whole = task(*works, crews=(Crew(0, "供热公司", 1),))
    found = solve(whole, RULES, seconds=SECONDS)
    assert score_of(whole, {}).crews_short == 2
    assert score_of(whole, found.shifts).crews_short == 0


def test_two_digs_that_could_be_one_are_brought_together() -> None:
    early, late = work(1, 0, 10), work(2, 40, 10, tuple(range(-30, 1)))
    offer = Offer(1, 2, "迎宾大街", 320.0, (0, 30))
    whole = task(early, late, offers=(offer,))
    assert score_of(whole, {}).joined == 1
    apart = replace(offer, while_apart=(10, 24))
    whole = task(early, late, offers=(apart,))
    found = solve(whole, RULES, seconds=SECONDS)
    assert score_of(whole, found.shifts).joined_m == 320.0
    sentence = summarise(late, found.shifts[2], reasons_of(whole, found.shifts, 2))
    assert "与“工程1”在迎宾大街同槽同期,少开挖 320 米" in sentence
    assert sentence.startswith("提前 ")


def test_each_reason_is_what_would_be_worse_if_the_work_alone_stayed() -> None:
    stays = work(1, 0, 10)
    moves = work(2, 5, 10, tuple(range(20)), misplaced="国庆假期禁止掘路")
    idle = work(3, 50, 5, tuple(range(3)))
    whole = task(stays, moves, idle, clashes=(clash(stays, moves),))
    found = solve(whole, RULES, seconds=SECONDS)
    reasons = reasons_of(whole, found.shifts, 2)
    assert [reason.effect for reason in reasons] == [Effect.CLASH, Effect.WINDOW]
    assert reasons[0].anchors["days"] == 5
    assert 3 not in found.shifts
    english = summarise(moves, found.shifts[2], reasons, "en")
    assert "no longer clashes with “工程1” (单位1) for 5 days: overlap" in english


@pytest.mark.parametrize("effect", list(Effect))
def test_every_effect_has_its_words_in_both_languages(effect: Effect) -> None:
    anchors = {
        "name": "甲", "unit": "乙", "codes": ["overlap"], "days": 3, "road": "丙", "until_on": "2027-01-01",
        "works": 2, "window": "丁", "saved_m": 90, "trench": False,
    }  # fmt: skip
    for language in ("zh", "en"):
        assert explain_reason(Reason(effect, anchors), language)


@st.composite
def small_tasks(draw: st.DrawFn) -> Task:
    """Up to four works, three of which may be shifted, with everything that can go wrong among them."""
    roads = ("甲路", "乙路")
    works = []
    for number in range(1, draw(st.integers(2, 4)) + 1):
        first, count = draw(st.integers(0, 30)), draw(st.integers(1, 12))
        shifts: tuple[int, ...] = (0,)
        if number > 1:
            shifts = tuple(sorted({0, *draw(st.sets(st.integers(-12, 12), max_size=5))}))
        closes = {
            road: (days(first + draw(st.integers(0, 2)), count),)
            for road in draw(st.sets(st.sampled_from(roads)))
        }
        misplaced = draw(st.sampled_from([None, "汛期"]))
        works.append(
            work(
                number,
                first,
                count,
                shifts,
                digs=draw(st.booleans()),
                closes=closes,
                misplaced=misplaced,
            )
        )
    pairs = [(a, b) for a in works for b in works if a.id < b.id]
    clashes = tuple(
        clash(a, b, draw(st.sampled_from([Code.OVERLAP, Code.PARALLEL_CLOSED])))
        for a, b in pairs
        if draw(st.booleans())
    )
    offers = tuple(
        Offer(a.id, b.id, "甲路", draw(st.floats(50, 900)), (low, low + 5))
        for a, b in pairs
        if draw(st.booleans())
        for low in [draw(st.integers(-15, 15))]
    )
    protected = tuple(
        Protected(each.id, "乙路", LAST, (low, low + 6))
        for each in works
        if draw(st.booleans())
        for low in [draw(st.integers(-12, 6))]
    )
    crews = tuple(Crew(unit, f"单位{unit}", 1) for unit in range(3) if draw(st.booleans()))
    return task(*works, clashes=clashes, offers=offers, protected=protected, crews=crews)


@settings(max_examples=40)
@given(small_tasks())
def test_the_solver_finds_what_trying_all_finds_and_its_bound_is_that_cost(whole: Task) -> None:
    found = solve(whole, RULES, seconds=SECONDS, workers=1)
    assert found.proven
    assert found.cost == cost_of(whole, found.shifts, RULES) == best_by_trying_all(whole)
    assert found.bound == found.cost
    assert found.cost <= found.cost_before
    for work_id, by in found.shifts.items():
        assert by in whole.works[work_id].shifts
