"""Sending what is to be sent until it has arrived: one at a time, each with a key that stays the same."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from geo.database.acting import by_engine

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy.orm import Session

FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=6)
LONGEST_ERROR = 300

_CLAIM = text(
    """
    select w.id, w.channel, w.key, w.attempts, n.id as notification_id, n.happened_at, n.lines,
      s.name, s.webhook_kind, s.webhook_url, s.webhook_secret, s.email
    from jiantu.delivery w join jiantu.notification n on n.id = w.notification_id
    join jiantu.watch_subscription s on s.id = n.subscription_id
    where w.sent_at is null and w.next_at <= :now and s.active
      and jiantu.still_watches(s.account_id, s.unit_id)
    order by w.next_at, w.id limit 1 for update of w skip locked
    """
)
_SENT = text(
    "update jiantu.delivery set sent_at = :now, attempts = attempts + 1, last_error = null where id = :id"
)
_LATER = text(
    "update jiantu.delivery set attempts = attempts + 1, next_at = :next_at, last_error = :error where id = :id"
)


@dataclass(frozen=True, slots=True)
class Parcel:
    """What is sent by one channel. `key` names it for the receiver, who so knows it when it comes again."""

    id: int
    channel: str
    key: str
    notification_id: int
    happened_at: datetime
    lines: tuple[dict[str, Any], ...]
    place: str
    webhook_kind: str | None
    webhook_url: str | None
    webhook_secret: str | None
    email: str | None


@by_engine
def send_next(session: Session, send: Callable[[Parcel], None], now: datetime) -> bool:
    """Send the parcel that has waited longest, if there is one that nobody else is sending; whether there was.

    `send` raises an error when it did not arrive: it is tried again later, at twice the pause each time, for ever. When
    the process dies between sending and the end of the transaction, it is sent again with the same key.
    """
    row = session.execute(_CLAIM, {"now": now}).one_or_none()
    if row is None:
        return False
    parcel = Parcel(
        *(row.id, row.channel, row.key, row.notification_id, row.happened_at, tuple(row.lines)),
        *(row.name, row.webhook_kind, row.webhook_url, row.webhook_secret, row.email),
    )
    try:
        send(parcel)
    except Exception as error:  # noqa: BLE001  whatever keeps it from arriving, it is tried again
        pause = min(FIRST_PAUSE * 2 ** min(row.attempts, 20), LONGEST_PAUSE)
        told = f"{type(error).__name__}: {error}"[:LONGEST_ERROR]
        session.execute(_LATER, {"id": row.id, "next_at": now + pause, "error": told})
    else:
        session.execute(_SENT, {"id": row.id, "now": now})
    return True
