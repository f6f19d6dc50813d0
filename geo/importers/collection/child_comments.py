"""The child process that writes comments into a stranger's workbook: the very file that came, its formats kept.

Started as `python -I -c "…; main()" ROOT`, with the limits of `geo.importers.child`. It reads one line of JSON:
{"path", "out", "sheet", "comments": [[row, column, text], ...]}; it writes the workbook to "out" and answers
{"done": number of cells} or {"refused": true}.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from geo.errors import ImportRefusedError
from geo.importers.archives import checked_zip
from geo.importers.child import shut_doors

AUTHOR = "收表核对"
_WIDTH, _LINE_HEIGHT, _LETTERS = 320, 22, 22


def main() -> None:
    """Read the request, shut the doors, write the comments."""
    request = json.loads(sys.stdin.readline())
    shut_doors()
    try:
        done = _comment(request)
    except (
        ImportRefusedError,
        MemoryError,
        ValueError,
        KeyError,
        OSError,
        AttributeError,
        TypeError,
    ):
        sys.stdout.write(json.dumps({"refused": True}) + "\n")
        return
    sys.stdout.write(json.dumps({"done": done}) + "\n")


def _comment(request: dict[str, Any]) -> int:
    from openpyxl import load_workbook  # noqa: PLC0415  only in the child, behind its limits
    from openpyxl.comments import Comment  # noqa: PLC0415
    from openpyxl.styles import PatternFill  # noqa: PLC0415

    path = Path(request["path"])
    with checked_zip(path):
        pass
    book = load_workbook(path)
    sheet = book[request["sheet"]]
    marked = PatternFill("solid", fgColor="F9D5C3")
    cells: dict[tuple[int, int], list[str]] = {}
    for row, column, text in request["comments"]:
        cells.setdefault((int(row), int(column)), []).append(str(text))
    for (row, column), texts in cells.items():
        cell = _top_left(sheet, row, column)
        words = "\n".join(texts)
        lines = sum(1 + len(text) // _LETTERS for text in texts) + 1
        cell.comment = Comment(words, AUTHOR, width=_WIDTH, height=_LINE_HEIGHT * lines)
        cell.fill = marked
    book.active = book.worksheets.index(sheet)
    book.save(request["out"])
    return len(cells)


def _top_left(sheet: Any, row: int, column: int) -> Any:  # noqa: ANN401  openpyxl's cells
    """The cell itself, or the first one of the merged cells that it lies in."""
    for merged in sheet.merged_cells.ranges:
        if merged.min_row <= row <= merged.max_row and merged.min_col <= column <= merged.max_col:
            return sheet.cell(merged.min_row, merged.min_col)
    return sheet.cell(row, column)
