"""The same import a hundred times, and killed at fifty moments: the same tables, whole or not there."""

from __future__ import annotations

import os
import signal
import time
from random import Random
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select, text

from geo.changes.batches import take_batch
from geo.changes.intake_desk import undo_import
from geo.database.acting import acting_session, make_engine
from geo.exporters.ledger import write_ledger
from geo.importers.run import LEDGER, ImportOrder, run_import
from geo.model.imports import ImportRun
from geo.queries.batches import read_batch
from tests.clock import NOW
from tests.db.test_import_undo import COMMAND, changed_ledger
from tests.factories import TODAY, small_city

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Engine

pytestmark = pytest.mark.nightly

AGAIN, KILLS = 100, 50


@pytest.fixture
def engine(fresh_dezhou_url: str) -> Iterator[Engine]:
    """The small city."""
    engine = make_engine(fresh_dezhou_url.replace("//jiantu@", "//jiantu_staff@"), pool_size=2)
    with acting_session(engine, COMMAND) as session:
        take_batch(session, small_city(), TODAY)
    yield engine
    engine.dispose()


@pytest.fixture
def order(tmp_path: Path) -> ImportOrder:
    """A ledger that changes something of everything in it."""
    path = tmp_path / "ledger.xlsx"
    write_ledger(path, changed_ledger())
    return ImportOrder(path, LEDGER, "command:1", TODAY)


PARTS = text(
    """
    select z.code, p.position, st_asewkb(p.shape), st_asewkb(p.shape_metric), st_asewkb(p.shape_web), p.reach_m,
      p.period
    from jiantu.zone_part p join jiantu.zone z on z.id = p.zone_id order by z.code, p.position
    """
)
SPANS = text(
    """
    select j.code, z.code, s.days, s.lamp, jsonb_path_query_array(s.reasons, '$[*].code') from jiantu.status_span s
    join jiantu.project j on j.id = s.project_id left join jiantu.zone z on z.id = s.site_id
    order by j.code, z.code nulls first, s.days
    """
)
PAIRS = text(
    """
    select least(a.code, b.code), greatest(a.code, b.code), o.severity from jiantu.overlap o
    join jiantu.zone a on a.id = o.zone_a join jiantu.zone b on b.id = o.zone_b order by 1, 2
    """
)


def state_of(engine: Engine) -> object:
    """All records with what follows of them, without the numbers of the rows."""
    with acting_session(engine, COMMAND) as session:
        return (
            read_batch(session),
            *([tuple(row) for row in session.execute(rows)] for rows in (PARTS, SPANS, PAIRS)),
        )


def runs(engine: Engine) -> list[int]:
    """The imports that hold, by their numbers."""
    with acting_session(engine, COMMAND) as session:
        return list(session.scalars(select(ImportRun.id).where(ImportRun.undone_at.is_(None))))


def versions(engine: Engine) -> int:
    """How many versions of records there are."""
    with acting_session(engine, COMMAND) as session:
        return sum(
            session.scalar(select(func.count()).select_from(text(f"history.{table}_version"))) or 0
            for table in ("project", "zone", "zone_part", "plan_version", "blocker")
        )


def test_the_same_import_a_hundred_times_changes_nothing_after_the_first(
    engine: Engine, order: ImportOrder
) -> None:
    before = state_of(engine)
    first = run_import(engine, order, lambda: NOW)
    assert first.refusal is None
    after, kept = state_of(engine), versions(engine)
    assert after != before
    for _ in range(AGAIN - 1):
        report = run_import(engine, order, lambda: NOW)
        assert report.refusal is None
        assert all((tally.new, tally.changed) == (0, 0) for tally in report.tallies.values())
    assert state_of(engine) == after
    assert versions(engine) == kept
    assert len(runs(engine)) == AGAIN


def import_until_killed(engine: Engine, order: ImportOrder, wait_s: float) -> None:
    """Import in a process of its own, which is killed after so long; back when the server knows, too."""
    url = engine.url
    child = os.fork()
    if child == 0:
        os.setpgid(0, 0)
        try:
            own = make_engine(url.render_as_string(hide_password=False), pool_size=1)
            run_import(own, order, lambda: NOW)
        finally:
            os._exit(0)
    time.sleep(wait_s)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    alone = text(
        "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
        " and backend_type = 'client backend' and state <> 'idle'"
    )
    while True:
        with acting_session(engine, COMMAND) as session:
            if not session.scalar(alone):
                return
        time.sleep(0.02)


def test_an_import_killed_at_fifty_moments_is_there_as_a_whole_or_not_at_all(
    engine: Engine, order: ImportOrder
) -> None:
    before = state_of(engine)
    begun = time.monotonic()
    run = run_import(engine, order, lambda: NOW)
    takes_s = time.monotonic() - begun
    after = state_of(engine)
    assert run.run_id is not None
    undo(engine, run.run_id)
    assert state_of(engine) == before
    random = Random(11)  # noqa: S311  moments
    ends = []
    for _ in range(KILLS):
        import_until_killed(engine, order, random.uniform(0, 1.3) * takes_s)
        held = runs(engine)
        ends.append(len(held))
        assert state_of(engine) == (after if held else before)
        for run_id in held:
            undo(engine, run_id)
    assert 0 in ends, "else none was killed while it was at work"
    assert run_import(engine, order, lambda: NOW).refusal is None
    assert state_of(engine) == after


def undo(engine: Engine, run_id: int) -> None:
    with acting_session(engine, COMMAND) as session:
        undo_import(session, run_id, TODAY, "command:1", NOW)
