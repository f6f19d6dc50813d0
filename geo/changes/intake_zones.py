"""Taking in zones: the work, its shapes, its hours and what it belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import shapely
from sqlalchemy import Double, delete, insert, select
from sqlalchemy.dialects.postgresql import Range

from geo.changes.directory import read_zones
from geo.changes.intake import Intake, distinct
from geo.changes.intake_projects import make_known
from geo.changes.map_layers import LAYER_OF_KIND
from geo.changes.merge import Merged, Target, merge_rows
from geo.changes.shapes import (
    given_shape,
    read_shape,
    to_bytes,
    to_metric,
    to_web,
    widened,
)
from geo.changes.zone_parts import foresee_period
from geo.model.base import among
from geo.model.zones import LinkKind, Zone, ZoneHours, ZoneKind, ZoneLink, ZonePart

if TYPE_CHECKING:
    from collections.abc import Iterable

    from geo.records import PartRecord, ZoneRecord

_PLAIN = (
    *("kind", "code", "name", "state", "actual_start_on", "actual_finish_on", "tentative"),
    *("emergency", "location_text", "note", "source_crs", "source_key", "utility", "placement"),
    *("step", "dig_plan_state", "taken", "side", "lanes_before", "lanes_open", "passing"),
    *("still_pass", "permit_step", "approval_number", "approved_until_on", "announced_on"),
    *("extended_until_on", "extension_reason", "level", "stops", "exempt"),
)
"""Fields of a zone record that are columns of the same name."""


def _key_of(record: ZoneRecord) -> tuple[str, str, str]:
    owner = record.project or "" if record.kind == "site" else ""
    return (record.kind, owner, record.code)


def take_zones(intake: Intake, records: Iterable[ZoneRecord]) -> None:
    """Zones by kind and code (a site: by project and code), with their parts, hours and links."""
    kept: dict[tuple[str, int, str], ZoneRecord] = {}
    by_kind: dict[str, list[ZoneRecord]] = {}
    for record in records:
        by_kind.setdefault(record.kind, []).append(record)
    for kind, listed in by_kind.items():
        layer = LAYER_OF_KIND.get(kind, kind)
        keyed = distinct(intake, layer, listed, _key_of)
        make_known(intake, ((record.unit, record.source) for record in keyed.values()))
        for record in keyed.values():
            project = _project_of(intake, layer, record)
            if project is not None and _zone_holds(intake, layer, record):
                kept[(record.kind, project, record.code)] = record
    rows = {key: _zone_row(intake, key, record) for key, record in kept.items()}
    merged = _merge_zones(intake, rows)
    read_zones(intake.session, intake.directory)
    touched = _take_parts(intake, kept, merged)
    touched |= _take_hours(intake, kept, merged)
    touched |= _take_links(intake, kept, merged)
    touched_keys = {key for key in merged.unchanged if merged.ids[key] in touched}
    merged.unchanged -= touched_keys
    merged.changed |= touched_keys
    for kind in by_kind:
        layer = LAYER_OF_KIND.get(kind, kind)
        part = Merged(
            ids=merged.ids,
            new={key for key in merged.new if key[0] == kind},
            changed={key for key in merged.changed if key[0] == kind},
            unchanged={key for key in merged.unchanged if key[0] == kind},
        )
        intake.count(layer, part)
        if part.new or part.changed:
            intake.touched_layers.add(layer)
    for key in merged.new | merged.changed:
        intake.touched_zones.add(merged.ids[key])
        project = rows[key]["project_id"]
        if project is not None:
            intake.touched_projects.add(project)


def _merge_zones(intake: Intake, rows: dict[Any, dict[str, Any]]) -> Merged[Any]:
    """Sites are known within their project; other zones by kind and code, whatever project they name."""
    silent = frozenset({"entered_on"})
    merged: Merged[Any] = Merged()
    for is_site, key_columns in ((True, ("kind", "project_id", "code")), (False, ("kind", "code"))):
        chosen = {
            key: row for key, row in rows.items() if (row["kind"] is ZoneKind.SITE) == is_site
        }
        short = {
            (ZoneKind(key[0]), key[1], key[2]) if is_site else (ZoneKind(key[0]), key[2]): key
            for key in chosen
        }
        done = merge_rows(
            intake.session,
            Target(Zone, key_columns, silent=silent),
            {brief: chosen[key] for brief, key in short.items()},
            within=(Zone.kind == ZoneKind.SITE) if is_site else (Zone.kind != ZoneKind.SITE),
        )
        merged.ids |= {short[brief]: row_id for brief, row_id in done.ids.items()}
        merged.new |= {short[brief] for brief in done.new}
        merged.changed |= {short[brief] for brief in done.changed}
        merged.unchanged |= {short[brief] for brief in done.unchanged}
    return merged


def _project_of(intake: Intake, layer: str, record: ZoneRecord) -> int | None:
    """The project's id, 0 for none; None when the row is refused."""
    if record.project is None:
        if record.kind != "site":
            return 0
        intake.refuse(
            layer, record.source, "项目编号", None, "点位须写明项目编号", "a site needs its project"
        )
        return None
    return intake.find_project(layer, record.source, record.project)


