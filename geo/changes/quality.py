"""Keeping the week's count of doubtful records."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert

from geo.model.quality import QualityCount
from geo.queries.quality import count_doubtful
from geo.queries.quality_checks import CHECKS

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session


def keep_counts(session: Session, day: date) -> int:
    """Count anew for the week of `day`; the week's last count stays. A check that finds nothing is kept as 0."""
    week = day - timedelta(days=day.weekday())
    counts = count_doubtful(session, day)
    told = {check for check, _ in counts}
    counts |= {(check.code, None): 0 for check in CHECKS if check.code not in told}
    session.execute(delete(QualityCount).where(QualityCount.week_on == week))
    session.execute(
        insert(QualityCount),
        [
            {"week_on": week, "check": check, "unit_id": unit, "found": found}
            for (check, unit), found in counts.items()
        ],
    )
    return sum(counts.values())
