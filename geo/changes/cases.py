"""Keeping cases true: heavy pairs grouped by road and period, in the transaction that changes the pairs."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from sqlalchemy import text

from geo.database.acting import as_engine
from geo.database.direct import Direct
from geo.overlap.cases import NO_FIRST, NO_LAST, PlacedPairs, group_pairs, match_cases

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from numpy.typing import NDArray
    from sqlalchemy.orm import Session

    from geo.overlap.cases import Pair
    from geo.rules import CaseRules

_NEAR_M = 30.0
"""Furthest a pair lies from the road that it belongs to."""
_SQUARE_M = 500.0
"""Away from every named road, a pair's place is the square of this size in which its middle lies."""

_THESE = """
      select zone_a, zone_b from json_to_recordset(cast(:pairs as json)) as t(zone_a bigint, zone_b bigint)
"""
_ALL = """
      select o.zone_a, o.zone_b from jiantu.overlap o where o.severity = 'heavy'
      union all
      select c.zone_a, c.zone_b from jiantu.case_pair c where c.present and not exists (
        select from jiantu.overlap o
        where o.zone_a = c.zone_a and o.zone_b = c.zone_b and o.severity = 'heavy')
"""
_PLACE = """
    with asked as ({asked}), drawn as (
      select a.zone_a, a.zone_b, o.days, coalesce(o.shape_metric, (
          select p.shape_metric from jiantu.zone_part p
          where p.zone_id = o.zone_a and p.role <> 'centre_line'
          order by p.role = 'detour', p.position limit 1)) as shape
      from asked a join jiantu.overlap o on o.zone_a = a.zone_a and o.zone_b = a.zone_b
      where o.severity = 'heavy'
    ), placed as (
      select d.*, st_pointonsurface(d.shape) as middle from drawn d where d.shape is not null
    ), named as (
      select p.*, (select r.name from jiantu.road r
          where r.name is not null and r.shape_metric && st_expand(p.middle, :near)
            and st_dwithin(r.shape_metric, p.middle, :near)
          order by st_distance(r.shape_metric, p.middle), r.name limit 1) as road_name
      from placed p
    ), put as (
      insert into jiantu.case_pair as c (zone_a, zone_b, place, road_name, west, south, east, north,
        first_on, last_on, present, since_on)
      select n.zone_a, n.zone_b,
        coalesce('road ' || n.road_name, 'square ' || floor(st_x(n.middle) / :square) || ' '
          || floor(st_y(n.middle) / :square)),
        n.road_name, st_xmin(n.shape), st_ymin(n.shape), st_xmax(n.shape), st_ymax(n.shape),
        lower(n.days), upper(n.days) - 1, true, :day
      from named n
      on conflict (zone_a, zone_b) do update set place = excluded.place,
        road_name = excluded.road_name, west = excluded.west, south = excluded.south,
        east = excluded.east, north = excluded.north, first_on = excluded.first_on,
        last_on = excluded.last_on, present = true,
        since_on = case when c.present then c.since_on else excluded.since_on end
      where (c.place, c.west, c.south, c.east, c.north, c.first_on, c.last_on, c.present)
        is distinct from (excluded.place, excluded.west, excluded.south, excluded.east,
          excluded.north, excluded.first_on, excluded.last_on, true)
      returning c.zone_a, c.zone_b, c.place, c.road_name, c.case_id, c.packed
    ), gone as (
      update jiantu.case_pair c set present = false
      from asked a where c.zone_a = a.zone_a and c.zone_b = a.zone_b and c.present
        and not exists (select from named n where n.zone_a = c.zone_a and n.zone_b = c.zone_b)
      returning c.zone_a, c.zone_b, c.place, c.case_id
    ), moved as (
      select zone_a, zone_b, place, case_id from put
      union all select zone_a, zone_b, place, case_id from gone
    ), together as (
      select place, road_name, case_id, packed from put
      union all
      select c.place, c.road_name, c.case_id, c.packed from jiantu.case_pair c
      where c.present and c.place = any(array(
          select m.place from moved m
          union select o.place from jiantu.case_pair o
          where o.present and o.case_id = any(array(select m.case_id from moved m))))
        and (c.zone_a, c.zone_b) not in (select m.zone_a, m.zone_b from moved m)
    )
    select min(t.road_name) as road_name, string_agg(t.packed, '') as pairs,
      null::bigint as case_id, null::date as first_on, null::date as last_on, null::boolean as open
    from together t group by t.place
    union all
    select k.road_name, null, k.id, k.first_on, k.last_on, k.ended_on is null
    from jiantu.coordination_case k
    where k.id in (select t.case_id from together t union select m.case_id from moved m)
    """
