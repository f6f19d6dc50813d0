"""The tables hold shapes to what importers and forms see to: whoever writes past those is refused by the database."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import psycopg
import pytest
import shapely
from psycopg import errors, sql
from shapely import LineString, Point, Polygon

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

CIRCLE = Point(116.3, 37.4)
SOUND = CIRCLE.buffer(0.01)
ROWS: dict[str, dict[str, object]] = {
    "district": {"code": "x", "name": "x", "kind": "district"},
    "ground": {"code": "x", "kind": "water"},
    "road": {"code": "x", "road_class": "other"},
    "pavement": {"code": "x", "road_name": "x"},
    "zone_part": {
        "zone_id": 1,
        "position": 0,
        "role": "footprint",
        "period": "[2026-01-01,)",
        "made_at": "2026-01-01",
        "made_in": 0,
    },
}


def line_through(latitude: float) -> BaseGeometry:
    """A line with a latitude that is none."""
    with np.errstate(invalid="ignore"):
        return LineString([(116.3, 37.4), (116.4, latitude), (116.5, 37.4)])


UNSOUND: dict[str, tuple[str, BaseGeometry]] = {
    "crossing itself": (
        "shape_valid",
        Polygon([(116.3, 37.4), (116.4, 37.5), (116.4, 37.4), (116.3, 37.5)]),
    ),
    "empty": ("shape_valid", Polygon()),
    "no number": ("shape_valid", line_through(math.nan)),
    "infinite": ("shape_valid", line_through(math.inf)),
    "too many vertices": ("shape_vertices", CIRCLE.buffer(0.01, quad_segs=2_501)),
}


def put(connection: psycopg.Connection, table: str, shape: BaseGeometry) -> None:
    """Write a row of nothing but a shape, without the triggers that would ask who it is."""
    columns = {**ROWS[table]}
    if table == "district" and isinstance(shape, Polygon):
        shape = shapely.MultiPolygon([shape]) if not shape.is_empty else shapely.MultiPolygon()
    given = shapely.to_wkb(shape)
    sound = shapely.to_wkb(SOUND)
    shapes = {"shape": (given, 4326), "shape_metric": (sound, 4548)}
    if table == "zone_part":
        shapes |= {"shape_web": (sound, 3857), "shape_wide": (sound, 4548)}
    connection.execute(
        sql.SQL("insert into {} ({}) values ({})").format(
            sql.Identifier("jiantu", table),
            sql.SQL(", ").join(map(sql.Identifier, [*columns, *shapes])),
            sql.SQL(", ").join(
                [sql.Placeholder()] * len(columns)
                + [sql.SQL("st_setsrid(st_geomfromwkb(%s), %s)")] * len(shapes)
            ),
        ),
        [*columns.values(), *(one for pair in shapes.values() for one in pair)],
    )


@pytest.mark.parametrize("table", ROWS)
def test_a_table_takes_sound_shapes_and_no_other(dezhou_url: str, table: str) -> None:
    refused = {}
    with psycopg.connect(dezhou_url.replace("+psycopg", "")) as connection:
        connection.execute("set local session_replication_role = replica")
        for what, (_, shape) in UNSOUND.items():
            if table == "district" and not isinstance(shape, Polygon):
                continue  # its column takes areas alone
            with pytest.raises(errors.CheckViolation) as refusal, connection.transaction():
                put(connection, table, shape)
            refused[what] = refusal.value.diag.constraint_name
        put(connection, table, SOUND)
        connection.rollback()
    assert refused == {what: f"ck_{table}_{UNSOUND[what][0]}" for what in refused}
    assert len(refused) >= 3
