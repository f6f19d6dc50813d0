"""Mapping files: what they may say, what is wrong with them, and what they make of rows."""

from __future__ import annotations

import csv
import json
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
import shapely
from shapely.geometry import Point

from geo.errors import ImportRefusedError, RuleError
from geo.importers.mapping import find_mapping, list_mappings, read_mapped
from geo.importers.mapping_file import load_mapping
from geo.records import Day
from tests.importing import context_of, of_level, save_workbook

if TYPE_CHECKING:
    from pathlib import Path

    from geo.importers.reading import Reading

PROJECT = """
[[record]]
kind = "project"
[record.fields]
code = "{id}"
name = "{name}"
"""
PLAN = """
[[record]]
kind = "plan"
[record.fields]
project = "{p}"
"""
ZONE = """
[[record]]
kind = "relocation"
[record.fields]
code = "{id}"
"""


def read(folder: Path, mapping: str, rows: list[Any], city: str = "dezhou") -> Reading:
    """Read rows, as JSON, through a mapping."""
    (folder / "m.toml").write_text(mapping, encoding="utf-8")
    (folder / "rows.json").write_text(json.dumps(rows), encoding="utf-8")
    return read_mapped(folder / "rows.json", load_mapping(folder / "m.toml"), context_of(city))


@pytest.mark.parametrize(
    ("mapping", "key"),
    [
        ("record = []", "record"),
        ("colour = 1" + PROJECT, "colour"),
        ("[file]\nformat = 'dwg'" + PROJECT, "file.format"),
        ("[file]\ncolour = 'x'" + PROJECT, "file.colour"),
        ("[shape]\nfrom = 'air'" + PROJECT, "shape.from"),
        ("[shape]\nfrom = 'wkt'\ncrs = 'EPSG:4326'" + PROJECT, "shape.field"),
        ("[shape]\nfrom = 'wkt'\nfield = 'g'" + PROJECT, "shape.crs"),
        ("[shape]\nfrom = 'wkt'\nfield = 'g'\ncrs = 'EPSG:1'" + PROJECT, "shape.crs"),
        ("[shape]\nfrom = 'xy'\nx = 1\ny = 'b'\ncrs = 'EPSG:4326'" + PROJECT, "shape.x"),
        ("shape = 3" + PROJECT, "shape"),
        ("[[record]]\nkind = 'castle'\n[record.fields]", "record[1].kind"),
        ("[[record]]\nkind = 'project'\n[record.fields]\ncode = '{id}'", "record[1].fields"),
        (PROJECT + "colour = '{c}'", "record[1].fields.colour"),
        (PROJECT + "parts = '{c}'", "record[1].fields.parts"),
        (ZONE + "kind = 'site'", "record[1].fields.kind"),
        (PROJECT + "manager = '{c'", "record[1].fields.manager"),
        (PROJECT + "manager = 3", "record[1].fields.manager"),
        (PROJECT + "manager = {}", "record[1].fields.manager"),
        (PROJECT + "manager = {from = '{a}', join = ['{b}']}", "record[1].fields.manager"),
        (PROJECT + "manager = {from = '{a}', date = 'roc'}", "record[1].fields.manager.date"),
        (PROJECT + "manager = {from = '{a}', values = {x = 1}}", "fields.manager.values.x"),
        (PROJECT + "manager = {from = '{a}', contains = ['x']}", "fields.manager.contains"),
        (PROJECT + "manager = {from = '{a}', colour = 1}", "fields.manager.colour"),
        (PROJECT + "total_investment_yuan = {from = '{a}', unit_yuan = 0}", "unit_yuan"),
        (ZONE.replace("[record.fields]", "works = 3\n[record.fields]"), "record[1].works"),
        (ZONE.replace("[record.fields]", "shapes = 'two'\n[record.fields]"), "record[1].shapes"),
        (ZONE.replace("[record.fields]", "where = {field = 'a'}\n[record.fields]"), "where"),
        (ZONE.replace("[record.fields]", "where = {is = 'a'}\n[record.fields]"), "where"),
        (PLAN + "[record.fields.year_investments]\nsoon = '{a}'", "year_investments.soon"),
        ("title = ", "TOML"),
    ],
)
def test_a_mapping_that_cannot_hold_is_refused_naming_file_and_key(
    tmp_path: Path, mapping: str, key: str
) -> None:
    path = tmp_path / "wrong.toml"
    path.write_text(mapping, encoding="utf-8")
    with pytest.raises(RuleError) as refusal:
        load_mapping(path)
    assert "wrong.toml" in str(refusal.value)
    assert key in str(refusal.value)


