"""Cells of a collection sheet as clerks fill them in: understood, or a question with choices. Pure.

Every reader gives a `Read` (a value, perhaps with a remark) or an `Ask`. A choice is a word that the page sends back:
`set:TEXT` (read this instead), `value:TEXT` (this value and nothing else), `last` (as last period), `blank` (not said),
`take` (as written), `skip` (leave the row out), `project:CODE`, `unit:ID`, `new`.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, TypeAlias

from geo.importers.days import span_of
from geo.importers.problems import ValueProblem
from geo.importers.values import EMPTY, MONEY_UNITS, money, text
from geo.records import Day

if TYPE_CHECKING:
    from geo.importers.values import Cell

DITTO = frozenset({"同上", "〃", '"', "″", "''", "同上行"})
AS_LAST = frozenset(
    {"同上期", "同上周", "同上旬", "同上月", "与上期相同", "与上期一致", "与上周相同", "无变化"}
    | {"同上次", "与上周一致", "较上期无变化", "没有变化"}
)
_DONE = frozenset({"已完成", "完成", "已完工", "完工", "竣工", "已竣工", "全部完成", "100%完成"})
_NOT_BEGUN = frozenset({"未开工", "未启动", "未开始", "尚未开工"})
_NOTHING = frozenset({"无", "無", "没有", "零", "暂无"})
_ABOUT = re.compile(
    r"^(?:大约|大概|约为|约计|约|近|将近|不到|超过|超|逾)|(?:左右|上下|以上|余|多|许)(?=%|万元|万|亿元|亿|元|$)"
)
_RANGE = re.compile(r"(\d+(?:\.\d+)?)%?(?:-|~|至|到|—|–)(\d+(?:\.\d+)?)%?")
_FACTOR = 10_000
_FAR = 1_000
"""A figure that is this many times the last one, or this small a part of it, was written in the wrong unit."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to settle a finding: the word sent back, and what the button says."""

    code: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Read:
    """A value that was understood (None: not said); `remark` is the kind of finding that it gives rise to."""

    value: Any = None
    remark: str | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """A cell that may mean several things, or nothing that can be understood."""

    kind: str
    zh: str
    en: str
    choices: tuple[Choice, ...] = ()


Answer: TypeAlias = Read | Ask

BLANK = Choice("blank", "按未填处理", "Take as not given")
TAKE = Choice("take", "照原样录入", "Take as written")
SKIP = Choice("skip", "本行不录入", "Leave the row out")


def last_choice(value: str) -> Choice:
    """Take the value of the last period."""
    return Choice("last", f"沿用上期({value})", f"As last period ({value})")


def word_of(cell: Cell) -> str:
    """What stands in a cell, half-width and without blanks inside."""
    if isinstance(cell, float):
        return f"{cell:.12g}"  # what a person typed, without the tail of a double
    word = (
        cell if isinstance(cell, str) else text(cell) or ""
    )  # 无 stays, which `text` takes for empty
    return "".join(unicodedata.normalize("NFKC", word).split())


def percent_word(value: float) -> str:
    """A percent as it is said: 35%, 37.5%."""
    return f"{round(value, 4):g}%"


def wan_word(yuan: float) -> str:
    """Yuan said in 万元: 1,250万元."""
    return f"{f'{yuan / _FACTOR:,.4f}'.rstrip('0').rstrip('.')}万元"


def is_blank(cell: Cell) -> bool:
    """Whether nothing is said."""
    return text(cell) is None


