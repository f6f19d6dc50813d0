"""How shapes are written: WGS84 in, and with them the city's metric CRS, web Mercator and the widened shape."""

from __future__ import annotations

from typing import TYPE_CHECKING

import shapely
from shapely.geometry import MultiPolygon, Polygon
from sqlalchemy import ColumnElement, LargeBinary, bindparam, func

from geo.crs import WEB_MERCATOR, WGS84

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

POINT_RADIUS_M = 3.0
"""A point stands for a circle of this radius in metres."""


def to_bytes(shape: BaseGeometry | None) -> bytes | None:
    """Plane little-endian WKB, as PostGIS gives it back, so that equal shapes are equal bytes."""
    if shape is None or shape.is_empty:
        return None
    return bytes(shapely.to_wkb(shapely.force_2d(shape), byte_order=1))


def to_multipolygon(shape: BaseGeometry | None) -> BaseGeometry | None:
    """A polygon as a multipolygon of one; anything else as it is."""
    return MultiPolygon([shape]) if isinstance(shape, Polygon) else shape


def read_shape(column: ColumnElement[object]) -> ColumnElement[bytes]:
    """A shape column read back as WKB."""
    return func.ST_AsBinary(column, type_=LargeBinary)


def shape_parameter() -> ColumnElement[object]:
    """The parameter `v_shape` (WKB, WGS84) as a geometry."""
    return func.ST_GeomFromWKB(bindparam("v_shape", type_=LargeBinary), WGS84)


def metric_parameter(metric_srid: int) -> ColumnElement[object]:
    """The parameter `v_shape` in the city's metric CRS."""
    return func.ST_Transform(shape_parameter(), metric_srid)


def web_parameter() -> ColumnElement[object]:
    """The parameter `v_shape` in web Mercator."""
    return func.ST_Transform(shape_parameter(), WEB_MERCATOR)


def wide_parameter(metric_srid: int) -> ColumnElement[object]:
    """The parameter `v_shape` widened by `v_reach_m` metres (half its own width and its kind's buffer)."""
    return func.ST_Buffer(metric_parameter(metric_srid), bindparam("v_reach_m"))


def reach_m(shape: BaseGeometry, width_m: float | None, buffer_m: float) -> float:
    """How far a part reaches from its drawn shape: a line half its width, a point its radius, each plus the buffer."""
    if shape.geom_type in {"Point", "MultiPoint"}:
        return POINT_RADIUS_M + buffer_m
    if shape.geom_type in {"LineString", "MultiLineString"}:
        return (width_m or 0.0) / 2 + buffer_m
    return buffer_m
