"""Answers say whether the command wrote them down for a unit (代录)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

SCHEMA = "jiantu"


def upgrade() -> None:
    """Add the mark; what was answered before units had accounts was written down by the command."""
    op.add_column(
        "overlap_answer",
        sa.Column("by_command", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        schema=SCHEMA,
    )
    op.execute(f"select history.keep_columns('{SCHEMA}.overlap_answer', 'id', '{{}}')")
    # A unit signs its own answers, and cannot have them look as though the command had written them down.
    for policy in ("unit_adds", "unit_changes"):
        op.execute(
            f"alter policy {policy} on {SCHEMA}.overlap_answer with check"
            " (side_zone = any((select jiantu.my_editable_zones())::bigint[]) and not by_command)"
        )
    op.execute(
        f"grant insert (by_command), update (by_command) on {SCHEMA}.overlap_answer to jiantu_unit"
    )
