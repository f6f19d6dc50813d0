"""How fast a large ledger goes in: `python -m tests.bench.bench_import [PROJECTS]`.

Makes a ledger workbook of 10,000 projects with 100,000 reports, reads it, takes it into a fresh PostGIS database with
full durability and history, and takes it in again unchanged. Beside it, in the same run, openpyxl only reads the same
workbook: the ratio says what the whole import costs in readings by that library. Peak memory is this process's.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

from openpyxl import load_workbook

from geo.changes.batches import take_batch
from geo.database.acting import Identity, Role, acting_session, make_engine
from geo.exporters.ledger import write_ledger
from geo.importers.context import read_context
from geo.importers.ledger import read_ledger
from geo.queries.batches import read_batch
from geo.records import Batch, Day, PlanRecord, ProjectRecord, ReportRecord, UnitRecord
from tests.postgres import Server

DAY = date(2026, 11, 23)
REPORTS_EACH = 10
LIMIT_ROWS_A_SECOND = 5_000
LIMIT_MB = 1_024


def make_ledger(projects: int) -> Batch:
    """Projects with a plan and ten weekly reports each."""
    codes = [f"B{number:05d}" for number in range(projects)]
    first = date(2026, 9, 7)
    return Batch(
        units=[UnitRecord("测试住建局", "department")],
        projects=[
            ProjectRecord(
                code,
                f"基准项目{code}",
                category="urban",
                nature="ongoing",
                lead_unit="测试住建局",
                total_investment_yuan=120_000_000,
                actual_start_on=date(2026, 3, 1),
            )
            for code in codes
        ],
        plans=[
            PlanRecord(
                code,
                start=Day(date(2026, 3, 31), "month"),
                finish=Day(date(2027, 12, 31), "month"),
                year_investments={2026: 60_000_000},
            )
            for code in codes
        ],
        reports=[
            ReportRecord(
                code,
                "week",
                first + timedelta(weeks=week),
                first + timedelta(weeks=week, days=6),
                narrative=f"第{week + 1}周:主体施工",
                percent=float(20 + week * 2),
                invested_to_date_yuan=30_000_000 + week * 1_000_000,
            )
            for code in codes
            for week in range(REPORTS_EACH)
        ],
    )


def main(projects: int) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "ledger.xlsx")
        write_ledger(path, make_ledger(projects))
        rows = projects * (2 + REPORTS_EACH) + 1
        print(f"workbook: {rows:,} rows, {path.stat().st_size / 1e6:.1f} MB")
        server = Server(settings={})
        try:
            engine = make_engine(server.make_database("dezhou"))
            measure(engine, path, rows)
            engine.dispose()
        finally:
            server.remove()


def measure(engine: object, path: Path, rows: int) -> None:
    """Time reading, taking in and taking in again, and openpyxl's reading of the same file."""
    identity = Identity(Role.COMMAND, "bench")
    begun = time.perf_counter()
    with acting_session(engine, identity) as session:  # type: ignore[arg-type]
        reading = read_ledger(path, read_context(session, DAY))
        read_s = time.perf_counter() - begun
        outcome = take_batch(session, reading.batch, DAY, judge=False)
    taken_s = time.perf_counter() - begun
    assert sum(tally.new for tally in outcome.tallies.values()) == rows
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    begun = time.perf_counter()
    with acting_session(engine, identity) as session:  # type: ignore[arg-type]
        again = take_batch(session, reading.batch, DAY, judge=False)
    again_s = time.perf_counter() - begun
    assert not again.changed_anything
    with acting_session(engine, identity) as session:  # type: ignore[arg-type]
        assert len(read_batch(session).reports) == len(reading.batch.reports)
    begun = time.perf_counter()
    workbook = load_workbook(path, read_only=True)
    peer_rows = sum(
        1 for sheet in workbook for row in sheet.iter_rows(values_only=True) if any(row)
    )
    peer_s = time.perf_counter() - begun
    assert peer_rows >= rows
    rate = rows / taken_s
    print(f"read and normalise      {read_s:7.1f} s  {rows / read_s:9,.0f} rows/s")
    print(
        f"file to committed rows  {taken_s:7.1f} s  {rate:9,.0f} rows/s"
        f"  = {rate / LIMIT_ROWS_A_SECOND:.2f} × the limit of {LIMIT_ROWS_A_SECOND:,}"
    )
    print(f"the same again          {again_s:7.1f} s  (nothing changed)")
    print(
        f"openpyxl, only reading  {peer_s:7.1f} s  the whole import is {taken_s / peer_s:.2f} × that"
    )
    print(
        f"peak memory             {peak_mb:7.0f} MB = {peak_mb / LIMIT_MB:.2f} × the limit of {LIMIT_MB:,}"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
