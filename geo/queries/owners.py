"""To which projects and zones a record belongs: what a change of it has to be followed by."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from geo.model.projects import PlanVersion
from geo.model.records import Blocker, ProgressReport
from geo.model.zones import Zone, ZoneKind, ZoneState

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

_ZONE_COLUMNS = ("zone_id", "other_id", "zone_a", "zone_b")
_OF_THE_CITY = frozenset({"pause", "calendar_day", "ladder_step", "rules_version"})


@dataclass(slots=True)
class Owner:
    """The projects whose lamps, and the zones whose pairs, a record bears upon; `everywhere`: every lamp."""

    projects: set[int] = field(default_factory=set)
    zones: set[int] = field(default_factory=set)
    everywhere: bool = False


def find_owner(session: Session, kind: str, row: Mapping[str, Any]) -> Owner:
    """The owner of a record of `kind` with these values (a row, or one kept in the history)."""
    owner = Owner(everywhere=kind in _OF_THE_CITY)
    project = row.get("id") if kind == "project" else row.get("project_id")
    if project is not None:
        owner.projects.add(int(project))
    if kind == "zone" and row.get("id") is not None:
        owner.zones.add(int(row["id"]))
    owner.zones |= {int(row[name]) for name in _ZONE_COLUMNS if row.get(name) is not None}
    for column, table in (
        ("plan_version_id", PlanVersion),
        ("report_id", ProgressReport),
        ("blocker_id", Blocker),
    ):
        if row.get(column) is not None:
            found = session.scalar(select(table.project_id).where(table.id == row[column]))
            owner.projects |= set() if found is None else {found}
    if owner.zones:
        for zone_kind, of in session.execute(
            select(Zone.kind, Zone.project_id).where(Zone.id.in_(sorted(owner.zones)))
        ):
            owner.everywhere |= zone_kind is ZoneKind.CONTROL_AREA
            owner.projects |= set() if of is None else {of}
    if kind == "service_window":
        owner.zones |= _works_of(session, row["unit_id"])
    return owner


def _works_of(session: Session, unit_id: int) -> set[int]:
    """The works on lines that a unit's windows judge; what is over is judged no more."""
    works = select(Zone.id).where(
        Zone.unit_id == unit_id,
        Zone.kind == ZoneKind.RELOCATION,
        Zone.state.not_in([ZoneState.FINISHED, ZoneState.WITHDRAWN]),
    )
    return set(session.scalars(works))
