"""The demo city's ground: a road network that holds together, districts that fill the city, shapes that are sound."""

from __future__ import annotations

from collections import Counter
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

import networkx as nx
import pytest
import shapely
from shapely import STRtree

from geo.demo.build import SEED, build_demo, demo_bbox, iter_batches
from geo.demo.plan import Plan, draw_plan
from geo.demo.plane import Plane
from geo.demo.routes import MODES, Routes

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from geo.records import Batch

DAY = date(2026, 5, 13)
METRE = 1 / 111_000
"""A metre in degrees, near enough for tests of closeness."""


@cache
def demo(day: date = DAY, seed: int = SEED) -> Batch:
    """The demo city, made once for all tests that look at it."""
    return build_demo(day, seed=seed)


@cache
def two_cities() -> tuple[Batch, Batch]:
    """The demo at scale 2, tile by tile."""
    one, two = iter_batches(DAY, 2)
    return one, two


@cache
def demo_routes() -> tuple[Plan, Routes]:
    """The demo's plan and its road graph."""
    plan = draw_plan(Plane())
    return plan, Routes(plan)


def all_shapes(batch: Batch) -> list[tuple[str, BaseGeometry]]:
    """Every shape of a batch with the name of what it belongs to."""
    named = [
        (f"{kind} {record.code}", record.shape)
        for kind in ("districts", "ground", "roads", "pavements")
        for record in getattr(batch, kind)
    ]
    return named + [
        (f"{zone.kind} {zone.code}", part.shape) for zone in batch.zones for part in zone.parts
    ]


def test_every_shape_is_valid_and_within_the_city() -> None:
    bounds = shapely.box(*demo_bbox())
    bad = [
        name
        for name, shape in all_shapes(demo())
        if shape.is_empty or not shape.is_valid or not bounds.covers(shape)
    ]
    assert bad == []


def test_no_shape_has_so_many_points_that_the_database_refuses_it() -> None:
    assert max(shapely.get_num_coordinates(shape) for _, shape in all_shapes(demo())) < 10_000


def test_the_city_has_as_much_of_everything_as_promised() -> None:
    batch = demo()
    zones = Counter(zone.kind for zone in batch.zones)
    assert len(batch.projects) == 300
    assert (zones["site"], zones["relocation"], zones["diversion"]) == (450, 160, 90)
    assert zones["haul_route"] >= 10
    assert zones["control_area"] >= 5
    assert zones["event"] >= 3
    assert len(batch.blockers) == 200
    assert len(batch.units) == 40
    assert len(batch.districts) == 9
    assert 1_500 <= len(batch.roads) <= 3_500
    assert len(batch.pavements) == 60


def test_roads_of_every_class_and_ground_of_every_kind_are_there() -> None:
    classes = {road.road_class for road in demo().roads}
    assert classes == {
        "motorway",
        "trunk",
        "primary",
        "secondary",
        "tertiary",
        "residential",
        "other",
    }
    assert {piece.kind for piece in demo().ground} == {
        "water",
        "green",
        "built",
        "railway",
        "boundary",
    }


def test_streets_go_on_under_another_name_beyond_the_river() -> None:
    names = {road.name for road in demo().roads}
    assert {"东方红路", "东方红东路", "湖滨大道", "迎宾大街", "天衢东路", "三八路"} <= names


def test_all_roads_hang_together() -> None:
    network: nx.Graph[tuple[float, ...]] = nx.Graph()
    for road in demo().roads:
        nx.add_path(network, road.shape.coords)
    assert nx.number_connected_components(network) == 1


def test_roads_that_cross_share_the_point_unless_one_is_an_expressway() -> None:
    roads = [road for road in demo().roads if road.road_class != "motorway"]
    tree = STRtree([road.shape for road in roads])
    first, second = tree.query([road.shape for road in roads], predicate="crosses")
    missed = []
    for one, two in zip(first.tolist(), second.tolist(), strict=True):
        if one < two:
            shared = set(roads[one].shape.coords) & set(roads[two].shape.coords)
            met = shapely.get_parts(roads[one].shape.intersection(roads[two].shape))
            far = [
                point
                for point in met
                if min((point.distance(shapely.Point(at)) for at in shared), default=1) > METRE
            ]
            missed += [(roads[one].code, roads[two].code)] if far else []
    assert missed == []


def test_districts_fill_the_city_without_overlapping() -> None:
    shapes = [district.shape for district in demo().districts if district.shape is not None]
    border = next(piece.shape for piece in demo().ground if piece.kind == "boundary")
    city = shapely.Polygon(border.coords)
    overlap = sum(shape.area for shape in shapes) - shapely.union_all(shapes).area
    assert overlap < 1e-9
    assert shapely.union_all(shapes).symmetric_difference(city).area < 1e-6


