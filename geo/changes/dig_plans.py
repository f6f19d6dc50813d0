"""The year's dig plan: keeping a proposal, owners accepting their part of it, and declared → reviewed → issued."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select, text, update

from geo.changes.lamps import raise_revisions
from geo.changes.map_layers import LAYER_OF_KIND
from geo.changes.overlaps import lock_overlaps, refresh_overlaps
from geo.errors import ChangeRefusedError, NotFoundError
from geo.model.dig_plans import CoordinationRun, ProposedShift, ShiftState
from geo.model.zones import Zone
from geo.planning import reasons_of, score_of

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from geo.planning.solve import Solution
    from geo.queries.planning import PlanningTask

LONGEST_NOTE = 500
STEPS: dict[str, tuple[str | None, ...]] = {
    "declared": (None, "reviewed"),
    "reviewed": ("declared", "issued"),
    "issued": ("reviewed", "supplemented"),
    "supplemented": (None, "declared", "reviewed"),
}
"""From which states of the dig plan each one is reached: 申报 → 会审 → 下达, a step back, and 增补 during the year."""

_SHIFT_ZONE = text(
    """
    update jiantu.zone set
      planned_start_on = planned_start_on + :by,
      planned_start_precision = case when planned_start_on is not null then 'day' end,
      planned_finish_on = planned_finish_on + :by,
      planned_finish_precision = case when planned_finish_on is not null then 'day' end
    where id = :zone and version = :seen and actual_start_on is null
    returning kind
    """
)
_SHIFT_PARTS = text(
    """
    update jiantu.zone_part set first_on = first_on + :by, last_on = last_on + :by
    where zone_id = :zone and num_nonnulls(first_on, last_on) > 0
    """
)

GONE = (
    "“{}”在提出调整之后已有变动,请重新测算后再定。",
    "“{}” has changed since the shift was proposed. Have the plan worked out again before you decide.",
)
DECIDED = (
    "这项调整已经答复或已失效,请刷新页面。",
    "This shift has been decided already or has lapsed. Load the page again.",
)
LONG_NOTE = (
    "说明超过{}字,请缩短。",
    "The note is longer than {} characters. Shorten it.",
)
NOTHING_CHOSEN = (
    "请先勾选工程,再选择要改成的状态。",
    "Tick the works first, then choose the state they come to.",
)
NOTHING_TICKED = (
    "请先勾选要申报或撤回的工程。",
    "Tick the works to declare or to take back first.",
)
NO_DAYS = (
    "“{}”还没有计划起止日期,请先填写工期再申报。",
    "“{}” has no planned days yet. Give them first, then declare it.",
)
BEGUN_ALREADY = (
    "“{}”已开工或已完工,不再列入计划申报。",
    "“{}” has begun or is done; it is not declared any more.",
)
NOT_NEXT = (
    "“{}”现在不能改为这一状态,请刷新页面后再试。",
    "“{}” cannot be brought to that state now. Load the page again.",
)


WRONG_WINDOW = (
    "允许时段的末日{}早于首日{},请调整。",
    "The allowed window would end on {} and begin on {}. Change one of them.",
)
SHORT_WINDOW = (
    "“{}”计划{}天,允许时段只有{}天,放不下,请放宽。",
    "“{}” is planned for {} days and does not fit into a window of {} days. Widen it.",
)
HAS_BEGUN = (
    "“{}”已开工或已完工,不再调整时段。",
    "“{}” has begun or is done; its window is of no use any more.",
)
CHANGED_SINCE = (
    "“{}”在您打开页面之后已被修改,请刷新后再填。",
    "“{}” was changed after you opened the page. Load it again, then fill in the window.",
)


def set_window(  # noqa: PLR0913, PLR0917  which work, whose, as it was seen, and the two days
    session: Session,
    zone_id: int,
    unit_ids: Collection[int] | None,
    seen_version: int,
    first_on: date | None,
    last_on: date | None,
) -> None:
    """Set the days within which a dig of these units (any when None) may be shifted; None leaves a side open.

    Raises NotFoundError when it is no dig of theirs, ChangeRefusedError when it was changed since, has begun, or does
    not fit.
    """
    zone = session.scalars(
        select(Zone).where(Zone.id == zone_id, Zone.kind == "relocation").with_for_update()
    ).one_or_none()
    if zone is None or (unit_ids is not None and zone.unit_id not in unit_ids):
        message = f"no dig {zone_id}"
        raise NotFoundError(message)
    name = zone.name or zone.code
    if zone.version != seen_version:
        raise ChangeRefusedError(*(words.format(name) for words in CHANGED_SINCE))
    if zone.actual_start_on or zone.actual_finish_on:
        raise ChangeRefusedError(*(words.format(name) for words in HAS_BEGUN))
    if first_on and last_on:
        if last_on < first_on:
            raise ChangeRefusedError(*(words.format(last_on, first_on) for words in WRONG_WINDOW))
        days = (last_on - first_on).days + 1
        planned = _planned_days(zone)
        if planned is not None and planned > days:
            raise ChangeRefusedError(*(words.format(name, planned, days) for words in SHORT_WINDOW))
    zone.window_first_on, zone.window_last_on = first_on, last_on
    session.flush()


def _planned_days(zone: Zone) -> int | None:
    if zone.planned_start_on is None or zone.planned_finish_on is None:
        return None
    return (zone.planned_finish_on - zone.planned_start_on).days + 1


def keep_proposal(
    session: Session, planned: PlanningTask, solution: Solution, day: date, now: datetime
) -> int:
    """Keep what a search found, as a proposal that nobody has accepted yet; undecided older ones lapse.

    `now` is an aware datetime. Returns the number of the run.
    """
    session.execute(
        update(ProposedShift)
        .where(ProposedShift.state == ShiftState.PROPOSED)
        .values(state=ShiftState.LAPSED)
    )
    task = planned.task
    run_id: int = session.execute(
        insert(CoordinationRun)
        .values(
            day=day,
            made_at=now,
            first_on=task.first_on,
            last_on=task.last_on,
            works=sum(not work.stays for work in task.works.values()),
            cost=solution.cost,
            cost_before=solution.cost_before,
            bound=solution.bound,
            proven=solution.proven,
            before=asdict(score_of(task, {})),
            after=asdict(score_of(task, solution.shifts)),
        )
        .returning(CoordinationRun.id)
    ).scalar_one()
    rows = [
        row
        for work_id, by in solution.shifts.items()
        for row in _rows_of(planned, solution, run_id, work_id, by)
    ]
    if rows:
        session.execute(insert(ProposedShift), rows)
    return run_id


def _rows_of(
    planned: PlanningTask, solution: Solution, run_id: int, work_id: int, by: int
) -> list[dict[str, Any]]:
    reasons = [reason.to_json() for reason in reasons_of(planned.task, solution.shifts, work_id)]
    return [
        {
            "run_id": run_id,
            "work_id": work_id,
            "zone_id": zone.id,
            "unit_id": zone.unit_id,
            "shift_days": by,
            "from_first_on": zone.days.first_on,
            "from_last_on": zone.days.last_on or zone.days.first_on,
            "seen_version": zone.version,
            "reasons": reasons,
        }
        for zone in (planned.zones[member] for member in planned.task.works[work_id].members)
    ]


def decide_shift(  # noqa: PLR0913  which part, what is said, by whom and when
    session: Session,
    run_id: int,
    work_id: int,
    unit_ids: Collection[int] | None,
    *,
    accept: bool,
    note: str,
    decided_by: str,
    now: datetime,
    day: date,
) -> list[int]:
    """Accept or decline the shift of one work for the zones of these units (all when None: the command's).

    Accepting changes the planned days of just those zones, with their pairs, in this transaction. Returns the zones.
    Raises NotFoundError when nothing of the work is theirs, ChangeRefusedError when it was decided before, a zone has
    changed since, or the note is too long.
    """
    if len(note) > LONGEST_NOTE:
        raise ChangeRefusedError(*(words.format(LONGEST_NOTE) for words in LONG_NOTE))
    if accept:
        lock_overlaps(session)
    query = (
        select(ProposedShift, Zone.name, Zone.code)
        .join(Zone, Zone.id == ProposedShift.zone_id)
        .where(ProposedShift.run_id == run_id, ProposedShift.work_id == work_id)
        .order_by(ProposedShift.zone_id)
        .with_for_update(of=ProposedShift)
    )
    found = [
        row
        for row in session.execute(query)
        if unit_ids is None or row.ProposedShift.unit_id in unit_ids
    ]
    if not found:
        message = f"no shift of work {work_id} in run {run_id}"
        raise NotFoundError(message)
    open_ = [row for row in found if row.ProposedShift.state is ShiftState.PROPOSED]
    if not open_:
        raise ChangeRefusedError(*DECIDED)
    for shift, name, code in open_:
        if accept:
            _move(session, shift, name or code)
        shift.state = ShiftState.ACCEPTED if accept else ShiftState.DECLINED
        shift.decided_at, shift.decided_by, shift.note = now, decided_by, note.strip() or None
    session.flush()
    moved = [shift.zone_id for shift, _, _ in open_]
    if accept:
        refresh_overlaps(session, moved, day)
    return moved


def _move(session: Session, shift: ProposedShift, name: str) -> None:
    asked = {"zone": shift.zone_id, "by": shift.shift_days, "seen": shift.seen_version}
    kind = session.scalar(_SHIFT_ZONE, asked)
    if kind is None:
        raise ChangeRefusedError(*(words.format(name) for words in GONE))
    session.execute(_SHIFT_PARTS, {"zone": shift.zone_id, "by": shift.shift_days})
    raise_revisions(session, [LAYER_OF_KIND[kind]])


def set_plan_state(session: Session, zone_ids: Sequence[int], state: str, day: date) -> list[int]:
    """Bring digs to a state of the year's plan (`declared`, `reviewed`, `issued` or `supplemented`).

    What is issued is no longer tentative. Raises ChangeRefusedError naming the first that cannot come to it from
    where it is, NotFoundError when one is no dig.
    """
    if not zone_ids or state not in STEPS:
        raise ChangeRefusedError(*NOTHING_CHOSEN)
    return _bring(session, zone_ids, None, state, day)


def declare_digs(
    session: Session,
    zone_ids: Sequence[int],
    unit_ids: Collection[int] | None,
    day: date,
    *,
    back: bool = False,
) -> list[int]:
    """Declare digs of these units (any when None) for the year's plan (申报), or take that `back` before the review.

    Raises ChangeRefusedError naming the first that is past that, or that has begun or has no planned days;
    NotFoundError when one is no dig of theirs.
    """
    if not zone_ids:
        raise ChangeRefusedError(*NOTHING_TICKED)
    return _bring(session, zone_ids, unit_ids, None if back else "declared", day)


def _bring(
    session: Session,
    zone_ids: Sequence[int],
    unit_ids: Collection[int] | None,
    state: str | None,
    day: date,
) -> list[int]:
    lock_overlaps(session)
    zones = session.scalars(
        select(Zone)
        .where(Zone.id.in_(zone_ids), Zone.kind == "relocation")
        .order_by(Zone.id)
        .with_for_update(key_share=True)
    ).all()
    theirs = [zone for zone in zones if unit_ids is None or zone.unit_id in unit_ids]
    if not theirs or len(theirs) != len(set(zone_ids)):
        message = f"not all of {sorted(zone_ids)} are digs of theirs"
        raise NotFoundError(message)
    before = ("declared",) if state is None else STEPS[state]
    for zone in theirs:
        name = zone.name or zone.code
        if zone.dig_plan_state not in before:
            raise ChangeRefusedError(*(words.format(name) for words in NOT_NEXT))
        if zone.dig_plan_state is None:
            _check_declarable(zone, name)
        zone.dig_plan_state = state
        if state in {"issued", "supplemented"}:
            zone.tentative = False
    changed = [zone.id for zone in theirs]
    session.flush()
    refresh_overlaps(session, changed, day)
    raise_revisions(session, ["relocations"])
    return changed


def _check_declarable(zone: Zone, name: str) -> None:
    if zone.planned_start_on is None or zone.planned_finish_on is None:
        raise ChangeRefusedError(*(words.format(name) for words in NO_DAYS))
    if zone.actual_start_on or zone.actual_finish_on:
        raise ChangeRefusedError(*(words.format(name) for words in BEGUN_ALREADY))
