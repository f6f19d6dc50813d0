"""Overlaps: pairs of zones, what is watched on one side, what a closure does to roads; the reach of a part."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context, op
from geoalchemy2 import Geometry
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SCHEMA = "jiantu"
_WATCHES = (
    *("unapproved", "overstayed", "no_diversion", "slow_cut", "late_notice"),
    *("service_window", "repeat_dig"),
)


def upgrade() -> None:
    """Make the tables of what the engine finds, as the owner of the tables."""
    op.add_column(
        "zone_part", sa.Column("reach_m", sa.DOUBLE_PRECISION(), nullable=True), schema=SCHEMA
    )
    _make_overlap()
    _make_watch()
    _make_diversion_effect()
    metric_srid = context.config.attributes["city"].metric_srid
    op.create_check_constraint(
        "shape_metric_srid",
        "overlap",
        f"st_srid(shape_metric) = {int(metric_srid)}",
        schema=SCHEMA,
    )
    for table in ("overlap", "watch", "diversion_effect"):
        op.execute(f"select history.protect('{SCHEMA}.{table}', 'jiantu_engine')")


def _zone_id(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=False)


def _of_zone(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], ["jiantu.zone.id"], name=op.f(f"fk_{table}_{column}"), ondelete="CASCADE"
    )


def _one_of(name: str, *words: str) -> sa.Enum:
    return sa.Enum(
        *words,
        name=f"{name}_known",
        native_enum=False,
        create_constraint=True,
        length=32,
        schema=SCHEMA,
    )


def _make_overlap() -> None:
    op.create_table(
        "overlap",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        _zone_id("zone_a"),
        _zone_id("zone_b"),
        sa.Column("severity", _one_of("severity", "heavy", "light", "none"), nullable=False),
        sa.Column("findings", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("days", postgresql.DATERANGE(), nullable=True),
        sa.Column("shape", Geometry("GEOMETRY", srid=4326, spatial_index=False), nullable=True),
        sa.Column("shape_metric", Geometry(None, srid=-1, spatial_index=False), nullable=True),
        sa.Column("area_m2", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.Column("length_m", sa.Numeric(precision=12, scale=2), nullable=True),
        sa.Column("distance_m", sa.Numeric(precision=10, scale=2), nullable=True),
        sa.CheckConstraint("zone_a < zone_b", name=op.f("ck_overlap_lower_first")),
        sa.CheckConstraint(
            "jsonb_array_length(findings) > 0", name=op.f("ck_overlap_something_found")
        ),
        sa.CheckConstraint("not isempty(days)", name=op.f("ck_overlap_days_not_empty")),
        _of_zone("overlap", "zone_a"),
        _of_zone("overlap", "zone_b"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_overlap")),
        schema=SCHEMA,
    )
    _index("ix_overlap_zone_b", "overlap", ["zone_b"])
    _index("uq_overlap_zones", "overlap", ["zone_a", "zone_b"], unique=True)
    _index("ix_overlap_days", "overlap", ["days"], using="gist")
    _index("ix_overlap_shape_metric", "overlap", ["shape_metric"], using="gist")


def _make_watch() -> None:
    op.create_table(
        "watch",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        _zone_id("zone_id"),
        sa.Column("code", _one_of("watchcode", *_WATCHES), nullable=False),
        sa.Column("anchors", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("days", postgresql.DATERANGE(), nullable=False),
        sa.CheckConstraint("not isempty(days)", name=op.f("ck_watch_days_not_empty")),
        _of_zone("watch", "zone_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_watch")),
        schema=SCHEMA,
    )
    _index("ix_watch_zone_id", "watch", ["zone_id"])
    _index("ix_watch_days", "watch", ["days"], using="gist")


def _make_diversion_effect() -> None:
    op.create_table(
        "diversion_effect",
        _zone_id("zone_id"),
        sa.Column("road_class", sa.Text(), nullable=True),
        sa.Column("shut_m", sa.DOUBLE_PRECISION(), nullable=True),
        sa.Column("shut_pieces", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("way_round_m", sa.DOUBLE_PRECISION(), nullable=True),
        sa.Column("way_round_pieces", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("impact", sa.Numeric(precision=3, scale=2), nullable=True),
        sa.Column("impact_points", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.CheckConstraint("impact between 0 and 5", name=op.f("ck_diversion_effect_impact_range")),
        _of_zone("diversion_effect", "zone_id"),
        sa.PrimaryKeyConstraint("zone_id", name=op.f("pk_diversion_effect")),
        schema=SCHEMA,
    )
    for column in ("shut_pieces", "way_round_pieces"):
        _index(f"ix_diversion_effect_{column}", "diversion_effect", [column], using="gin")


def _index(
    name: str, table: str, columns: list[str], *, unique: bool = False, using: str | None = None
) -> None:
    op.create_index(
        name, table, columns, unique=unique, schema=SCHEMA, postgresql_using=using or "btree"
    )
