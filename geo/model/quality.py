"""What was doubtful in the city's records, counted week by week."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, text
from sqlalchemy.orm import Mapped, mapped_column

from geo.model.base import Base, Day, Key, Words


class QualityCount(Base):
    """How many records one check found of one unit (None: of no unit) on the Monday of a week."""

    __tablename__ = "quality_count"
    id: Mapped[Key]
    week_on: Mapped[Day]
    check: Mapped[Words]
    unit_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("jiantu.unit.id"))
    found: Mapped[int] = mapped_column(Integer)

    __table_args__ = (
        CheckConstraint("extract(isodow from week_on) = 1", name="week_begins"),
        CheckConstraint("found >= 0", name="found_not_negative"),
        Index(
            "uq_quality_count_week", "week_on", "check", text("coalesce(unit_id, 0)"), unique=True
        ),
    )
