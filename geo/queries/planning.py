"""Reading the year's dig plan as a task: works that may be shifted, all that they may clash with, crews and windows."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from geo.overlap import Code, Days, Ground, PairFacts, Severity, WatchCode, find_watches, judge_pair
from geo.planning import Clash, Crew, Offer, Protected, Task, Work
from geo.queries.facts import read_rules
from geo.queries.overlap_contacts import measure_contacts, measure_lines
from geo.queries.overlap_roads import find_alternatives, find_ground, find_trenches, has_roads
from geo.queries.overlap_zones import LIVE, read_links, read_ties, read_zone_facts
from geo.rules import rules_on

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from sqlalchemy import Row
    from sqlalchemy.orm import Session

    from geo.overlap import Trench, ZoneFacts
    from geo.queries.overlap_contacts import Pair
    from geo.queries.overlap_zones import Links, Ties
    from geo.rules import Rules

ALWAYS = Days(date(2000, 1, 1), None)
"""Days on which everything is there: a clash of ground is sought first, and then the shifts that make it one."""
FAR_DAYS = 4_000
_PROTECTED_DAYS_A_YEAR = 365.25

_ZONES = text(
    f"""
    select z.id, z.version, z.kind, z.state, z.tentative, z.emergency, z.dig_plan_state,
      z.approval_number, z.actual_start_on, z.actual_finish_on, z.window_first_on,
      z.window_last_on, z.unit_id, z.parent_id, coalesce(u.short_name, u.name, '') as unit_name,
      u.crews
    from jiantu.zone z left join jiantu.unit u on u.id = z.unit_id
    where z.kind in ('site', 'relocation', 'diversion', 'event', 'haul_route') and {LIVE}
      and z.state not in ('draft', 'finished')
      and exists (select from jiantu.zone_part p
        where p.zone_id = z.id and (upper_inf(p.period) or upper(p.period) > :day))
    order by z.id
    """  # noqa: S608  built from constants of this module
)
_NEAR = text(
    """
    select case when p.zone_id < q.zone_id then p.id else q.id end as part_a,
      case when p.zone_id < q.zone_id then q.id else p.id end as part_b
    from jiantu.zone_part p
    join jiantu.zone_part q on q.shape_wide && p.shape_wide and q.zone_id <> p.zone_id
    where p.zone_id = any(cast(:movable as bigint[])) and q.zone_id = any(cast(:zones as bigint[]))
      and (q.zone_id > p.zone_id or q.zone_id <> all(cast(:movable as bigint[])))
      and p.role <> 'centre_line' and q.role <> 'centre_line'
      and st_dwithin(p.shape_metric, q.shape_metric, p.reach_m + q.reach_m)
    """
)
"""As pairs are sought, but whatever their days."""
_CLOSED_ROADS = text(
    """
    select distinct e.zone_id, r.name
    from jiantu.diversion_effect e
    cross join lateral unnest(e.shut_pieces) as piece
    join jiantu.road r on r.id = piece >> 20
    where e.zone_id = any(cast(:zones as bigint[])) and r.name is not null
    order by e.zone_id, r.name
    """
)
"""The roads that a closure shuts, by the pieces of the graph: the road's id times 2^20 plus the piece's place."""
_MADE_FOR = text(
    """
    select l.zone_id, l.other_id from jiantu.zone_link l
    where l.kind = 'made_for' and l.zone_id = any(cast(:zones as bigint[]))
      and l.other_id = any(cast(:zones as bigint[]))
    """
)


@dataclass(frozen=True, slots=True)
class PlannedZone:
    """A zone that may be shifted: what a proposal for it must know."""

    id: int
    version: int
    unit_id: int | None
    days: Days


@dataclass(frozen=True, slots=True)
class PlanningTask:
    """A task with the zones of its movable works, by id."""

    task: Task
    zones: Mapping[int, PlannedZone]


class _Frame:
    """What the pieces of the task are made from."""

    def __init__(self, session: Session, day: date) -> None:
        self.session = session
        self.day = day
        self.rules: Rules = rules_on(read_rules(session), day)
        rows = session.execute(_ZONES, {"day": day}).all()
        self.rows: dict[int, Row[Any]] = {row.id: row for row in rows}
        self.ties: Ties = read_ties(session)
        self.facts: dict[int, ZoneFacts] = read_zone_facts(session, self.rows.keys(), self.ties)
        self.links: Links = read_links(session, self.rows.keys(), self.ties)
        self.clusters = self._gather()
        self.work_of = {
            zone_id: work_id for work_id, members in self.clusters.items() for zone_id in members
        }

    def may_move(self, zone_id: int) -> bool:
        """Whether a zone is not settled yet: tentative, or declared and not issued; not begun, not in days close by."""
        row, facts = self.rows[zone_id], self.facts.get(zone_id)
        if facts is None or facts.days is None or facts.days.last_on is None:
            return False
        if row.emergency or row.actual_start_on or row.actual_finish_on:
            return False
        open_ = row.tentative or row.dig_plan_state in {"declared", "reviewed"}
        unsettled = row.kind == "diversion" and row.approval_number is None
        return row.kind in {"relocation", "diversion"} and (open_ or unsettled)

    def _gather(self) -> dict[int, list[int]]:
        """Zones that are shifted together: phases of one work, and diversions with what they are made for."""
        top = {zone_id: zone_id for zone_id in self.rows if self.may_move(zone_id)}

        def find(zone_id: int) -> int:
            while top[zone_id] != zone_id:
                zone_id = top[zone_id]
            return zone_id

        ties = [(zone_id, self.ties.work_of(zone_id)) for zone_id in top]
        ties += [
            (row.zone_id, row.other_id)
            for row in self.session.execute(_MADE_FOR, {"zones": sorted(self.rows)})
            if self.rows[row.other_id].kind in {"relocation", "diversion"}
        ]
        settled: set[int] = set()
        for one, other in ties:
            if one in top and other in top:
                top[max(find(one), find(other))] = min(find(one), find(other))
            elif one in top or other in top:
                # what it belongs to is settled, so it is too
                settled.add(one if one in top else other)
        held = {find(zone_id) for zone_id in settled if zone_id in top}
        gathered: dict[int, list[int]] = defaultdict(list)
        for zone_id in top:
            if (root := find(zone_id)) not in held:
                gathered[root].append(zone_id)
        # a diversion without approval moves with what it is made for; alone it moves when it is tentative itself
        return {
            root: sorted(members)
            for root, members in gathered.items()
            if any(self._is_open(zone_id) for zone_id in members)
        }

    def _is_open(self, zone_id: int) -> bool:
        row = self.rows[zone_id]
        return bool(row.tentative or row.dig_plan_state in {"declared", "reviewed"})

    def movable(self) -> list[int]:
        """The zones that may be shifted."""
        return sorted(self.work_of)

    def work(self, zone_id: int) -> int:
        """The work that a zone is shifted with; its own number when it stays."""
        return self.work_of.get(zone_id, zone_id)

    def days(self, zone_id: int) -> Days:
        """A zone's days; those with neither have none of interest here."""
        return self.facts[zone_id].days or ALWAYS


