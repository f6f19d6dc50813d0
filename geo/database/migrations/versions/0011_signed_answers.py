"""Answers say whether the command wrote them down for a unit (代录)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from geo.database.migrations.making import SCHEMA, add_columns, keep_new_columns

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the mark; what was answered before units had accounts was written down by the command."""
    add_columns(
        "overlap_answer",
        sa.Column("by_command", sa.Boolean(), server_default=sa.text("true"), nullable=False),
    )
    keep_new_columns("overlap_answer")
    # A unit signs its own answers, and cannot have them look as though the command had written them down.
    for policy in ("unit_adds", "unit_changes"):
        op.execute(
            f"alter policy {policy} on {SCHEMA}.overlap_answer with check"
            " (side_zone = any((select jiantu.my_editable_zones())::bigint[]) and not by_command)"
        )
    op.execute(
        f"grant insert (by_command), update (by_command) on {SCHEMA}.overlap_answer to jiantu_unit"
    )
