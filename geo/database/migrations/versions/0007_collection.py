"""Weekly collection, files and mappings from the browser, imports that can be undone, and doubtful records counted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from geo.database.migrations.making import (
    add_columns,
    hold_to,
    keep_history,
    key,
    let_write,
    make_index,
    make_table,
    one_of,
    recorded,
    refers,
)
from geo.database.scripts import run_script

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_RECORDS = (
    *("collection_round", "collection_sheet", "collection_file", "collection_answer"),
    *("collection_merge", "name_alias", "intake_file", "mapping_record"),
)


def upgrade() -> None:
    """Make the tables; records with their history, counts without."""
    make_table(
        "collection_round",
        sa.Column("period", one_of("reportperiod", "week", "ten_days", "month"), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("salt", sa.Text(), nullable=False),
        sa.Column("opened_by", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        *recorded(),
        sa.CheckConstraint("salt ~ '^[0-9a-f]{16,}$'", name="salt_form"),
        sa.CheckConstraint("first_on <= last_on", name="last_on_not_before_first_on"),
    )
    make_index(
        "collection_round", "period", "first_on", name="uq_collection_round_period", unique=True
    )
    make_table(
        "mapping_record",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        *recorded(),
        sa.CheckConstraint("name ~ '^[a-z0-9][a-z0-9-]*$'", name="name_form"),
        sa.UniqueConstraint("name"),
    )
    make_table(
        "intake_file",
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("dropped_by", sa.Text(), nullable=False),
        sa.Column("dropped_at", sa.DateTime(timezone=True), nullable=False),
        *recorded(),
        refers("sha256", "stored_file.sha256"),
    )
    make_table(
        "collection_sheet",
        sa.Column("round_id", sa.BigInteger(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "state",
            one_of("sheetstate", "awaited", "received", "returned", "merged"),
            server_default=sa.text("'awaited'"),
            nullable=False,
        ),
        sa.Column("returned_at", sa.DateTime(timezone=True), nullable=True),
        *recorded(),
        refers("round_id", "collection_round"),
        refers("unit_id", "unit"),
    )
    make_index("collection_sheet", "unit_id")
    make_index(
        "collection_sheet", "round_id", "unit_id", name="uq_collection_sheet_unit", unique=True
    )
    make_table(
        "quality_count",
        key(),
        sa.Column("week_on", sa.Date(), nullable=False),
        sa.Column("check", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=True),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.CheckConstraint("extract(isodow from week_on) = 1", name="week_begins"),
        sa.CheckConstraint("found >= 0", name="found_not_negative"),
        refers("unit_id", "unit"),
    )
    make_index(
        "quality_count",
        "week_on",
        "check",
        sa.literal_column("coalesce(unit_id, 0)"),
        name="uq_quality_count_week",
        unique=True,
    )
    make_table(
        "collection_file",
        sa.Column("round_id", sa.BigInteger(), nullable=False),
        sa.Column("sheet_id", sa.BigInteger(), nullable=True),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_by", sa.Text(), nullable=False),
        sa.Column("typed_for", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("current", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("cells", postgresql.JSONB(), nullable=True),
        sa.Column("refusal", sa.Text(), nullable=True),
        *recorded(),
        sa.CheckConstraint("(cells is null) = (refusal is not null)", name="read_or_refused"),
        sa.CheckConstraint("not current or sheet_id is not null", name="current_of_a_sheet"),
        refers("round_id", "collection_round"),
        refers("sha256", "stored_file.sha256"),
        refers("sheet_id", "collection_sheet"),
    )
    make_index("collection_file", "round_id")
    make_index("collection_file", "sheet_id")
    make_index(
        "collection_file",
        "sheet_id",
        name="uq_collection_file_current",
        unique=True,
        where="current",
    )
    make_table(
        "name_alias",
        sa.Column("alias", sa.Text(), nullable=False),
        sa.Column("project_id", sa.BigInteger(), nullable=True),
        sa.Column("unit_id", sa.BigInteger(), nullable=True),
        sa.Column("confirmed_by", sa.Text(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        *recorded(),
        sa.CheckConstraint("alias <> ''", name="alias_given"),
        sa.CheckConstraint("num_nonnulls(project_id, unit_id) = 1", name="means_one"),
        refers("project_id", "project"),
        refers("unit_id", "unit"),
    )
    make_index("name_alias", "project_id")
    make_index("name_alias", "unit_id")
    make_index(
        "name_alias",
        "alias",
        name="uq_name_alias_project",
        unique=True,
        where="project_id is not null",
    )
    make_index(
        "name_alias", "alias", name="uq_name_alias_unit", unique=True, where="unit_id is not null"
    )
    make_table(
        "collection_answer",
        sa.Column("file_id", sa.BigInteger(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("choice", sa.Text(), nullable=False),
        sa.Column("answered_by", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        *recorded(),
        refers("file_id", "collection_file"),
    )
    make_index(
        "collection_answer",
        "file_id",
        "row",
        "field",
        "kind",
        name="uq_collection_answer_finding",
        unique=True,
    )
    make_table(
        "collection_merge",
        sa.Column("sheet_id", sa.BigInteger(), nullable=False),
        sa.Column("file_id", sa.BigInteger(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("merged_by", sa.Text(), nullable=False),
        sa.Column("merged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("counts", postgresql.JSONB(), nullable=False),
        sa.Column("notices", postgresql.JSONB(), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("undone_by", sa.Text(), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        *recorded(),
        sa.CheckConstraint("(undone_by is null) = (undone_at is null)", name="undone_whole"),
        refers("file_id", "collection_file"),
        refers("sheet_id", "collection_sheet"),
        sa.UniqueConstraint("request_id"),
    )
    make_index("collection_merge", "file_id")
    make_index("collection_merge", "sheet_id")
    add_columns(
        "import_run",
        sa.Column("request_id", sa.Text(), nullable=True),
        sa.Column("undone_by", sa.Text(), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
    )
    hold_to("import_run", "undone_whole", "(undone_by is null) = (undone_at is null)")
    for table in _RECORDS:
        keep_history(table)
    for table in (*_RECORDS, "quality_count"):
        let_write(table)
    run_script(op.get_bind(), "0007_undo.sql")
