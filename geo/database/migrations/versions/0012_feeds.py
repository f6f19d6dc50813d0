"""Feeds, their pulls, and the works known from them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

SCHEMA = "jiantu"


def upgrade() -> None:
    """Make the tables. Feeds and works keep their history; pulls are a log of their own."""
    op.create_table(
        "feed",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("mapping", sa.Text(), nullable=False),
        sa.Column("crs", sa.Text(), nullable=True),
        sa.Column("every_minutes", sa.Integer(), nullable=False),
        sa.Column("stable_ids", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("stopped", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        *_recorded(),
        sa.CheckConstraint("name ~ '^[a-z0-9][a-z0-9-]*$'", name=op.f("ck_feed_name_form")),
        sa.CheckConstraint("address ~ '^(https?://|file:/)'", name=op.f("ck_feed_address_form")),
        sa.CheckConstraint("every_minutes >= 1", name=op.f("ck_feed_every_minutes_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed")),
        schema=SCHEMA,
    )
    op.create_index("uq_feed_name", "feed", ["name"], unique=True, schema=SCHEMA)
    _make_pulls()
    op.create_table(
        "feed_item",
        sa.Column("feed_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("source_code", sa.Text(), nullable=False),
        sa.Column("said", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("first_seen_on", sa.Date(), nullable=False),
        sa.Column("gone_on", sa.Date(), nullable=True),
        *_recorded(),
        sa.ForeignKeyConstraint(
            ["feed_id"],
            ["jiantu.feed.id"],
            name=op.f("fk_feed_item_feed_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed_item")),
        schema=SCHEMA,
    )
    op.create_index(
        "uq_feed_item_code", "feed_item", ["feed_id", "kind", "code"], unique=True, schema=SCHEMA
    )
    for name in ("feed", "feed_item"):
        op.execute(f"select history.track('{SCHEMA}.{name}', 'id', '{{}}')")
    for name in ("feed", "feed_pull", "feed_item"):
        op.execute(f"select history.protect('{SCHEMA}.{name}', 'jiantu_command')")


def _make_pulls() -> None:
    outcomes = sa.Enum(
        *("taken", "unchanged", "warned"),
        name="pulloutcome_known",
        native_enum=False,
        create_constraint=True,
        length=32,
        schema=SCHEMA,
    )
    op.create_table(
        "feed_pull",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
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
        sa.ForeignKeyConstraint(
            ["feed_id"],
            ["jiantu.feed.id"],
            name=op.f("fk_feed_pull_feed_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["run_id"],
            ["jiantu.import_run.id"],
            name=op.f("fk_feed_pull_run_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed_pull")),
        schema=SCHEMA,
    )
    op.create_index(op.f("ix_feed_pull_feed_id"), "feed_pull", ["feed_id"], schema=SCHEMA)


def _recorded() -> tuple[sa.Column[int], sa.Column[int]]:
    return (
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
    )
