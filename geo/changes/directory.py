"""The names by which records point at one another, resolved to database ids."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import select

from geo.model import codes
from geo.model.city import District
from geo.model.projects import Project
from geo.model.units import Leader, Unit
from geo.model.zones import Zone, ZoneKind

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from geo.model.base import CodeList


@dataclass(slots=True)
class Directory:
    """Ids by name. Units answer to name, short name, code and aliases; districts to name and code."""

    units: dict[str, int] = field(default_factory=dict)
    leaders: dict[str, int] = field(default_factory=dict)
    districts: dict[str, int] = field(default_factory=dict)
    projects: dict[str, int] = field(default_factory=dict)
    categories: dict[str, str | None] = field(default_factory=dict)
    """The category of each project, by its code."""
    sites: dict[tuple[int, str], int] = field(default_factory=dict)
    zones: dict[tuple[str, str], int] = field(default_factory=dict)
    ladder: dict[tuple[str, str], float] = field(default_factory=dict)
    """Percent of a ladder step, by category and the step's name or synonym."""
    known_codes: dict[str, frozenset[str]] = field(default_factory=dict)
    """Codes of each list, by the column that takes them."""


LISTS: dict[str, type[CodeList]] = {
    "category": codes.Category,
    "nature": codes.Nature,
    "cause": codes.Cause,
    "utility": codes.Utility,
    "unit_kind": codes.UnitKind,
    "procedure_kind": codes.ProcedureKind,
    "funding_source": codes.FundingSource,
    "step": codes.RelocationStep,
    "permit_step": codes.PermitStep,
    "dig_plan_state": codes.DigPlanState,
    "road_class": codes.RoadClass,
}


def read_directory(session: Session) -> Directory:
    """Everything that a name in a record may mean."""
    directory = Directory()
    read_units(session, directory)
    directory.leaders = dict(session.execute(select(Leader.name, Leader.id)).all())
    read_districts(session, directory)
    read_projects(session, directory)
    read_zones(session, directory)
    for step in session.scalars(select(codes.LadderStep)):
        for name in (step.name, *step.synonyms):
            directory.ladder.setdefault((step.category, name), float(step.percent))
    for column, table in LISTS.items():
        directory.known_codes[column] = frozenset(session.scalars(select(table.code)))
    return directory


def read_units(session: Session, directory: Directory) -> None:
    """Read the units anew. A full name wins over another unit's alias."""
    found = session.execute(
        select(Unit.id, Unit.name, Unit.short_name, Unit.code, Unit.aliases)
    ).all()
    names = {
        alias: unit_id
        for unit_id, _, short, code, aliases in found
        for alias in (*aliases, code, short)
        if alias
    }
    names.update({name: unit_id for unit_id, name, *_ in found})
    directory.units = names


def read_districts(session: Session, directory: Directory) -> None:
    """Read the districts anew."""
    found = session.execute(select(District.id, District.code, District.name)).all()
    directory.districts = {code: key for key, code, _ in found} | {
        name: key for key, _, name in found
    }


def read_projects(session: Session, directory: Directory) -> None:
    """Read the projects anew."""
    found = session.execute(select(Project.id, Project.code, Project.category)).all()
    directory.projects = {code: key for key, code, _ in found}
    directory.categories = {code: category for _, code, category in found}


def read_zones(session: Session, directory: Directory) -> None:
    """Read the zones anew."""
    found = session.execute(select(Zone.id, Zone.kind, Zone.project_id, Zone.code)).all()
    directory.sites = {
        (project, code): key
        for key, kind, project, code in found
        if kind is ZoneKind.SITE and project is not None
    }
    directory.zones = {
        (kind.value, code): key for key, kind, _, code in found if kind is not ZoneKind.SITE
    }
