"""What hinders people on a day: diversions with their ways round, and utility work with its outages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from geo.errors import NotFoundError

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

SHOWN = """
  c.first_on - cast(:notice_days as integer) <= cast(:day as date)
  and case when c.ended then c.last_on >= cast(:day as date) else c.begun or c.last_on >= cast(:day as date) end
"""
"""A diversion is told from some days before it begins until it has ended; one that outstays its end stays."""

CLOSURES = f"""
  with
  part as (
    select code, min(west) as west, min(south) as south, max(east) as east, max(north) as north,
      array_agg(distinct mode) filter (where mode is not null) as modes
    from public_map.closure_part group by code),
  around as (
    select min(west) - :reach as west, min(south) - :reach as south,
      max(east) + :reach as east, max(north) + :reach as north
    from public_map.site_part where project = :project)
  select coalesce(json_agg(found order by found.first_on, found.code), '[]') from (
    select c.code, c.name, c.whereabouts, c.project, c.project_name, c.project_name_en,
      c.emergency, c.taken, c.side, c.lanes_before, c.lanes_open,
      c.passing, c.still_pass, c.first_on, c.begun, c.announced_last_on, c.last_on, c.ended, c.hours, part.modes,
      c.first_on > cast(:day as date) as coming, c.last_on < cast(:day as date) as overdue,
      case when part.west is not null then json_build_array(part.west, part.south, part.east, part.north) end as bbox
    from public_map.closure c
    left join part on part.code = c.code
    left join around on true
    where {SHOWN}
      and (cast(:closure as text) is null or c.code = :closure)
      and (cast(:project as text) is null or c.project = :project
        or (part.west <= around.east and part.east >= around.west
          and part.south <= around.north and part.north >= around.south))
  ) found
"""  # noqa: S608  built from constants of this module
"""The diversions told on `:day` as a JSON list: all, the one named `:closure`, or those that concern `:project`."""

OUTAGES = """
  select coalesce(json_agg(found order by found.starts_at, found.area), '[]') from (
    select o.utility, o.area, o.area_en, to_char(o.starts_at, 'YYYY-MM-DD"T"HH24:MI') as starts_at,
      to_char(o.ends_at, 'YYYY-MM-DD"T"HH24:MI') as ends_at
    from public_map.outage o
    where o.starts_at::date - cast(:notice_days as integer) <= cast(:day as date)
      and o.ends_at::date >= cast(:day as date)
  ) found
"""

NEARBY_DEGREES = 0.002
"""About 200 m: a diversion that near to a site concerns who goes there."""


def list_closures(
    session: Session, day: date, notice_days: int, *, project: str | None = None
) -> list[dict[str, Any]]:
    """The diversions that are told on `day`, the earliest first; with `project` those made for it or near its sites."""
    found = session.scalar(text(CLOSURES), asked_of(day, notice_days, project=project))
    return list(found or [])


def list_outages(session: Session, day: date, notice_days: int) -> list[dict[str, Any]]:
    """The outages announced for `day` and the days of notice after it, the earliest first."""
    return list(session.scalar(text(OUTAGES), asked_of(day, notice_days)) or [])


def find_closure(session: Session, code: str, day: date, notice_days: int) -> dict[str, Any]:
    """One diversion that is told on `day`; raises `NotFoundError` for any other."""
    found = session.scalar(text(CLOSURES), asked_of(day, notice_days, code=code))
    if not found:
        message = f"no public diversion {code}"
        raise NotFoundError(message)
    return dict(found[0])


def asked_of(
    day: date, notice_days: int, *, code: str | None = None, project: str | None = None
) -> dict[str, Any]:
    """The values for the statements of this module."""
    return {
        "day": day,
        "notice_days": notice_days,
        "closure": code,
        "project": project,
        "reach": NEARBY_DEGREES,
    }
