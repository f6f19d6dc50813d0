"""Single sign-on: whom a provider vouches for as which account."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

SCHEMA = "jiantu"
IDENTITY = f"{SCHEMA}.account_identity"
VERSIONS = "history.account_identity_version"


def upgrade() -> None:
    """Make the table: the gate links, an administrator looks and unlinks, nobody else knows of it."""
    op.create_table(
        "account_identity",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], [f"{SCHEMA}.account.id"], name=op.f("fk_account_identity_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_identity")),
        schema=SCHEMA,
    )
    for name, columns in (("issuer_subject", ["issuer", "subject"]), ("account_issuer", None)):
        op.create_index(
            f"uq_account_identity_{name}",
            "account_identity",
            columns or ["account_id", "issuer"],
            unique=True,
            schema=SCHEMA,
        )
    for statement in (
        f"alter table {IDENTITY} enable row level security",
        f"alter table {IDENTITY} force row level security",
        f"create policy owner_all on {IDENTITY} to jiantu_owner using (true) with check (true)",
        f"create policy gate_all on {IDENTITY} to jiantu_gate using (true) with check (true)",
        f"grant select, insert on {IDENTITY} to jiantu_gate",
        # An account made at the gate has neither role nor unit: the gate has no grant to give one.
        f"grant insert (name, display_name) on {SCHEMA}.account to jiantu_gate",
        f"create policy admin_all on {IDENTITY} to jiantu_admin using (true) with check (true)",
        f"grant select, delete on {IDENTITY} to jiantu_admin",
        f"select history.track('{IDENTITY}', 'id', '{{}}')",
        f"alter policy staff_reads on {VERSIONS} to jiantu_admin",
        f"revoke all on {VERSIONS} from jiantu_leader, jiantu_command, jiantu_engine",
    ):
        op.execute(statement)