def _zone_holds(intake: Intake, layer: str, record: ZoneRecord) -> bool:
    source = record.source
    codes_hold = (
        intake.check_code(layer, source, "管线类别", record.utility, "utility")
        and intake.check_code(layer, source, "迁改步骤", record.step, "step")
        and intake.check_code(
            layer, source, "年度掘路计划", record.dig_plan_state, "dig_plan_state"
        )
        and intake.check_code(layer, source, "许可步骤", record.permit_step, "permit_step")
    )
    if not codes_hold:
        return False
    planned = (
        record.planned_start.on if record.planned_start else None,
        record.planned_finish.on if record.planned_finish else None,
    )
    actual = (record.actual_start_on, record.actual_finish_on)
    for (first, last), names, names_en in (
        (planned, ("计划开始", "计划结束"), ("planned start", "planned finish")),
        (actual, ("实际开始", "实际结束"), ("actual start", "actual finish")),
    ):
        if not intake.days_in_order(layer, source, first, last, names, names_en):
            return False
    for part in record.parts:
        if not intake.days_in_order(
            layer,
            source,
            part.first_on,
            part.last_on,
            ("分段开始", "分段结束"),
            ("start", "finish"),
        ):
            return False
    return True


def _zone_row(intake: Intake, key: tuple[str, int, str], record: ZoneRecord) -> dict[str, Any]:
    row = {name: getattr(record, name) for name in _PLAIN}
    row["kind"] = ZoneKind(record.kind)
    row["project_id"] = key[1] or None
    row["unit_id"] = intake.directory.units.get(record.unit or "")
    row["entered_on"] = intake.day
    for name in ("planned_start", "planned_finish"):
        day = getattr(record, name)
        if day is not None:
            row[f"{name}_on"] = day.on
            row[f"{name}_precision"] = day.precision
            if day.tentative and record.tentative is None:
                row["tentative"] = True
    return row


def _part_row(
    intake: Intake, record: ZoneRecord, zone_id: int, position: int, part: PartRecord
) -> dict[str, Any]:
    return {
        "zone_id": zone_id,
        "position": position,
        "role": part.role,
        "mode": part.mode,
        "name": part.name,
        "width_m": part.width_m,
        "first_on": part.first_on,
        "last_on": part.last_on,
        "shape": to_bytes(part.shape),
        "period": Range(*foresee_period(record, part, intake.day), bounds="[]"),
        "reach": intake.rules.overlap_buffer_m(record.kind) + _radius_m(intake, part),
    }


def _radius_m(intake: Intake, part: PartRecord) -> float:
    """How far a point or line reaches by itself, without its buffer."""
    dimension = shapely.get_dimensions(part.shape)
    if dimension == 0:
        return intake.rules.overlap.buffers.point_radius_m
    return (part.width_m or 0.0) / 2.0 if dimension == 1 else 0.0


