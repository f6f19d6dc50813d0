"""Places of one's own: whoever is signed in as staff may watch some, also who edits nothing."""

from __future__ import annotations

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

READERS = ("jiantu_leader", "jiantu_admin")
MINE = "unit_id is null and account_id = (select jiantu.my_account())"
COLUMNS = (
    "name, unit_id, account_id, road_name, district_id, shape, shape_metric, active, feed_hash,"
    " webhook_kind, webhook_url, webhook_secret, email"
)


def upgrade() -> None:
    """Leaders and administrators keep places of their own, and mark as read what happened there."""
    for role in READERS:
        op.execute(f"grant execute on function jiantu.my_account() to {role}")
        op.execute(
            f"create policy own_adds_{role} on jiantu.watch_subscription for insert to {role}"
            f" with check ({MINE})"
        )
        op.execute(f"grant insert ({COLUMNS}) on jiantu.watch_subscription to {role}")
        op.execute(
            f"create policy own_changes_{role} on jiantu.watch_subscription for update to {role}"
            f" using ({MINE}) with check ({MINE})"
        )
        op.execute(f"grant update (active) on jiantu.watch_subscription to {role}")
        of_mine = f"subscription_id in (select s.id from jiantu.watch_subscription s where {MINE})"  # noqa: S608  words of this file
        op.execute(
            f"create policy reads_{role} on jiantu.notification for update to {role}"
            f" using ({of_mine}) with check ({of_mine})"
        )
        op.execute(f"grant update (read_at) on jiantu.notification to {role}")
