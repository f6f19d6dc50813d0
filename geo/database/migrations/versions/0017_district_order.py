"""Districts stand in an order that the administration gives them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the place in the order; until it is given, districts stand by their code."""
    op.add_column(
        "district",
        sa.Column("position", sa.Integer(), server_default=sa.text("10000"), nullable=False),
        schema="jiantu",
    )
