"""Writing a zone as a person drew it: work, shapes, hours, links; rows that stay the same are not touched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, insert, select, text, update

from geo.changes.shapes import to_bytes
from geo.model.zones import Zone, ZoneHours, ZoneKind, ZoneLink, ZonePart
from geo.status import Precision

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

    from geo.zoning import ZoneDraft

_PREFIXES = {
    "site": "DW",
    "relocation": "GX",
    "diversion": "DX",
    "haul_route": "ZT",
    "control_area": "GK",
    "event": "HD",
}
"""What the codes of zones drawn by hand begin with: 点位, 管线, 导行, 渣土, 管控, 活动."""
_PLAIN = (
    *("name", "project_id", "unit_id", "parent_id", "state", "actual_start_on", "actual_finish_on"),
    *("tentative", "emergency", "location_text", "note"),
)
_OF_KIND = {
    "relocation": ("utility", "placement", "step", "dig_plan_state"),
    "diversion": (
        *("taken", "side", "lanes_before", "lanes_open", "passing", "still_pass", "permit_step"),
        *("approval_number", "approved_until_on", "announced_on", "extended_until_on"),
        "extension_reason",
    ),
    "control_area": ("level", "stops", "exempt"),
}
_LISTS = frozenset({"taken", "still_pass", "stops", "exempt"})
_PUT_PARTS = text(
    """
    with given as (
      select g.position, g.role, g.mode, g.name, g.width_m, g.first_on, g.last_on,
        st_setsrid(st_geomfromwkb(g.shape), 4326) as shape
      from unnest(cast(:position as int[]), cast(:role as text[]), cast(:mode as text[]),
          cast(:name as text[]), cast(:width_m as numeric[]), cast(:first_on as date[]),
          cast(:last_on as date[]), cast(:shape as bytea[]))
        as g(position, role, mode, name, width_m, first_on, last_on, shape)
    )
    insert into jiantu.zone_part as p (zone_id, position, role, mode, name, width_m, first_on,
      last_on, shape, shape_metric, shape_web, shape_wide, reach_m, period)
    select :zone_id, g.position, g.role, g.mode, g.name, g.width_m, g.first_on, g.last_on, g.shape,
      st_transform(g.shape, cast(:srid as int)), st_transform(g.shape, 3857),
      st_transform(g.shape, cast(:srid as int)), null, daterange(:day, null)
    from given g
    on conflict (zone_id, position) do update set role = excluded.role, mode = excluded.mode,
      name = excluded.name, width_m = excluded.width_m, first_on = excluded.first_on,
      last_on = excluded.last_on, shape = excluded.shape, shape_metric = excluded.shape_metric,
      shape_web = excluded.shape_web, shape_wide = excluded.shape_wide, reach_m = null
    where (p.role, p.mode, p.name, p.width_m, p.first_on, p.last_on)
        is distinct from (excluded.role, excluded.mode, excluded.name, excluded.width_m,
          excluded.first_on, excluded.last_on)
      or st_asbinary(p.shape) <> st_asbinary(excluded.shape)
    """
)
"""A part that is new or drawn anew has no reach yet; `true_up_parts` widens it and gives it its days."""


def insert_zone(session: Session, draft: ZoneDraft, code: str, day: date, srid: int) -> int:
    """Write a new zone with all that belongs to it; its id."""
    values = _columns(draft) | {"kind": ZoneKind(draft.kind), "code": code, "entered_on": day}
    values |= _planned(draft, None)
    zone_id = session.scalars(insert(Zone).values(**values).returning(Zone.id)).one()
    _write_rest(session, zone_id, draft, day, srid)
    return zone_id


def update_zone(session: Session, zone: Zone, draft: ZoneDraft, day: date, srid: int) -> None:
    """Bring a zone to what the draft says; its kind and code stay."""
    values = {
        name: value
        for name, value in (_columns(draft) | _planned(draft, zone)).items()
        if getattr(zone, name) != value
    }
    if values:
        # Only what changes: a unit may not name columns that it may not write.
        session.execute(update(Zone).where(Zone.id == zone.id).values(**values))
    _write_rest(session, zone.id, draft, day, srid)


def next_code(session: Session, kind: str, day: date) -> str:
    """The next free code of a kind in a year, as GX-2026-0007. The caller holds the lock on overlaps."""
    start = f"{_PREFIXES[kind]}-{day.year}-"
    taken = session.scalars(
        select(func.substr(Zone.code, len(start) + 1)).where(
            Zone.kind == ZoneKind(kind), Zone.code.startswith(start)
        )
    )
    numbers = [int(number) for number in taken if number.isascii() and number.isdigit()]
    return f"{start}{max(numbers, default=0) + 1:04d}"


def _columns(draft: ZoneDraft) -> dict[str, Any]:
    values: dict[str, Any] = {name: getattr(draft, name) for name in _PLAIN}
    for kind, names in _OF_KIND.items():
        for name in names:
            value = getattr(draft, name) if kind == draft.kind else None
            values[name] = (list(value) or None) if name in _LISTS and value is not None else value
    return values


def _planned(draft: ZoneDraft, kept: Zone | None) -> dict[str, Any]:
    """Planned days with their precision: one that was not changed keeps that of the import."""
    values: dict[str, Any] = {}
    for name, on in (("planned_start", draft.first_on), ("planned_finish", draft.last_on)):
        same = kept is not None and getattr(kept, f"{name}_on") == on
        values[f"{name}_on"] = on
        precision = getattr(kept, f"{name}_precision") if same else Precision.DAY
        values[f"{name}_precision"] = None if on is None else precision
    return values


def _write_rest(session: Session, zone_id: int, draft: ZoneDraft, day: date, srid: int) -> None:
    _write_parts(session, zone_id, draft, day, srid)
    _write_hours(session, zone_id, draft)
    _write_links(session, zone_id, draft)


def _write_parts(session: Session, zone_id: int, draft: ZoneDraft, day: date, srid: int) -> None:
    parts = [part for part in draft.parts if part.shape is not None]
    session.execute(
        _PUT_PARTS,
        {
            "zone_id": zone_id,
            "srid": srid,
            "day": day,
            "position": list(range(len(parts))),
            "role": [part.role for part in parts],
            "mode": [part.mode for part in parts],
            "name": [part.name for part in parts],
            "width_m": [part.width_m for part in parts],
            "first_on": [part.first_on for part in parts],
            "last_on": [part.last_on for part in parts],
            "shape": [to_bytes(part.shape) for part in parts],
        },
    )
    session.execute(
        delete(ZonePart).where(ZonePart.zone_id == zone_id, ZonePart.position >= len(parts))
    )


def _write_hours(session: Session, zone_id: int, draft: ZoneDraft) -> None:
    wanted = sorted({(each.since, each.until, each.weekdays) for each in draft.hours})
    present = sorted(
        (row.since, row.until, tuple(row.weekdays))
        for row in session.execute(
            select(ZoneHours.since, ZoneHours.until, ZoneHours.weekdays).where(
                ZoneHours.zone_id == zone_id
            )
        )
    )
    if wanted == present:
        return
    session.execute(delete(ZoneHours).where(ZoneHours.zone_id == zone_id))
    rows = [
        {"zone_id": zone_id, "since": since, "until": until, "weekdays": list(weekdays)}
        for since, until, weekdays in wanted
    ]
    if rows:
        session.execute(insert(ZoneHours), rows)


def _write_links(session: Session, zone_id: int, draft: ZoneDraft) -> None:
    """The links that begin at this zone; those of others to it are theirs."""
    wanted = {
        (link.other_id, link.kind): link.due_on for link in draft.links if link.other_id != zone_id
    }
    present = {
        (row.other_id, row.kind.value): row
        for row in session.execute(
            select(ZoneLink.id, ZoneLink.other_id, ZoneLink.kind, ZoneLink.due_on).where(
                ZoneLink.zone_id == zone_id
            )
        )
    }
    gone = [row.id for key, row in present.items() if key not in wanted]
    if gone:
        session.execute(delete(ZoneLink).where(ZoneLink.id.in_(gone)))
    for (other_id, kind), due_on in wanted.items():
        kept = present.get((other_id, kind))
        if kept is None:
            values = {"zone_id": zone_id, "other_id": other_id, "kind": kind, "due_on": due_on}
            session.execute(insert(ZoneLink).values(**values))
        elif kept.due_on != due_on:
            session.execute(update(ZoneLink).where(ZoneLink.id == kept.id).values(due_on=due_on))
