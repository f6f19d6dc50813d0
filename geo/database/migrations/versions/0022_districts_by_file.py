"""Administrators bring in districts by file: they keep the file and the mapping as the command does."""

from __future__ import annotations

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let administrators write what an import begins with; the import itself writes as it always does."""
    for table in ("intake_file", "mapping_record"):
        op.execute(f"select history.let_write('jiantu.{table}', 'jiantu_admin')")
    op.execute(
        "create policy admin_adds on jiantu.stored_file for insert to jiantu_admin with check (true)"
    )
    op.execute("grant insert on jiantu.stored_file to jiantu_admin")
