"""Half a year of progress reports: percents that follow the plan as the project's fate lets them, in plain words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from geo.demo.calendar import WEEKS_OF_REPORTS
from geo.demo.names import FAMILIES
from geo.demo.narratives import next_step, step_of, tell_progress
from geo.records import ReportRecord
from geo.status.plan import year_plan

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from random import Random

    from geo.demo.plans import Drawn, Planner
    from geo.demo.stories import Story

A_WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Subject:
    """Whose reports these are."""

    project: str
    category: str
    total_yuan: int
    period: str = "week"
    site: str | None = None


@dataclass(frozen=True)
class Period:
    """A reporting period, both days included."""

    kind: str
    first_on: date
    last_on: date


def make_reports(
    random: Random, planner: Planner, subject: Subject, story: Story, plans: Sequence[Drawn]
) -> list[ReportRecord]:
    """The reports of a project or site, oldest first; none before its start or without one."""
    if story.started_on is None or story.fate == "no_reports":
        return []
    periods = list(_periods(random, planner.anchor, subject.period, story))
    if not periods:
        return []
    percents = _percents(random, story, plans, [period.last_on for period in periods])
    invested = _invested(random, planner, subject, story, plans, periods, percents)
    reporter, checker = (f"{random.choice(FAMILIES).zh}某" for _ in range(2))
    scale = random.uniform(0.5, 1.5)
    records = []
    before = invested[0]
    for index, (period, percent, done) in enumerate(zip(periods, percents, invested, strict=True)):
        latest = index == len(periods) - 1
        step = step_of(subject.category, percent)
        paused = not planner.time.between(period.first_on, period.last_on)
        idle = story.suspended_on is not None and story.suspended_on <= period.first_on
        records.append(
            ReportRecord(
                project=subject.project,
                site=subject.site,
                period=period.kind,
                first_on=period.first_on,
                last_on=period.last_on,
                narrative=tell_progress(
                    random, subject.category, percent, scale, paused=paused, idle=idle
                ),
                step=step,
                percent=percent,
                percent_source="形象进度折算",
                invested_in_period_yuan=done - before,
                invested_to_date_yuan=done,
                next_step=next_step(subject.category, percent),
                reporter=reporter,
                checker=checker,
                reported_on=period.last_on,
                verification=_verification(random, latest=latest),
                origin="代录" if random.random() < 0.06 else "填报",
            )
        )
        before = done
    return records


def _verification(random: Random, *, latest: bool) -> str:
    drawn = random.random()
    if drawn < 0.01:
        return "contradicted"
    return "self_reported" if drawn < (0.2 if latest else 0.3) else "verified"


def _periods(random: Random, anchor: date, kind: str, story: Story) -> Iterator[Period]:
    """The periods to report on, up to the last whole one before the anchor, with the end of the year before."""
    started_on = story.started_on or anchor
    last_on = min(anchor, story.completed_on + A_WEEK if story.completed_on else anchor)
    if story.standing_from is not None:
        last_on = min(last_on, story.standing_from)
    if story.fate == "late_reports":
        last_on -= random.randint(2, 6) * A_WEEK
    elif story.fate == "silent":
        last_on -= random.randint(10, 14) * A_WEEK
    first_on = anchor - WEEKS_OF_REPORTS * A_WEEK
    new_year = date(anchor.year, 1, 1)
    if started_on < new_year - timedelta(days=31) and first_on + A_WEEK > new_year:
        yield Period("month", date(anchor.year - 1, 12, 1), date(anchor.year - 1, 12, 31))
    if kind == "week":
        listed: Iterable[Period] = (
            Period("week", first_on + n * A_WEEK, first_on + (n + 1) * A_WEEK - timedelta(1))
            for n in range(WEEKS_OF_REPORTS)
        )
    else:
        listed = _long_periods(first_on, anchor, kind)
    for period in listed:
        if period.last_on >= started_on and period.last_on < last_on:
            yield period


def _long_periods(first_on: date, anchor: date, kind: str) -> list[Period]:
    """Whole months, or thirds of months, between two days."""
    found = []
    month = first_on.replace(day=1)
    while month < anchor:
        following = (month + timedelta(days=32)).replace(day=1)
        cuts = [1] if kind == "month" else [1, 11, 21]
        starts = [month.replace(day=cut) for cut in cuts]
        for start, until in zip(starts, [*starts[1:], following], strict=True):
            if start >= first_on and until <= anchor:
                found.append(Period(kind, start, until - timedelta(days=1)))
        month = following
    return found


def _percents(
    random: Random, story: Story, plans: Sequence[Drawn], days: Sequence[date]
) -> list[float]:
    """Percent reached on each day: never falling, as far from the plan as the fate says, 100 only when completed."""
    if not plans:
        start = random.uniform(8, 55)
        return [round(min(96.0, start + 1.1 * index)) for index in range(len(days))]
    line = plans[-1].line
    planned = line.percent_on(days[-1])
    ceiling = _ceiling(random, story, planned)
    wobble, drift = random.uniform(0.2, 1.3), random.uniform(-1.6, 2.2)
    if story.completed_on is not None:
        drift = random.uniform(-2.0, 1.0)
    reached = 0.0
    percents = []
    for day in days:
        if story.completed_on is not None and day >= story.completed_on:
            percents.append(100.0)
            continue
        on_plan = line.percent_on(day) - drift - random.uniform(0, wobble)
        if story.suspended_on is not None and day > story.suspended_on:
            on_plan = reached
        reached = max(reached, min(on_plan, ceiling, 99.0))
        percents.append(round(max(0.5, reached), 1))
    if story.fate.startswith("slow_"):
        percents[-1] = round(ceiling, 1)
    return percents


def _ceiling(random: Random, story: Story, planned: float) -> float:
    """How far a project has come at most: one that is slow stands still below its plan."""
    if story.fate == "slow_yellow":
        return planned - min(27.0, random.uniform(0.24, 0.36) * planned)
    if story.fate == "slow_red":
        return planned - max(14.0, random.uniform(0.45, 0.62) * planned)
    if story.fate == "finish_yellow":
        return random.uniform(92.0, 98.0)
    if story.fate == "finish_red":
        return random.uniform(82.0, 95.0)
    return 99.0


def _invested(  # noqa: PLR0913, PLR0917  what an investment is made of
    random: Random,
    planner: Planner,
    subject: Subject,
    story: Story,
    plans: Sequence[Drawn],
    periods: Sequence[Period],
    percents: Sequence[float],
) -> list[int]:
    """Yuan invested to date at each report: the year's plan times a factor, on top of what the years before left."""
    if not plans:
        return [_round(subject.total_yuan * percent / 100) for percent in percents]
    factor = {
        "invest_yellow": random.uniform(0.64, 0.76),
        "invest_red": random.uniform(0.3, 0.5),
    }.get(story.fate, random.uniform(0.93, 1.04))
    plan = plans[-1].version
    started_on = story.started_on or planner.anchor
    base: float | None = None
    year = 0
    done: list[int] = []
    for period, percent in zip(periods, percents, strict=True):
        if period.last_on.year != year:
            year = period.last_on.year
            before = (
                plans[-1].line.percent_on(date(year - 1, 12, 31)) if started_on.year < year else 0.0
            )
            base = done[-1] if done else subject.total_yuan * before / 100
        of_year = year_plan(plan, year, started_on, planner.work_days)
        if of_year is None:
            total = subject.total_yuan * percent / 100
        else:
            # Work that stands still costs nothing more: no day counts after a suspension began.
            until = min(period.last_on, story.suspended_on or period.last_on)
            total = (base or 0.0) + factor * of_year.yuan_by(until)
        done.append(max(done[-1] if done else 0, _round(min(total, subject.total_yuan * 1.02))))
    return done


def _round(yuan: float) -> int:
    return round(yuan / 10_000) * 10_000
