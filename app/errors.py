"""Exception → HTTP status, one table; an error page or an error document in the asker's language."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, cast

import structlog
from apiflask import HTTPError
from flask import Response, jsonify, redirect, render_template, request, url_for
from flask_babel import lazy_gettext
from flask_wtf.csrf import CSRFError
from psycopg.errors import InsufficientPrivilege
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from werkzeug.exceptions import HTTPException, SecurityError

from app.access import NotAllowedError, NotSignedInError, PasswordDueError
from app.assets import NotBuiltError
from app.signing import sign_in_path
from geo.errors import (
    ChangeConflictError,
    ChangeRefusedError,
    DatabaseSetupError,
    ImportRefusedError,
    JiantuError,
    NotFoundError,
    RuleError,
    VersionMissingError,
)

if TYPE_CHECKING:
    from apiflask import APIFlask
    from flask_babel import LazyString

STATUS: dict[type[Exception], HTTPStatus] = {
    NotFoundError: HTTPStatus.NOT_FOUND,
    NotSignedInError: HTTPStatus.UNAUTHORIZED,
    PasswordDueError: HTTPStatus.FORBIDDEN,
    # What is not for somebody looks as though it were not there.
    NotAllowedError: HTTPStatus.NOT_FOUND,
    IntegrityError: HTTPStatus.CONFLICT,
    ImportRefusedError: HTTPStatus.UNPROCESSABLE_ENTITY,
    ChangeRefusedError: HTTPStatus.UNPROCESSABLE_ENTITY,
    ChangeConflictError: HTTPStatus.PRECONDITION_FAILED,
    VersionMissingError: HTTPStatus.PRECONDITION_REQUIRED,
    RuleError: HTTPStatus.INTERNAL_SERVER_ERROR,
    NotBuiltError: HTTPStatus.SERVICE_UNAVAILABLE,
    DatabaseSetupError: HTTPStatus.SERVICE_UNAVAILABLE,
    OperationalError: HTTPStatus.SERVICE_UNAVAILABLE,
    InterfaceError: HTTPStatus.SERVICE_UNAVAILABLE,
    PoolTimeoutError: HTTPStatus.SERVICE_UNAVAILABLE,
    DBAPIError: HTTPStatus.INTERNAL_SERVER_ERROR,
    JiantuError: HTTPStatus.INTERNAL_SERVER_ERROR,
}


@dataclass(frozen=True, slots=True)
class Words:
    """What a person is told: what is wrong, and what to do about it."""

    title: LazyString
    advice: LazyString


WORDS: dict[HTTPStatus, Words] = {
    HTTPStatus.BAD_REQUEST: Words(
        lazy_gettext("The request cannot be read"),
        lazy_gettext("Check the address, or start again from the map."),
    ),
    HTTPStatus.UNAUTHORIZED: Words(
        lazy_gettext("Sign in first"),
        lazy_gettext("Nobody is signed in, or the session has ended. Sign in and try again."),
    ),
    HTTPStatus.FORBIDDEN: Words(
        lazy_gettext("Choose a new password first"),
        lazy_gettext("The administrator asked for it. After that everything is as before."),
    ),
    HTTPStatus.CONFLICT: Words(
        lazy_gettext("This does not go together with what is there"),
        lazy_gettext(
            "Something like it is there already, or has just been changed or removed. "
            "Nothing was changed. Load the page again and look."
        ),
    ),
    HTTPStatus.NOT_FOUND: Words(
        lazy_gettext("There is nothing here"),
        lazy_gettext("Check the code in the address, or look for the project on the map."),
    ),
    HTTPStatus.PRECONDITION_FAILED: Words(
        lazy_gettext("Somebody has changed this since you opened it"),
        lazy_gettext("Nothing was changed. Open it again to see how it stands, then decide."),
    ),
    HTTPStatus.PRECONDITION_REQUIRED: Words(
        lazy_gettext("The change does not say which version it is made to"),
        lazy_gettext("Nothing was changed. Open the form again and send it from there."),
    ),
    HTTPStatus.SERVICE_UNAVAILABLE: Words(
        lazy_gettext("The map cannot be read just now"),
        lazy_gettext("The database does not answer. Try again in a minute; nothing is lost."),
    ),
    HTTPStatus.INTERNAL_SERVER_ERROR: Words(
        lazy_gettext("Something went wrong here"),
        lazy_gettext(
            "It has been written to the log. Try again; if it happens again, tell those who run this map."
        ),
    ),
}

FORGED = Words(
    lazy_gettext("The form was not sent from this page, or is too old"),
    lazy_gettext("Nothing was changed. Go back, load the page again and send the form once more."),
)

log = structlog.get_logger()


def status_of(error: Exception) -> HTTPStatus:
    """The HTTP status of an error: that of its nearest class in the table."""
    if isinstance(error, HTTPException):
        return HTTPStatus(error.code or HTTPStatus.INTERNAL_SERVER_ERROR)
    if isinstance(error, HTTPError):
        return HTTPStatus(error.status_code)
    if isinstance(error, DBAPIError) and isinstance(error.orig, InsufficientPrivilege):
        return HTTPStatus.NOT_FOUND
    for kind in type(error).__mro__:
        if kind in STATUS:
            return STATUS[kind]
    return HTTPStatus.INTERNAL_SERVER_ERROR


def words_of(status: HTTPStatus) -> Words:
    """The words for a status; those of its hundred where it has none of its own."""
    if status in WORDS:
        return WORDS[status]
    at_fault = HTTPStatus.INTERNAL_SERVER_ERROR
    return WORDS[HTTPStatus.BAD_REQUEST if status < at_fault else at_fault]


def answer(error: Exception) -> Response:
    """What is sent for an error: a document to machines, a page to people. Details stay in the log."""
    status = status_of(error)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        log.error("request failed", path=request.path, status=int(status), exc_info=error)
    elif isinstance(error, DBAPIError):
        log.warning("refused by the database", path=request.path, reason=str(error.orig).strip())
    words = FORGED if isinstance(error, CSRFError) else words_of(status)
    if request.path.startswith(("/api/", "/public/")):
        response = jsonify(status=int(status), title=str(words.title), detail=str(words.advice))
        response.content_type = "application/problem+json"
        response.status_code = int(status)
    elif isinstance(error, NotSignedInError):
        response = _send_to(sign_in_path())
    elif isinstance(error, PasswordDueError):
        response = _send_to(url_for("accounts.show_account"))
    else:
        response = _error_page(status, words)
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = "30"
    return response


def _send_to(path: str) -> Response:
    return cast("Response", redirect(path, HTTPStatus.SEE_OTHER))


def _error_page(status: HTTPStatus, words: Words) -> Response:
    if isinstance(request.routing_exception, SecurityError):
        # Under a name that is not ours there are no addresses to put into a page.
        return Response(f"{words.title}\n", int(status), mimetype="text/plain")
    try:
        page = render_template("error.html", status=int(status), told=words)
        return Response(page, int(status))
    except NotBuiltError as missing:
        # The page would need the very files that are missing.
        return Response(str(missing), HTTPStatus.SERVICE_UNAVAILABLE, mimetype="text/plain")


def add_errors(app: APIFlask) -> None:
    """Answer every error of the application by the table."""
    app.register_error_handler(Exception, answer)
    app.register_error_handler(
        CSRFError, answer
    )  # by its own class; APIFlask would make it a plain 400
    app.error_processor(answer)
