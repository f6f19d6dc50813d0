"""Keeping the places that a unit or a person watches, and reading what happened there."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sqlalchemy import select, text, update

from geo.errors import ChangeRefusedError, NotFoundError
from geo.model.watching import Notification, WatchSubscription, WebhookKind
from geo.zoning.areas import NO_AREA, shape_area

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy.orm import Session

LONGEST_NAME = 80
ROAD_REACH_M = 25.0
_EMAIL = re.compile(r"[^@\s,;<>\"]{1,64}@[A-Za-z0-9.-]{1,190}\.[A-Za-z]{2,24}")

_SHAPES = {
    "road": text(
        "select st_union(st_buffer(r.shape_metric, :reach)) from jiantu.road r where r.name = :road"
    ),
    "district": text("select d.shape_metric from jiantu.district d where d.id = :district"),
    "area": text(
        "select st_transform(st_setsrid(st_geomfromwkb(:wkb), 4326), c.metric_srid) from jiantu.city c"
    ),
}
_IN_CITY = text(
    "select st_intersects(cast(:shape as geometry),"
    " st_transform(st_makeenvelope(c.bbox[1], c.bbox[2], c.bbox[3], c.bbox[4], 4326), c.metric_srid))"
    " from jiantu.city c"
)

NO_NAME = ("请给关注区域起个名字。", "Give the watched place a name.")
NAME_TOO_LONG = ("名称超过{}字,请缩短。", "The name is longer than {} characters. Shorten it.")
NO_PLACE = (
    "请选择一条道路、一个县区,或在图上画出范围。",
    "Choose a road, a district, or draw an area on the map.",
)
ELSEWHERE = (
    "所画范围不在本市之内,请核对经纬度次序(先经度后纬度)。",
    "The area lies outside the city. Check the order of the numbers: longitude first, then latitude.",
)
NO_EMAIL = ("“{}”不是电子邮箱地址。", "“{}” is not an e-mail address.")
NOT_ALLOWED = (
    "不能向“{}”推送:管理员没有把它列入允许的地址。",
    "Nothing is sent to “{}”: the administrator has not put it on the list of allowed addresses.",
)
NO_SECRET = ("钉钉机器人须填写加签密钥。", "A DingTalk robot needs its signing secret.")


@dataclass(frozen=True, slots=True)
class Place:
    """What is watched: a road, a district, or an area by its corners (longitude and latitude, WGS84)."""

    name: str
    road: str | None = None
    district_id: int | None = None
    area: tuple[tuple[float, float], ...] | None = None


@dataclass(frozen=True, slots=True)
class Ways:
    """By which ways it is told besides the inbox."""

    webhook_kind: WebhookKind | None = None
    webhook_url: str = ""
    webhook_secret: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class Watcher:
    """Who watches: as which unit it sees (None: the command), and the person whose own it is, if it is one's own."""

    unit_id: int | None
    account_id: int | None = None


def origin_of(url: str) -> str:
    """Scheme, host and port of an address, as the list of allowed ones has them."""
    parts = urlsplit(url.strip())
    return f"{parts.scheme}://{parts.netloc}".casefold()


def is_allowed(url: str, allowed: Collection[str]) -> bool:
    """Whether something may be sent there: its origin is on the list, and nothing in it hides another host."""
    try:
        parts = urlsplit(url.strip())
        port_is_one = parts.port is None or parts.port > 0
    except ValueError:
        return False
    plain = "@" not in parts.netloc and "\\" not in url and not re.search(r"[\s\x00-\x1f]", url)
    return plain and port_is_one and origin_of(url) in {one.casefold() for one in allowed}


