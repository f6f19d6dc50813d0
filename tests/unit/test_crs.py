"""Coordinates: the check point, the zone prefix, and the exact inverses of GCJ-02 and BD-09."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import Point

from geo import crs
from geo.errors import RuleError

if TYPE_CHECKING:
    from collections.abc import Callable

MILLIMETRE = 0.001
DEGREE_M = 111_320.0

china = st.tuples(st.floats(73.5, 135.0), st.floats(3.5, 53.5))


def metres_apart(a: tuple[object, object], b: tuple[object, object]) -> float:
    """Distance of two nearby points given in degrees, in metres."""
    (ax, ay), (bx, by) = ((float(p[0]), float(p[1])) for p in (a, b))  # type: ignore[arg-type]
    return float(np.hypot((ax - bx) * np.cos(np.radians(ay)), ay - by) * DEGREE_M)


def test_the_check_point_holds_to_a_millimetre_in_the_metric_crs() -> None:
    east, north = crs.transformer(crs.WGS84, crs.CGCS2000_CM117).transform(116.3, 37.45)
    assert abs(east - 438060.534) < MILLIMETRE
    assert abs(north - 4146682.894) < MILLIMETRE


def test_the_check_point_holds_to_a_millimetre_back_to_degrees() -> None:
    point = crs.to_wgs84(Point(438060.534, 4146682.894), "EPSG:4548")
    assert isinstance(point, Point)
    assert metres_apart((point.x, point.y), (116.3, 37.45)) < MILLIMETRE


def test_an_easting_with_its_zone_number_is_the_same_place() -> None:
    for declared in ("EPSG:4548", "EPSG:4527"):
        plain = crs.to_wgs84(Point(438060.534, 4146682.894), declared)
        with_zone = crs.to_wgs84(Point(39438060.534, 4146682.894), declared)
        assert plain.distance(with_zone) < 1e-11
        assert plain.distance(Point(116.3, 37.45)) < 1e-8


def test_the_zone_prefix_leaves_other_systems_alone() -> None:
    assert crs.metric_srid_for(crs.TWD97, 305_558.0) == crs.TWD97
    assert crs.metric_srid_for(crs.WEB_MERCATOR, 12_946_000.0) == crs.WEB_MERCATOR


@pytest.mark.parametrize(
    ("forward", "inverse"),
    [
        (crs.wgs84_to_gcj02, crs.gcj02_to_wgs84),
        (crs.gcj02_to_bd09, crs.bd09_to_gcj02),
        (crs.wgs84_to_bd09, crs.bd09_to_wgs84),
    ],
)
@settings(max_examples=300)
@given(point=china)
def test_the_inverse_of_a_shifted_system_is_exact_to_a_millimetre_over_china(
    forward: Callable[..., tuple[crs.Numbers, crs.Numbers]],
    inverse: Callable[..., tuple[crs.Numbers, crs.Numbers]],
    point: tuple[float, float],
) -> None:
    assert metres_apart(inverse(*forward(*point)), point) < MILLIMETRE


def test_the_shifts_at_dezhou_have_the_known_size() -> None:
    place = (116.3, 37.45)
    assert metres_apart(crs.wgs84_to_gcj02(*place), place) == pytest.approx(520, abs=5)
    assert metres_apart(crs.wgs84_to_bd09(*place), place) == pytest.approx(1320, abs=10)


@pytest.mark.parametrize(
    ("wgs", "gcj"),
    [
        ((121.5272106, 31.1774276), (121.531541859215, 31.17530398364597)),
        ((113.912316, 22.543847), (113.9171764808363, 22.540796131694766)),
        ((116.377817, 39.911954), (116.38404722455657, 39.91334545536069)),
    ],
    ids=["Shanghai", "Shenzhen", "Beijing"],
)
def test_gcj02_agrees_with_the_test_points_of_eviltransform(
    wgs: tuple[float, float], gcj: tuple[float, float]
) -> None:
    assert metres_apart(crs.wgs84_to_gcj02(*wgs), gcj) < MILLIMETRE


@given(lon=st.floats(-180, 180).filter(lambda x: x < 70.5 or x > 139.5), lat=st.floats(-90, 90))
def test_outside_chinas_box_gcj02_is_wgs84(lon: float, lat: float) -> None:
    assert tuple(map(float, crs.wgs84_to_gcj02(lon, lat))) == (lon, lat)
    assert tuple(map(float, crs.gcj02_to_wgs84(lon, lat))) == (lon, lat)


def test_the_one_step_inverse_is_not_good_enough() -> None:
    lon, lat = 116.3, 37.45
    shifted = crs.wgs84_to_gcj02(lon, lat)
    again = crs.wgs84_to_gcj02(*shifted)
    one_step = (2 * shifted[0] - again[0], 2 * shifted[1] - again[1])
    assert metres_apart(one_step, (lon, lat)) > 0.1
    assert metres_apart(crs.gcj02_to_wgs84(*shifted), (lon, lat)) < MILLIMETRE


def test_shapes_of_every_kind_are_moved_whole_and_lose_their_height() -> None:
    line = shapely.from_wkt("LINESTRING Z (116.3 37.45 12, 116.31 37.46 13)")
    area = shapely.from_wkt("POLYGON ((116 37, 117 37, 117 38, 116 37))")
    moved_line, moved_area = crs.to_wgs84([line, area], "gcj-02")
    assert not moved_line.has_z
    assert metres_apart(
        (moved_line.coords[0][0], moved_line.coords[0][1]), (116.3, 37.45)
    ) == pytest.approx(520, abs=5)
    assert moved_area.geom_type == "Polygon"
    assert crs.to_wgs84([], "BD-09") == []


def test_metric_and_back_is_the_same_shape() -> None:
    area = shapely.from_wkt("POLYGON ((116.1 37.3, 116.2 37.3, 116.2 37.4, 116.1 37.3))")
    metric = crs.to_metric(area, crs.CGCS2000_CM117)
    assert metric.area == pytest.approx(49.1e6, rel=0.01)
    assert crs.to_wgs84(metric, "EPSG:4548").equals_exact(area, 1e-10)
    assert len(crs.to_metric([area, area], crs.CGCS2000_CM117)) == 2


@pytest.mark.parametrize("name", ["EPSG:999999", "4326", "WGS84", "+proj=longlat", "", "EPSG:4979"])
def test_an_unknown_coordinate_system_is_named_in_the_error(name: str) -> None:
    with pytest.raises(RuleError, match="坐标系"):
        crs.parse_crs(name)


def test_the_ways_of_writing_a_system_are_one() -> None:
    assert crs.parse_crs("gcj02") == crs.parse_crs("GCJ-02") == crs.GCJ02
    assert crs.parse_crs(" epsg:4548 ") == "EPSG:4548"
    assert crs.in_degrees(crs.BD09)
    assert not crs.in_degrees("EPSG:3826")
