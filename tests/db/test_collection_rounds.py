"""Forty workbooks with planted faults: each is named, no row goes to a wrong project, the ledger is the truth."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from geo.changes.collection import list_merges, undo_merges
from geo.database.acting import acting_session, make_engine
from geo.exporters.collection.workbook import sheet_file_name
from geo.importers.collection.judged import judge_round
from geo.importers.collection.receiving import receive_file
from geo.importers.collection.settling import settle
from geo.importers.collection.taking import take_in
from geo.queries.batches import read_batch
from geo.queries.collection import get_round
from tests.collecting import (
    COMMAND,
    NOW,
    TODAY,
    assert_ledger_is_the_truth,
    fill_round,
    find_fault,
    make_city,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from tests.planting import Round
    from tests.postgres import Server

ACTOR = "test:command"
FAULTS = 60


@pytest.fixture(params=[20261123, pytest.param(7, marks=pytest.mark.nightly)])
def engine(
    server: Server, request: pytest.FixtureRequest, forty_units_url: str
) -> Iterator[tuple[Engine, int]]:
    url = server.copy_database(forty_units_url)
    engine = make_engine(url.replace("//jiantu@", "//jiantu_staff@"), pool_size=1)
    yield engine, request.param
    engine.dispose()
    server.drop_database(url)


@pytest.fixture(scope="module")
def forty_units_url(server: Server) -> str:
    return make_city(server)


def test_a_round_of_forty_workbooks_becomes_the_truth_once_its_sixty_faults_are_settled(
    engine: tuple[Engine, int],
) -> None:
    database, seed = engine
    made = fill_round(database, seed, FAULTS)
    assert len(made.files) == 40
    assert len({fault.kind for fault in made.faults}) >= 20
    assert len(made.faults) >= FAULTS
    with acting_session(database, COMMAND) as session:
        before = read_batch(session)
        for unit_id, content in made.files.items():
            name = sheet_file_name(made.facts, unit_id)
            received = receive_file(session, made.id, name, content, ACTOR, NOW)
            assert received.state == "placed", (received, name)
        judged = judge_round(session, made.id)
        unnamed = [fault for fault in made.faults if find_fault(judged, fault) is None]
        assert unnamed == []
        _settle_all(session, made)
        assert take_in(session, made.id, None, TODAY, ACTOR, NOW) == 40
        assert_ledger_is_the_truth(session, made)
        assert {sheet.state for sheet in get_round(session, made.id).sheets} == {"merged"}
    with acting_session(database, COMMAND) as session:
        assert undo_merges(session, list_merges(session, round_id=made.id), TODAY, ACTOR, NOW) == 40
    with acting_session(database, COMMAND) as session:
        assert read_batch(session) == before


def _settle_all(session: Session, made: Round) -> None:
    """Answer each planted fault as a person who knows the truth would; then nothing may be left to ask."""
    for fault in made.faults:
        judged = judge_round(session, made.id)
        finding = find_fault(judged, fault)
        if finding is None:
            continue
        sheet = next(one for one in judged.round.sheets if one.unit_id == fault.unit_id)
        settle(session, judged.assessed[sheet.id].file_id, finding.mark, fault.answer, ACTOR, NOW)
    judged = judge_round(session, made.id)
    left = [
        (sheet.unit, one.row, one.kind, one.zh)
        for sheet, sheet_found in judged.waiting()
        for one in sheet_found.open
    ]
    assert left == []
