"""The demo's plans: months, investments and milestones of each version."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from geo.demo.calendar import WorkTime, month_end, month_key
from geo.records import Day, MilestoneRecord, PlanRecord
from geo.status import PlanVersion
from geo.status.facts import PlannedDay
from geo.status.plan import PlanLine, WorkDays

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from geo.demo.stories import Story, Version
    from geo.records import PauseRecord

MILESTONES = {
    "key": ("场地移交", "基础完成", "主体封顶", "装饰装修完成", "竣工验收"),
    "industry": ("场地平整完成", "厂房主体完成", "设备进场", "单机调试完成", "竣工"),
    "transport": ("征地清表完成", "下部结构完成", "上部结构完成", "路面贯通", "交工验收"),
    "investment": ("土地摘牌", "基础完成", "主体封顶", "设备安装完成", "试运行"),
    "urban": ("围挡进场", "管线迁改完成", "地下管网完成", "主体完工", "竣工验收"),
}
_SHARES = (0.08, 0.32, 0.6, 0.84, 1.0)


@dataclass(frozen=True)
class Drawn:
    """A plan version with its line, for reports to follow."""

    record: PlanRecord
    version: PlanVersion
    line: PlanLine


class Planner:
    """Draws the plans of one demo: it knows when plans stand still."""

    def __init__(self, anchor: date, pauses: Sequence[PauseRecord]) -> None:
        """Take the anchor and the pauses."""
        self.anchor = anchor
        self.time = WorkTime(anchor)
        self.work_days = WorkDays((pause.first_on, pause.last_on) for pause in pauses)

    def draw(  # noqa: PLR0913  what a plan is made of
        self,
        random: Random,
        project: str,
        story: Story,
        total_yuan: int,
        *,
        site: str | None = None,
        coarse: bool = False,
    ) -> list[Drawn]:
        """All versions of a story's plan. A `coarse` one has no months: only its days and the year's investment."""
        early = random.uniform(0.3, 0.5)
        drawn = []
        for version in story.versions:
            curve = {} if coarse else self._percents(version, early)
            start, finish = version.start, version.finish
            begun_on = story.started_on or start.on
            plan = PlanVersion(
                start=PlannedDay(start.on),
                finish=PlannedDay(finish.on),
                percents=tuple((_first(month), percent) for month, percent in curve.items()),
                number=version.number,
                in_force_from=version.in_force_from,
            )
            line = PlanLine(plan, begun_on, self.work_days)
            months, years = self._investments(version, line, total_yuan)
            record = PlanRecord(
                project=project,
                site=site,
                number=version.number,
                in_force_from=version.in_force_from,
                document=version.document,
                start=start,
                finish=finish,
                percents=curve,
                investments={} if coarse else months,
                year_investments=years,
            )
            complete = PlanVersion(
                start=plan.start,
                finish=plan.finish,
                percents=plan.percents,
                investments=tuple(
                    (_first(month), yuan) for month, yuan in record.investments.items()
                ),
                year_investments=tuple(years.items()),
                number=plan.number,
                in_force_from=plan.in_force_from,
            )
            drawn.append(Drawn(record, complete, line))
        return drawn

    def _percents(self, version: Version, early: float) -> dict[str, float]:
        """Percents by month: slow at first, fast in the middle, slow at the end; nothing in pauses."""
        start_on, finish_on = version.start.on, version.finish.on
        whole = max(1, self.time.between(start_on, finish_on))
        percents = {}
        month = start_on
        while True:
            end_on = month_end(month)
            if end_on >= finish_on:
                percents[month_key(finish_on)] = 100.0
                return percents
            share = self.time.between(start_on, end_on) / whole
            bent = early * share + (1 - early) * (3 * share**2 - 2 * share**3)
            percents[month_key(end_on)] = round(100 * bent, 1)
            month = end_on + timedelta(days=1)

    def _investments(
        self, version: Version, line: PlanLine, total_yuan: int
    ) -> tuple[dict[str, int], dict[int, int]]:
        """Investment by month, and by year of the plan from the year before the anchor's on."""
        months: dict[str, int] = {}
        years: dict[int, int] = {}
        before = 0.0
        month = version.start.on
        while month_end(month) < month_end(version.finish.on) + timedelta(days=1):
            end_on = month_end(month)
            reached = 100.0 if end_on >= version.finish.on else line.percent_on(end_on)
            yuan = round((reached - before) / 100 * total_yuan / 10_000) * 10_000
            before = reached
            month = end_on + timedelta(days=1)
            if end_on.year < self.anchor.year - 1:
                continue
            years[end_on.year] = years.get(end_on.year, 0) + yuan
            if yuan:
                months[month_key(end_on)] = yuan
        return months, {year: yuan for year, yuan in years.items() if yuan}


def _first(month: str) -> date:
    year, number = month.split("-")
    return date(int(year), int(number), 1)


def make_milestones(  # noqa: PLR0913  what a milestone is made of
    random: Random,
    category: str,
    story: Story,
    drawn: Drawn,
    *,
    anchor: date,
    reached_percent: float | None,
    site: str | None = None,
) -> list[MilestoneRecord]:
    """Milestones of the newest plan version, those that are due reached, but for the one that the fate leaves open."""
    plan = drawn.record
    if plan.start is None or plan.finish is None:
        return []
    length = (plan.finish.on - plan.start.on).days
    records = []
    missed = _missed_on(random, story.fate, anchor)
    if missed is not None and not plan.start.on < missed < plan.finish.on:
        missed = None
    days = [plan.start.on + timedelta(round(length * share)) for share in _SHARES]
    if missed is not None:
        nearest = min(range(len(days) - 1), key=lambda index: abs((days[index] - missed).days))
        days[nearest] = missed
    for name, share, due_on in zip(MILESTONES[category], _SHARES, days, strict=True):
        due = plan.finish if share == 1 else Day(due_on)
        percent = 100.0 if share == 1 else float(int(drawn.line.percent_on(due_on)))
        is_missed = missed is not None and due.on == missed
        reached_on = _reached_on(random, story, due.on, anchor)
        passed = due.on <= anchor + timedelta(days=6)
        if passed and not is_missed and story.completed_on is None:
            if story.started_on is None or share == 1:
                reached_on = None
            elif reached_percent is not None and percent > reached_percent:
                continue
        records.append(
            MilestoneRecord(
                project=plan.project,
                name=name,
                due=due,
                site=site,
                plan_number=plan.number,
                percent=percent,
                reached_on=None if is_missed or story.started_on is None else reached_on,
            )
        )
    percents = sorted({record.due.on: record.percent or 0.0 for record in records}.items())
    rising = all(earlier[1] <= later[1] for earlier, later in pairwise(percents))
    return records if rising else []


def _missed_on(random: Random, fate: str, anchor: date) -> date | None:
    if fate == "milestone_yellow":
        return anchor - timedelta(random.randint(3, 20))
    if fate == "milestone_red":
        return anchor - timedelta(random.randint(35, 80))
    return None


def _reached_on(random: Random, story: Story, due_on: date, anchor: date) -> date | None:
    """The day on which a milestone was reached: mostly a little early, now and then late; None when it lies ahead."""
    if due_on > anchor + timedelta(days=6):
        return None
    late = random.randint(1, 9) if random.random() < 0.15 else -random.randint(0, 9)
    reached_on = min(due_on + timedelta(late), anchor - timedelta(days=1))
    if story.completed_on is not None:
        reached_on = min(reached_on, story.completed_on)
    return max(reached_on, story.started_on) if story.started_on else reached_on
