"""The words that migrations are written in: tables, columns, references, indexes; whose history is kept, who writes.

Constraints are named by the rules of `geo.model.base`: a check is given its own part of the name, the others none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from alembic import context, op
from geoalchemy2 import Geometry
from sqlalchemy.dialects import postgresql

if TYPE_CHECKING:
    from sqlalchemy.schema import SchemaItem

SCHEMA = "jiantu"


def make_table(name: str, *parts: SchemaItem) -> None:
    """A table of the city's schema."""
    op.create_table(name, *parts, schema=SCHEMA)


def make_index(
    table: str,
    *columns: str | sa.ColumnElement[Any],
    name: str | None = None,
    unique: bool = False,
    using: str | None = None,
    where: str | None = None,
) -> None:
    """An index, named after its table and columns unless it has a `name` of its own."""
    plain = "_".join(map(str, columns))
    op.create_index(
        name or f"{'uq' if unique else 'ix'}_{table}_{plain}",
        table,
        list(columns),
        unique=unique,
        schema=SCHEMA,
        postgresql_using=using,
        postgresql_where=None if where is None else sa.text(where),
    )


def key() -> sa.Column[int]:
    """The number of a row."""
    return sa.Column("id", sa.BigInteger(), sa.Identity(always=False), primary_key=True)


def version() -> sa.Column[int]:
    """The version of a record, raised by each edit."""
    return sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False)


def recorded() -> tuple[sa.Column[int], sa.Column[int]]:
    """What each record has: its number and its version."""
    return key(), version()


def code_list() -> tuple[SchemaItem, ...]:
    """What each code list has."""
    return (
        sa.Column("code", sa.Text(), primary_key=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "synonyms", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column("retired_on", sa.Date(), nullable=True),
        version(),
        sa.CheckConstraint("code ~ '^[a-z][a-z0-9_]*$'", name="code_form"),
    )


def one_of(name: str, *words: str) -> sa.Enum:
    """A text that is one of these words, by a CHECK called `name` in the table."""
    return sa.Enum(
        *words,
        name=f"{name}_known",
        native_enum=False,
        create_constraint=True,
        length=32,
        schema=SCHEMA,
    )


def refers(column: str, target: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    """The column names a row of `target`: a table by its id, or another column of it as table.column."""
    whole = target if "." in target else f"{target}.id"
    return sa.ForeignKeyConstraint([column], [f"{SCHEMA}.{whole}"], ondelete=ondelete)


def lonlat_shape(kind: str = "GEOMETRY") -> Geometry:
    """A shape in WGS84."""
    return Geometry(kind, srid=4326, spatial_index=False)


def web_shape() -> Geometry:
    """A shape for tiles."""
    return Geometry("GEOMETRY", srid=3857, spatial_index=False)


def metric_shape() -> Geometry:
    """A shape in the city's metric CRS, which `hold_to_metric` sees to."""
    return Geometry(None, srid=-1, spatial_index=False)


def hold_to_metric(table: str, column: str = "shape_metric") -> None:
    """Refuse shapes of another CRS than the city's metric one."""
    srid = int(context.config.attributes["city"].metric_srid)
    hold_to(table, f"{column}_srid", f"st_srid({column}) = {srid}")


def add_columns(table: str, *columns: sa.Column[Any]) -> None:
    """Columns that a table of an earlier migration gets."""
    for column in columns:
        op.add_column(table, column, schema=SCHEMA)


def hold_to(table: str, name: str, check: str) -> None:
    """A check that a table of an earlier migration gets."""
    op.create_check_constraint(name, table, check, schema=SCHEMA)


def keep_history(table: str, key: str = "id", derived: str = "{}") -> None:
    """Keep every version of the table's rows; `derived` columns are left out. All words are the migration's own."""
    op.execute(f"select history.track('{SCHEMA}.{table}', '{key}', '{derived}')")


def keep_new_columns(table: str) -> None:
    """Keep columns, too, that were added to a table after its history began."""
    op.execute(f"select history.keep_columns('{SCHEMA}.{table}', 'id', '{{}}')")


def let_write(table: str, role: str = "jiantu_command") -> None:
    """Let the staff read the table and `role` write it."""
    op.execute(f"select history.protect('{SCHEMA}.{table}', '{role}')")
