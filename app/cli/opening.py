"""What commands share: the options for city, day and language, and the city's database opened."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.config import PROJECT_DIR, Settings
from app.console import parse_day, today_of
from geo.database.city_file import CityConfig, load_city

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from app.installation import Installation
    from geo.database.acting import Role

ACTOR = "system:cli"


def read_city(ctx: click.Context, _parameter: click.Parameter, named: str | None) -> CityConfig:
    """The city file that was named, by path or by the name of one in `data/cities`; else the settings'."""
    if named is None:
        settings: Settings = ctx.obj
        return load_city(settings.city_file)
    known = PROJECT_DIR / "data" / "cities" / f"{named}.toml"
    return load_city(known if known.exists() else Path(named))


def _read_day(ctx: click.Context, _parameter: click.Parameter, words: str | None) -> date:
    city: CityConfig = ctx.params["city"]
    return parse_day(words, today_of(city.time_zone))


city_option = click.option(
    "--city",
    metavar="NAME|FILE",
    callback=read_city,
    is_eager=True,  # the day is read by the city's clock
    help="城市(默认 JIANTU_CITY_FILE,再默认示范市) / which city (default: the settings', else the demo)",
)
day_option = click.option(
    "--day",
    metavar="YYYY-MM-DD",
    callback=_read_day,
    help="哪一天,默认今天 / which day, by default today",
)
language_option = click.option(
    "--lang", "language", type=click.Choice(["zh", "en"]), default="zh", help="语言 / language"
)


@contextmanager
def installation_of(settings: Settings, city: CityConfig) -> Iterator[Installation]:
    """The city's installation, its database started."""
    from app.installation import open_installation

    with open_installation(settings, city) as installation:
        yield installation


@contextmanager
def engine_of(settings: Settings, city: CityConfig) -> Iterator[Engine]:
    """An engine on the city's database, which must have been set up."""
    from geo.database.acting import make_engine

    with installation_of(settings, city) as installation:
        engine = make_engine(installation.jobs_url)
        try:
            yield engine
        finally:
            engine.dispose()


@contextmanager
def reading(settings: Settings, city: CityConfig) -> Iterator[Session]:
    """A session that reads all of the city and writes nothing."""
    from geo.database.acting import Identity, Role, reading_session

    identity = Identity(Role.LEADER, ACTOR)
    with engine_of(settings, city) as engine, reading_session(engine, identity) as session:
        yield session


@contextmanager
def commanding(settings: Settings, city: CityConfig, actor: str = ACTOR) -> Iterator[Session]:
    """A session that acts as the command office on the city's database."""
    from geo.database.acting import Role

    with _acting(settings, city, Role.COMMAND, actor) as session:
        yield session


@contextmanager
def administering(settings: Settings, city: CityConfig) -> Iterator[Session]:
    """A session that acts as an administrator on the city's database."""
    from geo.database.acting import Role

    with _acting(settings, city, Role.ADMIN, ACTOR) as session:
        yield session


@contextmanager
def _acting(settings: Settings, city: CityConfig, role: Role, actor: str) -> Iterator[Session]:
    from geo.database.acting import Identity, acting_session

    with (
        engine_of(settings, city) as engine,
        acting_session(engine, Identity(role, actor)) as session,
    ):
        yield session
