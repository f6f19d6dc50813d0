"""Photos among the attachments; sendings found again by their names in the history."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from geo.database.migrations.making import keep_history, let_write, make_table, recorded, refers

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table of photos, and an index on the name of the request in every history."""
    make_table(
        "photo",
        *recorded(),
        sa.Column("attachment_id", sa.BigInteger(), nullable=False),
        sa.Column("thumbnail_sha256", sa.Text(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.CheckConstraint("thumbnail_sha256 ~ '^[0-9a-f]{64}$'", name="thumbnail_form"),
        sa.CheckConstraint("width > 0 and height > 0", name="size_positive"),
        sa.CheckConstraint("(longitude is null) = (latitude is null)", name="position_is_whole"),
        refers("attachment_id", "attachment", ondelete="CASCADE"),
        sa.UniqueConstraint("attachment_id"),
    )
    keep_history("photo")
    let_write("photo")
    op.execute(
        """
        select history.let_units('jiantu.photo',
          'attachment_id in (select a.id from jiantu.attachment a)',
          'attachment_id in (select a.id from jiantu.attachment a'
          ' where a.project_id = any((select jiantu.my_editable_projects())::bigint[]))',
          '{insert,delete}')
        """
    )
    op.execute(
        """
        select history.let_units_look_back('jiantu.attachment',
          $$(row ->> 'project_id')::bigint = any((select jiantu.my_projects())::bigint[])$$);
        select history.let_units_look_back('jiantu.photo',
          $$(select jiantu.is_member())
            and (row ->> 'attachment_id')::bigint in (select a.id from jiantu.attachment a)$$)
        """
    )
    op.execute(
        """
        create policy unit_reads_thumbnails on jiantu.stored_file for select to jiantu_unit
        using ((select jiantu.is_member())
          and sha256 in (select p.thumbnail_sha256 from jiantu.photo p))
        """
    )
    op.execute(
        """
        do $$
        declare
          kept text;
        begin
          for kept in select tablename from pg_tables where schemaname = 'history' loop
            execute format(
              'create index on history.%I (request_id) where request_id is not null', kept);
            -- By instant, for what changed between two days.
            execute format('create index on history.%I (lower(valid))', kept);
          end loop;
        end $$
        """
    )
