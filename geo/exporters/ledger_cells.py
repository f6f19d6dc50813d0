"""Values of records as cells of the ledger workbook, in the forms that the import reads back unchanged."""

from __future__ import annotations

import re
from datetime import date, time
from typing import TYPE_CHECKING, Any, TypeAlias

import shapely

from geo.record_fields import Form

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from shapely.geometry.base import BaseGeometry

    from geo.record_fields import Field
    from geo.records import Day, HoursWindow

Names: TypeAlias = "Mapping[str, Mapping[str, str]]"
"""For each code list the name of each code."""
CellValue: TypeAlias = str | float | int | date | None

YUAN_PER_WAN = 10_000
NOTHING = "无"
"""Written for a list that is known to be empty; an empty cell says nothing."""
_WEEKDAYS = "一二三四五六日"
_ALL_DAYS = (1, 2, 3, 4, 5, 6, 7)
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_RISKY = ("=", "+", "-", "@", "\t", "#")
"""Text that begins so could be taken for a formula or an error: it is marked as text."""


def is_risky(value: CellValue) -> bool:
    """Whether a cell must be marked as text, lest a spreadsheet compute it."""
    return isinstance(value, str) and value.startswith(_RISKY)


def writer_for(field: Field, names: Names) -> Callable[[Any], CellValue]:
    """How a field's value becomes a cell. Shapes have `shape_text`; months and years columns of their own."""
    if field.form in {Form.CODE, Form.CODES}:
        known = names.get(field.code_list or "", {})
        if field.form is Form.CODE:
            return lambda value: text_cell(known.get(value, value))
        return lambda value: _joined([known.get(each, each) for each in value])
    return _WRITERS[field.form]


def text_cell(value: str) -> str:
    """Text without the control characters that a workbook cannot hold."""
    return _UNPRINTABLE.sub("", value)


def yuan_cell(value: int) -> float | int:
    """Yuan in 万元, a whole number where it is one."""
    whole, rest = divmod(value, YUAN_PER_WAN)
    return value / YUAN_PER_WAN if rest else whole


def percent_cell(value: float) -> float:
    """A percent as the fraction that a spreadsheet keeps; the cell's format shows the sign."""
    return value / 100


def day_cell(value: Day) -> CellValue:
    """A planned day as a date, or in words that keep how exact it is: 2026年3月, 2026年一季度, 2026年3月(暂定)."""
    on = value.on
    if value.precision == "day":
        if not value.tentative:
            return on
        word = on.isoformat()
    elif value.precision == "month":
        word = f"{on.year}年{on.month}月"
    elif value.precision == "quarter":
        word = f"{on.year}年{'一二三四'[(on.month - 1) // 3]}季度"
    elif value.precision == "half":
        word = f"{on.year}年{'上' if on.month <= 6 else '下'}半年"  # noqa: PLR2004  June
    else:
        word = f"{on.year}年"
    return f"{word}(暂定)" if value.tentative else word


def hours_cell(value: tuple[HoursWindow, ...]) -> str | None:
    """Windows as 07:00-19:00;22:00-06:00 周一、周二."""
    return ";".join(map(_window, value)) or None


def _window(window: HoursWindow) -> str:
    days = ""
    if window.weekdays != _ALL_DAYS:
        days = " " + "、".join(f"周{_WEEKDAYS[day - 1]}" for day in window.weekdays)
    return f"{_clock(window.since)}-{_clock(window.until)}{days}"


def _clock(at: time) -> str:
    return at.strftime("%H:%M:%S" if at.second else "%H:%M")


def shape_text(shape: BaseGeometry) -> str:
    """WKT with as many digits as bring every coordinate back exactly."""
    return shapely.to_wkt(shape, rounding_precision=-1)


def _joined(value: list[str] | tuple[str, ...]) -> str:
    return text_cell("、".join(value)) if value else NOTHING


def _number(value: float) -> float | int:
    return int(value) if float(value).is_integer() else value


_WRITERS: dict[Form, Callable[[Any], CellValue]] = {
    Form.TEXT: text_cell,
    Form.KEY: text_cell,
    Form.WORDS: _joined,
    Form.DATE: lambda value: value,
    Form.UNTIL: lambda value: value,
    Form.PLANNED: day_cell,
    Form.YUAN: yuan_cell,
    Form.PERCENT: percent_cell,
    Form.NUMBER: _number,
    Form.COUNT: lambda value: value,
    Form.YES_NO: lambda value: "是" if value else "否",
    Form.HOURS: hours_cell,
    Form.SHAPE: shape_text,
}
