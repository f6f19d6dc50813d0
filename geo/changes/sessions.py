"""Signing in and out: attempts are counted and logged, sessions are kept here and end by themselves."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from geo.changes.passwords import is_password, token_hash
from geo.errors import ChangeRefusedError
from geo.model.accounts import Account, AccountSession, Outcome, ServerSecret, SignInAttempt
from geo.queries.accounts import SignedIn, find_signed_in

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import InstrumentedAttribute, Session

WINDOW = timedelta(minutes=15)
MOST_BY_NAME = 8
MOST_BY_ADDRESS = 40
"""Failed attempts within the window for one account name, and from one address (a whole office may share it)."""

LOG_KEPT = timedelta(days=366)
_USED_ANEW = timedelta(minutes=1)
"""A session's last use is written at most this often."""
_LOCK = 7_401_930
_LONGEST = 100


@dataclass(frozen=True, slots=True)
class Limits:
    """When a session ends by itself: after a time without use, and after a time altogether."""

    idle: timedelta = timedelta(hours=2)
    whole: timedelta = timedelta(days=7)


class TooManyAttemptsError(ChangeRefusedError):
    """Signing in is held back for a while; nothing was looked at."""

    def __init__(self, minutes: int) -> None:
        """Say for how many minutes."""
        self.minutes = minutes
        super().__init__(
            f"登录失败次数过多,请在{minutes}分钟后再试;忘记密码请联系管理员。",
            f"Too many failed attempts. Try again in {minutes} minutes, or ask the administrator.",
        )


def begin_attempt(
    session: Session, name: str, address: str, now: datetime, way: str = "password"
) -> int:
    """Log that somebody begins to sign in; returns the attempt's number.

    Without a name, which single sign-on tells only in the end, failures are counted by address alone.
    It counts as failed until it is finished, and is to be committed before the password is looked at: a hundred at
    once get no more tries than a hundred one after the other. Raises TooManyAttemptsError, after which what was
    logged is to be committed all the same.
    """
    name, address = name.strip().casefold()[:_LONGEST], address[:_LONGEST]
    session.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    until = _held_until(session, SignInAttempt.address, address, MOST_BY_ADDRESS, now)
    if name:
        until = max(until, _held_until(session, SignInAttempt.name, name, MOST_BY_NAME, now))
    held = until > now
    attempt = SignInAttempt(
        name=name,
        address=address,
        way=way,
        outcome=Outcome.THROTTLED if held else Outcome.BEGUN,
        at=now,
    )
    session.add(attempt)
    session.flush()
    if held:
        raise TooManyAttemptsError(-(-int((until - now).total_seconds()) // 60))
    return attempt.id


def _held_until(
    session: Session, column: InstrumentedAttribute[str], value: str, most: int, now: datetime
) -> datetime:
    """Until when attempts are held back: the window's length after the first of the last `most` failures."""
    good = select(func.max(SignInAttempt.at)).where(
        column == value, SignInAttempt.outcome == Outcome.SIGNED_IN
    )
    since = max(now - WINDOW, session.scalar(good) or now - WINDOW)
    failed = session.scalars(
        select(SignInAttempt.at)
        .where(
            column == value,
            SignInAttempt.at > since,
            SignInAttempt.outcome.in_((Outcome.BEGUN, Outcome.WRONG, Outcome.INACTIVE)),
        )
        .order_by(SignInAttempt.at.desc())
        .limit(most)
    ).all()
    return failed[-1] + WINDOW if len(failed) == most else now


def finish_attempt(
    session: Session, attempt_id: int, outcome: Outcome, name: str | None = None
) -> None:
    """Write down what became of an attempt, and whose it was where that was not known before."""
    values: dict[str, object] = {"outcome": outcome}
    if name is not None:
        values["name"] = name.strip().casefold()[:_LONGEST]
    session.execute(update(SignInAttempt).where(SignInAttempt.id == attempt_id).values(**values))


def find_by_password(session: Session, name: str, password: str) -> tuple[int | None, Outcome]:
    """The account that name and password belong to, and what to write down; takes as long when there is none."""
    row = session.execute(
        select(Account.id, Account.password_hash, Account.active).where(
            Account.name == name.strip().lower()[:_LONGEST]
        )
    ).first()
    if not is_password(row.password_hash if row else None, password) or row is None:
        return None, Outcome.WRONG
    if not row.active:
        return None, Outcome.INACTIVE
    return row.id, Outcome.SIGNED_IN


def open_session(
    session: Session, account_id: int, address: str, now: datetime, limits: Limits
) -> str:
    """Begin a session; returns its token, which is kept nowhere else. Sessions that are over are cleared away."""
    token = secrets.token_urlsafe(32)
    session.execute(
        delete(AccountSession).where(
            (AccountSession.expires_at <= now) | (AccountSession.used_at <= now - limits.idle)
        )
    )
    session.execute(delete(SignInAttempt).where(SignInAttempt.at < now - LOG_KEPT))
    session.add(
        AccountSession(
            token_hash=token_hash(token),
            account_id=account_id,
            opened_at=now,
            used_at=now,
            expires_at=now + limits.whole,
            address=address[:_LONGEST],
        )
    )
    session.flush()
    return token


def use_session(session: Session, token: str, now: datetime, limits: Limits) -> SignedIn | None:
    """Who is signed in by this token, as account and memberships stand at this moment; None when it is over."""
    key = token_hash(token)
    row = session.execute(
        select(AccountSession.account_id, AccountSession.used_at).where(
            AccountSession.token_hash == key,
            AccountSession.expires_at > now,
            AccountSession.used_at > now - limits.idle,
        )
    ).first()
    if row is None:
        return None
    if now - row.used_at > _USED_ANEW:
        session.execute(
            update(AccountSession).where(AccountSession.token_hash == key).values(used_at=now)
        )
    return find_signed_in(session, row.account_id)


def end_session(session: Session, token: str) -> None:
    """Sign out."""
    session.execute(delete(AccountSession).where(AccountSession.token_hash == token_hash(token)))


def get_secret(session: Session) -> str:
    """What signs this city's cookies; made at random the first time."""
    session.execute(
        insert(ServerSecret)
        .values(name="cookies", value=secrets.token_hex(32))
        .on_conflict_do_nothing()
    )
    return session.scalars(select(ServerSecret.value).where(ServerSecret.name == "cookies")).one()
