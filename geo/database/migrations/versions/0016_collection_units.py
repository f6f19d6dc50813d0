"""Units hand in their own sheets of a collection, and see nothing of the others'."""

from __future__ import annotations

from alembic import op

from geo.database.scripts import run_script

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Open the collection's tables to units, each to its own rows."""
    run_script(op.get_bind(), "0016_collection_units.sql")
