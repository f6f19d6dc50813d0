"""What follows of a zone's parts from its facts: the days they take up, how far they reach, the widened shape."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo.changes.shapes import BEYOND, CORNERS
from geo.database.acting import by_engine
from geo.database.direct import Direct
from geo.rules import MOTOR_LANES

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from sqlalchemy.orm import Session

    from geo.records import PartRecord, ZoneRecord
    from geo.rules import Rules

_TRUE_UP = """
    with dates as (
      select z.id, z.kind,
        coalesce(z.actual_start_on, j.actual_start_on) as started_on,
        coalesce(z.actual_finish_on, j.completed_on) as finished_on,
        coalesce(z.planned_start_on, plan.days[1]) as planned_first_on,
        coalesce(z.planned_finish_on, plan.days[2]) as planned_last_on,
        z.entered_on,
        z.kind = 'relocation' and exists (
          select from jiantu.zone_link l join jiantu.zone d on d.id = l.zone_id
          where l.other_id = z.id and l.kind in ('made_for', 'belongs') and d.kind = 'diversion'
            and d.state <> 'withdrawn' and d.taken && array['full', 'half', 'motor_lane']
        ) as hinders
      from jiantu.zone z
      left join jiantu.project j on j.id = z.project_id and z.kind = 'site'
      cross join lateral (
        select case when z.kind = 'site' then (
          select array[v.start_on, v.finish_on] from jiantu.plan_version v
          where v.project_id = z.project_id and (v.site_id is null or v.site_id = z.id)
            and (v.number = 0 or v.in_force_from <= :day)
          order by v.site_id is null, v.number desc limit 1) end as days
        offset 0
      ) plan
      where {which}
    ), periods as (
      select d.*, coalesce(d.started_on, d.planned_first_on,
          least(d.entered_on, d.finished_on, d.planned_last_on)) as first_on,
        case
          when d.finished_on is not null then d.finished_on
          when d.started_on is not null and d.planned_last_on < :day then null
          else d.planned_last_on
        end as last_on
      from dates d
    ), wanted as materialized (
      select w.* from (
        select p.id, p.period as was, p.reach_m as reached,
          case st_dimension(p.shape_metric)
            when 0 then :point_radius_m when 1 then coalesce(p.width_m, 0) / 2.0 else 0 end
          + case s.kind
              when 'site' then :site_m
              when 'relocation' then case when s.hinders then :hinders_motor_traffic_m else :relocation_m end
              when 'diversion' then :diversion_m
              when 'event' then :event_m
              when 'haul_route' then :haul_route_m
              else :control_area_m end as reach_m,
          daterange(
            coalesce(p.first_on, s.first_on),
            case
              when coalesce(p.last_on, s.last_on) < coalesce(p.first_on, s.first_on)
                then case when p.first_on is not null or p.last_on is not null
                  then coalesce(p.first_on, s.first_on) end
              else coalesce(p.last_on, s.last_on) end,
            '[]') as period
        from periods s join jiantu.zone_part p on p.zone_id = s.id
      ) w
      where w.was <> w.period or w.reached is distinct from w.reach_m
    )
    update jiantu.zone_part p
    set period = w.period, reach_m = w.reach_m,
      shape_wide = case
        when p.reach_m is distinct from w.reach_m then {wide}
        else p.shape_wide end
    from wanted w
    where p.id = w.id and (p.period <> w.period or p.reach_m is distinct from w.reach_m)
    returning p.zone_id
    """
_WIDE = f"st_buffer(p.shape_metric, w.reach_m * {BEYOND}, '{CORNERS}')"
_TRUE_UP_ALL = Direct(_TRUE_UP.format(which="true", wide=_WIDE))
_TRUE_UP_SOME = Direct(_TRUE_UP.format(which="z.id = any(cast(:zones as bigint[]))", wide=_WIDE))
"""A site takes the days it has not of its own from its project and the plan in force. What has begun and is past its
planned finish is open-ended; so is what would end before it begins (a part with days of its own is one day long)."""


def foresee_period(
    record: ZoneRecord, part: PartRecord, day: date
) -> tuple[date | None, date | None]:
    """The days of a new part as its row alone tells, as `true_up_parts` will find them if nothing else speaks.

    It saves writing nearly every row of an import twice; where project, plan or an earlier row know better, the part
    is mended.
    """
    planned = [
        None if each is None else each.on for each in (record.planned_start, record.planned_finish)
    ]
    first = record.actual_start_on or planned[0]
    last = record.actual_finish_on or planned[1]
    if first is None:
        first = min(each for each in (day, record.actual_finish_on, planned[1]) if each is not None)
    if record.actual_finish_on is None and record.actual_start_on and last and last < day:
        last = None
    first = part.first_on or first
    last = part.last_on or last
    if last is not None and last < first:
        last = first if part.first_on or part.last_on else None
    return first, last


@by_engine
def true_up_parts(
    session: Session, day: date, rules: Rules, zone_ids: Collection[int] | None
) -> set[int]:
    """Bring periods, reaches and widened shapes of these zones' parts (all when None) to what holds on `day`.

    Returns the zones that had a part to change.
    """
    session.flush()
    reach = rules.overlap_buffer_m
    true_up = _TRUE_UP_ALL if zone_ids is None else _TRUE_UP_SOME
    found = true_up.rows(
        session,
        {
            "day": day,
            **({} if zone_ids is None else {"zones": sorted(zone_ids)}),
            "point_radius_m": rules.overlap.buffers.point_radius_m,
            "site_m": reach("site"),
            "hinders_motor_traffic_m": reach("relocation", MOTOR_LANES),
            "relocation_m": reach("relocation"),
            "diversion_m": reach("diversion"),
            "event_m": reach("event"),
            "haul_route_m": reach("haul_route"),
            "control_area_m": reach("control_area"),
        },
    )
    return {row.zone_id for row in found}
