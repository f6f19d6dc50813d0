"""Which blockers may still be taken back by whoever asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

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


def find_withdrawable(
    session: Session, project_id: int, day: date, *, by_command: bool
) -> frozenset[int]:
    """Ids of a project's blockers that were entered on `day` and that nothing hangs on; a unit's: its own alone."""
    wanted = _FRESH if by_command else _FRESH + _OWN
    return frozenset(session.scalars(text(wanted), {"project": project_id, "day": day}))
