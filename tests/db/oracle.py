"""Who may see and write what, said once more in plain Python: what the database's policies are compared with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Staff = Literal["leader", "command", "admin", "unit"]


@dataclass(frozen=True)
class Asker:
    """A role, and for members of units the units they read for, edit for and administer."""

    role: Staff
    reads: frozenset[str] = frozenset()
    edits: frozenset[str] = frozenset()
    administers: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Thing:
    """A row: its table, whose it is (a unit's name or None), and what else decides.

    `awaited` is the unit for which a blocker waits; `hidden` says that it hangs on a draft.
    """

    table: str
    unit: str | None
    kind: str = ""
    state: str = ""
    awaited: str | None = None
    reserved: bool = False
    raised_by: str = ""
    """The account that raised a blocker, if an account of this scene did."""
    touched_by: str = ""
    """The account that has changed it since."""
    stood: bool = False
    """Whether it was raised longer than a day ago."""


EDITORS = {
    "editor": frozenset({"甲局"}),
    "keeper": frozenset({"乙公司"}),
    "both": frozenset({"甲局", "丙集团"}),
}
"""The accounts that raised the blockers of the scene, and the units in which each has a place."""

ZONES = {"zone", "zone_part", "zone_hours"}
DERIVED = {"status_span"}
ADMINS = {"unit", "category", "rules_version", "service_window"}

UPDATABLE: dict[str, frozenset[str]] = {
    "project": frozenset(
        {"contractor", "manager", "introduction", "actual_start_on", "completed_on"}
    ),
    "milestone": frozenset({"reached_on"}),
    "procedure": frozenset({"due_on", "obtained_on", "used_days", "required"}),
    "funding_line": frozenset({"planned_yuan", "arrived_yuan", "paid_yuan"}),
    "land_status": frozenset({"area_total_m2", "households_total"}),
    "suspension": frozenset({"last_on", "reason"}),
    "blocker": frozenset({"text", "due_on", "resolved_on", "stops_work"}),
    "zone": frozenset(
        {"name", "note", "state", "planned_start_on", "actual_start_on", "tentative"}
    ),
    "zone_part": frozenset({"name", "width_m", "first_on"}),
    "zone_hours": frozenset({"since", "until"}),
    "unit": frozenset({"crews"}),
    "service_window": frozenset({"name", "first_day"}),
}
"""Columns that a unit changes in rows of its own, by table."""

FIXED: dict[str, frozenset[str]] = {
    "project": frozenset(
        {"public", "lead_unit_id", "name", "category", "standing_document", "code"}
    ),
    "plan_version": frozenset({"document", "start_on", "finish_on"}),
    "milestone": frozenset({"name", "due_on", "percent"}),
    "progress_report": frozenset({"percent", "narrative", "verification"}),
    "procedure": frozenset({"project_id", "kind", "version"}),
    "funding_line": frozenset({"project_id", "version"}),
    "land_status": frozenset({"project_id", "kind"}),
    "suspension": frozenset({"approved_by", "first_on", "project_id"}),
    "blocker": frozenset({"project_id", "known_on"}),
    "zone": frozenset({"unit_id", "kind", "project_id", "entered_on", "source_key"}),
    "zone_part": frozenset({"zone_id"}),
    "zone_hours": frozenset({"zone_id"}),
    "status_span": frozenset({"lamp", "stage"}),
    "unit": frozenset({"name", "aliases"}),
    "category": frozenset({"name", "position"}),
    "rules_version": frozenset({"note"}),
    "service_window": frozenset({"unit_id", "code"}),
}
"""Columns that no unit changes anywhere."""

ADMINISTERED = {"unit", "service_window"}
"""What a unit's own administrators alone change, and no editor."""

DELETABLE = {"procedure", "funding_line", "land_status", "zone_part", "zone_hours"}


def sees(asker: Asker, thing: Thing) -> bool:
    """Whether the row is there for the asker."""
    if asker.role != "unit":
        return True
    if not asker.reads:
        return False
    if thing.table in ADMINS:
        return True
    if thing.table in ZONES:
        return thing.state != "draft" or thing.unit in asker.reads
    if thing.table == "blocker":
        return bool({thing.unit, thing.awaited} & asker.reads)
    return thing.unit in asker.reads


def may_update(asker: Asker, thing: Thing, column: str) -> bool:
    """Whether the asker may change that column of the row."""
    if asker.role == "leader":
        return False
    if asker.role == "command":
        return thing.table not in DERIVED
    if asker.role == "admin":
        return thing.table in ADMINS
    own = asker.administers if thing.table in ADMINISTERED else asker.edits
    return (
        column in UPDATABLE.get(thing.table, frozenset())
        and thing.unit in own
        and not thing.reserved
        and sees(asker, thing)
    )


def may_delete(asker: Asker, thing: Thing) -> bool:
    """Whether the asker may remove the row."""
    if asker.role != "unit":
        return (asker.role == "command" and thing.table not in DERIVED) or (
            asker.role == "admin" and thing.table in ADMINS
        )
    if thing.table == "service_window":
        return thing.unit in asker.administers
    if thing.unit not in asker.edits:
        return False
    if thing.table == "blocker":
        return _may_withdraw(asker, thing)
    return thing.table in DELETABLE or (thing.table == "zone" and thing.state == "draft")


def _may_withdraw(asker: Asker, thing: Thing) -> bool:
    """Of blockers: those that people who edit for the same units raised today, and that nobody else has touched."""
    acted = {thing.raised_by, thing.touched_by or thing.raised_by}
    own = {name for name, units in EDITORS.items() if units & asker.edits}
    return not thing.reserved and not thing.stood and acted <= own


def may_insert(asker: Asker, thing: Thing) -> bool:
    """Whether the asker may add a row like this one: with the same owner, kind and state."""
    if asker.role != "unit":
        return (asker.role == "command" and thing.table not in DERIVED) or (
            asker.role == "admin" and thing.table in ADMINS
        )
    if thing.table == "service_window":
        return thing.unit in asker.administers
    if thing.unit not in asker.edits or thing.reserved:
        return False
    if thing.table == "zone":
        return thing.kind != "control_area"
    return thing.table in DELETABLE | {"progress_report", "suspension", "blocker"}
