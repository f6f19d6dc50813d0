"""Supervision orders (督办): every step is a row, none is changed afterwards."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Integer
from sqlalchemy.orm import Mapped, mapped_column

from geo.model.base import Base, Day, Instant, Recorded, Words, days_in_order, one_of


class OrderForm(StrEnum):
    """督办单 goes down, 督办函 to equals."""

    ORDER = "order"
    LETTER = "letter"


class Card(StrEnum):
    """黄牌督办, 红牌督办."""

    YELLOW = "yellow"
    RED = "red"


class OrderStep(StrEnum):
    """签发, 签收, 退回改派, 办理反馈, 申请办结, 核查, 销号, 退回重办, 申请延期, 准予延期, 催办, 挂账, 约谈."""

    ISSUED = "issued"
    RECEIVED = "received"
    REASSIGNED = "reassigned"
    FED_BACK = "fed_back"
    CLOSURE_ASKED = "closure_asked"
    CHECKED = "checked"
    CLOSED = "closed"
    SENT_BACK = "sent_back"
    EXTENSION_ASKED = "extension_asked"
    EXTENDED = "extended"
    URGED = "urged"
    SHELVED = "shelved"
    SUMMONED = "summoned"


class SupervisionOrder(Recorded, Base):
    """A supervision order (督办): numbered, to one unit, about a project and often a blocker."""

    __tablename__ = "supervision_order"
    number: Mapped[Words] = mapped_column(unique=True)
    form: Mapped[OrderForm] = mapped_column(one_of(OrderForm))
    card: Mapped[Card | None] = mapped_column(one_of(Card))
    project_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("jiantu.project.id"), index=True
    )
    blocker_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("jiantu.blocker.id"), index=True
    )
    unit_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("jiantu.unit.id"), index=True)
    demand: Mapped[Words]
    issued_by: Mapped[Words]
    issued_on: Mapped[Day]
    due_on: Mapped[Day]

    __table_args__ = (days_in_order("issued_on", "due_on"),)


class SupervisionStep(Recorded, Base):
    """One step of an order; an extension names the new day and is asked before the old one is over."""

    __tablename__ = "supervision_step"
    order_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("jiantu.supervision_order.id"))
    position: Mapped[int] = mapped_column(Integer)
    step: Mapped[OrderStep] = mapped_column(one_of(OrderStep))
    unit_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("jiantu.unit.id"))
    text: Mapped[Words | None]
    new_due_on: Mapped[Day | None]
    taken_at: Mapped[Instant]

    __table_args__ = (
        CheckConstraint(
            "(new_due_on is not null) = (step in ('extension_asked', 'extended'))",
            name="new_due_of_extension",
        ),
        CheckConstraint("step <> 'reassigned' or unit_id is not null", name="reassigned_to_unit"),
    )
