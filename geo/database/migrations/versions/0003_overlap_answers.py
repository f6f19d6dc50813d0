"""Answers of the two sides of a pair, with their history."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

SCHEMA = "jiantu"


def upgrade() -> None:
    """Make the table of answers, written by the command, every version kept."""
    answers = sa.Enum(
        *("awaiting", "affected", "unaffected", "agreed"),
        name="answer_known",
        native_enum=False,
        create_constraint=True,
        length=32,
        schema=SCHEMA,
    )
    op.create_table(
        "overlap_answer",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
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
        sa.CheckConstraint("zone_a < zone_b", name=op.f("ck_overlap_answer_lower_first")),
        sa.CheckConstraint(
            "side_zone in (zone_a, zone_b)", name=op.f("ck_overlap_answer_side_of_pair")
        ),
        sa.CheckConstraint(
            "proposed_first_on <= proposed_last_on",
            name=op.f("ck_overlap_answer_proposed_last_on_not_before_proposed_first_on"),
        ),
        _of_zone("zone_a"),
        _of_zone("zone_b"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_overlap_answer")),
        schema=SCHEMA,
    )
    op.create_index("ix_overlap_answer_zone_b", "overlap_answer", ["zone_b"], schema=SCHEMA)
    op.create_index(
        "uq_overlap_answer_side",
        "overlap_answer",
        ["zone_a", "zone_b", "side_zone"],
        unique=True,
        schema=SCHEMA,
    )
    op.execute(f"select history.track('{SCHEMA}.overlap_answer', 'id', '{{}}')")
    op.execute(f"select history.protect('{SCHEMA}.overlap_answer', 'jiantu_command')")


def _of_zone(column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], ["jiantu.zone.id"], name=op.f(f"fk_overlap_answer_{column}"), ondelete="CASCADE"
    )
