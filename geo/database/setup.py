"""Setting a city's database up: roles, schemas, tables, code lists and first rules. Doing it again is harmless."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import OperationalError, ProgrammingError

from geo.database.acting import Role, take_role
from geo.database.scripts import run_script
from geo.database.seed import seed_calendar, seed_codes, seed_rules
from geo.errors import DatabaseSetupError
from geo.model import SCHEMA
from geo.model.city import City

if TYPE_CHECKING:
    from geo.database.city_file import CityConfig

DATA_DIR = Path(__file__).resolve().parents[2] / "data"
MIGRATIONS_DIR = Path(__file__).resolve().parent / "migrations"
_SETUP_LOCK = 7_401_926
"""Advisory lock: two set-ups of one database wait for one another."""


def set_up_city(url: str, city: CityConfig, *, data_dir: Path = DATA_DIR) -> None:
    """Make or bring up to date the database of `city` behind `url`.

    The login of `url` must own the database and be allowed to create extensions and roles. Raises
    `DatabaseSetupError` when it is not, or when the database already holds another city.
    """
    engine = create_engine(url)
    try:
        with engine.connect() as connection, connection.begin():
            connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _SETUP_LOCK})
            _prepare(connection)
            present = _present_city(connection)
            if present is not None and present != city.code:
                message = f"数据库里已经是另一个城市 / this database already holds another city: {present}"
                raise DatabaseSetupError(message)
            take_role(connection, Role.OWNER)
            connection.execute(text("select set_config('app.actor', 'system:init', true)"))
            _migrate(connection, city)
            _write_city(connection, city)
            seed_codes(connection, data_dir / "codes")
            seed_calendar(connection, data_dir / "calendars")
            seed_rules(connection, data_dir / "rules.toml")
    except (OperationalError, ProgrammingError) as error:
        reason = str(error.orig).strip()
        message = f"数据库无法设置 / the database could not be set up: {reason}"
        raise DatabaseSetupError(message) from error
    finally:
        engine.dispose()


def is_current(engine: Engine, city_code: str) -> bool:
    """Whether the database holds this city with the newest tables, so that a set-up would change nothing."""
    from alembic.script import ScriptDirectory  # noqa: PLC0415  only here, and slow to load

    head = ScriptDirectory.from_config(_config()).get_current_head()
    with engine.connect() as connection:
        if connection.scalar(text("select to_regclass('jiantu.alembic_version')")) is None:
            return False
        found = connection.execute(
            text("select v.version_num, c.code from jiantu.alembic_version v, jiantu.city c")
        ).first()
    return found is not None and tuple(found) == (head, city_code)


def _prepare(connection: Connection) -> None:
    run_script(connection, "roles.sql")
    login = connection.scalar(text("select current_user"))
    connection.exec_driver_sql("create extension if not exists postgis")
    connection.exec_driver_sql("create extension if not exists btree_gist")
    run_script(connection, "leakproof.sql")
    quoted = connection.dialect.identifier_preparer.quote(str(login))
    roles = ", ".join(role.value for role in Role if role is not Role.PROJECTOR)
    connection.exec_driver_sql(f"grant {roles}, jiantu_projector to {quoted}")
    for schema in (SCHEMA, "history", "moment"):
        connection.exec_driver_sql(
            f"create schema if not exists {schema} authorization jiantu_owner"
        )
        connection.exec_driver_sql(
            f"grant usage on schema {schema} to {roles}, jiantu_staff, jiantu_jobs"
        )
    connection.exec_driver_sql(f"grant usage on schema {SCHEMA} to jiantu_projector")
    connection.exec_driver_sql(
        "create schema if not exists public_map authorization jiantu_projector"
    )
    connection.exec_driver_sql("grant usage on schema public_map to jiantu_public")
    connection.exec_driver_sql("revoke create on schema public from public")
    connection.exec_driver_sql(f"set local search_path = {SCHEMA}, public")


def _present_city(connection: Connection) -> str | None:
    if connection.scalar(text("select to_regclass('jiantu.city')")) is None:
        return None
    return connection.scalar(select(City.code))


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS_DIR))
    return config


def _migrate(connection: Connection, city: CityConfig) -> None:
    config = _config()
    config.attributes["connection"] = connection
    config.attributes["city"] = city
    command.upgrade(config, "head")


def _write_city(connection: Connection, city: CityConfig) -> None:
    connection.execute(
        insert(City)
        .values(
            code=city.code,
            name=city.name,
            name_en=city.name_en,
            metric_srid=city.metric_srid,
            bbox=list(city.bbox),
            time_zone=city.time_zone,
        )
        .on_conflict_do_nothing()
    )
    fixed = connection.execute(select(City.metric_srid, City.time_zone)).one()
    if tuple(fixed) != (city.metric_srid, city.time_zone):
        message = (
            "城市的米制坐标系和时区在设置时确定,不能更改 /"
            " a city's metric CRS and time zone are fixed when it is set up and cannot change"
        )
        raise DatabaseSetupError(message)
