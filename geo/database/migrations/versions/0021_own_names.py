"""Names that a unit confirmed are remembered for its own sheets, beside those that the command confirmed for all."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from geo.database.migrations.making import add_columns, keep_new_columns, make_index
from geo.database.scripts import run_script

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

SCHEMA = "jiantu"


def upgrade() -> None:
    """Say for whose sheets a name holds, and let units write their own."""
    add_columns("name_alias", sa.Column("for_unit_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        "fk_name_alias_for_unit_id",
        "name_alias",
        "unit",
        ["for_unit_id"],
        ["id"],
        source_schema=SCHEMA,
        referent_schema=SCHEMA,
    )
    make_index("name_alias", "for_unit_id")
    for meant in ("project", "unit"):
        name = f"uq_name_alias_{meant}"
        op.drop_index(name, "name_alias", schema=SCHEMA)
        make_index(
            "name_alias",
            "alias",
            sa.literal_column("coalesce(for_unit_id, 0)"),
            name=name,
            unique=True,
            where=f"{meant}_id is not null",
        )
    keep_new_columns("name_alias")
    run_script(op.get_bind(), "0021_own_names.sql")
