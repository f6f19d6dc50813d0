"""Reading rounds: the list of them, and one with its sheets, files, answers and takings-in."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from geo.errors import NotFoundError
from geo.model.collection import (
    CollectionAnswer,
    CollectionFile,
    CollectionMerge,
    CollectionRound,
    CollectionSheet,
    SheetState,
)
from geo.model.units import Unit

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date, datetime

    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class RoundLine:
    """A round in the list: its period and how many sheets stand where."""

    id: int
    period: str
    first_on: date
    last_on: date
    due_at: datetime
    states: dict[str, int]

    @property
    def owed(self) -> int:
        """How many sheets there are to come."""
        return sum(self.states.values())


@dataclass(frozen=True, slots=True)
class FileLine:
    """A file that came, without its bytes."""

    id: int
    file_name: str
    sha256: str
    received_at: datetime
    received_by: str
    typed_for: bool
    current: bool
    refusal: str | None
    cells: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class MergeLine:
    """A taking-in of a sheet."""

    id: int
    file_id: int
    merged_by: str
    merged_at: datetime
    counts: dict[str, Any]
    notices: list[dict[str, str]]
    undone_by: str | None
    undone_at: datetime | None


@dataclass(slots=True)
class SheetLine:
    """A unit's sheet in a round."""

    id: int
    unit_id: int
    unit: str
    unit_en: str | None
    state: str
    returned_at: datetime | None
    files: list[FileLine] = field(default_factory=list)
    merges: list[MergeLine] = field(default_factory=list)

    @property
    def current(self) -> FileLine | None:
        """The file that holds."""
        return next((one for one in self.files if one.current), None)

    @property
    def merge(self) -> MergeLine | None:
        """The taking-in that holds, if the sheet was taken in."""
        return next((one for one in reversed(self.merges) if one.undone_at is None), None)


@dataclass(frozen=True, slots=True)
class RoundSheets:
    """One round with everything that came."""

    line: RoundLine
    sheets: list[SheetLine]
    unplaced: list[FileLine]
    """Files of which nobody said yet whose they are, and those that could not be read."""
    answers: dict[int, dict[tuple[int, str, str], str]]

    @property
    def any_merged(self) -> bool:
        """Whether something of the round was taken in and holds."""
        return any(sheet.merge is not None for sheet in self.sheets)


def list_rounds(session: Session, most: int = 60) -> list[RoundLine]:
    """Rounds, newest first."""
    rounds = session.scalars(
        select(CollectionRound).order_by(CollectionRound.last_on.desc()).limit(most)
    ).all()
    states: dict[int, dict[str, int]] = defaultdict(dict)
    counted = session.execute(
        select(CollectionSheet.round_id, CollectionSheet.state, func.count())
        .where(CollectionSheet.round_id.in_([one.id for one in rounds]))
        .group_by(CollectionSheet.round_id, CollectionSheet.state)
    )
    for round_id, state, count in counted:
        states[round_id][state.value] = count
    return [_line(one, states[one.id]) for one in rounds]


@dataclass(frozen=True, slots=True)
class OwnSheet:
    """A unit's sheet in the list of those that it has handed in or owes."""

    id: int
    unit: str
    unit_en: str | None
    state: str
    period: str
    first_on: date
    last_on: date
    due_at: datetime


def list_own_sheets(session: Session, unit_ids: Collection[int], most: int = 60) -> list[OwnSheet]:
    """The sheets of these units, newest round first."""
    rows = session.execute(
        select(CollectionSheet, CollectionRound, Unit.name, Unit.name_en)
        .join(CollectionRound, CollectionRound.id == CollectionSheet.round_id)
        .join(Unit, Unit.id == CollectionSheet.unit_id)
        .where(CollectionSheet.unit_id.in_(sorted(unit_ids)))
        .order_by(CollectionRound.last_on.desc(), CollectionRound.id.desc(), Unit.name)
        .limit(most)
    )
    return [
        OwnSheet(
            *(sheet.id, name, name_en, sheet.state.value),
            *(one.period.value, one.first_on, one.last_on, one.due_at),
        )
        for sheet, one, name, name_en in rows
    ]


def unit_of_sheet(session: Session, sheet_id: int) -> int:
    """Whose sheet it is; raises `NotFoundError`."""
    return _one(
        session.scalar(select(CollectionSheet.unit_id).where(CollectionSheet.id == sheet_id)),
        f"no sheet {sheet_id}",
    )


