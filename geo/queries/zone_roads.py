"""Roads for drawing: a detour along them, and the road on which a place lies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import shapely
from shapely.geometry import Point
from sqlalchemy import text

from geo.crs import to_metric, to_wgs84
from geo.overlap.roads import Road
from geo.overlap.routes import RouteFinder
from geo.queries.city import get_city
from geo.zoning import DIGITS, shape_to_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapely.geometry.base import BaseGeometry
    from sqlalchemy.orm import Session

LonLat = tuple[float, float]

_ROUND_M = (800.0, 4_000.0)
"""So far round the stops roads are read: at first, and when there is no way among those."""
_WIDTHS_M = {
    "motorway": 24.0,
    "trunk": 24.0,
    "primary": 20.0,
    "secondary": 16.0,
    "tertiary": 10.0,
    "residential": 7.0,
    "other": 5.0,
}
"""Of a carriageway in metres, where the layer has none."""
_ROADS = text(
    """
    select r.id, r.name, r.road_class, r.oneway, st_asbinary(r.shape_metric) as shape
    from jiantu.road r
    where r.shape_metric && st_makeenvelope(:west, :south, :east, :north, cast(:srid as int))
    order by r.id
    """
)
_NEAREST = text(
    """
    with spot as (select st_setsrid(st_makepoint(:x, :y), cast(:srid as int)) as shape)
    select r.name, r.road_class, r.width_m::float as width_m, st_asbinary(r.shape_metric) as shape
    from spot join jiantu.road r on r.shape_metric && st_expand(spot.shape, cast(:within_m as float))
    order by st_distance(r.shape_metric, spot.shape), r.id limit 1
    """
)


@dataclass(frozen=True, slots=True)
class FoundRoute:
    """A detour as it can be drawn: a line in WGS84 in travel direction, its length, the roads it uses."""

    line: dict[str, Any]
    length_m: float
    roads: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NearRoad:
    """The road at a place: its name, class and width, and its line in the metric CRS."""

    name: str | None
    road_class: str
    width_m: float
    line: BaseGeometry


def find_detour(
    session: Session,
    stops: Sequence[LonLat],
    mode: str,
    closed: Sequence[tuple[BaseGeometry, float | None]],
) -> FoundRoute | None:
    """The shortest way past the stops (WGS84, in order) along the roads, round the closed shapes (with their widths).

    None when a stop is on no road that these travellers may use, or there is no way.
    """
    srid = get_city(session).metric_srid
    places = to_metric([Point(stop) for stop in stops], srid)
    shut = [
        to_metric(shape, srid).buffer(max(width or 0.0, 2.0) / 2.0, cap_style="flat")
        if int(shapely.get_dimensions(shape)) < 2  # noqa: PLR2004  an area has its own width
        else to_metric(shape, srid)
        for shape, width in closed
    ]
    for margin in _ROUND_M:
        roads = _read_roads(session, places, margin, srid)
        found = RouteFinder(roads, mode, shut).find(_points(places))
        if found is not None:
            line = to_wgs84(found.line, f"EPSG:{srid}")
            return FoundRoute(shape_to_json(line, DIGITS), round(found.length_m, 1), found.roads)
    return None


def _points(places: Sequence[BaseGeometry]) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in shapely.get_coordinates(list(places))]


def _read_roads(
    session: Session, places: Sequence[BaseGeometry], margin: float, srid: int
) -> list[Road]:
    west, south, east, north = (float(side) for side in shapely.total_bounds(list(places)))
    rows = session.execute(
        _ROADS,
        {
            "west": west - margin,
            "south": south - margin,
            "east": east + margin,
            "north": north + margin,
            "srid": srid,
        },
    )
    return [
        Road(row.id, row.name, row.road_class, row.oneway, shapely.from_wkb(bytes(row.shape)))
        for row in rows
    ]


def find_near_road(session: Session, lon: float, lat: float, within_m: float) -> NearRoad | None:
    """The road nearest to a place (WGS84), if one is within so many metres."""
    srid = get_city(session).metric_srid
    spot = to_metric(Point(lon, lat), srid)
    [(x, y)] = _points([spot])
    row = session.execute(
        _NEAREST, {"x": x, "y": y, "srid": srid, "within_m": within_m}
    ).one_or_none()
    if row is None:
        return None
    line = shapely.from_wkb(bytes(row.shape))
    if line.distance(spot) > within_m:
        return None
    return NearRoad(
        row.name, row.road_class, row.width_m or _WIDTHS_M.get(row.road_class, 7.0), line
    )
