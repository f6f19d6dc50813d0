"""Which coordinate system a file without a word of it may be in: those in which its shapes land inside the city."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from geo.crs import (
    BD09,
    GCJ02,
    WEB_MERCATOR,
    WGS84,
    Numbers,
    parse_crs,
    to_wgs84,
)
from geo.errors import RuleError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from shapely.geometry.base import BaseGeometry

SHARE_INSIDE = 0.9
"""So many of the shapes must lie inside the city; a file may hold a few that lie astray."""
_SAMPLE = 500
_SAME_DEGREES = 1e-7
"""Candidates that put everything within a centimetre of another are that other one."""
_CHINA = (73.0, 18.0, 135.5, 54.0)
_ZONE_3, _ZONE_6 = range(25, 46), range(13, 24)
_FIRST_3, _FIRST_6 = 4513, 4491
_FIRST_3_CM, _FIRST_6_CM = 4534, 4502
"""CGCS2000 Gauss-Kruger codes: zones 25–45 (3°) and 13–23 (6°) with zone number, then by central meridian."""
_PREFIXED = 10_000_000.0


@dataclass(frozen=True, slots=True)
class CrsGuess:
    """A coordinate system that fits, how many of the shapes lie inside the city in it, and why, in a sentence."""

    crs: str
    share_inside: float
    zh: str
    en: str


def guess_crs(
    shapes: Sequence[BaseGeometry],
    bbox: tuple[float, float, float, float],
    metric_srid: int | None = None,
) -> list[CrsGuess]:
    """All candidates that fit, the likeliest first: the city's own, then the national ones, then the world's.

    One fits: it may be taken. Several fit: only a person can tell. None fits: the shapes are not this city's.
    """
    shapes = [each for each in shapes[:_SAMPLE] if not each.is_empty]
    found: list[CrsGuess] = []
    places: list[Numbers] = []
    if not shapes:
        return found
    points = shapely.get_coordinates(shapes)
    if not np.isfinite(points).all():
        return found
    for crs in dict.fromkeys(_candidates(points, bbox, metric_srid)):
        try:
            moved = to_wgs84(shapes, crs)
        except RuleError:
            continue
        share = share_inside(moved, bbox)
        there = shapely.get_coordinates(moved)
        same = any(np.allclose(there, each, rtol=0, atol=_SAME_DEGREES) for each in places)
        if share < SHARE_INSIDE or same:
            continue
        places.append(there)
        found.append(_told(crs, share))
    return found


def _candidates(
    points: Numbers, bbox: tuple[float, float, float, float], metric_srid: int | None
) -> Iterator[str]:
    west, south, _, _ = bbox
    in_china = _CHINA[0] < west < _CHINA[2] and _CHINA[1] < south < _CHINA[3]
    if np.abs(points[:, 0]).max() <= 180 and np.abs(points[:, 1]).max() <= 90:  # noqa: PLR2004  degrees
        yield f"EPSG:{WGS84}"
        if in_china:
            yield from (GCJ02, BD09)
        return
    easting = float(np.median(points[:, 0]))
    if in_china and easting > _PREFIXED:
        yield from _national(easting, bbox)
    if metric_srid is not None:
        yield f"EPSG:{metric_srid}"
    if in_china:
        yield from _national(easting, bbox)
    yield from _worldwide(bbox)


def _national(easting: float, bbox: tuple[float, float, float, float]) -> Iterator[str]:
    """CGCS2000 Gauss-Kruger: by the zone number before the easting, else by the central meridians about the city."""
    west, _, east, _ = bbox
    zone = int(easting // 1_000_000)
    if easting > _PREFIXED:
        if zone in _ZONE_3:
            yield f"EPSG:{_FIRST_3 + zone - _ZONE_3.start}"
        if zone in _ZONE_6:
            yield f"EPSG:{_FIRST_6 + zone - _ZONE_6.start}"
        return
    for zone in _ZONE_3:
        if west - 3 < 3 * zone < east + 3:
            yield f"EPSG:{_FIRST_3_CM + zone - _ZONE_3.start}"
    for zone in _ZONE_6:
        if west - 6 < 6 * zone - 3 < east + 6:
            yield f"EPSG:{_FIRST_6_CM + zone - _ZONE_6.start}"


def _worldwide(bbox: tuple[float, float, float, float]) -> Iterator[str]:
    west, _, east, north = bbox
    for zone in range(1, 61):
        if west - 6 < 6 * zone - 183 < east + 6:
            yield f"EPSG:{(32600 if north > 0 else 32700) + zone}"
    yield f"EPSG:{WEB_MERCATOR}"


def share_inside(moved: list[BaseGeometry], bbox: tuple[float, float, float, float]) -> float:
    """How many of these WGS84 shapes lie wholly inside a box, 0..1."""
    west, south, east, north = bbox
    bounds = shapely.bounds(np.array(moved, dtype=object))
    with np.errstate(invalid="ignore"):
        inside = (
            (bounds[:, 0] >= west)
            & (bounds[:, 1] >= south)
            & (bounds[:, 2] <= east)
            & (bounds[:, 3] <= north)
        )
    return float(np.mean(inside))


def _told(crs: str, share: float) -> CrsGuess:
    from pyproj import CRS  # noqa: PLC0415  slow to load

    name = crs if crs in {GCJ02, BD09} else CRS.from_user_input(crs).name
    percent = round(share * 100)
    return CrsGuess(
        parse_crs(crs),
        share,
        f"按 {crs}({name})读,{percent}% 的图形落在本市范围内",
        f"read as {crs} ({name}), {percent}% of the shapes lie inside the city",
    )
