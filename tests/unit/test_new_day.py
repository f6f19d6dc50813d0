"""When a new day begins: whatever the start, the clock or the machine's sleep made of midnight."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from app.companions import deliver_news, is_another_day, roll_at_midnight, seconds_to_sleep
from app.config import Settings

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


NOWHERE = "postgresql+psycopg://nobody@127.0.0.1:1/none"


class EnoughError(Exception):
    """Ends a duty that never ends."""


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long a duty sleeps each time, in place of sleeping; the third time ends it."""
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 3:
            raise EnoughError

    monkeypatch.setattr("app.companions.time.sleep", sleep)
    return slept


def test_a_new_day_that_fails_is_tried_again_a_minute_later(
    pauses: list[float], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(EnoughError):
        roll_at_midnight(NOWHERE, ZONE, DAY)
    assert pauses == [60.0, 60.0, 60.0]
    assert capsys.readouterr().out.count("✗ 换日 / new day:") == 3


def test_sending_goes_on_when_the_database_is_away(pauses: list[float]) -> None:
    with pytest.raises(EnoughError):
        deliver_news(NOWHERE, Settings(), "Asia/Shanghai")
    assert len(pauses) == 3