def read_task(session: Session, day: date) -> PlanningTask:
    """The works that may be shifted as seen on `day`, with all that may clash with them."""
    frame = _Frame(session, day)
    movable = frame.movable()
    closed = _closed_roads(frame)
    grounds = find_ground(session, movable)
    clashes = list(_clashes(frame, movable))
    offers = list(_offers(frame, movable))
    works = {
        work_id: _movable_work(frame, work_id, members, closed)
        for work_id, members in frame.clusters.items()
    }
    wanted = {side for clash in clashes for side in (clash.a, clash.b)}
    wanted |= {side for offer in offers for side in (offer.a, offer.b)}
    moving_units = {work.unit for work in works.values() if work.digs}
    roads = {road for work in works.values() for road in work.closes}
    for zone_id, facts in frame.facts.items():
        if zone_id in frame.work_of:
            continue
        closes = roads.intersection(closed.get(zone_id, ()))
        if zone_id in wanted or closes or (facts.digs and facts.unit in moving_units):
            works[zone_id] = _fixed_work(frame, zone_id, closes)
    first_on = day + timedelta(days=1)
    last_on = max(
        (
            work.days.last_on + timedelta(days=max(work.shifts[-1], 0))
            for work in works.values()
            if work.days.last_on is not None and not work.stays
        ),
        default=first_on,
    )
    task = Task(
        works,
        first_on,
        max(first_on, last_on),
        tuple(clashes),
        tuple(_protected(frame, grounds)),
        tuple(offers),
        tuple(_crews(frame, moving_units)),
    )
    zones = {
        zone_id: PlannedZone(
            zone_id,
            frame.rows[zone_id].version,
            frame.rows[zone_id].unit_id,
            frame.days(zone_id),
        )
        for zone_id in movable
    }
    return PlanningTask(task, zones)


