"""The winter stop and holidays, on which no progress is planned: kept by hand, tried on the lamps first."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from geo.changes.editing import add_record, edit_record, remove_record, restore_version
from geo.changes.rules import Preview, count_turned
from geo.database.acting import by_engine
from geo.errors import ChangeRefusedError, NotFoundError
from geo.model.city import Pause, PauseKind
from geo.queries.facts import find_subjects, read_rules
from geo.status import Pause as Standstill

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

LONGEST_NAME = 60
LONGEST_DAYS = 200
_NO_NAME = ("请填写名称。", "Fill in the name.")
_NO_DAY = ("请填写{}。", "Fill in the {}.")
_ORDER = ("末日{}早于首日{},请改正。", "The last day {} is before the first day {}. Correct it.")
_LONG = (
    "从{}到{}有{}天,最多{}天。请核对年份。",
    "From {} to {} there are {} days, at most {}. Look at the year.",
)
_TAKEN = (
    "“{}”从{}开始的一段已经有了,请修改原来的一段。",
    "There is “{}” from {} already. Change that one.",
)


@dataclass(frozen=True, slots=True)
class PauseWords:
    """What a form says of a pause; without an id it is a new one."""

    name: str
    kind: str
    first_on: date | None
    last_on: date | None
    id: int | None = None

    def values(self) -> dict[str, Any]:
        """The row. Raises ChangeRefusedError for words that say none."""
        name = self.name.strip()[:LONGEST_NAME]
        if not name:
            raise ChangeRefusedError(*_NO_NAME)
        if self.first_on is None or self.last_on is None:
            zh, en = ("首日", "first day") if self.first_on is None else ("末日", "last day")
            raise ChangeRefusedError(_NO_DAY[0].format(zh), _NO_DAY[1].format(en))
        if self.last_on < self.first_on:
            raise ChangeRefusedError(*(told.format(self.last_on, self.first_on) for told in _ORDER))
        days = (self.last_on - self.first_on).days + 1
        if days > LONGEST_DAYS:
            raise ChangeRefusedError(
                *(told.format(self.first_on, self.last_on, days, LONGEST_DAYS) for told in _LONG)
            )
        holiday = self.kind == PauseKind.HOLIDAY
        return {
            "name": name,
            "kind": PauseKind.HOLIDAY if holiday else PauseKind.WINTER_STOP,
            "first_on": self.first_on,
            "last_on": self.last_on,
        }


def list_pauses(session: Session) -> list[Pause]:
    """All of them, the latest first."""
    return list(session.scalars(select(Pause).order_by(Pause.first_on.desc(), Pause.id)))


def preview_pause(session: Session, today: date, words: PauseWords, *, gone: bool) -> Preview:
    """How many projects would show which other lamp today were the pause so (or gone); nothing is kept."""
    made = None if gone else words.values()
    return _preview(session, today, words.id, made)


@by_engine
def _preview(
    session: Session, today: date, row_id: int | None, made: dict[str, Any] | None
) -> Preview:
    own = None if row_id is None else session.get(Pause, row_id)
    if row_id is not None and own is None:
        message = f"no pause {row_id}"
        raise NotFoundError(message)
    out = None if own is None else Standstill(own.first_on, own.last_on, own.name)
    put = () if made is None else (Standstill(made["first_on"], made["last_on"], made["name"]),)
    versions = read_rules(session)
    pairs = [
        (
            subject.facts,
            replace(
                subject.facts, pauses=(*(one for one in subject.facts.pauses if one != out), *put)
            ),
        )
        for subject in find_subjects(session)
        if subject.site_id is None
    ]
    return count_turned(pairs, versions, versions, today)


def put_pause(session: Session, today: date, words: PauseWords, seen: int) -> tuple[int, int]:
    """Keep a pause, and tell the lamps from today on anew; its id and version.

    Raises ChangeRefusedError, ChangeConflictError when it is not the version `seen` any more, NotFoundError.
    """
    values = words.values()
    twin = select(Pause.id).where(
        Pause.name == values["name"], Pause.first_on == values["first_on"], Pause.id != words.id
    )
    if words.id is None:
        twin = select(Pause.id).where(
            Pause.name == values["name"], Pause.first_on == values["first_on"]
        )
    if session.scalar(twin) is not None:
        raise ChangeRefusedError(
            *(told.format(values["name"], values["first_on"]) for told in _TAKEN)
        )
    if words.id is None:
        return add_record(session, today, "pause", values), 1
    return words.id, edit_record(session, today, "pause", words.id, seen, values)


def remove_pause(session: Session, today: date, row_id: int, seen: int) -> None:
    """Take a pause away. Raises as `put_pause` does."""
    remove_record(session, today, "pause", row_id, seen)


def take_pause_back(session: Session, today: date, row_id: int, seen: int) -> None:
    """Undo the last save of a pause whose version `seen` was read: as it was before, there again, or gone."""
    if seen > 1:
        restore_version(session, today, "pause", row_id, seen - 1, seen)
    else:
        remove_record(session, today, "pause", row_id, seen)
