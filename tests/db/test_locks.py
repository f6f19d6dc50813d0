"""Two changes at once wait for one another in one order: neither is ended by the database as a deadlock.

Each test stops one change half way until the other waits for a lock, so that the two meet in the worst moment.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from time import sleep
from typing import TYPE_CHECKING

import pytest
from shapely.affinity import translate
from sqlalchemy import select, text

from geo.changes.batches import take_batch
from geo.changes.editing import add_record, begin_change, edit_record
from geo.changes.intake import lock_out_intake
from geo.changes.intake_desk import undo_import
from geo.changes.units import UnitWords, put_unit
from geo.changes.zones import Author, Seen, withdraw_zone
from geo.database.acting import acting_session, make_engine
from geo.errors import ChangeConflictError
from geo.exporters.ledger import write_ledger
from geo.importers.run import LEDGER, ImportOrder, run_import
from geo.model.projects import Project
from geo.model.units import Unit
from geo.model.zones import Zone, ZoneState
from geo.queries.zones import zone_tag
from geo.records import Batch, PartRecord, UnitRecord
from tests import factories as made
from tests.clock import NOW
from tests.conftest import COMMAND
from tests.factories import SQUARE, TODAY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from concurrent.futures import Future
    from pathlib import Path

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

_WAITING = text(
    "select count(*) from pg_locks l join pg_stat_activity a on a.pid = l.pid"
    " where not l.granted and a.datname = current_database()"
)
PATIENCE_S = 60


@pytest.fixture
def engine(fresh_dezhou_url: str) -> Iterator[Engine]:
    engine = make_engine(fresh_dezhou_url, pool_size=3)
    with acting_session(engine, COMMAND) as session:
        take_batch(session, made.small_city(), TODAY)
    yield engine
    engine.dispose()


@pytest.fixture
def beside() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as pool:
        yield pool


@pytest.fixture
def site(engine: Engine) -> Seen:
    """The site of P1 as somebody sees it before the other change begins."""
    with acting_session(engine, COMMAND) as session:
        zone = session.scalars(
            select(Zone.id).join(Project, Project.id == Zone.project_id).where(Project.code == "P1")
        ).one()
        return Seen(zone, zone_tag(session, zone))


def wait_until_held_up(engine: Engine, other: Future[None]) -> None:
    """Go on when the other change waits for a lock; also when it is through, which is as well."""
    for _ in range(PATIENCE_S * 20):
        with engine.connect().execution_options(identity=COMMAND) as connection:
            if connection.execute(_WAITING).scalar() or other.done():
                return
        sleep(0.05)
    pytest.fail("the other change neither waits nor ends")


def change(engine: Engine, do: Callable[[Session], object]) -> None:
    with acting_session(engine, COMMAND) as session:
        do(session)


def import_with(
    engine: Engine, batch: Batch, written: str, other: Callable[[], Future[None]]
) -> Future[None]:
    """Import; once all that comes before the records `written` stands in the tables, the other change begins."""
    begun: list[Future[None]] = []

    def progress(what: str, _done: int, _of: int) -> None:
        if what == written and not begun:
            begun.append(other())
            wait_until_held_up(engine, begun[0])

    with acting_session(engine, COMMAND) as session:
        take_batch(session, batch, TODAY, progress=progress)
    return begun[0]


def test_an_import_and_who_edits_the_same_zone(
    engine: Engine, beside: ThreadPoolExecutor, site: Seen
) -> None:
    moved = Batch(
        zones=[
            made.site("P1", name="改了名的点位", parts=(PartRecord(translate(SQUARE, 0.01, 0)),))
        ]
    )
    withdrawing = import_with(
        engine,
        moved,
        "plans",
        lambda: beside.submit(
            change, engine, lambda session: withdraw_zone(session, site, Author(), TODAY)
        ),
    )
    # Who came second is told that it was changed meanwhile, as always.
    with pytest.raises(ChangeConflictError):
        withdrawing.result(PATIENCE_S)
    with acting_session(engine, COMMAND) as session:
        assert session.get_one(Zone, site.zone_id).state is not ZoneState.WITHDRAWN


def test_an_import_and_who_renames_the_same_unit(
    engine: Engine, beside: ThreadPoolExecutor
) -> None:
    with acting_session(engine, COMMAND) as session:
        unit, version = session.execute(
            select(Unit.id, Unit.version).where(Unit.name == "测试住建局")
        ).one()
    words = UnitWords("测试住建局", "建局", "Construction", "department")
    renaming = import_with(
        engine,
        Batch(units=[UnitRecord("测试住建局", kind="department", short_name="住建")]),
        "projects",
        lambda: beside.submit(
            change, engine, lambda session: put_unit(session, unit, words, version)
        ),
    )
    with pytest.raises(ChangeConflictError):
        renaming.result(PATIENCE_S)


def test_undoing_an_import_and_who_edits_a_zone(
    engine: Engine, beside: ThreadPoolExecutor, site: Seen, tmp_path: Path
) -> None:
    path = tmp_path / "ledger.xlsx"
    batch = made.small_city()
    batch.projects[1] = replace(batch.projects[1], name="改了名的项目")
    write_ledger(path, batch)
    run_id = run_import(engine, ImportOrder(path, LEDGER, "command:1", TODAY), lambda: NOW).run_id
    assert run_id is not None
    with acting_session(engine, COMMAND) as session:
        lock_out_intake(session)
        undoing = beside.submit(
            change, engine, lambda other: undo_import(other, run_id, TODAY, "command:1", NOW)
        )
        wait_until_held_up(engine, undoing)
        seen = session.get_one(Zone, site.zone_id).version
        edit_record(session, TODAY, "zone", site.zone_id, seen, {"note": "改动"})
    undoing.result(PATIENCE_S)
    with acting_session(engine, COMMAND) as session:
        names = session.scalars(select(Project.name).order_by(Project.code)).all()
        assert names == ["测试项目P1", "测试项目P2"]
        assert session.get_one(Zone, site.zone_id).note == "改动"


def test_who_reports_on_a_site_and_who_takes_it_back(
    engine: Engine, beside: ThreadPoolExecutor, site: Seen
) -> None:
    report = {
        "site_id": site.zone_id,
        "period": "week",
        "first_on": TODAY,
        "last_on": TODAY,
        "narrative": "主体施工",
    }
    with acting_session(engine, COMMAND) as session:
        project = session.scalars(select(Project.id).where(Project.code == "P1")).one()
        begin_change(session, "progress_report", {project})
        withdrawing = beside.submit(
            change, engine, lambda other: withdraw_zone(other, site, Author(), TODAY)
        )
        wait_until_held_up(engine, withdrawing)
        add_record(session, TODAY, "progress_report", {"project_id": project, **report})
    withdrawing.result(PATIENCE_S)
    with acting_session(engine, COMMAND) as session:
        assert session.get_one(Zone, site.zone_id).state is ZoneState.WITHDRAWN
