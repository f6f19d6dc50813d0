"""Alembic's entry: runs migrations on the connection it is handed, as the owner of the tables."""

from __future__ import annotations

from alembic import context
from geoalchemy2 import alembic_helpers

from geo.model import SCHEMA, Base


def _include_name(name: str | None, kind: str, _parents: object) -> bool:
    return name == SCHEMA if kind == "schema" else True


def run() -> None:
    """Migrate the database behind `config.attributes["connection"]`."""
    connection = context.config.attributes["connection"]
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        version_table_schema=SCHEMA,
        include_schemas=True,
        include_name=_include_name,
        include_object=alembic_helpers.include_object,
        render_item=alembic_helpers.render_item,
        compare_server_default=True,
    )
    with context.begin_transaction():
        context.run_migrations()


run()
