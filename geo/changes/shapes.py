"""How shapes are written: WGS84 in, and with them the city's metric CRS, web Mercator and the widened shape."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import shapely
from shapely.geometry import MultiPolygon, Polygon
from sqlalchemy import ColumnElement, LargeBinary, func

from geo.crs import WEB_MERCATOR, WGS84

if TYPE_CHECKING:
    from collections.abc import Callable

    from shapely.geometry.base import BaseGeometry

    from geo.changes.merge import Given

CORNERS = "quad_segs=4 join=mitre mitre_limit=1.5"
"""How a widened shape goes round corners: squarely, an acute one cut off at one and a half times the reach; round the
ends of lines and about points in four steps a quarter. Rounder corners would make every pair's shape longer to find, to
keep and to read, and it is by distance that pairs are judged."""
BEYOND = 1.02
"""Four steps lie inside the true arc by up to 1.93 % of the reach, so all is drawn 2 % wider: nothing that is sought by
a widened shape is missed."""


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


def given_shape(given: Given) -> ColumnElement[Any]:
    """The shape that was given (WKB, WGS84) as a geometry."""
    return func.ST_GeomFromWKB(given.c.shape, WGS84)


def to_metric(metric_srid: int) -> Callable[[Given], ColumnElement[Any]]:
    """Writes the given shape in the city's metric CRS."""
    return lambda given: func.ST_Transform(given_shape(given), metric_srid)


def widened(shape: ColumnElement[Any], reach_m: ColumnElement[Any]) -> ColumnElement[Any]:
    """The shape (metric) and all within its reach, and a little more."""
    return func.ST_Buffer(shape, reach_m * BEYOND, CORNERS)


def to_web(given: Given) -> ColumnElement[Any]:
    """Writes the given shape in web Mercator."""
    return func.ST_Transform(given_shape(given), WEB_MERCATOR)
