"""Feeds as people and the regular pulls see them: the last pulls, what is due, what is no longer listed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from geo.errors import NotFoundError
from geo.model.feeds import Feed, FeedItem, FeedPull, PullOutcome

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

PULLS_SHOWN = 10


@dataclass(frozen=True, slots=True)
class FeedState:
    """A feed with its latest pulls, newest first, and how many works are known from it, listed and gone."""

    feed: Feed
    pulls: tuple[FeedPull, ...]
    listed: int
    gone: tuple[FeedItem, ...]

    @property
    def latest(self) -> FeedPull | None:
        """The latest pull."""
        return self.pulls[0] if self.pulls else None


def get_feed(session: Session, name: str) -> Feed:
    """The feed of that name. Raises `NotFoundError`."""
    found = session.scalar(select(Feed).where(Feed.name == name))
    if found is None:
        message = f"没有名为“{name}”的数据源 / there is no feed “{name}”"
        raise NotFoundError(message)
    return found


def list_feeds(session: Session) -> list[FeedState]:
    """All feeds by name."""
    return [_state(session, feed) for feed in session.scalars(select(Feed).order_by(Feed.name))]


def _state(session: Session, feed: Feed) -> FeedState:
    pulls = session.scalars(
        select(FeedPull)
        .where(FeedPull.feed_id == feed.id)
        .order_by(FeedPull.id.desc())
        .limit(PULLS_SHOWN)
    ).all()
    listed = session.scalar(
        select(func.count())
        .select_from(FeedItem)
        .where(FeedItem.feed_id == feed.id, FeedItem.gone_on.is_(None))
    )
    gone = session.scalars(
        select(FeedItem)
        .where(FeedItem.feed_id == feed.id, FeedItem.gone_on.is_not(None))
        .order_by(FeedItem.gone_on.desc(), FeedItem.kind, FeedItem.code)
    ).all()
    return FeedState(feed, tuple(pulls), listed or 0, tuple(gone))


def find_last_taken(session: Session, feed_id: int) -> FeedPull | None:
    """The last pull whose data were taken in: what the next one is measured by."""
    return session.scalar(
        select(FeedPull)
        .where(FeedPull.feed_id == feed_id, FeedPull.outcome == PullOutcome.TAKEN)
        .order_by(FeedPull.id.desc())
        .limit(1)
    )


def find_items(session: Session, feed_id: int) -> Sequence[FeedItem]:
    """All works known from a feed, also those that it no longer lists."""
    return session.scalars(
        select(FeedItem).where(FeedItem.feed_id == feed_id).order_by(FeedItem.id)
    ).all()


def find_due(session: Session, now: datetime) -> list[str]:
    """The names of the feeds that are due to be pulled, those that waited longest first."""
    latest = (
        select(FeedPull.feed_id, func.max(FeedPull.started_at).label("at"))
        .group_by(FeedPull.feed_id)
        .subquery()
    )
    rows = session.execute(
        select(Feed.name, Feed.every_minutes, latest.c.at)
        .outerjoin(latest, latest.c.feed_id == Feed.id)
        .where(~Feed.stopped)
        .order_by(latest.c.at.asc().nulls_first(), Feed.name)
    )
    return [
        name for name, minutes, at in rows if at is None or at + timedelta(minutes=minutes) <= now
    ]
