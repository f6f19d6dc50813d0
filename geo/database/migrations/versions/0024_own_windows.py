"""Units keep service windows of their own, and how many crews they have."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from geo.database.migrations.making import (
    keep_history,
    let_write,
    make_index,
    make_table,
    one_of,
    recorded,
    refers,
)
from geo.database.scripts import run_script

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; a unit's administrators write what is their unit's."""
    make_table(
        "service_window",
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.Column("forbids", sa.Boolean(), nullable=False),
        sa.Column("operation", one_of("operation", "dig", "cut"), nullable=False),
        sa.Column("first_day", sa.Text(), nullable=False),
        sa.Column("last_day", sa.Text(), nullable=False),
        sa.Column("since", sa.Time(), nullable=True),
        sa.Column("until", sa.Time(), nullable=True),
        *recorded(),
        sa.CheckConstraint("name <> ''", name="name_given"),
        sa.CheckConstraint(
            "first_day ~ '^\\d\\d-\\d\\d$' and last_day ~ '^\\d\\d-\\d\\d$'", name="days_form"
        ),
        sa.CheckConstraint("(since is null) = (until is null)", name="hours_whole"),
        refers("unit_id", "unit"),
    )
    make_index("service_window", "unit_id")
    make_index("service_window", "unit_id", "code", name="uq_service_window_unit_code", unique=True)
    keep_history("service_window")
    let_write("service_window")
    run_script(op.get_bind(), "0024_own_windows.sql")
