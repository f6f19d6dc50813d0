"""Who has left is told nothing more: whether a place's watcher may still see what is told of it."""

from __future__ import annotations

from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the question that telling, sending and the feed ask."""
    op.execute(
        """
        create function jiantu.still_watches(account_id bigint, unit_id bigint) returns boolean
        language sql stable security definer set search_path = pg_catalog as $$
          select $1 is null or exists (
            select from jiantu.account a where a.id = $1 and a.active and (
              case when $2 is null then a.staff_role <> 'none'
              else exists (select from jiantu.membership m where m.account_id = a.id and m.unit_id = $2) end))
        $$
        """
    )
    op.execute(
        "comment on function jiantu.still_watches(bigint, bigint) is"
        " 'Whether the person whose own a watched place is still sees what it was watched as; true for shared ones'"
    )
    op.execute("revoke execute on function jiantu.still_watches(bigint, bigint) from public")
    op.execute(
        "grant execute on function jiantu.still_watches(bigint, bigint)"
        " to jiantu_engine, jiantu_leader, jiantu_command, jiantu_admin"
    )
