"""When a new day begins: whatever the start, the clock or the machine's sleep made of midnight."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from app.companions import is_another_day, seconds_to_sleep

ZONE = ZoneInfo("Asia/Shanghai")
DAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("now", "another"),
    [
        ("2026-11-23T23:59:59", False),
        ("2026-11-24T00:00:03", True),  # it was started just before midnight
        ("2026-11-27T08:00:00", True),  # the machine was asleep
        ("2026-11-22T10:00:00", True),  # the clock had gone ahead
    ],
)
def test_a_city_is_rolled_whenever_the_day_is_another(now: str, *, another: bool) -> None:
    assert is_another_day(datetime.fromisoformat(now).replace(tzinfo=ZONE), DAY) is another


def test_it_wakes_a_second_after_midnight_and_every_ten_minutes_before() -> None:
    assert seconds_to_sleep(datetime(2026, 11, 23, 23, 59, 50, tzinfo=ZONE)) == 11.0
    assert seconds_to_sleep(datetime(2026, 11, 23, 12, tzinfo=ZONE)) == 600.0
