"""What everybody may read of the city and its public projects, from the views of schema `public_map` alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import text

from geo.errors import NotFoundError

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class PublicCity:
    """The city as everybody knows it, and what it shows. `bbox` is west, south, east, north in WGS84 degrees.

    `categories` and `utilities` are code → {name, name_en, letter}; `districts` are {code, name, name_en}.
    """

    code: str
    name: str
    name_en: str
    bbox: tuple[float, float, float, float]
    time_zone: str
    lamp_shown: bool
    notice_days: int
    categories: dict[str, dict[str, Any]]
    utilities: dict[str, dict[str, Any]]
    districts: list[dict[str, Any]]


class Photo(NamedTuple):
    """A released photograph's bytes and what they are."""

    content: bytes
    media_type: str


PROJECTS = """
  with
  extent as (
    select project, site, min(west) as west, min(south) as south, max(east) as east, max(north) as north
    from public_map.site_part where cast(:code as text) is null or project = :code group by project, site),
  part as (
    select project, min(west) as west, min(south) as south, max(east) as east, max(north) as north
    from extent group by project),
  site as (
    select project, json_agg(
      json_build_object('site', site, 'name', name, 'whereabouts', whereabouts,
        'bbox', case when west is not null then json_build_array(west, south, east, north) end)
      order by site) as sites
    from public_map.site left join extent using (project, site)
    where cast(:code as text) is null or project = :code group by project),
  photo as (
    select project, json_agg(
      json_build_object('sha256', sha256, 'taken_on', taken_on, 'site', site)
      order by taken_on desc nulls last, sha256) as photos
    from public_map.photo where cast(:code as text) is null or project = :code group by project),
  lamp as (
    select s.project, s.lamp from public_map.lamp s where s.days @> cast(:day as date))
  select coalesce(json_agg(found order by found.code), '[]') from (
    select j.*, lamp.lamp, coalesce(site.sites, '[]') as sites, coalesce(photo.photos, '[]') as photos,
      case when part.west is not null then json_build_array(part.west, part.south, part.east, part.north) end as bbox
    from public_map.project j
    left join part on part.project = j.code
    left join site on site.project = j.code
    left join photo on photo.project = j.code
    left join lamp on lamp.project = j.code
    where cast(:code as text) is null or j.code = :code
  ) found
"""
"""All public projects, or the one with the code `:code`, on `:day`, as a JSON list."""


def get_public_city(session: Session) -> PublicCity:
    """The city of this database; raises `NotFoundError` when none was set up."""
    row = session.execute(text("select * from public_map.city")).mappings().one_or_none()
    if row is None:
        message = "还没有设置城市,请先运行 jiantu init / no city was set up; run jiantu init first"
        raise NotFoundError(message)
    west, south, east, north = row["bbox"]
    fields = {name: row[name] for name in ("code", "name", "name_en", "time_zone")}
    return PublicCity(
        **fields,
        bbox=(west, south, east, north),
        lamp_shown=row["lamp_shown"],
        notice_days=row["notice_days"],
        categories=row["categories"] or {},
        utilities=row["utilities"] or {},
        districts=row["districts"] or [],
    )


def list_public_projects(session: Session, day: date) -> list[dict[str, Any]]:
    """All public projects by code, each with its sites, photographs and extent; `lamp` only where the city shows it."""
    return list(session.scalar(text(PROJECTS), {"day": day, "code": None}) or [])


def find_public_project(session: Session, code: str, day: date) -> dict[str, Any]:
    """One public project as in the list; raises `NotFoundError` when there is none with that code that is public."""
    found = session.scalar(text(PROJECTS), {"day": day, "code": code})
    if not found:
        message = f"no public project {code}"
        raise NotFoundError(message)
    return dict(found[0])


def get_photo(session: Session, sha256: str) -> Photo:
    """A released photograph; raises `NotFoundError` for any other file."""
    row = session.execute(
        text("select content, media_type from public_map.photo_file where sha256 = :sha256"),
        {"sha256": sha256},
    ).one_or_none()
    if row is None:
        message = f"no released photograph {sha256}"
        raise NotFoundError(message)
    return Photo(bytes(row.content), row.media_type)