def watch_place(
    session: Session,
    watcher: Watcher,
    place: Place,
    ways: Ways,
    allowed: Collection[str] = (),
) -> tuple[int, str]:
    """Watch a place from now on; its id and the feed's private token, which is kept as a hash and shown this once.

    Raises ChangeRefusedError when it has no name or shape, the shape is none or lies elsewhere, or something could not
    be sent where it is to go.
    """
    objection = _objection(place.name, ways, allowed)
    if objection is not None:
        raise ChangeRefusedError(*objection)
    shape = _shape(session, place)
    if shape is None:
        raise ChangeRefusedError(*NO_PLACE)
    if place.area is not None and not session.scalar(_IN_CITY, {"shape": shape}):
        raise ChangeRefusedError(*ELSEWHERE)
    token = secrets.token_urlsafe(32)
    made = WatchSubscription(
        name=place.name.strip(),
        unit_id=watcher.unit_id,
        account_id=watcher.account_id,
        road_name=place.road,
        district_id=place.district_id,
        shape=text("st_transform(cast(:shape as geometry), 4326)").bindparams(shape=shape),
        shape_metric=text("cast(:shape as geometry)").bindparams(shape=shape),
        feed_hash=hash_of(token),
        email=ways.email.strip() or None,
    )
    if ways.webhook_kind is not None:
        made.webhook_kind = ways.webhook_kind
        made.webhook_url = ways.webhook_url.strip()
        made.webhook_secret = ways.webhook_secret.strip() or None
    session.add(made)
    session.flush()
    return made.id, token


def hash_of(token: str) -> str:
    """What is kept of a feed's token."""
    return sha256(token.encode()).hexdigest()


def stop_watching(session: Session, subscription_id: int) -> None:
    """Watch a place no longer; what was told stays readable. Raises NotFoundError."""
    stopped = session.execute(
        update(WatchSubscription)
        .where(WatchSubscription.id == subscription_id, WatchSubscription.active)
        .values(active=False)
        .returning(WatchSubscription.id)
    ).all()
    if not stopped:
        message = f"no watched place {subscription_id}"
        raise NotFoundError(message)


def mark_read(session: Session, notification_ids: Collection[int], now: datetime) -> int:
    """Mark notifications as read; how many were not yet."""
    wanted = session.scalars(
        select(Notification.id).where(
            Notification.id.in_(sorted(notification_ids)), Notification.read_at.is_(None)
        )
    ).all()
    if not wanted:
        return 0
    session.execute(
        update(Notification).where(Notification.id.in_(wanted)).values(read_at=now),
        execution_options={"synchronize_session": False},
    )
    return len(wanted)


def _objection(name: str, ways: Ways, allowed: Collection[str]) -> tuple[str, str] | None:
    if not name.strip():
        return NO_NAME
    if len(name.strip()) > LONGEST_NAME:
        return NAME_TOO_LONG[0].format(LONGEST_NAME), NAME_TOO_LONG[1].format(LONGEST_NAME)
    email = ways.email.strip()
    if email and not _EMAIL.fullmatch(email):
        return NO_EMAIL[0].format(email[:60]), NO_EMAIL[1].format(email[:60])
    if ways.webhook_kind is None:
        return None
    if not is_allowed(ways.webhook_url, allowed):
        told = ways.webhook_url.strip()[:80]
        return NOT_ALLOWED[0].format(told), NOT_ALLOWED[1].format(told)
    needs_secret = ways.webhook_kind in (WebhookKind.DINGTALK, WebhookKind.PLAIN, WebhookKind.SMS)
    return NO_SECRET if needs_secret and not ways.webhook_secret.strip() else None


def _shape(session: Session, place: Place) -> str | None:
    found: str | None = None
    if place.road is not None:
        found = session.scalar(_SHAPES["road"], {"road": place.road, "reach": ROAD_REACH_M})
    elif place.district_id is not None:
        found = session.scalar(_SHAPES["district"], {"district": place.district_id})
    elif place.area is not None:
        drawn = shape_area(place.area)
        if drawn is None:
            raise ChangeRefusedError(*NO_AREA)
        found = session.scalar(_SHAPES["area"], {"wkb": drawn.wkb})
    return found
