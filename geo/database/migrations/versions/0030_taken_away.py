"""What a transaction took away is found by its time: tombstones of zones, their parts and links are indexed by it."""

from __future__ import annotations

from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """An index on tombstones alone: what is added or changed pays nothing for it."""
    for table in ("zone", "zone_part", "zone_link"):
        op.execute(
            f"create index ix_{table}_version_taken_away on history.{table}_version (lower(valid)) where op = 'D'"
        )
