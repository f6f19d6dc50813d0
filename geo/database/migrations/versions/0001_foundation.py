"""The foundation: every record of the city, its history, and who may write what."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context, op
from geoalchemy2 import Geometry
from sqlalchemy.dialects import postgresql

from geo.database.scripts import run_script

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

SCHEMA = "jiantu"

_CODE_LISTS = (
    *("category", "nature", "cause", "utility", "unit_kind", "procedure_kind", "funding_source"),
    *("relocation_step", "permit_step", "dig_plan_state", "road_class", "operation"),
)
_RECORDS = (
    *("city", "calendar_day", "pause", "rules_version", "ladder_step", "leader", "unit"),
    *("project", "project_district", "plan_version", "plan_month", "plan_year", "milestone"),
    *("progress_report", "procedure", "funding_line", "land_status", "blocker", "suspension"),
    *("attachment", "zone", "zone_hours", "zone_link", "supervision_order", "supervision_step"),
    *("objection", "ruling"),
)
_SHAPED = ("district", "ground", "road", "pavement", "zone_part")
_DERIVED = ("status_span", "revision")
_REPORTS = ("import_run", "import_notice")
_METRIC = {
    "district": ("shape_metric",),
    "ground": ("shape_metric",),
    "road": ("shape_metric",),
    "pavement": ("shape_metric",),
    "zone_part": ("shape_metric", "shape_wide"),
}


def upgrade() -> None:
    """Make everything, as the owner of the tables."""
    run_script(op.get_bind(), "0001_foundation.sql")
    _make_tables()
    metric_srid = context.config.attributes["city"].metric_srid
    for table, columns in _METRIC.items():
        for column in columns:
            op.create_check_constraint(
                f"{column}_srid", table, f"st_srid({column}) = {int(metric_srid)}", schema=SCHEMA
            )
    for table in _CODE_LISTS:
        _track(table, "code", "{}")
    for table in _RECORDS:
        _track(table, "id", "{}")
    for table in _SHAPED:
        derived = "{shape_metric,shape_web,shape_wide,period}"
        _track(table, "id", derived)
    for table in (*_CODE_LISTS, *_RECORDS, *_SHAPED, *_REPORTS):
        _protect(table, "jiantu_command")
    for table in _DERIVED:
        _protect(table, "jiantu_engine")


def _track(table: str, key: str, derived: str) -> None:
    """Keep every version of the table's rows. All three are words of this file."""
    op.execute(f"select history.track('{SCHEMA}.{table}', '{key}', '{derived}')")


def _protect(table: str, writer: str) -> None:
    """Let the staff read the table and `writer` write it. Both are words of this file."""
    op.execute(f"select history.protect('{SCHEMA}.{table}', '{writer}')")


