"""Taking back a blocker that was raised by mistake, before it has stood for a day; and bringing it back again."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from sqlalchemy import func, select

from geo.changes.editing import (
    STALE,
    begin_change,
    follow_change,
    remove_record,
    restore_version,
)
from geo.errors import ChangeConflictError, ChangeRefusedError, NotFoundError
from geo.model.orders import SupervisionOrder
from geo.model.records import Attachment, Blocker
from geo.queries.blockers import find_tombstone
from geo.queries.owners import find_owner

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

STANDS = (
    "制约问题只能在录入当天撤回:过了当天,它已计入当日亮灯。请填写解决情况。",
    (
        "A blocker is taken back on the day it was entered: after that it has counted for a day's lamp. "
        "Say how it was resolved instead."
    ),
)
HELD = (
    "该问题已有督办单或附件,不能撤回。请填写解决情况。",
    "A supervision order or a file hangs on this blocker. Say how it was resolved instead.",
)

OVER = (
    "撤回的问题只能在当天恢复:过了当天,当日亮灯已按没有该问题记入。请重新录入。",
    (
        "A blocker is brought back on the day it was taken back: after that the day's lamp stands without it. "
        "Raise it anew instead."
    ),
)


def withdraw_blocker(session: Session, day: date, blocker_id: int, seen: int) -> None:
    """Take a blocker away whose version `seen` was read; its history stays.

    Only on the day it was entered, and while no order or file hangs on it (ChangeRefusedError otherwise). A unit
    takes back what its own people raised and nobody else has touched; for others it is not there (NotFoundError).
    Raises ChangeConflictError when somebody has changed it since.
    """
    known_on = session.scalar(select(Blocker.known_on).where(Blocker.id == blocker_id))
    if known_on is None:
        message = f"there is no blocker {blocker_id}"
        raise NotFoundError(message)
    if known_on != day:
        raise ChangeRefusedError(*STANDS)
    for kind in (SupervisionOrder, Attachment):
        if session.scalar(select(kind.id).where(kind.blocker_id == blocker_id).limit(1)):
            raise ChangeRefusedError(*HELD)
    remove_record(session, day, "blocker", blocker_id, seen)


def bring_back_blocker(
    session: Session, day: date, blocker_id: int, seen: int, *, by_command: bool
) -> int:
    """Bring a blocker back that was taken back on `day`; `seen` is the version of its tombstone. Its version then.

    A unit brings back what its own people raised and took back; for others it is not there (NotFoundError). Raises
    ChangeRefusedError on a later day, ChangeConflictError when somebody else has brought it back already.
    """
    gone = find_tombstone(session, blocker_id)
    if gone is None:
        _refuse(session, blocker_id)
    if gone["known_on"] != day.isoformat():
        raise ChangeRefusedError(*OVER)
    if by_command:
        return restore_version(session, day, "blocker", blocker_id, seen - 1, seen)
    owner = find_owner(session, "blocker", gone)
    begin_change(session, "blocker", owner.projects)
    version = session.scalar(select(func.jiantu.bring_back_blocker(blocker_id, seen)))
    if version is None:
        _refuse(session, blocker_id)
    follow_change(session, day, "blocker", owner)
    return int(version)


def _refuse(session: Session, blocker_id: int) -> NoReturn:
    if session.get(Blocker, blocker_id) is not None:
        raise ChangeConflictError(*STALE)
    message = f"there is no blocker {blocker_id} to be brought back"
    raise NotFoundError(message)
