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

import ctypes
import json
import resource
import sys
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geo.errors import ImportRefusedError
from geo.importers.child_gis import NAMES, read_gis
from geo.importers.child_tables import read_csv, read_json, read_workbook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MEMORY_BYTES = 1_500_000_000
CPU_SECONDS = 20
WRITTEN_BYTES = 200_000_000
OPEN_FILES = 64

_NEW_USER, _NEW_NET = 0x1000_0000, 0x4000_0000


def main() -> None:
    """Read the request, shut the doors, open the file, write what it holds."""
    request = json.loads(sys.stdin.readline())
    shut_doors()
    sys.stdout.reconfigure(encoding="utf-8", errors="surrogatepass")  # type: ignore[union-attr]
    try:
        for line in _READERS[request["format"]](Path(request["path"]), request):
            _say(line)
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


def shut_doors() -> None:
    """Take the network away where the system allows it, then set the limits."""
    leave_network()
    set_limits()


def leave_network() -> None:
    """Go where there is no network, where the system allows it."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(_NEW_NET) != 0:
        libc.unshare(_NEW_USER | _NEW_NET)


def set_limits() -> None:
    """No more memory, processor time, bytes written and open files than a file may need."""
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


_READERS: dict[str, Callable[[Path, dict[str, Any]], Iterator[dict[str, Any]]]] = {
    "workbook": read_workbook,
    "csv": read_csv,
    "json": read_json,
    **dict.fromkeys(NAMES, read_gis),
}
