"""How fast a large file goes in through a mapping: `python -m tests.bench.bench_files [ROWS]`.

The same 100,000 works as CSV, GeoJSON and GeoPackage, each read by the limited child process, checked, and taken into a
fresh PostGIS database as relocations, with history. Beside it, in the same run, geopandas only reads the same file.
Peak memory is the larger of this process's and its children's. On a machine that does other work too the clock says
little, so the processor time of this process, its child and the database's backend is told beside it: they take turns,
so on an idle machine their sum is about what the clock would say.
"""

from __future__ import annotations

import os
import resource
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

import geopandas
import pyogrio
from shapely.geometry import Point
from sqlalchemy import text

from geo.changes.batches import take_batch
from geo.database.acting import Identity, Role, acting_session, make_engine
from geo.importers.context import read_context
from geo.importers.mapping import read_mapped
from geo.importers.mapping_file import load_mapping
from tests.postgres import Server

DAY = date(2026, 11, 23)
LIMIT_S, LIMIT_MB = 60.0, 1_024.0
SIDE = 320
"""Works in a row of the grid, some 500 m apart."""
FEATURE = "from = 'feature'"
XY = "from = 'xy'\nx = 'lon'\ny = 'lat'\ncrs = 'EPSG:4326'"
FORMS = {".csv": XY, ".geojson": FEATURE, ".gpkg": FEATURE}
MAPPING = """
[[record]]
kind = "relocation"
[record.fields]
code = "{code}"
name = "{name}"
utility = "供水"
state = "planned"
planned_start = "{begin}"
planned_finish = "{end}"
"""


def make_works(count: int) -> geopandas.GeoDataFrame:
    """Works on a grid over the city."""
    begin = [DAY + timedelta(days=n % 300) for n in range(count)]
    return geopandas.GeoDataFrame(
        {
            "code": [f"G{n:06d}" for n in range(count)],
            "name": [f"湖滨大道第{n}段供水管线迁改" for n in range(count)],
            "begin": [each.isoformat() for each in begin],
            "end": [(each + timedelta(days=40)).isoformat() for each in begin],
        },
        geometry=[
            Point(115.8 + (n % SIDE) * 0.006, 36.4 + (n // SIDE) * 0.005) for n in range(count)
        ],
        crs="EPSG:4326",
    )


def write(works: geopandas.GeoDataFrame, path: Path) -> None:
    """The works as a file of that kind."""
    if path.suffix == ".csv":
        table = works.drop(columns="geometry")
        table.assign(lon=works.geometry.x, lat=works.geometry.y).to_csv(path, index=False)
    else:
        pyogrio.write_dataframe(works, path)


def main(rows: int) -> None:
    """Measure and print."""
    works = make_works(rows)
    server = Server(settings={})
    try:
        with tempfile.TemporaryDirectory() as folder:
            for suffix in FORMS:
                path = Path(folder, f"works{suffix}")
                write(works, path)
                engine = make_engine(server.make_database("dezhou"))
                measure(engine, path, rows)
                engine.dispose()
    finally:
        server.remove()


def own_cpu() -> float:
    """Seconds of processor time of this process and of its children that have ended."""
    return sum(os.times()[:4])


def cpu_of(process: int) -> float:
    """Seconds of processor time of another process."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(engine: object, path: Path, rows: int) -> None:
    """Time reading and taking in, and geopandas's reading of the same file."""
    mapping_file = path.with_suffix(".toml")
    mapping_file.write_text(f"[shape]\n{FORMS[path.suffix]}\n{MAPPING}", encoding="utf-8")
    begun, cpu = time.perf_counter(), own_cpu()
    with acting_session(engine, Identity(Role.COMMAND, "bench")) as session:  # type: ignore[arg-type]
        backend = session.scalar(text("select pg_backend_pid()"))
        reading = read_mapped(path, load_mapping(mapping_file), read_context(session, DAY))
        read_s = time.perf_counter() - begun
        assert len(reading.batch.zones) == rows
        outcome = take_batch(session, reading.batch, DAY)
        database_s = cpu_of(backend)
    taken_s = time.perf_counter() - begun
    cpu_s = own_cpu() - cpu + database_s
    assert outcome.tallies["relocations"].new == rows
    begun = time.perf_counter()
    read = geopandas.read_file(path)
    peer_s = time.perf_counter() - begun
    assert len(read) == rows
    own, children = (
        resource.getrusage(who).ru_maxrss / 1024
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    print(f"{path.suffix:9} {rows:,} rows, {path.stat().st_size / 1e6:.1f} MB")
    print(f"  read and checked       {read_s:6.1f} s  ({read_s / peer_s:.1f} × geopandas)")
    print(f"  file to committed rows {taken_s:6.1f} s  = {taken_s / LIMIT_S:.2f} × the limit")
    print(
        f"  processor time         {cpu_s:6.1f} s  = {cpu_s / LIMIT_S:.2f} × the limit,"
        f" {database_s:.1f} s of it the database"
    )
    print(
        f"  peak memory            {own:6.0f} MB here, {children:.0f} MB in a child"
        f"  = {max(own, children) / LIMIT_MB:.2f} × the limit"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
