"""What if: the pairs and watches that a zone would make, found by the code that keeps them, and undone again."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import shapely
from sqlalchemy import text

from geo.changes.overlap_foresight import find_obstacles, foresee_overlaps
from geo.changes.zone_rows import insert_zone, update_zone
from geo.changes.zones import check_owner, find_zone, look_over
from geo.crs import to_wgs84
from geo.errors import ChangeRefusedError
from geo.model.zones import ZoneState
from geo.overlap import (
    Code,
    Days,
    Finding,
    Severity,
    Watch,
    ZoneFacts,
    explain_finding,
    explain_watch,
)
from geo.overlap.free_period import FreePeriods, Search, find_free_periods, find_joint_period
from geo.queries.city import get_city
from geo.queries.facts import read_rules
from geo.rules import rules_on
from geo.zoning import DIGITS, Level, Remark, refusals, shape_to_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

    from geo.changes.overlap_foresight import ForeseenPair
    from geo.changes.zones import Author
    from geo.overlap import Language
    from geo.zoning import ZoneDraft

LOCK_WAIT = "400ms"
"""So long a look ahead waits for somebody who is saving the very same zone; then it gives up."""
LONGEST = "5s"
_STILL_FORESEEN = frozenset({"utility", "extension_reason", "name", "note", "location_text"})
"""Refused fields that have no part in what is found: while they are being filled in, the pairs are shown already."""
_THIS = {"zh": "本区域", "en": "this zone"}
_LIMITS = text(
    f"select set_config('lock_timeout', '{LOCK_WAIT}', true),"
    f" set_config('statement_timeout', '{LONGEST}', true)"
)
_OTHERS = text(
    """
    select z.id, z.code, coalesce(u.short_name, u.name) as unit,
      coalesce(u.name_en, u.short_name, u.name) as unit_en,
      exists (select from jiantu.overlap o where (o.zone_a = z.id and o.zone_b = :zone)
        or (o.zone_b = z.id and o.zone_a = :zone)) as kept
    from jiantu.zone z left join jiantu.unit u on u.id = z.unit_id
    where z.id = any(cast(:zones as bigint[]))
    """
)


@dataclass(frozen=True, slots=True)
class Other:
    """With whom: the other zone of a pair, and the days on which it is there."""

    id: int
    kind: str
    code: str
    name: str
    unit: str | None
    unit_en: str | None
    days: Days | None


@dataclass(frozen=True, slots=True)
class ForecastPair:
    """A pair that saving would give; the shape is what would be shared, as GeoJSON (WGS84)."""

    other: Other
    severity: Severity
    findings: tuple[Finding, ...]
    days: Days | None
    area_m2: float | None
    distance_m: float | None
    shape: dict[str, Any] | None
    kept: bool
    """Whether the two are a pair already."""
    own_id: int
    own_name: str | None
    row: dict[str, Any]
    """The very row that would be kept."""

    def sentences(self, language: Language) -> list[str]:
        """One sentence for each finding, worst first."""
        names = {self.own_id: self.own_name or _THIS[language], self.other.id: self.other.name}
        return [explain_finding(finding, names, language) for finding in self.findings]

    @property
    def saved_m(self) -> float | None:
        """Metres of trench saved by digging together, when that could be done."""
        for finding in self.findings:
            if finding.code is Code.SHARED_TRENCH:
                return float(finding.anchors["saved_m"])
        return None


@dataclass(frozen=True, slots=True)
class Joining:
    """Other days for the work, so that it digs together with another, and the metres that saves."""

    other: Other
    days: Days
    saved_m: float
    share: str


@dataclass(frozen=True, slots=True)
class Forecast:
    """What saving would give: what is to be said of the zone itself, its pairs, its watches, whom it could join."""

    remarks: list[Remark]
    pairs: list[ForecastPair] = field(default_factory=list)
    watches: list[Watch] = field(default_factory=list)
    joinings: list[Joining] = field(default_factory=list)

    def watch_sentences(self, language: Language) -> list[tuple[Watch, str]]:
        """Each watch with its sentence."""
        return [(watch, explain_watch(watch, language)) for watch in self.watches]


def look_ahead(
    session: Session, draft: ZoneDraft, author: Author, day: date, zone_id: int | None = None
) -> Forecast:
    """What saving `draft` on `day` would give, as a new zone or in the place of `zone_id`. Nothing is kept.

    Pairs with what the author may not see (drafts of others) are left out. The lock on overlaps is not taken; rows of
    the zone itself are held for as long as the look takes. Raises NotFoundError; a database error when the zone is
    being saved by somebody else for longer than `LOCK_WAIT`.
    """
    with _undone(session):
        own_id, remarks = _write(session, draft, author, day, zone_id)
        if own_id is None:
            return Forecast(remarks)
        foreseen = foresee_overlaps(session, own_id, day)
        shown = [pair for pair in foreseen.pairs if _may_see(author, _other(pair, own_id))]
        pairs = _tell(session, shown, own_id, draft.name)
        joinings = _joinings(session, foreseen.zone, pairs, day)
        return Forecast(remarks, pairs, foreseen.watches, joinings)


def suggest_periods(
    session: Session, draft: ZoneDraft, author: Author, day: date, zone_id: int | None = None
) -> FreePeriods | None:
    """The nearest free periods of the same length for `draft`, from `day` on; None when it need not or cannot move."""
    with _undone(session):
        own_id, _ = _write(session, draft, author, day, zone_id)
        return None if own_id is None else _free_periods(session, own_id, author, day)


def suggest_periods_of(
    session: Session, zone_id: int, author: Author, day: date
) -> FreePeriods | None:
    """The same for a zone as it is, whosever it is."""
    with _undone(session):
        return _free_periods(session, zone_id, author, day)


def _free_periods(session: Session, own_id: int, author: Author, day: date) -> FreePeriods | None:
    found = find_obstacles(session, own_id, day)
    if found.zone is None:
        return None
    pairs = [
        pair for pair in found.pairs if _may_see(author, pair.b if pair.a.id == own_id else pair.a)
    ]
    return find_free_periods(Search(found.zone, pairs, found.ground, found.rules), day)


@contextmanager
def _undone(session: Session) -> Iterator[None]:
    """Whatever is written inside is undone at the end; nobody is waited for longer than a moment."""
    savepoint = session.begin_nested()
    try:
        session.execute(_LIMITS)
        yield
    finally:
        savepoint.rollback()
        session.expire_all()


def _write(
    session: Session, draft: ZoneDraft, author: Author, day: date, zone_id: int | None
) -> tuple[int | None, list[Remark]]:
    """Write the zone as saving would; None in the place of its id when that would be refused."""
    kept = None
    if zone_id is not None:
        kept = find_zone(session, zone_id, author)
        draft = replace(draft, kind=kept.kind.value)
    mended, remarks = look_over(session, draft, kept, author)
    if kept is not None:
        try:
            check_owner(session, kept, author)
        except ChangeRefusedError as error:
            remarks = [Remark(Level.REFUSED, "unit_id", error.zh, error.en), *remarks]
    if {remark.field for remark in refusals(remarks)} - _STILL_FORESEEN:
        return None, remarks
    if mended.extended_until_on and not mended.extension_reason:
        return None, remarks
    srid = get_city(session).metric_srid
    if kept is None:
        # Codes are given out under the lock on overlaps, which is not taken here.
        return insert_zone(session, mended, f"?{uuid4().hex}", day, srid), remarks
    update_zone(session, kept, mended, day, srid)
    return kept.id, remarks


def _other(pair: ForeseenPair, own_id: int) -> ZoneFacts:
    return pair.facts.b if pair.facts.a.id == own_id else pair.facts.a


def _may_see(author: Author, zone: ZoneFacts) -> bool:
    return zone.state != ZoneState.DRAFT or author.may_see_draft(zone.unit)


def _tell(
    session: Session, foreseen: list[ForeseenPair], own_id: int, own_name: str | None
) -> list[ForecastPair]:
    ids = [_other(pair, own_id).id for pair in foreseen]
    rows = {row.id: row for row in session.execute(_OTHERS, {"zones": ids, "zone": own_id})}
    crs = f"EPSG:{get_city(session).metric_srid}"
    pairs = []
    for pair in foreseen:
        facts = _other(pair, own_id)
        row = rows[facts.id]
        other = Other(facts.id, facts.kind, row.code, facts.name, row.unit, row.unit_en, facts.days)
        wkb = pair.row.get("wkb")
        pairs.append(
            ForecastPair(
                other,
                pair.verdict.severity,
                pair.verdict.findings,
                pair.verdict.days,
                pair.row.get("area_m2"),
                pair.row.get("distance_m"),
                shape_to_json(to_wgs84(shapely.from_wkb(wkb), crs), DIGITS) if wkb else None,
                row.kept,
                own_id,
                own_name,
                pair.row,
            )
        )
    order = list(Severity)
    return sorted(
        pairs,
        key=lambda each: (
            order.index(each.severity),
            each.days.first_on if each.days else date.max,
            each.other.id,
        ),
    )


def _joinings(
    session: Session, zone: ZoneFacts | None, pairs: list[ForecastPair], day: date
) -> list[Joining]:
    """Digs that this one could join inside the service windows, by the metres that would save."""
    offered = [pair for pair in pairs if pair.saved_m is not None]
    if zone is None or not offered:
        return []
    rules = rules_on(read_rules(session), day)
    found = []
    for pair in offered:
        saved, days = pair.saved_m, pair.other.days
        if saved is None or days is None or days.first_on < day:
            continue
        together = find_joint_period(zone, days, day, rules)
        if together is None:
            continue
        share = next(
            str(finding.anchors["share"])
            for finding in pair.findings
            if finding.code is Code.SHARED_TRENCH
        )
        found.append(Joining(pair.other, together, saved, share))
    return sorted(found, key=lambda each: (-each.saved_m, each.other.id))
