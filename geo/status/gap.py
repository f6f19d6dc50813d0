"""How far a subject is behind its plan, in progress and in the year's investment, as of its latest report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from geo.status.facts import Lamp

if TYPE_CHECKING:
    from datetime import date

    from geo.rules import GapRule

HUNDREDTHS = 100


@dataclass(frozen=True, slots=True)
class Gap:
    """What was planned and what was reached on the day of a report, in hundredths of a percent.

    Whole hundredths, so that a line's rounding error never decides a lamp.
    """

    as_of_on: date
    planned_hundredths: int
    reached_hundredths: int

    @property
    def planned(self) -> float:
        """Percent planned."""
        return self.planned_hundredths / HUNDREDTHS

    @property
    def reached(self) -> float:
        """Percent reached."""
        return self.reached_hundredths / HUNDREDTHS

    @property
    def points(self) -> float:
        """Points behind the plan; negative when ahead of it."""
        return (self.planned_hundredths - self.reached_hundredths) / HUNDREDTHS

    def severity(self, rule: GapRule) -> Lamp:
        """Give the lamp of this gap: green, yellow or red."""
        points, planned, reached = self.points, self.planned_hundredths, self.reached_hundredths
        if points > rule.red_over_points or (
            points >= rule.red_from_points and reached * 100 < rule.red_below_percent * planned
        ):
            return Lamp.RED
        if points > rule.yellow_over_points or (
            points >= rule.yellow_from_points
            and reached * 100 < rule.yellow_below_percent * planned
        ):
            return Lamp.YELLOW
        return Lamp.GREEN


@dataclass(frozen=True, slots=True)
class YearGap:
    """The gap of a year's investment, with the sums it comes from (yuan)."""

    gap: Gap
    year: int
    total_yuan: int
    planned_yuan: int
    done_yuan: int


def gap_between(as_of_on: date, planned_percent: float, reached_percent: float) -> Gap:
    """Give the gap between two percents, each kept to a hundredth."""
    return Gap(as_of_on, round(planned_percent * HUNDREDTHS), round(reached_percent * HUNDREDTHS))
