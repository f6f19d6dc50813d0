"""Signing in and out, the own account, one-time links, and the made-up people of the demo city."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Blueprint, abort, redirect, render_template, request, url_for

from app.access import NotAllowedError, NotSignedInError
from app.languages import language, told
from app.signing import (
    address,
    find_holder,
    is_at_this_machine,
    safe_return,
    sign_in,
    sign_out,
    signed_in,
)
from app.wiring import find_city, gate, get_wiring, viewer
from geo.changes.passwords import (
    SHORTEST_PASSWORD,
    WrongPasswordError,
    change_password,
    find_link,
    set_password_by_link,
)
from geo.changes.sessions import (
    TooManyAttemptsError,
    begin_attempt,
    find_by_password,
    finish_attempt,
)
from geo.demo.people import DEMO_CITY, find_demo_people
from geo.errors import ChangeRefusedError, NotFoundError
from geo.model.accounts import Outcome

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from geo.demo.people import DemoPerson

blueprint = Blueprint("accounts", __name__)

Page = tuple[str, HTTPStatus]

_WRONG = (
    "账号或密码不对。",
    "The account's name or the password is not right.",
)
_LONGEST_TOKEN = 100


@blueprint.get("/start")
def show_start() -> Response:
    """Lead to the first page of whoever is signed in (the command's map, a unit's desk), keeping what is asked.

    Who has no place in any unit yet is led to the own account, which says so.
    """
    try:
        whole = viewer().sees_whole_city
    except NotAllowedError:
        return redirect(url_for(".show_account"), HTTPStatus.SEE_OTHER)
    page = url_for("command.show_map" if whole else "cases.show_desk")
    query = request.query_string.decode("ascii", "replace")
    return redirect(f"{page}?{query}" if query else page, HTTPStatus.SEE_OTHER)


@blueprint.get("/sign-in")
def show_sign_in() -> Response | Page:
    """The form; who is signed in already is led on."""
    if signed_in():
        return redirect(_onward(), HTTPStatus.SEE_OTHER)
    return _sign_in_page(HTTPStatus.OK)


@blueprint.post("/sign-in")
def take_sign_in() -> Response | Page:
    """Sign in by name and password; what is wrong is told on the same page (422, or 429 when held back)."""
    wiring = get_wiring()
    name, password = (
        request.form.get(field, "").replace("\0", "") for field in ("name", "password")
    )
    held: TooManyAttemptsError | None = None
    attempt = 0
    with gate() as session:
        try:
            attempt = begin_attempt(session, name, address(), wiring.now())
        except TooManyAttemptsError as error:
            held = error  # what was logged of it is to be kept
    if held is not None:
        page, _ = _sign_in_page(HTTPStatus.TOO_MANY_REQUESTS, held, name)
        return page, HTTPStatus.TOO_MANY_REQUESTS
    with gate() as session:
        account_id, outcome = find_by_password(session, name, password)
        finish_attempt(session, attempt, outcome)
    if account_id is None:
        return _sign_in_page(HTTPStatus.UNPROCESSABLE_ENTITY, ChangeRefusedError(*_WRONG), name)
    onward = _onward()
    sign_in(account_id)
    return redirect(onward, HTTPStatus.SEE_OTHER)


@blueprint.post("/sign-in/demo")
def enter_demo() -> Response:
    """Enter as one of the demo city's made-up people: in that city alone, and on the machine it runs on alone."""
    name = request.form.get("as", "")
    account_id = next((one.account_id for one in _demo_people() if one.name == name), None)
    if account_id is None:
        abort(HTTPStatus.NOT_FOUND)
    wiring = get_wiring()
    with gate() as session:
        attempt = begin_attempt(session, name, address(), wiring.now(), way="demo")
        finish_attempt(session, attempt, Outcome.SIGNED_IN)
    onward = _onward()
    sign_in(account_id)
    return redirect(onward, HTTPStatus.SEE_OTHER)


@blueprint.post("/sign-out")
def take_sign_out() -> Response:
    """Sign out, whether or not anybody is signed in."""
    sign_out()
    out = (
        1 if get_wiring().provider else None
    )  # the provider's own session is offered to be ended too
    return redirect(url_for(".show_sign_in", out=out), HTTPStatus.SEE_OTHER)


