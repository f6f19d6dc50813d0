"""Giving a work other days, as two sides agreed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from geo.changes.overlaps import lock_overlaps
from geo.changes.zones import bring_up_to_date
from geo.errors import ChangeRefusedError, NotFoundError
from geo.model.zones import Zone, ZonePart
from geo.status import Precision

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

CHANGED_MEANWHILE = (
    "该工程在您查看之后已被修改,请刷新后再确认。",
    "The work was changed after you looked at it. Load the page again and decide then.",
)
FINISHED = ("该工程已完工,日期不能再改。", "The work is finished; its days cannot be changed.")
HAS_BEGUN = (
    "该工程已于{}开工,开工日不能再改,请只调整完工日。",
    "The work began on {}; its start cannot be changed. Change its end only.",
)
WRONG_ORDER = (
    "改后的开工日{}晚于完工日{},请调整。",
    "The new start {} would be after the end {}. Change both.",
)
PARTS_HAVE_DAYS = (
    "该工程各段各有日期,请在图上逐段调整。",
    "The parts of this work have days of their own. Change them part by part on the map.",
)


@dataclass(frozen=True, slots=True)
class NewDays:
    """New planned days; None leaves one as it is."""

    first_on: date | None
    last_on: date | None


def move_zone(session: Session, zone_id: int, seen_version: int, days: NewDays, day: date) -> None:
    """Give a work new planned days, and bring its lamps and pairs up to date in the same transaction.

    Raises NotFoundError, and ChangeRefusedError when it was changed since `seen_version`, is finished, has begun (for
    its first day), or its parts have days of their own.
    """
    lock_overlaps(session)
    zone = session.scalars(
        select(Zone).where(Zone.id == zone_id).execution_options(populate_existing=True)
    ).one_or_none()
    if zone is None:
        message = f"no zone {zone_id}"
        raise NotFoundError(message)
    if zone.version != seen_version:
        raise ChangeRefusedError(*CHANGED_MEANWHILE)
    objection = _objection(session, zone, days)
    if objection is not None:
        raise ChangeRefusedError(*objection)
    changed: dict[str, date | Precision] = {}
    if days.first_on:
        changed |= {"planned_start_on": days.first_on, "planned_start_precision": Precision.DAY}
    if days.last_on:
        changed |= {"planned_finish_on": days.last_on, "planned_finish_precision": Precision.DAY}
    moved = session.execute(
        update(Zone)
        .where(Zone.id == zone_id, Zone.version == seen_version)
        .values(changed)
        .returning(Zone.id)
    ).all()
    if not moved:
        raise ChangeRefusedError(*CHANGED_MEANWHILE)
    bring_up_to_date(session, zone_id, zone.kind.value, {zone.project_id}, day)


def check_days(session: Session, zone_id: int, days: NewDays) -> None:
    """Raise ChangeRefusedError when the work, as it stands, could not be given these days: nobody need propose them."""
    zone = session.scalars(select(Zone).where(Zone.id == zone_id)).one_or_none()
    objection = None if zone is None else _objection(session, zone, days)
    if objection is not None:
        raise ChangeRefusedError(*objection)


def _objection(session: Session, zone: Zone, days: NewDays) -> tuple[str, str] | None:
    """Why the days cannot be set, in Chinese and English; None when they can."""
    if zone.actual_finish_on is not None:
        return FINISHED
    if days.first_on and zone.actual_start_on and days.first_on != zone.planned_start_on:
        return _told(HAS_BEGUN, zone.actual_start_on)
    own_days = session.scalar(
        select(ZonePart.id)
        .where(
            ZonePart.zone_id == zone.id,
            ZonePart.first_on.is_not(None) | ZonePart.last_on.is_not(None),
        )
        .limit(1)
    )
    if own_days is not None:
        return PARTS_HAVE_DAYS
    begun = zone.actual_start_on or days.first_on or zone.planned_start_on
    last = days.last_on or zone.planned_finish_on
    return _told(WRONG_ORDER, begun, last) if last and begun and begun > last else None


def _told(words: tuple[str, str], *days: date) -> tuple[str, str]:
    return words[0].format(*days), words[1].format(*days)
