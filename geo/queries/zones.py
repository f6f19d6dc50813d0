"""Reading one zone as it can be drawn and filled in again, its tag, and zones to link to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import shapely
from sqlalchemy import select, text

from geo.errors import NotFoundError
from geo.model.projects import Project
from geo.model.units import Unit
from geo.model.zones import Zone, ZoneHours, ZoneLink, ZonePart, ZoneState
from geo.zoning import HoursDraft, LinkDraft, PartDraft, ZoneDraft

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from geo.overlap import Language

_TAG = text(
    """
    select z.version || '-' || md5(concat_ws(';',
      (select string_agg(concat_ws(':', p.position, p.role, coalesce(p.mode, '-'),
          coalesce(p.name, '-'), coalesce(p.width_m::text, '-'), coalesce(p.first_on::text, '-'),
          coalesce(p.last_on::text, '-'), md5(st_asbinary(p.shape))), ',' order by p.position)
       from jiantu.zone_part p where p.zone_id = z.id),
      (select string_agg(concat_ws(':', h.since, h.until, h.weekdays), ','
          order by h.since, h.until, h.weekdays)
       from jiantu.zone_hours h where h.zone_id = z.id),
      (select string_agg(concat_ws(':', l.other_id, l.kind, coalesce(l.due_on::text, '-')), ','
          order by l.other_id, l.kind)
       from jiantu.zone_link l where l.zone_id = z.id)))
    from jiantu.zone z where z.id = :zone
    """
)

MOST_LINKABLE = 20
_LINKABLE = text(
    """
    select z.id, z.kind, z.code, coalesce(z.name, j.name, z.code) as name,
      coalesce(u.short_name, u.name) as unit, coalesce(u.name_en, u.short_name, u.name) as unit_en
    from jiantu.zone z left join jiantu.project j on j.id = z.project_id
    left join jiantu.unit u on u.id = z.unit_id
    where z.state not in ('withdrawn', 'finished')
      and (z.state <> 'draft' or :everybody or z.unit_id = any(cast(:units as bigint[])))
      and not exists (
        select from unnest(cast(:words as text[])) as w(word)
        where concat_ws(' ', z.code, z.name, j.name, j.code, u.name, u.short_name) not ilike w.word)
    order by z.id desc limit :most
    """
)


def zone_tag(session: Session, zone_id: int) -> str:
    """A mark that is another whenever a person would see the zone otherwise: facts, shapes, hours or links.

    Days and reach of parts, which follow from these and from the day, are not in it. Raises NotFoundError.
    """
    session.flush()
    found: str | None = session.scalar(_TAG, {"zone": zone_id})
    if found is None:
        message = f"no zone {zone_id}"
        raise NotFoundError(message)
    return found


def get_zone_draft(session: Session, zone_id: int) -> ZoneDraft:
    """A zone as it was drawn, to be changed. Raises NotFoundError."""
    zone = session.get(Zone, zone_id)
    if zone is None:
        message = f"no zone {zone_id}"
        raise NotFoundError(message)
    return ZoneDraft(
        kind=zone.kind.value,
        name=zone.name,
        unit_id=zone.unit_id,
        project_id=zone.project_id,
        parent_id=zone.parent_id,
        state=zone.state.value,
        first_on=zone.planned_start_on,
        last_on=zone.planned_finish_on,
        actual_start_on=zone.actual_start_on,
        actual_finish_on=zone.actual_finish_on,
        tentative=zone.tentative,
        emergency=zone.emergency,
        location_text=zone.location_text,
        note=zone.note,
        parts=_parts(session, zone_id),
        hours=tuple(
            HoursDraft(row.since, row.until, tuple(row.weekdays))
            for row in session.execute(
                select(ZoneHours.since, ZoneHours.until, ZoneHours.weekdays)
                .where(ZoneHours.zone_id == zone_id)
                .order_by(ZoneHours.since, ZoneHours.until)
            )
        ),
        links=tuple(
            LinkDraft(row.other_id, row.kind.value, row.due_on)
            for row in session.execute(
                select(ZoneLink.other_id, ZoneLink.kind, ZoneLink.due_on)
                .where(ZoneLink.zone_id == zone_id)
                .order_by(ZoneLink.other_id, ZoneLink.kind)
            )
        ),
        utility=zone.utility,
        placement=zone.placement.value if zone.placement else None,
        step=zone.step,
        dig_plan_state=zone.dig_plan_state,
        taken=tuple(zone.taken or ()),
        side=zone.side.value if zone.side else None,
        lanes_before=zone.lanes_before,
        lanes_open=zone.lanes_open,
        passing=zone.passing.value if zone.passing else None,
        still_pass=tuple(zone.still_pass or ()),
        permit_step=zone.permit_step,
        approval_number=zone.approval_number,
        approved_until_on=zone.approved_until_on,
        announced_on=zone.announced_on,
        extended_until_on=zone.extended_until_on,
        extension_reason=zone.extension_reason,
        level=zone.level,
        stops=tuple(zone.stops or ()),
        exempt=tuple(zone.exempt or ()),
    )


def get_visible_draft(session: Session, zone_id: int, unit_ids: frozenset[int] | None) -> ZoneDraft:
    """The same for somebody who writes for these units (all when None); drafts of others are not there."""
    draft = get_zone_draft(session, zone_id)
    hidden = unit_ids is not None and draft.unit_id not in unit_ids
    if draft.state == ZoneState.DRAFT and hidden:
        message = f"no zone {zone_id}"
        raise NotFoundError(message)
    return draft


def find_linkable(
    session: Session, words: str, unit_ids: frozenset[int] | None, language: Language
) -> list[dict[str, Any]]:
    """Live zones with every word in code, name, project or unit, the newest first, at most `MOST_LINKABLE`."""
    asked = [f"%{word}%" for word in words.replace("\\", "").replace("%", "").split()[:8]]
    rows = session.execute(
        _LINKABLE,
        {
            "words": asked,
            "most": MOST_LINKABLE,
            "everybody": unit_ids is None,
            "units": sorted(unit_ids or ()),
        },
    )
    return [
        {
            "id": row.id,
            "kind": row.kind,
            "code": row.code,
            "name": row.name,
            "unit": row.unit_en if language == "en" else row.unit,
        }
        for row in rows
    ]


def list_owners(
    session: Session, unit_ids: frozenset[int] | None, language: Language
) -> list[tuple[int, str]]:
    """The units for which somebody may write (all when None), by name."""
    query = select(Unit).order_by(Unit.name)
    if unit_ids is not None:
        query = query.where(Unit.id.in_(sorted(unit_ids)))
    return [
        (unit.id, (unit.name_en or unit.name) if language == "en" else unit.name)
        for unit in session.scalars(query)
    ]


def find_owned_utilities(session: Session) -> dict[int, str]:
    """The utility that a unit owns, by the unit's id; others are left out."""
    rows = session.execute(select(Unit.id, Unit.utility).where(Unit.utility.is_not(None)))
    return {row.id: row.utility for row in rows}


def list_project_choices(session: Session) -> list[tuple[int, str, str]]:
    """Projects to choose one from: id, code and name, by code."""
    rows = session.execute(select(Project.id, Project.code, Project.name).order_by(Project.code))
    return [(row.id, row.code, row.name) for row in rows]


def _parts(session: Session, zone_id: int) -> tuple[PartDraft, ...]:
    rows = session.execute(
        select(
            ZonePart.role,
            ZonePart.mode,
            ZonePart.name,
            ZonePart.width_m,
            ZonePart.first_on,
            ZonePart.last_on,
            ZonePart.shape,
        )
        .where(ZonePart.zone_id == zone_id)
        .order_by(ZonePart.position)
    )
    return tuple(
        PartDraft(
            shape=shapely.from_wkb(bytes(row.shape.data)),
            role=row.role.value,
            mode=row.mode.value if row.mode else None,
            name=row.name,
            width_m=None if row.width_m is None else float(row.width_m),
            first_on=row.first_on,
            last_on=row.last_on,
        )
        for row in rows
    )
