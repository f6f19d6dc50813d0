"""Workbooks, CSV and JSON, read in the child process by parsers that know one format each."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

from geo.importers.archives import checked_zip
from geo.importers.encodings import find_encoding
from geo.importers.problems import refused
from geo.importers.said import (
    MAX_CELL,
    MAX_COLUMNS,
    MAX_ROWS,
    checked_row,
    content_of,
    rows_of,
    table,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def read_workbook(path: Path, request: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The sheets of an Excel or WPS workbook, told by its content: names often lie (.xls that is .xlsx, .et)."""
    content = content_of(path)
    if content.startswith(_ZIP):
        with checked_zip(path):
            pass
    elif not content.startswith(_OLE):
        raise _no_workbook()
    from python_calamine import (  # noqa: PLC0415
        CalamineError,
        PasswordError,
        SheetTypeEnum,
        SheetVisibleEnum,
        load_workbook,
    )

    try:
        workbook = load_workbook(io.BytesIO(content))
        for meta in workbook.sheets_metadata:
            if meta.typ != SheetTypeEnum.WorkSheet:
                continue
            sheet = workbook.get_sheet_by_name(meta.name)
            top, left = sheet.start or (0, 0)
            if sheet.total_height > MAX_ROWS or sheet.total_width > MAX_COLUMNS:
                zh = f"工作表“{meta.name}”过大(最多 {MAX_ROWS} 行、{MAX_COLUMNS} 列)"
                en = f"sheet “{meta.name}” is too large ({MAX_ROWS} rows, {MAX_COLUMNS} columns)"
                raise refused(zh, en)
            yield table(
                meta.name,
                first_row=top + 1,
                hidden=meta.visible != SheetVisibleEnum.Visible,
                merged=[
                    [y0 - top, x0 - left, y1 - top, x1 - left]
                    for (y0, x0), (y1, x1) in sheet.merged_cell_ranges or ()
                ],
            )
            yield from rows_of(map(checked_row, sheet.iter_rows()), request.get("at_most"))
    except PasswordError as error:
        zh, en = "工作簿有密码,请去掉后再导入", "the workbook has a password; remove it first"
        raise refused(zh, en) from error
    except CalamineError as error:
        raise _no_workbook() from error


def _no_workbook() -> Exception:
    return refused("不是可读的 Excel 文件", "not a readable Excel file")