def _make_tables() -> None:
    op.create_table(
        "calendar_day",
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "holiday",
                "workday",
                name="calendardaykind_known",
                native_enum=False,
                create_constraint=True,
                length=32,
                schema=SCHEMA,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_day")),
        sa.UniqueConstraint("on_day", name=op.f("uq_calendar_day_on_day")),
        schema=SCHEMA,
    )
    op.create_table(
        "category",
        sa.Column("industrial", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "synonyms", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column("retired_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint("code ~ '^[a-z][a-z0-9_]*$'", name=op.f("ck_category_code_form")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_category")),
        schema=SCHEMA,
    )
    op.create_table(
        "cause",
        sa.Column("command_only", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "synonyms", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column("retired_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint("code ~ '^[a-z][a-z0-9_]*$'", name=op.f("ck_cause_code_form")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_cause")),
        schema=SCHEMA,
    )
    op.create_table(
        "city",
        sa.Column("id", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("metric_srid", sa.Integer(), nullable=False),
        sa.Column("bbox", postgresql.ARRAY(sa.DOUBLE_PRECISION()), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("ledger_closed_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "cardinality(bbox) = 4 and bbox[1] < bbox[3] and bbox[2] < bbox[4]",
            name=op.f("ck_city_bbox_form"),
        ),
        sa.CheckConstraint("id = 1", name=op.f("ck_city_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_city")),
        schema=SCHEMA,
    )
    op.create_table(
        "dig_plan_state",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "synonyms", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column("retired_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint("code ~ '^[a-z][a-z0-9_]*$'", name=op.f("ck_dig_plan_state_code_form")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_dig_plan_state")),
        schema=SCHEMA,
    )
    op.create_table(
        "district",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "district",
                "county",
                "zone",
                name="districtkind_known",
                native_enum=False,
                create_constraint=True,
                length=32,
                schema=SCHEMA,
            ),
            nullable=False,
        ),
        sa.Column(
            "shape",
            Geometry(geometry_type="MULTIPOLYGON", srid=4326, spatial_index=False),
            nullable=True,
        ),
        sa.Column("shape_metric", Geometry(None, srid=-1, spatial_index=False), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_district")),
        sa.UniqueConstraint("code", name=op.f("uq_district_code")),
        sa.UniqueConstraint("name", name=op.f("uq_district_name")),
        schema=SCHEMA,
    )
    op.create_index(
        "ix_district_shape_metric",
        "district",
        ["shape_metric"],
        unique=False,
        schema=SCHEMA,
        postgresql_using="gist",
    )
    op.create_table(
        "funding_source",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "synonyms", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column("retired_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint("code ~ '^[a-z][a-z0-9_]*$'", name=op.f("ck_funding_source_code_form")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_funding_source")),
        schema=SCHEMA,
    )
    op.create_table(
        "ground",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "water",
                "green",
                "built",
                "railway",
                "boundary",
                name="groundkind_known",
                native_enum=False,
                create_constraint=True,
                length=32,
                schema=SCHEMA,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.Column("shape", Geometry("GEOMETRY", srid=4326, spatial_index=False), nullable=False),
        sa.Column("shape_metric", Geometry(None, srid=-1, spatial_index=False), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ground")),
        sa.UniqueConstraint("code", name=op.f("uq_ground_code")),
        schema=SCHEMA,
    )
    op.create_index(
        "ix_ground_shape_metric",
        "ground",
        ["shape_metric"],
        unique=False,
        schema=SCHEMA,
        postgresql_using="gist",
    )
    op.create_table(
        "import_run",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("mapping", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("refused", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("refusal", sa.Text(), nullable=True),
        sa.Column("counts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_run")),
        schema=SCHEMA,
    )
    op.create_table(
        "leader",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("post", sa.Text(), nullable=True),
        sa.Column("rank", sa.Integer(), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leader")),
        sa.UniqueConstraint("name", name=op.f("uq_leader_name")),
        schema=SCHEMA,
    )
    op.create_table(
        "nature",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "synonyms", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column("retired_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint("code ~ '^[a-z][a-z0-9_]*$'", name=op.f("ck_nature_code_form")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_nature")),
        schema=SCHEMA,
    )
    op.create_table(
        "operation",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "synonyms", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column("retired_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint("code ~ '^[a-z][a-z0-9_]*$'", name=op.f("ck_operation_code_form")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_operation")),
        schema=SCHEMA,
    )
    op.create_table(
        "pause",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "winter_stop",
                "holiday",
                name="pausekind_known",
                native_enum=False,
                create_constraint=True,
                length=32,
                schema=SCHEMA,
            ),
            nullable=False,
        ),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "first_on <= last_on", name=op.f("ck_pause_last_on_not_before_first_on")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pause")),
        schema=SCHEMA,
    )
    op.create_index(
        "uq_pause_name_first_on", "pause", ["name", "first_on"], unique=True, schema=SCHEMA
    )
    op.create_table(
        "pavement",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("road_name", sa.Text(), nullable=False),
        sa.Column("laid_on", sa.Date(), nullable=True),
        sa.Column("overhauled_on", sa.Date(), nullable=True),
        sa.Column("shape", Geometry("GEOMETRY", srid=4326, spatial_index=False), nullable=True),
        sa.Column("shape_metric", Geometry(None, srid=-1, spatial_index=False), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "laid_on <= overhauled_on", name=op.f("ck_pavement_overhauled_on_not_before_laid_on")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pavement")),
        sa.UniqueConstraint("code", name=op.f("uq_pavement_code")),
        schema=SCHEMA,
    )
    op.create_index(
        "ix_pavement_shape_metric",
        "pavement",
        ["shape_metric"],
        unique=False,
        schema=SCHEMA,
        postgresql_using="gist",
    )
    op.create_table(
        "permit_step",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "synonyms", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column("retired_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint("code ~ '^[a-z][a-z0-9_]*$'", name=op.f("ck_permit_step_code_form")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_permit_step")),
        schema=SCHEMA,
    )
    op.create_table(
        "procedure_kind",
        sa.Column("statutory_days", sa.Integer(), nullable=True),
        sa.Column("before_start", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "synonyms", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column("retired_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint("code ~ '^[a-z][a-z0-9_]*$'", name=op.f("ck_procedure_kind_code_form")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_procedure_kind")),
        schema=SCHEMA,
    )
    op.create_table(
        "relocation_step",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "synonyms", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column("retired_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint("code ~ '^[a-z][a-z0-9_]*$'", name=op.f("ck_relocation_step_code_form")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_relocation_step")),
        schema=SCHEMA,
    )
    op.create_table(
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
        sa.PrimaryKeyConstraint("audience", "layer", name=op.f("pk_revision")),
        schema=SCHEMA,
    )
    op.create_table(
        "road_class",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "synonyms", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column("retired_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint("code ~ '^[a-z][a-z0-9_]*$'", name=op.f("ck_road_class_code_form")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_road_class")),
        schema=SCHEMA,
    )
    op.create_table(
        "rules_version",
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("rules", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rules_version")),
        sa.UniqueConstraint("effective_on", name=op.f("uq_rules_version_effective_on")),
        schema=SCHEMA,
    )
    op.create_table(
        "unit_kind",
        sa.Column("ranking_group", sa.Text(), nullable=True),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "synonyms", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column("retired_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint("code ~ '^[a-z][a-z0-9_]*$'", name=op.f("ck_unit_kind_code_form")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_unit_kind")),
        schema=SCHEMA,
    )
    op.create_table(
        "utility",
        sa.Column("letter", sa.Text(), nullable=True),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "synonyms", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column("retired_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint("code ~ '^[a-z][a-z0-9_]*$'", name=op.f("ck_utility_code_form")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_utility")),
        schema=SCHEMA,
    )
    op.create_table(
        "import_notice",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "level",
            sa.Enum(
                "mended",
                "noted",
                "refused",
                name="noticelevel_known",
                native_enum=False,
                create_constraint=True,
                length=32,
                schema=SCHEMA,
            ),
            nullable=False,
        ),
        sa.Column("sheet", sa.Text(), nullable=True),
        sa.Column("row", sa.Integer(), nullable=True),
        sa.Column("field", sa.Text(), nullable=True),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("message_en", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"],
            ["jiantu.import_run.id"],
            name=op.f("fk_import_notice_run_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_notice")),
        schema=SCHEMA,
    )
    op.create_index(
        op.f("ix_import_notice_run_id"), "import_notice", ["run_id"], unique=False, schema=SCHEMA
    )
    op.create_table(
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
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint("percent between 0 and 100", name=op.f("ck_ladder_step_percent_range")),
        sa.ForeignKeyConstraint(
            ["category"], ["jiantu.category.code"], name=op.f("fk_ladder_step_category")
        ),
        sa.ForeignKeyConstraint(
            ["operation"], ["jiantu.operation.code"], name=op.f("fk_ladder_step_operation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ladder_step")),
        sa.UniqueConstraint("category", "name", name="uq_ladder_step_name"),
        sa.UniqueConstraint("category", "position", name="uq_ladder_step_position"),
        sa.UniqueConstraint("code", name=op.f("uq_ladder_step_code")),
        schema=SCHEMA,
    )
    op.create_table(
        "road",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.Column("road_class", sa.Text(), nullable=False),
        sa.Column("oneway", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("lanes", sa.Integer(), nullable=True),
        sa.Column("width_m", sa.Numeric(precision=6, scale=2), nullable=True),
        sa.Column("shape", Geometry("GEOMETRY", srid=4326, spatial_index=False), nullable=False),
        sa.Column("shape_metric", Geometry(None, srid=-1, spatial_index=False), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint("lanes > 0", name=op.f("ck_road_lanes_positive")),
        sa.CheckConstraint("width_m > 0", name=op.f("ck_road_width_positive")),
        sa.ForeignKeyConstraint(
            ["road_class"], ["jiantu.road_class.code"], name=op.f("fk_road_road_class")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_road")),
        sa.UniqueConstraint("code", name=op.f("uq_road_code")),
        schema=SCHEMA,
    )
    op.create_index("ix_road_name", "road", ["name"], unique=False, schema=SCHEMA)
    op.create_index(
        "ix_road_shape_metric",
        "road",
        ["shape_metric"],
        unique=False,
        schema=SCHEMA,
        postgresql_using="gist",
    )
    op.create_table(
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
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "utility is null or kind = 'utility'", name=op.f("ck_unit_utility_by_kind")
        ),
        sa.ForeignKeyConstraint(
            ["district_id"], ["jiantu.district.id"], name=op.f("fk_unit_district_id")
        ),
        sa.ForeignKeyConstraint(["kind"], ["jiantu.unit_kind.code"], name=op.f("fk_unit_kind")),
        sa.ForeignKeyConstraint(["utility"], ["jiantu.utility.code"], name=op.f("fk_unit_utility")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit")),
        sa.UniqueConstraint("code", name=op.f("uq_unit_code")),
        sa.UniqueConstraint("name", name=op.f("uq_unit_name")),
        schema=SCHEMA,
    )
    op.create_table(
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
            server_default=sa.text("'week'"),
            nullable=False,
        ),
        sa.Column(
            "standing",
            sa.Enum(
                "active",
                "postponed",
                "moved_out",
                "ended",
                name="standing_known",
                native_enum=False,
                create_constraint=True,
                length=32,
                schema=SCHEMA,
            ),
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
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "standing = 'active' or (standing_document is not null and standing_from is not null)",
            name=op.f("ck_project_standing_by_document"),
        ),
        sa.CheckConstraint(
            "actual_start_on <= completed_on",
            name=op.f("ck_project_completed_on_not_before_actual_start_on"),
        ),
        sa.CheckConstraint(
            "completed_on <= accepted_on",
            name=op.f("ck_project_accepted_on_not_before_completed_on"),
        ),
        sa.CheckConstraint("parent_id <> id", name=op.f("ck_project_parent_is_another")),
        sa.CheckConstraint(
            "total_investment_yuan >= 0", name=op.f("ck_project_investment_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["category"], ["jiantu.category.code"], name=op.f("fk_project_category")
        ),
        sa.ForeignKeyConstraint(
            ["lead_unit_id"], ["jiantu.unit.id"], name=op.f("fk_project_lead_unit_id")
        ),
        sa.ForeignKeyConstraint(["nature"], ["jiantu.nature.code"], name=op.f("fk_project_nature")),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["jiantu.project.id"], name=op.f("fk_project_parent_id")
        ),
        sa.ForeignKeyConstraint(
            ["sponsor_leader_id"], ["jiantu.leader.id"], name=op.f("fk_project_sponsor_leader_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project")),
        sa.UniqueConstraint("code", name=op.f("uq_project_code")),
        schema=SCHEMA,
    )
    op.create_index(
        op.f("ix_project_lead_unit_id"), "project", ["lead_unit_id"], unique=False, schema=SCHEMA
    )
    op.create_index("ix_project_name", "project", ["name"], unique=False, schema=SCHEMA)
    op.create_index(
        op.f("ix_project_parent_id"), "project", ["parent_id"], unique=False, schema=SCHEMA
    )
    op.create_index(
        op.f("ix_project_sponsor_leader_id"),
        "project",
        ["sponsor_leader_id"],
        unique=False,
        schema=SCHEMA,
    )
    op.create_table(
        "funding_line",
        sa.Column("project_id", sa.BigInteger(), nullable=False),
        sa.Column("funding_source", sa.Text(), nullable=False),
        sa.Column("planned_yuan", sa.BigInteger(), nullable=True),
        sa.Column("arrived_yuan", sa.BigInteger(), nullable=True),
        sa.Column("arrived_on", sa.Date(), nullable=True),
        sa.Column("paid_yuan", sa.BigInteger(), nullable=True),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "planned_yuan >= 0 and arrived_yuan >= 0 and paid_yuan >= 0",
            name=op.f("ck_funding_line_not_negative"),
        ),
        sa.ForeignKeyConstraint(
            ["funding_source"],
            ["jiantu.funding_source.code"],
            name=op.f("fk_funding_line_funding_source"),
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["jiantu.project.id"], name=op.f("fk_funding_line_project_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_funding_line")),
        schema=SCHEMA,
    )
    op.create_index(
        "uq_funding_line_source",
        "funding_line",
        ["project_id", "funding_source"],
        unique=True,
        schema=SCHEMA,
    )
    op.create_table(
        "land_status",
        sa.Column("project_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "land",
                "demolition",
                name="landkind_known",
                native_enum=False,
                create_constraint=True,
                length=32,
                schema=SCHEMA,
            ),
            nullable=False,
        ),
        sa.Column("as_of_on", sa.Date(), nullable=False),
        sa.Column("area_total_m2", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.Column("area_signed_m2", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.Column("area_cleared_m2", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.Column("households_total", sa.Integer(), nullable=True),
        sa.Column("households_signed", sa.Integer(), nullable=True),
        sa.Column("households_cleared", sa.Integer(), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "area_signed_m2 <= area_total_m2 and area_cleared_m2 <= area_total_m2",
            name=op.f("ck_land_status_area_within_total"),
        ),
        sa.CheckConstraint(
            "households_signed <= households_total and households_cleared <= households_total",
            name=op.f("ck_land_status_households_within_total"),
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["jiantu.project.id"], name=op.f("fk_land_status_project_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_land_status")),
        schema=SCHEMA,
    )
    op.create_index(
        "uq_land_status_day",
        "land_status",
        ["project_id", "kind", "as_of_on"],
        unique=True,
        schema=SCHEMA,
    )
    op.create_table(
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
            "tolerance",
            sa.Enum(
                "deferred",
                "promised",
                "parallel",
                name="tolerance_known",
                native_enum=False,
                create_constraint=True,
                length=32,
                schema=SCHEMA,
            ),
            nullable=True,
        ),
        sa.Column("known_on", sa.Date(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint("promised_days > 0", name=op.f("ck_procedure_promised_days_positive")),
        sa.CheckConstraint(
            "started_on <= obtained_on", name=op.f("ck_procedure_obtained_on_not_before_started_on")
        ),
        sa.CheckConstraint("statutory_days > 0", name=op.f("ck_procedure_statutory_days_positive")),
        sa.CheckConstraint("used_days >= 0", name=op.f("ck_procedure_used_days_not_negative")),
        sa.ForeignKeyConstraint(
            ["kind"], ["jiantu.procedure_kind.code"], name=op.f("fk_procedure_kind")
        ),
        sa.ForeignKeyConstraint(
            ["lies_with_unit_id"], ["jiantu.unit.id"], name=op.f("fk_procedure_lies_with_unit_id")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["jiantu.project.id"], name=op.f("fk_procedure_project_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_procedure")),
        schema=SCHEMA,
    )
    op.create_index(
        "uq_procedure_kind", "procedure", ["project_id", "kind"], unique=True, schema=SCHEMA
    )
    op.create_table(
        "project_district",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("project_id", sa.BigInteger(), nullable=False),
        sa.Column("district_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id"], ["jiantu.district.id"], name=op.f("fk_project_district_district_id")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["jiantu.project.id"], name=op.f("fk_project_district_project_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_district")),
        schema=SCHEMA,
    )
    op.create_index(
        op.f("ix_project_district_district_id"),
        "project_district",
        ["district_id"],
        unique=False,
        schema=SCHEMA,
    )
    op.create_index(
        "uq_project_district",
        "project_district",
        ["project_id", "district_id"],
        unique=True,
        schema=SCHEMA,
    )
    op.create_table(
        "zone",
        sa.Column(
            "kind",
            sa.Enum(
                "site",
                "relocation",
                "diversion",
                "haul_route",
                "control_area",
                "event",
                name="zonekind_known",
                native_enum=False,
                create_constraint=True,
                length=32,
                schema=SCHEMA,
            ),
            nullable=False,
        ),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("project_id", sa.BigInteger(), nullable=True),
        sa.Column("unit_id", sa.BigInteger(), nullable=True),
        sa.Column("parent_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "planned",
                "confirmed",
                "finished",
                "withdrawn",
                name="zonestate_known",
                native_enum=False,
                create_constraint=True,
                length=32,
                schema=SCHEMA,
            ),
            server_default=sa.text("'planned'"),
            nullable=False,
        ),
        sa.Column("planned_start_on", sa.Date(), nullable=True),
        sa.Column(
            "planned_start_precision",
            sa.Enum(
                "day",
                "month",
                "quarter",
                "half",
                "year",
                name="planned_start_precision_known",
                native_enum=False,
                create_constraint=True,
                length=32,
                schema=SCHEMA,
            ),
            nullable=True,
        ),
        sa.Column("planned_finish_on", sa.Date(), nullable=True),
        sa.Column(
            "planned_finish_precision",
            sa.Enum(
                "day",
                "month",
                "quarter",
                "half",
                "year",
                name="planned_finish_precision_known",
                native_enum=False,
                create_constraint=True,
                length=32,
                schema=SCHEMA,
            ),
            nullable=True,
        ),
        sa.Column("actual_start_on", sa.Date(), nullable=True),
        sa.Column("actual_finish_on", sa.Date(), nullable=True),
        sa.Column("tentative", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("emergency", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("location_text", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("source_crs", sa.Text(), nullable=True),
        sa.Column("source_key", sa.Text(), nullable=True),
        sa.Column("entered_on", sa.Date(), nullable=False),
        sa.Column("utility", sa.Text(), nullable=True),
        sa.Column(
            "placement",
            sa.Enum(
                "underground",
                "overhead",
                name="placement_known",
                native_enum=False,
                create_constraint=True,
                length=32,
                schema=SCHEMA,
            ),
            nullable=True,
        ),
        sa.Column("step", sa.Text(), nullable=True),
        sa.Column("dig_plan_state", sa.Text(), nullable=True),
        sa.Column("taken", postgresql.ARRAY(sa.Text()), nullable=True),
        sa.Column(
            "side",
            sa.Enum(
                "north",
                "south",
                "east",
                "west",
                "middle",
                "both",
                name="side_known",
                native_enum=False,
                create_constraint=True,
                length=32,
                schema=SCHEMA,
            ),
            nullable=True,
        ),
        sa.Column("lanes_before", sa.Integer(), nullable=True),
        sa.Column("lanes_open", sa.Integer(), nullable=True),
        sa.Column(
            "passing",
            sa.Enum(
                "detour",
                "contraflow",
                "one_way",
                "alternating",
                "temporary_road",
                name="passing_known",
                native_enum=False,
                create_constraint=True,
                length=32,
                schema=SCHEMA,
            ),
            nullable=True,
        ),
        sa.Column("still_pass", postgresql.ARRAY(sa.Text()), nullable=True),
        sa.Column("permit_step", sa.Text(), nullable=True),
        sa.Column("approval_number", sa.Text(), nullable=True),
        sa.Column("approved_until_on", sa.Date(), nullable=True),
        sa.Column("announced_on", sa.Date(), nullable=True),
        sa.Column("extended_until_on", sa.Date(), nullable=True),
        sa.Column("extension_reason", sa.Text(), nullable=True),
        sa.Column("level", sa.Text(), nullable=True),
        sa.Column("stops", postgresql.ARRAY(sa.Text()), nullable=True),
        sa.Column("exempt", postgresql.ARRAY(sa.Text()), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "kind <> 'site' or project_id is not null", name=op.f("ck_zone_site_has_project")
        ),
        sa.CheckConstraint(
            "kind in ('control_area') or num_nonnulls(level, stops, exempt) = 0",
            name=op.f("ck_zone_control_area_columns"),
        ),
        sa.CheckConstraint(
            "kind in ('diversion') or num_nonnulls(taken, side, lanes_before, lanes_open, passing, still_pass, permit_step, approval_number, approved_until_on, announced_on, extended_until_on, extension_reason) = 0",
            name=op.f("ck_zone_diversion_columns"),
        ),
        sa.CheckConstraint(
            "kind in ('relocation') or num_nonnulls(utility, placement, step, dig_plan_state) = 0",
            name=op.f("ck_zone_relocation_columns"),
        ),
        sa.CheckConstraint(
            "not emergency or kind in ('relocation', 'diversion')",
            name=op.f("ck_zone_emergency_by_kind"),
        ),
        sa.CheckConstraint(
            "still_pass <@ array['motor', 'ebike', 'foot', 'bus', 'emergency']",
            name=op.f("ck_zone_still_pass_known"),
        ),
        sa.CheckConstraint(
            "taken <@ array['full', 'half', 'motor_lane', 'cycle_lane', 'footway']",
            name=op.f("ck_zone_taken_known"),
        ),
        sa.CheckConstraint(
            "(extended_until_on is null) or (extension_reason is not null)",
            name=op.f("ck_zone_extension_has_reason"),
        ),
        sa.CheckConstraint(
            "(planned_finish_on is null) = (planned_finish_precision is null)",
            name=op.f("ck_zone_finish_precision"),
        ),
        sa.CheckConstraint(
            "(planned_start_on is null) = (planned_start_precision is null)",
            name=op.f("ck_zone_start_precision"),
        ),
        sa.CheckConstraint(
            "actual_start_on <= actual_finish_on",
            name=op.f("ck_zone_actual_finish_on_not_before_actual_start_on"),
        ),
        sa.CheckConstraint(
            "approved_until_on <= extended_until_on",
            name=op.f("ck_zone_extended_until_on_not_before_approved_until_on"),
        ),
        sa.CheckConstraint("lanes_open <= lanes_before", name=op.f("ck_zone_lanes_open_within")),
        sa.CheckConstraint("parent_id <> id", name=op.f("ck_zone_parent_is_another")),
        sa.CheckConstraint(
            "planned_start_on <= planned_finish_on",
            name=op.f("ck_zone_planned_finish_on_not_before_planned_start_on"),
        ),
        sa.ForeignKeyConstraint(
            ["dig_plan_state"], ["jiantu.dig_plan_state.code"], name=op.f("fk_zone_dig_plan_state")
        ),
        sa.ForeignKeyConstraint(["parent_id"], ["jiantu.zone.id"], name=op.f("fk_zone_parent_id")),
        sa.ForeignKeyConstraint(
            ["permit_step"], ["jiantu.permit_step.code"], name=op.f("fk_zone_permit_step")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["jiantu.project.id"], name=op.f("fk_zone_project_id")
        ),
        sa.ForeignKeyConstraint(
            ["step"], ["jiantu.relocation_step.code"], name=op.f("fk_zone_step")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["jiantu.unit.id"], name=op.f("fk_zone_unit_id")),
        sa.ForeignKeyConstraint(["utility"], ["jiantu.utility.code"], name=op.f("fk_zone_utility")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_zone")),
        schema=SCHEMA,
    )
    op.create_index(op.f("ix_zone_parent_id"), "zone", ["parent_id"], unique=False, schema=SCHEMA)
    op.create_index(op.f("ix_zone_project_id"), "zone", ["project_id"], unique=False, schema=SCHEMA)
    op.create_index(op.f("ix_zone_unit_id"), "zone", ["unit_id"], unique=False, schema=SCHEMA)
    op.create_index(
        "uq_zone_code",
        "zone",
        ["kind", "code"],
        unique=True,
        schema=SCHEMA,
        postgresql_where=sa.text("kind <> 'site'"),
    )
    op.create_index(
        "uq_zone_site",
        "zone",
        ["project_id", "code"],
        unique=True,
        schema=SCHEMA,
        postgresql_where=sa.text("kind = 'site'"),
    )
    op.create_table(
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
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint("text <> ''", name=op.f("ck_blocker_text_given")),
        sa.CheckConstraint(
            "raised_on <= due_on", name=op.f("ck_blocker_due_on_not_before_raised_on")
        ),
        sa.CheckConstraint(
            "raised_on <= resolved_on", name=op.f("ck_blocker_resolved_on_not_before_raised_on")
        ),
        sa.ForeignKeyConstraint(
            ["awaited_unit_id"], ["jiantu.unit.id"], name=op.f("fk_blocker_awaited_unit_id")
        ),
        sa.ForeignKeyConstraint(["cause"], ["jiantu.cause.code"], name=op.f("fk_blocker_cause")),
        sa.ForeignKeyConstraint(
            ["project_id"], ["jiantu.project.id"], name=op.f("fk_blocker_project_id")
        ),
        sa.ForeignKeyConstraint(
            ["responsible_unit_id"], ["jiantu.unit.id"], name=op.f("fk_blocker_responsible_unit_id")
        ),
        sa.ForeignKeyConstraint(["site_id"], ["jiantu.zone.id"], name=op.f("fk_blocker_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blocker")),
        schema=SCHEMA,
    )
    op.create_index(
        op.f("ix_blocker_awaited_unit_id"),
        "blocker",
        ["awaited_unit_id"],
        unique=False,
        schema=SCHEMA,
    )
    op.create_index("ix_blocker_project", "blocker", ["project_id"], unique=False, schema=SCHEMA)
    op.create_index(
        op.f("ix_blocker_responsible_unit_id"),
        "blocker",
        ["responsible_unit_id"],
        unique=False,
        schema=SCHEMA,
    )
    op.create_index(op.f("ix_blocker_site_id"), "blocker", ["site_id"], unique=False, schema=SCHEMA)
    op.create_index(
        "uq_blocker_code",
        "blocker",
        ["project_id", "code"],
        unique=True,
        schema=SCHEMA,
        postgresql_where=sa.text("code is not null"),
    )
    op.create_table(
        "objection",
        sa.Column("project_id", sa.BigInteger(), nullable=False),
        sa.Column("site_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "lamp",
            sa.Enum(
                "green",
                "yellow",
                "red",
                "grey",
                "blue",
                "paused",
                name="lamp_known",
                native_enum=False,
                create_constraint=True,
                length=32,
                schema=SCHEMA,
            ),
            nullable=False,
        ),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["jiantu.project.id"], name=op.f("fk_objection_project_id")
        ),
        sa.ForeignKeyConstraint(["site_id"], ["jiantu.zone.id"], name=op.f("fk_objection_site_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["jiantu.unit.id"], name=op.f("fk_objection_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objection")),
        schema=SCHEMA,
    )
    op.create_index(
        op.f("ix_objection_project_id"), "objection", ["project_id"], unique=False, schema=SCHEMA
    )
    op.create_table(
        "plan_version",
        sa.Column("project_id", sa.BigInteger(), nullable=False),
        sa.Column("site_id", sa.BigInteger(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("in_force_from", sa.Date(), nullable=True),
        sa.Column("document", sa.Text(), nullable=True),
        sa.Column("start_on", sa.Date(), nullable=True),
        sa.Column(
            "start_precision",
            sa.Enum(
                "day",
                "month",
                "quarter",
                "half",
                "year",
                name="start_precision_known",
                native_enum=False,
                create_constraint=True,
                length=32,
                schema=SCHEMA,
            ),
            nullable=True,
        ),
        sa.Column("start_tentative", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("finish_on", sa.Date(), nullable=True),
        sa.Column(
            "finish_precision",
            sa.Enum(
                "day",
                "month",
                "quarter",
                "half",
                "year",
                name="finish_precision_known",
                native_enum=False,
                create_constraint=True,
                length=32,
                schema=SCHEMA,
            ),
            nullable=True,
        ),
        sa.Column(
            "finish_tentative", sa.Boolean(), server_default=sa.text("false"), nullable=False
        ),
        sa.Column("known_on", sa.Date(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "(finish_on is null) = (finish_precision is null)",
            name=op.f("ck_plan_version_finish_precision"),
        ),
        sa.CheckConstraint(
            "(start_on is null) = (start_precision is null)",
            name=op.f("ck_plan_version_start_precision"),
        ),
        sa.CheckConstraint(
            "number = 0 or in_force_from is not null", name=op.f("ck_plan_version_change_has_a_day")
        ),
        sa.CheckConstraint("number >= 0", name=op.f("ck_plan_version_number_not_negative")),
        sa.CheckConstraint(
            "start_on <= finish_on", name=op.f("ck_plan_version_finish_on_not_before_start_on")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["jiantu.project.id"], name=op.f("fk_plan_version_project_id")
        ),
        sa.ForeignKeyConstraint(
            ["site_id"], ["jiantu.zone.id"], name=op.f("fk_plan_version_site_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_version")),
        schema=SCHEMA,
    )
    op.create_index(
        op.f("ix_plan_version_site_id"), "plan_version", ["site_id"], unique=False, schema=SCHEMA
    )
    op.create_index(
        "uq_plan_version_number",
        "plan_version",
        ["project_id", sa.literal_column("coalesce(site_id, 0)"), "number"],
        unique=True,
        schema=SCHEMA,
    )
    op.create_table(
        "progress_report",
        sa.Column("project_id", sa.BigInteger(), nullable=False),
        sa.Column("site_id", sa.BigInteger(), nullable=True),
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
            sa.Enum(
                "self_reported",
                "verified",
                "contradicted",
                name="verification_known",
                native_enum=False,
                create_constraint=True,
                length=32,
                schema=SCHEMA,
            ),
            server_default=sa.text("'self_reported'"),
            nullable=False,
        ),
        sa.Column("origin", sa.Text(), nullable=True),
        sa.Column("known_on", sa.Date(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "first_on <= last_on", name=op.f("ck_progress_report_last_on_not_before_first_on")
        ),
        sa.CheckConstraint(
            "invested_to_date_yuan >= 0", name=op.f("ck_progress_report_invested_not_negative")
        ),
        sa.CheckConstraint(
            "percent between 0 and 100", name=op.f("ck_progress_report_percent_range")
        ),
        sa.CheckConstraint(
            "step_percent between 0 and 100", name=op.f("ck_progress_report_step_percent_range")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["jiantu.project.id"], name=op.f("fk_progress_report_project_id")
        ),
        sa.ForeignKeyConstraint(
            ["site_id"], ["jiantu.zone.id"], name=op.f("fk_progress_report_site_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_progress_report")),
        schema=SCHEMA,
    )
    op.create_index(
        op.f("ix_progress_report_site_id"),
        "progress_report",
        ["site_id"],
        unique=False,
        schema=SCHEMA,
    )
    op.create_index(
        "uq_progress_report_period",
        "progress_report",
        ["project_id", sa.literal_column("coalesce(site_id, 0)"), "period", "first_on", "revision"],
        unique=True,
        schema=SCHEMA,
    )
    op.create_table(
        "status_span",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("project_id", sa.BigInteger(), nullable=False),
        sa.Column("site_id", sa.BigInteger(), nullable=True),
        sa.Column("days", postgresql.DATERANGE(), nullable=False),
        sa.Column(
            "lamp",
            sa.Enum(
                "green",
                "yellow",
                "red",
                "grey",
                "blue",
                "paused",
                name="lamp_known",
                native_enum=False,
                create_constraint=True,
                length=32,
                schema=SCHEMA,
            ),
            nullable=False,
        ),
        sa.Column(
            "stage",
            sa.Enum(
                "not_started",
                "under_construction",
                "suspended",
                "completed",
                "in_use",
                "in_production",
                "at_capacity",
                name="stage_known",
                native_enum=False,
                create_constraint=True,
                length=32,
                schema=SCHEMA,
            ),
            nullable=False,
        ),
        sa.Column(
            "reasons",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'[]'"),
            nullable=False,
        ),
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
        sa.CheckConstraint("not isempty(days)", name=op.f("ck_status_span_days_not_empty")),
        sa.ForeignKeyConstraint(
            ["project_id"],
            ["jiantu.project.id"],
            name=op.f("fk_status_span_project_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["site_id"], ["jiantu.zone.id"], name=op.f("fk_status_span_site_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_status_span")),
        schema=SCHEMA,
    )
    op.create_index(
        "ix_status_span_days",
        "status_span",
        ["days"],
        unique=False,
        schema=SCHEMA,
        postgresql_using="gist",
    )
    op.create_index(
        "ix_status_span_project_id", "status_span", ["project_id"], unique=False, schema=SCHEMA
    )
    op.create_table(
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
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "(approved_by is null) = (approved_on is null)",
            name=op.f("ck_suspension_approval_is_whole"),
        ),
        sa.CheckConstraint(
            "first_on <= last_on", name=op.f("ck_suspension_last_on_not_before_first_on")
        ),
        sa.ForeignKeyConstraint(
            ["control_area_id"], ["jiantu.zone.id"], name=op.f("fk_suspension_control_area_id")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["jiantu.project.id"], name=op.f("fk_suspension_project_id")
        ),
        sa.ForeignKeyConstraint(
            ["site_id"], ["jiantu.zone.id"], name=op.f("fk_suspension_site_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suspension")),
        schema=SCHEMA,
    )
    op.create_index(
        op.f("ix_suspension_site_id"), "suspension", ["site_id"], unique=False, schema=SCHEMA
    )
    op.create_index(
        "uq_suspension_first_on",
        "suspension",
        ["project_id", sa.literal_column("coalesce(site_id, 0)"), "first_on"],
        unique=True,
        schema=SCHEMA,
    )
    op.create_table(
        "zone_hours",
        sa.Column("zone_id", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.Time(), nullable=False),
        sa.Column("until", sa.Time(), nullable=False),
        sa.Column(
            "weekdays",
            postgresql.ARRAY(sa.Integer()),
            server_default=sa.text("'{1,2,3,4,5,6,7}'"),
            nullable=False,
        ),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "since <> until or since = '00:00'", name=op.f("ck_zone_hours_window_not_empty")
        ),
        sa.CheckConstraint(
            "weekdays <@ array[1, 2, 3, 4, 5, 6, 7] and cardinality(weekdays) > 0",
            name=op.f("ck_zone_hours_weekdays_known"),
        ),
        sa.ForeignKeyConstraint(
            ["zone_id"], ["jiantu.zone.id"], name=op.f("fk_zone_hours_zone_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_zone_hours")),
        schema=SCHEMA,
    )
    op.create_index(
        op.f("ix_zone_hours_zone_id"), "zone_hours", ["zone_id"], unique=False, schema=SCHEMA
    )
    op.create_table(
        "zone_link",
        sa.Column("zone_id", sa.BigInteger(), nullable=False),
        sa.Column("other_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "belongs",
                "made_for",
                "before",
                name="linkkind_known",
                native_enum=False,
                create_constraint=True,
                length=32,
                schema=SCHEMA,
            ),
            nullable=False,
        ),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "kind = 'before' or due_on is null", name=op.f("ck_zone_link_due_of_before")
        ),
        sa.CheckConstraint("zone_id <> other_id", name=op.f("ck_zone_link_two_zones")),
        sa.ForeignKeyConstraint(
            ["other_id"], ["jiantu.zone.id"], name=op.f("fk_zone_link_other_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["zone_id"], ["jiantu.zone.id"], name=op.f("fk_zone_link_zone_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_zone_link")),
        schema=SCHEMA,
    )
    op.create_index(
        op.f("ix_zone_link_other_id"), "zone_link", ["other_id"], unique=False, schema=SCHEMA
    )
    op.create_index(
        "uq_zone_link", "zone_link", ["zone_id", "other_id", "kind"], unique=True, schema=SCHEMA
    )
    op.create_table(
        "zone_part",
        sa.Column("zone_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "footprint",
                "taken",
                "centre_line",
                "detour",
                name="partrole_known",
                native_enum=False,
                create_constraint=True,
                length=32,
                schema=SCHEMA,
            ),
            nullable=False,
        ),
        sa.Column(
            "mode",
            sa.Enum(
                "motor",
                "ebike",
                "foot",
                "bus",
                "emergency",
                name="traveller_known",
                native_enum=False,
                create_constraint=True,
                length=32,
                schema=SCHEMA,
            ),
            nullable=True,
        ),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("width_m", sa.Numeric(precision=6, scale=2), nullable=True),
        sa.Column("first_on", sa.Date(), nullable=True),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.Column("shape", Geometry("GEOMETRY", srid=4326, spatial_index=False), nullable=False),
        sa.Column("shape_metric", Geometry(None, srid=-1, spatial_index=False), nullable=False),
        sa.Column(
            "shape_web", Geometry("GEOMETRY", srid=3857, spatial_index=False), nullable=False
        ),
        sa.Column("shape_wide", Geometry(None, srid=-1, spatial_index=False), nullable=False),
        sa.Column("period", postgresql.DATERANGE(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "(role = 'detour') = (mode is not null)", name=op.f("ck_zone_part_mode_of_detour")
        ),
        sa.CheckConstraint(
            "first_on <= last_on", name=op.f("ck_zone_part_last_on_not_before_first_on")
        ),
        sa.CheckConstraint(
            "st_isvalid(shape) and not st_isempty(shape)", name=op.f("ck_zone_part_shape_valid")
        ),
        sa.CheckConstraint("st_npoints(shape) <= 10000", name=op.f("ck_zone_part_shape_vertices")),
        sa.CheckConstraint("width_m > 0", name=op.f("ck_zone_part_width_positive")),
        sa.ForeignKeyConstraint(
            ["zone_id"], ["jiantu.zone.id"], name=op.f("fk_zone_part_zone_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_zone_part")),
        schema=SCHEMA,
    )
    op.create_index(
        "ix_zone_part_shape_web",
        "zone_part",
        ["shape_web"],
        unique=False,
        schema=SCHEMA,
        postgresql_using="gist",
    )
    op.create_index(
        "ix_zone_part_wide_period",
        "zone_part",
        ["shape_wide", "period"],
        unique=False,
        schema=SCHEMA,
        postgresql_using="gist",
    )
    op.create_index(
        op.f("ix_zone_part_zone_id"), "zone_part", ["zone_id"], unique=False, schema=SCHEMA
    )
    op.create_index(
        "uq_zone_part_position", "zone_part", ["zone_id", "position"], unique=True, schema=SCHEMA
    )
    op.create_table(
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
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name=op.f("ck_attachment_sha256_form")),
        sa.CheckConstraint(
            "num_nonnulls(project_id, zone_id, report_id, blocker_id) >= 1",
            name=op.f("ck_attachment_belongs_somewhere"),
        ),
        sa.CheckConstraint("size_bytes >= 0", name=op.f("ck_attachment_size_not_negative")),
        sa.ForeignKeyConstraint(
            ["blocker_id"], ["jiantu.blocker.id"], name=op.f("fk_attachment_blocker_id")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["jiantu.project.id"], name=op.f("fk_attachment_project_id")
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["jiantu.progress_report.id"], name=op.f("fk_attachment_report_id")
        ),
        sa.ForeignKeyConstraint(
            ["zone_id"], ["jiantu.zone.id"], name=op.f("fk_attachment_zone_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
        schema=SCHEMA,
    )
    op.create_index(
        op.f("ix_attachment_blocker_id"), "attachment", ["blocker_id"], unique=False, schema=SCHEMA
    )
    op.create_index(
        op.f("ix_attachment_project_id"), "attachment", ["project_id"], unique=False, schema=SCHEMA
    )
    op.create_index(
        op.f("ix_attachment_report_id"), "attachment", ["report_id"], unique=False, schema=SCHEMA
    )
    op.create_index(
        op.f("ix_attachment_zone_id"), "attachment", ["zone_id"], unique=False, schema=SCHEMA
    )
    op.create_table(
        "milestone",
        sa.Column("plan_version_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column(
            "due_precision",
            sa.Enum(
                "day",
                "month",
                "quarter",
                "half",
                "year",
                name="precision_known",
                native_enum=False,
                create_constraint=True,
                length=32,
                schema=SCHEMA,
            ),
            server_default=sa.text("'day'"),
            nullable=False,
        ),
        sa.Column("percent", sa.Numeric(precision=5, scale=2), nullable=True),
        sa.Column("reached_on", sa.Date(), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint("percent between 0 and 100", name=op.f("ck_milestone_percent_range")),
        sa.ForeignKeyConstraint(
            ["plan_version_id"],
            ["jiantu.plan_version.id"],
            name=op.f("fk_milestone_plan_version_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_milestone")),
        schema=SCHEMA,
    )
    op.create_index(
        "uq_milestone_name", "milestone", ["plan_version_id", "name"], unique=True, schema=SCHEMA
    )
    op.create_table(
        "plan_month",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("plan_version_id", sa.BigInteger(), nullable=False),
        sa.Column("month_on", sa.Date(), nullable=False),
        sa.Column("percent", sa.Numeric(precision=5, scale=2), nullable=True),
        sa.Column("investment_yuan", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "extract(day from month_on) = 1", name=op.f("ck_plan_month_month_starts")
        ),
        sa.CheckConstraint("percent between 0 and 100", name=op.f("ck_plan_month_percent_range")),
        sa.CheckConstraint(
            "percent is not null or investment_yuan is not null",
            name=op.f("ck_plan_month_says_something"),
        ),
        sa.ForeignKeyConstraint(
            ["plan_version_id"],
            ["jiantu.plan_version.id"],
            name=op.f("fk_plan_month_plan_version_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_month")),
        schema=SCHEMA,
    )
    op.create_index(
        "uq_plan_month", "plan_month", ["plan_version_id", "month_on"], unique=True, schema=SCHEMA
    )
    op.create_table(
        "plan_year",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("plan_version_id", sa.BigInteger(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("investment_yuan", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "investment_yuan >= 0", name=op.f("ck_plan_year_investment_not_negative")
        ),
        sa.CheckConstraint("year between 1990 and 2100", name=op.f("ck_plan_year_year_range")),
        sa.ForeignKeyConstraint(
            ["plan_version_id"],
            ["jiantu.plan_version.id"],
            name=op.f("fk_plan_year_plan_version_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_year")),
        schema=SCHEMA,
    )
    op.create_index(
        "uq_plan_year", "plan_year", ["plan_version_id", "year"], unique=True, schema=SCHEMA
    )
    op.create_table(
        "ruling",
        sa.Column("project_id", sa.BigInteger(), nullable=False),
        sa.Column("site_id", sa.BigInteger(), nullable=True),
        sa.Column("objection_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "computed",
            sa.Enum(
                "green",
                "yellow",
                "red",
                "grey",
                "blue",
                "paused",
                name="computed_known",
                native_enum=False,
                create_constraint=True,
                length=32,
                schema=SCHEMA,
            ),
            nullable=False,
        ),
        sa.Column(
            "ruled",
            sa.Enum(
                "green",
                "yellow",
                "red",
                "grey",
                "blue",
                "paused",
                name="ruled_known",
                native_enum=False,
                create_constraint=True,
                length=32,
                schema=SCHEMA,
            ),
            nullable=False,
        ),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("days_allowed", sa.Integer(), server_default=sa.text("30"), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("signer", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "reason <> '' and signer <> ''", name=op.f("ck_ruling_reason_and_signer")
        ),
        sa.CheckConstraint(
            "first_on <= last_on", name=op.f("ck_ruling_last_on_not_before_first_on")
        ),
        sa.CheckConstraint(
            "last_on - first_on < days_allowed", name=op.f("ck_ruling_expires_in_time")
        ),
        sa.ForeignKeyConstraint(
            ["objection_id"], ["jiantu.objection.id"], name=op.f("fk_ruling_objection_id")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["jiantu.project.id"], name=op.f("fk_ruling_project_id")
        ),
        sa.ForeignKeyConstraint(["site_id"], ["jiantu.zone.id"], name=op.f("fk_ruling_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ruling")),
        schema=SCHEMA,
    )
    op.create_index(
        op.f("ix_ruling_project_id"), "ruling", ["project_id"], unique=False, schema=SCHEMA
    )
    op.create_table(
        "supervision_order",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column(
            "form",
            sa.Enum(
                "order",
                "letter",
                name="orderform_known",
                native_enum=False,
                create_constraint=True,
                length=32,
                schema=SCHEMA,
            ),
            nullable=False,
        ),
        sa.Column(
            "card",
            sa.Enum(
                "yellow",
                "red",
                name="card_known",
                native_enum=False,
                create_constraint=True,
                length=32,
                schema=SCHEMA,
            ),
            nullable=True,
        ),
        sa.Column("project_id", sa.BigInteger(), nullable=True),
        sa.Column("blocker_id", sa.BigInteger(), nullable=True),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("demand", sa.Text(), nullable=False),
        sa.Column("issued_by", sa.Text(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "issued_on <= due_on", name=op.f("ck_supervision_order_due_on_not_before_issued_on")
        ),
        sa.ForeignKeyConstraint(
            ["blocker_id"], ["jiantu.blocker.id"], name=op.f("fk_supervision_order_blocker_id")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["jiantu.project.id"], name=op.f("fk_supervision_order_project_id")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["jiantu.unit.id"], name=op.f("fk_supervision_order_unit_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supervision_order")),
        sa.UniqueConstraint("number", name=op.f("uq_supervision_order_number")),
        schema=SCHEMA,
    )
    op.create_index(
        op.f("ix_supervision_order_blocker_id"),
        "supervision_order",
        ["blocker_id"],
        unique=False,
        schema=SCHEMA,
    )
    op.create_index(
        op.f("ix_supervision_order_project_id"),
        "supervision_order",
        ["project_id"],
        unique=False,
        schema=SCHEMA,
    )
    op.create_index(
        op.f("ix_supervision_order_unit_id"),
        "supervision_order",
        ["unit_id"],
        unique=False,
        schema=SCHEMA,
    )
    op.create_table(
        "supervision_step",
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "step",
            sa.Enum(
                "issued",
                "received",
                "reassigned",
                "fed_back",
                "closure_asked",
                "checked",
                "closed",
                "sent_back",
                "extension_asked",
                "extended",
                "urged",
                "shelved",
                "summoned",
                name="orderstep_known",
                native_enum=False,
                create_constraint=True,
                length=32,
                schema=SCHEMA,
            ),
            nullable=False,
        ),
        sa.Column("unit_id", sa.BigInteger(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("new_due_on", sa.Date(), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "(new_due_on is not null) = (step in ('extension_asked', 'extended'))",
            name=op.f("ck_supervision_step_new_due_of_extension"),
        ),
        sa.CheckConstraint(
            "step <> 'reassigned' or unit_id is not null",
            name=op.f("ck_supervision_step_reassigned_to_unit"),
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["jiantu.supervision_order.id"], name=op.f("fk_supervision_step_order_id")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["jiantu.unit.id"], name=op.f("fk_supervision_step_unit_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supervision_step")),
        schema=SCHEMA,
    )
