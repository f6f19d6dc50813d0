"""A unit's own service windows: kept by its administrators, and its works judged by them at once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, time
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, text

from geo.changes.editing import add_record, edit_record, remove_record, restore_version
from geo.changes.intake import lock_out_intake
from geo.changes.overlaps import lock_overlaps
from geo.errors import ChangeConflictError, ChangeRefusedError, NotFoundError
from geo.model.units import OwnWindow, Unit, WindowOperation
from geo.queries.facts import read_rules
from geo.rules import ServiceWindow, rules_on

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

LONGEST_NAME = 100
MOST = 30
"""A unit has few windows; who needs more means something else."""

_NO_LINES = (
    "只有产权单位有作业窗口,请先由系统管理员设置管线类别。",
    "Only an owner of lines has service windows. An administrator says first which lines it owns.",
)
_NO_NAME = ("请填写窗口名称。", "Fill in the window's name.")
_NO_DAY = (
    "“{}”不是月-日,请写成11-15。",
    "“{}” is not a day of the year. Write it as 11-15.",
)
_NO_HOUR = (
    "“{}”不是时刻,请写成00:00;起止时刻应同时填写,或同时留空。",
    "“{}” is not a time. Write it as 00:00; give both times or neither.",
)
_MANY = ("作业窗口最多{}个。", "A unit has at most {} windows.")
_NAME_TAKEN = (
    "本单位已有作业窗口“{}”,请修改原来的那个。",
    "The unit has a window “{}” already. Change that one.",
)
_STALE = (
    "这个作业窗口在您打开之后已被他人修改,您的改动没有保存。请对照现在的内容,再决定是否以您的为准。",
    "Somebody else has changed this window since; yours was not saved. Compare the two, then decide which shall hold.",
)
_GONE = (
    "这个作业窗口在您打开之后已被他人移除,您的改动没有保存。仍需要的,请再次保存。",
    "Somebody else has taken this window away since; yours was not saved. If it shall be kept, save it again.",
)
_COLUMNS = ("unit_id", "code", "name", "name_en", "forbids", "operation", "first_day", "last_day")
_KEPT = text(
    """
    select op::text as op, row, (row ->> 'unit_id')::bigint as unit_id
    from history.service_window_version where id = :id and version = :seen
    """
)


@dataclass(frozen=True, slots=True)
class WindowWords:
    """What a form says of a window, as written. `code` names the one of the city's rules that it stands in for."""

    name: str
    name_en: str
    forbids: bool
    operation: str
    first: str
    last: str
    since: str = ""
    until: str = ""
    code: str = ""

    def values(self) -> dict[str, Any]:
        """The columns. Raises ChangeRefusedError for words that say no window."""
        name = self.name.strip()[:LONGEST_NAME]
        if not name:
            raise ChangeRefusedError(*_NO_NAME)
        since, until = read_hours(self.since, self.until)
        return {
            "name": name,
            "name_en": self.name_en.strip()[:LONGEST_NAME] or None,
            "forbids": self.forbids,
            "operation": WindowOperation.DIG if self.operation == "dig" else WindowOperation.CUT,
            "first_day": read_yearly_day(self.first),
            "last_day": read_yearly_day(self.last),
            "since": since,
            "until": until,
        }


def find_replaceable(session: Session, unit: Unit, day: date) -> list[ServiceWindow]:
    """The windows of the city's rules that concern nobody's lines but those of this kind of owner."""
    rules = rules_on(read_rules(session), day)
    return [one for one in rules.service_windows if one.utilities == (unit.utility,)]


