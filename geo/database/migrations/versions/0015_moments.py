"""Every row that the map is made of kept with the time for which it was there, and views of any moment."""

from __future__ import annotations

from alembic import op

from geo.database.scripts import run_script

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the twins of the tables and the views; the present rows are there from now on."""
    run_script(op.get_bind(), "0015_moments.sql")
