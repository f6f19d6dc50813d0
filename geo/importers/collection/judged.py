"""A round with everything that came, judged together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from geo.errors import NotFoundError
from geo.importers.collection.judge import assess_round
from geo.importers.collection.sheet import from_json
from geo.queries.collection import get_round
from geo.queries.collection_facts import read_round_facts

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from geo.importers.collection.judge import Assessed
    from geo.importers.collection.sheet import GivenSheet
    from geo.queries.collection import RoundSheets, SheetLine
    from geo.queries.collection_facts import RoundFacts


@dataclass(frozen=True, slots=True)
class Judged:
    """A round with everything that came, judged; `assessed` by sheet."""

    round: RoundSheets
    facts: RoundFacts
    assessed: dict[int, Assessed]

    @property
    def open(self) -> int:
        """Questions without an answer, of sheets that were not taken in."""
        return sum(len(one.open) for _, one in self.waiting())

    @property
    def doubtful(self) -> int:
        """Doubtful values nobody looked at yet, of sheets that were not taken in."""
        return sum(len(one.doubtful) for _, one in self.waiting())

    def waiting(self) -> list[tuple[SheetLine, Assessed]]:
        """Sheets that came and were not taken in or sent back."""
        return [
            (sheet, self.assessed[sheet.id])
            for sheet in self.round.sheets
            if sheet.state == "received" and sheet.id in self.assessed
        ]

    def ready(self) -> list[tuple[SheetLine, Assessed]]:
        """Those of them that have no open question."""
        return [(sheet, one) for sheet, one in self.waiting() if not one.open]


def judge_round(session: Session, round_id: int) -> Judged:
    """Everything that came in a round, judged together."""
    found = get_round(session, round_id)
    facts = read_round_facts(session, round_id)
    files: dict[int, tuple[int, GivenSheet]] = {}
    sheet_of: dict[int, int] = {}
    for sheet in found.sheets:
        current = sheet.current
        if current is not None and current.cells is not None:
            files[current.id] = (sheet.unit_id, from_json(current.cells))
            sheet_of[current.id] = sheet.id
    assessed = assess_round(files, facts, found.answers)
    return Judged(found, facts, {sheet_of[file_id]: one for file_id, one in assessed.items()})


def get_judged_sheet(session: Session, sheet_id: int, round_id: int) -> tuple[Judged, SheetLine]:
    """A round judged, and one sheet of it; raises `NotFoundError`."""
    judged = judge_round(session, round_id)
    sheet = next((one for one in judged.round.sheets if one.id == sheet_id), None)
    if sheet is None:
        message = f"no sheet {sheet_id}"
        raise NotFoundError(message)
    return judged, sheet
