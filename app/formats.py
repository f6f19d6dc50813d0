"""Numbers, money and days as each language writes them. `frontend/format.js` writes the same for the browser."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from app.languages import language
from geo.saying import MONTHS, NOTHING, as_day, format_day, format_period

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from flask import Flask

    from app.languages import Language

__all__ = [
    "add_formats",
    "as_day",
    "format_day",
    "format_full_day",
    "format_moment",
    "format_money",
    "format_month",
    "format_number",
    "format_percent",
    "format_period",
    "format_planned",
    "format_weekday",
    "format_yearly_day",
]

WEEKDAYS_ZH = "一二三四五六日"
WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

_LEAP_YEAR = 2000
YUAN_IN_YI = 100_000_000
YUAN_IN_WAN = 10_000
YUAN_IN_MILLION = 1_000_000


def format_number(value: Decimal | float, places: int = 0) -> str:
    """A number with thousands marks and at most `places` decimals, none of them a trailing zero."""
    step = Decimal(1).scaleb(-places)
    rounded = Decimal(str(value)).quantize(step, ROUND_HALF_UP)
    text = f"{abs(rounded):,f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return f"−{text}" if rounded < 0 else text


def format_percent(value: Decimal | float | None) -> str:
    """A percent with at most one decimal."""
    return NOTHING if value is None else f"{format_number(value, 1)}%"


def format_money(yuan: float | None, lang: Language) -> str:
    """Money as people say it: 万元 and 亿元, or millions of RMB."""
    if yuan is None:
        return NOTHING
    if lang == "en":
        places = 0 if abs(yuan) >= 100 * YUAN_IN_MILLION else 2
        return f"RMB {format_number(Decimal(str(yuan)) / YUAN_IN_MILLION, places)} million"
    if abs(yuan) >= YUAN_IN_YI:
        return f"{format_number(Decimal(str(yuan)) / YUAN_IN_YI, 2)}亿元"
    return f"{format_number(Decimal(str(yuan)) / YUAN_IN_WAN, 2)}万元"


def format_month(value: date | str, lang: Language) -> str:
    """A month on an axis: 11月 or Nov; January with its year."""
    day = as_day(value)
    if day.month == 1:
        return str(day.year) if lang == "en" else f"{day.year}年"
    return MONTHS[day.month - 1] if lang == "en" else f"{day.month}月"


def format_weekday(value: date | str, lang: Language) -> str:
    """星期一 or Mon."""
    weekday = as_day(value).weekday()
    return WEEKDAYS_EN[weekday] if lang == "en" else f"星期{WEEKDAYS_ZH[weekday]}"


def format_full_day(value: date | str, lang: Language) -> str:
    """2026年11月23日 星期一 or Mon 23 Nov 2026."""
    words = [format_day(value, lang), format_weekday(value, lang)]
    return " ".join(reversed(words) if lang == "en" else words)


def format_yearly_day(value: object, lang: Language) -> str:
    """A day of every year, kept as month and day (11-15): 11月15日 or 15 Nov."""
    return format_day(f"{_LEAP_YEAR}-{value}", lang, as_day(f"{_LEAP_YEAR}-01-01"))


def format_moment(value: datetime, lang: Language, reference: date | None = None) -> str:
    """2026年11月3日 14:00 or 3 Nov 2026 14:00, with seconds where there are any; in the value's own zone."""
    time = value.strftime("%H:%M:%S" if value.second or value.microsecond else "%H:%M")
    return f"{format_day(value, lang, reference)} {time}"


def format_planned(
    planned: Mapping[str, Any] | None, lang: Language, reference: date | None = None
) -> str:
    """A planned day as precisely as it was given: {on, precision: day|month|quarter|half|year, tentative}."""
    if not planned or not planned.get("on"):
        return NOTHING
    day = as_day(planned["on"])
    text = _format_period(day, str(planned.get("precision") or "day"), lang, reference)
    if not planned.get("tentative"):
        return text
    return f"{text} (tentative)" if lang == "en" else f"{text}(暂定)"


def _format_period(day: date, precision: str, lang: Language, reference: date | None) -> str:
    english = lang == "en"
    match precision:
        case "month":
            return (
                f"{MONTHS[day.month - 1]} {day.year}" if english else f"{day.year}年{day.month}月"
            )
        case "quarter":
            quarter = (day.month + 2) // 3
            return (
                f"Q{quarter} {day.year}"
                if english
                else f"{day.year}年{'一二三四'[quarter - 1]}季度"
            )
        case "half":
            half = (day.month + 5) // 6
            return f"H{half} {day.year}" if english else f"{day.year}年{'上下'[half - 1]}半年"
        case "year":
            return str(day.year) if english else f"{day.year}年"
        case _:
            return format_day(day, lang, reference)


def add_formats(app: Flask) -> None:
    """Give templates these formats as filters that speak the language of the request."""
    app.jinja_env.filters.update(
        number=format_number,
        percent=format_percent,
        money=lambda yuan: format_money(yuan, language()),
        day=lambda value, reference=None: format_day(value, language(), reference),
        month_short=lambda value: format_month(value, language()),
        moment=lambda value, reference=None: format_moment(value, language(), reference),
        yearly_day=lambda value: format_yearly_day(value, language()),
        full_day=lambda value: format_full_day(value, language()),
        planned=lambda value, reference=None: format_planned(value, language(), reference),
    )
    app.jinja_env.globals["period"] = lambda first, last, reference=None: format_period(
        first, last, language(), reference
    )
