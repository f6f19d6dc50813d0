"""Who is responsible: units, and the leaders who sponsor projects."""

from __future__ import annotations

from datetime import time
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    Text,
    Time,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from geo.model.base import Base, Code, Recorded, WordList, Words, one_of


class Unit(Recorded, Base):
    """A unit (责任单位): department, district, platform company, utility, police, command or company."""

    __tablename__ = "unit"
    code: Mapped[Code | None] = mapped_column(unique=True)
    name: Mapped[Words] = mapped_column(unique=True)
    short_name: Mapped[Words | None]
    name_en: Mapped[Words | None]
    kind: Mapped[str] = mapped_column(Text, ForeignKey("jiantu.unit_kind.code"))
    utility: Mapped[str | None] = mapped_column(Text, ForeignKey("jiantu.utility.code"))
    district_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("jiantu.district.id"))
    aliases: Mapped[WordList] = mapped_column(server_default=text("'{}'"))
    crews: Mapped[int | None] = mapped_column(Integer)
    """In how many places the unit can dig at once; empty means what the rules say."""

    __table_args__ = (
        CheckConstraint("crews > 0", name="crews_positive"),
        CheckConstraint("utility is null or kind = 'utility'", name="utility_by_kind"),
    )


class WindowOperation(StrEnum):
    """What a service window speaks of: opening the ground, or cutting a supply."""

    DIG = "dig"
    CUT = "cut"


class OwnWindow(Recorded, Base):
    """A service window (作业窗口) that a unit keeps for its own works.

    One with the code of a window of the rules that concerns this kind of lines alone stands in for it.
    """

    __tablename__ = "service_window"
    unit_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("jiantu.unit.id"), index=True)
    code: Mapped[Words]
    name: Mapped[Words]
    name_en: Mapped[Words | None]
    forbids: Mapped[bool] = mapped_column(Boolean)
    """Whether the work is forbidden in that time; else it is allowed in that time only."""
    operation: Mapped[WindowOperation] = mapped_column(one_of(WindowOperation, "operation"))
    first_day: Mapped[Words]
    """MM-DD; the window may run over New Year."""
    last_day: Mapped[Words]
    since: Mapped[time | None] = mapped_column(Time)
    until: Mapped[time | None] = mapped_column(Time)

    __table_args__ = (
        CheckConstraint("name <> ''", name="name_given"),
        CheckConstraint(
            "first_day ~ '^\\d\\d-\\d\\d$' and last_day ~ '^\\d\\d-\\d\\d$'", name="days_form"
        ),
        CheckConstraint("(since is null) = (until is null)", name="hours_whole"),
        Index("uq_service_window_unit_code", "unit_id", "code", unique=True),
    )


class Leader(Recorded, Base):
    """A sponsor leader (分包市领导)."""

    __tablename__ = "leader"
    name: Mapped[Words] = mapped_column(unique=True)
    post: Mapped[Words | None]
    rank: Mapped[int | None] = mapped_column(Integer)
