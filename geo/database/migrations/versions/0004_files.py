"""The file store: bytes that records refer to by their SHA-256."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from geo.database.migrations.making import SCHEMA, make_table

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the store. Files are added and never changed, so it has no history of its own."""
    make_table(
        "stored_file",
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column(
            "stored_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.CheckConstraint("sha256 = encode(sha256(content), 'hex')", name="sha256_of_content"),
        sa.CheckConstraint("size_bytes = octet_length(content)", name="size_of_content"),
        sa.CheckConstraint("size_bytes <= 50000000", name="size_limit"),
        sa.PrimaryKeyConstraint("sha256"),
    )
    # Photographs and workbooks are compressed already.
    op.execute(f"alter table {SCHEMA}.stored_file alter column content set storage external")
    op.execute(f"select history.protect('{SCHEMA}.stored_file', null)")
    op.execute(
        f"create policy adds on {SCHEMA}.stored_file for insert to jiantu_command with check (true)"
    )
    op.execute(f"grant insert on {SCHEMA}.stored_file to jiantu_command")
