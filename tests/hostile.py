"""Files made to do harm: valid samples of seven formats, and what a stranger may do to them. Repeatable by its seed."""

from __future__ import annotations

import io
import json
import random
import sqlite3
import struct
import tempfile
import zipfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas
import pyogrio
from openpyxl import Workbook
from shapely.geometry import Polygon

if TYPE_CHECKING:
    from collections.abc import Callable

FORMATS = ("json", "shapefile", "geopackage", "kml", "dxf", "flatgeobuf", "csv", "workbook")
SUFFIX = {
    "json": ".geojson",
    "shapefile": ".zip",
    "geopackage": ".gpkg",
    "kml": ".kml",
    "dxf": ".dxf",
    "flatgeobuf": ".fgb",
    "csv": ".csv",
    "workbook": ".xlsx",
}


@dataclass(frozen=True, slots=True)
class Hostile:
    """One file: its format by name, its bytes, and what was done to it."""

    form: str
    suffix: str
    content: bytes
    how: str


def _frame(count: int) -> geopandas.GeoDataFrame:
    shapes = [
        Polygon([(116.3 + n / 100, 37.4), (116.31 + n / 100, 37.4), (116.31 + n / 100, 37.41)])
        for n in range(count)
    ]
    names = [f"湖滨大道供水管线{n}标" for n in range(count)]
    return geopandas.GeoDataFrame(
        {"code": [f"A{n}" for n in range(count)], "name": names}, geometry=shapes, crs="EPSG:4326"
    )


@cache
def sample(form: str) -> bytes:
    """A small valid file of a format."""
    if form == "csv":
        rows = [f"A{n},湖滨大道{n}标,{116.3 + n / 100},37.45" for n in range(20)]
        return "\n".join(["code,name,lon,lat", *rows]).encode("gb18030")
    if form == "workbook":
        return _workbook()
    if form == "dxf":
        return dxf_of([_polyline("供水", n) for n in range(10)]).encode("gb18030")
    with tempfile.TemporaryDirectory() as folder:
        driver = {"json": "GeoJSON", "geopackage": "GPKG", "kml": "KML", "flatgeobuf": "FlatGeobuf"}
        if form == "shapefile":
            inside = Path(folder, "a")
            inside.mkdir()
            pyogrio.write_dataframe(_frame(6), inside / "a.shp", encoding="GBK")
            return zipped({each.name: each.read_bytes() for each in sorted(inside.iterdir())})
        frame = _frame(6)
        if form == "kml":
            frame = frame.rename(columns={"code": "Name", "name": "Description"})
        path = Path(folder, f"a{SUFFIX[form]}")
        pyogrio.write_dataframe(frame, path, driver=driver[form])
        return path.read_bytes()


def _workbook() -> bytes:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(["code", "name", "lon", "lat"])
    for n in range(20):
        sheet.append([f"A{n}", f"湖滨大道{n}标", 116.3 + n / 100, 37.45])
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def zipped(files: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An archive of these files."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", compression) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return written.getvalue()


