"""Lines along lines, measured exactly, against many small steps."""

from __future__ import annotations

from itertools import pairwise
from math import atan2, degrees

import pytest
import shapely
from hypothesis import assume, given
from hypothesis import strategies as st
from shapely.geometry import LineString, box

from geo.overlap.lines import run_against_m, run_along_m, run_inside_m, run_together_m, turn

places = st.tuples(st.integers(0, 200), st.integers(0, 200)).map(
    lambda place: (float(place[0]), float(place[1]))
)
lines = st.lists(places, min_size=2, max_size=5, unique=True).map(LineString)


def stepped(line: LineString, other: LineString, within: float, turned: float) -> float:
    """The same length by steps of a quarter metre."""
    total, step = 0.0, 0.25
    for a, b in pairwise(line.coords):
        piece = LineString([a, b])
        own = degrees(atan2(b[1] - a[1], b[0] - a[0]))
        alike = [
            LineString([c, d])
            for c, d in pairwise(other.coords)
            if turn(own, degrees(atan2(d[1] - c[1], d[0] - c[0]))) <= turned
        ]
        if not alike:
            continue
        near = shapely.MultiLineString(alike)
        count = max(int(piece.length / step), 1)
        for place in range(count):
            middle = piece.interpolate((place + 0.5) / count, normalized=True)
            total += (near.distance(middle) <= within) * piece.length / count
    return total


@given(lines, lines)
def test_a_run_along_a_line_is_what_small_steps_add_up_to(a: LineString, b: LineString) -> None:
    exact = run_along_m(a, b, 10.0, 0.0, 30.0)
    assert exact == pytest.approx(stepped(a, b, 10.0, 30.0), abs=4.0)


@given(lines, lines)
def test_running_together_does_not_depend_on_who_is_asked(a: LineString, b: LineString) -> None:
    assert run_together_m(a, b, 10.0, 30.0) == run_together_m(b, a, 10.0, 30.0)


@given(lines, lines)
def test_against_a_line_is_along_its_reverse(a: LineString, b: LineString) -> None:
    assume(a.length > 1)
    along = run_along_m(a, shapely.reverse(b), 10.0, 0.0, 30.0)
    assert run_against_m(a, b, 10.0, 30.0) == pytest.approx(along, abs=1e-6)


@pytest.mark.parametrize(
    ("line", "ends_count", "metres"),
    [
        (LineString([(-100, 0), (200, 0)]), False, 99.0),
        (LineString([(-100, 5), (200, 5)]), False, 0.0),
        (LineString([(50, -100), (50, 100)]), False, 9.0),
        (LineString([(0, 0), (0, 100)]), False, 0.0),
        (LineString([(95, 0), (300, 0)]), False, 0.0),
        (LineString([(95, 0), (300, 0)]), True, 4.5),
    ],
)
def test_a_line_runs_through_the_inside_of_a_stretch_or_past_it(
    line: LineString, ends_count: bool, metres: float
) -> None:
    stretch = box(0, -5, 100, 5)
    assert run_inside_m(line, stretch, 0.0, ends_count=ends_count) == pytest.approx(metres)
