"""The lines that the child process says of a file: their form, and the limits on rows, columns and cells."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from geo.importers.problems import refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

MAX_ROWS = 300_000
MAX_COLUMNS = 512
MAX_CELL = 1_000_000
MAX_TEXT_BYTES = 100_000_000
CHUNK_ROWS = 500


def table(name: str, **known: Any) -> dict[str, Any]:  # noqa: ANN401  what JSON can hold
    """The line that begins a sheet or layer."""
    return {"table": name, "first_row": 1, "merged": [], **known}


def rows_of(rows: Iterable[Any], at_most: int | None = None) -> Iterator[dict[str, Any]]:
    """Rows in lines of some hundred. `at_most` cuts them off without a word, for a look; `MAX_ROWS` refuses."""
    waiting = iter(rows if at_most is None else islice(rows, at_most))
    seen = 0
    while chunk := list(islice(waiting, CHUNK_ROWS)):
        seen += len(chunk)
        if seen > MAX_ROWS:
            zh, en = f"超过 {MAX_ROWS} 行", f"more than {MAX_ROWS} rows"
            raise refused(zh, en)
        yield {"rows": chunk}


def checked_row(row: list[Any]) -> list[Any]:
    """A row of cells within the limits; numbers that are none become empty."""
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


def content_of(path: Path) -> bytes:
    """The bytes of a text file, which must not be too many."""
    if path.stat().st_size > MAX_TEXT_BYTES:
        zh = f"文件过大(最多 {MAX_TEXT_BYTES // 1_000_000} MB)"
        en = f"the file is too large (at most {MAX_TEXT_BYTES // 1_000_000} MB)"
        raise refused(zh, en)
    return path.read_bytes()
