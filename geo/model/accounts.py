"""Who may sign in: accounts, their places in units, their sessions, and what is kept of every attempt."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    Text,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from geo.model.base import Base, Instant, Key, Recorded, Words, one_of


class StaffRole(StrEnum):
    """What an account is besides a member of units: nothing, leader (reads all), command (edits all), administrator."""

    NONE = "none"
    LEADER = "leader"
    COMMAND = "command"
    ADMIN = "admin"


class MemberRole(StrEnum):
    """What a member may do for a unit: read, edit, or edit and look after its members."""

    READER = "reader"
    EDITOR = "editor"
    UNIT_ADMIN = "unit_admin"


class Account(Recorded, Base):
    """Somebody who may sign in. Never deleted, because the history names it; `active` says whether it still may."""

    __tablename__ = "account"
    name: Mapped[Words] = mapped_column(unique=True)
    """What is typed to sign in, in lower case."""
    display_name: Mapped[Words]
    password_hash: Mapped[Words | None]
    """Argon2id; empty until the account's holder has chosen a password. Not in the history."""
    password_changed_at: Mapped[Instant | None]
    must_change_password: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    staff_role: Mapped[StaffRole] = mapped_column(one_of(StaffRole), server_default=text("'none'"))
    active: Mapped[bool] = mapped_column(Boolean, server_default=text("true"))
    kept_by_unit_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("jiantu.unit.id"), index=True
    )
    """The unit whose administrator looks after it; those of nobody are the city administrator's."""

    __table_args__ = (
        CheckConstraint("name = lower(name) and name ~ '^\\S{2,64}$'", name="name_form"),
        CheckConstraint("display_name <> ''", name="display_name_given"),
        CheckConstraint("staff_role = 'none' or kept_by_unit_id is null", name="staff_kept_by_all"),
    )


class Membership(Recorded, Base):
    """An account's place in a unit. Read anew in every request, so that taking it away works at once."""

    __tablename__ = "membership"
    account_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("jiantu.account.id"))
    unit_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("jiantu.unit.id"), index=True)
    role: Mapped[MemberRole] = mapped_column(one_of(MemberRole))

    __table_args__ = (Index("uq_membership_account_unit", "account_id", "unit_id", unique=True),)


class AccountIdentity(Base):
    """Whom a single sign-on provider vouches for as an account: its own unchanging name of him (subject)."""

    __tablename__ = "account_identity"
    id: Mapped[Key]
    version: Mapped[int] = mapped_column(Integer, server_default=text("1"))
    account_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("jiantu.account.id"))
    issuer: Mapped[Words]
    subject: Mapped[Words]
    linked_at: Mapped[Instant]

    __table_args__ = (
        Index("uq_account_identity_issuer_subject", "issuer", "subject", unique=True),
        Index("uq_account_identity_account_issuer", "account_id", "issuer", unique=True),
    )


class AccountSession(Base):
    """A signed-in browser: the hash of its token, when it was last used and when it ends whatever happens."""

    __tablename__ = "account_session"
    id: Mapped[Key]
    token_hash: Mapped[Words] = mapped_column(unique=True)
    account_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("jiantu.account.id"), index=True)
    opened_at: Mapped[Instant]
    used_at: Mapped[Instant]
    expires_at: Mapped[Instant]
    address: Mapped[Words]


class Outcome(StrEnum):
    """What became of an attempt to sign in; one that was never finished counts as wrong."""

    BEGUN = "begun"
    SIGNED_IN = "signed_in"
    WRONG = "wrong"
    INACTIVE = "inactive"
    THROTTLED = "throttled"
    UNREACHABLE = "unreachable"
    """The single sign-on provider did not answer; it counts for nothing."""


class SignInAttempt(Base):
    """An attempt to sign in: the log of them, and what the throttle counts."""

    __tablename__ = "sign_in_attempt"
    id: Mapped[Key]
    name: Mapped[Words]
    """As typed, in lower case, cut to a hundred characters; there may be no such account."""
    address: Mapped[Words]
    way: Mapped[str] = mapped_column(Text, server_default=text("'password'"))
    """password, single_sign_on or demo."""
    outcome: Mapped[Outcome] = mapped_column(one_of(Outcome))
    at: Mapped[Instant]

    __table_args__ = (
        Index("ix_sign_in_attempt_name_at", "name", "at"),
        Index("ix_sign_in_attempt_address_at", "address", "at"),
    )


class LinkPurpose(StrEnum):
    """What a one-time link is for."""

    PASSWORD = "password"  # noqa: S105  the purpose, not one


class OneTimeLink(Base):
    """A link by which its holder sets a password once; only the hash of what stands in it is kept."""

    __tablename__ = "one_time_link"
    id: Mapped[Key]
    token_hash: Mapped[Words] = mapped_column(unique=True)
    account_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("jiantu.account.id"), index=True)
    purpose: Mapped[LinkPurpose] = mapped_column(one_of(LinkPurpose))
    made_at: Mapped[Instant]
    made_by: Mapped[Words]
    expires_at: Mapped[Instant]
    used_at: Mapped[Instant | None]

    __table_args__ = (CheckConstraint("made_at < expires_at", name="ends_later"),)


class ServerSecret(Base):
    """What signs cookies, made once and shared by every process that serves this city."""

    __tablename__ = "server_secret"
    name: Mapped[str] = mapped_column(Text, primary_key=True)
    value: Mapped[Words]