def _closed_roads(frame: _Frame) -> dict[int, list[str]]:
    shut = [zone_id for zone_id, facts in frame.facts.items() if facts.closed_to_motors]
    found: dict[int, list[str]] = defaultdict(list)
    for zone_id, name in frame.session.execute(_CLOSED_ROADS, {"zones": sorted(shut)}):
        found[zone_id].append(name)
    return found


def _movable_work(
    frame: _Frame, work_id: int, members: Collection[int], closed: Mapping[int, list[str]]
) -> Work:
    days = frame.days(work_id)
    closes: dict[str, tuple[Days, ...]] = {}
    for zone_id in members:
        for road in closed.get(zone_id, ()):
            closes[road] = (*closes.get(road, ()), frame.days(zone_id))
    shifts, misplaced = _shifts(frame, members)
    facts, row = frame.facts[work_id], frame.rows[work_id]
    return Work(
        work_id,
        facts.name,
        days,
        facts.unit,
        row.unit_name,
        shifts,
        facts.digs,
        closes,
        misplaced,
        tuple(members),
    )


def _fixed_work(frame: _Frame, zone_id: int, closes: Iterable[str]) -> Work:
    facts, row = frame.facts[zone_id], frame.rows[zone_id]
    days = frame.days(zone_id)
    return Work(
        zone_id,
        facts.name,
        days,
        facts.unit,
        row.unit_name,
        digs=facts.digs,
        closes=dict.fromkeys(sorted(closes), (days,)),
        members=(zone_id,),
    )


def _shifts(frame: _Frame, members: Collection[int]) -> tuple[tuple[int, ...], str | None]:
    """The days by which all members may be shifted together, and the service window in which one stands now."""
    low, high = -FAR_DAYS, FAR_DAYS
    for zone_id in members:
        bounds = _bounds(frame, zone_id)
        low, high = max(low, bounds[0]), min(high, bounds[1])
    misplaced = next(filter(None, (_outside(frame, zone_id, 0) for zone_id in members)), None)
    allowed = [
        by
        for by in range(low, high + 1)
        if by and not any(_outside(frame, zone_id, by) for zone_id in members)
    ]
    return tuple(sorted({0, *allowed})), misplaced


def _bounds(frame: _Frame, zone_id: int) -> tuple[int, int]:
    """By how many days a zone may be shifted at least and at most: its window, notice, and its hand-over day."""
    row, days, rules = frame.rows[zone_id], frame.days(zone_id), frame.rules
    last_on = days.last_on or days.first_on
    margin = timedelta(days=rules.coordinate.shift_days)
    notice = max(rules.coordinate.notice_days, rules.overlap.full_closure_announced_days + 1)
    earliest = max(
        row.window_first_on or days.first_on - margin, frame.day + timedelta(days=notice)
    )
    latest = row.window_last_on or last_on + margin
    for promises in frame.links.hand_overs.values():
        for promise in promises:
            if promise.zone == zone_id:
                latest = min(latest, max(promise.due_on, last_on))
    return (earliest - days.first_on).days, (latest - last_on).days


def _outside(frame: _Frame, zone_id: int, by: int) -> str | None:
    """The service window in which a zone would stand when shifted by so many days."""
    facts = frame.facts[zone_id]
    if facts.kind != "relocation":
        return None
    shifted = replace(facts, days=_later(frame.days(zone_id), by))
    for watch in find_watches(shifted, Ground(), frame.rules):
        if watch.code is WatchCode.SERVICE_WINDOW:
            return str(watch.anchors["name"])
    return None


def _later(days: Days, by: int) -> Days:
    late = timedelta(days=by)
    return Days(days.first_on + late, None if days.last_on is None else days.last_on + late)


