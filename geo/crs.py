"""Coordinate systems: names for SRIDs, cached transformers, and the shifted systems GCJ-02 and BD-09.

Everything is stored as WGS84 longitude/latitude and measured in the city's metric CRS. Consumer maps of China come
in GCJ-02 (Amap, Tencent) or BD-09 (Baidu): no projections but published distortions of WGS84. Their inverse has no
closed form; it is found here by fixed-point iteration to well under a millimetre.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, TypeAlias, overload

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError
from shapely.geometry.base import BaseGeometry

from geo.errors import RuleError

Numbers: TypeAlias = NDArray[np.float64]

WGS84 = 4326
WEB_MERCATOR = 3857
CGCS2000 = 4490
CGCS2000_CM117 = 4548
"""CGCS2000, 3-degree Gauss-Kruger, central meridian 117°E: the metric CRS of Dezhou."""
CGCS2000_CM120 = 4549
CGCS2000_ZONE39 = 4527
"""As `CGCS2000_CM117`, with the zone number 39 before the easting (above 10,000,000 m)."""
TWD97 = 3826
"""TWD97 / TM2 zone 121: what Taiwan's cities write, mostly without saying so."""
UTM_18N = 32618

GCJ02 = "GCJ-02"
BD09 = "BD-09"

_ZONE_PREFIXED = 10_000_000.0
"""Eastings above this carry a zone number; no real easting of one zone comes near it."""
_CM_MINUS_ZONE = 21
"""The 3-degree CGCS2000 codes: 4513..4533 with the zone's number, 4534..4554 by central meridian."""

# The distortion of GCJ-02 is written on the ellipsoid of Krasovsky, 1940.
_KRASOVSKY_A = 6378245.0
_KRASOVSKY_EE = 0.00669342162296594323
_CHINA = (72.004, 0.8293, 137.8347, 55.8271)
"""West, south, east, north in degrees: outside this box GCJ-02 is WGS84."""
_BD_TURN = np.pi * 3000.0 / 180.0
_ROUNDS = 6
"""Rounds of the fixed-point iteration; the error shrinks at least fiftyfold in each."""


def metric_srid_for(srid: int, easting: float) -> int:
    """The variant of a CGCS2000 3-degree CRS that fits an easting in metres: with zone number, or without.

    A file declared as EPSG:4548 whose eastings begin with the zone (39,438,060) is really EPSG:4527, and the reverse.
    Other CRSs come back as they are.
    """
    with_zone = abs(easting) > _ZONE_PREFIXED
    if with_zone and 4534 <= srid <= 4554:  # noqa: PLR2004  see _CM_MINUS_ZONE
        return srid - _CM_MINUS_ZONE
    if not with_zone and 4513 <= srid <= 4533:  # noqa: PLR2004
        return srid + _CM_MINUS_ZONE
    return srid


@lru_cache(maxsize=64)
def transformer(source: int, target: int) -> Transformer:
    """The transformer between two EPSG codes, always x (longitude, easting) before y. It is safe to share."""
    return Transformer.from_crs(source, target, always_xy=True)


@lru_cache(maxsize=256)
def parse_crs(text: str) -> str:
    """A CRS as a file or mapping names it, in its one form: "EPSG:4548", "GCJ-02" or "BD-09".

    Only horizontal systems known to EPSG are taken, never a definition in words. Raises `RuleError`.
    """
    word = text.strip().upper().replace("_", "-").replace(" ", "")
    if word in {"GCJ-02", "GCJ02"}:
        return GCJ02
    if word in {"BD-09", "BD09"}:
        return BD09
    if word.startswith("EPSG:") and word[5:].isdecimal():
        try:
            crs = CRS.from_epsg(int(word[5:]))
        except CRSError:
            pass
        else:
            if (crs.is_geographic or crs.is_projected) and len(crs.axis_info) == 2:  # noqa: PLR2004
                return word
    message = (
        f"未知的坐标系 {text!r},应为 EPSG:代码、GCJ-02 或 BD-09"
        f" / unknown coordinate system {text!r}: EPSG:code, GCJ-02 or BD-09 expected"
    )
    raise RuleError(message)


def srid_of(crs: str) -> int:
    """The EPSG code of a parsed CRS; GCJ-02 and BD-09, being degrees near WGS84, have that of WGS84."""
    return WGS84 if crs in {GCJ02, BD09} else int(crs.removeprefix("EPSG:"))


