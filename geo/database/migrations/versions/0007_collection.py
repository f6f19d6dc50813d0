"""Weekly collection, files and mappings from the browser, imports that can be undone, and doubtful records counted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from geo.database.scripts import run_script

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

SCHEMA = "jiantu"

_RECORDS = (
    *("collection_round", "collection_sheet", "collection_file", "collection_answer"),
    *("collection_merge", "name_alias", "intake_file", "mapping_record"),
)


def upgrade() -> None:
    """Make the tables; records with their history, counts without."""
    op.create_table(
        "collection_round",
        sa.Column(
            "period",
            sa.Enum(
                "week",
                "ten_days",
                "month",
                name="reportperiod_known",
                native_enum=False,
                create_constraint=True,
                length=32,
                schema=SCHEMA,
            ),
            nullable=False,
        ),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("salt", sa.Text(), nullable=False),
        sa.Column("opened_by", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint("salt ~ '^[0-9a-f]{16,}$'", name=op.f("ck_collection_round_salt_form")),
        sa.CheckConstraint(
            "first_on <= last_on", name=op.f("ck_collection_round_last_on_not_before_first_on")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collection_round")),
        schema=SCHEMA,
    )
    op.create_index(
        "uq_collection_round_period",
        "collection_round",
        ["period", "first_on"],
        unique=True,
        schema=SCHEMA,
    )
    op.create_table(
        "mapping_record",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "name ~ '^[a-z0-9][a-z0-9-]*$'", name=op.f("ck_mapping_record_name_form")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mapping_record")),
        sa.UniqueConstraint("name", name=op.f("uq_mapping_record_name")),
        schema=SCHEMA,
    )
    op.create_table(
        "intake_file",
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("dropped_by", sa.Text(), nullable=False),
        sa.Column("dropped_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.ForeignKeyConstraint(
            ["sha256"], ["jiantu.stored_file.sha256"], name=op.f("fk_intake_file_sha256")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intake_file")),
        schema=SCHEMA,
    )
    op.create_table(
        "collection_sheet",
        sa.Column("round_id", sa.BigInteger(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "awaited",
                "received",
                "returned",
                "merged",
                name="sheetstate_known",
                native_enum=False,
                create_constraint=True,
                length=32,
                schema=SCHEMA,
            ),
            server_default=sa.text("'awaited'"),
            nullable=False,
        ),
        sa.Column("returned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id"], ["jiantu.collection_round.id"], name=op.f("fk_collection_sheet_round_id")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["jiantu.unit.id"], name=op.f("fk_collection_sheet_unit_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collection_sheet")),
        schema=SCHEMA,
    )
    op.create_index(
        op.f("ix_collection_sheet_unit_id"),
        "collection_sheet",
        ["unit_id"],
        unique=False,
        schema=SCHEMA,
    )
    op.create_index(
        "uq_collection_sheet_unit",
        "collection_sheet",
        ["round_id", "unit_id"],
        unique=True,
        schema=SCHEMA,
    )
    op.create_table(
        "quality_count",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("week_on", sa.Date(), nullable=False),
        sa.Column("check", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=True),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "extract(isodow from week_on) = 1", name=op.f("ck_quality_count_week_begins")
        ),
        sa.CheckConstraint("found >= 0", name=op.f("ck_quality_count_found_not_negative")),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["jiantu.unit.id"], name=op.f("fk_quality_count_unit_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quality_count")),
        schema=SCHEMA,
    )
    op.create_index(
        "uq_quality_count_week",
        "quality_count",
        ["week_on", "check", sa.literal_column("coalesce(unit_id, 0)")],
        unique=True,
        schema=SCHEMA,
    )
    op.create_table(
        "collection_file",
        sa.Column("round_id", sa.BigInteger(), nullable=False),
        sa.Column("sheet_id", sa.BigInteger(), nullable=True),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_by", sa.Text(), nullable=False),
        sa.Column("typed_for", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("current", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("cells", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("refusal", sa.Text(), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "(cells is null) = (refusal is not null)",
            name=op.f("ck_collection_file_read_or_refused"),
        ),
        sa.CheckConstraint(
            "not current or sheet_id is not null",
            name=op.f("ck_collection_file_current_of_a_sheet"),
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["jiantu.collection_round.id"], name=op.f("fk_collection_file_round_id")
        ),
        sa.ForeignKeyConstraint(
            ["sha256"], ["jiantu.stored_file.sha256"], name=op.f("fk_collection_file_sha256")
        ),
        sa.ForeignKeyConstraint(
            ["sheet_id"], ["jiantu.collection_sheet.id"], name=op.f("fk_collection_file_sheet_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collection_file")),
        schema=SCHEMA,
    )
    op.create_index(
        op.f("ix_collection_file_round_id"),
        "collection_file",
        ["round_id"],
        unique=False,
        schema=SCHEMA,
    )
    op.create_index(
        op.f("ix_collection_file_sheet_id"),
        "collection_file",
        ["sheet_id"],
        unique=False,
        schema=SCHEMA,
    )
    op.create_index(
        "uq_collection_file_current",
        "collection_file",
        ["sheet_id"],
        unique=True,
        schema=SCHEMA,
        postgresql_where=sa.text("current"),
    )
    op.create_table(
        "name_alias",
        sa.Column("alias", sa.Text(), nullable=False),
        sa.Column("project_id", sa.BigInteger(), nullable=True),
        sa.Column("unit_id", sa.BigInteger(), nullable=True),
        sa.Column("confirmed_by", sa.Text(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint("alias <> ''", name=op.f("ck_name_alias_alias_given")),
        sa.CheckConstraint(
            "num_nonnulls(project_id, unit_id) = 1", name=op.f("ck_name_alias_means_one")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["jiantu.project.id"], name=op.f("fk_name_alias_project_id")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["jiantu.unit.id"], name=op.f("fk_name_alias_unit_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_name_alias")),
        schema=SCHEMA,
    )
    op.create_index(
        op.f("ix_name_alias_project_id"), "name_alias", ["project_id"], unique=False, schema=SCHEMA
    )
    op.create_index(
        op.f("ix_name_alias_unit_id"), "name_alias", ["unit_id"], unique=False, schema=SCHEMA
    )
    op.create_index(
        "uq_name_alias_project",
        "name_alias",
        ["alias"],
        unique=True,
        schema=SCHEMA,
        postgresql_where=sa.text("project_id is not null"),
    )
    op.create_index(
        "uq_name_alias_unit",
        "name_alias",
        ["alias"],
        unique=True,
        schema=SCHEMA,
        postgresql_where=sa.text("unit_id is not null"),
    )
    op.create_table(
        "collection_answer",
        sa.Column("file_id", sa.BigInteger(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("choice", sa.Text(), nullable=False),
        sa.Column("answered_by", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_id"], ["jiantu.collection_file.id"], name=op.f("fk_collection_answer_file_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collection_answer")),
        schema=SCHEMA,
    )
    op.create_index(
        "uq_collection_answer_finding",
        "collection_answer",
        ["file_id", "row", "field", "kind"],
        unique=True,
        schema=SCHEMA,
    )
    op.create_table(
        "collection_merge",
        sa.Column("sheet_id", sa.BigInteger(), nullable=False),
        sa.Column("file_id", sa.BigInteger(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("merged_by", sa.Text(), nullable=False),
        sa.Column("merged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("counts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "notices",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'[]'"),
            nullable=False,
        ),
        sa.Column("undone_by", sa.Text(), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "(undone_by is null) = (undone_at is null)",
            name=op.f("ck_collection_merge_undone_whole"),
        ),
        sa.ForeignKeyConstraint(
            ["file_id"], ["jiantu.collection_file.id"], name=op.f("fk_collection_merge_file_id")
        ),
        sa.ForeignKeyConstraint(
            ["sheet_id"], ["jiantu.collection_sheet.id"], name=op.f("fk_collection_merge_sheet_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collection_merge")),
        sa.UniqueConstraint("request_id", name=op.f("uq_collection_merge_request_id")),
        schema=SCHEMA,
    )
    op.create_index(
        op.f("ix_collection_merge_file_id"),
        "collection_merge",
        ["file_id"],
        unique=False,
        schema=SCHEMA,
    )
    op.create_index(
        op.f("ix_collection_merge_sheet_id"),
        "collection_merge",
        ["sheet_id"],
        unique=False,
        schema=SCHEMA,
    )
    op.add_column("import_run", sa.Column("request_id", sa.Text(), nullable=True), schema=SCHEMA)
    op.add_column("import_run", sa.Column("undone_by", sa.Text(), nullable=True), schema=SCHEMA)
    op.add_column(
        "import_run",
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        schema=SCHEMA,
    )
    op.create_check_constraint(
        op.f("ck_import_run_undone_whole"),
        "import_run",
        "(undone_by is null) = (undone_at is null)",
        schema=SCHEMA,
    )
    for table in _RECORDS:
        op.execute(f"select history.track('{SCHEMA}.{table}', 'id', '{{}}')")
    for table in (*_RECORDS, "quality_count"):
        op.execute(f"select history.protect('{SCHEMA}.{table}', 'jiantu_command')")
    run_script(op.get_bind(), "0007_undo.sql")
