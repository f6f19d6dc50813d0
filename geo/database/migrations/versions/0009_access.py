"""Accounts and memberships, and who sees and writes what."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from geo.database.migrations.making import key, make_index, make_table, one_of, recorded, refers
from geo.database.scripts import run_script

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, then the roles' policies on every table there is."""
    _make_account()
    _make_membership()
    _make_sessions()
    _make_attempts()
    _make_links()
    make_table(
        "server_secret",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    run_script(op.get_bind(), "access.sql")


def _make_account() -> None:
    make_table(
        "account",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("password_changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "must_change_password", sa.Boolean(), server_default=sa.text("false"), nullable=False
        ),
        sa.Column(
            "staff_role",
            one_of("staffrole", "none", "leader", "command", "admin"),
            server_default=sa.text("'none'"),
            nullable=False,
        ),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("kept_by_unit_id", sa.BigInteger(), nullable=True),
        *recorded(),
        sa.CheckConstraint("name = lower(name) and name ~ '^\\S{2,64}$'", name="name_form"),
        sa.CheckConstraint("display_name <> ''", name="display_name_given"),
        sa.CheckConstraint(
            "staff_role = 'none' or kept_by_unit_id is null", name="staff_kept_by_all"
        ),
        refers("kept_by_unit_id", "unit"),
        sa.UniqueConstraint("name"),
    )
    make_index("account", "kept_by_unit_id")


def _make_membership() -> None:
    make_table(
        "membership",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("role", one_of("memberrole", "reader", "editor", "unit_admin"), nullable=False),
        *recorded(),
        refers("account_id", "account"),
        refers("unit_id", "unit"),
    )
    make_index("membership", "unit_id")
    make_index(
        "membership", "account_id", "unit_id", name="uq_membership_account_unit", unique=True
    )


def _make_sessions() -> None:
    make_table(
        "account_session",
        key(),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        refers("account_id", "account"),
        sa.UniqueConstraint("token_hash"),
    )
    make_index("account_session", "account_id")


def _make_attempts() -> None:
    outcomes = ("begun", "signed_in", "wrong", "inactive", "throttled")
    make_table(
        "sign_in_attempt",
        key(),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("way", sa.Text(), server_default=sa.text("'password'"), nullable=False),
        sa.Column("outcome", one_of("outcome", *outcomes), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    for column in ("name", "address"):
        make_index("sign_in_attempt", column, "at")


def _make_links() -> None:
    make_table(
        "one_time_link",
        key(),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("purpose", one_of("linkpurpose", "password"), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("made_at < expires_at", name="ends_later"),
        refers("account_id", "account"),
        sa.UniqueConstraint("token_hash"),
    )
    make_index("one_time_link", "account_id")
