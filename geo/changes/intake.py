"""Taking records in: one transaction's worth of facts, brought to the tables, counted, and explained row by row."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from geo.changes.directory import Directory, read_directory
from geo.changes.merge import Merged, Tally
from geo.model.city import City
from geo.notices import Notice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date

    from sqlalchemy.orm import Session

    from geo.records import Source
    from geo.rules import Rules


_LOCK = 7_401_927


@dataclass(slots=True)
class Intake:
    """The state of one intake: who is known, what was counted, which rows were refused and why."""

    session: Session
    day: date
    rules: Rules
    opening: bool
    """Whether the city's ledger is still open, so that facts count from their own days."""
    metric_srid: int
    directory: Directory
    tallies: dict[str, Tally] = field(default_factory=dict)
    notices: list[Notice] = field(default_factory=list)
    touched_projects: set[int] = field(default_factory=set)
    touched_zones: set[int] = field(default_factory=set)
    touched_layers: set[str] = field(default_factory=set)

    def known_on(self, own_day: date | None) -> date:
        """The day from which a fact counts: its own while the ledger is open, else the day it is entered."""
        if self.opening and own_day is not None:
            return min(own_day, self.day)
        return self.day

    def tally(self, kind: str) -> Tally:
        """The counter for a kind of record."""
        return self.tallies.setdefault(kind, Tally())

    def refuse(  # noqa: PLR0913, PLR0917  what a clerk must be told
        self, kind: str, source: Source, field_name: str, value: object, zh: str, en: str
    ) -> None:
        """Leave one row out and say why."""
        self.tally(kind).refused += 1
        self._note("refused", source, field_name, value, zh, en)

    def note(self, source: Source, field_name: str, value: object, zh: str, en: str) -> None:
        """Say something a clerk should know about a row that was taken."""
        self._note("noted", source, field_name, value, zh, en)

    def _note(  # noqa: PLR0913, PLR0917  what a clerk must be told
        self, level: str, source: Source, field_name: str, value: object, zh: str, en: str
    ) -> None:
        self.notices.append(
            Notice(
                level=level,
                sheet=source.sheet,
                row=source.row,
                field=field_name,
                value=None if value is None else str(value),
                message_zh=zh,
                message_en=en,
            )
        )

    def count(self, kind: str, merged: Merged[Any]) -> None:
        """Count what a merge did."""
        tally = self.tally(kind)
        tally.new += len(merged.new)
        tally.changed += len(merged.changed)
        tally.unchanged += len(merged.unchanged)

    def check_code(
        self, kind: str, source: Source, field_name: str, value: str | None, column: str
    ) -> bool:
        """Whether `value` stands in the code list of `column`; the row is refused when it does not."""
        if value is None or value in self.directory.known_codes[column]:
            return True
        self.refuse(
            kind,
            source,
            field_name,
            value,
            f"“{value}”不在代码表中",
            f"“{value}” is not in the code list",
        )
        return False

    def find_project(self, kind: str, source: Source, code: str) -> int | None:
        """The project a row names; the row is refused when there is none."""
        found = self.directory.projects.get(code)
        if found is None:
            self.refuse(
                kind,
                source,
                "项目编号",
                code,
                f"没有编号为“{code}”的项目",
                f"there is no project with code “{code}”",
            )
        else:
            self.touched_projects.add(found)
        return found

    def find_place(
        self, kind: str, source: Source, code: str, site: str | None
    ) -> tuple[int, int | None] | None:
        """The project and site a row names; the row is refused when either is unknown."""
        project = self.find_project(kind, source, code)
        if project is None or site is None:
            return None if project is None else (project, None)
        found = self.directory.sites.get((project, site))
        if found is None:
            self.refuse(
                kind,
                source,
                "点位编号",
                site,
                f"项目“{code}”没有编号为“{site}”的点位",
                f"project “{code}” has no site “{site}”",
            )
            return None
        return project, found

    def days_in_order(  # noqa: PLR0913, PLR0917  what a clerk must be told
        self,
        kind: str,
        source: Source,
        first: date | None,
        last: date | None,
        names: tuple[str, str],
        names_en: tuple[str, str],
    ) -> bool:
        """Whether `first` is not after `last`; the row is refused when it is."""
        if first is None or last is None or first <= last:
            return True
        self.refuse(
            kind,
            source,
            names[1],
            last.isoformat(),
            f"{names[1]}({last})早于{names[0]}({first})",
            f"{names_en[1]} ({last}) is before {names_en[0]} ({first})",
        )
        return False


def open_intake(session: Session, day: date, rules: Rules) -> Intake:
    """Begin to take records in on `day`, under `rules`."""
    city = session.scalars(select(City)).one()
    return Intake(
        session=session,
        day=day,
        rules=rules,
        opening=city.ledger_closed_on is None,
        metric_srid=city.metric_srid,
        directory=read_directory(session),
    )


def distinct(
    intake: Intake, kind: str, records: Iterable[Any], key_of: Callable[[Any], Any]
) -> dict[Any, Any]:
    """Records by key. Of two with one key the later holds, and the clerk is told."""
    tally = intake.tally(kind)
    kept: dict[Any, Any] = {}
    for record in records:
        tally.read += 1
        key = key_of(record)
        if key in kept:
            earlier = kept[key].source
            intake.refuse(
                kind,
                earlier,
                "编号",
                key[-1] if isinstance(key, tuple) else key,
                "同一文件中有重复行,以后一行为准",
                "the same row comes again further down; the later one holds",
            )
        kept[key] = record
    return kept


def lock_intake(session: Session) -> None:
    """Imports of one city wait for one another, so that neither sees half of the other."""
    session.execute(select(func.pg_advisory_xact_lock(_LOCK)))


def lock_out_intake(session: Session) -> None:
    """A person's change waits for an import and keeps the next one out until commit; others' changes go on.

    An import compares what it read with what it was given and would write over what changed in between.
    """
    session.execute(select(func.pg_advisory_xact_lock_shared(_LOCK)))
