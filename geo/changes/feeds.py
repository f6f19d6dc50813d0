"""Feeds are added and stopped; each pull is kept, with the works that it listed and those that it no longer did."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select, text

from geo.errors import ChangeRefusedError
from geo.model.feeds import SHORTEST_MINUTES, Feed, FeedItem, FeedPull
from geo.queries.feeds import get_feed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from sqlalchemy.orm import Session

_LOCK = 0x6A69_6665
"""The first half of the advisory lock under which one feed is pulled at a time."""


@dataclass(frozen=True, slots=True)
class FeedWords:
    """What an operator says of a feed."""

    name: str
    address: str
    mapping: str
    every_minutes: int
    crs: str | None = None
    stable_ids: bool = True


def add_feed(session: Session, words: FeedWords) -> int:
    """Add a feed, or give the one of that name another address, mapping or rhythm; a stopped one goes on.

    Raises `ChangeRefusedError`.
    """
    if not words.name or words.name.strip("abcdefghijklmnopqrstuvwxyz0123456789-"):
        zh, en = (
            "数据源名称只能用小写字母、数字和连字符",
            "a feed's name has small letters, digits and hyphens only",
        )
        raise ChangeRefusedError(zh, en)
    if words.every_minutes < SHORTEST_MINUTES:
        zh, en = "间隔至少 1 分钟", "the interval is at least one minute"
        raise ChangeRefusedError(zh, en)
    feed = session.scalar(select(Feed).where(Feed.name == words.name))
    if feed is None:
        feed = Feed(name=words.name)
        session.add(feed)
    feed.address, feed.mapping = words.address, words.mapping
    feed.every_minutes, feed.crs = words.every_minutes, words.crs
    feed.stable_ids, feed.stopped = words.stable_ids, False
    session.flush()
    return feed.id


def stop_feed(session: Session, name: str) -> None:
    """Pull a feed no more; what came from it stays. Raises `NotFoundError`."""
    get_feed(session, name).stopped = True


def lock_feed(session: Session, feed_id: int) -> bool:
    """Take a feed for this transaction alone; False when another pull of it is at work."""
    return bool(
        session.scalar(
            text("select pg_try_advisory_xact_lock(:lock, :feed)"), {"lock": _LOCK, "feed": feed_id}
        )
    )


def keep_pull(session: Session, feed_id: int, values: Mapping[str, Any]) -> int:
    """Keep what came of a pull; its id."""
    return session.execute(
        insert(FeedPull).values(feed_id=feed_id, **values).returning(FeedPull.id)
    ).scalar_one()


@dataclass(slots=True)
class ItemChanges:
    """What a pull found of a feed's works: new ones, those that say something else or came back, and those gone."""

    added: list[dict[str, Any]] = field(default_factory=list)
    """Kind, code, source_code and said of each."""
    listed: list[tuple[FeedItem, str, dict[str, Any]]] = field(default_factory=list)
    """A known work, the id by which it is now called, and what is said of it."""
    gone: Sequence[FeedItem] = ()


def keep_items(session: Session, feed_id: int, changes: ItemChanges, day: date) -> None:
    """Bring the works known from a feed to what a pull of `day` found. None is ever deleted."""
    if changes.added:
        session.execute(
            insert(FeedItem),
            [{**each, "feed_id": feed_id, "first_seen_on": day} for each in changes.added],
        )
    for item, source_code, said in changes.listed:
        if item.source_code != source_code:
            item.source_code = source_code
        if item.said != said:
            item.said = said
        if item.gone_on is not None:
            item.gone_on = None
    for item in changes.gone:
        if item.gone_on is None:
            item.gone_on = day
    session.flush()
