"""The public map's layers as GeoJSON text, from the views of schema `public_map` alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

from geo.errors import NotFoundError
from geo.queries.public_works import SHOWN

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import TextClause
    from sqlalchemy.orm import Session


def _layer(properties: str, source: str, order: str) -> TextClause:
    """A feature collection of `source`, whose `shape` is GeoJSON. All are words of this module, never of a request."""
    return text(
        f"""
        select coalesce(
          '{{"type":"FeatureCollection","features":['
            || string_agg(feature, ',' order by place) || ']}}',
          '{{"type":"FeatureCollection","features":[]}}')
        from (
          select row_number() over (order by {order}) as place,
            '{{"type":"Feature","geometry":' || shape
              || ',"properties":' || json_strip_nulls({properties})::text || '}}' as feature
          from {source}
        ) features
        """  # noqa: S608  built from constants of this module
    )


_LAYERS: dict[str, TextClause] = {
    "districts": _layer(
        "json_build_object('code', code, 'name', name, 'name_en', name_en, 'kind', kind)",
        "public_map.district",
        "place",
    ),
    "ground": _layer(
        "json_build_object('kind', kind, 'name', name, 'name_en', name_en)",
        "public_map.ground",
        "place",
    ),
    "roads": _layer(
        "json_build_object('name', name, 'name_en', name_en, 'class', road_class,"
        " 'oneway', nullif(oneway, false))",
        "public_map.road",
        "place",
    ),
    "sites": _layer(
        "json_build_object('id', project || '/' || site, 'project', project, 'code', project,"
        " 'site', site, 'name', name, 'whereabouts', whereabouts,"
        " 'point', (point::json -> 'coordinates'))",
        "public_map.site_part",
        "project, site, position",
    ),
    "diversions": _layer(
        "json_build_object('id', p.code, 'code', p.code, 'name', c.name, 'phase', p.name,"
        " 'role', p.role, 'mode', p.mode, 'point', (p.point::json -> 'coordinates'),"
        " 'first_on', coalesce(p.first_on, c.first_on),"
        " 'last_on', case when c.last_on < cast(:day as date) and not c.ended then null"
        "   else coalesce(p.last_on, c.last_on) end)",
        f"public_map.closure_part p join public_map.closure c on c.code = p.code where {SHOWN}",
        "p.code, p.place",
    ),
    "relocations": _layer(
        "json_build_object('utility', w.utility, 'outages', w.outages)",
        """(
          with told as (
            select * from public_map.outage
            where starts_at::date - cast(:notice_days as integer) <= cast(:day as date)
              and ends_at::date >= cast(:day as date))
          select w.place, w.utility, w.shape,
            (select json_agg(json_build_object('area', o.area, 'area_en', o.area_en,
              'starts_at', to_char(o.starts_at, 'YYYY-MM-DD"T"HH24:MI'),
              'ends_at', to_char(o.ends_at, 'YYYY-MM-DD"T"HH24:MI')) order by o.starts_at)
              from told o where o.place = w.place) as outages
          from public_map.utility_work w
          where w.shape is not null and (
            (w.begun_on <= cast(:day as date) and (w.ended_on is null or w.ended_on >= cast(:day as date)))
            or w.place in (select place from told))
        ) w""",
        "w.place",
    ),
}

GROUND_LAYERS = ("districts", "ground", "roads")
"""Layers that are the same for weeks."""

PUBLIC_LAYERS = tuple(_LAYERS)


def get_public_layer(session: Session, layer: str, day: date, notice_days: int) -> str:
    """A layer as GeoJSON text (WGS84) of what is told on `day`; raises `NotFoundError` for another name."""
    if layer not in _LAYERS:
        message = f"没有名为“{layer}”的图层 / there is no layer “{layer}”"
        raise NotFoundError(message)
    return str(session.scalar(_LAYERS[layer], {"day": day, "notice_days": notice_days}))
