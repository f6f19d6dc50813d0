"""Reading code lists and districts, in the order the city gave them, and what became of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, text

from geo.errors import NotFoundError
from geo.model import codes

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from geo.model.base import CodeList

_LISTS: tuple[type[CodeList], ...] = (
    codes.Category,
    codes.Nature,
    codes.Cause,
    codes.Utility,
    codes.UnitKind,
    codes.ProcedureKind,
    codes.FundingSource,
    codes.RelocationStep,
    codes.PermitStep,
    codes.DigPlanState,
    codes.RoadClass,
    codes.Operation,
)


def get_list(name: str) -> type[CodeList]:
    """A code list by its table's name; raises NotFoundError."""
    for table in _LISTS:
        if table_name(table) == name:
            return table
    message = f"no list {name}"
    raise NotFoundError(message)


def table_name(table: type[CodeList]) -> str:
    """The name of a code list's table."""
    return str(vars(table)["__tablename__"])


def list_codes(session: Session) -> dict[str, list[dict[str, Any]]]:
    """Every list by its table's name, as entries of code, name, name_en and, for utilities, their letter."""
    return {
        table_name(table): [
            {
                "code": entry.code,
                "name": entry.name,
                "name_en": entry.name_en,
                "letter": getattr(entry, "letter", None),
            }
            for entry in session.scalars(select(table).order_by(table.position, table.code))
        ]
        for table in _LISTS
    }


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a list as the administration shows it; `percent` is a ladder step's."""

    code: str
    version: int
    name: str
    name_en: str | None
    letter: str | None = None
    retired_on: date | None = None
    percent: float | None = None


def list_entries(session: Session, name: str) -> list[Entry]:
    """Every entry of a list in its order, the retired ones too. Raises NotFoundError."""
    table = get_list(name)
    return [
        Entry(
            entry.code,
            entry.version,
            entry.name,
            entry.name_en,
            getattr(entry, "letter", None),
            entry.retired_on,
        )
        for entry in session.scalars(select(table).order_by(table.position, table.code))
    ]


def list_ladders(session: Session) -> dict[str, list[Entry]]:
    """The steps of each category's ladder, in their order."""
    ladders: dict[str, list[Entry]] = {}
    step = codes.LadderStep
    for one in session.scalars(select(step).order_by(step.category, step.position)):
        ladders.setdefault(one.category, []).append(
            Entry(one.code, one.version, one.name, one.name_en, percent=float(one.percent))
        )
    return ladders


@dataclass(frozen=True, slots=True)
class DistrictRow:
    """A district as the administration shows it; `shape` is GeoJSON (WGS84), thinned to what a small map shows."""

    id: int
    code: str
    version: int
    name: str
    name_en: str | None
    kind: str
    area_km2: float | None
    projects: int
    shape: str | None


_DISTRICTS = text(
    """
    select d.id, d.code, d.version, d.name, d.name_en, d.kind, st_area(d.shape_metric) / 1e6 as area_km2,
      (select count(*) from jiantu.project_district pd where pd.district_id = d.id) as projects,
      st_asgeojson(st_simplifypreservetopology(d.shape, 0.0005), 5) as shape
    from jiantu.district d order by d.position, d.code
    """
)


def list_districts(session: Session) -> list[DistrictRow]:
    """The districts in their order, with area and number of projects."""
    return [DistrictRow(*row) for row in session.execute(_DISTRICTS)]


@dataclass(frozen=True, slots=True)
class ListChange:
    """A change of a list: when, by whom, of which entry, and each field before and after (JSON)."""

    at: datetime
    actor: str
    op: str
    name: str
    fields: tuple[tuple[str, Any, Any], ...]


_TOLD = ("name", "name_en", "letter", "position", "retired_on", "kind")


def list_list_changes(session: Session, table: str, most: int = 40) -> list[ListChange]:
    """The last changes of a list's entries, the latest first; `table` is a list, ladder_step or district."""
    if table not in {"ladder_step", "district"}:
        get_list(table)
    found = session.execute(
        text(
            f"""
            select lower(valid) as at, actor, op, row,
              lag(row) over (partition by id order by version) as before
            from history.{table}_version order by at desc, id limit :most
            """  # noqa: S608  a table's name of this module
        ),
        {"most": most},
    )
    return [
        ListChange(
            one.at,
            one.actor,
            one.op,
            one.row["name"],
            tuple(
                (field, (one.before or {}).get(field), one.row.get(field))
                for field in _TOLD
                if one.before and one.before.get(field) != one.row.get(field)
            ),
        )
        for one in found
        if one.before or not one.actor.startswith("system:")
    ]
