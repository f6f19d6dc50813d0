"""A single sign-on provider that does not answer is no failed attempt to sign in."""

from __future__ import annotations

from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

OUTCOMES = ("begun", "signed_in", "wrong", "inactive", "throttled", "unreachable")


def upgrade() -> None:
    """Let an attempt end as `unreachable`."""
    table, name = "jiantu.sign_in_attempt", "ck_sign_in_attempt_outcome_known"
    known = ", ".join(f"'{one}'" for one in OUTCOMES)
    op.execute(f"alter table {table} drop constraint {name}")
    op.execute(f"alter table {table} add constraint {name} check (outcome in ({known}))")
