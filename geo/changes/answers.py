"""Answering a pair for one of its sides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from geo.changes.overlaps import lock_overlaps
from geo.errors import ChangeRefusedError, NotFoundError
from geo.model.answers import Answer, OverlapAnswer
from geo.model.overlaps import Overlap
from geo.overlap import Severity
from geo.queries.answers import Pair, read_moves, seen_of

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy.orm import Session

LONGEST_NOTE = 2_000
LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class AnswerWords:
    """What a side answers: the answer, why, other dates it proposes for its work, and who said so."""

    answer: Answer
    note: str = ""
    proposed_first_on: date | None = None
    proposed_last_on: date | None = None
    answered_by: str = ""
    by_command: bool = True
    """Written down by the command for the unit (代录)."""


def answer_overlap(
    session: Session, pair: Pair, side_zone: int, words: AnswerWords, now: datetime
) -> None:
    """Keep the answer of the side `side_zone` of a pair; an earlier one stays in the history.

    `now` is an aware datetime. Raises NotFoundError when there is no such pair, and ChangeRefusedError when it needs
    no answer, the side is none of it, the proposed days are in the wrong order or the words are too long.
    """
    lock_overlaps(session)  # the shapes that are answered are those that stand when this is kept
    severity = session.scalar(
        select(Overlap.severity).where(Overlap.zone_a == pair[0], Overlap.zone_b == pair[1])
    )
    if severity is None:
        message = f"no pair of zones {pair[0]} and {pair[1]}"
        raise NotFoundError(message)
    objection = _objection(Severity(severity), pair, side_zone, words)
    if objection is not None:
        raise ChangeRefusedError(*objection)
    said = {
        "answer": words.answer,
        "note": words.note.strip() or None,
        "proposed_first_on": words.proposed_first_on,
        "proposed_last_on": words.proposed_last_on,
        "answered_by": words.answered_by.strip() or None,
        "answered_at": now,
        "by_command": words.by_command,
        "seen": seen_of(pair, read_moves(session, pair)),
    }
    session.execute(
        insert(OverlapAnswer)
        .values(zone_a=pair[0], zone_b=pair[1], side_zone=side_zone, **said)
        .on_conflict_do_update(index_elements=["zone_a", "zone_b", "side_zone"], set_=said)
    )


def _objection(
    severity: Severity, pair: Pair, side_zone: int, words: AnswerWords
) -> tuple[str, str] | None:
    """Why the answer cannot be kept, in Chinese and English; None when it can."""
    if severity is not Severity.HEAVY:
        return (
            "这一对只是邻近或机会,不需答复。",
            "This pair is only near or an opportunity; it needs no answer.",
        )
    if side_zone not in pair:
        return (
            "答复方不在这一对之中,请从列表重新打开。",
            "That side does not belong to this pair. Open the pair again from the list.",
        )
    first, last = words.proposed_first_on, words.proposed_last_on
    if first and last and first > last:
        return (
            f"建议的开工日{first}晚于完工日{last},请调换。",
            f"The proposed start {first} is after the proposed end {last}. Put them in order.",
        )
    if len(words.note) > LONGEST_NOTE:
        return (
            f"说明超过{LONGEST_NOTE}字,请缩短。",
            f"The note is longer than {LONGEST_NOTE} characters. Shorten it.",
        )
    if len(words.answered_by) > LONGEST_NAME:
        return (
            f"答复人超过{LONGEST_NAME}字,请缩短。",
            f"The name is longer than {LONGEST_NAME} characters. Shorten it.",
        )
    return None
