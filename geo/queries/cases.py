"""Reading cases (协调事项): their pairs and parties, what was said, and whether they are settled."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import md5
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import text

from geo.database.acting import by_engine
from geo.errors import NotFoundError
from geo.model.answers import Answer
from geo.model.cases import MessageKind
from geo.queries.answers import read_last_moves, read_moves
from geo.queries.coordination import LONG_WAIT_DAYS, find_case_pairs
from geo.queries.facts import read_calendar
from geo.queries.work_shapes import read_work_shapes
from geo.status import working_days_between

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from geo.queries.coordination import DeskPair, Side

CaseState = Literal["open", "reassess", "answered", "closed", "ended"]
"""待答复, 需重新研判, 已答复待会商, 已会商, 已解除."""

_CASES = """
    select k.id, k.year, k.serial, k.road_name, r.name_en as road_en, k.first_on, k.last_on, k.opened_on, k.ended_on,
      (select json_agg(json_build_object('id', m.id, 'seen', m.seen) order by m.id desc)
       from jiantu.case_minutes m where m.case_id = k.id) as minutes
    from jiantu.coordination_case k left join (
      select name, min(name_en) as name_en from jiantu.road group by name
    ) r on r.name = k.road_name
"""
_MESSAGES = text(
    """
    select m.id, m.kind, m.unit_id, coalesce(u.short_name, u.name) as unit, u.name_en as unit_en,
      m.answer, m.body, m.zone_id, coalesce(z.name, j.name, z.code) as zone,
      coalesce(z.name, j.name_en, j.name, z.code) as zone_en, z.unit_id as owner_id,
      z.version as zone_version, m.first_on, m.last_on, m.reply_to, m.file_name, m.said_by,
      m.said_at, m.by_command
    from jiantu.case_message m left join jiantu.unit u on u.id = m.unit_id
    left join jiantu.zone z on z.id = m.zone_id left join jiantu.project_name j on j.id = z.project_id
    where m.case_id = :case order by m.said_at, m.id
    """
)
_MINUTES = text(
    """
    select m.id, m.case_id, m.year, m.serial, m.held_on, m.place, m.chair, m.participants, m.agreed,
      m.facts, m.seen, m.written_by, m.written_at
    from jiantu.case_minutes m where m.case_id = :case order by m.id desc
    """
)
_FILE = text(
    "select m.file_sha256, m.file_name from jiantu.case_message m"
    " where m.id = :message and m.case_id = :case and m.file_sha256 is not null"
)
_PRESENT = text(
    "select c.case_id, c.zone_a, c.zone_b from jiantu.case_pair c"
    " where c.present and c.case_id = any(cast(:cases as bigint[]))"
)
_OF_PAIR = text(
    """
    select k.id, k.year, k.serial from jiantu.case_pair c
    join jiantu.coordination_case k on k.id = c.case_id
    where c.zone_a = :a and c.zone_b = :b and c.present
    """
)
_OF_ZONE = text(
    """
    select distinct k.year, k.serial from jiantu.case_pair c
    join jiantu.coordination_case k on k.id = c.case_id
    where :zone in (c.zone_a, c.zone_b) and c.present order by k.year desc, k.serial desc
    """
)


@dataclass(frozen=True, slots=True)
class CaseNumber:
    """A case's number: written 2026-12 in addresses, 协〔2026〕12号 in papers."""

    year: int
    serial: int

    def __str__(self) -> str:
        """As addresses have it."""
        return f"{self.year}-{self.serial}"

    @property
    def official(self) -> str:
        """As papers have it."""
        return f"协〔{self.year}〕{self.serial}号"


