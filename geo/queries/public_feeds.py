"""What feeds tell: the closures and projects of a district, and closed stretches with their shapes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from geo.queries.public_map import PROJECTS
from geo.queries.public_works import CLOSURES, SHOWN, asked_of

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

_FEED = f"""
  select ({PROJECTS}) as projects, ({CLOSURES}) as closures,
    (select array_agg(distinct n.code) from public_map.closure_district n where n.district = :district) as here
"""  # noqa: S608  built from constants of this module

_STRETCHES = f"""
  select coalesce(json_agg(found order by found.code, found.place), '[]') from (
    select c.code, c.name, c.whereabouts, c.taken, c.passing, c.still_pass, c.lanes_before, c.lanes_open,
      p.place, coalesce(p.first_on, c.first_on) as first_on, coalesce(p.last_on, c.last_on) as last_on,
      c.begun, c.last_on < cast(:day as date) as overdue, p.shape::json as shape
    from public_map.closure c join public_map.closure_part p on p.code = c.code
    where p.role = 'centre_line' and {SHOWN}
  ) found
"""  # noqa: S608  built from constants of this module


def get_district_overview(
    session: Session, district: str | None, day: date, notice_days: int
) -> dict[str, list[dict[str, Any]]]:
    """{projects, closures} told on `day` in one district, or in the whole city when `district` is None."""
    asked = asked_of(day, notice_days) | {"code": None, "district": district}
    found = session.execute(text(_FEED), asked).one()
    projects, closures = list(found.projects), list(found.closures)
    if district is not None:
        here = set(found.here or ())
        closures = [one for one in closures if one["code"] in here]
        projects = [
            one for one in projects if district in {place["code"] for place in one["districts"]}
        ]
    return {"projects": projects, "closures": closures}


def list_wzdx_events(session: Session, day: date, notice_days: int) -> list[dict[str, Any]]:
    """The centre lines (GeoJSON) of the closed stretches told on `day`, with days, lanes and what is taken."""
    return list(session.scalar(text(_STRETCHES), asked_of(day, notice_days)) or [])
