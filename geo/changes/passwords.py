"""Passwords: kept as Argon2id, judged by length and not by signs; links by which one is set once."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from sqlalchemy import delete, exists, insert, select, update
from sqlalchemy.orm import aliased

from geo.errors import ChangeRefusedError, NotFoundError
from geo.model.accounts import Account, AccountSession, LinkPurpose, OneTimeLink

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 200
LINK_LASTS = timedelta(hours=72)

_TOO_SHORT = (
    f"密码至少{SHORTEST_PASSWORD}个字符,可以是一句话。",
    f"A password has at least {SHORTEST_PASSWORD} characters; it may be a sentence.",
)
_TOO_LONG = (
    f"密码最多{LONGEST_PASSWORD}个字符。",
    f"A password has at most {LONGEST_PASSWORD} characters.",
)
_TOO_PLAIN = (
    "这个密码太容易猜到:不能是账号名,也不能只重复一两个字符。",
    "That password is too easy to guess: it must not be the account's name or repeat one or two characters.",
)
_NOT_THE_SAME = ("两次输入的密码不一致。", "The two passwords are not the same.")
_WRONG_OLD = ("现在的密码不对。", "The present password is not right.")
_FEWEST_SIGNS = 3


class WrongPasswordError(ChangeRefusedError):
    """The present password was to be told and is another."""


def token_hash(token: str) -> str:
    """What is kept of a token: it is random, so a plain digest cannot be turned back."""
    return sha256(token.encode()).hexdigest()


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@cache
def _nobodys_hash() -> str:
    """A hash to check against when there is no account, so that the answer takes as long."""
    return _hasher().hash(secrets.token_hex(16))


def is_password(kept: str | None, given: str) -> bool:
    """Whether `given` is the password of which `kept` is the hash; takes as long when there is none."""
    try:
        _hasher().verify(kept or _nobodys_hash(), given[:LONGEST_PASSWORD])
    except (Argon2Error, InvalidHashError):
        return False
    return kept is not None


def check_password(name: str, password: str, again: str) -> None:
    """Raises ChangeRefusedError when an account called `name` may not take this password."""
    if password != again:
        raise ChangeRefusedError(*_NOT_THE_SAME)
    if len(password) < SHORTEST_PASSWORD:
        raise ChangeRefusedError(*_TOO_SHORT)
    if len(password) > LONGEST_PASSWORD:
        raise ChangeRefusedError(*_TOO_LONG)
    if len(set(password)) < _FEWEST_SIGNS or name.casefold() in {
        password.casefold(),
        password.casefold()[::-1],
    }:
        raise ChangeRefusedError(*_TOO_PLAIN)


def change_password(
    session: Session, account_id: int, old: str, new: tuple[str, str], now: datetime
) -> None:
    """Set an account's password by its holder, who knows the old one; every session of the account ends.

    Runs as the gate. Raises WrongPasswordError, or ChangeRefusedError when the new one (given twice) cannot be taken.
    """
    account = _find(session, account_id)
    if not is_password(account.password_hash, old):
        raise WrongPasswordError(*_WRONG_OLD)
    _set_password(session, account, new, now)


def set_password_by_link(session: Session, token: str, new: tuple[str, str], now: datetime) -> int:
    """Set a password by a one-time link, which is then used up; returns the account's id.

    Runs as the gate. Raises NotFoundError when the link is unknown, used or over, and ChangeRefusedError when the
    password cannot be taken (the link then stays good).
    """
    link = find_link(session, token, now, lock=True)
    account = _find(session, link.account_id)
    _set_password(session, account, new, now)
    session.execute(
        update(OneTimeLink)
        .where(OneTimeLink.account_id == account.id, OneTimeLink.used_at.is_(None))
        .values(used_at=now)
    )
    return account.id


@dataclass(frozen=True, slots=True)
class GoodLink:
    """A link that can still be used, and whose it is."""

    account_id: int
    name: str
    display_name: str


def find_link(session: Session, token: str, now: datetime, *, lock: bool = False) -> GoodLink:
    """The link that `token` stands for, if it is good; raises NotFoundError otherwise.

    It is good no longer when it is used or over, when a later one was made for its account, or when that is inactive.
    """
    later = aliased(OneTimeLink)
    query = (
        select(OneTimeLink.account_id, Account.name, Account.display_name)
        .join(Account, Account.id == OneTimeLink.account_id)
        .where(
            OneTimeLink.token_hash == token_hash(token),
            OneTimeLink.purpose == LinkPurpose.PASSWORD,
            OneTimeLink.used_at.is_(None),
            OneTimeLink.expires_at > now,
            ~exists().where(
                later.account_id == OneTimeLink.account_id,
                later.purpose == OneTimeLink.purpose,
                later.id > OneTimeLink.id,
            ),
            Account.active,
        )
    )
    row = session.execute(query.with_for_update(of=OneTimeLink) if lock else query).first()
    if row is None:
        message = "这个链接已失效 / this link is no longer good"
        raise NotFoundError(message)
    return GoodLink(row.account_id, row.name, row.display_name)


def make_link(session: Session, account_id: int, made_by: str, now: datetime) -> str:
    """Make a link by which an account's holder sets a password; returns what stands in it, which is kept nowhere.

    Links that were made for the account before are good no longer: they may have reached somebody else.

    Runs as an administrator, of the city or of the unit that keeps the account.
    """
    token = secrets.token_urlsafe(32)
    session.execute(
        insert(OneTimeLink).values(
            token_hash=token_hash(token),
            account_id=account_id,
            purpose=LinkPurpose.PASSWORD,
            made_at=now,
            made_by=made_by,
            expires_at=now + LINK_LASTS,
        )
    )
    return token


def _find(session: Session, account_id: int) -> Account:
    account = session.scalars(
        select(Account).where(Account.id == account_id, Account.active).with_for_update()
    ).one_or_none()
    if account is None:
        message = f"no active account {account_id}"
        raise NotFoundError(message)
    return account


def _set_password(session: Session, account: Account, new: tuple[str, str], now: datetime) -> None:
    check_password(account.name, *new)
    account.password_hash = _hasher().hash(new[0])
    account.password_changed_at = now
    account.must_change_password = False
    session.flush()
    session.execute(delete(AccountSession).where(AccountSession.account_id == account.id))