@dataclass(frozen=True, slots=True)
class Party:
    """A unit in a case with its works there; None stands for works without a unit."""

    unit_id: int | None
    unit: str | None
    unit_en: str | None
    sides: tuple[Side, ...]

    @property
    def answers(self) -> set[Answer]:
        """What it has said of its sides."""
        return {side.answer for side in self.sides}

    @property
    def answer(self) -> Answer:
        """Its answer; 待回复 while there is none for some side, and the gravest when its pairs have several."""
        said = self.answers
        order = (Answer.AWAITING, Answer.AFFECTED, Answer.AGREED, Answer.UNAFFECTED)
        return next(one for one in order if one in said)

    @property
    def has_answered(self) -> bool:
        """Whether it has said anything at all."""
        return self.answers != {Answer.AWAITING}

    @property
    def is_settled(self) -> bool:
        """Whether it has answered for all its sides as they are today."""
        return all(side.is_settled for side in self.sides)

    @property
    def must_reassess(self) -> bool:
        """Whether it has answered, and something has moved or come since."""
        return self.has_answered and not self.is_settled


@dataclass(frozen=True, slots=True)
class Case:
    """A case with the pairs that it has now."""

    id: int
    number: CaseNumber
    road_name: str | None
    road_en: str | None
    first_on: date | None
    last_on: date | None
    opened_on: date
    ended_on: date | None
    pairs: tuple[DeskPair, ...]
    has_minutes: bool
    minutes_hold: bool
    """Whether nothing has moved since its last minutes."""
    moved_days: int | None
    """Working days since something last moved, where minutes no longer hold."""

    @property
    def zones(self) -> dict[int, Side]:
        """Its works by id, those of the first pair first."""
        return {side.id: side for pair in self.pairs for side in pair.sides}

    @property
    def parties(self) -> tuple[Party, ...]:
        """The units that have works in it, in the order of the pairs."""
        sides: dict[int | None, list[Side]] = {}
        for pair in self.pairs:
            for side in pair.sides:
                sides.setdefault(side.unit_id, []).append(side)
        return tuple(
            Party(unit, own[0].unit, own[0].unit_en, tuple(own)) for unit, own in sides.items()
        )

    def party(self, unit_id: int | None) -> Party | None:
        """A unit's part in it."""
        return next((one for one in self.parties if one.unit_id == unit_id), None)

    @property
    def state(self) -> CaseState:
        """Where it stands."""
        if self.ended_on is not None or not self.pairs:
            return "ended"
        if self.has_minutes:
            return "closed" if self.minutes_hold else "reassess"
        if any(party.must_reassess for party in self.parties):
            return "reassess"
        return "answered" if all(party.is_settled for party in self.parties) else "open"

    @property
    def waiting_days(self) -> int | None:
        """Working days for which a side has been silent since a pair was found or moved; None when all have spoken."""
        if self.state not in ("open", "reassess"):
            return None
        waits = [pair.waiting_days for pair in self.pairs if pair.waiting_days is not None]
        if self.moved_days is not None:
            return min(max(waits, default=self.moved_days), self.moved_days)
        return max(waits, default=None)

    @property
    def is_late(self) -> bool:
        """Whether a side has been silent for more than five working days."""
        return (self.waiting_days or 0) > LONG_WAIT_DAYS

    def days_left(self, today: date) -> int | None:
        """Days until the first of its pairs that is not over begins; 0 when one is there."""
        left = [
            found
            for pair in self.pairs
            if not _is_over(pair, today) and (found := pair.days_left(today)) is not None
        ]
        return min(left, default=None)

    def is_over(self, today: date) -> bool:
        """Whether the days of all its pairs are over."""
        return all(_is_over(pair, today) for pair in self.pairs)

    def waits_for(self, unit_id: int | None) -> bool:
        """Whether the unit has still to answer."""
        party = self.party(unit_id)
        return self.state in ("open", "reassess") and party is not None and not party.is_settled


@dataclass(frozen=True, slots=True)
class Message:
    """One thing said in a case. `owner_id`: the unit whose work a proposal would move."""

    id: int
    kind: MessageKind
    unit_id: int | None
    unit: str | None
    unit_en: str | None
    answer: Answer | None
    body: str | None
    zone_id: int | None
    zone: str | None
    zone_en: str | None
    owner_id: int | None
    zone_version: int | None
    first_on: date | None
    last_on: date | None
    reply_to: int | None
    file_name: str | None
    said_by: str | None
    said_at: datetime
    by_command: bool


