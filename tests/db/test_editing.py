"""Changing records by hand: what follows from each change, what it is refused for, and what the history then says."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from geo.changes.batches import take_batch
from geo.changes.editing import add_record, edit_record, remove_record, restore_version
from geo.changes.plans import PlanChange, change_plan
from geo.changes.reports import record_progress
from geo.database.acting import make_engine
from geo.errors import ChangeConflictError, ChangeRefusedError, NotFoundError
from geo.model.kept import kept_tables
from geo.model.lamps import StatusSpan
from geo.model.projects import Milestone, PlanVersion, Project
from geo.model.records import Blocker, ProgressReport
from geo.model.zones import ZonePart
from geo.queries.history import HistoryFilter, find_changes
from geo.records import Day
from geo.status import Lamp
from tests.conftest import COMMAND
from tests.factories import TODAY, project, small_city

WEEK = {"first_on": date(2026, 11, 23), "last_on": date(2026, 11, 29)}


@pytest.fixture
def city(session: Session) -> Session:
    """Two projects under construction, each with a site, a plan, a report and a blocker."""
    take_batch(session, small_city(), TODAY)
    return session


def project_id(session: Session, code: str = "P1") -> int:
    return session.scalars(select(Project.id).where(Project.code == code)).one()


def lamp(session: Session, code: str = "P1", day: date = TODAY) -> Lamp:
    return session.scalars(
        select(StatusSpan.lamp).where(
            StatusSpan.project_id == project_id(session, code),
            StatusSpan.site_id.is_(None),
            StatusSpan.days.contains(day),
        )
    ).one()


def only(session: Session, table: Any) -> Any:
    return session.scalars(
        select(table)
        .where(table.project_id == project_id(session))
        .execution_options(populate_existing=True)
    ).one()


def report(session: Session, percent: float | None, seen: int | None = None, **more: Any) -> int:
    values = {**WEEK, "site_id": None, "percent": percent, **more}
    return record_progress(session, TODAY, project_id(session), values, seen)


def test_a_report_moves_the_lamp_of_the_day_it_is_entered(city: Session) -> None:
    report(city, 90.0)
    assert lamp(city) is Lamp.GREEN
    report(city, 1.0, 0)
    assert lamp(city) is Lamp.RED


def test_a_correction_is_a_further_report_and_the_first_one_stays(city: Session) -> None:
    first = report(city, 30.0)
    second = report(city, 35.0, 0)
    rows = city.scalars(
        select(ProgressReport).where(ProgressReport.id.in_([first, second])).order_by("revision")
    ).all()
    assert [(row.revision, float(row.percent or 0)) for row in rows] == [(0, 30.0), (1, 35.0)]
    assert [row.version for row in rows] == [1, 1]


def test_a_report_by_the_ladder_takes_the_percent_of_its_step(city: Session) -> None:
    step, percent = city.execute(
        text(
            "select name, percent from jiantu.ladder_step where category = 'urban' order by position limit 1"
        )
    ).one()
    kept = report(city, None, step=step)
    assert (
        city.scalar(select(ProgressReport.step_percent).where(ProgressReport.id == kept)) == percent
    )


def test_two_reports_of_one_period_that_saw_nothing_do_not_both_count(city: Session) -> None:
    report(city, 30.0)
    with pytest.raises(ChangeConflictError):
        report(city, 35.0)


def test_a_report_names_only_a_site_of_its_own_project(city: Session) -> None:
    other = city.scalar(
        text("select id from jiantu.zone where project_id = :p"), {"p": project_id(city, "P2")}
    )
    with pytest.raises(NotFoundError):
        report(city, 30.0, site_id=other)


def test_a_blocker_raised_long_ago_turns_the_lamp_and_resolving_it_turns_it_back(
    city: Session,
) -> None:
    report(city, 90.0)
    raised = TODAY - timedelta(days=80)
    values = {
        "project_id": project_id(city),
        "cause": "procedures",
        "text": "用地批复未下达",
        "raised_on": raised,
        "due_on": raised + timedelta(days=1),
    }
    blocker = add_record(city, TODAY, "blocker", values)
    assert lamp(city) is Lamp.RED
    edit_record(city, TODAY, "blocker", blocker, 1, {"resolved_on": TODAY, "resolution": "已下达"})
    assert lamp(city) is Lamp.GREEN
    edit_record(city, TODAY, "blocker", blocker, 2, {"resolved_on": None, "resolution": None})
    assert lamp(city) is Lamp.RED


def test_an_edit_can_empty_a_value(city: Session) -> None:
    edit_record(city, TODAY, "project", project_id(city), 1, {"contractor": "某公司"})
    assert edit_record(city, TODAY, "project", project_id(city), 2, {"contractor": None}) == 3
    assert city.scalar(select(Project.contractor).where(Project.code == "P1")) is None


def test_an_edit_of_an_older_version_changes_nothing(city: Session) -> None:
    blocker = only(city, Blocker)
    edit_record(city, TODAY, "blocker", blocker.id, 1, {"text": "甲写的"})
    with pytest.raises(ChangeConflictError):
        edit_record(city, TODAY, "blocker", blocker.id, 1, {"text": "乙写的"})
    assert city.scalar(select(Blocker.text).where(Blocker.id == blocker.id)) == "甲写的"


@pytest.mark.parametrize("kind", ["blocker", "nonsense", "project; drop table"])
def test_what_is_not_there_is_not_found(city: Session, kind: str) -> None:
    with pytest.raises(NotFoundError):
        edit_record(city, TODAY, kind, 2**40, 1, {"text": "x"})


def test_days_in_the_wrong_order_are_refused_in_words(city: Session) -> None:
    with pytest.raises(ChangeRefusedError) as refused, city.begin_nested():
        edit_record(city, TODAY, "project", project_id(city), 1, {"completed_on": date(2026, 1, 1)})
    assert refused.value.zh == "“完工日期”早于“实际开工日期”,未保存。请核对两个日期。"


def test_the_actual_start_moves_stage_and_lamp(session: Session) -> None:
    batch = small_city()
    batch.projects = [project("P1"), project("P2")]
    batch.reports, batch.blockers = [], []
    take_batch(session, batch, TODAY)
    assert lamp(session) is Lamp.RED
    edit_record(
        session,
        TODAY,
        "project",
        project_id(session),
        1,
        {"actual_start_on": TODAY, "start_permit": "建施2026-1"},
    )
    assert lamp(session) is Lamp.GREEN


def test_completion_turns_the_lamp_blue(city: Session) -> None:
    edit_record(city, TODAY, "project", project_id(city), 1, {"completed_on": TODAY})
    assert lamp(city) is Lamp.BLUE


def test_a_suspension_turns_red_and_its_approval_pauses(city: Session) -> None:
    values = {"project_id": project_id(city), "first_on": TODAY, "reason": "等待设计"}
    suspension = add_record(city, TODAY, "suspension", values)
    assert lamp(city) is Lamp.RED
    edit_record(
        city, TODAY, "suspension", suspension, 1, {"approved_by": "住建局", "approved_on": TODAY}
    )
    assert lamp(city) is Lamp.PAUSED


def test_a_missed_milestone_is_made_up_by_reaching_it(city: Session) -> None:
    report(city, 90.0)
    change_plan(
        city,
        TODAY,
        project_id(city),
        PlanChange(
            "德建〔2026〕7号",
            date(2026, 11, 1),
            milestone="主体封顶",
            milestone_due=Day(date(2026, 9, 1)),
            milestone_percent=20.0,
        ),
        0,
    )
    assert lamp(city) is Lamp.RED
    found = city.execute(
        select(Milestone.id, Milestone.version)
        .join(PlanVersion, PlanVersion.id == Milestone.plan_version_id)
        .where(Milestone.name == "主体封顶", PlanVersion.number == 1)
    ).one()
    edit_record(city, TODAY, "milestone", found.id, found.version, {"reached_on": TODAY})
    assert lamp(city) is Lamp.GREEN


def test_a_change_of_plan_keeps_the_old_plan_and_what_it_does_not_say(city: Session) -> None:
    change = PlanChange("德建〔2026〕8号", date(2026, 11, 20), finish=Day(date(2028, 6, 30)))
    assert change_plan(city, TODAY, project_id(city), change, 0) == 1
    rows = city.execute(
        select(
            PlanVersion.number, PlanVersion.start_on, PlanVersion.finish_on, PlanVersion.document
        )
        .where(PlanVersion.project_id == project_id(city))
        .order_by(PlanVersion.number)
    ).all()
    assert [tuple(row) for row in rows] == [
        (0, date(2026, 3, 31), date(2027, 12, 31), None),
        (1, date(2026, 3, 31), date(2028, 6, 30), "德建〔2026〕8号"),
    ]


def test_a_change_of_a_plan_that_was_changed_meanwhile_is_a_conflict(city: Session) -> None:
    change = PlanChange("甲", TODAY, finish=Day(date(2028, 6, 30)))
    change_plan(city, TODAY, project_id(city), change, 0)
    with pytest.raises(ChangeConflictError):
        change_plan(city, TODAY, project_id(city), PlanChange("乙", TODAY), 0)


def test_a_version_is_brought_back_as_a_new_one_and_the_lamp_with_it(city: Session) -> None:
    row = project_id(city)
    edit_record(city, TODAY, "project", row, 1, {"completed_on": TODAY, "manager": "王工"})
    assert restore_version(city, TODAY, "project", row, 1, 2) == 3
    assert lamp(city) is not Lamp.BLUE
    assert city.scalar(select(Project.manager).where(Project.id == row)) is None


def test_what_was_taken_away_comes_back_under_its_id(city: Session) -> None:
    blocker = only(city, Blocker)
    remove_record(city, TODAY, "blocker", blocker.id, 1)
    assert not city.scalar(select(Blocker.id).where(Blocker.id == blocker.id))
    assert restore_version(city, TODAY, "blocker", blocker.id, 1, 2) == 3
    again = only(city, Blocker)
    assert (again.id, again.text) == (blocker.id, "施工许可证未核发")


def test_a_shape_brought_back_brings_its_metric_and_widened_shapes(city: Session) -> None:
    part = city.scalars(select(ZonePart.id)).first()
    assert part is not None
    asked = text(
        "select st_area(shape_metric), st_area(shape_wide), st_area(shape_web) from jiantu.zone_part where id = :id"
    )
    before = city.execute(asked, {"id": part}).one()
    city.execute(
        text("update jiantu.zone_part set shape = st_translate(shape, 0.01, 0) where id = :id"),
        {"id": part},
    )
    city.execute(
        text("update jiantu.zone_part set shape_metric = st_transform(shape, 4548), reach_m = null")
    )
    restore_version(city, TODAY, "zone_part", part, 1, 2)
    assert city.execute(asked, {"id": part}).one() == pytest.approx(before)
    moved = city.scalar(
        text(
            "select st_distance(shape_metric, st_transform(shape, 4548)) from jiantu.zone_part where id = :id"
        ),
        {"id": part},
    )
    assert moved == 0


def test_a_version_that_never_was_cannot_come_back(city: Session) -> None:
    with pytest.raises(NotFoundError):
        restore_version(city, TODAY, "project", project_id(city), 9, 1)


def test_the_history_tells_each_field_old_and_new(city: Session) -> None:
    row = project_id(city)
    edit_record(
        city, TODAY, "project", row, 1, {"manager": "王工", "total_investment_yuan": 5_000_000}
    )
    changes = find_changes(city, HistoryFilter(kinds=("project",), row_id=row))
    assert [change.op for change in changes] == ["U", "I"]
    told = {one.field.label.zh: (one.old, one.new) for one in changes[0].differences}
    assert told == {"项目负责人": (None, "王工"), "总投资(万元)": (None, 5_000_000)}
    assert changes[0].actor == "test:command"
    assert changes[0].present
    assert not changes[1].present


def test_the_history_of_a_project_has_its_records_and_nobody_elses(city: Session) -> None:
    changes = find_changes(city, HistoryFilter(project_id=project_id(city)))
    assert {change.kind for change in changes} >= {
        *(
            "project",
            "zone",
            "zone_part",
            "plan_version",
            "milestone",
            "progress_report",
            "blocker",
        ),
    }
    assert {change.project for change in changes} == {"P1"}


def test_a_history_is_narrowed_by_kind_actor_and_instant(city: Session) -> None:
    now = city.scalar(text("select clock_timestamp()"))
    edit_record(city, TODAY, "project", project_id(city), 1, {"manager": "王工"})
    after = find_changes(city, HistoryFilter(kinds=("project",), since=now))
    assert [(one.kind, one.version) for one in after] == [("project", 2)]
    assert not find_changes(city, HistoryFilter(kinds=("project",), actor="nobody"))
    assert len(find_changes(city, HistoryFilter(kinds=("project",), until=now))) == 2


VALUES: dict[str, dict[str, Any]] = {
    "project": {"manager": st.sampled_from([None, "王工", "李工"]), "completed_on": st.sampled_from([None, TODAY])},
    "blocker": {
        "text": st.sampled_from(["管线未迁", "许可未办"]),
        "resolved_on": st.sampled_from([None, TODAY]),
        "stops_work": st.booleans(),
    },
}  # fmt: skip

EDIT = st.sampled_from(sorted(VALUES)).flatmap(
    lambda kind: st.tuples(
        st.just(kind),
        st.one_of(
            st.just("remove") if kind == "blocker" else st.nothing(),
            st.integers(1, 6),
            st.fixed_dictionaries({}, optional=VALUES[kind]).filter(bool),
        ),
        st.booleans(),
    )
)


@settings(max_examples=25)
@given(edits=st.lists(EDIT, min_size=1, max_size=8))
def test_after_any_edits_the_state_is_what_the_history_says(
    dezhou_url: str, edits: list[tuple[str, Any, bool]]
) -> None:
    """Edits, restorations and removals in any order, some of them stale: state and newest versions agree."""
    engine = make_engine(dezhou_url, pool_size=1).execution_options(identity=COMMAND)
    with engine.connect() as connection, connection.begin() as everything:
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            take_batch(session, small_city(), TODAY)
            ids = {"project": project_id(session), "blocker": only(session, Blocker).id}
            for kind, act, fresh in edits:
                newest = session.scalar(
                    text(f"select max(version) from history.{kind}_version where id = :id"),  # noqa: S608
                    {"id": ids[kind]},
                )
                seen = newest if fresh else newest - 1
                try:
                    with session.begin_nested():
                        if act == "remove":
                            remove_record(session, TODAY, kind, ids[kind], seen)
                        elif isinstance(act, int):
                            restore_version(session, TODAY, kind, ids[kind], act, seen)
                        else:
                            edit_record(session, TODAY, kind, ids[kind], seen, act)
                    assert fresh
                except (ChangeConflictError, NotFoundError):
                    pass
            assert_state_is_history(session)
        everything.rollback()
    engine.dispose()


def assert_state_is_history(session: Session) -> None:
    """Every record is its newest version, and every record that is gone left a tombstone."""
    readable = set(
        session.scalars(
            text(
                "select relname from pg_class where relnamespace = 'jiantu'::regnamespace"
                " and has_table_privilege(current_user, oid, 'select')"
            )
        )
    )
    for kind, table in kept_tables().items():
        if kind not in readable:  # accounts are the gate's
            continue
        differing = session.scalar(
            text(
                f"""
                select count(*) from jiantu.{kind} t
                full join (select * from history.{kind}_version where upper_inf(valid) and op <> 'D') h
                  on h.id = t.id
                where t.id is null or h.id is null or t.version <> h.version
                  or not (to_jsonb(t) @> h.row)
                """  # noqa: S608
            )
        )
        assert differing == 0, (kind, table)
