"""What a round's sheets are filled from and judged by: each project's last report, plan and dates, and all names."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from sqlalchemy import select, text

from geo.codelists import plain
from geo.errors import NotFoundError
from geo.model.codes import Cause
from geo.model.collection import CollectionRound, NameAlias
from geo.model.projects import Project
from geo.model.units import Unit
from geo.records import Day

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class LastReport:
    """The newest report of a project before the round's period."""

    last_on: date
    percent: float | None = None
    narrative: str | None = None
    to_date_yuan: int | None = None
    next_step: str | None = None
    reporter: str | None = None
    checker: str | None = None


@dataclass(frozen=True, slots=True)
class ProjectFacts:
    """A project as a sheet shows it. `active`: it counts, and is not finished."""

    id: int
    code: str
    name: str
    unit_id: int | None = None
    active: bool = True
    actual_start_on: date | None = None
    completed_on: date | None = None
    planned_start: Day | None = None
    planned_finish: Day | None = None
    plan_number: int | None = None
    total_yuan: int | None = None
    last: LastReport | None = None
    open_problems: frozenset[str] = frozenset()
    """Texts of open blockers, in the form for comparing."""


@dataclass(slots=True)
class OwnNames:
    """Names that a unit confirmed for its own sheets: of projects by code, of units by id."""

    projects: dict[str, str] = field(default_factory=dict)
    units: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RoundFacts:
    """A round and all that its sheets are measured with. Names are in the form for comparing (`plain`)."""

    id: int
    period: str
    first_on: date
    last_on: date
    due_at: datetime
    salt: str
    projects: Mapping[str, ProjectFacts] = field(default_factory=dict)
    """By code."""
    units: Mapping[int, str] = field(default_factory=dict)
    unit_names: Mapping[str, int] = field(default_factory=dict)
    project_aliases: Mapping[str, str] = field(default_factory=dict)
    """Confirmed name → code."""
    unit_aliases: Mapping[str, int] = field(default_factory=dict)
    own_names: Mapping[int, OwnNames] = field(default_factory=dict)
    """What a unit has confirmed, which holds for its own sheets, by the unit's id."""
    causes: Mapping[str, str] = field(default_factory=dict)
    """Name, English name, code or synonym → code."""
    cause_names: tuple[str, ...] = ()

    def of_unit(self, unit_id: int) -> RoundFacts:
        """The same as a unit's own sheets are measured with: names that it confirmed go before those for all."""
        own = self.own_names.get(unit_id)
        if own is None:
            return self
        return replace(
            self,
            project_aliases={**self.project_aliases, **own.projects},
            unit_aliases={**self.unit_aliases, **own.units},
        )


_PROJECTS = text(
    """
    with last as (
      select distinct on (project_id) project_id, last_on, coalesce(percent, step_percent) as percent,
        narrative, invested_to_date_yuan, next_step, reporter, checker
      from jiantu.progress_report
      where site_id is null and last_on < :first_on
      order by project_id, last_on desc, first_on desc, revision desc
    ), plan as (
      select distinct on (project_id) project_id, number, start_on, start_precision, start_tentative,
        finish_on, finish_precision, finish_tentative
      from jiantu.plan_version
      where site_id is null and (number = 0 or in_force_from <= :last_on)
      order by project_id, number desc
    ), problems as (
      select project_id, array_agg(text) as texts from jiantu.blocker where resolved_on is null group by project_id
    )
    select p.id, p.code, p.name, p.lead_unit_id, p.actual_start_on, p.completed_on, p.total_investment_yuan,
      p.standing = 'active' and p.completed_on is null and p.accepted_on is null and p.in_use_on is null as active,
      plan.number, plan.start_on, plan.start_precision, plan.start_tentative,
      plan.finish_on, plan.finish_precision, plan.finish_tentative,
      last.last_on, last.percent, last.narrative, last.invested_to_date_yuan, last.next_step, last.reporter,
      last.checker, problems.texts
    from jiantu.project p
    left join last on last.project_id = p.id
    left join plan on plan.project_id = p.id
    left join problems on problems.project_id = p.id
    order by p.code
    """
)


