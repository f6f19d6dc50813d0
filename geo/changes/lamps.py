"""Keeping lamp spans true: rewritten from today on when facts change, extended at midnight, never before today."""

from __future__ import annotations

import gc
import json
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, text

from geo.database.acting import by_engine
from geo.database.moments import BY_THIS_CHANGE, SINCE
from geo.model.city import City
from geo.model.lamps import StatusSpan
from geo.model.projects import Project
from geo.queries.facts import Subject, find_subjects, read_rules
from geo.rules import rules_on
from geo.status import spans

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from sqlalchemy.orm import Session

    from geo.rules import RulesVersion
    from geo.status import Facts, Span

_CHUNK = 500
"""Projects read and written at a time, so that memory stays flat."""

_FURTHEST_BACK_DAYS = 5 * 366
"""While the ledger is open, a project's past is told at most this far back."""

_TOLD = """
    select project, site, daterange(first_on, last_on, '[]') as days, lamp, stage, reasons, marks
    from json_to_recordset(cast(:rows as json))
         as t(project bigint, site bigint, first_on date, last_on date,
              lamp text, stage text, reasons jsonb, marks text[])
"""
"""One JSON text for all rows: half the time of arrays, whose every element is escaped in Python."""
_SAME = """
    s.project_id = t.project and s.site_id is not distinct from t.site and s.days = t.days
    and (s.lamp, s.stage, s.reasons, s.marks) = (t.lamp, t.stage, t.reasons, t.marks)
"""
_END = text(
    """
    update jiantu.status_span set days = daterange(lower(days), :from_on)
    where project_id = any(:projects)
      and days @> cast(:from_on as date) and lower(days) < :from_on
    """
)
_CUT = text(
    f"""
    with t as materialized ({_TOLD})
    delete from jiantu.status_span s
    where project_id = any(:projects) and lower(days) >= :from_on
      and not exists (select from t where {_SAME})
    """  # noqa: S608  built from constants of this module
)
_WRITE = text(
    f"""
    with t as materialized ({_TOLD})
    insert into jiantu.status_span (project_id, site_id, days, lamp, stage, reasons, marks, {SINCE})
    select project, site, days, lamp, stage, reasons, marks, {BY_THIS_CHANGE} from t
    where not exists (select from jiantu.status_span s where s.project_id = any(:projects) and {_SAME})
    """  # noqa: S608  built from constants of this module
)
"""What is told again as it stands is left alone: a row that is written is kept for ever (docs/history.md)."""


_LOCK = 7_401_929
_MANY = 100
"""From so many projects on, a change waits for all others instead of for those of each project."""


def lock_lamps(session: Session, project_ids: Collection[int] | None) -> None:
    """Wait for others that change facts of these projects (all when None), and have them wait until commit.

    Two changes of one project would otherwise each judge it without the other's facts. In a statement of its own, so
    that what is read after it sees what they did. Where the overlaps are locked as well, they are locked first.
    """
    if project_ids is None or len(project_ids) > _MANY:
        session.execute(select(func.pg_advisory_xact_lock(_LOCK)))
        return
    session.execute(select(func.pg_advisory_xact_lock_shared(_LOCK)))
    for project in sorted(project_ids):
        # Of two keys: the lock's own and the project's, whose ids are far below 2^31.
        session.execute(select(func.pg_advisory_xact_lock(_LOCK, project)))


@by_engine
def refresh_lamps(
    session: Session,
    day: date,
    project_ids: Collection[int] | None = None,
    *,
    progress: Callable[[int, int], None] | None = None,
) -> int:
    """Write the spans of these projects (all when None) and their sites from `day` to the forecast's horizon.

    While the city's ledger is open, a project's whole past is told again from its facts; after that, days before
    `day` stay as they are. Returns how many projects were written; `progress` is told (done, of).
    """
    lock_lamps(session, project_ids)
    versions = read_rules(session)
    opening = session.scalar(select(City.ledger_closed_on)) is None
    last_on = day + timedelta(days=rules_on(versions, day).lamp.forecast_days)
    wanted = (
        list(session.scalars(select(Project.id).order_by(Project.id)))
        if project_ids is None
        else sorted(project_ids)
    )
    with collector_paused():
        for start in range(0, len(wanted), _CHUNK):
            chunk = wanted[start : start + _CHUNK]
            subjects = find_subjects(session, chunk)
            rows = list(_rows(subjects, versions, day, last_on, opening=opening))
            _write(session, chunk, None if opening else day, rows)
            if progress:
                progress(min(start + _CHUNK, len(wanted)), len(wanted))
    if wanted:
        raise_revisions(session, ["lamps"])
    return len(wanted)


