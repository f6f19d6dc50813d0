"""Every format, encoding and coordinate system that a city's files come in, each read back as it was written."""

from __future__ import annotations

import sqlite3
import zipfile
from typing import TYPE_CHECKING, Any

import geopandas
import pyogrio
import pytest
import shapely
from shapely.geometry import LineString, Point, Polygon

from geo.crs import BD09, GCJ02, wgs84_to_bd09, wgs84_to_gcj02
from geo.errors import ImportRefusedError
from geo.importers.look import Frame, look_at_file
from geo.importers.mapping import read_mapped
from geo.importers.mapping_file import load_mapping
from geo.importers.sources import DRIVERS, read_layers
from tests.importing import context_of, of_level

if TYPE_CHECKING:
    from pathlib import Path

    from geo.importers.reading import Reading

METRE = 1e-5
"""A metre in degrees, about."""
SHAPES = [
    Polygon([(116.30, 37.45), (116.31, 37.45), (116.31, 37.46), (116.30, 37.45)]),
    LineString([(116.32, 37.44), (116.33, 37.445)]),
    Point(116.34, 37.43),
]
NAMES = ["湖滨大道", "东风路", "天衢东路"]
DEZHOU = Frame((115.70, 36.30, 117.80, 38.10), 4548)
GIS_FILES = {".gpkg": "GPKG", ".fgb": "FlatGeobuf", ".kml": "KML", ".geojson": "GeoJSON"}


def frame_of(shapes: list[Any], crs: str | None = "EPSG:4326") -> geopandas.GeoDataFrame:
    """Rows with a code and a Chinese name."""
    count = len(shapes)
    return geopandas.GeoDataFrame(
        {"code": [f"A{n}" for n in range(count)], "name": NAMES[:count]}, geometry=shapes, crs=crs
    )


def read(path: Path, folder: Path, shape: str = "from = 'feature'", fields: str = "") -> Reading:
    """Read a file through a mapping of code and name."""
    (folder / "m.toml").write_text(
        f"[shape]\n{shape}\n[[record]]\nkind = 'event'\n[record.fields]\n"
        + (fields or "code = '{code}'\nlocation_text = '{name}'"),
        encoding="utf-8",
    )
    return read_mapped(path, load_mapping(folder / "m.toml"), context_of())


def same(reading: Reading, shapes: list[Any], within: float = METRE / 100) -> bool:
    """Whether these shapes were read, in this order."""
    zones = reading.batch.zones
    return len(zones) == len(shapes) and all(
        shapely.hausdorff_distance(zone.parts[0].shape, shape) <= within
        for zone, shape in zip(zones, shapes, strict=True)
    )


