"""The year's dig plan: windows of tentative works, crews of units, searches for better dates and proposed shifts."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from geo.database.migrations.making import (
    add_columns,
    hold_to,
    keep_history,
    keep_new_columns,
    let_write,
    make_index,
    make_table,
    one_of,
    recorded,
    refers,
)

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables and columns; runs and shifts are written by the command, every version kept."""
    for name in ("window_first_on", "window_last_on"):
        add_columns("zone", sa.Column(name, sa.Date(), nullable=True))
    hold_to(
        "zone",
        "window_last_on_not_before_window_first_on",
        "window_first_on <= window_last_on",
    )
    add_columns("unit", sa.Column("crews", sa.Integer(), nullable=True))
    hold_to("unit", "crews_positive", "crews > 0")
    # What history keeps of a row are the columns that were there when it was first tracked.
    for table in ("zone", "unit"):
        keep_new_columns(table)
    make_table(
        "coordination_run",
        *recorded(),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        *(
            sa.Column(name, sa.Integer(), nullable=False)
            for name in ("works", "cost", "cost_before", "bound")
        ),
        sa.Column("proven", sa.Boolean(), nullable=False),
        sa.Column("before", postgresql.JSONB(), nullable=False),
        sa.Column("after", postgresql.JSONB(), nullable=False),
        sa.CheckConstraint("first_on <= last_on", name="last_on_not_before_first_on"),
        sa.CheckConstraint("bound <= cost and cost <= cost_before", name="costs_in_order"),
    )
    make_table(
        "proposed_shift",
        *recorded(),
        *(
            sa.Column(name, sa.BigInteger(), nullable=name == "unit_id")
            for name in ("run_id", "work_id", "zone_id", "unit_id")
        ),
        sa.Column("shift_days", sa.Integer(), nullable=False),
        sa.Column("from_first_on", sa.Date(), nullable=False),
        sa.Column("from_last_on", sa.Date(), nullable=False),
        sa.Column("seen_version", sa.Integer(), nullable=False),
        sa.Column("reasons", postgresql.JSONB(), nullable=False),
        sa.Column(
            "state",
            one_of("shiftstate", "proposed", "accepted", "declined", "lapsed"),
            server_default=sa.text("'proposed'"),
            nullable=False,
        ),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "from_first_on <= from_last_on", name="from_last_on_not_before_from_first_on"
        ),
        sa.CheckConstraint("shift_days <> 0", name="shifts"),
        sa.CheckConstraint(
            "(state in ('accepted', 'declined')) = (decided_at is not null)", name="decided"
        ),
        refers("run_id", "coordination_run", ondelete="CASCADE"),
        refers("work_id", "zone", ondelete="CASCADE"),
        refers("zone_id", "zone", ondelete="CASCADE"),
        refers("unit_id", "unit"),
    )
    for column in ("work_id", "zone_id", "unit_id"):
        make_index("proposed_shift", column)
    make_index("proposed_shift", "run_id", "zone_id", name="uq_proposed_shift_zone", unique=True)
    for table in ("coordination_run", "proposed_shift"):
        keep_history(table)
        let_write(table)
