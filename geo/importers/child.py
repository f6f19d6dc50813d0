"""The child process that opens one file from a stranger and writes plain JSON lines of what it holds.

It runs alone: without network, without secrets in its environment, with limits on memory, time, files and bytes
written. Whatever it says is checked again by `geo.importers.sources`, which starts it as
`python -I -c "…; main()" ROOT`, gives one line of JSON on standard input, and reads these lines from standard output:

    {"table": name, "fields"?: [...], "crs"?: "EPSG:…", "encoding"?: "gb18030", "first_row": 1, "merged": [...]}
    {"rows": [...]}    cells of a sheet: scalars, null, or [text] for days and times; or [values, shape] of a feature
    {"end": true}      nothing is missing
    {"refused": [zh, en]}
"""

from __future__ import annotations

import csv
import ctypes
import json
import resource
import sys
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geo.errors import ImportRefusedError
from geo.importers.archives import checked_zip, unpack_shapefile
from geo.importers.encodings import find_encoding
from geo.importers.problems import refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

MEMORY_BYTES = 1_500_000_000
CPU_SECONDS = 20
WRITTEN_BYTES = 200_000_000
OPEN_FILES = 64

MAX_ROWS = 300_000
MAX_COLUMNS = 512
MAX_CELL = 1_000_000
MAX_TEXT_BYTES = 100_000_000
CHUNK_ROWS = 500

_NEW_USER, _NEW_NET = 0x1000_0000, 0x4000_0000


def main() -> None:
    """Read the request, shut the doors, open the file, write what it holds."""
    request = json.loads(sys.stdin.readline())
    _shut_doors()
    sys.stdout.reconfigure(encoding="utf-8", errors="surrogatepass")  # type: ignore[union-attr]
    try:
        _READERS[request["format"]](Path(request["path"]), request)
        _say({"end": True})
    except ImportRefusedError as error:
        zh, _, en = str(error).partition(" / ")
        _say({"refused": [zh, en]})
    except MemoryError:
        _say({"refused": ["文件过大,内存不足", "the file is too large for the memory allowed"]})
    except RecursionError:
        _say({"refused": ["文件嵌套过深", "the file is nested too deeply"]})
    except ValueError:
        _say(
            {"refused": ["文件内有无法读取的内容", "the file holds something that cannot be read"]}
        )