@pytest.mark.parametrize("suffix", GIS_FILES)
def test_a_gis_file_gives_its_shapes_and_chinese_words(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"数据{suffix}"
    shapes = SHAPES if suffix != ".fgb" else SHAPES[:1]
    data = frame_of(shapes)
    fields = ""
    if suffix == ".kml":
        data = data.rename(columns={"code": "Name", "name": "Description"})
        fields = "code = '{Name}'\nlocation_text = '{description}'"
    pyogrio.write_dataframe(data, path, driver=GIS_FILES[suffix])
    reading = read(path, tmp_path, fields=fields)
    assert same(reading, shapes)
    assert [zone.location_text for zone in reading.batch.zones] == NAMES[: len(shapes)]
    assert of_level(reading.notices, "refused") == []


@pytest.mark.parametrize("suffix", [".gpkg", ".fgb"])
@pytest.mark.parametrize("crs", ["EPSG:4548", "EPSG:4527", "EPSG:4490", "EPSG:32650", "EPSG:3857"])
def test_a_declared_system_is_followed(tmp_path: Path, suffix: str, crs: str) -> None:
    path = tmp_path / f"a{suffix}"
    pyogrio.write_dataframe(frame_of(SHAPES[:1]).to_crs(crs), path, driver=GIS_FILES[suffix])
    assert same(read(path, tmp_path), SHAPES[:1])


def test_a_kmz_is_read_like_its_kml(tmp_path: Path) -> None:
    data = frame_of(SHAPES).rename(columns={"code": "Name"})
    pyogrio.write_dataframe(data, tmp_path / "a.kml", driver="KML")
    with zipfile.ZipFile(tmp_path / "a.kmz", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(tmp_path / "a.kml", "doc.kml")
        archive.writestr("files/icon.png", b"\x89PNG")
    assert same(read(tmp_path / "a.kmz", tmp_path, fields="code = '{Name}'"), SHAPES)


def write_shapefile(
    folder: Path,
    data: geopandas.GeoDataFrame,
    encoding: str = "UTF-8",
    *,
    cpg: bool = True,
    prj: bool = True,
    zipped: bool = True,
) -> Path:
    """A Shapefile, zipped or not, with or without its word on encoding and coordinate system."""
    inside = folder / "shp"
    inside.mkdir()
    pyogrio.write_dataframe(data, inside / "a.shp", encoding=encoding)
    if not cpg:
        (inside / "a.cpg").unlink()
        content = bytearray((inside / "a.dbf").read_bytes())
        content[29] = 0  # nor a word in the language byte
        (inside / "a.dbf").write_bytes(content)
    if not prj:
        (inside / "a.prj").unlink()
    if not zipped:
        return inside / "a.shp"
    with zipfile.ZipFile(folder / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for each in sorted(inside.iterdir()):
            archive.write(each, each.name)
    return folder / "a.zip"


@pytest.mark.parametrize("zipped", [True, False])
@pytest.mark.parametrize("cpg", [True, False])
@pytest.mark.parametrize("encoding", ["UTF-8", "GBK", "GB18030", "BIG5"])
def test_a_shapefile_in_any_encoding_is_read_with_and_without_a_word_of_it(
    tmp_path: Path, encoding: str, cpg: bool, zipped: bool
) -> None:
    data = frame_of(SHAPES[:1])
    name = "北區自來水管線工程" if encoding == "BIG5" else "德城区湖滨大道供水管线工程"
    data["name"] = [name]
    reading = read(write_shapefile(tmp_path, data, encoding, cpg=cpg, zipped=zipped), tmp_path)
    assert same(reading, SHAPES[:1])
    assert reading.batch.zones[0].location_text == name
    guessed = not cpg and encoding != "UTF-8"
    assert any("编码" in each.message_zh for each in reading.notices) == guessed


def test_field_names_cut_within_a_letter_are_mended_and_told(tmp_path: Path) -> None:
    path = write_shapefile(tmp_path, frame_of(SHAPES[:1]), zipped=False)
    content = bytearray(path.with_suffix(".dbf").read_bytes())
    at = content.index(b"name\x00")
    content[at : at + 11] = "建设地点".encode()[:10] + b"\x00"
    path.with_suffix(".dbf").write_bytes(content)
    reading = read(path, tmp_path, fields="code = '{code}'\nlocation_text = '{建设地}'")
    assert reading.batch.zones[0].location_text == NAMES[0]
    assert [each.field for each in of_level(reading.notices, "mended")] == ["建设地"]


def test_a_shapefile_without_a_word_of_its_system_is_placed_by_the_citys_box(
    tmp_path: Path,
) -> None:
    """With the zone number before the easting only one system fits."""
    data = frame_of(SHAPES[:1]).to_crs("EPSG:4527")
    reading = read(write_shapefile(tmp_path, data, prj=False), tmp_path)
    assert same(reading, SHAPES[:1])
    [told] = of_level(reading.notices, "noted")
    assert "EPSG:4527" in told.message_zh


def test_where_several_systems_fit_the_clerk_is_asked_which(tmp_path: Path) -> None:
    metres = write_shapefile(tmp_path, frame_of(SHAPES[:1]).to_crs("EPSG:4548"), prj=False)
    with pytest.raises(ImportRefusedError) as refusal:
        read(metres, tmp_path)
    assert "EPSG:4548" in str(refusal.value)
    assert "EPSG:32650" in str(refusal.value)
    assert same(read(metres, tmp_path, "from = 'feature'\ncrs = 'EPSG:4548'"), SHAPES[:1])


def test_degrees_without_a_word_in_china_may_be_shifted_and_are_asked_about(tmp_path: Path) -> None:
    path = write_shapefile(tmp_path, frame_of(SHAPES[:1]), prj=False)
    with pytest.raises(ImportRefusedError, match=r"EPSG:4326.*GCJ-02.*BD-09"):
        read(path, tmp_path)


def test_shapes_that_no_system_brings_into_the_city_are_refused(tmp_path: Path) -> None:
    path = write_shapefile(tmp_path, frame_of([Point(2.3, 48.8)]), prj=False)
    with pytest.raises(ImportRefusedError, match="都不能使图形落在本市范围内"):
        read(path, tmp_path)


@pytest.mark.parametrize(("crs", "shift"), [(GCJ02, wgs84_to_gcj02), (BD09, wgs84_to_bd09)])
def test_shifted_systems_are_brought_back(tmp_path: Path, crs: str, shift: Any) -> None:
    moved = [
        shapely.transform(
            shape, lambda points: shapely.get_coordinates(shapely.points(*shift(*points.T)))
        )
        for shape in SHAPES
    ]
    pyogrio.write_dataframe(frame_of(moved), tmp_path / "a.geojson", driver="GeoJSON")
    assert same(read(tmp_path / "a.geojson", tmp_path, f"from = 'feature'\ncrs = '{crs}'"), SHAPES)


def dxf(*entities: str, head: str = "") -> str:
    """A drawing of these entities."""
    return f"{head}0\nSECTION\n2\nENTITIES\n{''.join(entities)}0\nENDSEC\n0\nEOF\n"


def polyline(layer: str, *points: tuple[float, float]) -> str:
    pairs = "".join(f"10\n{x}\n20\n{y}\n" for x, y in points)
    return f"0\nLWPOLYLINE\n8\n{layer}\n90\n{len(points)}\n70\n0\n{pairs}"


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_drawing_is_read_in_the_system_that_is_stated(tmp_path: Path, encoding: str) -> None:
    points = [(438060.534, 4146682.894), (438160.5, 4146782.9)]
    (tmp_path / "a.dxf").write_bytes(dxf(polyline("供水管线", *points)).encode(encoding))
    reading = read(
        tmp_path / "a.dxf", tmp_path, "from = 'feature'\ncrs = 'EPSG:4548'", "code = '{Layer}'"
    )
    [zone] = reading.batch.zones
    assert zone.code == "供水管线"
    assert Point(zone.parts[0].shape.coords[0]).distance(Point(116.3, 37.45)) < METRE / 100
    with pytest.raises(ImportRefusedError, match="几种可能"):
        read(tmp_path / "a.dxf", tmp_path, fields="code = '{Layer}'")


def test_layers_of_a_geopackage_are_taken_by_their_fields_or_by_name(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    pyogrio.write_dataframe(frame_of(SHAPES[:1]), path, layer="一期")
    pyogrio.write_dataframe(frame_of(SHAPES[1:]).rename(columns={"code": "x"}), path, layer="其他")
    pyogrio.write_dataframe(frame_of(SHAPES[2:]), path, layer="二期")
    reading = read(path, tmp_path)
    assert [zone.source.sheet for zone in reading.batch.zones] == ["二期"], "one code: the later"
    (tmp_path / "n.toml").write_text(
        "[file]\nsheet = '一期'\n[shape]\nfrom = 'feature'\n[[record]]\nkind = 'event'\n"
        "[record.fields]\ncode = '{code}'",
        encoding="utf-8",
    )
    [zone] = read_mapped(path, load_mapping(tmp_path / "n.toml"), context_of()).batch.zones
    assert zone.source.sheet == "一期"


HOSTILE_SQL = {
    "a view": "create view v as with recursive t(n) as (select 1 union all select n from t) select * from t",
    "a trigger": "create trigger rumour after insert on a begin select 1; end",
    "a virtual table": "create virtual table words using fts5(x)",
    "an index of another kind": "create virtual table rtree_a using rtree_i32(id, minx, maxx, miny, maxy)",
}


@pytest.mark.parametrize("what", HOSTILE_SQL)
def test_a_geopackage_that_would_run_something_is_refused(tmp_path: Path, what: str) -> None:
    path = tmp_path / "a.gpkg"
    pyogrio.write_dataframe(frame_of(SHAPES[:1]), path)
    with sqlite3.connect(path) as connection:
        connection.execute(HOSTILE_SQL[what])
    with pytest.raises(ImportRefusedError, match="视图、触发器或虚拟表"):
        read_layers(path, "geopackage")


def test_a_kml_with_a_doctype_is_refused_in_any_encoding(tmp_path: Path) -> None:
    text = '<?xml version="1.0"?><!DOCTYPE kml [<!ENTITY a SYSTEM "file:///etc/passwd">]><kml>&a;</kml>'
    for encoding in ("utf-8", "utf-16", "utf-16-be"):
        (tmp_path / "a.kml").write_bytes(text.encode(encoding))
        with pytest.raises(ImportRefusedError, match="DOCTYPE"):
            read_layers(tmp_path / "a.kml", "kml")


@pytest.mark.parametrize("form", DRIVERS)
def test_a_file_that_points_at_others_opens_none_of_them_under_any_name(
    tmp_path: Path, form: str
) -> None:
    (tmp_path / "secret.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    source = f"<SrcDataSource>{tmp_path}/secret.csv</SrcDataSource>"
    vrt = f'<OGRVRTDataSource><OGRVRTLayer name="secret">{source}</OGRVRTLayer></OGRVRTDataSource>'
    suffix = {"shapefile": ".shp", "geopackage": ".gpkg", "flatgeobuf": ".fgb"}.get(
        form, f".{form}"
    )
    (tmp_path / f"a{suffix}").write_text(vrt, encoding="utf-8")
    with pytest.raises(ImportRefusedError):
        read_layers(tmp_path / f"a{suffix}", form)


def test_a_look_tells_what_a_file_is_and_where_it_may_lie(tmp_path: Path) -> None:
    path = write_shapefile(
        tmp_path, frame_of([SHAPES[0], SHAPES[0]]).to_crs("EPSG:4548"), prj=False
    )
    look = look_at_file(path, DEZHOU)
    assert look.format == "shapefile"
    [layer] = look.tables
    assert [each.name for each in layer.fields] == ["code", "name"]
    assert layer.fields[1].samples == tuple(NAMES[:2])
    assert [each.guess.crs for each in layer.crs] == ["EPSG:4548", "EPSG:32650"]
    first = layer.crs[0].shapes["features"][0]["geometry"]
    assert shapely.hausdorff_distance(shapely.geometry.shape(first), SHAPES[0]) < METRE


def test_a_look_at_a_table_shows_encodings_headings_and_columns_of_places(tmp_path: Path) -> None:
    text = "某市工程一览\n名称,开工日期,经度,纬度\n湖滨大道供水管线工程,2026-3-1,116.3,37.45\n"
    (tmp_path / "a.csv").write_bytes(text.encode("gb18030"))
    look = look_at_file(tmp_path / "a.csv", DEZHOU)
    [sheet] = look.tables
    assert (look.encoding, sheet.heading_row, sheet.rows_seen) == ("gb18030", 2, 1)
    assert look.encodings["gb18030"][0]["名称"] == "湖滨大道供水管线工程"
    assert [each.looks_like for each in sheet.fields] == ["text", "day", "number", "number"]
    assert sheet.place is not None
    assert (sheet.place.x, sheet.place.y) == ("经度", "纬度")
    assert [each.guess.crs for each in sheet.crs] == ["EPSG:4326", "GCJ-02", "BD-09"]
