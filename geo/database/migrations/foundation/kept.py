"""What is kept beside the records: spans of lamps, revisions of layers, runs of imports."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from geo.database.migrations.making import key, make_index, make_table, one_of, refers


def make_kept() -> None:
    """Make these tables."""
    make_table(
        "status_span",
        key(),
        sa.Column("project_id", sa.BigInteger(), nullable=False),
        sa.Column("site_id", sa.BigInteger(), nullable=True),
        sa.Column("days", postgresql.DATERANGE(), nullable=False),
        sa.Column(
            "lamp",
            one_of("lamp", "green", "yellow", "red", "grey", "blue", "paused"),
            nullable=False,
        ),
        sa.Column(
            "stage",
            one_of(
                "stage",
                "not_started",
                "under_construction",
                "suspended",
                "completed",
                "in_use",
                "in_production",
                "at_capacity",
            ),
            nullable=False,
        ),
        sa.Column("reasons", postgresql.JSONB(), server_default=sa.text("'[]'"), nullable=False),
        sa.Column(
            "marks", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        postgresql.ExcludeConstraint(
            (sa.column("project_id"), "="),
            (sa.text("coalesce(site_id, 0)"), "="),
            (sa.column("days"), "&&"),
            using="gist",
            name="ex_status_span_days",
        ),
        sa.CheckConstraint("not isempty(days)", name="days_not_empty"),
        refers("project_id", "project", ondelete="CASCADE"),
        refers("site_id", "zone", ondelete="CASCADE"),
    )
    make_index("status_span", "days", using="gist")
    make_index("status_span", "project_id")
    make_table(
        "revision",
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("layer", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column(
            "changed_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("audience", "layer"),
    )
    make_table(
        "import_run",
        key(),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("mapping", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("refused", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("refusal", sa.Text(), nullable=True),
        sa.Column("counts", postgresql.JSONB(), nullable=False),
    )
    make_table(
        "import_notice",
        key(),
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("level", one_of("noticelevel", "mended", "noted", "refused"), nullable=False),
        sa.Column("sheet", sa.Text(), nullable=True),
        sa.Column("row", sa.Integer(), nullable=True),
        sa.Column("field", sa.Text(), nullable=True),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("message_en", sa.Text(), nullable=False),
        refers("run_id", "import_run", ondelete="CASCADE"),
    )
    make_index("import_notice", "run_id")
