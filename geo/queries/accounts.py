"""Reading accounts: who is signed in, and the lists of the administration."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from geo.errors import NotFoundError
from geo.model.accounts import (
    Account,
    AccountIdentity,
    MemberRole,
    Membership,
    Outcome,
    SignInAttempt,
    StaffRole,
)
from geo.model.units import Unit

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a unit."""

    unit_id: int
    unit: str
    unit_en: str
    role: MemberRole


@dataclass(frozen=True, slots=True)
class SignedIn:
    """An active account with its places in units, as they are at this moment."""

    id: int
    name: str
    display_name: str
    staff_role: StaffRole
    must_change_password: bool
    has_password: bool
    places: tuple[Place, ...]


def find_signed_in(session: Session, account_id: int) -> SignedIn | None:
    """The account with its places; None when it is not active. Read as the gate."""
    account = session.execute(
        select(
            Account.id,
            Account.name,
            Account.display_name,
            Account.staff_role,
            Account.must_change_password,
            Account.password_hash.is_not(None).label("has_password"),
        ).where(Account.id == account_id, Account.active)
    ).first()
    if account is None:
        return None
    places = find_places_of(session, [account_id])
    return SignedIn(
        account.id,
        account.name,
        account.display_name,
        account.staff_role,
        account.must_change_password,
        account.has_password,
        places.get(account_id, ()),
    )


def find_places_of(session: Session, account_ids: Collection[int]) -> dict[int, tuple[Place, ...]]:
    """The places in units of these accounts, by account, in the order of the units' names."""
    rows = session.execute(
        select(
            Membership.account_id,
            Membership.unit_id,
            Membership.role,
            Unit.name,
            Unit.short_name,
            Unit.name_en,
        )
        .join(Unit, Unit.id == Membership.unit_id)
        .where(Membership.account_id.in_(sorted(account_ids)))
        .order_by(Unit.name)
    )
    found: dict[int, tuple[Place, ...]] = {}
    for row in rows:
        place = Place(row.unit_id, row.short_name or row.name, row.name_en or row.name, row.role)
        found[row.account_id] = (*found.get(row.account_id, ()), place)
    return found


@dataclass(frozen=True, slots=True)
class AccountRow:
    """An account as the administration lists it."""

    id: int
    version: int
    name: str
    display_name: str
    staff_role: StaffRole
    active: bool
    password_changed_at: datetime | None
    must_change_password: bool
    kept_by_unit_id: int | None
    places: tuple[Place, ...]


_LISTED = (
    Account.id,
    Account.version,
    Account.name,
    Account.display_name,
    Account.staff_role,
    Account.active,
    Account.password_changed_at,
    Account.must_change_password,
    Account.kept_by_unit_id,
)


def list_accounts(session: Session, unit_id: int | None = None) -> list[AccountRow]:
    """The accounts that whoever asks may see, staff first, then by name; with `unit_id` only those of that unit."""
    query = select(*_LISTED)
    if unit_id is not None:
        members = select(Membership.account_id).where(Membership.unit_id == unit_id)
        query = query.where((Account.kept_by_unit_id == unit_id) | Account.id.in_(members))
    rows = session.execute(query.order_by(Account.staff_role == StaffRole.NONE, Account.name)).all()
    places = find_places_of(session, [row.id for row in rows])
    return [AccountRow(*row, places.get(row.id, ())) for row in rows]


def get_account(session: Session, account_id: int) -> AccountRow:
    """One account; raises NotFoundError when there is none that whoever asks may see."""
    row = session.execute(select(*_LISTED).where(Account.id == account_id)).one_or_none()
    if row is None:
        message = f"no account {account_id}"
        raise NotFoundError(message)
    return AccountRow(*row, find_places_of(session, [row.id]).get(row.id, ()))


@dataclass(frozen=True, slots=True)
class LinkedIdentity:
    """Whom a single sign-on provider vouches for as an account."""

    issuer: str
    subject: str
    linked_at: datetime


def list_identities(session: Session, account_id: int) -> list[LinkedIdentity]:
    """By which single sign-on an account's holder comes; read as an administrator of the city."""
    linked = AccountIdentity
    rows = session.execute(
        select(linked.issuer, linked.subject, linked.linked_at)
        .where(linked.account_id == account_id)
        .order_by(linked.issuer)
    )
    return [LinkedIdentity(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class AttemptRow:
    """An attempt to sign in, as the log lists it."""

    at: datetime
    name: str
    address: str
    way: str
    outcome: Outcome


def list_attempts(session: Session, most: int = 500) -> list[AttemptRow]:
    """The last attempts to sign in, the latest first; read as an administrator."""
    attempt = SignInAttempt
    rows = session.execute(
        select(attempt.at, attempt.name, attempt.address, attempt.way, attempt.outcome)
        .order_by(attempt.at.desc(), attempt.id.desc())
        .limit(most)
    )
    return [AttemptRow(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit as the administration lists it."""

    id: int
    name: str
    short_name: str | None
    name_en: str | None
    kind: str
    utility: str | None
    crews: int | None
    version: int
    members: int


def list_units(session: Session) -> list[UnitRow]:
    """All units by name, with how many members each has that whoever asks may see."""
    members = (
        select(func.count())
        .select_from(Membership)
        .where(Membership.unit_id == Unit.id)
        .scalar_subquery()
    )
    rows = session.execute(
        select(
            Unit.id,
            Unit.name,
            Unit.short_name,
            Unit.name_en,
            Unit.kind,
            Unit.utility,
            Unit.crews,
            Unit.version,
            members,
        ).order_by(Unit.name)
    )
    return [UnitRow(*row) for row in rows]


def find_account(session: Session, name: str) -> AccountRow | None:
    """The account of that name, if there is one that may be seen."""
    row = session.execute(
        select(*_LISTED).where(Account.name == name.strip().lower())
    ).one_or_none()
    if row is None:
        return None
    return AccountRow(*row, find_places_of(session, [row.id]).get(row.id, ()))
