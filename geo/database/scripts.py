"""The SQL files of this package, run as they stand."""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import Connection


def run_script(connection: Connection, name: str) -> None:
    """Run a file of `geo/database/sql`; its statements take no parameters, so every % in it is itself."""
    script = resources.files("geo.database") / "sql" / name
    connection.exec_driver_sql(script.read_text(encoding="utf-8").replace("%", "%%"))
