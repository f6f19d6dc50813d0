"""Daily hours as clerks write them: 07:00-19:00, 22:00-次日6:00 周一至周五, 全天."""

from __future__ import annotations

import re
import unicodedata
from datetime import time
from typing import TYPE_CHECKING

from geo.importers.problems import ValueProblem
from geo.importers.values import text
from geo.records import HoursWindow

if TYPE_CHECKING:
    from geo.importers.values import Cell

_DAYS = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "日": 7, "天": 7, "末": 6}
_ALL_DAYS = (1, 2, 3, 4, 5, 6, 7)
_ALWAYS = HoursWindow(time(0, 0), time(0, 0), _ALL_DAYS)
_NAMED_DAYS = {
    "": _ALL_DAYS,
    "每日": _ALL_DAYS,
    "每天": _ALL_DAYS,
    "工作日": (1, 2, 3, 4, 5),
    "周末": (6, 7),
}
_CLOCK = r"(?:次日|次晨)?\d{1,2}(?:[:点时]\d{1,2}(?:[:分]\d{1,2})?|[点时]半)?[点时分秒]?"
_WINDOW = re.compile(
    rf"(?P<before>[^\d]*?)(?P<since>{_CLOCK})(?:-|~|—|–|至|到)(?P<until>{_CLOCK})(?P<after>\D*)"
)
_WHOLE_DAY = re.compile(r"(?P<before>.*?)(?:全天|24小时|昼夜)(?P<after>.*)")


def hours(cell: Cell) -> tuple[HoursWindow, ...] | None:
    """Windows parted by ; or line ends; a window may name its days before or after. None for an empty cell.

    The whole of every day is no limit at all, so that 全天 gives no windows.
    """
    word = text(cell)
    if word is None:
        return None
    parts = re.split(r"[;\n]", unicodedata.normalize("NFKC", word))
    windows = tuple(_window("".join(part.split()), word) for part in parts if part.strip())
    return () if _ALWAYS in windows else windows


def _window(part: str, word: str) -> HoursWindow:
    match = _WINDOW.fullmatch(part)
    if match:
        since, until = clock_time(match["since"]), clock_time(match["until"])
    else:
        match = _WHOLE_DAY.fullmatch(part)
        since = until = time(0, 0)
    if match is None:
        zh = f"“{word}”不是时段,应写成 07:00-19:00 或 22:00-06:00 周一至周五"
        en = f"“{word}” gives no hours; write 07:00-19:00 or 22:00-06:00 周一至周五"
        raise ValueProblem(zh, en)
    return HoursWindow(since, until, _weekdays(match["before"] + match["after"], word))


def _weekdays(part: str, word: str) -> tuple[int, ...]:
    named = part.strip("(),、:的自从").replace("星期", "周").replace("礼拜", "周")
    if named in _NAMED_DAYS:
        return _NAMED_DAYS[named]
    span = re.fullmatch(r"周([一二三四五六日天])(?:至|到|-|~)周?([一二三四五六日天])", named)
    if span:
        first, last = _DAYS[span[1]], _DAYS[span[2]]
        return tuple(day for day in _ALL_DAYS if first <= day <= last) or _around(first, last)
    single = re.fullmatch(r"(?:周?[一二三四五六日天][、,]?)+", named)
    if single:
        return tuple(sorted({_DAYS[letter] for letter in named if letter in _DAYS}))
    zh = f"“{word}”中的“{part}”不是星期,应写成 周一至周五 或 周六、周日"
    en = f"“{part}” in “{word}” names no weekdays; write 周一至周五 or 周六、周日"
    raise ValueProblem(zh, en)


def _around(first: int, last: int) -> tuple[int, ...]:
    """From Saturday to Monday, say: 6, 7, 1."""
    return tuple(day for day in _ALL_DAYS if day >= first or day <= last)


def clock_time(word: str) -> time:
    """A time of day: 7:00, 07:30, 7点半, 7时30分, 次日6:00, 24:00 (as midnight)."""
    match = re.fullmatch(
        r"(?:次日|次晨)?(\d{1,2})(?:[:点时](?:(\d{1,2})(?:[:分](\d{1,2}))?|半)?)?[分秒]?", word
    )
    if match:
        hour, minute = int(match[1]), 30 if "半" in word else int(match[2] or 0)
        if hour == 24 and minute == 0:  # noqa: PLR2004  the end of a day
            hour = 0
        try:
            return time(hour, minute, int(match[3] or 0))
        except ValueError:
            pass
    zh, en = f"“{word}”不是时刻,应写成 07:30", f"“{word}” is not a time of day; write 07:30"
    raise ValueProblem(zh, en)
