"""Days off on weekdays and weekend days that are worked (调休), as each year's notice names them: kept by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select, text

from geo.changes.editing import (
    STALE,
    begin_change,
    edit_record,
    follow_change,
    remove_record,
    restore_version,
)
from geo.changes.lamps import lock_lamps
from geo.errors import ChangeConflictError, ChangeRefusedError, NotFoundError
from geo.model.city import CalendarDay, CalendarDayKind
from geo.queries.owners import Owner

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

LONGEST_NAME = 60
MOST_DAYS = 31
_NO_DAY = ("请填写首日。", "Fill in the first day.")
_ORDER = ("末日{}早于首日{},请改正。", "The last day {} is before the first day {}. Correct it.")
_LONG = (
    "从{}到{}有{}天,一次最多{}天。请核对。",
    "From {} to {} there are {} days, at most {} at a time. Look at it again.",
)
_KNOWN = (
    "这些日子已有安排:{}。请在列表中修改,或改填其他日期。",
    "These days are entered already: {}. Change them in the list, or name others.",
)
_ADDED = text("select id from history.calendar_day_version where request_id = :sent and op = 'I'")


@dataclass(frozen=True, slots=True)
class CalendarWords:
    """What a form says of days off or worked, from the first to the last; with an id of the one that it changes."""

    name: str
    kind: str
    first_on: date | None
    last_on: date | None = None
    id: int | None = None

    def days(self) -> list[date]:
        """The days meant. Raises ChangeRefusedError for words that say none."""
        if self.first_on is None:
            raise ChangeRefusedError(*_NO_DAY)
        last_on = self.last_on or self.first_on
        if last_on < self.first_on:
            raise ChangeRefusedError(*(told.format(last_on, self.first_on) for told in _ORDER))
        number = (last_on - self.first_on).days + 1
        if number > MOST_DAYS:
            raise ChangeRefusedError(
                *(told.format(self.first_on, last_on, number, MOST_DAYS) for told in _LONG)
            )
        return [self.first_on + timedelta(days=place) for place in range(number)]

    @property
    def values(self) -> dict[str, object]:
        """What is said of each of the days."""
        worked = self.kind == CalendarDayKind.WORKDAY
        return {
            "kind": CalendarDayKind.WORKDAY if worked else CalendarDayKind.HOLIDAY,
            "name": self.name.strip()[:LONGEST_NAME] or None,
        }


def list_calendar_days(session: Session) -> list[CalendarDay]:
    """All of them, the latest first."""
    return list(session.scalars(select(CalendarDay).order_by(CalendarDay.on_day.desc())))


def add_calendar_days(session: Session, today: date, words: CalendarWords) -> list[int]:
    """Enter each of the days, and judge anew what is counted in working days; their ids.

    Raises ChangeRefusedError for words that say none, or when one of the days is entered already.
    """
    days = words.days()
    begin_change(session, "calendar_day", set())
    lock_lamps(session, None)
    known = session.scalars(
        select(CalendarDay.on_day).where(CalendarDay.on_day.in_(days)).order_by(CalendarDay.on_day)
    ).all()
    if known:
        listed = "、".join(map(str, known)), ", ".join(map(str, known))
        raise ChangeRefusedError(
            *(told.format(each) for told, each in zip(_KNOWN, listed, strict=True))
        )
    rows = [{"on_day": day, **words.values} for day in days]
    ids = session.scalars(insert(CalendarDay).values(rows).returning(CalendarDay.id)).all()
    follow_change(session, today, "calendar_day", Owner(everywhere=True))
    return list(ids)


def change_calendar_day(session: Session, today: date, words: CalendarWords, seen: int) -> int:
    """Write one day anew, whose version `seen` was read; its version. Raises as `edit_record` does."""
    [day] = words.days()[:1]
    values = {"on_day": day, **words.values}
    return edit_record(session, today, "calendar_day", words.id or 0, seen, values)


def remove_calendar_day(session: Session, today: date, row_id: int, seen: int) -> None:
    """Take a day away, so that its weekday says what it is. Raises as `edit_record` does."""
    remove_record(session, today, "calendar_day", row_id, seen)


def take_calendar_day_back(session: Session, today: date, row_id: int, seen: int) -> None:
    """Undo the last change of a day whose version `seen` was read: as it was before, or there again."""
    restore_version(session, today, "calendar_day", row_id, seen - 1, seen)


def take_calendar_days_back(session: Session, today: date, sent: str) -> None:
    """Undo what was entered in one sending. Raises ChangeConflictError when one was changed since, NotFoundError."""
    begin_change(session, "calendar_day", set())
    lock_lamps(session, None)
    ids = session.scalars(_ADDED, {"sent": sent}).all()
    rows = session.execute(
        select(CalendarDay.id, CalendarDay.version).where(CalendarDay.id.in_(ids))
    ).all()
    if not rows:
        message = f"no days were entered as {sent[:60]}"
        raise NotFoundError(message)
    if any(row.version != 1 for row in rows):
        raise ChangeConflictError(*STALE)
    session.execute(delete(CalendarDay).where(CalendarDay.id.in_([row.id for row in rows])))
    follow_change(session, today, "calendar_day", Owner(everywhere=True))
