"""Signing in and out for the web: Flask-Login holds a token, the database knows whose it is and whether it still is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

from flask import g, request, session, url_for
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user

from app.access import NotAllowedError, NotSignedInError, PasswordDueError
from app.names import LOCAL_NAMES
from app.wiring import gate, get_wiring, viewer
from geo.changes.sessions import Limits, end_session, open_session, use_session

if TYPE_CHECKING:
    from flask import Flask, Response

    from app.access import Viewer
    from geo.queries.accounts import SignedIn

_FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP")


@dataclass(frozen=True, slots=True)
class TokenHolder(UserMixin):  # type: ignore[misc]  # Flask-Login ships no types
    """A signed-in browser as Flask-Login knows it: its id is the session's token."""

    token: str
    account: SignedIn

    def get_id(self) -> str:
        """What Flask-Login puts into the cookie."""
        return self.token


class Logins(LoginManager):  # type: ignore[misc]  # Flask-Login ships no types
    """Flask-Login without its own long-lived cookie, so that what is public touches no session."""

    def _update_remember_cookie(self, response: Response) -> Response:
        return response


def limits() -> Limits:
    """When sessions end, by the settings."""
    settings = get_wiring().settings
    return Limits(
        timedelta(minutes=settings.session_idle_minutes), timedelta(hours=settings.session_hours)
    )


def add_signing(app: Flask) -> None:
    """Teach the application who is signed in; templates ask `signed_in()`."""
    logins = Logins()
    logins.session_protection = None
    logins.init_app(app, add_context_processor=False)
    app.jinja_env.globals["signed_in"] = signed_in

    @logins.user_loader  # type: ignore[untyped-decorator]  # Flask-Login ships no types
    def load(token: str) -> TokenHolder | None:
        wiring = get_wiring()
        with gate() as door:
            account = use_session(door, token, wiring.now(), limits())
        return TokenHolder(token, account) if account else None


def find_holder() -> TokenHolder | None:
    """The signed-in browser of the present request, or None."""
    return cast("TokenHolder", current_user) if current_user.is_authenticated else None


def signed_in() -> Viewer | None:
    """Who is asking, for what looks different then; None when nobody is signed in who has anything to see."""
    try:
        return viewer()
    except (NotSignedInError, PasswordDueError, NotAllowedError):
        return None


def sign_in(account_id: int) -> None:
    """Begin a session for the account in this browser; whatever the browser held before is forgotten."""
    wiring = get_wiring()
    sign_out()
    with gate() as door:
        token = open_session(door, account_id, address(), wiring.now(), limits())
        account = use_session(door, token, wiring.now(), limits())
    if account is None:
        message = f"account {account_id} is not active"
        raise NotAllowedError(message)
    login_user(TokenHolder(token, account))


def sign_out() -> None:
    """End this browser's session, if it has one, and forget all that its cookie says."""
    holder = find_holder()
    if holder is not None:
        with gate() as door:
            end_session(door, holder.token)
        logout_user()
    session.clear()
    g.pop("viewer", None)


def address() -> str:
    """From where the request comes, as far as the settings trust those who hand it on."""
    return request.remote_addr or ""


def is_at_this_machine() -> bool:
    """Whether the request comes from this very machine, by one of its own names and handed on by nobody."""
    if any(name in request.headers for name in _FORWARDED):
        return False
    host = urlsplit(f"//{request.host}").hostname
    try:
        return ip_address(address()).is_loopback and host in {*LOCAL_NAMES, "::1"}
    except ValueError:
        return False


def safe_return(path: str | None) -> str | None:
    """A path of this site to go to after signing in, or None if it is not one."""
    if not path or not path.startswith("/") or path.startswith(("//", "/\\")):
        return None
    if "\\" in path or any(ord(sign) <= ord(" ") for sign in path):
        return None
    parts = urlsplit(path)
    return None if parts.scheme or parts.netloc else path


def sign_in_path() -> str:
    """The sign-in page, which leads back to what was asked for if that can be asked for again."""
    back = None
    if request.method in {"GET", "HEAD"}:
        query = request.query_string.decode("ascii", "replace")
        back = safe_return(f"{request.path}?{query}" if query else request.path)
    return url_for("accounts.show_sign_in", next=back if back != "/" else None)
