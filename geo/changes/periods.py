"""The days a zone takes up, as far as they are known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import date

    from geo.records import Day


class Dated(Protocol):
    """Anything with a zone's planned and actual days."""

    @property
    def planned_start(self) -> Day | None: ...  # noqa: D102
    @property
    def planned_finish(self) -> Day | None: ...  # noqa: D102
    @property
    def actual_start_on(self) -> date | None: ...  # noqa: D102
    @property
    def actual_finish_on(self) -> date | None: ...  # noqa: D102


def zone_period(zone: Dated, day: date) -> tuple[date, date | None]:
    """First and last day (both included) of a zone, seen from `day`; a last day of None is open-ended.

    From the actual, else planned, start (unknown: from `day`, the day of entry) to the actual, else planned, finish.
    What has begun and is past its planned finish is open-ended: nobody knows when it will end.
    """
    planned_first = zone.planned_start.on if zone.planned_start else None
    planned_last = zone.planned_finish.on if zone.planned_finish else None
    last = zone.actual_finish_on or planned_last
    first = zone.actual_start_on or planned_first
    if first is None:
        first = min(day, last) if last else day
    overdue = (
        zone.actual_start_on is not None
        and zone.actual_finish_on is None
        and planned_last is not None
        and planned_last < day
    )
    if overdue or (last is not None and last < first):
        last = None
    return first, last
