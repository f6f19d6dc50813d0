"""The year's dig plan on the demo city: what is proposed is what the engine then finds, and owners decide their own."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from geo.changes.dig_plans import decide_shift, keep_proposal, set_plan_state
from geo.changes.overlaps import rebuild_overlaps, refresh_overlaps
from geo.database.acting import make_engine
from geo.errors import ChangeRefusedError, NotFoundError
from geo.model.dig_plans import ProposedShift, ShiftState
from geo.model.overlaps import Overlap
from geo.model.zones import Zone
from geo.overlap import Code, Severity
from geo.planning import clashes_at, score_of
from geo.planning.solve import solve
from geo.queries.dig_plans import find_proposal, get_matrix, list_digs
from geo.queries.facts import read_rules
from geo.queries.planning import read_task
from geo.rules import rules_on
from tests.conftest import COMMAND, NOW, TODAY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geo.planning import Shifts, Task
    from geo.planning.solve import Solution
    from geo.queries.planning import PlanningTask
    from tests.conftest import DemoCity


@pytest.fixture
def city(demo: DemoCity) -> Iterator[Session]:
    """The demo city as the command office writes in it; in the end all is undone."""
    engine = make_engine(demo.staff_url, pool_size=1).execution_options(identity=COMMAND)
    with engine.connect() as connection, connection.begin() as everything:
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            yield session
        everything.rollback()
    engine.dispose()


def search(session: Session) -> tuple[PlanningTask, Solution]:
    planned = read_task(session, TODAY)
    rules = rules_on(read_rules(session), TODAY).coordinate
    return planned, solve(planned.task, rules, seconds=30)


def decide(
    session: Session,
    run: int,
    work_id: int,
    unit_ids: list[int] | None,
    *,
    accept: bool,
    note: str = "",
) -> list[int]:
    return decide_shift(
        session,
        run,
        work_id,
        unit_ids,
        accept=accept,
        note=note,
        decided_by="甲",
        now=NOW,
        day=TODAY,
    )


def settle(session: Session, zone_ids: list[int]) -> None:
    """Nobody is tentative any more, so that what would be heavy is."""
    session.execute(update(Zone).where(Zone.id.in_(zone_ids)).values(tentative=False))
    refresh_overlaps(session, zone_ids, TODAY)


def heavy_pairs(session: Session, task: Task) -> set[tuple[int, int]]:
    """Pairs of works of the task that the engine finds heavy, but for those that other rules tell."""
    work_of = {member: work.id for work in task.works.values() for member in work.members}
    moving = {work.id for work in task.works.values() if not work.stays}
    found = set()
    for pair in session.scalars(select(Overlap).where(Overlap.severity == Severity.HEAVY)):
        codes = {finding["code"] for finding in pair.findings if finding["severity"] == "heavy"}
        works = work_of.get(pair.zone_a, pair.zone_a), work_of.get(pair.zone_b, pair.zone_b)
        if codes - {Code.RELOCATION_LATE} and moving.intersection(works) and works[0] != works[1]:
            found.add((min(works), max(works)))
    return found


def predicted(task: Task, shifts: Shifts) -> set[tuple[int, int]]:
    """The clashes of the task in which a work that may be shifted takes part."""
    return {
        (min(clash.a, clash.b), max(clash.a, clash.b))
        for clash in task.clashes
        if clashes_at(clash, shifts)
        and not (task.works[clash.a].stays and task.works[clash.b].stays)
    }


def test_what_the_plan_counts_as_clashes_is_what_the_engine_finds_before_and_after(
    city: Session,
) -> None:
    planned, solution = search(city)
    task = planned.task
    settle(city, [member for work in task.works.values() for member in work.members])
    assert heavy_pairs(city, task) == predicted(task, {})
    assert score_of(task, solution.shifts).clashes < score_of(task, {}).clashes

    planned, solution = search(city)
    run = keep_proposal(city, planned, solution, TODAY, NOW)
    for work_id in solution.shifts:
        decide(city, run, work_id, None, accept=True)
    assert heavy_pairs(city, planned.task) == predicted(planned.task, solution.shifts)
    before = city.scalar(select(func.count()).select_from(Overlap))
    rebuilt = rebuild_overlaps(city, TODAY)
    assert not rebuilt.changed_anything
    assert city.scalar(select(func.count()).select_from(Overlap)) == before


def test_a_plan_leaves_what_has_begun_what_is_urgent_and_what_is_issued_where_it_is(
    city: Session,
) -> None:
    planned, _ = search(city)
    moving = {
        member for work in planned.task.works.values() if not work.stays for member in work.members
    }
    assert len(moving) > 10
    zones = city.scalars(select(Zone).where(Zone.id.in_(moving))).all()
    assert all(zone.actual_start_on is None and not zone.emergency for zone in zones)
    assert all(
        zone.tentative
        or zone.dig_plan_state in {"declared", "reviewed"}
        or (zone.kind == "diversion" and zone.approval_number is None)
        for zone in zones
    )


def test_each_owner_accepts_its_own_part_and_nothing_else_changes(city: Session) -> None:
    planned, solution = search(city)
    run = keep_proposal(city, planned, solution, TODAY, NOW)
    days = {
        row.id: (row.planned_start_on, row.planned_finish_on)
        for row in city.execute(select(Zone.id, Zone.planned_start_on, Zone.planned_finish_on))
    }
    proposal = find_proposal(city)
    assert proposal is not None
    shift = proposal.shifts[0]
    assert shift.state == "proposed"
    assert shift.sentence.endswith("。")
    assert shift.unit_id is not None
    stranger = max(planned.zones) + 100_000
    with pytest.raises(NotFoundError):
        decide(city, run, shift.work_id, [stranger], accept=True)
    moved = decide(city, run, shift.work_id, [shift.unit_id], accept=True, note="同意")
    assert moved == [zone_id for zone_id, _, _ in shift.zones]
    for row in city.execute(select(Zone.id, Zone.planned_start_on, Zone.planned_finish_on)):
        if row.id in moved:
            assert (row.planned_start_on, row.planned_finish_on) == (
                shift.after.first_on,
                shift.after.last_on,
            )
        else:
            assert (row.planned_start_on, row.planned_finish_on) == days[row.id]
    after = find_proposal(city)
    assert after is not None
    states = Counter(one.state for one in after.shifts)
    assert states["accepted"] == 1
    assert after.shifts[0].note == "同意"
    with pytest.raises(ChangeRefusedError, match="已经答复"):
        decide(city, run, shift.work_id, None, accept=False)


def test_a_declined_shift_changes_no_days_and_a_new_search_lets_open_ones_lapse(
    city: Session,
) -> None:
    planned, solution = search(city)
    run = keep_proposal(city, planned, solution, TODAY, NOW)
    work_id = next(iter(solution.shifts))
    start = city.scalar(select(Zone.planned_start_on).where(Zone.id == work_id))
    decide(city, run, work_id, None, accept=False, note="施工图未到")
    assert city.scalar(select(Zone.planned_start_on).where(Zone.id == work_id)) == start
    keep_proposal(city, planned, solution, TODAY, NOW)
    states = city.scalars(select(ProposedShift.state).where(ProposedShift.run_id == run)).all()
    assert set(states) <= {ShiftState.DECLINED, ShiftState.LAPSED}
    assert ShiftState.DECLINED in states


def test_a_zone_that_has_changed_since_is_not_shifted(city: Session) -> None:
    planned, solution = search(city)
    run = keep_proposal(city, planned, solution, TODAY, NOW)
    work_id = next(iter(solution.shifts))
    city.execute(text("update jiantu.zone set note = '改道' where id = :id"), {"id": work_id})
    with pytest.raises(ChangeRefusedError, match="已有变动"), city.begin_nested():
        decide(city, run, work_id, None, accept=True)
    proposal = find_proposal(city)
    assert proposal is not None
    assert [one.outdated for one in proposal.shifts if one.work_id == work_id] == [True]


def test_digs_are_declared_reviewed_and_issued_in_that_order(city: Session) -> None:
    digs = list_digs(city, TODAY.year, TODAY)
    declared = next(dig for dig in digs if dig.dig_plan_state == "declared")
    with pytest.raises(ChangeRefusedError, match="不能改为"):
        set_plan_state(city, [declared.id], "issued", TODAY)
    set_plan_state(city, [declared.id], "reviewed", TODAY)
    set_plan_state(city, [declared.id], "issued", TODAY)
    zone = city.get(Zone, declared.id, populate_existing=True)
    assert zone is not None
    assert zone.dig_plan_state == "issued"
    assert not zone.tentative
    with pytest.raises(NotFoundError):
        set_plan_state(city, [10**9], "reviewed", TODAY)


def test_the_matrix_counts_each_pair_of_two_units_once_in_both_places(city: Session) -> None:
    matrix = get_matrix(city, TODAY, 6)
    assert matrix.cells
    assert all(matrix.cells[b, a] == number for (a, b), number in matrix.cells.items())
    assert {unit for unit, _ in matrix.units} == {unit for pair in matrix.cells for unit in pair}
    pairs = city.scalar(
        text(
            "select count(*) from jiantu.overlap o join jiantu.zone a on a.id = o.zone_a"
            " join jiantu.zone b on b.id = o.zone_b"
            " where a.unit_id <> b.unit_id and o.days && daterange(:first, :last, '[]')"
            " and (o.severity = 'heavy' or jsonb_path_exists(o.findings,"
            " '$[*] ? (@.severity == \"light\" && @.anchors.tentative == true)'))"
        ),
        {"first": matrix.first_on, "last": matrix.last_on},
    )
    assert sum(matrix.cells.values()) == 2 * (pairs or 0)
