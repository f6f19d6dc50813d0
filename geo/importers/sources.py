"""Files opened at arm's length: starts the child process, checks again what it says, and gives rows.

A file never meets a parser in this process. See `geo.importers.child` for the limits and the form of its lines.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import lru_cache
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeAlias

from geo.importers.problems import refused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geo.importers.values import Cell

WALL_SECONDS = 60.0
MAX_FILE_BYTES = 200_000_000
_MAX_LINE = 64_000_000
_MAX_SAID = 1_000_000_000
_ROOT = Path(__file__).resolve().parents[2]
_START = "import sys; sys.path.insert(0, sys.argv[1]); from geo.importers.child import main; main()"
_PROBE = "import json, pyogrio; print(json.dumps(sorted(pyogrio.list_drivers())))"

DRIVERS = {
    "shapefile": "ESRI Shapefile",
    "geopackage": "GPKG",
    "kml": "LIBKML",
    "dxf": "DXF",
    "flatgeobuf": "FlatGeobuf",
}
"""The one GDAL driver that each format read by GDAL is opened with."""

WZDX = "wzdx"
"""JSON that is a work zone feed (WZDx 4.x); no file's name says so."""
FORMATS = ("workbook", "csv", "json", *DRIVERS, WZDX)
_BY_SUFFIX = {
    ".xlsx": "workbook",
    ".xlsm": "workbook",
    ".xls": "workbook",
    ".et": "workbook",
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".json": "json",
    ".geojson": "json",
    ".shp": "shapefile",
    ".zip": "shapefile",
    ".gpkg": "geopackage",
    ".kml": "kml",
    ".kmz": "kml",
    ".dxf": "dxf",
    ".fgb": "flatgeobuf",
}


@dataclass(slots=True)
class Grid:
    """A sheet: rows of cells as they stand. `first_row` is the number, as in Excel, of the first row in `rows`.

    `merged` are merged ranges as (top, left, bottom, right), counted from 0 within `rows`. None: not known.
    """

    name: str
    first_row: int
    rows: list[list[Cell]]
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden: bool = False
    encoding: str | None = None


Shape: TypeAlias = dict[str, Any] | None
"""A shape not yet looked at: a GeoJSON object, or {"wkb": hexadecimal}."""


@dataclass(frozen=True, slots=True)
class Note:
    """What a clerk should know of a file before any of its rows: `mended` or `noted`, a field or value, why."""

    level: str
    field: str | None
    value: str | None
    zh: str
    en: str


def _note(said: list[Any]) -> Note:
    level, name, value, zh, en = said
    return Note(
        "mended" if level == "mended" else "noted",
        _optional_text(name),
        _optional_text(value),
        str(zh),
        str(en),
    )


@dataclass(slots=True)
class Layer:
    """Features or objects: values by field and a shape, None in place of values that are not an object.

    `crs` is what the file declares, `encoding` what was guessed for want of a mark.
    """

    name: str
    rows: list[tuple[dict[str, Any] | None, Shape]]
    fields: list[str] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    crs: str | None = None
    encoding: str | None = None


def format_of(path: Path) -> str:
    """The format that a file's name says. Raises `ImportRefusedError`."""
    found = _BY_SUFFIX.get(path.suffix.casefold())
    if found is None:
        known = "、".join(sorted(suffix[1:] for suffix in _BY_SUFFIX))
        zh = f"不支持的文件类型“{path.suffix}”(可用 {known})"
        en = f"unsupported kind of file “{path.suffix}” ({known.replace('、', ', ')})"
        raise refused(zh, en)
    return found


def read_grids(
    path: Path, form: str, encoding: str | None = None, at_most: int | None = None
) -> Iterator[Grid]:
    """The sheets of a workbook, or the one of a CSV, each complete before the next is read.

    `at_most` cuts each off after so many rows, for a look.
    """
    with _said(path, form, encoding, at_most) as messages:
        grid: Grid | None = None
        for message in messages:
            if "table" in message:
                if grid is not None:
                    yield grid
                grid = _grid(message)
            elif grid is not None:
                grid.rows.extend(map(_cells, message["rows"]))
            else:
                raise _unreadable()
        if grid is not None:
            yield grid


def read_layers(
    path: Path, form: str, encoding: str | None = None, at_most: int | None = None
) -> list[Layer]:
    """The layers of a GIS file, or the objects of a JSON file as one. `at_most` cuts each off after so many rows."""
    layers: list[Layer] = []
    with _said(path, form, encoding, at_most) as messages:
        for message in messages:
            if "table" in message:
                layers.append(_layer(message))
            else:
                layers[-1].rows.extend(map(_feature, message["rows"]))
    return layers


def _layer(message: dict[str, Any]) -> Layer:
    return Layer(
        name=str(message["table"]),
        rows=[],
        fields=[str(name) for name in message.get("fields") or ()],
        notes=[_note(each) for each in message.get("notes") or ()],
        crs=_optional_text(message.get("crs")),
        encoding=_optional_text(message.get("encoding")),
    )


