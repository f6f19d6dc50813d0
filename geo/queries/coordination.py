"""Reading the coordination desk: pairs of zones with both sides, their answers and how long they have waited."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import select, text

from geo.errors import NotFoundError
from geo.model.answers import Answer
from geo.model.units import Unit
from geo.overlap import Code, Days, Finding, Severity, explain_finding
from geo.queries.answers import find_answers
from geo.queries.facts import read_calendar
from geo.queries.overlap_zones import to_days
from geo.queries.work_shapes import read_work_shapes
from geo.status import working_days_between

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date

    from sqlalchemy import Row
    from sqlalchemy.orm import Session

    from geo.queries.answers import GivenAnswer, Pair
    from geo.status import WorkCalendar

Language = Literal["zh", "en"]
Answered = Literal["open", "reassess", "answered"]
LONG_WAIT_DAYS = 5
"""Working days after which the command sees that a side has not answered."""

_PAIRS = """
    select o.zone_a, o.zone_b, o.severity, o.findings, o.days, o.area_m2, o.length_m,
      o.distance_m, c.since_on
    from jiantu.overlap o left join jiantu.case_pair c on c.zone_a = o.zone_a and c.zone_b = o.zone_b and c.present
    where (cast(:zone_a as bigint) is null or (o.zone_a = :zone_a and o.zone_b = :zone_b))
      and (cast(:severity as text) is null or o.severity = :severity)
      and (cast(:code as text) is null
        or o.findings @> jsonb_build_array(jsonb_build_object('code', cast(:code as text))))
      and (cast(:zone_a as bigint) is not null or o.days is null or upper_inf(o.days)
        or upper(o.days) > :today)
