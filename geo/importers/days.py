"""Days as clerks write them: 2026-3-1, 2026年3月, 3月底, 2026年一季度, 上半年, 1100421, Excel's day numbers.

What is written may be a day or a whole period. A planned day is the period's last day and keeps how exact it is
(`month`, `quarter`, `half`, `year`); a day that has come is the period's first.
"""

from __future__ import annotations

import calendar
import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

from geo.importers.problems import ValueProblem
from geo.importers.values import EMPTY, text
from geo.records import Day

if TYPE_CHECKING:
    from collections.abc import Callable

    from geo.importers.values import Cell

Parsed = TypeVar("Parsed")

ROC = "roc"
"""Years of the Republic of China: 1 is 1912."""
_ROC_ZERO = 1911
DMY = "dmy"
"""The day before the month, as in most of Europe: 10.1.2015, 30.05.2022 10:00, 10/1/15; the year may be missing."""

_YEARS = range(1950, 2151)
_SERIALS = range(18_264, 91_313)
"""Excel's numbers of the days from 1950 to 2149."""
_SERIAL_ZERO = date(1899, 12, 30)

_OPEN = frozenset({"待定", "未定", "另行通知", "不详", "未知", "长期", "待确定"})
"""Words for a day that nobody knows yet."""


@dataclass(frozen=True, slots=True)
class Span:
    """What was written: first and last day of the period meant, how exact it is, whether it may still change."""

    first_on: date
    last_on: date
    precision: str
    tentative: bool = False


def planned_day(cell: Cell, form: str | None = None, year: int | None = None) -> Day | None:
    """A planned day: the last of the period written, with its precision. See `span_of`."""
    span = span_of(cell, form, year)
    return None if span is None else Day(span.last_on, span.precision, span.tentative)


def actual_day(cell: Cell, form: str | None = None, year: int | None = None) -> date | None:
    """A day that has come: the first of the period written. See `span_of`."""
    if type(cell) is date and cell.year in _YEARS:
        return cell
    span = span_of(cell, form, year)
    return None if span is None else span.first_on


def until_day(cell: Cell, form: str | None = None, year: int | None = None) -> date | None:
    """A day by which something ends or is due: the last of the period written. See `span_of`."""
    if type(cell) is date and cell.year in _YEARS:
        return cell
    span = span_of(cell, form, year)
    return None if span is None else span.last_on


def span_of(cell: Cell, form: str | None = None, year: int | None = None) -> Span | None:
    """The period that a cell means; None when it is empty or says 待定.

    `form` is None for what people in mainland China write, "roc" for years of the Republic, "dmy" for the day before
    the month, else a pattern of `strptime`. `year` is the year of days written without one. Raises `ValueProblem`.
    """
    if cell is None:
        return None
    if isinstance(cell, date):
        return _day_span(cell.date() if isinstance(cell, datetime) else cell)
    if isinstance(cell, bool | time):
        raise _not_a_day(str(cell))
    if isinstance(cell, float | int) and form is None:
        return _number_span(float(cell))
    word = text(cell)
    if word is None:
        return None
    return _span_of_text(word, form, year)


@lru_cache(maxsize=16_384)
def _span_of_text(word: str, form: str | None, year: int | None) -> Span | None:
    written = "".join(unicodedata.normalize("NFKC", word).split())
    tentative = bool(_TENTATIVE.search(written))
    written = _TENTATIVE.sub("", written)
    if written in EMPTY or written in _OPEN:
        return None
    if form is not None and form not in _FORMS:
        return _strptime_span(word.strip(), form)
    for pattern, build in _FORMS[form]:
        match = pattern.fullmatch(written)
        if match:
            span = build(match, word, year)
            return Span(span.first_on, span.last_on, span.precision, tentative or span.tentative)
    raise _not_a_day(word)


_TENTATIVE = re.compile(r"[(]?(?:暂定|拟定|预计|计划|拟|约)[)]?")


def _not_a_day(word: str) -> ValueProblem:
    return ValueProblem(
        f"“{word}”不是日期,应写成 2026-3-1、2026年3月1日 或 2026年3月",
        f"“{word}” is not a day; write 2026-3-1, 2026年3月1日 or 2026年3月",
    )


def _day_span(on: date) -> Span:
    if on.year not in _YEARS:
        zh, en = f"年份 {on.year} 不合理", f"the year {on.year} makes no sense"
        raise ValueProblem(zh, en)
    return Span(on, on, "day")


