"""Migrations: what they make is what the models say, and doing it again is harmless."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from geoalchemy2 import alembic_helpers
from sqlalchemy import create_engine, text

from geo.database.city_file import load_city
from geo.database.setup import is_current, set_up_city
from geo.errors import DatabaseSetupError
from geo.model import SCHEMA, Base
from tests.postgres import CITIES_DIR

if TYPE_CHECKING:
    from tests.postgres import Server

DEZHOU = load_city(CITIES_DIR / "dezhou.toml")


def _only_ours(name: str | None, kind: str, _parents: object) -> bool:
    if kind == "schema":
        return name == SCHEMA
    return not (kind == "table" and name == "alembic_version")


def test_the_migrated_tables_are_those_of_the_models(dezhou_url: str) -> None:
    # The owner's login has the schema's name, which would make it the default one and leave it unnamed.
    engine = create_engine(dezhou_url, connect_args={"options": "-c search_path=public"})
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "include_schemas": True,
                "include_name": _only_ours,
                "include_object": alembic_helpers.include_object,
                "compare_type": True,
                "compare_server_default": True,
            },
        )
        assert compare_metadata(context, Base.metadata) == []
    engine.dispose()


def test_every_check_of_the_models_is_in_the_database(dezhou_url: str) -> None:
    """Alembic does not compare CHECK constraints, so they are compared by name here."""
    engine = create_engine(dezhou_url)
    with engine.connect() as connection:
        made = set(
            connection.scalars(
                text(
                    "select c.conname from pg_constraint c join pg_namespace n on n.oid = c.connamespace"
                    " where n.nspname = 'jiantu' and c.contype in ('c', 'x')"
                )
            )
        )
    engine.dispose()
    named = {
        str(constraint.name)[:63]
        for table in Base.metadata.sorted_tables
        for constraint in table.constraints
        if constraint.__visit_name__
        in {"check_constraint", "table_or_column_check_constraint", "exclude_constraint"}
    }
    assert named - made == set()


def test_setting_up_again_changes_nothing(fresh_dezhou_url: str) -> None:
    engine = create_engine(fresh_dezhou_url)
    count = text("select count(*) from history.category_version")
    with engine.connect() as connection:
        before = connection.scalar(count)
    set_up_city(fresh_dezhou_url, DEZHOU)
    with engine.connect() as connection:
        assert connection.scalar(count) == before
    assert is_current(engine, "dezhou")
    engine.dispose()


def test_a_database_of_one_city_is_not_set_up_for_another(fresh_dezhou_url: str) -> None:
    taichung = load_city(CITIES_DIR / "taichung.toml")
    with pytest.raises(DatabaseSetupError, match="another city: dezhou"):
        set_up_city(fresh_dezhou_url, taichung)


def test_metric_shapes_are_held_to_the_citys_crs(server: Server) -> None:
    engine = create_engine(server.make_database("taichung"))
    with engine.connect() as connection:
        checks = connection.scalars(
            text(
                "select pg_get_constraintdef(oid) from pg_constraint where conname like '%\\_srid'"
            )
        ).all()
    engine.dispose()
    assert len(checks) == 8
    assert all("3826" in check for check in checks)


def test_city_files_are_all_valid() -> None:
    names = {load_city(path).code for path in Path(CITIES_DIR).glob("*.toml")}
    assert {"demo", "dezhou", "taichung", "taipei", "new-york", "shanghai"} <= names