_NAMES = text("select id, code, name, lead_unit_id from jiantu.project_name order by code")


def read_round_facts(session: Session, round_id: int) -> RoundFacts:
    """Everything about a round's projects and names; raises `NotFoundError`."""
    found = session.get(CollectionRound, round_id)
    if found is None:
        message = f"no round {round_id}"
        raise NotFoundError(message)
    projects = _read_projects(session, found.first_on, found.last_on)
    for row in session.execute(_NAMES):
        # Whoever sees only some projects knows of the others what they are called and whose they are.
        projects.setdefault(row.code, ProjectFacts(row.id, row.code, row.name, row.lead_unit_id))
    units = session.execute(
        select(Unit.id, Unit.name, Unit.short_name, Unit.aliases).order_by(Unit.id)
    ).all()
    names = {
        plain(word): unit_id
        for unit_id, _, short, aliases in units
        for word in (*aliases, short)
        if word
    }
    names |= {plain(name): unit_id for unit_id, name, *_ in units}
    codes = {one.id: one.code for one in projects.values()}
    project_aliases: dict[str, str] = {}
    unit_aliases: dict[str, int] = {}
    own_names: dict[int, OwnNames] = defaultdict(OwnNames)
    for alias, project_id, unit_id, own in session.execute(
        select(NameAlias.alias, NameAlias.project_id, NameAlias.unit_id, NameAlias.for_unit_id)
    ):
        if project_id is not None:
            kept = project_aliases if own is None else own_names[own].projects
            kept[alias] = codes[project_id]
        elif unit_id is not None:
            (unit_aliases if own is None else own_names[own].units)[alias] = unit_id
    causes = session.scalars(
        select(Cause).where(Cause.retired_on.is_(None)).order_by(Cause.position)
    ).all()
    return RoundFacts(
        id=found.id,
        period=found.period.value,
        first_on=found.first_on,
        last_on=found.last_on,
        due_at=found.due_at,
        salt=found.salt,
        projects=projects,
        units={unit_id: name for unit_id, name, *_ in units},
        unit_names=names,
        project_aliases=project_aliases,
        unit_aliases=unit_aliases,
        own_names=dict(own_names),
        causes={
            plain(word): cause.code
            for cause in causes
            for word in (*cause.synonyms, cause.code, cause.name_en, cause.name)
            if word
        },
        cause_names=tuple(cause.name for cause in causes),
    )


def _read_projects(session: Session, first_on: date, last_on: date) -> dict[str, ProjectFacts]:
    rows = session.execute(_PROJECTS, {"first_on": first_on, "last_on": last_on})
    return {
        row.code: ProjectFacts(
            id=row.id,
            code=row.code,
            name=row.name,
            unit_id=row.lead_unit_id,
            active=row.active,
            actual_start_on=row.actual_start_on,
            completed_on=row.completed_on,
            planned_start=_day(row.start_on, row.start_precision, row.start_tentative),
            planned_finish=_day(row.finish_on, row.finish_precision, row.finish_tentative),
            plan_number=row.number,
            total_yuan=row.total_investment_yuan,
            last=None
            if row.last_on is None
            else LastReport(
                row.last_on,
                None if row.percent is None else float(row.percent),
                row.narrative,
                row.invested_to_date_yuan,
                row.next_step,
                row.reporter,
                row.checker,
            ),
            open_problems=frozenset(map(plain, row.texts or ())),
        )
        for row in rows
    }


def _day(on: date | None, precision: str | None, tentative: bool | None) -> Day | None:  # noqa: FBT001
    return None if on is None else Day(on, precision or "day", bool(tentative))


def list_reporting_units(session: Session) -> list[int]:
    """Units that lead at least one project that counts and is not finished: they owe a sheet."""
    return list(
        session.scalars(
            select(Project.lead_unit_id)
            .where(
                Project.lead_unit_id.is_not(None),
                Project.standing == "active",
                Project.completed_on.is_(None),
                Project.accepted_on.is_(None),
                Project.in_use_on.is_(None),
            )
            .distinct()
            .order_by(Project.lead_unit_id)
        )
    )
