"""Minutes of a meeting (会商纪要), which close a case until something in it moves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from geo.changes.overlaps import lock_overlaps
from geo.errors import ChangeRefusedError
from geo.model.cases import CaseMessage, CaseMinutes, MessageKind
from geo.queries.cases import get_case, list_messages, read_marks
from geo.queries.city import get_city

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sqlalchemy.orm import Session

    from geo.changes.case_messages import Speaker
    from geo.overlap import Days
    from geo.queries.cases import Case, CaseNumber, Message

LONGEST_LINE = 500
MOST_LINES = 50

NOTHING_AGREED = ("请写明议定事项,每行一条。", "Write down what was agreed, one item a line.")
NOBODY_THERE = ("请写明参加单位或人员,每行一个。", "Write down who took part, one a line.")
NO_PLACE = ("请写明会商地点和主持人。", "Write down where the meeting was and who chaired it.")
TO_COME = ("会商日期{}还未到,开完会再记纪要。", "The meeting day {} is still to come.")
TOO_MUCH = (
    "参加人员和议定事项各不超过{}行,每行不超过{}字。",
    "At most {} lines of {} characters each for those present and for what was agreed.",
)
ENDED_BEFORE = (
    "这件事项已无重叠,且从未会商,不需纪要。",
    "This case has no overlap any more; it needs no minutes.",
)


@dataclass(frozen=True, slots=True)
class MinutesWords:
    """What is written down: the day, where, who chaired, who was there, and what was agreed, a line each."""

    held_on: date
    place: str
    chair: str
    participants: tuple[str, ...]
    agreed: tuple[str, ...]


def write_minutes(
    session: Session, number: CaseNumber, words: MinutesWords, speaker: Speaker, day: date
) -> int:
    """Close a case with minutes, numbered by year, and say so in its thread; the minutes' id.

    All that the document says is kept with them, so that it is the same whenever it is made again. Raises
    NotFoundError, and ChangeRefusedError when something is missing, too long, or the meeting is still to come.
    """
    lock_overlaps(session)
    case = get_case(session, number, day)
    objection = _objection(case, words, day)
    if objection is not None:
        raise ChangeRefusedError(*objection)
    year = words.held_on.year
    serial = session.scalars(
        select(func.coalesce(func.max(CaseMinutes.serial), 0) + 1).where(CaseMinutes.year == year)
    ).one()
    minutes = CaseMinutes(
        case_id=case.id,
        year=year,
        serial=serial,
        held_on=words.held_on,
        place=words.place.strip(),
        chair=words.chair.strip(),
        participants=list(words.participants),
        agreed=list(words.agreed),
        facts=_facts(get_city(session).name, case, list_messages(session, case.id)),
        seen=read_marks(session, {case.id})[case.id],
        written_by=speaker.name.strip() or None,
        written_at=speaker.at,
    )
    session.add(minutes)
    session.add(
        CaseMessage(
            case_id=case.id,
            unit_id=speaker.unit_id,
            kind=MessageKind.MINUTES,
            body=f"会商纪要〔{year}〕{serial}号",
            said_by=speaker.name.strip() or None,
            said_at=speaker.at,
            by_command=speaker.by_command,
        )
    )
    session.flush()
    return minutes.id


def _objection(case: Case, words: MinutesWords, day: date) -> tuple[str, str] | None:
    """Why the minutes cannot be kept, in Chinese and English; None when they can."""
    lines = (*words.participants, *words.agreed)
    for said, missing in (
        (words.place.strip() and words.chair.strip(), NO_PLACE),
        (words.participants, NOBODY_THERE),
        (words.agreed, NOTHING_AGREED),
    ):
        if not said:
            return missing
    if words.held_on > day:
        return (TO_COME[0].format(words.held_on), TO_COME[1].format(words.held_on))
    too_many = max(len(words.participants), len(words.agreed)) > MOST_LINES
    if too_many or any(len(line) > LONGEST_LINE for line in (*lines, words.place, words.chair)):
        return (
            TOO_MUCH[0].format(MOST_LINES, LONGEST_LINE),
            TOO_MUCH[1].format(MOST_LINES, LONGEST_LINE),
        )
    if not case.pairs and case.ended_on is not None and not case.first_on:
        return ENDED_BEFORE
    return None


def _facts(city: str, case: Case, thread: Sequence[Message]) -> dict[str, Any]:
    """What the document says of the case, as it stands now."""
    proposals = {message.id: message for message in thread}
    return {
        "city": city,
        "case": case.number.official,
        "road": case.road_name,
        "first_on": _iso(case.first_on),
        "last_on": _iso(case.last_on),
        "works": [
            {
                "code": side.code,
                "name": side.name,
                "kind": side.kind,
                "unit": side.unit,
                **_period(side.days),
            }
            for side in case.zones.values()
        ],
        "findings": [
            f"“{pair.a.name}”与“{pair.b.name}”:{sentence}"
            for pair in case.pairs
            for sentence in pair.sentences("zh")
        ],
        "answers": [
            {"unit": message.unit, "answer": message.answer.value, "note": message.body}
            for message in _last_answers(thread)
            if message.answer is not None
        ],
        "moved": [
            {
                "work": message.zone,
                "first_on": _iso(message.first_on),
                "last_on": _iso(message.last_on),
                "proposed_by": proposals[message.reply_to].unit if message.reply_to else None,
            }
            for message in thread
            if message.kind is MessageKind.ACCEPTED
        ],
    }


def _last_answers(thread: Sequence[Message]) -> list[Message]:
    """The last answer of each unit, in the order in which they were given."""
    last = {message.unit_id: message for message in thread if message.kind is MessageKind.ANSWER}
    return sorted(last.values(), key=lambda message: (message.said_at, message.id))


def _period(days: Days | None) -> dict[str, str | None]:
    return {
        "first_on": _iso(days.first_on if days else None),
        "last_on": _iso(days.last_on if days else None),
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
