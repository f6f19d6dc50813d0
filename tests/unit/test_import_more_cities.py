"""Real files of six more cities through mappings alone, compared with what geopandas, json and pyproj make of them."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import geopandas
import pyproj
import pytest
import shapely
from shapely.geometry import shape as shape_of

from geo.importers.mapping import find_mapping, read_mapped
from geo.records import Day
from tests.importing import context_of, of_level
from tests.realdata import real_file, real_files
from tests.work_zone_feeds import feed_schema

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from geo.importers.reading import Reading
    from geo.records import ZoneRecord

METRE = 1e-5
"""A metre in degrees of latitude, about; less in longitude."""


def read(city: str, mapping: str, *parts: str) -> Reading:
    """A real file through the mapping that comes with Jiantu."""
    return read_mapped(real_file(*parts), find_mapping(mapping), context_of(city))


def features(*parts: str) -> list[dict[str, Any]]:
    """The features of a GeoJSON file, by the standard library alone."""
    found = json.loads(real_file(*parts).read_text(encoding="utf-8"))
    return list(found["features"])


def zones(reading: Reading, kind: str) -> dict[str, ZoneRecord]:
    """The zones of one kind by code."""
    return {zone.code: zone for zone in reading.batch.zones if zone.kind == kind}


def apart(one: BaseGeometry, other: BaseGeometry) -> float:
    """The greatest distance of two shapes in degrees."""
    return float(shapely.hausdorff_distance(one, other))


def german(word: str | None) -> date | None:
    return None if word is None else datetime.strptime(word, "%d.%m.%Y %H:%M").date()  # noqa: DTZ007


def test_berlins_works_have_their_days_and_shapes() -> None:
    reading = read("berlin", "berlin-road-works", "berlin", "berlin.json")
    known = {each["properties"]["id"]: each for each in features("berlin", "berlin.json")}
    assert len(known) == 241
    diversions, events = zones(reading, "diversion"), zones(reading, "event")
    assert (len(diversions), len(events)) == (228, 13)
    for code, zone in (diversions | events).items():
        words = known[code]["properties"]
        days = (words["validity"]["from"], words["validity"]["to"])
        planned = (zone.planned_start, zone.planned_finish)
        assert tuple(each.on if each else None for each in planned) == tuple(map(german, days))
        geometry = known[code]["geometry"]
        lines = [
            shape_of(each)
            for each in geometry.get("geometries", [geometry])
            if each["type"] == "LineString" or geometry["type"] == "Point"
        ]
        assert len(zone.parts) == (1 if lines else 0)
        if lines:
            assert apart(zone.parts[0].shape, shapely.unary_union(lines)) < METRE
    assert Counter(zone.taken for zone in diversions.values()) == {
        ("full",): 71,
        ("motor_lane",): 2,
        None: 155,
    }
    told = Counter((each.level, each.message_zh[:6]) for each in reading.notices)
    assert told == {
        ("mended", "图形由面、线"): 47,
        ("mended", "图形有重复的"): 1,
        ("noted", "没有图形,保"): 1,
    }


def test_montpelliers_works_are_diversions_and_those_of_networks_relocations_too() -> None:
    reading = read("montpellier", "montpellier-road-works", "montpellier", "montpellier.json")
    known = {
        each["properties"]["numero"]: each for each in features("montpellier", "montpellier.json")
    }
    diversions, relocations = zones(reading, "diversion"), zones(reading, "relocation")
    assert set(diversions) == set(known)
    networks = {
        code
        for code, each in known.items()
        if each["properties"]["ch_nature"] not in {"Voirie", "Tramway"}
    }
    assert set(relocations) == networks
    assert {code for code, zone in diversions.items() if zone.made_for} == networks
    for code, zone in (diversions | relocations).items():
        words = known[code]["properties"]
        first, last = (
            date(int(word[:4]), int(word[4:6]), int(word[6:]))
            for word in (words["datedebut"], words["datefin"])
        )
        assert (zone.planned_start, zone.planned_finish) == (Day(first), Day(last))
        assert apart(zone.parts[0].shape, shape_of(known[code]["geometry"])) < METRE
    assert Counter(zone.utility for zone in relocations.values()) == {
        "water": 8,
        "electricity": 5,
        "gas": 4,
        "drainage": 3,
        None: 3,
    }
    assert reading.notices == []


def test_two_days_in_one_cell_and_swiss_coordinates_are_understood() -> None:
    reading = read("appenzell", "appenzell-road-works", "zurich", "Baustellen Februar 2015.xls")
    [zone] = reading.batch.zones
    assert (zone.planned_start, zone.planned_finish) == (
        Day(date(2015, 1, 10)),
        Day(date(2015, 3, 31)),
    )
    x, y = pyproj.Transformer.from_crs(21781, 4326, always_xy=True).transform(753302.37, 252716.25)
    assert apart(zone.parts[0].shape, shapely.Point(x, y)) < METRE
    assert (zone.passing, zone.unit) == ("alternating", "TBA, Strassenunterhalt")
    assert reading.notices == []


@pytest.mark.parametrize("suffix", ["shp", "geojson"])
def test_kaohsiungs_pipelines_become_outlines_that_keep_no_pipe(suffix: str) -> None:
    name = f"kh_ng_pipelines_wgs84.{suffix}"
    reading = read("kaohsiung", "kaohsiung-gas-works", "kaohsiung-pipelines", name)
    lines = geopandas.read_file(real_file("kaohsiung-pipelines", name)).to_crs(3826)
    outlines = lines.buffer(2.0, quad_segs=4).to_crs(4326)
    assert len(reading.batch.zones) == len(outlines) == 609
    for zone, outline in zip(reading.batch.zones, outlines, strict=True):
        [part] = zone.parts
        assert part.shape.geom_type in {"Polygon", "MultiPolygon"}
        assert part.role == "footprint"
        assert part.width_m is None
        assert apart(part.shape, outline) < METRE / 10
        assert (zone.utility, zone.unit, zone.note) == ("gas", "欣高", None)
    assert len({zone.code for zone in reading.batch.zones}) == 609
    assert of_level(reading.notices, "refused") == []


def test_cambridges_permits_are_projects_with_a_site_of_all_their_lots() -> None:
    reading = read("cambridge", "cambridge-permits", "cambridge", "CDD_SpecialPermits.geojson")
    known: dict[str, list[dict[str, Any]]] = {}
    for each in features("cambridge", "CDD_SpecialPermits.geojson"):
        known.setdefault(each["properties"]["CaseID"], []).append(each)
    assert [project.code for project in reading.batch.projects] == list(known)
    assert len(known) == 424
    for zone in reading.batch.zones:
        rows = known[zone.project or ""]
        assert len(zone.parts) == len(rows)
        for part, row in zip(zone.parts, rows, strict=True):
            assert apart(part.shape, shape_of(row["geometry"])) < METRE
    over = {"Withdrawn", "Denied", "Expired", "Superseded"}
    ended = {project.code for project in reading.batch.projects if project.standing == "ended"}
    assert ended == {
        code for code, rows in known.items() if rows[0]["properties"]["CaseStatus"] in over
    }
    assert all(project.name for project in reading.batch.projects)
    assert {each.level for each in reading.notices} == {"noted"}, "lots of one case that differ"


def test_cambridges_streets_are_roads() -> None:
    reading = read("cambridge", "cambridge-roads", "cambridge", "TRANS_Centerlines.geojson")
    known = {
        each["properties"]["ID"]: each
        for each in features("cambridge", "TRANS_Centerlines.geojson")
    }
    assert len(reading.batch.roads) == len(known) == 2_643
    for road in reading.batch.roads:
        assert apart(road.shape, shape_of(known[road.code]["geometry"])) < METRE
    assert Counter(road.road_class for road in reading.batch.roads)["primary"] == 284


@pytest.mark.parametrize("name", ["water", "buildings"])
def test_shanghais_water_and_buildings_are_ground(name: str) -> None:
    path = ("shanghai-osm", f"shanghai-{name}.geojson")
    reading = read("shanghai", "shanghai-ground", *path)
    other = {"address", "entrance", "swimming_pool", "fountain"}
    known = [each for each in features(*path) if each["properties"]["kind"] not in other]
    assert len(known) > 90
    assert len(reading.batch.ground) == len(known)
    assert {each.kind for each in reading.batch.ground} == {"water" if name == "water" else "built"}


# ------------------------------------------------------------------ work zone feeds


def local_days(feature: dict[str, Any], zone: str) -> tuple[date, date]:
    """First and last day of a road event where it lies."""
    first, last = (
        datetime.fromisoformat(feature["properties"][name]).astimezone(ZoneInfo(zone))
        for name in ("start_date", "end_date")
    )
    if (last.hour, last.minute) == (0, 0):
        last -= timedelta(minutes=1)
    return first.date(), last.date()


def test_colorados_feed_holds_to_the_schema_and_becomes_diversions() -> None:
    path = ("wzdx", "colorado-wzdx-4.2.json")
    feed_schema().validate(json.loads(real_file(*path).read_text(encoding="utf-8")))
    reading = read("colorado", "wzdx", *path)
    known = {each["id"]: each for each in features(*path)}
    diversions, relocations = zones(reading, "diversion"), zones(reading, "relocation")
    assert set(diversions) == set(known)
    assert len(known) == 279
    assert Counter(zone.passing for zone in diversions.values()) == {"alternating": 152, None: 127}
    utility = {
        code
        for code, each in known.items()
        for work in each["properties"].get("types_of_work", ())
        if work["type_name"] in {"below-road-work", "overhead-work"}
    }
    assert set(relocations) == utility
    for code, zone in diversions.items():
        words = known[code]["properties"]
        assert (zone.planned_start, zone.planned_finish) == tuple(
            map(Day, local_days(known[code], "America/Denver"))
        )
        assert [part.role for part in zone.parts] == ["taken"]
        assert apart(zone.parts[0].shape, shape_of(known[code]["geometry"])) < METRE
        general = [lane for lane in words["lanes"] if lane["type"] == "general"]
        closed = words["vehicle_impact"] == "all-lanes-closed"
        assert zone.lanes_before == (len(general) or None)
        if general:
            open_lanes = [lane for lane in general if lane["status"] == "open"]
            assert zone.lanes_open == (0 if closed else len(open_lanes))
        assert ("full" in (zone.taken or ())) == closed
        assert ("motor" in (zone.still_pass or ())) == (not closed)
    assert reading.notices == []


@pytest.mark.parametrize(
    "path", real_files("wzdx/examples", ".geojson"), ids=lambda path: path.stem.split("_")[0]
)
def test_the_standards_own_examples_go_in(path: Any) -> None:
    found = json.loads(path.read_text(encoding="utf-8"))
    feed_schema().validate(found)
    context = context_of("colorado")
    object.__setattr__(context, "bbox", (-94.5, 40.0, -90.0, 43.5))
    reading = read_mapped(path, find_mapping("wzdx"), context)
    kinds = Counter(each["properties"]["core_details"]["event_type"] for each in found["features"])
    assert len(zones(reading, "diversion")) == kinds["work-zone"]
    roles = Counter(
        part.role for zone in zones(reading, "diversion").values() for part in zone.parts
    )
    assert roles["taken"] == kinds["work-zone"]
    assert roles["detour"] == kinds["detour"]
    assert of_level(reading.notices, "refused") == []


def test_dezhous_notices_are_diversions_of_their_pipe_works_and_wait_to_be_placed_by_their_words() -> (
    None
):
    with real_file("dezhou", "dezhou-road-closures.csv").open(encoding="utf-8-sig") as file:
        known = {row["记录"]: row for row in csv.DictReader(file)}
    reading = read("dezhou", "dezhou-road-closures", "dezhou", "dezhou-road-closures.csv")
    diversions, relocations = zones(reading, "diversion"), zones(reading, "relocation")
    assert set(diversions) == set(known)
    assert set(known) - set(relocations) == {"dz07", "dz08"}, "no pipe was laid there"
    for code, zone in diversions.items():
        days = [
            row and Day(date.fromisoformat(row))
            for row in (known[code]["开始"], known[code]["结束"])
        ]
        assert [zone.planned_start, zone.planned_finish] == [each or None for each in days]
        assert zone.parts == ()
        assert (zone.location_text or "").startswith(known[code]["道路"])
        assert zone.made_for == (code if code in relocations else None)
    assert Counter(zone.utility for zone in relocations.values()) == {"drainage": 6, "heat": 4}
    assert (diversions["dz01"].location_text, diversions["dz01"].taken) == (
        "东风路(湖滨大道至迎宾大街段)",
        ("motor_lane", "cycle_lane", "footway"),
    )
    assert diversions["dz04b"].location_text == "天衢东路金辰云峰售楼处对面"
    assert diversions["dz08"].emergency
    assert reading.notices == []


def test_every_mapping_and_city_file_names_itself_in_both_languages() -> None:
    for name in ("berlin-road-works", "wzdx", "kaohsiung-gas-works", "cambridge-permits"):
        mapping = find_mapping(name)
        assert re.search(r"[\u4e00-\u9fff]", mapping.title)
        assert mapping.title_en.isascii()
