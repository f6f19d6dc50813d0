"""What is released to the public: a row here is a release; without one (or its record's flag) nothing is public."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    ForeignKey,
    Integer,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from geo.model.base import Base, Instant, Recorded, Words


class PublicSetting(Base):
    """What the city shows to everybody beyond the usual; one row."""

    __tablename__ = "public_setting"
    id: Mapped[int] = mapped_column(Integer, primary_key=True, server_default=text("1"))
    version: Mapped[int] = mapped_column(Integer, server_default=text("1"))
    lamp_shown: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    """The lamp of the day in place of the stage's colour."""
    notice_days: Mapped[int] = mapped_column(Integer, server_default=text("5"))
    """So many days ahead a diversion or an outage is told."""

    __table_args__ = (
        CheckConstraint("id = 1", name="only_one"),
        CheckConstraint("notice_days between 0 and 60", name="notice_days_range"),
    )


class ProjectRelease(Recorded, Base):
    """Plain words about a public project, written for everybody, and whether its total investment may be told."""

    __tablename__ = "project_release"
    project_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("jiantu.project.id", ondelete="CASCADE"), unique=True
    )
    introduction: Mapped[Words | None]
    introduction_en: Mapped[Words | None]
    investment: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))


class ExtensionRelease(Recorded, Base):
    """A changed plan whose new finish is told to the public, with the reason that is told with it."""

    __tablename__ = "extension_release"
    plan_version_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("jiantu.plan_version.id", ondelete="CASCADE"), unique=True
    )
    reason: Mapped[Words]
    reason_en: Mapped[Words | None]

    __table_args__ = (CheckConstraint("reason <> ''", name="reason_given"),)


class AnnouncedOutage(Recorded, Base):
    """Hours without power, water, heat or gas that a relocation brings; public from the day on which it is released."""

    __tablename__ = "announced_outage"
    zone_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("jiantu.zone.id", ondelete="CASCADE"), index=True
    )
    starts_at: Mapped[Instant]
    ends_at: Mapped[Instant]
    area: Mapped[Words]
    area_en: Mapped[Words | None]
    released: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))

    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="ends_after_start"),
        CheckConstraint("area <> ''", name="area_given"),
    )
