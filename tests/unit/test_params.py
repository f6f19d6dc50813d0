"""What is read from an address or a field: numbers, of any length and in any writing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.params import LARGEST_ID, LARGEST_INTEGER, read_number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0),
        ("17", 17),
        ("0017", 17),
        (str(LARGEST_ID), LARGEST_ID),
        (str(LARGEST_ID + 1), None),
        ("9" * 5_000, None),
        ("", None),
        (None, None),
        ("-1", None),
        ("+1", None),
        (" 1", None),
        ("1.0", None),
        ("１", None),
        ("²", None),
        ("一", None),
        ("1\0", None),
    ],
)
def test_a_number_is_read_from_plain_digits_alone(text: str | None, number: int | None) -> None:
    assert read_number(text) == number


@given(st.text() | st.integers().map(str))
def test_whatever_is_written_gives_a_number_within_the_bound_or_none(text: str) -> None:
    found = read_number(text, LARGEST_INTEGER)
    assert found is None or 0 <= found <= LARGEST_INTEGER
    if found is not None:
        assert found == int(text)
