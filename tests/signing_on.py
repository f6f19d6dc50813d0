"""A small city whose people come from a provider of single sign-on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import requests
from sqlalchemy import text

from app import create_app
from app.database import Database
from geo.changes.accounts import add_account
from geo.database.acting import Identity, Role, acting_session, make_engine
from geo.model.accounts import StaffRole
from tests.clock import NOW
from tests.oidc_server import CLIENT_ID, CLIENT_SECRET, Provider
from tests.people import settings_of

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from flask.testing import FlaskClient
    from sqlalchemy.orm import Session
    from werkzeug.test import TestResponse


class City:
    """A small city of its own, its provider, and a clock that the test holds."""

    def __init__(self, url: str, provider: Provider, **others: object) -> None:
        self.url = url
        self.now = NOW
        self.provider = provider
        self.database = Database(url)
        given = {
            "oidc_issuer": provider.issuer,
            "oidc_client_id": CLIENT_ID,
            "oidc_client_secret": CLIENT_SECRET,
            **others,
        }
        settings = settings_of(url, **given)
        self.app = create_app(settings, self.database, lambda: self.now)
        self.engine = make_engine(url, pool_size=1)
        self.browser = self.app.test_client()

    def administering(self) -> AbstractContextManager[Session]:
        return acting_session(self.engine, Identity(Role.ADMIN, "test:admin"))

    def add(self, name: str, role: StaffRole = StaffRole.COMMAND) -> None:
        with self.administering() as session:
            add_account(session, name, f"测试{name}", role=role)

    def go(self, browser: FlaskClient | None = None, path: str = "/sign-in/sso") -> str:
        """To the provider and where it sends the browser back to; that is not yet opened."""
        sent = (browser or self.browser).get(path)
        assert sent.status_code == 303, sent.text
        assert sent.location.startswith(f"{self.provider.issuer}/authorize?")
        back = requests.get(sent.location, allow_redirects=False, timeout=10).headers["Location"]
        return back.removeprefix("http://localhost")

    def sign_in(self, path: str = "/sign-in/sso") -> TestResponse:
        """The whole way there and back."""
        return self.browser.get(self.go(path=path))

    def rows(self, statement: str) -> list[Any]:
        with self.administering() as session:
            return [tuple(row) for row in session.execute(text(statement))]

    def last_attempt(self) -> tuple[str, str, str]:
        said = "select name, way, outcome from jiantu.sign_in_attempt order by id desc limit 1"
        (row,) = self.rows(said)
        return row  # type: ignore[no-any-return]

    def close(self) -> None:
        self.engine.dispose()
        self.database.close()
