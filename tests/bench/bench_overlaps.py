"""Pairs of a made-up city's works: found and kept, against the same job done with geopandas, and one change at a time.

    python -m tests.bench.bench_overlaps [zones]

The works lie along the streets of the demo city (`tests.bench.street_city`). The peer does the same job as our keeping
of pairs, from `read_postgis` to `to_postgis`: buffers by kind, what meets, on days that meet, without what belongs
together; severity by the shared ground, and the shared shape. What it finds is compared with ours, pair by pair. Our
whole rebuild does more: watches, cases, and the sentences' numbers. Times are seconds by the clock and, beside them,
seconds of processor time, which other work on the machine does not lengthen.

What our job is timed for: from tables without any pair to committed pairs with their findings' numbers, every zone's
part trued up first, in tables with two references checked, two indexes beside the key, and every row kept in its
history with three indexes. `to_postgis` writes a bare table with an index on the shape. Beside each saved change stands
what bare commits that write as much took on the same disk right after them: no saved change is surer than that. Changes
are saved twice: as the peer sees the city, and with its road layer, on which closures, ways round them, digs of one
trench and works without a diversion are looked for too.
"""

from __future__ import annotations

import gc
import os
import statistics
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
from sqlalchemy import create_engine, text

from geo.changes.lamps import collector_paused
from geo.changes.overlap_frame import open_frame
from geo.changes.overlap_sweep import sweep_pairs
from geo.changes.overlaps import rebuild_overlaps, refresh_overlaps
from geo.database.acting import acting_session, as_engine, make_engine
from geo.overlap.sweep import find_near
from geo.queries.overlap_sweep import read_city
from geo.queries.overlap_zones import read_ties
from tests.bench.street_city import COMMAND, DAY, FULL, METRIC, fill, lay_roads, settle
from tests.postgres import Server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Engine

LIMIT_MS = 20
"""What is asked of the 99th of hundred saved changes, in milliseconds."""
ROUNDS = 3
"""So many times one zone in `step` is changed, another one each time: pages that no change before it has touched."""
WARM = 10
"""Changes before the measured ones: a program that runs has prepared its statements."""
_TICKS = os.sysconf("SC_CLK_TCK")


class Clock:
    """Seconds by the clock and of processor time, of this process and the server's."""

    def __init__(self, server: int) -> None:
        self._server = server
        self.seconds: dict[str, tuple[float, float]] = {}

    def _used(self) -> float:
        used = time.process_time()
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = stat.read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            if int(fields[1]) == self._server:
                used += (int(fields[11]) + int(fields[12])) / _TICKS
            elif (
                int(stat.parent.name) == self._server
            ):  # and those of its processes that have ended
                used += sum(int(field) for field in fields[11:15]) / _TICKS
        return used

    @contextmanager
    def timing(self, what: str) -> Iterator[None]:
        """Note what the block takes."""
        began, used = time.perf_counter(), self._used()
        yield
        self.seconds[what] = time.perf_counter() - began, self._used() - used
        print(f"  {self.told(what)}", flush=True)

    def told(self, what: str) -> str:
        """Both, in words."""
        clock, processor = self.seconds[what]
        return f"{what} {clock:.1f} s ({processor:.1f} s of processor)"

    def ratio(self, theirs: list[str], ours: str) -> str:
        """How many times as long theirs takes, by the clock and of processor time."""
        clock, processor = (sum(self.seconds[name][n] for name in theirs) for n in (0, 1))
        return f"{clock / self.seconds[ours][0]:.1f} × ({processor / self.seconds[ours][1]:.1f} × of processor)"


