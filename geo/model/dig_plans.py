"""Proposals for the year's dig plan (年度掘路计划): what `jiantu coordinate` found, and what owners said to it."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from geo.model.base import Base, Day, Instant, Json, Recorded, Words, days_in_order, one_of


class CoordinationRun(Recorded, Base):
    """One search for better dates, with the sums before and after it and the bound below which no plan can come."""

    __tablename__ = "coordination_run"
    day: Mapped[Day]
    made_at: Mapped[Instant]
    first_on: Mapped[Day]
    last_on: Mapped[Day]
    works: Mapped[int] = mapped_column(Integer)
    """How many works could be shifted."""
    cost: Mapped[int] = mapped_column(Integer)
    cost_before: Mapped[int] = mapped_column(Integer)
    bound: Mapped[int] = mapped_column(Integer)
    proven: Mapped[bool]
    before: Mapped[Json]
    after: Mapped[Json]

    __table_args__ = (
        days_in_order("first_on", "last_on"),
        CheckConstraint("bound <= cost and cost <= cost_before", name="costs_in_order"),
    )


class ShiftState(StrEnum):
    """What became of a proposed shift: its owner accepts or declines it, or it lapses with the next search."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    LAPSED = "lapsed"


class ProposedShift(Recorded, Base):
    """Other days proposed for one zone. Zones shifted together share a `work_id`; each owner decides its own."""

    __tablename__ = "proposed_shift"
    run_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("jiantu.coordination_run.id", ondelete="CASCADE")
    )
    work_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("jiantu.zone.id", ondelete="CASCADE"), index=True
    )
    zone_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("jiantu.zone.id", ondelete="CASCADE"), index=True
    )
    unit_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("jiantu.unit.id"), index=True
    )
    shift_days: Mapped[int] = mapped_column(Integer)
    from_first_on: Mapped[Day]
    from_last_on: Mapped[Day]
    seen_version: Mapped[int] = mapped_column(Integer)
    """The zone's version when the shift was proposed: a zone that has changed since is not shifted."""
    reasons: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    state: Mapped[ShiftState] = mapped_column(one_of(ShiftState), server_default=text("'proposed'"))
    decided_at: Mapped[Instant | None]
    decided_by: Mapped[Words | None]
    note: Mapped[Words | None]

    __table_args__ = (
        days_in_order("from_first_on", "from_last_on"),
        CheckConstraint("shift_days <> 0", name="shifts"),
        CheckConstraint(
            "(state in ('accepted', 'declined')) = (decided_at is not null)", name="decided"
        ),
        Index("uq_proposed_shift_zone", "run_id", "zone_id", unique=True),
    )
