"""Taking back a blocker that was raised by mistake, before it has stood for a day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from geo.changes.editing import remove_record
from geo.errors import ChangeRefusedError, NotFoundError
from geo.model.orders import SupervisionOrder
from geo.model.records import Attachment, Blocker

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
