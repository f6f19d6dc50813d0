"""Shapes: what is taken, what is mended and told, what is refused and why."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
import shapely
from shapely.geometry import Point, Polygon, box

from geo.errors import ImportRefusedError
from geo.importers.problems import ValueProblem
from geo.importers.shapes import MAX_VERTICES, ShapeChecker

DEZHOU = (115.70, 36.30, 117.80, 38.10)
WGS84 = "EPSG:4326"
BOW_TIE = "POLYGON ((116 37, 116.1 37.1, 116.1 37, 116 37.1, 116 37))"


@pytest.fixture
def checker() -> ShapeChecker:
    """A checker for Dezhou."""
    return ShapeChecker(DEZHOU)


def test_a_good_shape_is_taken_as_it_is(checker: ShapeChecker) -> None:
    checked = checker.wkt("SRID=4326;POLYGON ((116 37, 116.1 37, 116.1 37.1, 116 37))", WGS84)
    assert checked.shape is not None
    assert checked.shape.geom_type == "Polygon"
    assert checked.mended == []


def test_an_empty_shape_is_no_shape(checker: ShapeChecker) -> None:
    assert checker.wkt("POLYGON EMPTY", WGS84).shape is None
    assert checker.geojson({"type": "Polygon", "coordinates": []}, WGS84).shape is None


def test_heights_are_dropped(checker: ShapeChecker) -> None:
    checked = checker.wkt("LINESTRING Z (116 37 5, 116.1 37.1 6)", WGS84)
    assert checked.shape is not None
    assert not checked.shape.has_z


def test_a_crossing_boundary_is_mended_and_told(checker: ShapeChecker) -> None:
    checked = checker.wkt(BOW_TIE, WGS84)
    assert checked.shape is not None
    assert checked.shape.is_valid
    assert checked.shape.geom_type == "MultiPolygon"
    [(zh, en)] = checked.mended
    assert "自相交" in zh
    assert "Self-intersection" in en


def test_lines_left_over_from_mending_an_area_are_dropped(checker: ShapeChecker) -> None:
    spike = "POLYGON ((116 37, 116.1 37, 116.1 37.1, 116 37.1, 116 37, 115.9 36.9, 116 37))"
    checked = checker.wkt(spike, WGS84)
    assert checked.shape is not None
    assert checked.shape.geom_type == "Polygon"
    assert checked.mended


def test_an_area_without_area_is_kept_as_a_line(checker: ShapeChecker) -> None:
    checked = checker.wkt("POLYGON ((116 37, 116.1 37, 116.2 37, 116 37))", WGS84)
    assert checked.shape is not None
    assert "LineString" in checked.shape.geom_type
    assert "保留为线" in checked.mended[0][0]


def test_an_area_of_two_points_is_kept_as_a_line(checker: ShapeChecker) -> None:
    ring = [[116.0, 37.0], [116.1, 37.1], [116.0, 37.0]]
    checked = checker.geojson({"type": "MultiPolygon", "coordinates": [[ring]]}, WGS84)
    assert checked.shape is not None
    assert checked.shape.geom_type == "LineString"
    assert checked.mended


def test_validity_is_judged_before_the_shape_is_moved(checker: ShapeChecker) -> None:
    metric = shapely.transform(
        box(0, 0, 1, 1), lambda points: points * [100_000, 100_000] + [430_000, 4_100_000]
    )
    crossed = shapely.Polygon([metric.exterior.coords[i] for i in (0, 2, 1, 3, 0)])
    checked = checker.check(crossed, "EPSG:4548")
    assert "(" in checked.mended[0][0]
    x = float(checked.mended[0][1].split("[")[1].split()[0])
    assert x > 100_000, "the place named is in the coordinates of the file"
    assert checked.shape is not None
    assert checked.shape.is_valid


def test_a_ring_left_open_is_closed_and_told(checker: ShapeChecker) -> None:
    shape = {"type": "Polygon", "coordinates": [[[116, 37], [116.1, 37], [116.1, 37.1]]]}
    checked = checker.geojson(shape, WGS84)
    assert checked.shape is not None
    assert checked.shape.is_valid
    assert "已闭合" in checked.mended[0][0]


def test_a_mixed_collection_keeps_its_areas(checker: ShapeChecker) -> None:
    mixed = shapely.GeometryCollection([Point(116, 37), box(116, 37, 116.1, 37.1)])
    checked = checker.check(mixed, WGS84)
    assert checked.shape is not None
    assert checked.shape.geom_type == "Polygon"
    assert checked.mended


def test_a_collection_of_one_kind_needs_no_word(checker: ShapeChecker) -> None:
    checked = checker.check(shapely.GeometryCollection([Point(116, 37)]), WGS84)
    assert checked.shape == Point(116, 37)
    assert checked.mended == []


@pytest.mark.parametrize(
    ("wkt", "crs", "words"),
    [
        ("POINT (37 116)", WGS84, "经度和纬度写反"),
        ("POINT (4146682 438060)", "EPSG:4548", "东坐标和北坐标写反"),
        ("POINT (438060 4146682)", WGS84, "像是以米为单位"),
        ("POINT (121.47 31.23)", WGS84, "不在本市范围内"),
        ("LINESTRING (116 37, 121.47 31.23)", WGS84, r"121\.47"),
        ("POINT (1e30 1e30)", "EPSG:4548", "不在"),
        ("POINT (116 nan)", WGS84, "无效数值"),
        ("POINT (116 inf)", WGS84, "无效数值|WKT"),
        ("POLYGON ((116 37, 116.1 37, 116.1 37.1))", WGS84, "没有闭合"),
        ("POLYGON 116 37", WGS84, "WKT"),
        ("GEOMETRYCOLLECTION (" * 5000, WGS84, "嵌套过深"),
    ],
)
def test_a_shape_that_cannot_be_taken_is_refused_with_the_reason(
    checker: ShapeChecker, wkt: str, crs: str, words: str
) -> None:
    with pytest.raises(ValueProblem, match=words) as refusal:
        checker.wkt(wkt, crs)
    assert refusal.value.en


@pytest.mark.parametrize(
    ("shape", "words"),
    [
        ({"type": "Point"}, "没有坐标"),
        ({"type": "Circle", "coordinates": []}, "未知的图形类型"),
        ({"type": ["Point"], "coordinates": []}, "未知的图形类型"),
        ({"type": "Point", "coordinates": [[116, 37]]}, "层次"),
        ({"type": "Point", "coordinates": ["116", "37"]}, "层次"),
        ({"type": "Point", "coordinates": [True, 37]}, "层次"),
        ({"type": "LineString", "coordinates": [116, 37]}, "层次"),
        ({"type": "LineString", "coordinates": [[116, 37]]}, "层次"),
        ({"type": "Polygon", "coordinates": [[116, 37]]}, "层次"),
        ({"type": "MultiPolygon", "coordinates": 5}, "层次"),
        ({"type": "GeometryCollection", "geometries": [None]}, "无法读取"),
        ("Point", "无法读取"),
    ],
)
def test_a_malformed_geojson_shape_is_refused_with_the_reason(
    checker: ShapeChecker, shape: Any, words: str
) -> None:
    with pytest.raises(ValueProblem, match=words):
        checker.geojson(shape, WGS84)


def test_more_vertices_than_allowed_are_refused_before_anything_is_computed(
    checker: ShapeChecker,
) -> None:
    many = Point(116.5, 37.2).buffer(0.1, quad_segs=MAX_VERTICES // 4 + 1)
    with pytest.raises(ValueProblem, match="请简化"):
        checker.check(many, WGS84)
    with pytest.raises(ValueProblem, match="请简化"):
        checker.geojson(json.loads(shapely.to_geojson(many)), WGS84)


def test_a_file_with_too_many_vertices_is_refused_as_a_whole(checker: ShapeChecker) -> None:
    circle = Point(116.5, 37.2).buffer(0.1, quad_segs=2_400)
    checked = (checker.check(circle, WGS84) for _ in range(60))
    with pytest.raises(ImportRefusedError, match="500000"):
        list(checked)


def test_shifted_and_projected_shapes_come_back_in_wgs84(checker: ShapeChecker) -> None:
    for x, y, crs in (
        (438060.534, 4146682.894, "EPSG:4548"),
        (39438060.534, 4146682.894, "EPSG:4548"),
        (116.3057827, 37.4507664, "GCJ-02"),
        (116.3122683, 37.4568463, "BD-09"),
    ):
        checked = checker.xy(x, y, crs)
        assert checked.shape is not None
        assert checked.shape.distance(Point(116.3, 37.45)) < 1e-6


def test_a_tangle_is_refused_before_it_takes_minutes_to_mend(checker: ShapeChecker) -> None:
    """A ring of 500 random points took 95 s to mend; one that crosses itself a few times is mended."""
    points = np.random.default_rng(1).random((2_000, 2)) / 10 + (116.3, 37.4)
    with pytest.raises(ValueProblem, match="自相交超过"):
        checker.check(Polygon(points), "EPSG:4326")
    few = checker.check(Polygon(points[:30]), "EPSG:4326")
    assert few.shape is not None
    assert few.shape.is_valid
    assert few.mended


def test_a_long_boundary_with_one_crossing_is_mended(checker: ShapeChecker) -> None:
    angles = np.linspace(0, 2 * np.pi, 9_000, endpoint=False)
    ring = np.column_stack([116.3 + 0.1 * np.cos(angles), 37.4 + 0.1 * np.sin(angles)])
    ring[[10, 13]] = ring[[13, 10]]
    assert checker.check(Polygon(ring), "EPSG:4326").mended


def test_a_boundary_that_mending_gives_too_many_vertices_is_refused_as_too_large(
    checker: ShapeChecker,
) -> None:
    angles = np.linspace(0, 2 * np.pi, MAX_VERTICES - 10, endpoint=False)
    ring = np.column_stack([116.3 + 0.1 * np.cos(angles), 37.4 + 0.1 * np.sin(angles)])
    for place in range(0, 600, 20):
        ring[[place, place + 3]] = ring[[place + 3, place]]
    with pytest.raises(ValueProblem, match="请简化"):
        checker.check(Polygon(ring), WGS84)


def test_a_file_of_many_tangles_is_refused_as_a_whole(checker: ShapeChecker) -> None:
    points = np.random.default_rng(2).random((300, 2)) / 10 + (116.3, 37.4)
    refusals: list[str] = []
    for _ in range(30):
        try:
            checker.check(Polygon(points), WGS84)
        except (ImportRefusedError, ValueProblem) as refusal:
            refusals.append(type(refusal).__name__)
    assert refusals[:20] == ["ValueProblem"] * 20
    assert refusals[20:] == ["ImportRefusedError"] * 10


def test_coordinates_beyond_all_systems_are_refused_before_they_overflow(
    checker: ShapeChecker,
) -> None:
    for far in (1e10, -1e308):
        with pytest.raises(ValueProblem, match="不在坐标系"):
            checker.check(Polygon([(far, 37), (116, 37), (116, 38)]), WGS84)
