"""Two roads with the works of five units, whose pairs are two cases."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import text

from geo.changes.case_messages import Speaker
from geo.queries.cases import CaseFilter, find_cases, get_case
from tests.db.street import closure, dig, street
from tests.factories import TODAY

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from geo.queries.cases import Case
    from geo.records import RoadRecord, ZoneRecord

NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
SOON = "2026-12-01..2026-12-31"


def roads() -> list[RoadRecord]:
    """Two roads, each with a name."""
    return [street("A", "ae", name="东风路"), street("B", "ko", name="新华路")]


def works() -> list[ZoneRecord]:
    """Three units on one road and two on another."""
    return [
        dig("GS-1", "ab", SOON, name="供水迁改", unit="供水公司"),
        dig("RL-1", "ab", SOON, name="供热迁改", unit="热力公司"),
        closure("DX-1", "ad", SOON, name="东风路导改", unit="交警支队"),
        dig("GS-2", "kl", SOON, name="新华路供水", unit="供水公司"),
        dig("DL-1", "kl", SOON, name="新华路电力", unit="供电公司"),
    ]


def unit(session: Session, name: str) -> int:
    """The id of a unit."""
    found = session.scalar(text("select id from jiantu.unit where name = :name"), {"name": name})
    assert found is not None
    return int(found)


def cases(session: Session) -> list[Case]:
    """The cases as of today."""
    return find_cases(session, CaseFilter(), TODAY).cases


def case_on(session: Session, road: str) -> Case:
    """The case on a road."""
    return next(case for case in cases(session) if case.road_name == road)


def again(session: Session, case: Case) -> Case:
    """The case as it is now."""
    return get_case(session, case.number, TODAY)


def speaker(session: Session, name: str) -> Speaker:
    """Somebody who speaks for a unit."""
    return Speaker(unit(session, name), NOW, "王工")
