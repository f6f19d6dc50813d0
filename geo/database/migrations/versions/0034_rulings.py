"""A unit takes back its own objection; the public's lamp is the shown one and needs no second view."""

from __future__ import annotations

from alembic import op

from geo.database.acting import Role, take_role
from geo.database.scripts import run_script

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let units remove objections of their own, and take the rulings from what the public's views may read."""
    connection = op.get_bind()
    take_role(connection, Role.PROJECTOR)
    op.execute("drop view public_map.ruled_lamp")
    take_role(connection, Role.OWNER)
    run_script(connection, "0034_rulings.sql")
