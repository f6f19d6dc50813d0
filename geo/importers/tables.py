"""Tables inside sheets: where the heading is, what its columns are called, which rows are data.

Sheets of offices have titles above the heading, headings in two rows under merged cells, units in brackets, merged
cells that stand for several rows, rows of totals, and notes at the end.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from geo.importers.values import DITTO, MONEY_UNITS, text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from geo.importers.sources import Grid
    from geo.importers.values import Cell

HINT = "说明:"
"""How the row of the template that says how to fill it in begins."""

_LOOK_ROWS = 40
"""Rows from the top among which the heading is sought."""
_MOST_ROWS = 3
"""Rows that a heading may have."""

_BRACKETS = re.compile(r"[(\[【][^()\[\]【】]*[)\]】]")
_STATED_UNIT = re.compile(r"[(\[【:,/](百万元|亿元|万元|千元|元|%)|(百万元|亿元|万元)$")
_YEAR = re.compile(r"(?<!\d)(19[5-9]\d|20\d\d)年")


@lru_cache(maxsize=4096)
def normal(label: str) -> str:
    """A heading for comparing: half-width, lower case, no blanks, no asterisks, no numbering."""
    word = "".join(unicodedata.normalize("NFKC", label).casefold().split())
    return re.sub(r"^\d+[.、]", "", word.replace("*", "").rstrip(":"))


@lru_cache(maxsize=4096)
def bare(label: str) -> str:
    """A normal heading without what stands in brackets: 总投资(万元) and 总投资 are one."""
    return _BRACKETS.sub("", label)


@dataclass(frozen=True, slots=True)
class Label:
    """The heading of one column: `parts` from the top row down, as they stand."""

    parts: tuple[str, ...]
    context: str = ""
    """What stands above the heading (title, unit of the whole table)."""

    @property
    def text(self) -> str:
        """The heading as a person would name it."""
        return "/".join(self.parts)

    @property
    def candidates(self) -> tuple[str, ...]:
        """The words to look up, most telling first: whole, then its lowest row, with and without brackets."""
        whole = normal("".join(self.parts))
        last = normal(self.parts[-1])
        return tuple(dict.fromkeys(filter(None, (whole, bare(whole), last, bare(last)))))

    def means(self, name: str) -> bool:
        """Whether the heading is `name`, whole or in its lowest row."""
        return not {normal(name), normal(name.replace("/", ""))}.isdisjoint(self.candidates)

    @property
    def unit(self) -> str | None:
        """The unit that the heading states, from the lowest row up, else the table's: 万元, 亿元, 元, %."""
        for part in (*reversed(self.parts), self.context):
            found = _STATED_UNIT.search(normal(part))
            if found:
                return found[1] or found[2]
        return None

    @property
    def unit_yuan(self) -> int:
        """Yuan in the stated unit; 万元 when none is."""
        return MONEY_UNITS.get(self.unit or "万元", MONEY_UNITS["万元"])


@dataclass(slots=True)
class Table:
    """A heading found in a grid: its rows `top` to `bottom`, counted from 0, and a label for each column."""

    grid: Grid
    top: int
    bottom: int
    labels: list[Label | None]
    lone_column: int | None = None
    """The column in which a cell that stands alone in its row is data, where a row needs no other."""
    skipped: list[tuple[int, str]] = field(default_factory=list)
    """Rows that are not data (totals, notes, headings within): number as in Excel, and what stands there."""

    @property
    def year(self) -> int | None:
        """The one year that title or heading name, for days written without one."""
        above = [_words(row) for row in self.grid.rows[: self.top]]
        found = {int(year) for words in above for word in words for year in _YEAR.findall(word)}
        return found.pop() if len(found) == 1 else None

    def rows(self, *, ditto: bool = True) -> Iterator[tuple[int, list[Cell]]]:
        """The data rows with their numbers as in Excel; merged cells and (with `ditto`) 同上 are filled from above."""
        self._fill_merged()
        width = len(self.labels)
        above: list[Cell] = [None] * width
        for place in range(self.bottom + 1, len(self.grid.rows)):
            cells = self.grid.rows[place]
            number = self.grid.first_row + place
            if cells.count(None) == len(cells):
                continue
            remark = _not_data(cells, self.lone_column)
            if remark is not None:
                if not remark.startswith(HINT):
                    self.skipped.append((number, remark))
                continue
            if len(cells) < width:
                cells = [*cells, *([None] * (width - len(cells)))]
            for column, cell in enumerate(cells[:width]):
                if ditto and cell.__class__ is str and cell in DITTO:
                    cells[column] = above[column]
            above = cells
            yield number, cells

    def column(self, index: int) -> Iterator[Cell]:
        """All cells of a column below the heading, to judge how its numbers are meant."""
        for cells in self.grid.rows[self.bottom + 1 :]:
            if index < len(cells):
                yield cells[index]

    def _fill_merged(self) -> None:
        rows = self.grid.rows
        for top, left, low, _ in self.grid.merged:
            if top <= self.bottom or top >= len(rows) or left >= len(rows[top]):
                continue
            value = rows[top][left]
            for place in range(top + 1, min(low + 1, len(rows))):
                if left < len(rows[place]) and rows[place][left] is None:
                    rows[place][left] = value


