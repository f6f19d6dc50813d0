"""What the page of a case shows: its works on one axis, its parties, its thread, and what the asker may do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple
from zoneinfo import ZoneInfo

from flask import request

from app.languages import language
from app.speaking import may_speak_for, units_of
from app.timeline import draw_timeline
from app.wiring import viewer
from geo.model.answers import Answer
from geo.model.cases import MessageKind
from geo.queries.cases import get_case_shapes, list_messages, list_minutes
from geo.queries.coordination import LONG_WAIT_DAYS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from sqlalchemy.orm import Session

    from app.frame import Frame
    from geo.overlap import Days
    from geo.overlap.free_period import FreePeriods
    from geo.queries.cases import Case

LETTERS = {"zh": "甲乙丙丁戊己庚辛壬癸", "en": "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}


class Refused(NamedTuple):
    """A form that was not taken: which one, why, and what was in it."""

    form: str
    sentence: str
    sent: Mapping[str, str]


class Found(NamedTuple):
    """Free days that were asked for in the form of proposals (None: there is nothing to look for)."""

    days: FreePeriods | None
    sent: Mapping[str, str]
    form: str = "proposal"
    sentence: str = ""


def asked(args: Mapping[str, str]) -> dict[str, str]:
    """The filter as the words of an address."""
    return {name: args[name] for name in ("q", "unit", "state", "late") if args.get(name)}


def read_case_context(
    session: Session, case: Case | None, frame: Frame, refused: Refused | Found | None
) -> dict[str, Any]:
    """What the template of a case needs; without a case, what its place needs."""
    asker = viewer()
    zones = list(case.zones.values()) if case else []
    thread = list_messages(session, case.id) if case else []
    decided = {message.reply_to: message for message in thread if message.reply_to}
    shared = [pair.days for pair in case.pairs if pair.days] if case else []
    proposals = [
        message
        for message in thread
        if message.kind is MessageKind.PROPOSAL
        and (message.id not in decided or decided[message.id].kind is MessageKind.CONSENT)
    ]
    forms = {"message", "proposal", "minutes"}
    forms |= {f"proposal-{message.id}" for message in proposals}
    forms |= {f"answer-{party.unit_id or ''}" for party in (case.parties if case else ())}
    return {
        "frame": frame,
        "case": case,
        "formless": refused if refused and refused.form not in forms else None,
        "query": asked(request.args),
        "refused": refused,
        "found": refused if isinstance(refused, Found) else None,
        "zones": zones,
        "letter": letter_of,
        "places": {zone.id: place for place, zone in enumerate(zones)},
        "shared_from": min((days.first_on for days in shared), default=None),
        "shared_until": _last_of(shared),
        "timeline": draw_timeline([zone.days for zone in zones], shared, frame.today),
        "shapes": get_case_shapes(session, case) if case else {},
        "thread": thread,
        "proposals": proposals,
        "consents": {message.reply_to for message in thread if message.kind is MessageKind.CONSENT},
        "minutes": list_minutes(session, case.id) if case else [],
        "choices": (Answer.AFFECTED.value, Answer.UNAFFECTED.value, Answer.AGREED.value),
        "may_speak": lambda unit_id: may_speak_for(asker, unit_id),
        "is_command": units_of(asker) is None,
        "city_time": lambda at: at.astimezone(ZoneInfo(frame.city.time_zone)),
        "long_wait": LONG_WAIT_DAYS,
    }


def _last_of(shared: list[Days]) -> date | None:
    """The last day of all; None where one has no end that is known."""
    lasts = [days.last_on for days in shared]
    return None if None in lasts else max((last for last in lasts if last), default=None)


def letter_of(place: int) -> str:
    """The letter of the work at a place in its case: 甲, 乙 … or A, B …; after the last one, numbers."""
    letters = LETTERS[language()]
    return letters[place] if place < len(letters) else str(place + 1)
