"""What is released to the public, and the views that are all it can read."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from geo.database.acting import Role, take_role
from geo.database.scripts import run_script

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

SCHEMA = "jiantu"
TABLES = ("public_setting", "project_release", "extension_release", "announced_outage")


def upgrade() -> None:
    """Make the tables of releases, written by the command, and the views above them."""
    _make_setting()
    _make_releases()
    _make_outages()
    for table in TABLES:
        op.execute(f"select history.track('{SCHEMA}.{table}', 'id', '{{}}')")
        op.execute(f"select history.protect('{SCHEMA}.{table}', 'jiantu_command')")
    op.execute(f"insert into {SCHEMA}.public_setting default values")
    connection = op.get_bind()
    run_script(connection, "0008_public_grants.sql")
    take_role(connection, Role.PROJECTOR)
    run_script(connection, "0008_public_views.sql")
    take_role(connection, Role.OWNER)


def _make_setting() -> None:
    op.create_table(
        "public_setting",
        sa.Column("id", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("lamp_shown", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("notice_days", sa.Integer(), server_default=sa.text("5"), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_public_setting_only_one")),
        sa.CheckConstraint(
            "notice_days between 0 and 60", name=op.f("ck_public_setting_notice_days_range")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_public_setting")),
        schema=SCHEMA,
    )


def _make_releases() -> None:
    op.create_table(
        "project_release",
        *_recorded(),
        sa.Column("project_id", sa.BigInteger(), nullable=False),
        sa.Column("introduction", sa.Text(), nullable=True),
        sa.Column("introduction_en", sa.Text(), nullable=True),
        sa.Column("investment", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        _refers("project_release", "project_id", "project"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_release")),
        sa.UniqueConstraint("project_id", name=op.f("uq_project_release_project_id")),
        schema=SCHEMA,
    )
    op.create_table(
        "extension_release",
        *_recorded(),
        sa.Column("plan_version_id", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("reason_en", sa.Text(), nullable=True),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_extension_release_reason_given")),
        _refers("extension_release", "plan_version_id", "plan_version"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extension_release")),
        sa.UniqueConstraint("plan_version_id", name=op.f("uq_extension_release_plan_version_id")),
        schema=SCHEMA,
    )


def _make_outages() -> None:
    op.create_table(
        "announced_outage",
        *_recorded(),
        sa.Column("zone_id", sa.BigInteger(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("area", sa.Text(), nullable=False),
        sa.Column("area_en", sa.Text(), nullable=True),
        sa.Column("released", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.CheckConstraint(
            "starts_at < ends_at", name=op.f("ck_announced_outage_ends_after_start")
        ),
        sa.CheckConstraint("area <> ''", name=op.f("ck_announced_outage_area_given")),
        _refers("announced_outage", "zone_id", "zone"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_announced_outage")),
        schema=SCHEMA,
    )
    op.create_index(
        op.f("ix_announced_outage_zone_id"), "announced_outage", ["zone_id"], schema=SCHEMA
    )


def _recorded() -> tuple[sa.Column[int], sa.Column[int]]:
    return (
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
    )


def _refers(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column],
        [f"{SCHEMA}.{other}.id"],
        name=op.f(f"fk_{table}_{column}"),
        ondelete="CASCADE",
    )
