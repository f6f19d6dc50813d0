"""Keeping the city's lists: entries are added, renamed, put in another order and retired; none is ever deleted."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from geo.changes.lamps import raise_revisions
from geo.changes.map_layers import NAMED_ON
from geo.changes.overlaps import lock_overlaps
from geo.errors import ChangeConflictError, ChangeRefusedError, NotFoundError
from geo.model.city import District
from geo.model.codes import LadderStep
from geo.queries.codes import get_list

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sqlalchemy.orm import Session

    from geo.model.base import CodeList

LONGEST_NAME = 60
LONGEST_LETTER = 2
_NO_NAME = ("请填写名称。", "Fill in the name.")
_NAME_TAKEN = ("这个清单里已有“{}”。", "There is “{}” in this list already.")
_STALE = (
    "“{}”刚被别人改过,没有保存。请看过现在的内容后再改。",
    "Somebody has just changed “{}”, so nothing was saved. Look at it as it stands and change it again.",
)
_LAST = (
    "清单里至少保留一项可用的内容。",
    "At least one entry of a list stays in use.",
)


@dataclass(frozen=True, slots=True)
class EntryWords:
    """What a form says of an entry; the letter stands for a utility on the map."""

    name: str
    name_en: str = ""
    letter: str = ""

    def cleaned(self) -> EntryWords:
        """Without blanks round it. Raises ChangeRefusedError when there is no name."""
        name = self.name.strip()[:LONGEST_NAME]
        if not name:
            raise ChangeRefusedError(*_NO_NAME)
        english = self.name_en.strip()[:LONGEST_NAME]
        return EntryWords(name, english, self.letter.strip()[:LONGEST_LETTER])


def add_entry(session: Session, list_name: str, words: EntryWords) -> str:
    """Add an entry at the end of a list; returns its code, which is made from the English name where there is one."""
    table, said = get_list(list_name), words.cleaned()
    entries = _entries(session, table)
    _check_name(entries, said.name, None)
    code = _new_code(said.name_en, {entry.code for entry in entries})
    entry = table()
    entry.code, entry.name, entry.name_en = code, said.name, said.name_en or None
    entry.position = max((one.position for one in entries), default=0) + 1
    _set_letter(entry, said)
    session.add(entry)
    _finish(session)
    return code


def rename_entry(session: Session, list_name: str, code: str, words: EntryWords, seen: int) -> None:
    """Call an entry something else; records keep its code. `seen` is the version that was read.

    Raises ChangeRefusedError, ChangeConflictError when it was changed meanwhile, NotFoundError.
    """
    table, said = get_list(list_name), words.cleaned()
    entries = _entries(session, table)
    entry = _find(entries, code)
    if entry.version != seen:
        raise ChangeConflictError(*(told.format(entry.name) for told in _STALE))
    _check_name(entries, said.name, entry)
    _keep_old_name(entry, said.name)
    entry.name, entry.name_en = said.name, said.name_en or None
    _set_letter(entry, said)
    _finish(session)


def move_entry(session: Session, list_name: str, code: str, by: int) -> None:
    """Move an entry up (-1) or down (1) in its list; at the end of the list nothing happens."""
    entries = _entries(session, get_list(list_name))
    _reorder(entries, entries.index(_find(entries, code)), by)
    _finish(session)


def retire_entry(
    session: Session, list_name: str, code: str, today: date, *, retired: bool
) -> None:
    """Offer an entry no more, or again. Records that have it keep it. Raises ChangeRefusedError for the last one."""
    entries = _entries(session, get_list(list_name))
    entry = _find(entries, code)
    in_use = [one for one in entries if one.retired_on is None]
    if retired and in_use == [entry]:
        raise ChangeRefusedError(*_LAST)
    if retired != (entry.retired_on is not None):
        entry.retired_on = today if retired else None
    _finish(session)


def rename_step(session: Session, code: str, words: EntryWords, seen: int) -> None:
    """Call a ladder's step something else. Reports carry the words that were said, so the old name stays known."""
    said = words.cleaned()
    lock_overlaps(session)
    step = session.scalars(
        select(LadderStep).where(LadderStep.code == code).with_for_update()
    ).one_or_none()
    if step is None:
        message = f"no step {code}"
        raise NotFoundError(message)
    if step.version != seen:
        raise ChangeConflictError(*(told.format(step.name) for told in _STALE))
    others = session.scalars(
        select(LadderStep).where(LadderStep.category == step.category, LadderStep.id != step.id)
    ).all()
    if any(said.name in {other.name, *other.synonyms} for other in others):
        raise ChangeRefusedError(*(told.format(said.name) for told in _NAME_TAKEN))
    _keep_old_name(step, said.name)
    step.name, step.name_en = said.name, said.name_en or None
    _finish(session)


