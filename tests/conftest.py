"""What all tests may ask for: a PostGIS server, databases of cities, a session whose work is undone."""

from __future__ import annotations

import gc
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings
from jinja2 import BytecodeCache
from sqlalchemy.orm import Session

from app import create_app
from app.database import Database
from app.wiring import EXTENSION
from geo.database.acting import Identity, Role, make_engine
from geo.database.city_file import CityConfig, load_city
from geo.demo.load import load_demo
from tests import clock
from tests.ledgers import Ledger, make_ledger
from tests.people import admit, settings_of
from tests.postgres import CITIES_DIR, Server
from tests.serving import serve
from tests.session_state import watched

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from apiflask import APIFlask
    from jinja2.bccache import Bucket

# No timed assertions: a slow machine is no failure.
settings.register_profile("default", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("nightly", settings.get_profile("default"), max_examples=3_000)

COMMAND = Identity(Role.COMMAND, "test:command")

TODAY = clock.TODAY
NOW = clock.NOW
"""A morning of `TODAY` in China; the clock of everything that tests run."""


class Compiled(BytecodeCache):
    """Templates as Jinja has compiled them, for all applications of the run: tests make hundreds of them."""

    def __init__(self) -> None:
        """Nothing yet."""
        self._known: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Take what is known; Jinja compares it with the template's text."""
        if known := self._known.get(bucket.key):
            bucket.bytecode_from_string(known)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        self._known[bucket.key] = bucket.bytecode_to_string()


Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": Compiled()}


def pytest_collection_finish() -> None:
    """What has been imported stays: the collector need not go through it again for each test."""
    gc.collect()
    gc.freeze()


@dataclass(frozen=True, slots=True)
class DemoCity:
    """The demo city in a database, as it is on `today`."""

    owner_url: str
    staff_url: str
    public_url: str
    config: CityConfig
    today: date


@pytest.fixture(scope="session", autouse=True)
def left_in_connections() -> Iterator[list[str]]:
    """What connections carried on when they were given back, during the whole run."""
    with watched() as left:
        yield left


@pytest.fixture(autouse=True)
def nothing_left_in_connections(left_in_connections: list[str]) -> Iterator[None]:
    """No test may leave a role or an actor in a connection: the next to use it would be somebody else."""
    before = len(left_in_connections)
    yield
    assert left_in_connections[before:] == []


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """The run's own PostGIS server. Without PostgreSQL on the machine this fails; it never skips."""
    server = Server()
    yield server
    server.remove()


@pytest.fixture(scope="session")
def dezhou_url(server: Server) -> str:
    """The address of a database of Dezhou for tests that leave nothing behind."""
    return server.make_database("dezhou")


@pytest.fixture
def fresh_dezhou_url(server: Server) -> Iterator[str]:
    """The address of a database of Dezhou for one test alone, which may commit."""
    url = server.make_database("dezhou")
    yield url
    server.drop_database(url)


@pytest.fixture
def session(dezhou_url: str) -> Iterator[Session]:
    """A session on Dezhou, acting as the command office. Its commits are savepoints; in the end all is undone."""
    engine = make_engine(dezhou_url, pool_size=1).execution_options(identity=COMMAND)
    with engine.connect() as connection, connection.begin() as everything:
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            yield session
        everything.rollback()
    engine.dispose()


@pytest.fixture(scope="session")
def demo(server: Server) -> DemoCity:
    """The demo city as `./run` loads it, for tests that leave nothing behind."""
    config = load_city(CITIES_DIR / "demo.toml")
    owner_url = server.make_database("demo")
    staff_url = owner_url.replace("//jiantu@", "//jiantu_staff@")
    load_demo(owner_url, staff_url, config, TODAY, lambda: NOW)
    public_url = owner_url.replace("//jiantu@", "//jiantu_public@")
    return DemoCity(owner_url, staff_url, public_url, config, TODAY)


@pytest.fixture(scope="session")
def demo_app(demo: DemoCity) -> Iterator[APIFlask]:
    """The web application on the demo city, on the morning of its day."""
    database = Database(demo.staff_url)
    admit(demo.staff_url, "command")
    settings = settings_of(
        demo.staff_url, public_database_url=demo.public_url, public_limit_ms=60_000
    )
    app = create_app(settings, database, lambda: NOW)
    yield app
    database.close()
    app.extensions[EXTENSION].public.close()


@pytest.fixture(scope="session")
def demo_address(demo_app: APIFlask) -> Iterator[str]:
    """The address at which the demo city's pages are served, for browsers."""
    with serve(demo_app) as address:
        yield address


@pytest.fixture(scope="module")
def untouched_ledger(server: Server) -> Ledger:
    """The small city, made once and copied for each test."""
    return make_ledger(server)


@pytest.fixture
def ledger(server: Server, untouched_ledger: Ledger) -> Iterator[Ledger]:
    copied = Ledger(
        server.copy_database(untouched_ledger.url).replace("//jiantu@", "//jiantu_staff@")
    )
    yield copied
    server.drop_database(copied.url)
