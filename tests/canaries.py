"""Canary tokens in every internal text of a database: whoever meets one on a page has found a leak."""

# ruff: noqa: S608  statements are put together from constants of these tests

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import psycopg
from psycopg import sql

if TYPE_CHECKING:
    from collections.abc import Mapping

CANARY = re.compile(r"canary\w*", re.IGNORECASE)

PUBLIC_PROJECT = "public and standing = 'active'"
OF_PUBLIC_PROJECT = f"project_id in (select id from jiantu.project where {PUBLIC_PROJECT})"
PUBLIC_ZONE = f"""
  state not in ('draft', 'withdrawn') and not tentative and (
    (kind = 'site' and {OF_PUBLIC_PROJECT})
    or (kind = 'diversion' and (approval_number is not null or emergency)))
"""

EVERYWHERE = "true"
PUBLIC: Mapping[str, str] = {
    # What everybody may read: column → of which rows. All other text is internal, whatever table comes in later.
    **{f"city.{column}": EVERYWHERE for column in ("code", "name", "name_en", "time_zone")},
    **{f"district.{column}": EVERYWHERE for column in ("code", "name", "name_en")},
    **{
        f"{table}.{column}": EVERYWHERE
        for table in ("ground", "road")
        for column in ("name", "name_en")
    },
    **{
        f"{table}.{column}": EVERYWHERE
        for table in ("category", "utility")
        for column in ("code", "name", "name_en", "letter")
    },
    **{f"ladder_step.{column}": EVERYWHERE for column in ("name", "name_en", "synonyms")},
    **{f"project.{column}": PUBLIC_PROJECT for column in ("code", "name", "name_en")},
    **{
        f"unit.{column}": f"id in (select lead_unit_id from jiantu.project where {PUBLIC_PROJECT})"
        for column in ("name", "short_name", "name_en")
    },
    **{
        f"project_release.{column}": OF_PUBLIC_PROJECT
        for column in ("introduction", "introduction_en")
    },
    **{f"extension_release.{column}": EVERYWHERE for column in ("reason", "reason_en")},
    **{f"announced_outage.{column}": "released" for column in ("area", "area_en")},
    **{f"zone.{column}": PUBLIC_ZONE for column in ("code", "name", "location_text")},
    "zone_part.name": f"zone_id in (select id from jiantu.zone where {PUBLIC_ZONE})",
}

STRUCTURE = {
    # What the program itself reads and would stumble over; none of it is a person's text.
    *("city.bbox", "rules_version.rules", "stored_file.media_type", "attachment.media_type"),
    *("attachment.sha256", "alembic_version.version_num"),
}


class Column(NamedTuple):
    """A column that can hold text."""

    table: str
    name: str
    kind: str

    def __str__(self) -> str:
        """As it is named here."""
        return f"{self.table}.{self.name}"


class Planting(NamedTuple):
    """What was done: the columns with tokens, those that take none (codes, foreign keys), and how many tokens."""

    planted: list[str]
    refused: list[str]
    tokens: int


def plant(
    owner_url: str,
    *,
    keep: frozenset[str] = frozenset(),
    open_to: Mapping[str, str] | None = None,
) -> Planting:
    """Write a token into every internal text of every row, except the columns in `keep`, as the server's administrator.

    `open_to` says what is not internal, by default what everybody may read: of a column, or of a whole table by its
    name, the rows.

    A column whose constraints take only known words (an enumeration, a code, a foreign key) keeps what it has.
    Triggers rest meanwhile: tens of thousands of versions more would show nothing.
    """
    shown = PUBLIC if open_to is None else open_to
    planted, refused, tokens = [], [], 0
    with psycopg.connect(owner_url.replace("+psycopg", "", 1)) as connection:
        connection.execute("set session_replication_role = replica")
        bound = _bound_columns(connection)
        tables: dict[str, list[Column]] = {}
        for column in _text_columns(connection):
            if str(column) in STRUCTURE | keep or _open(column, shown) == EVERYWHERE:
                continue
            if str(column) in bound:
                refused.append(str(column))
            else:
                tables.setdefault(column.table, []).append(column)
        for columns in tables.values():
            tokens += _plant(connection, columns, shown)
            planted += [str(column) for column in columns]
        connection.execute("analyze")
    return Planting(planted, refused, tokens)


def _bound_columns(connection: psycopg.Connection) -> set[str]:
    """Columns that take only words of a list: by a foreign key from them or to them, or by a check on their words."""
    query = """
        select c.relname || '.' || a.attname
        from pg_constraint k
        join pg_class c on c.oid in (k.conrelid, k.confrelid)
        join pg_attribute a on a.attrelid = c.oid
          and a.attnum = any (case when c.oid = k.conrelid then k.conkey else k.confkey end)
        where k.contype = 'f'
          or (k.contype = 'c' and pg_get_constraintdef(k.oid) ~ '= ANY|~ |<@|^CHECK \\(\\(\\w+ = ')
    """
    return {row[0] for row in connection.execute(query)}


def _text_columns(connection: psycopg.Connection) -> list[Column]:
    query = """
        select c.relname, a.attname, format_type(a.atttypid, null)
        from pg_attribute a
        join pg_class c on c.oid = a.attrelid
        join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = 'jiantu' and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped
          and a.atttypid in ('text'::regtype, 'text[]'::regtype, 'varchar'::regtype, 'jsonb'::regtype)
        order by 1, 2
    """
    return [Column(*row) for row in connection.execute(query)]


def _open(column: Column, shown: Mapping[str, str]) -> str:
    """The rows of which a column may be read: what is said of it, or else of its table; none when nothing is said."""
    return shown.get(str(column), shown.get(column.table, "false"))


def _plant(connection: psycopg.Connection, columns: list[Column], shown: Mapping[str, str]) -> int:
    """Plant the columns of one table at once; how many tokens there are then."""
    table = sql.Identifier("jiantu", columns[0].table)
    sets, counts = [], []
    for column in columns:
        name = sql.Identifier(column.name)
        internal = sql.SQL("not coalesce(({}), false) and {} is not null").format(
            sql.SQL(_open(column, shown)), name
        )
        token = sql.SQL("'canary_' || {} || '_' || md5(ctid::text || {})").format(
            sql.Literal(str(column).replace(".", "_")), sql.Literal(column.name)
        )
        value = {
            "text[]": sql.SQL("array[{}]").format(token),
            "jsonb": sql.SQL("to_jsonb(array[{}])").format(token),
        }.get(column.kind, token)
        sets.append(
            sql.SQL("{n} = case when {i} then {v} else {n} end").format(n=name, i=internal, v=value)
        )
        counts.append(sql.SQL("count(*) filter (where {})").format(internal))
    counted = connection.execute(
        sql.SQL("select {} from {}").format(sql.SQL(" + ").join(counts), table)
    ).fetchone()
    connection.execute(sql.SQL("update {} set {}").format(table, sql.SQL(", ").join(sets)))
    return int(counted[0]) if counted else 0