@dataclass(frozen=True, slots=True)
class Minutes:
    """Minutes of a meeting, as they were written down."""

    id: int
    case_id: int
    year: int
    serial: int
    held_on: date
    place: str
    chair: str
    participants: tuple[str, ...]
    agreed: tuple[str, ...]
    facts: dict[str, Any]
    seen: str
    written_by: str | None
    written_at: datetime

    @property
    def official(self) -> str:
        """The number as papers have it."""
        return f"会商纪要〔{self.year}〕{self.serial}号"


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """Which cases the desk shows; what is left empty lets all through. `unit_id`: those in which it has a work."""

    unit_id: int | None = None
    state: CaseState | None = None
    words: str = ""
    late: bool = False


@dataclass(frozen=True, slots=True)
class CaseDesk:
    """The cases asked for, and how many there are by state before that filter is laid on."""

    cases: list[Case]
    counts: dict[str, int]
    late: int


def find_cases(session: Session, wanted: CaseFilter, today: date) -> CaseDesk:
    """The cases of a filter: those that wait for the unit first, then by the days left, then by their pairs.

    Cases without a pair now, and those whose days are over, are shown only when asked for by `state`.
    """
    ended = wanted.state == "ended"
    where = "" if ended else " where k.ended_on is null"
    cases = [
        case
        for case in _complete(session, session.execute(text(_CASES + where)).all(), today)
        if _fits(case, wanted) and (ended or not case.is_over(today))
    ]
    states = [case.state for case in cases]
    shown = [
        case
        for case in cases
        if (wanted.state is None or case.state == wanted.state)
        and (not wanted.late or case.is_late)
    ]
    return CaseDesk(
        sorted(shown, key=lambda case: _place(case, wanted.unit_id, today)),
        {state: states.count(state) for state in ("open", "reassess", "answered", "closed")},
        sum(case.is_late for case in cases),
    )


def get_case(session: Session, number: CaseNumber, today: date) -> Case:
    """A case by its number; raises NotFoundError."""
    rows = session.execute(
        text(_CASES + " where k.year = :year and k.serial = :serial"),
        {"year": number.year, "serial": number.serial},
    ).all()
    found = _complete(session, rows, today)
    if not found:
        message = f"no case {number}"
        raise NotFoundError(message)
    return found[0]


def find_case_of(session: Session, zone_a: int, zone_b: int) -> CaseNumber | None:
    """The number of the case in which a pair is now."""
    row = session.execute(_OF_PAIR, {"a": zone_a, "b": zone_b}).one_or_none()
    return None if row is None else CaseNumber(row.year, row.serial)


def find_cases_of(session: Session, zone_id: int) -> list[CaseNumber]:
    """The numbers of the cases in which a work is now, the newest first."""
    rows = session.execute(_OF_ZONE, {"zone": zone_id})
    return [CaseNumber(row.year, row.serial) for row in rows]


def list_messages(session: Session, case_id: int) -> list[Message]:
    """What was said in a case, in the order of time."""
    return [
        Message(
            *(row.id, MessageKind(row.kind), row.unit_id, row.unit, row.unit_en),
            Answer(row.answer) if row.answer else None,
            *(row.body, row.zone_id, row.zone, row.zone_en, row.owner_id, row.zone_version),
            *(row.first_on, row.last_on, row.reply_to, row.file_name, row.said_by),
            *(row.said_at, row.by_command),
        )
        for row in session.execute(_MESSAGES, {"case": case_id})
    ]


def list_minutes(session: Session, case_id: int) -> list[Minutes]:
    """The minutes of a case, the newest first."""
    return [
        Minutes(
            *(row.id, row.case_id, row.year, row.serial, row.held_on, row.place, row.chair),
            tuple(row.participants),
            tuple(row.agreed),
            *(row.facts, row.seen, row.written_by, row.written_at),
        )
        for row in session.execute(_MINUTES, {"case": case_id})
    ]


