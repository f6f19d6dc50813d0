"""People for the tests: accounts made as an administrator makes them, and browsers in which one is signed in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from sqlalchemy import delete, select

from app.config import Settings
from geo.changes.accounts import add_account, put_member
from geo.changes.passwords import token_hash
from geo.database.acting import Identity, Role, acting_session, make_engine
from geo.model.accounts import Account, AccountSession, MemberRole, StaffRole
from geo.model.units import Unit
from tests.clock import NOW

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from sqlalchemy.orm import Session

SECRET = "a secret of the tests"  # noqa: S105
ADDRESS = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Person:
    """Who a test is: `command`, `leader`, `admin`, or a role in a unit that is named by its full name."""

    who: str
    unit: str = ""

    @property
    def name(self) -> str:
        """The account's name."""
        return f"test-{self.who}-{self.unit}".strip("-").lower()


def person(words: str) -> Person:
    """`command`, `leader`, `admin`; `editor:NAME OF UNIT`, `reader:…`, `unit_admin:…`; `nobody`, who has no place."""
    who, _, unit = words.partition(":")
    return Person(who, unit)


def settings_of(url: str, **others: object) -> Settings:
    """Settings of an application for tests, which signs cookies with a secret that the tests know."""
    return Settings(database_url=url, secret_key=SECRET, **others)  # type: ignore[arg-type]


def ensure_account(url: str, words: str) -> int:
    """The account of a person in the database behind `url`, made when it is not there; its id."""
    wanted = person(words)
    engine = make_engine(url, pool_size=1)
    try:
        with acting_session(engine, Identity(Role.ADMIN, "test:admin")) as session:
            return _ensure(session, wanted)
    finally:
        engine.dispose()


def _ensure(session: Session, wanted: Person) -> int:
    known = session.scalar(select(Account.id).where(Account.name == wanted.name))
    if known is not None:
        return known
    staff = {role.value: role for role in StaffRole}
    role = staff.get(wanted.who, StaffRole.NONE)
    made = add_account(session, wanted.name, f"测试{wanted.who}{wanted.unit}", role=role)
    if wanted.unit:
        unit = session.scalars(select(Unit.id).where(Unit.name == wanted.unit)).one()
        put_member(session, made, unit, MemberRole(wanted.who))
    return made


def token_of(words: str) -> str:
    """The token of a person's session: the same in every database, so that one cookie fits all."""
    return f"the token of {words}"


def admit(url: str, *people: str) -> None:
    """Make these people's accounts in the database behind `url`, where they are not there, and open their sessions."""
    engine = make_engine(url, pool_size=1)
    for words in people:
        account_id = ensure_account(url, words)
        key = token_hash(token_of(words))
        with acting_session(engine, Identity(Role.GATE, "test:gate")) as session:
            session.execute(delete(AccountSession).where(AccountSession.token_hash == key))
            session.add(
                AccountSession(
                    token_hash=key,
                    account_id=account_id,
                    opened_at=NOW,
                    used_at=NOW,
                    expires_at=NOW + timedelta(days=7),
                    address=ADDRESS,
                )
            )
    engine.dispose()


def cookie_of(words: str) -> str:
    """The session cookie of a browser in which that person has signed in, signed with the tests' secret."""
    signer = Flask("signer")
    signer.secret_key = SECRET
    serializer = SecureCookieSessionInterface().get_signing_serializer(signer)
    assert serializer is not None
    return str(serializer.dumps({"_user_id": token_of(words), "_fresh": True}))


def sign_in_client(client: FlaskClient, url: str, words: str) -> FlaskClient:
    """Sign a person in, in this browser, without a password."""
    admit(url, words)
    client.set_cookie("session", cookie_of(words))
    return client


def state_of(words: str) -> Any:
    """What Playwright calls the storage state of a browser in which that person has signed in."""
    cookie = {
        "name": "session",
        "value": cookie_of(words),
        "domain": ADDRESS,
        "path": "/",
        "expires": -1,
        "httpOnly": True,
        "secure": False,
        "sameSite": "Lax",
    }
    return {"cookies": [cookie], "origins": []}
