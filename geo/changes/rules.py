"""Changing a number of the rules: what it would turn from tomorrow, and putting it in force as a new version."""

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
from geo.errors import ChangeConflictError, ChangeRefusedError, NotFoundError, RuleError
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


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the rules whose numbers may be changed by form: where it stands, and what its numbers bear upon."""

    path: tuple[str, ...]
    bears_on: str
    """`lamps`, `marks`, `pairs`, or `later` for what counts only when it comes up."""
    names: tuple[str, ...] = ()
    """The numbers that are meant; all when empty."""


SECTIONS: dict[str, Section] = {
    "start": Section(("lamp", "start"), "lamps"),
    "progress": Section(("lamp", "progress"), "lamps"),
    "finish": Section(("lamp", "finish"), "lamps"),
    "investment": Section(("lamp", "investment"), "lamps"),
    "milestone": Section(("lamp", "milestone"), "lamps"),
    "blocker": Section(("lamp", "blocker"), "lamps"),
    "marks": Section(("lamp",), "marks", ("at_risk_days", "idle_after_start_days")),
    "reporting": Section(("lamp", "reporting"), "marks"),
    "buffers": Section(("overlap", "buffers"), "pairs"),
    "cases": Section(("overlap", "cases"), "pairs"),
    "overlap": Section(("overlap",), "pairs"),
    "pavement": Section(("pavement",), "pairs"),
    "cards": Section(("cards",), "later"),
    "ruling": Section(("ruling",), "later"),
    "bulletin": Section(("bulletin",), "later"),
    "coordinate": Section(("coordinate",), "later", ("shift_days", "notice_days", "join_gap_days")),
}
"""Whose numbers may be changed here; weights and scales are changed by file."""
BOTTOM_LINE = "bottom_line"
"""The name under which an address speaks of the bottom-line day of a year."""
YEARS = range(2000, 2101)

_NO_DAY = ("“{}”不是日期,请写成2027-10-31。", "“{}” is not a day. Write it as 2027-10-31.")
_STALE = (
    "规则在您打开之后已被他人修改,您的改动没有保存。请看过现在的规则和试算结果,再决定是否生效。",
    "Somebody else has changed the rules since; yours was not saved. Look at them and at the preview, then decide.",
)
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
    """One threshold and another value for it, or the bottom-line day of a year (None takes it away)."""

    section: str
    name: str
    value: float | date | None

    @classmethod
    def read(cls, key: str, words: str) -> RuleChange:
        """What a form says; raises ChangeRefusedError when it names no threshold, no number or no day."""
        section, _, name = key.partition(".")
        words = words.strip()
        if section == BOTTOM_LINE and name.isdecimal() and int(name) in YEARS:
            try:
                return cls(section, name, date.fromisoformat(words) if words else None)
            except ValueError as error:
                raise ChangeRefusedError(*(told.format(words[:20]) for told in _NO_DAY)) from error
        if section not in SECTIONS:
            raise ChangeRefusedError(*_UNKNOWN)
        try:
            number = float(words)
        except ValueError as error:
            raise ChangeRefusedError(*(told.format(words[:20]) for told in _NO_NUMBER)) from error
        return cls(section, name, number)

    @property
    def key(self) -> str:
        """How an address names the threshold."""
        return f"{self.section}.{self.name}"

    @property
    def bears_on(self) -> str:
        """What follows from it; see `Section`."""
        return "lamps" if self.section == BOTTOM_LINE else SECTIONS[self.section].bears_on

    @property
    def written(self) -> str:
        """The value as a form sends it."""
        if isinstance(self.value, float):
            return f"{self.value:g}"
        return self.value.isoformat() if self.value else ""


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
    marked: int = 0
    """Projects with other marks (not reported, at risk, …) than before."""

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
    data = rules_to_json(rules_on(read_rules(session), today + timedelta(days=1)))
    thresholds = [
        Threshold(name, key, value)
        for name, section in SECTIONS.items()
        for key, value in _part(data, section).items()
        if isinstance(value, int | float) and not isinstance(value, bool)
        if not section.names or key in section.names
    ]
    return [(row.effective_on, row.note) for row in versions], thresholds


def read_bottom_lines(session: Session, today: date) -> dict[int, date]:
    """The bottom-line day of each year for which there is one, by the rules that hold tomorrow."""
    lines = rules_on(read_rules(session), today + timedelta(days=1)).lamp.start.bottom_line_on
    return dict(sorted(lines.items()))


def rules_tag(session: Session, today: date) -> str:
    """A tag of the version that holds tomorrow: what an edit says it has seen."""
    row = session.execute(
        select(RulesVersion.id, RulesVersion.version)
        .where(RulesVersion.effective_on <= today + timedelta(days=1))
        .order_by(RulesVersion.effective_on.desc())
        .limit(1)
    ).one()
    return f"{row.id}.{row.version}"


def _part(data: dict[str, Any], section: Section) -> dict[str, Any]:
    for name in section.path:
        data = data[name]
    return data


def changed_rules(rules: Rules, change: RuleChange) -> Rules:
    """The rules with the change in them. Raises ChangeRefusedError when they would not hold together."""
    data = rules_to_json(rules)
    if change.section == BOTTOM_LINE:
        lines = data["lamp"]["start"]["bottom_line_on"]
        lines.pop(change.name, None)
        if change.value is not None:
            lines[change.name] = change.written
    else:
        section = SECTIONS[change.section]
        part = _part(data, section)
        before, value = part.get(change.name), change.value
        known = isinstance(before, int | float) and not isinstance(before, bool)
        if (
            not known
            or not isinstance(value, float)
            or (section.names and change.name not in section.names)
        ):
            raise ChangeRefusedError(*_UNKNOWN)
        part[change.name] = int(value) if isinstance(before, int) and value.is_integer() else value
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
    after = changed_rules(before, change)
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
    projects = marked = 0
    for facts, others in pairs:
        projects += 1
        was, is_now = spans(facts, before, day, day)[0], spans(others, after, day, day)[0]
        marked += was.marks != is_now.marks
        lamps = was.lamp.value, is_now.lamp.value
        if lamps[0] != lamps[1]:
            counts[lamps] = counts.get(lamps, 0) + 1
    turned = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    return Preview(day, projects, tuple(Turned(*pair, number) for pair, number in turned), marked)


@dataclass(frozen=True, slots=True)
class PutVersion:
    """A version of the rules as it was just written: its row, and the version that the row has now."""

    id: int
    version: int


def put_rules(
    session: Session, change: RuleChange, today: date, note: str, seen: str | None = None
) -> PutVersion:
    """Put the change in force from tomorrow: a new version, and the lamps of the days to come told anew.

    Past days and today stay; pairs follow when that day begins. A second change of one day is written into the same
    version. Raises ChangeRefusedError, and ChangeConflictError when the rules are not those that were `seen` any more.
    """
    lock_rules(session)
    if seen is not None and rules_tag(session, today) != seen:
        raise ChangeConflictError(*_STALE)
    rules = changed_rules(rules_on(read_rules(session), today + timedelta(days=1)), change)
    written = write_rules(session, rules, today, note.strip() or f"{change.key} = {change.written}")
    if change.bears_on in {"lamps", "marks"}:
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