def unzipped(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _polyline(layer: str, n: int) -> str:
    return (
        f"0\nLWPOLYLINE\n8\n{layer}\n90\n2\n70\n0\n10\n{438_000 + n}\n20\n4146000\n"
        f"10\n{438_100 + n}\n20\n4146100\n"
    )


def dxf_of(entities: list[str], blocks: str = "") -> str:
    """A drawing."""
    head = f"0\nSECTION\n2\nBLOCKS\n{blocks}0\nENDSEC\n" if blocks else ""
    return f"{head}0\nSECTION\n2\nENTITIES\n{''.join(entities)}0\nENDSEC\n0\nEOF\n"


# ------------------------------------------------------------------ what may be done to any file


def flip(content: bytes, chance: random.Random) -> bytes:
    """Some bits turned over."""
    damaged = bytearray(content)
    for _ in range(chance.choice((1, 3, 20, 200))):
        damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
    return bytes(damaged)


def cut(content: bytes, chance: random.Random) -> bytes:
    """Only the beginning."""
    return content[: chance.randrange(len(content))]


def splice(content: bytes, chance: random.Random) -> bytes:
    """A piece moved, doubled or replaced by noise."""
    a, b = sorted((chance.randrange(len(content)), chance.randrange(len(content))))
    piece = content[a:b]
    match chance.randrange(3):
        case 0:
            return content[:a] + content[b:]
        case 1:
            return content[:b] + piece + content[b:]
        case _:
            return content[:a] + chance.randbytes(b - a) + content[b:]


def numbers(content: bytes, chance: random.Random) -> bytes:
    """Eight or four bytes made a number that no reader likes: header counts, sizes and coordinates lie."""
    damaged = bytearray(content)
    for _ in range(chance.choice((1, 2, 8))):
        wide = chance.choice((4, 8))
        at = chance.randrange(max(1, len(damaged) - wide))
        if wide == 8 and chance.random() < 0.7:
            value = chance.choice(
                (float("nan"), float("inf"), -float("inf"), 1e308, -1e308, 1e-320)
            )
            damaged[at : at + 8] = struct.pack("<d", value)
        else:
            number = chance.choice((0, 1, 0x7FFFFFFF, 0xFFFFFFFF, 0x80000000, 0xFFFF, 1 << 24))
            order = chance.choice("<>")
            damaged[at : at + 4] = struct.pack(f"{order}I", number)
    return bytes(damaged)


def words(content: bytes, chance: random.Random) -> bytes:
    """Text with bytes of several encodings, control characters, or brackets and quotes without an end."""
    bits = (
        *("湖滨".encode(), "湖滨".encode("gb18030"), "湖濱".encode("big5"), b"\x00", b"\xff\xfe"),
        *(b'"', b"<", b"]]>", b"{", b"[" * 500, b"NaN", b"1e999", b"-Infinity", b"\r", b"\x1b[2J"),
        *(b"../../etc/passwd", b"/vsicurl/http://127.0.0.1/", b"\xed\xa0\x80", b"9" * 400),
    )
    damaged = content
    for _ in range(chance.choice((1, 2, 6))):
        at = chance.randrange(len(damaged) + 1)
        damaged = damaged[:at] + chance.choice(bits) + damaged[at:]
    return damaged


ANYWAY: dict[str, Callable[[bytes, random.Random], bytes]] = {
    "flip": flip,
    "cut": cut,
    "splice": splice,
    "numbers": numbers,
    "words": words,
}


# ------------------------------------------------------------------ what is made for one format

VRT = """<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>{there}</SrcDataSource>
<GeometryType>wkbPoint</GeometryType></OGRVRTLayer></OGRVRTDataSource>"""
ENTITIES = """<?xml version="1.0"?><!DOCTYPE kml [<!ENTITY a "aaaaaaaaaa">{more}
<!ENTITY x SYSTEM "{there}">]><kml><Document><Placemark><name>&{last};&x;</name></Placemark></Document></kml>"""


def inside_zip(form: str, chance: random.Random) -> bytes:
    """One part of a zipped format damaged, under a sound archive."""
    files = unzipped(sample(form))
    name = chance.choice(sorted(files))
    damage = chance.choice(sorted(ANYWAY))
    if files[name]:
        files[name] = ANYWAY[damage](files[name], chance)
    return zipped(files)


def bomb(form: str, chance: random.Random) -> bytes:
    """A part that unpacks to very much, or an archive within an archive, or names that lead elsewhere."""
    files = unzipped(sample(form))
    match chance.randrange(5):
        case 0:
            files[chance.choice(sorted(files))] = b" " * chance.choice((60_000_000, 120_000_000))
        case 1:
            files["inner.zip"] = zipped({"a": b"\x00" * 5_000_000})
        case 2:
            files["../../../tmp/evil.shp"] = b"x"
        case 3:
            files |= {f"part{n}.txt": b"" for n in range(200)}
        case _:
            return zipped(files, zipfile.ZIP_BZIP2)
    return zipped(files)


def shapes_of(chance: random.Random) -> object:
    """GeoJSON geometry that is none, too deep, too large, three-dimensional, empty or beside the world."""
    huge = chance.choice((1e30, -1e308, 181.0, 1e5))
    ring = [[116.3, 37.4], [116.4, 37.4], [116.4, 37.5], [116.3, 37.4]]
    deep: object = [116.3, 37.4]
    for _ in range(chance.choice((3, 50, 400))):
        deep = [deep]
    nested: dict[str, object] = {"type": "Point", "coordinates": [116.3, 37.4]}
    for _ in range(chance.choice((2, 60))):
        nested = {"type": "GeometryCollection", "geometries": [nested]}
    star = [
        [116.3 + chance.random() / 9, 37.4 + chance.random() / 9]
        for _ in range(chance.choice((9, 300, 4_000)))
    ]
    return chance.choice(
        (
            {"type": "Polygon", "coordinates": deep},
            {"type": "Polygon", "coordinates": []},
            {"type": "Polygon", "coordinates": [[]]},
            {"type": "Polygon", "coordinates": [ring[:2]]},
            {"type": "Polygon", "coordinates": [[[huge, 37.4], *ring]]},
            {"type": "Polygon", "coordinates": [[*star, star[0]]]},
            {"type": "MultiPolygon", "coordinates": [[ring]] * chance.choice((2, 400))},
            {"type": "LineString", "coordinates": [[116.3, 37.4, 5, 6], [None, 37.4]]},
            {"type": "LineString", "coordinates": star},
            {"type": "Point", "coordinates": ["116.3", True]},
            {"type": "Point", "coordinates": {"x": 1}},
            {"type": ["Point"], "coordinates": [1, 2]},
            {"type": "CircularString", "coordinates": ring},
            nested,
            [],
            "POINT (1 1)",
        )
    )


def json_file(chance: random.Random) -> bytes:
    features = [
        {
            "type": "Feature",
            "properties": {"code": f"A{n}", "name": "x"},
            "geometry": shapes_of(chance),
        }
        for n in range(chance.choice((1, 5, 30)))
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def kml_file(chance: random.Random, there: str) -> bytes:
    more = "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 20}">' for n in range(9))
    encoding = chance.choice(("utf-8", "utf-16", "utf-16-be", "latin-1"))
    if chance.random() < 0.3:
        deep = chance.choice((50, 5_000))
        return b"<kml>" + b"<Folder>" * deep + b"<Placemark/>" + b"</Folder>" * deep + b"</kml>"
    if chance.random() < 0.3:
        link = f"<kml><Document><NetworkLink><Link><href>{there}</href></Link></NetworkLink></Document></kml>"
        return link.encode(encoding)
    return ENTITIES.format(more=more, last=chance.choice("abj"), there=there).encode(encoding)


def dxf_file(chance: random.Random) -> bytes:
    """Blocks that hold blocks that hold blocks."""
    depth, wide = chance.choice(((4, 3), (12, 10), (25, 4)))
    blocks = "0\nBLOCK\n2\nB0\n70\n0\n10\n0\n20\n0\n" + _polyline("0", 0) + "0\nENDBLK\n"
    for level in range(1, depth):
        inserts = f"0\nINSERT\n8\n0\n2\nB{level - 1}\n10\n1\n20\n1\n" * wide
        blocks += f"0\nBLOCK\n2\nB{level}\n70\n0\n10\n0\n20\n0\n{inserts}0\nENDBLK\n"
    itself = chance.choice((depth - 1, 0))
    insert = (
        f"0\nINSERT\n8\n0\n2\nB{itself}\n10\n1\n20\n1\n70\n{chance.choice((1, 9999))}\n71\n999\n"
    )
    spline = f"0\nSPLINE\n8\n0\n70\n8\n71\n{chance.choice((3, 99999))}\n72\n{chance.choice((8, 10**8))}\n73\n4\n"
    return dxf_of([insert, spline, _polyline("x", 1)], blocks).encode()


def gpkg_file(chance: random.Random) -> bytes:
    """A GeoPackage with something in it that runs, or that lies."""
    loop = "with recursive t(n) as (select 1 union all select n + 1 from t) select n from t"
    statements = (
        f"create view rumour as {loop}",
        "create trigger t after insert on a begin select 1; end",
        "create virtual table w using fts5(x)",
        "update gpkg_contents set table_name = 'sqlite_master'",
        "update gpkg_contents set data_type = 'attributes'",
        "update gpkg_geometry_columns set column_name = 'code'",
        "update a set geom = zeroblob(50000000)",
        "update a set geom = x'4750000300000000ffffffff'",
        "update a set code = zeroblob(3000000)",
        "update gpkg_geometry_columns set srs_id = 99999",
        "create table b(x, y generated always as (randomblob(1000000)))",
        "delete from gpkg_spatial_ref_sys",
        "pragma user_version = -1",
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "a.gpkg")
        path.write_bytes(sample("geopackage"))
        with sqlite3.connect(path) as connection:
            for name in [
                row[0]
                for row in connection.execute("select name from sqlite_master where type='trigger'")
            ]:
                connection.execute(f'drop trigger "{name}"')
            for statement in chance.sample(statements, chance.choice((1, 2))):
                try:
                    connection.execute(statement)
                except sqlite3.Error:
                    continue
        connection.close()
        return path.read_bytes()


def csv_file(chance: random.Random) -> bytes:
    match chance.randrange(4):
        case 0:
            return b"code,name,lon,lat\n" + b"," * chance.choice((600, 100_000))
        case 1:
            return b'code,name,lon,lat\nA,"' + b"x" * chance.choice((10, 2_000_000))
        case 2:
            return "code,name,lon,lat\n=cmd|' /C calc'!A0,@x,NaN,inf\n".encode(
                chance.choice(("utf-16", "utf-8", "utf-32"))
            )
        case _:
            return b"code,name,lon,lat\n" + b"\n".join(
                b"A%d,x,1e999,-1e999" % n for n in range(3_000)
            )


def xlsx_file(chance: random.Random) -> bytes:
    files = unzipped(sample("workbook"))
    sheet = "xl/worksheets/sheet1.xml"
    namespace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    far = chance.choice(("A900000", "XFD1048576", "ZZZ9", "A0", "-1"))
    start, end = f'<worksheet xmlns="{namespace}">', "</worksheet>"
    first = '<row r="1"><c r="A1"><v>1</v></c></row>'
    text = '<row r="1"><c r="A1" t="inlineStr"><is><t>&b;</t></is></c></row>'
    shared = '<row r="1"><c r="A1" t="s"><v>4000000000</v></c></row>'
    merged = '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    laugh = f'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "{"&a;" * 50}">]>'
    distant = f'<row r="2"><c r="{far}"><v>2</v></c></row>'
    bodies = (
        f'{start}<dimension ref="A1:XFD1048576"/><sheetData>{first}</sheetData>{end}',
        f"{start}<sheetData>{first}{distant}</sheetData>{end}",
        f"{laugh}{start}<sheetData>{text}</sheetData>{end}",
        f"{start}<sheetData>{shared}</sheetData>{merged}{end}",
    )
    files[sheet] = chance.choice(bodies).encode()
    return zipped(files)


def fgb_file(chance: random.Random) -> bytes:
    """A FlatGeobuf whose header or index says that there is very much."""
    content = bytearray(sample("flatgeobuf"))
    for _ in range(chance.choice((1, 4, 12))):
        at = chance.randrange(8, min(len(content) - 8, 400))
        content[at : at + 4] = struct.pack(
            "<I", chance.choice((0, 0xFFFFFFFF, 0x7FFFFFF0, 1 << 20))
        )
    return bytes(content)


def disguised(chance: random.Random, there: str) -> bytes:
    """A file of another kind under this name, or an index of files elsewhere."""
    if chance.random() < 0.5:
        return VRT.format(there=chance.choice((there, "/etc/passwd", "/vsicurl/" + there))).encode()
    return sample(chance.choice(FORMATS))


def make_hostile(number: int, seed: int, there: str) -> Hostile:
    """The file of that number. `there` is an address or path that nothing may ever open."""
    chance = random.Random(seed * 1_000_003 + number)  # noqa: S311  to be repeated
    form = FORMATS[number % len(FORMATS)]
    special: dict[str, Callable[[], bytes]] = {
        "json": lambda: json_file(chance),
        "kml": lambda: kml_file(chance, there),
        "dxf": lambda: dxf_file(chance),
        "geopackage": lambda: gpkg_file(chance),
        "csv": lambda: csv_file(chance),
        "workbook": lambda: xlsx_file(chance),
        "flatgeobuf": lambda: fgb_file(chance),
        "shapefile": lambda: inside_zip("shapefile", chance),
    }
    ways = [*ANYWAY, "special", "special", "disguised"]
    if form in {"shapefile", "workbook"}:
        ways += ["inside", "inside", "bomb"]
    how = chance.choice(ways)
    if how in ANYWAY:
        content = ANYWAY[how](sample(form), chance)
    elif how == "inside":
        content = inside_zip(form, chance)
    elif how == "bomb":
        content = bomb(form, chance)
    elif how == "disguised":
        content = disguised(chance, there)
    else:
        content = special[form]()
    return Hostile(form, SUFFIX[form], content, how)
