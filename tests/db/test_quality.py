"""Each check finds the record that has its fault, and says nothing of one that has none."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from shapely.affinity import translate
from shapely.geometry import LineString, box

from geo.changes.batches import take_batch
from geo.changes.quality import keep_counts
from geo.queries.quality import find_doubtful, weekly_counts
from geo.queries.quality_checks import CHECKS
from geo.records import (
    Batch,
    Day,
    DistrictRecord,
    LeaderRecord,
    PartRecord,
    RoadRecord,
    ZoneRecord,
)
from tests import factories as made
from tests.factories import SQUARE, TODAY

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session


WHOLE: dict[str, Any] = {
    "sponsor_leader": "张市长",
    "contractor": "一建",
    "start_permit": "证1",
    "districts": ("德城区",),
    "total_investment_yuan": 100_000_000,
    "actual_start_on": date(2026, 4, 1),
}
PLAN: dict[str, Any] = {"year_investments": {2026: 50_000_000}}


def sound() -> Batch:
    """Two projects of which nothing can be said."""
    return Batch(
        districts=[DistrictRecord("D1", "德城区", box(116.2, 37.4, 116.4, 37.5))],
        roads=[
            RoadRecord("R1", "东风路", "primary", LineString([(116.29, 37.449), (116.34, 37.449)]))
        ],
        leaders=[LeaderRecord("张市长")],
        projects=[made.project("P1", **WHOLE), made.project("P2", **WHOLE)],
        zones=[
            made.site("P1"),
            made.site("P2", parts=(PartRecord(translate(SQUARE, 0.01, 0)),)),
        ],
        plans=[made.plan("P1", **PLAN), made.plan("P2", **PLAN)],
        reports=[
            made.report("P1", invested_to_date_yuan=1_000_000),
            made.report("P2", invested_to_date_yuan=1_000_000),
        ],
    )


def _project(batch: Batch, **facts: Any) -> None:
    batch.projects[1] = made.project("P2", **{**WHOLE, **facts})


def _blocker(batch: Batch, **facts: Any) -> None:
    batch.blockers.append(made.blocker("P2", **facts))


def _report(batch: Batch, **facts: Any) -> None:
    batch.reports[1] = made.report("P2", **{"invested_to_date_yuan": 1_000_000, **facts})


def _work(batch: Batch, **facts: Any) -> None:
    known = {
        "unit": "热力公司",
        "planned_start": Day(date(2026, 12, 1)),
        "parts": (PartRecord(SQUARE),),
    }
    batch.zones.append(
        ZoneRecord("relocation", "P2", name="迁改", utility="heat", **{**known, **facts})
    )


def _moved(batch: Batch, dx: float, dy: float) -> None:
    batch.zones[1] = made.site("P2", parts=(PartRecord(translate(SQUARE, dx, dy)),))


def _drop(batch: Batch, kind: str) -> None:
    del getattr(batch, kind)[1]


FAULTS: dict[str, Callable[[Batch], None]] = {
    "no_location": lambda batch: _drop(batch, "zones"),
    "no_plan": lambda batch: _drop(batch, "plans"),
    "no_year_plan": lambda batch: batch.plans.__setitem__(1, made.plan("P2")),
    "finish_before_start": lambda batch: _project(batch, actual_start_on=date(2028, 1, 5)),
    "outside_district": lambda batch: _moved(batch, 0.2, 0),
    "same_footprint": lambda batch: _moved(batch, 0, 0),
    "far_from_roads": lambda batch: _moved(batch, 0.01, 0.03),
    "no_reports": lambda batch: _drop(batch, "reports"),
    "stale_reports": lambda batch: batch.reports.__setitem__(
        1, made.report("P2", date(2026, 8, 3))
    ),
    "hundred_open": lambda batch: _report(batch, percent=100.0),
    "completed_below": lambda batch: _project(batch, completed_on=date(2026, 10, 1)),
    "cumulative_fell": lambda batch: batch.reports.append(
        made.report("P2", date(2026, 11, 9), invested_to_date_yuan=2_000_000)
    ),
    "over_total": lambda batch: _report(batch, invested_to_date_yuan=120_000_000),
    "progress_without_start": lambda batch: _project(batch, actual_start_on=None),
    "contradicted": lambda batch: _report(batch, verification="contradicted"),
    "blocker_no_unit": _blocker,
    "blocker_no_awaited": lambda batch: _blocker(
        batch, awaited_unit=None, due_on=date(2026, 11, 5)
    ),
    "lead_missing": lambda batch: _project(batch, lead_unit=None),
    "sponsor_missing": lambda batch: _project(batch, sponsor_leader=None),
    "contractor_missing": lambda batch: _project(batch, contractor=None),
    "permit_missing": lambda batch: _project(batch, start_permit=None),
    "district_missing": lambda batch: _project(batch, districts=None),
    "category_missing": lambda batch: _project(batch, category=None),
    "total_missing": lambda batch: _project(batch, total_investment_yuan=None),
    "same_name": lambda batch: _project(batch, name="测试项目P1"),
    "work_no_shape": lambda batch: _work(batch, parts=()),
    "work_no_unit": lambda batch: _work(batch, unit=None),
    "work_no_days": lambda batch: _work(batch, planned_start=None),
}


def test_there_is_a_fault_for_every_check() -> None:
    assert list(FAULTS) == [check.code for check in CHECKS]


def test_nothing_is_said_of_records_without_fault(session: Session) -> None:
    take_batch(session, sound(), TODAY)
    assert find_doubtful(session, TODAY) == []


@pytest.mark.parametrize("check", FAULTS)
def test_the_check_finds_its_fault(session: Session, check: str) -> None:
    batch = sound()
    FAULTS[check](batch)
    take_batch(session, batch, TODAY)
    found = find_doubtful(session, TODAY, check)
    expected = {"P1", "P2"} if check in {"same_footprint", "same_name"} else {"P2"}
    assert {one.code for one in found} == expected
    assert all(one.check.code == check for one in found)


def test_the_last_count_of_a_week_stays_and_a_check_without_finding_counts_as_none(
    session: Session,
) -> None:
    batch = sound()
    _project(batch, sponsor_leader=None)
    take_batch(session, batch, TODAY)
    keep_counts(session, TODAY - timedelta(days=7))
    batch.projects[1] = replace(batch.projects[1], sponsor_leader="张市长")
    take_batch(session, batch, TODAY)
    keep_counts(session, TODAY)
    keep_counts(session, TODAY + timedelta(days=3))
    weeks = weekly_counts(session)
    monday = TODAY - timedelta(days=TODAY.weekday())
    assert [week for week, _ in weeks] == [monday - timedelta(days=7), monday]
    assert [counts["sponsor_missing"] for _, counts in weeks] == [1, 0]
    assert len(weeks[1][1]) == len(CHECKS)
