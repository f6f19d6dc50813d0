"""Plans, milestones and reports; blockers, suspensions, attachments."""

from __future__ import annotations

import sqlalchemy as sa

from geo.database.migrations.making import make_index, make_table, one_of, recorded, refers


def make_progress() -> None:
    """Make these tables."""
    make_table(
        "plan_version",
        sa.Column("project_id", sa.BigInteger(), nullable=False),
        sa.Column("site_id", sa.BigInteger(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("in_force_from", sa.Date(), nullable=True),
        sa.Column("document", sa.Text(), nullable=True),
        sa.Column("start_on", sa.Date(), nullable=True),
        sa.Column(
            "start_precision",
            one_of("start_precision", "day", "month", "quarter", "half", "year"),
            nullable=True,
        ),
        sa.Column("start_tentative", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("finish_on", sa.Date(), nullable=True),
        sa.Column(
            "finish_precision",
            one_of("finish_precision", "day", "month", "quarter", "half", "year"),
            nullable=True,
        ),
        sa.Column(
            "finish_tentative", sa.Boolean(), server_default=sa.text("false"), nullable=False
        ),
        sa.Column("known_on", sa.Date(), nullable=False),
        *recorded(),
        sa.CheckConstraint(
            "(finish_on is null) = (finish_precision is null)", name="finish_precision"
        ),
        sa.CheckConstraint(
            "(start_on is null) = (start_precision is null)", name="start_precision"
        ),
        sa.CheckConstraint("number = 0 or in_force_from is not null", name="change_has_a_day"),
        sa.CheckConstraint("number >= 0", name="number_not_negative"),
        sa.CheckConstraint("start_on <= finish_on", name="finish_on_not_before_start_on"),
        refers("project_id", "project"),
        refers("site_id", "zone"),
    )
    make_index("plan_version", "site_id")
    make_index(
        "plan_version",
        "project_id",
        sa.literal_column("coalesce(site_id, 0)"),
        "number",
        name="uq_plan_version_number",
        unique=True,
    )
    make_table(
        "plan_month",
        *recorded(),
        sa.Column("plan_version_id", sa.BigInteger(), nullable=False),
        sa.Column("month_on", sa.Date(), nullable=False),
        sa.Column("percent", sa.Numeric(precision=5, scale=2), nullable=True),
        sa.Column("investment_yuan", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("extract(day from month_on) = 1", name="month_starts"),
        sa.CheckConstraint("percent between 0 and 100", name="percent_range"),
        sa.CheckConstraint(
            "percent is not null or investment_yuan is not null", name="says_something"
        ),
        refers("plan_version_id", "plan_version", ondelete="CASCADE"),
    )
    make_index("plan_month", "plan_version_id", "month_on", name="uq_plan_month", unique=True)
    make_table(
        "plan_year",
        *recorded(),
        sa.Column("plan_version_id", sa.BigInteger(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("investment_yuan", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("investment_yuan >= 0", name="investment_not_negative"),
        sa.CheckConstraint("year between 1990 and 2100", name="year_range"),
        refers("plan_version_id", "plan_version", ondelete="CASCADE"),
    )
    make_index("plan_year", "plan_version_id", "year", name="uq_plan_year", unique=True)
    make_table(
        "milestone",
        sa.Column("plan_version_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column(
            "due_precision",
            one_of("precision", "day", "month", "quarter", "half", "year"),
            server_default=sa.text("'day'"),
            nullable=False,
        ),
        sa.Column("percent", sa.Numeric(precision=5, scale=2), nullable=True),
        sa.Column("reached_on", sa.Date(), nullable=True),
        *recorded(),
        sa.CheckConstraint("percent between 0 and 100", name="percent_range"),
        refers("plan_version_id", "plan_version", ondelete="CASCADE"),
    )
    make_index("milestone", "plan_version_id", "name", name="uq_milestone_name", unique=True)
    make_table(
        "progress_report",
        sa.Column("project_id", sa.BigInteger(), nullable=False),
        sa.Column("site_id", sa.BigInteger(), nullable=True),
        sa.Column("period", one_of("reportperiod", "week", "ten_days", "month"), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("revision", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("narrative", sa.Text(), nullable=True),
        sa.Column("step", sa.Text(), nullable=True),
        sa.Column("step_percent", sa.Numeric(precision=5, scale=2), nullable=True),
        sa.Column("percent", sa.Numeric(precision=5, scale=2), nullable=True),
        sa.Column("percent_source", sa.Text(), nullable=True),
        sa.Column("invested_in_period_yuan", sa.BigInteger(), nullable=True),
        sa.Column("invested_to_date_yuan", sa.BigInteger(), nullable=True),
        sa.Column("next_step", sa.Text(), nullable=True),
        sa.Column("reporter", sa.Text(), nullable=True),
        sa.Column("checker", sa.Text(), nullable=True),
        sa.Column("reported_on", sa.Date(), nullable=True),
        sa.Column(
            "verification",
            one_of("verification", "self_reported", "verified", "contradicted"),
            server_default=sa.text("'self_reported'"),
            nullable=False,
        ),
        sa.Column("origin", sa.Text(), nullable=True),
        sa.Column("known_on", sa.Date(), nullable=False),
        *recorded(),
        sa.CheckConstraint("first_on <= last_on", name="last_on_not_before_first_on"),
        sa.CheckConstraint("invested_to_date_yuan >= 0", name="invested_not_negative"),
        sa.CheckConstraint("percent between 0 and 100", name="percent_range"),
        sa.CheckConstraint("step_percent between 0 and 100", name="step_percent_range"),
        refers("project_id", "project"),
        refers("site_id", "zone"),
    )
    make_index("progress_report", "site_id")
    make_index(
        "progress_report",
        "project_id",
        sa.literal_column("coalesce(site_id, 0)"),
        "period",
        "first_on",
        "revision",
        name="uq_progress_report_period",
        unique=True,
    )
    make_table(
        "blocker",
        sa.Column("project_id", sa.BigInteger(), nullable=False),
        sa.Column("site_id", sa.BigInteger(), nullable=True),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("responsible_unit_id", sa.BigInteger(), nullable=True),
        sa.Column("awaited_unit_id", sa.BigInteger(), nullable=True),
        sa.Column("raised_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("resolved_on", sa.Date(), nullable=True),
        sa.Column("resolution", sa.Text(), nullable=True),
        sa.Column("stops_work", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("known_on", sa.Date(), nullable=False),
        *recorded(),
        sa.CheckConstraint("text <> ''", name="text_given"),
        sa.CheckConstraint("raised_on <= due_on", name="due_on_not_before_raised_on"),
        sa.CheckConstraint("raised_on <= resolved_on", name="resolved_on_not_before_raised_on"),
        refers("awaited_unit_id", "unit"),
        refers("cause", "cause.code"),
        refers("project_id", "project"),
        refers("responsible_unit_id", "unit"),
        refers("site_id", "zone"),
    )
    make_index("blocker", "awaited_unit_id")
    make_index("blocker", "project_id", name="ix_blocker_project")
    make_index("blocker", "responsible_unit_id")
    make_index("blocker", "site_id")
    make_index(
        "blocker",
        "project_id",
        "code",
        name="uq_blocker_code",
        unique=True,
        where="code is not null",
    )
    make_table(
        "suspension",
        sa.Column("project_id", sa.BigInteger(), nullable=False),
        sa.Column("site_id", sa.BigInteger(), nullable=True),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("approved_by", sa.Text(), nullable=True),
        sa.Column("approved_on", sa.Date(), nullable=True),
        sa.Column("control_area_id", sa.BigInteger(), nullable=True),
        sa.Column("known_on", sa.Date(), nullable=False),
        *recorded(),
        sa.CheckConstraint(
            "(approved_by is null) = (approved_on is null)", name="approval_is_whole"
        ),
        sa.CheckConstraint("first_on <= last_on", name="last_on_not_before_first_on"),
        refers("control_area_id", "zone"),
        refers("project_id", "project"),
        refers("site_id", "zone"),
    )
    make_index("suspension", "site_id")
    make_index(
        "suspension",
        "project_id",
        sa.literal_column("coalesce(site_id, 0)"),
        "first_on",
        name="uq_suspension_first_on",
        unique=True,
    )
    make_table(
        "attachment",
        sa.Column("project_id", sa.BigInteger(), nullable=True),
        sa.Column("zone_id", sa.BigInteger(), nullable=True),
        sa.Column("report_id", sa.BigInteger(), nullable=True),
        sa.Column("blocker_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("taken_on", sa.Date(), nullable=True),
        sa.Column("released", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        *recorded(),
        sa.CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256_form"),
        sa.CheckConstraint(
            "num_nonnulls(project_id, zone_id, report_id, blocker_id) >= 1",
            name="belongs_somewhere",
        ),
        sa.CheckConstraint("size_bytes >= 0", name="size_not_negative"),
        refers("blocker_id", "blocker"),
        refers("project_id", "project"),
        refers("report_id", "progress_report"),
        refers("zone_id", "zone"),
    )
    make_index("attachment", "blocker_id")
    make_index("attachment", "project_id")
    make_index("attachment", "report_id")
    make_index("attachment", "zone_id")