def put_window(
    session: Session, unit_id: int, words: WindowWords, day: date, seen: int
) -> tuple[int, int]:
    """Keep a window for the unit's own works; one with the code of another takes its place. Its id and version.

    `seen` is the version of the window of that code that was read, 0 where there was none. Raises ChangeConflictError
    when there is another by now, ChangeRefusedError for words that say no window, NotFoundError for an unknown unit.
    """
    lock_out_intake(session)
    lock_overlaps(session)
    unit = session.get(Unit, unit_id)
    if unit is None:
        message = f"no unit {unit_id}"
        raise NotFoundError(message)
    if unit.utility is None:
        raise ChangeRefusedError(*_NO_LINES)
    values = words.values()
    known = {
        row.code: row
        for row in session.execute(
            select(OwnWindow.id, OwnWindow.code, OwnWindow.name, OwnWindow.version).where(
                OwnWindow.unit_id == unit_id
            )
        )
    }
    own = known.get(words.code)
    if (own.version if own else 0) != seen:
        raise ChangeConflictError(*(_STALE if own else _GONE))
    if any(one.name == values["name"] and one is not own for one in known.values()):
        raise ChangeRefusedError(*(told.format(values["name"]) for told in _NAME_TAKEN))
    if own is not None:
        return own.id, edit_record(session, day, "service_window", own.id, seen, values)
    if len(known) >= MOST:
        raise ChangeRefusedError(*(told.format(MOST) for told in _MANY))
    replaceable = {one.code for one in find_replaceable(session, unit, day)}
    code = words.code if words.code in replaceable else _new_code(set(known))
    made = {"unit_id": unit_id, "code": code, **values}
    return add_record(session, day, "service_window", made), 1


def remove_window(session: Session, unit_id: int, window_id: int, day: date, seen: int) -> None:
    """Take a window away whose version `seen` was read; what the city's rules say holds again.

    Raises ChangeConflictError, NotFoundError.
    """
    own = select(OwnWindow.id).where(OwnWindow.id == window_id, OwnWindow.unit_id == unit_id)
    if session.scalar(own) is None:
        message = f"unit {unit_id} has no window {window_id}"
        raise NotFoundError(message)
    remove_record(session, day, "service_window", window_id, seen)


def take_window_back(session: Session, unit_id: int, window_id: int, day: date, seen: int) -> None:
    """Undo the last save of a window whose version `seen` was read: as it was before, there again, or gone.

    One that was taken away comes back as a new row, for which a unit has a grant. Raises ChangeConflictError when it
    was changed since, ChangeRefusedError when there is another in its place, NotFoundError.
    """
    kept = session.execute(_KEPT, {"id": window_id, "seen": seen}).all()
    if not kept or kept[0].unit_id != unit_id:
        message = f"unit {unit_id} has no window {window_id} of version {seen}"
        raise NotFoundError(message)
    if kept[0].op != "D":
        if seen > 1:
            restore_version(session, day, "service_window", window_id, seen - 1, seen)
        else:
            remove_record(session, day, "service_window", window_id, seen)
        return
    said = kept[0].row
    values = {name: said[name] for name in _COLUMNS} | {
        name: said[name] and time.fromisoformat(said[name]) for name in ("since", "until")
    }
    add_record(session, day, "service_window", values)


def _new_code(known: set[str]) -> str:
    return next(code for number in range(1, MOST + 2) if (code := f"own_{number}") not in known)


def read_yearly_day(written: str) -> str:
    """A day of the year as MM-DD. Raises ChangeRefusedError for words that are none."""
    found = re.fullmatch(r"(\d{1,2})[-./月](\d{1,2})日?", written.strip())
    try:
        # A leap year, in which 29 February is a day.
        day = date(2024, int(found[1]), int(found[2])) if found else None
    except ValueError:
        day = None
    if day is None:
        raise ChangeRefusedError(*(told.format(written[:20]) for told in _NO_DAY))
    return f"{day:%m-%d}"


def read_hours(since: str, until: str) -> tuple[time | None, time | None]:
    """Both hours or neither. Raises ChangeRefusedError."""
    since, until = since.strip(), until.strip()
    if not since and not until:
        return None, None
    read = []
    for written in (since, until):
        found = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", written)
        if found is None:
            raise ChangeRefusedError(*(told.format(written[:20]) for told in _NO_HOUR))
        read.append(time(int(found[1]), int(found[2])))
    return read[0], read[1]