def _clashes(frame: _Frame, movable: list[int]) -> Iterator[Clash]:
    """Works that would clash if they were there at once, with the differences of their shifts for which they do."""
    rules = frame.rules.overlap
    near = [
        (row.part_a, row.part_b)
        for row in frame.session.execute(
            _NEAR, {"movable": movable, "zones": sorted(frame.facts.keys())}
        )
    ]
    contacts = measure_contacts(frame.session, near, rules)
    diversions = [zone for zone in movable if frame.facts[zone].kind == "diversion"]
    ways = find_alternatives(frame.session, diversions) if diversions else {}
    measured = measure_lines(frame.session, contacts, frame.facts, rules)
    gathered: dict[tuple[int, int], dict[frozenset[Code], set[tuple[int, int]]]] = {}
    for pair in sorted({*contacts, *ways}):
        works = frame.work(pair[0]), frame.work(pair[1])
        if works[0] == works[1] or not (pair[0] in frame.facts and pair[1] in frame.facts):
            continue
        a, b = (_settled(frame.facts[zone_id]) for zone_id in pair)
        met = measured.get(pair, ())
        facts = PairFacts(
            a,
            b,
            frame.links.tie(a.work, b.work),
            tuple(replace(contact, a_days=ALWAYS, b_days=ALWAYS) for contact in met),
            (),
            ways.get(pair, ()),
        )
        verdict = judge_pair(facts, rules)
        if verdict is None or verdict.severity is not Severity.HEAVY:
            continue
        codes = frozenset(
            finding.code for finding in verdict.findings if finding.severity is Severity.HEAVY
        )
        runs = {_while_apart(met[place].a_days, met[place].b_days) for place in verdict.met}
        if Code.PARALLEL_CLOSED in codes:
            runs.add(_while_apart(frame.days(pair[0]), frame.days(pair[1])))
        gathered.setdefault(works, {}).setdefault(codes, set()).update(runs)
    for (one, other), found in gathered.items():
        for codes, runs in found.items():
            yield Clash(one, other, codes, tuple(sorted(run for run in runs if run[0] <= run[1])))


def _settled(facts: ZoneFacts) -> ZoneFacts:
    """A zone as it will be when it is no longer tentative, and there always."""
    return replace(
        facts,
        tentative=False,
        state="planned",
        days=ALWAYS,
        actual_start_on=None,
        actual_finish_on=None,
    )


def _while_apart(a: Days, b: Days) -> tuple[int, int]:
    """The differences (shift of `a` less that of `b`) for which both are there on a day; a hand-over day is none."""
    low = -FAR_DAYS if a.last_on is None else (b.first_on - a.last_on).days
    high = FAR_DAYS if b.last_on is None else (b.last_on - a.first_on).days
    if 1 not in {a.count, b.count}:
        low, high = low + 1, high - 1
    return low, high


def _offers(frame: _Frame, movable: list[int]) -> Iterator[Offer]:
    """Digs of different owners along one road that could be one: joined when one follows closely on the other."""
    if not has_roads(frame.session):
        return
    join = frame.rules.coordinate.join_gap_days
    found: Mapping[Pair, Trench] = find_trenches(
        frame.session, movable, frame.rules.overlap, whole=False
    )
    for pair, trench in found.items():
        if not all(zone_id in frame.facts for zone_id in pair):
            continue
        works = frame.work(pair[0]), frame.work(pair[1])
        a, b = (frame.days(zone_id) for zone_id in pair)
        if works[0] == works[1] or a.last_on is None or b.last_on is None:
            continue
        utilities = {frame.facts[zone_id].utility for zone_id in pair}
        yield Offer(
            *works,
            trench.road,
            trench.along_m,
            ((b.first_on - a.last_on).days - 1 - join, (b.last_on - a.first_on).days + 1 + join),
            trench="gas" not in utilities,
        )


def _protected(frame: _Frame, grounds: Mapping[int, Ground]) -> Iterator[Protected]:
    """Digs in pavement that is protected on some of the days to which they may be shifted."""
    years = frame.rules.pavement
    for zone_id, ground in grounds.items():
        facts, days = frame.facts[zone_id], frame.days(zone_id)
        if not facts.digs or days.last_on is None:
            continue
        for pavement in ground.pavements:
            for since, protected in (
                (pavement.laid_on, years.new_years),
                (pavement.overhauled_on, years.overhauled_years),
            ):
                if since is None:
                    continue
                until = since + timedelta(days=round(protected * _PROTECTED_DAYS_A_YEAR))
                run = (since - days.last_on).days, (until - days.first_on).days - 1
                yield Protected(frame.work(zone_id), pavement.road, until, run)


def _crews(frame: _Frame, units: Collection[int | None]) -> Iterator[Crew]:
    """How much these units can dig at once; one that has not said is not bound."""
    seen: dict[int, Crew] = {}
    for row in frame.rows.values():
        if row.unit_id is not None and row.unit_id in units and row.crews is not None:
            seen.setdefault(row.unit_id, Crew(row.unit_id, row.unit_name, row.crews))
    yield from seen.values()