def _shut_doors() -> None:
    """Take the network away where the system allows it, then set the limits."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(_NEW_NET) != 0:
        libc.unshare(_NEW_USER | _NEW_NET)
    for what, limit in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, WRITTEN_BYTES),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (limit, limit))


def _say(message: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(message, ensure_ascii=False, allow_nan=False, default=_plain))
    sys.stdout.write("\n")
    sys.stdout.flush()


def _plain(value: object) -> Any:  # noqa: ANN401  what JSON has no form for
    if isinstance(value, date | datetime | time):
        return [value.isoformat()]
    if isinstance(value, timedelta):
        return str(value)
    if hasattr(value, "item"):
        return value.item()
    return str(value)


def _say_rows(rows: Iterable[Any]) -> None:
    chunk: list[Any] = []
    for place, row in enumerate(rows):
        if place >= MAX_ROWS:
            zh, en = f"超过 {MAX_ROWS} 行", f"more than {MAX_ROWS} rows"
            raise refused(zh, en)
        chunk.append(row)
        if len(chunk) == CHUNK_ROWS:
            _say({"rows": chunk})
            chunk = []
    if chunk:
        _say({"rows": chunk})


def _checked_row(row: list[Any]) -> list[Any]:
    if len(row) > MAX_COLUMNS:
        zh, en = f"超过 {MAX_COLUMNS} 列", f"more than {MAX_COLUMNS} columns"
        raise refused(zh, en)
    for place, cell in enumerate(row):
        if cell.__class__ is str and len(cell) > MAX_CELL:
            zh, en = "单元格内容过长", "the text of one cell is too long"
            raise refused(zh, en)
        if cell.__class__ is float and not -1e300 < cell < 1e300:  # noqa: PLR2004  infinite or no number
            row[place] = None
    return row


def _read_workbook(path: Path, _request: dict[str, Any]) -> None:
    if path.open("rb").read(4) == b"PK\x03\x04":
        with checked_zip(path):
            pass
    from python_calamine import (  # noqa: PLC0415
        CalamineError,
        PasswordError,
        SheetTypeEnum,
        SheetVisibleEnum,
        load_workbook,
    )

    try:
        workbook = load_workbook(str(path))
        for meta in workbook.sheets_metadata:
            if meta.typ != SheetTypeEnum.WorkSheet:
                continue
            sheet = workbook.get_sheet_by_name(meta.name)
            first_row, first_column = sheet.start or (0, 0)
            if sheet.total_height > MAX_ROWS or sheet.total_width > MAX_COLUMNS:
                zh = f"工作表“{meta.name}”过大(最多 {MAX_ROWS} 行、{MAX_COLUMNS} 列)"
                en = f"sheet “{meta.name}” is too large ({MAX_ROWS} rows, {MAX_COLUMNS} columns)"
                raise refused(zh, en)
            _say(
                {
                    "table": meta.name,
                    "first_row": first_row + 1,
                    "hidden": meta.visible != SheetVisibleEnum.Visible,
                    "merged": [
                        [
                            top - first_row,
                            left - first_column,
                            low - first_row,
                            right - first_column,
                        ]
                        for (top, left), (low, right) in sheet.merged_cell_ranges or ()
                    ],
                }
            )
            _say_rows(map(_checked_row, sheet.iter_rows()))
    except PasswordError as error:
        zh, en = "工作簿有密码,请去掉后再导入", "the workbook has a password; remove it first"
        raise refused(zh, en) from error
    except CalamineError as error:
        zh, en = "不是可读的 Excel 文件", "not a readable Excel file"
        raise refused(zh, en) from error


def _read_csv(path: Path, request: dict[str, Any]) -> None:
    content = _content(path)
    encoding, guessed = find_encoding(content, request.get("encoding"))
    lines = content.decode(encoding).splitlines(keepends=True)
    first = lines[0] if lines else ""
    delimiter = max(",;\t", key=first.count)
    csv.field_size_limit(MAX_CELL)
    _say(_table("", encoding if guessed else None))
    try:
        _say_rows(map(_checked_row, csv.reader(lines, delimiter=delimiter)))
    except csv.Error as error:
        zh, en = f"CSV 格式有误:{error}", f"the CSV is malformed: {error}"
        raise refused(zh, en) from error


def _table(name: str, encoding: str | None = None, crs: str | None = None) -> dict[str, Any]:
    return {"table": name, "first_row": 1, "merged": [], "encoding": encoding, "crs": crs}


def _content(path: Path) -> bytes:
    if path.stat().st_size > MAX_TEXT_BYTES:
        zh = f"文件过大(最多 {MAX_TEXT_BYTES // 1_000_000} MB)"
        en = f"the file is too large (at most {MAX_TEXT_BYTES // 1_000_000} MB)"
        raise refused(zh, en)
    return path.read_bytes()


def _read_json(path: Path, request: dict[str, Any]) -> None:
    content = _content(path)
    encoding, guessed = find_encoding(content, request.get("encoding"))
    try:
        found = json.loads(content.decode(encoding), parse_constant=_no_constant)
    except ValueError as error:
        zh, en = f"不是有效的 JSON:{error}", f"not valid JSON: {error}"
        raise refused(zh, en) from error
    crs, rows = _json_rows(found)
    _say(_table("", encoding if guessed else None, crs))
    _say_rows(rows)


def _no_constant(word: str) -> None:
    zh, en = f"JSON 中有无效数值 {word}", f"the JSON holds {word}, which is no number"
    raise refused(zh, en)


_SHAPES = frozenset(
    (
        *("Point", "MultiPoint", "LineString", "MultiLineString"),
        *("Polygon", "MultiPolygon", "GeometryCollection"),
    )
)


def _json_rows(found: object) -> tuple[str | None, list[Any]]:
    """The declared CRS and the rows of a list of objects, a FeatureCollection, a Feature or a bare shape."""
    if isinstance(found, list):
        return None, [[row, None] for row in found]
    if isinstance(found, dict):
        kind = found.get("type")
        if kind == "FeatureCollection":
            features = found.get("features")
            if isinstance(features, list):
                return _declared_crs(found), [_feature(each) for each in features]
            zh = "FeatureCollection 的 features 应为数组"
            en = "the features of a FeatureCollection should be a list"
            raise refused(zh, en)
        if kind == "Feature":
            return _declared_crs(found), [_feature(found)]
        if isinstance(kind, str) and kind in _SHAPES:
            return None, [[{}, found]]
    zh = "JSON 应为对象数组或 GeoJSON(FeatureCollection、Feature)"
    en = "the JSON should be a list of objects or GeoJSON (FeatureCollection, Feature)"
    raise refused(zh, en)


def _feature(found: object) -> list[Any]:
    """Values and shape of one feature; something else in its place is passed on as it is, for the parent to refuse."""
    if not isinstance(found, dict) or found.get("type") != "Feature" or "geometry" not in found:
        return [None, None]
    values = found.get("properties")
    if isinstance(values, dict) and "id" in found:
        values.setdefault("id", found["id"])
    return [{} if values is None else values, found["geometry"]]


def _declared_crs(found: dict[str, Any]) -> str | None:
    """What GeoJSON before RFC 7946 says of its CRS: urn:ogc:def:crs:EPSG::3826 and the like."""
    try:
        words = str(found["crs"]["properties"]["name"]).split(":")
    except (KeyError, TypeError):
        return None
    return f"EPSG:{words[-1]}" if words[-1].isdecimal() and "EPSG" in words else None


def _read_shapefile(path: Path, request: dict[str, Any]) -> None:
    if path.suffix.casefold() == ".zip":
        path = unpack_shapefile(path, Path(request["scratch"]))
    import pyogrio  # noqa: PLC0415  only now: its drivers are chosen by the environment
    from pyogrio import raw  # noqa: PLC0415
    from pyogrio.errors import DataLayerError, DataSourceError, FeatureError  # noqa: PLC0415

    if set(pyogrio.list_drivers()) - {request["driver"]}:
        message = "other drivers are open"
        raise AssertionError(message)
    encoding, guessed = _dbf_encoding(path, request.get("encoding"))
    try:
        meta, _, shapes, columns = raw.read(
            str(path), encoding=encoding, max_features=MAX_ROWS + 1, datetime_as_string=True
        )
    except UnicodeDecodeError as error:
        zh = "字段名或文字被截断,编码无法识别"
        en = "a field name or text was cut within a letter; the encoding cannot be told"
        raise refused(zh, en) from error
    except (DataLayerError, DataSourceError, FeatureError, ValueError) as error:
        zh, en = "不是可读的 Shapefile", "not a readable Shapefile"
        raise refused(zh, en) from error
    _say(_table(path.stem, encoding if guessed else None, _epsg(meta.get("crs"))))
    names = [str(name) for name in meta["fields"]]
    listed = [column.tolist() for column in columns]
    _say_rows(
        [
            dict(zip(names, (_none_if_nan(column[place]) for column in listed), strict=True)),
            None if shape is None else {"wkb": bytes(shape).hex()},
        ]
        for place, shape in enumerate(shapes)
    )


def _none_if_nan(value: Any) -> Any:  # noqa: ANN401  any field's value
    return None if isinstance(value, float) and value != value else value  # noqa: PLR0124


def _dbf_encoding(path: Path, stated: str | None) -> tuple[str | None, bool]:
    """What .cpg says stands (None); without it the text of the .dbf decides, as GDAL would take it for Latin-1."""
    if stated is not None:
        return stated, False
    beside = {each.suffix.casefold(): each for each in path.parent.glob(f"{path.stem}.*")}
    if ".cpg" in beside or ".dbf" not in beside:
        return None, False
    content = _content(beside[".dbf"])
    header_bytes = int.from_bytes(content[8:10], "little")
    try:
        return find_encoding(content[header_bytes:])
    except ImportRefusedError:
        return None, False


def _epsg(declared: str | None) -> str | None:
    """The EPSG code of a declared CRS, if it has one."""
    if declared is None or declared.startswith("EPSG:"):
        return declared
    from pyproj import CRS  # noqa: PLC0415  slow to load, seldom needed
    from pyproj.exceptions import CRSError  # noqa: PLC0415

    try:
        code = CRS.from_user_input(declared).to_epsg()
    except CRSError:
        return None
    return None if code is None else f"EPSG:{code}"


_READERS: dict[str, Callable[[Path, dict[str, Any]], None]] = {
    "workbook": _read_workbook,
    "csv": _read_csv,
    "json": _read_json,
    "shapefile": _read_shapefile,
}
