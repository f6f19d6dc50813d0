"""Weekly collection (收表): rounds, each unit's sheet, files that came, answers given, and what was taken in."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import BigInteger, Boolean, CheckConstraint, ForeignKey, Index, Integer, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from geo.model.base import Base, Day, Instant, Json, Recorded, Words, days_in_order, one_of
from geo.status import ReportPeriod


class CollectionRound(Recorded, Base):
    """A round (一期): one period of which every unit reports, and the instant by which it must have."""

    __tablename__ = "collection_round"
    period: Mapped[ReportPeriod] = mapped_column(one_of(ReportPeriod))
    first_on: Mapped[Day]
    last_on: Mapped[Day]
    due_at: Mapped[Instant]
    salt: Mapped[Words]
    """Goes into the check of every row's key, so that a key cannot be made up."""
    opened_by: Mapped[Words]
    opened_at: Mapped[Instant]

    __table_args__ = (
        days_in_order("first_on", "last_on"),
        CheckConstraint("salt ~ '^[0-9a-f]{16,}$'", name="salt_form"),
        Index("uq_collection_round_period", "period", "first_on", unique=True),
    )


class SheetState(StrEnum):
    """Where a unit's sheet stands: 未报, 已报, 退回, 已入库."""

    AWAITED = "awaited"
    RECEIVED = "received"
    RETURNED = "returned"
    MERGED = "merged"


class CollectionSheet(Recorded, Base):
    """What one unit owes in a round."""

    __tablename__ = "collection_sheet"
    round_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("jiantu.collection_round.id"))
    unit_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("jiantu.unit.id"), index=True)
    state: Mapped[SheetState] = mapped_column(one_of(SheetState), server_default=text("'awaited'"))
    returned_at: Mapped[Instant | None]

    __table_args__ = (Index("uq_collection_sheet_unit", "round_id", "unit_id", unique=True),)


class CollectionFile(Recorded, Base):
    """One file that came: kept as it came, with its cells as they were read. Of a sheet's files one is `current`."""

    __tablename__ = "collection_file"
    round_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("jiantu.collection_round.id"), index=True
    )
    sheet_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("jiantu.collection_sheet.id"), index=True
    )
    """None while nobody has said whose file it is, and for one that could not be read."""
    file_name: Mapped[Words]
    sha256: Mapped[Words] = mapped_column(ForeignKey("jiantu.stored_file.sha256"))
    received_at: Mapped[Instant]
    received_by: Mapped[Words]
    typed_for: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    """代录: the command office typed it, or dropped it for the unit."""
    current: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    cells: Mapped[Json | None] = mapped_column(JSONB(none_as_null=True))
    refusal: Mapped[Words | None]

    __table_args__ = (
        CheckConstraint("not current or sheet_id is not null", name="current_of_a_sheet"),
        CheckConstraint("(cells is null) = (refusal is not null)", name="read_or_refused"),
        Index(
            "uq_collection_file_current", "sheet_id", unique=True, postgresql_where=text("current")
        ),
    )


class CollectionAnswer(Recorded, Base):
    """What the clerk decided about one finding in a file: `row` as Excel counts, 0 for the whole file."""

    __tablename__ = "collection_answer"
    file_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("jiantu.collection_file.id"))
    row: Mapped[int] = mapped_column(Integer)
    field: Mapped[Words]
    kind: Mapped[Words]
    choice: Mapped[Words]
    answered_by: Mapped[Words]
    answered_at: Mapped[Instant]

    __table_args__ = (
        Index("uq_collection_answer_finding", "file_id", "row", "field", "kind", unique=True),
    )


class CollectionMerge(Recorded, Base):
    """One sheet taken into the ledger; `request_id` names its changes in the history, by which it can be undone."""

    __tablename__ = "collection_merge"
    sheet_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("jiantu.collection_sheet.id"), index=True
    )
    file_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("jiantu.collection_file.id"), index=True
    )
    request_id: Mapped[Words] = mapped_column(unique=True)
    merged_by: Mapped[Words]
    merged_at: Mapped[Instant]
    counts: Mapped[Json]
    notices: Mapped[list[dict[str, str]]] = mapped_column(JSONB, server_default=text("'[]'"))
    undone_by: Mapped[Words | None]
    undone_at: Mapped[Instant | None]

    __table_args__ = (
        CheckConstraint("(undone_by is null) = (undone_at is null)", name="undone_whole"),
    )


class NameAlias(Recorded, Base):
    """A name that somebody confirmed to mean a project or a unit; `alias` is in the form for comparing.

    What a unit confirmed holds for its own sheets (`for_unit_id`); what the command did, for all.
    """

    __tablename__ = "name_alias"
    alias: Mapped[Words]
    project_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("jiantu.project.id"), index=True
    )
    unit_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("jiantu.unit.id"), index=True
    )
    for_unit_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("jiantu.unit.id"), index=True
    )
    confirmed_by: Mapped[Words]
    confirmed_at: Mapped[Instant]

    __table_args__ = (
        CheckConstraint("num_nonnulls(project_id, unit_id) = 1", name="means_one"),
        CheckConstraint("alias <> ''", name="alias_given"),
        Index(
            "uq_name_alias_project",
            "alias",
            text("coalesce(for_unit_id, 0)"),
            unique=True,
            postgresql_where=text("project_id is not null"),
        ),
        Index(
            "uq_name_alias_unit",
            "alias",
            text("coalesce(for_unit_id, 0)"),
            unique=True,
            postgresql_where=text("unit_id is not null"),
        ),
    )
