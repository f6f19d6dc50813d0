"""Reporting periods: which days a report of a week, ten days or a month covers, and which one is due."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from typing import NamedTuple

from geo.status import ReportPeriod


class Period(NamedTuple):
    """The first and last day of a period, both included."""

    first_on: date
    last_on: date


def period_of(kind: ReportPeriod, day: date) -> Period:
    """The period in which `day` lies: Monday to Sunday, 旬 (1–10, 11–20, 21–end), or the month."""
    if kind is ReportPeriod.WEEK:
        monday = day - timedelta(days=day.isoweekday() - 1)
        return Period(monday, monday + timedelta(days=6))
    last = day.replace(day=monthrange(day.year, day.month)[1])
    if kind is ReportPeriod.MONTH:
        return Period(day.replace(day=1), last)
    start = min((day.day - 1) // 10, 2) * 10 + 1
    return Period(day.replace(day=start), last if start == 21 else day.replace(day=start + 9))  # noqa: PLR2004  下旬


def due_period(kind: ReportPeriod, today: date, reported_until: date | None) -> Period:
    """The period a report is due for: the one before, until it is reported or the present one is half over."""
    present = period_of(kind, today)
    before = period_of(kind, present.first_on - timedelta(days=1))
    half = (today - present.first_on) * 2 >= present.last_on - present.first_on
    missing = reported_until is None or reported_until < before.first_on
    return before if missing and not half else present
