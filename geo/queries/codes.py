"""Reading code lists, in the order the city gave them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from geo.model import codes

if TYPE_CHECKING:
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
