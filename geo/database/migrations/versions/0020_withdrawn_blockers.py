"""A unit takes back a blocker that it has just raised, before anybody else has done anything about it."""

from __future__ import annotations

from alembic import op

from geo.database.scripts import run_script

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let units remove blockers of which every version is their own and the first is of the day."""
    run_script(op.get_bind(), "0020_withdrawn_blockers.sql")
