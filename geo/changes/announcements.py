"""What the city announces to everybody: how its public map speaks, and outages that works on lines bring."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, text

from geo.changes.editing import add_record, edit_record, remove_record, restore_version
from geo.changes.releases import NOT_UTILITY, WRONG_HOURS
from geo.errors import ChangeRefusedError, NotFoundError
from geo.model.releases import AnnouncedOutage, PublicSetting
from geo.model.zones import Zone, ZoneKind

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from sqlalchemy.orm import Session

LONGEST_AREA = 200
MOST_NOTICE_DAYS = 60
UNDONE = ("public_setting", "announced_outage")
"""Kinds of record whose last save is undone here."""
_NO_ZONE = ("请填写管线工程的编号。", "Name the work on lines by its code.")
_UNKNOWN = ("没有编号为“{}”的工程,请核对编号。", "There is no work “{}”. Look at its code again.")
_NO_MOMENT = (
    "请填写停供的开始和结束时间。",
    "Fill in when the outage begins and when it ends.",
)
_NO_AREA = ("请写明停供范围。", "Say where the outage is.")
_NO_DAYS = (
    "提前公告天数请填0至{}的整数。",
    "The days ahead are a whole number from 0 to {}.",
)


@dataclass(frozen=True, slots=True)
class OutageWords:
    """What a form says of an outage; moments are aware, None where they could not be read."""

    zone_code: str
    starts_at: datetime | None
    ends_at: datetime | None
    area: str
    area_en: str = ""
    released: bool = False

    def values(self, session: Session) -> dict[str, Any]:
        """The columns. Raises ChangeRefusedError for words that say no outage."""
        code = self.zone_code.strip()
        if not code:
            raise ChangeRefusedError(*_NO_ZONE)
        zone = session.execute(select(Zone.id, Zone.kind).where(Zone.code == code)).one_or_none()
        if zone is None:
            raise ChangeRefusedError(*(told.format(code[:60]) for told in _UNKNOWN))
        if zone.kind != ZoneKind.RELOCATION:
            raise ChangeRefusedError(*NOT_UTILITY)
        if self.starts_at is None or self.ends_at is None:
            raise ChangeRefusedError(*_NO_MOMENT)
        if self.starts_at >= self.ends_at:
            raise ChangeRefusedError(*WRONG_HOURS)
        area = self.area.strip()[:LONGEST_AREA]
        if not area:
            raise ChangeRefusedError(*_NO_AREA)
        return {
            "zone_id": zone.id,
            "starts_at": self.starts_at,
            "ends_at": self.ends_at,
            "area": area,
            "area_en": self.area_en.strip()[:LONGEST_AREA] or None,
            "released": self.released,
        }


@dataclass(frozen=True, slots=True)
class ListedOutage:
    """An announced outage with the work that brings it."""

    id: int
    version: int
    zone_id: int
    zone_code: str
    zone_name: str | None
    starts_at: datetime
    ends_at: datetime
    area: str
    area_en: str | None
    released: bool


def list_outages(session: Session) -> list[ListedOutage]:
    """All of them, the latest first."""
    rows = session.execute(
        select(AnnouncedOutage, Zone.code, Zone.name)
        .join(Zone, Zone.id == AnnouncedOutage.zone_id)
        .order_by(AnnouncedOutage.starts_at.desc(), AnnouncedOutage.id)
        .limit(500)
    )
    return [
        ListedOutage(
            one.id,
            one.version,
            one.zone_id,
            code,
            name,
            one.starts_at,
            one.ends_at,
            one.area,
            one.area_en,
            one.released,
        )
        for one, code, name in rows
    ]


def put_outage(
    session: Session, today: date, words: OutageWords, row_id: int | None, seen: int
) -> tuple[int, int]:
    """Keep an outage, a new one without `row_id`; its id and version.

    Raises ChangeRefusedError, ChangeConflictError when it is not the version `seen` any more, NotFoundError.
    """
    values = words.values(session)
    if row_id is None:
        return add_record(session, today, "announced_outage", values), 1
    return row_id, edit_record(session, today, "announced_outage", row_id, seen, values)


def remove_outage(session: Session, today: date, row_id: int, seen: int) -> None:
    """Take an outage away. Raises as `put_outage` does."""
    remove_record(session, today, "announced_outage", row_id, seen)


def get_public_setting(session: Session) -> PublicSetting:
    """How the public map speaks."""
    return session.scalars(select(PublicSetting)).one()


def put_setting(session: Session, today: date, days: str, seen: int, *, shown: bool) -> int:
    """Show the lamps on the public map or not, and announce so many days ahead; the version. Raises as `put_outage`."""
    words = days.strip()
    number = int(words) if words.isascii() and words.isdigit() and len(words) < 4 else -1  # noqa: PLR2004  digits
    if not 0 <= number <= MOST_NOTICE_DAYS:
        raise ChangeRefusedError(*(told.format(MOST_NOTICE_DAYS) for told in _NO_DAYS))
    values = {"lamp_shown": shown, "notice_days": number}
    return edit_record(session, today, "public_setting", 1, seen, values)


def take_announcement_back(
    session: Session, today: date, kind: str, row_id: int, seen: int
) -> None:
    """Undo the last save of the setting or an outage whose version `seen` was read. Raises as `put_outage` does."""
    if kind not in UNDONE:
        message = f"no {kind} is announced"
        raise NotFoundError(message)
    if seen > 1:
        restore_version(session, today, kind, row_id, seen - 1, seen)
    else:
        remove_record(session, today, kind, row_id, seen)


def count_public_lamps(session: Session, day: date) -> Mapping[str, int]:
    """How many of the projects on the public map have which lamp: what everybody would see."""
    rows = session.execute(
        text(
            """
            select s.lamp, count(*) as number from jiantu.project j join jiantu.status_span s
              on s.project_id = j.id and s.site_id is null and s.days @> cast(:day as date)
            where j.public and j.standing = 'active' group by 1 order by 2 desc
            """
        ),
        {"day": day},
    )
    return {row.lamp: row.number for row in rows}
