"""Single sign-on: whom a provider vouches for as which account."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from geo.database.migrations.making import (
    SCHEMA,
    keep_history,
    make_index,
    make_table,
    recorded,
    refers,
)

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

IDENTITY = f"{SCHEMA}.account_identity"
VERSIONS = "history.account_identity_version"


def upgrade() -> None:
    """Make the table: the gate links, an administrator looks and unlinks, nobody else knows of it."""
    make_table(
        "account_identity",
        *recorded(),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        refers("account_id", "account"),
    )
    make_index("account_identity", "issuer", "subject", unique=True)
    make_index(
        "account_identity",
        "account_id",
        "issuer",
        name="uq_account_identity_account_issuer",
        unique=True,
    )
    keep_history("account_identity")
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
        f"alter policy staff_reads on {VERSIONS} to jiantu_admin",
        f"revoke all on {VERSIONS} from jiantu_leader, jiantu_command, jiantu_engine",
    ):
        op.execute(statement)
