"""An emergency repair from few words: a place, a utility, the lanes taken, the hours it takes; two zones as drafts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

import shapely
from shapely.geometry import LineString, Point
from shapely.ops import substring

from geo.crs import to_metric, to_wgs84
from geo.zoning.draft import PartDraft, ZoneDraft

if TYPE_CHECKING:
    from datetime import datetime

    from shapely.geometry.base import BaseGeometry

PIT_M = 6.0
"""A pit is drawn so wide, square, until somebody draws it as it is."""
STRETCH_M = 40.0
"""So much road is taken, half of it before the pit and half behind."""
MOST_HOURS = 24 * 14
LANE_M = 3.5
TAKES_ROAD = frozenset({"full", "half", "motor_lane", "cycle_lane", "footway"})


@dataclass(frozen=True, slots=True)
class EmergencyWords:
    """What is said on the spot: where (WGS84), what, which part of the road, for how many hours, by whom."""

    lon: float
    lat: float
    utility: str
    taken: tuple[str, ...] = ()
    hours: int = 8
    unit_id: int | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class RoadHere:
    """The road at the place: its name, width, and line in the metric CRS."""

    name: str | None
    width_m: float
    line: BaseGeometry


def draw_emergency(
    words: EmergencyWords, road: RoadHere | None, now: datetime, srid: int
) -> tuple[ZoneDraft, ZoneDraft | None]:
    """The dig, and the road it takes where a road is near and something of it is taken. `now` is the city's time."""
    until = now + timedelta(hours=words.hours)
    spot = to_metric(Point(words.lon, words.lat), srid)
    name = f"{road.name}抢修" if road and road.name else "抢修"
    told = f"{now:%m-%d %H:%M}开始,预计{words.hours}小时,至{until:%m-%d %H:%M}"
    note = f"{told}\n{words.note}" if words.note else told
    pit = spot.buffer(PIT_M / 2, cap_style="square")
    dig = ZoneDraft(
        kind="relocation",
        name=name,
        unit_id=words.unit_id,
        state="confirmed",
        first_on=now.date(),
        last_on=until.date(),
        actual_start_on=now.date(),
        emergency=True,
        location_text=road.name if road else None,
        utility=words.utility,
        placement="underground",
        dig_plan_state="emergency",
        note=note,
        parts=(PartDraft(to_wgs84(pit, f"EPSG:{srid}")),),
    )
    if road is None or not words.taken:
        return dig, None
    stretch, side = _stretch(words, road, spot)
    closure = replace(
        dig,
        kind="diversion",
        name=f"{name}占道",
        utility=None,
        placement=None,
        dig_plan_state=None,
        taken=words.taken,
        side=side,
        parts=(PartDraft(to_wgs84(stretch, f"EPSG:{srid}"), "taken"),),
    )
    return dig, closure


def _stretch(words: EmergencyWords, road: RoadHere, spot: BaseGeometry) -> tuple[BaseGeometry, str]:
    """The road taken: its whole width, or on the side of the pit as wide as is said."""
    line = min(shapely.get_parts(road.line), key=lambda part: float(part.distance(spot)))
    along = float(line.project(spot))
    piece = substring(
        line, max(along - STRETCH_M / 2, 0.0), min(along + STRETCH_M / 2, float(line.length))
    )
    if not isinstance(piece, LineString) or piece.length < 1:
        return spot.buffer(STRETCH_M / 2), "both"
    half = road.width_m / 2
    if "full" in words.taken:
        return piece.buffer(half, cap_style="flat"), "both"
    nearest = line.interpolate(along)
    start, end = piece.coords[0], piece.coords[-1]
    ahead = (end[0] - start[0], end[1] - start[1])
    beside = shapely.get_coordinates(spot)[0] - shapely.get_coordinates(nearest)[0]
    left = ahead[0] * beside[1] - ahead[1] * beside[0] >= 0
    outer = half if {"half", "cycle_lane", "motor_lane"} & set(words.taken) else half + LANE_M
    inner = 0.0 if {"half", "motor_lane"} & set(words.taken) else max(half - LANE_M, 0.0)
    if "footway" in words.taken:
        outer = half + LANE_M
        inner = inner if len(words.taken) > 1 else half
    sign = 1.0 if left else -1.0
    strip = shapely.difference(
        piece.buffer(sign * outer, single_sided=True),
        piece.buffer(sign * inner, single_sided=True) if inner else shapely.Polygon(),
    )
    return strip, _side_of(ahead, left=left)


def _side_of(ahead: tuple[float, float], *, left: bool) -> str:
    """Which side of the road that is: of a road running east, left is north."""
    east, north = ahead
    if abs(east) >= abs(north):
        return "north" if left == (east >= 0) else "south"
    return "west" if left == (north >= 0) else "east"
