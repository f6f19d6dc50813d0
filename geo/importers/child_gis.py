"""GIS files in the child process: each format by its one GDAL driver, after what must hold before GDAL opens it."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geo.errors import ImportRefusedError
from geo.importers.archives import unpack_kml, unpack_shapefile
from geo.importers.encodings import find_encoding
from geo.importers.problems import refused
from geo.importers.said import MAX_ROWS, content_of, rows_of, table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MAX_LAYERS = 100

NAMES = {
    "shapefile": "Shapefile",
    "geopackage": "GeoPackage",
    "kml": "KML",
    "dxf": "DXF",
    "flatgeobuf": "FlatGeobuf",
}


def read_gis(path: Path, request: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The layers of a GIS file. GDAL must have been told, by the environment, to open no other driver."""
    form = request["format"]
    path, encoding, guessed = _PREPARED[form](path, request)
    import pyogrio  # noqa: PLC0415  only now: its drivers are chosen by the environment
    from pyogrio.errors import (  # noqa: PLC0415
        DataLayerError,
        DataSourceError,
        FeatureError,
        GeometryError,
    )

    if set(pyogrio.list_drivers()) - {request["driver"]}:
        message = "other drivers are open"
        raise AssertionError(message)
    if form == "dxf":
        pyogrio.set_gdal_config_options({"DXF_ENCODING": "UTF-8"})
    try:
        layers = [str(name) for name, _ in pyogrio.list_layers(path)]
        if len(layers) > MAX_LAYERS:
            zh, en = f"图层超过 {MAX_LAYERS} 个", f"more than {MAX_LAYERS} layers"
            raise refused(zh, en)
        for place, name in enumerate(layers):
            if form == "dxf" and name != "entities":
                continue
            yield from _read_layer(
                path,
                place,
                Path(request["path"]).stem if form == "shapefile" else name,
                encoding if form == "shapefile" else None,
                encoding if guessed else None,
                request.get("at_most"),
                request.get("notes", []),
            )
    except UnicodeDecodeError as error:
        zh = "字段名或文字被截断,编码无法识别"
        en = "a field name or text was cut within a letter; the encoding cannot be told"
        raise refused(zh, en) from error
    except (DataLayerError, DataSourceError, FeatureError, GeometryError, ValueError) as error:
        zh, en = f"不是可读的 {NAMES[form]} 文件", f"not a readable {NAMES[form]} file"
        raise refused(zh, en) from error


def _read_layer(  # noqa: PLR0913, PLR0917  what is known of a layer
    path: Path,
    place: int,
    name: str,
    encoding: str | None,
    guessed: str | None,
    at_most: int | None,
    notes: list[Any],
) -> Iterator[dict[str, Any]]:
    from pyogrio import raw  # noqa: PLC0415

    meta, _, shapes, columns = raw.read(
        path,
        layer=place,
        encoding=encoding,
        max_features=at_most or MAX_ROWS + 1,
        datetime_as_string=True,
        force_2d=True,
    )
    names: list[str] = []
    for each in map(str, meta["fields"]):
        again = sum(each == other.split("#", 1)[0] for other in names)
        names.append(f"{each}#{again + 1}" if again else each)
    yield table(name, fields=names, encoding=guessed, crs=epsg_of(meta.get("crs")), notes=notes)
    listed = [column.tolist() for column in columns]
    count = len(shapes) if shapes is not None else len(listed[0]) if listed else 0
    yield from rows_of(
        [
            dict(zip(names, (_plain(column[row]) for column in listed), strict=True)),
            None if shapes is None or shapes[row] is None else {"wkb": bytes(shapes[row]).hex()},
        ]
        for row in range(count)
    )


def _plain(value: Any) -> Any:  # noqa: ANN401  any field's value
    """A field's value as JSON knows it: no bytes, no number that is none."""
    if isinstance(value, float) and not -1e300 < value < 1e300:  # noqa: PLR2004  infinite or no number
        return None
    return None if isinstance(value, bytes) else value


_Prepared = tuple[Path, str | None, bool]


def _shapefile(path: Path, request: dict[str, Any]) -> _Prepared:
    if path.suffix.casefold() == ".zip":
        path = unpack_shapefile(path, Path(request["scratch"]))
    encoding, guessed = _dbf_encoding(path, request.get("encoding"))
    path, cut = _mend_names(path, encoding, Path(request["scratch"]))
    zh = "字段名只有开头几个字(DBF 字段名最多 10 个字节)"
    en = "only the beginning of this field name is there (a DBF keeps 10 bytes of it)"
    request["notes"] = [["mended", name, None, zh, en] for name in cut]
    return path, encoding, guessed


