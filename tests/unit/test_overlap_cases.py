"""Heavy pairs become cases by road and period; a case stays itself while its pairs come and go."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.overlap.cases import NO_LAST, PlacedPairs, group_pairs, match_cases
from geo.rules import load_rules

if TYPE_CHECKING:
    from random import Random

    from geo.rules import CaseRules

RULES = load_rules(Path(__file__).parents[2] / "data" / "rules.toml").overlap.cases
START = date(2027, 3, 1)


@dataclass(frozen=True, slots=True)
class PlacedPair:
    """A pair, its road, its box in metres and its days."""

    pair: tuple[int, int]
    place: str
    west: float
    south: float
    east: float
    north: float
    first_on: date
    last_on: date | None


def group(pairs: list[PlacedPair], rules: CaseRules = RULES) -> list[tuple[tuple[int, int], ...]]:
    """The pairs as cases."""
    roads = sorted({one.place for one in pairs})
    together = PlacedPairs(
        np.array([one.pair for one in pairs], dtype=np.int64).reshape(-1, 2),
        np.array([roads.index(one.place) for one in pairs], dtype=np.int64),
        np.array(
            [
                (
                    (one.first_on.toordinal(), one.last_on.toordinal() if one.last_on else NO_LAST),
                    (one.west, one.east),
                    (one.south, one.north),
                )
                for one in pairs
            ],
            dtype=float,
        ).reshape(-1, 3, 2),
    )
    return [tuple(pairs[place].pair for place in found) for found in group_pairs(together, rules)]


def placed(
    number: int, metres: float = 0.0, since: int = 0, days: int | None = 30, road: str = "东风路"
) -> PlacedPair:
    """A pair of 20 m along a road that runs east, from a day after 1 March 2027 on."""
    first = START + timedelta(days=since)
    return PlacedPair(
        (number, number + 10_000),
        road,
        *(metres, 0.0, metres + 20.0, 8.0),
        first,
        None if days is None else first + timedelta(days=days - 1),
    )


@pytest.mark.parametrize(
    ("pairs", "cases"),
    [
        ([placed(1), placed(2, road="新华路")], 2),  # two roads
        ([placed(1), placed(2)], 1),  # the same place and time
        ([placed(1), placed(2, since=30)], 1),  # one ends the day before the other begins
        ([placed(1), placed(2, since=44)], 1),  # 15 days between them
        ([placed(1), placed(2, since=45)], 2),  # 16 days between them
        ([placed(1, days=None), placed(2, since=900)], 1),  # the first has no end
        ([placed(1), placed(2, metres=320)], 1),  # 300 m apart
        ([placed(1), placed(2, metres=321)], 2),  # further
        ([placed(1), placed(2, metres=600), placed(3, metres=300)], 1),  # a third between them
        (
            [placed(1), placed(2, metres=200, since=100), placed(3, metres=400)],
            3,
        ),  # not in its time
    ],
)
def test_pairs_are_one_case_when_road_and_period_tie_them(
    pairs: list[PlacedPair], cases: int
) -> None:
    assert len(group(pairs, RULES)) == cases


@st.composite
def streets(draw: st.DrawFn) -> list[PlacedPair]:
    """Pairs anywhere along some roads of ten kilometres, at any time of three years."""
    spots = draw(
        st.lists(
            st.tuples(
                st.integers(0, 10_000),
                st.integers(0, 1_000),
                st.one_of(st.none(), st.integers(1, 200)),
                st.sampled_from(["东风路", "新华路"]),
            ),
            max_size=60,
        )
    )
    return [placed(n, *where) for n, where in enumerate(spots)]


@given(streets(), st.randoms(use_true_random=False))
def test_cases_do_not_depend_on_the_order_of_the_pairs(
    pairs: list[PlacedPair], order: Random
) -> None:
    mixed = list(pairs)
    order.shuffle(mixed)
    assert group(mixed, RULES) == group(pairs, RULES)


@given(streets())
def test_every_pair_is_in_exactly_one_case_and_a_case_lies_on_one_road(
    pairs: list[PlacedPair],
) -> None:
    groups = group(pairs, RULES)
    assert sorted(pair for case in groups for pair in case) == sorted(one.pair for one in pairs)
    roads = {one.pair: one.place for one in pairs}
    for case in groups:
        assert len({roads[pair] for pair in case}) == 1


@given(st.integers(0, 2**32))
def test_500_pairs_on_one_street_become_at_most_10_cases(seed: int) -> None:
    # Far apart in both space and time, as badly scattered as ten kilometres and ten years allow.
    step = seed % 997 + 1
    pairs = [placed(n, n * step * 7 % 10_000, n * step * 13 % 3_650, 1) for n in range(500)]
    assert 1 <= len(group(pairs, RULES)) <= 10


@given(streets())
def test_a_pair_more_never_tears_others_apart_unless_the_road_has_too_many_cases(
    pairs: list[PlacedPair],
) -> None:
    roomy = type(RULES)(RULES.gap_days, RULES.gap_m, 10**6)
    if not pairs:
        return
    fewer = group(pairs[:-1], roomy)
    more = {pair: set(case) for case in group(pairs, roomy) for pair in case}
    for case in fewer:
        assert set(case) <= more[case[0]]


def goes_on(groups: list[list[int]], former: list[int]) -> list[int | None]:
    """The case that each group of pairs (by number) carries on; `former` has the case of each pair, or 0."""
    return match_cases([np.array(group, dtype=np.int64) for group in groups], np.array(former))


def test_a_case_goes_on_where_most_of_its_pairs_are() -> None:
    assert goes_on([[0, 1], [2]], [7, 7, 7]) == [7, None]
    assert goes_on([[0, 1, 2]], [7, 8, 8]) == [8]
    assert goes_on([[0, 1]], [8, 7]) == [7]
    assert goes_on([[0]], [0]) == [None]
    assert goes_on([[0], [1]], [7, 8]) == [7, 8]
    assert goes_on([[0, 1, 2]], [0, 0, 7]) == [7]


@given(
    st.lists(st.tuples(st.integers(0, 7), st.integers(0, 5)), max_size=40),
)
def test_no_case_goes_on_twice_and_none_that_was_not_in_the_group(
    pairs: list[tuple[int, int]],
) -> None:
    groups = [[n for n, (of, _) in enumerate(pairs) if of == each] for each in range(8)]
    groups = [group for group in groups if group]
    former = [case for _, case in pairs]
    found = goes_on(groups, former)
    told = [case for case in found if case is not None]
    assert len(told) == len(set(told))
    assert all(
        case is None or case in {former[n] for n in group}
        for group, case in zip(groups, found, strict=True)
    )