def _on(year: int, month: int, day: int, word: str) -> date:
    if year not in _YEARS:
        zh, en = f"“{word}”的年份不合理", f"the year of “{word}” makes no sense"
        raise ValueProblem(zh, en)
    try:
        return date(year, month, day)
    except ValueError:
        zh, en = f"“{word}”不是一个存在的日期", f"there is no such day as “{word}”"
        raise ValueProblem(zh, en) from None


def _number_span(number: float) -> Span:
    """Excel's day number, 20260301, 202603, 2026, or 2026.3 typed as a number."""
    word = repr(number).removesuffix(".0")
    if number.is_integer():
        whole = int(number)
        if whole in _SERIALS:
            return _day_span(_SERIAL_ZERO + timedelta(days=whole))
        found = _span_of_text(word, None, None)
        if found is not None:
            return found
    elif int(number) in _SERIALS:
        return _day_span(_SERIAL_ZERO + timedelta(days=int(number)))
    elif int(number) in _YEARS and re.fullmatch(r"\d{4}\.(?:[2-9]|1[12])", word):
        found = _span_of_text(word, None, None)
        if found is not None:
            return found
    elif word.endswith(".1") and int(number) in _YEARS:
        year = int(number)
        zh = f"“{word}”可能是 {year}年1月,也可能是 {year}年10月,请写成 {year}年1月"
        en = f"“{word}” may mean January or October {year}; write {year}年1月"
        raise ValueProblem(zh, en)
    raise _not_a_day(word)


def _strptime_span(word: str, form: str) -> Span:
    try:
        found = datetime.strptime(word, form)  # noqa: DTZ007  a local day has no zone
    except ValueError:
        zh = f"“{word}”不是“{form}”形式的日期"
        en = f"“{word}” is not a day of the form “{form}”"
        raise ValueProblem(zh, en) from None
    return _day_span(found.date())


def _year_of(match: re.Match[str], word: str, year: int | None) -> int:
    written = match.groupdict().get("y")
    if written is None:
        if year is None:
            zh, en = f"“{word}”没有写年份", f"“{word}” does not say which year"
            raise ValueProblem(zh, en)
        return year
    number = int(written)
    return number + 2000 if len(written) == 2 else number  # noqa: PLR2004  26年 is 2026


_NUMERALS = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_NUMERALS |= {"十": 10, "十一": 11, "十二": 12}


def _number(word: str) -> int:
    return _NUMERALS.get(word) or int(word)


def _day(match: re.Match[str], word: str, year: int | None) -> Span:
    on = _on(_year_of(match, word, year), _number(match["m"]), int(match["d"]), word)
    return Span(on, on, "day")


def _month(match: re.Match[str], word: str, year: int | None) -> Span:
    first = _on(_year_of(match, word, year), _number(match["m"]), 1, word)
    return Span(first, month_end(first), "month")


def _ten_days(match: re.Match[str], word: str, year: int | None) -> Span:
    month = _on(_year_of(match, word, year), _number(match["m"]), 1, word)
    first = month.replace(day={"上": 1, "中": 11, "下": 21}[match["x"]])
    last = month_end(month) if match["x"] == "下" else first + timedelta(days=9)
    return Span(first, last, "day")


def _quarter(match: re.Match[str], word: str, year: int | None) -> Span:
    first = _on(_year_of(match, word, year), 3 * _number(match["q"]) - 2, 1, word)
    return Span(first, month_end(first.replace(month=first.month + 2)), "quarter")


def _half(match: re.Match[str], word: str, year: int | None) -> Span:
    first = _on(_year_of(match, word, year), 1 if match["h"] == "上" else 7, 1, word)
    return Span(first, month_end(first.replace(month=first.month + 5)), "half")


def _whole_year(match: re.Match[str], word: str, year: int | None) -> Span:
    first = _on(_year_of(match, word, year), 1, 1, word)
    return Span(first, first.replace(month=12, day=31), "year")


def _roc_day(match: re.Match[str], word: str, _year: int | None) -> Span:
    on = _on(int(match["y"]) + _ROC_ZERO, int(match["m"]), int(match["d"]), word)
    return Span(on, on, "day")


def _roc_month(match: re.Match[str], word: str, _year: int | None) -> Span:
    first = _on(int(match["y"]) + _ROC_ZERO, int(match["m"]), 1, word)
    return Span(first, month_end(first), "month")


def month_end(on: date) -> date:
    """The last day of the month in which `on` lies."""
    return on.replace(day=calendar.monthrange(on.year, on.month)[1])


