"""What a changed buffer or other rule of pairs would do: the pairs of tomorrow made by both rules, and undone again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from geo.changes.intake import lock_out_intake
from geo.changes.overlaps import lock_overlaps, rebuild_overlaps
from geo.changes.rules import changed_rules, write_rules
from geo.model.overlaps import Overlap
from geo.model.zones import Zone
from geo.queries.facts import read_rules
from geo.rules import rules_on

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from geo.changes.rules import RuleChange
    from geo.rules import Rules

MOST_ZONES = 20_000
"""In a larger city all pairs are not made twice while others wait: the change is told without figures."""


@dataclass(frozen=True, slots=True)
class PairPreview:
    """Pairs on the first day the change holds; None for each figure in a city that is too large to try it."""

    day: date
    zones: int
    before: int | None = None
    more: int | None = None
    fewer: int | None = None
    other: int | None = None
    """Pairs that stay and become heavy or light, or get other findings."""


def preview_pairs(session: Session, change: RuleChange, today: date) -> PairPreview:
    """How many pairs there would be more and fewer tomorrow; nothing is kept, but others wait while it is tried.

    Raises ChangeRefusedError when the rules would not hold together.
    """
    day = today + timedelta(days=1)
    before = rules_on(read_rules(session), day)
    after = changed_rules(before, change)
    zones = session.scalar(select(func.count()).select_from(Zone)) or 0
    if zones > MOST_ZONES:
        return PairPreview(day, zones)
    lock_out_intake(session)
    lock_overlaps(session)
    was, would = (_pairs_by(session, rules, today) for rules in (before, after))
    both = was.keys() & would.keys()
    return PairPreview(
        day,
        zones,
        len(was),
        len(would.keys() - both),
        len(was.keys() - both),
        sum(was[pair] != would[pair] for pair in both),
    )


def _pairs_by(
    session: Session, rules: Rules, today: date
) -> dict[tuple[int, int], tuple[str, str]]:
    """The pairs of tomorrow by these rules, each with its severity and what was found."""
    savepoint = session.begin_nested()
    try:
        write_rules(session, rules, today, "")
        rebuild_overlaps(session, today + timedelta(days=1))
        rows = session.execute(
            select(Overlap.zone_a, Overlap.zone_b, Overlap.severity, Overlap.findings)
        ).all()
    finally:
        savepoint.rollback()
    return {
        (row.zone_a, row.zone_b): (
            row.severity,
            repr(sorted(str(finding.get("code")) for finding in row.findings)),
        )
        for row in rows
    }
