"""The pairs of all zones made anew: plain ones in arrays, others one by one; written while the next are measured."""

from __future__ import annotations

import json
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from sqlalchemy import text

from geo.changes.overlap_pairs import (
    ADD_NEW,
    OR_CHANGE,
    Kept,
    find_more,
    gather,
    judge_pairs,
    pair_rows,
)
from geo.overlap.sweep import Row, belong_together, find_near, find_plain, judge_plain
from geo.queries.overlap_sweep import (
    contacts_of,
    measure_near,
    parts_of,
    reading_city,
    widen,
    zones_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from concurrent.futures import Future

    from geo.changes.overlap_frame import Frame
    from geo.changes.overlap_pairs import More
    from geo.overlap import Contact
    from geo.overlap.measure import Measured
    from geo.overlap.sweep import Near, Parts, Zones
    from geo.queries.overlap_contacts import Pair, Where

T = TypeVar("T")

_AT_A_TIME = 10_000
"""Near parts that are measured, judged and written together."""
_AHEAD = 2
"""Pieces that may wait to be written, so that memory stays flat."""
_MEASURERS = 2

_MAKE_ROOM = """
create temporary table new_pair (zone_a bigint, zone_b bigint, severity text, findings text,
  first_on date, last_on date, wkb bytea, area_m2 float8, length_m float8, distance_m float8)
  on commit drop
"""
_COPY = "copy pg_temp.new_pair from stdin (format binary)"
_TYPES = ("int8", "int8", "text", "text", "date", "date", "bytea", "float8", "float8", "float8")
_NEW = """
  select t.zone_a, t.zone_b, t.severity, cast(t.findings as jsonb) as findings,
    case when t.first_on is not null then daterange(t.first_on, t.last_on, '[]') end as days,
    st_geomfromwkb(t.wkb, %(srid)s) as shape_metric,
    cast(t.area_m2 as numeric(14, 2)) as area_m2, cast(t.length_m as numeric(12, 2)) as length_m,
    cast(t.distance_m as numeric(10, 2)) as distance_m
  from pg_temp.new_pair t
"""
_ADD = f"{ADD_NEW} ({_NEW}) n"
_MEND = f"""
  with gone as (
    delete from jiantu.overlap o where not exists (
      select from pg_temp.new_pair n where n.zone_a = o.zone_a and n.zone_b = o.zone_b)
    returning o.zone_a, o.zone_b
  ), put as ({_ADD} {OR_CHANGE}
    returning o.zone_a, o.zone_b
  )
  select zone_a, zone_b, true as gone from gone
  union all select zone_a, zone_b, false from put
"""  # noqa: S608  built from constants
_ANY = text("select exists (select from jiantu.overlap)")


def sweep_pairs(frame: Frame) -> Kept:
    """Make the pairs of all zones anew. The rows come out as keeping them would have given."""
    rules = frame.rules.overlap
    zones, parts, near, more = _read_city(frame)
    plain = find_plain(zones, parts, near, zones.places(more.pairs))
    tied = belong_together(zones, parts.zones[near.a], parts.zones[near.b], frame.links.works)
    wanted = ~(plain & tied)
    near, plain = near.take(wanted), plain[wanted]

    def measured(start: int) -> tuple[Near, Measured]:
        some = near.take(np.arange(start, min(start + _AT_A_TIME, len(near.a))))
        return some, measure_near(parts, some)

    one_by_one: dict[Pair, list[tuple[Where, Contact]]] = {}
    starts = range(0, len(near.a), _AT_A_TIME)
    with _writing(frame) as rows:
        with ThreadPoolExecutor(_MEASURERS) as pool:  # geometry is worked on without Python
            for start, (some, its) in zip(starts, _in_order(pool, measured, starts), strict=True):
                simple = plain[start : start + _AT_A_TIME] & ~np.isnan(its.areas_m2)
                rows.put(
                    list(judge_plain(zones, parts, some.take(simple), its.take(simple), rules))
                )
                others = contacts_of(zones, parts, some, its, np.flatnonzero(~simple).tolist())
                for pair, listed in others.items():
                    one_by_one.setdefault(pair, []).extend(listed)
        rows.wait()  # what is known of the others is read on the same connection
        judged = judge_pairs(gather(frame, one_by_one, more), rules)
        rows.put([_to_row(told) for told in pair_rows(judged)])
    return rows.kept()


def _read_city(frame: Frame) -> tuple[Zones, Parts, Near, More]:
    """All zones and parts, which of these are near, and what more is known of pairs; worked on as it is read."""
    session, rules = frame.session, frame.rules.overlap
    with (
        reading_city(session) as (of_zones, of_parts, of_wide),
        ThreadPoolExecutor(1) as beside,
    ):
        zones = zones_of(of_zones.result(), frame.ties)
        parts = parts_of(of_parts.result(), zones, rules.buffers.point_radius_m)
        finding = beside.submit(find_near, zones, parts)
        parts = widen(parts, of_wide.result())
        more = find_more(frame, set(zones.ids.tolist()), whole=True)
        return zones, parts, finding.result(), more


def _in_order(
    pool: ThreadPoolExecutor, work: Callable[[int], T], starts: Iterable[int]
) -> Iterator[T]:
    """What the work gives for each start, in their order; no more are begun than there are hands, and one to come."""
    under_way: deque[Future[T]] = deque()
    for start in starts:
        under_way.append(pool.submit(work, start))
        if len(under_way) > _MEASURERS:
            yield under_way.popleft().result()
    while under_way:
        yield under_way.popleft().result()


def _to_row(told: Mapping[str, Any]) -> Row:
    """What `pair_rows` tells, as it is written when there are many."""
    days = (told["first_on"], told["last_on"])
    first_on, last_on = (date.fromisoformat(day) if day else None for day in days)
    wkb = told.get("wkb")
    return Row(
        *(told["zone_a"], told["zone_b"], told["severity"]),
        json.dumps(told["findings"], ensure_ascii=False),
        *(first_on, last_on, bytes.fromhex(wkb) if wkb else None),
        *(told.get(name) for name in ("area_m2", "length_m", "distance_m")),
    )


class _Rows:
    """Rows on their way into the database, in a thread that waits for it while the next are made.

    Where there are no pairs yet they go straight to their table; else they are gathered and compared with what stands,
    so that rows which are as before stay untouched.
    """

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        session = frame.session
        self._fresh = not session.scalar(_ANY)
        session.execute(text(_MAKE_ROOM))
        self._driver: Any = session.connection().connection.driver_connection
        self._thread = ThreadPoolExecutor(1)
        self._under_way: deque[Future[None]] = deque()
        self._found = 0

    def put(self, rows: list[Row]) -> None:
        """Send rows on their way; waits when too many are under way."""
        self.wait(_AHEAD - 1)
        self._found += len(rows)
        self._under_way.append(self._thread.submit(self._take, rows))
        if self._fresh and self._frame.watched:
            self._frame.changed.update((row.zone_a, row.zone_b) for row in rows)

    def wait(self, but: int = 0) -> None:
        """Until all rows are there, or all but so many pieces; what failed is raised."""
        while len(self._under_way) > but:
            self._under_way.popleft().result()

    def close(self) -> None:
        """Leave nothing under way, whether all went well or not."""
        self._thread.shutdown(cancel_futures=True)

    def _take(self, rows: list[Row]) -> None:
        with self._driver.cursor() as cursor:
            with cursor.copy(_COPY) as copy:
                copy.set_types(_TYPES)
                for row in rows:
                    copy.write_row(row)
            if self._fresh:
                cursor.execute(_ADD, {"srid": self._frame.srid})
                cursor.execute("truncate pg_temp.new_pair")

    def kept(self) -> Kept:
        """What was done, once all rows are there."""
        done = Kept(self._found, self._found) if self._fresh else self._mend()
        self._frame.session.execute(text("drop table pg_temp.new_pair"))
        return done

    def _mend(self) -> Kept:
        with self._driver.cursor() as cursor:
            cursor.execute("analyze pg_temp.new_pair")
            cursor.execute(_MEND, {"srid": self._frame.srid})
            done = cursor.fetchall()
        if self._frame.watched:
            self._frame.changed.update((a, b) for a, b, _gone in done)
        removed = sum(gone for _a, _b, gone in done)
        return Kept(self._found, len(done) - removed, removed)


@contextmanager
def _writing(frame: Frame) -> Iterator[_Rows]:
    rows = _Rows(frame)
    try:
        yield rows
        rows.wait()
    finally:
        rows.close()
