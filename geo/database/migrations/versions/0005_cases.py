"""Cases (协调事项), what is said about them, and the minutes that close them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

SCHEMA = "jiantu"


def upgrade() -> None:
    """Make the tables. Cases and their pairs are the engine's; what is said is a record with its history."""
    _make_cases()
    _make_messages()
    _make_minutes()
    for table in ("coordination_case", "case_pair"):
        op.execute(f"select history.protect('{SCHEMA}.{table}', 'jiantu_engine')")
    for table in ("case_message", "case_minutes"):
        op.execute(f"select history.track('{SCHEMA}.{table}', 'id', '{{}}')")
        op.execute(f"select history.protect('{SCHEMA}.{table}', 'jiantu_command')")


def _make_cases() -> None:
    op.create_table(
        "coordination_case",
        _key(),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("road_name", sa.Text(), nullable=True),
        sa.Column("first_on", sa.Date(), nullable=True),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coordination_case")),
        schema=SCHEMA,
    )
    _index("uq_coordination_case_number", "coordination_case", ["year", "serial"], unique=True)
    op.create_table(
        "case_pair",
        sa.Column("zone_a", sa.BigInteger(), nullable=False),
        sa.Column("zone_b", sa.BigInteger(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=True),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("road_name", sa.Text(), nullable=True),
        *(
            sa.Column(side, sa.DOUBLE_PRECISION(), nullable=False)
            for side in ("west", "south", "east", "north")
        ),
        sa.Column("first_on", sa.Date(), nullable=True),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.Column("present", sa.Boolean(), nullable=False),
        sa.CheckConstraint("zone_a < zone_b", name=op.f("ck_case_pair_lower_first")),
        _refers("case_pair", "zone_a", "zone.id", ondelete="CASCADE"),
        _refers("case_pair", "zone_b", "zone.id", ondelete="CASCADE"),
        _refers("case_pair", "case_id", "coordination_case.id"),
        sa.PrimaryKeyConstraint("zone_a", "zone_b", name=op.f("pk_case_pair")),
        schema=SCHEMA,
    )
    _index("ix_case_pair_zone_b", "case_pair", ["zone_b"])
    _index("ix_case_pair_case_id", "case_pair", ["case_id"])
    _index("ix_case_pair_place", "case_pair", ["place"], where="present")


def _make_messages() -> None:
    kinds = ("answer", "note", "proposal", "consent", "accepted", "declined", "minutes")
    op.create_table(
        "case_message",
        _key(),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", _one_of("messagekind", *kinds), nullable=False),
        sa.Column(
            "answer",
            _one_of("answer", "awaiting", "affected", "unaffected", "agreed"),
            nullable=True,
        ),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("zone_id", sa.BigInteger(), nullable=True),
        sa.Column("first_on", sa.Date(), nullable=True),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.Column("reply_to", sa.BigInteger(), nullable=True),
        sa.Column("file_sha256", sa.Text(), nullable=True),
        sa.Column("file_name", sa.Text(), nullable=True),
        sa.Column("said_by", sa.Text(), nullable=True),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_command", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.CheckConstraint(
            "(kind = 'answer') = (answer is not null)",
            name=op.f("ck_case_message_answer_of_answer"),
        ),
        sa.CheckConstraint(
            "(kind in ('consent', 'accepted', 'declined')) = (reply_to is not null)",
            name=op.f("ck_case_message_reply_to_proposal"),
        ),
        sa.CheckConstraint(
            "kind <> 'proposal' or num_nonnulls(first_on, last_on) > 0",
            name=op.f("ck_case_message_proposal_has_days"),
        ),
        sa.CheckConstraint(
            "(file_sha256 is null) = (file_name is null)",
            name=op.f("ck_case_message_file_has_name"),
        ),
        sa.CheckConstraint(
            "first_on <= last_on", name=op.f("ck_case_message_last_on_not_before_first_on")
        ),
        _refers("case_message", "case_id", "coordination_case.id"),
        _refers("case_message", "unit_id", "unit.id"),
        _refers("case_message", "zone_id", "zone.id", ondelete="SET NULL"),
        _refers("case_message", "reply_to", "case_message.id"),
        _refers("case_message", "file_sha256", "stored_file.sha256"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_message")),
        schema=SCHEMA,
    )
    for column in ("case_id", "unit_id", "zone_id", "reply_to", "file_sha256"):
        _index(f"ix_case_message_{column}", "case_message", [column])


def _make_minutes() -> None:
    op.create_table(
        "case_minutes",
        _key(),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("chair", sa.Text(), nullable=False),
        sa.Column("participants", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("agreed", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("seen", sa.Text(), nullable=False),
        sa.Column("written_by", sa.Text(), nullable=True),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "cardinality(agreed) > 0", name=op.f("ck_case_minutes_something_agreed")
        ),
        sa.CheckConstraint(
            "cardinality(participants) > 0", name=op.f("ck_case_minutes_somebody_there")
        ),
        _refers("case_minutes", "case_id", "coordination_case.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_minutes")),
        schema=SCHEMA,
    )
    _index("ix_case_minutes_case_id", "case_minutes", ["case_id"])
    _index("uq_case_minutes_number", "case_minutes", ["year", "serial"], unique=True)


def _key() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False)


def _one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(
        *values,
        name=f"{name}_known",
        native_enum=False,
        create_constraint=True,
        length=32,
        schema=SCHEMA,
    )


def _refers(
    table: str, column: str, target: str, ondelete: str | None = None
) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"jiantu.{target}"], name=op.f(f"fk_{table}_{column}"), ondelete=ondelete
    )


def _index(
    name: str, table: str, columns: list[str], *, unique: bool = False, where: str | None = None
) -> None:
    op.create_index(
        name,
        table,
        columns,
        unique=unique,
        schema=SCHEMA,
        postgresql_where=sa.text(where) if where else None,
    )