def read_csv(path: Path, request: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The rows of a CSV: encoding and delimiter are found."""
    content = content_of(path)
    encoding, guessed = find_encoding(content, request.get("encoding"))
    lines = content.decode(encoding).splitlines(keepends=True)
    csv.field_size_limit(MAX_CELL)
    yield table("", encoding=encoding if guessed else None, delimiter=delimiter_of(lines))
    reader = csv.reader(lines, delimiter=delimiter_of(lines))
    try:
        yield from rows_of(map(checked_row, reader), request.get("at_most"))
    except csv.Error as error:
        zh, en = f"CSV 格式有误:{error}", f"the CSV is malformed: {error}"
        raise refused(zh, en) from error


_DELIMITERS = ",;\t|"
_LOOKED_AT = 20


def delimiter_of(lines: list[str]) -> str:
    """What parts the cells: what stands in most of the first lines equally often, outside of quotes."""

    def steady(delimiter: str) -> tuple[int, int]:
        counts = [
            sum(piece.count(delimiter) for piece in line.split('"')[::2])
            for line in lines[:_LOOKED_AT]
            if line.strip()
        ]
        filled = [count for count in counts if count]
        if not filled:
            return 0, 0
        usual = max(set(filled), key=filled.count)
        return filled.count(usual), usual

    return max(_DELIMITERS, key=steady)


def read_json(path: Path, request: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The objects of a JSON list, or the features of GeoJSON, with Python's own parser."""
    content = content_of(path)
    encoding, guessed = find_encoding(content, request.get("encoding"))
    try:
        found = json.loads(content.decode(encoding), parse_constant=_no_constant)
    except ValueError as error:
        zh, en = f"不是有效的 JSON:{error}", f"not valid JSON: {error}"
        raise refused(zh, en) from error
    del content
    crs, rows = _json_rows(found)
    notes = _notes_of(found)
    yield table("", encoding=encoding if guessed else None, crs=crs, notes=notes)
    yield from rows_of(rows, request.get("at_most"))


def _no_constant(word: str) -> None:
    zh, en = f"JSON 中有无效数值 {word}", f"the JSON holds {word}, which is no number"
    raise refused(zh, en)


_SHAPES = frozenset(
    (
        *("Point", "MultiPoint", "LineString", "MultiLineString"),
        *("Polygon", "MultiPolygon", "GeometryCollection"),
    )
)


def _json_rows(found: object) -> tuple[str | None, Iterator[list[Any]]]:
    """The declared CRS and the rows of a list of objects, a FeatureCollection, a Feature or a bare shape."""
    if isinstance(found, list):
        return None, ([row, None] for row in found)
    if isinstance(found, dict):
        kind = found.get("type")
        if kind == "FeatureCollection":
            features = found.get("features")
            if isinstance(features, list):
                return _declared_crs(found), (_feature(each) for each in features)
            zh = "FeatureCollection 的 features 应为数组"
            en = "the features of a FeatureCollection should be a list"
            raise refused(zh, en)
        if kind == "Feature":
            return _declared_crs(found), iter([_feature(found)])
        if isinstance(kind, str) and kind in _SHAPES:
            return None, iter([[{}, found]])
    zh = "JSON 应为对象数组或 GeoJSON(FeatureCollection、Feature)"
    en = "the JSON should be a list of objects or GeoJSON (FeatureCollection, Feature)"
    raise refused(zh, en)


_BOX, _BOX_3D = 4, 6


def _notes_of(found: object) -> list[list[str | None]]:
    """What GeoJSON says wrongly beside its shapes: boxes that are none and ids that are no ids. Neither is used."""
    features = found.get("features") if isinstance(found, dict) else None
    objects = [found, *(features if isinstance(features, list) else ())]
    objects = [each for each in objects if isinstance(each, dict)]
    shapes = [each.get("geometry") for each in objects]
    holders = objects + [each for each in shapes if isinstance(each, dict)]
    boxes = sum("bbox" in each and not _is_box(each["bbox"]) for each in holders)
    ids = sum(not isinstance(each.get("id", ""), str | int | float) for each in objects)
    notes: list[list[str | None]] = []
    if boxes:
        zh = "所写的范围(bbox)有误,不采用"
        notes.append(["mended", "bbox", str(boxes), zh, "a bbox that is none was left out"])
    if ids:
        zh = "要素的 id 不是文字或数字,不采用"
        notes.append(
            ["mended", "id", str(ids), zh, "an id that is neither text nor number was left out"]
        )
    return notes


def _is_box(found: object) -> bool:
    if not isinstance(found, list) or len(found) not in {_BOX, _BOX_3D}:
        return False
    if not all(isinstance(each, int | float) for each in found):
        return False
    half = len(found) // 2
    return all(low <= high for low, high in zip(found[1:half], found[half + 1 :], strict=True))


def _feature(found: object) -> list[Any]:
    """Values and shape of one feature; something else in its place is passed on as it is, for the parent to refuse."""
    if not isinstance(found, dict) or found.get("type") != "Feature" or "geometry" not in found:
        return [None, None]
    values = found.get("properties")
    if isinstance(values, dict) and isinstance(found.get("id"), str | int | float):
        values.setdefault("id", found["id"])
    return [{} if values is None else values, found["geometry"]]


def _declared_crs(found: dict[str, Any]) -> str | None:
    """What GeoJSON before RFC 7946 says of its CRS: urn:ogc:def:crs:EPSG::3826 and the like."""
    try:
        words = str(found["crs"]["properties"]["name"]).split(":")
    except (KeyError, TypeError):
        return None
    return f"EPSG:{words[-1]}" if words[-1].isdecimal() and "EPSG" in words else None