def test_all_mappings_that_come_with_jiantu_hold() -> None:
    names = [mapping.name for mapping in list_mappings()]
    assert {"taichung-dig-permits", "taipei-road-digs", "nyc-capital"} <= set(names)
    assert {"dezhou-districts", "shanghai-roads"} <= set(names)
    assert all(mapping.title and mapping.title_en for mapping in list_mappings())


@pytest.mark.parametrize("name", ["nothing", "../cities/dezhou", ""])
def test_an_unknown_mapping_is_refused(name: str) -> None:
    with pytest.raises(RuleError):
        find_mapping(name)


def test_templates_constants_joins_and_translations_make_values(tmp_path: Path) -> None:
    mapping = """
    [[record]]
    kind = "blocker"
    where = { field = "why", filled = true }
    [record.fields]
    project = "{year}-{id}"
    text = { join = ["{why}", "{more}"] }
    raised_on = "2020-11-01"
    due_on = { from = "{due}", date = "%d.%m.%Y" }
    cause = { from = "{why}", values = { "law" = "procedures" }, contains = [["money", "资金"]], otherwise = "other" }
    responsible_unit = "{unit}"
    """
    rows = [
        {"id": 7, "year": 2020, "why": "no money", "more": "at all", "due": "31.01.2021"},
        {"id": 8, "year": 2020, "why": "law", "more": None, "due": "", "unit": "法院"},
        {"id": 9, "year": 2020, "why": "rain"},
        {"id": 10, "year": 2020, "why": " "},
    ]
    found = read(tmp_path, mapping, rows).batch.blockers
    assert [(each.project, each.cause, each.text) for each in found] == [
        ("2020-7", "funds", "no money；at all"),
        ("2020-8", "procedures", "law"),
        ("2020-9", "other", "rain"),
    ]
    assert found[0].due_on == date(2021, 1, 31)
    assert found[1].responsible_unit == "法院"
    assert {each.raised_on for each in found} == {date(2020, 11, 1)}


def test_money_percents_lists_and_yes_no_are_understood_by_the_field(tmp_path: Path) -> None:
    mapping = """
    [[record]]
    kind = "project"
    [record.fields]
    code = "{id}"
    name = "{id}"
    total_investment_yuan = { from = "{cost}", unit_yuan = 1000 }
    districts = "{where}"
    public = "{open}"
    [[record]]
    kind = "report"
    [record.fields]
    project = "{id}"
    period = "month"
    first_on = "2026-03-01"
    last_on = "2026年3月"
    percent = "{done}"
    """
    rows = [
        {"id": "A", "cost": 12.5, "where": "德城区、陵城区", "open": True, "done": 0.35},
        {"id": "B", "cost": "1,000", "where": "", "open": "否", "done": 1},
    ]
    batch = read(tmp_path, mapping, rows).batch
    assert [each.total_investment_yuan for each in batch.projects] == [12_500, 1_000_000]
    assert [each.districts for each in batch.projects] == [("德城区", "陵城区"), None]
    assert [each.public for each in batch.projects] == [True, False]
    assert [each.percent for each in batch.reports] == [35.0, 100.0]
    assert batch.reports[0].last_on == date(2026, 3, 31)


def test_a_bad_row_is_refused_alone_naming_the_field_of_the_file(tmp_path: Path) -> None:
    mapping = PROJECT + "actual_start_on = '{begun}'"
    rows = [
        {"id": "A", "name": "甲", "begun": "2026-02-30"},
        {"id": "", "name": "乙", "begun": None},
        {"id": "C", "name": "丙", "begun": "2026-03-01"},
        "nonsense",
    ]
    reading = read(tmp_path, mapping, rows)
    assert [each.code for each in reading.batch.projects] == ["C"]
    refused = {(each.row, each.field, each.value) for each in of_level(reading.notices, "refused")}
    assert refused == {(1, "begun", "2026-02-30"), (2, "id", None), (4, None, None)}
    assert reading.rows_read == {"rows.json": 4}


def test_a_file_without_the_fields_of_the_mapping_is_refused_as_a_whole(tmp_path: Path) -> None:
    with pytest.raises(ImportRefusedError, match="没有这些字段:id、name"):
        read(tmp_path, PROJECT, [{"a": 1}])


def test_of_two_rows_with_one_key_the_later_holds_and_it_is_told(tmp_path: Path) -> None:
    rows = [{"id": "A", "name": "甲"}, {"id": "A", "name": "乙"}, {"id": "A", "name": "乙"}]
    reading = read(tmp_path, PROJECT, rows)
    assert [each.name for each in reading.batch.projects] == ["乙"]
    assert [(each.level, each.row) for each in reading.notices] == [("refused", 1), ("noted", 2)]


WORKS = """
[shape]
from = "xy"
x = "x"
y = "y"
crs = "EPSG:4326"
[[record]]
kind = "relocation"
works = ["work"]
part_name = "{place}"
[record.fields]
code = "{work}"
location_text = "{place}"
planned_start = "{from}"
planned_finish = "{to}"
unit = "{unit}"
emergency = "{urgent}"
"""


