"""Days and hours as clerks write them."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.exporters.ledger_cells import day_cell, hours_cell
from geo.importers.days import DMY, ROC, actual_day, one_of_two, planned_day, until_day
from geo.importers.hours import hours
from geo.importers.problems import ValueProblem
from geo.records import Day, HoursWindow

if TYPE_CHECKING:
    from geo.importers.values import Cell

FIRST_OF_MARCH = date(2026, 3, 1)


@pytest.mark.parametrize(
    "cell",
    [
        date(2026, 3, 1),
        datetime(2026, 3, 1, 10, 30),  # noqa: DTZ001  cells have no zone
        46082.0,
        46082.4,
        20260301.0,
        "2026-3-1",
        "2026-03-01",
        "2026/3/1",
        "2026.3.1",
        "２０２６．３．１",
        "20260301",
        "2026年3月1日",
        "2026 年 3 月 1 号",
        "26年3月1日",
        "2026年三月1日",
        "2026年3月1日前",
        "2026-03-01 10:00:00",
        "2026-03-01T10:00:00Z",
    ],
)
def test_a_day_is_a_day_in_every_spelling(cell: Cell) -> None:
    assert actual_day(cell) == FIRST_OF_MARCH
    assert planned_day(cell) == Day(FIRST_OF_MARCH)


@pytest.mark.parametrize(
    ("cell", "first", "last", "precision"),
    [
        ("2026年3月", (3, 1), (3, 31), "month"),
        ("2026-03", (3, 1), (3, 31), "month"),
        ("2026.10", (10, 1), (10, 31), "month"),
        (2026.3, (3, 1), (3, 31), "month"),
        ("202603", (3, 1), (3, 31), "month"),
        ("3月底", (3, 1), (3, 31), "month"),
        ("2月份", (2, 1), (2, 28), "month"),
        ("2026年12月底前", (12, 1), (12, 31), "month"),
        ("2026年一季度", (1, 1), (3, 31), "quarter"),
        ("2026年第4季度", (10, 1), (12, 31), "quarter"),
        ("2026Q2", (4, 1), (6, 30), "quarter"),
        ("上半年", (1, 1), (6, 30), "half"),
        ("2026年下半年", (7, 1), (12, 31), "half"),
        ("2026年", (1, 1), (12, 31), "year"),
        (2026.0, (1, 1), (12, 31), "year"),
        ("年底前", (1, 1), (12, 31), "year"),
        ("3月下旬", (3, 21), (3, 31), "day"),
        ("2026年3月上旬", (3, 1), (3, 10), "day"),
    ],
)
def test_a_period_as_plan_is_its_last_day_and_as_fact_its_first(
    cell: Cell, first: tuple[int, int], last: tuple[int, int], precision: str
) -> None:
    assert planned_day(cell, year=2026) == Day(date(2026, *last), precision)
    assert actual_day(cell, year=2026) == date(2026, *first)
    assert until_day(cell, year=2026) == date(2026, *last)


def test_february_of_a_leap_year_ends_on_the_29th() -> None:
    assert planned_day("2028年2月") == Day(date(2028, 2, 29), "month")


@pytest.mark.parametrize("word", ["2026年3月(暂定)", "暂定2026年3月", "预计2026年3月"])
def test_a_tentative_day_says_so(word: str) -> None:
    assert planned_day(word) == Day(date(2026, 3, 31), "month", tentative=True)


@pytest.mark.parametrize("cell", [None, "", "/", "待定", "未定", "另行通知"])
def test_an_open_day_is_none(cell: Cell) -> None:
    assert planned_day(cell) is None
    assert actual_day(cell) is None


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("2026-2-30", "不是一个存在的日期"),
        ("2026-13-01", "不是日期"),
        ("明天", "不是日期"),
        ("3月底", "没有写年份"),
        ("3月1日", "没有写年份"),
        (2026.1, "1月,也可能是 2026年10月"),
        ("1890-01-01", "年份不合理"),
        (date(1900, 1, 1), "不合理"),
        (12.0, "不是日期"),
        (True, "不是日期"),
        (time(8, 0), "不是日期"),
    ],
)
def test_what_is_no_day_is_refused_in_a_sentence(cell: Cell, words: str) -> None:
    with pytest.raises(ValueProblem, match=words) as refusal:
        planned_day(cell)
    assert refusal.value.en


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("1100421", date(2021, 4, 21)),
        ("110/04/21", date(2021, 4, 21)),
        ("99/01/02", date(2010, 1, 2)),
        ("110年4月21日", date(2021, 4, 21)),
        ("115/04/27 09:26:45", date(2026, 4, 27)),
        ("110年4月", date(2021, 4, 1)),
    ],
)
def test_years_of_the_republic_count_from_1912(word: str, expected: date) -> None:
    assert actual_day(word, ROC) == expected


def test_other_forms_are_read_by_their_pattern() -> None:
    assert actual_day("21.04.2015 08:00", "%d.%m.%Y %H:%M") == date(2015, 4, 21)
    with pytest.raises(ValueProblem):
        actual_day("2015-04-21", "%d.%m.%Y")


def _last_of(precision: str, on: date) -> date:
    months = {"month": 1, "quarter": 3, "half": 6, "year": 12}[precision]
    last_month = (on.month - 1) // months * months + months
    following = date(on.year + last_month // 12, last_month % 12 + 1, 1)
    return following - timedelta(days=1)


planned_days = st.builds(
    lambda on, precision, tentative: Day(
        on if precision == "day" else _last_of(precision, on), precision, tentative
    ),
    st.dates(date(1990, 1, 1), date(2099, 12, 31)),
    st.sampled_from(["day", "month", "quarter", "half", "year"]),
    st.booleans(),
)


@given(day=planned_days)
def test_a_planned_day_written_into_a_cell_is_read_back_with_its_precision(day: Day) -> None:
    assert planned_day(day_cell(day)) == day


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("07:00-19:00", HoursWindow(time(7), time(19))),
        ("7点半至17点", HoursWindow(time(7, 30), time(17))),
        ("22:00-次日6:00 周一至周五", HoursWindow(time(22), time(6), (1, 2, 3, 4, 5))),
        ("周六、周日 9:00～17:00", HoursWindow(time(9), time(17), (6, 7))),
        ("每日0:00至5:00", HoursWindow(time(0), time(5))),
        ("自09时00分至17时30分", HoursWindow(time(9), time(17, 30))),
        ("工作日全天", HoursWindow(time(0), time(0), (1, 2, 3, 4, 5))),
        ("周六至周一 8:00-9:00", HoursWindow(time(8), time(9), (1, 6, 7))),
    ],
)
def test_hours_are_read_in_many_spellings(word: str, expected: HoursWindow) -> None:
    assert hours(word) == (expected,)


def test_the_whole_of_every_day_is_no_limit() -> None:
    assert hours("全天") == ()
    assert hours("0:00-24:00") == ()
    assert hours(None) is None


@pytest.mark.parametrize("word", ["白天", "25:00-26:00", "8:00", "8:00-9:00 节假日"])
def test_what_gives_no_hours_is_refused(word: str) -> None:
    with pytest.raises(ValueProblem):
        hours(word)


windows = st.builds(
    HoursWindow,
    st.times().map(lambda at: at.replace(microsecond=0)),
    st.times().map(lambda at: at.replace(microsecond=0)),
    st.sets(st.integers(1, 7), min_size=1).map(lambda days: tuple(sorted(days))),
).filter(lambda window: window.since != window.until)


@given(several=st.lists(windows, min_size=1, max_size=3).map(tuple))
def test_hours_written_into_a_cell_are_read_back(several: tuple[HoursWindow, ...]) -> None:
    assert hours(hours_cell(several)) == several


@pytest.mark.parametrize(
    "word", ["1.3.2026", "01.03.2026 07:30", "1/3/2026", "01-03-26", "1.3.2026, 7:30"]
)
def test_the_day_may_stand_before_the_month(word: str) -> None:
    assert actual_day(word, DMY) == FIRST_OF_MARCH
    assert planned_day("03.2026", DMY) == Day(date(2026, 3, 31), "month")
    with pytest.raises(ValueProblem):
        actual_day("2026-03-01", DMY)


@pytest.mark.parametrize(
    ("word", "form", "first", "last"),
    [
        ("10.1. - 31.3.2015", DMY, date(2015, 1, 10), date(2015, 3, 31)),
        ("10.11. – 31.3.2015", DMY, date(2014, 11, 10), date(2015, 3, 31)),
        ("10.1.2014 bis 31.3.2015", DMY, date(2014, 1, 10), date(2015, 3, 31)),
        ("10.1.2015", DMY, date(2015, 1, 10), date(2015, 1, 10)),
        ("2026-3-1至2026-4-30", None, FIRST_OF_MARCH, date(2026, 4, 30)),
        ("2026年3月1日~4月30日", None, FIRST_OF_MARCH, date(2026, 4, 30)),
        ("2025年12月1日至2月3日", None, date(2025, 12, 1), date(2026, 2, 3)),
        ("1月5日 - 2026年3月1日", None, date(2026, 1, 5), FIRST_OF_MARCH),
    ],
)
def test_two_days_in_one_cell_are_told_apart(
    word: str, form: str | None, first: date, last: date
) -> None:
    assert one_of_two(word, "first", actual_day, form) == first
    assert one_of_two(word, "last", actual_day, form) == last


@pytest.mark.parametrize("word", ["1.3. - 4.3.", "1.3. - 待定"])
def test_two_days_without_any_year_are_refused(word: str) -> None:
    with pytest.raises(ValueProblem, match="没有写年份"):
        one_of_two(word, "first", actual_day, DMY)


def test_three_days_in_one_cell_are_refused() -> None:
    with pytest.raises(ValueProblem, match="起止"):
        one_of_two("1.1.2015 - 2.1.2015 - 3.1.2015", "first", actual_day, DMY)
