"""Projects, their plans and milestones, and the days on which they began and ended."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    Numeric,
    Text,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from geo.model.base import Base, Code, Day, Key, Recorded, Words, Yuan, days_in_order, one_of
from geo.status import Precision, ReportPeriod, Standing


class Project(Recorded, Base):
    """A project (项目)."""

    __tablename__ = "project"
    code: Mapped[Code] = mapped_column(unique=True)
    name: Mapped[Words]
    name_en: Mapped[Words | None]
    parent_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("jiantu.project.id"), index=True
    )
    category: Mapped[str | None] = mapped_column(Text, ForeignKey("jiantu.category.code"))
    nature: Mapped[str | None] = mapped_column(Text, ForeignKey("jiantu.nature.code"))
    lead_unit_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("jiantu.unit.id"), index=True
    )
    employer: Mapped[Words | None]
    contractor: Mapped[Words | None]
    headquarters: Mapped[Words | None]
    sponsor_leader_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("jiantu.leader.id"), index=True
    )
    manager: Mapped[Words | None]
    task_force: Mapped[Words | None]
    introduction: Mapped[Words | None]
    total_investment_yuan: Mapped[Yuan | None]
    green_channel: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    public: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    report_period: Mapped[ReportPeriod] = mapped_column(
        one_of(ReportPeriod), server_default=text("'week'")
    )
    standing: Mapped[Standing] = mapped_column(one_of(Standing), server_default=text("'active'"))
    standing_document: Mapped[Words | None]
    standing_from: Mapped[Day | None]
    actual_start_on: Mapped[Day | None]
    start_permit: Mapped[Words | None]
    completed_on: Mapped[Day | None]
    accepted_on: Mapped[Day | None]
    in_use_on: Mapped[Day | None]
    in_production_on: Mapped[Day | None]
    at_capacity_on: Mapped[Day | None]
    registered_investment_yuan: Mapped[Yuan | None]
    """入库投资: what statistics registered; stands beside 完成投资 and is never added to it."""
    registered_on: Mapped[Day | None]
    entered_on: Mapped[Day]
    source_key: Mapped[Words | None]

    __table_args__ = (
        CheckConstraint("parent_id <> id", name="parent_is_another"),
        CheckConstraint("total_investment_yuan >= 0", name="investment_not_negative"),
        CheckConstraint(
            "standing = 'active' or (standing_document is not null and standing_from is not null)",
            name="standing_by_document",
        ),
        days_in_order("actual_start_on", "completed_on"),
        days_in_order("completed_on", "accepted_on"),
        Index("ix_project_name", "name"),
    )


class ProjectDistrict(Base):
    """A project lies in one or several districts (属地)."""

    __tablename__ = "project_district"
    id: Mapped[Key]
    version: Mapped[int] = mapped_column(Integer, server_default=text("1"))
    project_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("jiantu.project.id"))
    district_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("jiantu.district.id"), index=True
    )

    __table_args__ = (Index("uq_project_district", "project_id", "district_id", unique=True),)


class PlanVersion(Recorded, Base):
    """A plan of a project or site: the year's first one (年初计划, number 0) or an approved change (调整)."""

    __tablename__ = "plan_version"
    project_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("jiantu.project.id"))
    site_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("jiantu.zone.id"), index=True
    )
    number: Mapped[int] = mapped_column(Integer)
    in_force_from: Mapped[Day | None]
    document: Mapped[Words | None]
    start_on: Mapped[Day | None]
    start_precision: Mapped[Precision | None] = mapped_column(one_of(Precision, "start_precision"))
    start_tentative: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    finish_on: Mapped[Day | None]
    finish_precision: Mapped[Precision | None] = mapped_column(
        one_of(Precision, "finish_precision")
    )
    finish_tentative: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    known_on: Mapped[Day]

    __table_args__ = (
        CheckConstraint("number >= 0", name="number_not_negative"),
        CheckConstraint("number = 0 or in_force_from is not null", name="change_has_a_day"),
        days_in_order("start_on", "finish_on"),
        CheckConstraint("(start_on is null) = (start_precision is null)", name="start_precision"),
        CheckConstraint(
            "(finish_on is null) = (finish_precision is null)", name="finish_precision"
        ),
        Index(
            "uq_plan_version_number",
            "project_id",
            text("coalesce(site_id, 0)"),
            "number",
            unique=True,
        ),
    )


class PlanMonth(Base):
    """The monthly plan (分月计划): percent reached by the month's end, investment within it."""

    __tablename__ = "plan_month"
    id: Mapped[Key]
    version: Mapped[int] = mapped_column(Integer, server_default=text("1"))
    plan_version_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("jiantu.plan_version.id", ondelete="CASCADE")
    )
    month_on: Mapped[Day]
    """The month's first day."""
    percent: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))
    investment_yuan: Mapped[Yuan | None]

    __table_args__ = (
        CheckConstraint("extract(day from month_on) = 1", name="month_starts"),
        CheckConstraint("percent between 0 and 100", name="percent_range"),
        CheckConstraint(
            "percent is not null or investment_yuan is not null", name="says_something"
        ),
        Index("uq_plan_month", "plan_version_id", "month_on", unique=True),
    )


class PlanYear(Base):
    """The investment planned for a year."""

    __tablename__ = "plan_year"
    id: Mapped[Key]
    version: Mapped[int] = mapped_column(Integer, server_default=text("1"))
    plan_version_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("jiantu.plan_version.id", ondelete="CASCADE")
    )
    year: Mapped[int] = mapped_column(Integer)
    investment_yuan: Mapped[Yuan]

    __table_args__ = (
        CheckConstraint("year between 1990 and 2100", name="year_range"),
        CheckConstraint("investment_yuan >= 0", name="investment_not_negative"),
        Index("uq_plan_year", "plan_version_id", "year", unique=True),
    )


class Milestone(Recorded, Base):
    """A milestone (节点) of a plan version: due, planned percent, reached."""

    __tablename__ = "milestone"
    plan_version_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("jiantu.plan_version.id", ondelete="CASCADE")
    )
    name: Mapped[Words]
    due_on: Mapped[Day]
    due_precision: Mapped[Precision] = mapped_column(
        one_of(Precision), server_default=text("'day'")
    )
    percent: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))
    reached_on: Mapped[Day | None]

    __table_args__ = (
        CheckConstraint("percent between 0 and 100", name="percent_range"),
        Index("uq_milestone_name", "plan_version_id", "name", unique=True),
    )