def read_percent(  # noqa: C901, PLR0911  one way out for each way to write it
    cell: Cell, last: float | None, above: str | None = None
) -> Answer:
    """The percent that a cell means, 0..100. A bare figure below 1 is asked about: 0.35 may be 35 % or 0.35 %."""
    again = () if last is None else (last_choice(percent_word(last)),)
    if isinstance(cell, bool | date | datetime):
        return _unread(cell, "进度", "a percent", again)
    word = word_of(cell)
    if word in EMPTY:
        return Read()
    if word in DITTO:
        return _ditto(above, again)
    if word in AS_LAST:
        return Read(last, "text_same") if last is not None else Read()
    if word in _DONE:
        return Read(100.0)
    if word in _NOT_BEGUN:
        return Read(0.0)
    between = _RANGE.fullmatch(word)
    if between:
        ends = [float(end) for end in between.groups()]
        choices = tuple(
            Choice(f"value:{end:g}", percent_word(end), percent_word(end)) for end in ends
        )
        zh, en = f"“{word}”是一个范围,请选定一个数", f"“{word}” is a range: choose one figure"
        return Ask("value_unread", zh, en, (*choices, *again))
    bare = _ABOUT.sub("", word)
    about = bare != word
    signed = bare.endswith("%")
    number = _decimal(bare.rstrip("%"))
    if number is None:
        return _unread(cell, "进度", "a percent", again)
    found = float(number)
    if not signed and (0 < found < 1 or (found == 1 and last is not None and last > 1)):
        whole = round(found * 100, 4)
        choices = (
            Choice(f"value:{whole:g}", percent_word(whole), percent_word(whole)),
            Choice(f"value:{found:g}", percent_word(found), percent_word(found)),
        )
        zh = f"“{word}”可能是 {whole:g}%,也可能是 {found:g}%"
        en = f"“{word}” may mean {whole:g}% or {found:g}%"
        return Ask("percent_fraction", zh, en, choices)
    if not 0 <= found <= 100:  # noqa: PLR2004  percent
        less = (
            (
                Choice(
                    f"value:{found / 100:g}", percent_word(found / 100), percent_word(found / 100)
                ),
            )
            if 200 < found <= 10_000  # noqa: PLR2004  35 with a format that shows 3500
            else ()
        )
        zh, en = f"进度“{word}”不在 0–100 之间", f"the percent “{word}” is not within 0 and 100"
        return Ask("percent_range", zh, en, (*less, *again, BLANK))
    return Read(found, "approximate" if about else None)


def read_money(  # noqa: PLR0911  one way out for each way to write it
    cell: Cell,
    last_yuan: int | None,
    total_yuan: int | None,
    above: str | None = None,
    *,
    cumulative: bool = True,
) -> Answer:
    """Whole yuan; bare figures count in 万元. A figure that is off by a factor of 10,000 is asked about."""
    again = (last_choice(wan_word(last_yuan)),) if cumulative and last_yuan is not None else ()
    if isinstance(cell, bool | date | datetime):
        return _unread(cell, "金额", "an amount of money", (*again, BLANK))
    word = word_of(cell)
    if word in _NOTHING:
        return Read() if cumulative else Read(0)
    if word in EMPTY:
        return Read()
    if word in DITTO:
        return _ditto(above, (*again, BLANK))
    if word in AS_LAST:
        return Read(last_yuan, "text_same") if cumulative else Read(0)
    bare = _ABOUT.sub("", word)
    about = bare != word
    try:
        found = money(_number_or_word(bare), MONEY_UNITS["万元"])
    except ValueProblem:
        return _unread(cell, "金额", "an amount of money", (*again, BLANK))
    if found is None:
        return Read()
    if not re.search(r"[万亿元]", bare):
        asked = _wrong_unit(found, last_yuan, total_yuan, word, cumulative=cumulative)
        if asked is not None:
            return asked
    return Read(found, "approximate" if about else None)


