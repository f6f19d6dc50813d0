"""A city's pages for as long as a test needs them: served to browsers, or asked for by a client without one."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from werkzeug.serving import make_server

from app import create_app
from app.database import Database
from tests.people import settings_of, sign_in_client

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from flask import Flask
    from flask.testing import FlaskClient

PATIENCE_S = 30


@contextmanager
def serve(app: Flask, port: int = 0) -> Iterator[str]:
    """The address at which an application is served on this host."""
    server = make_server("127.0.0.1", port, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def serve_city(
    url: str, now: Callable[[], datetime], *, port: int = 0, **others: object
) -> Iterator[str]:
    """The address at which the city behind `url` is served; `others` are settings."""
    database = Database(url)
    try:
        with serve(create_app(settings_of(url, **others), database, now), port) as address:
            yield address
    finally:
        _close(database)


@contextmanager
def client_at(
    url: str, now: Callable[[], datetime], who: str = "command", **others: object
) -> Iterator[FlaskClient]:
    """A client of the city behind `url` in which somebody is signed in; `others` are settings."""
    database = Database(url)
    try:
        app = create_app(settings_of(url, **others), database, now)
        yield sign_in_client(app.test_client(), url, who)
    finally:
        database.close()


def _close(database: Database) -> None:
    """Give the connections back once requests that a closed page left under way have returned theirs."""
    patience = time.monotonic() + PATIENCE_S
    while database.engine.pool.checkedout() and time.monotonic() < patience:  # type: ignore[attr-defined]
        time.sleep(0.02)
    database.close()