def rename_district(session: Session, district_id: int, words: EntryWords, seen: int) -> None:
    """Call a district something else. Raises ChangeRefusedError, ChangeConflictError, NotFoundError."""
    districts = _districts(session)
    district = _find_district(districts, district_id)
    said = words.cleaned()
    if district.version != seen:
        raise ChangeConflictError(*(told.format(district.name) for told in _STALE))
    if any(one.name == said.name for one in districts if one is not district):
        raise ChangeRefusedError(*(told.format(said.name) for told in _NAME_TAKEN))
    district.name, district.name_en = said.name, said.name_en or None
    _finish(session)


def move_district(session: Session, district_id: int, by: int) -> None:
    """Move a district up (-1) or down (1) in the order in which districts are listed."""
    districts = _districts(session)
    _reorder(districts, districts.index(_find_district(districts, district_id)), by)
    _finish(session)


def _entries(session: Session, table: type[CodeList]) -> list[CodeList]:
    lock_overlaps(session)  # who changes zones refers to these rows and raises the same layers
    query = select(table).order_by(table.position, table.code).with_for_update()
    return list(session.scalars(query))


def _districts(session: Session) -> list[District]:
    lock_overlaps(session)
    query = select(District).order_by(District.position, District.code).with_for_update()
    return list(session.scalars(query))


def _find(entries: Sequence[CodeList], code: str) -> CodeList:
    for entry in entries:
        if entry.code == code:
            return entry
    message = f"no entry {code}"
    raise NotFoundError(message)


def _find_district(districts: Sequence[District], district_id: int) -> District:
    for district in districts:
        if district.id == district_id:
            return district
    message = f"no district {district_id}"
    raise NotFoundError(message)


def _check_name(entries: Sequence[CodeList], name: str, own: CodeList | None) -> None:
    """A name means one code, also as a synonym: imports read it."""
    if any(name in {one.name, *(one.synonyms or ())} for one in entries if one is not own):
        raise ChangeRefusedError(*(told.format(name) for told in _NAME_TAKEN))


def _keep_old_name(entry: CodeList | LadderStep, name: str) -> None:
    """What it was called before stays a name by which files are read."""
    if name != entry.name:
        kept = [one for one in (*entry.synonyms, entry.name) if one != name]
        entry.synonyms = list(dict.fromkeys(kept))


def _set_letter(entry: CodeList, words: EntryWords) -> None:
    if hasattr(entry, "letter"):
        entry.letter = words.letter or None


def _reorder(entries: Sequence[CodeList | District], place: int, by: int) -> None:
    wanted = min(max(place + by, 0), len(entries) - 1)
    order: list[CodeList | District] = [*entries]
    order.insert(wanted, order.pop(place))
    for position, entry in enumerate(order, start=1):
        if entry.position != position:
            entry.position = position


def _new_code(english: str, known: set[str]) -> str:
    code = re.sub(r"[^a-z0-9]+", "_", english.lower()).strip("_")[:40]
    if not code or not code[0].isalpha():
        code = "entry"
    if code not in known:
        return code
    number = 2
    while f"{code}_{number}" in known:
        number += 1
    return f"{code}_{number}"


def _finish(session: Session) -> None:
    session.flush()
    raise_revisions(session, NAMED_ON)
