"""Cases (协调事项), what is said about them, and the minutes that close them."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from geo.database.migrations.making import (
    keep_history,
    key,
    let_write,
    make_index,
    make_table,
    one_of,
    recorded,
    refers,
)

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables. Cases and their pairs are the engine's; what is said is a record with its history."""
    _make_cases()
    _make_messages()
    _make_minutes()
    for table in ("coordination_case", "case_pair"):
        let_write(table, "jiantu_engine")
    for table in ("case_message", "case_minutes"):
        keep_history(table)
        let_write(table)


def _make_cases() -> None:
    make_table(
        "coordination_case",
        key(),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("road_name", sa.Text(), nullable=True),
        sa.Column("first_on", sa.Date(), nullable=True),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
    )
    make_index(
        "coordination_case", "year", "serial", name="uq_coordination_case_number", unique=True
    )
    make_table(
        "case_pair",
        sa.Column("zone_a", sa.BigInteger(), nullable=False),
        sa.Column("zone_b", sa.BigInteger(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=True),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("road_name", sa.Text(), nullable=True),
        *(
            sa.Column(side, sa.DOUBLE_PRECISION(), nullable=False)
            for side in ("west", "south", "east", "north")
        ),
        sa.Column("first_on", sa.Date(), nullable=True),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.Column("present", sa.Boolean(), nullable=False),
        sa.CheckConstraint("zone_a < zone_b", name="lower_first"),
        refers("zone_a", "zone", ondelete="CASCADE"),
        refers("zone_b", "zone", ondelete="CASCADE"),
        refers("case_id", "coordination_case"),
        sa.PrimaryKeyConstraint("zone_a", "zone_b"),
    )
    make_index("case_pair", "zone_b")
    make_index("case_pair", "case_id")
    make_index("case_pair", "place", where="present")


def _make_messages() -> None:
    kinds = ("answer", "note", "proposal", "consent", "accepted", "declined", "minutes")
    make_table(
        "case_message",
        *recorded(),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", one_of("messagekind", *kinds), nullable=False),
        sa.Column(
            "answer",
            one_of("answer", "awaiting", "affected", "unaffected", "agreed"),
            nullable=True,
        ),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("zone_id", sa.BigInteger(), nullable=True),
        sa.Column("first_on", sa.Date(), nullable=True),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.Column("reply_to", sa.BigInteger(), nullable=True),
        sa.Column("file_sha256", sa.Text(), nullable=True),
        sa.Column("file_name", sa.Text(), nullable=True),
        sa.Column("said_by", sa.Text(), nullable=True),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_command", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.CheckConstraint("(kind = 'answer') = (answer is not null)", name="answer_of_answer"),
        sa.CheckConstraint(
            "(kind in ('consent', 'accepted', 'declined')) = (reply_to is not null)",
            name="reply_to_proposal",
        ),
        sa.CheckConstraint(
            "kind <> 'proposal' or num_nonnulls(first_on, last_on) > 0", name="proposal_has_days"
        ),
        sa.CheckConstraint("(file_sha256 is null) = (file_name is null)", name="file_has_name"),
        sa.CheckConstraint("first_on <= last_on", name="last_on_not_before_first_on"),
        refers("case_id", "coordination_case"),
        refers("unit_id", "unit"),
        refers("zone_id", "zone", ondelete="SET NULL"),
        refers("reply_to", "case_message"),
        refers("file_sha256", "stored_file.sha256"),
    )
    for column in ("case_id", "unit_id", "zone_id", "reply_to", "file_sha256"):
        make_index("case_message", column)


def _make_minutes() -> None:
    make_table(
        "case_minutes",
        *recorded(),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("chair", sa.Text(), nullable=False),
        sa.Column("participants", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("agreed", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("facts", postgresql.JSONB(), nullable=False),
        sa.Column("seen", sa.Text(), nullable=False),
        sa.Column("written_by", sa.Text(), nullable=True),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("cardinality(agreed) > 0", name="something_agreed"),
        sa.CheckConstraint("cardinality(participants) > 0", name="somebody_there"),
        refers("case_id", "coordination_case"),
    )
    make_index("case_minutes", "case_id")
    make_index("case_minutes", "year", "serial", name="uq_case_minutes_number", unique=True)
