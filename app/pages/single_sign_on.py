"""Single sign-on: to the city's own identity provider, back from it, and out of it."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import structlog
from flask import Blueprint, abort, redirect, render_template, request, session, url_for

from app.languages import language, told
from app.signing import address, safe_return, sign_in, signed_in
from app.single_sign_on import Begun, SingleSignOnError, UnreachableError
from app.wiring import find_city, gate, get_wiring
from geo.changes.sessions import TooManyAttemptsError, begin_attempt, finish_attempt
from geo.changes.single_sign_on import Identity, find_by_identity
from geo.errors import ChangeRefusedError
from geo.model.accounts import Outcome

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from app.single_sign_on import Provider, Vouched

blueprint = Blueprint("single_sign_on", __name__, url_prefix="/sign-in/sso")

Page = tuple[str, HTTPStatus]

_KEPT_AS = "sso"
_NO_ACCOUNT = (
    "统一认证已通过,但账号“{}”还不能使用本图。请管理员开通账号或核对账号名。",
    "The single sign-on service knows you, but the account “{}” may not use this map. Ask the administrator.",
)

log = structlog.get_logger()


@blueprint.get("")
def begin() -> Response | Page:
    """Go to the provider; what proves the return is kept in this browser."""
    provider = _provider()
    onward = safe_return(request.args.get("next")) or url_for("accounts.show_start")
    if signed_in():
        return redirect(onward, HTTPStatus.SEE_OTHER)
    try:
        there, begun = provider.begin(_back(), onward, get_wiring().now())
    except SingleSignOnError as error:
        return _refused(error)
    session[_KEPT_AS] = begun.kept()
    return redirect(there, HTTPStatus.SEE_OTHER)


@blueprint.get("/back")
def come_back() -> Response | Page:
    """Sign in whom the provider vouches for, if that is proven and there is an account for him."""
    provider = _provider()
    wiring = get_wiring()
    begun = Begun.read(session.pop(_KEPT_AS, None))  # good once, whatever comes of it
    held: TooManyAttemptsError | None = None
    attempt = 0
    with gate() as door:
        try:
            attempt = begin_attempt(door, "", address(), wiring.now(), way="single_sign_on")
        except TooManyAttemptsError as error:
            held = error  # what was logged of it is to be kept
    if held is not None:
        return _refused(held, HTTPStatus.TOO_MANY_REQUESTS)
    try:
        vouched = provider.finish(begun, request.args, _back(), wiring.now())
    except SingleSignOnError as error:
        # That the provider is away is nobody's failure: it holds no address back.
        away = isinstance(error, UnreachableError)
        with gate() as door:
            finish_attempt(door, attempt, Outcome.UNREACHABLE if away else Outcome.WRONG)
        return _refused(error)
    account_id = _find_account(vouched, attempt)
    if account_id is None:
        told = (sentence.format(vouched.name[:64]) for sentence in _NO_ACCOUNT)
        return _refused(ChangeRefusedError(*told))
    sign_in(account_id)
    onward = safe_return(begun.onward if begun else None) or url_for("accounts.show_start")
    return redirect(onward, HTTPStatus.SEE_OTHER)


@blueprint.get("/out")
def leave() -> Response:
    """Go where the provider ends its own session; to the sign-in page if it says nowhere."""
    provider = _provider()
    door = _outside("accounts.show_sign_in")
    there = provider.find_way_out(get_wiring().now())
    if there is None:
        return redirect(url_for("accounts.show_sign_in"), HTTPStatus.SEE_OTHER)
    said = urlencode({"client_id": provider.client_id, "post_logout_redirect_uri": door})
    return redirect(f"{there}{'&' if '?' in there else '?'}{said}", HTTPStatus.SEE_OTHER)


def _find_account(vouched: Vouched, attempt: int) -> int | None:
    wiring = get_wiring()
    with gate() as door:
        account_id, outcome = find_by_identity(
            door,
            Identity(vouched.issuer, vouched.subject, vouched.name, vouched.display_name),
            wiring.now(),
            add_unknown=wiring.settings.oidc_unknown == "account",
        )
        finish_attempt(door, attempt, outcome, vouched.name)
    return account_id


def _provider() -> Provider:
    provider = get_wiring().provider
    if provider is None:
        abort(HTTPStatus.NOT_FOUND)
    return provider


def _outside(endpoint: str) -> str:
    """The address of a page as the provider knows it: under the staff's address where the settings give one."""
    known = get_wiring().settings.staff_address
    return f"{known.rstrip('/')}{url_for(endpoint)}" if known else url_for(endpoint, _external=True)


def _back() -> str:
    return _outside(".come_back")


def _refused(error: ChangeRefusedError, status: HTTPStatus | None = None) -> Page:
    if isinstance(error, SingleSignOnError):
        log.warning("single sign-on refused", reason=error.reason)
    if status is None:
        unreachable = isinstance(error, UnreachableError)
        status = HTTPStatus.BAD_GATEWAY if unreachable else HTTPStatus.UNPROCESSABLE_ENTITY
    with gate() as door:
        city = find_city(door)
    page = render_template(
        "accounts/single_sign_on.html",
        city_name=city.name_en if language() == "en" else city.name,
        refused=told(error),
    )
    return page, status
