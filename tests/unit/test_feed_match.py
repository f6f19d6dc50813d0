"""Works of a feed known again from one pull to the next."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.affinity import translate
from shapely.geometry import LineString, Point, box

from geo.importers.feed_match import LIKE_ENOUGH, NEAR_M, Seen, likeness, match_works

if TYPE_CHECKING:
    import random

DAY = date(2026, 3, 1)
ROADS = ("湖滨大道", "东风路", "天衢东路", "三八路", "新河路", "迎宾大街", "东方红路")
WORKS = ("供水管线抢修", "雨污分流改造", "热力管网更新", "通信管道敷设", "路面大修")


def made(place: int) -> Seen:
    """A work unlike all others: its own place 200 m from the next, days and words."""
    x, y = 200.0 * (place % 20), 200.0 * (place // 20)
    shape = (Point(x, y), LineString([(x, y), (x + 90, y + 20)]), box(x, y, x + 40, y + 25))
    first = DAY + timedelta(days=place % 13)
    words = f"{ROADS[place % 7]} {WORKS[place % 5]} 第{place}标段"
    return Seen(
        ("relocation", "diversion")[place % 2],
        f"A{place}",
        shape[place % 3],
        first,
        first + timedelta(days=30 + place % 40),
        words,
    )


sizes = st.integers(0, 60)
seeds = st.randoms(use_true_random=False)


@given(count=sizes, chance=seeds)
def test_with_other_ids_in_another_order_every_work_is_known_again(
    count: int, chance: random.Random
) -> None:
    known = [made(place) for place in range(count)]
    order = list(range(count))
    chance.shuffle(order)
    found = [replace(known[place], code=f"x{chance.random()}") for place in order]
    assert match_works(known, found) == dict(enumerate(order))
    assert match_works(known, found, ids_last=False) == dict(enumerate(order))


@given(count=sizes, chance=seeds)
def test_small_changes_of_shape_days_and_words_do_not_hide_a_work(
    count: int, chance: random.Random
) -> None:
    known = [made(place) for place in range(count)]
    found = []
    for each in known:
        assert each.shape is not None
        assert each.last_on is not None
        change = chance.choice(("shape", "end", "words"))
        moved = replace(each, code=f"x{chance.random()}")
        if change == "shape":
            moved = replace(moved, shape=translate(each.shape, chance.uniform(-3, 3), 3))
        elif change == "end":
            moved = replace(moved, last_on=each.last_on + timedelta(days=chance.randint(-20, 60)))
        else:
            moved = replace(moved, words=each.words + ",延期")
        found.append(moved)
    assert match_works(known, found) == {place: place for place in range(count)}


@given(count=st.integers(1, 40), gone=st.integers(0, 10), new=st.integers(0, 10), chance=seeds)
def test_what_is_gone_and_what_is_new_are_told_apart(
    count: int, gone: int, new: int, chance: random.Random
) -> None:
    known = [made(place) for place in range(count)]
    left = [replace(each, code=f"x{each.code}") for each in known[gone:]]
    fresh = [made(place) for place in range(100, 100 + new)]
    found = left + fresh
    chance.shuffle(found)
    matched = match_works(known, found)
    assert len(matched) == len(left)
    assert all(found[here].words == known[there].words for here, there in matched.items())


@given(chance=seeds, count=st.integers(0, 20))
@settings(deadline=None)
def test_no_work_is_matched_twice_however_much_alike_they_are(
    chance: random.Random, count: int
) -> None:
    def twin(code: str, place: int) -> Seen:
        point = Point(chance.uniform(0, 40) + place / 1_000, chance.uniform(0, 40))
        return Seen("event", code, point, DAY, None, chance.choice(ROADS))

    known = [twin(f"k{place}", place) for place in range(count)]
    found = [twin(f"f{place}", place + 500) for place in range(count + 3)]
    matched = match_works(known, found)
    assert len(set(matched.values())) == len(matched)
    for here, there in matched.items():
        assert likeness(known[there], found[here]) >= LIKE_ENOUGH
    again = list(range(len(found)))
    chance.shuffle(again)
    other = match_works(known, [found[place] for place in again])
    assert {again[here]: there for here, there in other.items()} == matched


def test_an_id_that_stays_settles_it_unless_ids_are_known_to_change() -> None:
    one, other = made(1), made(3)
    swapped = [replace(one, code=other.code), replace(other, code=one.code)]
    assert match_works([one, other], swapped) == {0: 1, 1: 0}
    assert match_works([one, other], swapped, ids_last=False) == {0: 0, 1: 1}


def test_works_far_apart_or_of_another_kind_are_never_one() -> None:
    one = made(1)
    assert one.shape is not None
    far = replace(one, code="x", shape=translate(one.shape, NEAR_M + 1, 0))
    assert match_works([one], [far]) == {}
    assert match_works([one], [replace(one, code="x", kind="event")]) == {}


def test_without_shapes_words_and_start_decide() -> None:
    one = replace(made(1), shape=None)
    assert match_works([one], [replace(one, code="x")]) == {0: 0}
    assert match_works([one], [replace(one, code="x", words="别处的工程")]) == {}
    assert match_works([one], [replace(one, code="x", first_on=date(2026, 9, 1))]) == {}
