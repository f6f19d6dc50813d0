"""Keeping accounts and memberships: made, switched off and on, given a role, placed in units."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert

from geo.errors import ChangeRefusedError, NotFoundError
from geo.model.accounts import Account, AccountSession, MemberRole, Membership, StaffRole
from geo.model.units import Unit
from geo.queries.accounts import find_account

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

_NAME = re.compile(r"\S{2,64}")
_NAME_FORM = (
    "账号名需2至64个字符,中间不能有空格。",
    "An account's name has 2 to 64 characters and no blank.",
)
_NAME_TAKEN = ("账号“{}”已存在。", "There is an account “{}” already.")
_NO_DISPLAY_NAME = ("请填写姓名。", "Fill in the person's name.")
_STAFF_HAS_NO_UNIT = (
    "指挥部、领导和管理员账号看全市,不编入单位。请先把角色改为普通账号。",
    "Accounts that see the whole city (command, leaders, administrators) belong to no unit. Take that role away first.",
)
_LAST_ADMIN = (
    "这是最后一个可用的管理员账号,不能停用或改变角色。",
    "This is the last active administrator; it cannot be switched off or given another role.",
)
LONGEST_NAME = 100


def add_account(
    session: Session,
    name: str,
    display_name: str,
    *,
    role: StaffRole = StaffRole.NONE,
    kept_by_unit_id: int | None = None,
) -> int:
    """Make an account without a password; returns its id. Raises ChangeRefusedError when the name is taken or none."""
    name, display_name = name.strip().lower(), display_name.strip()[:LONGEST_NAME]
    if not _NAME.fullmatch(name):
        raise ChangeRefusedError(*_NAME_FORM)
    if not display_name:
        raise ChangeRefusedError(*_NO_DISPLAY_NAME)
    values = {"name": name, "display_name": display_name, "kept_by_unit_id": kept_by_unit_id}
    if role is not StaffRole.NONE:
        values["staff_role"] = role
    made: int | None = session.scalar(
        insert(Account).values(**values).on_conflict_do_nothing().returning(Account.id)
    )
    if made is None:
        raise ChangeRefusedError(*(words.format(name) for words in _NAME_TAKEN))
    return made


def rename_account(session: Session, account_id: int, display_name: str) -> None:
    """Write a person's name anew."""
    display_name = display_name.strip()[:LONGEST_NAME]
    if not display_name:
        raise ChangeRefusedError(*_NO_DISPLAY_NAME)
    _update(session, account_id, display_name=display_name)


def set_active(session: Session, account_id: int, *, active: bool) -> None:
    """Switch an account off (its next request is refused) or on again."""
    if not active:
        _keep_one_admin(session, account_id)
    _update(session, account_id, active=active)


def set_staff_role(session: Session, account_id: int, role: StaffRole) -> None:
    """Make an account one of the leaders, of the command or of the administrators, or none of them."""
    if role is not StaffRole.ADMIN:
        _keep_one_admin(session, account_id)
    if role is not StaffRole.NONE and session.scalar(
        select(Membership.id).where(Membership.account_id == account_id).limit(1)
    ):
        raise ChangeRefusedError(*_STAFF_HAS_NO_UNIT)
    kept = {} if role is StaffRole.NONE else {"kept_by_unit_id": None}
    _update(session, account_id, staff_role=role, **kept)


def put_member(session: Session, account_id: int, unit_id: int, role: MemberRole) -> None:
    """Give an account a place in a unit, or another role there."""
    staff = session.scalar(select(Account.staff_role).where(Account.id == account_id))
    if staff is None or session.scalar(select(Unit.id).where(Unit.id == unit_id)) is None:
        message = f"no account {account_id} or no unit {unit_id}"
        raise NotFoundError(message)
    if staff is not StaffRole.NONE:
        raise ChangeRefusedError(*_STAFF_HAS_NO_UNIT)
    session.execute(
        insert(Membership)
        .values(account_id=account_id, unit_id=unit_id, role=role)
        .on_conflict_do_update(index_elements=["account_id", "unit_id"], set_={"role": role})
    )


def remove_member(session: Session, account_id: int, unit_id: int) -> None:
    """Take an account's place in a unit away; its next request there is refused."""
    gone = session.scalar(
        delete(Membership)
        .where(Membership.account_id == account_id, Membership.unit_id == unit_id)
        .returning(Membership.id)
    )
    if gone is None:
        message = f"account {account_id} has no place in unit {unit_id}"
        raise NotFoundError(message)


def end_sessions(session: Session, account_id: int) -> None:
    """Sign an account out everywhere; by an administrator of the city."""
    session.execute(delete(AccountSession).where(AccountSession.account_id == account_id))


def get_account_id(session: Session, name: str) -> int:
    """The id of the account of that name; raises NotFoundError."""
    found = find_account(session, name)
    if found is None:
        message = f"没有账号“{name}” / there is no account “{name}”"
        raise NotFoundError(message)
    return found.id


def _keep_one_admin(session: Session, account_id: int) -> None:
    admins = session.scalars(
        select(Account.id)
        .where(Account.staff_role == StaffRole.ADMIN, Account.active)
        .with_for_update()
    ).all()
    if list(admins) == [account_id]:
        raise ChangeRefusedError(*_LAST_ADMIN)


def _update(session: Session, account_id: int, **values: object) -> None:
    found = session.scalar(
        update(Account).where(Account.id == account_id).values(**values).returning(Account.id)
    )
    if found is None:
        message = f"no account {account_id}"
        raise NotFoundError(message)
