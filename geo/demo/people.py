"""The demo city's made-up people: accounts without passwords, by which anybody may look at the city as they would."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from geo.changes.accounts import add_account, put_member
from geo.model.accounts import Account, MemberRole, StaffRole
from geo.model.units import Unit

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

DEMO_CITY = "demo"


@dataclass(frozen=True, slots=True)
class Person:
    """A made-up person: account, name, office in both languages, and a role for the whole city or a place in a unit.

    The unit is named by its code.
    """

    account: str
    name: str
    office: str
    office_en: str
    role: StaffRole = StaffRole.NONE
    unit: str = ""
    place: MemberRole = MemberRole.EDITOR


PEOPLE = (
    Person(
        "demo-command",
        "示例甲(指挥部)",
        "指挥部办公室 · 看全市、改全市",
        "Command office: sees and edits everything",
        StaffRole.COMMAND,
    ),
    Person(
        "demo-leader",
        "示例乙(市领导)",
        "市领导 · 看全市",
        "City leader: sees everything",
        StaffRole.LEADER,
    ),
    Person(
        "demo-housing",
        "示例丙(住建局)",
        "市住建局 · 牵头责任单位,改本单位项目",
        "Housing Bureau: edits the projects it leads",
        unit="housing",
        place=MemberRole.UNIT_ADMIN,
    ),
    Person(
        "demo-builder",
        "示例丁(城投集团)",
        "城投集团 · 牵头责任单位,只看本单位项目",
        "City Construction Group: reads the projects it leads",
        unit="city-construction-group",
        place=MemberRole.READER,
    ),
    Person(
        "demo-police",
        "示例戊(交警支队)",
        "交警支队 · 占道与导行",
        "Traffic Police: diversions",
        unit="traffic-police",
    ),
    Person(
        "demo-power",
        "示例己(供电公司)",
        "供电公司 · 电力迁改",
        "Power Supply: its own relocations",
        unit="electricity",
    ),
    Person(
        "demo-heat",
        "示例庚(热力公司)",
        "热力公司 · 供热迁改",
        "District Heating: its own relocations",
        unit="heat",
    ),
    Person(
        "demo-admin",
        "示例辛(系统管理员)",
        "系统管理员 · 单位、账号、规则",
        "Administrator: units, accounts, rules",
        StaffRole.ADMIN,
    ),
)


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """A person as whom one may enter."""

    account_id: int
    name: str
    display_name: str
    office: str
    office_en: str


def add_demo_people(session: Session) -> None:
    """Make those of the accounts that are not there yet. Runs as an administrator."""
    known = set(session.scalars(select(Account.name)))
    units = dict(session.execute(select(Unit.code, Unit.id)).all())
    for person in PEOPLE:
        if person.account in known:
            continue
        account_id = add_account(session, person.account, person.name, role=person.role)
        if person.unit:
            put_member(session, account_id, units[person.unit], person.place)


def find_demo_people(session: Session) -> list[DemoPerson]:
    """Those of them that are active, in their order."""
    ids = dict(
        session.execute(
            select(Account.name, Account.id).where(
                Account.name.in_([person.account for person in PEOPLE]),
                Account.active,
                Account.password_hash.is_(None),
            )
        ).all()
    )
    return [
        DemoPerson(ids[one.account], one.account, one.name, one.office, one.office_en)
        for one in PEOPLE
        if one.account in ids
    ]
