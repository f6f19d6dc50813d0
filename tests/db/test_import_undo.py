"""An import undone as a whole: records, shapes, what follows of them and lamps are as before, or nothing is undone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from shapely.affinity import translate
from sqlalchemy import select, text

from geo.changes.batches import take_batch
from geo.changes.intake_desk import undo_import
from geo.database.acting import Identity, Role, acting_session, make_engine
from geo.errors import ChangeRefusedError
from geo.exporters.ledger import write_ledger
from geo.importers.run import LEDGER, ImportOrder, run_import
from geo.model.imports import ImportRun
from geo.model.lamps import StatusSpan
from geo.queries.batches import read_batch
from geo.records import Batch, PartRecord
from tests import factories as made
from tests.clock import NOW
from tests.factories import SQUARE, TODAY

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from sqlalchemy import Engine, Row
    from sqlalchemy.orm import Session


COMMAND = Identity(Role.COMMAND, "command:1")


@pytest.fixture
def engine(fresh_dezhou_url: str) -> Iterator[Engine]:
    engine = make_engine(fresh_dezhou_url.replace("//jiantu@", "//jiantu_staff@"), pool_size=2)
    yield engine
    engine.dispose()


def changed_ledger() -> Batch:
    """The small city with a site moved, a project renamed, a plan changed, and a third project with a site."""
    batch = made.small_city()
    batch.projects[0] = replace(batch.projects[0], name="改了名的项目", manager="新负责人")
    batch.projects.append(made.project("P3"))
    batch.zones[0] = made.site("P1", parts=(PartRecord(translate(SQUARE, 0.01, 0)),))
    batch.zones.append(made.site("P3", parts=(PartRecord(translate(SQUARE, 0.01, 0.001)),)))
    batch.plans[1] = made.plan("P2", percents={"2026-12": 55.0}, year_investments={2026: 5_000_000})
    batch.blockers.append(made.blocker("P3"))
    return batch


def state(session: Session) -> tuple[Batch, Sequence[Row[tuple[object, ...]]], Sequence[object]]:
    parts = text(
        "select zone_id, st_asewkb(shape), st_asewkb(shape_metric), st_asewkb(shape_web),"
        " round(st_area(shape_wide)::numeric, 1), reach_m, period from jiantu.zone_part order by zone_id, position"
    )
    spans = select(StatusSpan.project_id, StatusSpan.days, StatusSpan.lamp, StatusSpan.reasons)
    return (
        read_batch(session),
        session.execute(parts).all(),
        session.execute(
            spans.order_by(StatusSpan.project_id, StatusSpan.site_id, StatusSpan.days)
        ).all(),
    )


def take_ledger(engine: Engine, path: Path) -> int:
    write_ledger(path, changed_ledger())
    report = run_import(engine, ImportOrder(path, LEDGER, "command:1", TODAY), lambda: NOW)
    assert report.refusal is None
    assert report.run_id is not None
    return report.run_id


def test_everything_is_as_before_after_undoing(engine: Engine, tmp_path: Path) -> None:
    with acting_session(engine, COMMAND) as session:
        take_batch(session, made.small_city(), TODAY)
    with acting_session(engine, COMMAND) as session:
        before = state(session)
    run_id = take_ledger(engine, tmp_path / "ledger.xlsx")
    with acting_session(engine, COMMAND) as session:
        assert state(session) != before
        assert undo_import(session, run_id, TODAY, "command:1", NOW) > 0
    with acting_session(engine, COMMAND) as session:
        after = state(session)
        assert after[0].units == before[0].units
        assert after == before
        run = session.get(ImportRun, run_id)
        assert run is not None
        assert run.undone_by == "command:1"
        with pytest.raises(ChangeRefusedError):
            undo_import(session, run_id, TODAY, "command:1", NOW)


def test_nothing_is_undone_once_something_was_changed_since(engine: Engine, tmp_path: Path) -> None:
    with acting_session(engine, COMMAND) as session:
        take_batch(session, made.small_city(), TODAY)
    run_id = take_ledger(engine, tmp_path / "ledger.xlsx")
    later = Batch(projects=[made.project("P1", name="又改了名")])
    with acting_session(engine, COMMAND) as session:
        take_batch(session, later, TODAY)
    with acting_session(engine, COMMAND) as session:
        before = state(session)
    with (
        pytest.raises(ChangeRefusedError, match="后来又改过"),
        acting_session(engine, COMMAND) as session,
    ):
        undo_import(session, run_id, TODAY, "command:1", NOW)
    with acting_session(engine, COMMAND) as session:
        assert state(session) == before


def test_nothing_is_undone_once_something_hangs_on_it(engine: Engine, tmp_path: Path) -> None:
    with acting_session(engine, COMMAND) as session:
        take_batch(session, made.small_city(), TODAY)
    run_id = take_ledger(engine, tmp_path / "ledger.xlsx")
    with acting_session(engine, COMMAND) as session:
        take_batch(session, Batch(reports=[made.report("P3")]), TODAY)
    with (
        pytest.raises(ChangeRefusedError, match="以它为依据"),
        acting_session(engine, COMMAND) as session,
    ):
        undo_import(session, run_id, TODAY, "command:1", NOW)
