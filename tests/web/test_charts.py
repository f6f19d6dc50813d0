"""The plan curve: where its points lie, and what is not drawn."""

from __future__ import annotations

from datetime import date

from app.charts import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, draw_curve, find_ticks

PLANNED = [("2026-01-01", 0.0), ("2026-12-31", 100.0)]
ACTUAL = [("2026-02-01", 5.0), ("2026-06-01", 30.0), ("2026-12-01", 90.0)]


def test_the_plan_reaches_from_corner_to_corner() -> None:
    curve = draw_curve(PLANNED, ACTUAL, date(2026, 6, 15))
    assert curve
    assert curve.planned == f"M{LEFT}.0 {HEIGHT - BOTTOM}.0 L{WIDTH - RIGHT}.0 {TOP}.0"


def test_reports_after_the_day_are_not_drawn() -> None:
    curve = draw_curve(PLANNED, ACTUAL, date(2026, 6, 15))
    assert curve
    assert curve.actual.count("L") == 1
    assert curve.last
    assert curve.day_x
    assert curve.last[0] < curve.day_x


def test_a_day_outside_the_frame_has_no_line() -> None:
    curve = draw_curve(PLANNED, [], date(2028, 1, 1))
    assert curve
    assert curve.day_x is None
    assert curve.last is None
    assert curve.actual == ""


def test_percents_outside_their_range_stay_in_the_frame() -> None:
    curve = draw_curve([("2026-01-01", -5.0), ("2026-12-31", 130.0)], [], date(2026, 6, 1))
    assert curve
    assert curve.planned.startswith(f"M{LEFT}.0 {HEIGHT - BOTTOM}.0")
    assert curve.planned.endswith(f"{TOP}.0")


def test_nothing_is_drawn_without_a_span_of_time() -> None:
    assert draw_curve([], [], date(2026, 6, 1)) is None
    assert draw_curve([("2026-06-01", 10.0)], [], date(2026, 6, 1)) is None


def test_the_axis_has_at_most_five_months() -> None:
    assert find_ticks(date(2026, 1, 15), date(2026, 4, 1)) == [
        date(2026, 2, 1),
        date(2026, 3, 1),
        date(2026, 4, 1),
    ]
    for years in (1, 2, 3, 5, 9):
        assert 1 <= len(find_ticks(date(2026, 1, 1), date(2026 + years, 1, 1))) <= 5
