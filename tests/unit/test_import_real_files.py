"""The real files, each through its mapping, and files that an importer must refuse or mend."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING

import pytest
import shapely
from shapely.geometry import Point

from geo.crs import CGCS2000_CM117, to_metric
from geo.importers.mapping import find_mapping, read_mapped
from geo.importers.mapping_file import load_mapping
from geo.importers.sources import read_grids
from geo.records import Day
from tests.importing import context_of, of_level
from tests.realdata import real_file

if TYPE_CHECKING:
    from pathlib import Path

    from geo.importers.reading import Reading
    from geo.notices import Notice


def read(city: str, mapping: str, *parts: str) -> Reading:
    """A real file through the mapping that comes with Jiantu."""
    return read_mapped(real_file(*parts), find_mapping(mapping), context_of(city))


@pytest.fixture(scope="module")
def taichung() -> Reading:
    """Taichung's permits, read once."""
    return read("taichung", "taichung-dig-permits", "taiwan-roadworks", "taichung-dig-permits.json")


@pytest.fixture(scope="module")
def taipei() -> Reading:
    """Taipei's digs, read once."""
    return read("taipei", "taipei-road-digs", "taiwan-roadworks", "taipei-road-digs-20260429.json")


@pytest.fixture(scope="module")
def new_york() -> Reading:
    """New York's projects, read once."""
    return read("new-york", "nyc-capital", "nyc-capital", "projects.geojson")


def shapes_mended(notices: list[Notice]) -> list[Notice]:
    """What was mended in a row; what holds for a file as a whole (the turn of its rings) names none."""
    return [each for each in of_level(notices, "mended") if each.row is not None]


def test_taichungs_rows_become_works_with_all_their_shapes(taichung: Reading) -> None:
    assert sum(taichung.rows_read.values()) == 3_327
    works = taichung.batch.zones
    assert len(works) == 1_790
    assert sum(len(work.parts) for work in works) == 3_220
    assert {work.kind for work in works} == {"relocation"}
    assert all(part.shape.is_valid for work in works for part in work.parts)
    assert of_level(taichung.notices, "refused") == []


def test_taichungs_rows_without_a_shape_are_kept_and_told(taichung: Reading) -> None:
    without = of_level(taichung.notices, "noted")
    assert len(without) == 107
    assert all("无位置" in each.message_zh for each in without)


def test_taichungs_mended_shapes_are_named_in_the_report(taichung: Reading) -> None:
    mended = shapes_mended(taichung.notices)
    assert len(mended) == 11
    codes = {work.code for work in taichung.batch.zones}
    assert all(each.value and each.value.split()[0] in codes for each in mended)
    assert sum("保留为线" in each.message_zh for each in mended) == 3


def test_a_work_of_taichung_is_read_in_full(taichung: Reading) -> None:
    work = taichung.batch.zones[0]
    assert work.code == "106A01114-U102080027"
    assert work.planned_start == Day(date(2021, 4, 21))
    assert work.planned_finish == Day(date(2021, 7, 5))
    assert (work.utility, work.unit) == ("gas", "欣中天然氣股份有限公司")
    assert (work.state, work.emergency) == ("planned", False)
    assert work.source_crs == "EPSG:4326"
    assert len(taichung.batch.units) == 92


def test_taichungs_emergencies_are_told_apart(taichung: Reading) -> None:
    emergencies = [work for work in taichung.batch.zones if work.emergency]
    assert emergencies
    assert {work.dig_plan_state for work in emergencies} == {"emergency"}


def test_taipeis_metres_without_a_label_come_to_lie_in_taipei(taipei: Reading) -> None:
    relocations = [zone for zone in taipei.batch.zones if zone.kind == "relocation"]
    assert len(relocations) == 120, "121 applications, one of which is refused"
    for zone in relocations:
        west, south, east, north = zone.parts[0].shape.bounds
        assert 121.4 < west <= east < 121.7
        assert 24.9 < south <= north < 25.25
        assert zone.source_crs == "EPSG:3826"
        assert len(zone.parts) == 1, "the application's shape stands in each of its rows"


def test_taipeis_shape_with_a_vertex_in_another_city_is_refused_naming_the_place(
    taipei: Reading,
) -> None:
    refused = of_level(taipei.notices, "refused")
    assert {each.value for each in refused} == {"99015156 中正區16"}
    assert [each.row for each in refused] == list(range(125, 131))
    assert "120.68727, 24.12097" in refused[0].message_zh


