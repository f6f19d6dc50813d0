"""From when a pair has been there: silence is counted from that day, and not from when its works were entered."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Pairs of today have been there since the later of their works was entered, for all that is known."""
    op.add_column("case_pair", sa.Column("since_on", sa.Date(), nullable=True), schema="jiantu")
    op.execute(
        "update jiantu.case_pair c set since_on = greatest(a.entered_on, b.entered_on)"
        " from jiantu.zone a, jiantu.zone b where a.id = c.zone_a and b.id = c.zone_b"
    )
    op.alter_column("case_pair", "since_on", nullable=False, schema="jiantu")
