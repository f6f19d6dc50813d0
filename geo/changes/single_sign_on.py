"""Whose account it is that a single sign-on provider vouches for: linked once, then known by the subject."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select

from geo.changes.accounts import LONGEST_NAME
from geo.model.accounts import Account, AccountIdentity, Outcome

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

_NAME = re.compile(r"\S{2,64}")


@dataclass(frozen=True, slots=True)
class Identity:
    """What a provider says of somebody: who says it, its own name of him, and the account's and person's name."""

    issuer: str
    subject: str
    name: str
    display_name: str = ""


def find_by_identity(
    session: Session, given: Identity, now: datetime, *, add_unknown: bool
) -> tuple[int | None, Outcome]:
    """The account of a person that a provider vouches for, and what to write down. Runs as the gate.

    Who came before is known by issuer and subject, whatever he is called now. Else the account of the given name is
    linked to him, unless somebody else came by it before; without one he gets an account without a place in any unit
    when `add_unknown` says so.
    """
    linked = session.execute(
        select(Account.id, Account.active)
        .join(AccountIdentity, AccountIdentity.account_id == Account.id)
        .where(AccountIdentity.issuer == given.issuer, AccountIdentity.subject == given.subject)
    ).first()
    if linked is not None:
        return (linked.id, Outcome.SIGNED_IN) if linked.active else (None, Outcome.INACTIVE)
    name = given.name.strip().lower()
    if not _NAME.fullmatch(name):
        return None, Outcome.WRONG
    account = session.execute(
        select(Account.id, Account.active).where(Account.name == name).with_for_update()
    ).first()
    if account is None:
        if not add_unknown:
            return None, Outcome.WRONG
        account_id = session.scalars(
            insert(Account)
            .values(name=name, display_name=given.display_name.strip()[:LONGEST_NAME] or name)
            .returning(Account.id)
        ).one()
    elif not account.active:
        return None, Outcome.INACTIVE
    elif _is_linked(session, account.id, given.issuer):
        return None, Outcome.WRONG
    else:
        account_id = account.id
    session.execute(
        insert(AccountIdentity).values(
            account_id=account_id, issuer=given.issuer, subject=given.subject, linked_at=now
        )
    )
    return account_id, Outcome.SIGNED_IN


def unlink(session: Session, account_id: int) -> None:
    """Forget whom providers vouched for as this account: the next by its name is linked. By an administrator."""
    session.execute(delete(AccountIdentity).where(AccountIdentity.account_id == account_id))


def _is_linked(session: Session, account_id: int, issuer: str) -> bool:
    known = select(AccountIdentity.id).where(
        AccountIdentity.account_id == account_id, AccountIdentity.issuer == issuer
    )
    return session.scalar(known) is not None
