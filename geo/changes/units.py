"""Keeping the units: made and renamed by the administration."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

from sqlalchemy import select, update

from geo.changes.lamps import raise_revisions
from geo.changes.map_layers import NAMED_ON
from geo.changes.overlaps import lock_overlaps
from geo.errors import ChangeConflictError, ChangeRefusedError, NotFoundError
from geo.model.codes import UnitKind, Utility
from geo.model.units import Unit

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

LONGEST_NAME = 100
_NO_NAME = ("请填写单位名称。", "Fill in the unit's name.")
_NAME_TAKEN = ("单位“{}”已存在。", "There is a unit “{}” already.")
_NO_KIND = ("请选择单位类别。", "Choose the unit's kind.")
_UTILITY_ALONE = (
    "只有产权单位才填管线类别。",
    "Only an owner of lines has a kind of line.",
)
_STALE = (
    "“{}”在您打开之后已被他人修改,您的改动没有保存。请对照现在的内容,再决定是否以您的为准。",
    "Somebody else has changed “{}” since; yours was not saved. Compare the two, then decide which shall hold.",
)


@dataclass(frozen=True, slots=True)
class UnitWords:
    """What a form says of a unit; `kind` and `utility` are codes."""

    name: str
    short_name: str = ""
    name_en: str = ""
    kind: str = ""
    utility: str = ""
    crews: str = ""
    """In how many places it can dig at once, as written; empty where that is not known."""


MOST_CREWS = 200
_NO_CREWS = (
    "施工队数请填1至{}的整数,不清楚可留空。",
    "The number of crews is a whole number from 1 to {}, or left empty.",
)


def put_unit(session: Session, unit_id: int | None, words: UnitWords, seen: int = 0) -> int:
    """Make a unit (without an id) or change one whose version `seen` was read; returns its id.

    Raises ChangeRefusedError, ChangeConflictError when somebody has changed it since, or NotFoundError.
    """
    name = words.name.strip()[:LONGEST_NAME]
    if not name:
        raise ChangeRefusedError(*_NO_NAME)
    if session.get(UnitKind, words.kind) is None:
        raise ChangeRefusedError(*_NO_KIND)
    if words.utility and (words.kind != "utility" or session.get(Utility, words.utility) is None):
        raise ChangeRefusedError(*_UTILITY_ALONE)
    crews = _read_crews(words.crews)
    lock_overlaps(session)  # who changes zones raises the same layers in another order
    unit = Unit() if unit_id is None else _open_unit(session, unit_id, seen)
    known = session.scalar(select(Unit.id).where(Unit.name == name))
    if known is not None and known != unit_id:
        raise ChangeRefusedError(*(told.format(name) for told in _NAME_TAKEN))
    unit.name = name
    unit.short_name = words.short_name.strip()[:LONGEST_NAME] or None
    unit.name_en = words.name_en.strip()[:LONGEST_NAME] or None
    unit.kind = words.kind
    unit.utility = words.utility or None
    unit.crews = crews
    session.add(unit)
    session.flush()
    raise_revisions(session, NAMED_ON)
    return unit.id


def set_crews(session: Session, unit_id: int, written: str, seen: int) -> int:
    """Say in how many places a unit can dig at once; the unit's version. Raises as `put_unit` does."""
    crews = _read_crews(written)
    # Its administrator may write this column alone, so the row cannot be locked: the version is asked for with it.
    done = session.scalar(
        update(Unit)
        .where(Unit.id == unit_id, Unit.version == seen)
        .values(crews=crews)
        .returning(Unit.version)
    )
    if done is None:
        _refuse(session, unit_id)
    return int(done)


def _open_unit(session: Session, unit_id: int, seen: int) -> Unit:
    """The unit, locked, in the version that was read."""
    unit = session.scalars(
        select(Unit)
        .where(Unit.id == unit_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if unit is None or unit.version != seen:
        _refuse(session, unit_id)
    return unit


def _refuse(session: Session, unit_id: int) -> NoReturn:
    known = session.execute(select(Unit.name, Unit.name_en).where(Unit.id == unit_id)).one_or_none()
    if known is None:
        message = f"no unit {unit_id}"
        raise NotFoundError(message)
    names = (known.name, known.name_en or known.name)
    raise ChangeConflictError(*(told.format(one) for told, one in zip(_STALE, names, strict=True)))


def _read_crews(written: str) -> int | None:
    crews = written.strip()
    if not crews:
        return None
    counts = crews.isascii() and crews.isdigit() and len(crews) < 5  # noqa: PLR2004  digits
    if not (counts and 1 <= int(crews) <= MOST_CREWS):
        raise ChangeRefusedError(*(told.format(MOST_CREWS) for told in _NO_CREWS))
    return int(crews)