def _wrong_unit(
    found: int, last: int | None, total: int | None, word: str, *, cumulative: bool
) -> Ask | None:
    """Whether a bare figure was written in 元 instead of 万元, or in 亿元."""
    if not found:
        return None
    meant: int | None = None
    zh = en = ""
    beyond = last if cumulative and last else total
    if beyond and found / beyond >= _FAR / (1 if cumulative and last else 100):
        meant = round(found / _FACTOR)
        zh = f"“{word}”按万元是 {wan_word(found)},为上期(或总投资)的千倍,疑把元填成了万元"
        en = f"“{word}” in 万元 is a thousand times what is known: it seems to be in yuan"
    elif cumulative and last and found / last <= 1 / _FAR:
        meant = found * _FACTOR
        zh = f"“{word}”按万元不到上期的千分之一,疑把亿元填成了万元"
        en = f"“{word}” in 万元 is less than a thousandth of last period: it seems to be in 亿元"
    if meant is None:
        return None
    return Ask(
        "money_unit",
        zh,
        en,
        (
            Choice(f"value:{meant / _FACTOR:.10g}", wan_word(meant), f"{meant:,} yuan"),
            Choice("take", f"确为 {wan_word(found)}", f"It is {found:,} yuan"),
        ),
    )


def read_actual_day(cell: Cell, year: int) -> Answer:
    """A day that has come. A month or longer is asked about: its first or its last day."""
    try:
        span = span_of(_spreadsheet_day(cell), None, year)
    except ValueProblem:
        return _unread(cell, "日期", "a day", (BLANK,))
    if span is None:
        return Read()
    if span.first_on != span.last_on:
        word = word_of(cell)
        ends = (span.first_on, span.last_on)
        choices = tuple(Choice(f"value:{end}", end.isoformat(), end.isoformat()) for end in ends)
        zh = f"“{word}”不是一天:实际发生的日期请写到日"
        en = f"“{word}” is no single day: give the day on which it happened"
        return Ask("day_unclear", zh, en, (*choices, BLANK))
    return Read(span.first_on)


def read_planned_day(cell: Cell, year: int) -> Answer:
    """A planned day: the last of the period written, with its precision (3月底, 上半年)."""
    try:
        span = span_of(_spreadsheet_day(cell), None, year)
    except ValueProblem:
        return _unread(cell, "日期", "a day", (BLANK,))
    return Read() if span is None else Read(Day(span.last_on, span.precision, span.tentative))


def read_text(cell: Cell, last: str | None, above: str | None, *, person: bool = False) -> Answer:
    """Text; 同上 repeats the row above where it names a person, else it is asked about."""
    found = text(cell)
    if found is None:
        return Read()
    word = word_of(cell)
    if word in DITTO:
        if person:
            return Read(above)
        again = () if last is None else (last_choice(_short(last)),)
        return _ditto(above, (*again, BLANK))
    if word in AS_LAST and last is not None:
        return Read(last, "text_same")
    if found.startswith("#") and found.rstrip("!?").isupper():
        return _unread(cell, "文字", "text", (BLANK,))
    return Read(found)


def _ditto(above: str | None, more: tuple[Choice, ...]) -> Ask:
    first = (
        ()
        if above is None
        else (
            Choice(f"set:{above}", f"与上一行相同({_short(above)})", f"As above ({_short(above)})"),
        )
    )
    zh, en = "“同上”是指上一行,还是上一期?", "does 同上 mean the row above, or last period?"
    return Ask("ditto", zh, en, (*first, *more))


def _unread(cell: object, zh: str, en: str, choices: tuple[Choice, ...]) -> Ask:
    told = _short(str(cell))
    return Ask("value_unread", f"“{told}”读不懂,应为{zh}", f"“{told}” is not {en}", choices)


def _short(word: str, most: int = 24) -> str:
    return word if len(word) <= most else word[: most - 1] + "…"


def _decimal(word: str) -> Decimal | None:
    try:
        found = Decimal(re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", word))
    except InvalidOperation:
        return None
    return found if found.is_finite() and abs(found) < Decimal(10) ** 15 else None


def _number_or_word(word: str) -> str | float:
    number = _decimal(word)
    return word if number is None else float(number)


def _spreadsheet_day(cell: Cell) -> Cell:
    """A day typed as text keeps its form; a cell with a moment is its day."""
    return cell.date() if isinstance(cell, datetime) else cell
