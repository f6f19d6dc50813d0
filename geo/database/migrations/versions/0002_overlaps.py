"""Overlaps: pairs of zones, what is watched on one side, what a closure does to roads; the reach of a part."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from geo.database.migrations.making import (
    add_columns,
    hold_to_metric,
    key,
    let_write,
    lonlat_shape,
    make_index,
    make_table,
    metric_shape,
    one_of,
    refers,
)

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_WATCHES = (
    *("unapproved", "overstayed", "no_diversion", "slow_cut", "late_notice"),
    *("service_window", "repeat_dig"),
)


def upgrade() -> None:
    """Make the tables of what the engine finds, as the owner of the tables."""
    add_columns("zone_part", sa.Column("reach_m", sa.DOUBLE_PRECISION(), nullable=True))
    _make_overlap()
    _make_watch()
    _make_diversion_effect()
    hold_to_metric("overlap")
    for table in ("overlap", "watch", "diversion_effect"):
        let_write(table, "jiantu_engine")


def _make_overlap() -> None:
    make_table(
        "overlap",
        key(),
        sa.Column("zone_a", sa.BigInteger(), nullable=False),
        sa.Column("zone_b", sa.BigInteger(), nullable=False),
        sa.Column("severity", one_of("severity", "heavy", "light", "none"), nullable=False),
        sa.Column("findings", postgresql.JSONB(), nullable=False),
        sa.Column("days", postgresql.DATERANGE(), nullable=True),
        sa.Column("shape", lonlat_shape(), nullable=True),
        sa.Column("shape_metric", metric_shape(), nullable=True),
        sa.Column("area_m2", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.Column("length_m", sa.Numeric(precision=12, scale=2), nullable=True),
        sa.Column("distance_m", sa.Numeric(precision=10, scale=2), nullable=True),
        sa.CheckConstraint("zone_a < zone_b", name="lower_first"),
        sa.CheckConstraint("jsonb_array_length(findings) > 0", name="something_found"),
        sa.CheckConstraint("not isempty(days)", name="days_not_empty"),
        refers("zone_a", "zone", ondelete="CASCADE"),
        refers("zone_b", "zone", ondelete="CASCADE"),
    )
    make_index("overlap", "zone_b")
    make_index("overlap", "zone_a", "zone_b", name="uq_overlap_zones", unique=True)
    make_index("overlap", "days", using="gist")
    make_index("overlap", "shape_metric", using="gist")


def _make_watch() -> None:
    make_table(
        "watch",
        key(),
        sa.Column("zone_id", sa.BigInteger(), nullable=False),
        sa.Column("code", one_of("watchcode", *_WATCHES), nullable=False),
        sa.Column("anchors", postgresql.JSONB(), nullable=False),
        sa.Column("days", postgresql.DATERANGE(), nullable=False),
        sa.CheckConstraint("not isempty(days)", name="days_not_empty"),
        refers("zone_id", "zone", ondelete="CASCADE"),
    )
    make_index("watch", "zone_id")
    make_index("watch", "days", using="gist")


def _make_diversion_effect() -> None:
    make_table(
        "diversion_effect",
        sa.Column("zone_id", sa.BigInteger(), nullable=False),
        sa.Column("road_class", sa.Text(), nullable=True),
        sa.Column("shut_m", sa.DOUBLE_PRECISION(), nullable=True),
        sa.Column("shut_pieces", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("way_round_m", sa.DOUBLE_PRECISION(), nullable=True),
        sa.Column("way_round_pieces", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("impact", sa.Numeric(precision=3, scale=2), nullable=True),
        sa.Column("impact_points", postgresql.JSONB(), nullable=True),
        sa.CheckConstraint("impact between 0 and 5", name="impact_range"),
        refers("zone_id", "zone", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("zone_id"),
    )
    for column in ("shut_pieces", "way_round_pieces"):
        make_index("diversion_effect", column, using="gin")
