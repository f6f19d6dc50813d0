"""A city's pages for as long as a test needs them: served to browsers, or asked for by a client without one."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from werkzeug.serving import WSGIRequestHandler, make_server

from app import create_app
from app.database import Database
from tests.people import settings_of, sign_in_client

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from flask import Flask
    from flask.testing import FlaskClient

PATIENCE_S = 30


class _UnderWay:
    """How many requests are under way; none begins any more once it is to end.

    They are counted where werkzeug handles them: of a request whose browser went away it may leave the answer unclosed.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._many = 0
        self._ending = False

    @contextmanager
    def one(self) -> Iterator[bool]:
        """Whether this one may begin; it is under way until the block ends."""
        with self._changed:
            begins = not self._ending
            self._many += begins
        try:
            yield begins
        finally:
            with self._changed:
                self._many -= begins
                self._changed.notify_all()

    def end(self) -> None:
        """Let none begin, and wait for those that a closed page left under way: they hold connections."""
        with self._changed:
            self._ending = True
            self._changed.wait_for(lambda: not self._many, PATIENCE_S)


@contextmanager
def serve(app: Flask, port: int = 0) -> Iterator[str]:
    """The address at which an application is served on this host."""
    under_way = _UnderWay()

    class Handler(WSGIRequestHandler):
        def run_wsgi(self) -> None:
            with under_way.one() as begins:
                if begins:
                    super().run_wsgi()

    server = make_server("127.0.0.1", port, app, threaded=True, request_handler=Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        under_way.end()
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
