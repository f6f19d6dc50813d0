"""A city's pages for as long as a test needs them: served to browsers, or asked for by a client without one."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from werkzeug.serving import make_server
from werkzeug.wsgi import ClosingIterator

from app import create_app
from app.database import Database
from tests.people import settings_of, sign_in_client

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from flask import Flask
    from flask.testing import FlaskClient

PATIENCE_S = 30


class _Counted:
    """An application that knows how many requests are under way, and takes no more once it is to end."""

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app
        self._changed = threading.Condition()
        self._under_way = 0
        self._ending = False

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        with self._changed:
            if self._ending:
                start("503 Service Unavailable", [])
                return []
            self._under_way += 1
        try:
            return ClosingIterator(self._app(environ, start), self._done)
        except BaseException:
            self._done()
            raise

    def _done(self) -> None:
        with self._changed:
            self._under_way -= 1
            self._changed.notify_all()

    def end(self) -> None:
        """Take no more, and wait for those that a closed page left under way: they hold connections."""
        with self._changed:
            self._ending = True
            self._changed.wait_for(lambda: not self._under_way, PATIENCE_S)


@contextmanager
def serve(app: Flask, port: int = 0) -> Iterator[str]:
    """The address at which an application is served on this host."""
    counted = _Counted(app)
    server = make_server("127.0.0.1", port, counted, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        counted.end()
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