def _dbf_encoding(path: Path, stated: str | None) -> tuple[str | None, bool]:
    """What .cpg says stands (None); without it the text of the .dbf decides, as GDAL would take it for Latin-1."""
    if stated is not None:
        return stated, False
    beside = {each.suffix.casefold(): each for each in path.parent.glob(f"{path.stem}.*")}
    if ".cpg" in beside or ".dbf" not in beside:
        return None, False
    content = content_of(beside[".dbf"])
    header_bytes = int.from_bytes(content[8:10], "little")
    for sample in (content[header_bytes:], content[32:header_bytes]):
        if not sample.isascii():
            try:
                return find_encoding(sample)
            except ImportRefusedError:
                return None, False
    return None, False


def _mend_names(path: Path, encoding: str | None, scratch: Path) -> tuple[Path, list[str]]:
    """Field names of a .dbf have 10 bytes and may end within a letter, at which GDAL's reader gives up: such ends go.

    The path of the Shapefile to read, a copy if need be, and the names that were cut.
    """
    table_file = next((each for each in _beside(path) if each.suffix.casefold() == ".dbf"), None)
    if table_file is None:
        return path, []
    content = content_of(table_file)
    header_bytes = int.from_bytes(content[8:10], "little")
    header = bytearray(content[:header_bytes])
    cut: list[str] = []
    for place in range(32, header_bytes - 1, 32):
        if len(header) < place + 11 or header[place] == _HEADER_END:
            break
        name = bytes(header[place : place + 11]).split(b"\x00")[0]
        whole = _whole_letters(name, encoding or _stated_encoding(path))
        if whole != name:
            header[place : place + 11] = whole.ljust(11, b"\x00")
            cut.append(whole.decode(encoding or "utf-8", errors="replace"))
    if not cut:
        return path, []
    folder = scratch / "mended"
    folder.mkdir()
    for each in _beside(path):
        target = folder / f"shapes{each.suffix.casefold()}"
        if each == table_file:
            target.write_bytes(bytes(header) + content[header_bytes:])
        elif each.suffix.casefold() in {".shp", ".shx", ".prj", ".cpg"}:
            target.symlink_to(each.absolute())
    return folder / "shapes.shp", cut


_HEADER_END = 0x0D
_CUT_AT_MOST = 3


def _beside(path: Path) -> list[Path]:
    stem = path.stem
    return [each for each in path.parent.iterdir() if each.stem == stem and each.is_file()]


def _whole_letters(name: bytes, encoding: str) -> bytes:
    """The name without the bytes of a letter begun at its end; as it is when that is not its fault."""
    for dropped in range(_CUT_AT_MOST + 1):
        part = name[: len(name) - dropped]
        try:
            part.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
        return part
    return name


def _stated_encoding(path: Path) -> str:
    """What a .cpg says, as Python knows it."""
    for each in _beside(path):
        if each.suffix.casefold() == ".cpg":
            word = each.read_bytes()[:40].decode("ascii", errors="ignore").strip()
            return {"65001": "utf-8", "936": "gb18030", "950": "big5hkscs"}.get(word, word)
    return "utf-8"


_VIRTUAL = re.compile(
    r"CREATE\s+VIRTUAL\s+TABLE\s+[\"\[]?rtree_\w+[\"\]]?\s+USING\s+rtree\s*"
    r"\(\s*id\s*,\s*minx\s*,\s*maxx\s*,\s*miny\s*,\s*maxy\s*\)",
    re.IGNORECASE,
)
"""The spatial index that the standard itself asks for."""
_TRIGGERS = re.compile(
    r"rtree_\w+|trigger_(?:insert|delete)_feature_count_\w+|gpkg_\w+", re.IGNORECASE
)
"""The standard's own triggers, and GDAL's counters. None ever fires: the file is opened to read only."""


def _geopackage(path: Path, _request: dict[str, Any]) -> _Prepared:
    """Refuse what runs by itself when a GeoPackage is read: a view may loop for ever, a virtual table run code."""
    try:
        with sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True
        ) as connection:
            connection.execute("pragma trusted_schema = off")
            entries = connection.execute("select type, name, sql from sqlite_master").fetchall()
    except sqlite3.Error as error:
        zh, en = "不是可读的 GeoPackage 文件", "not a readable GeoPackage file"
        raise refused(zh, en) from error
    for kind, name, sql in entries:
        virtual = str(sql or "").lstrip().upper().startswith("CREATE VIRTUAL")
        if (
            kind == "view"
            or (virtual and not _VIRTUAL.fullmatch(str(sql).strip()))
            or (kind == "trigger" and not _TRIGGERS.fullmatch(str(name)))
        ):
            zh = f"GeoPackage 内有视图、触发器或虚拟表“{name}”,请只导出数据表"
            en = f"the GeoPackage holds a view, trigger or virtual table “{name}”: export plain tables"
            raise refused(zh, en)
    return path, None, False


