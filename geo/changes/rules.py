"""Changing a threshold: what it would turn from tomorrow, and putting it in force as a new version of the rules."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from geo.changes.editing import remove_record, restore_version
from geo.changes.intake import lock_out_intake
from geo.changes.lamps import lock_lamps, refresh_lamps
from geo.database.acting import by_engine
from geo.errors import ChangeRefusedError, NotFoundError, RuleError
from geo.model.city import RulesVersion
from geo.queries.facts import find_subjects, read_rules
from geo.rules import RulesVersion as Version
from geo.rules import rules_from_json, rules_on, rules_to_json
from geo.status import spans

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy.orm import Session

    from geo.rules import Rules
    from geo.status import Facts

SECTIONS = ("start", "progress", "finish", "investment", "milestone", "blocker")
"""Parts of the lamp's rules whose numbers may be changed here; what else the rules say is changed by file."""

_UNKNOWN = (
    "没有这个阈值,请从列表中选择。",
    "There is no such threshold. Choose one from the list.",
)
_NO_NUMBER = ("“{}”不是数字。", "“{}” is not a number.")
_HOLDS = (
    "这个版本已经生效,不能撤销;请再改一次,自明日起生效。",
    "This version holds already and cannot be undone. Change it once more, from tomorrow.",
)
_LONGEST_NOTE = 200


@dataclass(frozen=True, slots=True)
class Threshold:
    """A number of the rules: section and name, and what it is now."""

    section: str
    name: str
    value: float

    @property
    def key(self) -> str:
        """How an address names it."""
        return f"{self.section}.{self.name}"


@dataclass(frozen=True, slots=True)
class RuleChange:
    """One threshold and another value for it."""

    section: str
    name: str
    value: float

    @classmethod
    def read(cls, key: str, words: str) -> RuleChange:
        """What a form says; raises ChangeRefusedError when it names no threshold or no number."""
        section, _, name = key.partition(".")
        if section not in SECTIONS:
            raise ChangeRefusedError(*_UNKNOWN)
        try:
            number = float(words.strip())
        except ValueError as error:
            raise ChangeRefusedError(*(told.format(words[:20]) for told in _NO_NUMBER)) from error
        return cls(section, name, number)

    @property
    def key(self) -> str:
        """How an address names the threshold."""
        return f"{self.section}.{self.name}"


@dataclass(frozen=True, slots=True)
class Turned:
    """How many projects would go from one lamp to another."""

    before: str
    after: str
    projects: int


@dataclass(frozen=True, slots=True)
class Preview:
    """What a change would turn on the first day it holds: of how many projects, which ways, and how many in all."""

    day: date
    projects: int
    turned: tuple[Turned, ...]

    @property
    def total(self) -> int:
        """Projects whose lamp would be another."""
        return sum(one.projects for one in self.turned)


def read_thresholds(
    session: Session, today: date
) -> tuple[list[tuple[date, str | None]], list[Threshold]]:
    """The versions (first day, note), latest first, and the thresholds of the one that holds tomorrow."""
    versions = session.execute(
        select(RulesVersion.effective_on, RulesVersion.note).order_by(
            RulesVersion.effective_on.desc()
        )
    ).all()
    lamp = _lamp(rules_on(read_rules(session), today + timedelta(days=1)))
    thresholds = [
        Threshold(section, name, value)
        for section in SECTIONS
        for name, value in lamp[section].items()
        if isinstance(value, int | float) and not isinstance(value, bool)
    ]
    return [(row.effective_on, row.note) for row in versions], thresholds


def _lamp(rules: Rules) -> dict[str, Any]:
    lamp: dict[str, Any] = rules_to_json(rules)["lamp"]
    return lamp


