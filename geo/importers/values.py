"""Single values as clerks write them: text, numbers, money, percents, yes and no, lists, codes.

Every parser takes a cell (None, text, number, truth value, date, time) and gives the value, None for an empty cell,
or raises `ValueProblem` with a sentence for the clerk. Days and hours are in `geo.importers.days` and `.hours`.
"""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, TypeAlias

from geo.codelists import plain
from geo.importers.problems import ValueProblem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Cell: TypeAlias = str | float | int | bool | date | datetime | time | None

EMPTY = frozenset(
    ("", "/", "\\", "-", "--", "—", "——", "–", "－", "／", "无", "無", "暂无", "N/A", "n/a", "null")
)
"""What people write into a cell that they leave empty."""

DITTO = frozenset({"同上", "〃", '"', "″"})
"""What people write for "as in the row above"."""

_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))
_MAX_EXACT = 2**53
"""The largest whole number that a spreadsheet, which keeps all numbers as doubles, holds exactly."""


def text(cell: Cell) -> str | None:
    """Text without blanks around it; a whole number without its ".0"; None for what stands for nothing."""
    if isinstance(cell, str):
        word = cell if cell.isprintable() else _without_controls(cell)
        word = word.strip()
        return None if word in EMPTY else word
    if cell is None:
        return None
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < _MAX_EXACT else repr(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    return str(cell)


def _without_controls(word: str) -> str:
    """The text without control characters, lone surrogates and invisible marks; line ends as one newline."""
    word = word.replace("\r\n", "\n").replace("\r", "\n").translate(_INVISIBLE)
    return "".join(
        letter
        for letter in word
        if letter in "\n\t" or unicodedata.category(letter) not in {"Cc", "Cs"}
    )


def key(cell: Cell) -> str | None:
    """Text that names something: full-width letters and digits made half-width, inner blanks single."""
    word = text(cell)
    if word is None or (word.isascii() and " " not in word):
        return word
    return " ".join(unicodedata.normalize("NFKC", word).split()) or None


_YES = frozenset({"是", "√", "✓", "✔", "☑", "有", "y", "yes", "true", "t", "1", "对", "已"})
_NO = frozenset({"否", "×", "✗", "✘", "☐", "n", "no", "false", "f", "0", "不", "未", "x"})


def yes_no(cell: Cell) -> bool | None:
    """是/否, √/×, Y/N, 1/0."""
    if cell is None or isinstance(cell, bool):
        return cell
    if isinstance(cell, str) and cell.strip() in {"无", "無"}:
        return False
    word = text(cell)
    if word is None:
        return None
    known = plain(word)
    if known in _YES:
        return True
    if known in _NO:
        return False
    zh, en = f"“{word}”应填“是”或“否”", f"“{word}” should be yes or no (是 or 否)"
    raise ValueProblem(zh, en)


_SEPARATORS = re.compile(r"[、,，;；\n|]+")


def words(cell: Cell) -> tuple[str, ...] | None:
    """Several texts parted by 、 , ; or line ends. None when the cell is empty, nothing at all for 无."""
    if isinstance(cell, str) and cell.strip() in {"无", "無"}:
        return ()
    word = text(cell)
    if word is None:
        return None
    return tuple(part for part in map(str.strip, _SEPARATORS.split(word)) if part)


def number(cell: Cell) -> float | None:
    """A finite number; thousands separators and full-width digits are understood."""
    if isinstance(cell, float | int) and not isinstance(cell, bool):
        if math.isfinite(cell):
            return float(cell)
        zh, en = "数值无效", "not a finite number"
        raise ValueProblem(zh, en)
    word = text(cell)
    if word is None:
        return None
    return float(_decimal(word, word))


def amount(cell: Cell) -> float | None:
    """A number, not negative: an area, a width."""
    found = number(cell)
    if found is not None and found < 0:
        zh, en = f"“{cell}”不能小于 0", f"“{cell}” must not be below 0"
        raise ValueProblem(zh, en)
    return found


def count(cell: Cell) -> int | None:
    """A whole number, not negative."""
    found = number(cell)
    if found is None:
        return None
    if found < 0 or not found.is_integer() or found > _MAX_EXACT:
        zh = f"“{cell}”应为不小于 0 的整数"
        en = f"“{cell}” should be a whole number, 0 or more"
        raise ValueProblem(zh, en)
    return int(found)


_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")


def _decimal(part: str, whole: str) -> Decimal:
    digits = _THOUSANDS.sub("", "".join(unicodedata.normalize("NFKC", part).split()))
    try:
        found = Decimal(digits)
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite() or abs(found) > Decimal(10) ** 18:
        zh, en = f"“{whole}”不是数字", f"“{whole}” is not a number"
        raise ValueProblem(zh, en)
    return found


MONEY_UNITS = {"元": 1, "千元": 1_000, "万元": 10_000, "百万元": 1_000_000, "亿元": 100_000_000}
"""Yuan in each unit that a header or a cell may name."""

_MONEY_PART = re.compile(r"([+-]?[\d,.]+)(亿元|亿|百万元|百万|万元|万|千元|元|)(?=[\d]|$)")
_UNIT_YUAN = MONEY_UNITS | {"亿": 100_000_000, "万": 10_000, "百万": 1_000_000}


def money(cell: Cell, unit_yuan: int = 10_000) -> int | None:
    """Whole yuan. A bare number counts in `unit_yuan`; 1.2亿, 3000万, 1亿2000万 carry their own unit."""
    if isinstance(cell, float | int) and not isinstance(cell, bool):
        found = number(cell) or 0.0
        amount = int(found) * unit_yuan if found.is_integer() else Decimal(repr(found)) * unit_yuan
    else:
        word = text(cell)
        if word is None:
            return None
        amount = _money_in_words(word, unit_yuan)
    if amount < 0:
        zh, en = f"金额“{cell}”不能小于 0", f"the amount “{cell}” must not be below 0"
        raise ValueProblem(zh, en)
    if amount > _MAX_EXACT:
        zh, en = f"金额“{cell}”过大,请核对单位", f"the amount “{cell}” is too large; check its unit"
        raise ValueProblem(zh, en)
    return round(amount)


def _money_in_words(word: str, unit_yuan: int) -> Decimal:
    written = "".join(unicodedata.normalize("NFKC", word).split()).lstrip("¥$约")
    amount, place = Decimal(0), 0
    for match in _MONEY_PART.finditer(written):
        if match.start() != place:
            break
        place = match.end()
        unit = _UNIT_YUAN[match[2]] if match[2] else unit_yuan
        amount += _decimal(match[1], word) * unit
    if place != len(written) or place == 0:
        zh = f"“{word}”不是金额,应写成 3000、3000万 或 1.2亿"
        en = f"“{word}” is not an amount of money; write 3000, 3000万 or 1.2亿"
        raise ValueProblem(zh, en)
    return amount


_PERCENT_DIGITS = 6
"""Decimals kept of a percent, so that 0.07 as a fraction is 7 and not 7.000000000000001."""


@dataclass(frozen=True, slots=True)
class PercentColumn:
    """How the bare numbers of one column are meant: as fractions (all at most 1) or as 0..100."""

    whole: bool

    @classmethod
    def of(cls, cells: Iterable[Cell]) -> PercentColumn:
        """Judge a column by all of its cells. Spreadsheets keep 35 % as 0.35 and do not say so."""
        return cls(any(bare is not None and bare > 1 for bare in map(_bare_number, cells)))

    def percent(self, cell: Cell) -> float | None:
        """The percent, 0..100, that a cell of the column means."""
        if isinstance(cell, str) and cell.rstrip().endswith(("%", "％", "﹪")):
            found = float(_decimal(cell.rstrip()[:-1], cell))
        else:
            bare = number(cell)
            if bare is None:
                return None
            if not self.whole:
                found = round(bare * 100, _PERCENT_DIGITS)
            elif 0 < bare < 1:
                zh = f"本列多数为 0–100 的数,“{cell}”可能是 {bare:g}%,也可能是 {bare * 100:g}%,请写上 %"
                en = (
                    f"other rows of this column count to 100; “{cell}” may mean {bare:g}%"
                    f" or {bare * 100:g}%: write the % sign"
                )
                raise ValueProblem(zh, en)
            else:
                found = bare
        if not 0 <= found <= 100:  # noqa: PLR2004  percent
            zh, en = f"进度“{cell}”应在 0%–100% 之间", f"“{cell}” should lie between 0% and 100%"
            raise ValueProblem(zh, en)
        return found


def _bare_number(cell: Cell) -> float | None:
    if isinstance(cell, bool) or cell is None:
        return None
    if isinstance(cell, float | int):
        return cell
    if isinstance(cell, str):
        try:
            return number(cell)
        except ValueProblem:
            return None
    return None


_LISTED = 20
"""Labels repeated to the clerk when a value is in no list."""


def code(cell: Cell, labels: Mapping[str, str]) -> str | None:
    """The code that a label stands for; `labels` gives the code of each name, synonym and code."""
    word = text(cell)
    if word is None:
        return None
    found = labels.get(word)
    return found if found is not None else _code_plain(word, labels)


def _code_plain(word: str, labels: Mapping[str, str]) -> str:
    wanted = plain(word)
    for label, found in labels.items():
        if plain(label) == wanted:
            return found
    first_labels: dict[str, str] = {}
    for label, found in labels.items():
        first_labels.setdefault(found, label)
    listed = "、".join(list(first_labels.values())[:_LISTED])
    zh, en = f"“{word}”不在可选项中:{listed}", f"“{word}” is none of: {listed}"
    raise ValueProblem(zh, en)


def codes(cell: Cell, labels: Mapping[str, str]) -> tuple[str, ...] | None:
    """Several codes; a label that itself contains a separator is understood when it stands alone."""
    if isinstance(cell, str) and cell.strip() in labels:
        return (labels[cell.strip()],)
    parts = words(cell)
    if parts is None:
        return None
    found = (code(part, labels) for part in parts)
    return tuple(dict.fromkeys(each for each in found if each is not None))