def in_degrees(crs: str) -> bool:
    """Whether coordinates of a parsed CRS are longitudes and latitudes."""
    return crs in {GCJ02, BD09} or bool(CRS.from_epsg(srid_of(crs)).is_geographic)


def same_way(shapes: Sequence[BaseGeometry], crs: str) -> bool:
    """Whether all these shapes go the same way to WGS84: eastings with and without a zone number do not."""
    srid = srid_of(crs)
    if srid == WGS84:
        return True
    points, owners = shapely.get_coordinates(np.array(shapes, dtype=object), return_index=True)
    firsts = points[np.unique(owners, return_index=True)[1], 0]
    return len({metric_srid_for(srid, float(easting)) for easting in firsts}) <= 1


@overload
def to_wgs84(shape: BaseGeometry, crs: str) -> BaseGeometry: ...
@overload
def to_wgs84(shape: Sequence[BaseGeometry], crs: str) -> list[BaseGeometry]: ...
def to_wgs84(
    shape: BaseGeometry | Sequence[BaseGeometry], crs: str
) -> BaseGeometry | list[BaseGeometry]:
    """Bring one shape or several from `crs` ("EPSG:nnnn", "GCJ-02", "BD-09") to WGS84 longitude/latitude.

    Z and M are dropped. Eastings with a zone number are recognised. Coordinates that the CRS cannot hold become
    infinite, as pyproj gives them: callers check. Raises `RuleError` for an unknown CRS.
    """
    shapes = [shape] if isinstance(shape, BaseGeometry) else list(shape)
    moved = _moved(shapes, _way_to_wgs84(shapes, parse_crs(crs)))
    return moved[0] if isinstance(shape, BaseGeometry) else moved


@overload
def to_metric(shape: BaseGeometry, srid: int) -> BaseGeometry: ...
@overload
def to_metric(shape: Sequence[BaseGeometry], srid: int) -> list[BaseGeometry]: ...
def to_metric(
    shape: BaseGeometry | Sequence[BaseGeometry], srid: int
) -> BaseGeometry | list[BaseGeometry]:
    """Bring one WGS84 shape or several to the city's metric CRS `srid`."""
    shapes = [shape] if isinstance(shape, BaseGeometry) else list(shape)
    moved = _moved(shapes, transformer(WGS84, srid).transform)
    return moved[0] if isinstance(shape, BaseGeometry) else moved


_Way: TypeAlias = Callable[[Any, Any], tuple[Any, Any]]


def _moved(shapes: Sequence[BaseGeometry], way: _Way | None) -> list[BaseGeometry]:
    array = np.array(shapes, dtype=object)
    if way is None:
        return list(shapely.force_2d(array))

    def move(points: Numbers) -> Numbers:
        return np.column_stack(way(points[:, 0], points[:, 1]))

    return list(shapely.transform(array, move))


def _way_to_wgs84(shapes: Sequence[BaseGeometry], crs: str) -> _Way | None:
    if crs == GCJ02:
        return gcj02_to_wgs84
    if crs == BD09:
        return bd09_to_wgs84
    srid = srid_of(crs)
    if srid == WGS84:
        return None
    eastings = shapely.get_coordinates(np.array(shapes, dtype=object))[:1]
    if len(eastings):
        srid = metric_srid_for(srid, float(eastings[0, 0]))
    return transformer(srid, WGS84).transform


def wgs84_to_gcj02(lon: ArrayLike, lat: ArrayLike) -> tuple[Numbers, Numbers]:
    """Distort WGS84 degrees to GCJ-02; points outside China's box stay where they are."""
    x, y = _pair(lon, lat)
    east, north = _gcj_offset(x, y)
    inside = _in_china(x, y)
    return np.where(inside, x + east, x), np.where(inside, y + north, y)


def gcj02_to_wgs84(lon: ArrayLike, lat: ArrayLike) -> tuple[Numbers, Numbers]:
    """The exact inverse of `wgs84_to_gcj02` (to well under a millimetre); the identity outside China's box."""
    x, y = _pair(lon, lat)
    with np.errstate(invalid="ignore", over="ignore"):
        found_x, found_y = _inverse(_gcj_shifted, x, y)
    # A preimage exists only inside the box; a point outside it whose iteration ends outside is its own.
    own = ~_in_china(found_x, found_y) & ~_in_china(x, y)
    far = ~_in_china(x, y, margin=1.0)
    stays = own | far
    return np.where(stays, x, found_x), np.where(stays, y, found_y)


