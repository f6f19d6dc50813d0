"""What the two sides of a pair answer: their own words, kept with every change, which outlive the pair."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import BigInteger, Boolean, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from geo.model.base import Base, Day, Instant, Recorded, Words, days_in_order, one_of


class Answer(StrEnum):
    """What a side says of a pair: 待回复, 有影响, 无影响, 已达成一致."""

    AWAITING = "awaiting"
    AFFECTED = "affected"
    UNAFFECTED = "unaffected"
    AGREED = "agreed"


class OverlapAnswer(Recorded, Base):
    """The answer of one side of a pair of zones.

    The pair is named by its zones and not by its row, which the engine may take away and make again. `seen` stands for
    the shapes and dates of both zones as they were when the answer was given: when they are others, the pair is to be
    judged again (需重新研判).
    """

    __tablename__ = "overlap_answer"
    zone_a: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("jiantu.zone.id", ondelete="CASCADE")
    )
    zone_b: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("jiantu.zone.id", ondelete="CASCADE"), index=True
    )
    side_zone: Mapped[int] = mapped_column(BigInteger)
    """The zone on whose behalf it is answered: one of the two."""
    answer: Mapped[Answer] = mapped_column(one_of(Answer))
    note: Mapped[Words | None]
    proposed_first_on: Mapped[Day | None]
    proposed_last_on: Mapped[Day | None]
    answered_by: Mapped[Words | None]
    """Who gave the answer, as told to whoever wrote it down."""
    answered_at: Mapped[Instant]
    by_command: Mapped[bool] = mapped_column(Boolean, server_default=text("true"))
    """Written down by the command for the unit (代录)."""
    seen: Mapped[Words]

    __table_args__ = (
        CheckConstraint("zone_a < zone_b", name="lower_first"),
        CheckConstraint("side_zone in (zone_a, zone_b)", name="side_of_pair"),
        days_in_order("proposed_first_on", "proposed_last_on"),
        Index("uq_overlap_answer_side", "zone_a", "zone_b", "side_zone", unique=True),
    )
