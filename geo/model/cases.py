"""Cases (协调事项): heavy pairs tied by road and period, what is said about them, and the minutes that close them."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Computed,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import DOUBLE_PRECISION, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from geo.model.answers import Answer
from geo.model.base import Base, Day, Instant, Key, Recorded, WordList, Words, days_in_order, one_of


class CoordinationCase(Base):
    """A case and its number, which it keeps while its pairs come and go. Written by the engine only, never deleted."""

    __tablename__ = "coordination_case"
    id: Mapped[Key]
    year: Mapped[int] = mapped_column(Integer)
    serial: Mapped[int] = mapped_column(Integer)
    road_name: Mapped[Words | None]
    """None where no named road is near."""
    first_on: Mapped[Day | None]
    last_on: Mapped[Day | None]
    opened_on: Mapped[Day]
    ended_on: Mapped[Day | None]
    """The day from which it has no pair any more."""

    __table_args__ = (Index("uq_coordination_case_number", "year", "serial", unique=True),)


PACKED = (
    "int8send(zone_a) || int8send(zone_b) || int8send(coalesce(case_id, 0::bigint))"
    " || float8send(coalesce(first_on - '0001-01-01'::date + 1, 1)::double precision)"
    " || float8send(coalesce(last_on - '0001-01-01'::date + 1, 3652059)::double precision)"
    " || float8send(west) || float8send(east) || float8send(south) || float8send(north)"
)
"""Days are numbered from the first of year 1 on; those that are not known are the first and the last that there are."""


class CasePair(Base):
    """A heavy pair and its case, and where it lies. A pair that is gone keeps its row, and so finds its case again."""

    __tablename__ = "case_pair"
    zone_a: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("jiantu.zone.id", ondelete="CASCADE"), primary_key=True
    )
    zone_b: Mapped[int] = mapped_column(
        BigInteger,
        ForeignKey("jiantu.zone.id", ondelete="CASCADE"),
        primary_key=True,
        index=True,
    )
    case_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("jiantu.coordination_case.id"), index=True
    )
    place: Mapped[Words]
    road_name: Mapped[Words | None]
    west: Mapped[float] = mapped_column(DOUBLE_PRECISION)
    south: Mapped[float] = mapped_column(DOUBLE_PRECISION)
    east: Mapped[float] = mapped_column(DOUBLE_PRECISION)
    north: Mapped[float] = mapped_column(DOUBLE_PRECISION)
    first_on: Mapped[Day | None]
    last_on: Mapped[Day | None]
    present: Mapped[bool] = mapped_column(Boolean)
    since_on: Mapped[Day]
    """The day from which it has been there, or there again: nobody could answer before."""
    packed: Mapped[bytes] = mapped_column(LargeBinary, Computed(PACKED, persisted=True))
    """What grouping reads of it, by the hundred with every change: zones, case, days, west, east, south, north."""

    __table_args__ = (
        CheckConstraint("zone_a < zone_b", name="lower_first"),
        Index("ix_case_pair_place", "place", postgresql_where=text("present")),
    )


class MessageKind(StrEnum):
    """What is said in the thread of a case."""

    ANSWER = "answer"
    NOTE = "note"
    PROPOSAL = "proposal"
    CONSENT = "consent"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    MINUTES = "minutes"


class CaseMessage(Recorded, Base):
    """One thing said about a case, in the name of a unit (or of the command, when there is none); only ever added.

    A proposal names the zone that would move and its new days; what is said to it refers to it by `reply_to`.
    """

    __tablename__ = "case_message"
    case_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("jiantu.coordination_case.id"), index=True
    )
    unit_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("jiantu.unit.id"), index=True
    )
    kind: Mapped[MessageKind] = mapped_column(one_of(MessageKind))
    answer: Mapped[Answer | None] = mapped_column(one_of(Answer))
    body: Mapped[Words | None]
    zone_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("jiantu.zone.id", ondelete="SET NULL"), index=True
    )
    first_on: Mapped[Day | None]
    last_on: Mapped[Day | None]
    reply_to: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("jiantu.case_message.id"), index=True
    )
    file_sha256: Mapped[str | None] = mapped_column(
        Text, ForeignKey("jiantu.stored_file.sha256"), index=True
    )
    file_name: Mapped[Words | None]
    said_by: Mapped[Words | None]
    said_at: Mapped[Instant]
    by_command: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    """Written down by the command for the unit (代录)."""

    __table_args__ = (
        CheckConstraint("(kind = 'answer') = (answer is not null)", name="answer_of_answer"),
        CheckConstraint(
            "(kind in ('consent', 'accepted', 'declined')) = (reply_to is not null)",
            name="reply_to_proposal",
        ),
        CheckConstraint(
            "kind <> 'proposal' or num_nonnulls(first_on, last_on) > 0", name="proposal_has_days"
        ),
        CheckConstraint("(file_sha256 is null) = (file_name is null)", name="file_has_name"),
        days_in_order("first_on", "last_on"),
    )


class CaseMinutes(Recorded, Base):
    """Minutes of a meeting (会商纪要) that close a case.

    `facts` has all that the document says, so that it is the same whenever it is made again; `seen` stands for the
    pairs, shapes and dates as they were.
    """

    __tablename__ = "case_minutes"
    case_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("jiantu.coordination_case.id"), index=True
    )
    year: Mapped[int] = mapped_column(Integer)
    serial: Mapped[int] = mapped_column(Integer)
    held_on: Mapped[Day]
    place: Mapped[Words]
    chair: Mapped[Words]
    participants: Mapped[WordList]
    agreed: Mapped[WordList]
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB)
    seen: Mapped[Words]
    written_by: Mapped[Words | None]
    written_at: Mapped[Instant]

    __table_args__ = (
        Index("uq_case_minutes_number", "year", "serial", unique=True),
        CheckConstraint("cardinality(agreed) > 0", name="something_agreed"),
        CheckConstraint("cardinality(participants) > 0", name="somebody_there"),
    )
