"""The roll at midnight: what a new day changes by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import text

from geo.changes.lamps import extend_lamps
from geo.changes.map_layers import raise_layers
from geo.changes.overlaps import lock_overlaps, rebuild_overlaps, refresh_overlaps
from geo.changes.quality import keep_counts
from geo.changes.zone_parts import true_up_parts
from geo.queries.facts import read_rules
from geo.rules import rules_on

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session


_WITHOUT_CASES = text(
    """
    select exists (select from jiantu.overlap o where o.severity = 'heavy' and not exists (
      select from jiantu.case_pair c
      where c.zone_a = o.zone_a and c.zone_b = o.zone_b and c.present))
    """
)
"""So it is in a city of an earlier version; since then a pair gets its case when it is found."""


@dataclass(frozen=True, slots=True)
class Rolled:
    """How many projects' lamps were extended, and how many zones changed their days."""

    projects: int
    zones: int


def roll_day(session: Session, day: date) -> Rolled:
    """Bring lamps and pairs to a new day; also at a start that missed midnight, and harmless to repeat.

    Works past their planned finish become open-ended and meet what comes after them. Rules that begin to hold on this
    day are applied to every pair; pairs that are older than cases get theirs. What is doubtful in the records is
    counted for the week.
    """
    lock_overlaps(session)  # before the lamps, as every change does
    versions = read_rules(session)
    zones = true_up_parts(session, day, rules_on(versions, day), None)
    projects = extend_lamps(session, day)
    without_cases = session.scalar(_WITHOUT_CASES)
    if without_cases or any(version.effective_on == day for version in versions):
        rebuild_overlaps(session, day)
    else:
        refresh_overlaps(session, zones, day)
    keep_counts(session, day)
    raise_layers(session, zones)
    return Rolled(projects, len(zones))
