"""No question asks for pairs by their shape: the index is dropped that every pair written paid for."""

from __future__ import annotations

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Drop it."""
    op.drop_index("ix_overlap_shape_metric", "overlap", schema="jiantu")
