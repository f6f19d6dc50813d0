"""Reports of imports: what was read, what it changed, what was mended and what was refused."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import BigInteger, Boolean, CheckConstraint, ForeignKey, Integer, text
from sqlalchemy.orm import Mapped, mapped_column

from geo.model.base import Base, Day, Instant, Json, Key, Recorded, Words, one_of


class ImportRun(Base):
    """One import of one file; a refused file leaves a run that changed nothing."""

    __tablename__ = "import_run"
    id: Mapped[Key]
    file_name: Mapped[Words]
    sha256: Mapped[Words]
    mapping: Mapped[Words]
    actor: Mapped[Words]
    day: Mapped[Day]
    started_at: Mapped[Instant]
    finished_at: Mapped[Instant]
    refused: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    """The file as a whole was refused."""
    refusal: Mapped[Words | None]
    counts: Mapped[Json]
    """For each kind of record: read, new, changed, unchanged, refused."""
    request_id: Mapped[Words | None]
    """Names its changes in the history, by which it can be undone."""
    undone_by: Mapped[Words | None]
    undone_at: Mapped[Instant | None]

    __table_args__ = (
        CheckConstraint("(undone_by is null) = (undone_at is null)", name="undone_whole"),
    )


class NoticeLevel(StrEnum):
    """What became of a value: mended, noted or refused."""

    MENDED = "mended"
    NOTED = "noted"
    REFUSED = "refused"


class ImportNotice(Base):
    """One thing a clerk should know of an import: where, which value, what became of it and why."""

    __tablename__ = "import_notice"
    id: Mapped[Key]
    run_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("jiantu.import_run.id", ondelete="CASCADE"), index=True
    )
    position: Mapped[int] = mapped_column(Integer)
    level: Mapped[NoticeLevel] = mapped_column(one_of(NoticeLevel))
    sheet: Mapped[Words | None]
    row: Mapped[int | None] = mapped_column(Integer)
    field: Mapped[Words | None]
    value: Mapped[Words | None]
    message: Mapped[Words]
    message_en: Mapped[Words]


class IntakeFile(Recorded, Base):
    """A file that was dropped in the browser to be looked at, tried and imported; its bytes lie in the file store."""

    __tablename__ = "intake_file"
    file_name: Mapped[Words]
    sha256: Mapped[Words] = mapped_column(ForeignKey("jiantu.stored_file.sha256"))
    dropped_by: Mapped[Words]
    dropped_at: Mapped[Instant]


class MappingRecord(Recorded, Base):
    """A mapping made in the browser: kept, shared, and written as the TOML of a mapping file."""

    __tablename__ = "mapping_record"
    name: Mapped[Words] = mapped_column(unique=True)
    title: Mapped[Words]
    body: Mapped[Words]
    made_by: Mapped[Words]
    made_at: Mapped[Instant]

    __table_args__ = (CheckConstraint("name ~ '^[a-z0-9][a-z0-9-]*$'", name="name_form"),)
