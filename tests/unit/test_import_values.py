"""Values as clerks write them, and the sentences for what cannot be understood."""

from __future__ import annotations

import contextlib
import math
from datetime import date, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.importers import values
from geo.importers.problems import ValueProblem
from tests.importing import code_lists

if TYPE_CHECKING:
    from geo.importers.values import Cell


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (" 东风路 ", "东风路"),
        ("\u3000东风路\u200b\r\n改造", "东风路\n改造"),
        ("a\x00b\ud800c", "abc"),
        (1001.0, "1001"),
        (3.5, "3.5"),
        (12, "12"),
        (True, "是"),
        (date(2026, 3, 1), "2026-03-01"),
        (datetime(2026, 3, 1, 8, 30), "2026-03-01 08:30:00"),  # noqa: DTZ001  cells have no zone
        ("", None),
        ("/", None),
        ("—", None),
        ("－", None),
        ("无", None),
        (None, None),
    ],
)
def test_text_is_cleaned_and_what_stands_for_nothing_is_none(
    cell: Cell, expected: str | None
) -> None:
    assert values.text(cell) == expected


def test_a_key_is_the_same_in_full_width_letters() -> None:
    assert values.key("ＤＺ－００１") == values.key("DZ-001") == "DZ-001"
    assert values.key(" A   B ") == "A B"
    assert values.key(20260001.0) == "20260001"


@pytest.mark.parametrize(
    ("cell", "unit_yuan", "expected"),
    [
        (12.5, 10_000, 125_000),
        (0.1, 10_000, 1_000),
        (1.2, 100_000_000, 120_000_000),
        ("1.2亿", 10_000, 120_000_000),
        ("3000万", 1, 30_000_000),
        ("1亿2000万", 10_000, 120_000_000),
        ("12,345.6", 10_000, 123_456_000),
        ("１２，３４５．６万元", 1, 123_456_000),
        ("约300万元", 10_000, 3_000_000),
        ("500元", 10_000, 500),
        ("¥500", 1, 500),
        ("0", 10_000, 0),
        ("/", 10_000, None),
        (None, 10_000, None),
    ],
)
def test_money_takes_its_own_unit_or_that_of_the_heading(
    cell: Cell, unit_yuan: int, expected: int | None
) -> None:
    assert values.money(cell, unit_yuan) == expected


@pytest.mark.parametrize("cell", ["三千万", "-5", -5.0, "1.2.3万", "3万左右", 1e30, math.inf, True])
def test_what_is_no_amount_of_money_is_refused_in_a_sentence(cell: Cell) -> None:
    with pytest.raises(ValueProblem) as refusal:
        values.money(cell)
    assert refusal.value.zh
    assert refusal.value.en


@given(yuan=st.integers(0, 10**15))
def test_money_written_in_wan_comes_back_to_the_yuan(yuan: int) -> None:
    assert values.money(yuan / 10_000) == yuan


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        ([0.35, 1, 0], [35.0, 100.0, 0.0]),
        ([35, 100, 0, 1], [35.0, 100.0, 0.0, 1.0]),
        (["35%", "0.5%", "３５％"], [35.0, 0.5, 35.0]),
        (["35%", 0.35], [35.0, 35.0]),
        (["0.07", None, "/"], [7.0, None, None]),
    ],
)
def test_a_column_of_percents_is_understood_as_a_whole(
    column: list[Cell], expected: list[float | None]
) -> None:
    judged = values.PercentColumn.of(column)
    assert [judged.percent(cell) for cell in column] == expected


def test_a_fraction_among_percents_is_ambiguous_and_refused() -> None:
    judged = values.PercentColumn.of([35, 0.35, 80])
    assert judged.percent(35) == 35
    with pytest.raises(ValueProblem, match=r"0\.35%"):
        judged.percent(0.35)


@pytest.mark.parametrize("cell", [120, "120%", -3, "很快"])
def test_a_percent_outside_0_to_100_is_refused(cell: Cell) -> None:
    with pytest.raises(ValueProblem):
        values.PercentColumn(whole=True).percent(cell)


@given(percent=st.decimals(0, 100, places=4).map(float))
def test_a_percent_kept_as_a_fraction_comes_back_exactly(percent: float) -> None:
    assert values.PercentColumn(whole=False).percent(percent / 100) == percent


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        *[(word, True) for word in ("是", "√", "Y", "yes", "有", True, 1.0)],
        *[(word, False) for word in ("否", "×", "N", "无", False, 0)],
        *[(word, None) for word in (None, "", "/")],
    ],
)
def test_yes_and_no_have_many_spellings(cell: Cell, expected: bool | None) -> None:
    assert values.yes_no(cell) is expected


def test_neither_yes_nor_no_is_refused() -> None:
    with pytest.raises(ValueProblem, match="是"):
        values.yes_no("也许")


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("德城区、陵城区", ("德城区", "陵城区")),
        ("德城区,陵城区；平原县\n禹城市", ("德城区", "陵城区", "平原县", "禹城市")),
        ("德城区", ("德城区",)),
        ("无", ()),
        ("", None),
        (None, None),
    ],
)
def test_lists_are_parted_by_any_separator(cell: Cell, expected: tuple[str, ...] | None) -> None:
    assert values.words(cell) == expected


def test_numbers_with_separators_and_full_width_digits_are_read() -> None:
    assert values.number("１２,３４５.５") == 12345.5
    assert values.number("-3.5") == -3.5
    assert values.count("3") == 3
    assert values.amount(0.5) == 0.5


@pytest.mark.parametrize("cell", ["-1", 1.5, "多", "nan", "1e400"])
def test_what_is_no_whole_number_is_refused(cell: Cell) -> None:
    with pytest.raises(ValueProblem):
        values.count(cell)


def test_codes_are_found_by_name_synonym_english_and_code() -> None:
    causes = code_lists().labels["causes"]
    for word in ("手续", "前期手续", "Procedures", "procedures", "PROCEDURES", " 手 续"):
        assert values.code(word, causes) == "procedures"
    assert values.code("/", causes) is None


def test_an_unknown_code_is_refused_with_what_could_be_chosen() -> None:
    with pytest.raises(ValueProblem, match="手续、招标采购"):
        values.code("天气", code_lists().labels["causes"])


def test_a_label_with_a_separator_in_it_is_one_label() -> None:
    steps = code_lists().labels["relocation_steps"]
    assert values.codes("停输/割接", steps) == ("cut_over",)
    taken = code_lists().labels["taken"]
    assert values.codes("半幅、人行道、半幅", taken) == ("half", "footway")
    assert values.codes("无", taken) == ()


@given(cell=st.one_of(st.text(max_size=30), st.floats(), st.integers(), st.booleans(), st.none()))
def test_no_cell_makes_a_parser_fail_in_another_way(cell: Cell) -> None:
    labels = code_lists().labels["causes"]
    for parse in (
        values.text,
        values.key,
        values.yes_no,
        values.words,
        values.number,
        values.count,
        values.money,
        values.PercentColumn.of([cell]).percent,
        lambda cell: values.codes(cell, labels),
    ):
        with contextlib.suppress(ValueProblem):
            parse(cell)
