"""A unit's windows are changed in place, and the last save of its windows and crews can be undone by the unit."""

from __future__ import annotations

from alembic import op

from geo.database.scripts import run_script

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let a unit's administrators update its windows, and read earlier versions of their unit."""
    run_script(op.get_bind(), "0031_windows_changed.sql")