def find_table(grid: Grid, known: Callable[[str], bool], least: int = 2) -> Table | None:
    """The table whose heading has most words that are `known` (asked with normal labels).

    None when no heading has at least `least` of them, or one in a sheet of one column. Of equally good headings the
    lowest and lowest-built wins, so that titles stay outside.
    """
    best: tuple[int, int, int] | None = None
    best_labels: list[Label | None] = []
    rows = grid.rows[:_LOOK_ROWS]
    for top in range(len(rows)):
        for height in range(1, min(_MOST_ROWS, len(rows) - top) + 1):
            labels = _labels(rows[top : top + height], _context(rows[:top]))
            score = sum(label is not None and any(map(known, label.candidates)) for label in labels)
            rank = (score, -height, top)
            if best is None or rank > best:
                best, best_labels = rank, labels
    width = max((len(row) for row in rows), default=0)
    if best is None or best[0] < min(least, max(width, 1)):
        return None
    score, negative_height, top = best
    return Table(grid, top, top - negative_height - 1, best_labels)


def _context(rows: list[list[Cell]]) -> str:
    return " ".join(word for row in rows for word in _words(row))


def _words(row: list[Cell]) -> list[str]:
    return [cell for cell in row if isinstance(cell, str)]


def _labels(block: list[list[Cell]], context: str) -> list[Label | None]:
    """Headings of a block of rows: an upper cell reaches over the blanks beside it while lower ones are filled."""
    width = max(len(row) for row in block)
    filled = [[*(text(cell) or "" for cell in row), *([""] * (width - len(row)))] for row in block]
    labels: list[Label | None] = []
    reach = [""] * len(block)
    for column in range(width):
        parts: list[str] = []
        for level, words in enumerate(filled):
            word = words[column]
            below = any(lower[column] for lower in filled[level + 1 :])
            if word:
                reach[level] = word
                reach[level + 1 :] = [""] * (len(block) - level - 1)
            elif below:
                word = reach[level]
            if word and (not parts or parts[-1] != word):
                parts.append(word)
        labels.append(Label(tuple(parts), context) if parts else None)
    return labels


_TOTAL = re.compile(r".{0,16}(?:合计|小计|总计|共计):?(?:[(].*[)])?")
_NOTE = re.compile(r"(?:备?注|填?写?说明|填表|填报|制表|审核|联系电话|示例|例如)[:人].*")
_NOTE_STARTS = frozenset("备注填写说制审联示例")
_TOTAL_CELLS = 3
"""Leading cells among which a word for a total makes a row one of totals."""


_GROUP = re.compile(r"[(]?[一二三四五六七八九十]+[)、.]")


def _not_data(cells: list[Cell], lone_column: int | None) -> str | None:
    """What a row that is no data says: a total, a note, the columns' numbers, or a heading that stands alone."""
    seen = 0
    first: str | None = None
    for cell in cells:
        if cell is None:
            continue
        seen += 1
        if cell.__class__ is str:
            if first is None:
                first = str(cell)
            if seen <= _TOTAL_CELLS and "计" in str(cell) and _TOTAL.fullmatch(normal(str(cell))):
                return str(cell)
        if seen > _TOTAL_CELLS:
            break
    if first is not None and first[:1] in _NOTE_STARTS and _NOTE.match(normal(first)):
        return first
    if cells[:3] == [1, 2, 3]:
        return "1 2 3"
    if seen == 1 and len(cells) > _TOTAL_CELLS and first is not None:
        alone = lone_column is not None and cells[lone_column] is not None
        return None if alone and not _GROUP.match(normal(first)) else first
    return None