"""
_CASE_PAIRS = text(
    """
    select c.case_id, o.zone_a, o.zone_b, o.severity, o.findings, o.days, o.area_m2, o.length_m,
      o.distance_m, c.since_on
    from jiantu.case_pair c join jiantu.overlap o on o.zone_a = c.zone_a and o.zone_b = c.zone_b
    where c.present and c.case_id = any(cast(:cases as bigint[]))
    """
)
_ZONES = text(
    """
    select z.id, z.kind, z.code, coalesce(z.name, j.name, z.code) as name,
      coalesce(z.name, j.name_en, j.name, z.code) as name_en, z.utility, z.tentative, z.state,
      u.id as unit_id, coalesce(u.short_name, u.name) as unit, u.name_en as unit_en, z.entered_on,
      (select range_merge(range_agg(p.period)) from jiantu.zone_part p
       where p.zone_id = z.id and p.role <> 'centre_line') as days
    from jiantu.zone z left join jiantu.project_name j on j.id = z.project_id
    left join jiantu.unit u
      on u.id = coalesce(z.unit_id, case when z.kind = 'site' then j.lead_unit_id end)
    where z.id = any(cast(:zones as bigint[]))
    """
)


@dataclass(frozen=True, slots=True)
class DeskFilter:
    """Which pairs the desk shows. What is left empty lets all through; days that are over are never shown."""

    severity: Severity | None = None
    code: Code | None = None
    unit_id: int | None = None
    answered: Answered | None = None
    words: str = ""
    other_id: int | None = None
    """The unit on the other side."""
    until: date | None = None
    """Only pairs that are there by this day."""
    once_settled: bool = False
    """Heavy pairs, and those that would be heavy if neither side were tentative."""


@dataclass(frozen=True, slots=True)
class Side:
    """One zone of a pair, and what has been answered for it."""

    id: int
    kind: str
    code: str
    name: str
    name_en: str
    utility: str | None
    tentative: bool
    unit_id: int | None
    unit: str | None
    unit_en: str | None
    entered_on: date
    days: Days | None
    given: GivenAnswer | None

    @property
    def answer(self) -> Answer:
        """What it answers; 待回复 while nothing has been."""
        return self.given.answer if self.given else Answer.AWAITING

    @property
    def is_settled(self) -> bool:
        """Whether there is an answer that still holds for the shapes and dates of today."""
        return self.answer is not Answer.AWAITING and not self.outdated

    @property
    def outdated(self) -> bool:
        """Whether something has moved since the answer (需重新研判)."""
        return bool(self.given and self.answer is not Answer.AWAITING and self.given.outdated)

    def searched(self) -> str:
        """All that a search looks at."""
        words = (self.name, self.name_en, self.code, self.unit, self.unit_en)
        return " ".join(word for word in words if word).casefold()


@dataclass(frozen=True, slots=True)
class DeskPair:
    """A pair as the desk shows it.

    `waiting_days`: working days for which a side has been silent, since the pair was found, or since one of its works
    moved that had been answered for.
    """

    a: Side
    b: Side
    severity: Severity
    findings: tuple[Finding, ...]
    days: Days | None
    area_m2: float | None
    length_m: float | None
    distance_m: float | None
    waiting_days: int | None

    @property
    def zones(self) -> Pair:
        """The ids of both zones, the lower first."""
        return self.a.id, self.b.id

    @property
    def sides(self) -> tuple[Side, Side]:
        """Both sides."""
        return self.a, self.b

    @property
    def needs_answer(self) -> bool:
        """Only 重叠 is answered; the rest are notices."""
        return self.severity is Severity.HEAVY

    @property
    def waits_to_be_settled(self) -> bool:
        """Whether it would be heavy if neither side were tentative."""
        return any(
            finding.severity is Severity.LIGHT and bool(finding.anchors.get("tentative"))
            for finding in self.findings
        )

    @property
    def state(self) -> Answered:
        """Whether a side must judge again, a side is still to answer, or both have answered."""
        if any(side.outdated for side in self.sides):
            return "reassess"
        return "answered" if all(side.is_settled for side in self.sides) else "open"

    @property
    def is_late(self) -> bool:
        """Whether a side has been silent for more than five working days."""
        return self.waiting_days is not None and self.waiting_days > LONG_WAIT_DAYS

    def days_left(self, today: date) -> int | None:
        """Days until both are there; 0 when they are already, None for an opportunity."""
        return None if self.days is None else max((self.days.first_on - today).days, 0)

    def sentences(self, language: Language) -> list[str]:
        """One sentence for each finding, worst first."""
        names = {side.id: side.name_en if language == "en" else side.name for side in self.sides}
        return [explain_finding(finding, names, language) for finding in self.findings]


@dataclass(frozen=True, slots=True)
class Desk:
    """The pairs asked for, and how many there are by state before that filter is laid on."""

    pairs: list[DeskPair]
    total: int
    open: int
    reassess: int
    answered: int
    late: int


def find_desk_pairs(session: Session, wanted: DeskFilter, today: date) -> Desk:
    """The pairs of a filter, heavy ones first, then by the days left until both are there."""
    rows = session.execute(
        text(_PAIRS),
        {
            "zone_a": None,
            "zone_b": None,
            "severity": wanted.severity.value if wanted.severity else None,
            "code": wanted.code.value if wanted.code else None,
            "today": today,
        },
    ).all()
    pairs = [pair for pair in _complete(session, rows, today) if _fits(pair, wanted)]
    answerable = [pair for pair in pairs if pair.needs_answer]
    states = [pair.state for pair in answerable]
    shown = pairs
    if wanted.answered:
        shown = [pair for pair in answerable if pair.state == wanted.answered]
    return Desk(
        sorted(shown, key=lambda pair: _place(pair, today)),
        len(pairs),
        states.count("open"),
        states.count("reassess"),
        states.count("answered"),
        sum(pair.is_late for pair in answerable),
    )


def get_desk_pair(session: Session, pair: Pair, today: date) -> DeskPair:
    """One pair by its zones; raises NotFoundError when nothing is found between them (any more)."""
    given = {"zone_a": pair[0], "zone_b": pair[1], "severity": None, "code": None, "today": today}
    found = _complete(session, session.execute(text(_PAIRS), given).all(), today)
    if not found:
        message = f"no pair of zones {pair[0]} and {pair[1]}"
        raise NotFoundError(message)
    return found[0]


def find_case_pairs(
    session: Session, case_ids: Collection[int], today: date
) -> dict[int, list[DeskPair]]:
    """The pairs that these cases have now, by case, those that begin first at the front."""
    rows = session.execute(_CASE_PAIRS, {"cases": sorted(case_ids)}).all()
    cases = {(row.zone_a, row.zone_b): row.case_id for row in rows}
    found: dict[int, list[DeskPair]] = {case: [] for case in case_ids}
    for pair in sorted(_complete(session, rows, today), key=lambda one: _place(one, today)):
        found[cases[pair.zones]].append(pair)
    return found


def get_pair_shapes(session: Session, pair: Pair) -> dict[str, Any]:
    """The shapes of a pair as a GeoJSON FeatureCollection (WGS84); its works have the sides `a` and `b`."""
    return read_work_shapes(session, {pair[0]: "a", pair[1]: "b"}, [pair])


def list_desk_units(session: Session) -> list[tuple[int, str, str]]:
    """Units that own a zone of any pair: id, Chinese and English name, by name."""
    owners = text(
        "select distinct coalesce(z.unit_id, case when z.kind = 'site' then j.lead_unit_id end)"
        " from jiantu.overlap o join jiantu.zone z on z.id in (o.zone_a, o.zone_b)"
        " left join jiantu.project j on j.id = z.project_id"
    )
    ids = session.scalars(owners).all()
    units = session.scalars(select(Unit).where(Unit.id.in_(ids)).order_by(Unit.name))
    return [(unit.id, unit.short_name or unit.name, unit.name_en or unit.name) for unit in units]


def _complete(session: Session, rows: Sequence[Row[Any]], today: date) -> list[DeskPair]:
    """Rows of pairs with their zones, answers and waiting days."""
    zones = _read_zones(session, {zone for row in rows for zone in (row.zone_a, row.zone_b)})
    answers = find_answers(session, {(row.zone_a, row.zone_b) for row in rows})
    calendar = read_calendar(session)
    found = []
    for row in rows:
        key = (row.zone_a, row.zone_b)
        a, b = (_side(zones[zone], answers.get((key, zone))) for zone in key)
        severity = Severity(row.severity)
        found.append(
            DeskPair(
                a,
                b,
                severity,
                tuple(Finding.from_json(finding) for finding in row.findings),
                to_days(row.days),
                None if row.area_m2 is None else float(row.area_m2),
                None if row.length_m is None else float(row.length_m),
                None if row.distance_m is None else float(row.distance_m),
                _waiting((a, b), row.since_on, today, calendar)
                if severity is Severity.HEAVY
                else None,
            )
        )
    return found


def _read_zones(session: Session, zone_ids: Collection[int]) -> dict[int, Row[Any]]:
    return {row.id: row for row in session.execute(_ZONES, {"zones": sorted(zone_ids)})}


def _side(zone: Row[Any], given: GivenAnswer | None) -> Side:
    return Side(
        zone.id,
        zone.kind,
        zone.code,
        zone.name,
        zone.name_en,
        zone.utility,
        zone.tentative,
        zone.unit_id,
        zone.unit,
        zone.unit_en,
        zone.entered_on,
        to_days(zone.days),
        given,
    )


def _waiting(
    sides: tuple[Side, Side], found_on: date | None, today: date, calendar: WorkCalendar
) -> int | None:
    """Working days for which the side that has been silent longest is waited for; None when both have answered."""
    known_on = found_on or max(side.entered_on for side in sides)
    since = [
        max(known_on, side.given.moved_on) if side.given and side.given.moved_on else known_on
        for side in sides
        if not side.is_settled
    ]
    return max(working_days_between(min(since), today, calendar), 0) if since else None


def _fits(pair: DeskPair, wanted: DeskFilter) -> bool:
    units = [side.unit_id for side in pair.sides]
    if wanted.unit_id is not None and wanted.unit_id not in units:
        return False
    if wanted.other_id is not None and (wanted.other_id not in units or units[0] == units[1]):
        return False
    if wanted.until is not None and (pair.days is None or pair.days.first_on > wanted.until):
        return False
    if wanted.once_settled and not (pair.needs_answer or pair.waits_to_be_settled):
        return False
    searched = " ".join(side.searched() for side in pair.sides)
    return all(word in searched for word in wanted.words.casefold().split())


_ORDER = {severity: place for place, severity in enumerate(Severity)}


def _place(pair: DeskPair, today: date) -> tuple[int, int, int, Pair]:
    left = pair.days_left(today)
    ends = pair.days.last_on.toordinal() if pair.days and pair.days.last_on else 10**7
    return _ORDER[pair.severity], 10**6 if left is None else left, ends, pair.zones
