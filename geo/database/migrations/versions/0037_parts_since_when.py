"""Parts of zones and watches, too, say themselves since when they stand: what stands of them is not copied."""

from __future__ import annotations

from alembic import op

from geo.database.scripts import run_script

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Give the two tables their columns, and those who keep and read their past other functions."""
    run_script(op.get_bind(), "0037_parts_since_when.sql")