_Y = r"(?P<y>\d{4})"
_YY = r"(?P<y>\d{4}|\d{2})年"
_M = r"(?P<m>1[0-2]|0?[1-9])"
_MZ = r"(?P<m>1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])"
_D = r"(?P<d>3[01]|[12]\d|0?[1-9])"
_CLOCK = r"(?:T?\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?"
_TAIL = r"(?:(?:底|末)?之?前?|左右|前后)"
_Q = r"第?(?P<q>[一二三四1-4])季度?"

_Form = tuple[re.Pattern[str], "Callable[[re.Match[str], str, int | None], Span]"]
_CHINESE: list[_Form] = [
    (re.compile(rf"{_Y}[-/.]{_M}[-/.]{_D}{_CLOCK}"), _day),
    (re.compile(rf"{_YY}{_MZ}月{_D}[日号]?之?前?{_CLOCK}"), _day),
    (re.compile(rf"{_Y}(?P<m>\d\d)(?P<d>\d\d)"), _day),
    (re.compile(rf"(?:{_YY})?{_MZ}月(?:份)?{_TAIL}"), _month),
    (re.compile(rf"{_Y}[-/.]{_M}"), _month),
    (re.compile(rf"{_Y}(?P<m>0[1-9]|1[0-2])"), _month),
    (re.compile(rf"{_MZ}月{_D}[日号]之?前?"), _day),
    (re.compile(rf"(?:{_YY})?{_MZ}月(?:份)?(?P<x>[上中下])旬之?前?"), _ten_days),
    (re.compile(rf"(?:{_YY})?{_Q}{_TAIL}"), _quarter),
    (re.compile(rf"{_Y}[-/.]?[Qq](?P<q>[1-4])"), _quarter),
    (re.compile(rf"(?:{_YY})?(?P<h>[上下])半年{_TAIL}"), _half),
    (re.compile(rf"(?P<y>\d{{4}}|\d{{2}}(?=年))年?(?:度|内)?{_TAIL}"), _whole_year),
    (re.compile(r"年(?:底|末|内)之?前?"), _whole_year),
]
_OF_REPUBLIC: list[_Form] = [
    (re.compile(rf"(?P<y>\d{{2,3}})[-/.年]{_M}[-/.月]{_D}日?{_CLOCK}"), _roc_day),
    (re.compile(r"(?P<y>\d{2,3})(?P<m>\d\d)(?P<d>\d\d)"), _roc_day),
    (re.compile(rf"(?P<y>\d{{2,3}})[-/.年]{_M}月?"), _roc_month),
]
_DAY_FIRST: list[_Form] = [
    (re.compile(rf"{_D}[-/.]{_M}(?:[-/.](?P<y>\d{{4}}|\d{{2}}))?[-/.]?,?{_CLOCK}"), _day),
    (re.compile(rf"{_M}[-/.](?P<y>\d{{4}})"), _month),
]
_FORMS: dict[str | None, list[_Form]] = {None: _CHINESE, ROC: _OF_REPUBLIC, DMY: _DAY_FIRST}

_BETWEEN = re.compile(r"\s+[-–—]+\s+|\s*[–—~～至到]+\s*|\s+(?:bis|to|au)\s+", re.IGNORECASE)


def one_of_two(
    cell: Cell,
    which: str,
    parse: Callable[[Cell, str | None, int | None], Parsed],
    form: str | None,
) -> Parsed | None:
    """The "first" or "last" of two days in one cell: 10.1. - 31.3.2015, 2026-3-1至2026-4-30.

    A day without a year has that of the other, or the one before or after, so that the first is not after the last.
    One day alone is both.
    """
    word = text(cell)
    if word is None:
        return None
    days = [each for each in _BETWEEN.split(word) if each]
    if len(days) == 1:
        return parse(days[0], form, None)
    if len(days) != 2:  # noqa: PLR2004  a first and a last one
        zh, en = f"“{word}”应为起止两个日期", f"“{word}” should be two days, a first and a last"
        raise ValueProblem(zh, en)
    return parse(days[which == "last"], form, _year_between(days[0], days[1], which, form))


def _year_between(first: str, last: str, which: str, form: str | None) -> int | None:
    """The year of a day written without one, by the other day of the pair; a pair may cross a new year."""
    mine, other = (first, last) if which == "first" else (last, first)
    try:
        known = span_of(other, form)
    except ValueProblem:
        return None
    if known is None:
        return None
    year = known.first_on.year
    found = span_of(mine, form, year)
    if found is None or found.first_on.year != year:
        return year
    crosses = found.first_on > known.last_on if which == "first" else found.last_on < known.first_on
    return year + (-1 if which == "first" else 1) * crosses
