"""Street scenes, each with what a traffic officer would say of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from tests.db.scenes import CASES, HEAVY, Case, day
from tests.db.street import (
    closure,
    dig,
    found,
    take,
)

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.says)
def test_a_scene_is_judged_as_a_traffic_officer_would(session: Session, case: Case) -> None:
    take(session, case.zones, case.roads)
    pairs = found(session)
    assert list(pairs.values()) == ([] if case.pair is None else [case.pair])


def test_a_scene_does_not_depend_on_who_came_first(session: Session) -> None:
    case = next(case for case in CASES if case.pair == "heavy detour_blocked+near")
    take(session, case.zones[::-1], case.roads)
    assert list(found(session).values()) == [case.pair]


def test_phases_of_one_work_make_no_pair_with_one_another(session: Session) -> None:
    take(session, [closure("W", "kl"), closure("A", "ab"), closure("B", "ab"), dig("C", "ab")])
    session.execute(
        text(
            "update jiantu.zone set parent_id = (select id from jiantu.zone where code = 'W')"
            " where code in ('A', 'B')"
        )
    )
    take(session, [closure("A", "ab", note="一期"), closure("B", "ab", note="二期")])
    assert found(session) == {("A", "C"): HEAVY, ("B", "C"): HEAVY}


def test_a_finished_work_keeps_the_pairs_of_its_days(session: Session) -> None:
    done = {"actual_start_on": day("2026-03-01"), "actual_finish_on": day("2026-06-30")}
    old = dig("A", "ab", "2026-03-01..2026-06-30", state="finished", **done)
    take(session, [old, dig("B", "ab", "2026-06-01..2026-12-31")])
    days = session.scalar(text("select days::text from jiantu.overlap"))
    assert days == "[2026-06-01,2026-07-01)"


def test_the_shared_shape_has_the_shared_area(session: Session) -> None:
    take(session, [dig("A", "ac"), dig("B", "bl", shift=(0.0, 5.0))])
    area, of_shape, srid = session.execute(
        text("select area_m2, st_area(shape_metric), st_srid(shape_metric) from jiantu.overlap")
    ).one()
    assert float(area) == pytest.approx(4.0, abs=0.01)
    assert of_shape == pytest.approx(4.0, abs=0.01)
    assert srid == 4548
