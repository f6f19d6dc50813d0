"""The whole city's service windows: tried on the works that are known, and put in force as a version of the rules."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from geo.changes.overlap_frame import Frame
from geo.changes.rules import PutVersion, lock_rules, rules_tag, write_rules
from geo.changes.windows import read_hours, read_yearly_day
from geo.database.acting import by_engine
from geo.errors import ChangeConflictError, ChangeRefusedError, NotFoundError
from geo.model.codes import Utility
from geo.model.zones import Zone, ZoneKind, ZoneState
from geo.overlap import Ground, find_watches
from geo.overlap.facts import WatchCode
from geo.queries.facts import read_rules
from geo.rules import ServiceWindow, rules_on

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from geo.rules import Rules

LONGEST_NAME = 100
MOST = 60
OPERATIONS = ("dig", "cut")
_NO_NAME = ("请填写窗口名称。", "Fill in the window's name.")
_NAME_TAKEN = ("全市作业窗口里已有“{}”。", "There is a window “{}” for the whole city already.")
_NO_OPERATION = ("请选择掘路或停供,或两者都选。", "Choose digging, cutting supply, or both.")
_NO_UTILITY = ("“{}”不在管线类别表中。", "“{}” is not in the list of lines.")
_MANY = ("全市作业窗口最多{}个。", "The city has at most {} windows.")
_STALE = (
    "作业窗口在您打开之后已被他人修改,您的改动没有保存。请看过现在的窗口后再保存。",
    "Somebody else has changed the windows since; yours was not saved. Look at them, then save again.",
)


@dataclass(frozen=True, slots=True)
class CityWindowWords:
    """What a form says of a window, as written. `code` names the one that it takes the place of."""

    name: str
    name_en: str
    forbids: bool
    operations: tuple[str, ...]
    utilities: tuple[str, ...]
    """Kinds of lines that it concerns; all when empty."""
    first: str
    last: str
    since: str = ""
    until: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class WatchedWork:
    """A work by its id, code and name."""

    id: int
    code: str
    name: str | None


@dataclass(frozen=True, slots=True)
class WindowPreview:
    """What a change would do from the day on which it holds: works watched that were not, and no longer watched."""

    day: date
    works: int
    more: tuple[WatchedWork, ...]
    fewer: tuple[WatchedWork, ...]


def read_windows(session: Session, today: date) -> tuple[tuple[ServiceWindow, ...], str]:
    """The windows that hold tomorrow, and the tag of the version that says so."""
    rules = rules_on(read_rules(session), today + timedelta(days=1))
    return rules.service_windows, rules_tag(session, today)


def with_window(session: Session, rules: Rules, words: CityWindowWords) -> Rules:
    """The rules with this window in them. Raises ChangeRefusedError for words that say no window."""
    windows = rules.service_windows
    name = words.name.strip()[:LONGEST_NAME]
    if not name:
        raise ChangeRefusedError(*_NO_NAME)
    operations = tuple(one for one in OPERATIONS if one in words.operations)
    if not operations:
        raise ChangeRefusedError(*_NO_OPERATION)
    known = set(session.scalars(select(Utility.code)))
    for one in words.utilities:
        if one not in known:
            raise ChangeRefusedError(*(told.format(one[:20]) for told in _NO_UTILITY))
    codes = {one.code for one in windows}
    code = words.code if words.code in codes else _new_code(codes)
    if any(one.name == name and one.code != code for one in windows):
        raise ChangeRefusedError(*(told.format(name) for told in _NAME_TAKEN))
    since, until = read_hours(words.since, words.until)
    made = ServiceWindow(
        code,
        name,
        words.name_en.strip()[:LONGEST_NAME] or name,
        words.forbids,
        operations,
        words.utilities,
        read_yearly_day(words.first),
        read_yearly_day(words.last),
        since,
        until,
    )
    kept = tuple(made if one.code == code else one for one in windows)
    if code not in codes:
        kept = (*kept, made)
    if len(kept) > MOST:
        raise ChangeRefusedError(*(told.format(MOST) for told in _MANY))
    return replace(rules, service_windows=kept)


def without_window(rules: Rules, code: str) -> Rules:
    """The rules without this window. Raises NotFoundError."""
    kept = tuple(one for one in rules.service_windows if one.code != code)
    if len(kept) == len(rules.service_windows):
        message = f"the city has no window {code}"
        raise NotFoundError(message)
    return replace(rules, service_windows=kept)


def preview_window(
    session: Session, today: date, words: CityWindowWords | None, gone: str = ""
) -> WindowPreview:
    """What the window (or the one `gone` taken away) would do to the works that are known; nothing is kept."""
    before = rules_on(read_rules(session), today + timedelta(days=1))
    after = without_window(before, gone) if words is None else with_window(session, before, words)
    return _compare(session, before, after, today + timedelta(days=1))


@by_engine
def _compare(session: Session, before: Rules, after: Rules, day: date) -> WindowPreview:
    works = session.execute(
        select(Zone.id, Zone.code, Zone.name)
        .where(
            Zone.kind == ZoneKind.RELOCATION,
            Zone.state.not_in([ZoneState.FINISHED, ZoneState.WITHDRAWN]),
        )
        .order_by(Zone.code)
    ).all()
    zones = Frame(session, day, None).zones(row.id for row in works)
    watched = [
        {
            zone.id
            for zone in zones.values()
            if any(
                watch.code is WatchCode.SERVICE_WINDOW
                for watch in find_watches(zone, Ground(), rules)
            )
        }
        for rules in (before, after)
    ]

    def told(ids: set[int]) -> tuple[WatchedWork, ...]:
        return tuple(WatchedWork(*row) for row in works if row.id in ids)

    return WindowPreview(
        day, len(zones), told(watched[1] - watched[0]), told(watched[0] - watched[1])
    )


def put_city_window(  # noqa: PLR0913, PLR0917  what, as of when, as it was seen, why
    session: Session,
    today: date,
    words: CityWindowWords | None,
    gone: str,
    seen: str,
    note: str,
) -> PutVersion:
    """Put the window in force from tomorrow, or take the one `gone` away: a new version of the rules.

    Works are judged by it when that day begins. Raises ChangeConflictError when the rules are no longer those that
    were `seen`, ChangeRefusedError and NotFoundError.
    """
    lock_rules(session)
    if rules_tag(session, today) != seen:
        raise ChangeConflictError(*_STALE)
    rules = rules_on(read_rules(session), today + timedelta(days=1))
    if words is None:
        name = next((one.name for one in rules.service_windows if one.code == gone), gone)
        after, said = without_window(rules, gone), f"取消作业窗口:{name}"
    else:
        after, said = with_window(session, rules, words), f"作业窗口:{words.name.strip()}"
    return write_rules(session, after, today, note.strip() or said)


def _new_code(known: set[str]) -> str:
    return next(code for number in range(1, MOST + 2) if (code := f"city_{number}") not in known)
