"""The clock of a procedure: days used against those promised and those of the law."""

from __future__ import annotations

from datetime import date

import pytest

from geo.status.calendar import WorkCalendar
from geo.status.clocks import Clock, Signal

CALENDAR = WorkCalendar()
MONDAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("clock", "signal"),
    [
        (Clock(promised=10, used=3), Signal.RUNNING),
        (Clock(promised=10, used=8), Signal.SOON),
        (Clock(promised=10, used=10), Signal.SOON),
        (Clock(promised=10, statutory=20, used=11), Signal.OVER),
        (Clock(promised=10, statutory=20, used=21), Signal.UNLAWFUL),
        (Clock(statutory=20, used=21), Signal.UNLAWFUL),
        (Clock(promised=10, used=11), Signal.OVER),
        (Clock(used=11), Signal.WAITING),
        (Clock(), Signal.WAITING),
        (Clock(promised=10), Signal.WAITING),
        (Clock(due_on=date(2026, 11, 22)), Signal.UNLAWFUL),
        (Clock(due_on=MONDAY), Signal.SOON),
        (Clock(due_on=date(2026, 12, 18)), Signal.RUNNING),
        (Clock(promised=10, used=30, obtained_on=MONDAY), Signal.DONE),
        (Clock(promised=10, used=3, obtained_on=date(2026, 11, 24)), Signal.RUNNING),
        (Clock(started_on=date(2026, 11, 2), promised=20), Signal.RUNNING),
        (Clock(started_on=date(2026, 11, 2), promised=16), Signal.SOON),
        (Clock(started_on=date(2026, 11, 2), promised=14), Signal.OVER),
        (Clock(started_on=date(2026, 11, 24), promised=1), Signal.WAITING),
    ],
)
def test_a_clock_shows_what_its_days_say(clock: Clock, signal: Signal) -> None:
    assert clock.signal_on(MONDAY, CALENDAR) is signal


def test_days_are_counted_from_taking_in_to_the_day_or_to_when_it_was_obtained() -> None:
    started = date(2026, 11, 2)
    assert Clock(started_on=started).used_on(MONDAY, CALENDAR) == 15
    done = Clock(started_on=started, obtained_on=date(2026, 11, 6))
    assert done.used_on(MONDAY, CALENDAR) == 4
    assert Clock(started_on=started, used=3).used_on(MONDAY, CALENDAR) == 3
