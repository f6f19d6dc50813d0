"""The demo city in a database: every record is taken as it is, and the lamps are a well-run city's."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from geo.changes.batches import take_batch
from geo.demo.build import build_demo
from geo.queries.lamps import get_lamp_board

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

DAY = date(2026, 5, 13)


def test_the_demo_city_is_taken_whole_and_once(session: Session) -> None:
    batch = build_demo(DAY)
    outcome = take_batch(session, batch, DAY)
    assert outcome.notices == []
    assert {tally.refused for tally in outcome.tallies.values()} == {0}
    assert outcome.tallies["roads"].new == len(batch.roads)
    assert sum(tally.new for tally in outcome.tallies.values()) == sum(
        len(getattr(batch, name)) for name in type(batch).__dataclass_fields__
    )

    board = get_lamp_board(session, DAY, DAY)
    assert board["projects_counted"] == 294
    assert board["not_started"] == 22
    assert board["overdue_start"] == 9
    assert board["open_blockers"] == 61
    assert 0.08 <= board["counts"]["red"] / 294 <= 0.13
    assert board["counts"]["green"] > 294 / 2

    again = take_batch(session, batch, DAY)
    assert not again.changed_anything
