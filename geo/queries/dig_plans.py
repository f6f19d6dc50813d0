"""Reading the year's dig plan: its works, the last proposal, and which units' works clash in the months ahead."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, text

from geo.model.dig_plans import CoordinationRun
from geo.overlap import Days
from geo.planning import Reason, Work, summarise

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Row
    from sqlalchemy.orm import Session

    from geo.overlap import Language

_DIG_ROWS = """
    select z.id, z.version, z.code, coalesce(z.name, z.code) as name, z.utility, z.dig_plan_state,
      z.state, z.tentative, z.planned_start_on as first_on, z.planned_finish_on as last_on,
      z.actual_start_on, z.actual_finish_on, z.window_first_on, z.window_last_on, z.location_text,
      z.unit_id, coalesce(u.short_name, u.name) as unit, coalesce(u.name_en, u.name) as unit_en,
      (select count(*) from jiantu.overlap o
       where o.severity <> 'none' and z.id in (o.zone_a, o.zone_b)
         and (o.days is null or upper_inf(o.days) or upper(o.days) > :day)) as pairs
    from jiantu.zone z left join jiantu.unit u on u.id = z.unit_id
    where z.kind = 'relocation' and z.state not in ('withdrawn', 'draft')
      and extract(year from z.planned_start_on) <= :year
      and extract(year from coalesce(z.actual_finish_on, z.planned_finish_on)) >= :year
      and {which}
    order by z.planned_start_on, z.code
