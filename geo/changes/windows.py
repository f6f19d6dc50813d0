"""A unit's own service windows: kept by its administrators, and its works judged by them at once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, time
from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from geo.changes.overlaps import lock_overlaps, refresh_overlaps
from geo.errors import ChangeRefusedError, NotFoundError
from geo.model.units import OwnWindow, Unit, WindowOperation
from geo.model.zones import Zone, ZoneKind, ZoneState
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


def find_replaceable(session: Session, unit: Unit, day: date) -> list[ServiceWindow]:
    """The windows of the city's rules that concern nobody's lines but those of this kind of owner."""
    rules = rules_on(read_rules(session), day)
    return [one for one in rules.service_windows if one.utilities == (unit.utility,)]


def put_window(session: Session, unit_id: int, words: WindowWords, day: date) -> None:
    """Keep a window for the unit's own works; one with the code of another takes its place.

    Raises ChangeRefusedError for words that say no window, NotFoundError for an unknown unit.
    """
    lock_overlaps(session)
    unit = session.get(Unit, unit_id)
    if unit is None:
        message = f"no unit {unit_id}"
        raise NotFoundError(message)
    if unit.utility is None:
        raise ChangeRefusedError(*_NO_LINES)
    name = words.name.strip()[:LONGEST_NAME]
    if not name:
        raise ChangeRefusedError(*_NO_NAME)
    first, last = read_yearly_day(words.first), read_yearly_day(words.last)
    since, until = read_hours(words.since, words.until)
    known = set(session.scalars(select(OwnWindow.code).where(OwnWindow.unit_id == unit_id)))
    replaceable = {one.code for one in find_replaceable(session, unit, day)}
    code = words.code if words.code in known | replaceable else _new_code(known)
    if len(known | {code}) > MOST:
        raise ChangeRefusedError(*(told.format(MOST) for told in _MANY))
    session.execute(delete(OwnWindow).where(OwnWindow.unit_id == unit_id, OwnWindow.code == code))
    session.add(
        OwnWindow(
            unit_id=unit_id,
            code=code,
            name=name,
            name_en=words.name_en.strip()[:LONGEST_NAME] or None,
            forbids=words.forbids,
            operation=WindowOperation.DIG if words.operation == "dig" else WindowOperation.CUT,
            first_day=first,
            last_day=last,
            since=since,
            until=until,
        )
    )
    session.flush()
    _judge(session, unit_id, day)


def remove_window(session: Session, unit_id: int, window_id: int, day: date) -> None:
    """Take a window away; what the city's rules say holds again. Raises NotFoundError."""
    lock_overlaps(session)
    gone = session.scalar(
        delete(OwnWindow)
        .where(OwnWindow.id == window_id, OwnWindow.unit_id == unit_id)
        .returning(OwnWindow.id)
    )
    if gone is None:
        message = f"unit {unit_id} has no window {window_id}"
        raise NotFoundError(message)
    _judge(session, unit_id, day)


def _judge(session: Session, unit_id: int, day: date) -> None:
    works = session.scalars(
        select(Zone.id).where(
            Zone.unit_id == unit_id,
            Zone.kind == ZoneKind.RELOCATION,
            Zone.state.not_in([ZoneState.FINISHED, ZoneState.WITHDRAWN]),
        )
    )
    refresh_overlaps(session, set(works), day)


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