def with_geopandas(url: str, clock: Clock) -> pd.DataFrame:
    """The same job from `read_postgis` to `to_postgis`, as one writes it; the pairs with their severity."""
    engine = create_engine(url)
    with clock.timing("geopandas: whole"):
        with clock.timing("geopandas: read"):
            frame = gpd.read_postgis(
                "select p.zone_id, z.kind, z.tentative, z.project_id, z.unit_id, z.planned_start_on"
                " as first_on, case when z.actual_start_on is not null and z.planned_finish_on < current_date"
                " then null else z.planned_finish_on end as last_on, p.shape_metric as geom"
                " from jiantu.zone_part p join jiantu.zone z on z.id = p.zone_id",
                engine,
                crs=METRIC,
            )
            links = pd.read_sql("select zone_id, other_id from jiantu.zone_link", engine)
        with clock.timing("geopandas: find"):
            by_diversion = links.zone_id.isin(frame.zone_id[frame.kind == "diversion"])
            hinders = frame.zone_id.isin(links.other_id[by_diversion]) & (
                frame.kind == "relocation"
            )
            wide = frame.set_geometry(frame.geometry.buffer(np.where(hinders, 10.0, 5.0)))
            pairs = gpd.sjoin(wide, wide, predicate="intersects")
            pairs = pairs[pairs.zone_id_left < pairs.zone_id_right]
            pairs = pairs[
                (pairs.first_on_left <= pairs.last_on_right)
                & (pairs.first_on_right <= pairs.last_on_left)
            ]
        linked = {tuple(sorted(pair)) for pair in links.itertuples(index=False, name=None)}
        ties = [
            pair in linked for pair in zip(pairs.zone_id_left, pairs.zone_id_right, strict=True)
        ]
        site = (pairs.kind_left == "site") | (pairs.kind_right == "site")
        owner = pairs.unit_id_left.isna() & pairs.unit_id_right.isna()
        same = (pairs.project_id_left == pairs.project_id_right) & (site | owner)
        pairs = pairs[~same & ~np.array(ties, dtype=bool)]
        left, right = pairs.index, pairs.index_right
        pairs = pairs.reset_index(drop=True)
        shapes = frame.geometry.loc[left].reset_index(drop=True)
        shapes = shapes.intersection(frame.geometry.loc[right].reset_index(drop=True))
        area = shapes.area
        first = pairs[["first_on_left", "first_on_right"]].max(axis=1)
        last = pairs[["last_on_left", "last_on_right"]].min(axis=1)
        ends = (pairs.last_on_left == pairs.first_on_right) | (
            pairs.last_on_right == pairs.first_on_left
        )
        soft = pairs.tentative_left | pairs.tentative_right
        heavy = (area >= 1) & ~((first == last) & ends) & ~soft
        apart = (area == 0).to_numpy()
        near = wide.geometry.loc[left[apart]].reset_index(drop=True)
        shapes[apart] = near.intersection(
            wide.geometry.loc[right[apart]].reset_index(drop=True)
        ).to_numpy()
        kept = gpd.GeoDataFrame(
            {
                "zone_a": pairs.zone_id_left,
                "zone_b": pairs.zone_id_right,
                "severity": np.where(heavy, "heavy", "light"),
                "first_on": first,
                "last_on": last,
                "area_m2": area,
            },
            geometry=shapes,
            crs=METRIC,
        )
        with clock.timing("geopandas: write"):
            kept.to_postgis("bench_pairs", engine, if_exists="replace", schema="public")
    engine.dispose()
    return pd.DataFrame(kept[["zone_a", "zone_b", "severity"]])


def with_ours(engine: Engine, clock: Clock) -> int:
    """Our finding by itself, and our keeping of all pairs from tables without any; how many pairs."""
    with (
        clock.timing("ours: pairs kept"),
        acting_session(engine, COMMAND) as session,
        as_engine(session),
        collector_paused(),  # as a rebuild does
    ):
        kept = sweep_pairs(open_frame(session, DAY, None))
    with acting_session(engine, COMMAND) as session, as_engine(session):
        with clock.timing("ours: read"):
            zones, parts = read_city(session, read_ties(session), 3.0)
        with clock.timing("ours: find"):
            find_near(zones, parts)
    return kept.found


def differences(engine: Engine, theirs: pd.DataFrame) -> tuple[int, int]:
    """Pairs that only one side has, but for those within 5 cm of the threshold; and other severities."""
    with acting_session(engine, COMMAND) as session:
        rows = session.execute(
            text("select zone_a, zone_b, severity, distance_m, findings from jiantu.overlap")
        ).all()
        ours = {(row.zone_a, row.zone_b): row for row in rows}
        found = {(a, b): severity for a, b, severity in theirs.itertuples(index=False, name=None)}
        only_theirs = found.keys() - ours.keys()
        # a circle drawn with straight sides lies up to 5 cm inside the true one, for one side or the other
        only_ours = sum(
            1
            for pair in ours.keys() - found.keys()
            if not any(abs(float(ours[pair].distance_m) - reach) < 0.11 for reach in (10, 15, 20))
        )
    other = sum(found[pair] != ours[pair].severity for pair in ours.keys() & found.keys())
    return len(only_theirs) + only_ours, other


@dataclass(frozen=True, slots=True)
class Change:
    """What one saved change took, in milliseconds, and how much it wrote.

    `worked` is processor time, of this process and the server's: what a machine that pauses does not lengthen.
    """

    whole: float
    worked: float
    commit: float
    pairs: int
    written: int
    logged: int
    """Bytes written ahead (WAL)."""


