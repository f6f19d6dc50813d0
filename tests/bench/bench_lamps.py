"""How fast lamps are rebuilt: `python -m tests.bench.bench_lamps [PROJECTS]`.

Fills a fresh PostGIS database with projects, sites, plans, 25 weekly reports and blockers, closes the ledger, and
rebuilds every span; then one project's, twenty times. The peer is the rule asked on each of the 401 days, on a sample
of subjects, after checking that both say the same.
"""

from __future__ import annotations

import statistics
import sys
import time
from datetime import date, timedelta
from typing import TYPE_CHECKING

from shapely.geometry import Polygon, box
from sqlalchemy import create_engine, select, text, update

from geo.changes.batches import take_batch
from geo.changes.lamps import refresh_lamps
from geo.database.acting import Identity, Role, acting_session, make_engine
from geo.model.city import City
from geo.model.projects import Project
from geo.queries.facts import find_subjects, read_rules
from geo.records import (
    Batch,
    BlockerRecord,
    Day,
    MilestoneRecord,
    PartRecord,
    PlanRecord,
    ProjectRecord,
    ReportRecord,
    ZoneRecord,
)
from geo.rules import rules_on
from geo.status import judge, spans
from tests.postgres import Server

if TYPE_CHECKING:
    from sqlalchemy import Engine

DAY = date(2026, 11, 23)
HORIZON = DAY + timedelta(days=400)
IDENTITY = Identity(Role.COMMAND, "bench")
LIMIT_ALL_S = 10.0
LIMIT_ONE_MS = 20.0
SAMPLE = 200


def make_city(projects: int) -> Batch:
    """Three sites for two projects; some on plan, some behind, a blocker for two in three."""
    first = date(2026, 5, 25)
    codes = [f"B{number:05d}" for number in range(projects)]
    return Batch(
        projects=[
            ProjectRecord(
                code, code, category="urban", nature="ongoing", actual_start_on=date(2026, 3, 1)
            )
            for code in codes
        ],
        zones=[
            ZoneRecord("site", f"S{part}", project=code, parts=(PartRecord(_square(number)),))
            for number, code in enumerate(codes)
            for part in range(1 + number % 2)
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
        milestones=[
            MilestoneRecord(code, "主体完成", Day(date(2027, 3, 31)), percent=60.0)
            for code in codes
        ],
        reports=[
            ReportRecord(
                code,
                "week",
                first + timedelta(weeks=week),
                first + timedelta(weeks=week, days=6),
                percent=min(100.0, 5.0 + week * (1 + number % 3)),
                invested_to_date_yuan=(10 + week) * 1_000_000,
            )
            for number, code in enumerate(codes)
            for week in range(25)
        ],
        blockers=[
            BlockerRecord(
                code, "funds", "资金未到位", date(2026, 10, 1) + timedelta(days=number % 60)
            )
            for number, code in enumerate(codes)
            if number % 3
        ],
    )


def _square(number: int) -> Polygon:
    west, south = 116.0 + (number % 100) * 0.004, 37.2 + number // 100 * 0.004
    return box(west, south, west + 0.002, south + 0.002)


def main(projects: int) -> None:
    """Measure and print."""
    server = Server(settings={})
    try:
        url = server.make_database("dezhou")
        engine = make_engine(url)
        with acting_session(engine, IDENTITY) as session:
            take_batch(session, make_city(projects), DAY, judge=False)
            session.execute(update(City).values(ledger_closed_on=DAY))
        _analyze(url)
        measure(engine, projects)
        engine.dispose()
    finally:
        server.remove()


def _analyze(url: str) -> None:
    """What the server's autovacuum does within a minute of such an import."""
    owner = create_engine(url)
    with owner.begin() as connection:
        connection.execute(text("analyze"))
    owner.dispose()


def measure(engine: Engine, projects: int) -> None:
    """Time the rebuild, one project's lamps, and the rule day by day."""
    for name in ("first", "again"):
        begun = time.perf_counter()
        with acting_session(engine, IDENTITY) as session:
            refresh_lamps(session, DAY)
        all_s = time.perf_counter() - begun
        share = all_s / LIMIT_ALL_S
        print(
            f"{projects:,} projects, {name}: {all_s:.1f} s = {share:.2f} × the limit of {LIMIT_ALL_S:.0f} s"
        )
    with acting_session(engine, IDENTITY) as session:
        ids = session.scalars(select(Project.id).order_by(Project.id).limit(SAMPLE)).all()
    times = []
    for project_id in ids[:25]:
        begun = time.perf_counter()
        with acting_session(engine, IDENTITY) as session:
            refresh_lamps(session, DAY, [project_id])
        times.append((time.perf_counter() - begun) * 1000)
    one_ms = statistics.median(times[5:])
    print(
        f"one project: median {one_ms:.1f} ms = {one_ms / LIMIT_ONE_MS:.2f} × the limit of {LIMIT_ONE_MS:.0f} ms"
    )
    with acting_session(engine, IDENTITY) as session:
        versions = read_rules(session)
        subjects = find_subjects(session, ids)
    begun = time.perf_counter()
    kept = [spans(subject.facts, versions, DAY, HORIZON) for subject in subjects]
    spans_s = time.perf_counter() - begun
    begun = time.perf_counter()
    for subject, found in zip(subjects, kept, strict=True):
        run = iter(found)
        span = next(run)
        for ahead in range(401):
            day = DAY + timedelta(days=ahead)
            if day > span.last_on:
                span = next(run)
            assert judge(subject.facts, day, rules_on(versions, day)) == span.status
    daily_s = time.perf_counter() - begun
    print(
        f"spans of {len(subjects)} subjects: {spans_s * 1e6 / len(subjects):.0f} µs each;"
        f" the rule on every day takes {daily_s / spans_s:.0f} × as long and says the same"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5_000)