def gcj02_to_bd09(lon: ArrayLike, lat: ArrayLike) -> tuple[Numbers, Numbers]:
    """Distort GCJ-02 degrees to BD-09, everywhere alike."""
    return _bd_shifted(*_pair(lon, lat))


def bd09_to_gcj02(lon: ArrayLike, lat: ArrayLike) -> tuple[Numbers, Numbers]:
    """The exact inverse of `gcj02_to_bd09`."""
    return _inverse(_bd_shifted, *_pair(lon, lat))


def wgs84_to_bd09(lon: ArrayLike, lat: ArrayLike) -> tuple[Numbers, Numbers]:
    """Distort WGS84 degrees to BD-09."""
    return gcj02_to_bd09(*wgs84_to_gcj02(lon, lat))


def bd09_to_wgs84(lon: ArrayLike, lat: ArrayLike) -> tuple[Numbers, Numbers]:
    """The exact inverse of `wgs84_to_bd09`."""
    return gcj02_to_wgs84(*bd09_to_gcj02(lon, lat))


def _pair(lon: ArrayLike, lat: ArrayLike) -> tuple[Numbers, Numbers]:
    return np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)


def _in_china(x: Numbers, y: Numbers, margin: float = 0.0) -> NDArray[np.bool_]:
    west, south, east, north = _CHINA
    inside: NDArray[np.bool_] = (
        (x >= west - margin) & (x <= east + margin) & (y >= south - margin) & (y <= north + margin)
    )
    return inside


def _inverse(
    forward: Callable[[Numbers, Numbers], tuple[Numbers, Numbers]], x: Numbers, y: Numbers
) -> tuple[Numbers, Numbers]:
    """Solve forward(p) = (x, y) by p ← p - (forward(p) - (x, y)), which contracts as the distortion is gentle."""
    found_x, found_y = x, y
    for _ in range(_ROUNDS):
        there_x, there_y = forward(found_x, found_y)
        found_x, found_y = found_x - (there_x - x), found_y - (there_y - y)
    return found_x, found_y


def _gcj_shifted(x: Numbers, y: Numbers) -> tuple[Numbers, Numbers]:
    east, north = _gcj_offset(x, y)
    return x + east, y + north


def _gcj_offset(lon: Numbers, lat: Numbers) -> tuple[Numbers, Numbers]:
    """The shift in degrees, east and north, that GCJ-02 adds to WGS84."""
    x, y = lon - 105.0, lat - 35.0
    root = np.sqrt(np.abs(x))
    ripple = 20.0 * np.sin(6.0 * x * np.pi) + 20.0 * np.sin(2.0 * x * np.pi)
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    north += ripple * 2.0 / 3.0
    north += (20.0 * np.sin(y * np.pi) + 40.0 * np.sin(y / 3.0 * np.pi)) * 2.0 / 3.0
    north += (160.0 * np.sin(y / 12.0 * np.pi) + 320.0 * np.sin(y * np.pi / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    east += ripple * 2.0 / 3.0
    east += (20.0 * np.sin(x * np.pi) + 40.0 * np.sin(x / 3.0 * np.pi)) * 2.0 / 3.0
    east += (150.0 * np.sin(x / 12.0 * np.pi) + 300.0 * np.sin(x / 30.0 * np.pi)) * 2.0 / 3.0
    phi = np.radians(lat)
    magic = 1.0 - _KRASOVSKY_EE * np.sin(phi) ** 2
    meridian = _KRASOVSKY_A * (1.0 - _KRASOVSKY_EE) / (magic * np.sqrt(magic))
    parallel = _KRASOVSKY_A / np.sqrt(magic) * np.cos(phi)
    return np.degrees(east / parallel), np.degrees(north / meridian)


def _bd_shifted(x: Numbers, y: Numbers) -> tuple[Numbers, Numbers]:
    reach = np.hypot(x, y) + 0.00002 * np.sin(y * _BD_TURN)
    angle = np.arctan2(y, x) + 0.000003 * np.cos(x * _BD_TURN)
    return reach * np.cos(angle) + 0.0065, reach * np.sin(angle) + 0.006