_PLACE_THESE, _PLACE_ALL = (Direct(_PLACE.format(asked=asked)) for asked in (_THESE, _ALL))
"""Places pairs, and tells those of the places that changed and of every place where a case that changed had one, each
place's in one row as `PAIR` says; then the cases of all these pairs. What this statement writes it does not read, so
that what was moved is told as it was written, and the rest as it stands. The places are an array, so that the index on
them is used: joined by `or`, they make the planner read all pairs of the city."""
PAIR = np.dtype([("zones", ">i8", 2), ("case_id", ">i8"), ("spans", ">f8", (3, 2))])
"""The column `packed`: of a case, 0 where there is none; of days, `NO_FIRST` and `NO_LAST` where they are not known."""
_NUMBER = text(
    """
    insert into jiantu.coordination_case (year, serial, road_name, first_on, last_on, opened_on)
    select :year, so_far.serial + t.place, t.road_name, t.first_on, t.last_on, :day
    from json_to_recordset(cast(:rows as json)) as t(
      place int, road_name text, first_on date, last_on date)
    cross join (select coalesce(max(c.serial), 0) as serial from jiantu.coordination_case c
      where c.year = :year) so_far
    order by t.place
    returning id, serial
    """
)
_ASSIGN = Direct(
    """
    update jiantu.case_pair c set case_id = t.case_id
    from json_to_recordset(cast(:rows as json)) as t(zone_a bigint, zone_b bigint, case_id bigint)
    where c.zone_a = t.zone_a and c.zone_b = t.zone_b and c.case_id is distinct from t.case_id
    """
)
_DESCRIBE = Direct(
    """
    update jiantu.coordination_case k set road_name = t.road_name, first_on = t.first_on,
      last_on = t.last_on, ended_on = null
    from json_to_recordset(cast(:rows as json)) as t(
      case_id bigint, road_name text, first_on date, last_on date)
    where k.id = t.case_id
    """
)
_END = """
    update jiantu.coordination_case k set ended_on = :day
    where {which} and k.ended_on is null
      and not exists (select from jiantu.case_pair c where c.case_id = k.id and c.present)
"""
_END_THESE = Direct(_END.format(which="k.id = any(cast(:cases as bigint[]))"))
_END_ALL = text(_END.format(which="true"))


def keep_cases(
    session: Session, pairs: Collection[Pair] | None, rules: CaseRules, day: date
) -> set[int]:
    """Bring the cases of these pairs (all, when None) up to date; the ids of cases looked at.

    The caller holds the lock on overlaps. Pairs that are heavy find their place and their case; those that are gone
    keep the case they had. Only the roads on which something changed are grouped anew.
    """
    if pairs is not None and not pairs:
        return set()
    where = {"near": _NEAR_M, "square": _SQUARE_M, "day": day}
    with as_engine(session):
        if pairs is None:
            rows = _PLACE_ALL.rows(session, where)
        else:
            given = [{"zone_a": a, "zone_b": b} for a, b in sorted(pairs)]
            rows = _PLACE_THESE.rows(session, {"pairs": json.dumps(given), **where})
        places = [row for row in rows if row.pairs is not None]
        former = {
            row.case_id: _Said(row.road_name, row.first_on, row.last_on, row.open)
            for row in rows
            if row.pairs is None
        }
        alive = _group(session, places, former, rules, day)
        left = former.keys() - alive
        if pairs is None:
            session.execute(_END_ALL, {"day": day})
        elif left:
            _END_THESE.rows(session, {"cases": sorted(left), "day": day})
    return former.keys() | alive


class _Said(NamedTuple):
    """What is written of a case: its road, its days, and that it has not ended."""

    road_name: str | None
    first_on: date | None
    last_on: date | None
    open: bool = True


def _group(
    session: Session, rows: Sequence[Any], former: Mapping[int, _Said], rules: CaseRules, day: date
) -> set[int]:
    """Group the pairs of these places anew; the cases that have some of them."""
    if not rows:
        return set()
    read = [np.frombuffer(row.pairs, dtype=PAIR) for row in rows]
    pairs = np.concatenate(read)
    places = np.repeat(np.arange(len(rows)), [len(some) for some in read])
    zones, cases = pairs["zones"].astype(np.int64), pairs["case_id"].astype(np.int64)
    placed = PlacedPairs(zones, places, pairs["spans"].astype(float))
    groups = group_pairs(placed, rules)
    said = [
        _Said(rows[int(places[group[0]])].road_name, *_span(placed.spans[group, 0]))
        for group in groups
    ]
    matched = match_cases(groups, cases)
    new = [one for one, case in zip(said, matched, strict=True) if case is None]
    numbered = iter(_number(session, new, day))
    found = [next(numbered) if case is None else case for case in matched]
    assigned, described = [], []
    for group, case, one in zip(groups, found, said, strict=True):
        others = zones[group[cases[group] != case]].tolist()
        assigned += [{"zone_a": a, "zone_b": b, "case_id": case} for a, b in others]
        if former.get(case, one) != one:
            described.append({"case_id": case, **one._asdict()})
    if assigned:
        _ASSIGN.rows(session, {"rows": json.dumps(assigned)})
    if described:
        description = json.dumps(described, default=str, ensure_ascii=False)
        _DESCRIBE.rows(session, {"rows": description})
    return set(found)


def _number(session: Session, said: Sequence[_Said], day: date) -> list[int]:
    """New cases for these, numbered in their order within the year; their ids."""
    if not said:
        return []
    told = [{"place": place, **one._asdict()} for place, one in enumerate(said, 1)]
    values = {"year": day.year, "day": day, "rows": json.dumps(told, default=str)}
    rows = session.execute(_NUMBER, values).all()
    return [row.id for row in sorted(rows, key=lambda row: row.serial)]


def _span(days: NDArray[np.float64]) -> tuple[date | None, date | None]:
    """From the first to the last of these days; an end that one of them does not know is not known."""
    firsts = days[days[:, 0] != NO_FIRST, 0]
    last = days[:, 1].max()
    return (
        date.fromordinal(int(firsts.min())) if len(firsts) else None,
        None if last == NO_LAST else date.fromordinal(int(last)),
    )
