"""How each project of the demo fares: one fate each, and from it the days of its story, told from the anchor."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

from geo.demo.calendar import month_end
from geo.records import Day

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from geo.demo.plane import Plane
    from geo.demo.projects import Scheme

FATES: dict[str, int] = {
    # not started, twenty-two together
    "start_red": 5,
    "start_yellow": 4,
    "soon": 5,
    "later": 8,
    # by document
    "postponed_new": 2,
    "postponed": 1,
    "moved_out": 1,
    "ended": 2,
    "finished": 34,
    "paused": 4,
    "suspended": 3,
    # under construction and not well
    "slow_yellow": 18,
    "slow_red": 6,
    "finish_yellow": 4,
    "finish_red": 4,
    "milestone_yellow": 6,
    "milestone_red": 3,
    "invest_yellow": 5,
    "invest_red": 2,
    "blocker_yellow": 8,
    "blocker_red": 7,
    # under construction and not fully told
    "no_plan": 4,
    "no_reports": 3,
    "late_reports": 6,
    "silent": 2,
}
"""How many projects fare how; all others are under construction and on plan ("good")."""

NOT_STARTED = frozenset({"start_red", "start_yellow", "soon", "later", "postponed_new"})
BY_DOCUMENT = {
    "postponed_new": "postponed",
    "postponed": "postponed",
    "moved_out": "moved_out",
    "ended": "ended",
}


@dataclass(frozen=True)
class Version:
    """A plan version before its months: when it begins and ends, and since when it is in force."""

    number: int
    start: Day
    finish: Day
    in_force_from: date | None = None
    document: str | None = None


@dataclass
class Story:
    """The days of one project, or of a site that has its own."""

    fate: str
    versions: list[Version] = field(default_factory=list)
    started_on: date | None = None
    completed_on: date | None = None
    accepted_on: date | None = None
    in_use_on: date | None = None
    in_production_on: date | None = None
    at_capacity_on: date | None = None
    suspended_on: date | None = None
    standing: str | None = None
    standing_document: str | None = None
    standing_from: date | None = None

    @property
    def plan(self) -> Version | None:
        """The newest plan version."""
        return self.versions[-1] if self.versions else None


def assign_fates(plane: Plane, schemes: Sequence[Scheme]) -> dict[str, str]:
    """Fates by project code. Bundles go well or slowly; the rest is shuffled."""
    random = plane.random("fates")
    codes = [scheme.code for scheme in schemes if not scheme.is_bundle]
    random.shuffle(codes)
    fates = {scheme.code: "good" for scheme in schemes}
    drawn = [fate for fate, count in FATES.items() for _ in range(count)]
    fates |= dict(zip(codes, drawn, strict=False))
    return fates


def tell(random: Random, fate: str, days: int, anchor: date, *, industrial: bool) -> Story:
    """The story of a project that takes `days` days and fares by `fate`."""
    story = Story(fate)
    start_on, finish_on = _planned_days(random, fate, days, anchor)
    if fate not in NOT_STARTED:
        story.started_on = start_on + timedelta(random.randint(-6, 9))
    if fate == "finished":
        _finish(random, story, finish_on, anchor, industrial=industrial)
    if fate in {"paused", "suspended"}:
        story.suspended_on = anchor - timedelta(random.randint(18, 85))
    if fate in BY_DOCUMENT:
        story.standing = BY_DOCUMENT[fate]
        story.standing_from = anchor - timedelta(random.randint(12, 90))
        story.standing_document = _document(random, story.standing_from)
    if fate != "no_plan":
        story.versions = _versions(random, fate, start_on, finish_on, anchor)
    return story


def tell_bundle(parts: Sequence[Story], anchor: date) -> Story:
    """The story of a bundle: it begins with the first of its sub-projects and ends with the last."""
    plans = [story.plan for story in parts if story.plan is not None]
    start_on = min(plan.start.on for plan in plans)
    finish_on = max([anchor + timedelta(30), *(plan.finish.on for plan in plans)])
    started = [story.started_on for story in parts if story.started_on is not None]
    return Story("good", [Version(0, Day(start_on), Day(finish_on))], started_on=min(started))


def _planned_days(random: Random, fate: str, days: int, anchor: date) -> tuple[date, date]:
    """Planned start and finish, by what the fate says of today."""

    def day(first: int, last: int) -> date:
        return anchor + timedelta(random.randint(first, last))

    starts = {
        "start_red": (-120, -38),
        "start_yellow": (-20, -3),
        "soon": (9, 27),
        "later": (40, 170),
        "postponed_new": (-90, -30),
    }
    finishes = {
        "finish_yellow": (-20, -3),
        "finish_red": (-110, -42),
        "finished": (-250, 10),
    }
    if fate in starts:
        start_on = day(*starts[fate])
        return start_on, start_on + timedelta(days)
    if fate in finishes:
        finish_on = day(*finishes[fate])
        return finish_on - timedelta(days), finish_on
    shares = {
        "slow_yellow": (0.5, 0.85),
        "slow_red": (0.45, 0.8),
        "milestone_yellow": (0.4, 0.75),
        "milestone_red": (0.45, 0.8),
        "invest_yellow": (0.5, 0.85),
        "invest_red": (0.5, 0.85),
        "silent": (0.55, 0.8),
        "late_reports": (0.35, 0.8),
        "suspended": (0.35, 0.7),
        "paused": (0.35, 0.7),
    }
    share = random.uniform(*shares.get(fate, (0.08, 0.92)))
    start_on = anchor - timedelta(max(24, round(share * days)))
    finish_on = max(start_on + timedelta(days), anchor + timedelta(random.randint(14, 40)))
    return start_on, finish_on


def _finish(
    random: Random, story: Story, finish_on: date, anchor: date, *, industrial: bool
) -> None:
    """Completion near the planned finish, then acceptance, use, production; nothing after the anchor."""

    def later(day: date | None, first: int, last: int) -> date | None:
        if day is None:
            return None
        found = day + timedelta(random.randint(first, last))
        return found if found < anchor else None

    story.completed_on = min(finish_on + timedelta(random.randint(-20, 12)), anchor - timedelta(4))
    story.accepted_on = later(story.completed_on, 10, 45)
    if industrial:
        story.in_production_on = later(story.accepted_on, 5, 40)
        story.at_capacity_on = later(story.in_production_on, 60, 120)
    else:
        story.in_use_on = later(story.accepted_on, 3, 40)


def _versions(
    random: Random, fate: str, start_on: date, finish_on: date, anchor: date
) -> list[Version]:
    """The first plan, and before it those that an approved change has replaced."""
    tentative = fate in {"soon", "later"} and random.random() < 0.3
    month = random.random() < 0.5 and not fate.startswith("finish_")
    newest_finish = Day(month_end(finish_on), "month") if month else Day(finish_on)
    versions = [Version(0, Day(start_on, tentative=tentative), newest_finish)]
    changes = 0
    if fate in {"good", "slow_yellow", "start_red", "later", "blocker_yellow"}:
        drawn = random.random()
        changes = 2 if drawn < 0.04 else 1 if drawn < 0.24 else 0
    decided_on = anchor - timedelta(random.randint(14, 60))
    if fate not in NOT_STARTED:
        # The start slipped, and with it the plan was changed.
        decided_on = min(decided_on, start_on + timedelta(random.randint(4, 20)))
    for _ in range(changes):
        newest = versions[0]
        days = (newest.finish.on - newest.start.on).days
        moved = (
            timedelta(random.randint(30, 95)) if days > 240 else timedelta(random.randint(12, 30))
        )
        early = timedelta(random.randint(0, 25) if fate in NOT_STARTED else random.randint(20, 75))
        older = Version(0, Day(newest.start.on - early), Day(newest.finish.on - moved))
        versions[0] = Version(
            0, newest.start, newest.finish, decided_on, _document(random, decided_on)
        )
        versions.insert(0, older)
        decided_on -= timedelta(random.randint(45, 120))
    return [
        Version(number, one.start, one.finish, one.in_force_from, one.document)
        for number, one in enumerate(versions)
    ]


def _document(random: Random, day: date) -> str:
    return f"安城建指〔{day.year}〕{random.randint(1, 96)}号"
