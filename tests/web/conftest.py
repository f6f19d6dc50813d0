"""A client of the demo city's web application, as a browser on this machine would be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy.orm import Session

from app import create_app
from app.config import Settings
from app.database import Database
from geo.database.acting import Identity, Role, make_engine
from tests.conftest import NOW

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apiflask import APIFlask
    from flask.testing import FlaskClient

    from tests.conftest import DemoCity

READER = Identity(Role.LEADER, "test:reader")


@pytest.fixture
def client(demo_app: APIFlask) -> FlaskClient:
    """A browser without cookies."""
    return demo_app.test_client()


@pytest.fixture
def demo_session(demo: DemoCity) -> Iterator[Session]:
    """A session that reads the demo city, to compare answers with."""
    engine = make_engine(demo.staff_url, pool_size=1).execution_options(identity=READER)
    with Session(engine) as session:
        yield session
    engine.dispose()


@pytest.fixture
def dezhou_client(dezhou_url: str) -> Iterator[FlaskClient]:
    """A browser that looks at a city in which nothing has been entered yet."""
    database = Database(dezhou_url)
    settings = Settings(database_url=dezhou_url)
    yield create_app(settings, database, lambda: NOW).test_client()
    database.close()
