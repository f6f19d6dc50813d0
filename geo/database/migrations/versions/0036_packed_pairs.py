"""What every saved change writes and reads is made lighter: pairs packed for grouping, fewer indexes written."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from geo.database.migrations.making import SCHEMA, add_columns

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

_PACKED = (
    "int8send(zone_a) || int8send(zone_b) || int8send(coalesce(case_id, 0::bigint))"
    " || float8send(coalesce(first_on - '0001-01-01'::date + 1, 1)::double precision)"
    " || float8send(coalesce(last_on - '0001-01-01'::date + 1, 3652059)::double precision)"
    " || float8send(west) || float8send(east) || float8send(south) || float8send(north)"
)


_CHANGED_IN_PLACE = ("zone", "overlap", "case_pair", "coordination_case")
"""Tables whose rows mostly change in columns without an index. With room beside it a row stays on its page, and none
of the indexes is written."""


def upgrade() -> None:
    """The database packs the pairs that are there too; pages that are full find their room as their rows move on."""
    packed = sa.Column(
        "packed", sa.LargeBinary(), sa.Computed(_PACKED, persisted=True), nullable=False
    )
    add_columns("case_pair", packed)
    op.drop_index("ix_zone_part_zone_id", "zone_part", schema=SCHEMA)
    for table in _CHANGED_IN_PLACE:
        op.execute(f"alter table {SCHEMA}.{table} set (fillfactor = 85)")
