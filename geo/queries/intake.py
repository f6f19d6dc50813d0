"""Reading what came in by the browser: files, mappings, imports with their reports, works that have only words."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, text

from geo.errors import NotFoundError
from geo.model.imports import ImportNotice, ImportRun, IntakeFile, MappingRecord

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from geo.notices import Notice

EXAMPLES = 12


@dataclass(frozen=True, slots=True)
class IntakeLine:
    """A dropped file."""

    id: int
    file_name: str
    sha256: str
    dropped_at: datetime


@dataclass(frozen=True, slots=True)
class MappingLine:
    """A mapping kept in the database."""

    name: str
    title: str
    body: str
    made_by: str


@dataclass(frozen=True, slots=True)
class RunLine:
    """One import."""

    id: int
    file_name: str
    mapping: str
    actor: str
    day: date
    started_at: datetime
    refusal: str | None
    counts: dict[str, Any]
    can_undo: bool
    undone_by: str | None
    undone_at: datetime | None


@dataclass(slots=True)
class NoticeGroup:
    """Notices that say the same of several rows."""

    level: str
    zh: str
    en: str
    count: int = 0
    examples: list[tuple[str | None, int | None, str | None, str | None]] = field(
        default_factory=list
    )
    """Sheet, row, field and value of the first of them."""


@dataclass(frozen=True, slots=True)
class WordsOnly:
    """A work that says only in words where it is."""

    id: int
    kind: str
    code: str
    name: str | None
    words: str
    project: str | None
    project_name: str | None


def list_files(session: Session, most: int = 20) -> list[IntakeLine]:
    """Dropped files, newest first."""
    found = session.scalars(select(IntakeFile).order_by(IntakeFile.id.desc()).limit(most))
    return [_line(one) for one in found]


def get_intake_file(session: Session, file_id: int) -> IntakeLine:
    """A dropped file; raises `NotFoundError`."""
    found = session.get(IntakeFile, file_id)
    if found is None:
        message = f"no file {file_id}"
        raise NotFoundError(message)
    return _line(found)


def _line(found: IntakeFile) -> IntakeLine:
    return IntakeLine(found.id, found.file_name, found.sha256, found.dropped_at)


def list_mapping_records(session: Session) -> list[MappingLine]:
    """Mappings kept in this database, by name."""
    return [
        MappingLine(one.name, one.title, one.body, one.made_by)
        for one in session.scalars(select(MappingRecord).order_by(MappingRecord.name))
    ]


def list_runs(session: Session, most: int = 20) -> list[RunLine]:
    """Imports, newest first."""
    runs = session.scalars(select(ImportRun).order_by(ImportRun.id.desc()).limit(most))
    return [_run(one) for one in runs]


def get_run(session: Session, run_id: int) -> tuple[RunLine, list[NoticeGroup]]:
    """An import with its notices, those that say the same together; raises `NotFoundError`."""
    run = session.get(ImportRun, run_id)
    if run is None:
        message = f"no import {run_id}"
        raise NotFoundError(message)
    rows = session.execute(
        select(
            ImportNotice.level,
            ImportNotice.sheet,
            ImportNotice.row,
            ImportNotice.field,
            ImportNotice.value,
            ImportNotice.message,
            ImportNotice.message_en,
        )
        .where(ImportNotice.run_id == run_id)
        .order_by(ImportNotice.position)
    )
    groups = _grouped(
        (row.level.value, row.sheet, row.row, row.field, row.value, row.message, row.message_en)
        for row in rows
    )
    return _run(run), groups


def _run(run: ImportRun) -> RunLine:
    return RunLine(
        run.id,
        run.file_name,
        run.mapping,
        run.actor,
        run.day,
        run.started_at,
        run.refusal,
        run.counts,
        run.request_id is not None and run.undone_at is None,
        run.undone_by,
        run.undone_at,
    )


def group_notices(notices: Iterable[Notice]) -> list[NoticeGroup]:
    """Notices of an import that was only tried, those that say the same together."""
    return _grouped(
        (
            one.level,
            one.sheet,
            one.row,
            one.field,
            one.value,
            one.message_zh,
            one.message_en,
        )
        for one in notices
    )


_LEVELS = ("refused", "mended", "noted")


def _grouped(
    notices: Iterable[tuple[str, str | None, int | None, str | None, str | None, str, str]],
) -> list[NoticeGroup]:
    groups: dict[tuple[str, str], NoticeGroup] = {}
    order: dict[str, int] = defaultdict(int)
    for level, sheet, row, name, value, zh, en in notices:
        group = groups.setdefault((level, zh), NoticeGroup(level, zh, en))
        group.count += 1
        order[zh] += 1
        if len(group.examples) < EXAMPLES:
            group.examples.append((sheet, row, name, value))
    return sorted(groups.values(), key=lambda one: (_LEVELS.index(one.level), -one.count))


_WORDS_ONLY = text(
    """
    select z.id, z.kind, z.code, z.name, z.location_text, p.code as project, p.name as project_name
    from jiantu.zone z left join jiantu.project p on p.id = z.project_id
    where z.location_text is not null and z.state not in ('withdrawn', 'finished')
      and not exists (select from jiantu.zone_part part where part.zone_id = z.id)
    order by z.id desc limit :most
    """
)


def list_words_only(session: Session, most: int = 30) -> list[WordsOnly]:
    """Works with words and without a shape, newest first."""
    return [
        WordsOnly(
            row.id, row.kind, row.code, row.name, row.location_text, row.project, row.project_name
        )
        for row in session.execute(_WORDS_ONLY, {"most": most})
    ]
