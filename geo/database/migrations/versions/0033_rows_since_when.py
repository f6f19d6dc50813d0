"""Pairs and lamps say themselves since when they stand; what has ended of them is copied, not what stands."""

from __future__ import annotations

from alembic import op

from geo.database.scripts import run_script

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Give the two tables their columns, and those who keep and read their past other functions."""
    run_script(op.get_bind(), "0033_rows_since_when.sql")
