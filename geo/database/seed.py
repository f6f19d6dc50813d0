"""First contents of a new database: code lists from `data/codes/*.csv`, rules from `data/rules.toml`."""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import Boolean, Connection, Date, Integer, Numeric, select
from sqlalchemy.dialects.postgresql import ARRAY, insert

from geo.errors import RuleError
from geo.model import codes
from geo.model.city import CalendarDay, RulesVersion
from geo.rules import load_rules, rules_to_json

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from geo.model.base import Base

LISTS: dict[str, type[Base]] = {
    "categories": codes.Category,
    "natures": codes.Nature,
    "causes": codes.Cause,
    "utilities": codes.Utility,
    "unit_kinds": codes.UnitKind,
    "procedure_kinds": codes.ProcedureKind,
    "funding_sources": codes.FundingSource,
    "relocation_steps": codes.RelocationStep,
    "permit_steps": codes.PermitStep,
    "dig_plan_states": codes.DigPlanState,
    "road_classes": codes.RoadClass,
    "operations": codes.Operation,
    "ladder_steps": codes.LadderStep,
}
"""Code lists kept in tables, by the name of their file. Other files in the folder name fixed enumerations."""

FIRST_RULES_ON = date(2000, 1, 1)
"""The seeded rules hold for every day before the city changes them."""


def seed_codes(connection: Connection, folder: Path) -> None:
    """Add the codes that the lists do not have yet; those a city has changed stay as they are."""
    for name, table in LISTS.items():
        rows = read_codes(folder / f"{name}.csv", table)
        if rows:
            connection.execute(insert(table).values(rows).on_conflict_do_nothing())


def read_codes(path: Path, table: type[Base]) -> list[dict[str, Any]]:
    """The rows of a code list file, typed as `table`'s columns. Raises `RuleError` naming file and line."""
    columns = table.__table__.columns
    with path.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.DictReader(lines)
        unknown = set(reader.fieldnames or ()) - set(columns.keys())
        if unknown:
            message = f"{path.name}: 未知的列 / unknown columns: {', '.join(sorted(unknown))}"
            raise RuleError(message)
        rows = []
        for row in reader:
            try:
                rows.append({key: _typed(columns[key].type, word) for key, word in row.items()})
            except (ValueError, KeyError, ArithmeticError) as error:
                message = f"{path.name}:{reader.line_num}: {error}"
                raise RuleError(message) from error
        return rows


def _typed(kind: object, word: str) -> Any:  # noqa: ANN401  a column may hold anything
    word = word.strip()
    if isinstance(kind, ARRAY):
        return [part for part in word.split("|") if part]
    if not word:
        return None
    for column_type, read in _READERS.items():
        if isinstance(kind, column_type):
            return read(word)
    return word


_READERS: dict[type[Any], Callable[[str], Any]] = {
    Boolean: {"yes": True, "no": False}.__getitem__,
    Integer: int,
    Date: date.fromisoformat,
    Numeric: Decimal,
}


def seed_calendar(connection: Connection, folder: Path) -> None:
    """Add the holidays and make-up working days that are not known yet."""
    rows = [row for path in sorted(folder.glob("*.csv")) for row in read_codes(path, CalendarDay)]
    if rows:
        connection.execute(insert(CalendarDay).values(rows).on_conflict_do_nothing())


def seed_rules(connection: Connection, path: Path) -> None:
    """Write the first rules version when there is none."""
    if connection.scalar(select(RulesVersion.id).limit(1)) is not None:
        return
    rules = load_rules(path)
    connection.execute(
        insert(RulesVersion).values(
            effective_on=FIRST_RULES_ON, rules=rules_to_json(rules), note="初始规则"
        )
    )
