"""The city itself, its rules and calendar, and the code lists."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from geo.database.migrations.making import (
    code_list,
    make_index,
    make_table,
    one_of,
    recorded,
    refers,
    version,
)


def make_lists() -> None:
    """Make these tables."""
    make_table(
        "city",
        sa.Column("id", sa.Integer(), server_default=sa.text("1"), nullable=False),
        version(),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("metric_srid", sa.Integer(), nullable=False),
        sa.Column("bbox", postgresql.ARRAY(sa.DOUBLE_PRECISION()), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("ledger_closed_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "cardinality(bbox) = 4 and bbox[1] < bbox[3] and bbox[2] < bbox[4]", name="bbox_form"
        ),
        sa.CheckConstraint("id = 1", name="only_one"),
        sa.PrimaryKeyConstraint("id"),
    )
    make_table(
        "rules_version",
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("rules", postgresql.JSONB(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        *recorded(),
        sa.UniqueConstraint("effective_on"),
    )
    make_table(
        "calendar_day",
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("kind", one_of("calendardaykind", "holiday", "workday"), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        *recorded(),
        sa.UniqueConstraint("on_day"),
    )
    make_table(
        "pause",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", one_of("pausekind", "winter_stop", "holiday"), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        *recorded(),
        sa.CheckConstraint("first_on <= last_on", name="last_on_not_before_first_on"),
    )
    make_index("pause", "name", "first_on", unique=True)
    make_table(
        "category",
        sa.Column("industrial", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        *code_list(),
    )
    make_table("nature", *code_list())
    make_table(
        "cause",
        sa.Column("command_only", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        *code_list(),
    )
    make_table("utility", sa.Column("letter", sa.Text(), nullable=True), *code_list())
    make_table("unit_kind", sa.Column("ranking_group", sa.Text(), nullable=True), *code_list())
    make_table(
        "procedure_kind",
        sa.Column("statutory_days", sa.Integer(), nullable=True),
        sa.Column("before_start", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        *code_list(),
    )
    make_table("funding_source", *code_list())
    make_table("relocation_step", *code_list())
    make_table("permit_step", *code_list())
    make_table("dig_plan_state", *code_list())
    make_table("road_class", *code_list())
    make_table("operation", *code_list())
    make_table(
        "ladder_step",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.Column("percent", sa.Numeric(precision=5, scale=2), nullable=False),
        sa.Column("operation", sa.Text(), nullable=True),
        sa.Column(
            "synonyms", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        *recorded(),
        sa.CheckConstraint("percent between 0 and 100", name="percent_range"),
        refers("category", "category.code"),
        refers("operation", "operation.code"),
        sa.UniqueConstraint("category", "name", name="uq_ladder_step_name"),
        sa.UniqueConstraint("category", "position", name="uq_ladder_step_position"),
        sa.UniqueConstraint("code"),
    )
