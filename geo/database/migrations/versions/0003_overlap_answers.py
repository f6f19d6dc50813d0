"""Answers of the two sides of a pair, with their history."""

from __future__ import annotations

import sqlalchemy as sa

from geo.database.migrations.making import (
    keep_history,
    let_write,
    make_index,
    make_table,
    one_of,
    recorded,
    refers,
)

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table of answers, written by the command, every version kept."""
    answers = one_of("answer", "awaiting", "affected", "unaffected", "agreed")
    make_table(
        "overlap_answer",
        *recorded(),
        sa.Column("zone_a", sa.BigInteger(), nullable=False),
        sa.Column("zone_b", sa.BigInteger(), nullable=False),
        sa.Column("side_zone", sa.BigInteger(), nullable=False),
        sa.Column("answer", answers, nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("proposed_first_on", sa.Date(), nullable=True),
        sa.Column("proposed_last_on", sa.Date(), nullable=True),
        sa.Column("answered_by", sa.Text(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen", sa.Text(), nullable=False),
        sa.CheckConstraint("zone_a < zone_b", name="lower_first"),
        sa.CheckConstraint("side_zone in (zone_a, zone_b)", name="side_of_pair"),
        sa.CheckConstraint(
            "proposed_first_on <= proposed_last_on",
            name="proposed_last_on_not_before_proposed_first_on",
        ),
        refers("zone_a", "zone", ondelete="CASCADE"),
        refers("zone_b", "zone", ondelete="CASCADE"),
    )
    make_index("overlap_answer", "zone_b")
    make_index(
        "overlap_answer",
        "zone_a",
        "zone_b",
        "side_zone",
        name="uq_overlap_answer_side",
        unique=True,
    )
    keep_history("overlap_answer")
    let_write("overlap_answer")
