"""Many people edit the same records at once: who saw an older version changes nothing, nothing is lost unseen."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, text

from geo.changes.batches import take_batch
from geo.changes.editing import edit_record
from geo.database.acting import acting_session, make_engine
from geo.errors import ChangeConflictError
from geo.model.records import Blocker
from tests.conftest import COMMAND
from tests.db.test_editing import assert_state_is_history
from tests.factories import TODAY, small_city

if TYPE_CHECKING:
    from sqlalchemy import Engine

Seen = tuple[int, int, str]
"""A record, the version that was read of it, and the text that stood in it."""


def edit_until_done(engine: Engine, ids: list[int], who: int, edits: int) -> tuple[list[Seen], int]:
    """Read a record and write another text over what was read, again and again; what was written, and conflicts."""
    dice = random.Random(who)  # noqa: S311  the same clashes each time
    over: list[Seen] = []
    conflicts = 0
    for number in range(edits):
        row_id = dice.choice(ids)
        with acting_session(engine, COMMAND) as session:
            seen, before = session.execute(
                select(Blocker.version, Blocker.text).where(Blocker.id == row_id)
            ).one()
        try:
            with acting_session(engine, COMMAND) as session:
                edit_record(session, TODAY, "blocker", row_id, seen, {"text": f"{who}-{number}"})
            over.append((row_id, seen, before))
        except ChangeConflictError:
            conflicts += 1
    return over, conflicts


@pytest.mark.parametrize(
    ("clients", "edits"),
    [(8, 6), pytest.param(50, 20, marks=pytest.mark.nightly)],
    ids=["few", "50 clients, 1,000 edits"],
)
def test_no_edit_is_overwritten_by_who_did_not_see_it(
    fresh_dezhou_url: str, clients: int, edits: int
) -> None:
    engine = make_engine(fresh_dezhou_url, pool_size=clients)
    with acting_session(engine, COMMAND) as session:
        take_batch(session, small_city(), TODAY)
        ids = list(session.scalars(select(Blocker.id)))
    with ThreadPoolExecutor(clients) as pool:
        told = list(pool.map(lambda who: edit_until_done(engine, ids, who, edits), range(clients)))
    written = [one for over, _ in told for one in over]
    conflicts = sum(number for _, number in told)
    with acting_session(engine, COMMAND) as session:
        kept = {
            (row.id, row.version): row.text
            for row in session.execute(
                text("select id, version, row ->> 'text' as text from history.blocker_version")
            )
        }
        assert_state_is_history(session)
    engine.dispose()
    assert len(written) + conflicts == clients * edits
    assert conflicts > 0
    # Each version was written over once, by somebody who had read just that.
    assert len({(row_id, seen) for row_id, seen, _ in written}) == len(written)
    assert all(kept[row_id, seen] == before for row_id, seen, before in written)
    assert len(kept) == len(ids) + len(written)
