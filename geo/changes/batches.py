"""Taking a whole batch in, in one transaction, and bringing lamps and revisions up to date with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from geo.changes.intake import lock_intake, open_intake
from geo.changes.intake_ground import (
    take_districts,
    take_ground,
    take_pauses,
    take_pavements,
    take_roads,
)
from geo.changes.intake_plans import take_milestones, take_plans
from geo.changes.intake_projects import take_leaders, take_projects, take_units
from geo.changes.intake_records import (
    take_blockers,
    take_funding,
    take_land,
    take_procedures,
    take_reports,
    take_suspensions,
)
from geo.changes.intake_zones import take_zones
from geo.changes.lamps import refresh_lamps
from geo.changes.map_layers import NAMED_ON, raise_layers
from geo.changes.overlaps import lock_overlaps, rebuild_overlaps, refresh_overlaps
from geo.changes.zone_parts import true_up_parts
from geo.errors import ImportRefusedError
from geo.model.base import among
from geo.model.zones import Zone
from geo.queries.facts import read_rules
from geo.rules import rules_on

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date

    from sqlalchemy.orm import Session

    from geo.changes.intake import Intake
    from geo.changes.merge import Tally
    from geo.notices import Notice
    from geo.records import Batch


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a batch did: tallies by kind of record, what a clerk should know, and how many lamps were judged."""

    tallies: dict[str, Tally] = field(default_factory=dict)
    notices: list[Notice] = field(default_factory=list)
    projects_judged: int = 0

    @property
    def changed_anything(self) -> bool:
        """Whether a single row is new or different."""
        return any(tally.new or tally.changed for tally in self.tallies.values())


_STEPS: tuple[tuple[str, Callable[[Intake, Any], None]], ...] = (
    ("units", take_units),
    ("leaders", take_leaders),
    ("districts", take_districts),
    ("ground", take_ground),
    ("roads", take_roads),
    ("pauses", take_pauses),
    ("projects", take_projects),
    ("zones", take_zones),
    ("plans", take_plans),
    ("milestones", take_milestones),
    ("reports", take_reports),
    ("procedures", take_procedures),
    ("funding", take_funding),
    ("land", take_land),
    ("blockers", take_blockers),
    ("suspensions", take_suspensions),
    ("pavements", take_pavements),
)
"""Kinds of record in the order in which they depend on one another."""


def take_batch(
    session: Session,
    batch: Batch,
    day: date,
    *,
    judge: bool = True,
    progress: Callable[[str, int, int], None] | None = None,
) -> Outcome:
    """Bring the database to what `batch` says, as known on `day`, within the session's transaction.

    Rows that cannot be taken are left out and named in the notices. With `judge`, the lamps of every project that a
    row touched are written anew, and the pairs and watches of every zone. `progress` is told (what, done, of). Raises
    `ImportRefusedError` when the database refuses the whole; the caller's transaction must then be rolled back.
    """
    lock_intake(session)
    # Before the first row, as every change does: who edits a zone holds this lock while it waits for the zone's row,
    # so one that wrote rows first and asked for the lock then would wait for it for ever.
    lock_overlaps(session)
    rules = rules_on(read_rules(session), day)
    intake = open_intake(session, day, rules)
    try:
        for place, (kind, take) in enumerate(_STEPS):
            if progress:
                progress(kind, place, len(_STEPS))
            records = getattr(batch, kind)
            if records:
                take(intake, records)
        session.flush()
    except IntegrityError as error:
        constraint = getattr(getattr(error.orig, "diag", None), "constraint_name", None)
        message = (
            f"数据不符合规则({constraint}),整个文件未导入 /"
            f" the data breaks a rule ({constraint}); nothing of the file was taken"
        )
        raise ImportRefusedError(message) from error
    sites = session.scalars(select(Zone.id).where(among(Zone.project_id, intake.touched_projects)))
    zones = intake.touched_zones | set(sites)
    trued_up = true_up_parts(session, day, rules, zones)
    zones = intake.touched_zones | trued_up
    judged = 0
    layers = intake.touched_layers | set(_named_on(intake.tallies))
    roads_changed = "roads" in layers
    if roads_changed:  # first, because what is made anew below notes of which roads it was made
        raise_layers(session, (), ["roads"])
    if judge and _changed(intake.tallies):
        told = (lambda done, of: progress("lamps", done, of)) if progress else None
        # A control area may lie over any site, so a changed one has every lamp judged again.
        everywhere = "control_areas" in intake.touched_layers
        touched = None if everywhere else intake.touched_projects
        judged = refresh_lamps(session, day, touched, progress=told)
        if roads_changed or _any_changed(intake.tallies.get("pavements")):
            rebuild_overlaps(session, day, changed=zones)
        else:
            refresh_overlaps(session, zones, day)
    raise_layers(session, trued_up, layers - {"roads"})
    return Outcome(intake.tallies, intake.notices, judged)


def _named_on(tallies: dict[str, Tally]) -> Iterable[str]:
    """Layers on which names stand that the import changed; with the sites the list of projects is read again."""
    if _any_changed(tallies.get("units")):
        return NAMED_ON
    listed = ("projects", "leaders", "districts")
    return ["sites"] if any(_any_changed(tallies.get(kind)) for kind in listed) else []


def _changed(tallies: dict[str, Tally]) -> bool:
    return any(_any_changed(tally) for tally in tallies.values())


def _any_changed(tally: Tally | None) -> bool:
    return tally is not None and bool(tally.new or tally.changed)
