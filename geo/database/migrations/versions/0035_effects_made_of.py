"""What a diversion does to the roads is found anew only when its ground, its way of taking it or the roads change."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from geo.database.migrations.making import SCHEMA, add_columns

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What is kept so far has no mark, so it is found anew when its diversion is next looked at."""
    add_columns(
        "diversion_effect",
        sa.Column("made_of", sa.Text(), server_default="", nullable=False),
        sa.Column("used_class", sa.Text(), nullable=True),
    )
    op.alter_column("diversion_effect", "made_of", server_default=None, schema=SCHEMA)
    op.execute("select history.keep_row_columns('jiantu.diversion_effect', 'zone_id')")
