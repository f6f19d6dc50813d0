"""What is doubtful in the city's records: found by the checks, by unit, and how many there were week by week."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select, text

from geo.model.projects import Project
from geo.model.quality import QualityCount
from geo.model.units import Unit
from geo.queries.quality_checks import CHECKS, WITH

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from sqlalchemy.orm import Session

    from geo.queries.quality_checks import Check

NO_UNIT: tuple[str | None, str | None] = (None, None)
BY_CODE = {check.code: check for check in CHECKS}


@dataclass(frozen=True, slots=True)
class Doubtful:
    """One record that a check found: `code` and `name` of the project (or work), whose it is, and a detail.

    `row_id` is that of the zone or blocker in question, or the project of a site that is to be drawn.
    """

    check: Check
    code: str
    name: str
    name_en: str | None
    unit_id: int | None
    unit: str | None
    unit_en: str | None
    detail: str | None
    row_id: int | None = None


def find_doubtful(
    session: Session, day: date, check: str | None = None, unit_id: int | None = None
) -> list[Doubtful]:
    """Everything doubtful on `day`, check by check; only of one check or unit where they are given."""
    units: dict[int | None, tuple[str | None, str | None]] = {
        key: (name, name_en)
        for key, name, name_en in session.execute(select(Unit.id, Unit.name, Unit.name_en))
    }
    english = {
        (code, name): name_en
        for code, name, name_en in session.execute(
            select(Project.code, Project.name, Project.name_en)
        )
    }
    return [
        Doubtful(
            each,
            code,
            name,
            english.get((code, name)),
            unit,
            *units.get(unit, NO_UNIT),
            detail,
            row_id,
        )
        for each in CHECKS
        if check is None or each.code == check
        for code, name, unit, detail, row_id in _rows(session, each, day)
        if unit_id is None or unit == unit_id
    ]


def _rows(
    session: Session, check: Check, day: date
) -> Iterator[tuple[str, str, int | None, str | None, int | None]]:
    rows = session.execute(text(f"{WITH} {check.sql} order by 1, 2"), {"day": day})
    for row in rows:
        yield row[0], row[1], row[2], row[3], row[4] if len(row) > 4 else None  # noqa: PLR2004


def count_doubtful(session: Session, day: date) -> dict[tuple[str, int | None], int]:
    """How many records each check finds of each unit on `day`."""
    counts: dict[tuple[str, int | None], int] = {}
    for check in CHECKS:
        for _, _, unit, *_ in _rows(session, check, day):
            counts[(check.code, unit)] = counts.get((check.code, unit), 0) + 1
    return counts


def weekly_counts(session: Session, weeks: int = 26) -> list[tuple[date, dict[str, int]]]:
    """Kept counts, oldest week first: Monday → check → records found."""
    found = session.execute(
        select(QualityCount.week_on, QualityCount.check, func.sum(QualityCount.found))
        .where(
            QualityCount.week_on.in_(
                select(QualityCount.week_on)
                .distinct()
                .order_by(QualityCount.week_on.desc())
                .limit(weeks)
            )
        )
        .group_by(QualityCount.week_on, QualityCount.check)
        .order_by(QualityCount.week_on)
    )
    by_week: dict[date, dict[str, int]] = {}
    for week, check, count in found:
        by_week.setdefault(week, {})[check] = int(count)
    return list(by_week.items())
