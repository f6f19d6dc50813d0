"""Feeds (数据源): data that are pulled again and again, what each pull brought, and the works known from them."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import BigInteger, Boolean, CheckConstraint, ForeignKey, Index, Integer, text
from sqlalchemy.orm import Mapped, mapped_column

from geo.model.base import Base, Day, Instant, Json, Key, Recorded, Words, one_of

SHORTEST_MINUTES = 1


class Feed(Recorded, Base):
    """A source of data: its address, the mapping through which it is read, and how often it is pulled."""

    __tablename__ = "feed"
    name: Mapped[Words]
    address: Mapped[Words]
    mapping: Mapped[Words]
    crs: Mapped[Words | None]
    """Holds instead of what mapping and data say."""
    every_minutes: Mapped[int] = mapped_column(Integer)
    stable_ids: Mapped[bool] = mapped_column(Boolean, server_default=text("true"))
    """False: ids change from pull to pull, and works are recognised by shape, days and words alone."""
    stopped: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))

    __table_args__ = (
        Index("uq_feed_name", "name", unique=True),
        CheckConstraint("name ~ '^[a-z0-9][a-z0-9-]*$'", name="name_form"),
        CheckConstraint("address ~ '^(https?://|file:/)'", name="address_form"),
        CheckConstraint(f"every_minutes >= {SHORTEST_MINUTES}", name="every_minutes_positive"),
    )


class PullOutcome(StrEnum):
    """What came of a pull: data were taken in, nothing had changed, or something was wrong and nothing was changed."""

    TAKEN = "taken"
    UNCHANGED = "unchanged"
    WARNED = "warned"


class FeedPull(Base):
    """One pull. `size_bytes` and `rows` are of what came; the last one taken is what the next is measured by."""

    __tablename__ = "feed_pull"
    id: Mapped[Key]
    feed_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("jiantu.feed.id", ondelete="CASCADE"), index=True
    )
    started_at: Mapped[Instant]
    finished_at: Mapped[Instant]
    outcome: Mapped[PullOutcome] = mapped_column(one_of(PullOutcome))
    size_bytes: Mapped[int | None] = mapped_column(BigInteger)
    rows: Mapped[int | None] = mapped_column(Integer)
    sha256: Mapped[Words | None]
    etag: Mapped[Words | None]
    modified: Mapped[Words | None]
    added: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    changed: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    moved_ends: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    gone: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    warning: Mapped[Words | None]
    warning_en: Mapped[Words | None]
    run_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("jiantu.import_run.id", ondelete="SET NULL")
    )


class FeedItem(Recorded, Base):
    """A work known from a feed: the code it has here, what the feed said of it last, and since when it is missing."""

    __tablename__ = "feed_item"
    feed_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("jiantu.feed.id", ondelete="CASCADE")
    )
    kind: Mapped[Words]
    code: Mapped[Words]
    source_code: Mapped[Words]
    """The id by which the feed last called it."""
    said: Mapped[Json]
    """Shape as hexadecimal WKB (WGS84), first and last day, words, and a fingerprint of all that was said."""
    first_seen_on: Mapped[Day]
    gone_on: Mapped[Day | None]
    """The day of the pull that no longer had it. The work itself stays."""

    __table_args__ = (Index("uq_feed_item_code", "feed_id", "kind", "code", unique=True),)
