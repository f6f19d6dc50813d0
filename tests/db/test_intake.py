"""Taking records in: what is new, changed, unchanged and refused, and nothing half done."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from shapely.geometry import LineString, Point
from sqlalchemy import func, select, text

from geo.changes.batches import take_batch
from geo.changes.ledger import close_ledger
from geo.crs import WGS84
from geo.model.projects import Project
from geo.model.records import Blocker, ProgressReport
from geo.model.units import Unit
from geo.model.zones import Zone, ZoneLink, ZonePart
from geo.queries.batches import read_batch
from geo.records import Batch, Day, HoursWindow, PartRecord, Source, ZoneRecord
from tests.factories import (
    SPOT,
    SQUARE,
    TODAY,
    blocker,
    milestone,
    plan,
    project,
    report,
    site,
    small_city,
)

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from geo.changes.batches import Outcome


def _counts(outcome: Outcome) -> dict[str, tuple[int, int, int, int]]:
    return {
        kind: (tally.new, tally.changed, tally.unchanged, tally.refused)
        for kind, tally in outcome.tallies.items()
    }


def test_everything_of_a_first_batch_is_new(session: Session) -> None:
    outcome = take_batch(session, small_city(), TODAY)
    kinds = ("projects", "sites", "plans", "milestones", "reports", "blockers")
    assert _counts(outcome) == dict.fromkeys(kinds, (2, 0, 0, 0))
    assert outcome.projects_judged == 2


def test_the_same_batch_again_changes_nothing(session: Session) -> None:
    take_batch(session, small_city(), TODAY)
    versions = text("select count(*) from history.project_version")
    before = session.scalar(versions)
    outcome = take_batch(session, small_city(), TODAY)
    assert not outcome.changed_anything
    assert outcome.projects_judged == 0
    assert session.scalar(versions) == before


def test_two_halves_equal_the_whole(session: Session) -> None:
    whole = small_city()
    with session.begin_nested() as attempt:
        take_batch(session, whole, TODAY)
        at_once = read_batch(session)
        attempt.rollback()
    take_batch(session, Batch(projects=whole.projects, zones=whole.zones, plans=whole.plans), TODAY)
    rest = replace(whole, projects=[], zones=[], plans=[])
    take_batch(session, rest, TODAY)
    assert read_batch(session) == at_once


def test_what_is_read_back_and_taken_in_again_is_unchanged(session: Session) -> None:
    take_batch(session, small_city(), TODAY)
    outcome = take_batch(session, read_batch(session), TODAY)
    assert not outcome.changed_anything
    assert all(tally.refused == 0 for tally in outcome.tallies.values())


def test_what_a_record_does_not_say_stays_as_it_is(session: Session) -> None:
    take_batch(session, Batch(projects=[project(manager="测试经理")]), TODAY)
    outcome = take_batch(session, Batch(projects=[project(name="新名")]), TODAY)
    assert _counts(outcome)["projects"] == (0, 1, 0, 0)
    found = session.scalars(select(Project)).one()
    assert (found.name, found.manager) == ("新名", "测试经理")


def test_a_report_that_says_something_else_is_kept_beside_the_first_as_a_correction(
    session: Session,
) -> None:
    take_batch(session, small_city(), TODAY)
    outcome = take_batch(session, Batch(reports=[report(percent=45.0)]), TODAY)
    assert _counts(outcome)["reports"] == (0, 1, 0, 0)
    kept = session.execute(
        select(ProgressReport.revision, ProgressReport.percent, ProgressReport.narrative)
        .join(Project)
        .where(Project.code == "P1")
        .order_by(ProgressReport.revision)
    ).all()
    assert [(row.revision, float(row.percent or 0), row.narrative) for row in kept] == [
        (0, 40.0, "主体施工"),
        (1, 45.0, "主体施工"),
    ]
    again = take_batch(session, Batch(reports=[report(percent=45.0)]), TODAY)
    assert not again.changed_anything


@pytest.mark.parametrize(
    ("batch", "kind", "words"),
    [
        (Batch(reports=[report("P9")]), "reports", "没有编号为“P9”的项目"),
        (Batch(reports=[report(site="Z")]), "reports", "没有编号为“Z”的点位"),
        (Batch(blockers=[blocker(cause="nonsense")]), "blockers", "不在代码表中"),
        (Batch(blockers=[blocker(due_on=date(2026, 1, 1))]), "blockers", "早于提出日期"),
        (Batch(projects=[project("P3", category="nonsense")]), "projects", "不在代码表中"),
        (Batch(projects=[project("P3", standing="postponed")]), "projects", "须有文号和日期"),
        (
            Batch(projects=[project("P3", actual_start_on=TODAY, completed_on=date(2020, 1, 1))]),
            "projects",
            "早于实际开工日",
        ),
        (Batch(plans=[plan(finish=Day(date(2020, 1, 1)))]), "plans", "早于计划开工"),
        (Batch(plans=[plan(number=1)]), "plans", "须有批准日期"),
        (Batch(plans=[plan(percents={"2026-05": 50.0, "2026-06": 40.0})]), "plans", "下降"),
        (Batch(milestones=[milestone(due=Day(date(2030, 1, 1)))]), "milestones", "计划工期"),
        (
            Batch(
                milestones=[
                    milestone(),
                    milestone(name="后", due=Day(date(2027, 9, 1)), percent=1.0),
                ]
            ),
            "milestones",
            "低于前一节点",
        ),
        (Batch(zones=[site(project=None)]), "sites", "须写明项目编号"),
        (
            Batch(zones=[site(actual_start_on=TODAY, actual_finish_on=date(2020, 1, 1))]),
            "sites",
            "早于",
        ),
    ],
)
def test_a_row_that_breaks_a_rule_is_refused_with_its_reason_and_the_rest_is_taken(
    session: Session, batch: Batch, kind: str, words: str
) -> None:
    take_batch(session, small_city(), TODAY)
    extra = Batch(projects=[project("P4")])
    extra.projects.extend(batch.projects)
    outcome = take_batch(session, replace(batch, projects=extra.projects), TODAY)
    refused = [notice for notice in outcome.notices if notice.level == "refused"]
    assert len(refused) == 1
    assert words in refused[0].message_zh
    assert refused[0].message_en
    assert outcome.tallies[kind].refused == 1
    assert session.scalar(select(func.count()).where(Project.code == "P4")) == 1


def test_of_two_rows_with_one_key_the_later_holds_and_the_clerk_is_told(session: Session) -> None:
    rows = [
        project(name="先", source=Source("项目", 3)),
        project(name="后", source=Source("项目", 9)),
    ]
    outcome = take_batch(session, Batch(projects=rows), TODAY)
    assert session.scalars(select(Project.name)).all() == ["后"]
    assert [
        (notice.sheet, notice.row) for notice in outcome.notices if notice.level == "refused"
    ] == [("项目", 3)]


def test_a_unit_that_nobody_described_is_entered_once_and_noted(session: Session) -> None:
    rows = [project("P1", lead_unit="新设局"), project("P2", lead_unit="新设局")]
    outcome = take_batch(session, Batch(projects=rows), TODAY)
    assert [notice.value for notice in outcome.notices] == ["新设局"]
    assert session.scalar(select(func.count()).where(Unit.name == "新设局")) == 1


def test_a_shape_is_kept_in_every_crs_and_widened_by_its_kinds_buffer(session: Session) -> None:
    take_batch(session, small_city(), TODAY)
    part = ZonePart
    area, wide, srid, web = session.execute(
        select(
            func.ST_Area(part.shape_metric),
            func.ST_Area(part.shape_wide),
            func.ST_SRID(part.shape_metric),
            func.ST_SRID(part.shape_web),
        ).limit(1)
    ).one()
    # 5 m around a square of about 177 m by 222 m
    assert wide == pytest.approx(area + 5 * 2 * (177 + 222) + 78.5, rel=0.01)
    assert (srid, web) == (4548, 3857)
    assert session.scalar(select(func.ST_SRID(part.shape)).limit(1)) == WGS84


def test_parts_that_are_gone_from_a_record_are_removed(session: Session) -> None:
    two = site(parts=(PartRecord(SQUARE), PartRecord(SPOT)))
    take_batch(session, Batch(projects=[project()], zones=[two]), TODAY)
    outcome = take_batch(session, Batch(zones=[site()]), TODAY)
    assert _counts(outcome)["sites"] == (0, 1, 0, 0)
    assert session.scalar(select(func.count(ZonePart.id))) == 1


def test_a_record_without_shapes_leaves_those_that_are_known(session: Session) -> None:
    take_batch(session, Batch(projects=[project()], zones=[site()]), TODAY)
    take_batch(session, Batch(zones=[site(parts=(), name="改名")]), TODAY)
    assert session.scalar(select(func.count(ZonePart.id))) == 1


def test_a_diversion_knows_what_it_was_made_for_and_its_hours(session: Session) -> None:

    line = LineString([(116.30, 37.45), (116.31, 37.45)])
    diversion = ZoneRecord(
        kind="diversion",
        code="D1",
        unit="测试交警支队",
        taken=("half",),
        made_for="P1/A",
        hours=(HoursWindow(time(22), time(5)),),
        parts=(PartRecord(line, "taken", width_m=7.0), PartRecord(line, "detour", "motor")),
    )
    batch = Batch(projects=[project()], zones=[site(), diversion])
    take_batch(session, batch, TODAY)
    link = session.scalars(select(ZoneLink)).one()
    codes = dict(session.execute(select(Zone.id, Zone.code)).all())
    assert (codes[link.zone_id], codes[link.other_id]) == ("D1", "A")
    assert not take_batch(session, batch, TODAY).changed_anything


def test_the_same_site_code_may_stand_in_two_projects_and_a_diversions_only_once(
    session: Session,
) -> None:
    spots: list[Any] = [
        ZoneRecord(kind="event", code="E1", parts=(PartRecord(Point(116.3, 37.45)),)),
        ZoneRecord(kind="event", code="E1", name="again"),
    ]
    batch = Batch(projects=[project("P1"), project("P2")], zones=[site("P1"), site("P2"), *spots])
    outcome = take_batch(session, batch, TODAY)
    assert _counts(outcome)["sites"] == (2, 0, 0, 0)
    assert _counts(outcome)["events"] == (1, 0, 0, 1)


def test_facts_count_from_their_own_day_while_the_ledger_is_open_and_from_their_entry_after(
    session: Session,
) -> None:
    raised_on = TODAY - timedelta(days=60)
    take_batch(session, Batch(projects=[project()], blockers=[blocker(raised_on=raised_on)]), TODAY)
    close_ledger(session, TODAY)
    late = blocker(raised_on=raised_on, text="另一个问题")
    take_batch(session, Batch(blockers=[late]), TODAY)
    known = dict(session.execute(select(Blocker.text, Blocker.known_on)).all())
    assert known == {"施工许可证未核发": raised_on, "另一个问题": TODAY}


def test_a_change_of_plan_keeps_what_it_leaves_out_from_the_plan_before(session: Session) -> None:
    first = plan(percents={"2026-12": 40.0}, year_investments={2026: 5_000_000})
    change = plan(
        number=1, in_force_from=TODAY, document="1号", start=None, finish=Day(date(2028, 6, 30))
    )
    batch = Batch(projects=[project()], plans=[first], milestones=[milestone()])
    take_batch(session, batch, TODAY)
    take_batch(session, Batch(plans=[change]), TODAY)
    kept = read_batch(session)
    old, new = kept.plans
    assert new.start == old.start
    assert new.finish == Day(date(2028, 6, 30))
    assert new.year_investments == {2026: 5_000_000}
    assert new.percents == {}  # other days need another monthly plan
    assert [(row.plan_number, row.name) for row in kept.milestones] == [
        (0, "主体完成"),
        (1, "主体完成"),
    ]
    assert not take_batch(session, kept, TODAY).changed_anything


def test_a_change_that_only_names_a_document_keeps_the_monthly_plan(session: Session) -> None:
    first = plan(percents={"2026-12": 40.0})
    change = plan(number=1, in_force_from=TODAY, document="1号", start=None, finish=None)
    take_batch(session, Batch(projects=[project()], plans=[first, change]), TODAY)
    assert [row.percents for row in read_batch(session).plans] == [{"2026-12": 40.0}] * 2
