"""Lamps as spans of days, and the rulings that may stand over them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, text
from sqlalchemy.dialects.postgresql import JSONB, ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from geo.model.base import (
    Base,
    Day,
    Days,
    Instant,
    Key,
    Recorded,
    SinceWhen,
    WordList,
    Words,
    days_in_order,
    one_of,
)
from geo.status import Lamp, Stage


class StatusSpan(SinceWhen, Base):
    """What the rule says of a project (`site_id` empty) or a site over a run of days. Written by the engine only.

    Days up to yesterday are never rewritten; from today on the rows say what today's facts give if nothing more is
    reported. `marks` are as though every day had come: readers drop `not_reported` and `hollow` on days ahead.
    """

    __tablename__ = "status_span"
    id: Mapped[Key]
    project_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("jiantu.project.id", ondelete="CASCADE")
    )
    site_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("jiantu.zone.id", ondelete="CASCADE")
    )
    days: Mapped[Days]
    lamp: Mapped[Lamp] = mapped_column(one_of(Lamp))
    stage: Mapped[Stage] = mapped_column(one_of(Stage))
    reasons: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default=text("'[]'"))
    marks: Mapped[WordList] = mapped_column(server_default=text("'{}'"))

    __table_args__ = (
        CheckConstraint("not isempty(days)", name="days_not_empty"),
        ExcludeConstraint(
            ("project_id", "="),
            (text("coalesce(site_id, 0)"), "="),
            ("days", "&&"),
            using="gist",
            name="ex_status_span_days",
        ),
        Index("ix_status_span_days", "days", postgresql_using="gist"),
        Index("ix_status_span_project_id", "project_id"),
    )


class Objection(Recorded, Base):
    """A unit's objection (申诉) to a computed lamp."""

    __tablename__ = "objection"
    project_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("jiantu.project.id"), index=True)
    site_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("jiantu.zone.id"))
    lamp: Mapped[Lamp] = mapped_column(one_of(Lamp))
    on_day: Mapped[Day]
    unit_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("jiantu.unit.id"))
    text: Mapped[Words]
    raised_at: Mapped[Instant]


class Ruling(Recorded, Base):
    """The command office's ruling (核定): the lamp shown instead of the computed one, for at most 30 days."""

    __tablename__ = "ruling"
    project_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("jiantu.project.id"), index=True)
    site_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("jiantu.zone.id"))
    objection_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("jiantu.objection.id"))
    computed: Mapped[Lamp] = mapped_column(one_of(Lamp, "computed"))
    ruled: Mapped[Lamp] = mapped_column(one_of(Lamp, "ruled"))
    first_on: Mapped[Day]
    last_on: Mapped[Day]
    days_allowed: Mapped[int] = mapped_column(Integer, server_default=text("30"))
    reason: Mapped[Words]
    signer: Mapped[Words]

    __table_args__ = (
        days_in_order("first_on", "last_on"),
        CheckConstraint("last_on - first_on < days_allowed", name="expires_in_time"),
        CheckConstraint("reason <> '' and signer <> ''", name="reason_and_signer"),
    )
