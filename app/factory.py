"""Making the web application: make_app wires the parts together and does nothing else."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from apiflask import APIFlask
from flask import request
from flask.json.provider import DefaultJSONProvider
from flask.sessions import SecureCookieSessionInterface
from flask_compress import Compress
from werkzeug.middleware.proxy_fix import ProxyFix

from app.api import add_api
from app.assets import add_assets
from app.base_maps import read_base_maps
from app.cacheable import add_public_caching
from app.config import PROJECT_DIR
from app.database import Database
from app.doors import add_doors
from app.errors import add_errors
from app.formats import add_formats
from app.guard import add_guard
from app.headers import add_headers
from app.languages import add_languages
from app.log import start_log
from app.menu import add_menu
from app.names import trusted_names
from app.pages import add_pages
from app.public_database import PublicDatabase
from app.public_frame import add_public_frame
from app.public_words import add_public_words
from app.signing import add_signing
from app.single_sign_on import find_provider
from app.unread import add_unread
from app.wiring import EXTENSION, Wiring, utc_now
from app.words import add_words
from geo.database.server import sqlalchemy_url
from geo.errors import DatabaseSetupError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from flask import Flask

    from app.config import Settings


class PlainJSON(DefaultJSONProvider):
    """JSON as short as it can be, in the order in which it was put together."""

    compact = True
    ensure_ascii = False
    sort_keys = False


def _connect_public(settings: Settings) -> PublicDatabase | None:
    """The public's own connection, if this process serves the public and was given its login."""
    if settings.only == "staff" or settings.public_database_url is None:
        return None
    url = sqlalchemy_url(settings.public_database_url)
    return PublicDatabase(url, limit_ms=settings.public_limit_ms)


def _trusted_hosts(settings: Settings) -> list[str]:
    """The names under which this server may be asked: its own, those given, and the public map's."""
    public = urlsplit(settings.public_address or "").hostname
    names = trusted_names(settings.host, settings.hosts)
    return [*names, public] if public else names


class Cookies(SecureCookieSessionInterface):
    """Session cookies that are sent back over https alone when they were given out over https."""

    def get_cookie_secure(self, app: Flask) -> bool:
        """Whether the present request came over https, as far as the settings believe a proxy."""
        return request.is_secure or super().get_cookie_secure(app)


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
        MAX_CONTENT_LENGTH=130_000_000,  # nine photos
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
    app.session_interface = Cookies()
    if settings.proxies:
        count = settings.proxies
        proxied = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)
        app.wsgi_app = proxied  # type: ignore[method-assign]  # as Flask's manual says
    bases = read_base_maps(settings)
    app.extensions[EXTENSION] = Wiring(
        settings, database, now, public, bases, find_provider(settings)
    )
    Compress(app)
    add_languages(app)
    add_guard(app)
    add_signing(app)
    add_doors(app)
    add_headers(app, bases)
    add_assets(app)
    add_formats(app)
    add_words(app)
    add_errors(app)
    add_public_words(app)
    add_public_frame(app)
    add_public_caching(app)
    add_pages(app, settings.only)
    add_unread(app)
    add_menu(app)
    add_api(app, settings.only)
    return app
