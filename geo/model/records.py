"""What units report about a project: progress, procedures, money, land, blockers, suspensions, attachments."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    Numeric,
    Text,
)
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from geo.model.base import Base, Day, Recorded, Words, Yuan, days_in_order, one_of
from geo.status import ReportPeriod, Verification


class ProgressReport(Recorded, Base):
    """A progress report (进展填报). Never overwritten: a correction is a new report for the same period."""

    __tablename__ = "progress_report"
    project_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("jiantu.project.id"))
    site_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("jiantu.zone.id"), index=True
    )
    period: Mapped[ReportPeriod] = mapped_column(one_of(ReportPeriod))
    first_on: Mapped[Day]
    last_on: Mapped[Day]
    revision: Mapped[int] = mapped_column(Integer, server_default=sql("0"))
    """0 is the first report of a period, 1 its first correction, and so on; the highest one holds."""
    narrative: Mapped[Words | None]
    step: Mapped[Words | None]
    step_percent: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))
    """What the ladder says of the step on the day of entry."""
    percent: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))
    percent_source: Mapped[Words | None]
    invested_in_period_yuan: Mapped[Yuan | None]
    invested_to_date_yuan: Mapped[Yuan | None]
    next_step: Mapped[Words | None]
    reporter: Mapped[Words | None]
    checker: Mapped[Words | None]
    reported_on: Mapped[Day | None]
    verification: Mapped[Verification] = mapped_column(
        one_of(Verification), server_default=sql("'self_reported'")
    )
    origin: Mapped[Words | None]
    known_on: Mapped[Day]

    __table_args__ = (
        days_in_order("first_on", "last_on"),
        CheckConstraint("percent between 0 and 100", name="percent_range"),
        CheckConstraint("step_percent between 0 and 100", name="step_percent_range"),
        CheckConstraint("invested_to_date_yuan >= 0", name="invested_not_negative"),
        Index(
            "uq_progress_report_period",
            "project_id",
            sql("coalesce(site_id, 0)"),
            "period",
            "first_on",
            "revision",
            unique=True,
        ),
    )


class Tolerance(StrEnum):
    """Ways to begin without a paper: 容缺, 告知承诺, 并联."""

    DEFERRED = "deferred"
    PROMISED = "promised"
    PARALLEL = "parallel"


class Procedure(Recorded, Base):
    """A preliminary procedure (前期手续) and its clock."""

    __tablename__ = "procedure"
    project_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("jiantu.project.id"))
    kind: Mapped[str] = mapped_column(Text, ForeignKey("jiantu.procedure_kind.code"))
    required: Mapped[bool] = mapped_column(Boolean, server_default=sql("true"))
    started_on: Mapped[Day | None]
    statutory_days: Mapped[int | None] = mapped_column(Integer)
    promised_days: Mapped[int | None] = mapped_column(Integer)
    used_days: Mapped[int | None] = mapped_column(Integer)
    lies_with_unit_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("jiantu.unit.id"))
    due_on: Mapped[Day | None]
    obtained_on: Mapped[Day | None]
    tolerance: Mapped[Tolerance | None] = mapped_column(one_of(Tolerance))
    known_on: Mapped[Day]

    __table_args__ = (
        CheckConstraint("statutory_days > 0", name="statutory_days_positive"),
        CheckConstraint("promised_days > 0", name="promised_days_positive"),
        CheckConstraint("used_days >= 0", name="used_days_not_negative"),
        days_in_order("started_on", "obtained_on"),
        Index("uq_procedure_kind", "project_id", "kind", unique=True),
    )


class FundingLine(Recorded, Base):
    """A funding line (资金): planned, arrived (到位) and paid (支付) from one source."""

    __tablename__ = "funding_line"
    project_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("jiantu.project.id"))
    funding_source: Mapped[str] = mapped_column(Text, ForeignKey("jiantu.funding_source.code"))
    planned_yuan: Mapped[Yuan | None]
    arrived_yuan: Mapped[Yuan | None]
    arrived_on: Mapped[Day | None]
    paid_yuan: Mapped[Yuan | None]
    paid_on: Mapped[Day | None]

    __table_args__ = (
        CheckConstraint(
            "planned_yuan >= 0 and arrived_yuan >= 0 and paid_yuan >= 0", name="not_negative"
        ),
        Index("uq_funding_line_source", "project_id", "funding_source", unique=True),
    )


class LandKind(StrEnum):
    """用地 or 征拆."""

    LAND = "land"
    DEMOLITION = "demolition"


class LandStatus(Recorded, Base):
    """Land and demolition (用地, 征拆) as of a day: area and households, total, signed, cleared."""

    __tablename__ = "land_status"
    project_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("jiantu.project.id"))
    kind: Mapped[LandKind] = mapped_column(one_of(LandKind))
    as_of_on: Mapped[Day]
    area_total_m2: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    area_signed_m2: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    area_cleared_m2: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    households_total: Mapped[int | None] = mapped_column(Integer)
    households_signed: Mapped[int | None] = mapped_column(Integer)
    households_cleared: Mapped[int | None] = mapped_column(Integer)

    __table_args__ = (
        CheckConstraint(
            "area_signed_m2 <= area_total_m2 and area_cleared_m2 <= area_total_m2",
            name="area_within_total",
        ),
        CheckConstraint(
            "households_signed <= households_total and households_cleared <= households_total",
            name="households_within_total",
        ),
        Index("uq_land_status_day", "project_id", "kind", "as_of_on", unique=True),
    )


class Blocker(Recorded, Base):
    """A blocker (制约问题): what holds a project up, who must act, and by when."""

    __tablename__ = "blocker"
    project_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("jiantu.project.id"))
    site_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("jiantu.zone.id"), index=True
    )
    code: Mapped[Words | None]
    cause: Mapped[str] = mapped_column(Text, ForeignKey("jiantu.cause.code"))
    text: Mapped[Words]
    responsible_unit_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("jiantu.unit.id"), index=True
    )
    awaited_unit_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("jiantu.unit.id"), index=True
    )
    raised_on: Mapped[Day]
    due_on: Mapped[Day | None]
    resolved_on: Mapped[Day | None]
    resolution: Mapped[Words | None]
    stops_work: Mapped[bool] = mapped_column(Boolean, server_default=sql("false"))
    known_on: Mapped[Day]

    __table_args__ = (
        days_in_order("raised_on", "due_on"),
        days_in_order("raised_on", "resolved_on"),
        CheckConstraint("text <> ''", name="text_given"),
        Index("ix_blocker_project", "project_id"),
        Index(
            "uq_blocker_code",
            "project_id",
            "code",
            unique=True,
            postgresql_where=sql("code is not null"),
        ),
    )


class Suspension(Recorded, Base):
    """A suspension (停工); it is justified when approved or when a control area caused it."""

    __tablename__ = "suspension"
    project_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("jiantu.project.id"))
    site_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("jiantu.zone.id"), index=True
    )
    first_on: Mapped[Day]
    last_on: Mapped[Day | None]
    reason: Mapped[Words]
    approved_by: Mapped[Words | None]
    approved_on: Mapped[Day | None]
    control_area_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("jiantu.zone.id"))
    known_on: Mapped[Day]

    __table_args__ = (
        days_in_order("first_on", "last_on"),
        CheckConstraint("(approved_by is null) = (approved_on is null)", name="approval_is_whole"),
        Index(
            "uq_suspension_first_on",
            "project_id",
            sql("coalesce(site_id, 0)"),
            "first_on",
            unique=True,
        ),
    )


class Attachment(Recorded, Base):
    """A file kept with a record; the bytes lie in the file store under their SHA-256."""

    __tablename__ = "attachment"
    project_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("jiantu.project.id"), index=True
    )
    zone_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("jiantu.zone.id"), index=True
    )
    report_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("jiantu.progress_report.id"), index=True
    )
    blocker_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("jiantu.blocker.id"), index=True
    )
    kind: Mapped[Words]
    file_name: Mapped[Words]
    media_type: Mapped[Words]
    sha256: Mapped[Words]
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    taken_on: Mapped[Day | None]
    released: Mapped[bool] = mapped_column(Boolean, server_default=sql("false"))

    __table_args__ = (
        CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256_form"),
        CheckConstraint("size_bytes >= 0", name="size_not_negative"),
        CheckConstraint(
            "num_nonnulls(project_id, zone_id, report_id, blocker_id) >= 1",
            name="belongs_somewhere",
        ),
    )