def sheet_of_file(session: Session, file_id: int) -> int:
    """The sheet to which a file belongs; raises `NotFoundError`."""
    return _one(
        session.scalar(select(CollectionFile.sheet_id).where(CollectionFile.id == file_id)),
        f"no file {file_id} of a sheet",
    )


def get_round(session: Session, round_id: int) -> RoundSheets:
    """A round with its sheets by unit's name; raises `NotFoundError`."""
    found = session.get(CollectionRound, round_id)
    if found is None:
        message = f"no round {round_id}"
        raise NotFoundError(message)
    sheets = {
        sheet.id: SheetLine(
            sheet.id, sheet.unit_id, name, name_en, sheet.state.value, sheet.returned_at
        )
        for sheet, name, name_en in session.execute(
            select(CollectionSheet, Unit.name, Unit.name_en)
            .join(Unit, Unit.id == CollectionSheet.unit_id)
            .where(CollectionSheet.round_id == round_id)
            .order_by(Unit.name)
        )
    }
    unplaced: list[FileLine] = []
    for kept in session.scalars(
        select(CollectionFile)
        .where(CollectionFile.round_id == round_id)
        .order_by(CollectionFile.id)
    ):
        line = _file(kept)
        if kept.sheet_id is None:
            unplaced.append(line)
        else:
            sheets[kept.sheet_id].files.append(line)
    for merge in session.scalars(
        select(CollectionMerge)
        .where(CollectionMerge.sheet_id.in_(list(sheets)))
        .order_by(CollectionMerge.id)
    ):
        sheets[merge.sheet_id].merges.append(_merge(merge))
    states: dict[str, int] = defaultdict(int)
    for sheet in sheets.values():
        states[sheet.state] += 1
    return RoundSheets(
        _line(found, states), list(sheets.values()), unplaced, _answers(session, round_id)
    )


def round_of_sheet(session: Session, sheet_id: int) -> int:
    """The round of a sheet; raises `NotFoundError`."""
    return _one(
        session.scalar(select(CollectionSheet.round_id).where(CollectionSheet.id == sheet_id)),
        f"no sheet {sheet_id}",
    )


def round_of_file(session: Session, file_id: int) -> int:
    """The round of a file; raises `NotFoundError`."""
    return _one(
        session.scalar(select(CollectionFile.round_id).where(CollectionFile.id == file_id)),
        f"no file {file_id}",
    )


def get_file_line(session: Session, file_id: int) -> FileLine:
    """A file that came; raises `NotFoundError`."""
    kept = session.get(CollectionFile, file_id)
    if kept is None:
        message = f"no file {file_id}"
        raise NotFoundError(message)
    return _file(kept)


def late_sheets(round_: RoundSheets) -> list[SheetLine]:
    """Sheets that are still to come: nothing came, or it was sent back."""
    late = {SheetState.AWAITED.value, SheetState.RETURNED.value}
    return [sheet for sheet in round_.sheets if sheet.state in late]


def _one(found: int | None, message: str) -> int:
    if found is None:
        raise NotFoundError(message)
    return found


def _line(found: CollectionRound, states: dict[str, int]) -> RoundLine:
    return RoundLine(
        found.id, found.period.value, found.first_on, found.last_on, found.due_at, dict(states)
    )


def _file(kept: CollectionFile) -> FileLine:
    return FileLine(
        kept.id,
        kept.file_name,
        kept.sha256,
        kept.received_at,
        kept.received_by,
        kept.typed_for,
        kept.current,
        kept.refusal,
        kept.cells,
    )


def _merge(merge: CollectionMerge) -> MergeLine:
    return MergeLine(
        merge.id,
        merge.file_id,
        merge.merged_by,
        merge.merged_at,
        merge.counts,
        merge.notices,
        merge.undone_by,
        merge.undone_at,
    )


def _answers(session: Session, round_id: int) -> dict[int, dict[tuple[int, str, str], str]]:
    found: dict[int, dict[tuple[int, str, str], str]] = defaultdict(dict)
    for answer in session.scalars(
        select(CollectionAnswer)
        .join(CollectionFile, CollectionFile.id == CollectionAnswer.file_id)
        .where(CollectionFile.round_id == round_id, CollectionFile.current)
        .order_by(CollectionAnswer.answered_at, CollectionAnswer.id)
    ):
        found[answer.file_id][(answer.row, answer.field, answer.kind)] = answer.choice
    return dict(found)
