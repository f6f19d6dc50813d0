"""Days, periods and numbers of days as each language says them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

__all__ = ["MONTHS", "NOTHING", "Language", "as_day", "format_day", "format_days", "format_period"]

Language = Literal["zh", "en"]
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
NOTHING = "–"


def as_day(value: date | str) -> date:
    """The day meant by a date, an instant or its ISO text."""
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else date.fromisoformat(value[:10])


def format_day(value: date | str | None, lang: Language, reference: date | None = None) -> str:
    """A day: 11月23日 or 23 Nov; with its year when that is not the year of `reference` (or none is given)."""
    if value is None:
        return NOTHING
    day = as_day(value)
    with_year = reference is None or day.year != reference.year
    if lang == "en":
        return f"{day.day} {MONTHS[day.month - 1]}" + (f" {day.year}" if with_year else "")
    return (f"{day.year}年" if with_year else "") + f"{day.month}月{day.day}日"


def format_period(
    first: date | str | None, last: date | str | None, lang: Language, reference: date | None = None
) -> str:
    """First and last day of a work; an unknown end is left open."""
    start = format_day(first, lang, reference) if first else ""
    end = format_day(last, lang, reference) if last else ""
    if not start and not end:
        return NOTHING
    if lang == "en":
        return f"{start} – {end}".strip() if start else f"until {end}"
    return f"{start}至{end}" if start and end else (f"{start}起" if start else f"至{end}")


def format_days(first: date | str, last: date | str, lang: Language) -> str:
    """Both days of a span within a sentence, the year said once: 2027年3月1日至3月20日, 1 Mar to 20 Mar 2027."""
    start, end = as_day(first), as_day(last)
    if lang == "en":
        return f"{format_day(start, lang, end)} to {format_day(end, lang)}"
    return f"{format_day(start, lang)}至{format_day(end, lang, start)}"
