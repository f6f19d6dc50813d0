"""Watching: places that a unit keeps an eye on, what happened there, and what is sent about it."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from geoalchemy2 import WKBElement
from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from geo.model.base import (
    Base,
    Instant,
    Key,
    Recorded,
    Words,
    lonlat_shape,
    metric_shape,
    one_of,
)


class WebhookKind(StrEnum):
    """For whom a webhook's message is made up: anybody, 钉钉, 企业微信, an SMS gateway."""

    PLAIN = "plain"
    DINGTALK = "dingtalk"
    WECOM = "wecom"
    SMS = "sms"


class Channel(StrEnum):
    """How something is sent; the inbox and the feed are read and need no sending."""

    WEBHOOK = "webhook"
    EMAIL = "email"


class WatchSubscription(Recorded, Base):
    """A place that is watched: a shape, a road or a district, by a unit, the command, or a person.

    `shape_metric` is what is looked at, whichever way the place was named.
    """

    __tablename__ = "watch_subscription"
    name: Mapped[Words]
    unit_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("jiantu.unit.id"), index=True
    )
    """As which unit it sees; None sees as the command does."""
    account_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("jiantu.account.id"), index=True
    )
    """The person whose own it is; None is the whole unit's."""
    road_name: Mapped[Words | None]
    district_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("jiantu.district.id"), index=True
    )
    shape: Mapped[WKBElement] = mapped_column(lonlat_shape())
    shape_metric: Mapped[WKBElement] = mapped_column(metric_shape())
    active: Mapped[bool] = mapped_column(Boolean, server_default=text("true"))
    feed_hash: Mapped[Words | None] = mapped_column(unique=True)
    """The hash of the feed's private token."""
    webhook_kind: Mapped[WebhookKind | None] = mapped_column(one_of(WebhookKind))
    webhook_url: Mapped[Words | None]
    webhook_secret: Mapped[Words | None]
    email: Mapped[Words | None]

    __table_args__ = (
        CheckConstraint("(webhook_kind is null) = (webhook_url is null)", name="webhook_whole"),
        Index("ix_watch_subscription_shape_metric", "shape_metric", postgresql_using="gist"),
    )


class Notification(Base):
    """What happened at a watched place in one transaction. Written by the engine in that transaction."""

    __tablename__ = "notification"
    id: Mapped[Key]
    subscription_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("jiantu.watch_subscription.id", ondelete="CASCADE")
    )
    change_id: Mapped[Words]
    """The transaction; what happens in one is told once."""
    happened_at: Mapped[Instant] = mapped_column(server_default=text("now()"))
    lines: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    read_at: Mapped[Instant | None]

    __table_args__ = (
        Index("uq_notification_change", "subscription_id", "change_id", unique=True),
        Index("ix_notification_happened_at", "happened_at"),
    )


class Delivery(Base):
    """Something to be sent, by one channel, until it has arrived. `key` is the same however often it is tried."""

    __tablename__ = "delivery"
    id: Mapped[Key]
    notification_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("jiantu.notification.id", ondelete="CASCADE")
    )
    channel: Mapped[Channel] = mapped_column(one_of(Channel))
    key: Mapped[Words] = mapped_column(
        unique=True, server_default=text("('jiantu-'::text || gen_random_uuid())")
    )
    attempts: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    next_at: Mapped[Instant] = mapped_column(server_default=text("now()"))
    sent_at: Mapped[Instant | None]
    last_error: Mapped[Words | None]

    __table_args__ = (
        Index("uq_delivery_channel", "notification_id", "channel", unique=True),
        Index("ix_delivery_next_at", "next_at", postgresql_where=text("sent_at is null")),
    )
