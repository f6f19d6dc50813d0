"""Clients of the demo city's web application: browsers in which somebody is signed in, or nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy.orm import Session

from geo.database.acting import Identity, Role, make_engine
from tests.clock import NOW
from tests.ledgers import CLERK
from tests.people import sign_in_client
from tests.serving import client_at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from apiflask import APIFlask
    from flask.testing import FlaskClient

    from tests.conftest import DemoCity
    from tests.ledgers import Ledger

READER = Identity(Role.LEADER, "test:reader")


@pytest.fixture
def client(demo_app: APIFlask, demo: DemoCity) -> FlaskClient:
    """A browser in which the command office is signed in."""
    return sign_in_client(demo_app.test_client(), demo.staff_url, "command")


@pytest.fixture
def client_of(demo_app: APIFlask, demo: DemoCity) -> Callable[[str], FlaskClient]:
    """A browser of whoever is named: `leader`, `admin`, `editor:市公安局交通警察支队` … (see tests/people.py)."""
    return lambda words: sign_in_client(demo_app.test_client(), demo.staff_url, words)


@pytest.fixture
def anonymous(demo_app: APIFlask) -> FlaskClient:
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
    with client_at(dezhou_url, lambda: NOW) as client:
        yield client


@pytest.fixture
def clerk(ledger: Ledger) -> Iterator[FlaskClient]:
    """A browser at the ledger of the small city."""
    with client_at(ledger.url, lambda: NOW) as client:
        yield client


@pytest.fixture
def unit_clerk(clerk: FlaskClient, ledger: Ledger) -> FlaskClient:
    """A browser in which an editor of the lead unit is signed in."""
    return sign_in_client(clerk.application.test_client(), ledger.url, CLERK)
