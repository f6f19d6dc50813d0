"""Which tables keep the history of their rows, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo.model import Base

if TYPE_CHECKING:
    from sqlalchemy import Table


def kept_tables() -> dict[str, Table]:
    """The tables whose rows are records: numbered by `id`, versioned, with history."""
    return {
        table.name: table
        for table in Base.metadata.sorted_tables
        if "version" in table.c and "id" in table.c
    }
