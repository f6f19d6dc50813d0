"""Watching: places that are watched, what happened there, and what is sent about it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context, op
from geoalchemy2 import Geometry
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

SCHEMA = "jiantu"
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
    metric_srid = context.config.attributes["city"].metric_srid
    op.create_check_constraint(
        "shape_metric_srid",
        "watch_subscription",
        f"st_srid(shape_metric) = {int(metric_srid)}",
        schema=SCHEMA,
    )
    subscription = f"{SCHEMA}.watch_subscription"
    op.execute(f"select history.track('{subscription}', 'id', '{{shape_metric}}')")
    op.execute(f"select history.protect('{subscription}', 'jiantu_command')")
    _let_units(subscription, MINE, MINE_TO_CHANGE, "{insert,update,delete}")
    op.execute(f"grant update (unit_id) on {subscription} to jiantu_command")
    of_mine = "subscription_id in (select s.id from jiantu.watch_subscription s)"
    notification = f"{SCHEMA}.notification"
    op.execute(f"select history.protect('{notification}', 'jiantu_engine')")
    _let_units(notification, of_mine)
    to_mark = of_mine.removesuffix(")") + f" where {MINE_TO_CHANGE})"
    for role, mine in (("jiantu_unit", to_mark), ("jiantu_command", "true")):
        op.execute(
            f"create policy reads_{role} on {notification} for update to {role}"
            f" using ({mine}) with check ({mine})"
        )
        op.execute(f"grant update (read_at) on {notification} to {role}")
    delivery = f"{SCHEMA}.delivery"
    op.execute(f"select history.protect('{delivery}', 'jiantu_engine')")
    _let_units(delivery, "notification_id in (select n.id from jiantu.notification n)")


def _let_units(table: str, reads: str, writes: str | None = None, verbs: str = "{}") -> None:
    op.execute(
        sa.text(
            "select history.let_units(cast(:table as regclass), :reads, :writes,"
            " cast(:verbs as text[]), '{}')"
        ).bindparams(table=table, reads=reads, writes=writes, verbs=verbs)
    )


def _make_subscription() -> None:
    kinds = sa.Enum(
        *("plain", "dingtalk", "wecom", "sms"),
        name="webhookkind_known",
        native_enum=False,
        create_constraint=True,
        length=32,
        schema=SCHEMA,
    )
    op.create_table(
        "watch_subscription",
        _key(),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=True),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("road_name", sa.Text(), nullable=True),
        sa.Column("district_id", sa.BigInteger(), nullable=True),
        sa.Column("shape", Geometry("GEOMETRY", srid=4326, spatial_index=False), nullable=False),
        sa.Column(
            "shape_metric",
            Geometry(geometry_type=None, srid=-1, spatial_index=False),
            nullable=False,
        ),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("feed_hash", sa.Text(), nullable=True),
        sa.Column("webhook_kind", kinds, nullable=True),
        sa.Column("webhook_url", sa.Text(), nullable=True),
        sa.Column("webhook_secret", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(webhook_kind is null) = (webhook_url is null)",
            name=op.f("ck_watch_subscription_webhook_whole"),
        ),
        _refers("watch_subscription", "unit_id", "unit.id"),
        _refers("watch_subscription", "account_id", "account.id"),
        _refers("watch_subscription", "district_id", "district.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_watch_subscription")),
        sa.UniqueConstraint("feed_hash", name=op.f("uq_watch_subscription_feed_hash")),
        schema=SCHEMA,
    )
    for column in ("unit_id", "account_id", "district_id"):
        op.create_index(
            f"ix_watch_subscription_{column}", "watch_subscription", [column], schema=SCHEMA
        )
    op.create_index(
        "ix_watch_subscription_shape_metric",
        "watch_subscription",
        ["shape_metric"],
        schema=SCHEMA,
        postgresql_using="gist",
    )


def _make_notification() -> None:
    op.create_table(
        "notification",
        _key(),
        sa.Column("subscription_id", sa.BigInteger(), nullable=False),
        sa.Column("change_id", sa.Text(), nullable=False),
        sa.Column(
            "happened_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("lines", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        _refers("notification", "subscription_id", "watch_subscription.id", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification")),
        schema=SCHEMA,
    )
    op.create_index(
        "uq_notification_change",
        "notification",
        ["subscription_id", "change_id"],
        unique=True,
        schema=SCHEMA,
    )
    op.create_index("ix_notification_happened_at", "notification", ["happened_at"], schema=SCHEMA)


def _make_delivery() -> None:
    channels = sa.Enum(
        *("webhook", "email"),
        name="channel_known",
        native_enum=False,
        create_constraint=True,
        length=32,
        schema=SCHEMA,
    )
    op.create_table(
        "delivery",
        _key(),
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
            "next_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        _refers("delivery", "notification_id", "notification.id", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("key", name=op.f("uq_delivery_key")),
        schema=SCHEMA,
    )
    op.create_index(
        "uq_delivery_channel",
        "delivery",
        ["notification_id", "channel"],
        unique=True,
        schema=SCHEMA,
    )
    op.create_index(
        "ix_delivery_next_at",
        "delivery",
        ["next_at"],
        schema=SCHEMA,
        postgresql_where=sa.text("sent_at is null"),
    )


def _key() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False)


def _refers(
    table: str, column: str, target: str, ondelete: str | None = None
) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"jiantu.{target}"], name=op.f(f"fk_{table}_{column}"), ondelete=ondelete
    )