def test_detours_follow_roads_to_a_metre() -> None:
    tree = STRtree([road.shape for road in demo().roads])
    detours = [part for zone in demo().zones for part in zone.parts if part.role == "detour"]
    points = shapely.points(shapely.get_coordinates([part.shape for part in detours]))
    _, distances = tree.query_nearest(points, return_distance=True, all_matches=False)
    assert {part.mode for part in detours} == set(MODES)
    assert distances.max() < METRE


def test_a_detour_goes_round_the_stretch_it_is_for() -> None:
    for zone in demo().zones:
        taken = [part.shape for part in zone.parts if part.role == "taken"]
        inner = shapely.union_all(taken).buffer(-2 * METRE) if taken else None
        for part in zone.parts:
            if part.role == "detour" and inner is not None:
                inside = part.shape.intersection(inner).length
                assert inside < 40 * METRE, zone.code


def test_some_detours_run_into_another_full_closure() -> None:
    diversions = [zone for zone in demo().zones if zone.kind == "diversion"]
    closed = [
        (zone, part.shape.buffer(-METRE))
        for zone in diversions
        if zone.taken == ("full",)
        for part in zone.parts
        if part.role == "taken"
    ]
    blocked = {
        zone.code
        for zone in diversions
        for part in zone.parts
        if part.role == "detour"
        for other, shape in closed
        if other is not zone and part.shape.intersection(shape).length > 50 * METRE
    }
    assert len(blocked) >= 3


def test_several_owners_dig_in_the_same_ground() -> None:
    digs = [
        (zone.unit, part.shape)
        for zone in demo().zones
        if zone.kind == "relocation" and zone.state in {"planned", "confirmed"}
        for part in zone.parts
    ]
    shapes = [shape for _, shape in digs]
    pairs = zip(*STRtree(shapes).query(shapes, predicate="intersects").tolist(), strict=True)
    assert sum(one < two and digs[one][0] != digs[two][0] for one, two in pairs) >= 10


@pytest.mark.parametrize("mode", MODES)
def test_nobody_is_led_over_an_expressway(mode: str) -> None:
    plan, routes = demo_routes()
    way = routes.find_way(
        mode, routes.nearest(-15_000, -15_000), routes.nearest(16_000, 12_000), ()
    )
    assert way is not None
    points = set(way)
    on_motorway = [
        stretch
        for stretch in plan.stretches
        if stretch.road_class == "motorway" and len(points & set(stretch.points)) > 2
    ]
    assert on_motorway == []


def test_without_any_way_round_there_is_no_detour() -> None:
    _, routes = demo_routes()
    dead_end = next(
        junction for junction in sorted(routes.graph) if routes.graph.degree[junction] == 1
    )
    (neighbour,) = routes.graph[dead_end]
    assert routes.find_way("foot", dead_end, neighbour, {frozenset((dead_end, neighbour))}) is None


def test_cities_lie_side_by_side_and_share_no_code() -> None:
    west, south, east, north = demo_bbox(2)
    assert (west, south) == demo_bbox()[:2]
    assert (round(east - west, 6), round(north - south, 6)) == (1.2, 0.5)
    one, two = two_cities()
    bounds = shapely.box(116.6, 37.2, 117.2, 37.7)
    assert all(bounds.covers(shape) for _, shape in all_shapes(two))
    for kind in ("districts", "ground", "roads", "projects", "pavements"):
        assert not {record.code for record in getattr(one, kind)} & {
            record.code for record in getattr(two, kind)
        }
    for kind in ("units", "districts", "projects"):
        assert not {record.name for record in getattr(one, kind)} & {
            record.name for record in getattr(two, kind)
        }
    shared = {zone.code for zone in one.zones if zone.kind != "site"} & {
        zone.code for zone in two.zones if zone.kind != "site"
    }
    assert shared == set()


def test_roads_go_on_from_one_city_into_the_next() -> None:
    ends = [
        {point for road in batch.roads for point in (road.shape.coords[0], road.shape.coords[-1])}
        for batch in two_cities()
    ]
    assert len({point for point in ends[0] & ends[1] if point[0] == 116.6}) >= 2


@pytest.mark.parametrize("scale", [0, 101])
def test_a_scale_without_names_for_its_cities_is_refused(scale: int) -> None:
    with pytest.raises(ValueError, match="scale must be"):
        next(iter_batches(DAY, scale))
