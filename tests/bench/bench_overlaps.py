"""Pairs of a made-up city's zones: found and kept, against the same job done with geopandas, and one change at a time.

    python -m tests.bench.bench_overlaps [zones]

A seventh of the zones are sites, a seventh diversions, the rest relocations. The ground grows with their number, so
that the density stays that of 140,000 zones about a core of ten kilometres; periods lie within two years. There is no
road layer. Ours judges every pair by all rules, keeps it with its shape and the numbers of its sentences, and watches
every zone; the peer finds the pairs, their area and severity, and writes them.
"""

from __future__ import annotations

import statistics
import sys
import time
from datetime import date
from math import sqrt
from typing import TYPE_CHECKING

import geopandas as gpd
from sqlalchemy import create_engine, text

from geo.changes.overlaps import rebuild_overlaps, refresh_overlaps
from geo.database.acting import Identity, Role, acting_session, make_engine
from geo.queries.overlap_contacts import find_near_parts
from tests.postgres import Server

if TYPE_CHECKING:
    from sqlalchemy import Engine

DAY = date(2026, 11, 23)
METRIC = 4548
FULL = 140_000
CORE_M = 10_000.0
COMMAND = Identity(Role.COMMAND, "system:bench")

_ZONES = """
insert into jiantu.zone (kind, code, name, project_id, unit_id, placement, taken, entered_on,
  planned_start_on, planned_start_precision, planned_finish_on, planned_finish_precision)
select kind, 'Z' || n, 'Z' || n,
  case when kind = 'site' then p.id end, null,
  case when kind = 'relocation' then 'underground' end,
  case when kind = 'diversion' then array[case when n % 3 = 0 then 'full' else 'half' end] end,
  cast(:day as date), first_on, 'day', first_on + (5 + random() * 110)::int, 'day'
from (select n, case n % 7 when 0 then 'site' when 1 then 'diversion' else 'relocation' end as kind,
    cast(:day as date) - 365 + (random() * 730)::int as first_on
  from generate_series(1, :zones) n) made
left join jiantu.project p on p.code = 'P' || (n / 7) and kind = 'site'
"""
_PARTS = """
insert into jiantu.zone_part (zone_id, position, role, shape, shape_metric, shape_web, shape_wide, period)
select id, 0, case when kind = 'diversion' then 'taken' else 'footprint' end,
  st_transform(shape, 4326), shape, st_transform(shape, 3857), shape, daterange(:day, null)
from (
  select z.id, z.kind, st_rotate(
      case z.kind when 'site' then st_makeenvelope(x, y, x + 40 + 80 * random(), y + 40 + 80 * random(), :srid)
      else st_makeenvelope(x, y, x + 20 + 180 * random(), y + 2 + 8 * random(), :srid) end,
      case when random() < 0.5 then 0 else pi() / 2 end, x, y) as shape
  from jiantu.zone z
  cross join lateral (
    select 438000 + random() * (case when random() < 0.6 then :core else 3 * :core end) + 0 * z.id as x
  ) east
  cross join lateral (
    select 4146000 + random() * (case when random() < 0.6 then :core else 3 * :core end) + 0 * z.id as y
  ) north
) drawn
"""


def fill(engine: Engine, zones: int) -> None:
    """A city of so many zones at the density of the full one."""
    core = CORE_M * sqrt(zones / FULL)
    with acting_session(engine, COMMAND) as session:
        session.execute(text("select setseed(0.5)"))
        session.execute(
            text(
                "insert into jiantu.project (code, name, entered_on)"
                " select 'P' || n, 'P' || n, cast(:day as date) from generate_series(0, :projects) n"
            ),
            {"day": DAY, "projects": zones // 7 + 1},
        )
        session.execute(text(_ZONES), {"day": DAY, "zones": zones})
        session.execute(text(_PARTS), {"day": DAY, "srid": METRIC, "core": core})


def with_geopandas(url: str) -> tuple[int, float, float]:
    """The same job from `read_postgis` to `to_postgis`: pairs found, seconds to find them, seconds as a whole."""
    engine = create_engine(url)
    began = time.perf_counter()
    frame = gpd.read_postgis(
        "select p.zone_id, z.kind, z.tentative, lower(p.period) as first_on,"
        " coalesce(upper(p.period), date '2100-01-01') - 1 as last_on, p.shape_metric as geom"
        " from jiantu.zone_part p join jiantu.zone z on z.id = p.zone_id",
        engine,
        crs=METRIC,
    )
    found_from = time.perf_counter()
    pairs = gpd.sjoin(frame, frame, predicate="dwithin", distance=10.0)
    pairs = pairs[pairs.zone_id_left < pairs.zone_id_right]
    pairs = pairs[
        (pairs.first_on_left <= pairs.last_on_right) & (pairs.first_on_right <= pairs.last_on_left)
    ]
    found = time.perf_counter()
    ours = frame.geometry.loc[pairs.index].reset_index(drop=True)
    theirs = frame.geometry.loc[pairs.index_right].reset_index(drop=True)
    pairs = pairs.reset_index(drop=True)
    pairs["shape"] = ours.intersection(theirs)
    pairs["area_m2"] = gpd.GeoSeries(pairs["shape"], crs=METRIC).area
    pairs["severity"] = (pairs.area_m2 >= 1).map({True: "heavy", False: "light"})
    pairs = gpd.GeoDataFrame(
        pairs[["zone_id_left", "zone_id_right", "severity", "area_m2", "shape"]],
        geometry="shape",
        crs=METRIC,
    )
    pairs.to_postgis("bench_pairs", engine, if_exists="replace", schema="public")
    engine.dispose()
    return len(pairs), found - found_from, time.perf_counter() - began


def main(zones: int) -> None:
    """Print what each way takes."""
    server = Server()
    try:
        url = server.make_database("dezhou")
        engine = make_engine(url)
        fill(engine, zones)
        with acting_session(engine, COMMAND) as session:
            began = time.perf_counter()
            kept = rebuild_overlaps(session, DAY)
            first = time.perf_counter() - began
        owner = create_engine(url, isolation_level="AUTOCOMMIT")
        with owner.connect() as connection:
            connection.execute(text("analyze"))
        owner.dispose()
        with acting_session(engine, COMMAND) as session:
            ids = list(session.scalars(text("select id from jiantu.zone order by id")))
            began = time.perf_counter()
            near = find_near_parts(session, ids, whole=True)
            finding = time.perf_counter() - began
            began = time.perf_counter()
            rebuild_overlaps(session, DAY)
            again = time.perf_counter() - began
        print(
            f"{zones} zones: {kept.found} pairs; first rebuild {first:.1f} s, again {again:.1f} s"
        )
        print(f"  found with PostGIS: {len(near)} contacts in {finding:.2f} s")
        number, finding_theirs, whole = with_geopandas(url)
        print(
            f"  geopandas: {number} contacts found in {finding_theirs:.2f} s, whole job {whole:.1f} s"
        )
        times = []
        for zone_id in ids[:: max(len(ids) // 200, 1)]:
            with acting_session(engine, COMMAND) as session:
                began = time.perf_counter()
                refresh_overlaps(session, [zone_id], DAY)
                times.append((time.perf_counter() - began) * 1000)
        cuts = statistics.quantiles(times, n=100)
        print(f"  one change: median {statistics.median(times):.1f} ms, 99th {cuts[98]:.1f} ms")
        engine.dispose()
    finally:
        server.remove()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 14_000)
