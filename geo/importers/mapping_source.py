"""The rows of a file for a mapping, whatever its format, and what the file declares of itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from geo.importers.problems import refused
from geo.importers.sources import DRIVERS, WZDX, format_of, read_grids, read_layers
from geo.importers.tables import find_table, normal
from geo.importers.wzdx import rows_of_feed
from geo.records import Source

if TYPE_CHECKING:
    from pathlib import Path

    from geo.importers.mapping_file import Mapping
    from geo.importers.reading import Context
    from geo.importers.sources import Note, Shape


ROW_NUMBER = "#"
"""In a template, the number of the row: `{#}`. A last resort where a file has no keys."""


@dataclass(slots=True)
class Row:
    """A row: where it stands, its values by field, and the shape of its feature, not yet looked at."""

    source: Source
    values: dict[str, Any]
    shape: Shape


@dataclass(slots=True)
class OpenedFile:
    """A file's rows, whatever its format, and what it declares of itself."""

    name: str
    rows: list[Row] = field(default_factory=list)
    no_objects: list[Source] = field(default_factory=list)
    """Rows that are no objects at all."""
    crs: str | None = None
    encoding: str | None = None
    is_json: bool = False
    notes: list[Note] = field(default_factory=list)


def open_file(path: Path, mapping: Mapping, context: Context) -> OpenedFile:
    """Read a file for a mapping. Raises `ImportRefusedError` when it lacks fields that the mapping speaks of."""
    form = mapping.format or format_of(path)
    if form == WZDX:
        opened = _from_wzdx(path, context)
    elif form == "json" or form in DRIVERS:
        opened = _from_layers(path, form, mapping)
    else:
        opened = _from_grids(path, form, mapping)
    known = {name for row in opened.rows for name in row.values}
    missing = sorted(mapping.fields_used() - known)
    if missing and opened.rows:
        listed = "、".join(missing)
        zh = f"文件里没有这些字段:{listed};请核对文件和映射“{mapping.title}”"
        en = f"the file lacks the fields {listed}; check file and mapping “{mapping.title_en}”"
        raise refused(zh, en)
    return opened


def _from_wzdx(path: Path, context: Context) -> OpenedFile:
    [layer] = read_layers(path, "json")
    opened = OpenedFile(path.name, is_json=True, notes=layer.notes)
    for number, values, shape in rows_of_feed(layer.rows, context.time_zone):
        opened.rows.append(Row(Source(None, number), values, shape))
    return opened


def _from_layers(path: Path, form: str, mapping: Mapping) -> OpenedFile:
    """The rows of the named layer, or of all layers that have the mapping's fields."""
    layers = read_layers(path, form, mapping.encoding)
    if mapping.sheet is not None:
        layers = [each for each in layers if normal(each.name) == normal(mapping.sheet)]
        if not layers:
            zh, en = f"没有图层“{mapping.sheet}”", f"there is no layer “{mapping.sheet}”"
            raise refused(zh, en)
    used = mapping.fields_used() - {ROW_NUMBER}
    fitting = [each for each in layers if not each.fields or used <= set(each.fields)] or layers[:1]
    opened = OpenedFile(path.name, is_json=form == "json")
    for layer in fitting:
        if len({each.crs for each in fitting}) > 1:
            zh = "各图层坐标系不同,请在映射里用 file.sheet 指定图层"
            en = "the layers differ in coordinate system: name one as file.sheet in the mapping"
            raise refused(zh, en)
        opened.crs, opened.encoding = layer.crs, layer.encoding or opened.encoding
        opened.name = layer.name or path.name
        opened.notes += layer.notes
        for number, (found, shape) in enumerate(layer.rows, start=1):
            source = Source(layer.name or None, number)
            if found is None:
                opened.no_objects.append(source)
            else:
                opened.rows.append(Row(source, flat(found) | {ROW_NUMBER: number}, shape))
    return opened


_DEEPEST = 3


def flat(found: dict[str, Any], depth: int = 1) -> dict[str, Any]:
    """An object with what its inner objects hold beside them: {"validity": {"to": x}} also has "validity.to"."""
    if not any(value.__class__ is dict for value in found.values()):
        return found
    named = dict(found)
    for name, value in found.items():
        if isinstance(value, dict) and depth <= _DEEPEST:
            for inner, each in flat(value, depth + 1).items():
                named.setdefault(f"{name}.{inner}", each)
    return named


def _from_grids(path: Path, form: str, mapping: Mapping) -> OpenedFile:
    """The rows of the named sheet, or of the first one that has the mapping's headings."""
    used = mapping.fields_used() - {ROW_NUMBER}
    wanted = {normal(word) for name in used for word in (name, name.replace("/", ""))}
    for grid in read_grids(path, form, mapping.encoding):
        if mapping.sheet is not None and normal(grid.name) != normal(mapping.sheet):
            continue
        table = find_table(grid, wanted.__contains__, least=min(2, len(used)))
        if table is None:
            continue
        opened = OpenedFile(grid.name or path.name, encoding=grid.encoding)
        columns: list[tuple[int, str]] = []
        for index, label in enumerate(table.labels):
            if label is not None:
                columns.append((index, label.text))
                columns += [(index, name) for name in used if label.means(name)]
        for number, cells in table.rows():
            found: dict[str, Any] = {name: cells[index] for index, name in columns}
            found[ROW_NUMBER] = number
            opened.rows.append(Row(Source(grid.name or None, number), found, None))
        return opened
    zh = f"没有找到映射“{mapping.title}”所说的表头"
    en = f"no heading as the mapping “{mapping.title_en}” tells of was found"
    raise refused(zh, en)