"""
_DIGS = text(_DIG_ROWS.format(which="z.dig_plan_state is not null"))
_UNDECLARED = text(
    _DIG_ROWS.format(
        which="z.dig_plan_state is null and z.placement is distinct from 'overhead' and not z.emergency"
        " and z.state in ('planned', 'confirmed') and z.actual_start_on is null"
        " and z.actual_finish_on is null and (:everybody or z.unit_id = any(cast(:units as bigint[])))"
    )
)
_MATRIX = text(
    """
    with clashes as (
      select o.zone_a, o.zone_b from jiantu.overlap o
      where o.days && daterange(:first_on, :last_on, '[]')
        and (o.severity = 'heavy' or exists (select from jsonb_array_elements(o.findings) f
          where f ->> 'severity' = 'light' and f #>> '{anchors,tentative}' = 'true'))
    ), owners as (
      select z.id, coalesce(z.unit_id, case when z.kind = 'site' then j.lead_unit_id end) as unit_id
      from jiantu.zone z left join jiantu.project j on j.id = z.project_id
      where z.id in (select zone_a from clashes union select zone_b from clashes)
    )
    select a.unit_id as unit_a, b.unit_id as unit_b, count(*) as pairs
    from clashes c join owners a on a.id = c.zone_a join owners b on b.id = c.zone_b
    where a.unit_id <> b.unit_id group by 1, 2
    """
)
_UNITS = text(
    "select id, coalesce(short_name, name) as name, coalesce(name_en, name) as name_en"
    " from jiantu.unit where id = any(cast(:units as bigint[])) order by name"
)
_SHIFTS = text(
    """
    select s.*, coalesce(z.name, z.code) as name, z.kind, z.code, z.version as zone_version,
      coalesce(u.short_name, u.name) as unit, coalesce(u.name_en, u.name) as unit_en
    from jiantu.proposed_shift s
    join jiantu.zone z on z.id = s.zone_id left join jiantu.unit u on u.id = s.unit_id
    where s.run_id = :run order by s.from_first_on, s.work_id, s.zone_id
    """
)


@dataclass(frozen=True, slots=True)
class Shift:
    """The shift of one work as one owner sees it: its zones, from when to when, why, and what was said to it."""

    work_id: int
    unit_id: int | None
    unit: str
    zones: tuple[tuple[int, str, str], ...]
    """Number, name and kind of each zone."""
    by: int
    before: Days
    after: Days
    sentence: str
    state: str
    note: str | None
    decided_by: str | None
    decided_at: datetime | None
    outdated: bool
    """A zone has changed since, so that the shift can no longer be accepted."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """The last search, with its shifts by work and owner."""

    id: int
    day: date
    made_at: datetime
    works: int
    cost: int
    cost_before: int
    bound: int
    proven: bool
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    shifts: tuple[Shift, ...]

    @property
    def gap_percent(self) -> float:
        """How much of the improvement that might be possible is not shown to be impossible, in percent."""
        possible = self.cost_before - self.bound
        return 0.0 if possible <= 0 else 100.0 * (self.cost - self.bound) / possible


@dataclass(frozen=True, slots=True)
class Matrix:
    """How many pairs the works of two units make in a span of days: heavy ones, and those heavy once settled."""

    first_on: date
    last_on: date
    units: tuple[tuple[int, str], ...]
    cells: Mapping[tuple[int, int], int]
    """By two units' numbers, in either order."""


def list_digs(session: Session, year: int, day: date) -> Sequence[Row[Any]]:
    """The digs of a year that are in its plan, in any state, by their planned start."""
    return session.execute(_DIGS, {"year": year, "day": day}).all()


def list_undeclared(
    session: Session, year: int, day: date, unit_ids: Collection[int] | None
) -> Sequence[Row[Any]]:
    """The digs of these units (any when None) in a year, not begun, that nobody has declared for its plan."""
    asked = {"everybody": unit_ids is None, "units": sorted(unit_ids or ())}
    return session.execute(_UNDECLARED, {"year": year, "day": day, **asked}).all()


def end_of_months(first_on: date, months: int) -> date:
    """The last day of so many months from a day on."""
    return first_on + timedelta(days=round(months * 30.44))


def get_matrix(session: Session, first_on: date, months: int, language: Language = "zh") -> Matrix:
    """Pairs between units in the months from `first_on` on."""
    last_on = end_of_months(first_on, months)
    cells: dict[tuple[int, int], int] = defaultdict(int)
    for row in session.execute(_MATRIX, {"first_on": first_on, "last_on": last_on}):
        cells[row.unit_a, row.unit_b] += row.pairs
        cells[row.unit_b, row.unit_a] += row.pairs
    ids = sorted({unit for pair in cells for unit in pair})
    units = tuple(
        (row.id, row.name_en if language == "en" else row.name)
        for row in session.execute(_UNITS, {"units": ids})
    )
    return Matrix(first_on, last_on, units, dict(cells))


def find_proposal(session: Session, language: Language = "zh") -> Proposal | None:
    """The newest proposal with its shifts; None when there was no search yet."""
    run = session.scalar(select(CoordinationRun).order_by(CoordinationRun.id.desc()).limit(1))
    if run is None:
        return None
    groups: dict[tuple[int, int | None], list[Row[Any]]] = defaultdict(list)
    for row in session.execute(_SHIFTS, {"run": run.id}):
        groups[row.work_id, row.unit_id].append(row)
    return Proposal(
        run.id,
        run.day,
        run.made_at,
        run.works,
        run.cost,
        run.cost_before,
        run.bound,
        run.proven,
        run.before,
        run.after,
        tuple(_shift(rows, language) for rows in groups.values()),
    )


def _shift(rows: Sequence[Row[Any]], language: Language) -> Shift:
    first = rows[0]
    before = Days(min(row.from_first_on for row in rows), max(row.from_last_on for row in rows))
    late = timedelta(days=first.shift_days)
    after = Days(before.first_on + late, (before.last_on or before.first_on) + late)
    reasons = [Reason.from_json(reason) for reason in first.reasons]
    work = Work(first.work_id, first.name, before)
    unit = first.unit_en if language == "en" else first.unit
    return Shift(
        first.work_id,
        first.unit_id,
        unit or "",
        tuple((row.zone_id, row.name, row.kind) for row in rows),
        first.shift_days,
        before,
        after,
        summarise(work, first.shift_days, reasons, language),
        first.state,
        first.note,
        first.decided_by,
        first.decided_at,
        any(row.zone_version != row.seen_version for row in rows),
    )
