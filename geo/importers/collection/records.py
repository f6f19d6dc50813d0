"""The rows of a judged sheet as records of the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo.codelists import plain
from geo.records import (
    Batch,
    BlockerRecord,
    Day,
    PlanRecord,
    ProjectRecord,
    ReportRecord,
    Source,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from geo.importers.collection.findings import Row
    from geo.queries.collection_facts import ProjectFacts, RoundFacts

_TOLD = ("percent", "narrative", "invested", "to_date", "next_step")


def make_batch(rows: Iterable[Row], facts: RoundFacts, received_on: date, origin: str) -> Batch:
    """Reports of the round's period, days that came to be known, changed plans and new blockers."""
    batch = Batch()
    for row in rows:
        project = facts.projects[row.project or ""]
        said = row.values
        source = Source(origin, row.number)
        if any(said.get(name) is not None for name in _TOLD):
            batch.reports.append(
                ReportRecord(
                    project=project.code,
                    period=facts.period,
                    first_on=facts.first_on,
                    last_on=facts.last_on,
                    narrative=said.get("narrative"),
                    percent=said.get("percent"),
                    percent_source=None if said.get("percent") is None else "单位填报",
                    invested_in_period_yuan=said.get("invested"),
                    invested_to_date_yuan=said.get("to_date"),
                    next_step=said.get("next_step"),
                    reporter=said.get("reporter"),
                    checker=said.get("checker"),
                    reported_on=received_on,
                    origin=origin,
                    source=source,
                )
            )
        _add_days(batch, project, row, source)
        _add_plan(batch, project, row, received_on, source)
        _add_problem(batch, project, row, facts, source)
    return batch


def _add_days(batch: Batch, project: ProjectFacts, row: Row, source: Source) -> None:
    start, completed = row.values.get("start"), row.values.get("completed")
    start = None if start == project.actual_start_on else start
    completed = None if completed == project.completed_on else completed
    if start is not None or completed is not None:
        batch.projects.append(
            ProjectRecord(
                project.code,
                project.name,
                actual_start_on=start,
                completed_on=completed,
                source=source,
            )
        )


def _add_plan(
    batch: Batch, project: ProjectFacts, row: Row, received_on: date, source: Source
) -> None:
    finish = row.values.get("finish")
    known = project.planned_finish
    if not isinstance(finish, Day) or (known is not None and known.on == finish.on):
        return
    number = 0 if project.plan_number is None else project.plan_number + 1
    batch.plans.append(
        PlanRecord(
            project=project.code,
            number=number,
            in_force_from=received_on if number else None,
            document=row.values.get("document"),
            finish=finish,
            source=source,
        )
    )


def _add_problem(
    batch: Batch, project: ProjectFacts, row: Row, facts: RoundFacts, source: Source
) -> None:
    problem = row.values.get("problem")
    if problem is None or plain(problem) in project.open_problems:
        return
    batch.blockers.append(
        BlockerRecord(
            project=project.code,
            cause=row.values.get("cause") or "other",
            text=problem,
            raised_on=facts.last_on,
            awaited_unit=row.values.get("awaited"),
            source=source,
        )
    )
