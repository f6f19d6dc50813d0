"""Code lists as files (`data/codes/*.csv`): which code each label means, and what each code is called."""

from __future__ import annotations

import csv
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from geo.errors import RuleError

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class CodeLists:
    """For each list (named as its file): the code of every label, and the Chinese name of every code."""

    labels: dict[str, dict[str, str]]
    names: dict[str, dict[str, str]]


def read_code_lists(folder: Path) -> CodeLists:
    """Read all lists of a folder, in the order of their `position`. Raises `RuleError` for a label of two codes."""
    labels: dict[str, dict[str, str]] = {}
    names: dict[str, dict[str, str]] = {}
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as lines:
            rows = sorted(csv.DictReader(lines), key=lambda row: int(row["position"]))
        if rows and "category" in rows[0]:
            continue  # Ladder steps have names within their category only; records carry them as text.
        names[path.stem] = {row["code"]: row["name"] for row in rows}
        labels[path.stem] = _labels(path.name, rows)
    return CodeLists(labels, names)


def _labels(where: str, rows: list[dict[str, str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for row in rows:
        synonyms = row["synonyms"].split("|") if row["synonyms"] else []
        for label in (row["name"], row["name_en"], row["code"], *synonyms):
            if label and found.setdefault(label, row["code"]) != row["code"]:
                message = f"{where}: “{label}”对应两个代码 / “{label}” means two codes"
                raise RuleError(message)
    return found


@lru_cache(maxsize=10_000)
def plain(word: str) -> str:
    """A word for comparing: half-width, lower case, without any blanks. The same names come again for every row."""
    return "".join(unicodedata.normalize("NFKC", word).casefold().split())
