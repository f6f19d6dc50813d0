"""Cells as clerks fill them in: understood, or asked about; and names, which are never taken for likeness."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.codelists import plain
from geo.exporters.collection.keys import make_key, read_key
from geo.importers.collection.names import LEAST_LIKE, likeness_of, match_name
from geo.importers.collection.readings import (
    Ask,
    Read,
    read_actual_day,
    read_money,
    read_percent,
    read_planned_day,
    read_text,
)
from geo.records import Day

SALT = "ab" * 16
LAST = 25_000_000
TOTAL = 100_000_000


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("35", 35.0),
        ("35%", 35.0),
        ("35％", 35.0),
        (" ３５ ％ ", 35.0),
        (35, 35.0),
        (35.5, 35.5),
        ("已完成", 100.0),
        ("未开工", 0.0),
        (0, 0.0),
        ("/", None),
        ("—", None),
        ("无变化", 30.0),
        ("约40%", 40.0),
        ("40%左右", 40.0),
    ],
)
def test_a_percent_is_understood(cell: object, value: float | None) -> None:
    found = read_percent(cell, 30.0)  # type: ignore[arg-type]  # what a sheet may hold
    assert isinstance(found, Read)
    assert found.value == value


@pytest.mark.parametrize(
    ("cell", "kind", "first"),
    [
        (0.35, "percent_fraction", "value:35"),
        ("0.35", "percent_fraction", "value:35"),
        (1, "percent_fraction", "value:100"),
        ("135", "percent_range", "last"),
        (3500, "percent_range", "value:35"),
        ("-3", "percent_range", "last"),
        ("同上", "ditto", "last"),
        ("快了", "value_unread", "last"),
        ("30-35%", "value_unread", "value:30"),
        ("#REF!", "value_unread", "last"),
        (date(2026, 3, 5), "value_unread", "last"),
    ],
)
def test_a_percent_that_may_mean_several_things_is_asked_about(
    cell: object, kind: str, first: str
) -> None:
    found = read_percent(cell, 30.0)  # type: ignore[arg-type]  # what a sheet may hold
    assert isinstance(found, Ask)
    assert (found.kind, found.choices[0].code) == (kind, first)


@given(st.floats(1.01, 100, allow_nan=False).map(lambda number: round(number, 2)))
def test_every_way_to_write_a_percent_gives_the_same(value: float) -> None:
    for cell in (value, str(value), f"{value}%", f" {value} ％"):
        found = read_percent(cell, None)
        assert isinstance(found, Read)
        assert found.value == pytest.approx(value)


@given(st.floats(0.0001, 0.9999).map(lambda number: round(number, 4)), st.floats(0, 100))
def test_a_bare_fraction_is_never_taken_silently(value: float, last: float) -> None:
    found = read_percent(value, last)
    assert isinstance(found, Ask)
    assert {choice.code for choice in found.choices} == {
        f"value:{round(value * 100, 4):g}",
        f"value:{value:g}",
    }


@pytest.mark.parametrize(
    ("cell", "yuan", "remark"),
    [
        ("3000", 30_000_000, None),
        (3000, 30_000_000, None),
        ("约3000", 30_000_000, "approximate"),
        ("3000万元左右", 30_000_000, "approximate"),
        ("1.2亿", 120_000_000, None),
        ("１．２亿元", 120_000_000, None),
        ("3,000", 30_000_000, None),
        ("/", None, None),
        ("无", None, None),
        ("与上期相同", LAST, "text_same"),
    ],
)
def test_money_to_date_is_understood(cell: object, yuan: int | None, remark: str | None) -> None:
    assert read_money(cell, LAST, TOTAL) == Read(yuan, remark)  # type: ignore[arg-type]


def test_none_in_this_period_is_nothing_and_not_unknown() -> None:
    assert read_money("无", LAST, TOTAL, cumulative=False) == Read(0)


@given(st.integers(1_000, 5_000))
def test_a_figure_in_yuan_is_asked_about_and_its_first_choice_is_the_figure_meant(wan: int) -> None:
    found = read_money(wan * 10_000, wan * 10_000, TOTAL)
    assert isinstance(found, Ask)
    assert found.kind == "money_unit"
    assert found.choices[0].code == f"value:{wan}"


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("3月底", Day(date(2026, 3, 31), "month")),
        ("上半年", Day(date(2026, 6, 30), "half")),
        ("2027年一季度", Day(date(2027, 3, 31), "quarter")),
        ("2026-3-1", Day(date(2026, 3, 1))),
    ],
)
def test_a_planned_day_keeps_how_exact_it_is(cell: str, day: Day) -> None:
    assert read_planned_day(cell, 2026) == Read(day)


@pytest.mark.parametrize("cell", ["3月底", "上半年", "2026年"])
def test_a_day_that_has_come_must_be_one_day(cell: str) -> None:
    found = read_actual_day(cell, 2026)
    assert isinstance(found, Ask)
    assert found.kind == "day_unclear"


def test_ditto_names_the_person_above_and_is_asked_about_elsewhere() -> None:
    assert read_text("同上", None, "赵某", person=True) == Read("赵某")
    asked = read_text("同上", "主体施工", "基坑开挖")
    assert isinstance(asked, Ask)
    assert [choice.code for choice in asked.choices] == ["set:基坑开挖", "last", "blank"]


@given(
    st.integers(1, 10**9),
    st.integers(1, 10**9),
    st.from_regex(r"[A-Z]{2}-[0-9]{3}", fullmatch=True),
)
def test_a_key_says_what_was_put_in_and_any_change_is_seen(
    round_id: int, unit_id: int, code: str
) -> None:
    key = make_key(SALT, round_id, unit_id, code)
    found = read_key(key, SALT)
    assert found is not None
    assert (found.round_id, found.unit_id, found.project, found.genuine) == (
        *(round_id, unit_id, code),
        True,
    )
    forged = read_key(key.replace(code, "ZZ-999"), SALT)
    assert forged is not None
    assert forged.genuine == (code == "ZZ-999")
    other = read_key(key, "cd" * 16)
    assert other is not None
    assert not other.genuine


NAMES = {
    plain(name): name for name in ("东风路道路改造工程", "东方路道路改造工程", "锦绣学校新建工程")
}


def test_only_the_very_name_or_a_confirmed_one_is_a_match() -> None:
    assert match_name("东风路 道路改造工程", NAMES, {}).key == "东风路道路改造工程"
    like = match_name("锦秀学校新建工程", NAMES, {})
    assert like.key is None
    assert like.like[0][0] == "锦绣学校新建工程"
    confirmed = match_name(
        "锦秀学校新建工程", NAMES, {plain("锦秀学校新建工程"): "锦绣学校新建工程"}
    )
    assert (confirmed.key, confirmed.how) == ("锦绣学校新建工程", "alias")
    assert match_name("完全不同的名称", NAMES, {}).how == "unknown"


@given(st.text("东西南北路道改造工程学校", min_size=2, max_size=12))
def test_likeness_is_never_a_match(name: str) -> None:
    found = match_name(name, NAMES, {})
    assert (found.key is None) == (plain(name) not in NAMES)
    assert all(score >= LEAST_LIKE for _, score in found.like)


def test_a_word_of_the_same_sound_is_like() -> None:
    assert likeness_of("锦秀学校", "锦绣学校") > LEAST_LIKE
