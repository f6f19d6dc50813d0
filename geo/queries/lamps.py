"""Reading lamps: a day's board, a project's status, the year's trend. Range lookups over spans, nothing computed."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import case, func, select, text

from geo.model.lamps import StatusSpan
from geo.model.projects import Project
from geo.model.records import Blocker
from geo.model.units import Unit
from geo.queries.facts import read_rules
from geo.rules import rules_on
from geo.status import Lamp, Mark, Reason, Span, Stage, Standing, marks_on

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

_SOON_DAYS = 30
"""How far ahead the board looks for lamps that turn red."""

_TURNED_RED_SHOWN = 12
"""So many of the projects that became red last; no wall has room for more."""


_STATUSES = text(
    """
    select lamp, stage, marks, days @> cast(:day as date) as now,
      site_id is null and days @> cast(:day as date) and reasons @> '[{"aspect": "start"}]' as late,
      case when 'ruled' = any(marks) then reasons -> 0 -> 'anchors' ->> 'computed' else lamp end as computed,
      array_agg(project_id) filter (where site_id is null), array_agg(site_id) filter (where site_id is not null)
    from jiantu.status_span
    where days && daterange(:day, :soon, '[]') and (days @> cast(:day as date) or lamp = 'red' and site_id is null)
    group by 1, 2, 3, 4, 5, 6 order by 1, 2, 3, 4, 5, 6
    """
)
"""The day's statuses and what is red soon, in one pass. Few statuses are shared by many: one row for each, so that a
large city's day costs no more than its ids."""


def get_lamp_board(session: Session, day: date, today: date) -> dict[str, Any]:
    """Every project's and site's lamp on `day`, with the city's counts. Days after `today` are a forecast."""
    hidden = {mark.value for mark in (Mark.NOT_REPORTED, Mark.HOLLOW)} if day > today else set()
    projects: dict[int, list[Any]] = {}
    sites: dict[int, list[Any]] = {}
    late: set[int] = set()
    by_computation: dict[int, str] = {}
    red: set[int] = set()
    soon: set[int] = set()
    asked = {"day": day, "soon": day + timedelta(days=_SOON_DAYS)}
    for lamp, stage, marks, now, is_late, computed, of_projects, of_sites in session.execute(
        _STATUSES, asked
    ):
        if lamp == Lamp.RED:
            (red if now else soon).update(of_projects or ())
        if now:
            entry = [lamp, stage, [mark for mark in marks if mark not in hidden]]
            projects |= dict.fromkeys(of_projects or (), entry)
            sites |= dict.fromkeys(of_sites or (), entry)
            by_computation |= dict.fromkeys(of_projects or (), computed)
        if is_late:
            late.update(of_projects or ())
    counting = _counting(session, day)
    late &= counting
    return {
        "day": day.isoformat(),
        "today": today.isoformat(),
        "forecast": day > today,
        "counts": _count(lamp for key, (lamp, *_) in projects.items() if key in counting),
        "computed_counts": _count(lamp for key, lamp in by_computation.items() if key in counting),
        "ruled": sum(
            Mark.RULED in marks for key, (*_, marks) in projects.items() if key in counting
        ),
        "site_counts": _count(lamp for lamp, *_ in sites.values()),
        "projects_counted": sum(key in counting for key in projects),
        "not_started": sum(
            stage == Stage.NOT_STARTED for key, (_, stage, _) in projects.items() if key in counting
        ),
        "overdue_start": len(late),
        **_count_blockers(session, day),
        "turning_red_30": len((soon - red) & counting),
        "sites": dict(sorted(sites.items())),
        "projects": dict(sorted(projects.items())),
        "turned_red": _find_turned_red(session, day, red & counting),
        "late_starts": sorted(late),
        **_list_open_blockers(session, day),
    }


def _count(lamps: Iterable[str]) -> dict[str, int]:
    return {lamp.value: 0 for lamp in Lamp} | Counter(lamps)


def _counting(session: Session, day: date) -> set[int]:
    """Projects that count in rates: not those postponed, moved out or ended by a document by then."""
    return set(
        session.scalars(
            select(Project.id).where(
                (Project.standing == Standing.ACTIVE) | (Project.standing_from > day)
            )
        )
    )


def _find_turned_red(session: Session, day: date, red: set[int]) -> list[tuple[int, str]]:
    """Those of these projects, red on the day, that became so last, as id and day since when, the latest first."""
    found = session.execute(
        text(
            """
            select project_id, to_char(lower(run), 'YYYY-MM-DD')
            from (select project_id, unnest(range_agg(days)) as run from jiantu.status_span
              where lamp = 'red' and site_id is null and project_id = any(:red)
              group by project_id) as runs
            where run @> cast(:day as date)
            order by lower(run) desc, project_id
            limit :most
            """
        ),
        {"day": day, "red": sorted(red), "most": _TURNED_RED_SHOWN},
    )
    return [(project_id, since) for project_id, since in found]


