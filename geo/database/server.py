"""An existing server that an installation is told to use: is it new enough, has it PostGIS, may we set up there."""

from __future__ import annotations

import re

import psycopg
from psycopg import errors, sql

from geo.database.programs import OLDEST_POSTGIS, OLDEST_POSTGRESQL, is_new_enough
from geo.errors import DatabaseSetupError

EXTENSIONS = ("postgis", "btree_gist")


def sqlalchemy_url(url: str) -> str:
    """The address as SQLAlchemy wants it, however PostgreSQL's own programs or others write it.

    Raises `DatabaseSetupError` when it names another kind of database.
    """
    kind = re.match(r"(postgres|postgresql|postgresql\+psycopg)://", url)
    if kind is None:
        message = (
            "数据库地址应形如 postgresql://用户:密码@主机:5432/数据库 /"
            " the database's address should look like postgresql://user:password@host:5432/database"
        )
        raise DatabaseSetupError(message)
    return f"postgresql+psycopg://{url[kind.end() :]}"


def check_server(url: str) -> None:
    """Check that a city can live behind `url`; nothing is changed there.

    Raises `DatabaseSetupError` with what is missing and who can mend it: the server cannot be reached,
    is too old, keeps text in another encoding than UTF-8, has no PostGIS, or this login may not make
    schemas, roles or the extensions.
    """
    plain = sqlalchemy_url(url).replace("+psycopg", "", 1)
    try:
        with psycopg.connect(plain, connect_timeout=10) as connection:
            _check_versions(connection)
            _check_extensions(connection)
            _check_rights(connection)
    except psycopg.Error as error:
        message = f"数据库无法连接 / the database could not be reached: {str(error).strip()}"
        raise DatabaseSetupError(message) from error


def _check_versions(connection: psycopg.Connection) -> None:
    major = connection.info.server_version // 10_000
    if major < OLDEST_POSTGRESQL:
        message = (
            f"PostgreSQL {major} 过旧,需要 {OLDEST_POSTGRESQL} 以上 /"
            f" PostgreSQL {major} is too old: {OLDEST_POSTGRESQL} or newer is needed"
        )
        raise DatabaseSetupError(message)
    encoding = connection.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        message = (
            f"数据库编码为 {encoding},需要 UTF8 / this database keeps text as {encoding}; make another with:"
            " create database … encoding 'UTF8' template template0"
        )
        raise DatabaseSetupError(message)


def _check_extensions(connection: psycopg.Connection) -> None:
    query = "select name, default_version, installed_version from pg_available_extensions"
    offered = {name: versions for name, *versions in connection.execute(query)}
    for name in EXTENSIONS:
        if name not in offered:
            message = (
                f"服务器上没有扩展 {name},请在服务器上安装 PostGIS 和 PostgreSQL 附带扩展 / the server does"
                f" not offer the extension {name}: install PostGIS and PostgreSQL's own extensions there"
                " (Debian: postgresql-NN-postgis-3, where NN is the server's version)"
            )
            raise DatabaseSetupError(message)
        default, installed = offered[name]
        if name == "postgis" and not is_new_enough(OLDEST_POSTGRESQL, installed or default):
            oldest = ".".join(map(str, OLDEST_POSTGIS))
            message = (
                f"PostGIS {installed or default} 过旧,需要 {oldest} 以上 / PostGIS {installed or default}"
                f" is too old: {oldest} or newer is needed (alter extension postgis update)"
            )
            raise DatabaseSetupError(message)
        if installed is None:
            _try_extension(connection, name)


def _try_extension(connection: psycopg.Connection, name: str) -> None:
    """Try to make the extension, to be rolled back: hosted servers let some through whom no catalogue names."""
    try:
        with connection.transaction(force_rollback=True):
            connection.execute(sql.SQL("create extension {} cascade").format(sql.Identifier(name)))
    except errors.InsufficientPrivilege as error:
        raise DatabaseSetupError(_ask_for(f"create extension {name}")) from error


def _check_rights(connection: psycopg.Connection) -> None:
    query = """
        select has_database_privilege(current_database(), 'create'), rolsuper or rolcreaterole,
               quote_ident(current_database()), quote_ident(current_user)
        from pg_roles where rolname = current_user
    """
    for may_create, may_make_roles, database, login in connection.execute(query):
        if not may_create:
            raise DatabaseSetupError(_ask_for(f"grant create on database {database} to {login}"))
        if not may_make_roles:
            raise DatabaseSetupError(_ask_for(f"alter role {login} createrole"))


def _ask_for(remedy: str) -> str:
    return (
        f"数据库账号权限不足,请数据库管理员在该库执行:{remedy} / this login may not set the city up;"
        f" ask the server's administrator to run in this database: {remedy}"
    )