def _kml(path: Path, request: dict[str, Any]) -> _Prepared:
    if path.open("rb").read(4) == b"PK\x03\x04":
        path = unpack_kml(path, Path(request["scratch"]))
    content = content_of(path)
    refuse_doctype(content)
    mended = content
    notes: list[list[str | None]] = []
    placemarks = content.count(b"<Placemark")
    if placemarks > 1 and not re.search(rb"<(?:\w+:)?(?:Document|Folder)\b", content):
        mended = _wrapped(mended)
        zh = "KML 的地标没有放在 Document 里,已补上"
        en = "the KML's placemarks stand in no Document; one was put about them"
        notes.append(["mended", None, None, zh, en])
    mended, rings = _LONE_RING.subn(_as_line, mended)
    if mended != content and rings:
        zh = "KML 中单独的环(LinearRing)按线读入"
        en = "rings (LinearRing) that stand alone were read as lines"
        notes.append(["mended", None, None, zh, en])
    if mended != content:
        path = Path(request["scratch"]) / "mended.kml"
        path.write_bytes(mended)
        request["notes"] = notes
    return path, None, False


_LONE_RING = re.compile(
    rb"(<(?:\w+:)?(?:outer|inner)BoundaryIs[^>]*>\s*)?<(LinearRing\b.*?</)LinearRing\s*>", re.DOTALL
)


def _as_line(found: re.Match[bytes]) -> bytes:
    """A ring within a polygon as it is; another as the line that it is: GDAL gives nothing for it."""
    if found[1] is not None:
        return found[0]
    return b"<LineString" + found[2].removeprefix(b"LinearRing") + b"LineString>"


def _wrapped(content: bytes) -> bytes:
    """The KML with a document about its placemarks: GDAL reads but the first of several that stand alone."""
    opened = re.sub(rb"<((?:\w+:)?kml)\b([^>]*)>", rb"<\1\2><Document>", content, count=1)
    return re.sub(rb"</((?:\w+:)?kml)\s*>", rb"</Document></\1>", opened, count=1)


def refuse_doctype(content: bytes) -> None:
    """XML with a DOCTYPE may name other files or blow up; neither KML nor GML needs one."""
    if re.search(rb"<!\s*(?:doctype|entity)", content.replace(b"\x00", b""), re.IGNORECASE):
        zh, en = "XML 中含有 DOCTYPE,不予读取", "the XML holds a DOCTYPE and is not read"
        raise refused(zh, en)


_DXF_HEADER = re.compile(rb"\s*(?:999[^\n]*\n[^\n]*\n\s*)*0\s*\n\s*SECTION\s*\n\s*2\s*\n\s*HEADER")
_EMPTY_HEADER = "0\nSECTION\n2\nHEADER\n0\nENDSEC\n"


def _dxf(path: Path, request: dict[str, Any]) -> _Prepared:
    """A copy in UTF-8: GDAL knows few encodings of drawings, and heeds none where the header is missing."""
    content = content_of(path)
    if content.isascii() or content.startswith(b"AutoCAD Binary DXF"):
        return path, "UTF-8", False
    encoding, guessed = find_encoding(content, request.get("encoding"))
    head = "" if _DXF_HEADER.match(content) else _EMPTY_HEADER
    copy = Path(request["scratch"]) / "drawing.dxf"
    copy.write_text(head + content.decode(encoding).lstrip("\ufeff"), encoding="utf-8")
    return copy, encoding, guessed


def _flatgeobuf(path: Path, _request: dict[str, Any]) -> _Prepared:
    return path, None, False


_PREPARED: dict[str, Callable[[Path, dict[str, Any]], _Prepared]] = {
    "shapefile": _shapefile,
    "geopackage": _geopackage,
    "kml": _kml,
    "dxf": _dxf,
    "flatgeobuf": _flatgeobuf,
}


def epsg_of(declared: str | None) -> str | None:
    """The EPSG code of a declared CRS, if it has one."""
    if declared is None or declared.startswith("EPSG:"):
        return declared
    from pyproj import CRS  # noqa: PLC0415  slow to load, seldom needed
    from pyproj.exceptions import CRSError  # noqa: PLC0415

    try:
        crs = CRS.from_user_input(declared)
        code = crs.to_epsg() or _gauss_kruger(crs.to_dict())
    except CRSError:
        return None
    return None if code is None else f"EPSG:{code}"


def _gauss_kruger(known: dict[str, Any]) -> int | None:
    """The 3-degree CGCS2000 code of what surveyors' programs write in words of their own: its numbers tell."""
    meridian, easting = known.get("lon_0"), known.get("x_0", 0)
    if (
        known.get("proj") != "tmerc"
        or known.get("ellps") != "GRS80"
        or known.get("k", known.get("k_0", 1)) != 1
        or known.get("lat_0", 0) != 0
        or not isinstance(meridian, int | float)
        or meridian % 3
        or not 75 <= meridian <= 135  # noqa: PLR2004  China's central meridians
    ):
        return None
    zone = int(meridian) // 3
    if easting == 500_000:  # noqa: PLR2004  no zone number
        return 4534 + zone - 25
    return 4513 + zone - 25 if easting == zone * 1_000_000 + 500_000 else None
