"""What the command decides: supervision orders with their steps, objections, rulings."""

from __future__ import annotations

import sqlalchemy as sa

from geo.database.migrations.making import make_index, make_table, one_of, recorded, refers


def make_orders() -> None:
    """Make these tables."""
    make_table(
        "supervision_order",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("form", one_of("orderform", "order", "letter"), nullable=False),
        sa.Column("card", one_of("card", "yellow", "red"), nullable=True),
        sa.Column("project_id", sa.BigInteger(), nullable=True),
        sa.Column("blocker_id", sa.BigInteger(), nullable=True),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("demand", sa.Text(), nullable=False),
        sa.Column("issued_by", sa.Text(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        *recorded(),
        sa.CheckConstraint("issued_on <= due_on", name="due_on_not_before_issued_on"),
        refers("blocker_id", "blocker"),
        refers("project_id", "project"),
        refers("unit_id", "unit"),
        sa.UniqueConstraint("number"),
    )
    make_index("supervision_order", "blocker_id")
    make_index("supervision_order", "project_id")
    make_index("supervision_order", "unit_id")
    make_table(
        "supervision_step",
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "step",
            one_of(
                "orderstep",
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
            ),
            nullable=False,
        ),
        sa.Column("unit_id", sa.BigInteger(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("new_due_on", sa.Date(), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        *recorded(),
        sa.CheckConstraint(
            "(new_due_on is not null) = (step in ('extension_asked', 'extended'))",
            name="new_due_of_extension",
        ),
        sa.CheckConstraint(
            "step <> 'reassigned' or unit_id is not null", name="reassigned_to_unit"
        ),
        refers("order_id", "supervision_order"),
        refers("unit_id", "unit"),
    )
    make_table(
        "objection",
        sa.Column("project_id", sa.BigInteger(), nullable=False),
        sa.Column("site_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "lamp",
            one_of("lamp", "green", "yellow", "red", "grey", "blue", "paused"),
            nullable=False,
        ),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        *recorded(),
        refers("project_id", "project"),
        refers("site_id", "zone"),
        refers("unit_id", "unit"),
    )
    make_index("objection", "project_id")
    make_table(
        "ruling",
        sa.Column("project_id", sa.BigInteger(), nullable=False),
        sa.Column("site_id", sa.BigInteger(), nullable=True),
        sa.Column("objection_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "computed",
            one_of("computed", "green", "yellow", "red", "grey", "blue", "paused"),
            nullable=False,
        ),
        sa.Column(
            "ruled",
            one_of("ruled", "green", "yellow", "red", "grey", "blue", "paused"),
            nullable=False,
        ),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("days_allowed", sa.Integer(), server_default=sa.text("30"), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("signer", sa.Text(), nullable=False),
        *recorded(),
        sa.CheckConstraint("reason <> '' and signer <> ''", name="reason_and_signer"),
        sa.CheckConstraint("first_on <= last_on", name="last_on_not_before_first_on"),
        sa.CheckConstraint("last_on - first_on < days_allowed", name="expires_in_time"),
        refers("objection_id", "objection"),
        refers("project_id", "project"),
        refers("site_id", "zone"),
    )
    make_index("ruling", "project_id")
