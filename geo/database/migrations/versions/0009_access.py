"""Accounts and memberships, and who sees and writes what."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from geo.database.scripts import run_script

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

SCHEMA = "jiantu"


def upgrade() -> None:
    """Make the tables, then the roles' policies on every table there is."""
    _make_account()
    _make_membership()
    _make_sessions()
    _make_attempts()
    _make_links()
    op.create_table(
        "server_secret",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_server_secret")),
        schema=SCHEMA,
    )
    run_script(op.get_bind(), "access.sql")


def _one_of(name: str, *words: str) -> sa.Enum:
    return sa.Enum(
        *words,
        name=f"{name}_known",
        native_enum=False,
        create_constraint=True,
        length=32,
        schema=SCHEMA,
    )


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False)


def _version() -> sa.Column[int]:
    return sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False)


def _at(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{SCHEMA}.{to}.id"], name=op.f(f"fk_{table}_{column}")
    )


def _index(name: str, table: str, *columns: str, unique: bool = False) -> None:
    op.create_index(name, table, list(columns), unique=unique, schema=SCHEMA)


def _make_account() -> None:
    op.create_table(
        "account",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        _at("password_changed_at", nullable=True),
        sa.Column(
            "must_change_password", sa.Boolean(), server_default=sa.text("false"), nullable=False
        ),
        sa.Column(
            "staff_role",
            _one_of("staffrole", "none", "leader", "command", "admin"),
            server_default=sa.text("'none'"),
            nullable=False,
        ),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("kept_by_unit_id", sa.BigInteger(), nullable=True),
        _id(),
        _version(),
        sa.CheckConstraint(
            r"name = lower(name) and name ~ '^\S{2,64}$'", name=op.f("ck_account_name_form")
        ),
        sa.CheckConstraint("display_name <> ''", name=op.f("ck_account_display_name_given")),
        sa.CheckConstraint(
            "staff_role = 'none' or kept_by_unit_id is null",
            name=op.f("ck_account_staff_kept_by_all"),
        ),
        _refers("account", "kept_by_unit_id", "unit"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("name", name=op.f("uq_account_name")),
        schema=SCHEMA,
    )
    _index("ix_account_kept_by_unit_id", "account", "kept_by_unit_id")


def _make_membership() -> None:
    op.create_table(
        "membership",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("role", _one_of("memberrole", "reader", "editor", "unit_admin"), nullable=False),
        _id(),
        _version(),
        _refers("membership", "account_id", "account"),
        _refers("membership", "unit_id", "unit"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
        schema=SCHEMA,
    )
    _index("ix_membership_unit_id", "membership", "unit_id")
    _index("uq_membership_account_unit", "membership", "account_id", "unit_id", unique=True)


def _make_sessions() -> None:
    op.create_table(
        "account_session",
        _id(),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        _at("opened_at"),
        _at("used_at"),
        _at("expires_at"),
        sa.Column("address", sa.Text(), nullable=False),
        _refers("account_session", "account_id", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_account_session_token_hash")),
        schema=SCHEMA,
    )
    _index("ix_account_session_account_id", "account_session", "account_id")


def _make_attempts() -> None:
    outcomes = ("begun", "signed_in", "wrong", "inactive", "throttled")
    op.create_table(
        "sign_in_attempt",
        _id(),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("way", sa.Text(), server_default=sa.text("'password'"), nullable=False),
        sa.Column("outcome", _one_of("outcome", *outcomes), nullable=False),
        _at("at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_attempt")),
        schema=SCHEMA,
    )
    for column in ("name", "address"):
        _index(f"ix_sign_in_attempt_{column}_at", "sign_in_attempt", column, "at")


def _make_links() -> None:
    op.create_table(
        "one_time_link",
        _id(),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("purpose", _one_of("linkpurpose", "password"), nullable=False),
        _at("made_at"),
        sa.Column("made_by", sa.Text(), nullable=False),
        _at("expires_at"),
        _at("used_at", nullable=True),
        sa.CheckConstraint("made_at < expires_at", name=op.f("ck_one_time_link_ends_later")),
        _refers("one_time_link", "account_id", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_time_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_one_time_link_token_hash")),
        schema=SCHEMA,
    )
    _index("ix_one_time_link_account_id", "one_time_link", "account_id")