def _take_parts(
    intake: Intake, kept: dict[tuple[str, int, str], ZoneRecord], merged: Merged[Any]
) -> set[int]:
    """Bring shapes to what the records say; the zones whose shapes changed. No shapes given: none is touched."""
    table = ZonePart.__table__
    metric = to_metric(intake.metric_srid)
    target = Target(
        ZonePart,
        ("zone_id", "position"),
        readers={"shape": read_shape(table.c.shape)},
        writers={"shape": given_shape},
        derived={
            "shape_metric": metric,
            "shape_web": to_web,
            # As the row alone tells; `true_up_parts` mends what hangs on projects, plans and links.
            "shape_wide": lambda given: widened(metric(given), given.c.reach),
            "reach_m": lambda given: given.c.reach,
        },
        extra={"reach": Double()},
        silent=frozenset({"period"}),
    )
    rows = {}
    counts = {}
    for key, record in kept.items():
        zone_id = merged.ids[key]
        if record.parts:
            counts[zone_id] = len(record.parts)
        for position, part in enumerate(record.parts):
            rows[(zone_id, position)] = _part_row(intake, record, zone_id, position, part)
    done = merge_rows(intake.session, target, rows)
    touched = {int(key[0]) for key in done.new | done.changed}
    old = intake.session.execute(
        select(ZonePart.id, ZonePart.zone_id, ZonePart.position).where(
            among(ZonePart.zone_id, counts)
        )
    )
    surplus = [row.id for row in old if row.position >= counts[row.zone_id]]
    if surplus:
        gone = intake.session.scalars(
            delete(ZonePart).where(among(ZonePart.id, surplus)).returning(ZonePart.zone_id)
        )
        touched |= set(gone)
    return touched


def _take_hours(
    intake: Intake, kept: dict[tuple[str, int, str], ZoneRecord], merged: Merged[Any]
) -> set[int]:
    """Replace the hours of zones whose records give other ones; the zones that changed."""
    wanted = {
        merged.ids[key]: sorted(
            (window.since, window.until, tuple(window.weekdays)) for window in record.hours
        )
        for key, record in kept.items()
        if record.hours
    }
    if not wanted:
        return set()
    present: dict[int, list[Any]] = {}
    for row in intake.session.scalars(select(ZoneHours).where(among(ZoneHours.zone_id, wanted))):
        present.setdefault(row.zone_id, []).append((row.since, row.until, tuple(row.weekdays)))
    changed = {
        zone_id
        for zone_id, windows in wanted.items()
        if sorted(present.get(zone_id, [])) != windows
    }
    if changed:
        intake.session.execute(delete(ZoneHours).where(among(ZoneHours.zone_id, changed)))
        intake.session.execute(
            insert(ZoneHours),
            [
                {"zone_id": zone_id, "since": since, "until": until, "weekdays": list(weekdays)}
                for zone_id in sorted(changed)
                for since, until, weekdays in wanted[zone_id]
            ],
        )
    return changed


def _take_links(
    intake: Intake, kept: dict[tuple[str, int, str], ZoneRecord], merged: Merged[Any]
) -> set[int]:
    """A zone made for another is linked to it; a relocation that hands its ground over, to the site that waits."""
    rows = {}
    for key, record in kept.items():
        zone_id = merged.ids[key]
        for name, kind, due_on, label in (
            (record.made_for, LinkKind.MADE_FOR, None, "服务对象"),
            (record.hands_over_to, LinkKind.BEFORE, record.hands_over_on, "移交点位"),
        ):
            if not name:
                continue
            other = _find_zone(intake, name)
            if other is None or other == zone_id:
                intake.note(
                    record.source,
                    label,
                    name,
                    f"没有找到“{name}”,未建立关联",
                    f"“{name}” was not found; no link was made",
                )
            else:
                rows[(zone_id, other, kind)] = {
                    "zone_id": zone_id,
                    "other_id": other,
                    "kind": kind,
                    "due_on": due_on,
                }
    done = merge_rows(intake.session, Target(ZoneLink, ("zone_id", "other_id", "kind")), rows)
    return {int(key[0]) for key in done.new | done.changed}


def _find_zone(intake: Intake, name: str) -> int | None:
    """`PROJECT/SITE`, or the code of a relocation, diversion, event or control area."""
    project, slash, site = name.partition("/")
    if slash:
        project_id = intake.directory.projects.get(project)
        found = intake.directory.sites.get((project_id or 0, site))
        if found is not None:
            return found
    for kind in ("relocation", "diversion", "event", "control_area", "haul_route"):
        if (kind, name) in intake.directory.zones:
            return intake.directory.zones[(kind, name)]
    return None
