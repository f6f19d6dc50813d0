"""Reading what is watched, what happened there, and what waits to be sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from geo.errors import NotFoundError

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from geo.overlap import Language

_SEEN = """(:everybodys or (
  (s.account_id is null or s.account_id = cast(:account as bigint))
  and (not :whole or (s.unit_id is null and (s.account_id is not null or :shared)))))
"""
_PLACES = text(
    f"""
    select s.id, s.name, s.road_name, d.name as district, s.unit_id, s.account_id, s.email,
      s.webhook_kind, s.webhook_url, u.name as unit,
      (select count(*) from jiantu.notification n join jiantu.delivery w on w.notification_id = n.id
       where n.subscription_id = s.id and w.sent_at is null) as waiting,
      (select w.last_error from jiantu.notification n join jiantu.delivery w on w.notification_id = n.id
       where n.subscription_id = s.id and w.sent_at is null and w.last_error is not null
       order by w.id desc limit 1) as last_error
    from jiantu.watch_subscription s left join jiantu.district d on d.id = s.district_id
    left join jiantu.unit u on u.id = s.unit_id
    where s.active and {_SEEN}
    order by s.name, s.id
    """  # noqa: S608  built from constants of this module
)
_TOLD = f"""
    select n.id, n.subscription_id, s.name, s.unit_id, s.account_id, n.happened_at, n.lines, n.read_at
    from jiantu.notification n join jiantu.watch_subscription s on s.id = n.subscription_id
    where {_SEEN}
"""  # noqa: S608  built from constants of this module
_NEWEST = "order by n.happened_at desc, n.id desc limit :limit"
_UNREAD = text(
    f"""
    select count(*) from jiantu.notification n join jiantu.watch_subscription s on s.id = n.subscription_id
    where n.read_at is null and {_SEEN}
    """  # noqa: S608  built from constants of this module
)
_FEED = text(
    """
    select s.id, s.name from jiantu.watch_subscription s where s.feed_hash = :hash and s.active
      and jiantu.still_watches(s.account_id, s.unit_id)
    """
)
_SHAPES = text(
    """
    select 'place' as what, st_asbinary(s.shape_metric) as shape
    from jiantu.watch_subscription s where s.id = :subscription
    union all
    select z.kind, st_asbinary(p.shape_metric) from jiantu.zone_part p
    join jiantu.zone z on z.id = p.zone_id
    where p.zone_id = any(cast(:zones as bigint[])) and p.role <> 'centre_line'
    union all
    select 'shared', st_asbinary(o.shape_metric) from jiantu.overlap o
    where o.zone_a = any(cast(:zones as bigint[])) and o.zone_b = any(cast(:zones as bigint[]))
      and o.shape_metric is not null and o.severity = 'heavy'
    union all
    select 'road', st_asbinary(r.shape_metric) from jiantu.road r
    where r.shape_metric && (select st_expand(st_extent(p.shape_metric)::geometry, 400)
      from jiantu.zone_part p where p.zone_id = any(cast(:zones as bigint[])))
    """
)


@dataclass(frozen=True, slots=True)
class Reader:
    """Who asks for places: his own are shown and those of his units, which the database knows.

    To who sees the whole city no unit's are shown, and the command's only when he is of it (`shared`).
    """

    account_id: int | None
    whole_city: bool = False
    shared: bool = False

    def values(self) -> dict[str, Any]:
        """What the queries ask with."""
        whole, shared = self.whole_city, self.shared
        return {"everybodys": False, "account": self.account_id, "whole": whole, "shared": shared}


_WHOEVER = {"everybodys": True, "account": None, "whole": False, "shared": False}


@dataclass(frozen=True, slots=True)
class WatchedPlace:
    """A place that is watched, and what of it still waits to be sent."""

    id: int
    name: str
    road_name: str | None
    district: str | None
    unit_id: int | None
    account_id: int | None
    email: str | None
    webhook_kind: str | None
    webhook_url: str | None
    unit: str | None
    waiting: int
    last_error: str | None


@dataclass(frozen=True, slots=True)
class Told:
    """What happened at a watched place in one transaction."""

    id: int
    subscription_id: int
    name: str
    happened_at: datetime
    lines: tuple[dict[str, Any], ...]
    read_at: datetime | None
    unit_id: int | None = None
    account_id: int | None = None
    """Whose the place is: of a unit (None: the command), and of the person whose own it is."""

    @property
    def zones(self) -> list[int]:
        """The works it is about."""
        return sorted({zone for line in self.lines for zone in line["zones"]})

    def sentences(self, language: Language) -> list[str]:
        """What happened, a sentence each."""
        return [str(line[language]) for line in self.lines]


def list_watched_places(session: Session, reader: Reader) -> list[WatchedPlace]:
    """The places that are watched, as far as they are the reader's."""
    rows = session.execute(_PLACES, reader.values())
    return [WatchedPlace(**row._mapping) for row in rows]  # noqa: SLF001  SQLAlchemy's own name


def list_told(session: Session, reader: Reader, limit: int = 100) -> list[Told]:
    """What happened at the reader's places, the newest first."""
    rows = session.execute(text(f"{_TOLD} {_NEWEST}"), {**reader.values(), "limit": limit})
    return [_told(row) for row in rows]


def list_told_of(session: Session, subscription_id: int, limit: int) -> list[Told]:
    """What happened at one place, whosever it is, the newest first."""
    asked = {**_WHOEVER, "limit": limit, "subscription": subscription_id}
    rows = session.execute(text(f"{_TOLD} and s.id = :subscription {_NEWEST}"), asked)
    return [_told(row) for row in rows]


def get_told(session: Session, reader: Reader, notification_id: int) -> Told:
    """One of what happened at the reader's places; raises NotFoundError."""
    row = session.execute(
        text(f"{_TOLD} and n.id = :id"), {**reader.values(), "id": notification_id}
    ).one_or_none()
    if row is None:
        message = f"no notification {notification_id}"
        raise NotFoundError(message)
    return _told(row)


def count_unread(session: Session, reader: Reader) -> int:
    """How much of what happened at the reader's places has not been read."""
    return int(session.scalar(_UNREAD, reader.values()) or 0)


def find_feed(session: Session, token_hash: str) -> tuple[int, str]:
    """The watched place behind a feed's token: its id and name; raises NotFoundError."""
    row = session.execute(_FEED, {"hash": token_hash}).one_or_none()
    if row is None:
        message = "no such feed"
        raise NotFoundError(message)
    return row.id, row.name


def get_told_shapes(session: Session, told: Told) -> list[tuple[str, bytes]]:
    """What a picture of it shows: (what, WKB in the city's metric CRS) of roads, place, works, and what they share."""
    asked = {"subscription": told.subscription_id, "zones": told.zones}
    return [(row.what, bytes(row.shape)) for row in session.execute(_SHAPES, asked)]


def _told(row: Any) -> Told:  # noqa: ANN401  a row
    return Told(
        *(row.id, row.subscription_id, row.name, row.happened_at, tuple(row.lines), row.read_at),
        *(row.unit_id, row.account_id),
    )


def list_districts(session: Session) -> list[tuple[int, str, str | None]]:
    """The districts that have a shape, as (id, name, name_en)."""
    rows = session.execute(
        text(
            "select d.id, d.name, d.name_en from jiantu.district d"
            " where d.shape_metric is not null order by d.position, d.code"
        )
    )
    return [(row.id, row.name, row.name_en) for row in rows]