@blueprint.get("/account")
def show_account() -> Page:
    """Who is signed in, and the form for another password."""
    return _account_page(HTTPStatus.OK)


@blueprint.post("/account/password")
def take_password() -> Response | Page:
    """Change the password; every session of the account ends, and this browser begins a new one."""
    holder = find_holder()
    if holder is None:
        message = "sign in first"
        raise NotSignedInError(message)
    wiring = get_wiring()
    old, new, again = (request.form.get(field, "") for field in ("old", "new", "again"))
    try:
        # Guessing the old password here is held back as it is at the door.
        with gate() as session:
            attempt = begin_attempt(session, holder.account.name, address(), wiring.now())
        with gate() as session:
            change_password(session, holder.account.id, old, (new, again), wiring.now())
            finish_attempt(session, attempt, Outcome.SIGNED_IN)
    except WrongPasswordError as error:
        with gate() as session:
            finish_attempt(session, attempt, Outcome.WRONG)
        return _account_page(HTTPStatus.UNPROCESSABLE_ENTITY, error)
    except ChangeRefusedError as error:
        return _account_page(HTTPStatus.UNPROCESSABLE_ENTITY, error)
    sign_in(holder.account.id)
    return redirect(url_for(".show_account", changed=1), HTTPStatus.SEE_OTHER)


@blueprint.get("/account/reset/<token>")
def show_reset(token: str) -> Page:
    """The form behind a one-time link; a page that says so (410) when the link is no longer good."""
    return _reset_page(token, HTTPStatus.OK)


@blueprint.post("/account/reset/<token>")
def take_reset(token: str) -> Response | Page:
    """Set a password by a one-time link and sign in."""
    wiring = get_wiring()
    new, again = (request.form.get(field, "") for field in ("new", "again"))
    try:
        with gate() as session:
            account_id = set_password_by_link(
                session, token[:_LONGEST_TOKEN], (new, again), wiring.now()
            )
    except NotFoundError:
        return _reset_page(token, HTTPStatus.GONE)
    except ChangeRefusedError as error:
        return _reset_page(token, HTTPStatus.UNPROCESSABLE_ENTITY, error)
    sign_in(account_id)
    return redirect(url_for(".show_start"), HTTPStatus.SEE_OTHER)


def _onward() -> str:
    """Where to go after signing in: back to what was asked for, if it is a path of this site."""
    return safe_return(request.args.get("next")) or url_for(".show_start")


def _demo_people() -> list[DemoPerson]:
    """The people as whom one may enter without a password; none unless this is the demo city on this machine."""
    if not is_at_this_machine():
        return []
    with gate() as session:
        if find_city(session).code != DEMO_CITY:
            return []
        return find_demo_people(session)


def _city_name() -> str:
    with gate() as session:
        city = find_city(session)
    return city.name_en if language() == "en" else city.name


def _sign_in_page(
    status: HTTPStatus, error: ChangeRefusedError | None = None, name: str = ""
) -> Page:
    page = render_template(
        "accounts/sign_in.html",
        city_name=_city_name(),
        people=_demo_people(),
        single_sign_on=get_wiring().provider is not None,
        signed_out="out" in request.args,
        onward=safe_return(request.args.get("next")),
        refused=error and told(error),
        name=name[:100],
    )
    return page, status


def _account_page(status: HTTPStatus, error: ChangeRefusedError | None = None) -> Page:
    holder = find_holder()
    if holder is None:
        message = "sign in first"
        raise NotSignedInError(message)
    page = render_template(
        "accounts/account.html",
        city_name=_city_name(),
        account=holder.account,
        refused=error and told(error),
        changed="changed" in request.args,
        shortest=SHORTEST_PASSWORD,
    )
    return page, status


def _reset_page(token: str, status: HTTPStatus, error: ChangeRefusedError | None = None) -> Page:
    wiring = get_wiring()
    link = None
    if status is not HTTPStatus.GONE:
        try:
            with gate() as session:
                link = find_link(session, token[:_LONGEST_TOKEN], wiring.now())
        except NotFoundError:
            status = HTTPStatus.GONE
    page = render_template(
        "accounts/reset.html",
        city_name=_city_name(),
        link=link,
        token=token,
        refused=error and told(error),
        shortest=SHORTEST_PASSWORD,
    )
    return page, status
