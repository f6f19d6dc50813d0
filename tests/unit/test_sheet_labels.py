"""Numbers on a sheet: each at its point, none over another."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from geo.exporters.sheet_labels import Placed, Room, place_labels

if TYPE_CHECKING:
    from collections.abc import Sequence

LETTER, HEIGHT, GAP = 1.2, 2.5, 3.0


def place(points: Sequence[tuple[float, float]]) -> list[Placed]:
    """Numbers 1, 2 … on a sheet of 200 × 150 mm."""
    numbered = [(str(number), x, y) for number, (x, y) in enumerate(points, start=1)]
    return place_labels(numbered, Room(200, 150, 10), LETTER, HEIGHT, GAP)


def boxes(labels: Sequence[Placed]) -> list[tuple[float, float, float, float]]:
    """Left, top, right, bottom of each label."""
    return [
        (
            one.at[0] - one.width / 2,
            one.at[1] - HEIGHT / 2,
            one.at[0] + one.width / 2,
            one.at[1] + HEIGHT / 2,
        )
        for one in labels
    ]


def test_a_single_number_stands_beside_its_point_without_a_line() -> None:
    (label,) = place([(100, 75)])
    assert label.text == "1"
    assert not label.needs_line(GAP * 2)


def test_thirty_sites_on_one_spot_all_keep_their_numbers_apart() -> None:
    labels = place([(100, 75)] * 30)
    assert [one.text for one in labels] == [str(number) for number in range(1, 31)]
    for a, b in combinations(boxes(labels), 2):
        assert a[0] >= b[2] or b[0] >= a[2] or a[1] >= b[3] or b[1] >= a[3]
    assert any(one.needs_line(GAP * 2) for one in labels)


@given(
    st.lists(
        st.tuples(st.floats(12, 188, width=32), st.floats(12, 138, width=32)),
        min_size=1,
        max_size=40,
    )
)
def test_no_number_covers_another_or_leaves_the_sheet(points: list[tuple[float, float]]) -> None:
    found = boxes(place(points))
    for left, top, right, bottom in found:
        assert left >= 0
        assert right <= 200
        assert top >= 0
        assert bottom <= 150
    for a, b in combinations(found, 2):
        assert a[0] >= b[2] or b[0] >= a[2] or a[1] >= b[3] or b[1] >= a[3]
