"""Pairs made all at once, in arrays, against the rule that looks at them one by one; parts near in days and metres."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from geo.changes.overlaps import rebuild_overlaps
from geo.database.acting import as_engine
from geo.overlap import may_pair
from geo.overlap.measure import Drawn
from geo.overlap.sweep import KINDS, OPEN, Parts, Zones, find_near, find_plain
from geo.queries.overlap_sweep import read_city
from geo.queries.overlap_zones import read_ties
from tests.db.street import STREET, closure, detour, dig, everything, ground, hours, take, zone
from tests.factories import TODAY

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from geo.records import ZoneRecord

MANY = 120
STRETCHES = ("ab", "bc", "cd", "de", "ac", "bl", "ln")
HOURS = ("22:00-06:00", "00:00-05:00", "06:00-22:00", "09:00-17:00")


def some_work(random: Random, number: int) -> ZoneRecord:
    """A work somewhere on the street: by chance tentative or a draft, by hours, without an end, linked."""
    first = date(2026, 10, 1) + timedelta(days=random.randrange(90))
    # ends and starts often fall on one day, so that hand-over days are met
    last = first + timedelta(days=random.choice([0, 7, 30, 30, 60]))
    when = f"{first}.." if random.random() < 0.1 else f"{first}..{last}"
    common: dict[str, Any] = {
        "shift": (float(random.randrange(-25, 25)), float(random.randrange(-25, 25))),
        "tentative": random.random() < 0.15,
        "state": random.choice(["planned"] * 6 + ["confirmed", "draft", "withdrawn"]),
        "hours": hours(random.choice(HOURS)) if random.random() < 0.25 else (),
    }
    code, project = f"Z{number:03}", f"P{number % 9}" if random.random() < 0.4 else None
    match number % 8:
        case 0:
            return ground(
                code,
                random.choice(("abgf", "bchg", "cdih")),
                when,
                project=f"P{number % 9}",
                **common,
            )
        case 1 | 2 | 3 | 4:
            return dig(
                code,
                random.choice(STRETCHES),
                when,
                unit=f"单位{number % 3}",
                project=project,
                **common,
            )
        case 5:
            made_for = f"Z{number - 1:03}" if random.random() < 0.5 else None
            return closure(
                code, random.choice(STRETCHES), when, taken=("full",), made_for=made_for, **common
            )
        case 6:
            way = (detour(random.choice(["kadn", "akln", "bl"])),)
            return closure(
                code, random.choice(STRETCHES), when, taken=("half",), more=way, **common
            )
        case _:
            common.pop("shift")
            kind, facts = random.choice([("event", {}), ("control_area", {"stops": ("all",)})])
            return zone(
                kind,
                code,
                STREET.area(random.choice(("abgf", "fghl", "acmk"))),
                when,
                **facts,
                **common,
            )


def test_thousands_of_pairs_made_at_once_are_those_of_the_rule_one_by_one(session: Session) -> None:
    seen: set[tuple[str, bool, bool]] = set()
    pairs = plain = 0
    for seed in range(2):
        random = Random(seed)  # noqa: S311  chance, not secrecy
        take(session, [some_work(random, MANY * seed + number) for number in range(MANY)])
        kept = everything(session)  # found by the index, judged one by one
        with as_engine(session):
            session.execute(text("delete from jiantu.overlap"))
        made = rebuild_overlaps(session, TODAY)
        assert everything(session) == kept
        assert made.found == made.written == len(kept[0])
        assert rebuild_overlaps(session, TODAY).changed_anything is False
        pairs = made.found
        plain = count_plain(session)
        for findings in session.scalars(text("select findings from jiantu.overlap")):
            seen |= {
                (each["code"], "hand_over" in each["anchors"], "tentative" in each["anchors"])
                for each in findings
            }
    assert pairs > 2_000
    assert plain > pairs / 4
    assert {("overlap", False, False), ("overlap", False, True), ("near", False, False)} <= seen
    assert {code for code, _, _ in seen} >= {"control_stop", "detour_blocked"}
    assert any(hand_over for _, hand_over, _ in seen)


def count_plain(session: Session) -> int:
    """How many contacts are judged in arrays; the others are judged one by one either way."""
    with as_engine(session):
        zones, parts = read_city(session, read_ties(session), 3.0)
        near = find_near(zones, parts)
        return int(find_plain(zones, parts, near, set()).sum())


@given(
    st.lists(
        st.tuples(
            st.integers(0, 60),
            st.integers(0, 20),
            st.integers(0, 12),
            st.integers(0, 12),
            st.integers(0, len(KINDS) - 1),
            st.booleans(),
            st.sampled_from([5.0, 10.0]),
        ),
        min_size=2,
        max_size=40,
    )
)
def test_parts_near_in_metres_and_days_are_found_and_no_others(
    drawn: list[tuple[Any, ...]],
) -> None:
    many = len(drawn)
    numbers = np.arange(many, dtype=np.int64)
    kinds = np.array([each[4] for each in drawn])
    by_hours = np.array([each[5] for each in drawn])
    first = np.array([each[2] for each in drawn]) + 100
    last = np.where(
        np.array([each[3] for each in drawn]) == 12, OPEN, first + [each[3] for each in drawn]
    )
    reach = np.array([each[6] for each in drawn])
    x, y = np.array([each[0] for each in drawn]), np.array([each[1] for each in drawn])
    shapes = np.asarray(shapely.box(x, y, x + 3, y + 3), dtype=object)
    none = np.zeros(many, dtype=np.int64)
    zones = Zones(numbers, kinds, numbers, none, none, none.astype(bool), by_hours)
    drawing = Drawn(shapes, np.zeros(many), 3.0)
    parts = Parts(
        numbers, numbers, drawing, reach, first, last, *(np.full(many, None, object) for _ in "abc")
    )
    near = find_near(zones, parts)
    late = [[int(a or b) for b in by_hours] for a in by_hours]
    assert list(zip(near.a.tolist(), near.b.tolist(), strict=True)) == [
        (a, b)
        for a in range(many)
        for b in range(a + 1, many)
        if may_pair(KINDS[kinds[a]], KINDS[kinds[b]])
        and first[a] <= last[b] + late[a][b]
        and first[b] <= last[a] + late[a][b]
        and shapes[a].distance(shapes[b]) <= reach[a] + reach[b]
    ]
    assert near.raw_m.tolist() == [
        shapes[a].distance(shapes[b]) for a, b in zip(near.a, near.b, strict=True)
    ]