@by_engine
def extend_lamps(session: Session, day: date) -> int:
    """The roll at midnight (and at a start that missed it): bring every project's spans to the new horizon.

    Today's facts are judged again from `day` on. Projects whose spans already reach the horizon are left alone.
    Returns how many projects were rolled.
    """
    versions = read_rules(session)
    horizon = day + timedelta(days=rules_on(versions, day).lamp.forecast_days)
    reached = (
        select(StatusSpan.project_id, func.max(func.upper(StatusSpan.days)).label("ends_on"))
        .where(StatusSpan.site_id.is_(None))
        .group_by(StatusSpan.project_id)
        .subquery()
    )
    behind = session.scalars(
        select(Project.id)
        .outerjoin(reached, reached.c.project_id == Project.id)
        .where(func.coalesce(reached.c.ends_on, date.min) <= horizon)
    ).all()
    return refresh_lamps(session, day, behind) if behind else 0


@by_engine
def raise_revisions(session: Session, layers: Iterable[str]) -> None:
    """Count up the revision of each layer that staff see; a change's last statement."""
    session.execute(
        text(
            """
            insert into jiantu.revision (audience, layer) values ('staff', :layer)
            on conflict (audience, layer)
            do update set number = revision.number + 1, changed_at = now()
            """
        ),
        [{"layer": layer} for layer in sorted(set(layers))],
    )


@contextmanager
def collector_paused() -> Iterator[None]:
    """Facts and spans are freed by counting; walking them would only cost the collector a fifth of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _first_on(facts: Facts, day: date) -> date:
    """The day from which a project's story is told while the ledger is open: its earliest fact."""
    days = [
        facts.actual_start_on,
        *(plan.in_force_from or plan.known_on for plan in facts.plans),
        *(report.as_of_on for report in facts.reports),
        *(blocker.raised_on for blocker in facts.blockers),
        *(suspension.first_on for suspension in facts.suspensions),
    ]
    earliest = min((found for found in days if found is not None), default=day)
    return max(min(earliest, day), day - timedelta(days=_FURTHEST_BACK_DAYS))


def _rows(
    subjects: Iterable[Subject],
    versions: Sequence[RulesVersion],
    day: date,
    last_on: date,
    *,
    opening: bool,
) -> Iterator[dict[str, Any]]:
    """The rows of spans of each subject. A site without facts of its own is told what its project is: judged once."""
    judged: Facts | None = None
    told: list[dict[str, Any]] = []
    for subject in subjects:
        facts = replace(subject.facts, site_id=None)
        if facts != judged:
            judged = facts
            first_on = _first_on(facts, day) if opening else day
            told = [_row(span) for span in spans(facts, versions, first_on, last_on)]
        for row in told:
            yield {"project": subject.project_id, "site": subject.site_id, **row}


def _row(span: Span) -> dict[str, Any]:
    return {
        "first_on": span.first_on.isoformat(),
        "last_on": span.last_on.isoformat(),
        "lamp": span.lamp.value,
        "stage": span.stage.value,
        "reasons": [reason.to_json() for reason in span.reasons],
        "marks": sorted(mark.value for mark in span.marks),
    }


def _write(
    session: Session, project_ids: list[int], from_on: date | None, rows: list[dict[str, Any]]
) -> None:
    """Have the projects' spans say this from `from_on` on (None: altogether)."""
    since = from_on or date(1, 1, 1)
    if from_on is not None:
        session.execute(_END, {"projects": project_ids, "from_on": since})
    told = {"projects": project_ids, "rows": json.dumps(rows, ensure_ascii=False)}
    session.execute(_CUT, told | {"from_on": since})
    session.execute(_WRITE, told)