def find_message_file(session: Session, case_id: int, message_id: int) -> tuple[str, str]:
    """The SHA-256 and the name of the file that came with a message; raises NotFoundError."""
    row = session.execute(_FILE, {"message": message_id, "case": case_id}).one_or_none()
    if row is None:
        message = f"no file with message {message_id}"
        raise NotFoundError(message)
    return row.file_sha256, row.file_name


def get_case_shapes(session: Session, case: Case) -> dict[str, Any]:
    """The shapes of a case as a GeoJSON FeatureCollection (WGS84); `side` is the place of the work in the case, from 0.

    What two works share has the side `shared`.
    """
    sides = {zone: str(place) for place, zone in enumerate(case.zones)}
    return read_work_shapes(session, sides, [pair.zones for pair in case.pairs])


@by_engine
def read_marks(session: Session, case_ids: Collection[int]) -> dict[int, str]:
    """A mark for each case, made of its pairs and their works' shapes and dates: another one as soon as any moves.

    It is read as the engine: a unit that has a side in some of the pairs is told whether the case has moved.
    """
    pairs: dict[int, list[tuple[int, int]]] = {case: [] for case in case_ids}
    for row in session.execute(_PRESENT, {"cases": sorted(case_ids)}):
        pairs[row.case_id].append((row.zone_a, row.zone_b))
    zones = {zone for found in pairs.values() for pair in found for zone in pair}
    moves = read_moves(session, zones) if zones else {}
    return {
        case: md5(
            ";".join(f"{a}:{moves.get(a)} {b}:{moves.get(b)}" for a, b in sorted(found)).encode(),
            usedforsecurity=False,
        ).hexdigest()
        for case, found in pairs.items()
    }


def _complete(session: Session, rows: Collection[Any], today: date) -> list[Case]:
    pairs = find_case_pairs(session, {row.id for row in rows}, today)
    marks = read_marks(session, {row.id for row in rows if row.minutes})
    hold = {row.id: bool(row.minutes) and row.minutes[0]["seen"] == marks[row.id] for row in rows}
    moved = _moved_days(
        session, {row.id: pairs[row.id] for row in rows if row.minutes and not hold[row.id]}, today
    )
    return [
        Case(
            row.id,
            CaseNumber(row.year, row.serial),
            *(row.road_name, row.road_en, row.first_on, row.last_on, row.opened_on, row.ended_on),
            tuple(pairs[row.id]),
            bool(row.minutes),
            hold[row.id],
            moved.get(row.id),
        )
        for row in rows
    ]


def _moved_days(
    session: Session, moved: Mapping[int, list[DeskPair]], today: date
) -> dict[int, int]:
    """Working days since a work of each of these cases was last changed."""
    zones = {zone for pairs in moved.values() for pair in pairs for zone in pair.zones}
    if not zones:
        return {}
    days, calendar = read_last_moves(session, zones), read_calendar(session)
    return {
        case: max(
            working_days_between(
                max(days[zone] for pair in pairs for zone in pair.zones), today, calendar
            ),
            0,
        )
        for case, pairs in moved.items()
        if pairs
    }


def _is_over(pair: DeskPair, today: date) -> bool:
    return pair.days is not None and pair.days.last_on is not None and pair.days.last_on < today


def _fits(case: Case, wanted: CaseFilter) -> bool:
    if wanted.unit_id is not None and case.party(wanted.unit_id) is None:
        return False
    searched = " ".join(
        [case.number.official, str(case.number), case.road_name or ""]
        + [side.searched() for side in case.zones.values()]
    ).casefold()
    return all(word in searched for word in wanted.words.casefold().split())


_ORDER: dict[CaseState, int] = {"reassess": 0, "open": 0, "answered": 1, "closed": 2, "ended": 3}


def _place(case: Case, unit_id: int | None, today: date) -> tuple[bool, int, int, int, int, int]:
    left = case.days_left(today)
    return (
        unit_id is not None and not case.waits_for(unit_id),
        _ORDER[case.state],
        10**6 if left is None else left,
        -len(case.pairs),
        case.number.year,
        case.number.serial,
    )