def test_rows_of_one_work_become_one_zone_with_a_part_for_each_shape(tmp_path: Path) -> None:
    row = {"work": "W", "x": 116.3, "y": 37.4, "unit": "供电公司", "urgent": "否"}
    rows = [
        {**row, "place": "甲路", "from": "2026-03-01", "to": "2026-04-01"},
        {**row, "place": "乙路", "from": "2026-02-01", "to": "2026-05-01", "unit": "供水公司"},
        {**row, "place": "甲路", "from": "2026-03-01", "to": "2026-05-01", "urgent": "是"},
        {**row, "place": "丙路", "from": None, "to": None, "x": None},
    ]
    reading = read(tmp_path, WORKS, rows)
    [zone] = reading.batch.zones
    assert zone.planned_start == Day(date(2026, 2, 1))
    assert zone.planned_finish == Day(date(2026, 5, 1))
    assert zone.location_text == "甲路；乙路；丙路"
    assert zone.unit == "供电公司"
    assert zone.emergency is True
    assert zone.source_crs == "EPSG:4326"
    assert [(part.name, part.first_on, part.last_on) for part in zone.parts] == [
        ("甲路", date(2026, 3, 1), date(2026, 4, 1)),
        ("乙路", None, None),
        ("甲路", date(2026, 3, 1), None),
    ]
    noted = {(each.row, each.field) for each in of_level(reading.notices, "noted")}
    assert noted == {(1, "unit"), (4, "x")}


def test_a_shape_repeated_within_a_work_may_be_kept_once(tmp_path: Path) -> None:
    row = {"work": "W", "x": 116.3, "y": 37.4, "place": "甲路", "unit": None, "urgent": None}
    rows = [
        {**row, "from": "2026-03-01", "to": "2026-04-01"},
        {**row, "from": "2026-03-05", "to": "2026-05-01"},
    ]
    mapping = WORKS.replace('works = ["work"]', 'works = ["work"]\nshapes = "once"')
    [zone] = read(tmp_path, mapping, rows).batch.zones
    [part] = zone.parts
    assert (part.first_on, part.last_on) == (None, None), "it spans the whole work"


def test_a_year_that_stands_for_no_end_is_no_end(tmp_path: Path) -> None:
    days = "{ from = '{to}', date = 'roc', empty = ['199/12/31'] }"
    mapping = f"{ZONE}planned_finish = {days}"
    rows = [{"id": "A", "to": "115/06/30"}, {"id": "B", "to": "199/12/31"}]
    first, second = read(tmp_path, mapping, rows).batch.zones
    assert first.planned_finish == Day(date(2026, 6, 30))
    assert second.planned_finish is None


def test_pieces_of_one_road_become_one_line(tmp_path: Path) -> None:
    mapping = """
    [shape]
    from = "wkt"
    field = "g"
    crs = "EPSG:4326"
    [[record]]
    kind = "road"
    works = ["id"]
    shapes = "once"
    [record.fields]
    code = "{id}"
    name = "{name}"
    road_class = "primary"
    """
    pieces = ["LINESTRING (116.1 37, 116.2 37)", "LINESTRING (116.2 37, 116.3 37)"]
    rows = [{"id": "R", "name": None, "g": piece} for piece in [*pieces, pieces[0]]]
    reading = read(tmp_path, mapping, [*rows, {"id": "S", "name": "x", "g": ""}])
    [road] = reading.batch.roads
    assert road.shape.geom_type == "MultiLineString"
    assert shapely.get_num_geometries(road.shape) == 2
    assert [(each.row, each.message_zh) for each in reading.notices] == [(4, "没有图形")]


@pytest.mark.parametrize(
    ("shape", "row"),
    [
        ("from = 'wkt'\nfield = 'g'\ncrs = 'EPSG:4326'", {"g": "POINT (116.3 37.45)"}),
        ("from = 'xy'\nx = 'a'\ny = 'b'\ncrs = 'EPSG:4548'", {"a": "438060.534", "b": 4146682.894}),
        ("from = 'xy'\nx = 'a'\ny = 'b'\ncrs = 'GCJ-02'", {"a": 116.3057827, "b": 37.4507664}),
        ("from = 'xy'\nx = 'a'\ny = 'b'\ncrs = 'BD-09'", {"a": 116.3122683, "b": 37.4568463}),
        (
            "from = 'geojson'\nfield = 'g'\ncrs = 'EPSG:4326'",
            {"g": {"type": "Point", "coordinates": [116.3, 37.45]}},
        ),
        (
            "from = 'geojson'\nfield = 'g'\ncrs = 'EPSG:4326'",
            {"g": '{"type": "Point", "coordinates": [116.3, 37.45]}'},
        ),
        (
            "from = 'coordinates'\nfield = 'g'\ntype_field = 't'\ncrs = 'EPSG:4326'",
            {"g": [[116.3, 37.45]], "t": "MultiPoint"},
        ),
    ],
)
def test_a_shape_is_found_wherever_the_row_keeps_it(
    tmp_path: Path, shape: str, row: dict[str, Any]
) -> None:
    [zone] = read(tmp_path, f"[shape]\n{shape}\n{ZONE}", [{"id": "A", **row}]).batch.zones
    assert zone.parts[0].shape.distance(Point(116.3, 37.45)) < 1e-6


