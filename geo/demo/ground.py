"""The base map's records: districts, roads, water, green, built-up land, railways, the city's border."""

from __future__ import annotations

from typing import TYPE_CHECKING

import shapely
from shapely import MultiPolygon

from geo.demo.blocks import URBAN
from geo.demo.highways import EDGE
from geo.demo.names import FIRST, Name
from geo.demo.streets import LANES, WIDTHS_M
from geo.demo.water import CANAL_HALF_WIDTH_M, RIVER_HALF_WIDTH_M
from geo.records import DistrictRecord, GroundRecord, RoadRecord

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapely.geometry.base import BaseGeometry

    from geo.demo.districts import Districts
    from geo.demo.plan import Plan

MOAT_HALF_WIDTH_M = 12.0
STREAM_HALF_WIDTH_M = 14.0


def make_districts(plan: Plan, districts: Districts) -> list[DistrictRecord]:
    """The districts as records."""
    return [
        DistrictRecord(
            code=plan.plane.code(district.code),
            name=district.name.zh,
            name_en=district.name.en,
            kind=district.kind,
            shape=plan.plane.degrees(district.shape),
        )
        for district in districts.listed
    ]


def make_roads(plan: Plan) -> list[RoadRecord]:
    """The roads as records: one for each stretch, numbered in the order in which the plan draws them."""
    shapes = plan.plane.degrees_of([stretch.line for stretch in plan.stretches])
    records = []
    for number, (stretch, shape) in enumerate(zip(plan.stretches, shapes, strict=True), 1):
        street = plan.streets[stretch.street]
        name = plan.names[number - 1]
        records.append(
            RoadRecord(
                code=plan.plane.code(f"R{number:05d}"),
                name=name.zh if name else None,
                name_en=name.en if name else None,
                road_class=stretch.road_class,
                shape=shape,
                oneway=street.oneway,
                lanes=LANES[stretch.road_class],
                width_m=WIDTHS_M[stretch.road_class],
            )
        )
    return records


def make_ground(plan: Plan, districts: Districts) -> list[GroundRecord]:
    """Water, green, built-up land, railways and the border as records."""
    drawn = [
        *_water(plan),
        *_green(plan),
        *_built(plan),
        *_railways(plan),
        ("boundary", Name(f"{plan.plane.town}市界", "City border"), districts.outline.exterior),
    ]
    shapes = plan.plane.degrees_of([shape for _, _, shape in drawn])
    numbers: dict[str, int] = {}
    records = []
    for (kind, name, _), shape in zip(drawn, shapes, strict=True):
        numbers[kind] = numbers.get(kind, 0) + 1
        records.append(
            GroundRecord(
                code=plan.plane.code(f"{kind}-{numbers[kind]:04d}"),
                kind=kind,
                name=name.zh if name else None,
                name_en=name.en if name else None,
                shape=shape,
            )
        )
    return records


Drawn = tuple[str, Name | None, "BaseGeometry"]


def river_area(plan: Plan) -> BaseGeometry:
    """The river's water within the tile, in metres."""
    return plan.waters.river.buffer(RIVER_HALF_WIDTH_M, quad_segs=2).intersection(EDGE)


def _water(plan: Plan) -> Iterator[Drawn]:
    waters = plan.waters
    river = river_area(plan)
    canal = (
        waters.canal.buffer(CANAL_HALF_WIDTH_M, quad_segs=2).intersection(EDGE).difference(river)
    )
    stream = (
        waters.stream.buffer(STREAM_HALF_WIDTH_M, quad_segs=2).intersection(EDGE).difference(canal)
    )
    lake = waters.lake.difference(MultiPolygon(waters.islands))
    channel = waters.channel.buffer(9, quad_segs=2).difference(river).difference(waters.lake)
    yield "water", Name(plan.plane.town, "Anhe River"), river
    yield "water", Name("运河", "Grand Canal branch"), canal
    yield "water", Name("清水沟", "Qingshui Brook"), stream
    yield "water", Name("明湖", "Minghu Lake"), lake
    yield "water", None, _largest(channel)
    yield "water", Name("护城河", "Moat"), waters.moat.buffer(MOAT_HALF_WIDTH_M, quad_segs=2)


def _green(plan: Plan) -> Iterator[Drawn]:
    random = plan.plane.random("green")
    bases = list(FIRST)
    random.shuffle(bases)
    wet = shapely.union_all(
        [river_area(plan), plan.waters.canal.buffer(CANAL_HALF_WIDTH_M), plan.waters.lake]
    )
    shapely.prepare(wet)
    for block in plan.blocks:
        if block.kind not in {"green", "corridor"}:
            continue
        shape: BaseGeometry = block.shape.buffer(-9, join_style="mitre")
        if wet.intersects(shape):
            shape = shape.difference(wet)
        if shape.is_empty:
            continue
        name = None
        if plan.skeleton.park.contains(block.shape.representative_point()):
            name = Name("明湖公园", "Minghu Park")
        elif block.kind == "green":
            base = bases.pop()
            name = Name(f"{base.zh}公园", f"{base.en} Park")
        yield "green", name, shape
    for island in plan.waters.islands:
        yield "green", None, island


def _built(plan: Plan) -> Iterator[Drawn]:
    for block in plan.blocks:
        if block.kind in URBAN:
            shape: BaseGeometry = block.shape.buffer(-9, join_style="mitre")
            if block.kind == "old_town":
                shape = shape.difference(plan.waters.moat.buffer(MOAT_HALF_WIDTH_M + 2))
            if not shape.is_empty:
                yield "built", None, shape
    for name, area in plan.country.villages:
        yield "built", name, area
    for station in plan.waters.stations:
        yield "built", None, station


def _railways(plan: Plan) -> Iterator[Drawn]:
    yield "railway", Name("京河铁路", "Jinghe Railway"), plan.waters.railway.intersection(EDGE)
    yield (
        "railway",
        Name("京安高速铁路", "Jing'an High-speed Railway"),
        plan.waters.high_speed.intersection(EDGE),
    )
    for track in plan.waters.tracks:
        yield "railway", None, track


def _largest(shape: BaseGeometry) -> BaseGeometry:
    parts: list[BaseGeometry] = list(getattr(shape, "geoms", [shape]))
    return max(parts, key=lambda part: part.area)
