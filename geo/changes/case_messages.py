"""What is said in a case: a unit's answer to all its pairs, notes with files, proposals of other days."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select, text

from geo.changes.answers import AnswerWords, answer_overlap
from geo.changes.file_kinds import media_type_of
from geo.changes.files import keep_file
from geo.changes.overlaps import lock_overlaps
from geo.changes.what_if import suggest_periods_of
from geo.changes.zone_days import NewDays, check_days, move_zone
from geo.errors import ChangeRefusedError, NotFoundError
from geo.model.cases import CaseMessage, MessageKind
from geo.model.zones import Zone

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from geo.changes.zones import Author
    from geo.model.answers import Answer
    from geo.overlap.free_period import FreePeriods

LONGEST_NOTE = 2_000
LONGEST_NAME = 100
LONGEST_FILE_NAME = 150

_SIDES = text(
    """
    select c.zone_a, c.zone_b, z.id as side_zone from jiantu.case_pair c
    join jiantu.zone z on z.id in (c.zone_a, c.zone_b)
    where c.case_id = :case and c.present and z.unit_id is not distinct from cast(:unit as bigint)
    order by c.zone_a, c.zone_b, z.id
    """
)
_IN_CASE = text(
    "select exists (select from jiantu.case_pair c"
    " where c.case_id = :case and :zone in (c.zone_a, c.zone_b))"
)

NOT_A_PARTY = (
    "该单位在这件事项中没有工程,不能代其答复。",
    "That unit has no work in this case; nothing can be answered for it.",
)
EMPTY = ("请写几个字,或附上文件。", "Write a few words, or add a file.")
NO_DAYS = ("请至少填一个建议日期。", "Give at least one proposed day.")
WRONG_ORDER = (
    "建议的开工日{}晚于完工日{},请调换。",
    "The proposed start {} is after the proposed end {}. Put them in order.",
)
TOO_LONG = ("说明超过{}字,请缩短。", "The note is longer than {} characters. Shorten it.")
NAME_TOO_LONG = ("姓名超过{}字,请缩短。", "The name is longer than {} characters. Shorten it.")
NOT_IN_CASE = (
    "该工程不在这件事项中,请从列表重新打开。",
    "That work is not in this case. Open the case again from the list.",
)
ALREADY_DECIDED = (
    "这条建议已有结果,请刷新后再看。",
    "This proposal has been decided already. Load the page again.",
)
NOT_THE_OWNER = (
    "只有该工程的责任单位或指挥部可以决定改期。",
    "Only the unit that owns the work, or the command, may decide on its days.",
)
OWN_NEEDS_CONSENT = (
    "这是本单位提出的改期,须另一方同意后才能执行。",
    "Your own unit proposed these days; another side has to agree before they are set.",
)
OWN_CONSENT = (
    "本单位提出的建议要由另一方表态。",
    "Another side has to agree to what your own unit proposed.",
)


@dataclass(frozen=True, slots=True)
class Speaker:
    """In whose name something is said: a unit (None for works without one, or for the command itself), by whom, when.

    `at` is an aware datetime. `by_command`: the command writes it down for the unit (代录), or speaks itself.
    """

    unit_id: int | None
    at: datetime
    name: str = ""
    by_command: bool = False


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it came: its own name and its bytes."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Said:
    """The words, and the file that comes with them."""

    note: str = ""
    upload: Upload | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """Other days for a work of the case, and why; None leaves a day as it is."""

    zone_id: int
    first_on: date | None
    last_on: date | None
    note: str = ""


def answer_case(
    session: Session, case_id: int, speaker: Speaker, answer: Answer, said: Said
) -> int:
    """Answer every pair of a case in which the unit has a work, and say so in the thread; the message's id.

    Raises ChangeRefusedError when the unit has no work in it or the words are too long.
    """
    lock_overlaps(session)
    sides = session.execute(_SIDES, {"case": case_id, "unit": speaker.unit_id}).all()
    if not sides:
        raise ChangeRefusedError(*NOT_A_PARTY)
    words = AnswerWords(answer, said.note, answered_by=speaker.name, by_command=speaker.by_command)
    for side in sides:
        answer_overlap(session, (side.zone_a, side.zone_b), side.side_zone, words, speaker.at)
    message = CaseMessage(kind=MessageKind.ANSWER, answer=answer)
    return _say(session, case_id, speaker, message, said)


def say_in_case(session: Session, case_id: int, speaker: Speaker, said: Said) -> int:
    """Add a note or a file to the thread; the message's id."""
    if not said.note.strip() and said.upload is None:
        raise ChangeRefusedError(*EMPTY)
    return _say(session, case_id, speaker, CaseMessage(kind=MessageKind.NOTE), said)


def propose_days(session: Session, case_id: int, speaker: Speaker, proposal: Proposal) -> int:
    """Propose other days for a work of the case; nothing moves until its owner accepts. The message's id.

    Days that the work cannot be given as it stands are refused at once.
    """
    first, last = proposal.first_on, proposal.last_on
    if first is None and last is None:
        raise ChangeRefusedError(*NO_DAYS)
    if first and last and first > last:
        raise ChangeRefusedError(*(words.format(first, last) for words in WRONG_ORDER))
    _check_in_case(session, case_id, proposal.zone_id)
    check_days(session, proposal.zone_id, NewDays(first, last))
    message = CaseMessage(
        kind=MessageKind.PROPOSAL, zone_id=proposal.zone_id, first_on=first, last_on=last
    )
    return _say(session, case_id, speaker, message, Said(proposal.note))


