"""Pages served for browsers, for as long as a test needs them."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from werkzeug.serving import make_server

from app import create_app
from app.database import Database
from tests.people import settings_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from flask import Flask


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
        database.close()
