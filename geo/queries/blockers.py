"""Which blockers may still be taken back by whoever asks, and which of those that were may be brought back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

_FRESH = """
    select b.id from jiantu.blocker b
    where b.project_id = :project and b.known_on = :day
      and not exists (select from jiantu.supervision_order o where o.blocker_id = b.id)
      and not exists (select from jiantu.attachment a where a.blocker_id = b.id)
"""
_OWN = " and b.id = any((select jiantu.my_fresh_blockers())::bigint[])"

_GONE = """
    select t.id, t.version, t.row ->> 'cause' as cause, t.row ->> 'text' as text
    from history.blocker_version t
    where t.op = 'D' and upper_inf(t.valid)
      and cast(t.row ->> 'project_id' as bigint) = :project and t.row ->> 'known_on' = :day
"""
_OWN_GONE = " and t.id = any((select jiantu.my_withdrawn_blockers())::bigint[])"
_TOMBSTONE = text(
    "select row from history.blocker_version where id = :id and op = 'D' and upper_inf(valid)"
)


@dataclass(frozen=True, slots=True)
class WithdrawnBlocker:
    """A blocker that was taken back, with the version of its tombstone."""

    id: int
    version: int
    cause: str
    text: str


def find_withdrawable(
    session: Session, project_id: int, day: date, *, by_command: bool
) -> frozenset[int]:
    """Ids of a project's blockers that were entered on `day` and that nothing hangs on; a unit's: its own alone."""
    wanted = _FRESH if by_command else _FRESH + _OWN
    return frozenset(session.scalars(text(wanted), {"project": project_id, "day": day}))


def find_withdrawn(
    session: Session, project_id: int, day: date, *, by_command: bool
) -> list[WithdrawnBlocker]:
    """A project's blockers that were taken back on `day`; a unit's: those that its own people took back."""
    wanted = text((_GONE if by_command else _GONE + _OWN_GONE) + " order by lower(t.valid) desc")
    found = session.execute(wanted, {"project": project_id, "day": day.isoformat()})
    return [WithdrawnBlocker(*row) for row in found]


def find_tombstone(session: Session, blocker_id: int) -> dict[str, Any] | None:
    """What a blocker that is gone last said, as JSON values; None where it is there, or never was."""
    found: dict[str, Any] | None = session.execute(_TOMBSTONE, {"id": blocker_id}).scalar()
    return found
