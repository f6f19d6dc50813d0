"""A unit brings back a blocker that it has just taken back by mistake."""

from __future__ import annotations

from alembic import op

from geo.database.scripts import run_script

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let units bring back what only they ever wrote about, within a day."""
    run_script(op.get_bind(), "0027_blockers_back.sql")
