"""The year's dig plan: windows of tentative works, crews of units, searches for better dates and proposed shifts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

SCHEMA = "jiantu"


def upgrade() -> None:
    """Make the tables and columns; runs and shifts are written by the command, every version kept."""
    for name in ("window_first_on", "window_last_on"):
        op.add_column("zone", sa.Column(name, sa.Date(), nullable=True), schema=SCHEMA)
    op.create_check_constraint(
        op.f("ck_zone_window_last_on_not_before_window_first_on"),
        "zone",
        "window_first_on <= window_last_on",
        schema=SCHEMA,
    )
    op.add_column("unit", sa.Column("crews", sa.Integer(), nullable=True), schema=SCHEMA)
    op.create_check_constraint(op.f("ck_unit_crews_positive"), "unit", "crews > 0", schema=SCHEMA)
    # What history keeps of a row are the columns that were there when it was first tracked.
    for table in ("zone", "unit"):
        op.execute(f"select history.keep_columns('{SCHEMA}.{table}', 'id', '{{}}')")
    op.create_table(
        "coordination_run",
        *_recorded(),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        *(
            sa.Column(name, sa.Integer(), nullable=False)
            for name in ("works", "cost", "cost_before", "bound")
        ),
        sa.Column("proven", sa.Boolean(), nullable=False),
        sa.Column("before", postgresql.JSONB(), nullable=False),
        sa.Column("after", postgresql.JSONB(), nullable=False),
        sa.CheckConstraint(
            "first_on <= last_on", name=op.f("ck_coordination_run_last_on_not_before_first_on")
        ),
        sa.CheckConstraint(
            "bound <= cost and cost <= cost_before",
            name=op.f("ck_coordination_run_costs_in_order"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coordination_run")),
        schema=SCHEMA,
    )
    op.create_table(
        "proposed_shift",
        *_recorded(),
        *(
            sa.Column(name, sa.BigInteger(), nullable=name == "unit_id")
            for name in ("run_id", "work_id", "zone_id", "unit_id")
        ),
        sa.Column("shift_days", sa.Integer(), nullable=False),
        sa.Column("from_first_on", sa.Date(), nullable=False),
        sa.Column("from_last_on", sa.Date(), nullable=False),
        sa.Column("seen_version", sa.Integer(), nullable=False),
        sa.Column("reasons", postgresql.JSONB(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                *("proposed", "accepted", "declined", "lapsed"),
                name="shiftstate_known",
                native_enum=False,
                create_constraint=True,
                length=32,
                schema=SCHEMA,
            ),
            server_default=sa.text("'proposed'"),
            nullable=False,
        ),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "from_first_on <= from_last_on",
            name=op.f("ck_proposed_shift_from_last_on_not_before_from_first_on"),
        ),
        sa.CheckConstraint("shift_days <> 0", name=op.f("ck_proposed_shift_shifts")),
        sa.CheckConstraint(
            "(state in ('accepted', 'declined')) = (decided_at is not null)",
            name=op.f("ck_proposed_shift_decided"),
        ),
        _to("coordination_run", "run_id"),
        _to("zone", "work_id"),
        _to("zone", "zone_id"),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["jiantu.unit.id"], name=op.f("fk_proposed_shift_unit_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposed_shift")),
        schema=SCHEMA,
    )
    for column in ("work_id", "zone_id", "unit_id"):
        op.create_index(f"ix_proposed_shift_{column}", "proposed_shift", [column], schema=SCHEMA)
    op.create_index(
        "uq_proposed_shift_zone",
        "proposed_shift",
        ["run_id", "zone_id"],
        unique=True,
        schema=SCHEMA,
    )
    for table in ("coordination_run", "proposed_shift"):
        op.execute(f"select history.track('{SCHEMA}.{table}', 'id', '{{}}')")
        op.execute(f"select history.protect('{SCHEMA}.{table}', 'jiantu_command')")


def _recorded() -> tuple[sa.Column[int], sa.Column[int]]:
    return (
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
    )


def _to(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column],
        [f"jiantu.{table}.id"],
        name=op.f(f"fk_proposed_shift_{column}"),
        ondelete="CASCADE",
    )
