"""The demo's records as the facts that lamps are judged by: what the database makes of them, without a database."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geo.rules import load_rules
from geo.status import (
    Blocker,
    Facts,
    Milestone,
    Pause,
    PlannedDay,
    PlanVersion,
    Report,
    ReportPeriod,
    Standing,
    Status,
    Suspension,
    judge,
)

if TYPE_CHECKING:
    from geo.records import Batch, Day, PlanRecord, ProjectRecord

RULES = load_rules(Path(__file__).parents[2] / "data" / "rules.toml")


def judge_projects(batch: Batch, day: date) -> dict[str, Status]:
    """The status of each project on `day`, control areas left aside."""
    return {code: judge(facts, day, RULES) for code, facts in facts_of(batch).items()}


def facts_of(batch: Batch) -> dict[str, Facts]:
    """The facts of each project by its code."""
    of_project: dict[str, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for kind in ("plans", "milestones", "reports", "blockers", "suspensions"):
        for record in getattr(batch, kind):
            if getattr(record, "site", None) is None or kind == "blockers":
                of_project[record.project][kind].append(record)
    pauses = tuple(Pause(pause.first_on, pause.last_on) for pause in batch.pauses)
    return {
        project.code: _facts(project, of_project[project.code], pauses)
        for project in batch.projects
    }


def _facts(
    project: ProjectRecord, records: dict[str, list[Any]], pauses: tuple[Pause, ...]
) -> Facts:
    return Facts(
        actual_start_on=project.actual_start_on,
        completed_on=project.completed_on,
        accepted_on=project.accepted_on,
        in_use_on=project.in_use_on,
        in_production_on=project.in_production_on,
        at_capacity_on=project.at_capacity_on,
        industrial=project.category == "industry",
        plans=tuple(_plan(plan, records["milestones"]) for plan in records["plans"]),
        reports=tuple(
            Report(
                as_of_on=report.last_on,
                percent=report.percent,
                invested_to_date_yuan=report.invested_to_date_yuan,
                id=number,
            )
            for number, report in enumerate(records["reports"])
        ),
        blockers=tuple(
            Blocker(
                raised_on=blocker.raised_on,
                text=blocker.text,
                due_on=blocker.due_on,
                resolved_on=blocker.resolved_on,
                stops_work=bool(blocker.stops_work),
            )
            for blocker in records["blockers"]
        ),
        suspensions=tuple(
            Suspension(one.first_on, one.last_on, one.approved_on) for one in records["suspensions"]
        ),
        pauses=pauses,
        report_period=ReportPeriod(project.report_period or "week"),
        standing=Standing(project.standing or "active"),
        standing_from=project.standing_from,
    )


def _plan(plan: PlanRecord, milestones: list[Any]) -> PlanVersion:
    return PlanVersion(
        start=_planned(plan.start),
        finish=_planned(plan.finish),
        percents=tuple((_month(month), percent) for month, percent in plan.percents.items()),
        investments=tuple((_month(month), yuan) for month, yuan in plan.investments.items()),
        year_investments=tuple(plan.year_investments.items()),
        milestones=tuple(
            Milestone(one.name, PlannedDay(one.due.on), one.percent, one.reached_on)
            for one in milestones
            if one.plan_number == plan.number
        ),
        number=plan.number,
        in_force_from=plan.in_force_from,
    )


def _planned(day: Day | None) -> PlannedDay | None:
    return None if day is None else PlannedDay(day.on, tentative=day.tentative)


def _month(month: str) -> date:
    year, number = month.split("-")
    return date(int(year), int(number), 1)