def _grid(message: dict[str, Any]) -> Grid:
    return Grid(
        name=str(message["table"]),
        first_row=int(message["first_row"]),
        rows=[],
        merged=[(int(a), int(b), int(c), int(d)) for a, b, c, d in message["merged"]],
        hidden=bool(message.get("hidden")),
        encoding=_optional_text(message.get("encoding")),
    )


def _optional_text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _cells(row: list[Any]) -> list[Cell]:
    for place, cell in enumerate(row):
        kind = cell.__class__
        if kind is list:
            row[place] = _moment(cell[0])
        elif cell == "" or kind is dict:
            row[place] = None
    return row


@lru_cache(maxsize=16_384)
def _moment(word: str) -> date | datetime | time:
    if "T" in word:
        return datetime.fromisoformat(word)
    return date.fromisoformat(word) if "-" in word else time.fromisoformat(word)


def _feature(row: list[Any]) -> tuple[dict[str, Any] | None, Shape]:
    values, shape = row
    return (
        values if isinstance(values, dict) else None,
        shape if isinstance(shape, dict) else None,
    )


@contextmanager
def _said(
    path: Path, form: str, encoding: str | None, at_most: int | None
) -> Iterator[Iterator[dict[str, Any]]]:
    """What the child says of a file, until it has said that nothing is missing. The child never outlives this."""
    path = path.resolve()
    if not path.is_file():
        zh, en = f"没有这个文件:{path.name}", f"there is no such file: {path.name}"
        raise refused(zh, en)
    if path.stat().st_size > MAX_FILE_BYTES:
        limit = MAX_FILE_BYTES // 1_000_000
        zh, en = f"文件过大(最多 {limit} MB)", f"the file is too large (at most {limit} MB)"
        raise refused(zh, en)
    with tempfile.TemporaryDirectory() as scratch:
        request: dict[str, Any] = {
            "path": str(path),
            "format": form,
            "encoding": encoding,
            "scratch": scratch,
        }
        request |= {"driver": DRIVERS.get(form), "at_most": at_most}
        child = subprocess.Popen(
            [sys.executable, "-I", "-c", _START, str(_ROOT)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(form),
            cwd=scratch,
        )
        clock = threading.Timer(WALL_SECONDS, child.kill)
        clock.start()
        try:
            assert child.stdin is not None  # noqa: S101  both are pipes
            assert child.stdout is not None  # noqa: S101
            with suppress(
                BrokenPipeError
            ):  # It is gone already: it will have said nothing, which is told below.
                child.stdin.write(json.dumps(request).encode() + b"\n")
                child.stdin.close()
            yield _messages(child.stdout)
        except (IndexError, KeyError, TypeError, ValueError) as error:
            raise _unreadable() from error  # It said something that it never should.
        finally:
            clock.cancel()
            child.kill()
            child.wait()
            if child.stdout is not None:
                child.stdout.close()


def _messages(lines: IO[bytes]) -> Iterator[dict[str, Any]]:
    said = 0
    while line := lines.readline(_MAX_LINE):
        said += len(line)
        if said > _MAX_SAID or not line.endswith(b"\n"):
            break
        try:
            message = json.loads(line.decode("utf-8", errors="surrogatepass"))
        except (ValueError, RecursionError):
            break
        if not isinstance(message, dict):
            break
        if "refused" in message:
            zh, en = message["refused"]
            raise refused(str(zh), str(en))
        if "end" in message:
            return
        yield message
    raise _unreadable()


def _unreadable() -> Exception:
    return refused(
        "文件已损坏,或过大、过于复杂,无法在限定的时间和内存内读取",
        "the file is damaged, or too large or too intricate for the time and memory allowed",
    )


def _environment(form: str) -> dict[str, str]:
    """Nothing of ours reaches the child; GDAL finds one driver and no plug-ins."""
    found = {
        "PATH": os.defpath,
        "LANG": "C.UTF-8",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "GDAL_DRIVER_PATH": "disable",
        "GDAL_PAM_ENABLED": "NO",
        "DXF_INLINE_BLOCKS": "NO",
    }
    driver = DRIVERS.get(form)
    if driver is not None:
        found["GDAL_SKIP"] = ",".join(name for name in _drivers() if name != driver)
    return found


@lru_cache(maxsize=1)
def _drivers() -> tuple[str, ...]:
    """The names of all drivers of the GDAL at hand, asked once of a process that opens nothing."""
    done = subprocess.run(
        [sys.executable, "-I", "-c", _PROBE],
        capture_output=True,
        check=True,
        env={"PATH": os.defpath, "GDAL_DRIVER_PATH": "disable"},
        timeout=WALL_SECONDS,
    )
    return tuple(str(name) for name in json.loads(done.stdout))
