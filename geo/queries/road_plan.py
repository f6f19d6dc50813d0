"""What is planned on a road or in an area in a period: works by unit, where they clash, what protects the ground."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from geo.errors import NotFoundError
from geo.overlap import Days, Finding, Severity, explain_finding
from geo.queries.facts import read_rules
from geo.queries.overlap_zones import to_days
from geo.queries.spelling import spell
from geo.queries.work_shapes import read_work_shapes
from geo.rules import rules_on

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapely import Polygon
    from sqlalchemy.orm import Session

    from geo.overlap import Language
    from geo.rules import Rules

REACH_M = 20.0
"""A work is on a road when it comes within so many metres of its middle line."""

_GROUND = """
    with ground as (
      select st_union(st_buffer(r.shape_metric, :reach)) as shape from jiantu.road r
      where cast(:road as text) is not null and r.name = :road
      union all
      select st_transform(st_setsrid(st_geomfromwkb(cast(:outline as bytea)), 4326), c.metric_srid)
      from jiantu.city c where cast(:outline as bytea) is not null
    )
"""
_WORKS = text(  # the ground and the rest are both written here
    _GROUND  # noqa: S608  two texts of this module
    + """
    select z.id, z.kind, z.code, coalesce(z.name, j.name, z.code) as name,
      coalesce(z.name, j.name_en, j.name, z.code) as name_en, z.state, z.tentative, z.emergency,
      z.utility, z.unit_id, coalesce(u.short_name, u.name) as unit, u.name_en as unit_en,
      (select range_merge(range_agg(p.period)) from jiantu.zone_part p
       where p.zone_id = z.id and p.role <> 'centre_line') as days
    from jiantu.zone z left join jiantu.unit u on u.id = z.unit_id
    left join jiantu.project_name j on j.id = z.project_id
    where z.state <> 'withdrawn' and exists (
      select from jiantu.zone_part p join ground g on p.shape_metric && g.shape
        and st_intersects(p.shape_metric, g.shape)
      where p.zone_id = z.id and p.role <> 'centre_line'
        and p.period && daterange(:first_on, :last_on, '[]'))
    order by u.name nulls last, lower((select range_merge(range_agg(p.period))
      from jiantu.zone_part p where p.zone_id = z.id)), z.id
    """
)
_PAIRS = text(
    """
    select o.zone_a, o.zone_b, o.severity, o.findings, o.days from jiantu.overlap o
    where o.zone_a = any(cast(:zones as bigint[])) and o.zone_b = any(cast(:zones as bigint[]))
    order by o.severity, o.zone_a, o.zone_b
    """
)
_PAVEMENTS = text(
    _GROUND  # noqa: S608  two texts of this module
    + """
    select p.code, p.road_name, p.laid_on, p.overhauled_on from jiantu.pavement p
    where p.road_name = :road or exists (
      select from ground g where p.shape_metric && g.shape and st_intersects(p.shape_metric, g.shape))
    order by p.code
    """
)
_ROADS = text(
    """
    select r.name, min(r.name_en) as name_en, sum(st_length(r.shape_metric)) as length_m
    from jiantu.road r where r.name is not null group by r.name order by r.name
    """
)
_BUSY = text(
    """
    with met as (
      select r.name, p.zone_id, bool_or(p.period @> cast(:today as date)) as running,
        min(lower(p.period)) as first_on
      from jiantu.zone_part p join jiantu.road r
        on r.shape_metric && st_expand(p.shape_metric, :reach)
        and st_dwithin(r.shape_metric, p.shape_metric, :reach)
      where p.role <> 'centre_line' and r.name is not null
        and p.period && daterange(:first_on, :last_on, '[]')
      group by r.name, p.zone_id
    ), side as (
      select o.zone_a, o.zone_b, unnest(array[o.zone_a, o.zone_b]) as zone_id from jiantu.overlap o
      where o.severity = 'heavy' and (o.days is null or o.days && daterange(:first_on, :last_on, '[]'))
    ), shared as (
      -- Each side's roads are looked up once: roads × roads of all pairs would be millions.
      select m.name from side s join met m on m.zone_id = s.zone_id
      group by m.name, s.zone_a, s.zone_b having count(*) = 2
    ), clashing as (
      select name, count(*) as clashes from shared group by name
    )
    select m.name, (select min(r.name_en) from jiantu.road r where r.name = m.name) as name_en,
      count(*) as works, count(distinct z.unit_id) as units, coalesce(max(c.clashes), 0) as clashes,
      count(*) filter (where m.running) as running,
      min(m.first_on) filter (where m.first_on > cast(:today as date)) as next_on
    from met m join jiantu.zone z on z.id = m.zone_id and z.state <> 'withdrawn'
    left join clashing c on c.name = m.name
    group by m.name order by coalesce(max(c.clashes), 0) desc, count(*) desc, m.name limit :most
    """
)
_ROADS_OF_ZONE = text(
    """
    select r.name, min(r.name_en) as name_en, sum(st_length(r.shape_metric)) as length_m
    from jiantu.road r where r.name is not null and exists (
      select from jiantu.zone_part p where p.zone_id = :zone and p.role <> 'centre_line'
      and st_dwithin(p.shape_metric, r.shape_metric, :reach)
    ) group by r.name order by r.name
    """
)
_EXTENT = text(
    """
    select st_xmin(e.box), st_ymin(e.box), st_xmax(e.box), st_ymax(e.box)
    from (select st_extent(r.shape) as box from jiantu.road r where r.name = any(:names)) e
    where e.box is not null
    """
)
_ENGLISH = text("select min(r.name_en) from jiantu.road r where r.name = :road")
_EXISTS = text("select exists (select from jiantu.road r where r.name = :road)")


@dataclass(frozen=True, slots=True)
class Area:
    """Where is looked: a road by its name, or an outline in WGS84 degrees."""

    road: str | None = None
    outline: Polygon | None = None


@dataclass(frozen=True, slots=True)
class PlannedWork:
    """A work there, with its days; `clashes` are the days on which it clashes with others of the list."""

    id: int
    kind: str
    code: str
    name: str
    name_en: str
    state: str
    tentative: bool
    emergency: bool
    utility: str | None
    unit_id: int | None
    unit: str | None
    unit_en: str | None
    days: Days | None
    clashes: tuple[Days, ...]
    with_works: tuple[int, ...]
    """Works that it clashes with."""


@dataclass(frozen=True, slots=True)
class PlannedPair:
    """Two works of the list in which something was found."""

    zones: tuple[int, int]
    severity: Severity
    findings: tuple[Finding, ...]
    days: Days | None

    def sentence(self, names: dict[int, str], language: Language) -> str:
        """The gravest finding in words."""
        return explain_finding(self.findings[0], names, language)


@dataclass(frozen=True, slots=True)
class ProtectedPavement:
    """A pavement that must not be dug up without leave, and until when."""

    code: str
    road_name: str
    laid_on: date | None
    overhauled_on: date | None
    until_on: date


@dataclass(frozen=True, slots=True)
class WindowRun:
    """Days of the period in which a service window forbids something."""

    name: str
    name_en: str
    days: Days


@dataclass(frozen=True, slots=True)
class RoadPlan:
    """Everything that is planned there in the period."""

    area: Area
    first_on: date
    last_on: date
    works: tuple[PlannedWork, ...]
    pairs: tuple[PlannedPair, ...]
    pavements: tuple[ProtectedPavement, ...]
    windows: tuple[WindowRun, ...]

    @property
    def clashes(self) -> list[PlannedPair]:
        """Pairs that have to be settled."""
        return [pair for pair in self.pairs if pair.severity is Severity.HEAVY]

    @property
    def opportunities(self) -> list[PlannedPair]:
        """Pairs of digs that could be one."""
        return [pair for pair in self.pairs if pair.severity is Severity.NONE]

    def name_of(self, zone_id: int, language: Language) -> str:
        """What a work is called."""
        names = {work.id: work.name_en if language == "en" else work.name for work in self.works}
        return names[zone_id]

    def names(self, language: Language) -> dict[int, str]:
        """What all works are called."""
        return {work.id: work.name_en if language == "en" else work.name for work in self.works}


@dataclass(frozen=True, slots=True)
class NamedRoad:
    """A road by its name, and how long it is."""

    name: str
    name_en: str | None
    length_m: float


@dataclass(frozen=True, slots=True)
class BusyRoad:
    """A road with works in a period: how many, of how many units, clashes to be settled, how many run today."""

    name: str
    name_en: str | None
    works: int
    units: int
    clashes: int
    running: int
    next_on: date | None
    """When the next of them begins, if one does after today."""


def list_named_roads(session: Session) -> list[NamedRoad]:
    """All roads that have a name, by name."""
    return [
        NamedRoad(row.name, row.name_en, float(row.length_m)) for row in session.execute(_ROADS)
    ]


def pick_roads(roads: Sequence[NamedRoad], words: str) -> list[NamedRoad]:
    """Those whose name has these words in it, also spelled in pinyin or by its initials (dfl for 东风路)."""
    wanted = words.casefold().replace(" ", "")
    return [
        road
        for road in roads
        if wanted in road.name
        or any(spelled.startswith(wanted) for spelled in spell(road.name))
        or wanted in (road.name_en or "").casefold().replace(" ", "")
    ]


def find_busy_roads(
    session: Session, first_on: date, last_on: date, today: date, most: int
) -> list[BusyRoad]:
    """The roads with works in a period (both days included): those with most clashes first, then with most works."""
    found = session.execute(
        _BUSY,
        {
            "first_on": first_on,
            "last_on": last_on,
            "today": today,
            "reach": REACH_M,
            "most": most,
        },
    )
    return [BusyRoad(**row._mapping) for row in found]  # noqa: SLF001  SQLAlchemy's own name


def find_roads_of(session: Session, zone_id: int) -> list[NamedRoad]:
    """The roads in whose plan a work stands: those within reach of its shapes; lengths are of what is within reach."""
    found = session.execute(_ROADS_OF_ZONE, {"zone": zone_id, "reach": REACH_M})
    return [NamedRoad(row.name, row.name_en, float(row.length_m)) for row in found]


def find_extent(session: Session, names: Sequence[str]) -> tuple[float, ...] | None:
    """West, south, east and north (WGS84) of all that these roads reach; None when there is none of them."""
    row = session.execute(_EXTENT, {"names": list(names)}).one_or_none()
    return None if row is None else tuple(row)


def get_extent(session: Session, area: Area) -> tuple[float, ...] | None:
    """West, south, east and north (WGS84) of where is looked; None when there is no such road."""
    if area.outline is not None:
        return tuple(area.outline.bounds)
    return find_extent(session, [area.road] if area.road else [])


def find_english_name(session: Session, road: str) -> str | None:
    """What a road is called in English, if it has such a name."""
    name: str | None = session.scalar(_ENGLISH, {"road": road})
    return name


def get_road_plan(session: Session, area: Area, first_on: date, last_on: date) -> RoadPlan:
    """What is planned there between two days, both included; raises NotFoundError when there is no such road."""
    if area.road is not None and not session.scalar(_EXISTS, {"road": area.road}):
        message = f"no road {area.road}"
        raise NotFoundError(message)
    outline = None if area.outline is None else area.outline.wkb
    asked: dict[str, Any] = {"road": area.road, "reach": REACH_M, "outline": outline}
    rows = session.execute(_WORKS, {**asked, "first_on": first_on, "last_on": last_on}).all()
    pairs = _pairs(session, [row.id for row in rows], Days(first_on, last_on))
    rules = rules_on(read_rules(session), first_on)
    return RoadPlan(
        area,
        first_on,
        last_on,
        tuple(_work(row, pairs) for row in rows),
        tuple(pairs),
        tuple(_protected(session.execute(_PAVEMENTS, asked).all(), rules, first_on)),
        tuple(_windows(rules, first_on, last_on)),
    )


def get_plan_shapes(session: Session, plan: RoadPlan, works: Sequence[int]) -> dict[str, Any]:
    """The shapes of a plan as a GeoJSON FeatureCollection (WGS84); `side` is the place of a work in `works`, from 0."""
    sides = {work: str(place) for place, work in enumerate(works)}
    return read_work_shapes(session, sides, [pair.zones for pair in plan.clashes])


def _pairs(session: Session, zones: list[int], period: Days) -> list[PlannedPair]:
    found = [
        PlannedPair(
            (row.zone_a, row.zone_b),
            Severity(row.severity),
            tuple(Finding.from_json(one) for one in row.findings),
            to_days(row.days),
        )
        for row in session.execute(_PAIRS, {"zones": zones})
    ]
    return [pair for pair in found if pair.days is None or _share(pair.days, period)]


def _share(one: Days, other: Days) -> bool:
    return (one.last_on is None or one.last_on >= other.first_on) and (
        other.last_on is None or other.last_on >= one.first_on
    )


def _work(row: Any, pairs: Sequence[PlannedPair]) -> PlannedWork:  # noqa: ANN401  a row
    heavy = [pair for pair in pairs if pair.severity is Severity.HEAVY and row.id in pair.zones]
    return PlannedWork(
        *(row.id, row.kind, row.code, row.name, row.name_en, row.state, row.tentative),
        *(row.emergency, row.utility, row.unit_id, row.unit, row.unit_en),
        to_days(row.days),
        tuple(pair.days for pair in heavy if pair.days is not None),
        tuple(zone for pair in heavy for zone in pair.zones if zone != row.id),
    )


def _protected(rows: Sequence[Any], rules: Rules, day: date) -> list[ProtectedPavement]:
    found = []
    for row in rows:
        ends = []
        if row.laid_on is not None:
            ends.append(_years_after(row.laid_on, rules.pavement.new_years))
        if row.overhauled_on is not None:
            ends.append(_years_after(row.overhauled_on, rules.pavement.overhauled_years))
        until = max(ends, default=None)
        if until is not None and until >= day:
            found.append(
                ProtectedPavement(row.code, row.road_name, row.laid_on, row.overhauled_on, until)
            )
    return found


def _years_after(day: date, years: float) -> date:
    whole = int(years)
    try:
        later = day.replace(year=day.year + whole)
    except ValueError:
        later = day.replace(year=day.year + whole, day=28)
    return later + timedelta(days=round((years - whole) * 365) - 1)


def _windows(rules: Rules, first_on: date, last_on: date) -> list[WindowRun]:
    """The runs of days in which something is forbidden, where the window is one of whole days."""
    found = []
    for window in rules.service_windows:
        if not window.forbids or window.since is not None:
            continue
        for year in range(first_on.year - 1, last_on.year + 1):
            since = _on(year, window.first)
            until = _on(year if window.last >= window.first else year + 1, window.last)
            if until >= first_on and since <= last_on:
                days = Days(max(since, first_on), min(until, last_on))
                found.append(WindowRun(window.name, window.name_en, days))
    return sorted(found, key=lambda run: (run.days.first_on, run.name))


def _on(year: int, month_day: str) -> date:
    month, day = (int(part) for part in month_day.split("-"))
    try:
        return date(year, month, day)
    except ValueError:
        return date(year, month, 28)
