"""A sheet that is sent back: the very file that came, with each fault as a comment on its cell."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from geo.exporters.collection.columns import BY_FIELD
from geo.exporters.collection.plain_copy import copy_rows
from geo.importers.collection.kinds import KINDS
from geo.importers.problems import refused

if TYPE_CHECKING:
    from collections.abc import Iterable

    from geo.importers.collection.findings import Finding
    from geo.importers.collection.sheet import GivenSheet

_ROOT = Path(__file__).resolve().parents[3]
_START = (
    "import sys; sys.path.insert(0, sys.argv[1]);"
    " from geo.importers.collection.child_comments import main; main()"
)
_SECONDS = 60.0
_LARGEST = 50_000_000


def comment_sheet(content: bytes, given: GivenSheet, findings: Iterable[Finding]) -> bytes:
    """The workbook with its faults as comments, as .xlsx; an old .xls or .et comes back as a plain copy in .xlsx.

    Written in a limited child process. Raises `ImportRefusedError` when that cannot be done.
    """
    comments = [_comment(given, one) for one in findings]
    if not content.startswith(b"PK"):
        rows = [(row.number, dict(row.cells)) for row in given.rows]
        content = copy_rows(given.name, given.heading_row, given.places, rows)
    with tempfile.TemporaryDirectory() as folder:
        path, out = Path(folder) / "sheet.xlsx", Path(folder) / "returned.xlsx"
        path.write_bytes(content)
        request = {"path": str(path), "out": str(out), "sheet": given.name, "comments": comments}
        try:
            done = subprocess.run(
                [sys.executable, "-I", "-c", _START, str(_ROOT)],
                input=json.dumps(request).encode() + b"\n",
                capture_output=True,
                check=False,
                timeout=_SECONDS,
                env={"PATH": os.defpath, "LANG": "C.UTF-8"},
                cwd=folder,
            )
            answer = json.loads(done.stdout or b"{}")
        except (subprocess.TimeoutExpired, ValueError):
            answer = {}
        if "done" not in answer or not out.is_file() or out.stat().st_size > _LARGEST:
            zh = "无法在原表上批注,请直接下载原表并附上问题清单"
            en = "comments cannot be written into this file; send it back with the list of faults"
            raise refused(zh, en)
        return out.read_bytes()


def _comment(given: GivenSheet, finding: Finding) -> tuple[int, int, str]:
    place = given.places.get(finding.field)
    if place is None:
        place = given.places.get("name", min(given.places.values(), default=0))
    kind = KINDS[finding.kind]
    row = finding.row or given.heading_row
    column = BY_FIELD.get(finding.field)
    where = f"{column.header}:" if column is not None and finding.row == 0 else ""
    return row, place + 1, f"【{kind.zh}】{where}{finding.zh}"
