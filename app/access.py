"""Who is asking, and which pages are for whom. What is behind a page the database decides by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from geo.database.acting import Role
from geo.errors import JiantuError
from geo.model.accounts import MemberRole, StaffRole

if TYPE_CHECKING:
    from geo.queries.accounts import Place, SignedIn

Audience = Literal["public", "unit", "leader", "command", "admin"]

STAFF: tuple[Audience, ...] = ("unit", "leader", "command", "admin")
WHOLE_CITY: tuple[Audience, ...] = ("leader", "command", "admin")

AUDIENCES: dict[StaffRole, Audience] = {
    StaffRole.NONE: "unit",
    StaffRole.LEADER: "leader",
    StaffRole.COMMAND: "command",
    StaffRole.ADMIN: "admin",
}

ROLES: dict[Audience, Role] = {
    "unit": Role.UNIT,
    "leader": Role.LEADER,
    "command": Role.COMMAND,
    "admin": Role.ADMIN,
}
"""The database role that each audience acts as. The public has a connection of its own."""


class NotSignedInError(JiantuError):
    """Nobody is signed in, and what was asked for is not for everybody."""


class PasswordDueError(JiantuError):
    """The account is to choose a new password before it does anything else."""


class NotAllowedError(JiantuError):
    """What was asked for is not for this account; it looks as though it were not there."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """The person on whose behalf the database is read and written, as account and memberships stand in this request.

    The units are those of which the account is a member; whoever sees the whole city belongs to none.
    """

    audience: Audience
    account_id: int | None = None
    name: str = ""
    account_name: str = ""
    places: tuple[Place, ...] = ()

    @property
    def unit_ids(self) -> tuple[int, ...]:
        """Units whose own things are seen."""
        return tuple(place.unit_id for place in self.places)

    @property
    def editable_unit_ids(self) -> tuple[int, ...]:
        """Units whose own things are edited."""
        roles = {MemberRole.EDITOR, MemberRole.UNIT_ADMIN}
        return tuple(place.unit_id for place in self.places if place.role in roles)

    @property
    def administered_unit_ids(self) -> tuple[int, ...]:
        """Units whose members are looked after."""
        return tuple(place.unit_id for place in self.places if place.role is MemberRole.UNIT_ADMIN)

    @property
    def sees_whole_city(self) -> bool:
        """Whether every record is open to reading."""
        return self.audience in WHOLE_CITY

    @property
    def may_edit(self) -> bool:
        """Whether there is any record that may be edited: all of them, or those of some unit."""
        return self.audience == "command" or bool(self.editable_unit_ids)

    def may_edit_for(self, *unit_ids: int | None) -> bool:
        """Whether what belongs to one of these units may be edited: by the command always, else by an editor of it."""
        return self.audience == "command" or bool(set(self.editable_unit_ids) & {*unit_ids})

    @property
    def may_administer(self) -> bool:
        """Whether there are accounts to look after."""
        return self.audience == "admin" or bool(self.administered_unit_ids)

    @property
    def actor(self) -> str:
        """How the history names whoever changed something."""
        return f"{self.audience}:{self.account_id or 0}"

    @property
    def scope(self) -> str:
        """A word for all that decides what is seen: two viewers of one scope are shown the same."""
        if self.audience != "unit":
            return self.audience
        units = sorted(f"{place.unit_id}{place.role.value[0]}" for place in self.places)
        return "unit-" + "-".join(units)


def viewer_of(account: SignedIn | None) -> Viewer:
    """The viewer that an account is; raises NotSignedInError for none, PasswordDueError when a password is due.

    An account with neither a role nor a place in a unit is refused with NotAllowedError: it has nothing to see.
    """
    if account is None:
        message = "sign in first"
        raise NotSignedInError(message)
    if account.must_change_password:
        message = "a new password is due"
        raise PasswordDueError(message)
    if account.staff_role is StaffRole.NONE:
        if not account.places:
            message = f"account {account.id} has no place in any unit"
            raise NotAllowedError(message)
        return Viewer("unit", account.id, account.display_name, account.name, account.places)
    audience = AUDIENCES[account.staff_role]
    return Viewer(audience, account.id, account.display_name, account.name)


def check_audience(viewer: Viewer, *audiences: Audience) -> None:
    """Raises NotAllowedError when the viewer is none of these."""
    if viewer.audience not in audiences:
        message = f"not for {viewer.audience}"
        raise NotAllowedError(message)