def test_a_bad_shape_refuses_the_row_once_and_only_for_records_that_carry_it(
    tmp_path: Path,
) -> None:
    site = ZONE.replace("relocation", "site") + "project = '{id}'"
    mapping = f"[shape]\nfrom='wkt'\nfield='g'\ncrs='EPSG:4326'\n{PROJECT}{ZONE}{site}"
    reading = read(tmp_path, mapping, [{"id": "A", "name": "甲", "g": "POINT (37.45 116.3)"}])
    assert len(reading.batch.projects) == 1
    assert reading.batch.zones == []
    [refusal] = reading.notices
    assert (refusal.level, refusal.field, refusal.value) == ("refused", "g", "A")


def test_geojson_is_wgs84_unless_file_or_mapping_say_otherwise(tmp_path: Path) -> None:
    feature = {
        "type": "Feature",
        "properties": {"id": "A"},
        "geometry": {"type": "Point", "coordinates": [438060.534, 4146682.894]},
    }
    declared = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4548"}}
    path = tmp_path / "a.geojson"
    (tmp_path / "m.toml").write_text(f"[shape]\nfrom = 'feature'\n{ZONE}", encoding="utf-8")
    mapping = load_mapping(tmp_path / "m.toml")
    collection = {"type": "FeatureCollection", "features": [feature]}
    path.write_text(json.dumps(collection), encoding="utf-8")
    with pytest.raises(ImportRefusedError, match=r"几种可能:.*EPSG:4548.*EPSG:32650"):
        read_mapped(path, mapping, context_of())
    path.write_text(json.dumps({**collection, "crs": declared}), encoding="utf-8")
    [zone] = read_mapped(path, mapping, context_of()).batch.zones
    assert zone.parts[0].shape.distance(Point(116.3, 37.45)) < 1e-6
    (tmp_path / "m.toml").write_text(
        f"[shape]\nfrom = 'feature'\ncrs = 'EPSG:4527'\n{ZONE}", encoding="utf-8"
    )
    reading = read_mapped(path, load_mapping(tmp_path / "m.toml"), context_of())
    assert len(reading.batch.zones) == 1
    assert "EPSG:4548" in reading.notices[0].message_zh, "the mapping holds, and that is told"


def test_a_csv_and_a_workbook_are_read_by_their_headings(tmp_path: Path) -> None:
    (tmp_path / "m.toml").write_text(
        PROJECT.replace("{id}", "{编号}").replace("{name}", "{概况/名称}"), encoding="utf-8"
    )
    mapping = load_mapping(tmp_path / "m.toml")
    rows: list[list[Any]] = [
        ["某市项目", None, None],
        ["编号", "概况", None],
        [None, "名称", "规模"],
        ["A", "甲", 3],
    ]
    save_workbook(tmp_path / "a.xlsx", {"说明": [["略"]], "表": rows})
    with (tmp_path / "a.csv").open("w", encoding="gb18030", newline="") as lines:
        csv.writer(lines, delimiter=";").writerows(rows)
    for name in ("a.xlsx", "a.csv"):
        [project] = read_mapped(tmp_path / name, mapping, context_of()).batch.projects
        assert (project.code, project.name, project.source.row) == ("A", "甲", 4)
    other = save_workbook(tmp_path / "b.xlsx", {"表": [["x", "y"], [1, 2]]})
    with pytest.raises(ImportRefusedError, match="表头"):
        read_mapped(other, mapping, context_of())


def test_plans_by_year_are_read_from_columns(tmp_path: Path) -> None:
    mapping = """
    [[record]]
    kind = "plan"
    [record.fields]
    project = "{id}"
    [record.fields.year_investments]
    2026 = { from = "{a}", unit_yuan = 10000 }
    2027 = "{b}"
    [record.fields.percents]
    2026-06 = "{half}"
    """
    reading = read(tmp_path, mapping, [{"id": "A", "a": 1.5, "b": "2亿", "half": "50%"}])
    [plan] = reading.batch.plans
    assert plan.year_investments == {2026: 15_000, 2027: 200_000_000}
    assert plan.percents == {"2026-06": 50.0}
