"""Who acts in a database transaction: every one names its role and actor, or it does not begin."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

import psycopg
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.orm import Session

from geo.database.alive import look_alive
from geo.database.direct import Direct
from geo.database.moments import MOMENT, let_look_back, set_moment
from geo.errors import DatabaseSetupError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

P = ParamSpec("P")
T = TypeVar("T")


class Role(StrEnum):
    """Database roles a staff or job connection may act as.

    The engine's is taken only to find and write derived rows, the gate's only to sign people in and out.
    """

    UNIT = "jiantu_unit"
    LEADER = "jiantu_leader"
    COMMAND = "jiantu_command"
    ADMIN = "jiantu_admin"
    GATE = "jiantu_gate"
    ENGINE = "jiantu_engine"
    OWNER = "jiantu_owner"
    PROJECTOR = "jiantu_projector"
    """Owns the public's views; taken only to make them."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who is at work: the database role, the actor named in the history, the request, and the account if one is.

    What a unit may see and write follows from the account's memberships, which the database reads itself.
    """

    role: Role
    actor: str
    request_id: str = ""
    account_id: int | None = None


def make_engine(url: str, *, pool_size: int = 5) -> Engine:
    """An engine on which every transaction acts as the identity in its execution options.

    A transaction without an identity raises `DatabaseSetupError` before it reads anything.
    """
    engine = create_engine(
        url,
        pool_size=pool_size,
        connect_args={"application_name": "jiantu", "options": "-c search_path=jiantu,public"},
    )
    look_alive(engine)
    event.listen(engine, "begin", _act)
    let_look_back(engine)
    return engine


_ACT = Direct(
    "select set_config('role', :role, true) as role, set_config('app.actor', :actor, true) as actor,"
    " set_config('app.request_id', :request_id, true) as request_id,"
    " set_config('app.account_id', :account_id, true) as account_id"
)


def _act(connection: Connection) -> None:
    identity = connection.get_execution_options().get("identity")
    if not isinstance(identity, Identity):
        message = "数据库操作没有身份 / a database transaction began without an identity"
        raise DatabaseSetupError(message)
    _ACT.rows_on(
        connection,
        {
            "role": identity.role.value,
            "actor": identity.actor,
            "request_id": identity.request_id,
            "account_id": "" if identity.account_id is None else str(identity.account_id),
        },
    )
    set_moment(connection)


def take_role(connection: Connection, role: Role) -> None:
    """Act as `role` until the transaction ends. Role names come from the enumeration, never from outside."""
    connection.exec_driver_sql(f"set local role {role.value}")


@contextmanager
def acting_session(engine: Engine, identity: Identity) -> Iterator[Session]:
    """A session that commits when its block ends well and rolls back when it does not."""
    acting = engine.execution_options(identity=identity)
    with Session(acting, expire_on_commit=False) as session, session.begin():
        yield session


@contextmanager
def reading_session(
    engine: Engine, identity: Identity, moment: datetime | None = None
) -> Iterator[Session]:
    """A read-only session on one snapshot: what is read together was true together.

    With `moment` (aware) it reads what the tables held then, as far as the identity may see it today.
    """
    options = {
        "identity": identity,
        "isolation_level": "REPEATABLE READ",
        "postgresql_readonly": True,
        MOMENT: moment,
    }
    acting = engine.execution_options(**options)
    with Session(acting) as session, session.begin():
        yield session


_BECOME_ENGINE = (
    "with before as materialized (select current_user as role)"  # noqa: S608  built from a constant
    f" select role from before where set_config('role', '{Role.ENGINE.value}', true) <> ''"
)
_PLANNED_ONCE = "force_generic_plan"
_KEEP_PLANS = f" and set_config('plan_cache_mode', '{_PLANNED_ONCE}', true) <> ''"
_LOCK = " and pg_advisory_xact_lock(:lock) is not null"
_BECOME = {
    (keep_plans, locks): Direct(
        _BECOME_ENGINE + (_KEEP_PLANS if keep_plans else "") + (_LOCK if locks else "")
    )
    for keep_plans in (False, True)
    for locks in (False, True)
}
"""By whether plans are kept and whether a lock is taken: takes the role and tells which it was, on one way to the
server and back, for every change."""
_BACK = Direct(
    "select set_config('role', :role, true) as role, set_config('plan_cache_mode', 'auto', true) as plans"
)
_AS_ENGINE = "acts as the engine"
"""Noted in a session while it does, so that what works as the engine inside other such work asks nobody."""


@contextmanager
def as_engine(
    session: Session, *, keep_plans: bool = False, lock: int | None = None
) -> Iterator[None]:
    """Find and write derived rows (lamp spans, pairs, revisions) under the role that writes nothing else.

    It sees everything, whoever changed something, because what follows from a change may lie beyond what he sees.
    Afterwards, and when it ends by an error that the session survives, the session acts as before. With `keep_plans`
    a statement is planned once for a connection, whatever it asks for: where few rows are asked for, plans made anew
    cost more than running them. The advisory `lock` of the transaction is taken on the same way to the server.
    """
    session.flush()
    connection = session.connection()
    if session.info.get(_AS_ENGINE):
        if lock is not None:
            connection.exec_driver_sql(f"select pg_advisory_xact_lock({lock:d})")
        yield
        return
    become = _BECOME[keep_plans, lock is not None]
    (row,) = become.rows_on(connection, {"lock": lock})
    before = row.role
    if before == Role.ENGINE and not keep_plans:
        yield
        return
    session.info[_AS_ENGINE] = True
    try:
        yield
        session.flush()
    finally:
        session.info.pop(_AS_ENGINE)
        if session.is_active and not _has_failed(connection):
            if keep_plans:
                _BACK.rows_on(connection, {"role": Role(before).value})
            else:
                take_role(connection, Role(before))


def by_engine(
    change: Callable[Concatenate[Session, P], T],
) -> Callable[Concatenate[Session, P], T]:
    """Make a function whose first argument is the session do all its work as the engine."""

    @wraps(change)
    def acting(session: Session, /, *args: P.args, **kwargs: P.kwargs) -> T:
        with as_engine(session):
            return change(session, *args, **kwargs)

    return acting


def _has_failed(connection: Connection) -> bool:
    """Whether PostgreSQL has given the transaction up, so that only a rollback (which ends the role too) is left."""
    if connection.invalidated:  # the server has gone; asking for its connection would hide why
        return True
    driver: psycopg.Connection = connection.connection.driver_connection  # type: ignore[assignment]
    return driver.info.transaction_status is psycopg.pq.TransactionStatus.INERROR
