"""The traffic police's board: diversions by permit step, what runs out, emergency repairs owing papers, the agenda."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import text

from geo.queries.cases import CaseFilter, find_cases
from geo.queries.expiring import find_due_diversions

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

    from geo.queries.cases import Case
    from geo.queries.expiring import DueDiversions

NEXT_DAYS = 60
"""Diversions that begin later than this are not on the board yet."""

_BOARD = text(
    """
    select z.id, z.code, coalesce(z.name, j.name, z.code) as name, z.kind, z.permit_step, z.emergency,
      z.approval_number, z.entered_on, coalesce(u.short_name, u.name) as unit, u.name_en as unit_en,
      coalesce(z.actual_start_on, z.planned_start_on) as first_on,
      coalesce(z.extended_until_on, z.approved_until_on, z.planned_finish_on) as last_on
    from jiantu.zone z left join jiantu.unit u on u.id = z.unit_id
    left join jiantu.project_name j on j.id = z.project_id
    where z.state in ('planned', 'confirmed') and z.actual_finish_on is null
      and (z.kind = 'diversion' or z.emergency)
      and z.permit_step is distinct from 'reopened'
    order by first_on nulls last, z.code, z.id
    """
)


@dataclass(frozen=True, slots=True)
class BoardItem:
    """A diversion, or an emergency repair, as the board shows it."""

    id: int
    code: str
    name: str
    kind: str
    permit_step: str | None
    emergency: bool
    approval_number: str | None
    entered_on: date
    unit: str | None
    unit_en: str | None
    first_on: date | None
    last_on: date | None

    def owes_papers(self, today: date) -> bool:
        """Whether it is an emergency repair without its papers, a day after it was entered."""
        begun = self.first_on or self.entered_on
        return self.emergency and self.approval_number is None and begun < today


@dataclass(frozen=True, slots=True)
class Board:
    """Diversions by permit step (None: not applied for), what runs out, and what owes its papers."""

    steps: dict[str | None, list[BoardItem]]
    due: DueDiversions
    owing: list[BoardItem]


@dataclass(frozen=True, slots=True)
class Agenda:
    """What the next meeting (联席会) has to talk about, in this order."""

    on: date
    cases: list[Case]
    overstayed: DueDiversions
    owing: list[BoardItem]
    upcoming: list[BoardItem]
    """Diversions to be reviewed: applied for and not approved, that begin soon."""


def get_board(session: Session, today: date) -> Board:
    """The board as it stands on a day."""
    items = _items(session)
    steps: dict[str | None, list[BoardItem]] = {}
    for item in items:
        if item.kind == "diversion" and _is_near(item, today):
            steps.setdefault(item.permit_step, []).append(item)
    owing = [item for item in items if item.owes_papers(today)]
    return Board(steps, find_due_diversions(session, today), owing)


def get_agenda(session: Session, on: date, today: date) -> Agenda:
    """The agenda of a meeting: cases not settled, what has run out, what owes papers, and what is to be reviewed."""
    cases = [
        case
        for case in find_cases(session, CaseFilter(), today).cases
        if case.state in ("open", "reassess", "answered")
    ]
    items = _items(session)
    upcoming = [
        item
        for item in items
        if item.kind == "diversion"
        and item.permit_step in (None, "applied", "site_visit", "scheme_review")
        and item.first_on is not None
        and item.first_on >= today
        and _is_near(item, on)
    ]
    owing = [item for item in items if item.owes_papers(today)]
    return Agenda(on, cases, find_due_diversions(session, today), owing, upcoming)


def _items(session: Session) -> list[BoardItem]:
    return [BoardItem(**row._mapping) for row in session.execute(_BOARD)]  # noqa: SLF001  SQLAlchemy's own name


def _is_near(item: BoardItem, today: date) -> bool:
    return item.first_on is None or item.first_on <= today + timedelta(days=NEXT_DAYS)
