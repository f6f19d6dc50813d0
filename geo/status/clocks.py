"""The clock of a procedure (审批信号灯): working days used, promised, and allowed by law. It is not the lamp."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from geo.status.calendar import WorkCalendar, working_days_between

if TYPE_CHECKING:
    from datetime import date

SOON_DAYS = 2
"""With so many working days left, or fewer, a procedure is due soon."""


class Signal(StrEnum):
    """What a procedure's clock shows."""

    DONE = "done"
    WAITING = "waiting"
    """Not begun, or nobody said how long it may take."""
    RUNNING = "running"
    SOON = "soon"
    OVER = "over"
    """Longer than promised, within what the law allows."""
    UNLAWFUL = "unlawful"
    """Longer than the law allows, or past its due day."""


@dataclass(frozen=True, slots=True)
class Clock:
    """A procedure's clock: working days, as entered; without `used`, it is counted from the day it was taken in."""

    started_on: date | None = None
    promised: int | None = None
    statutory: int | None = None
    used: int | None = None
    due_on: date | None = None
    obtained_on: date | None = None

    @property
    def limit(self) -> int | None:
        """The days it may take: those promised, else those of the law."""
        return self.promised if self.promised is not None else self.statutory

    def used_on(self, day: date, calendar: WorkCalendar) -> int | None:
        """Working days used by `day`; None when it has not begun and none were entered."""
        if self.used is not None:
            return self.used
        if self.started_on is None or self.started_on > day:
            return None
        end = min(day, self.obtained_on or day)
        return max(working_days_between(self.started_on, end, calendar), 0)

    def signal_on(self, day: date, calendar: WorkCalendar) -> Signal:
        """What the clock shows on `day`."""
        if self.obtained_on is not None and self.obtained_on <= day:
            return Signal.DONE
        if self.due_on is not None and self.due_on < day:
            return Signal.UNLAWFUL
        used, limit = self.used_on(day, calendar), self.limit
        if used is not None and self.statutory is not None and used > self.statutory:
            return Signal.UNLAWFUL
        left = [limit - used] if used is not None and limit is not None else []
        if self.due_on is not None:
            left.append(working_days_between(day, self.due_on, calendar))
        if not left:
            return Signal.WAITING
        if min(left) < 0:
            return Signal.OVER
        return Signal.SOON if min(left) <= SOON_DAYS else Signal.RUNNING
