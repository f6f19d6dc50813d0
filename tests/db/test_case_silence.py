"""Silence in cases: counted from the day on which a pair is found, or moves after it was answered."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from geo.changes.case_messages import Said, Speaker, answer_case
from geo.changes.case_minutes import MinutesWords, write_minutes
from geo.database.acting import Role, take_role
from geo.model.answers import Answer
from geo.queries.cases import CaseFilter, find_cases, get_case
from tests.case_street import NOW, again, case_on, cases, roads, speaker, unit, works
from tests.db.street import dig, take
from tests.factories import TODAY

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from geo.queries.cases import Case


@pytest.fixture
def case(session: Session) -> Case:
    """The case of three units on 东风路."""
    take(session, works(), roads())
    return case_on(session, "东风路")


def test_silence_of_more_than_five_working_days_is_seen(session: Session, case: Case) -> None:
    assert again(session, case).waiting_days == 0
    later = find_cases(session, CaseFilter(late=True), TODAY + timedelta(days=7)).cases
    assert later == []  # five working days
    later = find_cases(session, CaseFilter(late=True), TODAY + timedelta(days=8)).cases
    assert {one.road_name for one in later} == {"东风路", "新华路"}


def test_silence_is_counted_from_the_day_on_which_a_pair_is_found(session: Session) -> None:
    far, near = works()[:2]
    far = replace(far, parts=dig("X", "kl").parts)
    take(session, [far, near], roads())
    assert cases(session) == []
    found_on = TODAY + timedelta(days=14)
    take(session, [replace(far, parts=near.parts)], day=found_on)
    (found,) = find_cases(session, CaseFilter(), found_on).cases
    assert (found.waiting_days, found.is_late) == (0, False)
    assert find_cases(session, CaseFilter(late=True), found_on + timedelta(days=7)).cases == []
    late = find_cases(session, CaseFilter(late=True), found_on + timedelta(days=8)).cases
    assert [one.id for one in late] == [found.id]


def test_silence_after_a_move_is_seen_and_counted_from_the_move(
    session: Session, case: Case
) -> None:
    for name in ("供水公司", "热力公司", "交警支队"):
        answer_case(session, case.id, speaker(session, name), Answer.AGREED, Said())
    take(session, [dig("GS-1", "ab", "2026-12-02..2028-12-31", name="供水迁改", unit="供水公司")])
    moved_on = datetime.now(UTC).date()  # versions are kept by the clock
    moved = get_case(session, case.number, moved_on)
    assert (moved.state, moved.waiting_days) == ("reassess", 0)
    weeks_later = moved_on + timedelta(days=21)
    assert get_case(session, case.number, weeks_later).is_late
    listed = find_cases(
        session, CaseFilter(late=True, unit_id=unit(session, "热力公司")), weeks_later
    )
    assert [one.id for one in listed.cases] == [case.id]


def test_another_name_after_a_move_does_not_begin_the_waiting_anew(
    session: Session, case: Case
) -> None:
    for name in ("供水公司", "热力公司", "交警支队"):
        answer_case(session, case.id, speaker(session, name), Answer.AGREED, Said())
    moved = dig("GS-1", "ab", "2026-12-02..2028-12-31", name="供水迁改", unit="供水公司")
    take(session, [moved])
    take_role(session.connection(), Role.OWNER)
    for versions in ("zone_version", "zone_part_version", "zone_hours_version"):
        session.execute(  # the same, three weeks ago
            text(
                f"update history.{versions} set valid = tstzrange(lower(valid) - interval '21 days',"  # noqa: S608
                " upper(valid) - interval '21 days')"
            )
        )
    take_role(session.connection(), Role.ENGINE)
    session.execute(text("update jiantu.case_pair set since_on = since_on - 21"))
    take_role(session.connection(), Role.COMMAND)
    today = datetime.now(UTC).date()
    before = get_case(session, case.number, today)
    assert before.is_late
    take(session, [replace(moved, name="供水迁改二期")])
    after = get_case(session, case.number, today)
    assert (after.state, after.waiting_days) == ("reassess", before.waiting_days)


def test_a_case_reopened_after_its_minutes_is_waited_for_from_then_on(
    session: Session, case: Case
) -> None:
    write_minutes(
        session,
        case.number,
        MinutesWords(TODAY, "会议室", "李主任", ("供水公司",), ("错期施工",)),
        Speaker(None, NOW, by_command=True),
        TODAY,
    )
    take(session, [dig("GS-1", "ab", "2026-12-02..2028-12-31", name="供水迁改", unit="供水公司")])
    moved_on = datetime.now(UTC).date()  # versions are kept by the clock
    moved = get_case(session, case.number, moved_on)
    assert (moved.state, moved.waiting_days) == ("reassess", 0)
    assert get_case(session, case.number, moved_on + timedelta(days=21)).is_late
