"""Units, leaders and projects, with their procedures, money and land."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from geo.database.migrations.making import make_index, make_table, one_of, recorded, refers


def make_projects() -> None:
    """Make these tables."""
    make_table(
        "leader",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("post", sa.Text(), nullable=True),
        sa.Column("rank", sa.Integer(), nullable=True),
        *recorded(),
        sa.UniqueConstraint("name"),
    )
    make_table(
        "unit",
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("short_name", sa.Text(), nullable=True),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("utility", sa.Text(), nullable=True),
        sa.Column("district_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "aliases", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        *recorded(),
        sa.CheckConstraint("utility is null or kind = 'utility'", name="utility_by_kind"),
        refers("district_id", "district"),
        refers("kind", "unit_kind.code"),
        refers("utility", "utility.code"),
        sa.UniqueConstraint("code"),
        sa.UniqueConstraint("name"),
    )
    make_table(
        "project",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.Column("parent_id", sa.BigInteger(), nullable=True),
        sa.Column("category", sa.Text(), nullable=True),
        sa.Column("nature", sa.Text(), nullable=True),
        sa.Column("lead_unit_id", sa.BigInteger(), nullable=True),
        sa.Column("employer", sa.Text(), nullable=True),
        sa.Column("contractor", sa.Text(), nullable=True),
        sa.Column("headquarters", sa.Text(), nullable=True),
        sa.Column("sponsor_leader_id", sa.BigInteger(), nullable=True),
        sa.Column("manager", sa.Text(), nullable=True),
        sa.Column("task_force", sa.Text(), nullable=True),
        sa.Column("introduction", sa.Text(), nullable=True),
        sa.Column("total_investment_yuan", sa.BigInteger(), nullable=True),
        sa.Column("green_channel", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("public", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column(
            "report_period",
            one_of("reportperiod", "week", "ten_days", "month"),
            server_default=sa.text("'week'"),
            nullable=False,
        ),
        sa.Column(
            "standing",
            one_of("standing", "active", "postponed", "moved_out", "ended"),
            server_default=sa.text("'active'"),
            nullable=False,
        ),
        sa.Column("standing_document", sa.Text(), nullable=True),
        sa.Column("standing_from", sa.Date(), nullable=True),
        sa.Column("actual_start_on", sa.Date(), nullable=True),
        sa.Column("start_permit", sa.Text(), nullable=True),
        sa.Column("completed_on", sa.Date(), nullable=True),
        sa.Column("accepted_on", sa.Date(), nullable=True),
        sa.Column("in_use_on", sa.Date(), nullable=True),
        sa.Column("in_production_on", sa.Date(), nullable=True),
        sa.Column("at_capacity_on", sa.Date(), nullable=True),
        sa.Column("registered_investment_yuan", sa.BigInteger(), nullable=True),
        sa.Column("registered_on", sa.Date(), nullable=True),
        sa.Column("entered_on", sa.Date(), nullable=False),
        sa.Column("source_key", sa.Text(), nullable=True),
        *recorded(),
        sa.CheckConstraint(
            "standing = 'active' or (standing_document is not null and standing_from is not null)",
            name="standing_by_document",
        ),
        sa.CheckConstraint(
            "actual_start_on <= completed_on", name="completed_on_not_before_actual_start_on"
        ),
        sa.CheckConstraint(
            "completed_on <= accepted_on", name="accepted_on_not_before_completed_on"
        ),
        sa.CheckConstraint("parent_id <> id", name="parent_is_another"),
        sa.CheckConstraint("total_investment_yuan >= 0", name="investment_not_negative"),
        refers("category", "category.code"),
        refers("lead_unit_id", "unit"),
        refers("nature", "nature.code"),
        refers("parent_id", "project"),
        refers("sponsor_leader_id", "leader"),
        sa.UniqueConstraint("code"),
    )
    make_index("project", "lead_unit_id")
    make_index("project", "name")
    make_index("project", "parent_id")
    make_index("project", "sponsor_leader_id")
    make_table(
        "project_district",
        *recorded(),
        sa.Column("project_id", sa.BigInteger(), nullable=False),
        sa.Column("district_id", sa.BigInteger(), nullable=False),
        refers("district_id", "district"),
        refers("project_id", "project"),
    )
    make_index("project_district", "district_id")
    make_index(
        "project_district", "project_id", "district_id", name="uq_project_district", unique=True
    )
    make_table(
        "procedure",
        sa.Column("project_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("required", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=True),
        sa.Column("statutory_days", sa.Integer(), nullable=True),
        sa.Column("promised_days", sa.Integer(), nullable=True),
        sa.Column("used_days", sa.Integer(), nullable=True),
        sa.Column("lies_with_unit_id", sa.BigInteger(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("obtained_on", sa.Date(), nullable=True),
        sa.Column(
            "tolerance", one_of("tolerance", "deferred", "promised", "parallel"), nullable=True
        ),
        sa.Column("known_on", sa.Date(), nullable=False),
        *recorded(),
        sa.CheckConstraint("promised_days > 0", name="promised_days_positive"),
        sa.CheckConstraint("started_on <= obtained_on", name="obtained_on_not_before_started_on"),
        sa.CheckConstraint("statutory_days > 0", name="statutory_days_positive"),
        sa.CheckConstraint("used_days >= 0", name="used_days_not_negative"),
        refers("kind", "procedure_kind.code"),
        refers("lies_with_unit_id", "unit"),
        refers("project_id", "project"),
    )
    make_index("procedure", "project_id", "kind", name="uq_procedure_kind", unique=True)
    make_table(
        "funding_line",
        sa.Column("project_id", sa.BigInteger(), nullable=False),
        sa.Column("funding_source", sa.Text(), nullable=False),
        sa.Column("planned_yuan", sa.BigInteger(), nullable=True),
        sa.Column("arrived_yuan", sa.BigInteger(), nullable=True),
        sa.Column("arrived_on", sa.Date(), nullable=True),
        sa.Column("paid_yuan", sa.BigInteger(), nullable=True),
        sa.Column("paid_on", sa.Date(), nullable=True),
        *recorded(),
        sa.CheckConstraint(
            "planned_yuan >= 0 and arrived_yuan >= 0 and paid_yuan >= 0", name="not_negative"
        ),
        refers("funding_source", "funding_source.code"),
        refers("project_id", "project"),
    )
    make_index(
        "funding_line", "project_id", "funding_source", name="uq_funding_line_source", unique=True
    )
    make_table(
        "land_status",
        sa.Column("project_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", one_of("landkind", "land", "demolition"), nullable=False),
        sa.Column("as_of_on", sa.Date(), nullable=False),
        sa.Column("area_total_m2", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.Column("area_signed_m2", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.Column("area_cleared_m2", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.Column("households_total", sa.Integer(), nullable=True),
        sa.Column("households_signed", sa.Integer(), nullable=True),
        sa.Column("households_cleared", sa.Integer(), nullable=True),
        *recorded(),
        sa.CheckConstraint(
            "area_signed_m2 <= area_total_m2 and area_cleared_m2 <= area_total_m2",
            name="area_within_total",
        ),
        sa.CheckConstraint(
            "households_signed <= households_total and households_cleared <= households_total",
            name="households_within_total",
        ),
        refers("project_id", "project"),
    )
    make_index(
        "land_status", "project_id", "kind", "as_of_on", name="uq_land_status_day", unique=True
    )
