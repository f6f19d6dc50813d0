"""Feeds, their pulls, and the works known from them."""

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

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables. Feeds and works keep their history; pulls are a log of their own."""
    make_table(
        "feed",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("mapping", sa.Text(), nullable=False),
        sa.Column("crs", sa.Text(), nullable=True),
        sa.Column("every_minutes", sa.Integer(), nullable=False),
        sa.Column("stable_ids", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("stopped", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        *recorded(),
        sa.CheckConstraint("name ~ '^[a-z0-9][a-z0-9-]*$'", name="name_form"),
        sa.CheckConstraint("address ~ '^(https?://|file:/)'", name="address_form"),
        sa.CheckConstraint("every_minutes >= 1", name="every_minutes_positive"),
    )
    make_index("feed", "name", unique=True)
    _make_pulls()
    make_table(
        "feed_item",
        sa.Column("feed_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("source_code", sa.Text(), nullable=False),
        sa.Column("said", postgresql.JSONB(), nullable=False),
        sa.Column("first_seen_on", sa.Date(), nullable=False),
        sa.Column("gone_on", sa.Date(), nullable=True),
        *recorded(),
        refers("feed_id", "feed", ondelete="CASCADE"),
    )
    make_index("feed_item", "feed_id", "kind", "code", name="uq_feed_item_code", unique=True)
    for name in ("feed", "feed_item"):
        keep_history(name)
    for name in ("feed", "feed_pull", "feed_item"):
        let_write(name)


def _make_pulls() -> None:
    outcomes = one_of("pulloutcome", "taken", "unchanged", "warned")
    make_table(
        "feed_pull",
        key(),
        sa.Column("feed_id", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", outcomes, nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=True),
        sa.Column("rows", sa.Integer(), nullable=True),
        *(
            sa.Column(name, sa.Text(), nullable=True)
            for name in ("sha256", "etag", "modified", "warning", "warning_en")
        ),
        *(
            sa.Column(name, sa.Integer(), server_default=sa.text("0"), nullable=False)
            for name in ("added", "changed", "moved_ends", "gone")
        ),
        sa.Column("run_id", sa.BigInteger(), nullable=True),
        refers("feed_id", "feed", ondelete="CASCADE"),
        refers("run_id", "import_run", ondelete="SET NULL"),
    )
    make_index("feed_pull", "feed_id")