def _changed(rules: Rules, change: RuleChange) -> Rules:
    data = rules_to_json(rules)
    section = data["lamp"].get(change.section, {})
    before = section.get(change.name)
    if not isinstance(before, int | float):
        raise ChangeRefusedError(*_UNKNOWN)
    whole = isinstance(before, int) and change.value.is_integer()
    section[change.name] = int(change.value) if whole else change.value
    try:
        return rules_from_json(json.loads(json.dumps(data)))
    except RuleError as error:
        chinese, _, english = str(error).partition(" / ")
        raise ChangeRefusedError(chinese, english or chinese) from error


@by_engine
def preview_rules(session: Session, change: RuleChange, today: date) -> Preview:
    """How many projects would show which other lamp tomorrow; nothing is kept.

    Raises ChangeRefusedError when the rules would not hold together.
    """
    day = today + timedelta(days=1)
    before = rules_on(read_rules(session), day)
    after = _changed(before, change)
    pairs = [
        (subject.facts, subject.facts)
        for subject in find_subjects(session)
        if subject.site_id is None
    ]
    return count_turned(pairs, [Version(date.min, before)], [Version(date.min, after)], day)


def count_turned(
    pairs: Iterable[tuple[Facts, Facts]],
    before: Sequence[Version],
    after: Sequence[Version],
    day: date,
) -> Preview:
    """How many projects would show which other lamp on `day`, by their facts and the rules before and after."""
    counts: dict[tuple[str, str], int] = {}
    projects = 0
    for facts, others in pairs:
        projects += 1
        lamps = (
            spans(facts, before, day, day)[0].lamp.value,
            spans(others, after, day, day)[0].lamp.value,
        )
        if lamps[0] != lamps[1]:
            counts[lamps] = counts.get(lamps, 0) + 1
    turned = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    return Preview(day, projects, tuple(Turned(*pair, number) for pair, number in turned))


@dataclass(frozen=True, slots=True)
class PutVersion:
    """A version of the rules as it was just written: its row, and the version that the row has now."""

    id: int
    version: int


def put_rules(session: Session, change: RuleChange, today: date, note: str) -> PutVersion:
    """Put the change in force from tomorrow: a new version, and the lamps of the days to come told anew.

    Past days and today stay. A second change of one day is written into the same version.
    """
    lock_rules(session)
    rules = _changed(rules_on(read_rules(session), today + timedelta(days=1)), change)
    written = write_rules(session, rules, today, note.strip() or f"{change.key} = {change.value:g}")
    refresh_lamps(session, today)
    return written


def lock_rules(session: Session) -> None:
    """Wait for others who change the rules, or any project's facts, and have them wait until commit."""
    lock_out_intake(session)
    lock_lamps(session, None)


def write_rules(session: Session, rules: Rules, today: date, note: str) -> PutVersion:
    """Write the rules that hold from tomorrow; the caller holds `lock_rules` and has read those that hold now."""
    data, said = rules_to_json(rules), note[:_LONGEST_NOTE]
    row = session.execute(
        insert(RulesVersion)
        .values(effective_on=today + timedelta(days=1), rules=data, note=said)
        .on_conflict_do_update(index_elements=["effective_on"], set_={"rules": data, "note": said})
        .returning(RulesVersion.id, RulesVersion.version)
    ).one()
    return PutVersion(row.id, row.version)


def take_rules_back(session: Session, today: date, row_id: int, seen: int) -> None:
    """Undo the last save of a version that has not begun to hold: as it was before, or gone when it was new.

    Raises ChangeRefusedError when it holds already, ChangeConflictError when somebody has changed it since, and
    NotFoundError.
    """
    begins = session.scalar(select(RulesVersion.effective_on).where(RulesVersion.id == row_id))
    if begins is None:
        message = f"no version {row_id} of the rules"
        raise NotFoundError(message)
    if begins <= today:
        raise ChangeRefusedError(*_HOLDS)
    if seen > 1:
        restore_version(session, today, "rules_version", row_id, seen - 1, seen)
    else:
        remove_record(session, today, "rules_version", row_id, seen)