def test_taipeis_invalid_shapes_are_mended_before_they_are_moved(taipei: Reading) -> None:
    assert len(shapes_mended(taipei.notices)) == 7


def test_taipeis_closed_roads_are_diversions_made_for_their_dig(taipei: Reading) -> None:
    diversions = [zone for zone in taipei.batch.zones if zone.kind == "diversion"]
    digs = {zone.code for zone in taipei.batch.zones if zone.kind == "relocation"}
    assert diversions
    for zone in diversions:
        assert zone.made_for in digs
        assert zone.taken == ("full",)
        assert zone.passing == "detour"
        assert {part.role for part in zone.parts} == {"taken"}


def test_new_yorks_projects_have_budgets_sites_and_blockers(new_york: Reading) -> None:
    batch = new_york.batch
    assert len(batch.projects) == 2_008
    assert len(batch.blockers) == 1_309, "1,310 rows, one of a project that comes twice"
    causes = Counter(blocker.cause for blocker in batch.blockers)
    assert causes["design_change"] >= 610
    assert causes["procedures"] == 12
    first = batch.projects[0]
    assert (first.code, first.total_investment_yuan) == ("LB20DUMBO", 5_000_000)
    assert batch.plans[0].year_investments[2021] == 5_000_000
    assert {blocker.raised_on for blocker in batch.blockers} == {date(2020, 11, 1)}


def test_new_yorks_repeated_ids_are_told_with_both_rows(new_york: Reading) -> None:
    repeated = [each for each in new_york.notices if "以后一行为准" in each.message_zh]
    assert {(each.row, each.value) for each in repeated} == {(79, "P-213CNTR"), (690, "HBBA24181")}
    kept = [each for each in new_york.batch.projects if each.code in {"P-213CNTR", "HBBA24181"}]
    assert {each.source.row for each in kept} == {463, 705}


def test_new_yorks_boroughs_are_districts() -> None:
    reading = read("new-york", "nyc-boroughs", "nyc-capital", "borough-boundaries.geojson")
    assert len(reading.batch.districts) == 5


def test_dezhous_districts_are_corrected_and_the_crossing_one_is_mended() -> None:
    path = real_file("dezhou", "dezhou-districts-gcj02.json")
    reading = read_mapped(path, find_mapping("dezhou-districts"), context_of())
    assert len(reading.batch.districts) == 11
    [mended] = shapes_mended(reading.notices)
    assert (mended.level, mended.value) == ("mended", "371422 宁津县")
    decheng = next(each for each in reading.batch.districts if each.name == "德城区")
    assert decheng.shape is not None
    raw = shapely.from_geojson(path.read_text(encoding="utf-8"))
    shifted = next(part for part in shapely.get_parts(raw) if part.contains(decheng.shape.centroid))
    here, there = to_metric([decheng.shape.centroid, shifted.centroid], CGCS2000_CM117)
    assert here.distance(there) == pytest.approx(520, abs=10)


def test_dezhous_gbk_shapefile_is_read_with_its_encoding_and_projection(tmp_path: Path) -> None:
    (tmp_path / "m.toml").write_text(
        """
        [shape]
        from = "feature"
        [[record]]
        kind = "district"
        [record.fields]
        code = "{行政区代码}"
        name = "{名称}"
        kind = "district"
        """,
        encoding="utf-8",
    )
    path = real_file("dezhou", "dezhou_gbk_4548", "dezhou_gbk_4548.shp")
    reading = read_mapped(path, load_mapping(tmp_path / "m.toml"), context_of())
    assert [each.name for each in reading.batch.districts][:2] == ["德城区", "陵城区"]
    decheng = reading.batch.districts[0]
    assert decheng.shape is not None
    assert decheng.shape.contains(Point(116.30, 37.45))


def test_shanghais_roads_and_railways_are_put_together_from_their_pieces() -> None:
    reading = read("shanghai", "shanghai-roads", "shanghai-osm", "shanghai-roads.geojson")
    roads = reading.batch.roads
    assert len({road.code for road in roads}) == len(roads) == 1_050
    assert any(road.name == "世纪大道" and road.road_class == "primary" for road in roads)
    assert any(road.oneway for road in roads)
    assert {part.kind for part in reading.batch.ground} == {"railway"}
    assert of_level(reading.notices, "refused") == []


def test_an_old_xls_is_read() -> None:
    path = real_file("zurich", "Baustellen Februar 2015.xls")
    [grid] = [grid for grid in read_grids(path, "workbook") if grid.rows]
    assert grid.rows[0][0] == "StrNr"
    assert grid.rows[1][7] == "10.1. - 31.3.2015"
