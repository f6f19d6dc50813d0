"""Reading what was found: pairs of a day or a zone with their sentences, watches, and the map's layer of pairs."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import Select, or_, select, text
from sqlalchemy.orm import aliased

from geo.model.base import among
from geo.model.overlaps import Overlap
from geo.model.overlaps import Watch as WatchRow
from geo.model.projects import Project
from geo.model.units import Unit
from geo.model.zones import Zone, ZoneState
from geo.overlap import (
    Code,
    Days,
    Finding,
    Severity,
    Watch,
    WatchCode,
    explain_finding,
    explain_watch,
)
from geo.queries.overlap_zones import to_days

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

Language = Literal["zh", "en"]
_DIGITS = 6
_ORDER = {severity: place for place, severity in enumerate(Severity)}


@dataclass(frozen=True, slots=True)
class OverlapFilter:
    """Which pairs and watches are meant. Everything left empty lets all through.

    `day` asks for what is there on that day (an opportunity: what can still be taken). Pairs with a draft are for its
    owner and the command only, so they come when `drafts` says so.
    """

    day: date | None = None
    severities: frozenset[Severity] = frozenset()
    codes: frozenset[Code] = frozenset()
    zone_id: int | None = None
    zone_ids: frozenset[int] | None = None
    unit_id: int | None = None
    drafts: bool = False


@dataclass(frozen=True, slots=True)
class ZoneBrief:
    """A zone as it is named in a list."""

    id: int
    kind: str
    code: str
    name: str
    unit: str | None


@dataclass(frozen=True, slots=True)
class FoundPair:
    """A pair, what was found in it, and when."""

    id: int
    severity: Severity
    a: ZoneBrief
    b: ZoneBrief
    findings: tuple[Finding, ...]
    days: Days | None
    area_m2: float | None
    distance_m: float | None

    def sentences(self, language: Language) -> list[str]:
        """One sentence for each finding, worst first."""
        names = {zone.id: zone.name for zone in (self.a, self.b)}
        return [explain_finding(finding, names, language) for finding in self.findings]

    def is_there(self, day: date) -> bool:
        """Whether both are there on `day`, or it is an opportunity that can still be taken then."""
        if self.days is not None and day in self.days:
            return True
        return any(
            finding.anchors["offer_from_on"] <= day.isoformat() < finding.anchors["offer_until_on"]
            for finding in self.findings
            if finding.code is Code.SHARED_TRENCH
        )


@dataclass(frozen=True, slots=True)
class FoundWatch:
    """A zone and what is watched on it."""

    zone: ZoneBrief
    watch: Watch

    def sentence(self, language: Language) -> str:
        """Say what it is."""
        return explain_watch(self.watch, language)


def find_overlaps(session: Session, wanted: OverlapFilter) -> list[FoundPair]:
    """The pairs that a filter means, heavy ones first, then by their first day."""
    a, b = aliased(Zone), aliased(Zone)
    unit_a, unit_b = aliased(Unit), aliased(Unit)
    project_a, project_b = aliased(Project), aliased(Project)
    query: Select[*tuple[Any, ...]] = (
        select(Overlap, a, unit_a, project_a.name, b, unit_b, project_b.name)
        .join(a, a.id == Overlap.zone_a)
        .join(b, b.id == Overlap.zone_b)
        .outerjoin(unit_a, unit_a.id == a.unit_id)
        .outerjoin(unit_b, unit_b.id == b.unit_id)
        .outerjoin(project_a, project_a.id == a.project_id)
        .outerjoin(project_b, project_b.id == b.project_id)
    )
    query = _narrow(query, wanted)
    if not wanted.drafts:
        query = query.where(a.state != ZoneState.DRAFT, b.state != ZoneState.DRAFT)
    if wanted.unit_id is not None:
        query = query.where(or_(a.unit_id == wanted.unit_id, b.unit_id == wanted.unit_id))
    found = [
        FoundPair(
            row.id,
            row.severity,
            _brief(zone_a, owner_a, named_a),
            _brief(zone_b, owner_b, named_b),
            tuple(Finding.from_json(finding) for finding in row.findings),
            to_days(row.days),
            None if row.area_m2 is None else float(row.area_m2),
            None if row.distance_m is None else float(row.distance_m),
        )
        for row, zone_a, owner_a, named_a, zone_b, owner_b, named_b in session.execute(query)
    ]
    day = wanted.day
    if day is not None:
        found = [pair for pair in found if pair.is_there(day)]
    return sorted(found, key=_place)


def _narrow(query: Select[*tuple[Any, ...]], wanted: OverlapFilter) -> Select[*tuple[Any, ...]]:
    if wanted.day is not None:
        query = query.where(or_(Overlap.days.contains(wanted.day), Overlap.days.is_(None)))
    if wanted.severities:
        query = query.where(Overlap.severity.in_(wanted.severities))
    if wanted.codes:
        query = query.where(
            or_(*(Overlap.findings.contains([{"code": code.value}]) for code in wanted.codes))
        )
    if wanted.zone_id is not None:
        query = query.where(or_(Overlap.zone_a == wanted.zone_id, Overlap.zone_b == wanted.zone_id))
    if wanted.zone_ids is not None:
        some = wanted.zone_ids
        query = query.where(or_(among(Overlap.zone_a, some), among(Overlap.zone_b, some)))
    return query


def _brief(zone: Zone, unit: Unit | None, project: str | None) -> ZoneBrief:
    name = zone.name or project or zone.code
    owner = None if unit is None else unit.short_name or unit.name
    return ZoneBrief(zone.id, zone.kind.value, zone.code, name, owner)


def _place(pair: FoundPair) -> tuple[int, str, int]:
    first = pair.days.first_on.isoformat() if pair.days else "9999"
    return _ORDER[pair.severity], first, pair.id


def find_watches(session: Session, wanted: OverlapFilter) -> list[FoundWatch]:
    """What is watched on zones, by first day. Of the filter, its day, zone, unit and drafts are looked at."""
    query = (
        select(WatchRow, Zone, Unit, Project.name)
        .join(Zone, Zone.id == WatchRow.zone_id)
        .outerjoin(Unit, Unit.id == Zone.unit_id)
        .outerjoin(Project, Project.id == Zone.project_id)
        .order_by(WatchRow.days, WatchRow.zone_id, WatchRow.code, WatchRow.id)
    )
    if wanted.day is not None:
        query = query.where(WatchRow.days.contains(wanted.day))
    if wanted.zone_id is not None:
        query = query.where(WatchRow.zone_id == wanted.zone_id)
    if wanted.unit_id is not None:
        query = query.where(Zone.unit_id == wanted.unit_id)
    if not wanted.drafts:
        query = query.where(Zone.state != ZoneState.DRAFT)
    found = []
    for row, zone, unit, project in session.execute(query):
        days = to_days(row.days)
        if days is not None:
            watch = Watch(WatchCode(row.code), days, row.anchors)
            found.append(FoundWatch(_brief(zone, unit, project), watch))
    return found


def get_overlaps_layer(session: Session) -> str:
    """Pairs with a shared shape as GeoJSON text (WGS84, six decimals), with their days and sentences.

    Properties: id, severity, zones (two ids), codes, text, text_en, first_on, last_on. Drafts are left out.
    """
    shapes = {
        row.id: row.shape
        for row in session.execute(
            text(
                "select o.id, st_asgeojson(st_transform(o.shape_metric, 4326), :digits) as shape"
                " from jiantu.overlap o where o.shape_metric is not null"
            ),
            {"digits": _DIGITS},
        )
    }
    features = [
        f'{{"type":"Feature","geometry":{shapes[pair.id]},"properties":{_properties(pair)}}}'
        for pair in find_overlaps(session, OverlapFilter())
        if pair.id in shapes
    ]
    return f'{{"type":"FeatureCollection","features":[{",".join(features)}]}}'


def _properties(pair: FoundPair) -> str:
    properties: dict[str, Any] = {
        "id": pair.id,
        "severity": pair.severity.value,
        "zones": [pair.a.id, pair.b.id],
        "codes": [finding.code.value for finding in pair.findings],
        "text": ";".join(pair.sentences("zh")),
        "text_en": "; ".join(pair.sentences("en")),
    }
    if pair.days is not None:
        properties["first_on"] = pair.days.first_on.isoformat()
        if pair.days.last_on is not None:
            properties["last_on"] = pair.days.last_on.isoformat()
    return json.dumps(properties, ensure_ascii=False, separators=(",", ":"))
