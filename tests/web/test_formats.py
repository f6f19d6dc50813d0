"""Numbers, money and days as each language writes them; the browser is tested with the same cases."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.formats import (
    format_day,
    format_full_day,
    format_money,
    format_month,
    format_number,
    format_percent,
    format_period,
    format_planned,
    format_yearly_day,
)

CASES: dict[str, list[list[Any]]] = json.loads(
    (Path(__file__).parents[1] / "formats.json").read_text(encoding="utf-8")
)
REFERENCE = date(2026, 6, 1)


@pytest.mark.parametrize(("value", "places", "expected"), CASES["number"])
def test_numbers_have_thousands_marks_and_no_trailing_zeros(
    value: float, places: int, expected: str
) -> None:
    assert format_number(value, places) == expected


@pytest.mark.parametrize(("value", "expected"), CASES["percent"])
def test_percents_have_at_most_one_decimal(value: float | None, expected: str) -> None:
    assert format_percent(value) == expected


@pytest.mark.parametrize(("yuan", "language", "expected"), CASES["money"])
def test_money_is_written_in_wan_and_yi_or_in_millions(
    yuan: int | None, language: Any, expected: str
) -> None:
    assert format_money(yuan, language) == expected


@pytest.mark.parametrize(("day", "language", "reference", "expected"), CASES["day"])
def test_a_day_carries_its_year_only_when_that_is_another_one(
    day: str | None, language: Any, reference: str | None, expected: str
) -> None:
    other = date.fromisoformat(reference) if reference else None
    assert format_day(day, language, other) == expected


@pytest.mark.parametrize(("day", "language", "expected"), CASES["full_day"])
def test_a_full_day_has_its_weekday_where_the_language_puts_it(
    day: str, language: Any, expected: str
) -> None:
    assert format_full_day(day, language) == expected


@pytest.mark.parametrize(("day", "language", "expected"), CASES["month"])
def test_january_carries_the_year_on_an_axis(day: str, language: Any, expected: str) -> None:
    assert format_month(day, language) == expected


@pytest.mark.parametrize(("first", "last", "language", "expected"), CASES["period"])
def test_an_unknown_end_of_a_period_stays_open(
    first: str | None, last: str | None, language: Any, expected: str
) -> None:
    assert format_period(first, last, language, REFERENCE) == expected


@pytest.mark.parametrize(
    ("on", "precision", "zh", "en"),
    [
        ("2026-11-23", "day", "11月23日", "23 Nov"),
        ("2027-03-31", "month", "2027年3月", "Mar 2027"),
        ("2027-09-30", "quarter", "2027年三季度", "Q3 2027"),
        ("2027-06-30", "half", "2027年上半年", "H1 2027"),
        ("2027-12-31", "half", "2027年下半年", "H2 2027"),
        ("2027-12-31", "year", "2027年", "2027"),
    ],
)
def test_a_planned_day_is_written_as_precisely_as_it_was_given(
    on: str, precision: str, zh: str, en: str
) -> None:
    planned = {"on": on, "precision": precision, "tentative": False}
    assert format_planned(planned, "zh", REFERENCE) == zh
    assert format_planned(planned, "en", REFERENCE) == en
    tentative = {**planned, "tentative": True}
    assert format_planned(tentative, "zh", REFERENCE) == f"{zh}(暂定)"
    assert format_planned(tentative, "en", REFERENCE) == f"{en} (tentative)"


@pytest.mark.parametrize(
    ("kept", "zh", "en"),
    [("11-15", "11月15日", "15 Nov"), ("01-01", "1月1日", "1 Jan"), ("02-29", "2月29日", "29 Feb")],
)
def test_a_day_of_every_year_has_no_year(kept: str, zh: str, en: str) -> None:
    assert (format_yearly_day(kept, "zh"), format_yearly_day(kept, "en")) == (zh, en)
