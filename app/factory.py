"""Making the web application: make_app wires the parts together and does nothing else."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from apiflask import APIFlask
from flask.json.provider import DefaultJSONProvider
from flask_compress import Compress

from app.api import add_api
from app.assets import add_assets
from app.base_maps import read_base_maps
from app.cacheable import add_public_caching
from app.config import PROJECT_DIR
from app.database import Database
from app.errors import add_errors
from app.formats import add_formats
from app.guard import add_guard
from app.headers import add_headers
from app.languages import add_languages
from app.log import start_log
from app.pages import add_pages
from app.public_database import PublicDatabase
from app.public_frame import add_public_frame
from app.public_words import add_public_words
from app.wiring import EXTENSION, Wiring, utc_now
from app.words import add_words
from geo.database.server import sqlalchemy_url
from geo.errors import DatabaseSetupError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from app.config import Settings

LOCAL_NAMES = ["127.0.0.1", "localhost"]


class PlainJSON(DefaultJSONProvider):
    """JSON as short as it can be, in the order in which it was put together."""

    compact = True
    ensure_ascii = False
    sort_keys = False


def _connect_public(settings: Settings) -> PublicDatabase | None:
    """The public's own connection, if this process serves the public and was given its login."""
    if settings.only == "staff" or settings.public_database_url is None:
        return None
    return PublicDatabase(sqlalchemy_url(settings.public_database_url))


def _trusted_hosts(settings: Settings) -> list[str]:
    """The names under which this server may be asked: this machine's, and the public map's."""
    public = urlsplit(settings.public_address or "").hostname
    return [*LOCAL_NAMES, public] if public else LOCAL_NAMES


def make_app(
    settings: Settings, database: Database | None = None, now: Callable[[], datetime] = utc_now
) -> APIFlask:
    """The web application on `database`, or on the one that `settings.database_url` names.

    `now` is the clock, an aware datetime. Raises DatabaseSetupError if no database is given. Settings say whether it
    serves the public, the staff or both; the public is read through a login of its own.
    """
    if settings.only == "public":
        database = None
    elif database is None:
        if settings.database_url is None:
            message = "没有数据库地址 / no database is given: set JIANTU_DATABASE_URL"
            raise DatabaseSetupError(message)
        database = Database(settings.database_url)
    public = _connect_public(settings)
    start_log()
    app = APIFlask(
        "app",
        title="Jiantu",
        version="1",
        spec_path="/api/openapi.json",
        docs_path=None,
        json_errors=False,
        template_folder=str(PROJECT_DIR / "templates"),
    )
    secret = settings.secret_key
    app.config.update(
        SECRET_KEY=secret.get_secret_value() if secret else secrets.token_hex(32),
        TRUSTED_HOSTS=_trusted_hosts(settings),
        VALIDATION_ERROR_STATUS_CODE=400,
        COMPRESS_ALGORITHM=["zstd", "br", "gzip"],
        COMPRESS_MIMETYPES=[
            "text/html",
            "text/css",
            "text/javascript",
            "application/json",
            "application/geo+json",
            "application/problem+json",
            "application/vnd.jiantu.packed",
            "image/svg+xml",
        ],
    )
    app.json = PlainJSON(app)
    bases = read_base_maps(settings)
    app.extensions[EXTENSION] = Wiring(settings, database, now, public, bases)
    Compress(app)
    add_languages(app)
    add_guard(app)
    add_headers(app, bases)
    add_assets(app)
    add_formats(app)
    add_words(app)
    add_errors(app)
    add_public_words(app)
    add_public_frame(app)
    add_public_caching(app)
    add_pages(app, settings.only)
    add_api(app, settings.only)
    return app
