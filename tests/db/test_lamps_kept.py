"""Lamps as kept: spans follow every change from today on, and leave the past alone."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import box
from sqlalchemy import create_engine, select, text

from geo.changes.batches import take_batch
from geo.changes.lamps import extend_lamps, refresh_lamps
from geo.changes.ledger import close_ledger
from geo.database.acting import Identity, Role, acting_session, make_engine
from geo.errors import ChangeRefusedError
from geo.model.lamps import StatusSpan
from geo.queries.facts import find_subjects, read_rules
from geo.queries.lamps import get_lamp_board, get_trend
from geo.queries.layers import get_revisions
from geo.records import Batch, Day, PartRecord, UnitRecord, ZoneRecord
from geo.rules import rules_on
from geo.status import Lamp, judge
from tests.factories import TODAY, blocker, plan, project, report, site, small_city

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

HORIZON = TODAY + timedelta(days=400)


def _spans(session: Session) -> list[tuple[int | None, date, date, Lamp]]:
    rows = session.scalars(select(StatusSpan).order_by(StatusSpan.site_id, StatusSpan.days))
    return [(row.site_id, row.days.lower, row.days.upper, row.lamp) for row in rows]  # type: ignore[misc]


def _lamp(session: Session, day: date, today: date = TODAY) -> str:
    board = get_lamp_board(session, day, today)
    return str(next(iter(board["projects"].values()))[0])


def test_spans_cover_every_day_to_the_horizon_without_gap_or_overlap(session: Session) -> None:
    take_batch(session, small_city(), TODAY)
    by_subject: dict[int | None, list[tuple[date, date]]] = {}
    for site_id, first, end, _ in _spans(session):
        by_subject.setdefault(site_id, []).append((first, end))
    site_runs = [runs for site_id, runs in by_subject.items() if site_id is not None]
    assert len(site_runs) == 2
    for runs in site_runs:
        assert runs[-1][1] == HORIZON + timedelta(days=1)
        assert all(end == first for (_, end), (first, _) in pairwise(runs))


def test_kept_spans_equal_the_rule_on_every_day_from_today_to_the_horizon(session: Session) -> None:
    take_batch(session, small_city(), TODAY)
    versions = read_rules(session)
    rows = session.scalars(select(StatusSpan)).all()
    for subject in find_subjects(session):
        own = [
            row
            for row in rows
            if (row.project_id, row.site_id) == (subject.project_id, subject.site_id)
        ]
        for ahead in range(401):
            day = TODAY + timedelta(days=ahead)
            expected = judge(subject.facts, day, rules_on(versions, day))
            [found] = [row for row in own if day in row.days]
            assert found.lamp is expected.lamp
            assert found.stage is expected.stage
            assert found.reasons == [reason.to_json() for reason in expected.reasons]


def test_a_blocker_that_stops_work_turns_the_lamp_red_the_day_after_it_is_due(
    session: Session,
) -> None:
    take_batch(session, small_city(), TODAY)
    due_on = TODAY + timedelta(days=5)
    raised = blocker(text="停工问题", raised_on=TODAY, due_on=due_on, stops_work=True)
    take_batch(session, Batch(blockers=[raised]), TODAY)
    board = get_lamp_board(session, due_on + timedelta(days=1), TODAY)
    assert board["counts"]["red"] == 1
    assert board["forecast"]
    assert get_lamp_board(session, TODAY, TODAY)["turning_red_30"] >= 1


def test_after_the_ledger_is_closed_a_late_fact_leaves_past_days_alone(session: Session) -> None:
    batch = Batch(projects=[project(actual_start_on=TODAY - timedelta(days=100))], plans=[plan()])
    take_batch(session, batch, TODAY - timedelta(days=30))
    close_ledger(session, TODAY - timedelta(days=30))
    before = {ago: _lamp(session, TODAY - timedelta(days=ago)) for ago in range(1, 31)}
    old = blocker(raised_on=TODAY - timedelta(days=90), stops_work=True)
    take_batch(session, Batch(blockers=[old]), TODAY)
    after = {ago: _lamp(session, TODAY - timedelta(days=ago)) for ago in range(1, 31)}
    assert after == before
    assert _lamp(session, TODAY) == "red"


def test_while_the_ledger_is_open_a_late_fact_tells_the_past_anew(session: Session) -> None:
    batch = Batch(projects=[project(actual_start_on=TODAY - timedelta(days=100))], plans=[plan()])
    take_batch(session, batch, TODAY)
    old = blocker(raised_on=TODAY - timedelta(days=90), stops_work=True)
    take_batch(session, Batch(blockers=[old]), TODAY)
    assert _lamp(session, TODAY - timedelta(days=60)) == "red"


def test_a_ledger_is_closed_once(session: Session) -> None:
    close_ledger(session, TODAY)
    with pytest.raises(ChangeRefusedError, match=str(TODAY)):
        close_ledger(session, TODAY)


def test_the_roll_extends_every_forecast_by_the_days_that_passed(session: Session) -> None:
    take_batch(session, small_city(), TODAY)
    tomorrow = TODAY + timedelta(days=1)
    assert extend_lamps(session, TODAY) == 0
    assert extend_lamps(session, tomorrow) == 2
    ends = {end for _, _, end, _ in _spans(session) if end > HORIZON}
    assert ends == {HORIZON + timedelta(days=2)}
    assert extend_lamps(session, tomorrow) == 0


def test_an_approved_control_area_over_a_site_that_stops_everything_pauses_it(
    session: Session,
) -> None:
    take_batch(session, small_city(), TODAY)
    area = ZoneRecord(
        kind="control_area",
        code="C1",
        name="橙色预警管控区",
        state="confirmed",
        level="orange",
        stops=("all",),
        planned_start=Day(TODAY),
        planned_finish=Day(TODAY + timedelta(days=2)),
        parts=(PartRecord(box(116.29, 37.44, 116.31, 37.46)),),
    )
    take_batch(session, Batch(zones=[area]), TODAY)
    assert get_lamp_board(session, TODAY, TODAY)["site_counts"]["paused"] == 2
    later = get_lamp_board(session, TODAY + timedelta(days=3), TODAY)
    assert later["site_counts"]["paused"] == 0


def test_an_exempt_project_goes_on_inside_a_control_area(session: Session) -> None:
    take_batch(session, small_city(), TODAY)
    area = ZoneRecord(
        kind="control_area",
        code="C1",
        state="confirmed",
        stops=("all",),
        exempt=("P1",),
        planned_start=Day(TODAY),
        planned_finish=Day(TODAY),
        parts=(PartRecord(box(116.29, 37.44, 116.31, 37.46)),),
    )
    take_batch(session, Batch(zones=[area]), TODAY)
    assert get_lamp_board(session, TODAY, TODAY)["site_counts"]["paused"] == 1


def test_a_project_that_was_moved_out_stays_visible_and_leaves_the_counts(session: Session) -> None:
    gone = project(
        "P2", standing="moved_out", standing_document="城建〔2026〕1号", standing_from=TODAY
    )
    batch = small_city()
    batch.projects[1] = gone
    take_batch(session, batch, TODAY)
    board = get_lamp_board(session, TODAY, TODAY)
    assert board["projects_counted"] == 1
    assert len(board["projects"]) == 2


def test_the_trend_of_each_day_equals_the_boards_counts(session: Session) -> None:
    batch = small_city()
    batch.projects[1] = project(
        "P2", standing="ended", standing_document="1号", standing_from=TODAY + timedelta(days=9)
    )
    take_batch(session, batch, TODAY)
    days = get_trend(session, TODAY, TODAY + timedelta(days=60))["days"]
    assert len(days) == 61
    for entry in days:
        day = date.fromisoformat(entry.pop("day"))
        assert entry == get_lamp_board(session, day, TODAY)["counts"]


def test_a_change_raises_the_revision_of_what_it_touches_and_no_other(session: Session) -> None:

    take_batch(session, small_city(), TODAY)
    before = get_revisions(session)
    take_batch(session, Batch(reports=[report(percent=90.0)]), TODAY)
    after = get_revisions(session)
    assert {layer for layer in after if after[layer] != before[layer]} == {"lamps"}


def test_an_import_that_names_a_project_or_a_unit_anew_raises_what_shows_the_name(
    session: Session,
) -> None:
    take_batch(session, small_city(), TODAY)
    before = get_revisions(session)
    take_batch(session, Batch(projects=[project("P1", name="改名的项目")]), TODAY)
    named = get_revisions(session)
    assert {layer for layer in named if named[layer] != before[layer]} == {"lamps", "sites"}
    take_batch(
        session, Batch(units=[UnitRecord("测试住建局", "department", short_name="住建")]), TODAY
    )
    after = get_revisions(session)
    assert {layer for layer in after if after[layer] == named[layer]} <= {"ground", "roads"}


@pytest.fixture(scope="module")
def city(server: object) -> Iterator[object]:
    url = server.make_database("dezhou")  # type: ignore[attr-defined]
    engine = make_engine(url)
    with acting_session(engine, Identity(Role.COMMAND, "test")) as session:
        take_batch(session, small_city(), TODAY)
    yield engine
    engine.dispose()
    create_engine(url).dispose()


@settings(max_examples=15)
@given(
    percent=st.floats(0, 100),
    late=st.integers(-200, 200),
    stops=st.booleans(),
    ahead=st.integers(0, 400),
)
def test_whatever_is_reported_the_kept_lamp_is_the_rules_lamp(
    city: object, percent: float, late: int, stops: bool, ahead: int
) -> None:
    facts = Batch(
        zones=[site("P1", actual_start_on=TODAY - timedelta(days=abs(late)))],
        reports=[report("P1", percent=round(percent, 2))],
        blockers=[blocker("P1", stops_work=stops)],
    )
    day = TODAY + timedelta(days=ahead)
    with acting_session(city, Identity(Role.COMMAND, "test")) as session:  # type: ignore[arg-type]
        take_batch(session, facts, TODAY)
        refresh_lamps(session, TODAY)
        versions = read_rules(session)
        expected = {
            (subject.project_id, subject.site_id): judge(
                subject.facts, day, rules_on(versions, day)
            ).lamp
            for subject in find_subjects(session)
        }
        kept = {
            (row.project_id, row.site_id): row.lamp
            for row in session.scalars(select(StatusSpan).where(StatusSpan.days.contains(day)))
        }
        assert kept == expected
        session.execute(text("select 1"))