def _list_open_blockers(session: Session, day: date) -> dict[str, Any]:
    """What blockers open on the day are about, for filters: project id → [causes, awaited units], and the units.

    Units go by their short names, as lead units do in the list of projects; `awaited_units` gives their English names.
    """
    found = session.execute(
        select(
            Blocker.project_id,
            Blocker.cause,
            func.coalesce(Unit.short_name, Unit.name),
            Unit.name_en,
        )
        .outerjoin(Unit, Unit.id == Blocker.awaited_unit_id)
        .where(*_open_on(day))
        .distinct()
    )
    causes: defaultdict[int, set[str]] = defaultdict(set)
    awaited: defaultdict[int, set[str]] = defaultdict(set)
    units: dict[str, str | None] = {}
    for project_id, cause, unit, unit_en in found:
        causes[project_id].add(cause)
        if unit is not None:
            awaited[project_id].add(unit)
            units[unit] = unit_en
    return {
        "blockers": {key: [sorted(causes[key]), sorted(awaited[key])] for key in sorted(causes)},
        "awaited_units": dict(sorted(units.items())),
    }


def _open_on(day: date) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return (Blocker.raised_on <= day, func.coalesce(Blocker.resolved_on, date.max) > day)


def _count_blockers(session: Session, day: date) -> dict[str, int]:
    """Open blockers on the day, and how many of them stand for a yellow or red card by being overdue."""
    rules = rules_on(read_rules(session), day)
    due_on = func.coalesce(Blocker.due_on, Blocker.raised_on + rules.lamp.blocker.due_after_days)
    overdue = case((due_on < day, day - due_on), else_=0)
    is_red = overdue >= rules.cards.red_from_days
    is_yellow = (overdue >= rules.cards.yellow_from_days) & ~is_red
    row = session.execute(
        select(
            func.count(),
            func.count().filter(is_red),
            func.count().filter(is_yellow),
        ).where(*_open_on(day))
    ).one()
    return {"open_blockers": row[0], "red_cards": row[1], "yellow_cards": row[2]}


def get_trend(session: Session, first_on: date, last_on: date) -> dict[str, Any]:
    """How many counting projects had each lamp on each day from `first_on` to `last_on`, both included.

    Spans are counted in where they begin and out where they end (or the project stops counting), so that a year
    costs one pass over the spans and not one for each day.
    """
    found = session.execute(
        text(
            """
            select s.lamp, greatest(lower(s.days), :first_on) as from_on,
              least(upper(s.days), cast(:last_on as date) + 1,
                case when p.standing <> 'active' then p.standing_from end) as until_on, count(*)
            from jiantu.status_span s join jiantu.project p on p.id = s.project_id
            where s.site_id is null and s.days && daterange(:first_on, :last_on, '[]')
            group by 1, 2, 3
            """
        ),
        {"first_on": first_on, "last_on": last_on},
    )
    steps: dict[date, Counter[str]] = {}
    for lamp, from_on, until_on, number in found:
        if from_on < until_on:
            steps.setdefault(from_on, Counter())[lamp] += number
            steps.setdefault(until_on, Counter())[lamp] -= number
    days = []
    present = dict.fromkeys((lamp.value for lamp in Lamp), 0)
    for place in range((last_on - first_on).days + 1):
        day = first_on + timedelta(days=place)
        for lamp, number in steps.get(day, {}).items():
            present[lamp] += number
        if any(present.values()):
            days.append({"day": day.isoformat()} | present)
    return {"days": days}


def find_status(
    session: Session, project_id: int, day: date, today: date
) -> dict[int | None, tuple[Lamp, Stage, tuple[Reason, ...], list[Mark]]]:
    """The status of a project (key None) and of each of its sites (key: zone id) on a day."""
    rows = session.scalars(
        select(StatusSpan).where(StatusSpan.project_id == project_id, StatusSpan.days.contains(day))
    )
    found = {}
    for row in rows:
        span = Span(
            day,
            day,
            row.lamp,
            row.stage,
            tuple(Reason.from_json(reason) for reason in row.reasons),
            frozenset(Mark(mark) for mark in row.marks),
        )
        marks = sorted(marks_on(span, day, today), key=list(Mark).index)
        found[row.site_id] = (span.lamp, span.stage, span.reasons, marks)
    return found
