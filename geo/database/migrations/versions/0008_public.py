"""What is released to the public, and the views that are all it can read."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from geo.database.acting import Role, take_role
from geo.database.migrations.making import (
    SCHEMA,
    keep_history,
    let_write,
    make_index,
    make_table,
    recorded,
    refers,
    version,
)
from geo.database.scripts import run_script

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TABLES = ("public_setting", "project_release", "extension_release", "announced_outage")


def upgrade() -> None:
    """Make the tables of releases, written by the command, and the views above them."""
    _make_setting()
    _make_releases()
    _make_outages()
    for table in TABLES:
        keep_history(table)
        let_write(table)
    op.execute(f"insert into {SCHEMA}.public_setting default values")
    connection = op.get_bind()
    run_script(connection, "0008_public_grants.sql")
    take_role(connection, Role.PROJECTOR)
    run_script(connection, "0008_public_views.sql")
    take_role(connection, Role.OWNER)


def _make_setting() -> None:
    make_table(
        "public_setting",
        sa.Column("id", sa.Integer(), server_default=sa.text("1"), nullable=False),
        version(),
        sa.Column("lamp_shown", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("notice_days", sa.Integer(), server_default=sa.text("5"), nullable=False),
        sa.CheckConstraint("id = 1", name="only_one"),
        sa.CheckConstraint("notice_days between 0 and 60", name="notice_days_range"),
        sa.PrimaryKeyConstraint("id"),
    )


def _make_releases() -> None:
    make_table(
        "project_release",
        *recorded(),
        sa.Column("project_id", sa.BigInteger(), nullable=False),
        sa.Column("introduction", sa.Text(), nullable=True),
        sa.Column("introduction_en", sa.Text(), nullable=True),
        sa.Column("investment", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        refers("project_id", "project", ondelete="CASCADE"),
        sa.UniqueConstraint("project_id"),
    )
    make_table(
        "extension_release",
        *recorded(),
        sa.Column("plan_version_id", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("reason_en", sa.Text(), nullable=True),
        sa.CheckConstraint("reason <> ''", name="reason_given"),
        refers("plan_version_id", "plan_version", ondelete="CASCADE"),
        sa.UniqueConstraint("plan_version_id"),
    )


def _make_outages() -> None:
    make_table(
        "announced_outage",
        *recorded(),
        sa.Column("zone_id", sa.BigInteger(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("area", sa.Text(), nullable=False),
        sa.Column("area_en", sa.Text(), nullable=True),
        sa.Column("released", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.CheckConstraint("starts_at < ends_at", name="ends_after_start"),
        sa.CheckConstraint("area <> ''", name="area_given"),
        refers("zone_id", "zone", ondelete="CASCADE"),
    )
    make_index("announced_outage", "zone_id")
