"""What lies on the ground: districts, water and green, roads, pavements."""

from __future__ import annotations

import sqlalchemy as sa

from geo.database.migrations.making import (
    lonlat_shape,
    make_index,
    make_table,
    metric_shape,
    one_of,
    recorded,
    refers,
)


def make_ground() -> None:
    """Make these tables."""
    make_table(
        "district",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.Column("kind", one_of("districtkind", "district", "county", "zone"), nullable=False),
        sa.Column("shape", lonlat_shape("MULTIPOLYGON"), nullable=True),
        sa.Column("shape_metric", metric_shape(), nullable=True),
        *recorded(),
        sa.UniqueConstraint("code"),
        sa.UniqueConstraint("name"),
    )
    make_index("district", "shape_metric", using="gist")
    make_table(
        "ground",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            one_of("groundkind", "water", "green", "built", "railway", "boundary"),
            nullable=False,
        ),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.Column("shape", lonlat_shape(), nullable=False),
        sa.Column("shape_metric", metric_shape(), nullable=False),
        *recorded(),
        sa.UniqueConstraint("code"),
    )
    make_index("ground", "shape_metric", using="gist")
    make_table(
        "road",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.Column("road_class", sa.Text(), nullable=False),
        sa.Column("oneway", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("lanes", sa.Integer(), nullable=True),
        sa.Column("width_m", sa.Numeric(precision=6, scale=2), nullable=True),
        sa.Column("shape", lonlat_shape(), nullable=False),
        sa.Column("shape_metric", metric_shape(), nullable=False),
        *recorded(),
        sa.CheckConstraint("lanes > 0", name="lanes_positive"),
        sa.CheckConstraint("width_m > 0", name="width_positive"),
        refers("road_class", "road_class.code"),
        sa.UniqueConstraint("code"),
    )
    make_index("road", "name")
    make_index("road", "shape_metric", using="gist")
    make_table(
        "pavement",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("road_name", sa.Text(), nullable=False),
        sa.Column("laid_on", sa.Date(), nullable=True),
        sa.Column("overhauled_on", sa.Date(), nullable=True),
        sa.Column("shape", lonlat_shape(), nullable=True),
        sa.Column("shape_metric", metric_shape(), nullable=True),
        *recorded(),
        sa.CheckConstraint("laid_on <= overhauled_on", name="overhauled_on_not_before_laid_on"),
        sa.UniqueConstraint("code"),
    )
    make_index("pavement", "shape_metric", using="gist")
