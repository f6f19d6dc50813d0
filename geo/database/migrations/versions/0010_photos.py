"""Photos among the attachments; sendings found again by their names in the history."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

SCHEMA = "jiantu"


def upgrade() -> None:
    """Make the table of photos, and an index on the name of the request in every history."""
    op.create_table(
        "photo",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("attachment_id", sa.BigInteger(), nullable=False),
        sa.Column("thumbnail_sha256", sa.Text(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.CheckConstraint(
            "thumbnail_sha256 ~ '^[0-9a-f]{64}$'", name=op.f("ck_photo_thumbnail_form")
        ),
        sa.CheckConstraint("width > 0 and height > 0", name=op.f("ck_photo_size_positive")),
        sa.CheckConstraint(
            "(longitude is null) = (latitude is null)", name=op.f("ck_photo_position_is_whole")
        ),
        sa.ForeignKeyConstraint(
            ["attachment_id"],
            [f"{SCHEMA}.attachment.id"],
            name=op.f("fk_photo_attachment_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_photo")),
        sa.UniqueConstraint("attachment_id", name=op.f("uq_photo_attachment_id")),
        schema=SCHEMA,
    )
    op.execute(f"select history.track('{SCHEMA}.photo', 'id', '{{}}')")
    op.execute(f"select history.protect('{SCHEMA}.photo', 'jiantu_command')")
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