def find_free_days(
    session: Session, case_id: int, zone_id: int, author: Author, day: date
) -> FreePeriods | None:
    """The nearest periods in which a work of the case is in nobody's way, to be proposed; nothing is written.

    None when there is nothing to look for: it has begun, has no last day, or is in nobody's way.
    """
    _check_in_case(session, case_id, zone_id)
    return suggest_periods_of(session, zone_id, author, day)


def _check_in_case(session: Session, case_id: int, zone_id: int) -> None:
    if not session.scalar(_IN_CASE, {"case": case_id, "zone": zone_id}):
        raise ChangeRefusedError(*NOT_IN_CASE)


def consent_to_days(session: Session, message_id: int, speaker: Speaker) -> None:
    """Agree to days that the owner of a work proposed for it itself, so that the owner may set them."""
    proposal = _open_proposal(session, message_id)
    if proposal.unit_id == speaker.unit_id and not speaker.by_command:
        raise ChangeRefusedError(*OWN_CONSENT)
    message = CaseMessage(kind=MessageKind.CONSENT, reply_to=proposal.id)
    _say(session, proposal.case_id, speaker, message, Said())


def accept_days(
    session: Session, message_id: int, speaker: Speaker, zone_version: int, day: date
) -> None:
    """Accept a proposal: the work gets the new days, and pairs are brought up to date, in the same transaction.

    Who accepts owns the work, or is the command. An owner's own proposal needs the consent of another side first.
    `zone_version` is the version of the work that was seen.
    """
    proposal = _open_proposal(session, message_id)
    owner = session.scalars(select(Zone.unit_id).where(Zone.id == proposal.zone_id)).one()
    if not speaker.by_command and (owner is None or owner != speaker.unit_id):
        raise ChangeRefusedError(*NOT_THE_OWNER)
    if proposal.unit_id == owner and owner is not None and not speaker.by_command:
        consents = session.scalars(
            select(CaseMessage.unit_id).where(
                CaseMessage.reply_to == proposal.id, CaseMessage.kind == MessageKind.CONSENT
            )
        ).all()
        if not consents:
            raise ChangeRefusedError(*OWN_NEEDS_CONSENT)
    message = CaseMessage(
        kind=MessageKind.ACCEPTED,
        reply_to=proposal.id,
        zone_id=proposal.zone_id,
        first_on=proposal.first_on,
        last_on=proposal.last_on,
    )
    _say(session, proposal.case_id, speaker, message, Said())
    if proposal.zone_id is not None:
        days = NewDays(proposal.first_on, proposal.last_on)
        move_zone(session, proposal.zone_id, zone_version, days, day)


def decline_days(session: Session, message_id: int, speaker: Speaker, note: str = "") -> None:
    """Turn a proposal down, or take one's own back."""
    proposal = _open_proposal(session, message_id)
    owner = session.scalars(select(Zone.unit_id).where(Zone.id == proposal.zone_id)).one_or_none()
    if not speaker.by_command and speaker.unit_id not in {owner, proposal.unit_id}:
        raise ChangeRefusedError(*NOT_THE_OWNER)
    message = CaseMessage(kind=MessageKind.DECLINED, reply_to=proposal.id, zone_id=proposal.zone_id)
    _say(session, proposal.case_id, speaker, message, Said(note))


def _open_proposal(session: Session, message_id: int) -> CaseMessage:
    """A proposal that nobody has decided; under the lock, so that of two clicks only one counts."""
    lock_overlaps(session)
    found = session.scalars(
        select(CaseMessage).where(
            CaseMessage.id == message_id, CaseMessage.kind == MessageKind.PROPOSAL
        )
    ).one_or_none()
    if found is None:
        message = f"no proposal {message_id}"
        raise NotFoundError(message)
    decided = session.scalar(
        select(CaseMessage.id).where(
            CaseMessage.reply_to == message_id,
            CaseMessage.kind.in_([MessageKind.ACCEPTED, MessageKind.DECLINED]),
        )
    )
    if decided is not None:
        raise ChangeRefusedError(*ALREADY_DECIDED)
    return found


def _say(session: Session, case_id: int, speaker: Speaker, message: CaseMessage, said: Said) -> int:
    note, upload = said.note, said.upload
    if len(note) > LONGEST_NOTE:
        raise ChangeRefusedError(*(words.format(LONGEST_NOTE) for words in TOO_LONG))
    if len(speaker.name) > LONGEST_NAME:
        raise ChangeRefusedError(*(words.format(LONGEST_NAME) for words in NAME_TOO_LONG))
    message.case_id = case_id
    message.unit_id = speaker.unit_id
    message.body = note.strip() or None
    message.said_by = speaker.name.strip() or None
    message.said_at = speaker.at
    message.by_command = speaker.by_command
    if upload is not None:
        message.file_sha256 = keep_file(session, upload.content, media_type_of(upload.content))
        message.file_name = _plain_name(upload.name)
    session.add(message)
    session.flush()
    return message.id


def _plain_name(name: str) -> str:
    """The last part of a file's name, without what has no place in one."""
    last = name.replace("\\", "/").rsplit("/", maxsplit=1)[-1]
    kept = "".join(letter for letter in last if letter.isprintable() and letter not in '<>:"|?*')
    return kept.strip()[-LONGEST_FILE_NAME:] or "file"
