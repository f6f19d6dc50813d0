"""Watching: places that are watched, what happened there, and what is sent about it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from geo.database.migrations.making import (
    SCHEMA,
    hold_to_metric,
    keep_history,
    key,
    let_write,
    lonlat_shape,
    make_index,
    make_table,
    metric_shape,
    one_of,
    recorded,
    refers,
)

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

MINE = (
    "(unit_id = any((select jiantu.my_units())::bigint[])"
    " and (account_id is null or account_id = (select jiantu.my_account())))"
)
MINE_TO_CHANGE = (
    "(unit_id = any((select jiantu.my_editable_units())::bigint[]) and account_id is null"
    " or unit_id = any((select jiantu.my_units())::bigint[])"
    " and account_id = (select jiantu.my_account()))"
)


def upgrade() -> None:
    """Make the tables. What happened and what is to be sent is the engine's; being read is the reader's."""
    _make_subscription()
    _make_notification()
    _make_delivery()
    hold_to_metric("watch_subscription")
    subscription = f"{SCHEMA}.watch_subscription"
    keep_history("watch_subscription", derived="{shape_metric}")
    let_write("watch_subscription")
    _let_units(subscription, MINE, MINE_TO_CHANGE, "{insert,update,delete}")
    op.execute(f"grant update (unit_id) on {subscription} to jiantu_command")
    of_mine = "subscription_id in (select s.id from jiantu.watch_subscription s)"
    notification = f"{SCHEMA}.notification"
    let_write("notification", "jiantu_engine")
    _let_units(notification, of_mine)
    to_mark = of_mine.removesuffix(")") + f" where {MINE_TO_CHANGE})"
    for role, mine in (("jiantu_unit", to_mark), ("jiantu_command", "true")):
        op.execute(
            f"create policy reads_{role} on {notification} for update to {role}"
            f" using ({mine}) with check ({mine})"
        )
        op.execute(f"grant update (read_at) on {notification} to {role}")
    delivery = f"{SCHEMA}.delivery"
    let_write("delivery", "jiantu_engine")
    _let_units(delivery, "notification_id in (select n.id from jiantu.notification n)")


def _let_units(table: str, reads: str, writes: str | None = None, verbs: str = "{}") -> None:
    op.execute(
        sa.text(
            "select history.let_units(cast(:table as regclass), :reads, :writes,"
            " cast(:verbs as text[]), '{}')"
        ).bindparams(table=table, reads=reads, writes=writes, verbs=verbs)
    )


def _make_subscription() -> None:
    kinds = one_of("webhookkind", "plain", "dingtalk", "wecom", "sms")
    make_table(
        "watch_subscription",
        *recorded(),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=True),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("road_name", sa.Text(), nullable=True),
        sa.Column("district_id", sa.BigInteger(), nullable=True),
        sa.Column("shape", lonlat_shape(), nullable=False),
        sa.Column("shape_metric", metric_shape(), nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("feed_hash", sa.Text(), nullable=True),
        sa.Column("webhook_kind", kinds, nullable=True),
        sa.Column("webhook_url", sa.Text(), nullable=True),
        sa.Column("webhook_secret", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.CheckConstraint("(webhook_kind is null) = (webhook_url is null)", name="webhook_whole"),
        refers("unit_id", "unit"),
        refers("account_id", "account"),
        refers("district_id", "district"),
        sa.UniqueConstraint("feed_hash"),
    )
    for column in ("unit_id", "account_id", "district_id"):
        make_index("watch_subscription", column)
    make_index("watch_subscription", "shape_metric", using="gist")


def _make_notification() -> None:
    make_table(
        "notification",
        key(),
        sa.Column("subscription_id", sa.BigInteger(), nullable=False),
        sa.Column("change_id", sa.Text(), nullable=False),
        sa.Column(
            "happened_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("lines", postgresql.JSONB(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        refers("subscription_id", "watch_subscription", ondelete="CASCADE"),
    )
    make_index(
        "notification", "subscription_id", "change_id", name="uq_notification_change", unique=True
    )
    make_index("notification", "happened_at")


def _make_delivery() -> None:
    channels = one_of("channel", "webhook", "email")
    make_table(
        "delivery",
        key(),
        sa.Column("notification_id", sa.BigInteger(), nullable=False),
        sa.Column("channel", channels, nullable=False),
        sa.Column(
            "key",
            sa.Text(),
            server_default=sa.text("('jiantu-'::text || gen_random_uuid())"),
            nullable=False,
        ),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column(
            "next_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        refers("notification_id", "notification", ondelete="CASCADE"),
        sa.UniqueConstraint("key"),
    )
    make_index("delivery", "notification_id", "channel", name="uq_delivery_channel", unique=True)
    make_index("delivery", "next_at", where="sent_at is null")