def saved_changes(engine: Engine, url: str, step: int) -> tuple[list[Change], list[float]]:
    """Bring up to date what one changed zone touches, for some of the zones; and bare commits that write as much."""
    with acting_session(engine, COMMAND) as session:
        ids = list(session.scalars(text("select id from jiantu.zone order by id")))
        server = session.scalars(text("select pg_backend_pid()")).one()
    bare = create_engine(url, isolation_level="AUTOCOMMIT")
    changes = []
    gc.freeze()  # as the web server does once it is loaded
    with bare.connect() as beside:
        rounds = [ids[step * nth // ROUNDS :: step] for nth in range(ROUNDS)]
        for zone_id in [*ids[:WARM], *chain(*rounds)]:
            so_far = beside.scalars(_LOGGED).one()
            at_work = _worked(server)
            began = time.perf_counter()
            with acting_session(engine, COMMAND) as session:
                session.execute(
                    text(
                        "update jiantu.zone set planned_finish_on = planned_finish_on + 1,"
                        " version = version + 1 where id = :zone"
                    ),
                    {"zone": zone_id},
                )
                kept = refresh_overlaps(session, [zone_id], DAY)
                committing = time.perf_counter()
            ended = time.perf_counter()
            worked = _worked(server) - at_work
            changes.append(
                Change(
                    whole=1000 * (ended - began),
                    worked=worked,
                    commit=1000 * (ended - committing),
                    pairs=kept.found,
                    written=kept.written + kept.removed,
                    logged=beside.scalars(_LOGGED).one() - so_far,
                )
            )
        bare_commits = [_log(beside, change.logged) for change in changes]
    bare.dispose()
    return changes[WARM:], bare_commits[WARM:]


def _log(connection: Connection, many: int) -> float:
    """Commit so many bytes and nothing else; the milliseconds it took."""
    as_much = {"bytes": bytes(many)}
    began = time.perf_counter()
    connection.execute(_LOG, as_much)
    return 1000 * (time.perf_counter() - began)


_LOGGED = text("select cast(pg_current_wal_insert_lsn() - '0/0' as bigint)")
_LOG = text("select pg_logical_emit_message(true, 'bench', :bytes)")


def _worked(server: int) -> float:
    """Milliseconds of processor time so far, of this process and of the server's process that works for it."""
    theirs = int(Path(f"/proc/{server}/schedstat").read_text().split()[0])
    return time.process_time_ns() / 1e6 + theirs / 1e6


def tell_changes(changes: list[Change], bare_commits: list[float]) -> None:
    """Print how long saved changes took, the commits among it, and the slowest of them."""
    whole = [change.whole for change in changes]
    kinds = {
        "one saved change with its pairs": whole,
        "processor time of it, ours and the server's": [change.worked for change in changes],
        "of it before the commit": [change.whole - change.commit for change in changes],
        "of it the commit": [change.commit for change in changes],
        "a bare commit that writes as much": bare_commits,
    }
    for what, times in kinds.items():
        cuts = statistics.quantiles(times, n=100)
        print(
            f"  {what}: median {statistics.median(times):.1f} ms,"
            f" 95th {cuts[94]:.1f} ms, 99th {cuts[98]:.1f} ms"
        )
    within = sum(time < LIMIT_MS for time in whole)
    print(f"  within {LIMIT_MS} ms: {within} of {len(whole)}; the slowest:")
    for change in sorted(changes, key=lambda change: -change.whole)[:5]:
        print(
            f"    {change.whole:.1f} ms, of it the commit {change.commit:.1f} ms, with {change.pairs} pairs,"
            f" {change.written} of them written, {change.logged / 1000:.0f} kB"
        )


def main(zones: int) -> None:
    """Print what each way takes."""
    server = Server({"shared_buffers": "512MB", "max_wal_size": "4GB"})
    try:
        url = server.make_database("dezhou")
        engine = make_engine(url)
        fill(engine, zones)
        settle(url)
        clock = Clock(_postmaster(server))
        with (
            clock.timing("ours: whole city made anew"),
            acting_session(engine, COMMAND) as session,
        ):
            kept = rebuild_overlaps(session, DAY)
        settle(url)
        theirs = with_geopandas(url, clock)
        missing, other = differences(engine, theirs)
        print(f"{zones} works: {kept.found} pairs; geopandas {len(theirs)}")
        print(f"  only on one side: {missing}; of another severity: {other}")
        _empty(url)
        settle(url)  # as it was settled for the other
        with_ours(engine, clock)
        print(f"  finding: geopandas {clock.ratio(['geopandas: find'], 'ours: find')}")
        print(f"  the job: geopandas {clock.ratio(['geopandas: whole'], 'ours: pairs kept')}")
        with acting_session(engine, COMMAND) as session:
            rebuild_overlaps(session, DAY)
        settle(url)
        tell_changes(*saved_changes(engine, url, max(zones // 300, 1)))
        lay_roads(engine)
        settle(url)
        with (
            clock.timing("ours: whole city made anew with its roads"),
            acting_session(engine, COMMAND) as session,
        ):
            rebuild_overlaps(session, DAY)
        settle(url)
        tell_changes(*saved_changes(engine, url, max(zones // 300, 1)))
        engine.dispose()
    finally:
        server.remove()


def _empty(url: str) -> None:
    owner = create_engine(url, isolation_level="AUTOCOMMIT")
    with owner.connect() as connection:
        connection.execute(text("truncate jiantu.overlap, jiantu.watch, history.overlap_kept"))
    owner.dispose()


def _postmaster(server: Server) -> int:
    found = next(server.cluster.cluster_dir.rglob("postmaster.pid"))
    return int(found.read_text().splitlines()[0])


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else FULL)
