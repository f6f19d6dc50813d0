"""Pairs are written by the hundred thousand: what each row paid for that is not needed, or is cheaper together, goes.

- Both zones of a pair exist: looked up for all rows of a statement at once, where foreign keys looked up and locked two
  zones for every row, and took the longest of all. When zones go, their pairs go.
- The shape in WGS84 is the metric one seen from elsewhere, and worked out by those who show it.
- A day's pairs lie on nearly every page of the table, so that an index on days saved no reading.
"""

from __future__ import annotations

from alembic import op

from geo.database.scripts import run_script

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Put triggers in the place of the foreign keys; drop the column and the indexes, here and where rows are kept."""
    for side in ("zone_a", "zone_b"):
        op.drop_constraint(f"fk_overlap_{side}", "overlap", schema="jiantu")
    op.drop_index("ix_overlap_days", "overlap", schema="jiantu")
    run_script(op.get_bind(), "0029_lighter_pairs.sql")
